#include "lab/memory_check.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lab/session.h"
#include "lab/text_objective.h"
#include "optim/method_table.h"

static void what_fits_is_let_through(void **state)
{
    (void)state;
    Problem problem = {0};
    assert_int_equal(memory_check(&(MemoryNeed){1e15, 1e3, 1e3}, &problem), STATUS_OK);
}

static void what_does_not_fit_is_refused_with_the_figures(void **state)
{
    (void)state;
    Problem problem = {0};
    assert_int_equal(memory_check(&(MemoryNeed){1.0, 4e15, 1e15}, &problem), STATUS_OUT_OF_MEMORY);
    assert_non_null(strstr(problem.text, "needs about 5000000.0 GB more (lanes 4000000.0"));
    assert_non_null(strstr(problem.text, "GB are free"));
}

static void so_is_a_lane_that_joins_later(void **state)
{
    (void)state;
    Problem problem = {0};
    assert_int_equal(memory_check_lane(1e3, &problem), STATUS_OK);
    assert_int_equal(memory_check_lane(1e15, &problem), STATUS_OUT_OF_MEMORY);
    assert_non_null(strstr(problem.text, "another lane needs about 1000000.0 GB and "));
}

static void much_memory_is_told_and_little_is_not(void **state)
{
    (void)state;
    char text[MEMORY_TEXT_BYTES];
    memory_describe(&(MemoryNeed){0.1e9, 0.5e9, 0.3e9}, text);
    assert_string_equal(text, "");
    memory_describe(&(MemoryNeed){0.5e9, 5.97e9, 0.54e9}, text);
    assert_string_equal(text, "memory: up to 7.0 GB (weights 0.5, lanes 6.0, activations and "
                              "outputs 0.5)");
}

/* GPT-2 small's own bytes and those of an engine that takes 8 windows of 256 tokens a step, `at_once` of them together. */
static double gpt2_bytes(const char *const *methods, size_t count, size_t at_once)
{
    static const CausalLmShape SHAPE = {
        .V = 50257, .P = 1024, .C = 768, .L = 12, .H = 12, .F = 3072, .layer_norm_epsilon = 1e-5};
    ParameterTable table;
    /* theta_0 and what all lanes share */
    double vectors = 1 + SESSION_SCRATCH_VECTORS;
    bool keeps_outputs = false;
    assert_int_equal(parameter_table_create(&SHAPE, &table), STATUS_OK);
    for (size_t i = 0; i < count; i++) {
        const MethodInfo *method = method_find(methods[i]);
        vectors += SESSION_VECTORS + method->state_vectors;
        keeps_outputs = keeps_outputs || method->program->keeps_outputs;
    }
    TaskRunner two_workers = task_runner_serial();
    two_workers.worker_count = 2;
    const TextObjectiveOptions options = {.shape = &SHAPE,
                                          .table = &table,
                                          .B = 8,
                                          .B_evaluation = 8,
                                          .T = 256,
                                          .micro_batch_count = at_once,
                                          .accumulation_steps = 8 / at_once,
                                          .keeps_outputs = keeps_outputs,
                                          .runner = two_workers};
    const double probes = 4.0 * 256.0 * 50257.0 * sizeof(float); /* probe_windows 1 */
    const double bytes =
        vectors * (double)table.size * sizeof(float) + text_objective_bytes(&options) + probes;
    parameter_table_clear(&table);
    return bytes;
}

static void gpt2_small_is_fine_tuned_in_eight_gigabytes(void **state)
{
    (void)state;
    static const char *const METHODS[] = {"adamw", "sam", "tram-prev"};
    static const char *const PAIR[] = {"adamw", "tram-prev"};
    for (size_t i = 0; i < 3; i++) {
        assert_true(gpt2_bytes(&METHODS[i], 1, 1) < 5.7e9);
    }
    /* sample-runs/experiments/my-gpt2.json */
    assert_true(gpt2_bytes(PAIR, 2, 1) < 7.3e9);
    assert_true(gpt2_bytes(METHODS, 3, 1) < 8.0 * 1024 * 1024 * 1024);
    /* All eight windows at once ask for seven more gradients. */
    assert_true(gpt2_bytes(PAIR, 2, 8) > 10e9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_fits_is_let_through),
        cmocka_unit_test(what_does_not_fit_is_refused_with_the_figures),
        cmocka_unit_test(so_is_a_lane_that_joins_later),
        cmocka_unit_test(much_memory_is_told_and_little_is_not),
        cmocka_unit_test(gpt2_small_is_fine_tuned_in_eight_gigabytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
