#include "lab/classification_task.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lab/linear_network.h"

#include "base/random.h"
#include "lab/worker.h"

/* Three domains, the first trained on; each part has 20 examples a domain, in the last one fewer if asked for. The class of an example is the
 * largest of its first three numbers; what the domains differ in is how much noise was added to them. */
enum { DOMAINS = 3, PER_DOMAIN = 20, ROOM = DOMAINS * PER_DOMAIN };

typedef struct Toy {
    ExperimentSpec spec;
    Real inputs[SOURCE_PART_COUNT][ROOM][LINEAR_WIDTH];
    int32_t labels[SOURCE_PART_COUNT][ROOM];
    size_t last_domain_examples;
    Real theta_0[LINEAR_N];
    ParameterTensor tensor;
    ParameterTable table;
    Real filled[ROOM][LINEAR_WIDTH];
    int32_t targets[ROOM];
    uint8_t pixels[9];
    bool is_closed;
} Toy;

static size_t first_example(void *context, SourcePart part, size_t domain)
{
    const Toy *toy = context;
    if (part == SOURCE_PART_TRAIN) {
        return domain == 0 ? 0 : PER_DOMAIN; /* only the first domain has some */
    }
    return domain < DOMAINS ? domain * PER_DOMAIN
                            : (DOMAINS - 1) * PER_DOMAIN + toy->last_domain_examples;
}

static ExampleBatch fill(void *context, SourcePart part, const uint32_t *chosen, size_t B)
{
    Toy *toy = context;
    for (size_t b = 0; b < B; b++) {
        memcpy(toy->filled[b], toy->inputs[part][chosen[b]], sizeof toy->filled[b]);
        toy->targets[b] = toy->labels[part][chosen[b]];
    }
    return (ExampleBatch){.B = B, .rows = 1, .targets = toy->targets, .inputs = toy->filled};
}

static void close_toy(void *context)
{
    Toy *toy = context;
    toy->is_closed = true;
}

static Toy *make_toy(void)
{
    Toy *toy = calloc(1, sizeof *toy);
    assert_non_null(toy);
    Random random = random_stream(3, RANDOM_STREAM_WEIGHTS, 1);
    toy->last_domain_examples = PER_DOMAIN;
    for (size_t part = 0; part < SOURCE_PART_COUNT; part++) {
        for (size_t i = 0; i < ROOM; i++) {
            const size_t noise = i / PER_DOMAIN;
            size_t best = 0;
            for (size_t k = 0; k < LINEAR_WIDTH; k++) {
                toy->inputs[part][i][k] = (Real)((double)random_below(&random, 100) / 50.0 - 1.0);
                best = k < 3 && toy->inputs[part][i][k] > toy->inputs[part][i][best] ? k : best;
            }
            toy->labels[part][i] = (int32_t)best;
            for (size_t k = 0; k < 3; k++) {
                toy->inputs[part][i][k] +=
                    (Real)((double)noise * ((double)random_below(&random, 100) / 100.0 - 0.5));
            }
        }
    }
    /* The right answer: the class is the largest number. */
    for (size_t c = 0; c < LINEAR_CLASSES; c++) {
        toy->theta_0[c * LINEAR_WIDTH + c] = (Real)4.0;
    }
    toy->spec = (ExperimentSpec){.batch_size = 7,
                                 .accumulation_steps = 1,
                                 .micro_batch_count = 3,
                                 .probe_windows = 4,
                                 .eval_windows = 10,
                                 .seed = 5,
                                 .task = SPEC_TASK_TEXT_CLASSIFICATION,
                                 .train_domains = {"en"},
                                 .train_domain_count = 1,
                                 .zero_shot_domains = {"fr", "sw"},
                                 .zero_shot_domain_count = 2};
    toy->table = (ParameterTable){.tensors = &toy->tensor, .count = 1, .size = LINEAR_N};
    return toy;
}

