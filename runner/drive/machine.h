// SPDX-License-Identifier: MIT
// What a run should know about its machine: facts for the document, and a key to file them under.
#ifndef MACHINE_H
#define MACHINE_H

#include <stdbool.h>
#include <stddef.h>

struct cpuident;
struct document;

#define MACHINE_KEY_SIZE 128

// Adds every fact to the document, or the reason why it is missing. `root` is "" for this machine
// or a directory with another's proc/ and sys/; `cpu` is the one that is measured: governor, core
// class and so on are that CPU's. Call it while the thread may use all CPUs that the user allows.
// False when the CPU could not be identified, which the comparator will not accept.
bool machine_read(struct document *doc, const char *root, const struct cpuident *ident, int cpu);

// "amd-26-2-1-kvm-2cpu": what the machine is, never what was measured; fit for a file name.
void machine_key(const struct document *doc, char *text, size_t size);

// "glibc 2.36"; musl does not say its version.
const char *machine_libc(void);

#endif
