#include "tui/view_table.h"

#include <stdio.h>

#include "base/text.h"
#include "tui/lane_knobs.h"
#include "tui/lane_words.h"
#include "tui/view_frame.h"

enum {
    HEAD_COLUMNS = 3,
    NAME_COLUMNS_MIN = 5,
    CELL_BYTES = 96,
    LIMIT_COLUMNS = 15,
    LIMIT_WIDE_COLUMNS = 25,
    CORE_COUNT = 4
};

typedef enum CellKind { CELL_METRIC, CELL_STATE, CELL_BEST, CELL_METHOD, CELL_KNOB } CellKind;

typedef struct TableColumn {
    const char *title;
    CellKind kind;
    MetricId metric; /* of CELL_METRIC */
    int columns;
    int order; /* columns stand in this order, from the left */
} TableColumn;

/* In the order in which they are given room; after the first four, the words of the limit are. */
static const TableColumn COLUMNS[] = {
    {"loss", CELL_METRIC, METRIC_LOSS, 5, 4},
    {"ZS ppl", CELL_METRIC, METRIC_ZERO_SHOT_PERPLEXITY, 7, 6},
    {"||eps||", CELL_METRIC, METRIC_PERTURBATION_NORM, 8, 7},
    {"rep KL", CELL_METRIC, METRIC_KL_IN_DOMAIN, 8, 8},
    {"state", CELL_STATE, METRIC_LOSS, 10, 2},
    {"best eval", CELL_BEST, METRIC_LOSS, 12, 5},
    {"method", CELL_METHOD, METRIC_LOSS, 16, 1},
    {"knob", CELL_KNOB, METRIC_LOSS, 12, 3},
    {"dev ppl", CELL_METRIC, METRIC_EVAL_PERPLEXITY, 8, 9},
    {"KL out", CELL_METRIC, METRIC_KL_OUT_OF_DOMAIN, 8, 10},
    {"radius", CELL_METRIC, METRIC_RADIUS, 8, 11},
    {"|grad|", CELL_METRIC, METRIC_GRAD_NORM, 8, 12},
    {"dist", CELL_METRIC, METRIC_DISTANCE, 8, 13},
};

enum { COLUMN_COUNT = sizeof COLUMNS / sizeof *COLUMNS };

/* How a table of some width is cut up. */
typedef struct TablePlan {
    int name_columns;
    int column_count;  /* of COLUMNS */
    int limit_columns; /* for the words beside the numbers; 0 = no room */
    bool has_second_line;
} TablePlan;

static bool is_text(CellKind kind)
{
    return kind != CELL_METRIC;
}

static TablePlan plan_for(int columns, int longest_name)
{
    TablePlan plan = {.name_columns = NAME_COLUMNS_MIN};
    int left = columns - HEAD_COLUMNS - NAME_COLUMNS_MIN;
    while (plan.column_count < CORE_COUNT && left >= COLUMNS[plan.column_count].columns) {
        left -= COLUMNS[plan.column_count].columns;
        plan.column_count++;
    }
    plan.limit_columns = left >= LIMIT_COLUMNS ? LIMIT_COLUMNS : 0;
    left -= plan.limit_columns;
    const int wanted = longest_name - NAME_COLUMNS_MIN;
    const int name_more = wanted < left ? wanted : left;
    plan.name_columns += name_more > 0 ? name_more : 0;
    left -= name_more > 0 ? name_more : 0;
    while (plan.column_count >= CORE_COUNT && plan.column_count < COLUMN_COUNT &&
           left >= COLUMNS[plan.column_count].columns) {
        left -= COLUMNS[plan.column_count].columns;
        plan.column_count++;
    }
    if (plan.limit_columns > 0 && left >= LIMIT_WIDE_COLUMNS - LIMIT_COLUMNS) {
        plan.limit_columns = LIMIT_WIDE_COLUMNS;
    }
    return plan;
}

/* The column of the plan that stands at `place` from the left. */
static const TableColumn *column_at(TablePlan plan, int place)
{
    for (int i = 0; i < plan.column_count; i++) {
        int before = 0;
        for (int k = 0; k < plan.column_count; k++) {
            before += COLUMNS[k].order < COLUMNS[i].order ? 1 : 0;
        }
        if (before == place) {
            return &COLUMNS[i];
        }
    }
    return &COLUMNS[0];
}

