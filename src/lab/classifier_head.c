#include "lab/classifier_head.h"

#include <stdio.h>
#include <string.h>

enum { NUMBER_BYTES = 24 };

/* Are the names just "0", "1", ...? */
static bool are_numbers(const char *const *names, size_t count)
{
    bool is_same = true;
    for (size_t i = 0; is_same && i < count; i++) {
        char number[NUMBER_BYTES];
        snprintf(number, sizeof number, "%zu", i);
        is_same = strcmp(names[i], number) == 0;
    }
    return is_same;
}

static bool have_same_names(const ModelLabels *labels, const char *const *names, size_t count)
{
    bool is_same = labels->names.count == count;
    for (size_t i = 0; is_same && i < count; i++) {
        is_same = strcmp(labels->names.names[i], names[i]) == 0;
    }
    return is_same;
}

/* A head that is whole and has as many classes. */
static ClassifierHead judge_names(const ModelLabels *labels, const char *const *names, size_t count)
{
    ClassifierHead head = {.is_kept = true};
    if (labels->is_numbered) {
        if (!are_numbers(names, count)) {
            snprintf(
                head.text, sizeof head.text,
                "head kept: the checkpoint only numbers its %zu labels; taken for \"%.40s\" to "
                "\"%.40s\" in the order of their names",
                count, names[0], names[count - 1]);
        }
    } else if (!have_same_names(labels, names, count)) {
        head.is_kept = false;
        snprintf(head.text, sizeof head.text,
                 "head replaced: %zu labels (\"%.40s\" ...) -> %zu others (\"%.40s\" ...)",
                 labels->count, labels->names.count > 0 ? labels->names.names[0] : "?", count,
                 names[0]);
    }
    return head;
}

ClassifierHead classifier_head_judge(const ModelLabels *labels, StoredHead stored,
                                     const char *const *names, size_t count)
{
    ClassifierHead head = {.is_kept = false};
    if (stored == STORED_HEAD_NONE) {
        snprintf(head.text, sizeof head.text, "new head for %zu labels: the checkpoint has none",
                 count);
    } else if (labels->count != count) {
        snprintf(head.text, sizeof head.text, "head replaced: %zu labels -> %zu", labels->count,
                 count);
    } else if (stored == STORED_HEAD_OTHER) {
        snprintf(head.text, sizeof head.text,
                 "head replaced: the checkpoint's is incomplete, or not one for %zu labels", count);
    } else {
        return judge_names(labels, names, count);
    }
    return head;
}
