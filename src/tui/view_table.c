#include "tui/view_table.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "tui/chart.h"
#include "tui/key_map.h"
#include "tui/lane_knobs.h"
#include "tui/lane_order.h"
#include "tui/lane_words.h"
#include "tui/reference_runs.h"
#include "tui/sparkline.h"
#include "tui/view_charts.h"
#include "tui/view_frame.h"

enum {
    HEAD_COLUMNS = 3,
    NAME_COLUMNS_MIN = 5,
    METHOD_COLUMNS_MIN = 8,
    METHOD_COLUMNS_MAX = 18,
    WIDE_FROM_COLUMNS = 68, /* what a person asks of every lane has room */
    CELL_BYTES = 96,
    LIMIT_COLUMNS = 15,
    LIMIT_WIDE_COLUMNS = 25,
    TREND_COLUMNS = 10, /* with a blank in front */
    TREND_COLUMNS_MIN = 5,
    NARROW_COUNT = 4
};

typedef enum CellKind {
    CELL_METRIC,
    CELL_STATE,
    CELL_BEST,
    CELL_METHOD,
    CELL_KNOB,
    CELL_TREND, /* of the loss */
    CELL_LIMIT
} CellKind;

typedef struct TableColumn {
    const char *title;
    CellKind kind;
    MetricId metric; /* of CELL_METRIC */
    int columns;
    int order; /* columns stand in this order, from the left */
} TableColumn;

/* In the order in which they are given room in a narrow table: the first NARROW_COUNT, then the words of the limit. */
static const TableColumn NARROW[] = {
    {"loss", CELL_METRIC, METRIC_LOSS, 5, 4},
    {"ZS ppl", CELL_METRIC, METRIC_ZERO_SHOT_PERPLEXITY, 7, 6},
    {"||eps||", CELL_METRIC, METRIC_PERTURBATION_NORM, 8, 7},
    {"rep KL", CELL_METRIC, METRIC_KL_IN_DOMAIN, 8, 8},
    {"limited by", CELL_LIMIT, METRIC_LOSS, LIMIT_COLUMNS, 14},
};

/* ... and in a wide one; ||eps|| has "rep KL" behind it, whose room it takes where words must stand in its place. */
static const TableColumn WIDE[] = {
    {"state", CELL_STATE, METRIC_LOSS, 13, 2},
    {"knob", CELL_KNOB, METRIC_LOSS, 14, 3},
    {"best eval", CELL_BEST, METRIC_LOSS, 13, 5},
    {"method", CELL_METHOD, METRIC_LOSS, METHOD_COLUMNS_MIN, 1},
    {"loss", CELL_METRIC, METRIC_LOSS, 5, 4},
    {"ZS ppl", CELL_METRIC, METRIC_ZERO_SHOT_PERPLEXITY, 7, 6},
    {"rep KL", CELL_METRIC, METRIC_KL_IN_DOMAIN, 8, 8},
    {"||eps||", CELL_METRIC, METRIC_PERTURBATION_NORM, 8, 7},
    {"limited by", CELL_LIMIT, METRIC_LOSS, LIMIT_COLUMNS, 15},
    {"trend", CELL_TREND, METRIC_LOSS, TREND_COLUMNS, 14},
    {"dev ppl", CELL_METRIC, METRIC_EVAL_PERPLEXITY, 8, 9},
    {"KL out", CELL_METRIC, METRIC_KL_OUT_OF_DOMAIN, 8, 10},
    {"radius", CELL_METRIC, METRIC_RADIUS, 8, 11},
    {"|grad|", CELL_METRIC, METRIC_GRAD_NORM, 8, 12},
    {"dist", CELL_METRIC, METRIC_DISTANCE, 8, 13},
};

enum { WIDE_COUNT = sizeof WIDE / sizeof *WIDE, WIDE_TREND = 9 /* its place among them */ };

/* How a table of some width is cut up. */
typedef struct TablePlan {
    int name_columns;
    TableColumn columns[WIDE_COUNT]; /* from the left */
    int column_count;
    bool is_wide;
    bool has_limit; /* a column for the words */
    bool has_second_line;
} TablePlan;

