// SPDX-License-Identifier: MIT
// JSON from tables: a shape says once, for both directions, how a struct and a JSON object meet.
//
// Only json.c sees the JSON library. Strict: RFC 8259 and no more; duplicate keys, invalid UTF-8,
// NUL in text and nesting beyond 64 are refused; unknown keys are ignored. Numbers are doubles:
// integers that may exceed 2^53, seeds and hashes travel as text (JSON_HEX). NaN is written as
// null.
#ifndef JSON_H
#define JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "errmsg.h"

#define JSON_WHOLE_MAX ((uint64_t)1 << 53) // the largest whole number that is written

enum json_kind {
    JSON_BOOL,    // bool
    JSON_INT,     // int64_t, within +-2^53
    JSON_COUNT,   // uint64_t, up to 2^53
    JSON_HEX,     // uint64_t as text "0x..."
    JSON_REAL,    // double; NaN is null, and null or absent is NaN
    JSON_TEXT,    // char *, owned; NULL is null, and null or absent is NULL
    JSON_ENUM,    // int, as one of `names`; an unknown name is refused
    JSON_OBJECT,  // an embedded struct, by `shape`
    JSON_OBJECTS, // an owned array of structs, by `shape`; pointer at offset, size_t at
                  // count_offset
    JSON_COUNTS,  // an owned array of uint64_t
    JSON_REALS,   // an owned array of double
    JSON_TEXTS,   // an owned array of char *
    JSON_MAP,     // an owned array of struct json_pair as an object {key: value}
};

// A key with a text, a number or (both absent) null. In JSON the value's own type tells them apart.
struct json_pair {
    char *key;
    char *text;    // NULL unless the value is text
    double number; // NaN unless the value is a number
};

struct json_shape;

struct json_field {
    const char *name;
    enum json_kind kind;
    bool required; // absent or null is refused; for counts and bools absence otherwise means 0
    bool lean;     // not written when it is what absence means: 0, NaN, NULL, empty
    size_t offset;
    size_t count_offset;
    const struct json_shape *shape;
    const char *const *names; // for JSON_ENUM, NULL at the end
};

struct json_shape {
    const struct json_field *fields;
    size_t count;
    size_t size; // of the struct
    int split;   // how many levels of arrays of objects below this get one line an item
};

// Reads `length` bytes into the zeroed struct `into`. `why` says where (path of keys, or line and
// column for what is not JSON at all) and what. On false `into` is zeroed again and nothing is
// owned.
bool json_read(const struct json_shape *shape, const char *text, size_t length, void *into,
               struct errmsg *why);

// The struct as JSON and a newline; free with free().
char *json_write(const struct json_shape *shape, const void *from, size_t *length);

// Frees what the shape owns and zeroes the struct.
void json_release(const struct json_shape *shape, void *owner);

// a + b, or JSON_WHOLE_MAX where that is more; `a` is not.
uint64_t json_whole_sum(uint64_t a, uint64_t b);

// The version of the JSON library in use.
const char *json_library_version(void);

#endif
