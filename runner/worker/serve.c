// SPDX-License-Identifier: MIT
// The worker's side of the conversation.

#include "serve.h"

#include "json.h"
#include "measure.h"
#include "meter.h"
#include "nstime.h"
#include "registry.h"
#include "team.h"
#include "warmheap.h"
#include "wire.h"
#include "yardstick_names.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// The worker while it serves one trial.
struct session {
    int fd;
    void (*body)(struct bench *b);
    struct team *team;
    struct meter *meter; // NULL: nothing is counted
    bool is_over;        // the driver hung up
};

int serve_role(void) {
    const char *text = getenv(WIRE_ENV);
    if (!text)
        return -1;
    char *end;
    long fd = strtol(text, &end, 10);
    if (*end || fd < 0 || fd > 1024)
        return -1;
    unsetenv(WIRE_ENV);
    fcntl((int)fd, F_SETFD, FD_CLOEXEC);
    return (int)fd;
}

// ---- Samples ---------------------------------------------------------------------------------

// Enters the body on a stack aligned down to 64 KiB and then lowered by `pad`, so that where the
// stack lies is the request's choice and not the launch's luck.
__attribute__((noinline)) static void enter(struct bench *b, uint32_t pad) {
    char here;
    size_t down = ((uintptr_t)&here & 0xffff) + pad + 16;
    bench_use_mem(__builtin_alloca(down));
    ((struct session *)b->session)->body(b);
    bench_clobber(); // no tail call: the room must outlive the body
}

static size_t read_meter(struct session *s, struct wire_count *counts) {
    return s->meter ? s->meter->report(s->meter, counts) : 0;
}

static bool send_counts(const struct session *s, const struct wire_count *counts, size_t count) {
    for (size_t i = 0; i < count; i++) {
        union wire message = {.count = counts[i]};
        if (!wire_send(s->fd, WIRE_COUNT, &message))
            return false;
    }
    return true;
}

static bool answer(struct session *s, struct bench *b) {
    union wire message = {0};
    struct wire_count counts[WIRE_COUNTS];
    measure_report(b, &message.result);
    size_t count = message.result.status == WIRE_OK ? read_meter(s, counts) : 0;
    message.result.count_count = (uint32_t)count;
    return wire_send(s->fd, WIRE_RESULT, &message) && send_counts(s, counts, count);
}

static bool take_request(struct session *s, struct wire_sample *wanted) {
    union wire message;
    struct errmsg why;
    enum wire_answer got = wire_receive(s->fd, -1, WIRE_SAMPLE, 0, &message, &why);
    if (got == WIRE_GARBAGE)
        fprintf(stderr, "tare: the driver sent garbage: %s\n", why.text);
    s->is_over = got != WIRE_GOT;
    if (s->is_over)
        return false;
    *wanted = message.sample;
    if (wanted->flags & WIRE_WARM)
        warmheap_set(NULL); // which the driver has tried in the same program
    if (s->meter)
        s->meter->arm(s->meter, wanted->round);
    return true;
}

// Delivers a sample and takes the next request while the body waits inside its loop.
static bool next_sample(struct bench *b) {
    struct session *s = b->session;
    struct wire_sample wanted;
    if (!answer(s, b) || !take_request(s, &wanted)) {
        s->is_over = true;
        return false;
    }
    measure_rearm(b, &wanted);
    return wanted.calls != 0;
}

static void serve_samples(struct session *s, unsigned threads) {
    struct bench *first = team_member(s->team, 0);
    for (unsigned i = 0; i < threads; i++) {
        struct bench *b = team_member(s->team, i);
        b->session = s;
        b->meter = s->meter;
        b->next_sample = next_sample;
    }
    struct wire_sample wanted;
    while (!s->is_over && take_request(s, &wanted)) {
        team_run(s->team, &wanted, enter);
        if (!s->is_over && !answer(s, first))
            break;
    }
}

