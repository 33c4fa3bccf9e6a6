#include "tui/view_table.h"

#include <stdio.h>

#include "base/text.h"
#include "tui/chart.h"
#include "tui/lane_knobs.h"
#include "tui/lane_words.h"
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
    NARROW_COUNT = 4
};

typedef enum CellKind {
    CELL_METRIC,
    CELL_STATE,
    CELL_BEST,
    CELL_METHOD,
    CELL_KNOB,
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
    {"limited by", CELL_LIMIT, METRIC_LOSS, LIMIT_COLUMNS, 14},
    {"dev ppl", CELL_METRIC, METRIC_EVAL_PERPLEXITY, 8, 9},
    {"KL out", CELL_METRIC, METRIC_KL_OUT_OF_DOMAIN, 8, 10},
    {"radius", CELL_METRIC, METRIC_RADIUS, 8, 11},
    {"|grad|", CELL_METRIC, METRIC_GRAD_NORM, 8, 12},
    {"dist", CELL_METRIC, METRIC_DISTANCE, 8, 13},
};

enum { WIDE_COUNT = sizeof WIDE / sizeof *WIDE };

/* How a table of some width is cut up. */
typedef struct TablePlan {
    int name_columns;
    TableColumn columns[WIDE_COUNT]; /* from the left */
    int column_count;
    bool is_wide;
    bool has_limit; /* a column for the words */
    bool has_second_line;
} TablePlan;

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

