#include "lab/classification_task.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "data/epoch_sampler.h"
#include "lab/batch_objective.h"
#include "lab/domain_score.h"
#include "lab/memory_check.h"
#include "lab/output_probes.h"

typedef struct ClassificationTask {
    const ExperimentSpec *spec;
    ClassificationSource source;
    BatchObjective *objective;
    MemoryNeed memory; /* that was predicted */
    EpochSampler *sampler;
    size_t largest;         /* examples in a batch of any kind */
    uint32_t *chosen;       /* [largest] scratch */
    Real *outputs;          /* [largest, classes] scratch */
    double *nats;           /* [largest] scratch */
    uint8_t *is_correct;    /* [zero-shot domains, domain_examples]: of an evaluation */
    size_t domain_examples; /* of the largest zero-shot domain, in either part */
    OutputProbes probes;
    uint32_t *probed[PROBE_DOMAIN_COUNT]; /* [probe_windows] numbers of dev examples */
    PictureWall *wall;                    /* NULL: the source has no pictures */
    uint32_t *shown; /* [WALL_PICTURES_MAX] numbers of the dev examples that the pictures are of */
} ClassificationTask;

static size_t part_size(const ClassificationTask *task, SourcePart part)
{
    return task->source.first_example(task->source.context, part, task->source.domain_count);
}

/* -- setting up --------------------------------------------------------------------------------------------- */

/* Up to probe_windows dev examples of domains first .. first + count - 1, one of each in turn; returns how many.
 * chosen [probe_windows] out */
static size_t choose_probe(const ClassificationTask *task, size_t first, size_t count,
                           uint32_t *chosen)
{
    const size_t wanted = (size_t)task->spec->probe_windows;
    const ClassificationSource *source = &task->source;
    size_t found = 0;
    bool has_more = count > 0;
    for (size_t turn = 0; has_more && found < wanted; turn++) {
        has_more = false;
        for (size_t d = first; d < first + count && found < wanted; d++) {
            if (turn < domain_example_count(&task->source, SOURCE_PART_DEV, d)) {
                const size_t start = source->first_example(source->context, SOURCE_PART_DEV, d);
                chosen[found++] = (uint32_t)(start + turn);
                has_more = true;
            }
        }
    }
    return found;
}

static ExampleBatch probe_examples(void *context, ProbeDomain domain)
{
    const ClassificationTask *task = context;
    const ClassificationSource *source = &task->source;
    return source->fill(source->context, SOURCE_PART_DEV, task->probed[domain],
                        task->probes.source.counts[domain]);
}

static Status create_probes(ClassificationTask *task)
{
    const size_t trained_on = task->source.train_domain_count;
    const size_t firsts[PROBE_DOMAIN_COUNT] = {0, trained_on};
    const size_t counts[PROBE_DOMAIN_COUNT] = {trained_on, task->source.domain_count - trained_on};
    ProbeSource source = {.context = task, .examples = probe_examples};
    for (size_t i = 0; i < PROBE_DOMAIN_COUNT; i++) {
        task->probed[i] = calloc((size_t)task->spec->probe_windows, sizeof *task->probed[i]);
        if (task->probed[i] == NULL) {
            return STATUS_OUT_OF_MEMORY;
        }
        source.counts[i] = choose_probe(task, firsts[i], counts[i], task->probed[i]);
    }
    return output_probes_create(&task->probes, &source, &task->source.network);
}

static size_t largest_domain(const ClassificationTask *task)
{
    size_t largest = 0;
    for (size_t d = task->source.train_domain_count; d < task->source.domain_count; d++) {
        for (SourcePart part = SOURCE_PART_DEV; part < SOURCE_PART_COUNT; part++) {
            const size_t count = domain_example_count(&task->source, part, d);
            largest = count > largest ? count : largest;
        }
    }
    return largest;
}

/* The picture's label, pixels and domain. */
static void set_picture(ClassificationTask *task, size_t number, size_t domain, size_t offset)
{
    const ClassificationSource *source = &task->source;
    WallPicture *picture = &task->wall->pictures[number];
    const uint32_t example =
        (uint32_t)(source->first_example(source->context, SOURCE_PART_DEV, domain) + offset);
    const ExamplePicture seen = source->picture(source->context, SOURCE_PART_DEV, example);
    wall_picture_set(picture, seen.pixels, seen.channels, seen.height, seen.width);
    const ExampleBatch batch = source->fill(source->context, SOURCE_PART_DEV, &example, 1);
    picture->truth = (uint32_t)batch.targets[0];
    picture->number = (uint32_t)number;
    picture->domain = (uint32_t)domain;
    task->shown[number] = example;
}

