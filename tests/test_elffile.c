// SPDX-License-Identifier: MIT
// What executables tell the loader: this test itself, and damaged copies of it.
#include "elffile.h"

#include "mem.h"
#include "room.h"
#include "textfile.h"
#include "told.h"

#include <elf.h>
#include <link.h>
#include <stdlib.h>
#include <string.h>

#define SELF "/proc/self/exe"

static char *bytes; // of this program, afresh for each test
static size_t size;

static int read_self(void **state) {
    return !textfile_read(SELF, (size_t)1 << 28, &bytes, &size, &why) || room_enter(state);
}

static int drop_self(void **state) {
    free(bytes);
    return room_leave(state);
}

static ElfW(Ehdr) * head(void) { return (ElfW(Ehdr) *)bytes; }

static ElfW(Phdr) * header(uint32_t type) {
    ElfW(Phdr) *headers = (ElfW(Phdr) *)(bytes + head()->e_phoff);
    for (size_t i = 0; i < head()->e_phnum; i++)
        if (headers[i].p_type == type)
            return &headers[i];
    fail_msg("no header of type %u", type);
    return NULL;
}

static ElfW(Dyn) * dynamic(int64_t tag) {
    ElfW(Dyn) *entry = (ElfW(Dyn) *)(bytes + header(PT_DYNAMIC)->p_offset);
    while (entry->d_tag != tag && entry->d_tag != DT_NULL)
        entry++;
    assert_int_equal(entry->d_tag, tag);
    return entry;
}

static bool read_bytes(struct elffile *elf) {
    room_put_bytes("elf", bytes, size);
    return elffile_read(elf, "elf", &why);
}

// Taken, with nothing said.
static void says_nothing(void) {
    struct elffile elf;
    take(read_bytes(&elf));
    assert_null(elf.soname);
    assert_null(elf.rpath);
    assert_null(elf.needed_path);
    elffile_release(&elf);
}

static void is_refused(void) {
    struct elffile elf;
    assert_false(read_bytes(&elf));
    assert_string_equal(why.text, "elf: not an executable or a shared object of this machine");
}

static void is_damaged(void) {
    struct elffile elf;
    assert_false(read_bytes(&elf));
    assert_string_equal(why.text, "elf: damaged: what it tells the loader cannot be read");
    assert_null(elf.soname);
    assert_null(elf.rpath);
    assert_null(elf.needed_path);
}

// Whatever comes out, nothing outside the file is read: sanitizers and valgrind would tell.
static void is_survived(void) {
    struct elffile elf;
    if (read_bytes(&elf))
        elffile_release(&elf);
}

static void this_program_has_no_soname_and_needs_no_path(void **state) {
    (void)state;
    says_nothing();
}

// The texts of its libraries' names serve as texts of another meaning.
static void what_an_entry_says_is_found(void **state) {
    (void)state;
    struct elffile elf;
    ElfW(Dyn) *needed = dynamic(DT_NEEDED);
    needed->d_tag = DT_SONAME;
    assert_true(read_bytes(&elf));
    assert_non_null(strstr(elf.soname, ".so"));
    assert_null(elf.rpath);
    elffile_release(&elf);
    needed->d_tag = DT_RPATH;
    assert_true(read_bytes(&elf));
    assert_non_null(strstr(elf.rpath, ".so"));
    assert_null(elf.soname);
    elffile_release(&elf);
    needed->d_tag = DT_RUNPATH; // LD_LIBRARY_PATH goes before it
    says_nothing();
}

static void a_library_that_is_needed_by_path_is_found(void **state) {
    (void)state;
    struct elffile elf;
    ElfW(Dyn) *needed = dynamic(DT_NEEDED);
    const char *name = bytes + dynamic(DT_STRTAB)->d_un.d_ptr + needed->d_un.d_val;
    *strchr(name, '.') = '/';
    assert_true(read_bytes(&elf));
    assert_non_null(strstr(elf.needed_path, "/so"));
    elffile_release(&elf);
}

