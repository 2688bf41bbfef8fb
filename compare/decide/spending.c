// SPDX-License-Identifier: MIT
// How an error rate is shared out over the looks of a sequential test.
#include "spending.h"

#include <math.h>

double spending_take(struct spending *spending, size_t count, size_t count_max) {
    double free =
        spending->level * pow((double)count / (double)count_max, spending->power) - spending->spent;
    if (free < ldexp(1, -(int)count))
        return 0;
    spending->spent += free;
    return free;
}

size_t spending_looks(size_t count_max, size_t looks[SPENDING_LOOKS]) {
    static const size_t usual[] = {
        SPENDING_COUNT_MIN, 9, 12, 16, 22, 30, 40, 55, 75, 100, 140, 200};
    size_t count = 0;
    for (size_t i = 0; i < sizeof usual / sizeof *usual && usual[i] < count_max; i++)
        looks[count++] = usual[i];
    if (count_max >= SPENDING_COUNT_MIN)
        looks[count++] = count_max;
    return count;
}