/* A lane of the race, or of a recorded run that was opened beside. */
typedef struct TableRow {
    const LabState *state; /* whose lane it is */
    size_t lane;
    char mark;
    char name[REFERENCE_LABEL_BYTES];
    bool is_reference; /* a record: no knobs, and not to be focused */
} TableRow;

/* What all rows of a table are drawn with. */
typedef struct TablePen {
    const LabState *state;
    const ViewState *view;
    TablePlan plan;
    size_t baseline; /* of differences; SPEC_LANES_MAX: values as they are */
    SparkRange range;
    CellGrid *grid;
} TablePen;

static bool is_text(CellKind kind)
{
    return kind != CELL_METRIC;
}

static int between(int value, int minimum, int maximum)
{
    return value < minimum ? minimum : value > maximum ? maximum : value;
}

/* Columns from `candidates` as long as they fit; hands back what is left. */
static int take_columns(TablePlan *plan, const TableColumn *candidates, int count, int left)
{
    for (int i = 0; i < count && left >= candidates[i].columns; i++) {
        plan->columns[plan->column_count++] = candidates[i];
        plan->has_limit = plan->has_limit || candidates[i].kind == CELL_LIMIT;
        left -= candidates[i].columns;
    }
    return left;
}

static void sort_columns(TablePlan *plan)
{
    for (int i = 1; i < plan->column_count; i++) {
        const TableColumn moved = plan->columns[i];
        int place = i;
        while (place > 0 && plan->columns[place - 1].order > moved.order) {
            plan->columns[place] = plan->columns[place - 1];
            place--;
        }
        plan->columns[place] = moved;
    }
}

static TablePlan plan_narrow(int columns, int longest_name)
{
    TablePlan plan = {.name_columns = NAME_COLUMNS_MIN};
    int left = columns - HEAD_COLUMNS - NAME_COLUMNS_MIN;
    left = take_columns(&plan, NARROW, NARROW_COUNT, left);
    if (plan.column_count == NARROW_COUNT) {
        left = take_columns(&plan, NARROW + NARROW_COUNT, 1, left);
    }
    const int wanted = between(longest_name - NAME_COLUMNS_MIN, 0, left > 0 ? left : 0);
    plan.name_columns += wanted;
    return plan;
}

/* The widest words get their room before the numbers that few ask for. */
static TablePlan plan_wide(int columns, int longest_name, int longest_method)
{
    TablePlan plan = {.is_wide = true};
    TableColumn candidates[WIDE_COUNT];
    int first_columns = HEAD_COLUMNS;
    for (int i = 0; i < WIDE_COUNT; i++) {
        candidates[i] = WIDE[i];
        if (candidates[i].kind == CELL_METHOD) {
            candidates[i].columns =
                between(longest_method + 2, METHOD_COLUMNS_MIN, METHOD_COLUMNS_MAX);
        }
        first_columns += i < NARROW_COUNT ? candidates[i].columns : 0;
    }
    const int room = columns - first_columns;
    plan.name_columns =
        between(longest_name, NAME_COLUMNS_MIN, room > NAME_COLUMNS_MIN ? room : NAME_COLUMNS_MIN);
    int left =
        take_columns(&plan, candidates, WIDE_COUNT, columns - HEAD_COLUMNS - plan.name_columns);
    const TableColumn *trend = &WIDE[WIDE_TREND];
    const bool has_trend = plan.column_count > WIDE_TREND;
    if (!has_trend && left >= TREND_COLUMNS_MIN) { /* in what the next column could not use */
        plan.columns[plan.column_count] = *trend;
        plan.columns[plan.column_count++].columns = between(left, TREND_COLUMNS_MIN, TREND_COLUMNS);
        left -= between(left, TREND_COLUMNS_MIN, TREND_COLUMNS);
    }
    sort_columns(&plan);
    TableColumn *last = &plan.columns[plan.column_count - 1];
    if (plan.has_limit && left >= LIMIT_WIDE_COLUMNS - LIMIT_COLUMNS) {
        last->columns = LIMIT_WIDE_COLUMNS;
        last->title = "what limits it";
    }
    return plan;
}

/* Numbers stand at the right of their column, words at the left. */
static void put_cell(CellGrid *grid, int row, int column, const TableColumn *from, const char *text,
                     Role role)
{
    const int width = text_columns(text);
    const int indent = is_text(from->kind) ? 2 : width < from->columns ? from->columns - width : 0;
    cell_grid_text(grid, row, column + indent, from->columns - indent, text, role);
}

