#include "kernels/vector_ops.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/random.h"

/* Not a multiple of the unrolling, so that the tails are used. */
enum { N = 1003 };

typedef struct Vectors {
    Real x[N];
    Real y[N];
} Vectors;

static Vectors make_vectors(void)
{
    Vectors vectors;
    Random random = random_stream(7, RANDOM_STREAM_WEIGHTS, 0);
    for (size_t i = 0; i < N; i++) {
        vectors.x[i] = (Real)random_normal(&random);
        vectors.y[i] = (Real)random_normal(&random);
    }
    return vectors;
}

static void assert_close(double actual, double expected)
{
    if (!(fabs(actual - expected) <= 1e-9 * fmax(1.0, fabs(expected)))) {
        fail_msg("%.17g is not %.17g", actual, expected);
    }
}

static void sums_agree_with_plain_loops(void **state)
{
    (void)state;
    const Vectors v = make_vectors();
    double squares = 0.0;
    double dot = 0.0;
    double distance = 0.0;
    double weighted = 0.0;
    double adaptive = 0.0;
    for (size_t i = 0; i < N; i++) {
        const double x = (double)v.x[i];
        const double y = (double)v.y[i];
        squares += x * x;
        dot += x * y;
        distance += (x - y) * (x - y);
        weighted += x * y * x * y;
        adaptive += x * x * y * x * x * y;
    }
    assert_close(vector_sum_squares(v.x, N), squares);
    assert_close(vector_dot(v.x, v.y, N), dot);
    assert_close(vector_distance_squared(v.x, v.y, N), distance);
    assert_close(vector_weighted_sum_squares(v.x, v.y, N), weighted);
    assert_close(vector_adaptive_sum_squares(v.x, v.y, N), adaptive);
}

static void sums_of_nothing_are_zero(void **state)
{
    (void)state;
    const Vectors v = make_vectors();
    assert_true(vector_sum_squares(v.x, 0) == 0.0);
    assert_true(vector_dot(v.x, v.y, 0) == 0.0);
}

static void sums_do_not_hide_a_nan(void **state)
{
    (void)state;
    Vectors v = make_vectors();
    v.x[N - 2] = (Real)NAN;
    assert_true(isnan(vector_sum_squares(v.x, N)));
    assert_true(isnan(vector_dot(v.x, v.y, N)));
    assert_true(isnan(vector_distance_squared(v.x, v.y, N)));
    assert_true(isnan(vector_weighted_sum_squares(v.x, v.y, N)));
}

static void sums_of_large_numbers_do_not_overflow_single_precision(void **state)
{
    (void)state;
    Real x[2] = {(Real)1e30, (Real)1e30};
    assert_true(isfinite(vector_sum_squares(x, 2)));
    assert_close(vector_sum_squares(x, 2) / 2e60, (double)x[0] * (double)x[0] / 1e60);
}

static void adds_a_multiple_also_in_place(void **state)
{
    (void)state;
    Vectors v = make_vectors();
    Real out[N];
    vector_add_scaled(out, v.x, 0.5, v.y, N);
    for (size_t i = 0; i < N; i++) {
        assert_true(out[i] == v.x[i] + (Real)0.5 * v.y[i]);
    }
    vector_add_scaled(v.x, v.x, 0.5, v.y, N);
    assert_memory_equal(out, v.x, sizeof out);
}

static void adds_along_the_squared_weights(void **state)
{
    (void)state;
    const Vectors v = make_vectors();
    Real out[N];
    vector_add_adaptive(out, v.x, 2.0, v.y, N);
    for (size_t i = 0; i < N; i++) {
        assert_true(out[i] == v.x[i] + (Real)2.0 * (v.x[i] * v.x[i] * v.y[i]));
    }
}

static void copies_to_the_bit(void **state)
{
    (void)state;
    const Vectors v = make_vectors();
    Real out[N];
    vector_copy(out, v.x, N);
    assert_memory_equal(out, v.x, sizeof out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums_agree_with_plain_loops),
        cmocka_unit_test(sums_of_nothing_are_zero),
        cmocka_unit_test(sums_do_not_hide_a_nan),
        cmocka_unit_test(sums_of_large_numbers_do_not_overflow_single_precision),
        cmocka_unit_test(adds_a_multiple_also_in_place),
        cmocka_unit_test(adds_along_the_squared_weights),
        cmocka_unit_test(copies_to_the_bit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
