#include "lab/classifier_evaluation.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "data/image_folder.h"
#include "lab/domain_score.h"
#include "lab/folder_files.h"
#include "lab/image_classification.h"
#include "lab/text_classification.h"
#include "model/text_encoder_shape.h"

enum { EVALUATION_BATCH = 16 };

/* What scoring takes; cleared as a whole. */
typedef struct ScoreBench {
    ClassificationSource source;
    BatchObjective *objective;
    uint32_t *chosen;
    Real *outputs;
    double *nats;
    uint8_t *is_correct; /* [domains, stride] */
    size_t stride;       /* examples of the largest domain */
} ScoreBench;

Status classifier_evaluation_kind(const ExperimentSpec *spec, ClassifierKind *kind,
                                  Problem *problem)
{
    char source[FOLDER_PATH_BYTES];
    Json *config = NULL;
    TRY(folder_files_read_config(spec, &config, source, problem));
    const char *type = json_string(json_member(config, "model_type"));
    const bool is_encoder = strcmp(type, "roberta") == 0 || strcmp(type, "xlm-roberta") == 0;
    const bool is_vision = strcmp(type, "vit") == 0;
    *kind = is_encoder ? CLASSIFIER_TEXTS : is_vision ? CLASSIFIER_IMAGES : CLASSIFIER_NONE;
    json_destroy(config);
    return STATUS_OK;
}

/* The longest window the model takes. */
static Status read_longest(const ExperimentSpec *spec, double *block_size, Problem *problem)
{
    char source[FOLDER_PATH_BYTES];
    Json *config = NULL;
    TextEncoderShape shape;
    TRY(folder_files_read_config(spec, &config, source, problem));
    const Status status =
        text_encoder_shape_from_json(config, source, TEXT_HEAD_CLASSIFIER, &shape, problem);
    json_destroy(config);
    TRY(status);
    *block_size = (double)text_encoder_longest(&shape);
    return STATUS_OK;
}

/* -- scoring ------------------------------------------------------------------------------------------------ */

static void bench_clear(ScoreBench *bench)
{
    batch_objective_destroy(bench->objective);
    free(bench->chosen);
    free(bench->outputs);
    free(bench->nats);
    free(bench->is_correct);
    if (bench->source.close != NULL) {
        bench->source.close(bench->source.context);
    }
}

static Status bench_fill(ScoreBench *bench, TaskRunner runner)
{
    const ClassificationSource *source = &bench->source;
    const BatchObjectiveOptions options = {.network = source->network,
                                           .B = EVALUATION_BATCH,
                                           .B_evaluation = EVALUATION_BATCH,
                                           .micro_batch_count = EVALUATION_BATCH / 2,
                                           .accumulation_steps = 1,
                                           .runner = runner};
    for (size_t d = 0; d < source->domain_count; d++) {
        const size_t count = domain_example_count(source, SOURCE_PART_FINAL, d);
        bench->stride = count > bench->stride ? count : bench->stride;
    }
    bench->chosen = calloc(EVALUATION_BATCH, sizeof *bench->chosen);
    bench->outputs = calloc(EVALUATION_BATCH * source->network.classes, sizeof *bench->outputs);
    bench->nats = calloc(EVALUATION_BATCH, sizeof *bench->nats);
    bench->is_correct = calloc(source->domain_count * bench->stride, sizeof *bench->is_correct);
    if (bench->chosen == NULL || bench->outputs == NULL || bench->nats == NULL ||
        bench->is_correct == NULL) {
        return STATUS_OUT_OF_MEMORY;
    }
    return batch_objective_create(&options, &bench->objective);
}

static void score(const ScoreBench *bench, const ExperimentSpec *spec, ClassifierEvaluation *out)
{
    const ClassificationSource *source = &bench->source;
    const ScorePlan plan = {.source = source,
                            .objective = bench->objective,
                            .room = EVALUATION_BATCH,
                            .chosen = bench->chosen,
                            .outputs = bench->outputs,
                            .nats = bench->nats};
    const double share = 1.0 / (double)source->domain_count;
    *out = (ClassifierEvaluation){.count = source->domain_count};
    for (size_t d = 0; d < source->domain_count; d++) {
        snprintf(out->domains[d], SPEC_NAME_BYTES, "%s", experiment_spec_domain(spec, d));
        domain_score_add(&plan, SOURCE_PART_FINAL, d, SIZE_MAX, source->theta_0, &out->scores[d],
                         bench->is_correct + d * bench->stride);
        out->mean_accuracy += share * classification_score_accuracy(&out->scores[d]);
        out->mean_loss += share * classification_score_loss(&out->scores[d]);
    }
    out->mean_error = domain_mean_error(out->scores, out->count, bench->is_correct, bench->stride);
}

/* -- which languages there are ------------------------------------------------------------------------------ */

/* The language of a file "emoji.<language>.tsv"; false if it is called otherwise. */
static bool language_of(const char *file, char language[SPEC_NAME_BYTES])
{
    static const char BEGIN[] = "emoji.";
    static const char END[] = ".tsv";
    const size_t length = strlen(file);
    const size_t around = strlen(BEGIN) + strlen(END);
    if (length <= around || length - around >= SPEC_NAME_BYTES ||
        strncmp(file, BEGIN, strlen(BEGIN)) != 0 || strcmp(file + length - strlen(END), END) != 0) {
        return false;
    }
    snprintf(language, SPEC_NAME_BYTES, "%.*s", (int)(length - around), file + strlen(BEGIN));
    return true;
}

static int is_emoji_file(const struct dirent *entry)
{
    char language[SPEC_NAME_BYTES];
    return language_of(entry->d_name, language) ? 1 : 0;
}

