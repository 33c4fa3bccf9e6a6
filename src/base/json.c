/* base/json.c -- cJSON made strict: exact numbers, no repeated keys, errors with their place. */
#include "base/json.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cjson/cJSON.h>

#include "base/text.h"

enum { JSON_DEPTH_MAX = 200, SHOWN_COLUMNS = 40, SHOWN_BYTES = 4 * SHOWN_COLUMNS };

/* --- reading a file --- */

static Status read_all(int file, char *text, size_t size, size_t *got)
{
    *got = 0;
    while (*got < size) {
        const ssize_t part = read(file, text + *got, size - *got);
        if (part < 0 && errno == EINTR) {
            continue;
        }
        if (part < 0) {
            return STATUS_FILE_UNREADABLE;
        }
        if (part == 0) {
            break; /* the file shrank meanwhile */
        }
        *got += (size_t)part;
    }
    return STATUS_OK;
}

static Status unreadable(Problem *problem, const char *path, int error)
{
    char room[128];
    return problem_describe(problem, STATUS_FILE_UNREADABLE, "%s cannot be read: %s", path,
                            strerror_r(error, room, sizeof room));
}

Status json_read_text(const char *path, size_t max_bytes, char **text, size_t *size,
                      Problem *problem)
{
    /* O_NONBLOCK: opening a named pipe would wait for a writer that never comes. */
    const int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file < 0) {
        return unreadable(problem, path, errno);
    }
    char *block = NULL;
    size_t got = 0;
    Status status = STATUS_OK;
    struct stat about;
    if (fstat(file, &about) != 0) {
        status = unreadable(problem, path, errno);
        goto done;
    }
    if (!S_ISREG(about.st_mode)) {
        status = problem_describe(problem, STATUS_FILE_UNREADABLE, "%s is not a file", path);
        goto done;
    }
    const size_t wanted = (size_t)about.st_size;
    if (wanted > max_bytes) {
        status =
            problem_describe(problem, STATUS_FILE_UNREADABLE,
                             "%s has %zu bytes; at most %zu are read", path, wanted, max_bytes);
        goto done;
    }
    block = malloc(wanted + 1);
    if (block == NULL) {
        status =
            problem_describe(problem, STATUS_OUT_OF_MEMORY, "not enough memory to read %s", path);
        goto done;
    }
    status = read_all(file, block, wanted, &got);
    if (status != STATUS_OK) {
        status = unreadable(problem, path, errno);
        goto done;
    }
    block[got] = '\0';
    *text = block;
    *size = got;
    block = NULL;
done:
    free(block);
    (void)close(file); /* read-only: nothing to lose */
    return status;
}

/* --- places in the raw text: cJSON keeps none --- */

typedef struct TextPlace {
    const char *text;
    size_t size;
    size_t at;
    size_t first_line; /* of the text, in its file */
} TextPlace;

static char here(const TextPlace *place)
{
    return place->at < place->size ? place->text[place->at] : '\0';
}

static void skip_space(TextPlace *place)
{
    while (place->at < place->size && strchr(" \t\r\n", place->text[place->at]) != NULL &&
           here(place) != '\0') {
        place->at++;
    }
}

static TextPlace document_start(const char *text, size_t size)
{
    TextPlace place = {.text = text, .size = size, .at = 0, .first_line = 1};
    if (size >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) {
        place.at = 3; /* a byte order mark, which cJSON skips as well */
    }
    skip_space(&place);
    return place;
}

/* From an opening quote to behind the closing one. */
static void skip_string(TextPlace *place)
{
    place->at++;
    while (place->at < place->size && here(place) != '"') {
        place->at += here(place) == '\\' ? 2 : 1;
    }
    place->at = place->at < place->size ? place->at + 1 : place->size;
}

/* From the first byte of a value to the comma or bracket behind it. */
static void skip_value(TextPlace *place)
{
    size_t depth = 0;
    while (place->at < place->size) {
        const char c = here(place);
        if (c == '"') {
            skip_string(place);
            continue;
        }
        if (depth == 0 && (c == ',' || c == '}' || c == ']')) {
            return;
        }
        if (c == '{' || c == '[') {
            depth++;
        } else if (c == '}' || c == ']') {
            depth--;
        }
        place->at++;
    }
}

/* From a key to its value. */
static void skip_key(TextPlace *place)
{
    skip_string(place);
    skip_space(place);
    if (here(place) == ':') {
        place->at++;
    }
    skip_space(place);
}

