// SPDX-License-Identifier: MIT
// Reads what happened to the calling thread and its process, from getrusage and /proc.

#include "selfstat.h"

#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
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

double selfstat_huge_bytes(void) {
    static const char key[] = "\nAnonHugePages:";
    char text[2048];
    int fd = open("/proc/self/smaps_rollup", O_RDONLY | O_CLOEXEC);
    ssize_t length = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
    if (fd >= 0)
        close(fd);
    text[length > 0 ? length : 0] = '\0';
    const char *found = strstr(text, key);
    return found ? 1024 * strtod(found + strlen(key), NULL) : NAN;
}

void selfstat_add(struct selfstat *total, const struct selfstat *before,
                  const struct selfstat *after) {
    total->faults_minor += after->faults_minor - before->faults_minor;
    total->faults_major += after->faults_major - before->faults_major;
    total->preempted += after->preempted - before->preempted;
    total->delayed_ns += after->delayed_ns - before->delayed_ns;
}