static ClassificationSource source_of(Toy *toy)
{
    return (ClassificationSource){.context = toy,
                                  .network = linear_network(),
                                  .table = &toy->table,
                                  .theta_0 = toy->theta_0,
                                  .domain_count = DOMAINS,
                                  .train_domain_count = 1,
                                  .first_example = first_example,
                                  .fill = fill,
                                  .close = close_toy};
}

static RaceTask open_task(Toy *toy, TaskRunner runner)
{
    RaceTask task = {0};
    Problem problem = {0};
    const ClassificationSource source = source_of(toy);
    if (classification_task_create(&toy->spec, &source, (TaskNeeds){0}, runner, &task, &problem) !=
        STATUS_OK) {
        fail_msg("%s", problem.text);
    }
    return task;
}

static double metric_of(const MetricSample *sample, uint16_t metric)
{
    double value = (double)NAN;
    metric_sample_get(sample, metric, &value);
    return value;
}

/* Per cent told right of numbers first .. first + count - 1, by hand. */
static double accuracy_by_hand(const Toy *toy, SourcePart part, size_t first, size_t count)
{
    double correct = 0.0;
    for (size_t i = first; i < first + count; i++) {
        const Real *x = toy->inputs[part][i];
        const int best = x[1] > x[0] ? (x[2] > x[1] ? 2 : 1) : (x[2] > x[0] ? 2 : 0);
        correct += best == toy->labels[part][i] ? 1.0 : 0.0;
    }
    return 100.0 * correct / (double)count;
}

static void accuracies_are_those_of_each_domain_and_their_mean(void **state)
{
    (void)state;
    Toy *toy = make_toy();
    const RaceTask task = open_task(toy, task_runner_serial());
    MetricSample sample = {0};
    MetricSample final = {0};
    assert_true(task.steps_per_epoch == PER_DOMAIN / 7.0); /* batches of 7 */
    task.add_evaluation(task.context, toy->theta_0, &sample);
    const double loss = task.add_final(task.context, toy->theta_0, &final);
    /* On the way only the first eval_windows of each domain. */
    assert_true(metric_of(&sample, METRIC_EVAL_ACCURACY) == 100.0);
    for (size_t d = 1; d < DOMAINS; d++) {
        const uint16_t metric = (uint16_t)(METRIC_DOMAIN_FIRST + d - 1);
        const uint16_t last = (uint16_t)(METRIC_FINAL_DOMAIN_FIRST + d - 1);
        assert_true(metric_of(&sample, metric) ==
                    accuracy_by_hand(toy, SOURCE_PART_DEV, d * PER_DOMAIN, 10));
        assert_true(metric_of(&final, last) ==
                    accuracy_by_hand(toy, SOURCE_PART_FINAL, d * PER_DOMAIN, PER_DOMAIN));
    }
    const double mean = 0.5 * (metric_of(&final, METRIC_FINAL_DOMAIN_FIRST) +
                               metric_of(&final, METRIC_FINAL_DOMAIN_FIRST + 1));
    assert_true(fabs(metric_of(&final, METRIC_FINAL_ZERO_SHOT_ACCURACY) - mean) < 1e-12);
    assert_true(mean > 50.0 && mean < 100.0);
    assert_true(metric_of(&final, METRIC_FINAL_ZERO_SHOT_ACCURACY_ERROR) > 0.0);
    assert_true(metric_of(&final, METRIC_FINAL_ACCURACY_ERROR) == 0.0);
    assert_true(loss == metric_of(&final, METRIC_FINAL_LOSS) && loss > 0.0);
    assert_true(isnan(metric_of(&final, METRIC_FINAL_PERPLEXITY)));
    toy->spec.max_eval_samples = 12;
    MetricSample shorter = {0};
    task.add_final(task.context, toy->theta_0, &shorter);
    assert_true(metric_of(&shorter, METRIC_FINAL_DOMAIN_FIRST) ==
                accuracy_by_hand(toy, SOURCE_PART_FINAL, PER_DOMAIN, 12));
    task.close(task.context);
    assert_true(toy->is_closed);
    free(toy);
}

