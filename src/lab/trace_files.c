#include "lab/trace_files.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/json.h"
#include "base/whole_file.h"
#include "model/safetensors.h"
#include "optim/method_table.h"
#include "records/spec_keys.h"

enum { PATH_BYTES = SPEC_PATH_BYTES + 32 };

static const char TRACE_JSON[] = "trace.json";

static const struct {
    const char *key;
    MetricId metric;
} NUMBERS[TRACE_NUMBER_COUNT] = {{"lr", METRIC_LEARNING_RATE},
                                 {"loss", METRIC_LOSS},
                                 {"loss_perturbed", METRIC_LOSS_PERTURBED},
                                 {"grad_norm", METRIC_GRAD_NORM},
                                 {"perturbation_norm", METRIC_PERTURBATION_NORM},
                                 {"divergence", METRIC_DIVERGENCE},
                                 {"radius", METRIC_RADIUS},
                                 {"update_norm", METRIC_UPDATE_NORM}};

const char *trace_number_key(size_t index)
{
    return NUMBERS[index].key;
}

bool trace_number(const TraceStep *step, size_t index, double *out)
{
    const MetricId metric = NUMBERS[index].metric;
    if (metric_sample_get(&step->sample, (uint16_t)metric, out)) {
        return true;
    }
    return metric == METRIC_DIVERGENCE && metric_sample_get(&step->sample, METRIC_PENALTY, out);
}

static Status path_in(const char *directory, const char *name, char path[PATH_BYTES],
                      Problem *problem)
{
    const int length = snprintf(path, PATH_BYTES, "%s/%s", directory, name);
    if (length < 0 || length >= PATH_BYTES) {
        return problem_describe(problem, STATUS_FILE_UNWRITABLE, "%.80s...: the path is too long",
                                directory);
    }
    return STATUS_OK;
}

static Status out_of_memory(const char *path, Problem *problem)
{
    return problem_describe(problem, STATUS_OUT_OF_MEMORY, "not enough memory to write %s", path);
}

/* -- the folder --------------------------------------------------------------------------------------------- */

Status trace_files_prepare(const char *directory, bool *is_new, Problem *problem)
{
    char path[PATH_BYTES];
    bool is_made = false;
    TRY(path_in(directory, TRACE_JSON, path, problem));
    if (access(path, F_OK) == 0) {
        return problem_describe(problem, STATUS_FILE_UNWRITABLE,
                                "%s holds a trace already; give another --out", directory);
    }
    snprintf(path, sizeof path, "%s", directory);
    for (char *end = path + 1; end[-1] != '\0'; end++) {
        const char kept = *end;
        if (kept != '/' && kept != '\0') {
            continue;
        }
        *end = '\0';
        is_made = mkdir(path, 0777) == 0;
        if (!is_made && errno != EEXIST) {
            return problem_describe(problem, STATUS_FILE_UNWRITABLE,
                                    "the folder %s cannot be made: %s", path, strerror(errno));
        }
        *end = kept;
    }
    struct stat about;
    if (stat(directory, &about) == 0 && !S_ISDIR(about.st_mode)) {
        return problem_describe(problem, STATUS_FILE_UNWRITABLE,
                                "%s is a file, not a folder; give another --out", directory);
    }
    if (access(directory, W_OK | X_OK) != 0) {
        return problem_describe(problem, STATUS_FILE_UNWRITABLE, "%s: %s", directory,
                                strerror(errno));
    }
    *is_new = is_made;
    return STATUS_OK;
}

/* -- tensors ------------------------------------------------------------------------------------------------ */

static size_t count_tensors(const Trace *trace)
{
    size_t count = 0;
    for (size_t k = 0; k < trace->step_count; k++) {
        count += trace->steps[k].batch.count;
    }
    return count;
}

/* "x.0" is the x of the first step. */
static SafetensorsEntry entry_of(const NamedTensor *tensor, size_t step)
{
    SafetensorsEntry entry = {.reals = tensor->reals,
                              .integers = tensor->integers,
                              .dimensions = tensor->shape.dimensions};
    memcpy(entry.shape, tensor->shape.sizes, sizeof entry.shape);
    snprintf(entry.name, sizeof entry.name, "%s.%zu", tensor->name, step);
    return entry;
}

static Status write_batches(const Trace *trace, const char *path, Problem *problem)
{
    size_t count = 0;
    SafetensorsEntry *entries = calloc(count_tensors(trace), sizeof *entries);
    if (entries == NULL) {
        return out_of_memory(path, problem);
    }
    for (size_t k = 0; k < trace->step_count; k++) {
        for (size_t i = 0; i < trace->steps[k].batch.count; i++) {
            entries[count++] = entry_of(&trace->steps[k].batch.tensors[i], k);
        }
    }
    const Status status = safetensors_write(path, entries, count, problem);
    free(entries);
    return status;
}

