// SPDX-License-Identifier: MIT
// The documents of one side of a comparison, without the raw samples.
#include "side.h"

#include "mem.h"
#include "textfile.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

const char *const side_names[SIDES] = {"base", "new"};

static struct trial_summary *summarize(struct trial *trials, size_t count) {
    struct trial_summary *summaries = mem_zero(count, sizeof *summaries);
    for (size_t i = 0; i < count; i++) {
        summaries[i] = trial_summarize(&trials[i]);
        for (size_t j = 0; j < trials[i].launch_count; j++)
            free(trials[i].launches[j].spans);
        free(trials[i].launches);
        trials[i].launches = NULL;
        trials[i].launch_count = 0;
    }
    return summaries;
}

static const struct run *find_run(const struct side *side, const char *hash) {
    for (size_t i = 0; i < side->count; i++)
        if (strcmp(side->runs[i].hash, hash) == 0)
            return &side->runs[i];
    return NULL;
}

static bool is_file(const char *path) {
    struct stat info;
    return stat(path, &info) == 0 && S_ISREG(info.st_mode);
}

static bool read_document(struct run *run, const char *path, struct errmsg *why) {
    char *text;
    size_t length;
    struct errmsg cause;
    if (!textfile_read(path, DOCUMENT_BYTES_MAX, &text, &length, why))
        return false;
    progfile_hash_text(text, length, run->hash);
    bool good =
        document_parse(&run->doc, text, length, &cause) || document_refuse(path, &cause, why);
    if (good && !is_file(path))
        run->text = text;
    else
        free(text);
    return good;
}

static bool read_file(void *context, const char *path, struct errmsg *why) {
    struct side *side = context;
    struct run read = {0};
    if (!read_document(&read, path, why))
        return false;
    const struct run *same = find_run(side, read.hash);
    if (same != NULL) {
        document_release(&read.doc);
        free(read.text);
        return fail(why, "%s is the same run as %s: it would count as two; leave one out", path,
                    same->path);
    }
    side->runs = mem_push(side->runs, &side->count, sizeof *side->runs);
    struct run *run = &side->runs[side->count - 1];
    *run = read;
    run->path = mem_text(path);
    run->summaries = summarize(run->doc.trials, run->doc.trial_count);
    run->yardsticks = summarize(run->doc.yardsticks, run->doc.yardstick_count);
    return true;
}

static int is_json(const struct dirent *entry) {
    size_t length = strlen(entry->d_name);
    return entry->d_name[0] != '.' && length > 5 &&
           strcmp(entry->d_name + length - 5, ".json") == 0;
}

static bool each_in_directory(const char *path,
                              bool (*take)(void *context, const char *path, struct errmsg *why),
                              void *context, struct errmsg *why) {
    struct dirent **entries = NULL;
    int count = scandir(path, &entries, is_json, alphasort);
    if (count < 0)
        return fail(why, "%s: cannot be listed: %s", path, strerror(errno));
    bool good = count > 0 || fail(why,
                                  "%s: no *.json in this directory; name one with documents "
                                  "that a suite wrote with --json",
                                  path);
    for (int i = 0; i < count; i++) {
        char *file = mem_printf("%s/%s", path, entries[i]->d_name);
        good = good && take(context, file, why);
        free(file);
        free(entries[i]);
    }
    free(entries);
    return good;
}

bool side_each_document(const char *path,
                        bool (*take)(void *context, const char *path, struct errmsg *why),
                        void *context, struct errmsg *why) {
    struct stat info;
    bool is_directory = stat(path, &info) == 0 && S_ISDIR(info.st_mode);
    return is_directory ? each_in_directory(path, take, context, why) : take(context, path, why);
}

bool side_read(struct side *side, const struct flag_texts *paths, struct errmsg *why) {
    for (size_t i = 0; i < paths->count; i++) {
        if (!side_each_document(paths->items[i], read_file, side, why)) {
            side_release(side);
            return false;
        }
    }
    return true;
}

void side_add_list(struct side *side, const struct document *list, const char *path) {
    side->runs = mem_push(side->runs, &side->count, sizeof *side->runs);
    struct run *run = &side->runs[side->count - 1];
    *run = (struct run){.doc = *list, .path = mem_text(path)};
    for (size_t i = 0; i < list->trial_count; i++)
        if (list->trials[i].status == TRIAL_PLANNED)
            list->trials[i].status = TRIAL_MEASURED;
    run->summaries = summarize(list->trials, list->trial_count);
}

bool side_check_apart(const struct side sides[SIDES], struct errmsg *why) {
    for (size_t i = 0; i < sides[SIDE_NEW].count; i++) {
        const struct run *new = &sides[SIDE_NEW].runs[i];
        const struct run *base = find_run(&sides[SIDE_BASE], new->hash);
        if (base != NULL)
            return fail(why, "%s is the same run as %s: nothing would be compared; measure again",
                        new->path, base->path);
    }
    return true;
}

bool side_is_within(const struct side *side, const struct side *other) {
    for (size_t i = 0; i < side->count; i++)
        if (find_run(other, side->runs[i].hash) == NULL)
            return false;
    return true;
}

void side_release(struct side *side) {
    for (size_t i = 0; i < side->count; i++) {
        free(side->runs[i].path);
        free(side->runs[i].text);
        free(side->runs[i].summaries);
        free(side->runs[i].yardsticks);
        document_release(&side->runs[i].doc);
    }
    free(side->runs);
    *side = (struct side){0};
}