static void domains_of_different_size_have_an_error_too(void **state)
{
    (void)state;
    Toy *toy = make_toy();
    toy->last_domain_examples = 13;
    const RaceTask task = open_task(toy, task_runner_serial());
    MetricSample final = {0};
    task.add_final(task.context, toy->theta_0, &final);
    assert_true(metric_of(&final, METRIC_FINAL_DOMAIN_FIRST + 1) ==
                accuracy_by_hand(toy, SOURCE_PART_FINAL, 2 * PER_DOMAIN, 13));
    const double a = metric_of(&final, METRIC_FINAL_DOMAIN_FIRST) / 100.0;
    const double b = metric_of(&final, METRIC_FINAL_DOMAIN_FIRST + 1) / 100.0;
    const double expected = 0.5 * 100.0 * sqrt(a * (1.0 - a) / PER_DOMAIN + b * (1.0 - b) / 13.0);
    assert_true(fabs(metric_of(&final, METRIC_FINAL_ZERO_SHOT_ACCURACY_ERROR) - expected) < 1e-9);
    task.close(task.context);
    free(toy);
}

static void probes_compare_with_theta_0(void **state)
{
    (void)state;
    Toy *toy = make_toy();
    const RaceTask task = open_task(toy, task_runner_serial());
    Real moved[LINEAR_N];
    MetricSample still = {0};
    MetricSample gone = {0};
    memcpy(moved, toy->theta_0, sizeof moved);
    moved[5] += (Real)1.0;
    task.begin_probes(task.context);
    task.probe_before(task.context, moved);
    task.add_probes(task.context, toy->theta_0, true, &still);
    task.add_probes(task.context, moved, true, &gone);
    assert_true(metric_of(&still, METRIC_KL_IN_DOMAIN) == 0.0);
    assert_true(metric_of(&still, METRIC_KL_OUT_OF_DOMAIN) == 0.0);
    assert_true(metric_of(&still, METRIC_KL_STEP) > 0.0);
    assert_true(metric_of(&gone, METRIC_KL_IN_DOMAIN) > 0.0);
    assert_true(metric_of(&gone, METRIC_KL_OUT_OF_DOMAIN) > 0.0);
    assert_true(metric_of(&gone, METRIC_KL_STEP) == 0.0);
    task.close(task.context);
    free(toy);
}

static double loss_of_step(const RaceTask *task, uint64_t step, Real *grads)
{
    PassResult result = {0};
    const PassRequest request = {.params = task->theta_0, .grads = grads};
    task->set_batch(task->context, step);
    const Objective objective = task->objective(task->context);
    assert_int_equal(objective.run_pass(objective.context, &request, &result), STATUS_OK);
    return result.loss_nats;
}

static void a_batch_is_a_function_of_its_step_alone_for_any_number_of_workers(void **state)
{
    (void)state;
    Toy *toy = make_toy();
    Real expected[LINEAR_N];
    Real grads[LINEAR_N];
    MetricSample sample = {0};
    WorkerPool *pool = NULL;
    RaceTask task = open_task(toy, task_runner_serial());
    const double loss = loss_of_step(&task, 4, expected);
    assert_true(loss_of_step(&task, 5, grads) != loss);
    task.add_evaluation(task.context, task.theta_0, &sample);
    assert_true(loss_of_step(&task, 4, grads) == loss);
    task.close(task.context);
    assert_int_equal(worker_pool_create(3, &pool), STATUS_OK);
    task = open_task(toy, worker_pool_runner(pool));
    assert_true(loss_of_step(&task, 4, grads) == loss);
    assert_memory_equal(grads, expected, sizeof grads);
    task.close(task.context);
    worker_pool_destroy(pool);
    free(toy);
}

/* Every pixel is the example's number in its part. */
static ExamplePicture picture(void *context, SourcePart part, uint32_t number)
{
    Toy *toy = context;
    memset(toy->pixels, (int)(100 * part + number), sizeof toy->pixels);
    return (ExamplePicture){.channels = 1, .height = 3, .width = 3, .pixels = toy->pixels};
}

