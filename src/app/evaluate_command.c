#include "app/evaluate_command.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/complaint.h"
#include "base/json.h"
#include "base/text.h"
#include "kernels/gemm.h"
#include "lab/classifier_evaluation.h"
#include "lab/evaluation.h"
#include "lab/folder_files.h"
#include "lab/model_folder.h"
#include "lab/text_task.h"
#include "lab/worker.h"
#include "records/spec_keys.h"

enum { EVALUATION_BATCH = 16 };

/* What one call needs; cleared as a whole. */
typedef struct EvaluateJob {
    ExperimentSpec spec; /* only as the loaders' way of being told what to load */
    ModelStart start;
    HeldOut held_out; /* of the chosen split */
    WorkerPool *pool;
    TextObjective *objective;
    int32_t *inputs;
    int32_t *targets;
} EvaluateJob;

typedef struct DomainResult {
    double perplexity;
    double bits_per_byte;
} DomainResult;

static Status take_paths(const CommandLine *line, EvaluateJob *job, Problem *problem)
{
    if (strlen(line->input) >= sizeof job->spec.model ||
        strlen(line->data) >= sizeof job->spec.data) {
        return problem_describe(problem, STATUS_BAD_USAGE, "a path is longer than %d bytes",
                                SPEC_PATH_BYTES - 1);
    }
    snprintf(job->spec.model, sizeof job->spec.model, "%s", line->input);
    snprintf(job->spec.data, sizeof job->spec.data, "%s", line->data);
    /* Before a loader does, which speaks to somebody with an experiment. */
    return folder_files_check(line->input, ", tokenizer.json or preprocessor_config.json",
                              ": tramlab evaluate FOLDER --data DIR", problem);
}

/* Which of the words [count] an option names; *chosen stays if it was not given. */
static Status take_word(const char *option, const char *word, const char *const *words,
                        size_t count, size_t *chosen, Problem *problem)
{
    char known[160] = "";
    for (size_t i = 0; word != NULL && i < count; i++) {
        const size_t used = strlen(known);
        if (strcmp(words[i], word) == 0) {
            *chosen = i;
            return STATUS_OK;
        }
        snprintf(known + used, sizeof known - used, "%s%s", i == 0 ? "" : ", ", words[i]);
    }
    return word == NULL ? STATUS_OK
                        : problem_describe(problem, STATUS_BAD_USAGE,
                                           "%s: \"%.40s\" is not one of: %s", option, word, known);
}

/* Never the test split unless it is asked for. */
static Status take_split(const CommandLine *line, EvaluateJob *job, Problem *problem)
{
    size_t split = SPEC_FINAL_DEV;
    TRY(take_word("--split", line->split, spec_final_split_words, SPEC_FINAL_TEST + 1, &split,
                  problem));
    job->spec.final_split = (SpecFinalSplit)split;
    return STATUS_OK;
}

/* Of the formats, the first one is plain text, which has no labels. */
static Status take_format(const CommandLine *line, EvaluateJob *job, Problem *problem)
{
    const char *const *words = &spec_data_format_words[SPEC_DATA_EMOJI];
    const size_t count = sizeof spec_data_format_words / sizeof *words - SPEC_DATA_EMOJI;
    size_t format = SPEC_DATA_COLUMNS - SPEC_DATA_EMOJI;
    TRY(take_word("--data-format", line->data_format, words, count, &format, problem));
    job->spec.data_format = (SpecDataFormat)(format + SPEC_DATA_EMOJI);
    return STATUS_OK;
}

static const char *option_of_classifiers(const CommandLine *line)
{
    if (line->zero_shot != NULL) {
        return "--zero-shot";
    }
    return line->languages != NULL ? "--languages (or --domains)" : "--data-format";
}

static Status refuse_classifier_options(const CommandLine *line, Problem *problem)
{
    if (line->data_format == NULL && line->languages == NULL && line->zero_shot == NULL) {
        return STATUS_OK;
    }
    return problem_describe(problem, STATUS_BAD_USAGE,
                            "%s is for models that tell classes; %s is none",
                            option_of_classifiers(line), line->input);
}

