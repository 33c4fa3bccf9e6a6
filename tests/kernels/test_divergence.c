/* kernels/test_divergence.c -- KL against PyTorch, near zero, at zero, and where there is none. */
#include "kernels/divergence.h"

#include <string.h>

#include "kernels/near.h"
#include "reference/kernel_reference.h"

enum { N = 3, V = 19 };

/* Relative error of a divergence, as the header has it. */
static double kl_rounding(void)
{
    return REAL_IS_DOUBLE != 0 ? 1e-12 : 5e-6;
}

static double forward_kl_sum(const Real *target, const Real *current, const int32_t *targets,
                             size_t rows, size_t columns)
{
    return divergence_sum(DIVERGENCE_FORWARD_KL, false, target, current, targets, rows, columns);
}

static void agrees_with_pytorch_and_skips_ignored_rows(void **state)
{
    (void)state;
    Real target[N * V];
    Real current[N * V];
    copy_reals(target, KL_TARGET, N * V);
    copy_reals(current, KL_CURRENT, N * V);
    const int32_t targets[N] = {3, -1, 0};
    assert_near(forward_kl_sum(target, current, targets, N, V), KL_SUMS[0] + KL_SUMS[2],
                kl_rounding(), "sum", 0);
    assert_near(forward_kl_sum(target, current, NULL, N, V), KL_SUMS[0] + KL_SUMS[1] + KL_SUMS[2],
                kl_rounding(), "sum", 1);
}

static void identical_logits_give_exactly_zero(void **state)
{
    (void)state;
    Real logits[N * V];
    Real copy[N * V];
    fill_normal(logits, N * V, 6, 1);
    memcpy(copy, logits, sizeof logits);
    const double sum = forward_kl_sum(logits, copy, NULL, N, V);
    assert_true(sum >= 0 && sum <= 0);
}

static void a_constant_added_to_a_row_changes_nothing(void **state)
{
    (void)state;
    Real logits[V];
    Real moved[V];
    for (size_t i = 0; i < V; i++) {
        logits[i] = (Real)i / 4;
        moved[i] = logits[i] + 500;
    }
    const double sum = forward_kl_sum(logits, moved, NULL, 1, V);
    assert_true(sum >= 0 && sum < 1e-14);
}

static void tiny_divergences_survive(void **state)
{
    (void)state;
    /* Two words, log-odds 0 against delta: KL = log cosh(delta / 2) = delta^2 / 8 if delta is small. */
    const double delta = 0x1p-13;
    const Real target[2] = {0, 0};
    const Real current[2] = {(Real)delta, 0};
    const double wanted = delta * delta / 8; /* 1.9e-9: float sums would lose it */
    const double got = forward_kl_sum(target, current, NULL, 1, 2);
    assert_true(fabs(got / wanted - 1) < 1e-5);
}

/* The textbook's sum, with as many digits as there are. */
static double textbook_kl(const Real *target, const Real *current, size_t n)
{
    long double sums[2] = {0};
    long double difference = 0;
    for (size_t i = 0; i < n; i++) {
        sums[0] += expl((long double)target[i]);
        sums[1] += expl((long double)current[i]);
    }
    for (size_t i = 0; i < n; i++) {
        const long double p = expl((long double)target[i]) / sums[0];
        difference += p * ((long double)target[i] - (long double)current[i]);
    }
    return (double)(difference - logl(sums[0] / sums[1]));
}

/* Rows from far closer than float can tell apart by two sums, to further apart than e^delta fits into a float. */
static void relative_error_stays_below_the_documented_bound_at_every_distance(void **state)
{
    (void)state;
    enum { WIDE = 4099 }; /* no whole number of anything, and no row that is kept */
    static Real target[WIDE];
    static Real current[WIDE];
    for (uint64_t i = 0; i < 400; i++) {
        const size_t n = i % 8 == 0 ? WIDE : 2 + (size_t)(i * 37 % 700);
        const double distance = pow(10.0, -5.5 + 0.25 * (double)(i % 33));
        fill_normal(target, n, 0.5 + (double)(i % 5), 2 * i);
        fill_normal(current, n, distance, 2 * i + 1);
        for (size_t k = 0; k < n; k++) {
            current[k] += target[k] + (Real)(i % 3);
        }
        const double wanted = textbook_kl(target, current, n);
        const double got = forward_kl_sum(target, current, NULL, 1, n);
        /* The long double has digits down to about 1e-17. */
        if (!(fabs(got - wanted) < kl_rounding() * wanted + 1e-17)) {
            fail_msg("distance %g, n %zu: got %.17g, wanted %.17g, relative error %.3g", distance,
                     n, got, wanted, got / wanted - 1);
        }
    }
}

