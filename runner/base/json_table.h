// SPDX-License-Identifier: MIT
// Words for the tables of fields that shapes are made of, for the source files that hold such
// tables. `T` is defined around each table: the struct that it is about.
//
//   #define T struct point
//   static const struct json_field point_fields[] = {
//       {FIELD("x", JSON_REAL, x), REQUIRED},
//       {ARRAY("tags", JSON_TEXTS, tags, tag_count), LEAN},
//   };
//   static const struct json_shape point_shape = SHAPE(point_fields, T, 0);
//   #undef T
#ifndef JSON_TABLE_H
#define JSON_TABLE_H

#include <stddef.h>

#include "json.h"

// clang-format off
#define FIELD(key, type, member)        .name = (key), .kind = (type), .offset = offsetof(T, member)
#define ARRAY(key, type, member, items) FIELD(key, type, member), .count_offset = offsetof(T, items)
#define REQUIRED .required = true
#define LEAN     .lean = true

#define SHAPE(rows, type, levels) {(rows), sizeof(rows) / sizeof *(rows), sizeof(type), (levels)}
// clang-format on

#endif