/* -- trace.json --------------------------------------------------------------------------------------------- */

/* A choice by its word. */
static bool add_knob(Json *knobs, KnobId knob, double value)
{
    char word[KNOB_CHOICE_BYTES];
    const char *key = knob_info(knob)->key;
    return knob_choice_name(knob, value, word) ? json_add_string(knobs, key, word)
                                               : json_add_number(knobs, key, value);
}

static bool add_lane_knobs(Json *knobs, const Session *session)
{
    bool is_complete = true;
    for (KnobId knob = 0; knob < KNOB_COUNT; knob++) {
        double ignored = 0.0;
        if (method_has_knob(session->method, knob, &ignored)) {
            is_complete = add_knob(knobs, knob, session->knobs[knob]) && is_complete;
        }
    }
    return is_complete;
}

/* What all lanes of the experiment share, and this one was steered by too. */
static bool add_shared_knobs(Json *knobs, const ExperimentSpec *spec)
{
    return json_add_number(knobs, "adam_beta1", spec->adam_beta1) &&
           json_add_number(knobs, "adam_beta2", spec->adam_beta2) &&
           json_add_number(knobs, "adam_epsilon", spec->adam_epsilon) &&
           json_add_string(knobs, "lr_scheduler_type",
                           spec_lr_scheduler_words[spec->lr_scheduler_type]) &&
           json_add_number(knobs, "warmup_steps", spec->warmup_steps) &&
           json_add_number(knobs, "max_steps", spec->max_steps) &&
           json_add_number(knobs, "lr_end", spec->lr_end) &&
           json_add_number(knobs, "power", spec->power) &&
           json_add_number(knobs, "seed", spec->seed) &&
           json_add_number(knobs, "per_device_train_batch_size", spec->batch_size) &&
           json_add_number(knobs, "gradient_accumulation_steps", spec->accumulation_steps) &&
           json_add_number(knobs, "block_size", spec->block_size) &&
           json_add_number(knobs, "micro_batch_count", spec->micro_batch_count);
}

static Json *knobs_json(const Trace *trace)
{
    Json *knobs = json_new_object();
    if (knobs != NULL &&
        !(add_lane_knobs(knobs, &trace->session) && add_shared_knobs(knobs, trace->spec))) {
        json_destroy(knobs);
        return NULL;
    }
    return knobs;
}

/* NaN is null: the method has no such number, or it was not finite, and then `skipped` says so. */
static Json *step_json(const TraceStep *step)
{
    Json *json = json_new_object();
    bool is_complete = json != NULL;
    for (size_t i = 0; i < TRACE_NUMBER_COUNT && is_complete; i++) {
        double value = (double)NAN;
        trace_number(step, i, &value);
        is_complete = json_add_number(json, trace_number_key(i), value);
    }
    if (is_complete && step->skip_reason != NULL) {
        is_complete = json_add_string(json, "skipped", step->skip_reason);
    }
    if (!is_complete) {
        json_destroy(json);
        return NULL;
    }
    return json;
}

static Json *steps_json(const Trace *trace)
{
    Json *steps = json_new_array();
    for (size_t k = 0; steps != NULL && k < trace->step_count; k++) {
        if (!json_append(steps, step_json(&trace->steps[k]))) {
            json_destroy(steps);
            return NULL;
        }
    }
    return steps;
}

static char *describe(const Trace *trace)
{
    Json *json = json_new_object();
    const TaskDisclosure *told = &trace->task.disclosure;
    const bool is_complete =
        json != NULL && json_add_string(json, "method", trace->session.method->id) &&
        json_add_string(json, "task", spec_task_words[trace->spec->task]) &&
        json_add_bool(json, "dropout_left_out", trace_left_dropout_out(trace)) &&
        json_add(json, "config", told->config(told->context)) &&
        json_add(json, "knobs", knobs_json(trace)) && json_add(json, "steps", steps_json(trace));
    char *text = is_complete ? json_print(json, true) : NULL;
    json_destroy(json);
    return text;
}

static Status write_description(const Trace *trace, const char *path, Problem *problem)
{
    char *text = describe(trace);
    if (text == NULL) {
        return out_of_memory(path, problem);
    }
    const Status status = whole_file_write(path, text, problem);
    free(text);
    return status;
}

Status trace_files_write(const Trace *trace, const char *directory, Problem *problem)
{
    char path[PATH_BYTES];
    TRY(path_in(directory, "initial.safetensors", path, problem));
    TRY(safetensors_write_model(path, trace->task.table, trace->theta_0, problem));
    TRY(path_in(directory, "final.safetensors", path, problem));
    TRY(safetensors_write_model(path, trace->task.table, trace->session.state.params, problem));
    TRY(path_in(directory, "batches.safetensors", path, problem));
    TRY(write_batches(trace, path, problem));
    TRY(path_in(directory, TRACE_JSON, path, problem));
    return write_description(trace, path, problem);
}
