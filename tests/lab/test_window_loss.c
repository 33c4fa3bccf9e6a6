/* lab/test_window_loss.c -- one window's losses, their gradients by central differences, and positions that do not count. */
#include "lab/window_loss.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/random.h"
#include "kernels/cross_entropy.h"

enum { T = 4, V = 19, N = T * V };

static const int32_t TARGETS[T] = {3, -1, 18, 0};

/* Outputs of all kinds, and room for what is written over them. */
typedef struct Bench {
    Real logits[N];
    Real noised[N];
    Real target[N];
    Real written[N];
    Real written_twin[N];
    Real deltas[N];
    WindowLossPlan plan;
    WindowLossScratch scratch;
} Bench;

static int set_up(void **state)
{
    Bench *bench = calloc(1, sizeof *bench);
    Random random = random_stream(1, RANDOM_STREAM_PROBES, 0);
    assert_non_null(bench);
    for (size_t i = 0; i < N; i++) {
        bench->logits[i] = (Real)random_normal(&random);
        bench->noised[i] = (Real)random_normal(&random);
        bench->target[i] = (Real)random_normal(&random);
        bench->deltas[i] = (Real)random_normal(&random);
    }
    bench->plan = (WindowLossPlan){.T = T,
                                   .V = V,
                                   .has_gradient = true,
                                   .gradient_scale = (Real)0.5,
                                   .penalty = {DIVERGENCE_REVERSE_KL, 2, 0.7},
                                   .twin = {DIVERGENCE_FORWARD_KL, 1, 0.3}};
    assert_int_equal(window_loss_scratch_create(V, &bench->scratch), STATUS_OK);
    *state = bench;
    return 0;
}

static int tear_down(void **state)
{
    Bench *bench = *state;
    window_loss_scratch_clear(&bench->scratch);
    free(bench);
    return 0;
}

/* Run over copies, so that the outputs stay. */
static WindowNats run(Bench *bench, bool has_target, bool has_twin, bool has_deltas)
{
    memcpy(bench->written, bench->logits, sizeof bench->written);
    memcpy(bench->written_twin, bench->noised, sizeof bench->written_twin);
    const WindowLogits window = {.logits = bench->written,
                                 .noised = has_twin ? bench->written_twin : NULL,
                                 .target = has_target ? bench->target : NULL,
                                 .deltas = has_deltas ? bench->deltas : NULL,
                                 .targets = TARGETS};
    return window_loss(&bench->plan, &window, &bench->scratch);
}

static void without_extras_it_is_the_cross_entropy_to_the_bit(void **state)
{
    Bench *bench = *state;
    Real wanted[N];
    memcpy(wanted, bench->logits, sizeof wanted);
    const double nats = cross_entropy_sum_and_gradient(wanted, TARGETS, T, V, (Real)0.5);
    assert_true(run(bench, false, false, false).task == nats);
    assert_memory_equal(bench->written, wanted, sizeof wanted);
    /* Position by position, as with extras, it is the same. */
    bench->plan.keeps_deltas = true;
    assert_true(run(bench, false, false, true).task == nats);
    assert_memory_equal(bench->written, wanted, sizeof wanted);
    assert_memory_equal(bench->deltas, wanted, sizeof wanted);
}

static void without_gradient_the_losses_are_the_same_and_outputs_stay(void **state)
{
    Bench *bench = *state;
    const WindowNats with_gradient = run(bench, true, true, false);
    bench->plan.has_gradient = false;
    const WindowNats without = run(bench, true, true, false);
    assert_true(without.penalty == with_gradient.penalty && without.penalty > 0.0);
    assert_true(fabs(without.task - with_gradient.task) < 1e-5);
    assert_memory_equal(bench->written, bench->logits, sizeof bench->logits);
    assert_memory_equal(bench->written_twin, bench->noised, sizeof bench->noised);
}

