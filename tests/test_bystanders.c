// SPDX-License-Identifier: MIT
// Tests of how threads are found that work beside the calls.

#include "bystanders.h"

#include <pthread.h>
#include <semaphore.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static void work(void) {
    for (unsigned left = 1000000; left; left--)
        __asm__ volatile("" : "+r"(left));
}

// A thread that works when it is told to, and says when it has done so.
static struct {
    pthread_t thread;
    sem_t wanted, done;
    bool is_over;
} helper;

static void *help(void *arg) {
    while (sem_wait(&helper.wanted) == 0 && !helper.is_over) {
        work();
        sem_post(&helper.done);
    }
    return arg;
}

static void have_helped(void) {
    sem_post(&helper.wanted);
    sem_wait(&helper.done);
}

static void start_helper(void) {
    helper.is_over = false;
    sem_init(&helper.wanted, 0, 0);
    sem_init(&helper.done, 0, 0);
    assert_int_equal(pthread_create(&helper.thread, NULL, help, NULL), 0);
    have_helped(); // is there
}

static void end_helper(void) {
    helper.is_over = true;
    sem_post(&helper.wanted);
    pthread_join(helper.thread, NULL);
}

static struct bystanders watched(unsigned threads) {
    struct bystanders bystanders;
    bystanders_watch(&bystanders, threads);
    return bystanders;
}

static void a_thread_that_works_alone_has_no_bystanders(void **state) {
    (void)state;
    struct bystanders bystanders = watched(1);
    for (int i = 0; i < 20; i++) {
        work();
        assert_false(bystanders_worked(&bystanders));
    }
}

static void a_thread_that_lives_is_found(void **state) {
    (void)state;
    struct bystanders bystanders = watched(1);
    start_helper();
    assert_true(bystanders_worked(&bystanders));
    end_helper();
}

static void a_thread_that_was_joined_is_found_by_what_it_took(void **state) {
    (void)state;
    struct bystanders bystanders = watched(1);
    start_helper();
    end_helper();
    assert_true(bystanders_worked(&bystanders));
    work();
    assert_true(bystanders_worked(&bystanders));
}

static void a_thread_that_ended_before_is_none(void **state) {
    (void)state;
    start_helper();
    end_helper();
    struct bystanders bystanders = watched(1);
    work();
    assert_false(bystanders_worked(&bystanders));
}

static void a_thread_that_was_there_before_is_one_if_it_works(void **state) {
    (void)state;
    start_helper();
    struct bystanders bystanders = watched(1);
    work();
    assert_false(bystanders_worked(&bystanders));
    have_helped();
    assert_true(bystanders_worked(&bystanders));
    end_helper();
}

static void a_child_is_none(void **state) {
    (void)state;
    struct bystanders bystanders = watched(1);
    pid_t child = fork();
    if (child == 0) {
        work();
        _exit(0);
    }
    waitpid(child, NULL, 0);
    assert_false(bystanders_worked(&bystanders));
}

static void a_trial_of_threads_is_not_watched(void **state) {
    (void)state;
    struct bystanders bystanders = watched(2);
    start_helper();
    assert_false(bystanders_worked(&bystanders));
    end_helper();
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_thread_that_works_alone_has_no_bystanders),
        cmocka_unit_test(a_thread_that_lives_is_found),
        cmocka_unit_test(a_thread_that_was_joined_is_found_by_what_it_took),
        cmocka_unit_test(a_thread_that_ended_before_is_none),
        cmocka_unit_test(a_thread_that_was_there_before_is_one_if_it_works),
        cmocka_unit_test(a_child_is_none),
        cmocka_unit_test(a_trial_of_threads_is_not_watched),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