static bool is_at_child(const TextPlace *place)
{
    const char c = here(place);
    return place->at < place->size && c != '}' && c != ']';
}

/* From an opening bracket to its first child (in an object: to the key); false if there is none. */
static bool enter(TextPlace *place)
{
    place->at++;
    skip_space(place);
    return is_at_child(place);
}

/* From a child to the next one; false if it was the last. */
static bool advance(TextPlace *place, bool is_in_object)
{
    if (is_in_object) {
        skip_key(place);
    }
    skip_value(place);
    if (here(place) != ',') {
        return false;
    }
    place->at++;
    skip_space(place);
    return is_at_child(place);
}

/* From an opening bracket to child number `index`. */
static bool enter_child(TextPlace *place, size_t index)
{
    const bool is_in_object = here(place) == '{';
    bool has_child = enter(place);
    for (size_t i = 0; i < index && has_child; i++) {
        has_child = advance(place, is_in_object);
    }
    return has_child;
}

/* How much of `path` the key at `place` takes, its dot included; 0 if it is another key.
 * The key may hold dots itself ("layer.0.weight"). Compared as written: escapes are not undone. */
static size_t path_taken_by_key(TextPlace place, const char *path)
{
    if (here(&place) != '"') {
        return 0;
    }
    const char *const key = place.text + place.at + 1;
    const size_t start = place.at;
    skip_string(&place);
    const size_t length = place.at - start >= 2 ? place.at - start - 2 : 0;
    if (length == 0 || strncmp(path, key, length) != 0) {
        return 0;
    }
    if (path[length] == '.') {
        return length + 1;
    }
    return path[length] == '\0' ? length : 0;
}

/* From an opening bracket to the value that the front of `path` names; *path moves behind it. */
static bool enter_named(TextPlace *place, const char **path)
{
    if (here(place) == '[') {
        const size_t digits = strspn(*path, "0123456789");
        uint64_t index = 0;
        char text[24];
        (void)snprintf(text, sizeof text, "%.*s", (int)(digits < 22 ? digits : 22), *path);
        if (!text_parse_u64(text, &index) || ((*path)[digits] != '.' && (*path)[digits] != '\0')) {
            return false;
        }
        *path += digits + ((*path)[digits] == '.' ? 1 : 0);
        return enter_child(place, (size_t)index);
    }
    if (here(place) != '{') {
        return false;
    }
    for (bool has_child = enter(place); has_child; has_child = advance(place, true)) {
        const size_t taken = path_taken_by_key(*place, *path);
        if (taken > 0) {
            *path += taken;
            skip_key(place);
            return true;
        }
    }
    return false;
}

static size_t line_of(const TextPlace *place)
{
    size_t line = place->first_line;
    for (size_t i = 0; i < place->at && i < place->size; i++) {
        line += place->text[i] == '\n' ? 1 : 0;
    }
    return line;
}

/* 1-based, in code points. */
static size_t column_of(const TextPlace *place)
{
    size_t column = 1;
    for (size_t i = place->at; i > 0 && place->text[i - 1] != '\n'; i--) {
        const bool is_continuation = ((unsigned char)place->text[i - 1] & 0xC0U) == 0x80U;
        column += is_continuation ? 0 : 1;
    }
    return column;
}

size_t json_line_of(const char *text, size_t size, const char *path)
{
    TextPlace place = document_start(text, size);
    while (*path != '\0') {
        if (!enter_named(&place, &path)) {
            return 0;
        }
    }
    return place.at < size ? line_of(&place) : 0;
}

/* --- what cJSON lets pass --- */

/* By its byte order mark: what editors on Windows call Unicode. */
static bool is_utf16(const char *text, size_t size)
{
    return size >= 2 && (memcmp(text, "\xFF\xFE", 2) == 0 || memcmp(text, "\xFE\xFF", 2) == 0);
}

/* How the text looks from afar, before it is parsed. */
typedef struct TextForm {
    const char *complaint; /* NULL: none */
    size_t at;             /* where the complaint is */
    size_t depth;          /* brackets that are open at the end */
    bool is_in_string;     /* the end lies within a string... */
    size_t string_at;      /* ...that was opened here */
} TextForm;

/* cJSON turns a faulty \u into NUL, and NUL into the end of the string. */
static bool is_good_escape(const TextPlace *place)
{
    if (place->at + 1 >= place->size || place->text[place->at + 1] != 'u') {
        return true; /* the others cJSON checks itself */
    }
    char digits[5] = "";
    for (size_t i = 0; i < 4 && place->at + 2 + i < place->size; i++) {
        digits[i] = place->text[place->at + 2 + i];
    }
    return strspn(digits, "0123456789abcdefABCDEF") == 4 && strcmp(digits, "0000") != 0;
}

