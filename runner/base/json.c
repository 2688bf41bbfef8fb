// SPDX-License-Identifier: MIT
// Reads and writes structs as JSON by their shapes; the only file that sees cJSON.
//
// A kind is a row of `kinds` below; an array is its element's kind, again and again. Numbers are
// written here and handed to cJSON as raw text: its own 15 digits lose the last bits, and an array
// of spans would cost it a tree node each.
#include "json.h"

#include "arena.h"
#include "json_place.h"
#include "json_slot.h"
#include "json_text.h"
#include "mem.h"

#include <cjson/cJSON.h>

#include <assert.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define WHOLE_MAX   ((double)JSON_WHOLE_MAX) // 2^53: beyond it doubles skip whole numbers
#define NUMBER_ROOM 32                       // characters of any number that is written

// ---- What surrounds the library

// Where the library's memory comes from. Its hooks take no context, hence a static; it is empty
// unless the library is at work.
static struct arena arena;

static void *take(size_t size) { return arena_take(&arena, size); }
static void ignore(void *taken) { (void)taken; }

// The library at work: with its memory above and with points, not commas, in numbers, whatever the
// locale of the program that we are linked into.
static locale_t library_begin(void) {
    assert(arena.blocks == NULL);
    static locale_t plain;
    if (plain == (locale_t)0)
        plain = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    cJSON_InitHooks(&(cJSON_Hooks){.malloc_fn = take, .free_fn = ignore});
    return uselocale(plain);
}

static void library_end(locale_t before) {
    arena_release(&arena);
    cJSON_InitHooks(NULL);
    uselocale(before);
}

const char *json_library_version(void) { return cJSON_Version(); }

uint64_t json_whole_sum(uint64_t a, uint64_t b) {
    assert(a <= JSON_WHOLE_MAX);
    return b > JSON_WHOLE_MAX - a ? JSON_WHOLE_MAX : a + b;
}

// ---- The kinds

struct kind {
    const char *want; // what to say when something else is found
    bool (*read)(const struct slot *, const cJSON *, const struct place *, struct errmsg *);
    void (*print)(const struct slot *, char number[NUMBER_ROOM]); // of numbers
    cJSON *(*node)(const struct slot *);                          // of everything else
};

static const struct kind kinds[JSON_MAP + 1]; // below, after their functions

static const struct kind *kind_of(const struct slot *slot) { return &kinds[slot->field->kind]; }

// ---- Reading

static bool read_object(const struct json_shape *shape, const cJSON *object, void *into,
                        const struct place *place, struct errmsg *why);

static bool mismatch(const struct slot *slot, const struct place *place, struct errmsg *why) {
    return place_refuse(place, why, kind_of(slot)->want);
}

static bool read_bool(const struct slot *slot, const cJSON *item, const struct place *place,
                      struct errmsg *why) {
    *(bool *)slot->at = cJSON_IsTrue(item);
    return cJSON_IsBool(item) || mismatch(slot, place, why);
}

static bool is_whole(const cJSON *item, double min) {
    double number = item->valuedouble;
    return cJSON_IsNumber(item) && number >= min && number <= WHOLE_MAX && number == floor(number);
}

static bool read_int(const struct slot *slot, const cJSON *item, const struct place *place,
                     struct errmsg *why) {
    if (!is_whole(item, -WHOLE_MAX))
        return mismatch(slot, place, why);
    *(int64_t *)slot->at = (int64_t)item->valuedouble;
    return true;
}

static bool set_count(uint64_t *count, const cJSON *item) {
    bool is_count = is_whole(item, 0);
    *count = is_count ? (uint64_t)item->valuedouble : 0;
    return is_count;
}

static bool read_count(const struct slot *slot, const cJSON *item, const struct place *place,
                       struct errmsg *why) {
    return set_count(slot->at, item) || place_refuse(place, why, kinds[JSON_COUNT].want);
}

static bool read_hex(const struct slot *slot, const cJSON *item, const struct place *place,
                     struct errmsg *why) {
    const char *text = cJSON_IsString(item) ? item->valuestring : "";
    size_t length = strlen(text);
    if (length < 3 || length > 18 || memcmp(text, "0x", 2) != 0 ||
        strspn(text + 2, "0123456789abcdefABCDEF") != length - 2)
        return mismatch(slot, place, why);
    *(uint64_t *)slot->at = strtoull(text, NULL, 16);
    return true;
}

static bool read_real(const struct slot *slot, const cJSON *item, const struct place *place,
                      struct errmsg *why) {
    *(double *)slot->at = cJSON_IsNumber(item) ? item->valuedouble : NAN;
    return (cJSON_IsNumber(item) && isfinite(item->valuedouble)) || cJSON_IsNull(item) ||
           place_refuse(place, why, kinds[JSON_REAL].want);
}

