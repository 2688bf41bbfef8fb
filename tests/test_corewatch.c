// SPDX-License-Identifier: MIT
// A test of what others do to a CPU and its core.

#include "corewatch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

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
        cmocka_unit_test(shares_are_between_none_and_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
