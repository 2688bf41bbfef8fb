// SPDX-License-Identifier: MIT
// What each kind of field is in memory: its size, what absence means, what it owns.
#include "json_slot.h"

#include "mem.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct slot slot_of(const struct json_field *field, const void *owner) {
    char *base = (char *)owner;
    return (struct slot){field, base + field->offset,
                         (size_t *)(void *)(base + field->count_offset)};
}

static bool is_false(const struct slot *slot) { return !*(bool *)slot->at; }
static bool is_zero(const struct slot *slot) { return *(uint64_t *)slot->at == 0; }
static bool is_nan(const struct slot *slot) { return isnan(*(double *)slot->at); }
static bool is_null(const struct slot *slot) { return *(char **)slot->at == NULL; }
static bool is_first(const struct slot *slot) { return *(int *)slot->at == 0; }
static bool is_empty(const struct slot *slot) { return *slot->count == 0; }

static bool is_blank_object(const struct slot *slot) {
    const struct json_shape *shape = slot->field->shape;
    for (size_t i = 0; i < shape->count; i++) {
        struct slot inner = slot_of(&shape->fields[i], slot->at);
        if (!slot_is_blank(&inner))
            return false;
    }
    return true;
}

static void blank_real(const struct slot *slot) { *(double *)slot->at = NAN; }

static void blank_object(const struct slot *slot) {
    const struct json_shape *shape = slot->field->shape;
    for (size_t i = 0; i < shape->count; i++) {
        struct slot inner = slot_of(&shape->fields[i], slot->at);
        slot_blank(&inner);
    }
}

static void release_text(const struct slot *slot) { free(*(char **)slot->at); }
static void release_object(const struct slot *slot) { json_release(slot->field->shape, slot->at); }

static void release_map(const struct slot *slot) {
    struct json_pair *pairs = *(void **)slot->at;
    for (size_t i = 0; i < *slot->count; i++) {
        free(pairs[i].key);
        free(pairs[i].text);
    }
    free(pairs);
}

static void release_array(const struct slot *slot);

// What is not said is zero: nothing to blank, nothing to release.
static const struct kind {
    bool (*is_blank)(const struct slot *);
    void (*blank)(const struct slot *);
    void (*release)(const struct slot *);
    enum json_kind element; // of arrays
    size_t size;            // of elements; 0: that of the shape
} kinds[] = {
    [JSON_BOOL] = {.is_blank = is_false},
    [JSON_INT] = {.is_blank = is_zero},
    [JSON_COUNT] = {.is_blank = is_zero},
    [JSON_HEX] = {.is_blank = is_zero},
    [JSON_REAL] = {.is_blank = is_nan, .blank = blank_real},
    [JSON_TEXT] = {.is_blank = is_null, .release = release_text},
    [JSON_ENUM] = {.is_blank = is_first},
    [JSON_OBJECT] = {.is_blank = is_blank_object, .blank = blank_object, .release = release_object},
    [JSON_OBJECTS] = {.is_blank = is_empty, .release = release_array, .element = JSON_OBJECT},
    [JSON_COUNTS] = {.is_blank = is_empty,
                     .release = release_array,
                     .element = JSON_COUNT,
                     .size = sizeof(uint64_t)},
    [JSON_REALS] = {.is_blank = is_empty,
                    .release = release_array,
                    .element = JSON_REAL,
                    .size = sizeof(double)},
    [JSON_TEXTS] = {.is_blank = is_empty,
                    .release = release_array,
                    .element = JSON_TEXT,
                    .size = sizeof(char *)},
    [JSON_MAP] = {.is_blank = is_empty, .release = release_map, .size = sizeof(struct json_pair)},
};

static const struct kind *kind_of(const struct slot *slot) { return &kinds[slot->field->kind]; }

static size_t element_size(const struct slot *array) {
    size_t size = kind_of(array)->size;
    return size != 0 ? size : array->field->shape->size;
}

enum json_kind slot_element_kind(const struct slot *array) { return kind_of(array)->element; }

struct slot slot_element(const struct slot *array, size_t index) {
    char *items = *(void **)array->at;
    return (struct slot){array->field, items + index * element_size(array), NULL};
}

struct slot slot_push(const struct slot *array) {
    *(void **)array->at = mem_push(*(void **)array->at, array->count, element_size(array));
    return slot_element(array, *array->count - 1);
}

void slot_blank(const struct slot *slot) {
    if (kind_of(slot)->blank != NULL)
        kind_of(slot)->blank(slot);
}

bool slot_is_blank(const struct slot *slot) { return kind_of(slot)->is_blank(slot); }

static void release_array(const struct slot *slot) {
    const struct kind *element = &kinds[kind_of(slot)->element];
    for (size_t i = 0; element->release != NULL && i < *slot->count; i++) {
        struct slot item = slot_element(slot, i);
        element->release(&item);
    }
    free(*(void **)slot->at);
}

void json_release(const struct json_shape *shape, void *owner) {
    for (size_t i = 0; i < shape->count; i++) {
        struct slot slot = slot_of(&shape->fields[i], owner);
        if (kind_of(&slot)->release != NULL)
            kind_of(&slot)->release(&slot);
    }
    memset(owner, 0, shape->size);
}
