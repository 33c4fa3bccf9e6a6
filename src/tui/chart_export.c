#include "tui/chart_export.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "tui/axis_ticks.h"
#include "tui/plot_survey.h"
#include "tui/view_charts.h"

enum {
    BRIGHT = 128,    /* mean brightness from which on lanes want a dark background */
    WEIGHT_RED = 30, /* of brightness, in per cent: ITU-R BT.601 */
    WEIGHT_GREEN = 59,
    WEIGHT_BLUE = 11
};

static const ChartColour PAPER = {255, 255, 255};
static const ChartColour INK = {32, 32, 32};
static const ChartColour NIGHT = {24, 24, 28};
static const ChartColour CHALK = {225, 225, 225};
static const ChartColour GREY = {150, 150, 150};

/* ---- colours ---- */

static ChartColour colour_of(const Theme *theme, Role role, ChartColour fallback)
{
    const int colour = theme->roles[role].foreground_256;
    int rgb[3];
    if (colour == THEME_DEFAULT_COLOUR) {
        return fallback;
    }
    theme_rgb_of_256(colour, rgb);
    return (ChartColour){(uint8_t)rgb[0], (uint8_t)rgb[1], (uint8_t)rgb[2]};
}

/* A theme does not say what background it is made for; its lanes' colours do. */
static bool is_for_dark(const Theme *theme)
{
    int brightness = 0;
    for (int i = 0; i < ROLE_LANE_COLOURS; i++) {
        const ChartColour colour =
            colour_of(theme, (Role)(ROLE_LANE_0 + i), (ChartColour){0, 0, 0});
        brightness +=
            (WEIGHT_RED * colour.red + WEIGHT_GREEN * colour.green + WEIGHT_BLUE * colour.blue) /
            100;
    }
    return brightness >= BRIGHT * ROLE_LANE_COLOURS;
}

/* ---- what the data do not decide ---- */

static void append(char out[CHART_TEXT_BYTES], const char *text)
{
    const size_t used = strlen(out);
    const size_t size = strnlen(text, CHART_TEXT_BYTES - 1 - used);
    memcpy(out + used, text, size);
    out[used + size] = '\0';
}

/* "TRAM s 5000 > 2000" of each event behind a rule. */
static void describe_rule(const LabState *state, ChartRule *rule)
{
    const size_t first =
        state->event_count > LAB_EVENTS_KEPT ? state->event_count - LAB_EVENTS_KEPT : 0;
    char joined[CHART_TEXT_BYTES] = "";
    for (size_t i = first; i < state->event_count; i++) {
        char text[CHART_TEXT_BYTES];
        if (state->events[i % LAB_EVENTS_KEPT].rule != rule->number) {
            continue;
        }
        lab_state_event_text(state, i, text, sizeof text);
        const char *words = strstr(text, "] "); /* behind step and number */
        append(joined, joined[0] != '\0' ? "; " : "");
        append(joined, words != NULL ? words + 2 : text);
    }
    text_clean(joined, rule->text, sizeof rule->text, INT_MAX);
}

static void take_rules(const LabState *state, ChartFigure *picture)
{
    for (size_t i = 0; i < state->rule_count && i < CHART_RULES_MAX; i++) {
        ChartRule *rule = &picture->rules[picture->rule_count++];
        rule->number = state->rules[i].number;
        memcpy(rule->x, state->rules[i].x, sizeof rule->x);
        describe_rule(state, rule);
    }
}

static void take_lanes(const LabState *state, const ViewState *view, const Theme *theme,
                       ChartFigure *picture)
{
    for (size_t i = 0; i < state->lane_count && i < SPEC_LANES_MAX; i++) {
        const int colour = (int)(i % ROLE_LANE_COLOURS);
        ChartSeries *series = &picture->series[picture->series_count++];
        text_clean(state->lanes[i].name, series->lane, sizeof series->lane, INT_MAX);
        series->place = i;
        series->mark = chart_lane_mark(i);
        series->colour = colour_of(theme, (Role)(ROLE_LANE_0 + colour), picture->foreground);
        series->raw_colour = colour_of(theme, (Role)(ROLE_RAW_0 + colour), GREY);
        series->is_emphasised = view->lane == i;
    }
}

