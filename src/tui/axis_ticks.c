/* tui/axis_ticks.c -- 1-2-5 steps, kept as whole numbers times a power of ten so that 3 x 0.1 prints and compares as 0.3. */
#include "tui/axis_ticks.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

enum { LADDER_PER_DECADE = 3, SYMLOG_DECADES = 4 };

static const int ladder[LADDER_PER_DECADE] = {1, 2, 5};

static const double SAME = 1e-9; /* of a step: closer than this is on the tick */
static const double CONSTANT_SPAN =
    1e-6; /* of the value: below this it is a constant (a float has 6e-8) */
static const double SMALLEST = 1e-300; /* below this, a value is zero to an axis */
static const double PLAIN_LOW = 1e-3;
static const double PLAIN_HIGH = 1e5;
static const double LOG_PLAIN_LOW = 0.0099;
static const double LOG_PLAIN_HIGH = 9999.0;
static const double LINEAR_RATIO = 3.0; /* a log axis shorter than this has no room for 1-2-5 */

/* units x 10^exponent */
typedef struct Decimal {
    long units;
    int exponent;
} Decimal;

static double decimal_value(Decimal d)
{
    /* Dividing rounds once, so 3/10 is the double that 0.3 is; 10^-1 times 3 is not. */
    return d.exponent < 0 ? (double)d.units / pow(10.0, -d.exponent)
                          : (double)d.units * pow(10.0, d.exponent);
}

/* Rung i of ..., 0.5, 1, 2, 5, 10, ...; rung 0 is 1. */
static Decimal ladder_rung(int i)
{
    const int decade =
        i >= 0 ? i / LADDER_PER_DECADE : -((-i + LADDER_PER_DECADE - 1) / LADDER_PER_DECADE);
    return (Decimal){.units = ladder[i - decade * LADDER_PER_DECADE], .exponent = decade};
}

/* The highest rung at or below value. */
static int rung_below(double value)
{
    int rung = LADDER_PER_DECADE * ((int)floor(log10(value)) - 1);
    while (decimal_value(ladder_rung(rung + 1)) <= value * (1.0 + SAME)) {
        ++rung;
    }
    return rung;
}

static int rung_above(double value)
{
    const int rung = rung_below(value);
    return decimal_value(ladder_rung(rung)) >= value * (1.0 - SAME) ? rung : rung + 1;
}

static int usable_most(int most)
{
    if (most < AXIS_TICKS_FEW) {
        return AXIS_TICKS_FEW;
    }
    return most > AXIS_TICKS_MAX ? AXIS_TICKS_MAX : most;
}

static int digits_of(long units)
{
    int digits = 1;
    for (units = units < 0 ? -units : units; units >= 10; units /= 10) {
        ++digits;
    }
    return digits;
}

static int max_int(int a, int b)
{
    return a > b ? a : b;
}

/* units x 10^exponent in units of 10^unit_exponent, with all its decimals. */
static int print_in_unit(char label[AXIS_LABEL_BYTES], Decimal d, int unit_exponent)
{
    const double value =
        decimal_value((Decimal){.units = d.units, .exponent = d.exponent - unit_exponent});
    return snprintf(label, AXIS_LABEL_BYTES, "%.*f", max_int(0, unit_exponent - d.exponent), value);
}

static void append(char label[AXIS_LABEL_BYTES], const char *suffix)
{
    const size_t length = strlen(label);
    (void)snprintf(label + length, AXIS_LABEL_BYTES - length, "%s", suffix);
}

static int print_scientific(char label[AXIS_LABEL_BYTES], Decimal d, int exponent)
{
    char suffix[AXIS_LABEL_BYTES];
    const int suffix_length = snprintf(suffix, sizeof suffix, "e%d", exponent);
    const int length = print_in_unit(label, d, exponent);
    append(label, suffix);
    return length + suffix_length;
}

