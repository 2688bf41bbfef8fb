// SPDX-License-Identifier: MIT
// The date in UTC, as documents and segments have it.
#include "utc.h"

#include "mem.h"

#include <time.h>

char *utc_now(void) {
    time_t now = time(NULL);
    struct tm parts;
    char text[32];
    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &parts));
    return mem_text(text);
}
