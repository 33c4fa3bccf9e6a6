/* tui/chart_control.c -- the cursor lives on logged points, the window on the axis: neither moves when new points come. */
#include "tui/chart_control.h"

#include <math.h>
#include <stdio.h>

#include "base/text.h"
#include "tui/chart_window.h"
#include "tui/plot_labels.h"
#include "tui/plot_survey.h"
#include "tui/reference_runs.h"
#include "tui/view_charts.h"

static const double ZOOM_FACTOR = 0.5;
static const double PAN_SHARE = 0.25;
static const double CURSOR_SHARE = 0.01; /* of what is in view, for one press of an arrow */
static const double CURSOR_LEAP = 0.1;

/* A chart as it is drawn, and its whole axis; view->window is then what is drawn, also if it follows. */
static PlotWindow look_at(LabControl *control, size_t chart, ChartPicture *picture)
{
    view_charts_picture(control->state, control->view, chart, picture);
    control->view->window = picture->plot.window;
    return plot_survey_whole(&picture->plot);
}

/* The focused one. */
static PlotWindow look(LabControl *control, ChartPicture *picture)
{
    return look_at(control, control->view->chart, picture);
}

/* An end of what is in view lies between points: few digits will do. */
static void place_text(const LinePlot *plot, double x, char *out, size_t out_bytes)
{
    if (plot->axis == SERIES_AXIS_SECONDS) {
        text_duration(x, out, out_bytes);
    } else {
        text_number(plot->x_unit > 0.0 ? x / plot->x_unit : x, 4, out, out_bytes);
    }
}

static void say_window(ViewState *view, const ChartPicture *picture)
{
    char low[PLOT_NUMBER_BYTES];
    char high[PLOT_NUMBER_BYTES];
    if (!(view->window.high > view->window.low)) {
        view_state_say(view, ROLE_TEXT, "the whole x axis");
        return;
    }
    place_text(&picture->plot, view->window.low, low, sizeof low);
    place_text(&picture->plot, view->window.high, high, sizeof high);
    view_state_say(view, ROLE_TEXT, "%s %s to %s in all charts%s; 0 shows all",
                   view_state_axis_name(view_state_axis(view)), low, high,
                   view->is_window_following ? ", following the newest" : "");
}

/* ---- zoom -------------------------------------------------------------------------------------------------------------- */

/* At the cursor if there is one, else at the newest point if it is in view. */
static double zoom_centre(const LabControl *control, const ChartPicture *picture, PlotWindow whole)
{
    const ViewState *view = control->view;
    if (view->cursor.is_on) {
        return picture->plot.cursor.x;
    }
    const PlotWindow now = chart_window_view(view->window, whole);
    double newest = -INFINITY;
    for (size_t i = 0; i < picture->plot.line_count; i++) {
        const Series *series = picture->plot.lines[i].series;
        if (series->count > 0) {
            newest = fmax(newest, series->points[series->count - 1].x[view->axis]);
        }
    }
    return newest >= now.low && newest <= now.high ? newest : now.low + (now.high - now.low) / 2.0;
}

static void zoom(LabControl *control, double factor)
{
    ViewState *view = control->view;
    ChartPicture picture;
    const PlotWindow whole = look(control, &picture);
    view->window = chart_window_zoom(view->window, whole, zoom_centre(control, &picture, whole),
                                     factor, view->is_x_log);
    view->is_window_following = view->is_window_following && view->window.high > view->window.low;
    say_window(view, &picture);
}

/* A quarter of the axis, if all of it is in view. */
static void toggle_follow(LabControl *control)
{
    ViewState *view = control->view;
    ChartPicture picture;
    const PlotWindow whole = look(control, &picture);
    view->is_window_following = !view->is_window_following;
    if (!(view->window.high > view->window.low)) {
        view->is_window_following = true;
        view->window = (PlotWindow){whole.low, whole.low + (whole.high - whole.low) / 4.0};
    }
    (void)look(control, &picture);
    say_window(view, &picture);
}

static void show_last(LabControl *control, uint64_t count)
{
    ViewState *view = control->view;
    ChartPicture picture;
    view->is_window_following = true;
    view->window = (PlotWindow){.low = 0.0, .high = (double)count};
    if (view_state_axis(view) == VIEW_AXIS_EPOCH) {
        view->window.high *= control->state->steps_per_epoch;
    }
    (void)look(control, &picture);
    view->is_window_following = view->window.high > view->window.low; /* the axis may be shorter */
    say_window(view, &picture);
}

