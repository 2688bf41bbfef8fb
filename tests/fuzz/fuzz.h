// SPDX-License-Identifier: MIT
// A fuzz target: one function that takes any bytes, and asserts what must hold whatever they are.
//
// clang's libFuzzer calls it (make fuzz), and so does replay.c, without a fuzzer (make test).
#ifndef FUZZ_H
#define FUZZ_H

#include <stddef.h>
#include <stdint.h>

// The name is libFuzzer's. Always 0.
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
