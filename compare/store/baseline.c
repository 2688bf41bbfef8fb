// SPDX-License-Identifier: MIT
// tare baseline: what is in the store, what goes into it, what leaves it.
#include "baseline_add.h"
#include "baseline_options.h"
#include "command.h"
#include "exitstatus.h"
#include "mem.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FIELD(member) offsetof(struct baseline_options, member)

static const char *const format_names[] = {
    [BASELINE_TEXT] = "text", [BASELINE_JSON] = "json", NULL};

#define STORE_ROW                                                                                  \
    { "store", FLAG_TEXT, FIELD(store), .arg = "DIR", .help = "the store (.tare)" }
#define HELP_ROW                                                                                   \
    { "help", FLAG_SWITCH, FIELD(wants_help), .help = "this text", .letter = 'h' }
#define PROGRAM_ROW                                                                                \
    {                                                                                              \
        "program", FLAG_TEXT, FIELD(program),                                                      \
            .arg = "SUITE",                                                                        \
            .help = "keep the suite that made the documents, too, and its own libraries"           \
    }
#define FORMAT_ROW                                                                                 \
    {                                                                                              \
        "format", FLAG_CHOICE, FIELD(format), .choices = format_names, .arg = "FORMAT",            \
                                              .help = "text or json (text)"                        \
    }

static const struct flag add_rows[] = {
    {"init", FLAG_SWITCH, FIELD(init),
     .help = "begin a baseline, and a store, where there is none yet"},
    PROGRAM_ROW,
    STORE_ROW,
    HELP_ROW,
};

static const struct flag accept_rows[] = {
    {"reason", FLAG_TEXT, FIELD(reason), .arg = "TEXT", .help = "why the new numbers are right"},
    PROGRAM_ROW,
    STORE_ROW,
    HELP_ROW,
};

static const struct flag look_rows[] = {FORMAT_ROW, STORE_ROW, HELP_ROW};

static const struct flag remove_rows[] = {STORE_ROW, HELP_ROW};

static const struct flag prune_rows[] = {
    {"keep", FLAG_COUNT, FIELD(keep), .min = 1, .max = 1e6, .arg = "N",
     .help = "keep the last N segments of each baseline"},
    {"max-size", FLAG_BYTES, FIELD(max_size), .min = 1, .max = 1e15, .arg = "SIZE",
     .help = "remove the oldest segments until the store is no larger, say 50MB"},
    STORE_ROW,
    HELP_ROW,
};

// ---- Adding ----------------------------------------------------------------------------------

static bool add_documents(const struct baseline_options *options, bool may_begin,
                          struct errmsg *why) {
    struct baseline_add wanted = {
        .store = options->store,
        .paths = &options->operands,
        .program = options->program,
        .reason = options->reason,
        .may_begin = may_begin,
    };
    return baseline_add(&wanted, stdout, why);
}

static bool add(const struct baseline_options *options, struct errmsg *why) {
    if (options->operands.count == 0)
        return fail(why, "add takes documents, the files that a suite wrote with --json");
    return add_documents(options, options->init, why);
}

static bool accept(const struct baseline_options *options, struct errmsg *why) {
    if (options->operands.count == 0 || options->reason == NULL || *options->reason == '\0')
        return fail(why, "accept takes documents and --reason TEXT: whoever reads the history "
                         "later wants to know why they are slower");
    return add_documents(options, true, why);
}

// ---- Running ---------------------------------------------------------------------------------

static bool execute(const struct objects_start *start, const struct baseline_options *options,
                    struct errmsg *why) {
    char **argv = mem_zero(options->operands.count + 2, sizeof *argv);
    argv[0] = start->program;
    for (size_t i = 1; i < options->operands.count; i++)
        argv[i] = (char *)options->operands.items[i];
    if (start->library_path != NULL) {
        const char *before = getenv("LD_LIBRARY_PATH");
        bool is_set = before != NULL && *before != '\0'; // the loader takes "" for this directory
        char *path = !is_set ? mem_text(start->library_path)
                             : mem_printf("%s:%s", start->library_path, before);
        setenv("LD_LIBRARY_PATH", path, 1);
        free(path);
    }
    execv(start->program, argv);
    free(argv);
    return fail(why, "%s: cannot be executed: %s", start->program, strerror(errno));
}

// The program of a baseline's last segment; NULL: it cannot be had.
static const struct objects *kept_program(const struct baseline *baseline, const char *name,
                                          struct errmsg *why) {
    const struct store_segment *current = baseline_current(baseline);
    if (current != NULL && current->record.objects.count != 0)
        return &current->record.objects;
    if (baseline->damage != NULL)
        fail(why, "%s", baseline->damage);
    else
        fail(why,
             "%s: its program was not kept; tare baseline add --program SUITE keeps it, with a "
             "document of the same build",
             name);
    return NULL;
}

static bool run(const struct baseline_options *options, struct errmsg *why) {
    struct store store;
    struct baselines all;
    if (options->operands.count == 0)
        return fail(why, "run takes the name of a baseline, and -- and options for its program");
    struct baseline_options one = *options;
    one.operands.count = 1;
    if (!baseline_open(&store, &all, STORE_READ, &one, why))
        return false;
    const char *name = options->operands.items[0];
    const struct objects *objects = kept_program(baseline_named(&all, name), name, why);
    char *programs = realpath(options->store, NULL), *path = NULL;
    if (programs != NULL)
        path = mem_printf("%s/programs", programs);
    struct objects_start start = {0};
    bool good = objects != NULL && path != NULL && objects_verify(objects, path, &start, why) &&
                execute(&start, options, why);
    objects_start_release(&start);
    free(path);
    free(programs);
    baselines_release(&all);
    store_close(&store);
    return good;
}

