// SPDX-License-Identifier: MIT
// Tests of what others do to a CPU and its core.

#include "corewatch.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { COUNT = 100 };

// Sorted: `slow` of them take `ratio` times as long, and the last `preempted` of those far longer.
static double shared_of(size_t slow, double ratio, size_t preempted) {
    double values[COUNT];
    for (size_t i = 0; i < COUNT; i++) {
        values[i] = (i < COUNT - slow ? 200000 : 200000 * ratio) + 20 * (double)i;
        if (i >= COUNT - preempted)
            values[i] = 9e6 + (double)i;
    }
    return corewatch_shared(values, COUNT);
}

static void a_core_is_shared_when_its_work_has_two_modes(void **state) {
    (void)state;
    assert_true(fabs(shared_of(36, 1.8, 0) - 0.36) < 1e-9);
    assert_true(shared_of(36, 1.1, 0) == 0);
    assert_true(shared_of(0, 1, 0) == 0);
    assert_true(shared_of(100, 1.8, 0) == 0); // always: not to be seen
}

static void preemption_is_no_sharing(void **state) {
    (void)state;
    assert_true(shared_of(0, 1, 20) == 0);
    assert_true(fabs(shared_of(40, 1.8, 20) - 0.25) < 1e-9); // 20 of the 80 that are left
}

// Whatever others do on this machine.
static void shares_are_between_none_and_all(void **state) {
    (void)state;
    struct corewatch watch;
    corewatch_measure(&watch, 1);
    assert_true(watch.lost >= 0 && watch.lost <= 1);
    assert_true(watch.shared >= 0 && watch.shared <= 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_core_is_shared_when_its_work_has_two_modes),
        cmocka_unit_test(preemption_is_no_sharing),
        cmocka_unit_test(shares_are_between_none_and_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