void chart_export_begin(const LabState *state, const ViewState *view, size_t chart,
                        const Theme *theme, ChartFigure *picture)
{
    const uint16_t content = view->chart_metrics[chart];
    ChartPicture shown;
    view_charts_picture(state, view, chart, &shown);
    text_clean(shown.name, picture->title, sizeof picture->title, INT_MAX);
    if (content < METRIC_ID_MAX) {
        char name[CHART_TITLE_BYTES];
        const ChartFace face = chart_face(state->spec, content);
        experiment_spec_metric_name(state->spec, content, name, sizeof name);
        text_clean(name, picture->metric, sizeof picture->metric, INT_MAX);
        text_clean(face.note, picture->unit, sizeof picture->unit, INT_MAX);
    } else {
        memcpy(picture->metric, picture->title, sizeof picture->metric);
    }
    picture->x_of_axis = (ChartX)view->axis; /* both are step, passes, seconds */
    picture->smoothing = shown.plot.smoothing;
    picture->seed_count = state->seed_count;
    picture->background = is_for_dark(theme) ? NIGHT : PAPER;
    picture->foreground = is_for_dark(theme) ? CHALK : INK;
    take_rules(state, picture);
    take_lanes(state, view, theme, picture);
}

/* ---- axes ---- */

static void take_axis(const AxisTicks *ticks, ChartAxis *axis)
{
    axis->low = ticks->low;
    axis->high = ticks->high;
    axis->tick_count = 0;
    _Static_assert((int)AXIS_TICKS_MAX <= (int)CHART_TICKS_MAX, "a picture has room for all ticks");
    for (size_t i = 0; i < ticks->count && i < AXIS_TICKS_MAX; i++) {
        ChartTick *tick = &axis->ticks[axis->tick_count++];
        tick->value = ticks->ticks[i].value;
        (void)snprintf(tick->label, sizeof tick->label, "%s", ticks->ticks[i].label);
    }
}

static void set_y_axis(const LinePlot *plot, const PlotSurvey *survey, ChartFigure *picture)
{
    AxisTicks ticks = {0};
    if (survey->drawable == 0) { /* what there is stays in the data */
        axis_ticks_linear(0.0, 1.0, AXIS_TICKS_MAX, &ticks);
        chart_figure_note(picture, "no value that the axis can show");
    } else if (plot->y_scale == AXIS_SCALE_LOG) {
        picture->y.scale = CHART_SCALE_LOG;
        axis_ticks_log(survey->low, survey->high, AXIS_TICKS_MAX, &ticks);
    } else if (plot->y_scale == AXIS_SCALE_SYMLOG) {
        picture->y.scale = CHART_SCALE_SYMLOG;
        axis_ticks_symlog(survey->low, survey->high, AXIS_TICKS_MAX, &ticks);
        picture->y.unit = ticks.unit;
    } else {
        axis_ticks_linear(survey->low, survey->high, AXIS_TICKS_MAX, &ticks);
    }
    take_axis(&ticks, &picture->y);
}

static void set_x_axis(const LinePlot *plot, const PlotSurvey *survey, ChartFigure *picture)
{
    AxisTicks ticks = {0};
    const AxisView view = plot_survey_axis_view(plot, survey);
    axis_ticks_x(&view, AXIS_TICKS_MAX, &ticks);
    picture->x.scale = plot->is_x_log ? CHART_SCALE_LOG : CHART_SCALE_LINEAR;
    picture->steps_per_epoch = plot->x_unit;
    take_axis(&ticks, &picture->x);
    if (plot->x_unit > 0.0) {
        chart_figure_note(picture, "x axis in epochs of %g steps", plot->x_unit);
    }
}

/* ---- the data ---- */

static void smooth(ChartSeries *series, double weight)
{
    CausalMean mean = causal_mean_start(weight);
    CausalMean low = mean;
    CausalMean high = mean;
    for (size_t i = 0; i < series->count; i++) {
        ChartPoint *point = &series->points[i];
        point->smoothed = causal_mean_next(&mean, point->raw);
        point->smoothed_low = causal_mean_next(&low, point->low);
        point->smoothed_high = causal_mean_next(&high, point->high);
    }
}

