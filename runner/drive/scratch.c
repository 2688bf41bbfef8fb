// SPDX-License-Identifier: MIT
// Makes directories where the user wants what is not to last.
#include "scratch.h"

#include "mem.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

char *scratch_make(const char *name, struct errmsg *why) {
    const char *said = getenv("TMPDIR");
    char *place = realpath(said != NULL && *said != '\0' ? said : "/tmp", NULL);
    char *path = mem_printf("%s/%s-XXXXXX", place != NULL ? place : said, name);
    if (place != NULL && mkdtemp(path) != NULL) {
        free(place);
        return path;
    }
    fail(why, "%s: cannot be made: %s; set TMPDIR", path, strerror(errno));
    free(place);
    free(path);
    return NULL;
}
