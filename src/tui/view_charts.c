#include "tui/view_charts.h"

#include <assert.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "tui/chart_window.h"
#include "tui/difference_verdict.h"
#include "tui/lane_order.h"
#include "tui/plot_labels.h"
#include "tui/plot_survey.h"

/* Where the x axis will end, so that it need not grow: known for steps, a guess by proportion for passes, unknown for seconds. */
static double expected_end(const LabState *state, SeriesAxis axis)
{
    switch (axis) {
    case SERIES_AXIS_STEP:
        return state->max_steps;
    case SERIES_AXIS_PASSES: {
        double end = 0.0;
        for (size_t i = 0; i < state->lane_count; i++) {
            const LabLane *lane = &state->lanes[i];
            const double passes = lane->step > 0 && !lane->is_removed
                                      ? lane->passes / lane->step * state->max_steps
                                      : 0.0;
            end = passes > end ? passes : end;
        }
        return end;
    }
    case SERIES_AXIS_SECONDS: { /* the same in all charts, whichever has the newest point */
        double end = 1.0;
        for (size_t i = 0; i < state->lane_count; i++) {
            while (end < state->lanes[i].seconds) {
                end *= 2.0;
            }
        }
        return end;
    }
    case SERIES_AXIS_COUNT:
        break;
    }
    return 0.0;
}

/* Where a log x axis begins, in all charts alike: the loss has a point at the first step. 0 = not known yet. */
static double expected_start(const LabState *state, SeriesAxis axis)
{
    double start = 0.0;
    for (size_t i = 0; i < state->lane_count; i++) {
        const Series *loss = &state->lanes[i].history[METRIC_LOSS];
        const size_t first = series_find(loss, axis, DBL_MIN);
        const double x = first < loss->count ? loss->points[first].x[axis] : 0.0;
        start = x > 0.0 && (start == 0.0 || x < start) ? x : start;
    }
    return start;
}

/* Steps in an epoch, where epochs are asked for and the race has said; else 0. */
static double x_unit(const LabState *state, const ViewState *view)
{
    return view_state_axis(view) == VIEW_AXIS_EPOCH ? state->steps_per_epoch : 0.0;
}

/* Lanes whose perturbation is none of an ascent, by their names; "" if there are none or the metric has nothing to do with it. */
static void released_note(const LabState *state, uint16_t metric, char *out, size_t out_bytes)
{
    char names[64] = "";
    size_t used = 0;
    for (size_t lane = 0; lane < state->lane_count; lane++) {
        if (lab_state_is_released(state, lane) && used < sizeof names) {
            used += (size_t)snprintf(names + used, sizeof names - used, "%s%s", used > 0 ? " " : "",
                                     state->lanes[lane].name);
        }
    }
    out[0] = '\0';
    if (names[0] != '\0' && chart_is_of_perturbation(metric)) {
        snprintf(out, out_bytes, "not an ascent: %s; ", names);
    }
}

size_t view_charts_baseline(const LabState *state, const ViewState *view)
{
    size_t lanes[SPEC_LANES_MAX];
    if (lab_state_has_lane(state, view->baseline)) {
        return view->baseline;
    }
    const size_t count = lab_state_lanes(state, lanes);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(state->lanes[lanes[i]].method, "adamw") == 0) {
            return lanes[i];
        }
    }
    return count > 0 ? lanes[0] : SPEC_LANES_MAX;
}

/* What chart `chart` computes; NULL if it shows a metric. */
static DerivedSeries *derived_of(const ViewState *view, size_t chart)
{
    return view->chart_metrics[chart] >= METRIC_ID_MAX && view->derived != NULL
               ? &view->derived[chart]
               : NULL;
}

/* A difference follows the choice of the baseline and of the x axis. */
static void renew_difference(const LabState *state, const ViewState *view, DerivedSeries *derived)
{
    DerivedSpec spec = derived->spec;
    spec.baseline = spec.is_pair ? spec.baseline : view_charts_baseline(state, view);
    spec.is_at_passes = view->axis == SERIES_AXIS_PASSES;
    if (spec.baseline != derived->spec.baseline ||
        spec.is_at_passes != derived->spec.is_at_passes) {
        derived_series_set(derived, &spec);
    }
}

