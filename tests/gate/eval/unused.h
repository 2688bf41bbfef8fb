// SPDX-License-Identifier: MIT
// Included before each kernel: an edit that changes nothing.
#ifndef UNUSED_H
#define UNUSED_H

__attribute__((used)) static int never_called(int x) { return x < 2 ? x : x * never_called(x - 1); }

#endif