static void draw_head(CellGrid *grid, CellRect rect, const TablePlan *plan)
{
    cell_grid_text(grid, rect.row, rect.column + HEAD_COLUMNS, plan->name_columns, "lane",
                   ROLE_DIM);
    int column = rect.column + HEAD_COLUMNS + plan->name_columns;
    for (int i = 0; i < plan->column_count; i++) {
        put_cell(grid, rect.row, column, &plan->columns[i], plan->columns[i].title, ROLE_DIM);
        column += plan->columns[i].columns;
    }
}

static const LabLane *lane_of(const TableRow *row)
{
    return &row->state->lanes[row->lane];
}

/* "recorded", of several seeds "5 recorded". */
static void record_text(const TableRow *row, char *out, size_t out_bytes)
{
    if (row->state->seed_count > 0) {
        snprintf(out, out_bytes, "%zu recorded", row->state->seed_count);
    } else {
        snprintf(out, out_bytes, "recorded");
    }
}

/* "2.31", or with a baseline "+0.12": how much more than there. */
static void number_text(const TablePen *pen, const TableRow *row, double value, double base,
                        int digits, char *out, size_t out_bytes)
{
    if (pen->baseline >= SPEC_LANES_MAX || (!row->is_reference && row->lane == pen->baseline)) {
        text_number(value, digits, out, out_bytes);
        return;
    }
    char difference[32];
    text_number(fabs(value - base), digits, difference, sizeof difference);
    snprintf(out, out_bytes, "%s%s", value < base ? "-" : "+", difference);
}

/* "2.31@100": the lowest loss of an evaluation, or "71.5%@100": the highest accuracy; "-" before the first. */
static void best_text(const TablePen *pen, const TableRow *row, char *out, size_t out_bytes)
{
    const LabLane *lane = lane_of(row);
    const bool is_delta = pen->baseline < SPEC_LANES_MAX;
    const LabLane *base = is_delta ? &pen->state->lanes[pen->baseline] : lane;
    const bool has_classes = experiment_spec_has_classes(pen->state->spec);
    const bool is_alike = experiment_spec_has_classes(row->state->spec) == has_classes;
    char best[48];
    snprintf(out, out_bytes, "-");
    if (lane->has_best && base->has_best && is_alike) {
        number_text(pen, row, lane->best_eval, base->best_eval, is_delta || has_classes ? 3 : 4,
                    best, sizeof best);
        snprintf(out, out_bytes, "%s%s@%u", best, has_classes ? "%" : "", lane->best_step);
    }
}

/* The first of the lane's main knobs that is its method's own, in force. */
static void knob_text(const LabState *state, size_t index, char *out, size_t out_bytes)
{
    const LabLane *lane = &state->lanes[index];
    KnobId knob = KNOB_LEARNING_RATE;
    const KnobId candidates[] = {KNOB_SCALE, KNOB_RHO, KNOB_GAMMA, KNOB_LAMBDA};
    for (size_t i = 0; i < sizeof candidates / sizeof *candidates; i++) {
        if (lane->knobs[candidates[i]].is_available) {
            knob = candidates[i];
            break;
        }
    }
    char value[32];
    if (!lane->knobs[knob].is_available) { /* a table of finals tells few */
        snprintf(out, out_bytes, "-");
        return;
    }
    lane_knobs_value_text(knob, lane->knobs[knob].value, 3, value, sizeof value);
    snprintf(out, out_bytes, "%s %s", knob_info(knob)->symbol, value);
}

static void limit_text(const LabState *state, size_t index, int columns, char *out,
                       size_t out_bytes)
{
    lane_words_limit(state, index, out, out_bytes);
    if (text_columns(out) > columns) {
        lane_words_short_limit(state, index, out, out_bytes);
    }
}

