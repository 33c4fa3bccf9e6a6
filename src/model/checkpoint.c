/* model/checkpoint.c -- which files hold the weights. */
#include "model/checkpoint.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/json.h"

/* All shards are open at once; Hugging Face makes one of 5 GB. */
enum { SHARDS_MAX = 256, PATH_BYTES = PATH_MAX };

/* The files of one checkpoint. */
typedef struct Shards {
    char *paths[SHARDS_MAX]; /* [count], owned */
    size_t count;
} Shards;

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

static bool has_path(const Shards *shards, const char *path)
{
    for (size_t i = 0; i < shards->count; i++) {
        if (strcmp(shards->paths[i], path) == 0) {
            return true;
        }
    }
    return false;
}

static Status add_shard(Shards *shards, const char *path, const char *index_path, Problem *problem)
{
    if (has_path(shards, path)) {
        return STATUS_OK;
    }
    if (shards->count == SHARDS_MAX) {
        return problem_describe(problem, STATUS_BAD_VALUE, "%s: names more than %d files",
                                index_path, SHARDS_MAX);
    }
    shards->paths[shards->count] = strdup(path);
    if (shards->paths[shards->count] == NULL) {
        return problem_describe(problem, STATUS_OUT_OF_MEMORY, "%s: no memory to read it",
                                index_path);
    }
    shards->count++;
    return STATUS_OK;
}

/* Each name must be that of a file in the folder itself: an index must not lead elsewhere. */
static Status read_weight_map(const Json *index, const char *folder, const char *index_path,
                              Shards *shards, Problem *problem)
{
    const Json *const map = json_member(index, "weight_map");
    if (!json_is_object(map) || json_count(map) == 0) {
        return problem_describe(problem, STATUS_BAD_FORMAT,
                                "%s: \"weight_map\" must say which file each tensor is in",
                                index_path);
    }
    for (const Json *entry = json_first(map); entry != NULL; entry = json_next(entry)) {
        const char *const file = json_string(entry);
        char path[PATH_BYTES];
        if (file[0] == '\0' || strchr(file, '/') != NULL) {
            return problem_describe(problem, STATUS_BAD_VALUE,
                                    "%s: tensor \"%.100s\" must be in a file of the same folder",
                                    index_path, json_key(entry));
        }
        TRY(path_in_folder(folder, file, path, problem));
        TRY(add_shard(shards, path, index_path, problem));
    }
    return STATUS_OK;
}

static Status read_index(const char *folder, const char *index_path, Shards *shards,
                         Problem *problem)
{
    char *text = NULL;
    size_t size = 0;
    Json *index = NULL;
    TRY(json_read_text(index_path, JSON_FILE_BYTES_MAX, &text, &size, problem));
    Status status = json_parse(text, size, index_path, &index, problem);
    if (status == STATUS_OK) {
        status = read_weight_map(index, folder, index_path, shards, problem);
    }
    json_destroy(index);
    free(text);
    return status;
}

/* Both forms may be there, after a conversion say: the single file is the plainer one. */
static Status find_shards(const char *folder, Shards *shards, Problem *problem)
{
    char single[PATH_BYTES];
    char index[PATH_BYTES];
    TRY(path_in_folder(folder, "model.safetensors", single, problem));
    TRY(path_in_folder(folder, "model.safetensors.index.json", index, problem));
    if (access(single, F_OK) == 0) {
        return add_shard(shards, single, single, problem);
    }
    if (access(index, F_OK) == 0) {
        return read_index(folder, index, shards, problem);
    }
    return problem_describe(problem, STATUS_FILE_UNREADABLE,
                            "%s: there is neither model.safetensors nor "
                            "model.safetensors.index.json; convert other formats to safetensors",
                            folder);
}

Status checkpoint_read(const char *folder, const ParameterTable *table, Real *params,
                       StoredHead *head, Problem *problem)
{
    Shards shards = {.count = 0};
    Status status = find_shards(folder, &shards, problem);
    if (status == STATUS_OK) {
        status = safetensors_read_shards((const char *const *)shards.paths, shards.count, table,
                                         params, head, problem);
    }
    for (size_t i = 0; i < shards.count; i++) {
        free(shards.paths[i]);
    }
    return status;
}