static const char *complaint_outside_string(char c, size_t *depth)
{
    if (c == '{' || c == '[') {
        (*depth)++;
        return *depth > JSON_DEPTH_MAX ? "nested deeper than 200 levels" : NULL;
    }
    if (c == '}' || c == ']') {
        *depth -= *depth > 0 ? 1 : 0;
        return NULL;
    }
    const bool is_space = c == '\t' || c == '\n' || c == '\r';
    /* cJSON would take each of them for a blank, NUL too. */
    return (unsigned char)c < 0x20 && !is_space ? "a control character" : NULL;
}

static const char *complaint_in_string(const TextPlace *place)
{
    if ((unsigned char)here(place) < 0x20) {
        return "a string holds a line break or control character (or its closing quote is missing)";
    }
    if (here(place) == '\\' && !is_good_escape(place)) {
        return "\\u must be followed by four hexadecimal digits, and not be 0000";
    }
    return NULL;
}

/* The whole text, once: its depth must be known before cJSON recurses into it. */
static TextForm survey(TextPlace place)
{
    TextForm form = {0};
    while (place.at < place.size && form.complaint == NULL) {
        const char c = here(&place);
        form.at = place.at;
        if (form.is_in_string) {
            form.complaint = complaint_in_string(&place);
            place.at += c == '\\' ? 1 : 0;
        } else {
            form.complaint = complaint_outside_string(c, &form.depth);
        }
        if (c == '"') {
            form.is_in_string = !form.is_in_string;
            form.string_at = place.at;
        }
        place.at++;
    }
    return form;
}

/* --- after parsing: repeated keys, exact numbers --- */

typedef struct KeyAt {
    const char *key;
    size_t index; /* of the child in its object */
} KeyAt;

typedef struct Walk {
    KeyAt *keys; /* grows to the largest object */
    size_t room;
    size_t path[JSON_DEPTH_MAX]; /* child numbers from the document down */
    size_t depth;
    const char *repeated; /* the key found twice; path then leads to its second place */
} Walk;

static int compare_keys(const void *a, const void *b)
{
    const KeyAt *const left = a;
    const KeyAt *const right = b;
    const int order = strcmp(left->key, right->key);
    if (order != 0) {
        return order;
    }
    return (left->index > right->index) - (left->index < right->index);
}

static Status make_room(Walk *walk, size_t count)
{
    if (count <= walk->room) {
        return STATUS_OK;
    }
    KeyAt *const larger = reallocarray(walk->keys, count, sizeof *larger);
    if (larger == NULL) {
        return STATUS_OUT_OF_MEMORY;
    }
    walk->keys = larger;
    walk->room = count;
    return STATUS_OK;
}

/* Sorted: a vocabulary has fifty thousand keys, too many to compare each with each. */
static Status find_repeated_key(Walk *walk, const cJSON *object)
{
    const size_t count = json_count(object);
    TRY(make_room(walk, count));
    size_t filled = 0;
    for (const cJSON *child = object->child; child != NULL; child = child->next) {
        assert(walk->keys != NULL); /* make_room has seen this child */
        walk->keys[filled] = (KeyAt){.key = json_key(child), .index = filled};
        filled++;
    }
    if (filled < 2) {
        return STATUS_OK;
    }
    qsort(walk->keys, filled, sizeof *walk->keys, compare_keys);
    size_t first = SIZE_MAX;
    for (size_t i = 1; i < filled; i++) {
        const bool is_repeated = strcmp(walk->keys[i - 1].key, walk->keys[i].key) == 0;
        if (is_repeated && walk->keys[i].index < first) {
            first = walk->keys[i].index;
            walk->repeated = walk->keys[i].key;
        }
    }
    if (walk->repeated != NULL) {
        walk->path[walk->depth++] = first;
        return STATUS_BAD_FORMAT;
    }
    return STATUS_OK;
}

/* cJSON prints 15 digits when they come near enough (0.1 + 0.2 as 0.3); make `number` print all
 * that it needs to be read back exactly. A raw node holds its text; valuedouble stays beside it. */
