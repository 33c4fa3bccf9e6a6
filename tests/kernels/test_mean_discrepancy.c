/* kernels/test_mean_discrepancy.c -- the four kernels by their definition, the choice of positions, and the identities. */
#include "kernels/mean_discrepancy.h"

#include <string.h>

#include "kernels/divergence.h"
#include "kernels/near.h"

enum { N = 7, V = 37, MANY = 1000 };

static const DivergenceKind KINDS[] = {DIVERGENCE_MMD_IMQ, DIVERGENCE_MMD_IMQ2, DIVERGENCE_MMD_IMQ3,
                                       DIVERGENCE_MMD_RBF};
enum { KIND_COUNT = sizeof KINDS / sizeof *KINDS };

static double discrepancy(DivergenceKind kind, bool is_centred, const Real *target,
                          const Real *current, const int32_t *targets, size_t n)
{
    DiscrepancySample sample = {.kind = kind, .target = target, .current = current, .V = V};
    discrepancy_choose_positions(&sample, targets, n, 1);
    discrepancy_measure_rows(&sample, is_centred);
    double total = 0;
    for (size_t i = 0; i < sample.count; i++) {
        total += discrepancy_row_sum(&sample, i);
    }
    return discrepancy_mean(&sample, total);
}

static double kernel_by_definition(DivergenceKind kind, const Real *x, const Real *y,
                                   bool is_centred)
{
    static const double widths[] = {0.1, 0.2, 0.5, 1, 2, 5, 10};
    double shift = 0;
    double r2 = 0;
    double sum = 0;
    for (size_t v = 0; v < V && is_centred; v++) {
        shift += ((double)x[v] - (double)y[v]) / V;
    }
    for (size_t v = 0; v < V; v++) {
        r2 += pow((double)x[v] - (double)y[v] - shift, 2);
    }
    for (size_t i = 0; i < 7; i++) {
        const double b = widths[i];
        sum += kind == DIVERGENCE_MMD_IMQ    ? b / (b + r2)
               : kind == DIVERGENCE_MMD_IMQ2 ? pow(b * b + r2, -0.5)
               : kind == DIVERGENCE_MMD_IMQ3 ? b * b / (b * b + r2)
                                             : exp(-r2 / (2 * b));
    }
    return sum;
}

static double by_definition(DivergenceKind kind, bool is_centred, const Real *a, const Real *b,
                            const int32_t *targets)
{
    double sum = 0;
    double count = 0;
    for (size_t i = 0; i < N; i++) {
        count += targets[i] >= 0 ? 1 : 0;
        for (size_t j = 0; j < N; j++) {
            if (targets[i] >= 0 && targets[j] >= 0) {
                sum += kernel_by_definition(kind, a + i * V, a + j * V, is_centred) +
                       kernel_by_definition(kind, b + i * V, b + j * V, is_centred) -
                       2 * kernel_by_definition(kind, a + i * V, b + j * V, is_centred);
            }
        }
    }
    return sum / (count * count);
}

static void agrees_with_the_definition(void **state)
{
    (void)state;
    const int32_t targets[N] = {0, 1, -1, 2, 3, -1, 4};
    Real a[N * V];
    Real b[N * V];
    fill_normal(a, N * V, 0.3, 1);
    fill_normal(b, N * V, 0.2, 2);
    for (size_t k = 0; k < KIND_COUNT; k++) {
        for (int centred = 0; centred < 2; centred++) {
            const double wanted = by_definition(KINDS[k], centred != 0, a, b, targets);
            assert_true(wanted > 0.01);
            assert_near(discrepancy(KINDS[k], centred != 0, a, b, targets, N), wanted, 1e-12,
                        "discrepancy", k);
        }
    }
}

