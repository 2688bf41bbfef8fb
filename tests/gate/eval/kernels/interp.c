// SPDX-License-Identifier: MIT
// An interpreter of byte code by switch. Unit: a program of 32 instructions, the same in each but
// in another order.

#include "inputs.h"
#include "work.h"

BENCH_GROUP("interp");

enum { ADD, SUBTRACT, MULTIPLY, MIX, SHIFT, LOAD, STORE, COMPARE, OPERATIONS, HALT = OPERATIONS };
enum { PROGRAMS = 8, LENGTH = 32, CELLS = 8 };

static void write_program(uint64_t *seed, unsigned char *code) {
    size_t order[LENGTH];
    inputs_shuffled(seed, order, LENGTH);
    for (size_t i = 0; i < LENGTH; i++)
        code[i] = (unsigned char)(order[i] % OPERATIONS);
    code[LENGTH] = HALT;
}

static uint64_t interpret(const unsigned char *code, uint64_t *cells) {
    uint64_t a = 1, b = 2;
    for (;;) {
        switch (*code++) {
        case ADD:
            a += b;
            break;
        case SUBTRACT:
            b -= a;
            break;
        case MULTIPLY:
            a *= b | 1;
            break;
        case MIX:
            b ^= a;
            break;
        case SHIFT:
            a = (a << 5) | (a >> 59);
            break;
        case LOAD:
            b = cells[a % CELLS];
            break;
        case STORE:
            cells[b % CELLS] = a;
            break;
        case COMPARE:
            a += a > b;
            break;
        default:
            return a;
        }
    }
}

BENCH(run) {
    unsigned char codes[PROGRAMS][LENGTH + 1];
    uint64_t seed = bench_seed(b), cells[CELLS] = {0}, sum = 0;
    size_t units = work_units();
    for (size_t i = 0; i < PROGRAMS; i++)
        write_program(&seed, codes[i]);
    BENCH_LOOP(b) {
        for (size_t i = 0; i < units; i++)
            sum += interpret(codes[work_draw(&seed, PROGRAMS)], cells);
        bench_keep(sum);
    }
}
