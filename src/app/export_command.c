#include "app/export_command.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/complaint.h"
#include "app/experiment_file.h"
#include "app/version.h"
#include "base/text.h"
#include "optim/method_table.h"
#include "store/export_file.h"
#include "store/run_reader.h"
#include "tui/chart_export.h"

enum { METRIC_NAME_BYTES = 96 };

/* A run being read: the state as the screen would have it, and every point of the metric, which the screen may have thinned. */
typedef struct RunExport {
    RunReader *reader;
    LabState *state;
    ViewState view;
    Theme theme;
    ChartSeries series[SPEC_LANES_MAX]; /* points only; owned until they go to the picture */
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

static Status take_point(ChartSeries *series, uint16_t metric, const MetricSample *sample)
{
    ChartPoint point = {.x = {sample->step, sample->passes, sample->seconds}};
    return metric_sample_get(sample, metric, &point.raw) ? chart_series_append(series, point)
                                                         : STATUS_OK;
}

static Status read_run(RunExport *export, uint16_t metric, Problem *problem)
{
    RunReport report;
    Status status =
        lab_state_create(run_reader_spec(export->reader), method_table(), &export->state);
    while (status == STATUS_OK && run_reader_next(export->reader, &report)) {
        lab_state_take(export->state, &report);
        if (report.kind == RUN_REPORT_SAMPLE) {
            status = take_point(&export->series[report.as.sample.lane], metric, &report.as.sample);
        }
    }
    return status == STATUS_OK ? STATUS_OK
                               : problem_describe(problem, status, "%s", status_sentence(status));
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

/* The points become the picture's. */
static size_t fill_picture(RunExport *export)
{
    size_t count = 0;
    chart_export_begin(export->state, &export->view, 0, &export->theme, &export->picture);
    for (size_t i = 0; i < export->picture.series_count; i++) {
        ChartSeries *series = &export->picture.series[i];
        series->points = export->series[i].points;
        series->count = export->series[i].count;
        series->capacity = export->series[i].capacity;
        export->series[i] = (ChartSeries){0};
        count += series->count;
    }
    chart_export_finish(export->state, &export->view, 0, &export->picture);
    return count;
}

static Status export_run(const CommandLine *line, RunExport *export, Problem *problem)
{
    ExportKind kind = EXPORT_KIND_COUNT;
    uint16_t metric = METRIC_ID_MAX;
    view_state_init(&export->view, TRAMLAB_VERSION, line->input);
    export->view.lane = VIEW_ALL_LANES; /* none in front */
    export->theme = paper_theme();
    TRY(check_kind(line->out, &kind, problem));
    TRY(choose_axis(line->x_axis, &export->view, problem));
    TRY(run_reader_open(line->input, &export->reader, problem));
    TRY(find_metric(run_reader_spec(export->reader), line->metric, &metric, problem));
    export->view.chart_metrics[0] = metric;
    TRY(read_run(export, metric, problem));
    if (export->view.is_in_epochs && !(export->state->steps_per_epoch > 0.0)) {
        return problem_describe(
            problem, STATUS_BAD_VALUE,
            "%s does not say how many steps an epoch has (it was recorded by an "
            "older version); take --x step",
            line->input);
    }
    warn_of_damage(line->input, run_reader_damages(export->reader));
    if (fill_picture(export) == 0) {
        return problem_describe(problem, STATUS_BAD_VALUE, "%s has no value of %s", line->input,
                                line->metric);
    }
    return export_file_write_chart(line->out, kind, &export->picture, false, problem);
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
    const Status status = export_run(line, export, &problem);
    for (size_t i = 0; i < SPEC_LANES_MAX; i++) {
        free(export->series[i].points);
    }
    chart_figure_clear(&export->picture);
    lab_state_destroy(export->state);
    run_reader_close(export->reader);
    free(export);
    return status == STATUS_OK ? 0 : complain(&problem);
}
