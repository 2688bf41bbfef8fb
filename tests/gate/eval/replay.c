// SPDX-License-Identifier: MIT
// Replays recorded contrasts through the gate's decision. Prints a line for each kind and trial of
// the bank and each shift that is added to what was recorded:
//
//   KIND TRIAL SHIFT RECORDED SPREAD REPLAYS REGRESSED PASS UNDECIDED EPOCHS GROUPS P05 P01
//
// SHIFT and SPREAD in percent; of REPLAYS how many ended so, and their median epochs; of so many
// groups of 12 contrasts as they were recorded, how many have p <= 0.05 and 0.01 at the shift.
//
//   replay BANK TRIALS    the rule is that of one trial among so many
//
// A replay draws its contrasts from all that were recorded of that kind and trial. Lines of the
// bank: KIND RUN TRIAL CONTRAST..., in millionths.
#include "errmsg.h"
#include "mem.h"
#include "paired.h"
#include "random.h"
#include "stats.h"
#include "textfile.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { REPLAYS = 1000, GROUP = 12, BANK_BYTES_MAX = 1 << 30 };
static const double shifts[] = {0, 0.005, 0.01, 0.02};

struct pool {
    char *kind, *trial;
    double *contrasts;
    size_t count;
};

struct bank {
    struct pool *pools;
    size_t count;
};

// ---- The bank --------------------------------------------------------------------------------

static struct pool *pool_of(struct bank *bank, const char *kind, const char *trial) {
    for (size_t i = 0; i < bank->count; i++)
        if (strcmp(bank->pools[i].kind, kind) == 0 && strcmp(bank->pools[i].trial, trial) == 0)
            return &bank->pools[i];
    bank->pools = mem_push(bank->pools, &bank->count, sizeof *bank->pools);
    struct pool *pool = &bank->pools[bank->count - 1];
    *pool = (struct pool){.kind = mem_text(kind), .trial = mem_text(trial)};
    return pool;
}

static void read_line(struct bank *bank, char *line) {
    char *rest, *kind = strtok_r(line, " ", &rest);
    char *run = strtok_r(NULL, " ", &rest), *trial = strtok_r(NULL, " ", &rest);
    if (run == NULL || trial == NULL)
        return;
    struct pool *pool = pool_of(bank, kind, trial);
    for (char *word; (word = strtok_r(NULL, " ", &rest)) != NULL;) {
        pool->contrasts = mem_push(pool->contrasts, &pool->count, sizeof *pool->contrasts);
        pool->contrasts[pool->count - 1] = strtod(word, NULL) / 1e6;
    }
}

static bool bank_read(struct bank *bank, const char *path, struct errmsg *why) {
    size_t length;
    char *text, *rest;
    *bank = (struct bank){0};
    if (!textfile_read(path, BANK_BYTES_MAX, &text, &length, why))
        return false;
    for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest))
        read_line(bank, line);
    free(text);
    return true;
}

static void bank_release(struct bank *bank) {
    for (size_t i = 0; i < bank->count; i++) {
        free(bank->pools[i].kind);
        free(bank->pools[i].trial);
        free(bank->pools[i].contrasts);
    }
    free(bank->pools);
}

// ---- Replays ---------------------------------------------------------------------------------

struct tally {
    size_t verdicts[VERDICTS];
    double epochs[REPLAYS];
};

static double draw(const struct pool *pool, double shift, uint64_t *random) {
    return shift + pool->contrasts[random_next(random) % pool->count];
}

static void decide(struct tally *tally, size_t replay, const struct paired_rule *rule,
                   const struct pool *pool, double shift, uint64_t *random) {
    struct paired paired;
    paired_init(&paired, rule);
    while (!paired.is_over)
        paired_add(&paired, draw(pool, shift, random));
    tally->verdicts[paired.verdict]++;
    tally->epochs[replay] = (double)paired.count;
}

// In how many groups the test finds contrasts above what they are said to scatter about.
static size_t count_below(const struct pool *pool, double p) {
    size_t below = 0;
    for (size_t at = 0; at + GROUP <= pool->count; at += GROUP)
        below += signed_rank_above(pool->contrasts + at, GROUP, 0) <= p;
    return below;
}

static void replay(const struct pool *pool, const struct paired_rule *rule, double shift) {
    struct tally tally = {{0}, {0}};
    uint64_t random = 1;
    for (size_t i = 0; i < REPLAYS; i++)
        decide(&tally, i, rule, pool, log1p(shift), &random);
    const size_t *v = tally.verdicts;
    printf("%s %s %g %zu %.3f %d %zu %zu %zu %g %zu %zu %zu\n", pool->kind, pool->trial,
           100 * shift, pool->count, 100 * stats_mad(pool->contrasts, pool->count), REPLAYS,
           v[VERDICT_REGRESSED], v[VERDICT_PASS] + v[VERDICT_IMPROVED], v[VERDICT_UNDECIDED],
           stats_median(tally.epochs, REPLAYS), pool->count / GROUP, count_below(pool, 0.05),
           count_below(pool, 0.01));
}

int main(int argc, char **argv) {
    struct bank bank;
    struct errmsg why = {"usage: replay BANK TRIALS"};
    double trials = argc == 3 ? strtod(argv[2], NULL) : 0;
    if (!(trials >= 1) || !bank_read(&bank, argv[1], &why)) {
        fprintf(stderr, "%s\n", why.text);
        return 2;
    }
    struct paired_rule rule = {.detect = 0.01,
                               .ignore = 0.003,
                               .alpha = 0.0095 / trials,
                               .praise = 0.05 / trials,
                               .miss = 0.05,
                               .epochs_max = 40};
    for (size_t i = 0; i < bank.count; i++)
        for (size_t j = 0; j < sizeof shifts / sizeof *shifts; j++)
            replay(&bank.pools[i], &rule, shifts[j]);
    bank_release(&bank);
    return 0;
}