static void
rows_on_either_side_of_the_far_limit_have_the_textbooks_divergence_and_gradient(void **state)
{
    (void)state;
    static const double falls[] = {19.0, 19.9, 20.2, 21.0, 60.0, 200.0};
    const KlPenalty penalty = {DIVERGENCE_FORWARD_KL, 1, 1};
    for (size_t f = 0; f < 2 * sizeof falls / sizeof *falls; f++) {
        Real target[V];
        Real current[V];
        Real d_target[V] = {0};
        Real d_current[V] = {0};
        Real scratch[V];
        double p[V];
        double q[V];
        double sums[2] = {0};
        fill_normal(target, V, 1, 7);
        fill_normal(current, V, 1, 8);
        current[3] = target[3] - (Real)(f % 2 == 0 ? falls[f / 2] : -falls[f / 2]);
        const double kl = textbook_kl(target, current, V);
        const double nats =
            divergence_kl_row_gradient(&penalty, d_target, d_current, scratch, target, current, V);
        assert_true(fabs(nats / kl - 1) < kl_rounding());
        for (size_t i = 0; i < V; i++) {
            sums[0] += p[i] = exp((double)target[i]);
            sums[1] += q[i] = exp((double)current[i]);
        }
        for (size_t i = 0; i < V; i++) {
            const double log_ratio =
                (double)target[i] - (double)current[i] - log(sums[0] / sums[1]);
            p[i] /= sums[0];
            q[i] /= sums[1];
            assert_near((double)d_current[i], q[i] - p[i], rounding(), "d_current", i);
            assert_near((double)d_target[i], p[i] * (log_ratio - kl), 2 * rounding(), "d_target",
                        i);
        }
    }
}

static void gradients_of_tiny_divergences_keep_their_digits(void **state)
{
    (void)state;
    /* Two words, log-odds 0 against delta: q - p = tanh(delta / 2) / 2, up and down. */
    const KlPenalty penalty = {DIVERGENCE_FORWARD_KL, 1, 1};
    const double delta = 0x1p-20;
    const Real target[2] = {0, 0};
    const Real current[2] = {(Real)delta, 0};
    Real d_current[2] = {0};
    Real d_target[2] = {0};
    Real scratch[2];
    divergence_kl_row_gradient(&penalty, d_target, d_current, scratch, target, current, 2);
    assert_true(fabs((double)d_current[0] / (tanh(delta / 2) / 2) - 1) < 1e-5);
    assert_true(fabs((double)d_current[1] / (-tanh(delta / 2) / 2) - 1) < 1e-5);
    /* p (log p - log q - KL) with log p - log q = -delta/2, delta/2 */
    assert_true(fabs((double)d_target[0] / (-delta / 4) - 1) < 1e-5);
    assert_true(fabs((double)d_target[1] / (delta / 4) - 1) < 1e-5);
}

static void is_never_negative_for_random_small_steps(void **state)
{
    (void)state;
    Real target[N * V];
    Real current[N * V];
    for (uint64_t seed = 0; seed < 200; seed++) {
        fill_normal(target, N * V, 10, seed);
        fill_normal(current, N * V, 1e-7, seed + 1000);
        for (size_t i = 0; i < N * V; i++) {
            current[i] += target[i];
        }
        assert_true(forward_kl_sum(target, current, NULL, N, V) >= 0);
    }
}

static void logits_that_are_not_finite_give_nan_unless_ignored(void **state)
{
    (void)state;
    const Real bad[3] = {(Real)NAN, (Real)INFINITY, -(Real)INFINITY};
    const int32_t ignored[N] = {0, -1, 0};
    for (size_t i = 0; i < 3; i++) {
        for (int side = 0; side < 2; side++) {
            Real logits[2][N * V];
            fill_normal(logits[0], N * V, 1, 3);
            fill_normal(logits[1], N * V, 1, 4);
            logits[side][V + 17] = bad[i];
            assert_true(isnan(forward_kl_sum(logits[0], logits[1], NULL, N, V)));
            assert_true(isfinite(forward_kl_sum(logits[0], logits[1], ignored, N, V)));
        }
    }
}