static Status keep_exact(cJSON *number)
{
    const double value = number->valuedouble;
    const bool is_short = fabs(value) < 1e15 && value == trunc(value);
    if (is_short || !isfinite(value)) {
        return STATUS_OK;
    }
    char text[32];
    for (int digits = 15; digits <= 17; digits++) {
        (void)snprintf(text, sizeof text, "%.*g", digits, value);
        if (strtod(text, NULL) != value) {
            continue;
        }
        if (digits == 15) {
            return STATUS_OK;
        }
        break;
    }
    const size_t bytes = strlen(text) + 1;
    char *const kept = cJSON_malloc(bytes);
    if (kept == NULL) {
        return STATUS_OUT_OF_MEMORY;
    }
    memcpy(kept, text, bytes);
    number->valuestring = kept;
    number->type = cJSON_Raw;
    return STATUS_OK;
}

/* Recursive: the depth is at most JSON_DEPTH_MAX by now. */
static Status walk_container(Walk *walk, cJSON *container)
{
    if (cJSON_IsObject(container)) {
        TRY(find_repeated_key(walk, container));
    }
    const size_t level = walk->depth++;
    walk->path[level] = 0;
    for (cJSON *child = container->child; child != NULL; child = child->next) {
        if (cJSON_IsNumber(child)) {
            TRY(keep_exact(child));
        } else if (child->child != NULL) {
            TRY(walk_container(walk, child));
        }
        walk->path[level]++;
    }
    walk->depth = level;
    return STATUS_OK;
}

static TextPlace place_of_repeated(const Walk *walk, TextPlace place)
{
    place.at = document_start(place.text, place.size).at;
    for (size_t level = 0; level < walk->depth; level++) {
        const bool is_in_object = here(&place) == '{';
        if (!enter_child(&place, walk->path[level])) {
            break;
        }
        if (is_in_object && level + 1 < walk->depth) {
            skip_key(&place);
        }
    }
    return place;
}

/* --- parsing --- */

static Status complain(Problem *problem, const char *source_name, const TextPlace *place,
                       const char *complaint)
{
    return problem_describe(problem, STATUS_BAD_FORMAT, "%s, line %zu, column %zu: %s", source_name,
                            line_of(place), column_of(place), complaint);
}

/* Why cJSON stopped at `place`. */
static Status complain_of_syntax(Problem *problem, const char *source_name, TextPlace place,
                                 const TextForm *form)
{
    size_t end = place.size;
    while (end > 0 && strchr(" \t\r\n", place.text[end - 1]) != NULL) {
        end--;
    }
    if (end == 0) {
        return complain(problem, source_name, &place, "there is nothing in it");
    }
    if (form->is_in_string && place.at >= form->string_at) {
        place.at = form->string_at;
        return complain(problem, source_name, &place, "a string is not closed");
    }
    if (form->depth > 0 && place.at + 1 >= end) {
        return complain(problem, source_name, &place,
                        "it ends too early (a bracket is not closed)");
    }
    if (place.at >= end) {
        place.at = end - 1;
    }
    const int length = end - place.at < SHOWN_COLUMNS ? (int)(end - place.at) : SHOWN_COLUMNS;
    char raw[SHOWN_BYTES];
    char shown[SHOWN_BYTES];
    (void)snprintf(raw, sizeof raw, "%.*s", length, place.text + place.at);
    raw[strcspn(raw, "\r\n")] = '\0';
    text_clean(raw, shown, sizeof shown, SHOWN_COLUMNS);
    return problem_describe(problem, STATUS_BAD_FORMAT,
                            "%s, line %zu, column %zu: this is not JSON: %s", source_name,
                            line_of(&place), column_of(&place), shown);
}

static Status check_tree(cJSON *root, TextPlace place, const char *source_name, Problem *problem)
{
    Walk walk = {0};
    const Status status = cJSON_IsNumber(root) ? keep_exact(root) : walk_container(&walk, root);
    if (status == STATUS_OUT_OF_MEMORY) {
        (void)problem_describe(problem, status, "not enough memory to read %s", source_name);
    } else if (status != STATUS_OK) {
        char shown[SHOWN_BYTES];
        text_clean(walk.repeated, shown, sizeof shown, SHOWN_COLUMNS);
        const TextPlace second = place_of_repeated(&walk, place);
        (void)problem_describe(problem, status,
                               "%s, line %zu, column %zu: the key \"%s\" stands here a second time",
                               source_name, line_of(&second), column_of(&second), shown);
    }
    free(walk.keys);
    return status;
}

Status json_parse(const char *text, size_t size, const char *source_name, Json **out,
                  Problem *problem)
{
    return json_parse_line(text, size, source_name, 1, out, problem);
}