static Status load(const CommandLine *line, EvaluateJob *job, Problem *problem)
{
    TRY(refuse_classifier_options(line, problem));
    snprintf(job->spec.train_domains[0], sizeof job->spec.train_domains[0], "*");
    job->spec.train_domain_count = 1;
    TRY(model_start_load(&job->spec, &job->start, problem));
    const TextSplit split =
        job->spec.final_split == SPEC_FINAL_TEST ? TEXT_SPLIT_TEST : TEXT_SPLIT_DEV;
    return held_out_load(&job->spec, job->start.tokenizer, split, &job->held_out, problem);
}

static Status create_workers(const CommandLine *line, EvaluateJob *job, Problem *problem)
{
    const size_t workers = line->workers == 0 ? worker_count_of_machine() : (size_t)line->workers;
    gemm_use_one_thread();
    if (worker_pool_create(workers, &job->pool) != STATUS_OK) {
        return problem_describe(problem, STATUS_OUT_OF_MEMORY, "not enough memory for %zu workers",
                                workers);
    }
    return STATUS_OK;
}

static Status create_engine(EvaluateJob *job, Problem *problem)
{
    const size_t T = job->start.shape.P;
    Status status = STATUS_OK;
    job->inputs = calloc(EVALUATION_BATCH * T, sizeof *job->inputs);
    job->targets = calloc(EVALUATION_BATCH * T, sizeof *job->targets);
    if (job->inputs != NULL && job->targets != NULL) {
        const TextObjectiveOptions options = {.shape = &job->start.shape,
                                              .table = &job->start.table,
                                              .B = EVALUATION_BATCH,
                                              .B_evaluation = EVALUATION_BATCH,
                                              .T = T,
                                              .micro_batch_count = EVALUATION_BATCH / 2,
                                              .runner = worker_pool_runner(job->pool)};
        status = text_objective_create(&options, &job->objective);
    }
    if (job->objective == NULL) {
        return problem_describe(problem, STATUS_OUT_OF_MEMORY,
                                "not enough memory for the model's activations");
    }
    return status;
}

static DomainResult evaluate_domain(const EvaluateJob *job, size_t stride, const HeldOutText *text)
{
    double window_nats[EVALUATION_BATCH];
    TextScore score;
    const EvaluationPlan plan = {.objective = job->objective,
                                 .inputs = job->inputs,
                                 .targets = job->targets,
                                 .window_nats = window_nats,
                                 .B = EVALUATION_BATCH,
                                 .T = job->start.shape.P,
                                 .stride = stride,
                                 .window_limit = SIZE_MAX};
    evaluate_texts(&plan, text, 1, job->start.theta_0, &score);
    return (DomainResult){.perplexity = exp(text_score_loss(&score)),
                          .bits_per_byte = score.nats / M_LN2 / (double)text->bytes};
}

static const char *split_word(const EvaluateJob *job)
{
    return spec_final_split_words[job->spec.final_split];
}

static void print_row(const char *domain, DomainResult result, bool is_markdown)
{
    char name[DOMAIN_NAME_BYTES];
    text_clean(domain, name, sizeof name, INT_MAX); /* it is the name of a file */
    if (is_markdown) {
        printf("| %s | %.2f | %.3f |\n", name, result.perplexity, result.bits_per_byte);
    } else {
        printf("%-24s %10.2f %10.3f\n", name, result.perplexity, result.bits_per_byte);
    }
}

static void print_rows(const HeldOut *held_out, const char *split, const DomainResult *results,
                       DomainResult mean, bool is_markdown)
{
    if (is_markdown) {
        printf("| domain | %s perplexity (a token) | %s bits per byte |\n|---|---|---|\n", split,
               split);
    } else {
        puts("domain                    ppl/token  bits/byte");
    }
    for (size_t i = 0; i < held_out->count; i++) {
        print_row(held_out->texts[i].name, results[i], is_markdown);
    }
    print_row("mean", mean, is_markdown);
}

static Json *result_json(const char *name, DomainResult result)
{
    Json *object = json_new_object();
    if (object != NULL) {
        json_add_string(object, "domain", name);
        json_add_number(object, "perplexity", result.perplexity);
        json_add_number(object, "bits_per_byte", result.bits_per_byte);
    }
    return object;
}

