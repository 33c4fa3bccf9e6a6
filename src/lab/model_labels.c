#include "lab/model_labels.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/config_key.h"

enum { NUMBER_BYTES = 24 };

/* Two of ImageNet's classes, which published Vision Transformers tell, are called "crane": the bird and the machine. */
static Status add_second(const char *name, size_t number, const char *source_name,
                         ModelLabels *labels, Problem *problem)
{
    char *numbered = NULL;
    uint32_t given = 0;
    if (asprintf(&numbered, "%s (%zu)", name, number) < 0) {
        return STATUS_OUT_OF_MEMORY;
    }
    const Status status = name_list_add(&labels->names, numbered, &given);
    free(numbered);
    TRY(status);
    return given == number ? STATUS_OK
                           : problem_describe(problem, STATUS_BAD_VALUE,
                                              "%s: \"id2label\" calls labels \"%.60s\" in a way "
                                              "that they cannot be told apart",
                                              source_name, name);
}

/* The names of "id2label" in the order of their numbers, whatever their order in the file. */
static Status read_names(const Json *names, const char *source_name, ModelLabels *labels,
                         Problem *problem)
{
    bool is_numbered = true;
    for (size_t i = 0; i < labels->count; i++) {
        char key[NUMBER_BYTES];
        char standard[NUMBER_BYTES + 8];
        uint32_t number = 0;
        snprintf(key, sizeof key, "%zu", i);
        snprintf(standard, sizeof standard, "LABEL_%zu", i);
        const Json *name = json_member(names, key);
        if (!json_is_string(name)) {
            return problem_describe(problem, STATUS_BAD_VALUE,
                                    "%s: \"id2label\" names no label %zu of %zu", source_name, i,
                                    labels->count);
        }
        is_numbered = is_numbered && strcmp(json_string(name), standard) == 0;
        TRY(name_list_add(&labels->names, json_string(name), &number));
        if (number != i) {
            TRY(add_second(json_string(name), i, source_name, labels, problem));
        }
    }
    labels->is_numbered = is_numbered;
    if (is_numbered) {
        name_list_clear(&labels->names);
    }
    return STATUS_OK;
}

Status model_labels_read(const Json *config, const char *source_name, ModelLabels *out,
                         Problem *problem)
{
    const ConfigSource source = {config, source_name, problem};
    ModelLabels read = {.is_numbered = true};
    *out = (ModelLabels){0};
    TRY(config_read_label_count(source, &read.count));
    const Status status =
        config_has(source, "id2label")
            ? read_names(json_member(config, "id2label"), source_name, &read, problem)
            : STATUS_OK;
    if (status != STATUS_OK) {
        model_labels_clear(&read);
        return status;
    }
    *out = read;
    return STATUS_OK;
}

void model_labels_clear(ModelLabels *labels)
{
    name_list_clear(&labels->names);
    *labels = (ModelLabels){0};
}
