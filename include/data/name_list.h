/* data/name_list.h -- different names, each with its number. */
#ifndef DATA_NAME_LIST_H
#define DATA_NAME_LIST_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

static const uint32_t NAME_NOT_FOUND = UINT32_MAX;

/* For lists of some hundred names at most: it is searched one by one. `{0}` is an empty one. */
typedef struct NameList {
    char **names; /* [count]; owned */
    size_t count;
    size_t capacity;
} NameList;

/* The number of `name`, which is appended if it is not there. STATUS_OUT_OF_MEMORY leaves the list as it was. */
Status name_list_add(NameList *list, const char *name, uint32_t *number);

/* NAME_NOT_FOUND if it is not there. */
uint32_t name_list_find(const NameList *list, const char *name);

/* Whole numbers first, by value, then words by their bytes. order [count] out: the new number of each old one. */
void name_list_sort(NameList *list, uint32_t *order);

void name_list_clear(NameList *list);

#endif
