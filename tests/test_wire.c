// SPDX-License-Identifier: MIT
// Tests of the messages between driver and worker.
#include "wire.h"

#include "json.h"

#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#define AT_ONCE 0

static int ends[2]; // a message sent into ends[0] comes out of ends[1]

static int open_pair(void **state) {
    (void)state;
    return socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends);
}

static int close_pair(void **state) {
    (void)state;
    close(ends[0]);
    close(ends[1]);
    return 0;
}

static void assert_garbage(enum wire_kind want, const char *reason) {
    union wire in;
    struct errmsg why = {""};
    assert_int_equal(wire_receive(ends[1], AT_ONCE, want, 0, &in, &why), WIRE_GARBAGE);
    if (strstr(why.text, reason) == NULL)
        fail_msg("'%s' does not say '%s'", why.text, reason);
}

static void a_message_arrives_as_it_was_sent(void **state) {
    (void)state;
    union wire out = {.sample = {.calls = 1000, .seed = UINT64_MAX, .batches = 48, .pad = 4080}};
    union wire in;
    assert_true(wire_send(ends[0], WIRE_SAMPLE, &out));
    assert_int_equal(wire_receive(ends[1], AT_ONCE, WIRE_SAMPLE, 0, &in, NULL), WIRE_GOT);
    assert_memory_equal(&in.sample, &out.sample, sizeof in.sample);
}

static void one_of_two_kinds_is_taken(void **state) {
    (void)state;
    union wire in, ready = {.ready = {.pinned = 1}}, result = {.result = {.span_ns = 5}};
    assert_true(wire_send(ends[0], WIRE_READY, &ready));
    assert_true(wire_send(ends[0], WIRE_RESULT, &result));
    assert_int_equal(wire_receive(ends[1], AT_ONCE, WIRE_READY, WIRE_RESULT, &in, NULL), WIRE_GOT);
    assert_int_equal(in.head.kind, WIRE_READY);
    assert_int_equal(wire_receive(ends[1], AT_ONCE, WIRE_READY, WIRE_RESULT, &in, NULL), WIRE_GOT);
    assert_int_equal(in.head.kind, WIRE_RESULT);
    assert_int_equal(in.result.span_ns, 5);
}

static void silence_is_a_timeout(void **state) {
    (void)state;
    union wire in;
    assert_int_equal(wire_receive(ends[1], AT_ONCE, WIRE_HELLO, 0, &in, NULL), WIRE_TIMEOUT);
}

static void what_was_sent_before_the_end_is_received_first(void **state) {
    (void)state;
    union wire in, out = {.ready = {.pinned = 1}};
    assert_true(wire_send(ends[0], WIRE_READY, &out));
    close(ends[0]);
    assert_int_equal(wire_receive(ends[1], AT_ONCE, WIRE_READY, 0, &in, NULL), WIRE_GOT);
    assert_int_equal(wire_receive(ends[1], AT_ONCE, WIRE_READY, 0, &in, NULL), WIRE_ENDED);
}

static void sending_to_nobody_is_false_and_no_signal(void **state) {
    (void)state;
    signal(SIGPIPE, SIG_DFL);
    close(ends[1]);
    union wire out = {.ready = {.pinned = 1}};
    assert_false(wire_send(ends[0], WIRE_READY, &out));
}

static void bytes_of_somebody_else_are_garbage(void **state) {
    (void)state;
    assert_int_equal(send(ends[0], "hello", 5, 0), 5);
    assert_garbage(WIRE_HELLO, "no message of tare");
}

static void another_kind_is_garbage(void **state) {
    (void)state;
    union wire out = {.ready = {.pinned = 1}};
    assert_true(wire_send(ends[0], WIRE_READY, &out));
    assert_garbage(WIRE_RESULT, "RESULT was due");
}

static union wire valid(enum wire_kind kind, size_t size) {
    union wire message;
    memset(&message, 0, sizeof message);
    if (kind == WIRE_TRIAL)
        message.trial.threads = message.trial.cpu_count = 1;
    if (kind == WIRE_COUNT)
        message.count.name[0] = message.count.source[0] = 'x';
    assert_true(wire_send(ends[0], kind, &message));
    union wire taken;
    assert_int_equal(recv(ends[1], &taken, sizeof taken, 0), size);
    return message;
}

// A message as wire_send writes it, but for one change of `out`.
#define assert_spoiled(kind, member, change, reason)                                               \
    do {                                                                                           \
        union wire out = valid(kind, sizeof out.member);                                           \
        change;                                                                                    \
        assert_int_equal(send(ends[0], &out, sizeof out.member, 0), sizeof out.member);            \
        assert_garbage(kind, reason);                                                              \
    } while (0)

