// SPDX-License-Identifier: MIT
// The life of one worker as the driver sees it.

#include "launch.h"

#include "mem.h"
#include "nstime.h"
#include "textfile.h"
#include "units.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

// A worker that hung up has this long to end by itself.
static const uint64_t linger_ns = 2000000000;
// How often a silent worker is looked at: a child of its that holds the socket hides its death.
enum { LOOK_MS = 50 };

#define CHILDREN_TEXT_MAX ((size_t)1024 * 1024)

// ---- Children
// ------------------------------------------------------------------------------------

struct children {
    pid_t *pids;
    size_t count;
};

// What whoever started the runner had started before. They are not waited for, so that no other
// process gets their numbers.
static struct children strangers;

// None where the kernel does not list them.
static void read_children(struct children *children) {
    char path[64], *text;
    size_t length;
    struct errmsg ignored;
    *children = (struct children){0};
    snprintf(path, sizeof path, "/proc/self/task/%d/children", (int)getpid());
    if (!textfile_read(path, CHILDREN_TEXT_MAX, &text, &length, &ignored))
        return;
    char *at = text, *end;
    for (long pid; (pid = strtol(at, &end, 10)) > 0; at = end) {
        children->pids = mem_push(children->pids, &children->count, sizeof *children->pids);
        children->pids[children->count - 1] = (pid_t)pid;
    }
    free(text);
}

static bool is_stranger(pid_t pid) {
    for (size_t i = 0; i < strangers.count; i++)
        if (strangers.pids[i] == pid)
            return true;
    return false;
}

// Every process that a worker started and left behind has this one as its parent.
static bool end_children(void) {
    struct children children;
    bool is_any = false;
    read_children(&children);
    for (size_t i = 0; i < children.count; i++) {
        if (is_stranger(children.pids[i]))
            continue;
        is_any = true;
        kill(children.pids[i], SIGKILL);
        waitpid(children.pids[i], NULL, 0);
    }
    free(children.pids);
    return is_any;
}

// Workers may run side by side, of several threads. What one left behind cannot be told from
// another, so it is ended when none is left.
static struct {
    pthread_mutex_t lock;
    size_t count;
} living = {.lock = PTHREAD_MUTEX_INITIALIZER};

static pid_t fork_worker(void) {
    pthread_mutex_lock(&living.lock);
    pid_t pid = fork();
    living.count += pid > 0;
    pthread_mutex_unlock(&living.lock);
    return pid;
}

static void forget_worker(void) {
    pthread_mutex_lock(&living.lock);
    living.count--;
    while (living.count == 0 && end_children()) // theirs come to this one
        ;
    pthread_mutex_unlock(&living.lock);
}

// ---- Signals
// -------------------------------------------------------------------------------------

// timeout(1) signals the process and then its group: what comes this soon is the same wish.
static const uint64_t again_ns = 200000000;

static volatile sig_atomic_t stop_signal;
static struct sigaction interrupt_before, terminate_before;
static volatile uint64_t stop_ns;

// The second one ends the runner at once.
static void note_signal(int signal_number) {
    if (stop_signal && nstime_now() - stop_ns > again_ns) {
        signal(signal_number, SIG_DFL);
        raise(signal_number);
    } else if (!stop_signal) {
        stop_ns = nstime_now();
        stop_signal = signal_number;
    }
}

static sigset_t stop_signals(void) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    return set;
}

void launch_prepare(void) {
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    read_children(&strangers);
    // No SA_RESTART, waits must end.
    struct sigaction action = {.sa_handler = note_signal, .sa_mask = stop_signals()};
    sigaction(SIGINT, &action, &interrupt_before);
    sigaction(SIGTERM, &action, &terminate_before);
}

void launch_restore(void) {
    sigaction(SIGINT, &interrupt_before, NULL);
    sigaction(SIGTERM, &terminate_before, NULL);
}

int launch_signal(void) { return stop_signal; }

void launch_hold_signals(bool are_held) {
    sigset_t set = stop_signals();
    pthread_sigmask(are_held ? SIG_BLOCK : SIG_UNBLOCK, &set, NULL);
}

// ---- Starting
// ------------------------------------------------------------------------------------

