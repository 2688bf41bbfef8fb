// SPDX-License-Identifier: MIT
// Is this text strict JSON? Asked before the JSON library, which takes more than that, sees it.
#ifndef JSON_TEXT_H
#define JSON_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "errmsg.h"

#define JSON_DEPTH_MAX  64
#define JSON_NUMBER_MAX 62 // characters; the JSON library copies numbers into a buffer of 64

// One value and nothing behind it, by RFC 8259, in valid UTF-8, without NUL or lone surrogates
// among the escapes. On false `why` says line and column (in characters, from 1) and what is wrong.
bool json_text_check(const char *text, size_t length, struct errmsg *why);

// The bytes of the UTF-8 character at `text`, 1 to 4; 0 if there is no valid one before `end`.
size_t json_text_character(const char *text, const char *end);

#endif