static Json *rows_json(const HeldOut *held_out, const DomainResult *results, DomainResult mean)
{
    Json *array = json_new_array();
    for (size_t i = 0; array != NULL && i < held_out->count; i++) {
        json_append(array, result_json(held_out->texts[i].name, results[i]));
    }
    if (array != NULL) {
        json_append(array, result_json("mean", mean));
    }
    return array;
}

/* Print and destroy; NULL: out of memory. */
static Status print_table_json(Json *table, Problem *problem)
{
    char *text = table == NULL ? NULL : json_print(table, true);
    json_destroy(table);
    if (text == NULL) {
        return problem_describe(problem, STATUS_OUT_OF_MEMORY, "not enough memory for the table");
    }
    puts(text);
    free(text);
    return STATUS_OK;
}

static Status evaluate_and_print(const CommandLine *line, const EvaluateJob *job, Problem *problem)
{
    DomainResult results[DOMAIN_COUNT_MAX];
    DomainResult mean = {0};
    const size_t T = job->start.shape.P;
    const size_t stride = line->stride == 0 ? T : (size_t)line->stride;
    if (stride > T) {
        return problem_describe(problem, STATUS_BAD_USAGE,
                                "--stride %zu is more than the model's n_positions %zu", stride, T);
    }
    for (size_t i = 0; i < job->held_out.count; i++) {
        results[i] = evaluate_domain(job, stride, &job->held_out.texts[i]);
        mean.perplexity += results[i].perplexity / (double)job->held_out.count;
        mean.bits_per_byte += results[i].bits_per_byte / (double)job->held_out.count;
    }
    if (line->is_json) {
        return print_table_json(rows_json(&job->held_out, results, mean), problem);
    }
    print_rows(&job->held_out, split_word(job), results, mean, line->is_markdown);
    return STATUS_OK;
}

static Status evaluate_language_model(const CommandLine *line, EvaluateJob *job, Problem *problem)
{
    TRY(load(line, job, problem));
    TRY(create_workers(line, job, problem));
    TRY(create_engine(job, problem));
    return evaluate_and_print(line, job, problem);
}

/* -- models that tell classes ----------------------------------------------------------------------------- */

/* Append the names of a list like "en,fr"; none of no list. */
static Status take_names(const char *option, const char *list,
                         char names[SPEC_DOMAINS_MAX][SPEC_NAME_BYTES], size_t *count,
                         Problem *problem)
{
    for (const char *at = list; at != NULL; at = strchr(at, ',')) {
        at += *at == ',' ? 1 : 0;
        const size_t length = strcspn(at, ",");
        if (length == 0 || length >= SPEC_NAME_BYTES || *count == SPEC_DOMAINS_MAX) {
            return problem_describe(problem, STATUS_BAD_USAGE,
                                    "%s: up to %d names with commas between, like en,fr", option,
                                    SPEC_DOMAINS_MAX);
        }
        snprintf(names[(*count)++], SPEC_NAME_BYTES, "%.*s", (int)length, at);
    }
    return STATUS_OK;
}

/* A row of the table; no domain is called "mean". */
typedef struct ClassifierRow {
    const char *domain;
    double accuracy;
    double accuracy_error;
    double loss;
    size_t examples;
} ClassifierRow;

/* Row `index`; the last one, behind all domains, is their mean. */
static ClassifierRow classifier_row(const ClassifierEvaluation *evaluation, size_t index)
{
    size_t examples = 0;
    if (index < evaluation->count) {
        const ClassificationScore *score = &evaluation->scores[index];
        return (ClassifierRow){.domain = evaluation->domains[index],
                               .accuracy = classification_score_accuracy(score),
                               .accuracy_error = classification_score_accuracy_error(score),
                               .loss = classification_score_loss(score),
                               .examples = score->examples};
    }
    for (size_t i = 0; i < evaluation->count; i++) {
        examples += evaluation->scores[i].examples;
    }
    return (ClassifierRow){.domain = "mean",
                           .accuracy = evaluation->mean_accuracy,
                           .accuracy_error = evaluation->mean_error,
                           .loss = evaluation->mean_loss,
                           .examples = examples};
}