/* "2.31@100": the lowest loss of an evaluation, or "71.5%@100": the highest accuracy; "-" before the first. */
static void best_text(const LabState *state, const LabLane *lane, char *out, size_t out_bytes)
{
    char best[32];
    snprintf(out, out_bytes, "-");
    if (lane->has_best) {
        const bool has_classes = experiment_spec_has_classes(state->spec);
        text_number(lane->best_eval, has_classes ? 3 : 4, best, sizeof best);
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

static void metric_text(const LabLane *lane, const TableColumn *from, char *out, size_t out_bytes)
{
    snprintf(out, out_bytes, "-");
    if (lane->is_measured[from->metric]) {
        text_number(lane->last[from->metric], 3, out, out_bytes);
        if (text_columns(out) >= from->columns) { /* 3.25e-05: it must not touch its neighbour */
            text_number(lane->last[from->metric], 2, out, out_bytes);
        }
    }
}

static void cell_text(const LabState *state, size_t index, const TableColumn *from, char *out,
                      size_t out_bytes)
{
    const LabLane *lane = &state->lanes[index];
    switch (from->kind) {
    case CELL_METRIC:
        metric_text(lane, from, out, out_bytes);
        return;
    case CELL_STATE:
        snprintf(out, out_bytes, "%s", lane_words_state(state, index));
        return;
    case CELL_BEST:
        best_text(state, lane, out, out_bytes);
        return;
    case CELL_METHOD:
        snprintf(out, out_bytes, "%s", lane->method);
        return;
    case CELL_KNOB:
        knob_text(state, index, out, out_bytes);
        return;
    case CELL_LIMIT:
        limit_text(state, index, from->columns - 2, out, out_bytes);
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

static void draw_lane(const LabState *state, size_t index, CellGrid *grid, CellRect rect,
                      const TablePlan *plan)
{
    const LabLane *lane = &state->lanes[index];
    const Role role =
        lane->has_diverged ? ROLE_ERROR : (Role)(ROLE_LANE_0 + (int)(index % ROLE_LANE_COLOURS));
    char text[CELL_BYTES];
    cell_grid_put(grid, rect.row, rect.column + 1, chart_lane_mark(index), role);
    cell_grid_text(grid, rect.row, rect.column + HEAD_COLUMNS, plan->name_columns, lane->name,
                   role);
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
        cell_text(state, index, from, text, sizeof text);
        put_cell(grid, rect.row, column, from, text, from->kind == CELL_LIMIT ? ROLE_TEXT : role);
        column += from->columns;
    }
}

/* Below a lane: its method, its knob, what limits it, its best evaluation; as far as there is room the words of the limit first give
 * way. Released arithmetic is always named. */
static void draw_second_line(const LabState *state, size_t index, CellGrid *grid, CellRect rect)
{
    const LabLane *lane = &state->lanes[index];
    const bool is_released = lab_state_is_released(state, index);
    char limit[CELL_BYTES];
    char best[CELL_BYTES];
    char knob[CELL_BYTES];
    char line[4 * CELL_BYTES];
    best_text(state, lane, best, sizeof best);
    knob_text(state, index, knob, sizeof knob);
    lane_words_limit(state, index, limit, sizeof limit);
    if (lane->has_diverged) { /* the line above says so */
        limit[0] = '\0';
    }
    for (int shortness = 0; shortness < 3; shortness++) {
        if (shortness > 0 && is_released) {
            lane_words_short_limit(state, index, limit, sizeof limit);
        } else if (shortness > 0) {
            limit[0] = '\0';
        }
        snprintf(line, sizeof line, "%s: %s%s%s%s%s", lane->method, knob,
                 limit[0] != '\0' ? ", " : "", limit,
                 !lane->has_best ? ""
                 : shortness < 2 ? ", best "
                                 : ", ",
                 lane->has_best ? best : "");
        if (text_columns(line) <= rect.columns) {
            break;
        }
    }
    cell_grid_text(grid, rect.row, rect.column, rect.columns, line, ROLE_DIM);
}

/* The lanes to draw, and how many fit. */
typedef struct TableRows {
    size_t lanes[SPEC_LANES_MAX];
    size_t count;
    size_t first;
    size_t end;
    int lane_rows;
} TableRows;

/* The focused lane is seen where not all fit. */
static void place_rows(const ViewState *view, int inside_rows, bool has_second, TableRows *rows)
{
    rows->lane_rows = has_second && inside_rows >= 2 * (int)rows->count ? 2 : 1;
    const size_t room = inside_rows > 0 ? (size_t)(inside_rows / rows->lane_rows) : 0;
    for (size_t i = 0; i < rows->count; i++) {
        if (rows->lanes[i] == view->lane && room > 0 && i >= room) {
            rows->first = i - room + 1;
        }
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
        const LabLane *lane = &state->lanes[rows->lanes[i]];
        const int name_columns = text_columns(lane->name);
        const int method_columns = text_columns(lane->method);
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

void view_table_draw(const LabState *state, const ViewState *view, CellGrid *grid, CellRect rect)
{
    TableRows rows = {.first = 0};
    rows.count = lab_state_lanes(state, rows.lanes);
    TablePlan plan = plan_for(state, &rows, rect.columns - 2);
    place_rows(view, rect.rows - 3, !plan.is_wide && !plan.has_limit, &rows);
    plan.has_second_line = rows.lane_rows == 2;
    char title[64] = "Lanes (last values)";
    if (rows.end - rows.first < rows.count) {
        snprintf(title, sizeof title, "Lanes %zu-%zu of %zu", rows.first + 1, rows.end, rows.count);
    }
    const CellRect inside =
        view_frame_draw(grid, rect, title, ROLE_FRAME, view_state_is_ascii(view));
    if (inside.rows < 1) {
        return;
    }
    draw_head(grid, inside, &plan);
    for (size_t i = rows.first; i < rows.end; i++) {
        const int row = inside.row + 1 + (int)(i - rows.first) * rows.lane_rows;
        draw_lane(state, rows.lanes[i], grid, (CellRect){row, inside.column, 1, inside.columns},
                  &plan);
        if (view->lane == rows.lanes[i] || view->lane >= state->lane_count) {
            cell_grid_put(grid, row, inside.column, '>', ROLE_KNOB_FOCUS);
        }
        if (rows.lane_rows == 2) {
            draw_second_line(state, rows.lanes[i], grid,
                             (CellRect){row + 1, inside.column + HEAD_COLUMNS, 1,
                                        inside.columns - HEAD_COLUMNS});
        }
    }
}
