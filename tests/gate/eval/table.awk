# SPDX-License-Identifier: MIT
# Functions of `table`.

function sorted(values, n,    i, j, v) {
    for (i = 2; i <= n; i++) {
        v = values[i]
        for (j = i - 1; j > 0 && values[j] > v; j--) values[j + 1] = values[j]
        values[j + 1] = v
    }
}

# Of a list of numbers in a text.
function median(text,    v, n, i) {
    n = split(text, v)
    if (n == 0) return 0
    for (i = 1; i <= n; i++) v[i] += 0
    sorted(v, n)
    return (v[int((n + 1) / 2)] + v[int((n + 2) / 2)]) / 2
}

# The standard deviation of a normal core: 1.4826 x the median distance from the median.
function spread(text,    v, n, i, middle, distances) {
    middle = median(text)
    n = split(text, v)
    for (i = 1; i <= n; i++) distances = distances " " (v[i] > middle ? v[i] - middle : middle - v[i])
    return 1.4826 * median(distances)
}

# P(at most x of n) at probability p.
function at_most(x, n, p,    i, term, sum) {
    term = exp(n * log(1 - p))
    for (i = 0; i <= x; i++) { sum += term; term *= (n - i) / (i + 1) * p / (1 - p) }
    return sum
}

# Clopper and Pearson's upper bound, 95 % one-sided, in percent; for x = 0 nearly 3 / n.
function bound(x, n,    low, high, middle, i) {
    if (n == 0 || x >= n) return 100
    high = 1
    for (i = 0; i < 50; i++) {
        middle = (low + high) / 2
        if (at_most(x, n, middle) > 0.05) low = middle; else high = middle
    }
    return 100 * high
}
