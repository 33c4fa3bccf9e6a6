#include "app/model_survey.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/experiment_file.h"
#include "base/json.h"
#include "lab/folder_files.h"
#include "model/parameters.h"
#include "model/text_encoder_parameters.h"
#include "model/vision_parameters.h"

static Status look_at_causal(const Json *config, const char *source, ModelSurvey *survey,
                             size_t *vocabulary, Problem *problem)
{
    CausalLmShape shape;
    ParameterTable table;
    TRY(shape_from_json(config, source, &shape, problem));
    TRY(parameter_table_create(&shape, &table));
    survey->longest = shape.P;
    survey->weights = table.size;
    *vocabulary = shape.V;
    parameter_table_clear(&table);
    return STATUS_OK;
}

static Status look_at_encoder(const Json *config, const char *source, ModelSurvey *survey,
                              size_t *vocabulary, Problem *problem)
{
    TextEncoderShape shape;
    ParameterTable table;
    TRY(text_encoder_shape_from_json(config, source, TEXT_HEAD_CLASSIFIER, &shape, problem));
    TRY(text_encoder_table_create(&shape, &table));
    survey->longest = text_encoder_longest(&shape);
    survey->weights = table.size;
    *vocabulary = shape.V;
    parameter_table_clear(&table);
    return STATUS_OK;
}

static Status look_at_vision(const Json *config, const char *source, ModelSurvey *survey,
                             Problem *problem)
{
    VisionShape shape;
    ParameterTable table;
    TRY(vision_shape_from_json(config, source, &shape, problem));
    TRY(vision_table_create(&shape, &table));
    survey->weights = table.size;
    parameter_table_clear(&table);
    return STATUS_OK;
}

/* The model in survey->folder. */
static Status look_at_folder(SpecTask task, ModelSurvey *survey, Problem *problem)
{
    char source[FOLDER_PATH_BYTES];
    Json *config = NULL;
    size_t vocabulary = 0;
    ExperimentSpec spec = {0};
    memcpy(spec.model, survey->folder, sizeof spec.model);
    TRY(folder_files_read_config(&spec, &config, source, problem));
    const bool has_texts = task != SPEC_TASK_IMAGE_CLASSIFICATION;
    const Status status = !has_texts ? look_at_vision(config, source, survey, problem)
                          : task == SPEC_TASK_CAUSAL_LM
                              ? look_at_causal(config, source, survey, &vocabulary, problem)
                              : look_at_encoder(config, source, survey, &vocabulary, problem);
    json_destroy(config);
    TRY(status);
    return !has_texts ? STATUS_OK
                      : folder_files_load_tokenizer(&spec, vocabulary, &survey->tokenizer, problem);
}

static Status set_folder(const char *folder, ModelSurvey *survey, Problem *problem)
{
    char absolute[PATH_MAX];
    if (realpath(folder, absolute) == NULL) {
        return problem_describe(problem, STATUS_FILE_UNREADABLE, "%s: %s", folder, strerror(errno));
    }
    if (strlen(absolute) >= sizeof survey->folder) {
        return problem_describe(problem, STATUS_BAD_VALUE, "%.80s...: the path is too long",
                                absolute);
    }
    memcpy(survey->folder, absolute, strlen(absolute) + 1);
    return STATUS_OK;
}

/* The first bundled model, by name, that can be looked at; false if there is none. */
static bool find_bundled(SpecTask task, ModelSurvey *survey)
{
    char models[PATH_MAX];
    struct dirent **entries = NULL;
    Problem ignored;
    if (bundled_path("sample-runs/models", models, sizeof models, &ignored) != STATUS_OK) {
        return false;
    }
    const int count = scandir(models, &entries, NULL, alphasort);
    bool is_found = false;
    for (int i = 0; i < count; i++) {
        char folder[PATH_MAX + NAME_MAX + 2];
        snprintf(folder, sizeof folder, "%s/%s", models, entries[i]->d_name);
        is_found = is_found || (entries[i]->d_name[0] != '.' &&
                                set_folder(folder, survey, &ignored) == STATUS_OK &&
                                look_at_folder(task, survey, &ignored) == STATUS_OK);
        free(entries[i]);
    }
    free(entries);
    survey->is_bundled = is_found;
    return is_found;
}

Status model_survey_read(const char *folder, SpecTask task, ModelSurvey *survey, Problem *problem)
{
    Status status = STATUS_OK;
    memset(survey, 0, sizeof *survey);
    if (folder != NULL) {
        status = set_folder(folder, survey, problem);
        if (status == STATUS_OK) {
            status = look_at_folder(task, survey, problem);
        }
    } else if (!find_bundled(task, survey)) {
        status = problem_describe(
            problem, STATUS_FILE_UNREADABLE, "no bundled model %s; name one with --model FOLDER",
            task == SPEC_TASK_CAUSAL_LM              ? "goes on with texts"
            : task == SPEC_TASK_IMAGE_CLASSIFICATION ? "tells classes of images"
                                                     : "tells classes of texts");
    }
    if (status == STATUS_OUT_OF_MEMORY) {
        problem_describe(problem, status, "not enough memory to look at the model");
    }
    if (status != STATUS_OK) {
        model_survey_clear(survey);
    }
    return status;
}

void model_survey_clear(ModelSurvey *survey)
{
    tokenizer_destroy(survey->tokenizer);
    memset(survey, 0, sizeof *survey);
}