static void pan(LabControl *control, double share)
{
    ViewState *view = control->view;
    ChartPicture picture;
    const PlotWindow whole = look(control, &picture);
    if (!(view->window.high > view->window.low)) {
        view_state_say(view, ROLE_TEXT, "all of it is in view; + zooms in");
        return;
    }
    view->is_window_following = false;
    view->window = chart_window_pan(view->window, whole, share, view->is_x_log);
    say_window(view, &picture);
}

/* ---- cursor ------------------------------------------------------------------------------------------------------------ */

/* The line whose points the cursor moves along: its lane's if the chart has it and it has points, else the first with points. */
static const Series *cursor_series(const LabControl *control, const ChartPicture *picture)
{
    const Series *found = NULL;
    for (size_t i = 0; i < picture->plot.line_count; i++) {
        const Series *series = picture->plot.lines[i].series;
        if (series->count > 0 &&
            (found == NULL || picture->lanes[i] == control->view->cursor.lane)) {
            found = series;
        }
    }
    return found;
}

static void put_cursor(LabControl *control, double x)
{
    ViewState *view = control->view;
    ChartPicture picture;
    const PlotWindow whole = look(control, &picture);
    view->cursor.x = x;
    view->window = chart_window_reach(view->window, whole, x, view->is_x_log);
}

static void open_cursor(LabControl *control)
{
    ViewState *view = control->view;
    ChartPicture picture;
    const PlotWindow whole = look(control, &picture);
    const PlotWindow now = chart_window_view(view->window, whole);
    view->cursor.lane = view->lane;
    const Series *series = cursor_series(control, &picture);
    if (series == NULL) {
        view_state_say(view, ROLE_WARNING,
                       lab_state_is_over(control->state) ? "this chart has no value to read"
                                                         : "this chart has no value yet");
        return;
    }
    view->cursor.is_on = true;
    view->cursor.is_following = false;
    view->cursor.x = series->points[series_nearest(series, view->axis, now.high)].x[view->axis];
    view_state_say(view, ROLE_TEXT,
                   "cursor: h l move, , . one point, k j lane, Enter takes it into "
                   "focus, + - zoom, Esc leaves");
}

/* To the logged point nearest to a place that many shares of the view away, but at least one point on. */
static void move_cursor(LabControl *control, double share)
{
    ViewState *view = control->view;
    ChartPicture picture;
    const PlotWindow whole = look(control, &picture);
    const PlotWindow now = chart_window_view(view->window, whole);
    const Series *series = cursor_series(control, &picture);
    if (series == NULL) {
        return;
    }
    const double x = picture.plot.cursor.x;
    const size_t here = series_nearest(series, view->axis, x);
    const double target =
        chart_window_pan((PlotWindow){.low = x, .high = x + (now.high - now.low)},
                         (PlotWindow){.low = whole.low, .high = INFINITY}, share, false)
            .low;
    size_t there = series_nearest(series, view->axis, target);
    if (share > 0.0 && there <= here) {
        there = here + 1 < series->count ? here + 1 : here;
    } else if (share < 0.0 && there >= here) {
        there = here > 0 ? here - 1 : 0;
    }
    view->cursor.is_following = false;
    put_cursor(control, series->points[there].x[view->axis]);
}

static void step_cursor(LabControl *control, int direction)
{
    ViewState *view = control->view;
    ChartPicture picture;
    (void)look(control, &picture);
    const Series *series = cursor_series(control, &picture);
    if (series == NULL) {
        return;
    }
    size_t index = series_nearest(series, view->axis, picture.plot.cursor.x);
    if (direction > 0 && index + 1 < series->count) {
        index++;
    } else if (direction < 0 && index > 0) {
        index--;
    }
    view->cursor.is_following = false;
    put_cursor(control, series->points[index].x[view->axis]);
}

static void send_cursor(LabControl *control, bool is_end)
{
    ChartPicture picture;
    (void)look(control, &picture);
    const Series *series = cursor_series(control, &picture);
    if (series != NULL) {
        control->view->cursor.is_following = is_end;
        put_cursor(control, series->points[is_end ? series->count - 1 : 0].x[control->view->axis]);
    }
}