static void what_is_no_program_is_refused(void **state) {
    (void)state;
    struct elffile elf;
    room_put("elf", "#!/bin/sh\n");
    assert_false(elffile_read(&elf, "elf", &why));
    room_put("elf", "");
    assert_false(elffile_read(&elf, "elf", &why));
    assert_false(elffile_read(&elf, ".", &why));
    assert_non_null(strstr(why.text, ".: not an executable"));
    assert_false(elffile_read(&elf, "/dev/null", &why));
    assert_false(elffile_read(&elf, "absent", &why));
    assert_string_equal(why.text, "absent: cannot be read: No such file or directory");
}

static void a_program_of_another_machine_is_refused(void **state) {
    (void)state;
    head()->e_ident[EI_CLASS] ^= ELFCLASS32 ^ ELFCLASS64;
    is_refused();
    head()->e_ident[EI_CLASS] ^= ELFCLASS32 ^ ELFCLASS64;
    head()->e_ident[EI_DATA] ^= ELFDATA2LSB ^ ELFDATA2MSB;
    is_refused();
    head()->e_ident[EI_DATA] ^= ELFDATA2LSB ^ ELFDATA2MSB;
    head()->e_phentsize++;
    is_refused();
}

static void a_cut_file_is_survived(void **state) {
    (void)state;
    size_t whole = size;
    for (size = 0; size < sizeof *head(); size++)
        is_refused();
    for (size = sizeof *head(); size < 4096; size += 8)
        is_survived();
    for (size = whole - 1; size > whole / 2; size -= whole / 50)
        is_survived();
}

static void headers_beyond_the_end_are_refused(void **state) {
    (void)state;
    static const uint64_t places[] = {UINT64_MAX, UINT64_MAX - 7, UINT64_MAX - 63, 1};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        head()->e_phoff = (ElfW(Off))places[i];
        is_refused();
    }
    head()->e_phoff = size;
    is_refused();
}

static void more_headers_than_there_is_room_for_are_refused(void **state) {
    (void)state;
    head()->e_phoff = size - sizeof(ElfW(Phdr)) - size % 8;
    head()->e_phnum = UINT16_MAX;
    is_refused();
}

static void a_program_that_names_no_loader_is_static(void **state) {
    (void)state;
    struct elffile elf;
    assert_true(read_bytes(&elf));
    assert_true(elf.is_loaded);
    header(PT_INTERP)->p_type = PT_NULL;
    assert_true(read_bytes(&elf));
    assert_false(elf.is_loaded);
}

static void no_headers_say_nothing(void **state) {
    (void)state;
    head()->e_phnum = 0;
    says_nothing();
}

static void a_dynamic_section_outside_the_file_is_damage(void **state) {
    (void)state;
    ElfW(Phdr) *header_ = header(PT_DYNAMIC);
    ElfW(Phdr) good = *header_;
    header_->p_offset = size + 8 - size % 8;
    is_damaged();
    header_->p_offset = (ElfW(Off))UINT64_MAX - 7;
    is_damaged();
    *header_ = good;
    header_->p_filesz = (ElfW(Off))UINT64_MAX;
    is_damaged();
    *header_ = good;
    header_->p_filesz = 1;
    is_damaged();
    header_->p_filesz = 0;
    is_damaged();
}

static void texts_outside_the_file_are_damage(void **state) {
    (void)state;
    ElfW(Dyn) *needed = dynamic(DT_NEEDED), *strings = dynamic(DT_STRTAB);
    static const uint64_t far[] = {UINT64_MAX, UINT64_MAX / 2, UINT32_MAX};
    needed->d_tag = DT_SONAME;
    for (size_t i = 0; i < sizeof far / sizeof *far; i++) {
        ElfW(Dyn) good = *needed;
        needed->d_un.d_val = (ElfW(Addr))far[i];
        is_damaged();
        *needed = good;
    }
    for (size_t i = 0; i < sizeof far / sizeof *far; i++) {
        strings->d_un.d_ptr = (ElfW(Addr))far[i];
        is_damaged();
    }
}

