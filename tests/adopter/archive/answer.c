// SPDX-License-Identifier: MIT
// The code of a project whose cases link with its archive.
int answer(void);
int answer(void) { return 42; }
