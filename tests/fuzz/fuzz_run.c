// SPDX-License-Identifier: MIT
// A worker that says what the input says: whatever it is, the run ends and its document is sound.
//
// The input is the worker's messages, one after the other: a byte for the kind, two for a length,
// and so many bytes of what stands behind the head; the rest of the message is zero.
#include "fuzz.h"

#include "checks.h"
#include "mem.h"
#include "run.h"
#include "table.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define MAGIC 0x65726174u

// What is left of the input. One worker lives at a time.
static const uint8_t *input;
static size_t input_left;

static uint8_t next_byte(void) {
    if (input_left == 0)
        return 0;
    input_left--;
    return *input++;
}

static size_t least(size_t a, size_t b) { return a < b ? a : b; }

static const struct {
    enum wire_kind kind;
    size_t size;
} kinds[] = {
    {WIRE_HELLO, sizeof(struct wire_hello)},
    {WIRE_READY, sizeof(struct wire_ready)},
    {WIRE_RESULT, sizeof(struct wire_result)},
};

static bool say_next(int fd) {
    size_t which = next_byte() % (sizeof kinds / sizeof *kinds);
    size_t length = next_byte();
    length += (size_t)next_byte() << 8;
    union wire message;
    memset(&message, 0, sizeof message);
    message.head = (struct wire_head){MAGIC, WIRE_VERSION, (uint16_t)kinds[which].kind};
    length = least(least(length, input_left), sizeof message - sizeof message.head);
    memcpy((char *)&message + sizeof message.head, input, length);
    input += length;
    input_left -= length;
    ssize_t size = (ssize_t)kinds[which].size;
    return send(fd, &message, kinds[which].size, MSG_NOSIGNAL) == size;
}

static int be_worker(int fd) {
    union wire request;
    while (input_left > 0 && say_next(fd) && recv(fd, &request, sizeof request, 0) > 0)
        ;
    close(fd);
    return 0;
}

static void plan_trial(struct document *doc, const char *name) {
    doc->trials = mem_push(doc->trials, &doc->trial_count, sizeof *doc->trials);
    doc->trials[doc->trial_count - 1] = (struct trial){
        .name = mem_text(name),
        .group = mem_text("g"),
        .case_name = mem_text("c"),
        .threads = 1,
        .policy = {.detect = NAN},
        .setup_ns = NAN,
        .bytes = NAN,
        .items = NAN,
    };
}

static void run(struct document *doc, bool is_smoke) {
    struct pin_cpu cpu = {.cpu = 0};
    struct pin pin = {&cpu, 1};
    struct console console = {.is_quiet = true};
    struct launch_how how = {.program = "suite", .serve_here = be_worker};
    struct run run = {
        .doc = doc,
        .how = &how,
        .pin = &pin,
        .console = &console,
        .limit_ns = 1000000000,
        .is_smoke = is_smoke,
    };
    struct run_facts facts;
    run_trials(&run, &facts);
    checks_results(doc, &facts);
    run_facts_release(&facts);
}

static void show(const struct document *doc) {
    char *text;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    assert(out != NULL);
    table_print(doc, 80, false, true, out);
    fclose(out);
    free(text);
}

static void write_and_read(const struct document *doc) {
    struct document again;
    struct errmsg why;
    size_t length;
    char *text = document_text(doc, &length);
    bool is_read = document_parse(&again, text, length, &why);
    assert(is_read);
    document_release(&again);
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct document doc = {
        .schema = DOCUMENT_SCHEMA,
        .tare = mem_text("0.1.0"),
        .settings = {.seed = 1,
                     .launches = 3,
                     .samples = 2,
                     .batch_ns = 20000,
                     .sample_ns = 1000000,
                     .trial_budget_ns = 2000000000},
    };
    input = data;
    input_left = size;
    bool is_smoke = next_byte() & 1;
    plan_trial(&doc, "g/c/size=1");
    plan_trial(&doc, "g/c/size=2");
    run(&doc, is_smoke);
    show(&doc);
    write_and_read(&doc);
    document_release(&doc);
    return 0;
}
