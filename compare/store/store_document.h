// SPDX-License-Identifier: MIT
// A document on its way into the store: whose it is, and what its file is called.
#ifndef STORE_DOCUMENT_H
#define STORE_DOCUMENT_H

#include <stdbool.h>
#include <stddef.h>

#include "document.h"
#include "errmsg.h"

// What a run's baseline is called in the store. Machines that cannot be compared differ in name.
struct store_names {
    char *machine, *program;
};
struct store_names store_names_of(const struct document *run);
void store_names_release(struct store_names *names);

// A document that is to be kept, with the names that it goes under.
struct store_document {
    char *path; // where it was read
    char *text; // as it was
    size_t length;
    struct document doc;
    struct store_names names;
};

// Reads a document and refuses one that makes no baseline. On false nothing is owned.
bool store_document_read(struct store_document *document, const char *path, struct errmsg *why);
// The same with what was read already; owns the text, even on false.
bool store_document_take(struct store_document *document, const char *path, char *text,
                         size_t length, struct errmsg *why);
void store_document_release(struct store_document *document);

// The file that it becomes: names sort by time, and the same document has the same name. Free it.
char *store_document_name(const struct store_document *document);

#endif
