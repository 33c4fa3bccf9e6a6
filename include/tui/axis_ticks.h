/* tui/axis_ticks.h -- where an axis gets its ticks, and what they say. */
#ifndef TUI_AXIS_TICKS_H
#define TUI_AXIS_TICKS_H

#include <stdbool.h>
#include <stddef.h>

enum { AXIS_TICKS_FEW = 5, AXIS_TICKS_MAX = 7, AXIS_LABEL_BYTES = 24 };

/* How an axis maps its values. */
typedef enum AxisScale {
    AXIS_SCALE_LINEAR,
    AXIS_SCALE_LOG, /* values <= 0 have no place */
    AXIS_SCALE_SYMLOG, /* sign(v) log10(1 + |v| / unit): for values of both signs; about linear below the unit */
    AXIS_SCALE_COUNT
} AxisScale;

/* How the labels of an x axis read. */
typedef enum AxisLabels {
    AXIS_LABELS_COUNT, /* 0 500 1k 1.5k, then M, G and T */
    AXIS_LABELS_CLOCK  /* seconds as m:ss, below a second 0:00.5 */
} AxisLabels;

typedef struct AxisTick {
    double value;
    char label[AXIS_LABEL_BYTES]; /* ASCII */
} AxisTick;

/* An axis: its range and its ticks in rising order, none outside the range. */
typedef struct AxisTicks {
    double low;
    double high;
    double unit; /* of a symlog axis */
    AxisTick ticks[AXIS_TICKS_MAX];
    size_t count;
} AxisTicks;

/* Ticks for values low..high: multiples of 1, 2 or 5 times a power of ten. The range is widened to whole ticks, so that it stays
 * where it is while the data move a little; a constant gets a range around it (10 per cent of it, or -1..1 around 0).
 * low <= high, both finite and within +-1e300
 * most        ticks at most; taken into AXIS_TICKS_FEW..AXIS_TICKS_MAX; there are at least 3
 * Labels share their count of decimals, and from 100,000 up or below 0.001 one exponent: 0, 0.5e-4, 1.0e-4. */
void axis_ticks_linear(double low, double high, int most, AxisTicks *out);

/* The same for a log axis: range widened to 1, 2 or 5 times a power of ten; ticks at powers of ten (every second, third, ... if
 * there are many), with 2 and 5 between them where there is room; where high < 3 low, equal steps as on a linear axis.
 * 0 < low <= high, both in 1e-300..1e300. Labels are 0.01..5000 written out, and scientific (2e-5) if any tick lies outside. */
void axis_ticks_log(double low, double high, int most, AxisTicks *out);

/* The same for a symlog axis: zero, and powers of ten of both signs. The unit is the power of ten four decades below the value furthest
 * from zero: smaller ones are drawn about linearly. -1e300 <= low <= high <= 1e300 */
void axis_ticks_symlog(double low, double high, int most, AxisTicks *out);

/* Ticks of an x axis fixed to low..high: the range is left as it is. 0 <= low < high, finite. */
void axis_ticks_window(double low, double high, int most, AxisLabels labels, AxisTicks *out);

/* The same for a log axis. 0 < low < high, both in 1e-300..1e300. */
void axis_ticks_log_window(double low, double high, int most, AxisTicks *out);

/* What an x axis shows. */
typedef struct AxisView {
    double low;
    double high;
    double unit; /* the labels count in it; 0 = 1 */
    bool is_log;
    AxisLabels labels; /* of a linear axis */
} AxisView;

/* The ticks of either, at places of the axis, with labels that count in its unit. */
void axis_ticks_x(const AxisView *view, int most, AxisTicks *out);

#endif
