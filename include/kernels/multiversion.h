/* kernels/multiversion.h -- one binary that uses AVX-512 or AVX2 where the machine has them. */
#ifndef KERNELS_MULTIVERSION_H
#define KERNELS_MULTIVERSION_H

/* Put before the definition of a kernel: it is compiled three times, and the fitting one is chosen
 * when the program is loaded. With -ffp-contract=off and sums in a written-down order, the three
 * give the same bits. Empty where it cannot be had: with sanitizers, on other processors
 * (TRAMLAB_MULTIVERSION is set by the release build). */
#if defined(TRAMLAB_MULTIVERSION) && defined(__x86_64__)
#define MULTIVERSION __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define MULTIVERSION
#endif

/* For the small pieces inside such a kernel: a piece that is not inlined would be compiled for the
 * plainest machine only. */
#define KERNEL_PIECE static inline __attribute__((always_inline))

#endif
