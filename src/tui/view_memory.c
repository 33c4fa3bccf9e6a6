/* tui/view_memory.c -- names in the file, never numbers: the same choice holds when a table has grown. */
#include "tui/view_memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/json.h"
#include "base/parent_folders.h"
#include "base/whole_file.h"
#include "tui/lane_order.h"
#include "tui/reference_runs.h"

enum { FILE_BYTES_MAX = 64 * 1024, NAME_BYTES = SPEC_NAME_BYTES + 32 };

static const char *const SCALES[AXIS_SCALE_COUNT] = {"linear", "log", "symlog"};
static const char *const RANGES[PLOT_RANGE_COUNT] = {"lines", "all", "bulk"};

/* The place of a word in a list; `count` if it does not stand there. */
static int place_of(const char *word, const char *const *words, int count)
{
    int place = 0;
    while (place < count && strcmp(words[place], word) != 0) {
        place++;
    }
    return place;
}

static uint16_t metric_of(const LabState *state, const char *wanted)
{
    char name[NAME_BYTES];
    for (int metric = 0; metric < METRIC_ID_MAX; metric++) {
        experiment_spec_metric_name(state->spec, (uint16_t)metric, name, sizeof name);
        if (name[0] != '\0' && strcmp(name, wanted) == 0) {
            return (uint16_t)metric;
        }
    }
    return METRIC_ID_MAX;
}

/* ---- writing ---- */

/* The two lanes of a difference that has its own, by name. */
static bool add_pair(Json *json, const LabState *state, const DerivedSpec *spec)
{
    return json_add_string(json, "of", state->lanes[spec->lane].name) &&
           json_add_string(json, "minus", state->lanes[spec->baseline].name);
}

static Json *chart_json(const LabState *state, const ViewState *view, size_t chart)
{
    const uint16_t content = view->chart_metrics[chart];
    char name[NAME_BYTES];
    const char *key = "metric";
    const char *value = name;
    uint16_t metric = content;
    const DerivedSpec *pair = NULL;
    if (content >= METRIC_ID_MAX) {
        const DerivedSpec *spec = &view->derived[chart].spec;
        key = spec->kind == DERIVED_EXPRESSION ? "plot" : "difference";
        value = spec->kind == DERIVED_EXPRESSION ? spec->expression.text : name;
        metric = spec->metric;
        pair = spec->kind == DERIVED_DIFFERENCE && spec->is_pair ? spec : NULL;
    }
    experiment_spec_metric_name(state->spec, metric, name, sizeof name);
    Json *json = json_new_object();
    if (json == NULL || !json_add_string(json, key, value) ||
        !json_add_string(json, "y", SCALES[view->y_scales[content]]) ||
        (pair != NULL && !add_pair(json, state, pair))) {
        json_destroy(json);
        return NULL;
    }
    return json;
}

static bool add_charts(Json *document, const LabState *state, const ViewState *view)
{
    Json *charts = json_new_array();
    for (size_t chart = 0; charts != NULL && chart < VIEW_CHARTS_MAX; chart++) {
        if (!json_append(charts, chart_json(state, view, chart))) {
            json_destroy(charts);
            return false;
        }
    }
    return json_add(document, "charts", charts);
}

/* The names of the lanes of which `is_so` is true. */
static bool add_lanes(Json *document, const char *key, const LabState *state, const bool *is_so)
{
    Json *names = json_new_array();
    for (size_t lane = 0; names != NULL && lane < state->lane_count; lane++) {
        if (is_so[lane] && lab_state_has_lane(state, lane) &&
            !json_append(names, json_new_string(state->lanes[lane].name))) {
            json_destroy(names);
            return false;
        }
    }
    return json_add(document, key, names);
}

static bool add_table(Json *document, const LabState *state, const ViewState *view)
{
    char sort[NAME_BYTES];
    lane_order_words(state, view, sort, sizeof sort);
    const bool has_baseline = lab_state_has_lane(state, view->baseline);
    return json_add_string(document, "sort", sort[0] != '\0' ? sort : "race") &&
           json_add_string(document, "filter", view->filter.text) &&
           json_add_string(document, "baseline",
                           has_baseline ? state->lanes[view->baseline].name : "") &&
           json_add_bool(document, "table_differences", view->has_deltas) &&
           add_lanes(document, "pinned", state, view->is_pinned) &&
           add_lanes(document, "hidden", state, view->is_hidden);
}

static bool add_references(Json *document, const LabState *state)
{
    Json *words = json_new_array();
    const size_t count = state->references != NULL ? state->references->word_count : 0;
    for (size_t i = 0; words != NULL && i < count; i++) {
        if (!json_append(words, json_new_string(state->references->words[i]))) {
            json_destroy(words);
            return false;
        }
    }
    return json_add(document, "references", words);
}