static Status too_many_languages(const ExperimentSpec *spec, Problem *problem)
{
    return problem_describe(problem, STATUS_BAD_VALUE,
                            "%s: there are more than %d languages; choose with --languages",
                            spec->data, SPEC_DOMAINS_MAX);
}

static Status list_emoji_languages(ExperimentSpec *spec, Problem *problem)
{
    struct dirent **files = NULL;
    const int count = scandir(spec->data, &files, is_emoji_file, alphasort);
    for (int i = 0; i < count; i++) {
        if (i < SPEC_DOMAINS_MAX) {
            (void)language_of(files[i]->d_name, spec->train_domains[spec->train_domain_count++]);
        }
        free(files[i]);
    }
    free(files);
    if (count <= 0) {
        return problem_describe(problem, STATUS_FILE_UNREADABLE,
                                "%s: there is no file emoji.<language>.tsv", spec->data);
    }
    return count > SPEC_DOMAINS_MAX ? too_many_languages(spec, problem) : STATUS_OK;
}

/* In the order in which the rows name them. */
static Status list_row_languages(ExperimentSpec *spec, Problem *problem)
{
    NameList languages = {0};
    TRY(text_classification_languages(spec, &languages, problem));
    Status status = STATUS_OK;
    for (size_t i = 0; i < languages.count && status == STATUS_OK; i++) {
        if (i == SPEC_DOMAINS_MAX) {
            status = too_many_languages(spec, problem);
        } else {
            snprintf(spec->train_domains[i], SPEC_NAME_BYTES, "%s", languages.names[i]);
            spec->train_domain_count = i + 1;
        }
    }
    name_list_clear(&languages);
    return status;
}

static Status list_languages(ExperimentSpec *spec, Problem *problem)
{
    if (spec->train_domain_count > 0) {
        return STATUS_OK;
    }
    switch (spec->data_format) {
    case SPEC_DATA_EMOJI:
    case SPEC_DATA_EMOJI_NAMES:
    case SPEC_DATA_EMOJI_WORDS:
    case SPEC_DATA_EMOJI_PAIRS:
        return list_emoji_languages(spec, problem);
    case SPEC_DATA_TEXT:
    case SPEC_DATA_COLUMNS:
    case SPEC_DATA_INFERENCE:
        break;
    }
    return list_row_languages(spec, problem);
}

static Status open_texts(ExperimentSpec *spec, ClassificationSource *source, Problem *problem)
{
    TRY(read_longest(spec, &spec->block_size, problem));
    TRY(list_languages(spec, problem));
    return text_classification_open_final(spec, source, problem);
}

/* -- which data sets there are ------------------------------------------------------------------------------ */

static Status take_sets(ExperimentSpec *spec, const NameList *sets, Problem *problem)
{
    if (sets->count == 0) {
        return problem_describe(problem, STATUS_FILE_UNREADABLE,
                                "%s: has no data sets of images: no NAME.bin, no "
                                "NAME-images-idx3-ubyte (or .gz), no folder with "
                                "train-images-idx3-ubyte or .jhf fonts",
                                spec->data);
    }
    for (size_t i = 0; i < sets->count; i++) {
        if (i == SPEC_DOMAINS_MAX || strlen(sets->names[i]) >= SPEC_NAME_BYTES) {
            return problem_describe(problem, STATUS_BAD_VALUE,
                                    "%s: more than %d data sets, or a name of more than %d bytes; "
                                    "choose with --domains",
                                    spec->data, SPEC_DOMAINS_MAX, SPEC_NAME_BYTES - 1);
        }
        snprintf(spec->train_domains[spec->train_domain_count++], SPEC_NAME_BYTES, "%s",
                 sets->names[i]);
    }
    return STATUS_OK;
}

static Status open_images(ExperimentSpec *spec, ClassificationSource *source, Problem *problem)
{
    if (spec->train_domain_count + spec->zero_shot_domain_count == 0) {
        NameList sets = {0};
        TRY(image_folder_list(spec->data, &sets, problem));
        const Status status = take_sets(spec, &sets, problem);
        name_list_clear(&sets);
        TRY(status);
    }
    if (spec->train_domain_count + spec->zero_shot_domain_count > SPEC_DOMAINS_MAX) {
        return problem_describe(problem, STATUS_BAD_VALUE, "more than %d data sets at once",
                                SPEC_DOMAINS_MAX);
    }
    return image_classification_open_final(spec, source, problem);
}

static Status evaluate_with(ExperimentSpec *spec, TaskRunner runner, ClassifierEvaluation *out,
                            Problem *problem)
{
    ScoreBench bench = {0};
    ClassifierKind kind = CLASSIFIER_NONE;
    spec->batch_size = EVALUATION_BATCH;
    spec->accumulation_steps = 1.0;
    spec->probe_windows = 0.0;
    TRY(classifier_evaluation_kind(spec, &kind, problem));
    TRY(kind == CLASSIFIER_IMAGES ? open_images(spec, &bench.source, problem)
                                  : open_texts(spec, &bench.source, problem));
    const Status status = bench_fill(&bench, runner);
    if (status == STATUS_OK) {
        score(&bench, spec, out);
    } else {
        problem_describe(problem, status, "not enough memory to evaluate %s", spec->model);
    }
    bench_clear(&bench);
    return status;
}

Status classifier_evaluate(const ExperimentSpec *spec, TaskRunner runner, ClassifierEvaluation *out,
                           Problem *problem)
{
    ExperimentSpec *own = malloc(sizeof *own);
    if (own == NULL) {
        return problem_describe(problem, STATUS_OUT_OF_MEMORY, "not enough memory to evaluate %s",
                                spec->model);
    }
    *own = *spec;
    const Status status = evaluate_with(own, runner, out, problem);
    free(own);
    return status;
}