/* "2e6", or as a difference "+2e6". */
static void exponent_text(double value, double base, bool is_difference, char *out,
                          size_t out_bytes)
{
    char number[32];
    const double shown = is_difference ? fabs(value - base) : value;
    snprintf(number, sizeof number, "%.0e", shown);
    const char *letter = strchr(number, 'e');
    if (letter == NULL) { /* inf, nan */
        return;
    }
    const long exponent = strtol(letter + 1, NULL, 10);
    snprintf(out, out_bytes, "%s%.*se%ld",
             !is_difference ? ""
             : value < base ? "-"
                            : "+",
             (int)(letter - number), number, exponent);
}

static void metric_text(const TablePen *pen, const TableRow *row, const TableColumn *from,
                        char *out, size_t out_bytes)
{
    const LabLane *lane = lane_of(row);
    const LabLane *base = pen->baseline < SPEC_LANES_MAX ? &pen->state->lanes[pen->baseline] : lane;
    snprintf(out, out_bytes, "-");
    if (!lane->is_measured[from->metric] || !base->is_measured[from->metric]) {
        return;
    }
    for (int digits = 3; digits > 0; digits--) {
        number_text(pen, row, lane->last[from->metric], base->last[from->metric], digits, out,
                    out_bytes);
        if (text_columns(out) < from->columns) { /* 3.25e-05: it must not touch its neighbour */
            return;
        }
    }
    if (out[0] != '\0' && strncmp(out + 1, "0.", 2) == 0) { /* +.06 */
        memmove(out + 1, out + 2, strlen(out + 1));
    }
    if (text_columns(out) >= from->columns) { /* cut off, it would be another number */
        exponent_text(lane->last[from->metric], base->last[from->metric], lane != base, out,
                      out_bytes);
    }
}

static void cell_text(const TablePen *pen, const TableRow *row, const TableColumn *from, char *out,
                      size_t out_bytes)
{
    out[0] = '\0';
    switch (from->kind) {
    case CELL_METRIC:
        metric_text(pen, row, from, out, out_bytes);
        return;
    case CELL_STATE:
        snprintf(out, out_bytes, "%s", lane_words_state(row->state, row->lane));
        if (row->is_reference) {
            record_text(row, out, out_bytes);
        }
        return;
    case CELL_BEST:
        best_text(pen, row, out, out_bytes);
        return;
    case CELL_TREND: /* drawn, not written */
        return;
    case CELL_METHOD:
        snprintf(out, out_bytes, "%s", lane_of(row)->method);
        return;
    case CELL_KNOB:
        if (!row->is_reference) {
            knob_text(row->state, row->lane, out, out_bytes);
        }
        return;
    case CELL_LIMIT:
        limit_text(row->state, row->lane, from->columns - 2, out, out_bytes);
        return;
    }
}

/* Where no column tells the state, words take the place of numbers: those of a lane that has diverged mean nothing any more, and those
 * of one that catches up are of other steps than its neighbours'. "" = numbers. */
static void state_in_place(const LabState *state, size_t index, const TablePlan *plan, char *out,
                           size_t out_bytes)
{
    const LabLane *lane = &state->lanes[index];
    out[0] = '\0';
    if (plan->is_wide) {
        return;
    }
    if (lane->has_diverged && !plan->has_limit) {
        snprintf(out, out_bytes, "DIVERGED at step %u", lane->diverged_step);
    } else if (lab_state_is_catching_up(state, index)) {
        snprintf(out, out_bytes, "catching up %u/%u", lane->step, lane->catch_up_step);
    }
}

static Role lane_role(const TableRow *row)
{
    return row->is_reference ? ROLE_DIM
                             : (Role)(ROLE_LANE_0 + (int)(row->lane % ROLE_LANE_COLOURS));
}

/* The lane's loss in the last cells of `rect`, one row. */
static void draw_trend(const TablePen *pen, const TableRow *row, CellRect rect)
{
    const GlyphLevel glyphs = pen->view->is_utf8 ? pen->view->glyphs : GLYPH_ASCII;
    sparkline_draw(&pen->range, &lane_of(row)->history[METRIC_LOSS], glyphs, pen->grid, rect,
                   lane_role(row));
}

