// SPDX-License-Identifier: MIT
// One contrast of one trial.
#include "epoch.h"

#include "calibrate.h"
#include "nstime.h"
#include "random.h"
#include "stats.h"
#include "units.h"

#include <math.h>

enum {
    PADS = 256,
    PAD_BYTES = 16,
    SOLO_SAMPLES = 5,
    SOLO_WARM_UP = 2,
    SAMPLES = 2 * EPOCH_BLOCKS_MAX,
    BATCHES_MIN = 4
};

static const uint64_t long_call_ns = 10000000;
static const uint64_t unit_samples_max = 8; // what a batch of `calls_unit` may last

// Both workers, while they live.
struct duel {
    struct epoch_trial *trial;
    struct worker workers[SIDES];
    bool is_alive[SIDES];
    struct wire_result result;
    uint64_t seed;
    uint64_t *random;
    enum epoch_end end;
    enum side_index culprit; // unless it goes on
    struct errmsg *why;
    double logs[SIDES][SAMPLES]; // of ns per call
    size_t counts[SIDES];
};

// What `calibrate` is handed.
struct asker {
    struct duel *duel;
    int side;
};

static bool coin(uint64_t *random) { return (random_next(random) >> 63) != 0; }

static uint32_t draw_pad(struct duel *duel) {
    return (uint32_t)(random_next(duel->random) % PADS) * PAD_BYTES;
}

// Takes what a launch came to; true if it goes on.
static bool take_end(struct duel *duel, int side, enum launch_end end, const struct errmsg *cause) {
    static const enum epoch_end ends[] = {
        [LAUNCH_GOES_ON] = EPOCH_MEASURED,
        [LAUNCH_REFUSED] = EPOCH_FAILED,
        [LAUNCH_LOST] = EPOCH_FAILED,
        [LAUNCH_INTERRUPTED] = EPOCH_INTERRUPTED,
    };
    duel->is_alive[side] = end == LAUNCH_GOES_ON;
    if (end == LAUNCH_GOES_ON)
        return true;
    duel->end = ends[end];
    duel->culprit = (enum side_index)side;
    if (end == LAUNCH_REFUSED && duel->result.status == WIRE_SKIPPED)
        duel->end = EPOCH_SKIPPED;
    return fail(duel->why, "%s", end == LAUNCH_REFUSED ? duel->result.reason : cause->text);
}

static bool start(struct duel *duel, int side) {
    const struct epoch_side *who = &duel->trial->sides[side];
    struct errmsg cause = {""};
    enum launch_end end = launch_start(&duel->workers[side], who->how, &duel->trial->cpus,
                                       who->trial, duel->trial->limit_ns, &duel->result, &cause);
    return take_end(duel, side, end, &cause);
}

static bool ask(struct duel *duel, int side, uint64_t calls, uint64_t batches, uint32_t pad,
                uint32_t flags) {
    struct wire_sample wanted = {.calls = calls,
                                 .batches = (uint32_t)batches,
                                 .seed = duel->seed,
                                 .pad = pad,
                                 .flags = flags};
    struct errmsg cause = {""};
    enum launch_end end =
        launch_sample(&duel->workers[side], &wanted, duel->trial->limit_ns, &duel->result, &cause);
    return take_end(duel, side, end, &cause);
}

// ---- How many calls --------------------------------------------------------------------------

static bool try_calls(void *context, uint64_t calls, struct calibrate_answer *answer) {
    struct asker *asker = context;
    struct duel *duel = asker->duel;
    if (!ask(duel, asker->side, calls, 1, draw_pad(duel), 0))
        return false;
    *answer =
        (struct calibrate_answer){duel->result.calls, duel->result.span_ns, duel->result.setup_ns};
    return true;
}

uint64_t epoch_calls_unit(double extra) {
    for (uint64_t calls = 1;; calls++) {
        double share = (double)calls * extra, whole = round(share);
        if (whole >= 1 && fabs(whole - share) <= share / 100)
            return calls;
    }
}

