// SPDX-License-Identifier: MIT
// tare gate: two programs in, verdicts, a report and an exit status out.
#include "command.h"
#include "console.h"
#include "effective.h"
#include "enforce.h"
#include "gate_options.h"
#include "gate_program.h"
#include "gate_run.h"
#include "match.h"
#include "mem.h"
#include "nstime.h"
#include "pin.h"
#include "policy.h"
#include "random.h"
#include "report_frame.h"
#include "rows.h"
#include "textfile.h"
#include "units.h"
#include "yardstick_names.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

// Outside of what trials share: what the sentinel that must not be red may spend.
static const double alpha_null = 0.0005;
// They tell of the machine, however little is asked of the trials: fewer epochs would miss 2 % on
// one that is a little noisy, and 6 could not be red whatever they were.
static const uint64_t sentinel_epochs_min = 40;
// Functions that lie anywhere: identical source moved by up to a quarter; and how much is then the
// least that is looked for.
enum { ALIGNED = 64 };
static const double detect_unaligned = 0.03;

enum { SENTINEL_OF_NULL, SENTINEL_OF_SLOW, SENTINELS };

// What is known of one gate, in the order in which it becomes known.
struct gate {
    const struct gate_options *options;
    struct gate_programs programs;
    struct side sides[SIDES];
    struct policy policy;
    struct matches matches;
    struct effective *effective; // one per match
    struct pin pin;
    struct gate_trial *trials; // one per match that both sides have, then the sentinels
    size_t trial_count;        // without the sentinels
    size_t *match_of;          // the match of each
    size_t unaligned;          // trials
    uint64_t seed, random, begun_ns;
    struct console console;
    bool is_stopped;
};

static struct trial sentinel_trials[] = {{.name = SENTINEL_STEPS, .threads = 1},
                                         {.name = SENTINEL_SLOW, .threads = 1}};

// ---- What is to be measured ------------------------------------------------------------------

static bool read_programs(struct gate *g, struct errmsg *why) {
    const char *const *files = (const char *const *)g->options->files;
    if (!gate_programs_init(&g->programs, files, why))
        return false;
    for (int side = 0; side < SIDES; side++)
        if (!gate_program_list(&g->sides[side], g->programs.paths[side], files[side],
                               g->options->limit_ns, why))
            return false;
    return true;
}

static const struct trial *trial_of(const struct match *match, int side) {
    return match->readings[side][0].trial;
}

static bool is_aligned(const struct match *match) {
    for (int side = 0; side < SIDES; side++) {
        const struct reading *r = &match->readings[side][0];
        if (comparable_unit(&r->run->doc, r->trial)->function_align < ALIGNED)
            return false;
    }
    return true;
}

static struct gate_trial *add_trial(struct gate *g, const struct trial *base,
                                    const struct trial *new) {
    g->trials = mem_push(g->trials, &g->trial_count, sizeof *g->trials);
    struct gate_trial *trial = &g->trials[g->trial_count - 1];
    *trial = (struct gate_trial){
        .name = new->name,
        .how = {.sides = {{&g->programs.hows[SIDE_BASE], base}, {&g->programs.hows[SIDE_NEW], new}},
                .limit_ns = new->limit_ns != 0 ? new->limit_ns : g->options->limit_ns,
                .batch_ns = 20000,
                .sample_ns = g->options->sample_ns},
        .rule = {.miss = g->options->terms.miss, .epochs_max = g->options->epochs},
        .cpus = mem_zero((size_t) new->threads, sizeof(int)),
    };
    trial->how.cpus = (struct launch_cpus){trial->cpus, (size_t) new->threads};
    trial->is_over = !pin_choose(&g->pin, (size_t) new->threads, trial->cpus, &trial->why);
    trial->end = trial->is_over ? EPOCH_SKIPPED : EPOCH_MEASURED;
    return trial;
}

