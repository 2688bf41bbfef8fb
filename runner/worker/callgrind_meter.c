// SPDX-License-Identifier: MIT
// Has callgrind count, and reads what it counted. The only file that sees valgrind's header.

#include "callgrind_meter.h"

#ifdef HAVE_VALGRIND

#include "callgrind_part.h"
#include "mem.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <valgrind/callgrind.h>

#define LABEL "tare"

// What is counted: sums of callgrind's events.
static const struct {
    const char *name, *event;
    const char *summands[2];
} rows[] = {
    {"instructions", "Ir", {"Ir"}},
    {"data-reads", "Dr", {"Dr"}},
    {"data-writes", "Dw", {"Dw"}},
    {"branches", "Bc+Bi", {"Bc", "Bi"}},
};

// Of one size, whatever the names are: cases are to find the same heap in each run.
struct output {
    char parts[sizeof(((struct wire_meter *)NULL)->wanted)]; // what their names begin with
    unsigned count;                                          // of the parts so far
};

static bool open_callgrind(struct meter *meter, unsigned threads, const char *wanted,
                           struct errmsg *why) {
    if (!RUNNING_ON_VALGRIND)
        return fail(why, "the worker does not run under valgrind");
    if (threads > 1)
        return fail(why, "%u threads: callgrind counts a single one", threads);
    struct output *output = mem_zero(1, sizeof *output);
    snprintf(output->parts, sizeof output->parts, "%s", wanted);
    meter->state = output;
    return true;
}

static void close_callgrind(struct meter *meter) { free(meter->state); }

static void zero(struct meter *meter, uint32_t round) {
    (void)meter;
    (void)round;
    CALLGRIND_ZERO_STATS;
}

// Every other call begins to count, the one after it ends it.
static void toggle(struct meter *meter, unsigned thread) {
    (void)meter;
    (void)thread;
    CALLGRIND_TOGGLE_COLLECT;
}

// Callgrind numbers its parts, and writes one for each thread that counted.
static bool read_part(struct output *output, struct callgrind_part *part, struct errmsg *why) {
    char path[sizeof output->parts + 32], bytes[4096];
    snprintf(path, sizeof path, "%s.%u-01", output->parts, ++output->count);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return fail(why, "callgrind's output cannot be read: %s", strerror(errno));
    ssize_t length;
    callgrind_part_init(part);
    while ((length = read(fd, bytes, sizeof bytes)) > 0)
        callgrind_part_feed(part, bytes, (size_t)length);
    close(fd);
    unlink(path);
    return callgrind_part_end(part, LABEL, why);
}

// NaN if one of them was not counted.
static double sum_of(const struct callgrind_part *part, const char *const summands[2]) {
    double sum = 0;
    for (size_t i = 0; i < 2 && summands[i]; i++) {
        uint64_t total;
        sum += callgrind_part_total(part, summands[i], &total) ? (double)total : NAN;
    }
    return sum;
}

static size_t report(struct meter *meter, struct wire_count *counts) {
    struct callgrind_part part;
    struct errmsg why = {"callgrind did not count it"};
    CALLGRIND_DUMP_STATS_AT(LABEL);
    bool is_read = read_part(meter->state, &part, &why);
    size_t count = sizeof rows / sizeof *rows;
    for (size_t i = 0; i < count; i++) {
        counts[i] = (struct wire_count){.value = is_read ? sum_of(&part, rows[i].summands) : NAN,
                                        .source = "callgrind"};
        snprintf(counts[i].name, sizeof counts[i].name, "%s", rows[i].name);
        snprintf(counts[i].event, sizeof counts[i].event, "%s", rows[i].event);
        if (isnan(counts[i].value))
            snprintf(counts[i].reason, sizeof counts[i].reason, "%.159s", why.text);
    }
    return count;
}

const struct meter callgrind_meter = {
    .kind = "callgrind",
    .open = open_callgrind,
    .arm = zero,
    .begin = toggle,
    .end = toggle,
    .report = report,
    .close = close_callgrind,
};

#else

static bool refuse(struct meter *meter, unsigned threads, const char *wanted, struct errmsg *why) {
    (void)meter;
    (void)threads;
    (void)wanted;
    return fail(why, "built without valgrind's header; install valgrind and build tare again");
}

const struct meter callgrind_meter = {.kind = "callgrind", .open = refuse};

#endif
