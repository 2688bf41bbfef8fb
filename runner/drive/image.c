// SPDX-License-Identifier: MIT
// An executable held in memory, and written anew wherever it is to be started.
#include "image.h"

#include "textfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool image_read(struct image *image, const char *path, struct errmsg *why) {
    *image = (struct image){0};
    return textfile_read(path, IMAGE_BYTES_MAX, &image->bytes, &image->size, why);
}

void image_release(struct image *image) {
    free(image->bytes);
    *image = (struct image){0};
}

static bool write_all(int fd, const struct image *image) {
    for (size_t done = 0; done < image->size;) {
        ssize_t written = write(fd, image->bytes + done, image->size - done);
        if (written < 0 && errno != EINTR)
            return false;
        done += written > 0 ? (size_t)written : 0;
    }
    return true;
}

// Closed before it is executed: the kernel refuses a file that is open for writing.
bool image_write(const struct image *image, const char *path, struct errmsg *why) {
    unlink(path);
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0700);
    if (fd < 0)
        return fail(why, "%s: cannot be written: %s; set TMPDIR", path, strerror(errno));
    bool good = write_all(fd, image);
    int error = errno;
    close(fd);
    if (good)
        return true;
    unlink(path);
    return fail(why, "%s: cannot be written: %s; set TMPDIR to a place with more room", path,
                strerror(error));
}
