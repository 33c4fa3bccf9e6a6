#include "lab/domain_score.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lab/linear_network.h"

/* Two domains of 5 and 3 examples: one number of example i is 1, and its class is to be i % 3; the others say where the network is wrong. */
enum { FIRST = 5, SECOND = 3, EXAMPLES = FIRST + SECOND, ROOM = 2 };

typedef struct Toy {
    Real inputs[ROOM][LINEAR_WIDTH];
    int32_t targets[ROOM];
    size_t fills;
} Toy;

static size_t first_example(void *context, SourcePart part, size_t domain)
{
    (void)context;
    assert_int_equal(part, SOURCE_PART_DEV);
    return domain == 0 ? 0 : domain == 1 ? FIRST : EXAMPLES;
}

static ExampleBatch fill(void *context, SourcePart part, const uint32_t *chosen, size_t B)
{
    Toy *toy = context;
    (void)part;
    assert_true(B >= 1 && B <= ROOM);
    toy->fills++;
    for (size_t b = 0; b < B; b++) {
        const bool is_wrong = chosen[b] == 1 || chosen[b] == 6;
        for (size_t i = 0; i < LINEAR_WIDTH; i++) {
            toy->inputs[b][i] = (Real)(i == (chosen[b] + (is_wrong ? 1 : 0)) % 3 ? 1.0 : 0.0);
        }
        toy->targets[b] = (int32_t)(chosen[b] % 3);
    }
    return (ExampleBatch){.B = B, .rows = 1, .targets = toy->targets, .inputs = toy->inputs};
}

static void every_example_counts_once_and_no_more_than_the_limit(void **state)
{
    (void)state;
    Toy toy = {0};
    Real params[LINEAR_N] = {0};
    uint32_t chosen[ROOM];
    Real outputs[ROOM * LINEAR_CLASSES];
    double nats[ROOM];
    uint8_t is_correct[FIRST] = {9, 9, 9, 9, 9};
    BatchObjective *objective = NULL;
    const ClassificationSource source = {.context = &toy,
                                         .network = linear_network(),
                                         .domain_count = 2,
                                         .first_example = first_example,
                                         .fill = fill};
    const BatchObjectiveOptions options = {.network = source.network,
                                           .B = ROOM,
                                           .B_evaluation = ROOM,
                                           .micro_batch_count = 1,
                                           .accumulation_steps = 1,
                                           .runner = task_runner_serial()};
    assert_int_equal(batch_objective_create(&options, &objective), STATUS_OK);
    const ScorePlan plan = {.source = &source,
                            .objective = objective,
                            .room = ROOM,
                            .chosen = chosen,
                            .outputs = outputs,
                            .nats = nats};
    for (size_t c = 0; c < LINEAR_CLASSES; c++) {
        params[c * LINEAR_WIDTH + c] = (Real)3.0;
    }
    ClassificationScore score = {0};
    assert_int_equal(domain_example_count(&source, SOURCE_PART_DEV, 1), SECOND);
    domain_score_add(&plan, SOURCE_PART_DEV, 0, SIZE_MAX, params, &score, is_correct);
    assert_int_equal(score.examples, FIRST);
    assert_int_equal(score.correct, FIRST - 1);
    assert_int_equal(toy.fills, 3);
    for (size_t i = 0; i < FIRST; i++) {
        assert_int_equal(is_correct[i], i == 1 ? 0 : 1);
    }
    const double right = log(exp(3.0) + 2.0) - 3.0;
    assert_true(fabs(classification_score_loss(&score) - (right + 3.0 / FIRST)) < 1e-6);
    domain_score_add(&plan, SOURCE_PART_DEV, 1, 2, params, &score, NULL);
    assert_int_equal(score.examples, FIRST + 2);
    assert_int_equal(score.correct, FIRST); /* of 5 and 6, the latter is wrong */
    batch_objective_destroy(objective);
}

static void parallel_domains_are_compared_number_by_number(void **state)
{
    (void)state;
    const ClassificationScore even[] = {{.examples = 4, .correct = 2},
                                        {.examples = 4, .correct = 2}};
    const ClassificationScore uneven[] = {{.examples = 4, .correct = 2},
                                          {.examples = 3, .correct = 3}};
    /* One is right just where the other is wrong: the mean is always a half. */
    const uint8_t is_correct[] = {1, 1, 0, 0, 0, 0, 1, 1};
    assert_true(domain_mean_error(even, 2, is_correct, 4) == 0.0);
    assert_true(fabs(domain_mean_error(uneven, 2, is_correct, 4) - 25.0 / 2.0) < 1e-9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_example_counts_once_and_no_more_than_the_limit),
        cmocka_unit_test(parallel_domains_are_compared_number_by_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
