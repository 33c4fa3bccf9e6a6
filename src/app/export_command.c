#include "app/export_command.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/complaint.h"
#include "app/epoch_length.h"
#include "app/experiment_file.h"
#include "app/version.h"
#include "base/text.h"
#include "optim/method_table.h"
#include "store/export_file.h"
#include "store/run_reader.h"
#include "tui/chart_export.h"
#include "tui/recorded_run.h"

enum { METRIC_NAME_BYTES = 96 };

/* Every point of the metric in one run, which the screen may have thinned. */
typedef struct RunPoints {
    Series lanes[SPEC_LANES_MAX];
} RunPoints;

/* Runs being read: the state as the screen would have it, and the points. */
typedef struct RunExport {
    RecordedRun run;
    RunPoints *points; /* [input count], owned */
    size_t count;
    ViewState view;
    Theme theme;
    ChartFigure picture;
} RunExport;

static Status choose_axis(const char *name, ViewState *view, Problem *problem)
{
    for (int i = 0; i < VIEW_AXIS_COUNT; i++) {
        const ViewAxis axis = (ViewAxis)i;
        if (name == NULL || strcmp(view_state_axis_name(axis), name) == 0) {
            view->axis = view_state_series_axis(axis);
            view->is_in_epochs = axis == VIEW_AXIS_EPOCH;
            return STATUS_OK;
        }
    }
    return problem_describe(problem, STATUS_BAD_USAGE,
                            "--x takes step, epoch, passes or seconds, not \"%s\"", name);
}

static Status find_metric(const ExperimentSpec *spec, const char *wanted, uint16_t *out,
                          Problem *problem)
{
    char nearest[METRIC_NAME_BYTES] = "loss";
    for (int i = 0; i < METRIC_ID_MAX; i++) {
        const uint16_t metric = (uint16_t)i;
        char name[METRIC_NAME_BYTES];
        experiment_spec_metric_name(spec, metric, name, sizeof name);
        if (name[0] != '\0' && strcmp(name, wanted) == 0) {
            *out = metric;
            return STATUS_OK;
        }
        if (name[0] != '\0' && text_distance(name, wanted) < text_distance(nearest, wanted)) {
            memcpy(nearest, name, sizeof nearest);
        }
    }
    return problem_describe(
        problem, STATUS_BAD_VALUE,
        "there is no metric \"%s\"; did you mean %s? (tramlab metrics lists all)", wanted, nearest);
}

static Status check_kind(const char *path, ExportKind *out, Problem *problem)
{
    TRY(export_file_kind(path, out, problem));
    if (*out == EXPORT_ANSI) {
        return problem_describe(problem, STATUS_BAD_USAGE,
                                "%s: a recorded run has no screen; end the name in .csv .json .svg "
                                "or .png",
                                path);
    }
    return STATUS_OK;
}

/* Dark on white, unless the theme is not to be found. */
static Theme paper_theme(void)
{
    char path[PATH_MAX];
    Problem ignored = {0};
    Theme theme = theme_default();
    if (bundled_path("themes/light.theme", path, sizeof path, &ignored) == STATUS_OK) {
        (void)theme_load(path, &theme, &ignored);
    }
    return theme;
}

static void warn_of_damage(const char *directory, const RunDamages *damages)
{
    for (size_t i = 0; i < damages->count && i < RUN_DAMAGES_KEPT; i++) {
        fprintf(stderr, "tramlab: warning: %s/%s, line %zu passed over: %s\n", directory,
                damages->kept[i].file, damages->kept[i].line, damages->kept[i].text);
    }
    if (damages->count > RUN_DAMAGES_KEPT) {
        fprintf(stderr, "tramlab: warning: %zu more lines passed over\n",
                damages->count - RUN_DAMAGES_KEPT);
    }
}

static Status take_point(RunPoints *points, uint16_t metric, const MetricSample *sample)
{
    SeriesPoint point = {.x = {sample->step, sample->passes, sample->seconds}};
    return metric_sample_get(sample, metric, &point.value)
               ? series_append(&points->lanes[sample->lane], point)
               : STATUS_OK;
}

static Status read_points(const char *directory, uint16_t metric, RunPoints *points,
                          Problem *problem)
{
    RunReader *reader = NULL;
    RunReport report;
    Status status = STATUS_OK;
    TRY(run_reader_open(directory, &reader, problem));
    while (status == STATUS_OK && run_reader_next(reader, &report)) {
        if (report.kind == RUN_REPORT_SAMPLE) {
            status = take_point(points, metric, &report.as.sample);
        }
    }
    warn_of_damage(directory, run_reader_damages(reader));
    run_reader_close(reader);
    return status == STATUS_OK ? STATUS_OK
                               : problem_describe(problem, status, "%s", status_sentence(status));
}