// Batches become longer and fewer, samples stay as they are.
static bool round_calls(struct duel *duel, double call_ns) {
    struct epoch_trial *trial = duel->trial;
    uint64_t unit = trial->calls_unit, settled = trial->calls;
    if (unit == 0)
        return true;
    if ((double)unit * call_ns > (double)(unit_samples_max * trial->sample_ns)) {
        duel->end = EPOCH_INDIVISIBLE;
        return fail(duel->why, "a call takes %s: a batch of %llu would be too long",
                    units_print(UNIT_TIME, call_ns).text, (unsigned long long)unit);
    }
    trial->calls = (settled + unit - 1) / unit * unit;
    trial->batches_most = (trial->batches_most * settled + trial->calls - 1) / trial->calls;
    return true;
}

// The faster side's calls are right for both: its batches are the shorter ones.
static bool settle_calls(struct duel *duel, int first) {
    struct epoch_trial *trial = duel->trial;
    double call_ns = 0;
    for (int i = 0; i < SIDES; i++) {
        struct asker asker = {duel, i == 0 ? first : !first};
        struct calibrate_goal goal = {
            .batch_ns = trial->batch_ns,
            .sample_ns = trial->sample_ns,
            .tick_ns = duel->workers[asker.side].hello.clock_tick_ns,
            .is_single = trial->sides[asker.side].trial->threads > 1,
        };
        struct calibrate_result found;
        if (!calibrate(&goal, try_calls, &asker, &found))
            return false;
        if (found.calls > trial->calls ||
            (found.calls == trial->calls && found.batches > trial->batches_most)) {
            trial->calls = found.calls;
            trial->batches_most = found.batches;
        }
        call_ns = fmax(call_ns, (double)found.batch_ns / (double)found.calls);
        trial->stays |= found.stays;
        trial->is_long |= found.batch_ns > long_call_ns * found.calls;
    }
    bool is_done = round_calls(duel, call_ns);
    trial->batches = trial->batches_most;
    return is_done;
}

// ---- Samples ---------------------------------------------------------------------------------

static uint64_t calls_of(const struct epoch_trial *trial, int side) {
    double share = side == SIDE_NEW ? 1 + trial->extra : 1;
    return (uint64_t)llround((double)trial->calls * share);
}

// A body that times its calls by hand makes one, whatever is asked.
static bool sample(struct duel *duel, int side, uint32_t pad, double *log_ns) {
    const struct epoch_trial *trial = duel->trial;
    uint64_t asked = calls_of(trial, side);
    if (!ask(duel, side, asked, trial->batches, pad, trial->stays ? WIRE_STAY : 0))
        return false;
    bool is_one = duel->result.calls != asked * trial->batches;
    if (is_one && trial->calls_unit != 0) {
        duel->end = EPOCH_INDIVISIBLE;
        return fail(duel->why, "it times its calls one by one (BENCH_MANUAL)");
    }
    *log_ns = log((double)duel->result.span_ns / (is_one ? 1 : (double)trial->calls));
    return true;
}

static bool keep_sample(struct duel *duel, int side, uint32_t pad) {
    return sample(duel, side, pad, &duel->logs[side][duel->counts[side]++]);
}

// Two pairs, the second turned round; each pair has a pad of its own.
static bool run_block(struct duel *duel) {
    int first = coin(duel->random);
    for (int pair = 0; pair < 2; pair++) {
        uint32_t pad = draw_pad(duel);
        int leader = pair == 0 ? first : !first;
        if (!keep_sample(duel, leader, pad) || !keep_sample(duel, !leader, pad))
            return false;
    }
    return true;
}

static bool run_pair(struct duel *duel) {
    int leader = coin(duel->random);
    uint32_t pad = draw_pad(duel);
    return keep_sample(duel, leader, pad) && keep_sample(duel, !leader, pad);
}