static void draw_lane(const TablePen *pen, const TableRow *row, CellRect rect)
{
    const LabState *state = row->state;
    const size_t index = row->lane;
    const TablePlan *plan = &pen->plan;
    CellGrid *grid = pen->grid;
    const bool is_hidden = !row->is_reference && pen->view->is_hidden[index];
    const bool is_pinned = !row->is_reference && pen->view->is_pinned[index];
    const Role role = lane_of(row)->has_diverged ? ROLE_ERROR
                      : is_hidden                ? ROLE_DIM
                                                 : lane_role(row);
    char text[CELL_BYTES];
    cell_grid_put(grid, rect.row, rect.column + 1, row->mark, role);
    if (is_hidden || is_pinned) {
        cell_grid_put(grid, rect.row, rect.column + 2,
                      is_hidden ? VIEW_TABLE_HIDDEN : VIEW_TABLE_PINNED, ROLE_KNOB);
    }
    cell_grid_text(grid, rect.row, rect.column + HEAD_COLUMNS, plan->name_columns, row->name, role);
    int column = rect.column + HEAD_COLUMNS + plan->name_columns;
    const int end = rect.column + rect.columns;
    state_in_place(state, index, plan, text, sizeof text);
    if (text[0] != '\0') {
        cell_grid_text(grid, rect.row, column + 1, end - column - 1, text, role);
        return;
    }
    const bool is_unlabelled = !plan->has_limit && !plan->has_second_line;
    for (int i = 0; i < plan->column_count; i++) {
        const TableColumn *from = &plan->columns[i];
        const bool is_norm = from->kind == CELL_METRIC && from->metric == METRIC_PERTURBATION_NORM;
        if (is_norm && is_unlabelled && lab_state_is_released(state, index)) {
            /* No room to call the number what it is: the words stand in its place. */
            cell_grid_text(grid, rect.row, column + 2, end - column - 2, "not an ascent", role);
            return;
        }
        if (from->kind == CELL_TREND) {
            draw_trend(pen, row, (CellRect){rect.row, column + 2, 1, from->columns - 2});
        } else {
            cell_text(pen, row, from, text, sizeof text);
            put_cell(grid, rect.row, column, from, text,
                     from->kind == CELL_LIMIT && !row->is_reference ? ROLE_TEXT : role);
        }
        column += from->columns;
    }
}

/* As far as there is room the words of the limit first give way, then the word "best". Released arithmetic is always named. */
static void second_line_text(const TablePen *pen, const TableRow *row, int shortness, char *out,
                             size_t out_bytes)
{
    const LabState *state = row->state;
    const size_t index = row->lane;
    const LabLane *lane = lane_of(row);
    char limit[CELL_BYTES];
    char best[CELL_BYTES];
    char knob[CELL_BYTES];
    best_text(pen, row, best, sizeof best);
    knob_text(state, index, knob, sizeof knob);
    if (row->is_reference) {
        record_text(row, knob, sizeof knob);
    }
    lane_words_limit(state, index, limit, sizeof limit);
    if (lane->has_diverged) { /* the line above says so */
        limit[0] = '\0';
    }
    if (shortness > 0 && lab_state_is_released(state, index)) {
        lane_words_short_limit(state, index, limit, sizeof limit);
    } else if (shortness > 0) {
        limit[0] = '\0';
    }
    snprintf(out, out_bytes, "%s: %s%s%s%s%s", lane->method, knob, limit[0] != '\0' ? ", " : "",
             limit,
             !lane->has_best ? ""
             : shortness < 2 ? ", best "
                             : ", ",
             lane->has_best ? best : "");
}

/* Below a lane: its method, its knob, what limits it, its best evaluation; and its loss as a trend, if there is room behind the words
 * or only "best" need go for it. */
static void draw_second_line(const TablePen *pen, const TableRow *row, CellRect rect)
{
    char line[4 * CELL_BYTES];
    int shortness = 0;
    second_line_text(pen, row, shortness, line, sizeof line);
    while (shortness < 2 && text_columns(line) > rect.columns) {
        second_line_text(pen, row, ++shortness, line, sizeof line);
    }
    if (shortness == 1 && text_columns(line) + TREND_COLUMNS_MIN > rect.columns) {
        second_line_text(pen, row, 2, line, sizeof line);
    }
    const int used = cell_grid_text(pen->grid, rect.row, rect.column, rect.columns, line, ROLE_DIM);
    const int left = rect.columns - used;
    if (left >= TREND_COLUMNS_MIN) {
        const int trend = between(left, TREND_COLUMNS_MIN, TREND_COLUMNS) - 1;
        draw_trend(pen, row, (CellRect){rect.row, rect.column + rect.columns - trend, 1, trend});
    }
}