static void add_matches(struct gate *g) {
    g->match_of = mem_zero(g->matches.count + SENTINELS, sizeof *g->match_of);
    for (size_t i = 0; i < g->matches.count; i++) {
        const struct match *match = &g->matches.items[i];
        if (match->counts[SIDE_BASE] == 0 || match->counts[SIDE_NEW] == 0)
            continue;
        g->match_of[g->trial_count] = i;
        struct gate_trial *trial =
            add_trial(g, trial_of(match, SIDE_BASE), trial_of(match, SIDE_NEW));
        struct effective_value *values = g->effective[i].values;
        bool is_loose = !is_aligned(match) && values[POLICY_DETECT].value < detect_unaligned;
        g->unaligned += is_loose;
        if (is_loose)
            values[POLICY_DETECT].value = detect_unaligned;
        if (is_loose && values[POLICY_IGNORE].source == SOURCE_DEFAULT)
            values[POLICY_IGNORE].value = 0.3 * detect_unaligned;
        trial->rule.detect = values[POLICY_DETECT].value;
        trial->rule.ignore = values[POLICY_IGNORE].value;
    }
}

// alpha is shared out by weight among what is gated; what is not gated spends none of it.
static void share_alpha(struct gate *g) {
    double sum = 0;
    for (size_t i = 0; i < g->trial_count; i++) {
        const struct effective_value *values = g->effective[g->match_of[i]].values;
        sum += values[POLICY_REQUIRED].value * values[POLICY_WEIGHT].value;
    }
    for (size_t i = 0; i < g->trial_count; i++) {
        double weight = g->effective[g->match_of[i]].values[POLICY_WEIGHT].value;
        g->trials[i].rule.alpha = (g->options->terms.alpha - alpha_null) * fmin(1, weight / sum);
    }
}

// Identical code must not be red, and 2 % more work must be.
static void add_sentinels(struct gate *g) {
    struct gate_trial *null = add_trial(g, &sentinel_trials[0], &sentinel_trials[0]);
    null->how.sides[SIDE_NEW].how = &g->programs.hows[SIDE_BASE];
    null->rule.alpha = alpha_null;
    struct gate_trial *slow = add_trial(g, &sentinel_trials[0], &sentinel_trials[1]);
    slow->how.sides[SIDE_BASE].how = &g->programs.hows[SIDE_NEW];
    slow->rule.alpha = g->options->terms.alpha;
    for (size_t i = g->trial_count - SENTINELS; i < g->trial_count; i++) {
        g->trials[i].is_sentinel = true;
        g->trials[i].rule.detect = 0.01;
        g->trials[i].rule.ignore = 0.003;
        if (g->trials[i].rule.epochs_max < sentinel_epochs_min)
            g->trials[i].rule.epochs_max = sentinel_epochs_min;
    }
    g->trial_count -= SENTINELS;
}

static bool prepare(struct gate *g, struct errmsg *why) {
    const struct gate_options *options = g->options;
    struct settings choice = terms_choice(&options->terms);
    launch_prepare(); // from here on there is something to be cleared away
    if (!textfile_can_write(options->output.path, why) ||
        !policy_read(&g->policy, options->terms.policy, why) || !read_programs(g, why))
        return false;
    match_sides(&g->matches, g->sides, &choice);
    if (!effective_resolve_all(&g->effective, &g->matches, &g->policy, options->terms.said,
                               MODE_PAIRED, why) ||
        !pin_init(&g->pin, "", options->cpu, why))
        return false;
    add_matches(g);
    share_alpha(g);
    if (g->trial_count != 0)
        add_sentinels(g);
    return true;
}

// ---- Measuring -------------------------------------------------------------------------------

static void show_progress(void *context, const struct gate_trial *next, size_t decided) {
    struct gate *g = context;
    double spent_ns = (double)(nstime_now() - g->begun_ns);
    size_t total = g->trial_count + SENTINELS;
    double left_ns = decided == 0 ? 0 : spent_ns / (double)decided * (double)(total - decided);
    console_progress(&g->console, (double)decided, (double)total, (uint64_t)left_ns, next->name);
}