/* What the cursor reads from line `line`; NaN without a point. */
static double reading_of(const ChartPicture *picture, size_t line)
{
    const Series *series = picture->plot.lines[line].series;
    if (series->count == 0) {
        return (double)NAN;
    }
    SeriesReader reader = series_reader(series, picture->plot.smoothing);
    return series_reader_value(&reader,
                               series_nearest(series, picture->plot.axis, picture->plot.cursor.x));
}

/* The lane whose value is next above (direction > 0) or below the picked one's; of equal ones in the order of the lanes. */
static void pick_lane(LabControl *control, int direction)
{
    ViewState *view = control->view;
    ChartPicture picture;
    (void)look(control, &picture);
    const size_t picked = picture.plot.cursor.picked_line;
    const double from =
        picked < picture.plot.line_count ? reading_of(&picture, picked) : (double)NAN;
    size_t best = picture.plot.line_count;
    double best_way = INFINITY;
    for (size_t i = 0; i < picture.plot.line_count; i++) {
        const double way = direction * (reading_of(&picture, i) - from);
        const bool is_further =
            way > 0.0 || (way == 0.0 && (int)i * direction < (int)picked * direction);
        if (i != picked && is_further && way < best_way) {
            best = i;
            best_way = way;
        }
    }
    if (isnan(from) && picture.plot.line_count > 0) {
        best = 0;
    }
    if (best < picture.plot.line_count) {
        view->cursor.lane = picture.lanes[best];
    }
}

static void take_lane(LabControl *control)
{
    ViewState *view = control->view;
    if (lab_state_has_lane(control->state, view->cursor.lane)) {
        view->lane = view->cursor.lane;
        view_state_say(view, ROLE_TEXT, "focus: %s", control->state->lanes[view->lane].name);
    } else if (view->cursor.lane > SPEC_LANES_MAX) {
        view_state_say(view, ROLE_WARNING, "a recorded run beside: it can only be looked at");
    }
}

bool chart_control_cursor_key(LabControl *control, UiKey key)
{
    if (!view_charts_has_cursor(control->view)) {
        return false;
    }
    if (key == 'h' || key == UI_KEY_LEFT) {
        move_cursor(control, -CURSOR_SHARE);
    } else if (key == 'l' || key == UI_KEY_RIGHT) {
        move_cursor(control, CURSOR_SHARE);
    } else if (key == UI_KEY_PAGE_UP) {
        move_cursor(control, -CURSOR_LEAP);
    } else if (key == UI_KEY_PAGE_DOWN) {
        move_cursor(control, CURSOR_LEAP);
    } else if (key == ',' || key == '.') {
        step_cursor(control, key == '.' ? 1 : -1);
    } else if (key == UI_KEY_HOME || key == UI_KEY_END) {
        send_cursor(control, key == UI_KEY_END);
    } else if (key == 'k' || key == UI_KEY_UP) {
        pick_lane(control, 1);
    } else if (key == 'j' || key == UI_KEY_DOWN) {
        pick_lane(control, -1);
    } else if (key == UI_KEY_ENTER) {
        take_lane(control);
    } else if (key == UI_KEY_ESCAPE || key == 'v') {
        control->view->cursor.is_on = false;
    } else {
        return false;
    }
    return true;
}

static const char NO_SECONDS[] = "the record does not tell when its steps were taken";

/* Why steps cannot be told as epochs. */
static const char *epoch_problem(const LabState *state)
{
    return state->epoch_problem[0] != '\0' ? state->epoch_problem
                                           : "the race has not said how many steps one has";
}

static void say_axis(LabControl *control)
{
    const ViewState *view = control->view;
    char words[96] = "";
    if (view_state_axis(view) == VIEW_AXIS_EPOCH) {
        snprintf(words, sizeof words, " (%.6g steps see all training data once)",
                 control->state->steps_per_epoch);
    } else if (view->axis == SERIES_AXIS_PASSES) {
        snprintf(words, sizeof words, " (forward-equivalents: a backward pass counts two)");
    }
    view_state_say(control->view, ROLE_TEXT, "x axis: %s%s",
                   view_state_axis_name(view_state_axis(view)), words);
}

/* No epochs where the race has not said how long one is, no seconds where nothing was timed. */
static bool has_axis(const LabControl *control, ViewAxis axis)
{
    return axis == VIEW_AXIS_EPOCH     ? control->state->steps_per_epoch > 0.0
           : axis == VIEW_AXIS_SECONDS ? lab_state_has_seconds(control->state)
                                       : true;
}

