/* tui/plot_survey.c -- ranges that only grow while the whole past is in view, so that the picture keeps still. */
#include "tui/plot_survey.h"

#include <math.h>
#include <stdlib.h>

enum {
    SAMPLES_MAX =
        256, /* raw points looked at for the bulk, per line: between half of it and all, in a long run */
    SAMPLES_TO_CUT = SAMPLES_MAX / 2,
    SAMPLES_TO_FENCE = 12,
    OUTLIER_SHARE = 50,
    OUTLIERS_OF_FEW = 2
};

static const double LARGEST = 1e300; /* further out, a point is off any scale */
static const double SMALLEST = 1e-300;
static const double FENCE = 3.0;         /* times the middle half */
static const double SHRINK_LEAST = 0.25; /* of its extent: for less a range does not shrink */
static const double WINDOW_LEAST = 1e-9; /* of its end: what is narrower has no ticks */

bool plot_survey_is_drawable(AxisScale scale, double value)
{
    return fabs(value) <= LARGEST && (scale != AXIS_SCALE_LOG || value >= SMALLEST);
}

bool plot_survey_drawable(AxisScale scale, const ValueSpan *span, double *low, double *high)
{
    const double least = scale == AXIS_SCALE_LOG ? span->low_positive : span->low;
    if (span->count == 0 || (scale == AXIS_SCALE_LOG && !(span->high >= SMALLEST))) {
        return false;
    }
    *low = scale == AXIS_SCALE_LOG ? fmax(least, SMALLEST) : least;
    *high = span->high;
    return true;
}

static void include_value(PlotSurvey *survey, double value)
{
    survey->low = fmin(survey->low, value);
    survey->high = fmax(survey->high, value);
    ++survey->drawable;
}

static int compare_doubles(const void *a, const void *b)
{
    const double left = *(const double *)a;
    const double right = *(const double *)b;
    return (left > right) - (left < right);
}

/* Where only the bulk is wanted: the outermost of sorted samples that lie far from the middle half (Tukey's outer fence), two in a hundred
 * of either side at most, but two of few as well. */
static void cut_outliers(const double *samples, size_t *first, size_t *end)
{
    const size_t count = *end - *first;
    const size_t most =
        count / OUTLIER_SHARE > OUTLIERS_OF_FEW ? count / OUTLIER_SHARE : OUTLIERS_OF_FEW;
    if (count < SAMPLES_TO_FENCE) {
        return;
    }
    const double lower = samples[*first + count / 4];
    const double upper = samples[*end - 1 - count / 4];
    const double reach = FENCE * (upper - lower);
    for (size_t i = 0; i < most && samples[*first] < lower - reach; i++) {
        ++*first;
    }
    for (size_t i = 0; i < most && samples[*end - 1] > upper + reach; i++) {
        --*end;
    }
}

/* All raw values but the outermost of either side, once there are enough of them. Every 2nd, 4th, 8th, ... is looked at, counted from the first point of all: the same
 * ones at the next frame, so that the range does not breathe. */
static void include_bulk(const LinePlot *plot, const Series *series, PlotStretch stretch,
                         PlotSurvey *survey)
{
    double samples[SAMPLES_MAX + 1];
    size_t count = 0;
    size_t stride = 1;
    while ((stretch.end - stretch.from) / stride >= SAMPLES_MAX) {
        stride *= 2;
    }
    for (size_t i = (stretch.from + stride - 1) / stride * stride; i < stretch.end; i += stride) {
        if (plot_survey_is_drawable(plot->y_scale, series->points[i].value)) {
            samples[count++] = series->points[i].value;
        }
    }
    if (count > 0) {
        qsort(samples, count, sizeof *samples, compare_doubles);
        /* Not a share of them: with each point it would move, and the range with it. So it only grows until the stride doubles. */
        const size_t cut = count >= SAMPLES_TO_CUT ? 1 : 0;
        size_t first = cut;
        size_t end = count - cut;
        if (plot->range == PLOT_RANGE_BULK) {
            cut_outliers(samples, &first, &end);
        }
        include_value(survey, samples[first]);
        include_value(survey, samples[end - 1]);
    }
}

static void include_span(const LinePlot *plot, const ValueSpan *span, PlotSurvey *survey)
{
    double low = 0.0;
    double high = 0.0;
    if (plot_survey_drawable(plot->y_scale, span, &low, &high)) {
        include_value(survey, low);
        include_value(survey, high);
    }
}

/* All of a band, as of a line. */
static void include_band(const LinePlot *plot, const SeedBand *band, PlotStretch stretch,
                         PlotSurvey *survey)
{
    const Series *edges[] = {&band->low, &band->high};
    for (size_t i = 0; i < 2; i++) {
        SeriesReader reader = series_reader(edges[i], plot->smoothing);
        const ValueSpan span = series_reader_span(&reader, stretch.from, stretch.end);
        include_span(plot, &span, survey);
    }
}