static void a_text_without_an_end_is_damage(void **state) {
    (void)state;
    ElfW(Dyn) *needed = dynamic(DT_NEEDED);
    ElfW(Phdr) *load = header(PT_LOAD);
    needed->d_tag = DT_SONAME;
    memset(bytes + size - 64, 'x', 64);
    load->p_filesz = size;
    dynamic(DT_STRTAB)->d_un.d_ptr = load->p_vaddr + size - 32 - load->p_offset;
    needed->d_un.d_val = 4;
    is_damaged();
}

static void a_dynamic_section_without_an_end_or_elsewhere_is_damage(void **state) {
    (void)state;
    ElfW(Phdr) *section = header(PT_DYNAMIC);
    ElfW(Phdr) good = *section;
    section->p_filesz = 2 * sizeof(ElfW(Dyn));
    is_damaged();
    *section = good;
    section->p_vaddr += sizeof(ElfW(Dyn));
    is_damaged();
}

static void a_program_without_a_table_of_texts_is_damage(void **state) {
    (void)state;
    dynamic(DT_STRTAB)->d_tag = DT_DEBUG;
    is_damaged();
}

static void offsets_that_add_up_beyond_the_last_byte_are_survived(void **state) {
    (void)state;
    ElfW(Phdr) *load = header(PT_LOAD);
    dynamic(DT_NEEDED)->d_tag = DT_SONAME;
    load->p_offset = (ElfW(Off))UINT64_MAX - 3;
    load->p_vaddr = 0;
    load->p_filesz = (ElfW(Off))UINT64_MAX;
    is_survived();
}

// Each word of the headers and of the dynamic section in turn, made large, and made nothing.
static void damage_anywhere_is_survived(void **state) {
    (void)state;
    static const uint64_t values[] = {0, 1, UINT32_MAX, UINT64_MAX};
    ElfW(Phdr) *section = header(PT_DYNAMIC);
    size_t starts[] = {0, section->p_offset};
    size_t ends[] = {head()->e_phoff + head()->e_phnum * sizeof *section,
                     section->p_offset + section->p_filesz};
    size = size < 65536 ? size : 65536; // headers and names are at the beginning
    for (size_t part = 0; part < 2; part++)
        for (size_t at = starts[part]; at + 8 <= ends[part] && at + 8 <= size; at += 8)
            for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
                uint64_t good;
                memcpy(&good, bytes + at, sizeof good);
                memcpy(bytes + at, &values[i], sizeof good);
                is_survived();
                memcpy(bytes + at, &good, sizeof good);
            }
}

int main(void) {
#define DAMAGED(test) cmocka_unit_test_setup_teardown(test, read_self, drop_self)
    const struct CMUnitTest tests[] = {
        DAMAGED(this_program_has_no_soname_and_needs_no_path),
        DAMAGED(what_an_entry_says_is_found),
        DAMAGED(a_library_that_is_needed_by_path_is_found),
        DAMAGED(what_is_no_program_is_refused),
        DAMAGED(a_program_of_another_machine_is_refused),
        DAMAGED(a_cut_file_is_survived),
        DAMAGED(headers_beyond_the_end_are_refused),
        DAMAGED(more_headers_than_there_is_room_for_are_refused),
        DAMAGED(a_program_that_names_no_loader_is_static),
        DAMAGED(no_headers_say_nothing),
        DAMAGED(a_dynamic_section_outside_the_file_is_damage),
        DAMAGED(texts_outside_the_file_are_damage),
        DAMAGED(a_text_without_an_end_is_damage),
        DAMAGED(a_dynamic_section_without_an_end_or_elsewhere_is_damage),
        DAMAGED(a_program_without_a_table_of_texts_is_damage),
        DAMAGED(offsets_that_add_up_beyond_the_last_byte_are_survived),
        DAMAGED(damage_anywhere_is_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
