// SPDX-License-Identifier: MIT
// Runs the trials of a document: launches in rounds, spread over the run.

#include "run.h"

#include "calibrate.h"
#include "kept.h"
#include "mem.h"
#include "nstime.h"
#include "random.h"
#include "schedule.h"
#include "stop.h"
#include "units.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

enum { PADS = 256, PAD_BYTES = 16, BATCHES_WARM = 8 };

#define PACE_CHANGE_MAX 0.1

// A trial while it is run.
struct job {
    struct trial *trial;
    size_t index;
    struct schedule schedule;
    struct schedule_cost cost;
    struct launch_cpus cpus;
    int *cpu_list;                     // owned, behind cpus
    double *once;                      // of run_facts; NULL: a yardstick
    struct run_neighbours *neighbours; // the same
    bool is_calibrated;
    bool is_over;
};

struct runner {
    const struct run *run;
    struct run_facts *facts;
    struct job *jobs;
    size_t job_count;
    uint64_t random;
    uint64_t round;
    uint64_t begun_ns;
    const struct trial *last; // that was launched; NULL: none yet
};

// One launch of one job.
struct visit {
    struct runner *runner;
    struct job *job;
    struct worker worker;
    struct wire_result result;
    struct errmsg why;
    enum launch_end end;
    uint64_t limit_ns;
    uint64_t seed;
};

// ---- Talking to the worker -------------------------------------------------------------------

static bool ask(struct visit *visit, uint64_t calls, uint64_t batches, uint32_t flags) {
    struct wire_sample wanted = {
        .calls = calls,
        .batches = (uint32_t)batches,
        .seed = visit->seed,
        .pad = (uint32_t)(random_next(&visit->runner->random) % PADS) * PAD_BYTES,
        .flags = flags,
    };
    visit->end =
        launch_sample(&visit->worker, &wanted, visit->limit_ns, &visit->result, &visit->why);
    return visit->end == LAUNCH_GOES_ON;
}

static bool try_calls(void *context, uint64_t calls, struct calibrate_answer *answer) {
    struct visit *visit = context;
    if (!ask(visit, calls, 1, 0))
        return false;
    *answer = (struct calibrate_answer){visit->result.calls, visit->result.span_ns,
                                        visit->result.setup_ns};
    return true;
}

static uint64_t frozen_calls(const struct document *frozen, const char *name) {
    for (size_t i = 0; frozen && i < frozen->trial_count; i++)
        if (strcmp(frozen->trials[i].name, name) == 0)
            return frozen->trials[i].calls;
    return 0;
}

// One sample; NaN from a body that makes its own calls.
static bool time_batch(struct visit *visit, uint64_t calls, uint64_t batches, double *ns) {
    if (!ask(visit, calls, batches, 0))
        return false;
    *ns = visit->result.calls == calls * batches ? (double)visit->result.span_ns : NAN;
    return true;
}

// Twice the calls should take twice the time. What takes less is done once per batch. A machine
// whose pace changed meanwhile, as the samples before and after show, tells nothing: NaN.
static bool try_twice(struct visit *visit, const struct calibrate_result *found, double *once) {
    double before_ns, twice_ns, after_ns;
    if (!time_batch(visit, found->calls, found->batches, &before_ns) ||
        !time_batch(visit, 2 * found->calls, (found->batches + 1) / 2, &twice_ns) ||
        !time_batch(visit, found->calls, found->batches, &after_ns))
        return false;
    bool is_even = fabs(after_ns / before_ns - 1) < PACE_CHANGE_MAX;
    *once = is_even ? 2 - twice_ns / fmin(before_ns, after_ns) : NAN;
    return true;
}

// Warm batches tell; where one is a whole sample there are none.
static bool find_once(struct visit *visit, const struct calibrate_result *found) {
    const struct job *job = visit->job;
    enum { TRIES = 3 };
    if (!job->once || job->trial->threads > 1 || found->stays || found->batches < BATCHES_WARM)
        return true;
    for (int i = 0; i < TRIES && isnan(*job->once); i++)
        if (!try_twice(visit, found, job->once))
            return false;
    return true;
}

