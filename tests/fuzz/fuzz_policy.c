// SPDX-License-Identifier: MIT
// A policy is refused with line and column, or what it says is within its ranges.
#include "fuzz.h"

#include "policy.h"

#include <assert.h>
#include <math.h>
#include <string.h>

static const double ranges[POLICY_KEYS][2] = {
    [POLICY_DETECT] = {0.001, 100}, [POLICY_IGNORE] = {0, 100},    [POLICY_REQUIRED] = {0, 1},
    [POLICY_WEIGHT] = {0.001, 1e3}, [POLICY_BUDGET] = {1e6, 1e15},
};

static const struct trial trials[] = {
    {.name = "json/parse/size=64", .group = "json", .case_name = "parse"},
    {.name = "a", .group = "", .case_name = ""},
};

static void look_at_line(const struct policy_line *line) {
    assert(line->glob.text != NULL && line->glob.line >= 1);
    for (int key = 0; key < POLICY_KEYS; key++)
        assert(isnan(line->values[key]) ||
               (line->values[key] >= ranges[key][0] && line->values[key] <= ranges[key][1]));
    for (size_t i = 0; i < line->limits.count; i++)
        assert(line->limits.items[i].metric[0] != '\0' && isfinite(line->limits.items[i].value));
    struct subject subject = {&trials[0], &trials[1]};
    policy_glob_covers(&line->glob, &subject);
}

static void look_at_message(const char *message) {
    assert(strncmp(message, "f:", 2) == 0);
    assert(strchr(message, '\n') == NULL && strchr(message, '\033') == NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct policy policy;
    struct errmsg why = {""};
    if (!policy_parse(&policy, "f", (const char *)data, size, &why)) {
        look_at_message(why.text);
        return 0;
    }
    for (size_t i = 0; i < policy.line_count; i++)
        look_at_line(&policy.lines[i]);
    for (size_t i = 0; i < policy.waiver_count; i++)
        policy_glob_covers(&policy.waivers[i].glob, &(struct subject){&trials[0], NULL});
    policy_release(&policy);
    return 0;
}
