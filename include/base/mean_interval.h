/* base/mean_interval.h -- the mean of a few measurements, and how far it may be off: Student's t. */
#ifndef BASE_MEAN_INTERVAL_H
#define BASE_MEAN_INTERVAL_H

#include <stddef.h>

/* mean - half_width .. mean + half_width holds the mean of all there could be in 95 of 100 such samples (if they are spread normally). */
typedef struct MeanInterval {
    double mean;
    double half_width; /* NaN of one value: it says nothing of the spread */
} MeanInterval;

/*     mean = sum(v) / n;   half_width = t_{0.975, n-1} * s / sqrt(n),   s^2 = sum((v - mean)^2) / (n - 1)
 * values [count], count >= 1. A value that is not finite makes both NaN. ANY THREAD. */
MeanInterval mean_interval(const double *values, size_t count);

/* The 97.5 % quantile of Student's t (two-sided 95 %): a table up to 30 degrees of freedom, from there on the expansion around the
 * normal quantile (Abramowitz & Stegun 26.7.5), off by less than 1e-6. NaN for 0. ANY THREAD. */
double student_t_975(size_t degrees_of_freedom);

#endif