/* The lanes to draw, those of the race first, and how many fit. */
typedef struct TableRows {
    TableRow rows[SPEC_LANES_MAX * (1 + REFERENCE_RUNS_MAX)];
    size_t count;
    size_t lane_count; /* of the race */
    size_t first;
    size_t end;
    int lane_rows;
} TableRows;

/* On the page of lanes recorded ones stand below those of the race; the small table beside the charts has no room for them. */
static void collect_rows(const LabState *state, const ViewState *view, TableRows *rows)
{
    size_t lanes[SPEC_LANES_MAX];
    ReferenceLane references[SPEC_LANES_MAX * REFERENCE_RUNS_MAX] = {{.state = NULL}};
    rows->lane_count = lane_order(state, view, lanes);
    for (size_t i = 0; i < rows->lane_count; i++) {
        TableRow *row = &rows->rows[rows->count++];
        *row = (TableRow){.state = state, .lane = lanes[i], .mark = chart_lane_mark(lanes[i])};
        snprintf(row->name, sizeof row->name, "%s", state->lanes[lanes[i]].name);
    }
    const size_t count =
        view->page == VIEW_PAGE_TABLE
            ? reference_runs_lanes(state, references, sizeof references / sizeof *references)
            : 0;
    for (size_t i = 0; i < count; i++) {
        const ReferenceLane *from = &references[i];
        if (lane_filter_passes(&view->filter, from->state, from->lane)) {
            TableRow *row = &rows->rows[rows->count++];
            *row = (TableRow){
                .state = from->state, .lane = from->lane, .mark = from->mark, .is_reference = true};
            snprintf(row->name, sizeof row->name, "%s", from->label);
        }
    }
}

/* The focused lane is seen where not all fit; with all lanes in focus the recorded ones are. */
static void place_rows(const TablePen *pen, int inside_rows, bool has_second, TableRows *rows)
{
    rows->lane_rows = has_second && inside_rows >= 2 * (int)rows->count ? 2 : 1;
    const size_t room = inside_rows > 0 ? (size_t)(inside_rows / rows->lane_rows) : 0;
    size_t seen = pen->view->lane < pen->state->lane_count || rows->count == rows->lane_count
                      ? 0
                      : rows->count - 1;
    for (size_t i = 0; i < rows->lane_count; i++) {
        seen = rows->rows[i].lane == pen->view->lane ? i : seen;
    }
    if (room > 0 && seen >= room) {
        rows->first = seen - room + 1;
    }
    rows->end = rows->first + room < rows->count ? rows->first + room : rows->count;
}

/* Where classes are told, accuracies stand in the place of perplexities. */
static void measure_classes(const ExperimentSpec *spec, TableColumn *column)
{
    const uint16_t metric = chart_as_measured(spec, (uint16_t)column->metric);
    if (column->kind == CELL_METRIC && metric != (uint16_t)column->metric) {
        column->metric = (MetricId)metric;
        column->title = metric == METRIC_ZERO_SHOT_ACCURACY ? "ZS %" : "dev %";
    }
}

static TablePlan plan_for(const LabState *state, const TableRows *rows, int columns)
{
    int name = 4;
    int method = 0;
    for (size_t i = 0; i < rows->count; i++) {
        const TableRow *row = &rows->rows[i];
        const int name_columns = text_columns(row->name);
        const int method_columns = text_columns(lane_of(row)->method);
        name = name_columns > name ? name_columns : name;
        method = method_columns > method ? method_columns : method;
    }
    TablePlan plan = columns >= WIDE_FROM_COLUMNS ? plan_wide(columns, name, method)
                                                  : plan_narrow(columns, name);
    for (int i = 0; i < plan.column_count; i++) {
        measure_classes(state->spec, &plan.columns[i]);
    }
    return plan;
}

