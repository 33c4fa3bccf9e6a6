/* kernels/test_gemm.c -- products in all four orders against the definition, and what beta 0 promises. */
#include "kernels/gemm.h"

#include <string.h>

#include "kernels/near.h"

enum { ROWS = 5, COLS = 7, INNER = 9, STRIDE = 11 };

static double element(GemmOperand m, size_t i, size_t j)
{
    return (double)(m.is_transposed ? m.data[j * m.stride + i] : m.data[i * m.stride + j]);
}

static void equals_the_definition_in_all_four_orders(void **state)
{
    (void)state;
    Real a[STRIDE * STRIDE];
    Real b[STRIDE * STRIDE];
    Real before[ROWS * STRIDE];
    fill_normal(a, STRIDE * STRIDE, 1, 1);
    fill_normal(b, STRIDE * STRIDE, 1, 2);
    fill_normal(before, ROWS * STRIDE, 1, 3);
    for (int order = 0; order < 4; order++) {
        const GemmOperand left = {a, STRIDE, (order & 1) != 0};
        const GemmOperand right = {b, STRIDE, (order & 2) != 0};
        Real c[ROWS * STRIDE];
        memcpy(c, before, sizeof c);
        gemm(c, STRIDE, left, right, (GemmSizes){ROWS, COLS, INNER}, (Real)0.5, (Real)-2);
        for (size_t i = 0; i < ROWS; i++) {
            for (size_t j = 0; j < STRIDE; j++) {
                double wanted = (double)before[i * STRIDE + j];
                if (j < COLS) {
                    wanted *= -2;
                    for (size_t k = 0; k < INNER; k++) {
                        wanted += 0.5 * element(left, i, k) * element(right, k, j);
                    }
                }
                assert_near((double)c[i * STRIDE + j], wanted, rounding(), "c", i * STRIDE + j);
            }
        }
    }
}

static void beta_zero_forgets_even_a_nan(void **state)
{
    (void)state;
    const Real a[2] = {2, 3};
    const Real b[2] = {5, 7};
    Real c[1] = {(Real)NAN};
    gemm(c, 1, (GemmOperand){a, 2, false}, (GemmOperand){b, 1, false}, (GemmSizes){1, 1, 2}, 1, 0);
    assert_near((double)c[0], 31, 0, "c", 0);
}

static void a_nan_in_an_operand_reaches_the_product(void **state)
{
    (void)state;
    const Real a[2] = {(Real)NAN, 3};
    const Real b[2] = {0, 7};
    Real c[1] = {0};
    gemm(c, 1, (GemmOperand){a, 2, false}, (GemmOperand){b, 1, false}, (GemmSizes){1, 1, 2}, 1, 0);
    assert_true(isnan(c[0]));
}

static void the_library_tells_its_name(void **state)
{
    (void)state;
    assert_non_null(strstr(gemm_library_description(), "OpenBLAS"));
}

int main(void)
{
    gemm_use_one_thread();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equals_the_definition_in_all_four_orders),
        cmocka_unit_test(beta_zero_forgets_even_a_nan),
        cmocka_unit_test(a_nan_in_an_operand_reaches_the_product),
        cmocka_unit_test(the_library_tells_its_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