static bool is_smoothed(const LabState *state, const ViewState *view, size_t chart)
{
    const DerivedSeries *derived = derived_of(view, chart);
    if (derived == NULL) {
        return chart_face(state->spec, view->chart_metrics[chart]).is_smoothed;
    }
    if (derived->spec.kind == DERIVED_DIFFERENCE) {
        return chart_face(state->spec, derived->spec.metric).is_smoothed;
    }
    for (size_t i = 0; i < derived->spec.expression.term_count; i++) {
        if (chart_face(state->spec, derived->spec.expression.terms[i].metric).is_smoothed) {
            return true;
        }
    }
    return false;
}

static const char *better_note(ChartTrend trend)
{
    switch (trend) {
    case CHART_TREND_LOWER:
        return "; lower is better";
    case CHART_TREND_HIGHER:
        return "; higher is better";
    case CHART_TREND_NONE:
        break;
    }
    return "";
}

/* Title and the unit's word. */
static void chart_heading(const LabState *state, const ViewState *view, size_t chart,
                          ChartPicture *out, char *unit, size_t unit_bytes)
{
    const DerivedSeries *derived = derived_of(view, chart);
    unit[0] = '\0';
    if (derived == NULL) {
        const uint16_t metric = view->chart_metrics[chart];
        const ChartFace face = chart_face(state->spec, metric);
        snprintf(out->title, sizeof out->title, "%zu %s", chart + 1, face.title);
        snprintf(unit, unit_bytes, "%s", face.note);
    } else if (derived->spec.kind == DERIVED_EXPRESSION) {
        snprintf(out->title, sizeof out->title, "%zu %s", chart + 1, derived->spec.expression.text);
    } else {
        const ChartFace face = chart_face(state->spec, derived->spec.metric);
        const size_t baseline = derived->spec.baseline;
        const char *lane = derived->spec.is_pair ? state->lanes[derived->spec.lane].name : "lane";
        snprintf(out->title, sizeof out->title, "%zu %s: %s - %s", chart + 1, face.title, lane,
                 baseline < SPEC_LANES_MAX ? state->lanes[baseline].name : "?");
        snprintf(unit, unit_bytes, "at equal %s%s", derived->spec.is_at_passes ? "passes" : "steps",
                 better_note(chart_trend(state->spec, derived->spec.metric)));
    }
}

static void chart_note(const LabState *state, const ViewState *view, size_t chart, const char *unit,
                       ChartPicture *out)
{
    const uint16_t metric = view->chart_metrics[chart];
    const AxisScale scale = view->y_scales[metric];
    char smooth[32] = "";
    char released[96];
    released_note(state, metric, released, sizeof released);
    if (out->plot.smoothing > 0.0) {
        snprintf(smooth, sizeof smooth, ", ema %.3g", view->smoothing);
    }
    const ViewAxis x = view_state_axis(view);
    char seeds[24] = "";
    if (state->seed_count > 0) {
        snprintf(seeds, sizeof seeds, ", \u00b195%% of %u seeds", (unsigned char)state->seed_count);
    }
    char note[CHART_WORDS_BYTES];
    /* In a small chart the end is cut off: what makes a picture mean something else comes first. */
    snprintf(note, sizeof note, "%s%s%s%s%s%s%s%s%s",
             scale == AXIS_SCALE_LOG      ? ", log y"
             : scale == AXIS_SCALE_SYMLOG ? ", symlog y"
                                          : "",
             view->is_x_log ? ", log x" : "", seeds, unit[0] != '\0' ? ", " : "", unit, smooth,
             x != VIEW_AXIS_STEP ? ", x: " : "", x != VIEW_AXIS_STEP ? view_state_axis_name(x) : "",
             view->range == PLOT_RANGE_ALL    ? ", all values"
             : view->range == PLOT_RANGE_BULK ? ", without outliers"
                                              : "");
    snprintf(out->note, sizeof out->note, "%s%s", released, note + strspn(note, ", "));
}