static bool settle_batches(struct visit *visit) {
    struct job *job = visit->job;
    const struct settings *settings = &visit->runner->run->doc->settings;
    struct calibrate_goal goal = {
        .batch_ns = settings->batch_ns,
        .sample_ns = settings->sample_ns,
        .tick_ns = visit->worker.hello.clock_tick_ns,
        .calls = frozen_calls(visit->runner->run->frozen, job->trial->name),
        .is_single = job->trial->threads > 1,
    };
    struct calibrate_result found;
    if (!calibrate(&goal, try_calls, visit, &found) || !find_once(visit, &found))
        return false;
    job->trial->calls = found.calls;
    job->trial->batches = found.batches;
    job->trial->entry = found.stays ? ENTRY_LAUNCH : ENTRY_SAMPLE;
    job->trial->setup_ns = (double)found.setup_ns;
    job->cost.sample_ns = found.batches * found.batch_ns;
    job->cost.setup_ns = found.setup_ns;
    job->cost.stays = found.stays;
    visit->runner->facts->coarse_trials += found.is_coarse;
    return true;
}

// ---- One launch ------------------------------------------------------------------------------

static void smoke(struct visit *visit) {
    struct kept kept = {0};
    visit->job->trial->calls = visit->job->trial->batches = 1;
    if (!ask(visit, 1, 1, WIRE_CHECK))
        return;
    kept_sample(&kept, &visit->result);
    kept_launch(&kept, &visit->result, visit->job->trial);
}

static bool take_samples(struct visit *visit, struct kept *kept) {
    const struct job *job = visit->job;
    const struct trial *trial = job->trial;
    uint32_t flags = trial->entry == ENTRY_LAUNCH ? WIRE_STAY : 0;
    if (job->schedule.warms_up && !ask(visit, trial->calls, trial->batches, flags))
        return false;
    for (uint64_t i = 0; i < job->schedule.samples; i++) {
        if (!ask(visit, trial->calls, trial->batches, flags))
            return false;
        kept_sample(kept, &visit->result);
    }
    return !flags || ask(visit, 0, 1, 0); // the tear-down's checks
}

static void measure(struct visit *visit) {
    struct kept kept = {0};
    if (take_samples(visit, &kept))
        kept_launch(&kept, &visit->result, visit->job->trial);
    else
        kept_drop(&kept);
}

static uint64_t trial_budget(const struct run *run, const struct trial *trial) {
    return trial->budget_ns ? trial->budget_ns : run->doc->settings.trial_budget_ns;
}

static void converse(struct visit *visit) {
    struct job *job = visit->job;
    const struct run *run = visit->runner->run;
    visit->end = launch_start(&visit->worker, run->how, &job->cpus, job->trial, visit->limit_ns,
                              &visit->result, &visit->why);
    if (visit->end != LAUNCH_GOES_ON)
        return;
    if (visit->worker.hello.clock_tick_ns > visit->runner->facts->clock_tick_ns)
        visit->runner->facts->clock_tick_ns = visit->worker.hello.clock_tick_ns;
    visit->runner->facts->clock_cost_ns = visit->worker.hello.clock_cost_ns;
    if (run->is_smoke) {
        smoke(visit);
    } else if (job->is_calibrated || settle_batches(visit)) {
        if (!job->is_calibrated)
            job->schedule = schedule_fit(&job->schedule, &job->cost, trial_budget(run, job->trial));
        job->is_calibrated = true;
        measure(visit);
    }
    if (visit->end == LAUNCH_GOES_ON)
        launch_finish(&visit->worker);
}

// ---- The trial's fate ------------------------------------------------------------------------

static void end_trial(struct runner *runner, struct job *job, enum trial_status status,
                      const char *reason) {
    job->is_over = true;
    job->trial->status = (int)status;
    free(job->trial->reason);
    job->trial->reason = mem_text(reason);
    if (runner->run->on_trial && status != TRIAL_PLANNED)
        runner->run->on_trial(job->trial, job->index, runner->run->context);
}