static void survey_line(const LinePlot *plot, size_t line, PlotSurvey *survey)
{
    const Series *series = plot->lines[line].series;
    const PlotStretch stretch = survey->stretches[line];
    SeriesReader raw = series_reader(series, 0.0);
    SeriesReader smooth = series_reader(series, plot->smoothing);
    const ValueSpan values = series_reader_span(&raw, stretch.from, stretch.end);
    survey->point_count += stretch.end - stretch.from;
    survey->not_finite += values.not_finite;
    survey->not_positive += plot->y_scale == AXIS_SCALE_LOG ? values.not_positive : 0;
    const size_t seen =
        (size_t)values.count + values.beyond + values.not_finite; /* those given up, too */
    survey->most_values = seen > survey->most_values ? seen : survey->most_values;
    if (plot->range != PLOT_RANGE_BULK) {
        const ValueSpan line_values = series_reader_span(&smooth, stretch.from, stretch.end);
        include_span(plot, &line_values, survey);
    }
    const SeedBand *band = plot->lines[line].band;
    if (band != NULL && plot->range != PLOT_RANGE_BULK) {
        include_band(plot, band, stretch, survey);
    } else if (plot->range == PLOT_RANGE_ALL) {
        include_span(plot, &values, survey);
    } else if (plot->smoothing > 0.0 || plot->range == PLOT_RANGE_BULK) {
        include_bulk(plot, series, stretch, survey);
    }
}

/* Append-only: the whole of a run that keeps to its plan, else doubling; a chart that scrolls would cost a full repaint a frame. */
static double x_range_end(const LinePlot *plot, double x_high)
{
    if (plot->x_end > 0.0 && isfinite(plot->x_end) && x_high <= plot->x_end) {
        return plot->x_end;
    }
    double end = 1.0;
    while (end < x_high) {
        end *= 2.0;
    }
    return fmin(end, LARGEST);
}

/* A log axis starts at the power of ten at or below the first x > 0. */
static double log_x_start(const LinePlot *plot, double x_high)
{
    double least = plot->x_start > 0.0 ? plot->x_start : (double)INFINITY;
    for (size_t i = 0; i < plot->line_count; ++i) {
        const Series *series = plot->lines[i].series;
        const size_t first = series_find(series, plot->axis, SMALLEST);
        if (first < series->count) {
            least = fmin(least, series->points[first].x[plot->axis]);
        }
    }
    return fmax(isfinite(least) ? pow(10.0, floor(log10(least))) : x_high / 10.0, SMALLEST);
}

PlotWindow plot_survey_whole(const LinePlot *plot)
{
    double x_high = 0.0;
    for (size_t i = 0; i < plot->line_count; ++i) {
        const Series *series = plot->lines[i].series;
        if (series->count > 0) {
            x_high = fmax(x_high, series->points[series->count - 1].x[plot->axis]);
        }
    }
    PlotWindow whole = {.low = 0.0, .high = x_range_end(plot, x_high)};
    whole.low = plot->is_x_log ? log_x_start(plot, whole.high) : 0.0;
    if (whole.low >= whole.high) {
        whole.high = 10.0 * whole.low;
    }
    return whole;
}

AxisView plot_survey_axis_view(const LinePlot *plot, const PlotSurvey *survey)
{
    return (AxisView){.low = survey->x_low,
                      .high = survey->x_high,
                      .unit = plot->x_unit,
                      .is_log = plot->is_x_log,
                      .labels = plot->axis == SERIES_AXIS_SECONDS ? AXIS_LABELS_CLOCK
                                                                  : AXIS_LABELS_COUNT};
}

static void choose_x(const LinePlot *plot, PlotSurvey *survey)
{
    const PlotWindow whole = plot_survey_whole(plot);
    const double low = fmax(plot->window.low, whole.low);
    const double high = plot->window.high;
    const bool is_window = high <= LARGEST && high - low >= WINDOW_LEAST * high && high > low;
    survey->x_low = is_window ? low : whole.low;
    survey->x_high = is_window ? high : whole.high;
}

static PlotSurvey survey_window(const LinePlot *plot)
{
    PlotSurvey survey = {.low = INFINITY, .high = -INFINITY};
    choose_x(plot, &survey);
    for (size_t i = 0; i < plot->line_count; ++i) {
        const Series *series = plot->lines[i].series;
        const size_t from = series_find(series, plot->axis, survey.x_low);
        survey.stretches[i] = (PlotStretch){
            .from = from,
            .end = series_find(series, plot->axis, nextafter(survey.x_high, INFINITY))};
        if (plot->is_x_log) {
            survey.before_log_x += series_find(series, plot->axis, SMALLEST);
        }
        survey_line(plot, i, &survey);
    }
    if (plot->has_zero_line && survey.drawable > 0 && plot->y_scale != AXIS_SCALE_LOG) {
        include_value(&survey, 0.0);
    }
    return survey;
}

static double extent(AxisScale scale, double low, double high)
{
    return scale == AXIS_SCALE_LOG ? log10(high / low) : high - low;
}

/* The range of what has just left the window counts as well, if that changes little. */
static void keep_range(const LinePlot *plot, PlotSurvey *survey)
{
    LinePlot longer = *plot;
    longer.window.low = fmax(plot->window.low - (plot->window.high - plot->window.low), 0.0);
    const PlotSurvey past = survey_window(&longer);
    const double least = extent(plot->y_scale, past.low, past.high) * (1.0 - SHRINK_LEAST);
    if (extent(plot->y_scale, survey->low, survey->high) >= least) {
        survey->low = past.low;
        survey->high = past.high;
    }
}

PlotSurvey plot_survey(const LinePlot *plot)
{
    PlotSurvey survey = survey_window(plot);
    if (plot->is_following && plot->window.high > plot->window.low && survey.drawable > 0) {
        keep_range(plot, &survey);
    }
    return survey;
}