static bool read_text(const struct slot *slot, const cJSON *item, const struct place *place,
                      struct errmsg *why) {
    if (!cJSON_IsString(item))
        return place_refuse(place, why, kinds[JSON_TEXT].want);
    *(char **)slot->at = mem_text(item->valuestring);
    return true;
}

static bool read_enum(const struct slot *slot, const cJSON *item, const struct place *place,
                      struct errmsg *why) {
    if (!cJSON_IsString(item))
        return mismatch(slot, place, why);
    for (int i = 0; slot->field->names[i] != NULL; i++) {
        *(int *)slot->at = i;
        if (strcmp(slot->field->names[i], item->valuestring) == 0)
            return true;
    }
    return place_refuse(place, why, "this word is not known; it may come from a newer tare");
}

static bool read_embedded(const struct slot *slot, const cJSON *item, const struct place *place,
                          struct errmsg *why) {
    return cJSON_IsObject(item) ? read_object(slot->field->shape, item, slot->at, place, why)
                                : place_refuse(place, why, kinds[JSON_OBJECT].want);
}

static bool read_array(const struct slot *slot, const cJSON *item, const struct place *place,
                       struct errmsg *why) {
    if (!cJSON_IsArray(item))
        return mismatch(slot, place, why);
    const struct kind *element = &kinds[slot_element_kind(slot)];
    struct place here = {.up = place};
    for (const cJSON *child = item->child; child != NULL; child = child->next, here.index++) {
        struct slot to = slot_push(slot);
        if (!element->read(&to, child, &here, why))
            return false;
    }
    return true;
}

static bool read_map(const struct slot *slot, const cJSON *item, const struct place *place,
                     struct errmsg *why) {
    if (!cJSON_IsObject(item))
        return mismatch(slot, place, why);
    for (const cJSON *child = item->child; child != NULL; child = child->next) {
        struct place here = {.up = place, .key = child->string};
        struct json_pair *pair = slot_push(slot).at;
        pair->key = mem_text(child->string);
        pair->text = cJSON_IsString(child) ? mem_text(child->valuestring) : NULL;
        pair->number = cJSON_IsNumber(child) ? child->valuedouble : NAN;
        if (pair->text == NULL && !isfinite(pair->number) && !cJSON_IsNull(child))
            return place_refuse(&here, why, "a text, a number or null is needed here");
    }
    return true;
}

static bool read_field(const struct slot *slot, const cJSON *item, const struct place *place,
                       struct errmsg *why) {
    if (item != NULL && !cJSON_IsNull(item))
        return kind_of(slot)->read(slot, item, place, why);
    slot_blank(slot);
    return !slot->field->required || place_refuse(place, why, "is missing");
}

static bool read_object(const struct json_shape *shape, const cJSON *object, void *into,
                        const struct place *place, struct errmsg *why) {
    for (size_t i = 0; i < shape->count; i++) {
        struct slot slot = slot_of(&shape->fields[i], into);
        struct place here = {.up = place, .key = shape->fields[i].name};
        const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, here.key);
        if (!read_field(&slot, item, &here, why))
            return false;
    }
    return true;
}

