/* bench/bench_load.c -- loading GPT-2 small's weights in half precision against reading their file. */
#include "bench/bench_sections.h"

#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/json.h"
#include "base/random.h"
#include "bench/interleave.h"
#include "model/checkpoint.h"
#include "model/parameters.h"

enum { HALF_BYTES = 2, SHARDS_MAX = 2, CONTENDERS = 4, BLOCK = 1 << 16 };

static const CausalLmShape GPT2_SMALL = {
    .V = 50257, .P = 1024, .C = 768, .L = 12, .H = 12, .F = 3072, .layer_norm_epsilon = 1e-5};

/* A folder with the weights in one file or in several. */
typedef struct Checkpoint {
    char folder[PATH_MAX];
    char paths[SHARDS_MAX][PATH_MAX + 64];
    size_t shard_count;
    const ParameterTable *table;
    void *contents[SHARDS_MAX]; /* what the contender before took */
    bool has_failed;
} Checkpoint;

/* -- writing ------------------------------------------------------------------------------------------------ */

static size_t first_of_shard(const Checkpoint *checkpoint, size_t shard)
{
    return checkpoint->table->count * shard / checkpoint->shard_count;
}

static size_t weights_of(const ParameterTensor *tensor)
{
    return tensor->rows * tensor->cols;
}

static Json *describe(const ParameterTensor *tensor, size_t *offset)
{
    Json *entry = json_new_object();
    Json *shape = json_new_array();
    Json *offsets = json_new_array();
    const size_t end = *offset + HALF_BYTES * weights_of(tensor);
    bool is_complete = json_add_string(entry, "dtype", "F16");
    if (!tensor->is_vector) {
        is_complete = json_append(shape, json_new_number((double)tensor->rows)) && is_complete;
    }
    is_complete = json_append(shape, json_new_number((double)tensor->cols)) && is_complete;
    is_complete = json_append(offsets, json_new_number((double)*offset)) && is_complete;
    is_complete = json_append(offsets, json_new_number((double)end)) && is_complete;
    is_complete = json_add(entry, "shape", shape) && is_complete;
    is_complete = json_add(entry, "data_offsets", offsets) && is_complete;
    *offset = end;
    return is_complete ? entry : NULL;
}

/* Weights like a trained model's: most around 0.02, some so small that they are subnormal. */
static void fill_halves(uint16_t halves[BLOCK])
{
    Random random = random_stream(1, RANDOM_STREAM_WEIGHTS, 0);
    for (size_t i = 0; i < BLOCK; i++) {
        const uint64_t drawn = random_below(&random, 1U << 16);
        halves[i] =
            (uint16_t)((drawn & 0x8000U) | (drawn % 97 == 0 ? 0 : 0x2000U) | (drawn & 0x07FFU));
    }
}

static bool write_halves(FILE *file, size_t count)
{
    static uint16_t halves[BLOCK];
    bool is_written = true;
    fill_halves(halves);
    for (size_t done = 0; done < count && is_written; done += BLOCK) {
        const size_t most = count - done < BLOCK ? count - done : BLOCK;
        is_written = fwrite(halves, sizeof *halves, most, file) == most;
    }
    return is_written;
}

static bool write_shard(const Checkpoint *checkpoint, size_t shard, Json *weight_map)
{
    const char *name = strrchr(checkpoint->paths[shard], '/') + 1;
    Json *header = json_new_object();
    size_t bytes = 0;
    bool is_written = header != NULL;
    const size_t end = first_of_shard(checkpoint, shard + 1);
    for (size_t i = first_of_shard(checkpoint, shard); i < end && is_written; i++) {
        char saved[PARAMETER_NAME_BYTES];
        parameter_table_saved_name(checkpoint->table, i, saved);
        is_written = json_add(header, saved, describe(&checkpoint->table->tensors[i], &bytes)) &&
                     json_add_string(weight_map, saved, name);
    }
    char *text = is_written ? json_print(header, false) : NULL;
    FILE *file = text == NULL ? NULL : fopen(checkpoint->paths[shard], "wb");
    if (file != NULL) {
        const uint64_t length = strlen(text);
        is_written = fwrite(&length, sizeof length, 1, file) == 1 &&
                     fwrite(text, 1, length, file) == length &&
                     write_halves(file, bytes / HALF_BYTES);
        is_written = fclose(file) == 0 && is_written;
    }
    free(text);
    json_destroy(header);
    return file != NULL && is_written;
}

static bool write_index(const Checkpoint *checkpoint, Json *weight_map)
{
    char path[PATH_MAX + 64];
    Json *index = json_new_object();
    snprintf(path, sizeof path, "%s/model.safetensors.index.json", checkpoint->folder);
    char *text = json_add(index, "weight_map", weight_map) ? json_print(index, false) : NULL;
    FILE *file = text == NULL ? NULL : fopen(path, "w");
    bool is_written = file != NULL && fputs(text, file) >= 0;
    is_written = file != NULL && fclose(file) == 0 && is_written;
    free(text);
    json_destroy(index);
    return is_written;
}

