// SPDX-License-Identifier: MIT
// What must be equal before two runs are compared, what is worth a warning, and what differs. Pure.
#include "comparable.h"

#include "mem.h"
#include "yardstick_names.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const tier_names[] = {
    [TIER_MUST] = "must", [TIER_WARN] = "warn", [TIER_INFORM] = "inform", NULL};

#define MUST                                                                                       \
    { TIER_MUST, TIER_WARN }
#define WARN                                                                                       \
    { TIER_WARN, TIER_WARN }
#define INFORM                                                                                     \
    { TIER_INFORM, TIER_INFORM }

static const struct fact facts[] = {
    {"cpu.vendor", "CPU vendor", FACT_MACHINE, MUST, 0},
    {"cpu.family", "CPU family", FACT_MACHINE, MUST, 0},
    {"cpu.model", "CPU model", FACT_MACHINE, MUST, 0},
    {"cpu.stepping", "CPU stepping", FACT_MACHINE, MUST, 0},
    {"cpu.brand", "CPU", FACT_MACHINE, MUST, 0},
    {"cpu.core_class", "core class", FACT_MACHINE, MUST, 0},
    {"cpu.arch", "architecture", FACT_MACHINE, MUST, 0},
    {"cpu.hypervisor", "hypervisor", FACT_MACHINE, MUST, 0},
    {"program.libc", "libc", FACT_PROGRAM, MUST, 0},
    {"settings.malloc", "malloc policy", FACT_PROGRAM, MUST, 0},
    {"program.loop_version", "loop version", FACT_PROGRAM, {TIER_MUST, TIER_MUST}, 0},
    {"unit.compiler", "compiler", FACT_UNIT, MUST, 0},
    {"unit.options", "compiler options", FACT_UNIT, MUST, 0},
    {"unit.features", "code generation", FACT_UNIT, MUST, 0},
    {"unit.function_align", "function alignment", FACT_UNIT, MUST, 0},
    {"cpu.microcode", "microcode", FACT_MACHINE, WARN, 0},
    {"kernel.release", "kernel", FACT_MACHINE, WARN, 0},
    {"cpu.governor", "governor", FACT_MACHINE, WARN, 0},
    {"cpu.boost", "boost", FACT_MACHINE, WARN, 0},
    {"cpu.energy", "energy preference", FACT_MACHINE, WARN, 0},
    {"cpu.smt", "SMT", FACT_MACHINE, WARN, 0},
    {"power.source", "power", FACT_MACHINE, WARN, 0},
    {"power.profile", "power profile", FACT_MACHINE, WARN, 0},
    {"kernel.mitigations", "mitigations", FACT_MACHINE, WARN, 0},
    {"kernel.thp", "transparent huge pages", FACT_MACHINE, WARN, 0},
    {"kernel.clocksource", "clocksource", FACT_MACHINE, WARN, 0},
    {"cpu.count", "CPU count", FACT_MACHINE, WARN, 0},
    {"cgroup.quota", "CPU quota", FACT_MACHINE, WARN, 0},
    {"allocator", "allocator", FACT_MACHINE, WARN, 0},
    {"cpu.measured_ghz", "measured GHz", FACT_MACHINE, WARN, 0.05},
    {"program.hash", "program", FACT_PROGRAM, INFORM, 0},
    {"host", "host", FACT_MACHINE, INFORM, 0},
    {"memory.bytes", "memory", FACT_MACHINE, INFORM, 0},
    {"boot", "boot", FACT_MACHINE, INFORM, 0},
    {"load", "load", FACT_MACHINE, INFORM, 0},
};

enum { FACTS = sizeof facts / sizeof *facts };

// On a shared virtual machine the latency of memory doubled between 2 to 3 runs of 100 and the
// next.
const struct yardstick yardsticks[] = {
    {YARDSTICK_ALU, 0.05},
    {YARDSTICK_WIDTH, 0.25},
    {YARDSTICK_L2, 0.10},
    {YARDSTICK_MEMORY, 2.00},
};

const size_t yardstick_count = sizeof yardsticks / sizeof *yardsticks;

static const struct build_fault build_faults[] = {
    {"build-opt", "optimized", true, "was compiled without optimisation (no -O): rebuild with -O2"},
    {"build-san", "asan", false, "was built with AddressSanitizer: rebuild without it"},
    {"build-san", "tsan", false, "was built with ThreadSanitizer: rebuild without it"},
    {"build-san", "msan", false, "was built with MemorySanitizer: rebuild without it"},
};

