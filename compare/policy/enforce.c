// SPDX-License-Identifier: MIT
// Holds the rows of a report against the policy's limits, and regressions against its waivers.
#include "enforce.h"

#include "counted.h"
#include "limit.h"
#include "mem.h"
#include "metric.h"
#include "unmatched.h"
#include "units.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

// Per waiver: the rows that it was the closest for, and those of them that have no need of it.
struct tally {
    size_t rows, fine;
};

struct enforcement {
    const struct policy *policy;
    const char *started; // when the newest run was; begins with its day; NULL: not known
    struct tally *tallies;
};

// One more thing to say of a row; `waiver` is NULL unless it takes the row out of the gate.
struct finding {
    enum verdict verdict;
    bool is_gated;
    const struct waiver *waiver;
    const char *reason;
};

// ---- Findings --------------------------------------------------------------------------------

static bool is_bad(int verdict) { return verdict <= VERDICT_UNDECIDED; }

// What counts for the exit status leads, then what is gravest.
static int rank(int verdict, bool is_gated) {
    return is_bad(verdict) && is_gated ? verdict : verdict + VERDICTS;
}

static void set_waiver(struct report_row *row, const struct policy *policy,
                       const struct waiver *waiver) {
    json_release(&report_waiver_shape, &row->waiver);
    if (waiver != NULL)
        row->waiver = (struct report_waiver){
            .from = effective_place(policy, &waiver->glob),
            .until = mem_text(waiver->until),
            .reason = mem_text(waiver->reason),
            .issue = mem_text(waiver->issue),
        };
}

static void add_reason(struct report_row *row, const char *first, const char *second) {
    char *reason = mem_printf("%s; %s", first, second);
    free(row->reason);
    row->reason = reason;
}

static void add_finding(const struct enforcement *f, struct report_row *row,
                        const struct finding *finding) {
    if (rank((int)finding->verdict, finding->is_gated) >= rank(row->verdict, row->gated)) {
        add_reason(row, row->reason, finding->reason);
        return;
    }
    if (is_bad(row->verdict)) {
        add_reason(row, finding->reason, row->reason);
    } else {
        free(row->reason);
        row->reason = mem_text(finding->reason);
    }
    row->verdict = (int)finding->verdict;
    row->gated = finding->is_gated;
    set_waiver(row, f->policy, finding->waiver);
}

// ---- Waivers ---------------------------------------------------------------------------------

static const struct waiver *find_waiver(const struct effective *effective, const char *metric,
                                        bool is_change) {
    return waiver_find(effective->waivers, effective->waiver_count, metric, is_change);
}

static void count_use(struct enforcement *f, const struct waiver *waiver, bool is_fine) {
    if (waiver == NULL)
        return;
    struct tally *tally = &f->tallies[waiver - f->policy->waivers];
    tally->rows++;
    tally->fine += is_fine;
}

// The last day still counts. Days sort as texts.
static bool has_expired(const struct enforcement *f, const struct waiver *waiver) {
    return f->started != NULL && strncmp(f->started, waiver->until, WAIVER_DAY_LENGTH) > 0;
}

static char *limit_text(const struct waiver *waiver) {
    bool is_time = strcmp(waiver->metric, METRIC_TIME) == 0;
    if (!is_time)
        return mem_printf("%.9g", waiver->limit);
    return mem_text(units_print(waiver->is_change ? UNIT_PERCENT : UNIT_TIME, waiver->limit).text);
}

// "waived: until 2026-12-31, #123: ..." or why it is not.
static char *waiver_words(const struct enforcement *f, const struct waiver *w, bool is_within) {
    char *place = effective_place(f->policy, &w->glob);
    char *limit = limit_text(w);
    char *words =
        f->started == NULL  ? mem_printf("the waiver of %s is of no use: when new was started is "
                                          "not known",
                                         place)
        : has_expired(f, w) ? mem_printf("the waiver of %s expired on %s", place, w->until)
        : !is_within
            ? mem_printf("%s the %s that %s waives", w->is_change ? "slower than" : "beyond", limit,
                         place)
            : mem_printf("waived: until %s%s%s: %s", w->until, w->issue != NULL ? ", " : "",
                         w->issue != NULL ? w->issue : "", w->reason);
    free(place);
    free(limit);
    return words;
}

static bool does_waive(const struct enforcement *f, const struct waiver *w, bool is_within) {
    return f->started != NULL && !has_expired(f, w) && is_within;
}

static void waive_slowdown(struct enforcement *f, struct report_row *row,
                           const struct effective *effective) {
    const struct waiver *waiver = find_waiver(effective, METRIC_TIME, true);
    count_use(f, waiver, row->verdict == VERDICT_PASS || row->verdict == VERDICT_IMPROVED);
    if (waiver == NULL || row->verdict != VERDICT_REGRESSED)
        return;
    bool is_within = row->ratio <= 1 + waiver->limit;
    char *words = waiver_words(f, waiver, is_within);
    add_reason(row, row->reason, words);
    free(words);
    if (does_waive(f, waiver, is_within)) {
        row->gated = false;
        set_waiver(row, f->policy, waiver);
    }
}

