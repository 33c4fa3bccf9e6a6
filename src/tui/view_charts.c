#include "tui/view_charts.h"

#include <stdio.h>
#include <string.h>

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
    case SERIES_AXIS_SECONDS:
    case SERIES_AXIS_COUNT:
        break;
    }
    return 0.0;
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
        snprintf(out, out_bytes, "not an ascent direction: %s; ", names);
    }
}

static void chart_note(const LabState *state, const ViewState *view, size_t chart, char *out,
                       size_t out_bytes)
{
    const uint16_t metric = view->chart_metrics[chart];
    const ChartFace info = chart_face(state->spec, metric);
    char smooth[32] = "";
    char released[128];
    released_note(state, metric, released, sizeof released);
    if (info.is_smoothed && view->smoothing > 0.0) {
        snprintf(smooth, sizeof smooth, ", ema %.3g", view->smoothing);
    }
    const char *axis = view->axis == SERIES_AXIS_STEP     ? ""
                       : view->axis == SERIES_AXIS_PASSES ? ", x: passes"
                                                          : ", x: seconds";
    snprintf(out, out_bytes, "%s%s%s%s%s", released, info.note,
             view->is_log[metric] ? ", log y" : "", smooth, axis);
}

void view_charts_draw(const LabState *state, const ViewState *view, size_t chart, CellGrid *grid,
                      CellRect rect)
{
    const uint16_t metric = view->chart_metrics[chart];
    const ChartFace face = chart_face(state->spec, metric);
    char title[CHART_TITLE_BYTES + 8];
    char note[256];
    snprintf(title, sizeof title, "%zu %s", chart + 1, face.title);
    chart_note(state, view, chart, note, sizeof note);
    LinePlot plot = {.title = title,
                     .note = note,
                     .rule_count = state->rule_count,
                     .axis = view->axis,
                     .y_scale = view->is_log[metric] ? PLOT_SCALE_LOG : PLOT_SCALE_LINEAR,
                     .x_end = expected_end(state, view->axis),
                     .smoothing = face.is_smoothed ? view->smoothing : 0.0,
                     .glyphs = view->is_utf8 ? view->glyphs : GLYPH_ASCII,
                     .has_focus = view->chart == chart,
                     .is_frame_ascii = view_state_is_ascii(view)};
    memcpy(plot.rules, state->rules, state->rule_count * sizeof *plot.rules);
    for (size_t i = 0; i < state->lane_count && plot.line_count < PLOT_LINES_MAX; i++) {
        if (!lab_state_has_lane(state, i)) {
            continue;
        }
        const int colour = (int)(i % ROLE_LANE_COLOURS);
        plot.lines[plot.line_count] = (PlotLine){.series = &state->lanes[i].history[metric],
                                                 .label = state->lanes[i].name,
                                                 .mark = chart_lane_mark(i),
                                                 .role = (Role)(ROLE_LANE_0 + colour),
                                                 .raw_role = (Role)(ROLE_RAW_0 + colour),
                                                 .is_emphasised = view->lane == i};
        plot.line_count++;
    }
    line_plot_draw(&plot, grid, rect);
}
