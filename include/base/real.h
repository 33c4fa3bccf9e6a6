/* base/real.h -- the number type of weights and activations. */
#ifndef BASE_REAL_H
#define BASE_REAL_H

/* float in the product. The variant `double` (make VARIANT=double, -DTRAMLAB_DOUBLE) compiles the very same
 * kernels, models and methods in double, so that finite-difference checks are not drowned in rounding.
 * Constants are written (Real)0.044715, so that both variants see them in full. */
#ifdef TRAMLAB_DOUBLE
typedef double Real;
enum { REAL_IS_DOUBLE = 1 };
#else
typedef float Real;
enum { REAL_IS_DOUBLE = 0 };
#endif

#endif