static void another_version_is_garbage(void **state) {
    (void)state;
    assert_spoiled(WIRE_READY, ready, out.head.version = WIRE_VERSION + 1, "version 3");
}

static void a_wrong_size_is_garbage(void **state) {
    (void)state;
    union wire out = valid(WIRE_READY, sizeof out.ready);
    assert_int_equal(send(ends[0], &out, sizeof out.ready - 1, 0), sizeof out.ready - 1);
    assert_garbage(WIRE_READY, "15 bytes instead of 16");

    char big[2 * sizeof(union wire)] = {0};
    memcpy(big, &out, sizeof out.ready);
    assert_int_equal(send(ends[0], big, sizeof big, 0), sizeof big);
    assert_garbage(WIRE_READY, "instead of 16");
}

static void fill(char *text, size_t size) { memset(text, 'x', size); }

static void texts_without_an_end_are_garbage(void **state) {
    (void)state;
    assert_spoiled(WIRE_TRIAL, trial, fill(out.trial.name, sizeof out.trial.name),
                   "endless trial name");
    assert_spoiled(WIRE_HELLO, hello, fill(out.hello.tare_version, sizeof out.hello.tare_version),
                   "endless version");
    assert_spoiled(WIRE_RESULT, result, fill(out.result.reason, sizeof out.result.reason),
                   "endless label or reason");
    assert_spoiled(WIRE_RESULT, result,
                   (out.result.metric_count = 1,
                    fill(out.result.metrics[0].unit, sizeof out.result.metrics[0].unit)),
                   "endless metric");
    assert_spoiled(WIRE_RESULT, result,
                   (out.result.address_count = 1,
                    fill(out.result.addresses[0].name, sizeof out.result.addresses[0].name)),
                   "endless name of an address");
    assert_spoiled(WIRE_METER, meter, fill(out.meter.wanted, sizeof out.meter.wanted),
                   "endless text");
    assert_spoiled(WIRE_COUNT, count, fill(out.count.event, sizeof out.count.event),
                   "endless text");
}

static void a_count_without_a_name_is_garbage(void **state) {
    (void)state;
    assert_spoiled(WIRE_COUNT, count, out.count.name[0] = '\0', "no name or source");
    assert_spoiled(WIRE_COUNT, count, out.count.source[0] = '\0', "no name or source");
}

static void counts_beyond_the_arrays_are_garbage(void **state) {
    (void)state;
    assert_spoiled(WIRE_RESULT, result, out.result.metric_count = WIRE_METRICS + 1,
                   "too many metrics");
    assert_spoiled(WIRE_RESULT, result, out.result.address_count = WIRE_ADDRESSES + 1,
                   "too many addresses");
    assert_spoiled(WIRE_RESULT, result, out.result.count_count = WIRE_COUNTS + 1,
                   "too many counts");
    assert_spoiled(WIRE_RESULT, result, out.result.status = 99, "unknown status");
    assert_spoiled(WIRE_TRIAL, trial, out.trial.cpu_count = 513, "too many CPUs");
    assert_spoiled(WIRE_TRIAL, trial, out.trial.threads = 2, "no CPU for a thread");
}

static void numbers_beyond_their_use_are_garbage(void **state) {
    (void)state;
    assert_spoiled(WIRE_SAMPLE, sample, out.sample.pad = WIRE_PAD_MAX + 16,
                   "a pad beyond the stack");
    assert_spoiled(WIRE_RESULT, result, out.result.span_ns = JSON_WHOLE_MAX + 1,
                   "a time that no document holds");
    assert_spoiled(WIRE_RESULT, result, out.result.huge_bytes = -1, "memory that cannot be");
    assert_spoiled(WIRE_RESULT, result, out.result.huge_bytes = INFINITY, "memory that cannot be");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_pair, close_pair)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_message_arrives_as_it_was_sent),
        TEST(one_of_two_kinds_is_taken),
        TEST(silence_is_a_timeout),
        TEST(what_was_sent_before_the_end_is_received_first),
        TEST(sending_to_nobody_is_false_and_no_signal),
        TEST(bytes_of_somebody_else_are_garbage),
        TEST(another_kind_is_garbage),
        TEST(another_version_is_garbage),
        TEST(a_wrong_size_is_garbage),
        TEST(texts_without_an_end_are_garbage),
        TEST(a_count_without_a_name_is_garbage),
        TEST(counts_beyond_the_arrays_are_garbage),
        TEST(numbers_beyond_their_use_are_garbage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