// What the driver wants of this worker.
struct order {
    struct wire_meter meter; // kind "": nothing is counted
    struct wire_trial trial;
};

// ---- The trial -------------------------------------------------------------------------------

static bool send_hello(int fd) {
    struct nstime_quality clock = nstime_measure();
    union wire message = {.hello = {.clock_tick_ns = clock.tick_ns,
                                    .clock_cost_ns = clock.cost_ns,
                                    .loop_version = TARE_LOOP_VERSION,
                                    .pid = (uint32_t)getpid(),
                                    .tare_version = TARE_VERSION}};
    return wire_send(fd, WIRE_HELLO, &message);
}

static void refuse(int fd, enum wire_status status, const struct errmsg *why) {
    union wire message = {.result = {.status = (uint32_t)status}};
    memcpy(message.result.reason, why->text, sizeof message.result.reason - 1);
    wire_send(fd, WIRE_RESULT, &message);
}

static void serve_team(struct session *s, const struct wire_trial *wanted,
                       const struct trial *trial) {
    struct errmsg why;
    s->team = team_start(trial, wanted->threads, wanted->cpus, &why);
    if (!s->team) {
        refuse(s->fd, WIRE_FAILED, &why);
        return;
    }
    union wire ready = {.ready = {.pinned = 1}};
    if (wire_send(s->fd, WIRE_READY, &ready))
        serve_samples(s, wanted->threads);
    team_stop(s->team);
}

static void serve_case(struct session *s, const struct order *order, const struct suite_case *c,
                       const struct trial *trial) {
    struct meter meter;
    struct errmsg why;
    memcpy(&s->body, &c->body, sizeof s->body);
    if (order->meter.kind[0] == '\0') {
        serve_team(s, &order->trial, trial);
    } else if (meter_open(&meter, &order->meter, order->trial.threads, &why)) {
        s->meter = &meter;
        serve_team(s, &order->trial, trial);
        meter.close(&meter);
        s->meter = NULL;
    } else {
        refuse(s->fd, WIRE_FAILED, &why);
    }
}

static void serve_trial(int fd, const struct suite *suite, const struct order *order) {
    struct session s = {.fd = fd};
    struct trial trial = {0};
    struct errmsg why;
    const struct suite_case *c = suite_find(suite, order->trial.name, &trial);
    if (!c) {
        fail(&why, "%s: this program has no such trial", order->trial.name);
        refuse(fd, WIRE_FAILED, &why);
        return;
    }
    serve_case(&s, order, c, &trial);
    json_release(&trial_shape, &trial);
}

static bool build_suite(const char *trial_name, struct suite *suite, struct errmsg *why) {
    if (strncmp(trial_name, YARDSTICK_GROUP "/", sizeof YARDSTICK_GROUP) != 0)
        return registry_build(suite, why);
    registry_yardsticks(suite, true);
    return true;
}

static bool take_order(int fd, struct order *order, struct errmsg *why) {
    union wire message;
    *order = (struct order){0};
    fail(why, "hung up before it named a trial");
    if (wire_receive(fd, -1, WIRE_TRIAL, WIRE_METER, &message, why) != WIRE_GOT)
        return false;
    if (message.head.kind == WIRE_METER) {
        order->meter = message.meter;
        if (wire_receive(fd, -1, WIRE_TRIAL, 0, &message, why) != WIRE_GOT)
            return false;
    }
    order->trial = message.trial;
    return true;
}

int serve(int fd) {
    struct order order;
    struct errmsg why;
    struct suite suite;
    if (!send_hello(fd) || !take_order(fd, &order, &why) ||
        !build_suite(order.trial.name, &suite, &why)) {
        fprintf(stderr, "tare worker: %s\n", why.text);
        close(fd);
        return 1;
    }
    serve_trial(fd, &suite, &order);
    suite_release(&suite);
    close(fd);
    return 0;
}
