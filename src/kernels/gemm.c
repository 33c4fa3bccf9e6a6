/* kernels/gemm.c -- the calls into OpenBLAS. */
#include "kernels/gemm.h"

#include <assert.h>
#include <limits.h>

#include <cblas.h>

static CBLAS_TRANSPOSE order_of(GemmOperand operand)
{
    return operand.is_transposed ? CblasTrans : CblasNoTrans;
}

void gemm(Real *c, size_t c_stride, GemmOperand a, GemmOperand b, GemmSizes sizes, Real alpha,
          Real beta)
{
    assert(sizes.rows <= INT_MAX && sizes.cols <= INT_MAX && sizes.inner <= INT_MAX);
    assert(c_stride <= INT_MAX && a.stride <= INT_MAX && b.stride <= INT_MAX);
#ifdef TRAMLAB_DOUBLE
    cblas_dgemm(
#else
    cblas_sgemm(
#endif
        CblasRowMajor, order_of(a), order_of(b), (int)sizes.rows, (int)sizes.cols, (int)sizes.inner,
        alpha, a.data, (int)a.stride, b.data, (int)b.stride, beta, c, (int)c_stride);
}

void gemm_use_one_thread(void)
{
    openblas_set_num_threads(1);
}

const char *gemm_library_description(void)
{
    return openblas_get_config();
}