// A fact as it stands in one document, in the form of the machine's facts: a text or a number.
struct value {
    const char *text;
    double number;
};

static const struct value unknown = {NULL, NAN};

static bool is_known(struct value v) { return v.text != NULL || !isnan(v.number); }

static struct value machine_value(const struct document *doc, const char *key) {
    const struct json_pair *pair = document_find_fact(doc, key);
    return pair != NULL ? (struct value){pair->text, pair->number} : unknown;
}

static struct value program_value(const struct document *doc, const char *key) {
    const struct program *program = &doc->program;
    if (strcmp(key, "program.libc") == 0)
        return (struct value){program->libc, NAN};
    if (strcmp(key, "program.hash") == 0)
        return (struct value){program->hash, NAN};
    if (strcmp(key, "settings.malloc") == 0) {
        const char *policy = doc->settings.malloc_policy;
        return (struct value){policy != NULL ? policy : "default", NAN};
    }
    assert(strcmp(key, "program.loop_version") == 0);
    return (struct value){NULL, (double)program->loop_version};
}

static struct value unit_value(const struct unit *unit, const char *key) {
    if (strcmp(key, "unit.compiler") == 0)
        return (struct value){unit->compiler, NAN};
    if (strcmp(key, "unit.options") == 0)
        return (struct value){unit->options, NAN};
    if (strcmp(key, "unit.features") == 0)
        return (struct value){unit->features, NAN};
    assert(strcmp(key, "unit.function_align") == 0);
    return (struct value){NULL, (double)unit->function_align};
}

static bool is_equal(struct value a, struct value b, double tolerance) {
    if (a.text != NULL && b.text != NULL)
        return strcmp(a.text, b.text) == 0;
    if (isnan(a.number) || isnan(b.number))
        return false;
    return fabs(a.number - b.number) <= tolerance * fmax(fabs(a.number), fabs(b.number));
}

static char *value_text(struct value v) {
    if (v.text != NULL)
        return mem_text(v.text);
    return isnan(v.number) ? NULL : mem_printf("%.12g", v.number);
}

static void compare_fact(const struct fact *fact, struct value base, struct value new,
                         enum comparison_mode mode, const struct flag_texts *allowed,
                         struct differences *found) {
    enum tier tier = fact->tiers[mode];
    if (!is_known(base) && !is_known(new)) {
        found->unknown[fact - facts] |= tier == TIER_MUST;
        return;
    }
    if (is_equal(base, new, fact->tolerance))
        return;
    found->items = mem_push(found->items, &found->count, sizeof *found->items);
    found->items[found->count - 1] = (struct difference){
        .fact = fact,
        .tier = tier,
        .is_allowed = tier == TIER_MUST && flag_texts_have(allowed, fact->key),
        .base = value_text(base),
        .new = value_text(new),
    };
}

static void begin(struct differences *found) {
    if (found->unknown == NULL)
        found->unknown = mem_zero(FACTS, sizeof *found->unknown);
}

void comparable_documents(const struct document *base, const struct document *new,
                          enum comparison_mode mode, const struct flag_texts *allowed,
                          struct differences *found) {
    begin(found);
    for (size_t i = 0; i < FACTS; i++) {
        const char *key = facts[i].key;
        if (facts[i].scope == FACT_MACHINE)
            compare_fact(&facts[i], machine_value(base, key), machine_value(new, key), mode,
                         allowed, found);
        else if (facts[i].scope == FACT_PROGRAM)
            compare_fact(&facts[i], program_value(base, key), program_value(new, key), mode,
                         allowed, found);
    }
}

const struct unit *comparable_unit(const struct document *doc, const struct trial *trial) {
    static const struct unit none;
    if (doc->program.unit_count == 0)
        return &none;
    assert(trial->unit >= 0 && (size_t)trial->unit < doc->program.unit_count);
    return &doc->program.units[trial->unit];
}