// The given environment, the entry and the role. What the entry stands for is hidden, not
// dropped: the environment's size must depend on the given one and the entry alone.
struct environment {
    char **entries;
    char *hidden; // NULL: nothing
};

static bool is_same_name(const char *entry, const char *other) {
    size_t length = strcspn(entry, "=");
    return strncmp(entry, other, length + 1) == 0;
}

static void hide(struct environment *environment, size_t at) {
    environment->hidden = mem_text(environment->entries[at]);
    environment->hidden[0] = '_';
    environment->entries[at] = environment->hidden;
}

static size_t count_texts(char *const *texts) {
    size_t count = 0;
    while (texts && texts[count])
        count++;
    return count;
}

// Borrows all.
static struct environment worker_environment(char *const *given, char *entry, char *role) {
    size_t count = count_texts(given);
    struct environment made = {.entries = mem_zero(count + 3, sizeof *made.entries)};
    memcpy(made.entries, given, count * sizeof *made.entries);
    for (size_t i = 0; i < count && entry && !made.hidden; i++)
        if (is_same_name(entry, made.entries[i]))
            hide(&made, i);
    made.entries[count++] = role;
    made.entries[count] = entry;
    return made;
}

static void environment_release(struct environment *environment) {
    free(environment->entries);
    free(environment->hidden);
}

// The runner handles or ignores them.
static const int taken_signals[] = {SIGINT, SIGTERM, SIGPIPE, SIGXFSZ};

// The program's arguments, behind what starts it; borrows them, free the array.
static char **worker_arguments(const struct launch_how *how) {
    size_t before = count_texts(how->before), count = count_texts(how->argv);
    char **arguments = mem_zero(before + count + 1, sizeof *arguments);
    memcpy(arguments, how->argv, count * sizeof *arguments);
    if (before == 0)
        return arguments;
    memcpy(arguments, how->before, before * sizeof *arguments);
    memcpy(arguments + before, how->argv, count * sizeof *arguments);
    arguments[before] = (char *)how->program;
    return arguments;
}

// What a worker is made with.
struct start {
    const struct launch_how *how;
    struct cpuset cpus;
    char **arguments;
    char **environment;
    pid_t parent;
};

// In the child, until exec: only what is safe after fork.
_Noreturn static void become_worker(const struct start *start, int fd, int output_fd) {
    const struct launch_how *how = start->how;
    const char *program = how->before ? how->before[0] : how->program;
    setpgid(0, 0); // a Ctrl-C at the terminal is for the runner alone
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != start->parent)
        _exit(126);
    for (size_t i = 0; i < sizeof taken_signals / sizeof *taken_signals; i++)
        signal(taken_signals[i], SIG_DFL);
    int null_fd = open("/dev/null", O_RDONLY);
    dup2(null_fd, STDIN_FILENO);
    dup2(output_fd, STDOUT_FILENO);
    dup2(output_fd, STDERR_FILENO);
    fcntl(fd, F_SETFD, 0);
    sched_setaffinity(0, sizeof start->cpus, (const cpu_set_t *)(const void *)&start->cpus);
    if (how->fixed_layout)
        personality(ADDR_NO_RANDOMIZE);
    execve(program, start->arguments, start->environment);
    dprintf(STDERR_FILENO, "%s cannot be executed: %s\n", program, strerror(errno));
    _exit(127);
}

static bool start_process(struct worker *worker, const struct launch_how *how,
                          const struct launch_cpus *cpus, int fd, struct errmsg *why) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) < 0)
        return fail(why, "no pipe for a worker's output: %s", strerror(errno));
    char role[32];
    snprintf(role, sizeof role, WIRE_ENV "=%04d", fd);
    struct environment environment =
        worker_environment(how->environment ? how->environment : environ, how->entry, role);
    struct start start = {.how = how,
                          .arguments = worker_arguments(how),
                          .environment = environment.entries,
                          .parent = getpid()};
    for (size_t i = 0; i < cpus->count; i++)
        cpuset_add(&start.cpus, cpus->items[i]);
    worker->pid = fork_worker();
    if (worker->pid == 0)
        become_worker(&start, fd, ends[1]);
    environment_release(&environment);
    free(start.arguments);
    close(ends[1]);
    worker->output_fd = ends[0];
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    if (worker->pid > 0)
        return true;
    close(ends[0]);
    return fail(why, "no process for a worker: %s", strerror(errno));
}