Status json_parse_line(const char *text, size_t size, const char *source_name, size_t line,
                       Json **out, Problem *problem)
{
    TextPlace place = document_start(text, size);
    place.first_line = line;
    if (is_utf16(text, size)) {
        return complain(problem, source_name, &place, "this is UTF-16; save it as UTF-8");
    }
    const TextForm form = survey(place);
    if (form.complaint != NULL) {
        place.at = form.at;
        return complain(problem, source_name, &place, form.complaint);
    }
    const char *end = text; /* cJSON leaves it alone when there is no text at all */
    cJSON *const root = cJSON_ParseWithLengthOpts(text, size, &end, false);
    place.at = (size_t)(end - text);
    if (root == NULL) {
        return complain_of_syntax(problem, source_name, place, &form);
    }
    Status status = STATUS_OK;
    skip_space(&place);
    if (place.at < size) {
        status = complain(problem, source_name, &place,
                          "there is more text after the end of the document");
    } else {
        status = check_tree(root, place, source_name, problem);
    }
    if (status != STATUS_OK) {
        cJSON_Delete(root);
        return status;
    }
    *out = root;
    return STATUS_OK;
}

void json_destroy(Json *json)
{
    cJSON_Delete(json);
}

/* --- asking --- */

bool json_is_object(const Json *json)
{
    return cJSON_IsObject(json) != 0;
}

bool json_is_array(const Json *json)
{
    return cJSON_IsArray(json) != 0;
}

bool json_is_string(const Json *json)
{
    return cJSON_IsString(json) != 0;
}

bool json_is_number(const Json *json)
{
    return cJSON_IsNumber(json) || cJSON_IsRaw(json); /* raw: see keep_exact */
}

bool json_is_bool(const Json *json)
{
    return cJSON_IsBool(json) != 0;
}

const Json *json_member(const Json *object, const char *key)
{
    return cJSON_GetObjectItemCaseSensitive(object, key);
}

const Json *json_first(const Json *container)
{
    return container == NULL ? NULL : container->child;
}

const Json *json_next(const Json *child)
{
    return child == NULL ? NULL : child->next;
}

const char *json_key(const Json *child)
{
    return child == NULL || child->string == NULL ? "" : child->string;
}

size_t json_count(const Json *container)
{
    size_t count = 0;
    for (const Json *child = json_first(container); child != NULL; child = child->next) {
        count++;
    }
    return count;
}

const char *json_string(const Json *json)
{
    return cJSON_IsString(json) ? json->valuestring : "";
}

double json_number(const Json *json)
{
    return json_is_number(json) ? json->valuedouble : (double)NAN;
}

bool json_truth(const Json *json)
{
    return cJSON_IsTrue(json) != 0;
}

/* --- building --- */

Json *json_new_object(void)
{
    return cJSON_CreateObject();
}

Json *json_new_array(void)
{
    return cJSON_CreateArray();
}

bool json_add(Json *object, const char *key, Json *value)
{
    if (!cJSON_AddItemToObject(object, key, value)) {
        cJSON_Delete(value);
        return false;
    }
    return true;
}

bool json_replace(Json *object, const char *key, const Json *value)
{
    Json *copy = cJSON_Duplicate(value, true);
    if (!cJSON_ReplaceItemInObjectCaseSensitive(object, key, copy)) {
        cJSON_Delete(copy);
        return false;
    }
    return true;
}

bool json_append(Json *array, Json *value)
{
    if (!cJSON_AddItemToArray(array, value)) {
        cJSON_Delete(value);
        return false;
    }
    return true;
}

Json *json_new_number(double value)
{
    if (!isfinite(value)) {
        return cJSON_CreateNull();
    }
    cJSON *const number = cJSON_CreateNumber(value);
    if (number != NULL && keep_exact(number) != STATUS_OK) {
        cJSON_Delete(number);
        return NULL;
    }
    return number;
}

Json *json_new_string(const char *value)
{
    return cJSON_CreateString(value);
}

bool json_add_number(Json *object, const char *key, double value)
{
    return json_add(object, key, json_new_number(value));
}

bool json_add_string(Json *object, const char *key, const char *value)
{
    return json_add(object, key, json_new_string(value));
}

bool json_add_bool(Json *object, const char *key, bool value)
{
    return json_add(object, key, cJSON_CreateBool(value));
}

char *json_print(const Json *json, bool is_indented)
{
    return is_indented ? cJSON_Print(json) : cJSON_PrintUnformatted(json);
}
