/* kernels/gemm.h -- matrix products; the one place that knows OpenBLAS. */
#ifndef KERNELS_GEMM_H
#define KERNELS_GEMM_H

#include <stdbool.h>
#include <stddef.h>

#include "base/real.h"

/* A row-major matrix that is read: element (i, j) is data[i * stride + j].
 * With is_transposed the product takes its transpose. */
typedef struct GemmOperand {
    const Real *data;
    size_t stride; /* elements from one stored row to the next */
    bool is_transposed;
} GemmOperand;

/* Of the product: each at most 2^31 - 1. */
typedef struct GemmSizes {
    size_t rows;
    size_t cols;
    size_t inner;
} GemmSizes;

/* c = alpha * a b + beta * c, with a taken as [rows, inner] and b as [inner, cols].
 * c  [rows, cols] in/out, row-major with c_stride, not aliased with a or b
 * With beta 0 what c held before does not matter, not even NaN. ANY THREAD. */
void gemm(Real *c, size_t c_stride, GemmOperand a, GemmOperand b, GemmSizes sizes, Real alpha,
          Real beta);

/* Tell the library to use only the calling thread from now on; once, before the first product. */
void gemm_use_one_thread(void);

/* Name, version and processor kernel of the library, for the run's record. Static storage. */
const char *gemm_library_description(void);

#endif