// ---- Limits ----------------------------------------------------------------------------------

// A limit, and what new has of its metric.
struct held {
    const char *metric;
    double value, limit;
    bool is_time, is_floor; // what should be high may not be below
    const char *unit;
};

static struct held hold(const struct match *match, const struct effective_limit *limit) {
    struct held held = {.metric = limit->metric, .limit = limit->value, .unit = ""};
    held.is_time = strcmp(limit->metric, METRIC_TIME) == 0;
    if (held.is_time) {
        held.value = metric_time(match, SIDE_NEW);
        return held;
    }
    struct metric_value metric = metric_of_side(match, SIDE_NEW, limit->metric);
    held.value = metric.value;
    held.is_floor = metric.is_floor;
    held.unit = metric.unit;
    return held;
}

static bool is_beyond(const struct held *held, double limit) {
    return held->is_floor ? held->value < limit : held->value > limit;
}

// Next to its limit a number looks like it, so how far it is beyond is said as well.
static char *breach_words(const struct held *held, const char *place) {
    char *value = limit_number(held->metric, held->unit, held->value);
    char *limit = limit_number(held->metric, held->unit, held->limit);
    double excess = fabs(held->value - held->limit) / fabs(held->limit);
    char *words =
        mem_printf("%s is %s, %s%s%s the limit of %s (%s)", held->metric, value,
                   isfinite(excess) ? units_print(UNIT_PERCENT, excess).text : "",
                   isfinite(excess) ? " " : "", held->is_floor ? "below" : "above", limit, place);
    free(value);
    free(limit);
    return words;
}

// Something is beyond what it may be; `words` say what. A waiver may let it be.
static void add_beyond(const struct enforcement *f, struct report_row *row,
                       const struct waiver *waiver, bool is_within, const char *words) {
    bool is_waived = waiver != NULL && does_waive(f, waiver, is_within);
    char *waived = waiver != NULL ? waiver_words(f, waiver, is_within) : NULL;
    char *reason = waived != NULL ? mem_printf("%s; %s", words, waived) : mem_text(words);
    add_finding(f, row,
                &(struct finding){.verdict = VERDICT_REGRESSED,
                                  .is_gated = !is_waived,
                                  .waiver = is_waived ? waiver : NULL,
                                  .reason = reason});
    free(waived);
    free(reason);
}

static void add_breach(const struct enforcement *f, struct report_row *row, const struct held *held,
                       const struct waiver *waiver, const char *place) {
    char *breach = breach_words(held, place);
    add_beyond(f, row, waiver, waiver != NULL && !is_beyond(held, waiver->limit), breach);
    free(breach);
}

static void add_unknown(const struct enforcement *f, struct report_row *row,
                        const struct held *held, const char *place) {
    char *reason =
        mem_printf("%s is limited (%s), and new does not report it", held->metric, place);
    add_finding(
        f, row,
        &(struct finding){.verdict = VERDICT_UNDECIDED, .is_gated = true, .reason = reason});
    free(reason);
}

static char *place_in_source(const struct trial *trial) {
    return trial->file != NULL ? mem_printf("%s:%lld", trial->file, (long long)trial->line)
                               : mem_text("its case");
}

static void check_limit(struct enforcement *f, struct report_row *row, const struct match *match,
                        const struct effective *effective, const struct effective_limit *limit) {
    struct held held = hold(match, limit);
    char *place = limit->glob != NULL ? effective_place(f->policy, limit->glob)
                                      : place_in_source(match_trial(match));
    bool is_breached = is_beyond(&held, held.limit);
    row->limits = mem_push(row->limits, &row->limit_count, sizeof *row->limits);
    row->limits[row->limit_count - 1] = (struct report_limit){
        .metric = mem_text(held.metric),
        .limit = held.limit,
        .new = held.value,
        .breached = is_breached,
        .from = mem_text(place),
    };
    const struct waiver *waiver = find_waiver(effective, held.metric, false);
    count_use(f, waiver, !isnan(held.value) && !is_breached);
    if (is_breached)
        add_breach(f, row, &held, waiver, place);
    else if (isnan(held.value))
        add_unknown(f, row, &held, place);
    free(place);
}

// A trial that failed, is missing or was skipped has no numbers: its row says so already.
static bool has_numbers(const struct report_row *row) {
    return row->verdict != VERDICT_FAILED && row->verdict != VERDICT_MISSING && !isnan(row->new_ns);
}

// Nor has one that a gate could not hold against base and did not measure alone; but nothing says
// so of its limits.
static bool has_limits(const struct report_row *row, const struct match *match) {
    bool is_unpaired = row->verdict == VERDICT_NEW || row->verdict == VERDICT_INCOMPARABLE;
    return has_numbers(row) || (is_unpaired && match_trial(match)->status == TRIAL_MEASURED);
}

// ---- Counts ----------------------------------------------------------------------------------

static void add_count(struct report_row *row, const struct counted *counted) {
    row->counts = mem_push(row->counts, &row->count_count, sizeof *row->counts);
    row->counts[row->count_count - 1] = (struct report_count){
        .name = mem_text(counted->name),
        .unit = mem_text(counted->unit),
        .source = mem_text(counted->source),
        .base = counted->base,
        .new = counted->new,
        .detect = counted->detect,
        .outcome = (int)counted->outcome,
        .gated = counted->is_gated,
        .reason = mem_text(counted->reason),
    };
}

