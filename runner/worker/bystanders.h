// SPDX-License-Identifier: MIT
// Tells whether threads that are not the trial's do some of its work: what is counted for the
// thread that calls is then not what a call does.
//
// Only for trials of one thread. A thread that the body started is found while it lives, and by the
// time that it took after it was joined. One that was there before, a library's or a sanitizer's,
// may wake up now and then; it is found where it works beside the calls. In a process that is the
// driver's, too (--in-process), only threads that live when they are asked for are found.
#ifndef BYSTANDERS_H
#define BYSTANDERS_H

#include <stdbool.h>
#include <stdint.h>

// The reason why such a count has no value.
#define BYSTANDERS_WORK "its body starts threads: what they do is not counted"

struct bystanders {
    bool is_watched;
    uint64_t tasks;    // threads of the process, when it began
    int64_t own_ns;    // what the calling thread had taken then
    int64_t others_ns; // and all others together, at most
};

// Before the body is entered for the first time, in the thread that will run it.
void bystanders_watch(struct bystanders *bystanders, unsigned threads);

// Whether others have worked since, in that thread.
bool bystanders_worked(const struct bystanders *bystanders);

#endif
