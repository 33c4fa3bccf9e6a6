#include "lab/folder_files.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/whole_file.h"
#include "model/safetensors.h"

enum { CONFIG_BYTES_MAX = 1 << 20 };

static Status path_in_folder(const char *folder, const char *file, char path[FOLDER_PATH_BYTES],
                             Problem *problem)
{
    const int length = snprintf(path, FOLDER_PATH_BYTES, "%s/%s", folder, file);
    if (length < 0 || length >= FOLDER_PATH_BYTES) {
        return problem_describe(problem, STATUS_BAD_VALUE, "%.80s...: the path is too long",
                                folder);
    }
    return STATUS_OK;
}

Status folder_files_check(const char *folder, const char *more, const char *advice,
                          Problem *problem)
{
    struct stat facts;
    if (stat(folder, &facts) == 0 && S_ISDIR(facts.st_mode)) {
        return STATUS_OK;
    }
    return problem_describe(problem, STATUS_FILE_UNREADABLE,
                            "model: %s is no folder; put a Hugging Face checkpoint there "
                            "(config.json, model.safetensors%s) or name another%s",
                            folder, more, advice);
}

/* A key which is not there is a slip of the pen more often than a wish. */
static Status give_anew(const ExperimentSpec *spec, const char *source, Json *config,
                        Problem *problem)
{
    Json *changes = NULL;
    TRY(json_parse(spec->model_config, strlen(spec->model_config), "model_config", &changes,
                   problem));
    Status status = STATUS_OK;
    for (const Json *change = json_first(changes); status == STATUS_OK && change != NULL;
         change = json_next(change)) {
        if (json_member(config, json_key(change)) == NULL) {
            status = problem_describe(problem, STATUS_BAD_VALUE,
                                      "model_config: %s has no key \"%.60s\" to give anew", source,
                                      json_key(change));
        } else if (!json_replace(config, json_key(change), change)) {
            status = problem_describe(problem, STATUS_OUT_OF_MEMORY, "not enough memory to read %s",
                                      source);
        }
    }
    json_destroy(changes);
    return status;
}

Status folder_files_read_config(const ExperimentSpec *spec, Json **config,
                                char source[FOLDER_PATH_BYTES], Problem *problem)
{
    if (spec->model[0] == '\0') {
        snprintf(source, FOLDER_PATH_BYTES, "model_config");
        return json_parse(spec->model_config, strlen(spec->model_config), source, config, problem);
    }
    char *text = NULL;
    size_t size = 0;
    TRY(folder_files_check(spec->model,
                           spec->task == SPEC_TASK_IMAGE_CLASSIFICATION ? "" : ", tokenizer.json",
                           " with --set model=FOLDER", problem));
    TRY(path_in_folder(spec->model, "config.json", source, problem));
    TRY(json_read_text(source, CONFIG_BYTES_MAX, &text, &size, problem));
    Status status = json_parse(text, size, source, config, problem);
    free(text);
    TRY(status);
    if (spec->model_config[0] != '\0') {
        status = give_anew(spec, source, *config, problem);
    }
    if (status != STATUS_OK) {
        json_destroy(*config);
        *config = NULL;
    }
    return status;
}

Status folder_files_load_tokenizer(const ExperimentSpec *spec, size_t V, Tokenizer **out,
                                   Problem *problem)
{
    char path[FOLDER_PATH_BYTES];
    Tokenizer *tokenizer = NULL;
    if (spec->tokenizer[0] != '\0') {
        snprintf(path, sizeof path, "%s", spec->tokenizer);
    } else {
        TRY(path_in_folder(spec->model, "tokenizer.json", path, problem));
    }
    if (access(path, F_OK) != 0) {
        return problem_describe(problem, STATUS_FILE_UNREADABLE,
                                "%s is not there; where a model has other tokenizer files, "
                                "AutoTokenizer.from_pretrained(FOLDER).save_pretrained(FOLDER) "
                                "writes it",
                                path);
    }
    TRY(tokenizer_load(path, &tokenizer, problem));
    if (tokenizer_vocab_size(tokenizer) > V) {
        const size_t entries = tokenizer_vocab_size(tokenizer);
        tokenizer_destroy(tokenizer);
        return problem_describe(problem, STATUS_BAD_VALUE,
                                "%s: has %zu entries, but the model's vocab_size is %zu; give the "
                                "model's own tokenizer",
                                path, entries, V);
    }
    *out = tokenizer;
    return STATUS_OK;
}

static Status save_config(const char *path, const Json *config, Problem *problem)
{
    char *text = json_print(config, true);
    if (text == NULL) {
        return problem_describe(problem, STATUS_OUT_OF_MEMORY, "not enough memory to write %s",
                                path);
    }
    const Status status = whole_file_write(path, text, problem);
    free(text);
    return status;
}

Status folder_files_save(const char *folder, const FolderContent *content, Problem *problem)
{
    char path[FOLDER_PATH_BYTES];
    if (mkdir(folder, 0777) != 0 && errno != EEXIST) {
        return problem_describe(problem, STATUS_FILE_UNWRITABLE, "%s: %s", folder, strerror(errno));
    }
    TRY(path_in_folder(folder, "config.json", path, problem));
    TRY(save_config(path, content->config, problem));
    if (content->preprocessor != NULL) {
        TRY(path_in_folder(folder, "preprocessor_config.json", path, problem));
        TRY(save_config(path, content->preprocessor, problem));
    }
    if (content->tokenizer != NULL) {
        TRY(path_in_folder(folder, "tokenizer.json", path, problem));
        TRY(tokenizer_save(content->tokenizer, path, problem));
        TRY(path_in_folder(folder, "tokenizer_config.json", path, problem));
        TRY(tokenizer_save_config(content->tokenizer, content->longest, path, problem));
    }
    TRY(path_in_folder(folder, "model.safetensors", path, problem));
    return safetensors_write_model(path, content->table, content->params, problem);
}
