// SPDX-License-Identifier: MIT
// A script of the settings that the doctor found wanting. It is printed, never run.
#include "doctor.h"

#include "plaintext.h"

#include <stdlib.h>
#include <string.h>

static const char head[] =
    "#!/bin/sh\n"
    "# Settings for steadier times on this machine, found wanting by tare doctor. Until the next "
    "boot.\n"
    "#   sudo sh tune.sh         makes them\n"
    "#   sudo sh tune.sh undo    puts back what was there when this was written\n"
    "mode=${1-set} status=0\n"
    "case $mode in\n"
    "set | undo) ;;\n"
    "*) echo \"usage: $0 [undo]\" >&2 && exit 2 ;;\n"
    "esac\n"
    "\n"
    "put() { # FILE WANTED BEFORE\n"
    "    value=$2\n"
    "    [ \"$mode\" = set ] || value=$3\n"
    "    if echo \"$value\" >\"$1\"; then echo \"$1: $value\"; else status=1; fi\n"
    "}\n";

static void print_word(const char *text, FILE *out) {
    fputs(" '", out);
    for (; *text != '\0'; text++)
        fputs(*text == '\'' ? "'\\''" : (const char[]){*text, '\0'}, out);
    fputc('\'', out);
}

static void print_setting(const struct finding *finding, FILE *out) {
    const struct setting *setting = &finding->setting;
    char *text = plain_text(finding->text);
    fprintf(out, "\n# [%s] %s\nput", finding->id, text);
    free(text);
    print_word(setting->path, out);
    print_word(setting->wanted, out);
    print_word(setting->now, out);
    fputc('\n', out);
}

void doctor_write_tune(const struct doctor *doctor, FILE *out) {
    size_t count = 0;
    fputs(head, out);
    fprintf(out, "\n# Some are of cpu %lld alone: keep to it, with --cpu %lld.\n",
            (long long)doctor->cpu, (long long)doctor->cpu);
    for (size_t i = 0; i < doctor->finding_count; i++) {
        if (doctor->findings[i].setting.path == NULL)
            continue;
        print_setting(&doctor->findings[i], out);
        count++;
    }
    if (count == 0)
        fputs("\necho 'there is nothing to set on this machine'\n", out);
    fputs("\nexit $status\n", out);
}
