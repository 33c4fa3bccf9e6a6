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
#include "lab/evaluation.h"
#include "lab/model_folder.h"
#include "lab/text_task.h"
#include "lab/worker.h"

enum { EVALUATION_BATCH = 16 };

/* What one call needs; cleared as a whole. */
typedef struct EvaluateJob {
    ExperimentSpec spec; /* only as the loaders' way of being told what to load */
    ModelStart start;
    HeldOut dev;
    WorkerPool *pool;
    TextObjective *objective;
    int32_t *inputs;
    int32_t *targets;
} EvaluateJob;

typedef struct DomainResult {
    double perplexity;
    double bits_per_byte;
} DomainResult;

static Status load(const CommandLine *line, EvaluateJob *job, Problem *problem)
{
    if (strlen(line->input) >= sizeof job->spec.model ||
        strlen(line->data) >= sizeof job->spec.data) {
        return problem_describe(problem, STATUS_BAD_USAGE, "a path is longer than %d bytes",
                                SPEC_PATH_BYTES - 1);
    }
    snprintf(job->spec.model, sizeof job->spec.model, "%s", line->input);
    snprintf(job->spec.data, sizeof job->spec.data, "%s", line->data);
    snprintf(job->spec.train_domains[0], sizeof job->spec.train_domains[0], "*");
    job->spec.train_domain_count = 1;
    TRY(model_start_load(&job->spec, &job->start, problem));
    return held_out_load(&job->spec, job->start.tokenizer, TEXT_SPLIT_DEV, &job->dev, problem);
}

static Status create_engine(const CommandLine *line, EvaluateJob *job, Problem *problem)
{
    const size_t T = job->start.shape.P;
    const size_t workers = line->workers == 0 ? worker_count_of_machine() : (size_t)line->workers;
    gemm_use_one_thread();
    job->inputs = calloc(EVALUATION_BATCH * T, sizeof *job->inputs);
    job->targets = calloc(EVALUATION_BATCH * T, sizeof *job->targets);
    Status status = worker_pool_create(workers, &job->pool);
    if (status == STATUS_OK && job->inputs != NULL && job->targets != NULL) {
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
        return problem_describe(problem, STATUS_OUT_OF_MEMORY, "not enough memory for %zu workers",
                                workers);
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

static void print_rows(const HeldOut *dev, const DomainResult *results, DomainResult mean,
                       bool is_markdown)
{
    fputs(is_markdown ? "| domain | dev perplexity (a token) | dev bits per byte |\n|---|---|---|\n"
                      : "domain                    ppl/token  bits/byte\n",
          stdout);
    for (size_t i = 0; i < dev->count; i++) {
        print_row(dev->texts[i].name, results[i], is_markdown);
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

static Status print_json(const HeldOut *dev, const DomainResult *results, DomainResult mean,
                         Problem *problem)
{
    Json *array = json_new_array();
    for (size_t i = 0; array != NULL && i < dev->count; i++) {
        json_append(array, result_json(dev->texts[i].name, results[i]));
    }
    if (array != NULL) {
        json_append(array, result_json("mean", mean));
    }
    char *text = array == NULL ? NULL : json_print(array, true);
    json_destroy(array);
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
    for (size_t i = 0; i < job->dev.count; i++) {
        results[i] = evaluate_domain(job, stride, &job->dev.texts[i]);
        mean.perplexity += results[i].perplexity / (double)job->dev.count;
        mean.bits_per_byte += results[i].bits_per_byte / (double)job->dev.count;
    }
    if (line->is_json) {
        return print_json(&job->dev, results, mean, problem);
    }
    print_rows(&job->dev, results, mean, line->is_markdown);
    return STATUS_OK;
}

int evaluate_main(const CommandLine *line)
{
    EvaluateJob job = {0};
    Problem problem = {0};
    Status status = load(line, &job, &problem);
    if (status == STATUS_OK) {
        status = create_engine(line, &job, &problem);
    }
    if (status == STATUS_OK) {
        status = evaluate_and_print(line, &job, &problem);
    }
    text_objective_destroy(job.objective);
    worker_pool_destroy(job.pool);
    free(job.inputs);
    free(job.targets);
    held_out_clear(&job.dev);
    model_start_clear(&job.start);
    return status == STATUS_OK ? 0 : complain(&problem);
}