static bool write_checkpoint(const BenchSetting *setting, size_t shard_count,
                             const ParameterTable *table, Checkpoint *checkpoint)
{
    *checkpoint = (Checkpoint){.shard_count = shard_count, .table = table};
    const int length = snprintf(checkpoint->folder, sizeof checkpoint->folder, "%s/half-%zu",
                                setting->folder, shard_count);
    if (length >= PATH_MAX || mkdir(checkpoint->folder, 0777) != 0) {
        return false;
    }
    Json *weight_map = json_new_object();
    bool is_written = weight_map != NULL;
    for (size_t i = 0; i < shard_count && is_written; i++) {
        snprintf(checkpoint->paths[i], sizeof checkpoint->paths[i],
                 shard_count == 1 ? "%s/model.safetensors" : "%s/model-%zu.safetensors",
                 checkpoint->folder, i);
        is_written = write_shard(checkpoint, i, weight_map);
    }
    if (shard_count > 1 && is_written) {
        return write_index(checkpoint, weight_map);
    }
    json_destroy(weight_map);
    return is_written;
}

/* -- contenders: each takes the memory that it fills; giving it back is not timed ----------------------------- */

static bool read_whole(const char *path, void **out)
{
    const int file = open(path, O_RDONLY | O_CLOEXEC);
    struct stat facts = {0};
    size_t done = 0;
    if (file < 0 || fstat(file, &facts) != 0) {
        return false;
    }
    const size_t bytes = (size_t)facts.st_size;
    char *content = malloc(bytes);
    while (content != NULL && done < bytes) {
        const ssize_t got = read(file, content + done, bytes - done);
        if (got <= 0) {
            break;
        }
        done += (size_t)got;
    }
    *out = content;
    return close(file) == 0 && done == bytes;
}

static void read_files(void *context)
{
    Checkpoint *checkpoint = context;
    for (size_t i = 0; i < checkpoint->shard_count; i++) {
        checkpoint->has_failed =
            !read_whole(checkpoint->paths[i], &checkpoint->contents[i]) || checkpoint->has_failed;
    }
}

static void load_weights(void *context)
{
    Checkpoint *checkpoint = context;
    Problem problem = {0};
    Real *params = calloc(checkpoint->table->size, sizeof *params);
    if (params == NULL || checkpoint_read(checkpoint->folder, checkpoint->table, params, NULL,
                                          &problem) != STATUS_OK) {
        fprintf(stderr, "bench: %s\n", problem.text);
        checkpoint->has_failed = true;
    }
    checkpoint->contents[0] = params;
}

static void give_back(void *context)
{
    Checkpoint *checkpoint = context;
    for (size_t i = 0; i < SHARDS_MAX; i++) {
        free(checkpoint->contents[i]);
        checkpoint->contents[i] = NULL;
    }
}

static bool bench_checkpoint(const BenchSetting *setting, size_t shard_count,
                             const ParameterTable *table, const char *name, BenchReport *report)
{
    Checkpoint checkpoint;
    Timing timings[CONTENDERS];
    if (!write_checkpoint(setting, shard_count, table, &checkpoint)) {
        return false;
    }
    const Contender contenders[CONTENDERS] = {{load_weights, &checkpoint, 1},
                                              {give_back, &checkpoint, 1},
                                              {read_files, &checkpoint, 1},
                                              {give_back, &checkpoint, 1}};
    /* The rounds before bring the files into the page cache. */
    const InterleavePlan plan = {.rounds = setting->rounds, .warm_ups = 1};
    interleave(&plan, contenders, CONTENDERS, timings);
    BenchRow row = ratio_row("load", name, &timings[0], &timings[2], RATIO_OF_CPU_TIME);
    row = with_goal(row, GOAL_AT_MOST, 1.5);
    bench_report_add(report, &row);
    for (size_t i = 0; i < shard_count; i++) {
        (void)unlink(checkpoint.paths[i]); /* 250 MB */
    }
    return !checkpoint.has_failed;
}

bool bench_load(const BenchSetting *setting, BenchReport *report)
{
    ParameterTable table;
    if (parameter_table_create(&GPT2_SMALL, &table) != STATUS_OK) {
        return false;
    }
    const bool is_done =
        bench_checkpoint(setting, 1, &table, "load GPT-2 small in F16 / read its file", report) &&
        bench_checkpoint(setting, 2, &table, "load GPT-2 small in F16, 2 shards / read its files",
                         report);
    parameter_table_clear(&table);
    return is_done;
}