static void drop_empty_series(ChartFigure *picture)
{
    size_t kept = 0;
    for (size_t i = 0; i < picture->series_count; i++) {
        if (picture->series[i].count > 0) {
            picture->series[kept++] = picture->series[i];
        } else {
            free(picture->series[i].points);
        }
    }
    picture->series_count = kept;
}

static void note_released(const LabState *state, uint16_t metric, ChartFigure *picture)
{
    for (size_t lane = 0; lane < state->lane_count; lane++) {
        if (chart_is_of_perturbation(metric) && lab_state_is_released(state, lane)) {
            chart_figure_note(picture, "not an ascent direction: %s", state->lanes[lane].name);
        }
    }
}

void chart_export_finish(const LabState *state, const ViewState *view, size_t chart,
                         ChartFigure *picture)
{
    ChartPicture shown;
    view_charts_picture(state, view, chart, &shown);
    const PlotSurvey survey = plot_survey(&shown.plot);
    drop_empty_series(picture);
    for (size_t i = 0; i < picture->series_count; i++) {
        smooth(&picture->series[i], picture->smoothing);
    }
    if (picture->seed_count > 0) {
        chart_figure_note(picture, "95 %% bands of the mean: Student's t over %zu seeds",
                          picture->seed_count);
    }
    set_y_axis(&shown.plot, &survey, picture);
    set_x_axis(&shown.plot, &survey, picture);
    note_released(state, view->chart_metrics[chart], picture);
    chart_figure_note_hidden(picture);
}

Status chart_export_points(const Series *from, const SeedBand *band, ChartSeries *series)
{
    for (size_t i = 0; i < from->count; i++) {
        const double raw = from->points[i].value;
        ChartPoint point = {.raw = raw,
                            .low = band != NULL ? band->low.points[i].value : raw,
                            .high = band != NULL ? band->high.points[i].value : raw};
        memcpy(point.x, from->points[i].x, sizeof point.x);
        TRY(chart_series_append(series, point));
    }
    return STATUS_OK;
}

/* Where a line's points go: its lane's series; that of an expression of several lanes takes the first place, a reference another one. NULL:
 * no room. */
static ChartSeries *series_of(const ChartPicture *shown, size_t line, ChartFigure *picture)
{
    const PlotLine *from = &shown->plot.lines[line];
    const bool is_reference = from->is_reference;
    if (shown->lanes[line] < SPEC_LANES_MAX) {
        return &picture->series[shown->lanes[line]];
    }
    if (is_reference && picture->series_count == SPEC_LANES_MAX) {
        return NULL;
    }
    ChartSeries *series = &picture->series[is_reference ? picture->series_count++ : 0];
    (void)snprintf(series->lane, sizeof series->lane, "%.*s", SPEC_NAME_BYTES - 1, from->label);
    series->mark = from->mark;
    if (is_reference) {
        series->place = picture->series_count - 1;
        series->colour = series->raw_colour = GREY;
    }
    return series;
}

Status chart_export(const LabState *state, const ViewState *view, size_t chart, const Theme *theme,
                    ChartFigure *picture)
{
    bool is_thinned = false;
    ChartPicture shown;
    view_charts_picture(state, view, chart, &shown);
    chart_export_begin(state, view, chart, theme, picture);
    for (size_t i = 0; i < shown.plot.line_count; i++) {
        const Series *history = shown.plot.lines[i].series;
        ChartSeries *series = series_of(&shown, i, picture);
        if (series == NULL) {
            continue;
        }
        is_thinned = is_thinned || history->halvings > 0;
        TRY(chart_export_points(history, shown.plot.lines[i].band, series));
    }
    if (is_thinned) {
        chart_figure_note(picture, "thinned, as on the screen; metrics.jsonl has every point "
                                   "(tramlab export)");
    }
    chart_export_finish(state, view, chart, picture);
    return STATUS_OK;
}
