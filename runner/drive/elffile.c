// SPDX-License-Identifier: MIT
// The dynamic section of an ELF file. Every offset in it may be a lie.
#include "elffile.h"

#include "mem.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static const unsigned char own_class = sizeof(void *) == 8 ? ELFCLASS64 : ELFCLASS32;
static const unsigned char own_data =
    __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? ELFDATA2LSB : ELFDATA2MSB;

struct image {
    const unsigned char *bytes;
    size_t size;
    const ElfW(Phdr) * headers;
    size_t header_count;
};

// `size` bytes at `offset`, or NULL if the file does not have them.
static const void *at(const struct image *image, uint64_t offset, uint64_t size) {
    bool is_inside =
        offset <= image->size && size <= image->size - offset && offset % sizeof(ElfW(Addr)) == 0;
    return is_inside ? image->bytes + offset : NULL;
}

static bool open_image(struct image *image) {
    const ElfW(Ehdr) *head = at(image, 0, sizeof *head);
    if (head == NULL || memcmp(head->e_ident, ELFMAG, SELFMAG) != 0 ||
        head->e_ident[EI_CLASS] != own_class || head->e_ident[EI_DATA] != own_data ||
        head->e_phentsize != sizeof *image->headers)
        return false;
    image->header_count = head->e_phnum;
    image->headers = at(image, head->e_phoff, head->e_phnum * sizeof *image->headers);
    return image->headers != NULL;
}

// The first one of this type; NULL if there is none.
static const ElfW(Phdr) * find_header(const struct image *image, uint32_t type) {
    for (size_t i = 0; i < image->header_count; i++)
        if (image->headers[i].p_type == type)
            return &image->headers[i];
    return NULL;
}

// Where in the file an address of the loaded program lies; the file's size if nowhere.
static uint64_t offset_of(const struct image *image, uint64_t address) {
    for (size_t i = 0; i < image->header_count; i++) {
        const ElfW(Phdr) *header = &image->headers[i];
        if (header->p_type == PT_LOAD && address >= header->p_vaddr &&
            address - header->p_vaddr < header->p_filesz)
            return address - header->p_vaddr + header->p_offset;
    }
    return image->size;
}

// The text at `index` of the string table; NULL unless it ends inside the file.
static char *text_at(const struct image *image, uint64_t strings, uint64_t index) {
    if (strings >= image->size || index >= image->size - strings)
        return NULL;
    const char *text = (const char *)image->bytes + strings + index;
    size_t left = image->size - (size_t)strings - (size_t)index;
    return memchr(text, '\0', left) != NULL ? mem_text(text) : NULL;
}

// The entries before DT_NULL, which the loader looks for, too.
struct dynamic {
    const ElfW(Dyn) * entries;
    size_t count;
};

// False if the loader would find it somewhere else, or would find no end of it.
static bool find_dynamic(struct dynamic *dynamic, const struct image *image) {
    const ElfW(Phdr) *header = find_header(image, PT_DYNAMIC);
    *dynamic = (struct dynamic){0};
    if (header == NULL)
        return true;
    dynamic->entries = at(image, header->p_offset, header->p_filesz);
    if (dynamic->entries == NULL || offset_of(image, header->p_vaddr) != header->p_offset)
        return false;
    size_t room = header->p_filesz / sizeof *dynamic->entries;
    while (dynamic->count < room && dynamic->entries[dynamic->count].d_tag != DT_NULL)
        dynamic->count++;
    return dynamic->count < room;
}

static bool has_text(int64_t tag) {
    return tag == DT_SONAME || tag == DT_RPATH || tag == DT_RUNPATH || tag == DT_NEEDED;
}

static void keep_text(struct elffile *elf, int64_t tag, char *text) {
    char **place = tag == DT_SONAME            ? &elf->soname
                   : tag == DT_RPATH           ? &elf->rpath
                   : tag == DT_RUNPATH         ? &elf->runpath
                   : strchr(text, '/') != NULL ? &elf->needed_path
                                               : NULL;
    if (place != NULL && *place == NULL)
        *place = text;
    else
        free(text);
}

// False if something of it cannot be read.
static bool read_dynamic(struct elffile *elf, const struct image *image) {
    struct dynamic dynamic;
    if (!find_dynamic(&dynamic, image))
        return false;
    uint64_t strings = image->size;
    for (size_t i = 0; i < dynamic.count; i++)
        if (dynamic.entries[i].d_tag == DT_STRTAB)
            strings = offset_of(image, dynamic.entries[i].d_un.d_ptr);
    for (size_t i = 0; i < dynamic.count; i++) {
        const ElfW(Dyn) *entry = &dynamic.entries[i];
        if (!has_text(entry->d_tag))
            continue;
        char *text = text_at(image, strings, entry->d_un.d_val);
        if (text == NULL)
            return false;
        keep_text(elf, entry->d_tag, text);
    }
    return true;
}

bool elffile_read(struct elffile *elf, const char *path, struct errmsg *why) {
    *elf = (struct elffile){0};
    struct stat info;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &info) != 0) {
        fail(why, "%s: cannot be read: %s", path, strerror(errno));
        if (fd >= 0)
            close(fd);
        return false;
    }
    size_t size = S_ISREG(info.st_mode) ? (size_t)info.st_size : 0;
    void *bytes = size != 0 ? mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0) : MAP_FAILED;
    close(fd);
    struct image image = {.bytes = bytes, .size = size};
    bool good = (bytes != MAP_FAILED && open_image(&image)) ||
                fail(why, "%s: not an executable or a shared object of this machine", path);
    if (good && !read_dynamic(elf, &image)) {
        elffile_release(elf);
        good = fail(why, "%s: damaged: what it tells the loader cannot be read", path);
    }
    elf->is_loaded = good && find_header(&image, PT_INTERP) != NULL;
    if (bytes != MAP_FAILED)
        munmap(bytes, size);
    return good;
}

void elffile_release(struct elffile *elf) {
    free(elf->soname);
    free(elf->rpath);
    free(elf->runpath);
    free(elf->needed_path);
    *elf = (struct elffile){0};
}
