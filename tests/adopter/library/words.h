// SPDX-License-Identifier: MIT
// Counts words: a small library that has cases beside its code.
#ifndef WORDS_H
#define WORDS_H

#include <stddef.h>

size_t words_count(const char *text);

#endif
