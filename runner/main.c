// SPDX-License-Identifier: MIT
// main() of a suite that brings none: a member of the library by itself, so that one can be
// brought.

#include "tare/bench.h"

int main(int argc, char **argv) { return tare_main(argc, argv); }
