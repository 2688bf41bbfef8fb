// SPDX-License-Identifier: MIT
// Counting under callgrind, as the driver sees it: whether valgrind is there, how a worker is
// started under it, and in words why one was not counted.
//
// The worker toggles the counting and reads the counts itself (worker/callgrind_meter).
#ifndef CALLGRIND_H
#define CALLGRIND_H

#include <stdbool.h>
#include <stddef.h>

#include "document.h"
#include "errmsg.h"
#include "flags.h"

struct callgrind {
    char *valgrind; // its path
    char *version;  // "3.19.0"
    char *room;     // the directory for what it writes
};

// Looks for valgrind in PATH and makes the room. False with the reason: nothing can be counted
// then.
bool callgrind_init(struct callgrind *callgrind, struct errmsg *why);
// Removes the room.
void callgrind_release(struct callgrind *callgrind);

// "valgrind 3.19.0", or NULL if there is none; free it.
char *callgrind_tool(void);

// Whether callgrind can count this trial of this document's program, as far as can be told before.
bool callgrind_can_count(const struct document *doc, const struct trial *trial, struct errmsg *why);

// The environment of counted workers, the same for every user: nothing of the caller's but what
// programs are found with and the variables in `kept`. NULL at the end.
struct callgrind_environment {
    char **entries;
    size_t count; // without the NULL
};

struct callgrind_environment callgrind_environment(const struct flag_texts *kept);
void callgrind_environment_release(struct callgrind_environment *environment);

// One worker under valgrind.
struct callgrind_seat {
    char *argv[20]; // what stands before the program; NULL at the end
    char *parts;    // what the names of its parts begin with: what its meter wants to be told
    char *log;      // what valgrind says
};

// Seats of different numbers may be used at once; each for one worker.
void callgrind_seat_init(struct callgrind_seat *seat, const struct callgrind *callgrind,
                         size_t number);
void callgrind_seat_release(struct callgrind_seat *seat);

// After the worker ended: false if it had threads whose work was not counted.
bool callgrind_seat_counted_all(const struct callgrind_seat *seat, struct errmsg *why);

// After the worker was lost: the reason, which is in valgrind's log, in what the worker wrote last,
// or, if neither says any more, how it died. `why` may hold `death`.
void callgrind_seat_explain(const struct callgrind_seat *seat, const struct callgrind *callgrind,
                            const char *tail, const char *death, struct errmsg *why);

// The same, of the texts themselves.
void callgrind_explain(const char *version, const char *log, const char *tail, const char *death,
                       struct errmsg *why);

#endif