struct thread_start {
    int (*serve)(int fd);
    int fd;
};

static void *serve_in_thread(void *arg) {
    struct thread_start start = *(struct thread_start *)arg;
    free(arg);
    start.serve(start.fd);
    return NULL;
}

static bool start_thread(struct worker *worker, const struct launch_how *how, int fd,
                         struct errmsg *why) {
    struct thread_start *start = mem_zero(1, sizeof *start);
    *start = (struct thread_start){how->serve_here, dup(fd)};
    int error = pthread_create(&worker->thread, NULL, serve_in_thread, start);
    if (!error)
        return true;
    close(start->fd);
    free(start);
    return fail(why, "no thread for a worker: %s", strerror(error));
}

// ---- Listening
// -----------------------------------------------------------------------------------

// Keeps the last LAUNCH_TAIL_MAX bytes of what the worker writes. False at the end of it.
static bool drain(struct worker *worker) {
    char text[4096];
    ssize_t length;
    while ((length = read(worker->output_fd, text, sizeof text)) > 0) {
        size_t fresh = (size_t)length < LAUNCH_TAIL_MAX ? (size_t)length : LAUNCH_TAIL_MAX;
        size_t kept = worker->tail_length;
        if (kept + fresh > LAUNCH_TAIL_MAX)
            kept = LAUNCH_TAIL_MAX - fresh;
        memmove(worker->tail, worker->tail + worker->tail_length - kept, kept);
        memcpy(worker->tail + kept, text + (size_t)length - fresh, fresh);
        worker->tail_length = kept + fresh;
        worker->tail[worker->tail_length] = '\0';
    }
    return length < 0 && (errno == EAGAIN || errno == EINTR);
}

static void drain_or_close(struct worker *worker) {
    if (worker->output_fd < 0 || drain(worker))
        return;
    close(worker->output_fd);
    worker->output_fd = -1;
}

