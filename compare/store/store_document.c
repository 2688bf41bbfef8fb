// SPDX-License-Identifier: MIT
// A document on its way into the store.
#include "store_document.h"

#include "comparable.h"
#include "machine.h"
#include "mem.h"
#include "progfile.h"
#include "storefs.h"
#include "textfile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool has_measured(const struct document *doc) {
    for (size_t i = 0; i < doc->trial_count; i++)
        if (doc->trials[i].status == TRIAL_MEASURED)
            return true;
    return false;
}

static bool check_document(const struct store_document *document, struct errmsg *why) {
    const struct document *doc = &document->doc;
    if (doc->interrupted)
        return fail(why, "%s: the run was interrupted: it makes no baseline; measure again",
                    document->path);
    if (!has_measured(doc))
        return fail(why, "%s: no trial was measured: it makes no baseline", document->path);
    if (doc->program.hash == NULL)
        return fail(why, "%s: it does not say which program made it: it makes no baseline",
                    document->path);
    if (doc->settings.shards != 0)
        return fail(why, "%s: one shard of a run; join them with tare merge first", document->path);
    return true;
}

// The readable key, and a hash of all that must be equal: machines that cannot be compared have
// different names. What may differ is in neither: the key's last part, the number of CPUs, goes.
static char *machine_name(const struct document *doc) {
    char key[MACHINE_KEY_SIZE], hash[PROGFILE_HASH_SIZE];
    machine_key(doc, key, sizeof key);
    char *count = strrchr(key, '-');
    if (count != NULL)
        *count = '\0';
    char *print = comparable_fingerprint(doc);
    progfile_hash_text(print, strlen(print), hash);
    char *text = mem_printf("%.80s-%.6s", key, hash);
    char *name = storefs_name(text);
    free(text);
    free(print);
    return name;
}

struct store_names store_names_of(const struct document *run) {
    const char *name = run->program.name;
    return (struct store_names){machine_name(run), storefs_name(name != NULL ? name : "")};
}

void store_names_release(struct store_names *names) {
    free(names->machine);
    free(names->program);
    *names = (struct store_names){0};
}

bool store_document_take(struct store_document *document, const char *path, char *text,
                         size_t length, struct errmsg *why) {
    *document = (struct store_document){.path = mem_text(path), .text = text, .length = length};
    struct errmsg cause;
    bool good = (document_parse(&document->doc, text, length, &cause) ||
                 document_refuse(path, &cause, why)) &&
                check_document(document, why);
    if (!good) {
        store_document_release(document);
        return false;
    }
    document->names = store_names_of(&document->doc);
    return true;
}

bool store_document_read(struct store_document *document, const char *path, struct errmsg *why) {
    char *text;
    size_t length;
    *document = (struct store_document){0};
    return textfile_read(path, DOCUMENT_BYTES_MAX, &text, &length, why) &&
           store_document_take(document, path, text, length, why);
}

void store_document_release(struct store_document *document) {
    free(document->path);
    free(document->text);
    store_names_release(&document->names);
    document_release(&document->doc);
    *document = (struct store_document){0};
}

char *store_document_name(const struct store_document *document) {
    char hash[PROGFILE_HASH_SIZE], time[32] = "undated";
    progfile_hash_text(document->text, document->length, hash);
    const char *started = document->doc.started;
    size_t length = 0;
    for (; started != NULL && *started != '\0' && length < sizeof time - 1; started++)
        if (*started != ':')
            time[length++] = *started;
    if (length != 0)
        time[length] = '\0';
    char *fit = storefs_name(time);
    char *name = mem_printf("%s-%.16s.json", fit, hash);
    free(fit);
    return name;
}
