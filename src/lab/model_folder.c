#include "lab/model_folder.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/whole_file.h"
#include "model/safetensors.h"

enum { CONFIG_BYTES_MAX = 1 << 20, PATH_BYTES = SPEC_PATH_BYTES + 32 };

static Status path_in_folder(const char *folder, const char *file, char path[PATH_BYTES],
                             Problem *problem)
{
    const int length = snprintf(path, PATH_BYTES, "%s/%s", folder, file);
    if (length < 0 || length >= PATH_BYTES) {
        return problem_describe(problem, STATUS_BAD_VALUE, "%.80s...: the path is too long",
                                folder);
    }
    return STATUS_OK;
}

static Status read_shape(const char *text, size_t size, const char *source, CausalLmShape *shape,
                         Problem *problem)
{
    Json *config = NULL;
    TRY(json_parse(text, size, source, &config, problem));
    const Status status = shape_from_json(config, source, shape, problem);
    json_destroy(config);
    return status;
}

static Status load_shape(const ExperimentSpec *spec, CausalLmShape *shape, Problem *problem)
{
    if (spec->model[0] == '\0') {
        return read_shape(spec->model_config, strlen(spec->model_config), "model_config", shape,
                          problem);
    }
    char path[PATH_BYTES];
    char *text = NULL;
    size_t size = 0;
    TRY(path_in_folder(spec->model, "config.json", path, problem));
    TRY(json_read_text(path, CONFIG_BYTES_MAX, &text, &size, problem));
    const Status status = read_shape(text, size, path, shape, problem);
    free(text);
    return status;
}

static Status load_tokenizer(const ExperimentSpec *spec, const CausalLmShape *shape,
                             Tokenizer **out, Problem *problem)
{
    char path[PATH_BYTES];
    Tokenizer *tokenizer = NULL;
    if (spec->tokenizer[0] != '\0') {
        snprintf(path, sizeof path, "%s", spec->tokenizer);
    } else {
        TRY(path_in_folder(spec->model, "tokenizer.json", path, problem));
    }
    TRY(tokenizer_load(path, &tokenizer, problem));
    if (tokenizer_vocab_size(tokenizer) > shape->V) {
        const size_t entries = tokenizer_vocab_size(tokenizer);
        tokenizer_destroy(tokenizer);
        return problem_describe(problem, STATUS_BAD_VALUE,
                                "%s: has %zu entries, but the model's vocab_size is %zu; give the "
                                "model's own tokenizer",
                                path, entries, shape->V);
    }
    *out = tokenizer;
    return STATUS_OK;
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
    char path[PATH_BYTES];
    TRY(path_in_folder(spec->model, "model.safetensors", path, problem));
    return safetensors_read(path, &start->table, start->theta_0, problem);
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
    status = load_tokenizer(spec, &loaded.shape, &loaded.tokenizer, problem);
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

static Status save_config(const char *path, const ModelStart *start, Problem *problem)
{
    Json *config = shape_to_json(&start->shape);
    const bool is_complete = config != NULL && add_special_tokens(config, start->tokenizer);
    char *text = is_complete ? json_print(config, true) : NULL;
    json_destroy(config);
    if (text == NULL) {
        return problem_describe(problem, STATUS_OUT_OF_MEMORY, "not enough memory to write %s",
                                path);
    }
    const Status status = whole_file_write(path, text, problem);
    free(text);
    return status;
}

Status model_folder_save(const char *folder, const ModelStart *start, const Real *params,
                         Problem *problem)
{
    char path[PATH_BYTES];
    if (mkdir(folder, 0777) != 0 && errno != EEXIST) {
        return problem_describe(problem, STATUS_FILE_UNWRITABLE, "%s: %s", folder, strerror(errno));
    }
    TRY(path_in_folder(folder, "config.json", path, problem));
    TRY(save_config(path, start, problem));
    TRY(path_in_folder(folder, "tokenizer.json", path, problem));
    TRY(tokenizer_save(start->tokenizer, path, problem));
    TRY(path_in_folder(folder, "model.safetensors", path, problem));
    return safetensors_write_model(path, &start->table, params, problem);
}
