#include "lab/vision_folder.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lab/folder_files.h"
#include "model/checkpoint.h"
#include "model/vision_parameters.h"

enum { PREPROCESSOR_BYTES_MAX = 1 << 20, NUMBER_BYTES = 32 };

/* What a byte is multiplied by to come into 0..1. */
static const double BYTE_SHARE = 1.0 / 255.0;

/* -- loading ------------------------------------------------------------------------------------------------ */

/* The shape of the model wanted, and what the configuration calls the classes it has told so far. */
static Status load_shape(const ExperimentSpec *spec, size_t class_count, VisionStart *start,
                         ModelLabels *labels, Problem *problem)
{
    char source[FOLDER_PATH_BYTES];
    Json *config = NULL;
    TRY(folder_files_read_config(spec, &config, source, problem));
    Status status = vision_shape_from_json(config, source, &start->shape, problem);
    if (status == STATUS_OK) {
        status = model_labels_read(config, source, labels, problem);
    }
    json_destroy(config);
    TRY(status);
    start->shape.label_count = class_count;
    if (start->shape.channel_count != 1 && start->shape.channel_count != 3) {
        return problem_describe(problem, STATUS_BAD_VALUE,
                                "%s: \"num_channels\" is %zu; images have 1 (gray) or 3 (colours)",
                                source, start->shape.channel_count);
    }
    return STATUS_OK;
}

static Status load_weights(const ExperimentSpec *spec, const ModelLabels *labels,
                           const char *const *class_names, VisionStart *start, Problem *problem)
{
    StoredHead stored = STORED_HEAD_NONE;
    start->theta_0 = calloc(start->table.size, sizeof *start->theta_0);
    if (start->theta_0 == NULL) {
        return problem_describe(problem, STATUS_OUT_OF_MEMORY, "not enough memory for %zu weights",
                                start->table.size);
    }
    if (spec->model[0] == '\0') {
        start->has_new_head = true;
        vision_initialise(&start->table, (uint64_t)spec->seed, start->theta_0);
        return STATUS_OK;
    }
    TRY(checkpoint_read(spec->model, &start->table, start->theta_0, &stored, problem));
    const ClassifierHead head =
        classifier_head_judge(labels, stored, class_names, start->shape.label_count);
    memcpy(start->head_text, head.text, sizeof start->head_text);
    start->has_new_head = !head.is_kept;
    if (start->has_new_head) {
        parameter_head_initialise(&start->table, (uint64_t)spec->seed, start->theta_0);
    }
    return STATUS_OK;
}

/* A number for each channel; `out` stays as it is where the key is missing. */
static Status read_numbers(ConfigSource source, const char *key, double least, size_t channels,
                           double *out)
{
    const Json *list = json_member(source.config, key);
    if (list == NULL) {
        return STATUS_OK;
    }
    size_t count = 0;
    bool is_right = json_is_array(list) && json_count(list) == channels;
    for (const Json *item = json_first(list); is_right && item != NULL; item = json_next(item)) {
        const double value = json_number(item);
        is_right = value >= least && value <= 255.0;
        out[count++] = value;
    }
    if (!is_right) {
        return problem_describe(source.problem, STATUS_BAD_VALUE,
                                "%s: \"%s\" must be a list of %zu numbers, one a channel, each %g "
                                "to 255",
                                source.name, key, channels, least);
    }
    return STATUS_OK;
}

static Status read_scaling(ConfigSource source, size_t channels, ImageScaling *scaling)
{
    static const double LEAST_DEVIATION = 1e-6;
    TRY(config_check_object(source));
    TRY(config_check_switch(source, "do_rescale", true, true));
    const Json *factor = json_member(source.config, "rescale_factor");
    if (factor != NULL && !(fabs(json_number(factor) - BYTE_SHARE) < 1e-6)) {
        return problem_describe(source.problem, STATUS_BAD_VALUE,
                                "%s: \"rescale_factor\" must be 1/255; nothing else is supported",
                                source.name);
    }
    TRY(read_numbers(source, "image_mean", -255.0, channels, scaling->mean));
    TRY(read_numbers(source, "image_std", LEAST_DEVIATION, channels, scaling->deviation));
    const Json *normalizes = json_member(source.config, "do_normalize");
    for (size_t c = 0; json_is_bool(normalizes) && !json_truth(normalizes) && c < channels; c++) {
        scaling->mean[c] = 0.0;
        scaling->deviation[c] = 1.0;
    }
    return STATUS_OK;
}