static void name_classes(ClassificationTask *task)
{
    const ClassificationSource *source = &task->source;
    PictureWall *wall = task->wall;
    const size_t named = source->class_names != NULL ? source->network.classes : 0;
    while (wall->class_count < named && wall->class_count < WALL_CLASSES_MAX) {
        WallClass *one = &wall->classes[wall->class_count];
        one->number = (uint32_t)wall->class_count;
        snprintf(one->name, sizeof one->name, "%s", source->class_names[wall->class_count]);
        wall->class_count++;
    }
}

/* Some of those examples that evaluations on the way read, spread over them: files may be sorted by class. */
static Status create_wall(ClassificationTask *task)
{
    const ClassificationSource *source = &task->source;
    const size_t domains = source->domain_count;
    if (source->picture == NULL || domains > WALL_PICTURES_MAX) {
        return STATUS_OK;
    }
    const size_t room = WALL_PICTURES_MAX / domains;
    const size_t wanted = room < WALL_DOMAIN_PICTURES ? room : WALL_DOMAIN_PICTURES;
    task->wall = calloc(1, sizeof *task->wall);
    task->shown = calloc(WALL_PICTURES_MAX, sizeof *task->shown);
    if (task->wall == NULL || task->shown == NULL) {
        return STATUS_OUT_OF_MEMORY;
    }
    PictureWall *wall = task->wall;
    for (size_t d = 0; d < domains; d++) {
        const size_t there = domain_example_count(source, SOURCE_PART_DEV, d);
        const size_t limit = (size_t)task->spec->eval_windows;
        const size_t read = there < limit ? there : limit;
        const size_t count = read < wanted ? read : wanted;
        for (size_t i = 0; i < count; i++) {
            set_picture(task, wall->picture_count++, d, i * read / count);
        }
    }
    for (size_t i = 0; i < wall->picture_count; i++) {
        wall->pictures[i].count = (uint32_t)wall->picture_count;
    }
    wall->answers.count = (uint32_t)wall->picture_count;
    name_classes(task);
    return STATUS_OK;
}

static Status create_buffers(ClassificationTask *task)
{
    const ClassificationSource *source = &task->source;
    const size_t classes = source->network.classes;
    const size_t zero_shot = source->domain_count - source->train_domain_count;
    task->domain_examples = largest_domain(task);
    TRY(create_probes(task));
    task->chosen = calloc(task->largest, sizeof *task->chosen);
    task->outputs = calloc(task->largest * classes, sizeof *task->outputs);
    task->nats = calloc(task->largest, sizeof *task->nats);
    task->is_correct = calloc(zero_shot * task->domain_examples + 1, sizeof *task->is_correct);
    const bool is_complete = task->chosen != NULL && task->outputs != NULL && task->nats != NULL &&
                             task->is_correct != NULL;
    return is_complete ? STATUS_OK : STATUS_OUT_OF_MEMORY;
}

static BatchObjectiveOptions engine_options(const ClassificationTask *task, TaskNeeds needs,
                                            TaskRunner runner)
{
    return (BatchObjectiveOptions){
        .network = task->source.network,
        .B = (size_t)experiment_spec_step_examples(task->spec),
        .B_evaluation = task->largest,
        .micro_batch_count = (size_t)fmin(task->spec->micro_batch_count, task->spec->batch_size),
        .accumulation_steps = (size_t)task->spec->accumulation_steps,
        .keeps_outputs = needs.keeps_outputs,
        .keeps_targets = needs.keeps_targets,
        .has_twin = needs.has_twin,
        .keeps_deltas = needs.keeps_deltas,
        .runner = runner};
}

static Status check_examples(const ClassificationTask *task, Problem *problem)
{
    if (part_size(task, SOURCE_PART_TRAIN) == 0) {
        return problem_describe(problem, STATUS_BAD_VALUE,
                                "train_domains: there is no example to train on");
    }
    for (size_t d = 0; d < task->source.domain_count; d++) {
        if (domain_example_count(&task->source, SOURCE_PART_DEV, d) == 0 ||
            domain_example_count(&task->source, SOURCE_PART_FINAL, d) == 0) {
            return problem_describe(problem, STATUS_BAD_VALUE,
                                    "the domain \"%s\" has no example in the dev or final split",
                                    experiment_spec_domain(task->spec, d));
        }
    }
    return STATUS_OK;
}

static void close_task(void *context)
{
    ClassificationTask *task = context;
    batch_objective_destroy(task->objective);
    epoch_sampler_destroy(task->sampler);
    free(task->chosen);
    free(task->outputs);
    free(task->nats);
    free(task->is_correct);
    output_probes_clear(&task->probes);
    for (size_t i = 0; i < PROBE_DOMAIN_COUNT; i++) {
        free(task->probed[i]);
    }
    free(task->wall);
    free(task->shown);
    if (task->source.close != NULL) {
        task->source.close(task->source.context);
    }
    free(task);
}