static void kept_are_the_logits_as_they_came(void **state)
{
    Bench *bench = *state;
    Real kept[N];
    for (int has_gradient = 0; has_gradient < 2; has_gradient++) {
        memset(kept, 0, sizeof kept);
        memcpy(bench->written, bench->logits, sizeof bench->written);
        bench->plan.has_gradient = has_gradient == 1;
        const WindowLogits window = {.logits = bench->written, .kept = kept, .targets = TARGETS};
        const WindowNats nats = window_loss(&bench->plan, &window, &bench->scratch);
        assert_memory_equal(kept, bench->logits, sizeof kept);
        assert_true(nats.task == run(bench, false, false, false).task);
    }
}

static double weighted(Bench *bench)
{
    const WindowNats target_only = run(bench, true, false, false);
    const WindowNats twin_only = run(bench, false, true, false);
    return 0.5 * target_only.task + 0.7 * target_only.penalty + 0.3 * twin_only.penalty;
}

static void check(Bench *bench, Real *place, const Real *gradient)
{
    const double h = 1e-6;
    for (size_t i = 0; i < N; i++) {
        const Real start = place[i];
        place[i] = start + (Real)h;
        const double above = weighted(bench);
        place[i] = start - (Real)h;
        const double below = weighted(bench);
        place[i] = start;
        const double numeric = (above - below) / (2.0 * h);
        assert_true(fabs(numeric - (double)gradient[i]) < 1e-8);
    }
}

static void gradients_of_all_together_agree_with_central_differences(void **state)
{
    Bench *bench = *state;
    Real gradient[N];
    Real twin_gradient[N];
    if (REAL_IS_DOUBLE == 0) {
        skip();
    }
    run(bench, true, true, false);
    memcpy(gradient, bench->written, sizeof gradient);
    memcpy(twin_gradient, bench->written_twin, sizeof twin_gradient);
    bench->plan.has_gradient = false;
    check(bench, bench->logits, gradient);
    check(bench, bench->noised, twin_gradient);
}

static void a_detached_twin_has_no_gradient_and_changes_none_of_the_others(void **state)
{
    Bench *bench = *state;
    static const Real zeros[N];
    Real gradient[N];
    run(bench, true, true, false);
    memcpy(gradient, bench->written, sizeof gradient);
    assert_memory_not_equal(bench->written_twin, zeros, sizeof zeros);
    bench->plan.is_twin_detached = true;
    run(bench, true, true, false);
    assert_memory_equal(bench->written, gradient, sizeof gradient);
    assert_memory_equal(bench->written_twin, zeros, sizeof zeros);
}

static void used_deltas_stand_in_for_the_task_loss_only(void **state)
{
    Bench *bench = *state;
    Real with_task[N];
    Real task[N];
    run(bench, false, false, false);
    memcpy(task, bench->written, sizeof task);
    run(bench, true, false, false);
    memcpy(with_task, bench->written, sizeof with_task);
    bench->plan.uses_deltas = true;
    run(bench, true, false, true);
    for (size_t i = 0; i < N; i++) {
        const double penalty = (double)with_task[i] - (double)task[i];
        const double wanted = TARGETS[i / V] < 0 ? 0.0 : (double)bench->deltas[i] + penalty;
        assert_true(fabs((double)bench->written[i] - wanted) < 1e-5);
    }
}

static void positions_that_do_not_count_get_zeros(void **state)
{
    Bench *bench = *state;
    static const Real zeros[V];
    bench->plan.keeps_deltas = true;
    run(bench, true, true, true);
    assert_memory_equal(bench->written + V, zeros, sizeof zeros);
    assert_memory_equal(bench->written_twin + V, zeros, sizeof zeros);
    assert_memory_equal(bench->deltas + V, zeros, sizeof zeros);
    assert_memory_not_equal(bench->written, zeros, sizeof zeros);
}

#define WITH_BENCH(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_BENCH(without_extras_it_is_the_cross_entropy_to_the_bit),
        WITH_BENCH(without_gradient_the_losses_are_the_same_and_outputs_stay),
        WITH_BENCH(kept_are_the_logits_as_they_came),
        WITH_BENCH(gradients_of_all_together_agree_with_central_differences),
        WITH_BENCH(a_detached_twin_has_no_gradient_and_changes_none_of_the_others),
        WITH_BENCH(used_deltas_stand_in_for_the_task_loss_only),
        WITH_BENCH(positions_that_do_not_count_get_zeros),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
