// SPDX-License-Identifier: MIT
// What the doctor found.
#ifndef DOCTOR_H
#define DOCTOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "document.h"
#include "examine.h"

#define DOCTOR_SCHEMA 1

struct unchecked {
    char *id;
    char *reason;
};

// All is owned; release with doctor_release.
struct doctor {
    int64_t schema;
    char *tare;
    char *machine; // its key
    int64_t cpu;
    int64_t status; // the exit status
    char *words;    // what the machine is good for
    struct finding *findings;
    size_t finding_count; // the gravest first
    char **fine;          // ids of the checks that found nothing
    size_t fine_count;
    struct unchecked *unchecked; // by id, once
    size_t unchecked_count;
    char **libraries; // none when another machine's files are looked at
    size_t library_count;
    struct document facts; // the machine's, and nothing else
};

void doctor_write_text(const struct doctor *doctor, FILE *out);
void doctor_write_json(const struct doctor *doctor, FILE *out);

// A script for sh that writes each setting found, or with `undo` what the file held.
void doctor_write_tune(const struct doctor *doctor, FILE *out);

void doctor_release(struct doctor *doctor);

#endif