static void identical_rows_give_exactly_zero_and_order_does_not_matter(void **state)
{
    (void)state;
    Real a[N * V];
    Real b[N * V];
    fill_normal(a, N * V, 1, 1);
    fill_normal(b, N * V, 1, 2);
    for (size_t k = 0; k < KIND_COUNT; k++) {
        const double same = discrepancy(KINDS[k], true, a, a, NULL, N);
        const double forth = discrepancy(KINDS[k], true, a, b, NULL, N);
        const double back = discrepancy(KINDS[k], true, b, a, NULL, N);
        assert_true(same >= 0 && same <= 0);
        assert_near(forth, back, 1e-13, "exchanged", k);
    }
}

static void centring_takes_away_what_softmax_does_not_see(void **state)
{
    (void)state;
    Real a[N * V];
    Real moved[N * V];
    fill_normal(a, N * V, 1, 1);
    for (size_t i = 0; i < (size_t)N * V; i++) {
        moved[i] = a[i] + (Real)(3 * (i / V));
    }
    for (size_t k = 0; k < KIND_COUNT; k++) {
        assert_true(discrepancy(KINDS[k], true, a, moved, NULL, N) < 1e-5);
        assert_true(discrepancy(KINDS[k], false, a, moved, NULL, N) > 0.01);
    }
}

static void chooses_at_most_so_many_positions_that_count_by_seed(void **state)
{
    (void)state;
    int32_t targets[MANY];
    size_t visits[MANY] = {0};
    DiscrepancySample first = {0};
    DiscrepancySample again = {0};
    for (size_t i = 0; i < MANY; i++) {
        targets[i] = i % 3 == 0 ? -1 : 1;
    }
    enum { ROUNDS = 400 };
    for (uint64_t seed = 0; seed < ROUNDS; seed++) {
        DiscrepancySample sample = {0};
        discrepancy_choose_positions(&sample, targets, MANY, seed);
        assert_int_equal(sample.count, DISCREPANCY_ROWS_MAX);
        for (size_t i = 0; i < sample.count; i++) {
            assert_true(targets[sample.positions[i]] >= 0);
            assert_true(i == 0 || sample.positions[i] > sample.positions[i - 1]);
            visits[sample.positions[i]]++;
        }
    }
    const double share = 256.0 / 666;
    for (size_t i = 0; i < MANY; i++) {
        const double wanted = i % 3 == 0 ? 0 : share;
        assert_true(fabs((double)visits[i] / ROUNDS - wanted) <=
                    5 * sqrt(wanted * (1 - wanted) / ROUNDS));
    }
    discrepancy_choose_positions(&first, targets, MANY, 3);
    discrepancy_choose_positions(&again, targets, MANY, 3);
    assert_memory_equal(first.positions, again.positions, sizeof first.positions);
    discrepancy_choose_positions(&again, targets, 12, 3);
    assert_int_equal(again.count, 8); /* few enough: all of them */
}

static void rows_that_are_not_finite_give_nan_unless_ignored(void **state)
{
    (void)state;
    const Real bad[3] = {(Real)NAN, (Real)INFINITY, -(Real)INFINITY};
    const int32_t ignored[N] = {0, -1, 0, 0, 0, 0, 0};
    for (size_t i = 0; i < 3; i++) {
        Real a[N * V];
        Real b[N * V];
        fill_normal(a, N * V, 1, 3);
        fill_normal(b, N * V, 1, 4);
        b[V + 2] = bad[i];
        assert_true(isnan(discrepancy(KINDS[i], false, a, b, NULL, N)));
        assert_true(isnan(discrepancy(KINDS[i], true, b, a, NULL, N)));
        assert_true(isfinite(discrepancy(KINDS[i], true, a, b, ignored, N)));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agrees_with_the_definition),
        cmocka_unit_test(identical_rows_give_exactly_zero_and_order_does_not_matter),
        cmocka_unit_test(centring_takes_away_what_softmax_does_not_see),
        cmocka_unit_test(chooses_at_most_so_many_positions_that_count_by_seed),
        cmocka_unit_test(rows_that_are_not_finite_give_nan_unless_ignored),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
