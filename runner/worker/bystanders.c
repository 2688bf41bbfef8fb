// SPDX-License-Identifier: MIT
// Compares what the process took with what the calling thread took of it.

#include "bystanders.h"

#include <time.h>
#include <unistd.h>

#include <sys/stat.h>
#include <sys/syscall.h>

// Less than such a part of what the calling thread takes is no work of the case.
#define PART 32

static int64_t read_ns(clockid_t clock) {
    struct timespec now = {0};
    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

// Each is a folder, and a folder has two links of its own. 0: not known.
static uint64_t count_tasks(void) {
    struct stat folder;
    return stat("/proc/self/task", &folder) == 0 && folder.st_nlink > 2 ? folder.st_nlink - 2 : 0;
}

void bystanders_watch(struct bystanders *bystanders, unsigned threads) {
    *bystanders = (struct bystanders){.is_watched = threads == 1, .tasks = count_tasks()};
    bystanders->own_ns = read_ns(CLOCK_THREAD_CPUTIME_ID);
    bystanders->others_ns = read_ns(CLOCK_PROCESS_CPUTIME_ID) - bystanders->own_ns;
}

// What others than the body's threads may take.
static int64_t allowed_ns(const struct bystanders *bystanders, int64_t own_ns) {
    bool is_drivers = syscall(SYS_gettid) != getpid();
    if (bystanders->tasks == 1)
        return 0;
    return is_drivers ? INT64_MAX : (own_ns - bystanders->own_ns) / PART;
}

// Threads that live are counted before times are read: one that ends in between is in the times.
// The thread's own time is read last here and first at the beginning: what is taken between two
// readings is never held to be others'.
bool bystanders_worked(const struct bystanders *bystanders) {
    if (!bystanders->is_watched)
        return false;
    if (count_tasks() > bystanders->tasks)
        return true;
    int64_t all_ns = read_ns(CLOCK_PROCESS_CPUTIME_ID), own_ns = read_ns(CLOCK_THREAD_CPUTIME_ID);
    return all_ns - own_ns - bystanders->others_ns > allowed_ns(bystanders, own_ns);
}
