#include "data/name_list.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "data/growing_array.h"

Status name_list_add(NameList *list, const char *name, uint32_t *number)
{
    *number = name_list_find(list, name);
    if (*number != NAME_NOT_FOUND) {
        return STATUS_OK;
    }
    char **names = array_with_room(list->names, &list->capacity, list->count + 1, sizeof *names);
    if (names == NULL) {
        return STATUS_OUT_OF_MEMORY;
    }
    list->names = names;
    char *copy = strdup(name);
    if (copy == NULL) {
        return STATUS_OUT_OF_MEMORY;
    }
    *number = (uint32_t)list->count;
    names[list->count++] = copy;
    return STATUS_OK;
}

uint32_t name_list_find(const NameList *list, const char *name)
{
    for (size_t i = 0; i < list->count; i++) {
        if (strcmp(list->names[i], name) == 0) {
            return (uint32_t)i;
        }
    }
    return NAME_NOT_FOUND;
}

static bool is_before(const char *a, const char *b)
{
    uint64_t a_number = 0;
    uint64_t b_number = 0;
    const bool a_counts = text_parse_u64(a, &a_number);
    const bool b_counts = text_parse_u64(b, &b_number);
    if (a_counts != b_counts) {
        return a_counts;
    }
    if (a_counts && a_number != b_number) {
        return a_number < b_number;
    }
    return strcmp(a, b) < 0;
}

void name_list_sort(NameList *list, uint32_t *order)
{
    for (size_t i = 0; i < list->count; i++) {
        order[i] = 0;
        for (size_t j = 0; j < list->count; j++) {
            order[i] += is_before(list->names[j], list->names[i]) ? 1 : 0;
        }
    }
    /* Each exchange brings one name to its place for good. */
    for (size_t i = 0; i < list->count; i++) {
        for (char *name = list->names[i];;) {
            size_t place = 0;
            for (size_t j = 0; j < list->count; j++) {
                place += is_before(list->names[j], name) ? 1 : 0;
            }
            if (place == i) {
                break;
            }
            list->names[i] = list->names[place];
            list->names[place] = name;
            name = list->names[i];
        }
    }
}

void name_list_clear(NameList *list)
{
    for (size_t i = 0; i < list->count; i++) {
        free(list->names[i]);
    }
    free(list->names);
    *list = (NameList){0};
}
