// SPDX-License-Identifier: MIT
// Threads that run one trial together: each on a CPU of its own, through one gate, asleep in
// between.
#ifndef TEAM_H
#define TEAM_H

#include <stdbool.h>
#include <stdint.h>

#include "errmsg.h"
#include "measure.h"

struct team;

// Starts `count` - 1 threads, each pinned to its cpus[i]; the caller is thread 0 and is pinned too.
// NULL with a message if a thread cannot be started or pinned.
struct team *team_start(const struct trial *trial, unsigned count, const uint16_t *cpus,
                        struct errmsg *why);
void team_stop(struct team *team);

// The thread's struct bench.
struct bench *team_member(struct team *team, unsigned thread);

// Runs `enter(b, pad)` on every thread, after measure_arm(b, wanted) on each, and waits for all.
// Then thread 0's struct holds the sample: the span from the gate to the last arrival, the faults
// and switches of all, and the first failure of any.
void team_run(struct team *team, const struct wire_sample *wanted,
              void (*enter)(struct bench *b, uint32_t pad));

// ---- For the timed loop ----------------------------------------------------------------------

// Waits until every thread is here; false if one ended without coming.
bool team_gate(struct team *team);
// From the opening of the gate to `now_ns`.
uint64_t team_span(const struct team *team, uint64_t now_ns);

#endif
