// SPDX-License-Identifier: MIT
// Notes the signals by which the user wants to stop.
#include "stop.h"

#include "nstime.h"

#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>

// timeout(1) signals the process and then its group: what comes this soon is the same wish.
static const uint64_t again_ns = 200000000;

static volatile sig_atomic_t came; // the number of the first
static volatile uint64_t came_ns;
static struct sigaction interrupt_before, terminate_before;

// The second one ends the runner at once.
static void note_signal(int signal_number) {
    if (came && nstime_now() - came_ns > again_ns) {
        signal(signal_number, SIG_DFL);
        raise(signal_number);
    } else if (!came) {
        came_ns = nstime_now();
        came = signal_number;
    }
}

static sigset_t stop_signals(void) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    return set;
}

void stop_prepare(void) {
    // No SA_RESTART, waits must end.
    struct sigaction action = {.sa_handler = note_signal, .sa_mask = stop_signals()};
    sigaction(SIGINT, &action, &interrupt_before);
    sigaction(SIGTERM, &action, &terminate_before);
}

void stop_restore(void) {
    sigaction(SIGINT, &interrupt_before, NULL);
    sigaction(SIGTERM, &terminate_before, NULL);
}

int stop_signal(void) { return came; }

void stop_hold(bool are_held) {
    sigset_t set = stop_signals();
    pthread_sigmask(are_held ? SIG_BLOCK : SIG_UNBLOCK, &set, NULL);
}
