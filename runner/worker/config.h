// SPDX-License-Identifier: MIT
// One case while its BENCH_CONFIG runs.
#ifndef CONFIG_H
#define CONFIG_H

#include "errmsg.h"
#include "suite.h"

// `struct bench_config` of the public header. The first mistake stays in `why`.
struct bench_config {
    struct suite_case *target;
    struct errmsg why;
    bool is_wrong;
};

#endif