static void measure(struct gate *g) {
    struct errmsg ignored;
    g->seed = g->options->seed;
    if (g->seed == 0 && getrandom(&g->seed, sizeof g->seed, 0) != sizeof g->seed)
        g->seed = nstime_now();
    g->random = g->seed;
    console_init(&g->console, g->options->quiet);
    setenv("LD_BIND_NOW", "1", 1); // both sides alike: nothing is resolved while it is timed
    pin_set(&g->pin.cpus[0].cpu, 1, &ignored); // as the runner does
    g->begun_ns = nstime_now();
    size_t count = g->trial_count == 0 ? 0 : g->trial_count + SENTINELS;
    g->is_stopped = !gate_run(g->trials, count, &g->random, show_progress, g);
    console_clear(&g->console);
}

// ---- Reporting -------------------------------------------------------------------------------

// A trial's numbers, where the rows look for them.
static void keep_numbers(struct gate *g, const struct gate_trial *trial,
                         const struct match *match) {
    for (int side = 0; side < SIDES; side++) {
        const struct reading *r = &match->readings[side][0];
        struct run *run = &g->sides[side].runs[0];
        struct trial *listed = &run->doc.trials[r->trial - run->doc.trials];
        struct trial_summary *summary = &run->summaries[r->trial - run->doc.trials];
        summary->launches = trial->paired.count;
        summary->low = exp(trial->logs[side] / (double)trial->paired.count);
        bool is_failed = trial->end == EPOCH_FAILED && (int)trial->culprit == side;
        if (is_failed || trial->end == EPOCH_SKIPPED) {
            listed->status = is_failed ? TRIAL_FAILED : TRIAL_SKIPPED;
            listed->reason = mem_text(trial->why.text);
        }
    }
}

static struct judgement judge(const struct gate *g, const struct gate_trial *trial) {
    struct judgement j = paired_judgement(&trial->paired);
    char *other = trial->obstacle != NULL ? mem_text(trial->obstacle)
                  : g->is_stopped && !trial->is_over
                      ? mem_printf("stopped after %zu epochs", trial->paired.count)
                      : NULL;
    if (other != NULL) {
        free(j.reason);
        j.reason = other;
        j.verdict = VERDICT_UNDECIDED;
    }
    return j;
}

static void add_row(struct gate *g, struct report *report, size_t match,
                    const struct gate_trial *trial) {
    report->rows[match] = row_of(&g->matches.items[match], &g->effective[match], &g->policy);
    if (trial == NULL || trial->end == EPOCH_FAILED || trial->end == EPOCH_SKIPPED)
        return;
    struct judgement j = judge(g, trial);
    row_add_judgement(&report->rows[match], &j);
    free(j.reason);
}

static void add_rows(struct gate *g, struct report *report) {
    report->row_count = g->matches.count;
    report->rows = mem_zero(report->row_count, sizeof *report->rows);
    for (size_t i = 0, next = 0; i < report->row_count; i++) {
        bool is_measured = next < g->trial_count && g->match_of[next] == i;
        if (is_measured)
            keep_numbers(g, &g->trials[next], &g->matches.items[i]);
        add_row(g, report, i, is_measured ? &g->trials[next] : NULL);
        report->rule.gated += is_measured && report->rows[i].gated;
        next += is_measured;
    }
    report->outside = g->matches.outside;
    enforce(report, &g->policy, g->sides, &g->matches, g->effective);
    report_finish(report);
}

// What a sentinel that did not do what it must did.
static void note_sentinel(struct report *report, const struct gate_trial *trial,
                          const char *words) {
    if (trial->end != EPOCH_MEASURED) {
        report_note(report, NOTE_ERROR, "sentinel",
                    "nothing shows that a slowdown would be seen: %s cannot be measured: %s; are "
                    "both suites linked with this version of tare?",
                    trial->name, trial->why.text);
        return;
    }
    double change = signed_rank_estimate(trial->paired.contrasts, trial->paired.count);
    report_note(report, NOTE_ERROR, "sentinel",
                "this machine cannot judge now: %s (%s%s%s); try again when it is quieter", words,
                units_change(exp(change)).text, trial->obstacle != NULL ? ": " : "",
                trial->obstacle != NULL ? trial->obstacle : "");
}

