/* lab/test_allocation.c -- a training step allocates nothing: memory is decided at the start of a run. */
#include "lab/race.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lab/tiny_lab.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { CAN_COUNT = 0 }; /* the sanitizers own malloc */
static size_t allocations;
#else
enum { CAN_COUNT = 1 };
static size_t allocations;

/* glibc's own, behind the counting ones below. */
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *old, size_t size);
void *malloc(size_t size)
{
    allocations++;
    return __libc_malloc(size);
}
void *calloc(size_t count, size_t size)
{
    allocations++;
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_step_with_probes_and_evaluation_allocates_nothing),
    };
    return cmocka_run_group_tests(tests, open_lab, close_lab);
}
