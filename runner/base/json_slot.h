// SPDX-License-Identifier: MIT
// Private to json.c: the fields of a struct in memory, by kind, with no JSON in sight.
#ifndef JSON_SLOT_H
#define JSON_SLOT_H

#include <stdbool.h>
#include <stddef.h>

#include "json.h"

// A field of one struct at hand, or an element of its array: then `at` is the element.
struct slot {
    const struct json_field *field;
    void *at;
    size_t *count; // of arrays
};

struct slot slot_of(const struct json_field *field, const void *owner);

// The kind of an array's elements. A map is no array in this sense.
enum json_kind slot_element_kind(const struct slot *array);
struct slot slot_element(const struct slot *array, size_t index);
// Appends a zeroed element; to maps as well.
struct slot slot_push(const struct slot *array);

// Makes a zeroed slot what absence means.
void slot_blank(const struct slot *slot);
bool slot_is_blank(const struct slot *slot);

#endif