/* Evaluations on the way read part of dev; the finals and the heat strip tell of all of a split, which are other numbers. */
static bool has_evaluations(const TableRows *rows)
{
    for (size_t i = 0; i < rows->count; i++) {
        const LabLane *lane = lane_of(&rows->rows[i]);
        if (lane->is_measured[METRIC_EVAL_LOSS] || lane->is_measured[METRIC_ZERO_SHOT_PERPLEXITY] ||
            lane->is_measured[METRIC_ZERO_SHOT_ACCURACY]) {
            return true;
        }
    }
    return false;
}

/* " (means of 5 seeds, evals on part of dev, 2 hidden, 3 recorded)", as far as there is something to say: in fewer words with more
 * `shortness`, at 3 not of what the numbers are. */
static void values_words(const TablePen *pen, const TableRows *rows, bool is_plain, int shortness,
                         char *out, size_t out_bytes)
{
    static const char *const PART[] = {", evals on part of dev", ", evals on part of dev",
                                       ", part of dev", ""};
    const bool has_part = has_evaluations(rows) && shortness < 3;
    char of[48] = "";
    char hidden[32] = "";
    char recorded[32] = "";
    size_t hidden_count = 0;
    for (size_t i = 0; i < rows->lane_count; i++) {
        hidden_count += pen->view->is_hidden[rows->rows[i].lane] ? 1 : 0;
    }
    if (pen->state->seed_count > 0) {
        snprintf(of, sizeof of,
                 has_part && shortness > 0 ? ", %zu seeds' means" : ", means of %zu seeds",
                 pen->state->seed_count);
    } else if (is_plain && hidden_count == 0 && (shortness == 0 || !has_part)) {
        snprintf(of, sizeof of, ", last values");
    }
    if (hidden_count > 0) {
        snprintf(hidden, sizeof hidden, ", %zu hidden", hidden_count);
    }
    if (rows->count > rows->lane_count) {
        snprintf(recorded, sizeof recorded, ", %zu recorded", rows->count - rows->lane_count);
    }
    char words[128];
    snprintf(words, sizeof words, "%s%s%s%s", of, has_part ? PART[shortness] : "", hidden,
             recorded);
    snprintf(out, out_bytes, "%s%s%s", words[0] != '\0' ? " (" : "", words + strspn(words, ", "),
             words[0] != '\0' ? ")" : "");
}

/* "Lanes 3-11 of 14 by best, minus SAM (2 hidden) /-x": which rows, how sorted, minus whom, of what, how filtered. */
static void table_title(const TablePen *pen, const TableRows *rows, int shortness, char *out,
                        size_t out_bytes)
{
    const ViewState *view = pen->view;
    char sorted[SPEC_NAME_BYTES + 32];
    char part[80] = "";
    char words[136];
    size_t lanes[SPEC_LANES_MAX];
    const bool is_part = rows->end - rows->first < rows->count;
    const size_t all = lab_state_lanes(pen->state, lanes);
    lane_order_words(pen->state, view, sorted, sizeof sorted);
    if (is_part) {
        snprintf(part, sizeof part, " %zu-%zu of %zu", rows->first + 1, rows->end, rows->count);
    } else if (rows->lane_count < all) {
        snprintf(part, sizeof part, " %zu of %zu", rows->lane_count, all);
    }
    const bool is_delta = pen->baseline < SPEC_LANES_MAX;
    const bool is_plain = !is_part && sorted[0] == '\0' && !is_delta && view->filter.count == 0;
    values_words(pen, rows, is_plain, shortness, words, sizeof words);
    snprintf(out, out_bytes, "Lanes%s%s%s%s%s%s%s%s", part, sorted[0] != '\0' ? " by " : "", sorted,
             is_delta ? ", minus " : "", is_delta ? pen->state->lanes[pen->baseline].name : "",
             words, view->filter.count > 0 ? " /" : "", view->filter.text);
}

/* The losses of all lanes shown are compared with each other. */
static void measure_trend(TablePen *pen, const TableRows *rows)
{
    const LabState *state = pen->state;
    double x_end = state->max_steps > 1.0 ? state->max_steps : 1.0;
    for (size_t i = 0; i < rows->count; i++) {
        while (x_end < rows->rows[i].state->step) {
            x_end *= 2.0;
        }
    }
    pen->range = spark_range_empty(x_end);
    for (size_t i = 0; i < rows->count; i++) {
        spark_range_include(&pen->range, &lane_of(&rows->rows[i])->history[METRIC_LOSS],
                            GLYPH_BRAILLE, TREND_COLUMNS);
    }
}

