// SPDX-License-Identifier: MIT
// Sends and receives the messages between driver and worker, and knows garbage when it sees it.
#include "wire.h"

#include "json.h"

#include <assert.h>
#include <errno.h>
#include <math.h>
#include <poll.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>

#define WIRE_MAGIC 0x65726174u // "tare"

static bool ends(const char *text, size_t size) { return memchr(text, '\0', size) != NULL; }

// Each says what is wrong with a message of the right size, or NULL.
static const char *hello_flaw(const union wire *m) {
    return ends(m->hello.tare_version, sizeof m->hello.tare_version) ? NULL : "endless version";
}

static const char *trial_flaw(const union wire *m) {
    if (!ends(m->trial.name, sizeof m->trial.name))
        return "endless trial name";
    if (m->trial.cpu_count > sizeof m->trial.cpus / sizeof *m->trial.cpus)
        return "too many CPUs";
    if (m->trial.threads == 0 || m->trial.threads > m->trial.cpu_count)
        return "no CPU for a thread";
    return NULL;
}

static const char *sample_flaw(const union wire *m) {
    return m->sample.pad <= WIRE_PAD_MAX ? NULL : "a pad beyond the stack";
}

static const char *result_flaw(const union wire *m) {
    const struct wire_result *result = &m->result;
    if (result->status > WIRE_SKIPPED)
        return "unknown status";
    if (result->span_ns > JSON_WHOLE_MAX)
        return "a time that no document holds";
    if (result->metric_count > WIRE_METRICS)
        return "too many metrics";
    if (result->address_count > WIRE_ADDRESSES)
        return "too many addresses";
    if (result->count_count > WIRE_COUNTS)
        return "too many counts";
    if (isinf(result->huge_bytes) || result->huge_bytes < 0)
        return "a size of memory that cannot be";
    for (uint32_t i = 0; i < result->metric_count; i++) {
        const struct wire_metric *metric = &result->metrics[i];
        if (!ends(metric->name, sizeof metric->name) || !ends(metric->unit, sizeof metric->unit))
            return "endless metric name or unit";
    }
    for (uint32_t i = 0; i < result->address_count; i++)
        if (!ends(result->addresses[i].name, sizeof result->addresses[i].name))
            return "endless name of an address";
    if (!ends(result->label, sizeof result->label) || !ends(result->reason, sizeof result->reason))
        return "endless label or reason";
    return NULL;
}

static const char *meter_flaw(const union wire *m) {
    return ends(m->meter.kind, sizeof m->meter.kind) &&
                   ends(m->meter.wanted, sizeof m->meter.wanted)
               ? NULL
               : "endless text";
}

static const char *count_flaw(const union wire *m) {
    const struct wire_count *count = &m->count;
    bool is_sound =
        ends(count->name, sizeof count->name) && ends(count->unit, sizeof count->unit) &&
        ends(count->source, sizeof count->source) && ends(count->event, sizeof count->event) &&
        ends(count->reason, sizeof count->reason);
    if (!is_sound)
        return "endless text";
    return count->name[0] != '\0' && count->source[0] != '\0' ? NULL : "no name or source";
}

static const struct {
    const char *name;
    size_t size;
    const char *(*flaw)(const union wire *);
} kinds[] = {
    [WIRE_HELLO] = {"HELLO", sizeof(struct wire_hello), hello_flaw},
    [WIRE_TRIAL] = {"TRIAL", sizeof(struct wire_trial), trial_flaw},
    [WIRE_READY] = {"READY", sizeof(struct wire_ready), NULL},
    [WIRE_SAMPLE] = {"SAMPLE", sizeof(struct wire_sample), sample_flaw},
    [WIRE_RESULT] = {"RESULT", sizeof(struct wire_result), result_flaw},
    [WIRE_METER] = {"METER", sizeof(struct wire_meter), meter_flaw},
    [WIRE_COUNT] = {"COUNT", sizeof(struct wire_count), count_flaw},
};

bool wire_send(int fd, enum wire_kind kind, union wire *message) {
    assert(kind >= WIRE_HELLO && kind < WIRE_KINDS);
    message->head = (struct wire_head){WIRE_MAGIC, WIRE_VERSION, (uint16_t)kind};
    assert(kinds[kind].flaw == NULL || kinds[kind].flaw(message) == NULL);
    ssize_t sent;
    do
        sent = send(fd, message, kinds[kind].size, MSG_NOSIGNAL);
    while (sent < 0 && errno == EINTR);
    return sent == (ssize_t)kinds[kind].size;
}

static bool check(const union wire *message, size_t size, enum wire_kind want, enum wire_kind other,
                  struct errmsg *why) {
    const struct wire_head *head = &message->head;
    if (size < sizeof *head || head->magic != WIRE_MAGIC)
        return fail(why, "%zu bytes that are no message of tare", size);
    if (head->version != WIRE_VERSION)
        return fail(why, "message version %u, this tare speaks %u; build both with one version",
                    (unsigned)head->version, WIRE_VERSION);
    if (head->kind != want && (other == 0 || head->kind != other))
        return fail(why, "message kind %u where %s was due", (unsigned)head->kind,
                    kinds[want].name);
    if (size != kinds[head->kind].size)
        return fail(why, "%s message of %zu bytes instead of %zu", kinds[head->kind].name, size,
                    kinds[head->kind].size);
    const char *flaw = kinds[head->kind].flaw == NULL ? NULL : kinds[head->kind].flaw(message);
    return flaw == NULL || fail(why, "%s message with %s", kinds[head->kind].name, flaw);
}

enum wire_answer wire_receive(int fd, int timeout_ms, enum wire_kind want, enum wire_kind other,
                              union wire *message, struct errmsg *why) {
    struct pollfd ready = {.fd = fd, .events = POLLIN};
    int count = poll(&ready, 1, timeout_ms);
    if (count == 0 || (count < 0 && errno == EINTR))
        return WIRE_TIMEOUT;
    // MSG_TRUNC: the length that was sent, even where it is more than there is room for.
    ssize_t size = recv(fd, message, sizeof *message, MSG_TRUNC | MSG_DONTWAIT);
    if (size < 0 && (errno == EINTR || errno == EAGAIN))
        return WIRE_TIMEOUT;
    if (size <= 0)
        return WIRE_ENDED;
    return check(message, (size_t)size, want, other, why) ? WIRE_GOT : WIRE_GARBAGE;
}
