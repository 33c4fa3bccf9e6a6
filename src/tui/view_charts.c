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
            const double passes =
                lane->step > 0 ? lane->passes / lane->step * state->max_steps : 0.0;
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

static void chart_note(const ViewState *view, size_t chart, char *out, size_t out_bytes)
{
    const ChartInfo *info = chart_info(chart);
    char smooth[32] = "";
    if (info->is_smoothed && view->smoothing > 0.0) {
        snprintf(smooth, sizeof smooth, ", ema %.3g", view->smoothing);
    }
    const char *axis = view->axis == SERIES_AXIS_STEP     ? ""
                       : view->axis == SERIES_AXIS_PASSES ? ", x: passes"
                                                          : ", x: seconds";
    snprintf(out, out_bytes, "%s%s%s%s", info->note, view->is_log[chart] ? ", log y" : "", smooth,
             axis);
}

void view_charts_draw(const LabState *state, const ViewState *view, size_t chart, CellGrid *grid,
                      CellRect rect)
{
    const ChartInfo *info = chart_info(chart);
    char title[64];
    char note[128];
    snprintf(title, sizeof title, "%zu %s", chart + 1, info->title);
    chart_note(view, chart, note, sizeof note);
    LinePlot plot = {.title = title,
                     .note = note,
                     .rule_count = state->rule_count,
                     .axis = view->axis,
                     .y_scale = view->is_log[chart] ? PLOT_SCALE_LOG : PLOT_SCALE_LINEAR,
                     .x_end = expected_end(state, view->axis),
                     .smoothing = info->is_smoothed ? view->smoothing : 0.0,
                     .glyphs = view->is_utf8 ? view->glyphs : GLYPH_ASCII,
                     .has_focus = view->chart == chart,
                     .is_frame_ascii = view_state_is_ascii(view)};
    memcpy(plot.rules, state->rules, state->rule_count * sizeof *plot.rules);
    for (size_t i = 0; i < state->lane_count && i < PLOT_LINES_MAX; i++) {
        const int colour = (int)(i % ROLE_LANE_COLOURS);
        plot.lines[plot.line_count] = (PlotLine){.series = &state->lanes[i].charts[chart],
                                                 .label = state->lanes[i].name,
                                                 .mark = chart_lane_mark(i),
                                                 .role = (Role)(ROLE_LANE_0 + colour),
                                                 .raw_role = (Role)(ROLE_RAW_0 + colour),
                                                 .is_emphasised = view->lane == i};
        plot.line_count++;
    }
    line_plot_draw(&plot, grid, rect);
}