/* -- training ----------------------------------------------------------------------------------------------- */

static void set_batch(void *context, uint64_t step)
{
    ClassificationTask *task = context;
    const size_t B = (size_t)experiment_spec_step_examples(task->spec);
    epoch_sampler_fill(task->sampler, step, B, task->chosen);
    batch_objective_set_batch(
        task->objective,
        task->source.fill(task->source.context, SOURCE_PART_TRAIN, task->chosen, B));
}

static Objective view_objective(void *context)
{
    const ClassificationTask *task = context;
    return batch_objective_view(task->objective);
}

/* -- probes ------------------------------------------------------------------------------------------------- */

static void begin_probes(void *context)
{
    ClassificationTask *task = context;
    output_probes_begin(&task->probes, task->objective, task->source.theta_0);
}

static void probe_before(void *context, const Real *params)
{
    ClassificationTask *task = context;
    output_probes_before(&task->probes, task->objective, params);
}

static void add_probes(void *context, const Real *params, bool has_before, MetricSample *sample)
{
    ClassificationTask *task = context;
    output_probes_add(&task->probes, task->objective, params, has_before, sample);
}

/* -- evaluation --------------------------------------------------------------------------------------------- */

/* The likeliest class and its probability. */
static void answer_picture(const ClassificationTask *task, size_t number, const Real *outputs)
{
    const size_t classes = task->source.network.classes;
    WallAnswers *answers = &task->wall->answers;
    size_t best = 0;
    double sum = 0.0;
    for (size_t c = 1; c < classes; c++) {
        best = outputs[c] > outputs[best] ? c : best;
    }
    for (size_t c = 0; c < classes; c++) {
        sum += exp((double)outputs[c] - (double)outputs[best]);
    }
    answers->classes[number] = (uint16_t)best;
    answers->confidences[number] = (float)(1.0 / sum);
}

/* Remember what was said of those of the dev examples first .. first + B - 1 that have a place on the wall. */
static void answer_pictures(void *context, SourcePart part, size_t first, size_t B)
{
    const ClassificationTask *task = context;
    const size_t classes = task->source.network.classes;
    const size_t count = part == SOURCE_PART_DEV ? task->wall->picture_count : 0;
    for (size_t i = 0; i < count; i++) {
        if (task->shown[i] >= first && task->shown[i] < first + B) {
            answer_picture(task, i, task->outputs + (task->shown[i] - first) * classes);
        }
    }
}

/* What an evaluation of one part says. */
typedef struct PartScores {
    ClassificationScore trained_on; /* all training domains together */
    double accuracies[SPEC_DOMAINS_MAX];
    double mean; /* of the zero-shot domains' accuracies */
    double mean_error;
} PartScores;

static PartScores score_part(ClassificationTask *task, SourcePart part, size_t limit,
                             const Real *params)
{
    PartScores result = {0};
    ClassificationScore scores[SPEC_DOMAINS_MAX] = {0};
    const size_t first = task->source.train_domain_count;
    const size_t domains = task->source.domain_count - first;
    const ScorePlan plan = {.source = &task->source,
                            .objective = task->objective,
                            .room = task->largest,
                            .chosen = task->chosen,
                            .outputs = task->outputs,
                            .nats = task->nats,
                            .look = task->wall != NULL ? answer_pictures : NULL,
                            .look_context = task};
    for (size_t d = 0; d < first; d++) {
        domain_score_add(&plan, part, d, limit, params, &result.trained_on, NULL);
    }
    for (size_t d = 0; d < domains; d++) {
        domain_score_add(&plan, part, first + d, limit, params, &scores[d],
                         task->is_correct + d * task->domain_examples);
        result.accuracies[d] = classification_score_accuracy(&scores[d]);
        result.mean += result.accuracies[d] / (double)domains;
    }
    if (domains > 0) {
        result.mean_error =
            domain_mean_error(scores, domains, task->is_correct, task->domain_examples);
    }
    return result;
}

static void add_domains(const ClassificationTask *task, const PartScores *scores,
                        uint16_t first_metric, MetricSample *sample)
{
    const size_t domains = task->source.domain_count - task->source.train_domain_count;
    for (size_t d = 0; d < domains; d++) {
        metric_sample_add(sample, (uint16_t)(first_metric + d), scores->accuracies[d]);
    }
}

