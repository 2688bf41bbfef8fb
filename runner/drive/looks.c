// SPDX-License-Identifier: MIT
// What the checks of a machine have in common: reading facts, filling in findings.

#include "looks.h"

#include "cpuset.h"
#include "mem.h"
#include "sysfile.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *look_text(const struct subject *subject, const char *key) {
    const struct json_pair *fact = document_find_fact(subject->doc, key);
    return fact && fact->text ? fact->text : "";
}

double look_number(const struct subject *subject, const char *key) {
    const struct json_pair *fact = document_find_fact(subject->doc, key);
    return fact && !fact->text ? fact->number : NAN;
}

bool look_is_one_of(const char *text, const char *const *words) {
    for (; *words; words++)
        if (strcmp(text, *words) == 0)
            return true;
    return false;
}

bool look_has_cpu(const char *list, int cpu) {
    struct cpuset set;
    return cpuset_parse(&set, list) && cpuset_has(&set, cpu);
}

bool look_found(struct finding *found, enum note_level level, char *text) {
    found->level = (int)level;
    found->text = text;
    return true;
}

void look_advise(struct finding *found, const char *fix) { found->fix = mem_text(fix); }

// "always [madvise] never" holds madvise.
static char *value_in(const char *text) {
    const char *open = strchr(text, '['), *close = open ? strchr(open, ']') : NULL;
    return close ? mem_printf("%.*s", (int)(close - open - 1), open + 1) : mem_text(text);
}

bool look_setting(struct finding *found, const struct subject *subject, const char *wanted,
                  char *path) {
    char now[256];
    if (!sysfile_peek(subject->root, now, sizeof now, "%s", path)) {
        free(path);
        return false;
    }
    found->setting = (struct setting){path, value_in(now), mem_text(wanted)};
    found->fix = mem_printf("echo %s | sudo tee %s", wanted, path);
    return true;
}

char *look_cpu_path(const struct subject *subject, const char *rest) {
    return mem_printf("/sys/devices/system/cpu/cpu%d/%s", subject->cpu, rest);
}
