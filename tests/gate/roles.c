// SPDX-License-Identifier: MIT
// Cases whose time depends on what the gate must not let decide: on who comes first, and on who was
// there just before.
#include <tare/bench.h>

#include <fcntl.h>
#include <stdatomic.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

BENCH_GROUP("roles");

// Of all processes that live now; the lock goes with the process.
static bool is_first(void) {
    int lock = open(LOCK, O_CREAT | O_RDWR | O_CLOEXEC, 0600);
    return lock >= 0 && flock(lock, LOCK_EX | LOCK_NB) == 0;
}

// A tenth slower in the process that is asked first.
BENCH(first_pays) {
    static int steps;
    uint64_t x = bench_seed(b);
    if (steps == 0)
        steps = is_first() ? 1100 : 1000;
    BENCH_LOOP(b) {
        for (int i = 0; i < steps; i++) {
            x = x * 3 + 1;
            bench_hide(x);
        }
    }
}

// A call of 11 ms.
BENCH(is_long) {
    BENCH_LOOP(b) {
        nanosleep(&(struct timespec){.tv_nsec = 11000000}, NULL);
    }
}

// What all processes see: who was here last, and for how many samples he still gets in the way.
struct seat {
    _Atomic long last, samples;
};

static struct seat *take_seat(void) {
    int fd = open(LOCK ".seat", O_CREAT | O_RDWR | O_CLOEXEC, 0600);
    if (fd < 0 || ftruncate(fd, sizeof(struct seat)) != 0)
        return NULL;
    void *seat = mmap(NULL, sizeof(struct seat), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    return seat == MAP_FAILED ? NULL : seat;
}

// Twice as slow for three samples after another process was here, as if it had taken a cache.
BENCH(is_disturbed) {
    static struct seat *seat;
    if (seat == NULL && (seat = take_seat()) == NULL) {
        bench_skip(b, "no memory to share");
        return;
    }
    if (seat->last != getpid()) {
        seat->last = getpid();
        seat->samples = 3;
    }
    int steps = seat->samples > 0 ? 2000 : 1000;
    seat->samples -= seat->samples > 0;
    uint64_t x = bench_seed(b);
    BENCH_LOOP(b) {
        for (int i = 0; i < steps; i++) {
            x = x * 3 + 1;
            bench_hide(x);
        }
    }
}