/* Numbers stand at the right of their column, words at the left. */
static void put_cell(CellGrid *grid, int row, int column, const TableColumn *from, const char *text,
                     Role role)
{
    const int width = text_columns(text);
    const int indent = is_text(from->kind) ? 2 : width < from->columns ? from->columns - width : 0;
    cell_grid_text(grid, row, column + indent, from->columns - indent, text, role);
}

static void draw_head(CellGrid *grid, CellRect rect, TablePlan plan)
{
    cell_grid_text(grid, rect.row, rect.column + HEAD_COLUMNS, plan.name_columns, "lane", ROLE_DIM);
    int column = rect.column + HEAD_COLUMNS + plan.name_columns;
    for (int i = 0; i < plan.column_count; i++) {
        const TableColumn *from = column_at(plan, i);
        put_cell(grid, rect.row, column, from, from->title, ROLE_DIM);
        column += from->columns;
    }
    if (plan.limit_columns > 0) {
        cell_grid_text(grid, rect.row, column + 2, plan.limit_columns - 2,
                       plan.limit_columns < LIMIT_WIDE_COLUMNS ? "limited by" : "what limits it",
                       ROLE_DIM);
    }
}

/* "2.31@100": the lowest evaluation loss; "-" before the first. */
static void best_text(const LabLane *lane, char *out, size_t out_bytes)
{
    char loss[32];
    snprintf(out, out_bytes, "-");
    if (lane->has_best) {
        text_number(lane->best_eval_loss, 4, loss, sizeof loss);
        snprintf(out, out_bytes, "%s@%u", loss, lane->best_step);
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

static void cell_text(const LabState *state, size_t index, const TableColumn *from, char *out,
                      size_t out_bytes)
{
    const LabLane *lane = &state->lanes[index];
    switch (from->kind) {
    case CELL_METRIC:
        snprintf(out, out_bytes, "-");
        if (lane->is_measured[from->metric]) {
            text_number(lane->last[from->metric], 3, out, out_bytes);
            if (text_columns(out) >=
                from->columns) { /* 3.25e-05: it must not touch its neighbour */
                text_number(lane->last[from->metric], 2, out, out_bytes);
            }
        }
        return;
    case CELL_STATE:
        snprintf(out, out_bytes, "%s", lane_words_state(state, index));
        return;
    case CELL_BEST:
        best_text(lane, out, out_bytes);
        return;
    case CELL_METHOD:
        snprintf(out, out_bytes, "%s", lane->method);
        return;
    case CELL_KNOB:
        knob_text(state, index, out, out_bytes);
        return;
    }
}

static void limit_text(const LabState *state, size_t index, int columns, char *out,
                       size_t out_bytes)
{
    lane_words_limit(state, index, out, out_bytes);
    if (text_columns(out) > columns) {
        lane_words_short_limit(state, index, out, out_bytes);
    }
}

static void draw_lane(const LabState *state, size_t index, CellGrid *grid, CellRect rect,
                      TablePlan plan)
{
    const LabLane *lane = &state->lanes[index];
    const Role role =
        lane->has_diverged ? ROLE_ERROR : (Role)(ROLE_LANE_0 + (int)(index % ROLE_LANE_COLOURS));
    char text[CELL_BYTES];
    cell_grid_put(grid, rect.row, rect.column + 1, chart_lane_mark(index), role);
    cell_grid_text(grid, rect.row, rect.column + HEAD_COLUMNS, plan.name_columns, lane->name, role);
    int column = rect.column + HEAD_COLUMNS + plan.name_columns;
    if (lane->has_diverged && plan.limit_columns == 0) {
        /* No column says so: the word takes the place of numbers that mean nothing any more. */
        cell_grid_printf(grid, rect.row, column + 1, rect.columns - (column - rect.column) - 1,
                         role, "DIVERGED at step %u", lane->diverged_step);
        return;
    }
    const bool is_unlabelled = plan.limit_columns == 0 && !plan.has_second_line;
    for (int i = 0; i < plan.column_count; i++) {
        const TableColumn *from = column_at(plan, i);
        if (from->metric == METRIC_PERTURBATION_NORM && is_unlabelled &&
            lab_state_is_released(state, index)) {
            /* No room to call the number what it is: the words stand in its place. */
            cell_grid_text(grid, rect.row, column + 2, rect.columns - (column - rect.column) - 2,
                           "not an ascent", role);
            return;
        }
        cell_text(state, index, from, text, sizeof text);
        put_cell(grid, rect.row, column, from, text, role);
        column += from->columns;
    }
    if (plan.limit_columns > 0) {
        limit_text(state, index, plan.limit_columns - 2, text, sizeof text);
        cell_grid_text(grid, rect.row, column + 2, plan.limit_columns - 2, text, ROLE_TEXT);
    }
}

/* Below a lane: its method, what limits it, its best evaluation; each as far as there is something to say. */
static void draw_second_line(const LabState *state, size_t index, CellGrid *grid, CellRect rect)
{
    const LabLane *lane = &state->lanes[index];
    char limit[CELL_BYTES];
    char best[CELL_BYTES];
    char line[3 * CELL_BYTES];
    best_text(lane, best, sizeof best);
    lane_words_limit(state, index, limit, sizeof limit);
    /* Shorter words for the limit first, then no method, until it fits. */
    for (int shortness = 0; shortness < 3; shortness++) {
        if (shortness == 1) {
            lane_words_short_limit(state, index, limit, sizeof limit);
        }
        const char *method = shortness < 2 || limit[0] == '\0' ? lane->method : "";
        snprintf(line, sizeof line, "%s%s%s%s%s", method,
                 method[0] != '\0' && limit[0] != '\0' ? ": " : "", limit,
                 lane->has_best ? ", best " : "", lane->has_best ? best : "");
        if (text_columns(line) <= rect.columns) {
            break;
        }
    }
    cell_grid_text(grid, rect.row, rect.column, rect.columns, line, ROLE_DIM);
}

static int longest_name(const LabState *state)
{
    int longest = 4;
    for (size_t i = 0; i < state->lane_count; i++) {
        const int columns = text_columns(state->lanes[i].name);
        longest = columns > longest ? columns : longest;
    }
    return longest;
}

/* The first lane to draw of those that do not all fit: the focused one is seen. */
static size_t first_lane(const LabState *state, const ViewState *view, size_t room)
{
    if (view->lane >= state->lane_count || view->lane < room) {
        return 0;
    }
    return view->lane - room + 1;
}

void view_table_draw(const LabState *state, const ViewState *view, CellGrid *grid, CellRect rect)
{
    const int inside_rows = rect.rows - 3;
    const size_t count = state->lane_count;
    TablePlan plan = plan_for(rect.columns - 2, longest_name(state));
    const int lane_rows = plan.limit_columns == 0 && inside_rows >= 2 * (int)count ? 2 : 1;
    plan.has_second_line = lane_rows == 2;
    const size_t room = inside_rows > 0 ? (size_t)(inside_rows / lane_rows) : 0;
    const size_t first = room > 0 ? first_lane(state, view, room) : 0;
    const size_t end = first + room < count ? first + room : count;
    char title[64] = "Lanes (last values)";
    if (end - first < count) {
        snprintf(title, sizeof title, "Lanes %zu-%zu of %zu", first + 1, end, count);
    }
    const CellRect inside =
        view_frame_draw(grid, rect, title, ROLE_FRAME, view_state_is_ascii(view));
    if (inside.rows < 1) {
        return;
    }
    draw_head(grid, inside, plan);
    for (size_t i = first; i < end; i++) {
        const int row = inside.row + 1 + (int)(i - first) * lane_rows;
        draw_lane(state, i, grid, (CellRect){row, inside.column, 1, inside.columns}, plan);
        if (view->lane == i || view->lane >= count) {
            cell_grid_put(grid, row, inside.column, '>', ROLE_KNOB_FOCUS);
        }
        if (lane_rows == 2) {
            draw_second_line(state, i, grid,
                             (CellRect){row + 1, inside.column + HEAD_COLUMNS, 1,
                                        inside.columns - HEAD_COLUMNS});
        }
    }
}
