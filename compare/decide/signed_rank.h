// SPDX-License-Identifier: MIT
// The signed-rank test with bounded ranks, exact. Pure: contrasts in, probabilities and bounds out.
//
// F. Wilcoxon (1945), but ranks above n / 2 are n / 2: what lies far off tells its side, not more.
// Contrasts have tails as long as neighbours are loud. Of normal noise that needs 15 % more of them
// (an efficiency of 0.83 instead of 0.955); of contrasts as they come it needs no more, and fewer
// where a cache is shared: tests/gate/README.md. The null distribution is that of the sum of r_j
// b_j with fair coins b_j, from the product of (1 + z^r_j) / 2^n. Ties share their mid-rank,
// doubled to stay whole. A contrast of exactly 0 counts against rejection.
#ifndef SIGNED_RANK_H
#define SIGNED_RANK_H

#include <stddef.h>

#define SIGNED_RANK_MAX 256 // contrasts

// How improbable contrasts this large are if they scatter symmetrically about `shift` or less:
// small is evidence that they lie above it. 1 without contrasts.
double signed_rank_above(const double *contrasts, size_t count, double shift);
// The mirror: small is evidence that they lie below.
double signed_rank_below(const double *contrasts, size_t count, double shift);

// Hodges and Lehmann (1963): the median of the means of all pairs, each with itself too. NaN
// without contrasts.
double signed_rank_estimate(const double *contrasts, size_t count);

// The shifts that signed_rank_above does not reject at this level begin here; -INFINITY where so
// few contrasts reject nothing.
double signed_rank_low(const double *contrasts, size_t count, double level);
// Those that signed_rank_below does not reject end here; INFINITY likewise.
double signed_rank_high(const double *contrasts, size_t count, double level);

#endif