/* `largest` is the tick furthest from zero: all labels of an axis follow its form and share its exponent. */
static void number_label(char label[AXIS_LABEL_BYTES], Decimal d, Decimal largest)
{
    const double reach = fabs(decimal_value(largest));
    const int exponent = largest.exponent + digits_of(largest.units) - 1;
    char trial[AXIS_LABEL_BYTES];
    const bool is_usual = reach >= PLAIN_LOW && reach < PLAIN_HIGH;
    if (d.units == 0) {
        (void)snprintf(label, AXIS_LABEL_BYTES, "0");
    } else if (is_usual ||
               print_in_unit(trial, largest, 0) <= print_scientific(trial, largest, exponent)) {
        (void)print_in_unit(label, d, 0);
    } else {
        (void)print_scientific(label, d, exponent);
    }
}

static void drop_trailing_zeros(char *label)
{
    if (strchr(label, '.') == NULL) {
        return;
    }
    size_t length = strlen(label);
    while (label[length - 1] == '0') {
        --length;
    }
    label[label[length - 1] == '.' ? length - 1 : length] = '\0';
}

static void count_label(char label[AXIS_LABEL_BYTES], Decimal d, Decimal largest)
{
    static const char *const suffixes[] = {"", "k", "M", "G", "T"};
    const int magnitude = d.units == 0 ? 0 : d.exponent + digits_of(d.units) - 1;
    const int thousands = magnitude < 0 ? 0 : magnitude / 3;
    if (thousands >= (int)(sizeof suffixes / sizeof *suffixes) ||
        decimal_value(largest) < PLAIN_LOW) {
        number_label(label, d, largest);
        return;
    }
    (void)print_in_unit(label, d, 3 * thousands);
    if (thousands > 0 || d.units == 0) { /* 0, not 0.0; 1k, not 1.0k */
        drop_trailing_zeros(label);
    }
    append(label, suffixes[thousands]);
}

static void clock_label(char label[AXIS_LABEL_BYTES], Decimal d)
{
    const double seconds = decimal_value(d);
    if (d.exponent >= 0 || d.units == 0) {
        text_duration(seconds, label, AXIS_LABEL_BYTES);
    } else { /* so fine a step means an axis of a few seconds: minutes are 0 */
        (void)snprintf(label, AXIS_LABEL_BYTES, "0:%0*.*f", 3 - d.exponent, -d.exponent, seconds);
    }
}

/* Widen a range without extent; what is left spans at least CONSTANT_SPAN of its values. */
static void open_range(double *low, double *high)
{
    const double reach = fmax(fabs(*low), fabs(*high));
    if (reach < SMALLEST) {
        *low = -1.0;
        *high = 1.0;
    } else if (*high - *low < reach * CONSTANT_SPAN) {
        *low -= reach / 10.0;
        *high += reach / 10.0;
    }
}

static long ticks_below(double value, double step)
{
    return (long)floor(value / step + SAME);
}

static long ticks_above(double value, double step)
{
    return (long)ceil(value / step - SAME);
}

void axis_ticks_linear(double low, double high, int most, AxisTicks *out)
{
    const double data_low = low;
    const double data_high = high;
    open_range(&low, &high);
    most = usable_most(most);
    /* Halves: high - low of opposite huge values must not overflow. */
    int rung = rung_below((high / 2.0 - low / 2.0) / most);
    double step = decimal_value(ladder_rung(rung));
    while (ticks_above(high, step) - ticks_below(low, step) > most - 1) {
        step = decimal_value(ladder_rung(++rung));
    }
    const Decimal unit = ladder_rung(rung);
    const long first = ticks_below(low, step);
    const long last = ticks_above(high, step);
    const long furthest = -first > last ? first : last;
    const Decimal largest = {.units = furthest * unit.units, .exponent = unit.exponent};
    *out = (AxisTicks){0};
    for (long k = first; k <= last; ++k) {
        const Decimal d = {.units = k * unit.units, .exponent = unit.exponent};
        AxisTick *tick = &out->ticks[out->count++];
        tick->value = decimal_value(d);
        number_label(tick->label, d, largest);
    }
    out->low = fmin(out->ticks[0].value, data_low);
    out->high = fmax(out->ticks[out->count - 1].value, data_high);
}

/* Which rungs of first..last are labelled: stride in decades (0: rungs inside decades too), and whether 2 is left out. */
typedef struct LogPlan {
    int stride;
    bool has_twos;
} LogPlan;