static Status load_scaling(const ExperimentSpec *spec, VisionStart *start, Problem *problem)
{
    char path[FOLDER_PATH_BYTES];
    char *text = NULL;
    size_t size = 0;
    Json *config = NULL;
    for (size_t c = 0; c < IMAGE_CHANNELS_MAX; c++) {
        start->scaling.mean[c] = 0.5;
        start->scaling.deviation[c] = 0.5;
    }
    const int length = snprintf(path, sizeof path, "%s/preprocessor_config.json", spec->model);
    if (spec->model[0] == '\0' || length < 0 || (size_t)length >= sizeof path ||
        access(path, F_OK) != 0) {
        return STATUS_OK;
    }
    TRY(json_read_text(path, PREPROCESSOR_BYTES_MAX, &text, &size, problem));
    Status status = json_parse(text, size, path, &config, problem);
    free(text);
    TRY(status);
    const ConfigSource source = {config, path, problem};
    status = read_scaling(source, start->shape.channel_count, &start->scaling);
    json_destroy(config);
    return status;
}

static Status load(const ExperimentSpec *spec, const char *const *class_names, size_t class_count,
                   VisionStart *start, Problem *problem)
{
    ModelLabels labels = {0};
    Status status = load_shape(spec, class_count, start, &labels, problem);
    if (status == STATUS_OK && vision_table_create(&start->shape, &start->table) != STATUS_OK) {
        status = problem_describe(problem, STATUS_OUT_OF_MEMORY,
                                  "not enough memory for the parameter table");
    }
    if (status == STATUS_OK) {
        status = load_weights(spec, &labels, class_names, start, problem);
    }
    model_labels_clear(&labels);
    return status == STATUS_OK ? load_scaling(spec, start, problem) : status;
}

Status vision_start_load(const ExperimentSpec *spec, const char *const *class_names,
                         size_t class_count, VisionStart *start, Problem *problem)
{
    memset(start, 0, sizeof *start);
    const Status status = load(spec, class_names, class_count, start, problem);
    if (status != STATUS_OK) {
        vision_start_clear(start);
    }
    return status;
}

void vision_start_clear(VisionStart *start)
{
    parameter_table_clear(&start->table);
    free(start->theta_0);
    memset(start, 0, sizeof *start);
}

/* -- saving ------------------------------------------------------------------------------------------------- */

static bool add_numbers(Json *object, const char *key, const double *numbers, size_t count)
{
    Json *list = json_new_array();
    bool is_complete = list != NULL;
    for (size_t i = 0; i < count; i++) {
        is_complete = json_append(list, json_new_number(numbers[i])) && is_complete;
    }
    return json_add(object, key, list) && is_complete;
}

static Json *new_preprocessor(const VisionStart *start)
{
    /* Of the filters that Pillow and torchvision both have, the one that comes nearest to image_resize. Pillow's BOX would come nearer for
     * whole ratios, but torchvision, which Hugging Face takes by default, fails with it. */
    const double BICUBIC = 3.0;
    const size_t channels = start->shape.channel_count;
    Json *object = json_new_object();
    Json *size = json_new_object();
    const double side = (double)start->shape.image_size;
    bool is_complete =
        json_add_number(size, "height", side) && json_add_number(size, "width", side);
    is_complete = json_add_bool(object, "do_convert_rgb", channels == 3) && is_complete;
    is_complete = json_add_bool(object, "do_normalize", true) && is_complete;
    is_complete = json_add_bool(object, "do_rescale", true) && is_complete;
    is_complete = json_add_bool(object, "do_resize", true) && is_complete;
    is_complete = add_numbers(object, "image_mean", start->scaling.mean, channels) && is_complete;
    is_complete =
        json_add_string(object, "image_processor_type", "ViTImageProcessor") && is_complete;
    is_complete =
        add_numbers(object, "image_std", start->scaling.deviation, channels) && is_complete;
    is_complete = json_add_number(object, "resample", BICUBIC) && is_complete;
    is_complete = json_add_number(object, "rescale_factor", BYTE_SHARE) && is_complete;
    is_complete = json_add(object, "size", size) && is_complete;
    if (!is_complete) {
        json_destroy(object);
        return NULL;
    }
    return object;
}

Status vision_folder_save(const char *folder, const VisionStart *start, const Real *params,
                          const char *const *class_names, Problem *problem)
{
    Json *config = vision_shape_to_json(&start->shape, class_names);
    Json *preprocessor = new_preprocessor(start);
    Status status = STATUS_OUT_OF_MEMORY;
    if (config == NULL || preprocessor == NULL) {
        problem_describe(problem, status, "not enough memory to write %s/config.json", folder);
    } else {
        const FolderContent content = {.config = config,
                                       .preprocessor = preprocessor,
                                       .table = &start->table,
                                       .params = params};
        status = folder_files_save(folder, &content, problem);
    }
    json_destroy(config);
    json_destroy(preprocessor);
    return status;
}