static ViewAxis next_axis(const LabControl *control)
{
    ViewAxis next = view_state_axis(control->view);
    do {
        next = (ViewAxis)((next + 1) % VIEW_AXIS_COUNT);
    } while (!has_axis(control, next));
    return next;
}

void chart_control_set_axis(LabControl *control, ViewAxis chosen)
{
    ViewState *view = control->view;
    const SeriesAxis axis = view_state_series_axis(chosen);
    ChartPicture picture;
    if (!has_axis(control, chosen)) {
        view_state_say(view, ROLE_WARNING, "no %s: %s",
                       chosen == VIEW_AXIS_EPOCH ? "epochs" : "seconds",
                       chosen == VIEW_AXIS_EPOCH ? epoch_problem(control->state) : NO_SECONDS);
        return;
    }
    (void)look(control, &picture);
    const Series *series = cursor_series(control, &picture);
    if (view->cursor.is_on && series != NULL) {
        const size_t index = series_nearest(series, view->axis, picture.plot.cursor.x);
        view->cursor.x = series->points[index].x[axis];
    }
    if (axis != view->axis) {
        view->window = (PlotWindow){.low = 0.0, .high = 0.0};
    }
    view->axis = axis;
    view->is_in_epochs = chosen == VIEW_AXIS_EPOCH;
    say_axis(control);
}

void chart_control_turn_axis(LabControl *control)
{
    ViewState *view = control->view;
    const bool is_step = view_state_axis(view) == VIEW_AXIS_STEP;
    const bool is_passes = view_state_axis(view) == VIEW_AXIS_PASSES;
    chart_control_set_axis(control, next_axis(control));
    if (is_passes && view_state_axis(view) != VIEW_AXIS_SECONDS) {
        view_state_say(view, ROLE_WARNING, "x axis: %s; no seconds: %s",
                       view_state_axis_name(view_state_axis(view)), NO_SECONDS);
    }
    if (is_step && view_state_axis(view) != VIEW_AXIS_EPOCH) {
        view_state_say(view, ROLE_WARNING, "x axis: %s; no epochs: %s",
                       view_state_axis_name(view_state_axis(view)), epoch_problem(control->state));
    }
}

/* ---- mouse ------------------------------------------------------------------------------------------------------------- */

void chart_control_turn_wheel(LabControl *control, size_t chart, bool is_closer, CellRect rect,
                              int column)
{
    ViewState *view = control->view;
    ChartPicture picture;
    double way = 0.0;
    const PlotWindow whole = look_at(control, chart, &picture);
    if (!line_plot_way_at(&picture.plot, rect, column, &way)) {
        return;
    }
    const double x = chart_window_at(view->window, whole, way, view->is_x_log);
    view->window = chart_window_zoom(view->window, whole, x,
                                     is_closer ? ZOOM_FACTOR : 1.0 / ZOOM_FACTOR, view->is_x_log);
    view->is_window_following = false; /* it stays where it was pointed at */
    say_window(view, &picture);
}

void chart_control_drag(LabControl *control, CellRect rect, int from, int to)
{
    ChartPicture picture;
    double here = 0.0;
    double there = 0.0;
    (void)look(control, &picture);
    if (line_plot_way_at(&picture.plot, rect, from, &here) &&
        line_plot_way_at(&picture.plot, rect, to, &there)) {
        pan(control, here - there);
    }
}

void chart_control_point(LabControl *control, CellRect rect, int column)
{
    ViewState *view = control->view;
    ChartPicture picture;
    double way = 0.0;
    const PlotWindow whole = look(control, &picture);
    if (!line_plot_way_at(&picture.plot, rect, column, &way)) {
        return;
    }
    if (!view->cursor.is_on) {
        open_cursor(control);
    }
    const Series *series = cursor_series(control, &picture);
    if (series != NULL) {
        const double x = chart_window_at(view->window, whole, way, view->is_x_log);
        view->cursor.is_following = false;
        view->cursor.x = series->points[series_nearest(series, view->axis, x)].x[view->axis];
    }
}

/* ---- scales ------------------------------------------------------------------------------------------------------------ */

static void next_scale(LabControl *control)
{
    ViewState *view = control->view;
    ChartPicture picture;
    AxisScale *scale = &view->y_scales[view->chart_metrics[view->chart]];
    *scale = (AxisScale)((*scale + 1) % AXIS_SCALE_COUNT);
    (void)look(control, &picture);
    view_state_say(view, ROLE_TEXT, "%s: y axis %s", picture.name, view_state_scale_name(*scale));
}

