// SPDX-License-Identifier: MIT
// tare gate: two programs in, verdicts, a report and an exit status out.
#include "command.h"
#include "console.h"
#include "effective.h"
#include "fitness.h"
#include "gate_alone.h"
#include "gate_confirm.h"
#include "gate_count.h"
#include "gate_document.h"
#include "gate_options.h"
#include "gate_plan.h"
#include "gate_report.h"
#include "gate_run.h"
#include "gate_sides.h"
#include "gate_stored.h"
#include "match.h"
#include "mem.h"
#include "nstime.h"
#include "pin.h"
#include "obstacle.h"
#include "policy.h"
#include "report_frame.h"
#include "seed.h"
#include "stop.h"
#include "textfile.h"
#include "units.h"
#include "utc.h"
#include "wire.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// What is known of one gate, in the order in which it becomes known.
struct gate {
    int argc;
    char **argv;
    struct gate_options options;
    struct policy policy;
    struct revision revision; // that base was built from
    struct gate_sides from;   // measured, or
    struct gate_document replayed;
    struct matches matches;
    struct effective *effective; // one per match
    struct report report;
    struct obstacles obstacles;
    struct pin pin;
    struct gate_plan plan;
    struct gate_phases phases; // of programs that are measured; none: reds stand
    struct gate_confirm confirm;
    char *started;
    uint64_t seed, random, begun_ns, elapsed_ms;
    struct console console;
    bool is_stopped;
};

// ---- What is to be decided -------------------------------------------------------------------

static bool list_programs(struct gate *g, struct errmsg *why) {
    const struct gate_options *options = &g->options;
    if (!pin_init(&g->pin, "", options->cpu, why))
        return false;
    bool is_built = options->revision.rev != NULL;
    if (is_built && !revision_build(&g->revision, &options->revision, why))
        return false;
    struct gate_source source = {
        .new = options->files[SIDE_NEW],
        .old = is_built ? g->revision.suite : options->files[SIDE_BASE],
        .cases = {options->cases[SIDE_BASE], options->cases[SIDE_NEW]},
        .store = options->store,
        .is_in_place = options->is_in_place,
        .cpu = g->pin.cpus[0].cpu,
        .limit_ns = options->limit_ns,
    };
    return gate_sides_init(&g->from, &source, why) &&
           (g->from.unpaired != NULL || gate_phases_init(&g->phases, g->from.programs.given, why));
}

static bool read_replayed(struct gate *g, struct errmsg *why) {
    struct gate_document *doc = &g->replayed;
    if (!gate_document_read(doc, g->options.replay, why))
        return false;
    g->options.epochs = doc->epochs;
    for (int side = 0; side < SIDES; side++) {
        side_add_list(&g->from.sides[side], &doc->lists[side], doc->paths[side]);
        doc->lists[side] = (struct document){0};
    }
    return true;
}

static bool match(struct gate *g, struct errmsg *why) {
    const struct gate_options *options = &g->options;
    struct settings choice = terms_choice(&options->terms);
    match_sides(&g->matches, g->from.sides, &choice);
    return effective_resolve_all(&g->effective, &g->matches, &g->policy, options->terms.said,
                                 MODE_PAIRED, why);
}

// What cannot be compared need not be measured.
static void find_obstacles(struct gate *g) {
    static const struct flag_texts none;
    const struct gate_options *options = &g->options;
    struct report_asked asked = {MODE_PAIRED, &g->policy, &options->terms, &options->silenced};
    struct obstacles_asked limits = {MODE_PAIRED, &none, &options->silenced};
    report_begin(&g->report, g->from.sides, &asked);
    obstacles_find(&g->obstacles, g->from.sides, &g->matches, &limits, &g->report);
}

static void make_plan(struct gate *g) {
    bool is_measured = g->options.replay == NULL;
    struct gate_place place = {0};
    if (is_measured)
        place = (struct gate_place){&g->from.programs, &g->pin};
    gate_plan_make(&g->plan, &g->matches, &g->obstacles, g->effective, &g->options, &place);
    if (!is_measured)
        gate_document_give(&g->replayed, g->plan.trials, g->plan.total);
}

