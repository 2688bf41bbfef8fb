// SPDX-License-Identifier: MIT
// One way to count: which events it has, and how a set of them is read.
//
//     open -> set_new, set_add..., set_start, set_read..., set_stop, set_free -> close
//
// A set counts the thread that started it, in user mode; what that thread forks is not counted.
// Adding, starting and freeing may take milliseconds, reading takes one system call at most.
#ifndef COUNTER_SOURCE_H
#define COUNTER_SOURCE_H

#include <stdbool.h>

#include "errmsg.h"

#define COUNTER_SET_MAX 16 // events of a set

struct counter_source {
    const char *name;
    // Once, before all else. False: nothing can be counted this way here; is not asked again.
    bool (*open)(struct errmsg *why);
    // Where the event is counted, a number from 0; a set is of one place. -1: not here, `why` says.
    int (*place)(const char *event, struct errmsg *why);
    // Whether its sets share the few counters of the CPU, so that one runs at a time.
    bool (*is_scarce)(int place);
    // False: this event cannot be in this set; the set stays as it was.
    void *(*set_new)(int place);
    bool (*set_add)(void *set, const char *event, struct errmsg *why);
    bool (*set_start)(void *set, struct errmsg *why);
    // In the order of set_add, since some point in the past. False: they are not to be had now.
    bool (*set_read)(void *set, long long *values);
    void (*set_stop)(void *set);
    void (*set_free)(void *set); // is stopped
    void (*close)(void);         // after open was true
};

extern const struct counter_source counters_papi;
extern const struct counter_source counters_perf;
extern const struct counter_source counters_rusage;

#endif