static const DivergenceKind KL_KINDS[] = {DIVERGENCE_FORWARD_KL, DIVERGENCE_REVERSE_KL,
                                          DIVERGENCE_SYMMETRIC_KL};
enum { KL_KIND_COUNT = sizeof KL_KINDS / sizeof *KL_KINDS };

static double divergence(DivergenceKind kind, const Real *target, const Real *current)
{
    return divergence_sum(kind, true, target, current, NULL, N, V);
}

static bool is_same(double a, double b)
{
    return a >= b && a <= b;
}

static void kinds_are_mirrors_and_sums_of_each_other_to_the_bit(void **state)
{
    (void)state;
    Real a[N * V];
    Real b[N * V];
    fill_normal(a, N * V, 2, 1);
    fill_normal(b, N * V, 1, 2);
    assert_true(
        is_same(divergence(DIVERGENCE_REVERSE_KL, a, b), divergence(DIVERGENCE_FORWARD_KL, b, a)));
    assert_true(is_same(divergence(DIVERGENCE_SYMMETRIC_KL, a, b),
                        divergence(DIVERGENCE_SYMMETRIC_KL, b, a)));
    assert_near(divergence(DIVERGENCE_SYMMETRIC_KL, a, b),
                divergence(DIVERGENCE_FORWARD_KL, a, b) + divergence(DIVERGENCE_REVERSE_KL, a, b),
                1e-14, "sum", 0);
    assert_true(is_same(divergence(DIVERGENCE_L2, a, b), divergence(DIVERGENCE_L2, b, a)));
    assert_true(
        divergence(DIVERGENCE_REVERSE_KL, a, b) > 1.1 * divergence(DIVERGENCE_FORWARD_KL, a, b) ||
        divergence(DIVERGENCE_FORWARD_KL, a, b) > 1.1 * divergence(DIVERGENCE_REVERSE_KL, a, b));
}

static void every_kind_is_exactly_zero_for_identical_rows(void **state)
{
    (void)state;
    Real a[N * V];
    fill_normal(a, N * V, 5, 1);
    for (size_t k = 0; k < KL_KIND_COUNT; k++) {
        assert_true(is_same(divergence(KL_KINDS[k], a, a), 0));
    }
    assert_true(is_same(divergence(DIVERGENCE_L2, a, a), 0));
}

static void distance_is_the_mean_of_rows_and_may_be_centred(void **state)
{
    (void)state;
    const Real a[4] = {0, 0, 1, 1};
    const Real b[4] = {3, 4, 5, 5};
    const int32_t second_ignored[2] = {0, -1};
    assert_near(divergence_sum(DIVERGENCE_L2, false, a, b, NULL, 2, 2), 5 + sqrt(32), 1e-14, "raw",
                0);
    assert_near(divergence_sum(DIVERGENCE_L2, true, a, b, NULL, 2, 2), sqrt(0.5), 1e-14, "centred",
                0);
    assert_near(divergence_sum(DIVERGENCE_L2, false, a, b, second_ignored, 2, 2), 5, 1e-14, "one",
                0);
}

/* A row whose divergence is differentiated. */
typedef struct GradientCase {
    KlPenalty penalty;
    Real target[V];
    Real current[V];
} GradientCase;

static double scaled_divergence(const void *context)
{
    const GradientCase *const c = context;
    return c->penalty.scale * divergence_kl_row(&c->penalty, c->target, c->current, V);
}

static void gradients_agree_with_central_differences_on_both_sides(void **state)
{
    (void)state;
    static const double temperatures[] = {1, 2, 0.5};
    for (size_t i = 0; i < 9; i++) {
        GradientCase c = {.penalty = {KL_KINDS[i / 3], temperatures[i % 3], -1.7}};
        Real d_target[V] = {0};
        Real d_current[V] = {0};
        Real scratch[V];
        fill_normal(c.target, V, 1.5, 2 * i);
        fill_normal(c.current, V, 1.5, 2 * i + 1);
        const double nats = divergence_kl_row_gradient(&c.penalty, d_target, d_current, scratch,
                                                       c.target, c.current, V);
        assert_true(is_same(nats, divergence_kl_row(&c.penalty, c.target, c.current, V)));
        assert_gradient(scaled_divergence, &c, c.current, d_current, V, "d_current");
        assert_gradient(scaled_divergence, &c, c.target, d_target, V, "d_target");
    }
}