static void pictures_are_answered_by_the_evaluation_that_reads_them(void **state)
{
    (void)state;
    static const char *const NAMES[LINEAR_CLASSES] = {"zero", "one", "two"};
    Toy *toy = make_toy();
    RaceTask task = {0};
    Problem problem = {0};
    MetricSample sample = {0};
    ClassificationSource source = source_of(toy);
    WorkerPool *pool = NULL;
    assert_int_equal(worker_pool_create(2, &pool), STATUS_OK);
    source.picture = picture;
    source.class_names = NAMES;
    assert_int_equal(classification_task_create(&toy->spec, &source, (TaskNeeds){0},
                                                worker_pool_runner(pool), &task, &problem),
                     STATUS_OK);
    const PictureWall *wall = task.wall;
    assert_non_null(wall);
    assert_int_equal(wall->picture_count, DOMAINS * WALL_DOMAIN_PICTURES);
    assert_int_equal(wall->class_count, LINEAR_CLASSES);
    assert_string_equal(wall->classes[2].name, "two");
    task.add_evaluation(task.context, toy->theta_0, &sample);
    for (size_t i = 0; i < wall->picture_count; i++) {
        const WallPicture *one = &wall->pictures[i];
        /* 8 of the 10 examples that evaluations read, spread over them */
        const size_t example = one->domain * PER_DOMAIN + i % 8 * 10 / 8;
        const Real *x = toy->inputs[SOURCE_PART_DEV][example];
        size_t best = 0;
        double sum = 0.0;
        for (size_t c = 0; c < LINEAR_CLASSES; c++) {
            best = x[c] > x[best] ? c : best;
        }
        for (size_t c = 0; c < LINEAR_CLASSES; c++) {
            sum += exp(4.0 * ((double)x[c] - (double)x[best]));
        }
        assert_int_equal(one->number, i);
        assert_int_equal(one->domain, i / 8);
        assert_int_equal(one->pixels[8], 100 + example);
        assert_int_equal(one->truth, toy->labels[SOURCE_PART_DEV][example]);
        assert_int_equal(wall->answers.classes[i], best);
        assert_true(fabs((double)wall->answers.confidences[i] - 1.0 / sum) < 1e-5);
    }
    task.close(task.context);
    worker_pool_destroy(pool);
    free(toy);
}

static void texts_have_no_wall(void **state)
{
    (void)state;
    Toy *toy = make_toy();
    WorkerPool *pool = NULL;
    assert_int_equal(worker_pool_create(1, &pool), STATUS_OK);
    const RaceTask task = open_task(toy, worker_pool_runner(pool));
    assert_null(task.wall);
    task.close(task.context);
    worker_pool_destroy(pool);
    free(toy);
}

static void a_domain_without_examples_is_refused_by_its_name(void **state)
{
    (void)state;
    Toy *toy = make_toy();
    RaceTask task = {0};
    Problem problem = {0};
    toy->last_domain_examples = 0;
    const ClassificationSource source = source_of(toy);
    assert_int_equal(classification_task_create(&toy->spec, &source, (TaskNeeds){0},
                                                task_runner_serial(), &task, &problem),
                     STATUS_BAD_VALUE);
    assert_non_null(strstr(problem.text, "\"sw\""));
    assert_null(task.context);
    assert_true(toy->is_closed);
    free(toy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(accuracies_are_those_of_each_domain_and_their_mean),
        cmocka_unit_test(domains_of_different_size_have_an_error_too),
        cmocka_unit_test(probes_compare_with_theta_0),
        cmocka_unit_test(a_batch_is_a_function_of_its_step_alone_for_any_number_of_workers),
        cmocka_unit_test(pictures_are_answered_by_the_evaluation_that_reads_them),
        cmocka_unit_test(texts_have_no_wall),
        cmocka_unit_test(a_domain_without_examples_is_refused_by_its_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