// True if a sentinel did not do what it must.
static bool note_sentinels(const struct gate *g, struct report *report) {
    static const struct {
        enum verdict wanted;
        bool must; // be that; otherwise anything but that
        const char *words;
    } rules[SENTINELS] = {
        [SENTINEL_OF_NULL] = {VERDICT_REGRESSED, false, "identical code was found slower"},
        [SENTINEL_OF_SLOW] = {VERDICT_REGRESSED, true, "2 % more work was not found"},
    };
    bool is_unfit = false;
    for (int i = 0; i < SENTINELS && g->trial_count != 0 && !g->is_stopped; i++) {
        const struct gate_trial *trial = &g->trials[g->trial_count + (size_t)i];
        bool is_so = trial->end == EPOCH_MEASURED && trial->paired.verdict == rules[i].wanted;
        if (trial->end == EPOCH_MEASURED && is_so == rules[i].must)
            continue;
        is_unfit = true;
        note_sentinel(report, trial, rules[i].words);
    }
    return is_unfit;
}

static void note_rest(const struct gate *g, struct report *report) {
    if (g->unaligned != 0)
        report_note(report, NOTE_WARNING, "layout",
                    "%zu trials are built without -falign-functions=64 on a side: where their code "
                    "happens to lie decides more than 1 %%, so no less than 3 %% is looked for",
                    g->unaligned);
    if (g->is_stopped)
        report_note(report, NOTE_ERROR, "interrupted", "the gate was stopped before it was done");
    report_note(report, NOTE_INFO, "seed", "%.1f s; --seed 0x%llx repeats its coins",
                (double)(nstime_now() - g->begun_ns) / 1e9, (unsigned long long)g->seed);
}

static bool report_gate(struct gate *g, int *status, struct errmsg *why) {
    const struct gate_options *options = g->options;
    static const struct flag_texts none;
    struct report report;
    struct report_asked asked = {MODE_PAIRED, &g->policy, &options->terms, &none};
    report_begin(&report, g->sides, &asked);
    report_note_same_program(&report, g->sides);
    add_rows(g, &report);
    bool is_unfit = note_sentinels(g, &report);
    note_rest(g, &report);
    report_set_status(&report, &g->matches, false, is_unfit || g->is_stopped, &options->terms);
    *status = (int)report.status;
    bool good = report_write(&report, &options->output, why);
    report_release(&report);
    return good;
}

// ---- The story -------------------------------------------------------------------------------

static void release(struct gate *g) {
    size_t count = g->trial_count == 0 ? 0 : g->trial_count + SENTINELS;
    for (size_t i = 0; i < count; i++)
        gate_trial_release(&g->trials[i]);
    free(g->trials);
    free(g->match_of);
    effective_release_all(g->effective, &g->matches);
    match_release(&g->matches);
    pin_release(&g->pin);
    policy_release(&g->policy);
    for (int side = 0; side < SIDES; side++)
        side_release(&g->sides[side]);
    gate_programs_release(&g->programs);
}

bool gate_command(int argc, char **argv, int *status, struct errmsg *why) {
    struct gate_options options;
    if (!gate_options_parse(&options, argc, argv, why))
        return false;
    *status = STATUS_PASS;
    bool good = true;
    if (options.wants_help) {
        gate_options_help(stdout);
    } else {
        struct gate gate = {.options = &options};
        good = prepare(&gate, why);
        if (good) {
            measure(&gate);
            good = report_gate(&gate, status, why);
        }
        release(&gate);
    }
    gate_options_release(&options);
    return good;
}
