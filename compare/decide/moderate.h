// SPDX-License-Identifier: MIT
// Moderated variances: a trial with few runs borrows from what the whole suite says of variances.
//
// G. K. Smyth, "Linear models and empirical Bayes methods" (2004), section 6: if the true variances
// are spread as a scaled inverse chi-square, then (df_prior * prior + df * own) / (df_prior + df)
// with df_prior + df degrees of freedom makes an exact t test.
#ifndef MODERATE_H
#define MODERATE_H

#include <stddef.h>

struct variance {
    double value;
    double df; // 0: not known
};

// The suite's variance, from those of its trials (df > 0 each). Equal true variances give `df_max`,
// very different ones a df near 0; fewer than three variances give df 0.
struct variance moderate_prior(const struct variance *own, size_t count, double df_max);

struct variance moderate(struct variance own, struct variance prior);

#endif