// ---- The command -----------------------------------------------------------------------------

#define TABLE(rows)                                                                                \
    { (rows), sizeof(rows) / sizeof *(rows) }

static const struct subcommand {
    const char *name;
    const char *arguments; // " ..."
    const char *help;      // one line
    const char *lesson;    // whole lines
    struct flag_table table;
    bool (*run)(const struct baseline_options *options, struct errmsg *why);
} subcommands[] = {
    {"add", " DOCUMENT...", "keep documents of a run; more runs see smaller changes",
     "Keeps documents, the files that a suite wrote with --json, as the baseline of their\n"
     "machine and program, where tare compare finds them. Several runs of the same build see\n"
     "smaller changes than one. A run of another build is refused: accept takes it. Of a\n"
     "directory all *.json are meant.\n"
     "\n"
     "  build/bench --json run.json\n"
     "  tare baseline add --init --program build/bench run.json\n",
     TABLE(add_rows), add},
    {"list", "", "the baselines, by machine and program",
     "Prints a line for each baseline. It begins with the name that show, remove and run\n"
     "take, MACHINE/PROGRAM. A segment is a stretch of its history in which the code is the\n"
     "same: add lengthens the last one, accept begins the next.\n",
     TABLE(look_rows), baseline_list},
    {"show", " [BASELINE...]", "segments, documents, programs; verifies what was stored",
     "Prints the history of these baselines, or of all: each segment with its reason and\n"
     "commit, its documents, and whether the program that was kept is still what was stored.\n",
     TABLE(look_rows), baseline_show},
    {"accept", " --reason TEXT DOCUMENT...",
     "begin a new segment: from now on, this is the baseline",
     "Begins a new segment with these documents: from now on, tare compare holds new runs\n"
     "against them. The reason is kept with them, and the commit that is checked out here.\n"
     "The old segments stay until prune removes them. Where there is no baseline, or no\n"
     "store, yet, accept begins one.\n"
     "\n"
     "  tare baseline accept --reason 'checks UTF-8 now' run.json\n",
     TABLE(accept_rows), accept},
    {"remove", " BASELINE...", "forget baselines, with their programs",
     "Forgets baselines: all their segments, documents and programs. Their names are those\n"
     "that tare baseline list prints.\n",
     TABLE(remove_rows), baseline_remove},
    {"prune", " [--keep N] [--max-size SIZE]", "remove old segments, never the last of a baseline",
     "Removes old segments, with programs that no other one needs. The last segment of each\n"
     "baseline, which new runs are compared against, always stays: if the store is larger\n"
     "than SIZE even so, the exit status is 2.\n"
     "\n"
     "  tare baseline prune --keep 3 --max-size 50MB\n",
     TABLE(prune_rows), baseline_prune},
    {"run", " BASELINE [-- OPTION...]", "run the program of a baseline, as it was stored",
     "Runs the program that was kept with --program of add or accept, with those libraries\n"
     "of its own that were kept with it. All of it is hashed first: what is not as it was\n"
     "stored is not run. What stands behind -- are options of the suite.\n"
     "\n"
     "  tare baseline run MACHINE/PROGRAM -- --json old.json\n",
     TABLE(remove_rows), run},
};

enum { SUBCOMMANDS = sizeof subcommands / sizeof *subcommands };

static const char head[] =
    "usage: tare baseline COMMAND [options] ...\n"
    "\n"
    "Keeps documents, and the programs that made them, in a directory: by machine, until they are\n"
    "replaced on purpose.\n"
    "\n"
    "  build/bench --json run.json\n"
    "  tare baseline add --init --program build/bench run.json    the first time\n"
    "  tare compare run.json                                      from then on\n"
    "  tare baseline accept --reason 'checks UTF-8 now' run.json  when slower is right\n"
    "\n";

static void print_help(void) {
    fputs(head, stdout);
    for (size_t i = 0; i < SUBCOMMANDS; i++)
        printf("  %-6s  %s\n", subcommands[i].name, subcommands[i].help);
    fputs("\ntare baseline COMMAND --help says more.\n", stdout);
}

static void print_command_help(const struct subcommand *command) {
    printf("usage: tare baseline %s [options]%s\n\n%s\n", command->name, command->arguments,
           command->lesson);
    flags_help(&command->table, 100, stdout);
}

static const struct subcommand *find_command(const char *name) {
    for (size_t i = 0; i < SUBCOMMANDS; i++)
        if (strcmp(subcommands[i].name, name) == 0)
            return &subcommands[i];
    return NULL;
}

static bool run_command(const struct subcommand *command, int argc, char **argv,
                        struct errmsg *why) {
    struct baseline_options options = {.store = STORE_PATH};
    bool good = flags_parse(&command->table, argc, argv, &options, &options.operands, why);
    if (good && options.wants_help)
        print_command_help(command);
    else if (good)
        good = command->run(&options, why);
    free(options.operands.items);
    return good;
}

bool baseline_command(int argc, char **argv, int *status, struct errmsg *why) {
    *status = STATUS_PASS;
    const char *name = argc < 2 ? "" : argv[1];
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0) {
        print_help();
        return true;
    }
    const struct subcommand *command = find_command(name);
    if (command == NULL)
        return fail(why, "baseline takes a command: add, list, show, accept, remove, prune or run; "
                         "tare baseline --help says what they do");
    return run_command(command, argc - 1, argv + 1, why);
}