static void print_classifier_rows(const ClassifierEvaluation *evaluation, const char *split,
                                  bool is_markdown)
{
    if (is_markdown) {
        printf("| domain | %s accuracy (%%) | standard error | %s loss (nats an example) | "
               "examples |\n|---|---|---|---|---|\n",
               split, split);
    } else {
        puts("domain                   accuracy %  std.error  nats/example  examples");
    }
    for (size_t i = 0; i <= evaluation->count; i++) {
        const ClassifierRow row = classifier_row(evaluation, i);
        char name[SPEC_NAME_BYTES];
        text_clean(row.domain, name, sizeof name, INT_MAX); /* it comes from a file */
        printf(is_markdown ? "| %s | %.2f | %.2f | %.4f | %zu |\n"
                           : "%-24s %10.2f %10.2f %13.4f %9zu\n",
               name, row.accuracy, row.accuracy_error, row.loss, row.examples);
    }
}

static Json *classifier_json(const ClassifierEvaluation *evaluation)
{
    Json *array = json_new_array();
    for (size_t i = 0; array != NULL && i <= evaluation->count; i++) {
        const ClassifierRow row = classifier_row(evaluation, i);
        Json *object = json_new_object();
        if (object != NULL) {
            json_add_string(object, "domain", row.domain);
            json_add_number(object, "accuracy", row.accuracy);
            json_add_number(object, "accuracy_error", row.accuracy_error);
            json_add_number(object, "loss", row.loss);
            json_add_number(object, "examples", (double)row.examples);
        }
        json_append(array, object);
    }
    return array;
}

/* Of images there is one layout; of languages no part is kept for zero-shot transfer. */
static Status take_domains(const CommandLine *line, ClassifierKind kind, EvaluateJob *job,
                           Problem *problem)
{
    ExperimentSpec *spec = &job->spec;
    const bool is_of_images = kind == CLASSIFIER_IMAGES;
    if (is_of_images && line->data_format != NULL) {
        return problem_describe(problem, STATUS_BAD_USAGE,
                                "--data-format is for texts; %s tells images", line->input);
    }
    if (!is_of_images && line->zero_shot != NULL) {
        return problem_describe(problem, STATUS_BAD_USAGE,
                                "--zero-shot is for images; %s tells texts", line->input);
    }
    TRY(take_format(line, job, problem));
    TRY(take_names(is_of_images ? "--domains" : "--languages", line->languages, spec->train_domains,
                   &spec->train_domain_count, problem));
    return take_names("--zero-shot", line->zero_shot, spec->zero_shot_domains,
                      &spec->zero_shot_domain_count, problem);
}

static Status evaluate_classifier(const CommandLine *line, ClassifierKind kind, EvaluateJob *job,
                                  Problem *problem)
{
    ClassifierEvaluation evaluation;
    if (line->stride > 0) {
        return problem_describe(problem, STATUS_BAD_USAGE,
                                "--stride is for language models; %s tells classes", line->input);
    }
    TRY(take_domains(line, kind, job, problem));
    TRY(create_workers(line, job, problem));
    TRY(classifier_evaluate(&job->spec, worker_pool_runner(job->pool), &evaluation, problem));
    if (line->is_json) {
        return print_table_json(classifier_json(&evaluation), problem);
    }
    print_classifier_rows(&evaluation, split_word(job), line->is_markdown);
    return STATUS_OK;
}

static Status evaluate(const CommandLine *line, EvaluateJob *job, Problem *problem)
{
    ClassifierKind kind = CLASSIFIER_NONE;
    TRY(take_paths(line, job, problem));
    TRY(take_split(line, job, problem));
    TRY(classifier_evaluation_kind(&job->spec, &kind, problem));
    return kind == CLASSIFIER_NONE ? evaluate_language_model(line, job, problem)
                                   : evaluate_classifier(line, kind, job, problem);
}

int evaluate_main(const CommandLine *line)
{
    EvaluateJob job = {0};
    Problem problem = {0};
    const Status status = evaluate(line, &job, &problem);
    text_objective_destroy(job.objective);
    worker_pool_destroy(job.pool);
    free(job.inputs);
    free(job.targets);
    held_out_clear(&job.held_out);
    model_start_clear(&job.start);
    return status == STATUS_OK ? 0 : complain(&problem);
}
