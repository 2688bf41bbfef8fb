// SPDX-License-Identifier: MIT
// Reads a part of callgrind's output, line by line.

#include "callgrind_part.h"

#include "json.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

void callgrind_part_init(struct callgrind_part *part) { *part = (struct callgrind_part){0}; }

static void find_strange(struct callgrind_part *part, const char *what) {
    if (!part->strange)
        part->strange = what;
}

// The next word of a line and its length; 0 at the line's end.
static size_t next_word(const char **at) {
    *at += strspn(*at, " ");
    return strcspn(*at, " ");
}

// "events: Ir Dr Dw": the names of the columns.
static void take_events(struct callgrind_part *part, const char *at) {
    if (part->event_count)
        find_strange(part, "it names its events twice");
    for (size_t length; (length = next_word(&at)) != 0; at += length) {
        if (length >= sizeof part->events->name || part->event_count == CALLGRIND_EVENTS_MAX) {
            find_strange(part, "it has too many events, or one of too long a name");
            return;
        }
        memcpy(part->events[part->event_count++].name, at, length);
    }
}

static bool read_total(const char *word, size_t length, uint64_t *total) {
    char *end;
    errno = 0;
    *total = strtoull(word, &end, 10);
    return isdigit((unsigned char)*word) && end == word + length && errno == 0 &&
           *total <= JSON_WHOLE_MAX;
}

// "totals: 6010 1002": in the order of the events; zeroes at the end are left out.
static void take_totals(struct callgrind_part *part, const char *at) {
    if (part->has_totals)
        find_strange(part, "it has totals twice");
    size_t count = 0;
    for (size_t length; (length = next_word(&at)) != 0; at += length) {
        if (count == part->event_count || !read_total(at, length, &part->events[count++].total)) {
            find_strange(part, "its totals are no numbers, or more than it has events");
            return;
        }
    }
    part->has_totals = true;
}

static void take_trigger(struct callgrind_part *part, const char *at) {
    strncpy(part->trigger, at, sizeof part->trigger - 1);
}

static const struct {
    const char *key;
    void (*take)(struct callgrind_part *part, const char *value);
} rows[] = {
    {"desc: Trigger: ", take_trigger},
    {"events: ", take_events},
    {"totals: ", take_totals},
};

static void end_line(struct callgrind_part *part) {
    part->line[part->line_length] = '\0';
    part->line_length = 0;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (strncmp(part->line, rows[i].key, strlen(rows[i].key)) == 0)
            rows[i].take(part, part->line + strlen(rows[i].key));
}

void callgrind_part_feed(struct callgrind_part *part, const char *bytes, size_t length) {
    for (size_t i = 0; i < length; i++)
        if (bytes[i] == '\n')
            end_line(part);
        else if (part->line_length < sizeof part->line - 1)
            part->line[part->line_length++] = bytes[i];
}

bool callgrind_part_end(struct callgrind_part *part, const char *label, struct errmsg *why) {
    static const char asked[] = "Client Request: ";
    if (part->strange)
        return fail(why, "callgrind's output is strange: %s", part->strange);
    if (part->line_length || !part->has_totals)
        return fail(why, "callgrind's output ends too early; is there room in TMPDIR?");
    if (strncmp(part->trigger, asked, sizeof asked - 1) != 0 ||
        strcmp(part->trigger + sizeof asked - 1, label) != 0)
        return fail(why, "callgrind's output was not asked for by tare: the case itself makes "
                         "requests to callgrind");
    return true;
}

bool callgrind_part_total(const struct callgrind_part *part, const char *event, uint64_t *total) {
    for (size_t i = 0; i < part->event_count; i++)
        if (strcmp(part->events[i].name, event) == 0) {
            *total = part->events[i].total;
            return true;
        }
    return false;
}
