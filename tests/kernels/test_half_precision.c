/* kernels/test_half_precision.c -- every number there is, against its definition. */
#include "kernels/half_precision.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { COUNT = 1 << 16 };

typedef struct All {
    uint16_t bits[COUNT];
    Real values[COUNT];
} All;

static int make_all(void **state)
{
    All *all = calloc(1, sizeof *all);
    for (size_t i = 0; all != NULL && i < COUNT; i++) {
        all->bits[i] = (uint16_t)i;
    }
    *state = all;
    return all == NULL ? -1 : 0;
}

static int free_all(void **state)
{
    free(*state);
    return 0;
}

/* sign * fraction * 2^exponent, as the standards say it. */
static double defined_value(uint16_t bits, int fraction_bits)
{
    const int exponent_max = (1 << (15 - fraction_bits)) - 1;
    const int exponent = bits >> fraction_bits & exponent_max;
    const int fraction = bits & ((1 << fraction_bits) - 1);
    const double sign = (bits & 0x8000) != 0 ? -1.0 : 1.0;
    if (exponent == exponent_max) {
        return fraction != 0 ? (double)NAN : sign * (double)INFINITY;
    }
    const int whole = exponent == 0 ? fraction : fraction + (1 << fraction_bits);
    const int least = exponent == 0 ? 1 : exponent;
    return sign * ldexp(whole, least - exponent_max / 2 - fraction_bits);
}

static void check(const All *all, int fraction_bits)
{
    for (size_t i = 0; i < COUNT; i++) {
        const double expected = defined_value(all->bits[i], fraction_bits);
        const double value = (double)all->values[i];
        const bool is_same = isnan(expected) ? isnan(value)
                                             : value >= expected && value <= expected &&
                                                   signbit(value) == signbit(expected);
        if (!is_same) {
            fail_msg("%04zx is %g, not %g", i, value, expected);
        }
    }
}

static void every_half_is_the_number_it_stands_for(void **state)
{
    All *all = *state;
    half_to_real(all->values, all->bits, COUNT);
    check(all, 10);
}

static void every_bfloat_is_the_number_it_stands_for(void **state)
{
    All *all = *state;
    bfloat_to_real(all->values, all->bits, COUNT);
    check(all, 7);
}

static void floats_stay_as_they_are_at_any_length(void **state)
{
    All *all = *state;
    static const float FLOATS[] = {1.5F, -0.0F, 3e38F, 1e-45F, -7.25F, 0.1F, 9.0F};
    for (size_t n = 0; n <= 7; n++) {
        memset(all->values, 0, sizeof all->values);
        float_to_real(all->values, FLOATS, n);
        for (size_t i = 0; i < 8; i++) {
            const double expected = i < n ? (double)FLOATS[i] : 0.0;
            assert_true((double)all->values[i] >= expected && (double)all->values[i] <= expected);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_half_is_the_number_it_stands_for),
        cmocka_unit_test(every_bfloat_is_the_number_it_stands_for),
        cmocka_unit_test(floats_stay_as_they_are_at_any_length),
    };
    return cmocka_run_group_tests(tests, make_all, free_all);
}