static void add_evaluation(void *context, const Real *params, MetricSample *sample)
{
    ClassificationTask *task = context;
    const PartScores scores =
        score_part(task, SOURCE_PART_DEV, (size_t)task->spec->eval_windows, params);
    metric_sample_add(sample, METRIC_EVAL_LOSS, classification_score_loss(&scores.trained_on));
    metric_sample_add(sample, METRIC_EVAL_ACCURACY,
                      classification_score_accuracy(&scores.trained_on));
    if (task->spec->zero_shot_domain_count > 0) {
        metric_sample_add(sample, METRIC_ZERO_SHOT_ACCURACY, scores.mean);
    }
    add_domains(task, &scores, METRIC_DOMAIN_FIRST, sample);
}

static double add_final(void *context, const Real *params, MetricSample *sample)
{
    ClassificationTask *task = context;
    const PartScores scores =
        score_part(task, SOURCE_PART_FINAL, experiment_spec_final_limit(task->spec), params);
    const ClassificationScore *trained_on = &scores.trained_on;
    metric_sample_add(sample, METRIC_FINAL_LOSS, classification_score_loss(trained_on));
    metric_sample_add(sample, METRIC_FINAL_LOSS_ERROR, classification_score_loss_error(trained_on));
    metric_sample_add(sample, METRIC_FINAL_ACCURACY, classification_score_accuracy(trained_on));
    metric_sample_add(sample, METRIC_FINAL_ACCURACY_ERROR,
                      classification_score_accuracy_error(trained_on));
    if (task->spec->zero_shot_domain_count > 0) {
        metric_sample_add(sample, METRIC_FINAL_ZERO_SHOT_ACCURACY, scores.mean);
        metric_sample_add(sample, METRIC_FINAL_ZERO_SHOT_ACCURACY_ERROR, scores.mean_error);
    }
    add_domains(task, &scores, METRIC_FINAL_DOMAIN_FIRST, sample);
    return classification_score_loss(trained_on);
}

/* -- files -------------------------------------------------------------------------------------------------- */

static Status save(void *context, const char *folder, const Real *params, Problem *problem)
{
    const ClassificationTask *task = context;
    return task->source.save(task->source.context, folder, params, problem);
}

static Status create_task(ClassificationTask *task, TaskNeeds needs, TaskRunner runner,
                          Problem *problem)
{
    const ExperimentSpec *spec = task->spec;
    task->largest = (size_t)fmax(experiment_spec_step_examples(spec), spec->probe_windows);
    TRY(check_examples(task, problem));
    const BatchObjectiveOptions options = engine_options(task, needs, runner);
    const double vector = (double)options.network.n * sizeof(Real);
    task->memory = (MemoryNeed){.weights = vector,
                                .lanes = needs.vectors * vector,
                                .engine = batch_objective_bytes(&options)};
    TRY(memory_check(&task->memory, problem));
    if (create_wall(task) != STATUS_OK ||
        epoch_sampler_create(part_size(task, SOURCE_PART_TRAIN), (uint64_t)spec->seed,
                             &task->sampler) != STATUS_OK ||
        create_buffers(task) != STATUS_OK ||
        batch_objective_create(&options, &task->objective) != STATUS_OK) {
        return problem_describe(problem, STATUS_OUT_OF_MEMORY,
                                "not enough memory for batches of %.0f examples",
                                experiment_spec_step_examples(spec));
    }
    return STATUS_OK;
}

Status classification_task_create(const ExperimentSpec *spec, const ClassificationSource *source,
                                  TaskNeeds needs, TaskRunner runner, RaceTask *task,
                                  Problem *problem)
{
    ClassificationTask *created = calloc(1, sizeof *created);
    if (created == NULL) {
        source->close(source->context);
        return problem_describe(problem, STATUS_OUT_OF_MEMORY, "not enough memory for the race");
    }
    created->spec = spec;
    created->source = *source;
    const Status status = create_task(created, needs, runner, problem);
    if (status != STATUS_OK) {
        close_task(created);
        return status;
    }
    *task = (RaceTask){.context = created,
                       .theta_0 = source->theta_0,
                       .table = source->table,
                       .head_text = source->head_text,
                       .memory = created->memory,
                       .positions = experiment_spec_step_examples(spec),
                       .steps_per_epoch = (double)part_size(created, SOURCE_PART_TRAIN) /
                                          experiment_spec_step_examples(spec),
                       .set_batch = set_batch,
                       .objective = view_objective,
                       .begin_probes = begin_probes,
                       .probe_before = probe_before,
                       .add_probes = add_probes,
                       .add_evaluation = add_evaluation,
                       .add_final = add_final,
                       .wall = created->wall,
                       .save = save,
                       .close = close_task,
                       .disclosure = source->disclosure};
    return STATUS_OK;
}
