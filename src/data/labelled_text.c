#include "data/labelled_text.h"

#include <stdlib.h>
#include <string.h>

#include "data/growing_array.h"

/* Where the copy stands goes to *place. */
static Status keep_text(LabelledText *set, const char *text, size_t *place)
{
    const size_t bytes = strlen(text) + 1;
    char *texts =
        array_with_room(set->texts, &set->text_capacity, set->text_bytes + bytes, sizeof *texts);
    if (texts == NULL) {
        return STATUS_OUT_OF_MEMORY;
    }
    set->texts = texts;
    memcpy(texts + set->text_bytes, text, bytes);
    *place = set->text_bytes;
    set->text_bytes += bytes;
    return STATUS_OK;
}

Status labelled_text_add(LabelledText *set, const LabelledRow *row)
{
    const bool is_pair = row->second != NULL;
    if (set->count > 0 && is_pair != set->has_pairs) {
        return STATUS_BAD_VALUE;
    }
    LabelledExample *examples =
        array_with_room(set->examples, &set->capacity, set->count + 1, sizeof *examples);
    if (examples == NULL) {
        return STATUS_OUT_OF_MEMORY;
    }
    set->examples = examples;
    LabelledExample added = {0};
    TRY(name_list_add(&set->labels, row->label, &added.label));
    if (set->labels.count > LABEL_COUNT_MAX) {
        return STATUS_BAD_VALUE;
    }
    TRY(name_list_add(&set->languages, row->language, &added.language));
    TRY(name_list_add(&set->splits, row->split, &added.split));
    TRY(keep_text(set, row->first, &added.first));
    if (is_pair) {
        TRY(keep_text(set, row->second, &added.second));
    }
    set->has_pairs = is_pair;
    examples[set->count++] = added;
    return STATUS_OK;
}

Status labelled_text_sort_labels(LabelledText *set)
{
    uint32_t *order = calloc(set->labels.count + 1, sizeof *order);
    if (order == NULL) {
        return STATUS_OUT_OF_MEMORY;
    }
    name_list_sort(&set->labels, order);
    for (size_t i = 0; i < set->count; i++) {
        set->examples[i].label = order[set->examples[i].label];
    }
    free(order);
    return STATUS_OK;
}

/* numbered  in/out: receives the names in their new order; order [labels] out: the new number of each old one */
static Status list_names(const NameList *labels, const char *const *names, NameList *numbered,
                         uint32_t *order)
{
    for (size_t i = 0; i < labels->count; i++) {
        const uint32_t old = name_list_find(labels, names[i]);
        uint32_t number = 0;
        if (old == NAME_NOT_FOUND) {
            return STATUS_BAD_VALUE;
        }
        TRY(name_list_add(numbered, names[i], &number));
        if (number != i) {
            return STATUS_BAD_VALUE;
        }
        order[old] = number;
    }
    return STATUS_OK;
}

Status labelled_text_number_labels(LabelledText *set, const char *const *names, size_t count)
{
    NameList numbered = {0};
    if (count != set->labels.count) {
        return STATUS_BAD_VALUE;
    }
    uint32_t *order = calloc(count + 1, sizeof *order);
    const Status status =
        order == NULL ? STATUS_OUT_OF_MEMORY : list_names(&set->labels, names, &numbered, order);
    for (size_t i = 0; status == STATUS_OK && i < set->count; i++) {
        set->examples[i].label = order[set->examples[i].label];
    }
    free(order);
    name_list_clear(status == STATUS_OK ? &set->labels : &numbered);
    if (status == STATUS_OK) {
        set->labels = numbered;
    }
    return status;
}

const char *labelled_text_first(const LabelledText *set, size_t index)
{
    return set->texts + set->examples[index].first;
}

const char *labelled_text_second(const LabelledText *set, size_t index)
{
    return set->has_pairs ? set->texts + set->examples[index].second : NULL;
}

/* Does `number` stand for `wanted` (NULL: anything)? */
static bool is_wanted(const NameList *list, uint32_t number, const char *wanted)
{
    return wanted == NULL || strcmp(list->names[number], wanted) == 0;
}

size_t labelled_text_choose(const LabelledText *set, const char *language, const char *split,
                            uint32_t *chosen)
{
    size_t count = 0;
    for (size_t i = 0; i < set->count; i++) {
        if (!is_wanted(&set->languages, set->examples[i].language, language) ||
            !is_wanted(&set->splits, set->examples[i].split, split)) {
            continue;
        }
        if (chosen != NULL) {
            chosen[count] = (uint32_t)i;
        }
        count++;
    }
    return count;
}

void labelled_text_clear(LabelledText *set)
{
    free(set->examples);
    free(set->texts);
    name_list_clear(&set->labels);
    name_list_clear(&set->languages);
    name_list_clear(&set->splits);
    *set = (LabelledText){0};
}
