// SPDX-License-Identifier: MIT
// Pitfalls that the runner detects in what was built and what was measured. Pure: facts in, notes
// out.
#ifndef CHECKS_H
#define CHECKS_H

#include <stdbool.h>

#include "document.h"
#include "run.h"

// build-opt, build-san, build-assert: before anything runs.
void checks_build(struct document *doc);

// After the run: of each trial and of all together. A trial that costs no more than an empty loop
// fails here. Also the fact cpu.measured_ghz.
void checks_results(struct document *doc, const struct run_facts *facts);

// Takes away the notes whose ids the settings silence. False, listing the ids there are, for an id
// that no check has.
bool checks_known(const struct settings *settings, struct errmsg *why);
void checks_silence(struct document *doc);
bool checks_is_silenced(const struct settings *settings, const char *id);

// True if a note of this id and level is there.
bool checks_found(const struct document *doc, const char *id, enum note_level level);

#endif
