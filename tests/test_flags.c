// SPDX-License-Identifier: MIT
// Tests of command lines from tables.
#include "flags.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct options {
    bool help;
    const char *json;
    struct flag_texts filters;
    uint64_t launches;
    uint64_t budget_ns;
    double detect;
    uint64_t seed;
    int color;
};

static const char *const when[] = {"auto", "always", "never", NULL};

#define FIELD(name) .offset = offsetof(struct options, name)

static const struct flag rows[] = {
    {.help = "General:"},
    {"help", FLAG_SWITCH, FIELD(help), .help = "this text", .letter = 'h'},
    {"color", FLAG_CHOICE, FIELD(color), .choices = when, .arg = "WHEN", .help = "colours"},
    {.help = "Measuring:"},
    {"json", FLAG_TEXT, FIELD(json), .arg = "FILE", .help = "write the document there"},
    {"filter", FLAG_TEXTS, FIELD(filters), .arg = "GLOB",
     .help = "only the trials whose name fits one of these patterns; may be repeated"},
    {"launches", FLAG_COUNT, FIELD(launches), .min = 1, .max = 1000, .arg = "N", .help = "how many",
     .letter = 'n'},
    {"budget", FLAG_TIME, FIELD(budget_ns), .min = 1e6, .max = 3600e9, .arg = "TIME",
     .help = "time for all"},
    {"detect", FLAG_PERCENT, FIELD(detect), .min = 0.001, .max = 1, .arg = "PERCENT",
     .help = "what to catch"},
    {"seed", FLAG_SEED, FIELD(seed), .arg = "N", .help = "of the order"},
};

static const struct flag_table table = {rows, sizeof rows / sizeof *rows};

#define ARGS_MAX 8

static struct options options;
static struct flag_texts operands;
static struct errmsg why;

// Reads a command line whose arguments are apart by '|'.
static bool parse(const char *line) {
    static char copy[200];
    char *argv[ARGS_MAX + 2] = {"suite"};
    int argc = 1;
    snprintf(copy, sizeof copy, "%s", line);
    for (char *rest = copy, *arg; argc <= ARGS_MAX && (arg = strsep(&rest, "|")) != NULL;)
        argv[argc++] = arg;
    return flags_parse(&table, argc, argv, &options, &operands, &why);
}

static void assert_refuses(const char *line, const char *reason) {
    if (parse(line))
        fail_msg("'%s' is accepted", line);
    if (strstr(why.text, reason) == NULL)
        fail_msg("'%s' does not say '%s'", why.text, reason);
}

static int begin(void **state) {
    (void)state;
    options = (struct options){.launches = 10, .detect = 0.01};
    why.text[0] = '\0';
    return 0;
}

static int end(void **state) {
    (void)state;
    flags_release(&table, &options);
    free(operands.items);
    operands = (struct flag_texts){NULL, 0};
    return 0;
}

static void flags_reads_every_kind(void **state) {
    (void)state;
    assert_true(parse("--help|--color=never|--json=a.json|--launches=5|--budget=1.5s|--detect=2%|"
                      "--seed=0xffffffffffffffff"));
    assert_true(options.help);
    assert_int_equal(options.color, 2);
    assert_string_equal(options.json, "a.json");
    assert_int_equal(options.launches, 5);
    assert_int_equal(options.budget_ns, 1500000000);
    assert_float_equal(options.detect, 0.02, 1e-12);
    assert_true(options.seed == UINT64_MAX);
}

static void flags_takes_a_value_from_the_next_argument(void **state) {
    (void)state;
    assert_true(parse("--json|-|-n|3|--seed|12345"));
    assert_string_equal(options.json, "-");
    assert_int_equal(options.launches, 3);
    assert_int_equal(options.seed, 12345);
}

static void flags_keeps_defaults(void **state) {
    (void)state;
    assert_true(parse("-h"));
    assert_true(options.help);
    assert_int_equal(options.launches, 10);
    assert_null(options.json);
}

static void flags_collects_what_may_repeat(void **state) {
    (void)state;
    assert_true(parse("--filter=json/*|--filter|*sort*"));
    assert_int_equal(options.filters.count, 2);
    assert_string_equal(options.filters.items[0], "json/*");
    assert_string_equal(options.filters.items[1], "*sort*");
}

static void flags_gives_the_rest_to_operands(void **state) {
    (void)state;
    assert_true(parse("a.json|--help|-|--|--seed"));
    assert_int_equal(operands.count, 3);
    assert_string_equal(operands.items[0], "a.json");
    assert_string_equal(operands.items[1], "-");
    assert_string_equal(operands.items[2], "--seed");
}