static void gradients_follow_the_formulas(void **state)
{
    (void)state;
    const Real target[3] = {0, (Real)0.5, 1};
    const Real current[3] = {1, 0, (Real)-0.5};
    double p[3];
    double q[3];
    double sums[2] = {0};
    double reverse = 0;
    for (size_t i = 0; i < 3; i++) {
        sums[0] += p[i] = exp((double)target[i] / 2);
        sums[1] += q[i] = exp((double)current[i] / 2);
    }
    for (size_t i = 0; i < 3; i++) {
        p[i] /= sums[0];
        q[i] /= sums[1];
        reverse += q[i] * log(q[i] / p[i]);
    }
    for (size_t k = 0; k < KL_KIND_COUNT; k++) {
        const KlPenalty penalty = {KL_KINDS[k], 2, 3};
        Real d_current[3] = {1, 1, 1}; /* is added to */
        Real scratch[3];
        divergence_kl_row_gradient(&penalty, NULL, d_current, scratch, target, current, 3);
        for (size_t i = 0; i < 3; i++) {
            const double forward_part = k == 1 ? 0 : q[i] - p[i];
            const double reverse_part = k == 0 ? 0 : q[i] * (log(q[i] / p[i]) - reverse);
            assert_near((double)d_current[i], 1 + 1.5 * (forward_part + reverse_part), rounding(),
                        "d_current", i);
        }
    }
}

static void identical_rows_have_no_gradient(void **state)
{
    (void)state;
    Real a[V];
    Real zeros[V] = {0};
    fill_normal(a, V, 3, 1);
    for (size_t k = 0; k < KL_KIND_COUNT; k++) {
        const KlPenalty penalty = {KL_KINDS[k], 1, 1};
        Real d_target[V] = {0};
        Real d_current[V] = {0};
        Real scratch[V];
        divergence_kl_row_gradient(&penalty, d_target, d_current, scratch, a, a, V);
        for (size_t i = 0; i < V; i++) {
            assert_true(is_same((double)d_target[i], (double)zeros[i]));
            assert_true(is_same((double)d_current[i], (double)zeros[i]));
        }
    }
}

static void a_logit_that_is_not_finite_spoils_the_gradients(void **state)
{
    (void)state;
    const KlPenalty penalty = {DIVERGENCE_FORWARD_KL, 1, 1};
    Real a[V];
    Real b[V];
    Real d_target[V] = {0};
    Real d_current[V] = {0};
    Real scratch[V];
    fill_normal(a, V, 1, 1);
    fill_normal(b, V, 1, 2);
    a[5] = (Real)INFINITY;
    assert_true(isnan(divergence_kl_row_gradient(&penalty, d_target, d_current, scratch, a, b, V)));
    assert_true(isnan(d_target[0]) && isnan(d_current[V - 1]));
    assert_true(isnan(divergence_sum(DIVERGENCE_L2, true, a, b, NULL, 1, V)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agrees_with_pytorch_and_skips_ignored_rows),
        cmocka_unit_test(identical_logits_give_exactly_zero),
        cmocka_unit_test(a_constant_added_to_a_row_changes_nothing),
        cmocka_unit_test(tiny_divergences_survive),
        cmocka_unit_test(relative_error_stays_below_the_documented_bound_at_every_distance),
        cmocka_unit_test(
            rows_on_either_side_of_the_far_limit_have_the_textbooks_divergence_and_gradient),
        cmocka_unit_test(gradients_of_tiny_divergences_keep_their_digits),
        cmocka_unit_test(is_never_negative_for_random_small_steps),
        cmocka_unit_test(logits_that_are_not_finite_give_nan_unless_ignored),
        cmocka_unit_test(kinds_are_mirrors_and_sums_of_each_other_to_the_bit),
        cmocka_unit_test(every_kind_is_exactly_zero_for_identical_rows),
        cmocka_unit_test(distance_is_the_mean_of_rows_and_may_be_centred),
        cmocka_unit_test(gradients_agree_with_central_differences_on_both_sides),
        cmocka_unit_test(gradients_follow_the_formulas),
        cmocka_unit_test(identical_rows_have_no_gradient),
        cmocka_unit_test(a_logit_that_is_not_finite_spoils_the_gradients),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
