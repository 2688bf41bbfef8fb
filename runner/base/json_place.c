// SPDX-License-Identifier: MIT
// Where in a document something is, as a path of keys and indices.
#include "json_place.h"

#include <stdio.h>
#include <string.h>

static void place_print(const struct place *place, char *text, size_t size) {
    if (place == NULL)
        return;
    place_print(place->up, text, size);
    size_t used = strlen(text);
    if (place->key == NULL)
        snprintf(text + used, size - used, "[%zu]", place->index);
    else
        snprintf(text + used, size - used, "%s%s", used == 0 ? "" : ".", place->key);
}

bool place_refuse(const struct place *place, struct errmsg *why, const char *flaw) {
    char path[200] = "";
    place_print(place, path, sizeof path);
    for (char *c = path; *c != '\0'; c++)
        if ((unsigned char)*c < ' ') // a key may hold a line break, a message is one line
            *c = '?';
    return fail(why, "%s%s%s", path, path[0] == '\0' ? "" : ": ", flaw);
}
