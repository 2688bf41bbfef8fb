// SPDX-License-Identifier: MIT
// Which known word a mistyped one may have meant.
#include "nearest.h"

#include <stdint.h>
#include <string.h>

#define COMPARED_MAX 40 // letters of a known word

static size_t least(size_t a, size_t b) { return a < b ? a : b; }

// Levenshtein: how many letters must be put in, taken out or changed.
static size_t distance(const char *a, size_t a_length, const char *b) {
    size_t b_length = strlen(b), row[COMPARED_MAX + 1];
    if (b_length > COMPARED_MAX)
        return SIZE_MAX;
    for (size_t j = 0; j <= b_length; j++)
        row[j] = j;
    for (size_t i = 1; i <= a_length; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b_length; j++) {
            size_t changed = diagonal + (a[i - 1] != b[j - 1]);
            diagonal = row[j];
            row[j] = least(changed, least(row[j], row[j - 1]) + 1);
        }
    }
    return row[b_length];
}

struct nearest nearest_to(const char *word, size_t length) {
    return (struct nearest){
        .word = word, .length = length, .away = length / 3 + 2}; // further away it is another word
}

void nearest_offer(struct nearest *nearest, const char *known) {
    size_t away = distance(nearest->word, nearest->length, known);
    if (away < nearest->away) {
        nearest->away = away;
        nearest->known = known;
    }
}