static LogPlan plan_log(int first, int last, int most)
{
    int decades = 0;
    for (int rung = first; rung <= last; ++rung) {
        decades += ladder_rung(rung).units == 1;
    }
    if (last - first + 1 <= most) {
        return (LogPlan){.stride = 0, .has_twos = true};
    }
    if (decades < 3) {
        return (LogPlan){.stride = 0, .has_twos = false};
    }
    return (LogPlan){.stride = (decades + most - 1) / most};
}

static bool is_planned(LogPlan plan, Decimal d)
{
    if (plan.stride == 0) {
        return d.units != 2 || plan.has_twos;
    }
    return d.units == 1 && d.exponent % plan.stride == 0;
}

static void log_label(char label[AXIS_LABEL_BYTES], Decimal d, bool is_plain)
{
    if (is_plain) {
        (void)print_in_unit(label, d, 0);
    } else {
        (void)snprintf(label, AXIS_LABEL_BYTES, "%lde%d", d.units, d.exponent);
    }
}

void axis_ticks_log(double low, double high, int most, AxisTicks *out)
{
    if (high < LINEAR_RATIO * low) {
        axis_ticks_linear(low, high, most, out);
        return;
    }
    most = usable_most(most);
    const int first = rung_below(low);
    const int last = rung_above(high);
    const LogPlan plan = plan_log(first, last, most);
    *out = (AxisTicks){.low = fmin(decimal_value(ladder_rung(first)), low),
                       .high = fmax(decimal_value(ladder_rung(last)), high)};
    const bool is_plain = out->low >= LOG_PLAIN_LOW && out->high <= LOG_PLAIN_HIGH;
    for (int rung = first; rung <= last && out->count < AXIS_TICKS_MAX; ++rung) {
        const Decimal d = ladder_rung(rung);
        if (is_planned(plan, d)) {
            AxisTick *tick = &out->ticks[out->count++];
            tick->value = decimal_value(d);
            log_label(tick->label, d, is_plain);
        }
    }
}

/* Steps people count seconds in; below a second and above ten hours it is 1-2-5 again. */
static Decimal clock_rung(int i)
{
    static const int seconds[] = {1,   2,   5,    10,   20,   30,   60,   120,
                                  300, 600, 1200, 1800, 3600, 7200, 18000};
    const int count = (int)(sizeof seconds / sizeof *seconds);
    if (i < 0) {
        return ladder_rung(i);
    }
    if (i < count) {
        return (Decimal){.units = seconds[i], .exponent = 0};
    }
    Decimal hours = ladder_rung(i - count);
    hours.units *= 36000;
    return hours;
}

/* As a count with k, M, G from thousands on; units below 1 as on any log axis. */
static void log_count_label(char label[AXIS_LABEL_BYTES], Decimal d)
{
    if (d.exponent >= 0 && d.exponent < 15) {
        count_label(label, d, d);
    } else {
        log_label(label, d, d.exponent >= -2 && d.exponent < 0);
    }
}

void axis_ticks_log_window(double low, double high, int most, AxisTicks *out)
{
    if (high < LINEAR_RATIO * low) {
        axis_ticks_window(low, high, most, AXIS_LABELS_COUNT, out);
        return;
    }
    most = usable_most(most);
    const int first = rung_above(low);
    const int last = rung_below(high);
    const LogPlan plan = plan_log(first, last, most);
    *out = (AxisTicks){.low = low, .high = high};
    for (int rung = first; rung <= last && out->count < AXIS_TICKS_MAX; ++rung) {
        const Decimal d = ladder_rung(rung);
        if (is_planned(plan, d)) {
            AxisTick *tick = &out->ticks[out->count++];
            tick->value = fmin(fmax(decimal_value(d), low), high);
            log_count_label(tick->label, d);
        }
    }
}

/* A decade a rung: ..., -2, -1 are below zero, 0 is zero, 1, 2, ... above; rung 1 is the unit. */
static void add_symlog_tick(int rung, int unit_exponent, AxisTicks *out)
{
    AxisTick *tick = &out->ticks[out->count++];
    const int decades = rung < 0 ? -rung : rung;
    const Decimal d = {.units = (rung > 0) - (rung < 0), .exponent = unit_exponent + decades - 1};
    tick->value = decimal_value(d);
    log_label(tick->label, d, d.units == 0 || (d.exponent >= -2 && d.exponent <= 3));
    if (d.units == 0) {
        (void)snprintf(tick->label, AXIS_LABEL_BYTES, "0");
    }
}