static void flags_refuses_operands_where_none_are_taken(void **state) {
    (void)state;
    char *argv[] = {"suite", "x", NULL};
    assert_false(flags_parse(&table, 2, argv, &options, NULL, &why));
    assert_string_equal(why.text, "x: unexpected argument; see --help");
}

static void flags_suggests_the_nearest_name(void **state) {
    (void)state;
    assert_refuses("--lunches=3", "--lunches: unknown option; did you mean --launches?");
    assert_refuses("--sed=3", "did you mean --seed?");
    assert_refuses("--filters=x", "did you mean --filter?");
    assert_refuses("--xyzzy", "--xyzzy: unknown option; see --help");
    assert_refuses("-x", "-x: unknown option");
    assert_refuses("-hn", "-hn: unknown option");
}

static void flags_refuses_repeats(void **state) {
    (void)state;
    assert_refuses("--json=a|--json=b", "--json: is given twice");
    assert_refuses("-h|--help", "--help: is given twice");
}

static void flags_refuses_missing_and_surplus_values(void **state) {
    (void)state;
    assert_refuses("--json", "--json: needs a value; write --json=FILE");
    assert_refuses("--json|--help", "--json: needs a value");
    assert_refuses("--json=", "--json: the value is empty");
    assert_refuses("--filter=", "--filter: the value is empty");
    assert_refuses("--help=yes", "--help: takes no value");
}

static void flags_refuses_malformed_values(void **state) {
    (void)state;
    assert_refuses("--launches=many", "--launches: 'many' is not a number");
    assert_refuses("--launches=1.5", "--launches: 1.5 is not a whole number");
    assert_refuses("--budget=20", "--budget: '20' needs its unit");
    assert_refuses("--seed=0x", "--seed: '0x' is not a seed");
    assert_refuses("--seed=12z", "'12z' is not a seed");
    assert_refuses("--seed=18446744073709551616", "is not a seed");
    assert_refuses("--color=red", "--color: 'red' is not known; use one of auto, always, never");
}

static void flags_refuses_what_is_out_of_range(void **state) {
    (void)state;
    assert_refuses("--launches=0", "--launches: 0 is out of range; use 1 to 1000");
    assert_refuses("--budget=2h", "2h is out of range; use 1.00 ms to 1.00 h");
    assert_refuses("--detect=0", "0 is out of range; use 0.10 % to 100 %");
    assert_int_equal(options.launches, 10);
    assert_float_equal(options.detect, 0.01, 0);
}

static void flags_prints_aligned_and_wrapped_help(void **state) {
    (void)state;
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    flags_help(&table, 60, out);
    fclose(out);
    assert_string_equal(text, "General:\n"
                              "  -h, --help            this text\n"
                              "      --color=WHEN      colours\n"
                              "\n"
                              "Measuring:\n"
                              "      --json=FILE       write the document there\n"
                              "      --filter=GLOB     only the trials whose name fits one\n"
                              "                        of these patterns; may be repeated\n"
                              "  -n, --launches=N      how many\n"
                              "      --budget=TIME     time for all\n"
                              "      --detect=PERCENT  what to catch\n"
                              "      --seed=N          of the order\n");
    free(text);
}

static void flags_gives_a_long_name_a_line_of_its_own(void **state) {
    (void)state;
    static const struct flag wide[] = {
        {"a-name-that-is-really-long", FLAG_TEXT, FIELD(json), .arg = "VALUE", .help = "one"},
        {"short", FLAG_SWITCH, FIELD(help), .help = "two"},
    };
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    flags_help(&(struct flag_table){wide, 2}, 60, out);
    fclose(out);
    assert_string_equal(text, "      --a-name-that-is-really-long=VALUE\n"
                              "               one\n"
                              "      --short  two\n");
    free(text);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(flags_reads_every_kind),
        TEST(flags_takes_a_value_from_the_next_argument),
        TEST(flags_keeps_defaults),
        TEST(flags_collects_what_may_repeat),
        TEST(flags_gives_the_rest_to_operands),
        TEST(flags_refuses_operands_where_none_are_taken),
        TEST(flags_suggests_the_nearest_name),
        TEST(flags_refuses_repeats),
        TEST(flags_refuses_missing_and_surplus_values),
        TEST(flags_refuses_malformed_values),
        TEST(flags_refuses_what_is_out_of_range),
        TEST(flags_prints_aligned_and_wrapped_help),
        TEST(flags_gives_a_long_name_a_line_of_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
