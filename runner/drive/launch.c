// SPDX-License-Identifier: MIT
// The life of one worker as the driver sees it.
#include "launch.h"

#include "children.h"
#include "launch_process.h"
#include "nstime.h"
#include "stop.h"
#include "units.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

// A worker that hung up has this long to end by itself.
static const uint64_t linger_ns = 2000000000;
// How often a silent worker is looked at: a child of its that holds the socket hides its death.
enum { LOOK_MS = 50 };

void launch_prepare(void) {
    children_prepare();
    stop_prepare();
}

// ---- Listening ------------------------------------------------------------------------------

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
        if (stop_signal() != 0)
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

// ---- Ending ---------------------------------------------------------------------------------

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
    children_forget();
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

// ---- Talking --------------------------------------------------------------------------------

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
    bool is_started = how->serve_here ? launch_thread(worker, how, ends[1], why)
                                      : launch_process(worker, how, cpus, ends[1], why);
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
