// SPDX-License-Identifier: MIT
// The command line of `tare doctor`.
#include "doctor_options.h"

#include "examine.h"
#include "sysfile.h"

#include <string.h>

#define FIELD(member) offsetof(struct doctor_options, member)

static const struct flag rows[] = {
    {.help = "What is looked at"},
    {"cpu", FLAG_TEXT, FIELD(cpu), .arg = "LIST",
     .help = "as if a suite measured on the quietest of these CPUs, for example 3 or 2-5 (all that "
             "are allowed)"},
    {"root", FLAG_TEXT, FIELD(root), .arg = "DIR",
     .help = "look at another machine's files, DIR/proc and DIR/sys; nothing is measured then"},
    {"silence", FLAG_TEXTS, FIELD(silenced), .arg = "ID",
     .help = "no check of this id; may be repeated"},
    {.help = "What is told"},
    {"strict", FLAG_SWITCH, FIELD(is_strict), .help = "warnings make the exit status 4, too"},
    {"json", FLAG_SWITCH, FIELD(is_json), .help = "as JSON, with all facts"},
    {"print-tune", FLAG_SWITCH, FIELD(prints_tune),
     .help = "instead, a shell script that makes the settings found wanting here, and undoes them"},
    {"help", FLAG_SWITCH, FIELD(wants_help), .help = "this text", .letter = 'h'},
};

static const struct flag_table table = {rows, sizeof rows / sizeof *rows};

static bool has_check(const char *id) {
    for (size_t i = 0; i < examine_count; i++)
        if (strcmp(examine_id(i), id) == 0)
            return true;
    return false;
}

static bool check(void *context, const struct flag_texts *operands, struct errmsg *why) {
    const struct doctor_options *options = context;
    if (options->wants_help)
        return true;
    if (operands->count != 0)
        return fail(why, "'%s': doctor takes options only; tare doctor --help lists them",
                    operands->items[0]);
    if (options->is_json && options->prints_tune)
        return fail(why, "--json and --print-tune: choose one of them");
    for (size_t i = 0; i < options->silenced.count; i++)
        if (!has_check(options->silenced.items[i]))
            return fail(why, "--silence %s: no check has this id; tare doctor names them",
                        options->silenced.items[i]);
    return *options->root == '\0' || sysfile_exists(options->root, "/proc") ||
           sysfile_exists(options->root, "/sys") ||
           fail(why,
                "--root %s: there is neither proc nor sys in it; copy both there from the "
                "machine",
                options->root);
}

bool doctor_options_parse(struct doctor_options *options, int argc, char **argv,
                          struct errmsg *why) {
    *options = (struct doctor_options){.root = ""};
    return flags_read(&table, argc, argv, options, check, why);
}

void doctor_options_release(struct doctor_options *options) { flags_release(&table, options); }

static const char head[] =
    "usage: tare doctor [options]\n"
    "\n"
    "Says what would spoil measurements on this machine, in less than a second: what it measures\n"
    "first, then what the settings are. Each finding has an id, a level and the exact fix. "
    "Nothing\n"
    "is changed. A suite makes the same checks in each run, and more of what it measured.\n"
    "\n"
    "  tare doctor                            before numbers are believed, or a baseline is made\n"
    "  tare doctor --strict                   in CI, on a machine that is kept for benchmarks\n"
    "  tare doctor --print-tune >tune.sh      read it; sudo sh tune.sh; later: sudo sh tune.sh "
    "undo\n"
    "\n";

static const char tail[] =
    "\n"
    "error: times measured here are wrong. warning: they are worse than they could be. info: good\n"
    "to know when they look odd. A check that could not look is listed with the reason.\n"
    "\n"
    "Exit status: 0 fit to measure; 4 an error was found, with --strict a warning; 2 wrong "
    "usage.\n";

void doctor_options_help(FILE *out) {
    fputs(head, out);
    flags_help(&table, 100, out);
    fputs(tail, out);
}
