// SPDX-License-Identifier: MIT
// Words by which the counting worker and its driver understand each other, beyond the wire's.
#ifndef COUNTER_WORDS_H
#define COUNTER_WORDS_H

// The source of a count that is not available.
#define COUNTER_NOBODY "none"
// That of a count by the kernel alone, and how those by PAPI begin.
#define COUNTER_KERNEL "perf"
#define COUNTER_PAPI   "papi-"

// How a reason begins for a counter that was tried on known work and is not believed.
#define COUNTER_READS "reads "

// The reason where a thread's CPU does not count what the first thread's does.
#define COUNTER_CLASS "counts nothing in one of the threads, whose core is of another kind"

// Beside the counts, each a level: what reading the counters before and after a sample costs, in
// ns.
#define COUNTER_COST   "counter-cost"
// How many groups of events take turns, round by round; only where there are several.
#define COUNTER_GROUPS "counter-groups"
// The event that each group has, to tell whether they saw the same work: a total like others.
#define COUNTER_ANCHOR "counter-anchor"

// A stretch that takes fewer times as long as reading the counters around it is told.
enum { COUNTER_COSTS_MIN = 5 };

// Where a test device makes the counts, it says so by this: an exported text, or a variable of the
// environment. It becomes the first word of every source: "fake papi-preset".
#define COUNTER_DEVICE_SYMBOL "tare_test_device"
#define COUNTER_DEVICE_ENV    "TARE_TEST_DEVICE"

#endif
