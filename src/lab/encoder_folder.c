#include "lab/encoder_folder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lab/folder_files.h"
#include "model/checkpoint.h"
#include "model/text_encoder_parameters.h"

/* The shape of the model wanted, and what the configuration calls the classes it has told so far. */
static Status load_shape(const ExperimentSpec *spec, TextEncoderHead head, size_t label_count,
                         TextEncoderShape *shape, ModelLabels *labels, Problem *problem)
{
    char source[FOLDER_PATH_BYTES];
    Json *config = NULL;
    TRY(folder_files_read_config(spec, &config, source, problem));
    Status status = text_encoder_shape_from_json(config, source, head, shape, problem);
    if (status == STATUS_OK && head == TEXT_HEAD_CLASSIFIER) {
        status = model_labels_read(config, source, labels, problem);
        shape->label_count = label_count;
    }
    json_destroy(config);
    TRY(status);
    if (spec->block_size > (double)text_encoder_longest(shape)) {
        return problem_describe(problem, STATUS_BAD_VALUE,
                                "block_size %.0f is more than the %zu tokens the model takes",
                                spec->block_size, text_encoder_longest(shape));
    }
    return STATUS_OK;
}

/* Does the folder's head stay? */
static bool judge_head(StoredHead stored, const ModelLabels *labels, const char *const *label_names,
                       EncoderStart *start)
{
    if (start->shape.head == TEXT_HEAD_CLASSIFIER) {
        const ClassifierHead head =
            classifier_head_judge(labels, stored, label_names, start->shape.label_count);
        memcpy(start->head_text, head.text, sizeof start->head_text);
        return head.is_kept;
    }
    if (stored != STORED_HEAD_WHOLE) {
        snprintf(start->head_text, sizeof start->head_text,
                 "new head to predict masked tokens: the checkpoint has none");
    }
    return stored == STORED_HEAD_WHOLE;
}

static Status load_weights(const ExperimentSpec *spec, const ModelLabels *labels,
                           const char *const *label_names, EncoderStart *start, Problem *problem)
{
    StoredHead stored = STORED_HEAD_NONE;
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
    TRY(checkpoint_read(spec->model, &start->table, start->theta_0, &stored, problem));
    start->has_new_head = !judge_head(stored, labels, label_names, start);
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

Status encoder_start_load(const ExperimentSpec *spec, TextEncoderHead head,
                          const char *const *label_names, size_t label_count, EncoderStart *start,
                          Problem *problem)
{
    EncoderStart loaded = {0};
    ModelLabels labels = {0};
    memset(start, 0, sizeof *start);
    Status status = load_shape(spec, head, label_count, &loaded.shape, &labels, problem);
    if (status != STATUS_OK) {
        goto failed;
    }
    status = text_encoder_table_create(&loaded.shape, &loaded.table);
    if (status != STATUS_OK) {
        problem_describe(problem, status, "not enough memory for the parameter table");
        goto failed;
    }
    status = load_weights(spec, &labels, label_names, &loaded, problem);
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
    model_labels_clear(&labels);
    return STATUS_OK;
failed:
    model_labels_clear(&labels);
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

/* Hugging Face's defaults are those of XLM-R's own tokenizer. */
static bool add_special_tokens(Json *config, const Tokenizer *tokenizer)
{
    const SpecialTokens special = tokenizer_special_tokens(tokenizer);
    return json_add_number(config, "bos_token_id", special.start) &&
           json_add_number(config, "eos_token_id", special.end);
}

Status encoder_folder_save(const char *folder, const EncoderStart *start, const Real *params,
                           const char *const *label_names, Problem *problem)
{
    Json *config = text_encoder_shape_to_json(&start->shape, label_names);
    const FolderContent content = {.config = config,
                                   .tokenizer = start->tokenizer,
                                   .longest = text_encoder_longest(&start->shape),
                                   .table = &start->table,
                                   .params = params};
    const bool is_complete = config != NULL && add_special_tokens(config, start->tokenizer);
    const Status status =
        is_complete ? folder_files_save(folder, &content, problem)
                    : problem_describe(problem, STATUS_OUT_OF_MEMORY,
                                       "not enough memory to write %s/config.json", folder);
    json_destroy(config);
    return status;
}