/* The lane's curve, or the mean of its curves with the band. */
static Status fill_lane(const RunExport *export, size_t lane, ChartSeries *out)
{
    const Series *seeds[SEEDS_MAX];
    Series mean = {0};
    SeedBand band = {0};
    for (size_t i = 0; i < export->count; i++) {
        seeds[i] = &export->points[i].lanes[lane];
    }
    if (export->count == 1) {
        return chart_export_points(seeds[0], NULL, out);
    }
    Status status = seed_band_make(seeds, export->count, &mean, &band);
    if (status == STATUS_OK) {
        status = chart_export_points(&mean, &band, out);
    }
    series_clear(&mean);
    seed_band_clear(&band);
    return status;
}

static Status fill_picture(RunExport *export, const CommandLine *line, Problem *problem)
{
    ChartFigure *picture = &export->picture;
    Status status = STATUS_OK;
    size_t count = 0;
    chart_export_begin(export->run.state, &export->view, 0, &export->theme, picture);
    for (size_t i = 0; status == STATUS_OK && i < picture->series_count; i++) {
        status = fill_lane(export, i, &picture->series[i]);
        count += picture->series[i].count;
    }
    if (status != STATUS_OK) {
        return problem_describe(problem, status, "%s", status_sentence(status));
    }
    chart_export_finish(export->run.state, &export->view, 0, picture);
    if (count > 0) {
        return STATUS_OK;
    }
    return export->count == 1
               ? problem_describe(problem, STATUS_BAD_VALUE, "%s has no value of %s", line->input,
                                  line->metric)
               : problem_describe(problem, STATUS_BAD_VALUE,
                                  "the %zu runs have no step with a value of %s in all of them",
                                  export->count, line->metric);
}

/* An old record may not say how long one is. */
static Status need_epochs(RunExport *export, const CommandLine *line, Problem *problem)
{
    if (!export->view.is_in_epochs) {
        return STATUS_OK;
    }
    epoch_length_find(export->run.state);
    return export->run.state->steps_per_epoch > 0.0
               ? STATUS_OK
               : problem_describe(problem, STATUS_BAD_VALUE, "%s: %s; take --x step", line->input,
                                  export->run.state->epoch_problem);
}

static Status export_runs(const CommandLine *line, RunExport *export, Problem *problem)
{
    ExportKind kind = EXPORT_KIND_COUNT;
    uint16_t metric = METRIC_ID_MAX;
    view_state_init(&export->view, TRAMLAB_VERSION, line->input);
    export->view.lane = VIEW_ALL_LANES; /* none in front */
    export->theme = paper_theme();
    TRY(check_kind(line->out, &kind, problem));
    TRY(choose_axis(line->x_axis, &export->view, problem));
    TRY(recorded_run_read(line->inputs, line->input_count, method_table(), &export->run, problem));
    TRY(find_metric(export->run.state->spec, line->metric, &metric, problem));
    export->view.chart_metrics[0] = metric;
    TRY(need_epochs(export, line, problem));
    export->points = calloc(line->input_count, sizeof *export->points);
    if (export->points == NULL) {
        return problem_describe(problem, STATUS_OUT_OF_MEMORY, "%s",
                                status_sentence(STATUS_OUT_OF_MEMORY));
    }
    export->count = line->input_count;
    for (size_t i = 0; i < export->count; i++) {
        TRY(read_points(line->inputs[i], metric, &export->points[i], problem));
    }
    TRY(fill_picture(export, line, problem));
    return export_file_write_chart(line->out, kind, &export->picture, false, problem);
}

static void clear(RunExport *export)
{
    for (size_t i = 0; i < export->count; i++) {
        for (size_t lane = 0; lane < SPEC_LANES_MAX; lane++) {
            series_clear(&export->points[i].lanes[lane]);
        }
    }
    free(export->points);
    chart_figure_clear(&export->picture);
    recorded_run_clear(&export->run);
}

int export_main(const CommandLine *line)
{
    Problem problem = {0};
    RunExport *export = calloc(1, sizeof *export);
    if (export == NULL) {
        (void)problem_describe(&problem, STATUS_OUT_OF_MEMORY, "%s",
                               status_sentence(STATUS_OUT_OF_MEMORY));
        return complain(&problem);
    }
    const Status status = export_runs(line, export, &problem);
    clear(export);
    free(export);
    return status == STATUS_OK ? 0 : complain(&problem);
}
