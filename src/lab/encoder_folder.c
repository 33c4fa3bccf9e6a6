#include "lab/encoder_folder.h"

#include <stdlib.h>
#include <string.h>

#include "lab/folder_files.h"
#include "model/checkpoint.h"
#include "model/text_encoder_parameters.h"

static Status load_shape(const ExperimentSpec *spec, TextEncoderHead head, size_t label_count,
                         TextEncoderShape *shape, Problem *problem)
{
    char source[FOLDER_PATH_BYTES];
    Json *config = NULL;
    TRY(folder_files_read_config(spec, &config, source, problem));
    const Status status = text_encoder_shape_from_json(config, source, head, shape, problem);
    json_destroy(config);
    TRY(status);
    if (head == TEXT_HEAD_CLASSIFIER) {
        shape->label_count = label_count;
    }
    if (spec->block_size > (double)text_encoder_longest(shape)) {
        return problem_describe(problem, STATUS_BAD_VALUE,
                                "block_size %.0f is more than the %zu tokens the model takes",
                                spec->block_size, text_encoder_longest(shape));
    }
    return STATUS_OK;
}

static Status load_weights(const ExperimentSpec *spec, EncoderStart *start, Problem *problem)
{
    start->theta_0 = calloc(start->table.size, sizeof *start->theta_0);
    if (start->theta_0 == NULL) {
        return problem_describe(problem, STATUS_OUT_OF_MEMORY, "not enough memory for %zu weights",
                                start->table.size);
    }
    if (spec->model[0] == '\0') {
        start->has_new_head = true;
        text_encoder_initialise(&start->table, &start->shape, (uint64_t)spec->seed, start->theta_0);
        return STATUS_OK;
    }
    TRY(checkpoint_read(spec->model, &start->table, start->theta_0, &start->has_new_head, problem));
    if (start->has_new_head) {
        parameter_head_initialise(&start->table, (uint64_t)spec->seed, start->theta_0);
    }
    return STATUS_OK;
}

static Status check_tokenizer(const EncoderStart *start, Problem *problem)
{
    const SpecialTokens special = tokenizer_special_tokens(start->tokenizer);
    if (special.start < 0 || special.padding < 0 || special.end < 0) {
        return problem_describe(problem, STATUS_BAD_VALUE,
                                "the tokenizer has no <s>, <pad> or </s>; an encoder needs them");
    }
    if ((size_t)special.padding != start->shape.padding) {
        return problem_describe(problem, STATUS_BAD_VALUE,
                                "<pad> is token %d of the tokenizer, but the model's pad_token_id "
                                "is %zu; give the model's own tokenizer",
                                (int)special.padding, start->shape.padding);
    }
    return STATUS_OK;
}

Status encoder_start_load(const ExperimentSpec *spec, TextEncoderHead head, size_t label_count,
                          EncoderStart *start, Problem *problem)
{
    EncoderStart loaded = {0};
    memset(start, 0, sizeof *start);
    Status status = load_shape(spec, head, label_count, &loaded.shape, problem);
    if (status != STATUS_OK) {
        goto failed;
    }
    status = text_encoder_table_create(&loaded.shape, &loaded.table);
    if (status != STATUS_OK) {
        problem_describe(problem, status, "not enough memory for the parameter table");
        goto failed;
    }
    status = load_weights(spec, &loaded, problem);
    if (status != STATUS_OK) {
        goto failed;
    }
    status = folder_files_load_tokenizer(spec, loaded.shape.V, &loaded.tokenizer, problem);
    if (status != STATUS_OK) {
        goto failed;
    }
    status = check_tokenizer(&loaded, problem);
    if (status != STATUS_OK) {
        goto failed;
    }
    *start = loaded;
    return STATUS_OK;
failed:
    encoder_start_clear(&loaded);
    return status;
}

void encoder_start_clear(EncoderStart *start)
{
    parameter_table_clear(&start->table);
    free(start->theta_0);
    tokenizer_destroy(start->tokenizer);
    memset(start, 0, sizeof *start);
}

Status encoder_folder_save(const char *folder, const EncoderStart *start, const Real *params,
                           const char *const *label_names, Problem *problem)
{
    Json *config = text_encoder_shape_to_json(&start->shape, label_names);
    if (config == NULL) {
        return problem_describe(problem, STATUS_OUT_OF_MEMORY,
                                "not enough memory to write %s/config.json", folder);
    }
    const FolderContent content = {
        .config = config, .tokenizer = start->tokenizer, .table = &start->table, .params = params};
    const Status status = folder_files_save(folder, &content, problem);
    json_destroy(config);
    return status;
}
