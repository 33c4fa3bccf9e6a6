#include "store/run_difference.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

/* Keys from the document down to a value, and where the two documents were found. */
typedef struct KeyPath {
    char text[RUN_DIFFERENCE_KEY_BYTES];
    const char *const *directories;
} KeyPath;

static KeyPath path_with(const KeyPath *parent, const char *key)
{
    KeyPath path = {.directories = parent->directories};
    const size_t used = (size_t)snprintf(path.text, sizeof path.text, "%s%s", parent->text,
                                         parent->text[0] != '\0' ? "." : "");
    if (used < sizeof path.text) {
        text_clean(key, path.text + used, sizeof path.text - used, INT_MAX);
    }
    return path;
}

static void show_value(const Json *value, char out[RUN_DIFFERENCE_VALUE_BYTES])
{
    char *text = value != NULL ? json_print(value, false) : NULL;
    text_clean(value == NULL  ? "nothing"
               : text != NULL ? text
                              : "?",
               out, RUN_DIFFERENCE_VALUE_BYTES, INT_MAX);
    free(text);
}

static bool tell(const KeyPath *path, const Json *first, const Json *second, RunDifference *out)
{
    snprintf(out->key, sizeof out->key, "%s", path->text);
    show_value(first, out->first);
    show_value(second, out->second);
    return true;
}

static bool find(const KeyPath *path, const Json *first, const Json *second, RunDifference *out);

static bool is_seed(const KeyPath *path)
{
    return strcmp(path->text, "seed") == 0;
}

/* ---- one place under two paths ---- */

/* A path is relative to where its race was started, which nobody wrote down; runs are mostly kept below that folder. */
static bool find_above(const char *directory, const char *path, char out[PATH_MAX])
{
    char folder[PATH_MAX];
    char whole[2 * PATH_MAX];
    bool is_found = false;
    if (realpath(directory, folder) == NULL) {
        return false;
    }
    char *end = strrchr(folder, '/');
    while (end != NULL && !is_found) {
        *end = '\0';
        snprintf(whole, sizeof whole, "%s/%s", folder, path);
        is_found = realpath(whole, out) != NULL;
        end = strrchr(folder, '/');
    }
    return is_found;
}

/* Without what a path may have or not: "a//b/./c/" is "a/b/c". ".." stays: it may lead out of a link. */
static void spell_shortly(const char *path, char out[PATH_MAX])
{
    const bool is_absolute = path[0] == '/';
    size_t used = 0;
    out[0] = '\0';
    while (*path != '\0') {
        const size_t slashes = strspn(path, "/");
        const size_t length = strcspn(path + slashes, "/");
        const bool is_here = length == 0 || (length == 1 && path[slashes] == '.');
        if (!is_here && used + length + 2 < PATH_MAX) {
            used +=
                (size_t)snprintf(out + used, PATH_MAX - used, "%s%.*s",
                                 used > 0 || is_absolute ? "/" : "", (int)length, path + slashes);
        }
        path += slashes + length;
    }
}

/* Where a path of the run in `directory` leads now; nowhere: its plain spelling. */
static void follow(const char *path, const char *directory, char out[PATH_MAX])
{
    const bool is_relative = path[0] != '/';
    if (!(is_relative && find_above(directory, path, out)) && realpath(path, out) == NULL) {
        spell_shortly(path, out);
    }
}

static bool lead_to_one_place(const KeyPath *path, const Json *first, const Json *second)
{
    static const char *const KEYS[] = {"model", "data", "tokenizer"};
    char left[PATH_MAX];
    char right[PATH_MAX];
    for (size_t i = 0; i < sizeof KEYS / sizeof *KEYS; i++) {
        if (strcmp(path->text, KEYS[i]) == 0) {
            follow(json_string(first), path->directories[0], left);
            follow(json_string(second), path->directories[1], right);
            return left[0] != '\0' && strcmp(left, right) == 0;
        }
    }
    return false;
}

/* ---- */

static bool find_in_objects(const KeyPath *path, const Json *first, const Json *second,
                            RunDifference *out)
{
    for (const Json *child = json_first(first); child != NULL; child = json_next(child)) {
        const KeyPath place = path_with(path, json_key(child));
        if (!is_seed(&place) && find(&place, child, json_member(second, json_key(child)), out)) {
            return true;
        }
    }
    for (const Json *child = json_first(second); child != NULL; child = json_next(child)) {
        const KeyPath place = path_with(path, json_key(child));
        if (!is_seed(&place) && json_member(first, json_key(child)) == NULL) {
            return tell(&place, NULL, child, out);
        }
    }
    return false;
}

static bool find_in_arrays(const KeyPath *path, const Json *first, const Json *second,
                           RunDifference *out)
{
    const Json *left = json_first(first);
    const Json *right = json_first(second);
    for (size_t i = 0; left != NULL || right != NULL; i++) {
        char index[32];
        const char *name = json_string(json_member(left, "name"));
        snprintf(index, sizeof index, "%zu", i + 1);
        const KeyPath place = path_with(path, name[0] != '\0' ? name : index);
        if (find(&place, left, right, out)) {
            return true;
        }
        left = left != NULL ? json_next(left) : NULL;
        right = right != NULL ? json_next(right) : NULL;
    }
    return false;
}

static bool find(const KeyPath *path, const Json *first, const Json *second, RunDifference *out)
{
    if (first == NULL || second == NULL) {
        return tell(path, first, second, out);
    }
    if (json_is_object(first) && json_is_object(second)) {
        return find_in_objects(path, first, second, out);
    }
    if (json_is_array(first) && json_is_array(second)) {
        return find_in_arrays(path, first, second, out);
    }
    char *left = json_print(first, false);
    char *right = json_print(second, false);
    const bool is_same = left != NULL && right != NULL && strcmp(left, right) == 0;
    free(left);
    free(right);
    return !is_same && !lead_to_one_place(path, first, second) && tell(path, first, second, out);
}

bool run_difference_find(const Json *first, const Json *second, const char *const directories[2],
                         RunDifference *out)
{
    const KeyPath root = {.text = "", .directories = directories};
    return find(&root, first, second, out);
}