Status view_memory_save(const char *path, const LabState *state, const ViewState *view,
                        Problem *problem)
{
    Json *document = json_new_object();
    const bool is_whole =
        document != NULL &&
        json_add_string(document, "x", view_state_axis_name(view_state_axis(view))) &&
        json_add_bool(document, "log_x", view->is_x_log) &&
        json_add_string(document, "range", RANGES[view->range]) &&
        json_add_number(document, "smoothing", view->smoothing) &&
        json_add_number(document, "grid_rows", view->grid_rows) &&
        json_add_number(document, "grid_columns", view->grid_columns) &&
        add_table(document, state, view) && add_references(document, state) &&
        add_charts(document, state, view);
    char *text = is_whole ? json_print(document, true) : NULL;
    json_destroy(document);
    if (text == NULL) {
        return problem_describe(problem, STATUS_OUT_OF_MEMORY, "%s",
                                status_sentence(STATUS_OUT_OF_MEMORY));
    }
    parent_folders_make(path);
    const Status status = whole_file_write(path, text, problem);
    free(text);
    return status;
}

/* ---- reading ---- */

/* No epochs of an old record that does not say how long one is, and no seconds of one without times. */
static void take_x(const Json *document, const LabState *state, ViewState *view)
{
    const char *name = json_string(json_member(document, "x"));
    const bool has_epochs = !state->is_recorded || state->steps_per_epoch > 0.0;
    for (ViewAxis axis = VIEW_AXIS_STEP; axis < VIEW_AXIS_COUNT; axis++) {
        if (strcmp(view_state_axis_name(axis), name) == 0 &&
            (axis != VIEW_AXIS_EPOCH || has_epochs) &&
            (axis != VIEW_AXIS_SECONDS || lab_state_has_seconds(state))) {
            view->axis = view_state_series_axis(axis);
            view->is_in_epochs = axis == VIEW_AXIS_EPOCH;
        }
    }
    view->is_x_log = json_truth(json_member(document, "log_x"));
}

static void take_numbers(const Json *document, ViewState *view)
{
    const double smoothing = json_number(json_member(document, "smoothing"));
    const double rows = json_number(json_member(document, "grid_rows"));
    const double columns = json_number(json_member(document, "grid_columns"));
    const int range =
        place_of(json_string(json_member(document, "range")), RANGES, PLOT_RANGE_COUNT);
    if (smoothing >= 0.0 && smoothing <= 0.999) {
        view->smoothing = smoothing;
    }
    if (rows >= 1.0 && rows <= VIEW_GRID_ROWS_MAX && columns >= 1.0 &&
        columns <= VIEW_GRID_COLUMNS_MAX && (int)rows * (int)columns <= VIEW_CHARTS_MAX) {
        view->grid_rows = (int)rows;
        view->grid_columns = (int)columns;
    }
    if (range < PLOT_RANGE_COUNT) {
        view->range = (PlotRange)range;
    }
}

static void take_sort(const Json *document, const LabState *state, ViewState *view)
{
    const char *name = json_string(json_member(document, "sort"));
    const uint16_t metric = metric_of(state, name);
    if (strcmp(name, "name") == 0) {
        view->sort = LANE_SORT_NAME;
    } else if (strcmp(name, "best") == 0) {
        view->sort = LANE_SORT_BEST;
    } else if (metric < METRIC_ID_MAX) {
        view->sort = LANE_SORT_METRIC;
        view->sort_metric = metric;
    }
}

static void take_lanes(const Json *names, const LabState *state, bool *is_so)
{
    for (const Json *name = json_is_array(names) ? json_first(names) : NULL; name != NULL;
         name = json_next(name)) {
        const size_t lane = lab_state_find_lane(state, json_string(name));
        if (lane < SPEC_LANES_MAX) {
            is_so[lane] = true;
        }
    }
}

static void take_table(const Json *document, const LabState *state, ViewState *view)
{
    Problem ignored = {0};
    const size_t baseline =
        lab_state_find_lane(state, json_string(json_member(document, "baseline")));
    take_sort(document, state, view);
    (void)lane_filter_parse(json_string(json_member(document, "filter")), state, &view->filter,
                            &ignored);
    if (baseline < SPEC_LANES_MAX) {
        view->baseline = baseline;
    }
    view->has_deltas = json_truth(json_member(document, "table_differences"));
    take_lanes(json_member(document, "pinned"), state, view->is_pinned);
    take_lanes(json_member(document, "hidden"), state, view->is_hidden);
}

