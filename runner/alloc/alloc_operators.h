// SPDX-License-Identifier: MIT
// C++'s new and delete, in the library that is preloaded. Those of a C++ library ask malloc and
// free, and are counted there; but some allocators bring their own, which do not, and these are
// counted here. Where no more are found, because a plugin keeps its C++ library to itself, they are
// malloc and free. Included once, after alloc_entries.h.

#define ALIGNED "St11align_val_t"
#define NOTHROW "RKSt9nothrow_t"

// All that they take are words in registers: one that takes fewer does not look at the rest.
typedef void *new_function(size_t size, void *second, void *third);
typedef void delete_function(void *block, void *second, void *third);

// Of each: what it is called here, what it is to the linker, and whether its second word is an
// alignment.
#define NEWS(X)                                                                                    \
    X(new_plain, ALLOC_NEW, false)                                                                 \
    X(new_array, "_Zna" ALLOC_SIZED, false)                                                        \
    X(new_nothrow, ALLOC_NEW NOTHROW, false)                                                       \
    X(new_array_nothrow, "_Zna" ALLOC_SIZED NOTHROW, false)                                        \
    X(new_aligned, ALLOC_NEW ALIGNED, true)                                                        \
    X(new_array_aligned, "_Zna" ALLOC_SIZED ALIGNED, true)                                         \
    X(new_aligned_nothrow, ALLOC_NEW ALIGNED NOTHROW, true)                                        \
    X(new_array_aligned_nothrow, "_Zna" ALLOC_SIZED ALIGNED NOTHROW, true)

#define DELETES(X)                                                                                 \
    X(delete_plain, ALLOC_DELETE)                                                                  \
    X(delete_array, "_ZdaPv")                                                                      \
    X(delete_nothrow, ALLOC_DELETE NOTHROW)                                                        \
    X(delete_array_nothrow, "_ZdaPv" NOTHROW)                                                      \
    X(delete_sized, ALLOC_DELETE ALLOC_SIZED)                                                      \
    X(delete_array_sized, "_ZdaPv" ALLOC_SIZED)                                                    \
    X(delete_aligned, ALLOC_DELETE ALIGNED)                                                        \
    X(delete_array_aligned, "_ZdaPv" ALIGNED)                                                      \
    X(delete_aligned_nothrow, ALLOC_DELETE ALIGNED NOTHROW)                                        \
    X(delete_array_aligned_nothrow, "_ZdaPv" ALIGNED NOTHROW)                                      \
    X(delete_sized_aligned, ALLOC_DELETE ALLOC_SIZED ALIGNED)                                      \
    X(delete_array_sized_aligned, "_ZdaPv" ALLOC_SIZED ALIGNED)

// ---- What they hand on to --------------------------------------------------------------------

#define NEW_INDEX(name, linked, is_aligned) name##_at,
#define NEW_ROW(name, linked, is_aligned)   {linked, is_aligned, NULL, false},
#define DELETE_INDEX(name, linked)          name##_at,
#define DELETE_ROW(name, linked)            {linked, NULL, false},
enum { NEWS(NEW_INDEX) NEW_COUNT };
enum { DELETES(DELETE_INDEX) DELETE_COUNT };

static struct next_new {
    const char *linked;
    bool is_aligned;
    new_function *next; // NULL: none
    bool is_brought;    // by the allocator
} news[] = {NEWS(NEW_ROW)};

static struct next_delete {
    const char *linked;
    delete_function *next;
    bool is_brought;
} deletes[] = {DELETES(DELETE_ROW)};

static bool are_found;

static const void *library_of(const void *function) {
    Dl_info info;
    return function && dladdr(function, &info) ? info.dli_fbase : NULL;
}

// Answers whether it is in that library.
static bool find_operator(const char *linked, const void *library, void *pointer) {
    void *function = dlsym(RTLD_NEXT, linked);
    memcpy(pointer, &function, sizeof function);
    return function && library_of(function) == library;
}

static void find_operators(void) {
    const void *allocator;
    find_next();
    are_found = true;
    memcpy(&allocator, &next.malloc, sizeof allocator);
    allocator = library_of(allocator);
    for (size_t i = 0; i < NEW_COUNT; i++)
        news[i].is_brought = find_operator(news[i].linked, allocator, &news[i].next);
    for (size_t i = 0; i < DELETE_COUNT; i++)
        deletes[i].is_brought = find_operator(deletes[i].linked, allocator, &deletes[i].next);
    dlerror(); // what is not there is no error of the program's
}

// ---- One call --------------------------------------------------------------------------------

static void *hand_on_new(size_t at, size_t size, void *second, void *third) {
    if (!are_found)
        find_operators();
    const struct next_new *new = &news[at];
    if (!new->next)
        return new->is_aligned ? memalign((size_t)second, size) : malloc(size);
    if (!new->is_brought)
        return new->next(size, second, third);
    struct alloc_counts counted = *count_alloc(size);
    return weigh_alone(counted, new->next(size, second, third));
}

static void hand_on_delete(size_t at, void *block, void *second, void *third) {
    if (!are_found)
        find_operators();
    const struct next_delete *delete = &deletes[at];
    if (!delete->next) {
        free(block);
    } else if (!block || !delete->is_brought) {
        delete->next(block, second, third);
    } else {
        alloc_tally_add(&MINE()->frees, 1);
        alloc_tally_shrink(MINE(), weight(block));
        struct alloc_counts counted = *MINE();
        delete->next(block, second, third);
        back_to(counted);
    }
}

// ---- What the program calls ------------------------------------------------------------------

#pragma GCC visibility push(default)
#define NEW_NAME(name, linked, is_aligned) new_function name __asm__(linked);
#define DELETE_NAME(name, linked)          delete_function name __asm__(linked);
NEWS(NEW_NAME)
DELETES(DELETE_NAME)
#pragma GCC visibility pop

#define NEW_BODY(name, linked, is_aligned)                                                         \
    void *name(size_t size, void *second, void *third) {                                           \
        return hand_on_new(name##_at, size, second, third);                                        \
    }
#define DELETE_BODY(name, linked)                                                                  \
    void name(void *block, void *second, void *third) {                                            \
        hand_on_delete(name##_at, block, second, third);                                           \
    }
NEWS(NEW_BODY)
DELETES(DELETE_BODY)
