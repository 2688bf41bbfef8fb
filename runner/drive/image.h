// SPDX-License-Identifier: MIT
// An executable held in memory, and written anew wherever it is to be started.
//
// A file that is run lies where the kernel's file cache once put it, page by page, and stays there;
// which lines of the caches its code and data share is thus decided for hours. Two copies of one
// program differed by 0.7 % in one kernel, launch after launch. Written anew for each launch, a
// program lies elsewhere each time.
#ifndef IMAGE_H
#define IMAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "errmsg.h"

#define IMAGE_BYTES_MAX ((size_t)1 << 30)

struct image {
    char *bytes;
    size_t size;
};

// Release with image_release, also on false.
bool image_read(struct image *image, const char *path, struct errmsg *why);
void image_release(struct image *image);

// Replaces `path`; whoever runs what was there goes on doing so.
bool image_write(const struct image *image, const char *path, struct errmsg *why);

#endif