static int compare_keys(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool keys_differ(const cJSON *object, const struct place *place, struct errmsg *why) {
    size_t count = (size_t)cJSON_GetArraySize(object), i = 0;
    const char **keys = take(count * sizeof *keys);
    for (const cJSON *child = object->child; child != NULL; child = child->next)
        keys[i++] = child->string;
    qsort(keys, count, sizeof *keys, compare_keys);
    for (i = 1; i < count; i++) {
        struct place here = {.up = place, .key = keys[i]};
        if (strcmp(keys[i - 1], keys[i]) == 0)
            return place_refuse(&here, why, "this key is there twice");
    }
    return true;
}

// All objects of the tree, known to a shape or not. The scan has bounded the depth.
static bool all_keys_differ(const cJSON *item, const struct place *place, struct errmsg *why) {
    if (cJSON_IsObject(item) && !keys_differ(item, place, why))
        return false;
    struct place here = {.up = place};
    for (const cJSON *child = item->child; child != NULL; child = child->next, here.index++) {
        here.key = child->string;
        if (child->child != NULL && !all_keys_differ(child, &here, why))
            return false;
    }
    return true;
}

static bool read_tree(const struct json_shape *shape, const cJSON *root, void *into,
                      struct errmsg *why) {
    if (root == NULL)
        return fail(why, "the JSON library cannot read this; report it as a bug of tare");
    if (!cJSON_IsObject(root))
        return place_refuse(NULL, why, kinds[JSON_OBJECT].want);
    return all_keys_differ(root, NULL, why) && read_object(shape, root, into, NULL, why);
}

bool json_read(const struct json_shape *shape, const char *text, size_t length, void *into,
               struct errmsg *why) {
    if (!json_text_check(text, length, why))
        return false;
    locale_t before = library_begin();
    bool is_read = read_tree(shape, cJSON_ParseWithLength(text, length), into, why);
    library_end(before);
    if (!is_read)
        json_release(shape, into);
    return is_read;
}

// ---- Writing

static void print_int(const struct slot *slot, char number[NUMBER_ROOM]) {
    int64_t value = *(int64_t *)slot->at;
    assert(value >= -(int64_t)WHOLE_MAX && value <= (int64_t)WHOLE_MAX);
    snprintf(number, NUMBER_ROOM, "%lld", (long long)value);
}

static void print_count(const struct slot *slot, char number[NUMBER_ROOM]) {
    uint64_t value = *(uint64_t *)slot->at;
    assert(value <= (uint64_t)WHOLE_MAX);
    snprintf(number, NUMBER_ROOM, "%llu", (unsigned long long)value);
}

// The fewest digits that give the same number again.
static void print_real(const struct slot *slot, char number[NUMBER_ROOM]) {
    double value = *(double *)slot->at;
    memcpy(number, "null", sizeof "null");
    for (int digits = 15; isfinite(value) && digits <= 17; digits++) {
        snprintf(number, NUMBER_ROOM, "%.*g", digits, value);
        if (strtod(number, NULL) == value)
            return;
    }
}

static cJSON *node_bool(const struct slot *slot) { return cJSON_CreateBool(*(bool *)slot->at); }

static cJSON *node_hex(const struct slot *slot) {
    char text[NUMBER_ROOM];
    snprintf(text, sizeof text, "0x%llx", (unsigned long long)*(uint64_t *)slot->at);
    return cJSON_CreateString(text);
}

static cJSON *node_enum(const struct slot *slot) {
    return cJSON_CreateString(slot->field->names[*(int *)slot->at]);
}

// Texts come from compilers, kernels and users: what is not UTF-8 becomes U+FFFD.
static cJSON *text_node(const char *text) {
    static const char replacement[] = "\xEF\xBF\xBD";
    if (text == NULL)
        return cJSON_CreateNull();
    size_t length = strlen(text), used = 0;
    char *valid = take(length * strlen(replacement) + 1);
    for (const char *at = text, *end = text + length; at < end;) {
        size_t size = json_text_character(at, end);
        memcpy(valid + used, size == 0 ? replacement : at, size == 0 ? 3 : size);
        used += size == 0 ? 3 : size;
        at += size == 0 ? 1 : size;
    }
    valid[used] = '\0';
    return cJSON_CreateString(valid);
}

static cJSON *node_text(const struct slot *slot) { return text_node(*(char **)slot->at); }

static cJSON *node_numbers(const struct slot *slot) {
    const struct kind *element = &kinds[slot_element_kind(slot)];
    char *text = take(*slot->count * NUMBER_ROOM + 3), *end = text;
    *end++ = '[';
    for (size_t i = 0; i < *slot->count; i++) {
        struct slot item = slot_element(slot, i);
        if (i > 0)
            *end++ = ',';
        element->print(&item, end);
        end += strlen(end);
    }
    memcpy(end, "]", 2);
    return cJSON_CreateRaw(text);
}

static cJSON *node_array(const struct slot *slot) {
    const struct kind *element = &kinds[slot_element_kind(slot)];
    cJSON *array = cJSON_CreateArray();
    for (size_t i = 0; i < *slot->count; i++) {
        struct slot item = slot_element(slot, i);
        cJSON_AddItemToArray(array, element->node(&item));
    }
    return array;
}

static void add_to_object(cJSON *object, const char *key, cJSON *item) {
    item->string = (char *)key; // borrowed, with the flag that says so
    item->type |= cJSON_StringIsConst;
    cJSON_AddItemToArray(object, item);
}

static cJSON *number_node(double number) {
    char text[NUMBER_ROOM];
    print_real(&(struct slot){.at = &number}, text);
    return cJSON_CreateRaw(text);
}

static cJSON *node_map(const struct slot *slot) {
    const struct json_pair *pairs = *(void **)slot->at;
    cJSON *object = cJSON_CreateObject();
    for (size_t i = 0; i < *slot->count; i++)
        add_to_object(object, text_node(pairs[i].key)->valuestring,
                      pairs[i].text != NULL ? text_node(pairs[i].text)
                                            : number_node(pairs[i].number));
    return object;
}

static cJSON *field_node(const struct slot *slot) {
    const struct kind *kind = kind_of(slot);
    if (kind->node != NULL)
        return kind->node(slot);
    char number[NUMBER_ROOM];
    kind->print(slot, number);
    return cJSON_CreateRaw(number);
}

static bool is_left_out(const struct slot *slot) {
    return slot->field->lean && slot_is_blank(slot);
}

static cJSON *object_node(const struct json_shape *shape, const void *from) {
    cJSON *object = cJSON_CreateObject();
    for (size_t i = 0; i < shape->count; i++) {
        struct slot slot = slot_of(&shape->fields[i], from);
        if (!is_left_out(&slot))
            add_to_object(object, slot.field->name, field_node(&slot));
    }
    return object;
}

static cJSON *node_object(const struct slot *slot) {
    return object_node(slot->field->shape, slot->at);
}

// Prints a tree on the line. DEL, which cJSON leaves as it is, would confuse terminals; it can only
// stand in a text, where it may be escaped.
static void put_node(FILE *out, const cJSON *node) {
    char *text = cJSON_PrintUnformatted(node);
    for (char *del; (del = strchr(text, 0x7F)) != NULL; text = del + 1) {
        fwrite(text, 1, (size_t)(del - text), out);
        fputs("\\u007f", out);
    }
    fputs(text, out);
    arena_release(&arena);
}

static void put_object(FILE *out, const struct json_shape *shape, const void *from, int split);

// An item a line, so that a change of one trial is a change of one line.
static void put_items(FILE *out, const struct slot *slot, int split) {
    fputc('[', out);
    for (size_t i = 0; i < *slot->count; i++) {
        fputs(i == 0 ? "\n" : ",\n", out);
        put_object(out, slot->field->shape, slot_element(slot, i).at, split);
    }
    fputs(*slot->count == 0 ? "]" : "\n]", out);
}

static void put_field(FILE *out, const struct slot *slot, int split) {
    if (slot->field->kind == JSON_OBJECTS)
        put_items(out, slot, split - 1);
    else if (slot->field->kind == JSON_OBJECT)
        put_object(out, slot->field->shape, slot->at, split);
    else
        put_node(out, field_node(slot));
}

static bool has_items(const struct json_shape *shape) {
    for (size_t i = 0; i < shape->count; i++) {
        const struct json_field *field = &shape->fields[i];
        if (field->kind == JSON_OBJECTS || (field->kind == JSON_OBJECT && has_items(field->shape)))
            return true;
    }
    return false;
}

static void put_object(FILE *out, const struct json_shape *shape, const void *from, int split) {
    if (split == 0 || !has_items(shape)) {
        put_node(out, object_node(shape, from));
        return;
    }
    const char *before = "{\n";
    for (size_t i = 0; i < shape->count; i++) {
        struct slot slot = slot_of(&shape->fields[i], from);
        if (is_left_out(&slot))
            continue;
        fprintf(out, "%s\"%s\":", before, slot.field->name);
        put_field(out, &slot, split);
        before = ",\n";
    }
    fputs("\n}", out);
}

char *json_write(const struct json_shape *shape, const void *from, size_t *length) {
    char *text = NULL;
    FILE *out = open_memstream(&text, length);
    if (out == NULL)
        mem_exhausted();
    locale_t before = library_begin();
    put_object(out, shape, from, shape->split);
    fputc('\n', out);
    library_end(before);
    bool is_short = ferror(out) != 0;
    if (fclose(out) != 0 || is_short)
        mem_exhausted();
    return text;
}

// ---- All there is to know of a kind, from the library's side

// clang-format off
static const struct kind kinds[JSON_MAP + 1] = {
    [JSON_BOOL]    = {"true or false is needed here", read_bool, NULL, node_bool},
    [JSON_INT]     = {"a whole number within +-2^53 is needed here", read_int, print_int, NULL},
    [JSON_COUNT]   = {"a whole number of 0 to 2^53 is needed here", read_count, print_count, NULL},
    [JSON_HEX]     = {"a text like \"0x1f\" is needed here", read_hex, NULL, node_hex},
    [JSON_REAL]    = {"a finite number or null is needed here", read_real, print_real, NULL},
    [JSON_TEXT]    = {"a text is needed here", read_text, NULL, node_text},
    [JSON_ENUM]    = {"a word is needed here", read_enum, NULL, node_enum},
    [JSON_OBJECT]  = {"an object is needed here", read_embedded, NULL, node_object},
    [JSON_OBJECTS] = {"an array of objects is needed here", read_array, NULL, node_array},
    [JSON_COUNTS]  = {"an array of whole numbers is needed here", read_array, NULL, node_numbers},
    [JSON_REALS]   = {"an array of numbers is needed here", read_array, NULL, node_numbers},
    [JSON_TEXTS]   = {"an array of texts is needed here", read_array, NULL, node_array},
    [JSON_MAP]     = {"an object of texts and numbers is needed here", read_map, NULL, node_map},
};
// clang-format on
