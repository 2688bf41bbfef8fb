// SPDX-License-Identifier: MIT
// A message is garbage, or all holds that its receiver relies on: the driver of what the worker
// says, and the worker of what the driver says.
#include "fuzz.h"

#include "json.h"
#include "wire.h"

#include <assert.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define ENDS(text) assert(memchr((text), '\0', sizeof(text)) != NULL)

static void look_at_hello(const union wire *m) { ENDS(m->hello.tare_version); }

static void look_at_trial(const union wire *m) {
    ENDS(m->trial.name);
    assert(m->trial.threads >= 1 && m->trial.threads <= m->trial.cpu_count);
    assert(m->trial.cpu_count <= sizeof m->trial.cpus / sizeof *m->trial.cpus);
}

static void look_at_ready(const union wire *m) { (void)m; }

static void look_at_sample(const union wire *m) { assert(m->sample.pad <= WIRE_PAD_MAX); }

static void look_at_result(const union wire *m) {
    const struct wire_result *result = &m->result;
    assert(result->status <= WIRE_SKIPPED);
    assert(result->metric_count <= WIRE_METRICS);
    for (uint32_t i = 0; i < result->metric_count; i++) {
        ENDS(result->metrics[i].name);
        ENDS(result->metrics[i].unit);
    }
    ENDS(result->label);
    ENDS(result->reason);
    assert(result->span_ns <= JSON_WHOLE_MAX);
}

static const struct {
    enum wire_kind want, other;
} dues[] = {
    {WIRE_HELLO, 0}, {WIRE_READY, WIRE_RESULT}, {WIRE_RESULT, WIRE_RESULT}, // at the driver
    {WIRE_TRIAL, 0}, {WIRE_SAMPLE, 0},                                      // at the worker
};

static void (*const look_at[])(const union wire *) = {
    [WIRE_HELLO] = look_at_hello,   [WIRE_TRIAL] = look_at_trial,   [WIRE_READY] = look_at_ready,
    [WIRE_SAMPLE] = look_at_sample, [WIRE_RESULT] = look_at_result,
};

static void receive(const uint8_t *data, size_t size, enum wire_kind want, enum wire_kind other) {
    int ends[2];
    union wire message;
    struct errmsg why = {""};
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
        return;
    bool is_sent = send(ends[0], data, size, MSG_DONTWAIT) == (ssize_t)size;
    close(ends[0]);
    enum wire_answer answer = wire_receive(ends[1], 0, want, other, &message, &why);
    close(ends[1]);
    assert(answer == WIRE_GOT || answer == WIRE_GARBAGE || !is_sent || size == 0);
    if (answer == WIRE_GARBAGE)
        assert(why.text[0] != '\0');
    if (answer != WIRE_GOT)
        return;
    assert(message.head.kind == want || message.head.kind == other);
    look_at[message.head.kind](&message);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    for (size_t i = 0; i < sizeof dues / sizeof *dues; i++)
        receive(data, size, dues[i].want, dues[i].other);
    return 0;
}
