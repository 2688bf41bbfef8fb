// SPDX-License-Identifier: MIT
// Prints what a gate measured, from its document, a line for each trial: its name, the seconds that
// all its epochs took, and their contrasts in millionths. Blanks in names become underscores.
#include "gate_document.h"

#include "errmsg.h"

#include <stdio.h>

static void print_record(const struct gate_record *record) {
    const struct recording *r = &record->recording;
    uint64_t elapsed_ns = 0;
    for (size_t i = 0; i < r->count; i++)
        elapsed_ns += r->epochs[i].elapsed_ns;
    for (const char *at = record->name; *at != '\0'; at++)
        putchar(*at == ' ' ? '_' : *at);
    printf(" %.3f", (double)elapsed_ns / 1e9);
    for (size_t i = 0; i < r->count; i++)
        printf(" %.0f", 1e6 * r->epochs[i].contrast);
    putchar('\n');
}

int main(int argc, char **argv) {
    struct gate_document document;
    struct errmsg why = {"usage: contrasts DOCUMENT"};
    if (argc != 2 || !gate_document_read(&document, argv[1], &why)) {
        fprintf(stderr, "%s\n", why.text);
        return 2;
    }
    for (size_t i = 0; i < document.record_count; i++)
        print_record(&document.records[i]);
    gate_document_release(&document);
    return 0;
}