static void settle(struct visit *visit) {
    struct job *job = visit->job;
    switch (visit->end) {
    case LAUNCH_GOES_ON:
        if (job->trial->launch_count >= job->schedule.launches)
            end_trial(visit->runner, job, TRIAL_MEASURED, NULL);
        return;
    case LAUNCH_REFUSED:
        end_trial(visit->runner, job,
                  visit->result.status == WIRE_SKIPPED ? TRIAL_SKIPPED : TRIAL_FAILED,
                  visit->result.reason);
        break;
    case LAUNCH_LOST:
        end_trial(visit->runner, job, TRIAL_FAILED, visit->why.text);
        break;
    case LAUNCH_INTERRUPTED:
        return;
    }
    if (job->trial->status == TRIAL_FAILED && visit->worker.tail_length)
        job->trial->output = mem_text(visit->worker.tail);
}

// The inputs of the n-th launch are the same in every run, so that runs can be compared.
static uint64_t launch_seed(uint64_t round) {
    uint64_t state = round + 1;
    return random_next(&state);
}

// Of the launch that was just added, if it was not lost.
static void keep_neighbour(const struct job *job, const struct trial *before) {
    struct run_neighbours *neighbours = job->neighbours;
    if (job->trial->launch_count == neighbours->count)
        return;
    neighbours->items = mem_push(neighbours->items, &neighbours->count, sizeof *neighbours->items);
    neighbours->items[neighbours->count - 1] = before;
}

static void run_job(struct runner *runner, struct job *job) {
    uint64_t begun_ns = nstime_now();
    uint64_t limit_ns = job->trial->limit_ns ? job->trial->limit_ns : runner->run->limit_ns;
    struct visit visit = {.runner = runner,
                          .job = job,
                          .limit_ns = limit_ns,
                          .seed = launch_seed(job->trial->launch_count)};
    bool was_calibrated = job->is_calibrated;
    converse(&visit);
    uint64_t work_ns = schedule_launch_ns(&job->schedule, &job->cost) - job->cost.launch_ns;
    uint64_t spent_ns = nstime_now() - begun_ns;
    if (was_calibrated && spent_ns > work_ns)
        job->cost.launch_ns = spent_ns - work_ns;
    if (job->neighbours)
        keep_neighbour(job, runner->last);
    runner->last = job->trial;
    settle(&visit);
}

// ---- Rounds ----------------------------------------------------------------------------------

static uint64_t job_left_ns(const struct job *job) {
    if (job->is_over)
        return 0;
    return (job->schedule.launches - job->trial->launch_count) *
           schedule_launch_ns(&job->schedule, &job->cost);
}

static void show_progress(struct runner *runner, const struct job *job) {
    uint64_t left_ns = 0;
    for (size_t i = 0; i < runner->job_count; i++)
        left_ns += job_left_ns(&runner->jobs[i]);
    double spent_ns = (double)(nstime_now() - runner->begun_ns);
    console_progress(runner->run->console, spent_ns, spent_ns + (double)left_ns, left_ns,
                     job->trial->name);
}

static bool is_past_budget(const struct runner *runner) {
    uint64_t budget_ns = runner->run->doc->settings.budget_ns;
    return budget_ns && nstime_now() - runner->begun_ns > budget_ns;
}

// One launch of each trial that is not over, in random order. False when the run is to end.
static bool run_round(struct runner *runner, size_t *order) {
    random_order(&runner->random, order, runner->job_count);
    bool is_any = false;
    for (size_t i = 0; i < runner->job_count; i++) {
        struct job *job = &runner->jobs[order[i]];
        if (job->is_over)
            continue;
        if (stop_signal() || is_past_budget(runner))
            return false;
        show_progress(runner, job);
        run_job(runner, job);
        is_any |= !job->is_over;
    }
    return is_any;
}