static char *rise_words(const struct counted *c) {
    char *new = limit_number(c->name, c->unit, c->new),
         *base = limit_number(c->name, c->unit, c->base);
    double ratio = c->new / c->base;
    char *words = mem_printf("%s of a call are %s, %s%sand %s in base", c->name, new,
                             isfinite(ratio) ? units_change(ratio).text : "",
                             isfinite(ratio) ? ", " : "", base);
    free(new);
    free(base);
    return words;
}

// More than base has, of what the policy gates, is beyond a limit that base sets.
static void check_count(const struct enforcement *f, struct report_row *row,
                        const struct counted *counted, const struct effective *effective) {
    const struct waiver *waiver = find_waiver(effective, counted->name, false);
    if (counted->outcome != COUNTED_MORE || !counted->is_gated)
        return;
    char *rise = rise_words(counted);
    add_beyond(f, row, waiver, waiver != NULL && counted->new <= waiver->limit, rise);
    free(rise);
}

// What was counted explains a slower time, and tells of what cannot be decided.
static void explain(struct report_row *row, const struct counted_list *list) {
    if (row->verdict != VERDICT_REGRESSED && row->verdict != VERDICT_UNDECIDED &&
        row->verdict != VERDICT_INCOMPARABLE)
        return;
    char *words = counted_explain(list);
    if (words != NULL)
        add_reason(row, row->reason, words);
    free(words);
}

// What the policy gates must be known.
static void check_known(const struct enforcement *f, struct report_row *row,
                        const struct counted_list *list, const struct effective *effective) {
    for (size_t i = 0; i < effective->rises.count; i++) {
        const struct effective_limit *rise = &effective->rises.items[i];
        const char *cause;
        if (!isfinite(rise->value) || !row->required ||
            counted_is_known(list, rise->metric, &cause))
            continue;
        char *place = effective_place(f->policy, rise->glob);
        char *reason =
            mem_printf("%s is gated (%s), and not known: %s", rise->metric, place, cause);
        add_finding(
            f, row,
            &(struct finding){.verdict = VERDICT_UNDECIDED, .is_gated = true, .reason = reason});
        free(place);
        free(reason);
    }
}

static void enforce_counts(const struct enforcement *f, struct report_row *row,
                           const struct match *match, const struct effective *effective) {
    struct counted_list list;
    counted_compare(&list, match, effective);
    explain(row, &list);
    for (size_t i = 0; i < list.count; i++) {
        add_count(row, &list.items[i]);
        check_count(f, row, &list.items[i], effective);
    }
    if (has_numbers(row) && row->is_compared)
        check_known(f, row, &list, effective);
    counted_release(&list);
}

// ---- Rows ------------------------------------------------------------------------------------

static void enforce_row(struct enforcement *f, struct report_row *row, const struct match *match,
                        const struct effective *effective) {
    waive_slowdown(f, row, effective);
    enforce_counts(f, row, match, effective);
    for (size_t i = 0; i < effective->limits.count && has_limits(row, match); i++)
        check_limit(f, row, match, effective, &effective->limits.items[i]);
}

static bool is_dated(const struct run *run) {
    return run->doc.started != NULL && waiver_is_day(run->doc.started);
}

// NULL if the day of any run of new is not known: that run may be the newest. Base is older, unless
// new was measured on a machine without a clock.
static const char *newest_start(const struct side sides[SIDES]) {
    const char *newest = "";
    for (int side = 0; side < SIDES; side++)
        for (size_t i = 0; i < sides[side].count; i++) {
            const struct run *run = &sides[side].runs[i];
            if (is_dated(run) && strcmp(run->doc.started, newest) > 0)
                newest = run->doc.started;
            if (!is_dated(run) && side == SIDE_NEW)
                return NULL;
        }
    return newest;
}

static void note_expired(const struct enforcement *f, struct report *report) {
    for (size_t i = 0; i < f->policy->waiver_count; i++) {
        const struct waiver *w = &f->policy->waivers[i];
        const struct tally *tally = &f->tallies[i];
        if (has_expired(f, w) && tally->rows != 0 && tally->fine == tally->rows)
            report_note(report, NOTE_WARNING, "policy",
                        "%s:%zu: this waiver expired on %s and is not needed any more: remove it",
                        f->policy->path, w->glob.line, w->until);
    }
}

void enforce(struct report *report, const struct policy *policy, const struct side sides[SIDES],
             const struct matches *matches, const struct effective *effective) {
    struct enforcement enforcement = {
        .policy = policy,
        .started = newest_start(sides),
        .tallies = mem_zero(policy->waiver_count, sizeof(struct tally)),
    };
    for (size_t i = 0; i < report->row_count; i++)
        enforce_row(&enforcement, &report->rows[i], &matches->items[i], &effective[i]);
    note_expired(&enforcement, report);
    free(enforcement.tallies);
    unmatched_note(report, policy, sides);
}