/* What a difference says in words, and what it does not: see difference_verdict. */
static void difference_caption(const LabState *state, const ViewState *view,
                               const DerivedSeries *derived, ChartPicture *out)
{
    const size_t baseline = derived->spec.baseline;
    const size_t lane = derived->spec.is_pair ? derived->spec.lane : view->lane;
    const DerivedCurve *curve = &derived->curves[lane % SPEC_LANES_MAX];
    DifferenceCurve judged = {.lane = "",
                              .baseline = "",
                              .series = &curve->series,
                              .band = state->seed_count > 0 ? &curve->band : NULL,
                              .seed_count = state->seed_count,
                              .smoothing = out->plot.smoothing,
                              .is_at_passes = derived->spec.is_at_passes};
    if (lab_state_has_lane(state, lane) && lane != baseline && baseline < SPEC_LANES_MAX) {
        judged.lane = state->lanes[lane].name;
        judged.baseline = state->lanes[baseline].name;
    }
    difference_verdict(&judged, out->caption, sizeof out->caption);
}

/* The band of a lane's curve of a chart; NULL of a single seed. */
static const SeedBand *band_of(const LabState *state, const DerivedSeries *derived,
                               uint16_t content, size_t lane)
{
    if (state->seed_count == 0) {
        return NULL;
    }
    return derived != NULL ? &derived->curves[lane].band
                           : &state->lanes[lane].bands->of_history[content % METRIC_ID_MAX];
}

static void add_line(const LabState *state, const ViewState *view, size_t lane,
                     const Series *series, const SeedBand *band, ChartPicture *out)
{
    if (out->plot.line_count == PLOT_LINES_MAX) {
        return;
    }
    const int colour = (int)(lane % ROLE_LANE_COLOURS);
    out->lanes[out->plot.line_count] = lane;
    out->plot.lines[out->plot.line_count++] =
        (PlotLine){.series = series,
                   .band = band,
                   .label = state->lanes[lane].name,
                   .mark = chart_lane_mark(lane),
                   .role = (Role)(ROLE_LANE_0 + colour),
                   .raw_role = (Role)(ROLE_RAW_0 + colour),
                   .is_emphasised = view->lane == lane,
                   .has_broken_off = state->lanes[lane].has_diverged};
}

/* A difference has no line of its baseline; a pair has one line. */
static bool is_line_of(const DerivedSpec *spec, size_t lane)
{
    return spec->kind != DERIVED_DIFFERENCE ||
           (lane != spec->baseline && (!spec->is_pair || lane == spec->lane));
}

static void add_lines(const LabState *state, const ViewState *view, size_t chart, ChartPicture *out)
{
    DerivedSeries *derived = derived_of(view, chart);
    size_t lanes[SPEC_LANES_MAX];
    const size_t count = lab_state_lanes(state, lanes);
    if (derived != NULL && derived->spec.kind == DERIVED_EXPRESSION &&
        !derived->spec.expression.is_of_each) {
        out->lanes[0] = SPEC_LANES_MAX;
        out->plot.lines[0] = (PlotLine){.series = derived_series_follow(derived, state, 0),
                                        .band = band_of(state, derived, 0, 0),
                                        .label = "value",
                                        .mark = '*',
                                        .role = ROLE_LANE_0,
                                        .raw_role = ROLE_RAW_0,
                                        .is_emphasised = true};
        out->plot.line_count = 1;
        return;
    }
    for (size_t i = 0; i < count; i++) {
        const size_t lane = lanes[i];
        if (!lane_order_draws(state, view, lane)) {
            continue;
        }
        const uint16_t content = view->chart_metrics[chart];
        const SeedBand *band = band_of(state, derived, content, lane);
        if (derived == NULL) {
            add_line(state, view, lane, &state->lanes[lane].history[content % METRIC_ID_MAX], band,
                     out);
        } else if (is_line_of(&derived->spec, lane)) {
            add_line(state, view, lane, derived_series_follow(derived, state, lane), band, out);
        }
    }
}