static bool is_told(const TablePlan *plan, const TableColumn *column)
{
    for (int i = 0; i < plan->column_count; i++) {
        if (plan->columns[i].kind == column->kind && plan->columns[i].metric == column->metric) {
            return true;
        }
    }
    /* The second line has room for most other words. */
    return plan->has_second_line && column->kind != CELL_METRIC && column->kind != CELL_STATE;
}

/* On the lower edge: which columns there was no room for, and how they are seen. */
static void draw_left_out(const TablePen *pen, CellRect rect)
{
    char words[256] = "";
    size_t used = 0;
    for (int i = 0; i < WIDE_COUNT; i++) {
        TableColumn column = WIDE[i];
        measure_classes(pen->state->spec, &column);
        if (!is_told(&pen->plan, &column)) {
            used += (size_t)snprintf(words + used, sizeof words - used, "%s%s",
                                     used > 0 ? ", " : "", column.title);
        }
    }
    if (used == 0 || rect.rows < 2 || rect.columns <= VIEW_FRAME_TITLE_MARGIN + 1) {
        return;
    }
    const bool has_key = pen->view->page != VIEW_PAGE_TABLE;
    char line[320];
    snprintf(line, sizeof line, " .. %s%s: %s ", has_key ? "key " : "",
             has_key ? key_map_keys(pen->view->keys, UI_ACTION_TABLE) : "wider", words);
    cell_grid_sentence(pen->grid, rect.row + rect.rows - 1, rect.column + 1,
                       rect.columns - VIEW_FRAME_TITLE_MARGIN + 1, line, ROLE_DIM);
}

static void draw_rows(const TablePen *pen, const TableRows *rows, CellRect inside)
{
    for (size_t i = rows->first; i < rows->end; i++) {
        const TableRow *from = &rows->rows[i];
        const int row = inside.row + 1 + (int)(i - rows->first) * rows->lane_rows;
        const bool is_focused =
            pen->view->lane == from->lane || pen->view->lane >= pen->state->lane_count;
        draw_lane(pen, from, (CellRect){row, inside.column, 1, inside.columns});
        if (is_focused && !from->is_reference) {
            cell_grid_put(pen->grid, row, inside.column, '>', ROLE_KNOB_FOCUS);
        }
        if (rows->lane_rows == 2) {
            draw_second_line(pen, from,
                             (CellRect){row + 1, inside.column + HEAD_COLUMNS, 1,
                                        inside.columns - HEAD_COLUMNS});
        }
    }
}

void view_table_draw(const LabState *state, const ViewState *view, CellGrid *grid, CellRect rect)
{
    TableRows rows = {.count = 0};
    TablePen pen = {.state = state,
                    .view = view,
                    .baseline =
                        view->has_deltas ? view_charts_baseline(state, view) : SPEC_LANES_MAX,
                    .grid = grid};
    collect_rows(state, view, &rows);
    pen.plan = plan_for(state, &rows, rect.columns - 2);
    place_rows(&pen, rect.rows - 3, !pen.plan.is_wide && !pen.plan.has_limit, &rows);
    pen.plan.has_second_line = rows.lane_rows == 2;
    char title[LANE_FILTER_BYTES + 4 * SPEC_NAME_BYTES + 256];
    table_title(&pen, &rows, 0, title, sizeof title);
    for (int shortness = 1;
         shortness <= 3 && text_columns(title) > rect.columns - VIEW_FRAME_TITLE_MARGIN;
         shortness++) {
        table_title(&pen, &rows, shortness, title, sizeof title);
    }
    const CellRect inside =
        view_frame_draw(grid, rect, title, ROLE_FRAME, view_state_is_ascii(view));
    if (inside.rows < 1) {
        return;
    }
    measure_trend(&pen, &rows);
    draw_head(grid, inside, &pen.plan);
    draw_rows(&pen, &rows, inside);
    draw_left_out(&pen, rect);
    if (rows.count == 0 && inside.rows > 1) {
        cell_grid_text(grid, inside.row + 1, inside.column + HEAD_COLUMNS,
                       inside.columns - HEAD_COLUMNS, "no lane passes the filter", ROLE_DIM);
    }
}