/* The rung at or beyond a value, away from zero. */
static int symlog_rung(double value, int unit_exponent)
{
    const double size = fabs(value);
    int rung = 0;
    while (rung < SYMLOG_DECADES + 2 &&
           (rung == 0
                ? size > 0.0
                : size > decimal_value((Decimal){1, unit_exponent + rung - 1}) * (1.0 + SAME))) {
        ++rung;
    }
    return value < 0.0 ? -rung : rung;
}

void axis_ticks_symlog(double low, double high, int most, AxisTicks *out)
{
    const double reach = fmax(fabs(low), fabs(high));
    const int exponent = reach < SMALLEST ? 0 : (int)floor(log10(reach) + SAME) - SYMLOG_DECADES;
    const int unit_exponent = exponent < -299 ? -299 : exponent;
    int first = symlog_rung(fmin(low, 0.0), unit_exponent);
    int last = symlog_rung(fmax(high, 0.0), unit_exponent);
    if (first == last) {
        last = 1;
    }
    most = usable_most(most);
    const int stride = max_int((last - first + most - 1) / most, 1);
    *out = (AxisTicks){.unit = decimal_value((Decimal){1, unit_exponent})};
    for (int rung = first; rung <= last; ++rung) {
        const int from_end = rung > 0 ? last - rung : rung < 0 ? rung - first : 0;
        const bool is_next_to_zero = rung != 0 && (rung < 0 ? -rung : rung) < stride;
        if (from_end % stride == 0 && !is_next_to_zero && out->count < AXIS_TICKS_MAX) {
            add_symlog_tick(rung, unit_exponent, out);
        }
    }
    out->low = fmin(out->ticks[0].value, low);
    out->high = fmax(out->ticks[out->count - 1].value, high);
}

void axis_ticks_window(double low, double high, int most, AxisLabels labels, AxisTicks *out)
{
    most = usable_most(most);
    const double extent = high - low;
    /* The lowest rung of either ladder that could do: 10 below what `most` ticks need, and for clocks never above 1 s. */
    int rung = rung_below(extent / most) - LADDER_PER_DECADE;
    if (labels == AXIS_LABELS_CLOCK && rung > 0) {
        rung = 0;
    }
    Decimal unit = {0};
    for (;; ++rung) {
        unit = labels == AXIS_LABELS_CLOCK ? clock_rung(rung) : ladder_rung(rung);
        if (extent / decimal_value(unit) + SAME < (double)most) {
            break;
        }
    }
    const long first = ticks_above(low, decimal_value(unit));
    const long last = ticks_below(high, decimal_value(unit));
    const Decimal largest = {.units = last * unit.units, .exponent = unit.exponent};
    *out = (AxisTicks){.low = low, .high = high};
    for (long k = first; k <= last && out->count < AXIS_TICKS_MAX; ++k) {
        const Decimal d = {.units = k * unit.units, .exponent = unit.exponent};
        AxisTick *tick = &out->ticks[out->count++];
        tick->value = fmin(fmax(decimal_value(d), low), high);
        if (labels == AXIS_LABELS_CLOCK) {
            clock_label(tick->label, d);
        } else {
            count_label(tick->label, d, largest);
        }
    }
}

void axis_ticks_x(const AxisView *view, int most, AxisTicks *out)
{
    const double unit = view->unit > 0.0 ? view->unit : 1.0;
    if (view->is_log) {
        axis_ticks_log_window(view->low / unit, view->high / unit, most, out);
    } else {
        axis_ticks_window(view->low / unit, view->high / unit, most, view->labels, out);
    }
    for (size_t i = 0; i < out->count; i++) { /* rounding must not push one off the axis */
        out->ticks[i].value = fmin(fmax(out->ticks[i].value * unit, view->low), view->high);
    }
    out->low = view->low;
    out->high = view->high;
}