static void toggle_log_x(ViewState *view)
{
    view->is_x_log = !view->is_x_log;
    view->window = (PlotWindow){.low = 0.0, .high = 0.0};
    view_state_say(view, ROLE_TEXT, "x axis of all charts %s",
                   view->is_x_log ? "logarithmic" : "linear");
}

static void next_range(ViewState *view)
{
    static const char *const WORDS[PLOT_RANGE_COUNT] = {
        "lines whole, raw points behind them without their outermost 1 per cent",
        "every value, however far out", "without the outermost 1 per cent of values"};
    view->range = (PlotRange)((view->range + 1) % PLOT_RANGE_COUNT);
    view_state_say(view, ROLE_TEXT, "y axes: %s; the frame counts what is outside",
                   WORDS[view->range]);
}

/* ---- differences, expressions, grids ----------------------------------------------------------------------------------- */

static void derive(LabControl *control, const DerivedSpec *spec)
{
    if (view_state_derive(control->view, control->view->chart, spec) != STATUS_OK) {
        view_state_say(control->view, ROLE_ERROR, "not enough memory for another curve");
    }
}

/* The metric that the focused chart shows, or that its curves are computed from. */
static uint16_t focused_metric(const ViewState *view)
{
    const uint16_t content = view->chart_metrics[view->chart];
    if (content < METRIC_ID_MAX) {
        return content;
    }
    const DerivedSpec *spec = &view->derived[view->chart].spec;
    return spec->kind == DERIVED_DIFFERENCE ? spec->metric : spec->expression.terms[0].metric;
}

/* One lane minus another, at equal steps, or on the axis of passes at equal passes. */
static void show_pair(LabControl *control, size_t lane, size_t other, uint16_t metric)
{
    ViewState *view = control->view;
    const DerivedSpec spec = {.kind = DERIVED_DIFFERENCE,
                              .metric = metric,
                              .baseline = other,
                              .is_pair = true,
                              .lane = lane,
                              .is_at_passes = view->axis == SERIES_AXIS_PASSES};
    derive(control, &spec);
    view_state_say(view, ROLE_TEXT,
                   "%s: %s minus %s at equal %s, same seed and batches; d leads back",
                   chart_face(control->state->spec, metric).title, control->state->lanes[lane].name,
                   control->state->lanes[other].name, spec.is_at_passes ? "passes" : "steps");
}

static void show_difference(LabControl *control, uint16_t metric)
{
    ViewState *view = control->view;
    const DerivedSpec spec = {.kind = DERIVED_DIFFERENCE,
                              .metric = metric,
                              .baseline = view_charts_baseline(control->state, view),
                              .is_at_passes = view->axis == SERIES_AXIS_PASSES};
    if (spec.baseline >= SPEC_LANES_MAX) {
        view_state_say(view, ROLE_WARNING, "a difference needs a lane");
        return;
    }
    derive(control, &spec);
    view_state_say(view, ROLE_TEXT,
                   "%s: each lane minus %s at equal %s, same seed and batches; b chooses another "
                   "baseline, d leads back",
                   chart_face(control->state->spec, metric).title,
                   control->state->lanes[spec.baseline].name,
                   spec.is_at_passes ? "passes" : "steps");
}

/* The focused chart's metric as a difference, or back. */
static void toggle_difference(LabControl *control)
{
    ViewState *view = control->view;
    const uint16_t metric = focused_metric(view);
    if (view->chart_metrics[view->chart] < METRIC_ID_MAX) {
        show_difference(control, metric);
    } else {
        view->chart_metrics[view->chart] = metric;
    }
}

static void set_baseline(LabControl *control, size_t lane)
{
    ViewState *view = control->view;
    if (!lab_state_has_lane(control->state, lane)) {
        view_state_say(view, ROLE_WARNING, "focus a lane first (h l): it becomes the baseline");
        return;
    }
    view->baseline = lane;
    view_state_say(view, ROLE_TEXT, "baseline: %s (d shows a chart as differences to it)",
                   control->state->lanes[lane].name);
}

