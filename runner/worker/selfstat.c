// SPDX-License-Identifier: MIT
// Reads what happened to the calling thread, from getrusage and /proc/thread-self/schedstat.

#include "selfstat.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

int selfstat_open(void) { return open("/proc/thread-self/schedstat", O_RDONLY | O_CLOEXEC); }

// The second field of "RUN_NS DELAY_NS SLICES".
static uint64_t read_delay(int fd) {
    char text[96];
    ssize_t length = fd < 0 ? -1 : pread(fd, text, sizeof text - 1, 0);
    if (length <= 0)
        return 0;
    text[length] = '\0';
    char *end;
    strtoull(text, &end, 10);
    return strtoull(end, NULL, 10);
}

struct selfstat selfstat_read(int schedstat_fd) {
    struct rusage usage;
    getrusage(RUSAGE_THREAD, &usage);
    return (struct selfstat){
        .faults_minor = (uint64_t)usage.ru_minflt,
        .faults_major = (uint64_t)usage.ru_majflt,
        .preempted = (uint64_t)usage.ru_nivcsw,
        .delayed_ns = read_delay(schedstat_fd),
    };
}

void selfstat_add(struct selfstat *total, const struct selfstat *before,
                  const struct selfstat *after) {
    total->faults_minor += after->faults_minor - before->faults_minor;
    total->faults_major += after->faults_major - before->faults_major;
    total->preempted += after->preempted - before->preempted;
    total->delayed_ns += after->delayed_ns - before->delayed_ns;
}