static bool is_dead(const struct worker *worker) {
    siginfo_t info = {0};
    return worker->pid &&
           waitid(P_PID, (id_t)worker->pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
           info.si_pid == worker->pid;
}

enum wake { WAKE_MESSAGE, WAKE_DEATH, WAKE_LIMIT, WAKE_SIGNAL };

static enum wake wait_for_message(struct worker *worker, uint64_t deadline_ns) {
    for (;;) {
        struct pollfd polls[] = {{.fd = worker->fd, .events = POLLIN},
                                 {.fd = worker->output_fd, .events = POLLIN}};
        int ready = poll(polls, 2, LOOK_MS);
        if (stop_signal)
            return WAKE_SIGNAL;
        if (ready > 0 && polls[1].revents)
            drain_or_close(worker);
        if (ready > 0 && polls[0].revents)
            return WAKE_MESSAGE;
        if (ready == 0 && is_dead(worker))
            return WAKE_DEATH;
        if (worker->pid && nstime_now() > deadline_ns) // a thread may be under a debugger
            return WAKE_LIMIT;
    }
}

// ---- Ending
// --------------------------------------------------------------------------------------

// Output ends a moment before the process does: then short naps, for every launch waits here.
static void rest_until_output(const struct worker *worker) {
    struct pollfd output = {.fd = worker->output_fd, .events = POLLIN};
    if (worker->output_fd >= 0)
        poll(&output, 1, 1);
    else
        nanosleep(&(struct timespec){.tv_nsec = 50 * 1000}, NULL);
}

// Waits for the process's end, for `grace_ns` at most, and then kills it. The wait status.
static int reap(struct worker *worker, uint64_t grace_ns) {
    uint64_t deadline_ns = nstime_now() + grace_ns;
    int status = 0;
    while (waitpid(worker->pid, &status, WNOHANG) == 0) {
        if (nstime_now() > deadline_ns) {
            kill(worker->pid, SIGKILL);
            waitpid(worker->pid, &status, 0);
            break;
        }
        rest_until_output(worker);
        drain_or_close(worker);
    }
    kill(-worker->pid, SIGKILL);
    forget_worker();
    return status;
}

// The status of the end, and nothing left open or alive.
static int end_worker(struct worker *worker, uint64_t grace_ns) {
    close(worker->fd);
    int status = 0;
    if (worker->pid)
        status = reap(worker, grace_ns);
    else
        pthread_join(worker->thread, NULL);
    drain_or_close(worker);
    if (worker->output_fd >= 0)
        close(worker->output_fd);
    worker->output_fd = worker->fd = -1;
    return status;
}

static const struct {
    int number;
    const char *name;
} signal_names[] = {
    {SIGABRT, "SIGABRT"}, {SIGALRM, "SIGALRM"}, {SIGBUS, "SIGBUS"},   {SIGFPE, "SIGFPE"},
    {SIGILL, "SIGILL"},   {SIGINT, "SIGINT"},   {SIGKILL, "SIGKILL"}, {SIGPIPE, "SIGPIPE"},
    {SIGQUIT, "SIGQUIT"}, {SIGSEGV, "SIGSEGV"}, {SIGSYS, "SIGSYS"},   {SIGTERM, "SIGTERM"},
    {SIGTRAP, "SIGTRAP"}, {SIGXCPU, "SIGXCPU"},
};

static const char *signal_name(int number) {
    for (size_t i = 0; i < sizeof signal_names / sizeof *signal_names; i++)
        if (signal_names[i].number == number)
            return signal_names[i].name;
    return "a signal";
}

static void tell_death(const struct worker *worker, int status, struct errmsg *why) {
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
        fail(why, "killed by SIGKILL; out of memory?");
    else if (WIFSIGNALED(status))
        fail(why, "killed by %s (%s)", signal_name(WTERMSIG(status)), strsignal(WTERMSIG(status)));
    else if (!worker->hello.loop_version)
        fail(why,
             "the worker exited with status %d before it reached tare_main(); does the program's "
             "main() pass control to it?",
             WEXITSTATUS(status));
    else
        fail(why, "exited with status %d in the middle of a sample", WEXITSTATUS(status));
}

static enum launch_end lose(struct worker *worker, enum wake wake, uint64_t limit_ns,
                            struct errmsg *why) {
    if (wake == WAKE_SIGNAL) {
        end_worker(worker, 0);
        return LAUNCH_INTERRUPTED;
    }
    if (wake == WAKE_LIMIT) {
        if (worker->pid)
            kill(worker->pid, SIGKILL);
        end_worker(worker, linger_ns);
        fail(why, "no answer within the limit of %s: killed%s",
             units_print(UNIT_TIME, (double)limit_ns).text,
             worker->hello.loop_version ? "" : "; the program never reached tare_main()");
        return LAUNCH_LOST;
    }
    tell_death(worker, end_worker(worker, linger_ns), why);
    return LAUNCH_LOST;
}

// ---- Talking
// -------------------------------------------------------------------------------------

static enum launch_end take(struct worker *worker, enum wire_kind want, enum wire_kind other,
                            uint64_t limit_ns, union wire *message, struct errmsg *why) {
    enum wake wake = wait_for_message(worker, nstime_now() + limit_ns);
    if (wake != WAKE_MESSAGE)
        return lose(worker, wake, limit_ns, why);
    struct errmsg garbage;
    switch (wire_receive(worker->fd, 0, want, other, message, &garbage)) {
    case WIRE_GOT:
        return LAUNCH_GOES_ON;
    case WIRE_GARBAGE:
        end_worker(worker, 0);
        fail(why, "the worker sent garbage: %s", garbage.text);
        return LAUNCH_LOST;
    default:
        return lose(worker, WAKE_DEATH, limit_ns, why);
    }
}

static enum launch_end take_result(struct worker *worker, enum wire_kind want, uint64_t limit_ns,
                                   struct wire_result *result, struct errmsg *why) {
    union wire message;
    enum launch_end end = take(worker, want, WIRE_RESULT, limit_ns, &message, why);
    if (end != LAUNCH_GOES_ON || message.head.kind != WIRE_RESULT)
        return end;
    *result = message.result;
    result->reason[sizeof result->reason - 1] = '\0';
    result->label[sizeof result->label - 1] = '\0';
    if (result->metric_count > WIRE_METRICS)
        result->metric_count = WIRE_METRICS;
    if (result->status == WIRE_OK)
        return LAUNCH_GOES_ON;
    launch_finish(worker);
    return LAUNCH_REFUSED;
}

static bool name_meter(const struct worker *worker, const struct launch_how *how) {
    union wire message = {0};
    if (how->meter == NULL)
        return true;
    assert(strlen(how->meter) < sizeof message.meter.kind);
    assert(strlen(how->wanted) < sizeof message.meter.wanted);
    strcpy(message.meter.kind, how->meter);
    strcpy(message.meter.wanted, how->wanted);
    return wire_send(worker->fd, WIRE_METER, &message);
}

static void name_trial(union wire *message, const struct launch_cpus *cpus,
                       const struct trial *trial) {
    struct wire_trial *wanted = &message->trial;
    *message = (union wire){
        .trial = {.threads = (uint32_t)trial->threads, .cpu_count = (uint32_t)cpus->count}};
    assert(strlen(trial->name) < sizeof wanted->name);
    strcpy(wanted->name, trial->name);
    for (size_t i = 0; i < cpus->count; i++)
        wanted->cpus[i] = (uint16_t)cpus->items[i];
}

enum launch_end launch_start(struct worker *worker, const struct launch_how *how,
                             const struct launch_cpus *cpus, const struct trial *trial,
                             uint64_t limit_ns, struct wire_result *result, struct errmsg *why) {
    *worker = (struct worker){.fd = -1, .output_fd = -1, .flags = how->warm_heap ? WIRE_WARM : 0};
    int ends[2];
    if (how->image != NULL && !image_write(how->image, how->program, why))
        return LAUNCH_LOST;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0) {
        fail(why, "no socket for a worker: %s", strerror(errno));
        return LAUNCH_LOST;
    }
    worker->fd = ends[0];
    bool is_started = how->serve_here ? start_thread(worker, how, ends[1], why)
                                      : start_process(worker, how, cpus, ends[1], why);
    close(ends[1]);
    if (!is_started) {
        close(ends[0]);
        return LAUNCH_LOST;
    }
    union wire message;
    enum launch_end end = take(worker, WIRE_HELLO, 0, limit_ns, &message, why);
    if (end != LAUNCH_GOES_ON)
        return end;
    worker->hello = message.hello;
    name_trial(&message, cpus, trial);
    if (!name_meter(worker, how) || !wire_send(worker->fd, WIRE_TRIAL, &message))
        return lose(worker, WAKE_DEATH, limit_ns, why);
    return take_result(worker, WIRE_READY, limit_ns, result, why);
}

