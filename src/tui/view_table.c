#include "tui/view_table.h"

#include <stdio.h>

#include "base/text.h"
#include "tui/lane_words.h"
#include "tui/view_frame.h"

typedef struct TableColumn {
    const char *title;
    MetricId metric;
    int columns;
} TableColumn;

/* In the order in which they are given room. */
static const TableColumn COLUMNS[] = {
    {"loss", METRIC_LOSS, 5},
    {"ZS ppl", METRIC_ZERO_SHOT_PERPLEXITY, 7},
    {"||eps||", METRIC_PERTURBATION_NORM, 8},
    {"rep KL", METRIC_KL_IN_DOMAIN, 8},
    {"dev ppl", METRIC_EVAL_PERPLEXITY, 8},
    {"KL out", METRIC_KL_OUT_OF_DOMAIN, 8},
    {"radius", METRIC_RADIUS, 8},
    {"|grad|", METRIC_GRAD_NORM, 8},
    {"dist", METRIC_DISTANCE, 8},
};

enum {
    COLUMN_COUNT = sizeof COLUMNS / sizeof *COLUMNS,
    HEAD_COLUMNS = 3,
    NAME_COLUMNS_MIN = 5,
    LIMIT_COLUMNS = 21
};

/* How a table of some width is cut up. */
typedef struct TablePlan {
    int name_columns;
    int metric_count;
    bool has_limit; /* room for the words beside the numbers */
} TablePlan;

static TablePlan plan_for(int columns, int longest_name)
{
    TablePlan plan = {.name_columns = NAME_COLUMNS_MIN};
    int left = columns - HEAD_COLUMNS - NAME_COLUMNS_MIN;
    while (plan.metric_count < 4 && left >= COLUMNS[plan.metric_count].columns) {
        left -= COLUMNS[plan.metric_count].columns;
        plan.metric_count++;
    }
    plan.has_limit = left >= LIMIT_COLUMNS;
    left -= plan.has_limit ? LIMIT_COLUMNS : 0;
    const int wanted = longest_name - NAME_COLUMNS_MIN;
    const int name_more = wanted < left ? wanted : left;
    plan.name_columns += name_more > 0 ? name_more : 0;
    left -= name_more > 0 ? name_more : 0;
    while (plan.metric_count >= 4 && plan.metric_count < COLUMN_COUNT &&
           left >= COLUMNS[plan.metric_count].columns) {
        left -= COLUMNS[plan.metric_count].columns;
        plan.metric_count++;
    }
    return plan;
}

static void put_right(CellGrid *grid, int row, int column, int columns, const char *text, Role role)
{
    const int width = text_columns(text);
    const int indent = width < columns ? columns - width : 0;
    cell_grid_text(grid, row, column + indent, columns - indent, text, role);
}

static void draw_head(CellGrid *grid, CellRect rect, TablePlan plan)
{
    cell_grid_text(grid, rect.row, rect.column + HEAD_COLUMNS, plan.name_columns, "lane", ROLE_DIM);
    int column = rect.column + HEAD_COLUMNS + plan.name_columns;
    for (int i = 0; i < plan.metric_count; i++) {
        put_right(grid, rect.row, column, COLUMNS[i].columns, COLUMNS[i].title, ROLE_DIM);
        column += COLUMNS[i].columns;
    }
    if (plan.has_limit) {
        cell_grid_text(grid, rect.row, column + 2, LIMIT_COLUMNS, "what limits it", ROLE_DIM);
    }
}

static void draw_lane(const LabState *state, size_t index, CellGrid *grid, CellRect rect,
                      TablePlan plan)
{
    const LabLane *lane = &state->lanes[index];
    const Role role =
        lane->has_diverged ? ROLE_ERROR : (Role)(ROLE_LANE_0 + (int)(index % ROLE_LANE_COLOURS));
    cell_grid_put(grid, rect.row, rect.column + 1, chart_lane_mark(index), role);
    cell_grid_text(grid, rect.row, rect.column + HEAD_COLUMNS, plan.name_columns, lane->name, role);
    int column = rect.column + HEAD_COLUMNS + plan.name_columns;
    for (int i = 0; i < plan.metric_count; i++) {
        const MetricId metric = COLUMNS[i].metric;
        char value[32] = "-";
        if (lane->is_measured[metric]) {
            text_number(lane->last[metric], 3, value, sizeof value);
        }
        put_right(grid, rect.row, column, COLUMNS[i].columns, value, role);
        column += COLUMNS[i].columns;
    }
    if (plan.has_limit) {
        cell_grid_text(grid, rect.row, column + 2, LIMIT_COLUMNS, lane_words_limit(state, index),
                       ROLE_TEXT);
    }
}

void view_table_draw(const LabState *state, const ViewState *view, CellGrid *grid, CellRect rect)
{
    const CellRect inside =
        view_frame_draw(grid, rect, "Lanes (last values)", ROLE_FRAME, view_state_is_ascii(view));
    if (inside.rows < 1) {
        return;
    }
    int longest = 4;
    for (size_t i = 0; i < state->lane_count; i++) {
        const int columns = text_columns(state->lanes[i].name);
        longest = columns > longest ? columns : longest;
    }
    const TablePlan plan = plan_for(inside.columns, longest);
    const int lane_rows = !plan.has_limit && inside.rows > 2 * (int)state->lane_count ? 2 : 1;
    draw_head(grid, inside, plan);
    for (size_t i = 0; i < state->lane_count; i++) {
        const int row = inside.row + 1 + (int)i * lane_rows;
        if (row >= inside.row + inside.rows) {
            break;
        }
        const CellRect line = {row, inside.column, 1, inside.columns};
        draw_lane(state, i, grid, line, plan);
        if (view->lane == i || view->lane >= state->lane_count) {
            cell_grid_put(grid, row, inside.column, '>', ROLE_KNOB_FOCUS);
        }
        if (lane_rows == 2) {
            cell_grid_text(grid, row + 1, inside.column + HEAD_COLUMNS,
                           inside.columns - HEAD_COLUMNS, lane_words_limit(state, i), ROLE_DIM);
        }
    }
}
