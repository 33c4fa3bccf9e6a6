#include "lab/model_labels.h"

#include <stdio.h>
#include <string.h>

#include "model/config_key.h"

enum { NUMBER_BYTES = 24 };

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
            return problem_describe(problem, STATUS_BAD_VALUE,
                                    "%s: \"id2label\" calls two labels \"%.60s\"", source_name,
                                    json_string(name));
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
    const Json *names = json_member(config, "id2label");
    const Status status =
        names == NULL ? STATUS_OK : read_names(names, source_name, &read, problem);
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