/* Recorded runs that were opened beside: those that have the metric and pass the filter, as far as there is room behind the lanes. */
static void add_references(const LabState *state, const ViewState *view, uint16_t metric,
                           ChartPicture *out)
{
    if (state->references == NULL) {
        return;
    }
    ReferenceLane lanes[REFERENCE_RUNS_MAX * SPEC_LANES_MAX] = {{.state = NULL}};
    const size_t count = reference_runs_lanes(state, lanes, sizeof lanes / sizeof *lanes);
    for (size_t i = 0; i < count && out->plot.line_count < PLOT_LINES_MAX; i++) {
        const ReferenceLane *from = &lanes[i];
        const uint16_t there = reference_runs_metric(state, from->state, metric);
        const LabLane *lane = &from->state->lanes[from->lane];
        if (there >= METRIC_ID_MAX || lane->history[there].count == 0 ||
            !lane_filter_passes(&view->filter, from->state, from->lane)) {
            continue;
        }
        const size_t line = out->plot.line_count++;
        snprintf(out->labels[line], sizeof out->labels[line], "%s", from->label);
        out->lanes[line] = SPEC_LANES_MAX + 1 + i;
        out->plot.lines[line] = (PlotLine){.series = &lane->history[there],
                                           .label = out->labels[line],
                                           .mark = from->mark,
                                           .role = ROLE_DIM,
                                           .raw_role = ROLE_DIM,
                                           .has_broken_off = lane->has_diverged,
                                           .is_reference = true};
    }
}

bool view_charts_has_cursor(const ViewState *view)
{
    return view->cursor.is_on && (view->page == VIEW_PAGE_LAB || view->page == VIEW_PAGE_CHART ||
                                  view->page == VIEW_PAGE_GRID);
}

/* Where nothing but ASCII is shown, the sign (two bytes of UTF-8) gives way to two letters. */
static void spell_plus_minus(char *text)
{
    for (char *sign = strstr(text, "\u00b1"); sign != NULL; sign = strstr(sign, "\u00b1")) {
        sign[0] = '+';
        sign[1] = '-';
    }
}

static double newest_x(const LabState *state, SeriesAxis axis)
{
    double newest = -INFINITY;
    assert(axis < SERIES_AXIS_COUNT);
    for (size_t i = 0; i < state->lane_count; i++) {
        const LabLane *lane = &state->lanes[i];
        const double x = axis == SERIES_AXIS_PASSES    ? lane->passes
                         : axis == SERIES_AXIS_SECONDS ? lane->seconds
                                                       : (double)lane->step;
        newest = lane->is_removed ? newest : fmax(newest, x);
    }
    return newest;
}

static void place_cursor(const ViewState *view, size_t chart, ChartPicture *out)
{
    PlotCursor *cursor = &out->plot.cursor;
    *cursor = (PlotCursor){.is_on = view_charts_has_cursor(view),
                           .x = view->cursor.x,
                           .has_read_out = view->chart == chart,
                           .picked_line = out->plot.line_count};
    for (size_t i = 0; i < out->plot.line_count; i++) {
        const Series *series = out->plot.lines[i].series;
        if (out->lanes[i] == view->cursor.lane) {
            cursor->picked_line = i;
        }
        if (view->cursor.is_following && series->count > 0) {
            const double last = series->points[series->count - 1].x[view->axis];
            cursor->x = last > cursor->x ? last : cursor->x;
        }
    }
}

