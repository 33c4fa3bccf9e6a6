#include "lab/model_folder.h"

#include <stdlib.h>
#include <string.h>

#include "lab/folder_files.h"
#include "model/checkpoint.h"

static Status load_shape(const ExperimentSpec *spec, CausalLmShape *shape, Problem *problem)
{
    char source[FOLDER_PATH_BYTES];
    Json *config = NULL;
    TRY(folder_files_read_config(spec, &config, source, problem));
    const Status status = shape_from_json(config, source, shape, problem);
    json_destroy(config);
    return status;
}

static Status load_weights(const ExperimentSpec *spec, ModelStart *start, Problem *problem)
{
    start->theta_0 = calloc(start->table.size, sizeof *start->theta_0);
    if (start->theta_0 == NULL) {
        return problem_describe(problem, STATUS_OUT_OF_MEMORY, "not enough memory for %zu weights",
                                start->table.size);
    }
    if (spec->model[0] == '\0') {
        parameters_initialise(&start->table, &start->shape, (uint64_t)spec->seed, start->theta_0);
        return STATUS_OK;
    }
    return checkpoint_read(spec->model, &start->table, start->theta_0, NULL, problem);
}

Status model_start_load(const ExperimentSpec *spec, ModelStart *start, Problem *problem)
{
    ModelStart loaded = {0};
    memset(start, 0, sizeof *start);
    Status status = load_shape(spec, &loaded.shape, problem);
    if (status != STATUS_OK) {
        goto done;
    }
    if (spec->block_size > (double)loaded.shape.P) {
        status = problem_describe(problem, STATUS_BAD_VALUE,
                                  "block_size %.0f is more than the model's n_positions %zu",
                                  spec->block_size, loaded.shape.P);
        goto done;
    }
    status = parameter_table_create(&loaded.shape, &loaded.table);
    if (status != STATUS_OK) {
        problem_describe(problem, status, "not enough memory for the parameter table");
        goto done;
    }
    status = load_weights(spec, &loaded, problem);
    if (status != STATUS_OK) {
        goto done;
    }
    status = folder_files_load_tokenizer(spec, loaded.shape.V, &loaded.tokenizer, problem);
    if (status != STATUS_OK) {
        goto done;
    }
    *start = loaded;
    return STATUS_OK;
done:
    model_start_clear(&loaded);
    return status;
}

void model_start_clear(ModelStart *start)
{
    parameter_table_clear(&start->table);
    free(start->theta_0);
    tokenizer_destroy(start->tokenizer);
    memset(start, 0, sizeof *start);
}

/* Hugging Face would otherwise assume GPT-2's own end-of-text, which lies outside a small vocabulary. */
static bool add_special_tokens(Json *config, const Tokenizer *tokenizer)
{
    const double end_of_text = (double)tokenizer_end_of_text(tokenizer);
    return json_add_number(config, "bos_token_id", end_of_text) &&
           json_add_number(config, "eos_token_id", end_of_text);
}

Status model_folder_save(const char *folder, const ModelStart *start, const Real *params,
                         Problem *problem)
{
    Json *config = shape_to_json(&start->shape);
    const FolderContent content = {.config = config,
                                   .tokenizer = start->tokenizer,
                                   .longest = start->shape.P,
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
