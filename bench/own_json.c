// SPDX-License-Identifier: MIT
// tare's own document, written and read: 100 trials x 10 launches x 20 samples.
//
// The C library gives the memory of texts this large back to the system, each call gets it anew,
// and those page faults, of which tare warns, cost another time in each launch.

#include <tare/bench.h>

#include "document.h"
#include "inputs.h"
#include "mem.h"

#include <string.h>

BENCH_GROUP("own_json");

enum { TRIALS = 100, LAUNCHES = 10, SAMPLES = 20 };

static struct launch make_launch(uint64_t *seed) {
    struct launch launch = {.span_count = SAMPLES, .cpu = 1};
    launch.spans = mem_zero(SAMPLES, sizeof *launch.spans);
    for (size_t i = 0; i < SAMPLES; i++)
        launch.spans[i] = 20000 + inputs_below(seed, 600); // batches of 20 us that differ by 3 %
    return launch;
}

static struct trial make_trial(int64_t index, uint64_t *seed) {
    struct trial trial = {
        .name = mem_printf("group/case/size=%d", (int)index),
        .group = mem_text("group"),
        .case_name = mem_text("case"),
        .args = mem_zero(1, sizeof *trial.args),
        .arg_count = 1,
        .threads = 1,
        .file = mem_text("bench/group.c"),
        .line = 42,
        .policy = {.detect = 0.01},
        .status = TRIAL_MEASURED,
        .calls = 1 + inputs_below(seed, 100000),
        .batches = 50,
        .launches = mem_zero(LAUNCHES, sizeof *trial.launches),
        .launch_count = LAUNCHES,
    };
    trial.args[0] = (struct trial_arg){.name = mem_text("size"), .value = index};
    for (size_t i = 0; i < LAUNCHES; i++)
        trial.launches[i] = make_launch(seed);
    return trial;
}

static struct document make_document(uint64_t seed) {
    struct document doc = {
        .schema = DOCUMENT_SCHEMA,
        .tare = mem_text(TARE_VERSION),
        .started = mem_text("2026-11-21T10:00:00Z"),
        .settings = {.seed = seed, .launches = LAUNCHES, .samples = SAMPLES},
        .program = {.name = mem_text("suite"),
                    .hash = mem_text("99aa06d3014798d86001c324468d497f"),
                    .libc = mem_text("glibc 2.36"),
                    .loop_version = TARE_LOOP_VERSION,
                    .units = mem_zero(1, sizeof *doc.program.units),
                    .unit_count = 1},
        .trials = mem_zero(TRIALS, sizeof *doc.trials),
        .trial_count = TRIALS,
    };
    doc.program.units[0] = (struct unit){.file = mem_text("bench/group.c"),
                                         .compiler = mem_text("gcc 12.2.0"),
                                         .features = mem_text("optimized pic")};
    for (int i = 0; i < TRIALS; i++)
        doc.trials[i] = make_trial(i, &seed);
    return doc;
}

BENCH(write) {
    struct document doc = make_document(bench_seed(b));
    size_t length = 0;
    BENCH_LOOP(b) {
        char *text = document_text(&doc, &length);
        bench_keep(text);
        free(text);
    }
    bench_check(b, length != 0);
    bench_bytes(b, (double)length);
    bench_metric(b, "trial size", (double)length / TRIALS, "B", BENCH_LOWER_IS_BETTER);
    document_release(&doc);
}

BENCH_CONFIG(read) { bench_describe(c, "from memory; the file system is not measured"); }

BENCH(read) {
    struct document doc = make_document(bench_seed(b));
    size_t length = 0;
    char *text = document_text(&doc, &length);
    document_release(&doc);
    bool is_read = false;
    BENCH_LOOP(b) {
        is_read = json_read(&document_shape, text, length, &doc, NULL);
        bench_use_mem(&doc);
        document_release(&doc);
    }
    bench_check(b, is_read);
    // Read and written again, it is the same text.
    is_read = json_read(&document_shape, text, length, &doc, NULL);
    size_t again_length = 0;
    char *again = is_read ? document_text(&doc, &again_length) : NULL;
    bench_check(b, again != NULL && strcmp(again, text) == 0);
    bench_bytes(b, (double)length);
    free(again);
    free(text);
    document_release(&doc);
}