void view_charts_picture(const LabState *state, const ViewState *view, size_t chart,
                         ChartPicture *out)
{
    const uint16_t content = view->chart_metrics[chart];
    DerivedSeries *derived = derived_of(view, chart);
    char unit[CHART_NOTE_BYTES];
    *out = (ChartPicture){.title = ""};
    if (derived != NULL && derived->spec.kind == DERIVED_DIFFERENCE) {
        renew_difference(state, view, derived);
    }
    out->plot =
        (LinePlot){.title = out->title,
                   .note = out->note,
                   .caption = out->caption,
                   .rule_count = state->rule_count,
                   .axis = view->axis,
                   .x_unit = x_unit(state, view),
                   .y_scale = view->y_scales[content],
                   .is_x_log = view->is_x_log,
                   .range = view->range,
                   .window = view->window,
                   .x_end = expected_end(state, view->axis),
                   .x_start = expected_start(state, view->axis),
                   .smoothing = is_smoothed(state, view, chart) ? view->smoothing : 0.0,
                   .glyphs = view->is_utf8 ? view->glyphs : GLYPH_ASCII,
                   .has_zero_line = derived != NULL && derived->spec.kind == DERIVED_DIFFERENCE,
                   .has_focus = view->chart == chart,
                   .is_frame_ascii = view_state_is_ascii(view)};
    memcpy(out->plot.rules, state->rules, state->rule_count * sizeof *out->plot.rules);
    add_lines(state, view, chart, out);
    if (derived == NULL) {
        add_references(state, view, content, out);
    }
    out->plot.empty = out->plot.line_count == 0 && lane_order_count_undrawn(state, view) > 0
                          ? "no lane is shown: / filters, H hides"
                      : state->is_recorded && out->plot.has_zero_line
                          ? "no values in common to compare"
                      : state->is_recorded ? "the record has no value of it"
                                           : "";
    chart_heading(state, view, chart, out, unit, sizeof unit);
    out->name = strchr(out->title, ' ') + 1;
    chart_note(state, view, chart, unit, out);
    if (out->plot.has_zero_line) {
        difference_caption(state, view, derived, out);
    }
    if (out->plot.is_frame_ascii) {
        spell_plus_minus(out->note);
        spell_plus_minus(out->caption);
    }
    if (view->is_window_following) {
        out->plot.window = chart_window_follow(view->window, plot_survey_whole(&out->plot),
                                               newest_x(state, view->axis));
        out->plot.is_following = true;
    }
    place_cursor(view, chart, out);
}

void view_charts_draw(const LabState *state, const ViewState *view, size_t chart, bool has_legend,
                      CellGrid *grid, CellRect rect)
{
    ChartPicture picture;
    view_charts_picture(state, view, chart, &picture);
    picture.plot.has_legend = has_legend;
    line_plot_draw(&picture.plot, grid, rect);
}

/* "o AdamW 2.217 raw 2.190"; returns the columns used. */
static int draw_reading(const ChartPicture *picture, size_t line, CellGrid *grid, CellRect rect)
{
    const LinePlot *plot = &picture->plot;
    const PlotSheet sheet = {.plot = plot};
    const PlotReading reading = plot_labels_read(&sheet, line);
    char smoothed[PLOT_NUMBER_BYTES] = "-";
    char raw[PLOT_NUMBER_BYTES] = "-";
    if (reading.is_there) {
        plot_labels_number(reading.smoothed, smoothed);
        plot_labels_number(reading.raw, raw);
    }
    const PlotLine *from = &plot->lines[line];
    const bool is_smoothed_line = plot->smoothing > 0.0;
    return cell_grid_printf(grid, rect.row, rect.column, rect.columns, from->role, "  %c %s %s%s%s",
                            from->mark, from->label, smoothed, is_smoothed_line ? " raw " : "",
                            is_smoothed_line ? raw : "");
}

void view_charts_draw_readings(const LabState *state, const ViewState *view, CellGrid *grid,
                               CellRect rect)
{
    ChartPicture picture;
    char x[PLOT_NUMBER_BYTES];
    view_charts_picture(state, view, view->chart, &picture);
    const size_t count = picture.plot.line_count;
    const size_t picked =
        picture.plot.cursor.picked_line < count ? picture.plot.cursor.picked_line : 0;
    plot_labels_place(&picture.plot, picture.plot.cursor.x, x);
    cell_grid_fill(grid, rect, ' ', ROLE_TEXT);
    int used = cell_grid_printf(grid, rect.row, rect.column, rect.columns, ROLE_TITLE, "%s %s%s",
                                picture.name, picture.plot.x_unit > 0.0 ? "epoch " : "", x);
    for (size_t i = 0; i < count; i++) {
        const CellRect rest = {rect.row, rect.column + used, 1, rect.columns - used};
        used += draw_reading(&picture, (picked + i) % count, grid, rest);
    }
}