static bool prepare(struct gate *g, struct errmsg *why) {
    const struct gate_options *options = &g->options;
    if (options->replay == NULL)
        launch_prepare(); // from here on there is something to be cleared away
    return textfile_can_write(options->output.path, why) &&
           (options->document == NULL || textfile_can_write(options->document, why)) &&
           policy_read(&g->policy, options->terms.policy, why) &&
           (options->replay != NULL ? read_replayed(g, why) : list_programs(g, why));
}

// ---- Measuring -------------------------------------------------------------------------------

// Of a trial whose calls are long, after its first epoch: each has one pair of samples.
static void tell_time_needed(struct gate *g, const struct gate_trial *trial) {
    const double *ns = trial->taken.epochs[0].ns;
    double pair_ns =
        (ns[SIDE_BASE] + ns[SIDE_NEW]) * (double)trial->how.calls * (double)trial->how.batches;
    double most_ns = pair_ns * (double)trial->rule.epochs_max;
    if (trial->budget_ns != 0)
        most_ns = fmin(most_ns, (double)trial->budget_ns);
    console_clear(&g->console);
    fprintf(stderr, "%s: a call takes %s, so it takes %s to %s to decide\n", trial->name,
            units_print(UNIT_TIME, ns[SIDE_NEW]).text,
            units_print(UNIT_TIME, pair_ns * SPENDING_COUNT_MIN).text,
            units_print(UNIT_TIME, most_ns).text);
}

static void show_progress(void *context, const struct gate_progress *progress) {
    struct gate *g = context;
    const struct gate_trial *last = progress->last;
    char what[64 + sizeof((struct wire_trial *)NULL)->name];
    bool is_new = last != NULL && last->given == NULL && last->taken.count == 1;
    if (is_new && last->how.is_long && !g->console.is_quiet)
        tell_time_needed(g, last);
    snprintf(what, sizeof what, "%zu of %zu decided  %s", progress->decided, progress->total,
             progress->next);
    console_progress(&g->console, (double)progress->decided, (double)progress->total,
                     progress->left_ns, what);
}

// What was found slower is measured again with its code elsewhere.
static bool confirm(struct gate *g) {
    bool is_measured = g->options.replay == NULL;
    if (is_measured && g->phases.count == 0)
        return true;
    gate_confirm_plan(&g->confirm, g->plan.trials, g->plan.count, is_measured ? &g->phases : NULL);
    if (!is_measured)
        gate_document_give(&g->replayed, g->confirm.trials, g->confirm.count);
    if (!gate_run(g->confirm.trials, g->confirm.count, &g->random, show_progress, g))
        return false;
    gate_confirm_judge(&g->confirm);
    return true;
}

static void run(struct gate *g) {
    g->random = g->seed;
    g->begun_ns = nstime_now();
    g->is_stopped =
        !gate_run(g->plan.trials, g->plan.total, &g->random, show_progress, g) || !confirm(g);
    g->elapsed_ms = (nstime_now() - g->begun_ns) / 1000000;
    console_clear(&g->console);
}

// Where that cannot be done the limits are not known, and the report says so.
static void measure_alone(struct gate *g) {
    struct errmsg why;
    if (!gate_alone(&g->from, &g->matches, &g->plan, g->effective, &g->options, &why))
        document_note(&g->from.sides[SIDE_NEW].runs[0].doc, NOTE_WARNING, "limits", NULL,
                      "what has limits and cannot be held against base: %s", why.text);
}