enum launch_end launch_sample(struct worker *worker, const struct wire_sample *wanted,
                              uint64_t limit_ns, struct wire_result *result, struct errmsg *why) {
    union wire message = {.sample = *wanted};
    message.sample.flags |= worker->flags;
    if (!wire_send(worker->fd, WIRE_SAMPLE, &message))
        return lose(worker, WAKE_DEATH, limit_ns, why);
    enum launch_end end = take_result(worker, WIRE_RESULT, limit_ns, result, why);
    if (end != LAUNCH_GOES_ON || wanted->calls == 0 || result->calls != 0)
        return end;
    end_worker(worker, 0);
    fail(why, "the worker sent garbage: a sample without a call");
    return LAUNCH_LOST;
}

enum launch_end launch_counts(struct worker *worker, const struct wire_result *result,
                              uint64_t limit_ns, struct wire_count *counts, struct errmsg *why) {
    for (uint32_t i = 0; i < result->count_count; i++) {
        union wire message;
        enum launch_end end = take(worker, WIRE_COUNT, 0, limit_ns, &message, why);
        if (end != LAUNCH_GOES_ON)
            return end;
        counts[i] = message.count;
    }
    return LAUNCH_GOES_ON;
}

void launch_finish(struct worker *worker) { end_worker(worker, linger_ns); }
