// SPDX-License-Identifier: MIT
// Pointer chases through a ring that lies in the first, second and third cache. Unit: a node.

#include "inputs.h"
#include "work.h"

BENCH_GROUP("chase");

enum { LINE_BYTES = 64 };

// -DREAL: one more cache line, as for a new field.
struct node {
    struct node *next;
    char rest[LINE_BYTES - sizeof(struct node *)];
#ifdef REAL
    char more[LINE_BYTES];
#endif
};

static struct node *make_ring(uint64_t *seed, size_t count) {
    struct node *nodes = inputs_room(count * sizeof *nodes);
    size_t *order = inputs_room(count * sizeof *order);
    inputs_shuffled(seed, order, count);
    for (size_t i = 0; i < count; i++)
        nodes[order[i]].next = &nodes[order[(i + 1) % count]];
    free(order);
    return nodes;
}

static void chase(struct bench *b, size_t bytes) {
    uint64_t seed = bench_seed(b);
    struct node *nodes = make_ring(&seed, bytes / LINE_BYTES);
    struct node *node = nodes;
    size_t units = work_units();
    BENCH_LOOP(b) {
        for (size_t i = 0; i < units; i++)
            node = node->next;
        bench_keep(node);
    }
    free(nodes);
}

BENCH(l1) { chase(b, (size_t)16 << 10); }
BENCH(l2) { chase(b, (size_t)256 << 10); }
BENCH(l3) { chase(b, (size_t)2 << 20); }
