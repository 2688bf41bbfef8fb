// SPDX-License-Identifier: MIT
// The pass that counts under callgrind.

#include "callgrind_pass.h"

#include "callgrind.h"
#include "cgroup.h"
#include "crew.h"
#include "mem.h"
#include "nstime.h"
#include "pass.h"
#include "sysfile.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

// Callgrind is 50 to 100 times slower than the machine.
enum { SLOWNESS = 100 };

const char *const callgrind_pass_names[] = {"instructions", "data-reads", "data-writes", "branches",
                                            NULL};

// What all its workers have in common.
struct common {
    const struct pass_site *site;
    struct callgrind callgrind;
    struct errmsg why_not; // "": it counts
    struct callgrind_environment environment;
    struct pass pass; // of each trial, but for what is the trial's own
    struct trial **trials;
    size_t trial_count;
    uint64_t begun_ns;
};

// One trial.
struct job {
    struct common *common;
    struct callgrind_seat seat;
};

// ---- One trial -------------------------------------------------------------------------------

static bool prepare(void *context, const struct trial *trial, struct errmsg *why) {
    const struct job *job = context;
    if (job->common->why_not.text[0])
        return fail(why, "%s", job->common->why_not.text);
    return callgrind_can_count(job->common->site->doc, trial, why);
}

static bool collect(void *context, struct slope *slope, struct errmsg *why) {
    const struct job *job = context;
    (void)slope;
    return callgrind_seat_counted_all(&job->seat, why);
}

static void explain(void *context, const char *tail, struct errmsg *why) {
    const struct job *job = context;
    callgrind_seat_explain(&job->seat, &job->common->callgrind, tail, why->text, why);
}

// At most so many instructions: 50 ms for all samples. Only what sleeps or asks much of the kernel
// is held to its time.
static uint64_t choose_calls(void *context, double once_ns, const struct wire_count *counts,
                             uint32_t count) {
    static const double instructions = 500000, ns = 2000000;
    (void)context;
    double once = count && isfinite(counts[0].value) ? counts[0].value / 2 : instructions;
    return slope_calls(fmin(instructions / once, ns / once_ns));
}

static void count_trial(void *context, size_t piece, int cpu) {
    struct common *common = context;
    struct job job = {.common = common};
    struct pass pass = common->pass;
    struct pin_cpu lent = {.cpu = cpu};
    struct pin pin = {&lent, 1};
    struct console silent = {.is_quiet = true};
    struct pass_site site = *common->site;
    site.trials = common->trials[piece];
    site.trial_count = 1;
    site.pin = &pin;
    site.console = &silent;
    if (!common->why_not.text[0])
        callgrind_seat_init(&job.seat, &common->callgrind, piece);
    pass.context = &job;
    pass.how.before = job.seat.argv;
    pass.how.wanted = job.seat.parts;
    pass_run(&pass, &site);
    callgrind_seat_release(&job.seat);
}

// ---- All of them -----------------------------------------------------------------------------

static void show_progress(void *context, size_t done) {
    const struct common *common = context;
    size_t count = common->trial_count;
    double spent_ns = (double)(nstime_now() - common->begun_ns);
    double left_ns = spent_ns * (double)(count - done) / (double)done;
    console_progress(common->site->console, (double)done, (double)count, (uint64_t)left_ns,
                     "instructions under callgrind");
}

// As many as are allowed, but no more than the control group pays for.
static size_t count_cpus(const struct pin *pin) {
    struct cgroup cgroup;
    cgroup_read(&cgroup, "");
    double paid = cgroup.is_known ? fmax(1, floor(cgroup.quota_cpus)) : INFINITY;
    return paid < (double)pin->count ? (size_t)paid : pin->count;
}

static void count_trials(struct common *common) {
    const struct pin *pin = common->site->pin;
    int *cpus = mem_zero(pin->count, sizeof *cpus);
    for (size_t i = 0; i < pin->count; i++)
        cpus[i] = pin->cpus[i].cpu;
    struct crew_work work = {common->trial_count, count_trial, show_progress, common};
    crew_run(&work, cpus, count_cpus(pin));
    console_clear(common->site->console);
    free(cpus);
}

// ---- What the counts depend on ---------------------------------------------------------------

// Of the machine's CPU valgrind shows these to a program, where it has them, in the kernel's words;
// the C library chooses its functions by them.
static const char *const shown_features[] = {"abm",  "avx",    "avx2",   "bmi1",  "cx16",
                                             "f16c", "rdrand", "rdseed", "rdtscp"};

static char *read_features(void) {
    char flags[4096], *features = NULL;
    char *cpuinfo = sysfile_read("", "/proc/cpuinfo");
    bool is_known = cpuinfo && sysfile_line(cpuinfo, "flags", flags, sizeof flags);
    for (size_t i = 0; is_known && i < sizeof shown_features / sizeof *shown_features; i++)
        if (sysfile_has_word(flags, shown_features[i]))
            features = mem_append(features, "%s%s", features ? " " : "", shown_features[i]);
    free(cpuinfo);
    return features;
}

static void add_facts(const struct common *common) {
    struct document *doc = common->site->doc;
    if (common->why_not.text[0]) {
        document_missing(doc, "valgrind", common->why_not.text);
        return;
    }
    char *features = read_features();
    document_fact(doc, "valgrind", common->callgrind.version);
    if (features)
        document_fact(doc, "valgrind.cpu", features);
    else
        document_missing(doc, "valgrind.cpu", "/proc/cpuinfo has no flags");
    free(features);
}

static struct pass make_pass(const struct pass_site *site, bool is_wanted) {
    return (struct pass){
        .name = "instructions",
        .is_wanted = is_wanted,
        .how = {.program = site->how->program,
                .argv = site->how->argv,
                .entry = site->how->entry,
                .meter = "callgrind"},
        .slowness = SLOWNESS,
        .rounds = 1,
        .kind = COUNT_VARIES,
        .names = callgrind_pass_names,
        .source = "callgrind",
        .prepare = prepare,
        .collect = collect,
        .explain = explain,
        .calls = choose_calls,
    };
}

static void find_trials(struct common *common) {
    const struct pass_site *site = common->site;
    for (size_t i = 0; i < site->trial_count; i++)
        if (pass_applies(&common->pass, &site->trials[i])) {
            common->trials =
                mem_push((void *)common->trials, &common->trial_count, sizeof *common->trials);
            common->trials[common->trial_count - 1] = &site->trials[i];
        }
}

void callgrind_pass(const struct pass_site *site, bool is_wanted, const struct flag_texts *kept) {
    struct common common = {
        .site = site, .pass = make_pass(site, is_wanted), .begun_ns = nstime_now()};
    find_trials(&common);
    if (common.trial_count == 0)
        return;
    callgrind_init(&common.callgrind, &common.why_not);
    common.environment = callgrind_environment(kept);
    common.pass.how.environment = common.environment.entries;
    add_facts(&common);
    count_trials(&common);
    callgrind_environment_release(&common.environment);
    callgrind_release(&common.callgrind);
    free((void *)common.trials);
}
