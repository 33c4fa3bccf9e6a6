/* kernels/test_normal_draw.c -- the errors against the C library over the whole range, and the edges. */
#include "kernels/normal_draw.h"

#include "kernels/hashed_draw.h"
#include "kernels/near.h"

enum { STEPS = 400000 };

static void logarithm_stays_within_the_documented_bound(void **state)
{
    (void)state;
    double worst = 0;
    for (int k = 0; k <= 53; k++) {
        for (int i = 0; i < STEPS / 53; i++) {
            const double x = ldexp(1.0 - 0.5 * (double)i / (STEPS / 53.0), -k);
            const double wanted = log(x);
            worst = fmax(worst,
                         fabs(logarithm_of_fraction(x) - wanted) / (4e-16 * fabs(wanted) + 1e-16));
        }
    }
    if (!(worst < 1)) {
        fail_msg("worst error %.3g times the bound", worst);
    }
    assert_true(logarithm_of_fraction(1) >= 0 && logarithm_of_fraction(1) <= 0);
    assert_true(logarithm_of_fraction(1.0 - 0x1.0p-53) < 0);
}

static void cosine_stays_within_the_documented_bound(void **state)
{
    (void)state;
    double worst = 0;
    for (int i = 0; i < STEPS; i++) {
        const double t = (double)i / STEPS;
        worst = fmax(worst, fabs(cosine_of_turn(t) - cos(2.0 * M_PI * t)));
    }
    if (!(worst < 1e-15)) {
        fail_msg("worst error %.3g", worst);
    }
}

/* So what was drawn by the scalar code before stays what it was, but for last digits. */
static void draws_what_random_normal_draws(void **state)
{
    (void)state;
    Random random = {.key = 77};
    for (uint64_t i = 0; i < STEPS; i++) {
        const double u = 1.0 - hashed_uniform(77, 2 * i);
        const double t = hashed_uniform(77, 2 * i + 1);
        const double wanted = random_normal(&random);
        if (!(fabs(normal_draw(u, t) - wanted) < 1e-14)) {
            fail_msg("draw %d: got %.17g, wanted %.17g", (int)i, normal_draw(u, t), wanted);
        }
    }
}

static void hashed_draws_are_those_of_a_stream(void **state)
{
    (void)state;
    Random random = {.key = 0xFEDCBA9876543210U};
    for (uint64_t i = 0; i < 1000; i++) {
        assert_true(hashed_draw(random.key, i) == random_bits_at(random.key, i));
        const double uniform = hashed_uniform(random.key, i);
        const double wanted = random_uniform(&random);
        assert_memory_equal(&uniform, &wanted, sizeof wanted);
    }
}

/* u runs down to 2^-53, the smallest that a draw can be: the farthest normal number. */
static void the_farthest_draw_is_finite(void **state)
{
    (void)state;
    assert_near(normal_draw(0x1.0p-53, 0), sqrt(106.0 * M_LN2), 1e-14, "farthest", 0);
    assert_true(fabs(normal_draw(1, 0)) <= 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(logarithm_stays_within_the_documented_bound),
        cmocka_unit_test(cosine_stays_within_the_documented_bound),
        cmocka_unit_test(draws_what_random_normal_draws),
        cmocka_unit_test(hashed_draws_are_those_of_a_stream),
        cmocka_unit_test(the_farthest_draw_is_finite),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