// Smoke prints as it goes, so it goes in order.
static void run_smoke(struct runner *runner) {
    for (size_t i = 0; i < runner->job_count && !stop_signal(); i++)
        if (!runner->jobs[i].is_over)
            run_job(runner, &runner->jobs[i]);
}

// What was begun and could not be finished counts as far as it went; what was not begun is planned.
static void close_jobs(struct runner *runner) {
    const struct run *run = runner->run;
    char reason[128];
    if (stop_signal())
        snprintf(reason, sizeof reason, "interrupted before its first launch");
    else
        snprintf(reason, sizeof reason, "the suite's budget of %s was used up before it began",
                 units_print(UNIT_TIME, (double)run->doc->settings.budget_ns).text);
    for (size_t i = 0; i < runner->job_count; i++) {
        struct job *job = &runner->jobs[i];
        if (!job->is_over)
            end_trial(runner, job, job->trial->launch_count ? TRIAL_MEASURED : TRIAL_PLANNED,
                      job->trial->launch_count ? NULL : reason);
        free(job->cpu_list);
    }
}

static uint64_t launches_wanted(const struct run *run, const struct trial *trial) {
    if (run->is_smoke)
        return 1;
    return trial->launch_goal ? trial->launch_goal : run->doc->settings.launches;
}

static void add_job(struct runner *runner, struct trial *trial, size_t index) {
    const struct run *run = runner->run;
    runner->jobs = mem_push(runner->jobs, &runner->job_count, sizeof *runner->jobs);
    struct job *job = &runner->jobs[runner->job_count - 1];
    *job = (struct job){
        .trial = trial,
        .index = index,
        .schedule = {.launches = launches_wanted(run, trial),
                     .samples = run->doc->settings.samples,
                     .warms_up = true},
        .cost = {.launch_ns = 2000000, .sample_ns = run->doc->settings.sample_ns},
        .cpu_list = mem_zero((size_t)trial->threads, sizeof *job->cpu_list),
        .cpus = {.count = (size_t)trial->threads},
    };
    job->cpus.items = job->cpu_list;
    struct errmsg why;
    if (!pin_choose(run->pin, (size_t)trial->threads, job->cpu_list, &why))
        end_trial(runner, job, TRIAL_SKIPPED, why.text);
}

static uint64_t children_ns(void) {
    struct rusage usage;
    getrusage(RUSAGE_CHILDREN, &usage);
    uint64_t seconds = (uint64_t)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec);
    uint64_t micros = (uint64_t)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
    return seconds * 1000000000u + micros * 1000u;
}

void run_facts_release(struct run_facts *facts) {
    for (size_t i = 0; i < facts->trial_count; i++)
        free(facts->neighbours[i].items);
    free(facts->neighbours);
    free(facts->once);
    *facts = (struct run_facts){0};
}

void run_trials(const struct run *run, struct run_facts *facts) {
    *facts = (struct run_facts){0};
    struct runner runner = {
        .run = run, .facts = facts, .random = run->doc->settings.seed, .begun_ns = nstime_now()};
    facts->trial_count = run->doc->trial_count;
    facts->once = mem_zero(facts->trial_count, sizeof *facts->once);
    facts->neighbours = mem_zero(facts->trial_count, sizeof *facts->neighbours);
    for (size_t i = 0; i < run->doc->trial_count; i++) {
        add_job(&runner, &run->doc->trials[i], i);
        facts->once[i] = NAN;
        runner.jobs[i].once = &facts->once[i];
        runner.jobs[i].neighbours = &facts->neighbours[i];
    }
    for (size_t i = 0; i < run->doc->yardstick_count; i++)
        add_job(&runner, &run->doc->yardsticks[i], i);
    size_t *order = mem_zero(runner.job_count, sizeof *order);
    if (run->is_smoke)
        run_smoke(&runner);
    else
        while (run_round(&runner, order))
            ;
    close_jobs(&runner);
    console_clear(run->console);
    facts->worker_ns = children_ns();
    free(order);
    free(runner.jobs);
}