// Samples of each side without the other between them; the first ones still feel it.
struct solo {
    double logs[SIDES][SOLO_SAMPLES];
};

static bool run_solo(struct duel *duel, int first, struct solo *solo) {
    for (int side = first, sides = 0; sides < SIDES; side = !side, sides++)
        for (int i = -SOLO_WARM_UP; i < SOLO_SAMPLES; i++)
            if (!sample(duel, side, draw_pad(duel), &solo->logs[side][i < 0 ? 0 : i]))
                return false;
    return true;
}

static double standard_error(const double *logs, size_t count) {
    return 1.25 * stats_mad(logs, count) / sqrt((double)count); // of a median
}

// By how much it was slower beside the other than alone, beyond three standard errors.
static double shift_from(const double *solo, const double *logs, size_t count) {
    double shift = stats_median(logs, count) - stats_median(solo, SOLO_SAMPLES);
    double error = hypot(standard_error(logs, count), standard_error(solo, SOLO_SAMPLES));
    return fmax(0, shift - 3 * error);
}

// A machine that changes meanwhile lies between what was before and what is after.
static double shift_of(const struct duel *duel, int side, const struct solo *before,
                       const struct solo *after) {
    return fmin(shift_from(before->logs[side], duel->logs[side], duel->counts[side]),
                shift_from(after->logs[side], duel->logs[side], duel->counts[side]));
}

static bool warm_up(struct duel *duel, int first) {
    double ignored;
    return sample(duel, first, draw_pad(duel), &ignored) &&
           sample(duel, !first, draw_pad(duel), &ignored);
}

// Of each block; their number, 0 for a single pair of samples.
static size_t block_contrasts(const struct duel *duel, double contrasts[EPOCH_BLOCKS_MAX]) {
    size_t blocks = duel->counts[SIDE_NEW] / 2;
    const double *a = duel->logs[SIDE_BASE], *b = duel->logs[SIDE_NEW];
    for (size_t i = 0; i < blocks; i++)
        contrasts[i] = (b[2 * i] + b[2 * i + 1] - a[2 * i] - a[2 * i + 1]) / 2;
    return blocks;
}

// NaN if a sample took no time.
static double contrast_of(const struct duel *duel) {
    double contrasts[EPOCH_BLOCKS_MAX];
    size_t blocks = block_contrasts(duel, contrasts);
    for (size_t i = 0; i < blocks; i++)
        if (!isfinite(contrasts[i]))
            return NAN;
    return blocks != 0 ? stats_median(contrasts, blocks)
                       : duel->logs[SIDE_NEW][0] - duel->logs[SIDE_BASE][0];
}

static bool is_known(const struct duel *duel) {
    double contrasts[EPOCH_BLOCKS_MAX];
    size_t blocks = block_contrasts(duel, contrasts);
    return blocks >= EPOCH_BLOCKS_MIN && standard_error(contrasts, blocks) <= EPOCH_ERROR;
}

static double median_ns(const struct duel *duel, int side) {
    return exp(stats_median(duel->logs[side], duel->counts[side]));
}

// Calls were counted while each side had the caches for itself; side by side they may take many
// times as long, as they do while a neighbour has them. But he may leave: no less than a tenth.
static void fit_samples(const struct duel *duel) {
    struct epoch_trial *trial = duel->trial;
    double most = (double)trial->batches_most;
    double longest_ns = fmax(median_ns(duel, SIDE_BASE), median_ns(duel, SIDE_NEW));
    double share = (double)trial->sample_ns / (longest_ns * (double)trial->calls * most);
    double batches = share < 0.5 ? fmax(BATCHES_MIN, most * fmax(share, 0.1)) : most;
    trial->batches = (uint64_t)fmin(batches, most);
}

// ---- The epoch -------------------------------------------------------------------------------

