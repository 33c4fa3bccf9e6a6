/* lab/test_allocation.c -- memory is decided, and predicted, at the start of a run: a training step allocates nothing. */
#include "lab/race.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lab/text_objective.h"
#include "lab/tiny_lab.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { CAN_COUNT = 0 }; /* the sanitizers own malloc */
static size_t allocations;
static size_t allocated_bytes;
#else
enum { CAN_COUNT = 1 };
static size_t allocations;
static size_t allocated_bytes;

/* glibc's own, behind the counting ones below. */
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *old, size_t size);
void *malloc(size_t size)
{
    allocations++;
    allocated_bytes += size;
    return __libc_malloc(size);
}
void *calloc(size_t count, size_t size)
{
    allocations++;
    allocated_bytes += count * size;
    return __libc_calloc(count, size);
}
void *realloc(void *old, size_t size)
{
    allocations++;
    return __libc_realloc(old, size);
}
#endif

static Status forget_sample(void *context, const MetricSample *sample, Problem *problem)
{
    (void)context;
    (void)sample;
    (void)problem;
    return STATUS_OK;
}

static Status forget_event(void *context, const RunEvent *event, Problem *problem)
{
    (void)context;
    (void)event;
    (void)problem;
    return STATUS_OK;
}

static void a_step_with_probes_and_evaluation_allocates_nothing(void **state)
{
    TinyLab *lab = *state;
    Race *race = NULL;
    Problem problem = {0};
    if (!CAN_COUNT) {
        skip();
    }
    const RaceOptions options = {.runner = task_runner_serial(),
                                 .clock = wall_clock_monotonic(),
                                 .sink = {.sample = forget_sample, .event = forget_event}};
    assert_int_equal(race_open(&lab->spec, &options, &race, &problem), STATUS_OK);
    assert_int_equal(race_begin(race, &problem), STATUS_OK);
    assert_int_equal(race_step(race, &problem), STATUS_OK); /* the matrix library's own buffers */
    const size_t before = allocations;
    for (int step = 0; step < 7; step++) {
        assert_int_equal(race_step(race, &problem), STATUS_OK);
    }
    assert_int_equal(allocations - before, 0);
    /* The counter counts; volatile, or the compiler leaves the pair out. */
    void *volatile kept = malloc(10);
    free(kept);
    assert_true(allocations > before);
    race_close(race);
}

static void the_engine_takes_the_memory_that_was_predicted(void **state)
{
    (void)state;
    if (!CAN_COUNT) {
        skip();
    }
    const CausalLmShape shape = {
        .V = 300, .P = 32, .C = 32, .L = 2, .H = 2, .F = 128, .layer_norm_epsilon = 1e-5};
    ParameterTable table = {0};
    TextObjective *objective = NULL;
    assert_int_equal(parameter_table_create(&shape, &table), STATUS_OK);
    for (int has_all = 0; has_all <= 1; has_all++) {
        const TextObjectiveOptions options = {.shape = &shape,
                                              .table = &table,
                                              .B = 7,
                                              .B_evaluation = 7,
                                              .T = 32,
                                              .micro_batch_count = 3,
                                              .accumulation_steps = has_all ? 2 : 0,
                                              .keeps_outputs = has_all,
                                              .keeps_targets = has_all,
                                              .has_twin = has_all,
                                              .keeps_deltas = has_all,
                                              .runner = task_runner_serial()};
        const size_t before = allocated_bytes;
        assert_int_equal(text_objective_create(&options, &objective), STATUS_OK);
        const double taken = (double)(allocated_bytes - before);
        const double predicted = text_objective_bytes(&options);
        assert_true(predicted > 0.98 * taken && predicted < 1.02 * taken);
        text_objective_destroy(objective);
    }
    parameter_table_clear(&table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_step_with_probes_and_evaluation_allocates_nothing),
        cmocka_unit_test(the_engine_takes_the_memory_that_was_predicted),
    };
    return cmocka_run_group_tests(tests, open_lab, close_lab);
}