static bool measure(struct gate *g, struct errmsg *why) {
    struct fitness fitness;
    struct document *doc = &g->from.sides[SIDE_NEW].runs[0].doc;
    int cpu = g->pin.cpus[0].cpu;
    setenv("LD_BIND_NOW", "1", 1); // both sides alike: nothing is resolved while it is timed
    if (!pin_set(&cpu, 1, why))    // as the runner does
        return false;
    g->seed = seed_of(g->options.seed);
    g->started = utc_now();
    fitness_begin(&fitness, cpu);
    run(g);
    fitness_end(&fitness, doc);
    if (!g->is_stopped)
        gate_count(&g->from, &g->plan, g->effective, &g->options, &g->pin, &g->console);
    if (!g->is_stopped)
        measure_alone(g);
    g->is_stopped |= stop_signal() != 0;
    gate_sides_note(&g->from, doc);
    for (size_t i = 0; i < g->phases.count; i++)
        gate_code_note(&g->phases.programs[i].code, doc);
    return true;
}

static bool repeat(struct gate *g) {
    g->seed = g->replayed.seed;
    g->started = mem_text(g->replayed.started);
    run(g);
    g->is_stopped = g->replayed.is_stopped;
    g->elapsed_ms = g->replayed.elapsed_ms;
    return true;
}

static bool decide(struct gate *g, struct errmsg *why) {
    find_obstacles(g);
    make_plan(g);
    console_init(&g->console, g->options.quiet);
    return g->options.replay != NULL ? repeat(g) : measure(g, why);
}

// ---- Telling ---------------------------------------------------------------------------------

static bool keep_document(const struct gate *g, struct errmsg *why) {
    struct gate_document doc = {
        .started = g->started,
        .seed = g->seed,
        .elapsed_ms = g->elapsed_ms,
        .epochs = g->options.epochs,
        .is_stopped = g->is_stopped,
    };
    gate_document_record(&doc, g->plan.trials, g->plan.total);
    gate_document_record(&doc, g->confirm.trials, g->confirm.count);
    struct settings choice = terms_choice(&g->options.terms);
    bool good = gate_document_write(&doc, g->from.sides, &choice, g->options.document, why);
    free(doc.records);
    return good;
}

static bool tell(struct gate *g, int *status, struct errmsg *why) {
    struct gate_result result = {
        .options = &g->options,
        .policy = &g->policy,
        .from = &g->from,
        .matches = &g->matches,
        .obstacles = &g->obstacles,
        .effective = g->effective,
        .plan = &g->plan,
        .seed = g->seed,
        .elapsed_ms = g->elapsed_ms,
        .is_stopped = g->is_stopped,
        .argc = g->options.replay != NULL ? 0 : g->argc,
        .argv = g->argv,
    };
    if (g->options.document != NULL && !keep_document(g, why))
        return false;
    gate_report(&g->report, &result);
    *status = (int)g->report.status;
    return report_write(&g->report, &g->options.output, why);
}

// ---- The story -------------------------------------------------------------------------------

static void release(struct gate *g) {
    gate_confirm_release(&g->confirm);
    gate_plan_release(&g->plan);
    gate_phases_release(&g->phases);
    obstacles_release(&g->obstacles);
    report_release(&g->report);
    effective_release_all(g->effective, &g->matches);
    match_release(&g->matches);
    pin_release(&g->pin);
    policy_release(&g->policy);
    gate_sides_release(&g->from);
    revision_release(&g->revision);
    gate_document_release(&g->replayed);
    free(g->started);
    gate_options_release(&g->options);
}

// Against the old program, or else against what it once measured.
static bool judge(struct gate *g, int *status, struct errmsg *why) {
    if (g->from.unpaired != NULL)
        return gate_stored(&g->from, &g->options, status, why);
    return match(g, why) && decide(g, why) && tell(g, status, why);
}

bool gate_command(int argc, char **argv, int *status, struct errmsg *why) {
    struct gate gate = {.argc = argc, .argv = argv};
    if (!gate_options_parse(&gate.options, argc, argv, why))
        return false;
    *status = STATUS_PASS;
    bool good = true;
    if (gate.options.wants_help) {
        gate_options_help(stdout);
    } else {
        good = prepare(&gate, why) && judge(&gate, status, why);
    }
    release(&gate);
    return good;
}