static bool run_blocks(struct duel *duel) {
    if (duel->trial->is_long)
        return run_pair(duel);
    for (int i = 0; i < EPOCH_BLOCKS_MAX && !is_known(duel); i++) {
        if (!run_block(duel))
            return false;
        fit_samples(duel);
    }
    return true;
}

// A body that stayed in its loop leaves it, and its checks have their say.
static bool leave(struct duel *duel) {
    for (int side = 0; side < SIDES; side++)
        if (!ask(duel, side, 0, 1, 0, 0))
            return false;
    return true;
}

// Inside their loops bodies have loaded whatever they load. Several threads cannot stay there.
static bool look(struct duel *duel, int first) {
    struct epoch_trial *trial = duel->trial;
    bool stays = trial->sides[SIDE_NEW].trial->threads == 1;
    for (int i = 0; i < SIDES; i++)
        if (!ask(duel, i == 0 ? first : !first, 1, 1, 0, WIRE_CHECK | (stays ? WIRE_STAY : 0)))
            return false;
    const pid_t pids[SIDES] = {duel->workers[SIDE_BASE].pid, duel->workers[SIDE_NEW].pid};
    trial->is_admitted = trial->admit(trial->context, pids, duel->why);
    if (trial->is_admitted)
        return !stays || leave(duel);
    duel->end = EPOCH_INCOMPARABLE;
    return false;
}

// One side skipped the trial: what does the other say? Its worker did not outlive the first one.
static void ask_other(struct duel *duel) {
    enum side_index skipper = duel->culprit;
    int other = !skipper;
    struct errmsg reason = *duel->why;
    if (duel->is_alive[other])
        launch_finish(&duel->workers[other]);
    if (!start(duel, other) || !ask(duel, other, 1, 1, 0, 0))
        return;
    duel->end = EPOCH_FAILED;
    duel->culprit = skipper;
    fail(duel->why, "skipped, though %s is not: %s", side_names[other], reason.text);
}

// Looks whether this is what it should be, and finds what is to stay.
static bool begin(struct duel *duel, int first) {
    const struct epoch_trial *trial = duel->trial;
    bool is_admitted = trial->admit == NULL || trial->is_admitted || look(duel, first);
    return is_admitted && (trial->calls != 0 || settle_calls(duel, first));
}

static bool run(struct duel *duel, struct epoch *epoch, bool with_solo) {
    struct solo before, after;
    int first = coin(duel->random);
    if (!start(duel, first) || !start(duel, !first) || !begin(duel, first))
        return false;
    bool is_long = duel->trial->is_long, asks_solo = with_solo && !is_long;
    if (!is_long && !warm_up(duel, coin(duel->random)))
        return false;
    if (asks_solo && !run_solo(duel, first, &before))
        return false;
    if (!run_blocks(duel) || (asks_solo && !run_solo(duel, first, &after)))
        return false;
    if (duel->trial->stays && !leave(duel))
        return false;
    epoch->contrast = contrast_of(duel);
    for (int side = 0; side < SIDES; side++) {
        epoch->ns[side] = median_ns(duel, side);
        epoch->shift[side] = asks_solo ? shift_of(duel, side, &before, &after) : NAN;
    }
    return true;
}

enum epoch_end epoch_measure(struct epoch *epoch, struct epoch_trial *trial, bool with_solo,
                             uint64_t *random, struct errmsg *why) {
    struct duel duel = {.trial = trial, .random = random, .why = why, .end = EPOCH_MEASURED};
    uint64_t begun_ns = nstime_now();
    duel.seed = random_next(random);
    run(&duel, epoch, with_solo);
    if (duel.end == EPOCH_SKIPPED)
        ask_other(&duel);
    epoch->culprit = duel.culprit;
    for (int side = 0; side < SIDES; side++)
        if (duel.is_alive[side])
            launch_finish(&duel.workers[side]);
    epoch->elapsed_ns = nstime_now() - begun_ns;
    return duel.end;
}
