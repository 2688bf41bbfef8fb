// SPDX-License-Identifier: MIT
// Writes a report where it is wanted.
#include "report_output.h"

#include "github.h"
#include "textfile.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *const colour_names[] = {
    [COLOUR_AUTO] = "auto", [COLOUR_ALWAYS] = "always", [COLOUR_NEVER] = "never", NULL};

static bool wants_colour(const struct report_output *output) {
    const char *no_colour = getenv("NO_COLOR");
    if (output->colour != COLOUR_AUTO)
        return output->colour == COLOUR_ALWAYS;
    return strcmp(output->path, "-") == 0 && isatty(STDOUT_FILENO) &&
           (no_colour == NULL || *no_colour == '\0');
}

bool report_write(const struct report *report, const struct report_output *output,
                  struct errmsg *why) {
    struct report_style style = {.is_coloured = wants_colour(output),
                                 .lists_all = output->lists_all};
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    if (out == NULL)
        return fail(why, "no memory for the report");
    report_formats[output->format]->write(report, &style, out);
    bool good = fclose(out) == 0 || fail(why, "no memory for the report");
    good = good && textfile_write(output->path, text, length, why);
    free(text);
    return good && github_tell(report, why);
}