void comparable_units(const struct document *base, const struct trial *base_trial,
                      const struct document *new, const struct trial *new_trial,
                      enum comparison_mode mode, const struct flag_texts *allowed,
                      struct differences *found) {
    begin(found);
    const struct unit *base_unit = comparable_unit(base, base_trial),
                      *new_unit = comparable_unit(new, new_trial);
    for (size_t i = 0; i < FACTS; i++)
        if (facts[i].scope == FACT_UNIT)
            compare_fact(&facts[i], unit_value(base_unit, facts[i].key),
                         unit_value(new_unit, facts[i].key), mode, allowed, found);
}

char *comparable_fingerprint(const struct document *doc) {
    char *print = mem_text("");
    for (size_t i = 0; i < FACTS; i++) {
        if (facts[i].scope != FACT_MACHINE || facts[i].tiers[MODE_STORED] != TIER_MUST)
            continue;
        char *value = value_text(machine_value(doc, facts[i].key));
        print = mem_append(print, "%s=%s\n", facts[i].key, value != NULL ? value : "?");
        free(value);
    }
    return print;
}

bool comparable_check_allowed(const struct flag_texts *allowed, struct errmsg *why) {
    for (size_t i = 0; i < allowed->count; i++) {
        bool is_fact = false;
        for (size_t j = 0; j < FACTS; j++)
            is_fact |= facts[j].tiers[MODE_STORED] == TIER_MUST &&
                       strcmp(facts[j].key, allowed->items[i]) == 0;
        if (is_fact)
            continue;
        char *keys = mem_text("");
        for (size_t j = 0; j < FACTS && facts[j].tiers[MODE_STORED] == TIER_MUST; j++)
            keys = mem_append(keys, "%s%s", j == 0 ? "" : ", ", facts[j].key);
        fail(why, "--allow %s: not a fact that must be equal; those are %s", allowed->items[i],
             keys);
        free(keys);
        return false;
    }
    return true;
}

const struct difference *comparable_obstacle(const struct differences *found, size_t first,
                                             enum fact_scope scope) {
    for (size_t i = first; i < found->count; i++) {
        const struct difference *d = &found->items[i];
        if (d->fact->scope == scope && d->tier == TIER_MUST && !d->is_allowed)
            return d;
    }
    return NULL;
}

static int by_text(const char *a, const char *b) {
    if (a == NULL || b == NULL)
        return (a != NULL) - (b != NULL);
    return strcmp(a, b);
}

static int by_tier(const void *a, const void *b) {
    const struct difference *p = a, *q = b;
    if (p->tier != q->tier)
        return (int)p->tier - (int)q->tier;
    if (p->fact != q->fact)
        return p->fact < q->fact ? -1 : 1;
    int order = by_text(p->base, q->base);
    return order != 0 ? order : by_text(p->new, q->new);
}

void comparable_tidy(struct differences *found) {
    if (found->count == 0)
        return;
    qsort(found->items, found->count, sizeof *found->items, by_tier);
    size_t kept = 1;
    for (size_t i = 1; i < found->count; i++) {
        if (by_tier(&found->items[kept - 1], &found->items[i]) == 0) {
            free(found->items[i].base);
            free(found->items[i].new);
        } else {
            found->items[kept++] = found->items[i];
        }
    }
    found->count = kept;
}

char *comparable_unknown(const struct differences *found) {
    char *labels = NULL;
    for (size_t i = 0; i < FACTS && found->unknown != NULL; i++)
        if (found->unknown[i])
            labels = mem_append(labels, "%s%s", labels == NULL ? "" : ", ", facts[i].label);
    return labels;
}

void comparable_release(struct differences *found) {
    for (size_t i = 0; i < found->count; i++) {
        free(found->items[i].base);
        free(found->items[i].new);
    }
    free(found->items);
    free(found->unknown);
    *found = (struct differences){0};
}

static bool has_word(const char *words, const char *word) {
    size_t length = strlen(word);
    for (const char *at = words; (at = strstr(at, word)) != NULL; at += length)
        if ((at == words || at[-1] == ' ') && (at[length] == ' ' || at[length] == '\0'))
            return true;
    return false;
}

const struct build_fault *comparable_build_fault(const struct unit *unit,
                                                 const struct flag_texts *silenced) {
    if (unit->features == NULL)
        return NULL;
    for (size_t i = 0; i < sizeof build_faults / sizeof *build_faults; i++) {
        const struct build_fault *fault = &build_faults[i];
        if (has_word(unit->features, fault->feature) != fault->must_have &&
            !flag_texts_have(silenced, fault->id))
            return fault;
    }
    return NULL;
}