static void plot(LabControl *control, const char *text)
{
    DerivedSpec spec = {.kind = DERIVED_EXPRESSION};
    Problem problem = {0};
    if (chart_expression_parse(text, control->state, &spec.expression, &problem) != STATUS_OK) {
        view_state_say(control->view, ROLE_ERROR, "%s", problem.text);
        return;
    }
    const ExpressionTerm *terms = spec.expression.terms;
    if (chart_expression_is_pair(&spec.expression)) {
        show_pair(control, terms[0].lane, terms[1].lane, terms[0].metric);
        return;
    }
    derive(control, &spec);
    view_state_say(control->view, ROLE_TEXT, "chart %zu: %s%s", control->view->chart + 1,
                   spec.expression.text, spec.expression.is_of_each ? ", for each lane" : "");
}

static void open_reference(LabControl *control, const char *word)
{
    char words[RUN_EVENT_TEXT_BYTES];
    Problem problem = {0};
    if (reference_runs_open(control->state, word, words, sizeof words, &problem) == STATUS_OK) {
        view_state_say(control->view, ROLE_TEXT, "%s", words);
    } else {
        view_state_say(control->view, ROLE_ERROR, "%s", problem.text);
    }
}

static void close_references(LabControl *control)
{
    const size_t count = reference_runs_close(control->state);
    control->view->cursor.lane = control->view->lane;
    view_state_say(control->view, count > 0 ? ROLE_TEXT : ROLE_WARNING,
                   count > 0 ? "recorded runs closed: %zu" : "no recorded run is open beside (%zu)",
                   count);
}

static void open_grid(ViewState *view)
{
    view->page = VIEW_PAGE_GRID;
    view->is_grid_behind = false;
    view_state_say(view, ROLE_TEXT,
                   "%dx%d charts; Tab moves, c and :chart change one, Enter opens it, Esc leaves",
                   view->grid_rows, view->grid_columns);
}

void chart_control_leave_page(ViewState *view)
{
    view->page =
        view->page == VIEW_PAGE_CHART && view->is_grid_behind ? VIEW_PAGE_GRID : VIEW_PAGE_LAB;
    view->is_grid_behind = false;
    if (view->page == VIEW_PAGE_LAB && view->chart >= CHART_COUNT) {
        view->chart = 0;
    }
}

void chart_control_execute(LabControl *control, const Command *command)
{
    if (command->kind == COMMAND_PLOT) {
        plot(control, command->text);
    } else if (command->kind == COMMAND_DIFF && command->is_pair) {
        show_pair(control, command->lane, command->other,
                  command->metric < METRIC_ID_MAX ? command->metric
                                                  : focused_metric(control->view));
    } else if (command->kind == COMMAND_DIFF) {
        show_difference(control, command->metric);
    } else if (command->kind == COMMAND_BASELINE) {
        set_baseline(control, command->lane);
    } else if (command->kind == COMMAND_OPEN) {
        open_reference(control, command->text);
    } else if (command->kind == COMMAND_CLOSE) {
        close_references(control);
    } else if (command->kind == COMMAND_LAST) {
        show_last(control, command->count);
    } else if (command->kind == COMMAND_GRID) {
        control->view->grid_rows = command->grid_rows;
        control->view->grid_columns = command->grid_columns;
        open_grid(control->view);
    }
}

void chart_control_act(LabControl *control, UiAction action)
{
    ViewState *view = control->view;
    if (action == UI_ACTION_X_CLOSER || action == UI_ACTION_X_WIDER) {
        zoom(control, action == UI_ACTION_X_CLOSER ? ZOOM_FACTOR : 1.0 / ZOOM_FACTOR);
    } else if (action == UI_ACTION_X_LEFT || action == UI_ACTION_X_RIGHT) {
        pan(control, action == UI_ACTION_X_RIGHT ? PAN_SHARE : -PAN_SHARE);
    } else if (action == UI_ACTION_FOLLOW) {
        toggle_follow(control);
    } else if (action == UI_ACTION_CURSOR) {
        open_cursor(control);
    } else if (action == UI_ACTION_LOG) {
        next_scale(control);
    } else if (action == UI_ACTION_LOG_X) {
        toggle_log_x(view);
    } else if (action == UI_ACTION_RANGE) {
        next_range(view);
    } else if (action == UI_ACTION_DIFFERENCE && view->page != VIEW_PAGE_TABLE) {
        toggle_difference(control);
    } else if (action == UI_ACTION_BASELINE) {
        set_baseline(control, view->lane);
    } else if (action == UI_ACTION_GRID && view->page == VIEW_PAGE_GRID) {
        chart_control_leave_page(view);
    } else if (action == UI_ACTION_GRID) {
        open_grid(view);
    }
}
