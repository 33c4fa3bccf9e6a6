/* tests/tui/plot_rig.h -- series of invented numbers and a plot of them, for the tests of a chart's parts. Include cmocka.h first. */
#ifndef TESTS_TUI_PLOT_RIG_H
#define TESTS_TUI_PLOT_RIG_H

#include "tui/line_plot.h"
#include "tui/plot_axes.h"
#include "tui/plot_curve.h"
#include "tui/plot_survey.h"

enum { RIG_ROWS = 20, RIG_COLUMNS = 60 };

typedef struct PlotRig {
    Series series[2];
    LinePlot plot;
    CellGrid grid;
    PlotSurvey survey;
    PlotAxes axes;
    PlotColumns columns[2];
    PlotSheet sheet;
} PlotRig;

/* Two empty lines, AdamW with 'o' and SAM with 'x'; ASCII glyphs: one dot a cell. */
static inline void rig_open(PlotRig *rig)
{
    *rig = (PlotRig){.plot = {.title = "t", .note = "", .line_count = 2, .glyphs = GLYPH_ASCII}};
    rig->plot.lines[0] = (PlotLine){.series = &rig->series[0],
                                    .label = "AdamW",
                                    .mark = 'o',
                                    .role = ROLE_LANE_0,
                                    .raw_role = ROLE_RAW_0};
    rig->plot.lines[1] = (PlotLine){.series = &rig->series[1],
                                    .label = "SAM",
                                    .mark = 'x',
                                    .role = ROLE_LANE_1,
                                    .raw_role = ROLE_RAW_1};
    assert_int_equal(cell_grid_create(&rig->grid, RIG_ROWS, RIG_COLUMNS), STATUS_OK);
}

static inline void rig_add(PlotRig *rig, size_t line, double x, double value)
{
    const SeriesPoint point = {.x = {x, 3.0 * x, 0.25 * x}, .value = value};
    assert_int_equal(series_append(&rig->series[line], point), STATUS_OK);
}

/* Axes over the whole grid: 0..59 is one step a column, and low..high as given. */
static inline void rig_measure(PlotRig *rig, double low, double high)
{
    rig->survey = plot_survey(&rig->plot);
    rig->axes = (PlotAxes){.x = {.low = rig->survey.x_low, .high = rig->survey.x_high},
                           .y = {.low = low, .high = high},
                           .x_scale = rig->plot.is_x_log ? AXIS_SCALE_LOG : AXIS_SCALE_LINEAR,
                           .y_scale = rig->plot.y_scale,
                           .canvas = {.grid = &rig->grid,
                                      .area = {0, 0, RIG_ROWS, RIG_COLUMNS},
                                      .level = rig->plot.glyphs}};
    plot_axes_measure(&rig->axes);
    rig->sheet = (PlotSheet){.plot = &rig->plot,
                             .survey = &rig->survey,
                             .axes = &rig->axes,
                             .columns = rig->columns,
                             .is_dense = plot_curve_is_dense(&rig->survey, &rig->axes)};
}

static inline int rig_count(const PlotRig *rig, Role role)
{
    int count = 0;
    for (int cell = 0; cell < RIG_ROWS * RIG_COLUMNS; cell++) {
        count += rig->grid.cells[cell].role == role;
    }
    return count;
}

static inline void rig_close(PlotRig *rig)
{
    series_clear(&rig->series[0]);
    series_clear(&rig->series[1]);
    cell_grid_destroy(&rig->grid);
}

#endif