/* A difference of two lanes of its own; false if one of them is not there. A difference without "of" is to the baseline. */
static bool take_pair(const Json *json, const LabState *state, DerivedSpec *spec)
{
    if (json_member(json, "of") == NULL) {
        return true;
    }
    spec->is_pair = true;
    spec->lane = lab_state_find_lane(state, json_string(json_member(json, "of")));
    spec->baseline = lab_state_find_lane(state, json_string(json_member(json, "minus")));
    return spec->lane < SPEC_LANES_MAX && spec->baseline < SPEC_LANES_MAX &&
           spec->lane != spec->baseline;
}

/* False if the chart goes on with what it shows. */
static bool take_content(const Json *json, const LabState *state, ViewState *view, size_t chart)
{
    DerivedSpec spec = {.kind = DERIVED_EXPRESSION};
    Problem ignored = {0};
    const uint16_t metric = metric_of(state, json_string(json_member(json, "metric")));
    const uint16_t minuend = metric_of(state, json_string(json_member(json, "difference")));
    const char *expression = json_string(json_member(json, "plot"));
    if (metric < METRIC_ID_MAX && chart_can_show(metric)) {
        view->chart_metrics[chart] = metric;
        return true;
    }
    if (minuend < METRIC_ID_MAX && chart_can_show(minuend)) {
        spec = (DerivedSpec){.kind = DERIVED_DIFFERENCE,
                             .metric = minuend,
                             .baseline = view->baseline,
                             .is_at_passes = view->axis == SERIES_AXIS_PASSES};
        if (!take_pair(json, state, &spec)) {
            return false;
        }
    } else if (expression[0] == '\0' ||
               chart_expression_parse(expression, state, &spec.expression, &ignored) != STATUS_OK) {
        return false;
    }
    return view_state_derive(view, chart, &spec) == STATUS_OK;
}

static void take_charts(const Json *document, const LabState *state, ViewState *view)
{
    const Json *charts = json_member(document, "charts");
    const Json *json = json_is_array(charts) ? json_first(charts) : NULL;
    for (size_t chart = 0; chart < VIEW_CHARTS_MAX && json != NULL; chart++) {
        const int scale = place_of(json_string(json_member(json, "y")), SCALES, AXIS_SCALE_COUNT);
        if (take_content(json, state, view, chart) && scale < AXIS_SCALE_COUNT) {
            view->y_scales[view->chart_metrics[chart]] = (AxisScale)scale;
        }
        json = json_next(json);
    }
}

/* *out stays NULL the first time. */
static Status read_document(const char *path, Json **out, Problem *problem)
{
    char *text = NULL;
    size_t size = 0;
    if (access(path, F_OK) != 0) {
        return STATUS_OK;
    }
    TRY(json_read_text(path, FILE_BYTES_MAX, &text, &size, problem));
    const Status status = json_parse(text, size, path, out, problem);
    free(text);
    return status;
}

static void open_reference(LabState *state, const char *word, Problem *first)
{
    char words[RUN_EVENT_TEXT_BYTES];
    char note[RUN_EVENT_TEXT_BYTES];
    Problem problem = {0};
    if (reference_runs_open(state, word, words, sizeof words, &problem) == STATUS_OK) {
        return;
    }
    snprintf(note, sizeof note, "was open beside last time, and is forgotten: %.*s",
             (int)sizeof note - 64, problem.text);
    lab_state_note(state, note);
    if (first->text[0] == '\0') {
        (void)problem_describe(first, STATUS_FILE_UNREADABLE, "%s", note);
    }
}

void view_memory_open_references(const char *path, LabState *state, Problem *problem)
{
    Json *document = NULL;
    Problem ignored = {0};
    problem->text[0] = '\0';
    if (read_document(path, &document, &ignored) != STATUS_OK) {
        return;
    }
    const Json *words = json_member(document, "references");
    for (const Json *word = json_is_array(words) ? json_first(words) : NULL; word != NULL;
         word = json_next(word)) {
        if (json_string(word)[0] == '\0') {
            continue;
        }
        if (state->is_recorded) {
            reference_runs_remember(state, json_string(word));
        } else {
            open_reference(state, json_string(word), problem);
        }
    }
    json_destroy(document);
}

Status view_memory_load(const char *path, const LabState *state, ViewState *view, Problem *problem)
{
    Json *document = NULL;
    TRY(read_document(path, &document, problem));
    if (document == NULL) {
        return STATUS_OK;
    }
    take_x(document, state, view);
    take_numbers(document, view);
    take_table(document, state, view);
    take_charts(document, state, view);
    json_destroy(document);
    return STATUS_OK;
}
