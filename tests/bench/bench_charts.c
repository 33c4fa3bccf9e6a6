/* bench/bench_charts.c -- does a frame's time depend on how long the race has been? */
#include "bench/bench_sections.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/random.h"
#include "tui/line_plot.h"

enum {
    LANES = 12,
    CHARTS = 4,
    SCREEN_ROWS = 100,
    SCREEN_COLUMNS = 300,
    FEW = 1000,
    MANY = 1000000,
    FRAMES = 20 /* in a round: one alone is shorter than the clock is true */
};

static const double FRAME_MS_MOST = 8.0;
static const double GROWTH_MOST = 1.5;

/* A screen of four charts of the same lanes, two of them smoothed; FEW or MANY points each. */
typedef struct ChartScreen {
    Series series[LANES];
    CellGrid grid;
    size_t points;
} ChartScreen;

static bool fill(ChartScreen *screen, size_t points)
{
    Random random = random_stream(7, RANDOM_STREAM_BATCHES, 0);
    screen->points = points;
    for (size_t lane = 0; lane < LANES; lane++) {
        for (size_t i = 0; i < points; i++) {
            const double x = (double)(i + 1);
            const double way = x / (double)points;
            const SeriesPoint point = {.x = {x, 3.0 * x, 0.1 * x},
                                       .value = 2.0 + 2.0 * exp(-4.0 * way) + 0.05 * (double)lane +
                                                0.1 * random_normal(&random)};
            if (series_append(&screen->series[lane], point) != STATUS_OK) {
                return false;
            }
        }
    }
    return cell_grid_create(&screen->grid, SCREEN_ROWS, SCREEN_COLUMNS) == STATUS_OK;
}

static void draw_chart(ChartScreen *screen, int chart)
{
    LinePlot plot = {.title = "loss",
                     .note = "nats",
                     .line_count = LANES,
                     .x_end = (double)screen->points,
                     .y_scale = chart == 3 ? AXIS_SCALE_LOG : AXIS_SCALE_LINEAR,
                     .smoothing = chart < 2 ? 0.99 : 0.0};
    for (size_t lane = 0; lane < LANES; lane++) {
        plot.lines[lane] =
            (PlotLine){.series = &screen->series[lane],
                       .label = "lane",
                       .mark = 'o',
                       .role = (Role)(ROLE_LANE_0 + (int)lane % ROLE_LANE_COLOURS),
                       .raw_role = (Role)(ROLE_RAW_0 + (int)lane % ROLE_LANE_COLOURS)};
    }
    const CellRect rect = {chart / 2 * SCREEN_ROWS / 2, chart % 2 * SCREEN_COLUMNS / 2,
                           SCREEN_ROWS / 2, SCREEN_COLUMNS / 2};
    line_plot_draw(&plot, &screen->grid, rect);
}

static void draw_frames(void *context)
{
    for (int frame = 0; frame < FRAMES; frame++) {
        for (int chart = 0; chart < CHARTS; chart++) {
            draw_chart(context, chart);
        }
    }
}

static void report_times(BenchReport *report, const Timing timings[2])
{
    BenchRow row = {.section = "charts",
                    .goal = GOAL_AT_MOST,
                    .bound = GROWTH_MOST,
                    .figure = timing_cpu_ratio(&timings[1], &timings[0]),
                    .decimals = 2};
    const double few_ms = median_of(timings[0].cpu, timings[0].count) / FRAMES * 1e3;
    const double many_ms = median_of(timings[1].cpu, timings[1].count) / FRAMES * 1e3;
    snprintf(row.name, sizeof row.name, "frame of 4 charts x %d lanes: %d points / %d", LANES, MANY,
             FEW);
    snprintf(row.note, sizeof row.note, "%.2f ms / %.2f ms of CPU time, %dx%d, braille", many_ms,
             few_ms, SCREEN_COLUMNS, SCREEN_ROWS);
    bench_report_add(report, &row);
    row = (BenchRow){.section = "charts",
                     .goal = GOAL_AT_MOST,
                     .bound = FRAME_MS_MOST,
                     .figure = many_ms,
                     .unit = "ms",
                     .decimals = 2};
    snprintf(row.name, sizeof row.name, "that frame's charts, drawn at %dx%d", SCREEN_COLUMNS,
             SCREEN_ROWS);
    snprintf(row.note, sizeof row.note, "%d points a lane; CPU time of %d frames, median", MANY,
             FRAMES);
    bench_report_add(report, &row);
}

bool bench_charts(const BenchSetting *setting, BenchReport *report)
{
    ChartScreen *screens = calloc(2, sizeof *screens);
    const bool is_ready = screens != NULL && fill(&screens[0], FEW) && fill(&screens[1], MANY);
    if (is_ready) {
        const Contender contenders[] = {{draw_frames, &screens[0], 1},
                                        {draw_frames, &screens[1], 1}};
        const InterleavePlan plan = {.rounds = setting->rounds, .warm_ups = 1};
        Timing timings[2];
        interleave(&plan, contenders, 2, timings);
        report_times(report, timings);
    }
    for (size_t i = 0; screens != NULL && i < 2; i++) {
        for (size_t lane = 0; lane < LANES; lane++) {
            series_clear(&screens[i].series[lane]);
        }
        cell_grid_destroy(&screens[i].grid);
    }
    free(screens);
    return is_ready;
}
