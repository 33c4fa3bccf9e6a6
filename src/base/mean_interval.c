#include "base/mean_interval.h"

#include <math.h>

double student_t_975(size_t degrees_of_freedom)
{
    /* T.INV_2T(0.05, v) to seven digits, v = 1..30. */
    static const double TABLE[] = {
        12.7062047, 4.3026527, 3.1824463, 2.7764451, 2.5705818, 2.4469119, 2.3646243, 2.3060041,
        2.2621572,  2.2281389, 2.2009852, 2.1788128, 2.1603687, 2.1447867, 2.1314495, 2.1199053,
        2.1098156,  2.1009220, 2.0930241, 2.0859634, 2.0796138, 2.0738731, 2.0686576, 2.0638986,
        2.0595386,  2.0555294, 2.0518305, 2.0484071, 2.0452296, 2.0422725};
    enum { TABLE_COUNT = sizeof TABLE / sizeof *TABLE };
    if (degrees_of_freedom == 0) {
        return (double)NAN;
    }
    if (degrees_of_freedom <= TABLE_COUNT) {
        return TABLE[degrees_of_freedom - 1];
    }
    const double z = 1.959963984540054; /* of the normal distribution */
    const double v = (double)degrees_of_freedom;
    const double z2 = z * z;
    const double first = z * (z2 + 1.0) / 4.0;
    const double second = z * ((5.0 * z2 + 16.0) * z2 + 3.0) / 96.0;
    const double third = z * (((3.0 * z2 + 19.0) * z2 + 17.0) * z2 - 15.0) / 384.0;
    return z + (first + (second + third / v) / v) / v;
}

MeanInterval mean_interval(const double *values, size_t count)
{
    double sum = 0.0;
    double squares = 0.0;
    for (size_t i = 0; i < count; i++) {
        sum += values[i];
    }
    const double mean = sum / (double)count;
    if (!isfinite(mean)) {
        return (MeanInterval){.mean = (double)NAN, .half_width = (double)NAN};
    }
    for (size_t i = 0; i < count; i++) {
        squares += (values[i] - mean) * (values[i] - mean);
    }
    MeanInterval interval = {.mean = mean, .half_width = (double)NAN};
    if (count > 1) {
        const double deviation = sqrt(squares / (double)(count - 1));
        interval.half_width = student_t_975(count - 1) * deviation / sqrt((double)count);
    }
    return interval;
}
