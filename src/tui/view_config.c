#include "tui/view_config.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "tui/lane_knobs.h"
#include "tui/lane_order.h"
#include "tui/view_charts.h"
#include "tui/view_frame.h"

enum {
    KEY_COLUMNS = 20,  /* divergence_fraction */
    LANE_COLUMNS = 14, /* symmetric-kl and its mark */
    VALUE_DIGITS = 6,
    ROWS_MAX = KNOB_COUNT + 2
};

/* A row: a knob, the method, or (KNOB_COUNT with a title) words alone. */
typedef enum RowKind { ROW_METHOD, ROW_KNOB, ROW_WORDS } RowKind;

typedef struct ConfigRow {
    RowKind kind;
    KnobId knob;
} ConfigRow;

typedef struct ConfigTable {
    size_t lanes[SPEC_LANES_MAX];
    size_t lane_count;
    size_t baseline;
    ConfigRow rows[ROWS_MAX];
    int row_count;
    int alike; /* knobs with one value in all lanes */
} ConfigTable;

typedef enum KnobSpread { SPREAD_NONE, SPREAD_ALIKE, SPREAD_DIFFERENT, SPREAD_OF_SOME } KnobSpread;

static KnobSpread spread_of(const LabState *state, const ConfigTable *table, KnobId knob)
{
    size_t owners = 0;
    bool is_different = false;
    double first = 0.0;
    for (size_t i = 0; i < table->lane_count; i++) {
        const LaneKnob *one = &state->lanes[table->lanes[i]].knobs[knob];
        if (one->is_available) {
            first = owners == 0 ? one->value : first;
            is_different = is_different || one->value != first;
            owners++;
        }
    }
    if (owners == 0) {
        return SPREAD_NONE;
    }
    return is_different                  ? SPREAD_DIFFERENT
           : owners == table->lane_count ? SPREAD_ALIKE
                                         : SPREAD_OF_SOME;
}

static void add_row(ConfigTable *table, RowKind kind, KnobId knob)
{
    table->rows[table->row_count++] = (ConfigRow){.kind = kind, .knob = knob};
}

static bool methods_differ(const LabState *state, const ConfigTable *table)
{
    for (size_t i = 1; i < table->lane_count; i++) {
        if (strcmp(state->lanes[table->lanes[i]].method, state->lanes[table->lanes[0]].method) !=
            0) {
            return true;
        }
    }
    return false;
}

static void collect(const LabState *state, const ViewState *view, ConfigTable *table)
{
    *table = (ConfigTable){.baseline = view_charts_baseline(state, view)};
    table->lane_count = lane_order(state, view, table->lanes);
    const LaneKnobList list = lane_knobs_list(state, VIEW_ALL_LANES, KNOB_LEARNING_RATE);
    KnobSpread spreads[KNOB_COUNT];
    bool has_words = false;
    if (methods_differ(state, table)) {
        add_row(table, ROW_METHOD, KNOB_COUNT);
    }
    for (size_t i = 0; i < list.count; i++) {
        spreads[i] = spread_of(state, table, list.ids[i]);
        table->alike += spreads[i] == SPREAD_ALIKE ? 1 : 0;
        if (spreads[i] == SPREAD_DIFFERENT) {
            add_row(table, ROW_KNOB, list.ids[i]);
        }
    }
    for (size_t i = 0; i < list.count; i++) {
        if (spreads[i] == SPREAD_OF_SOME) {
            if (!has_words) {
                add_row(table, ROW_WORDS, KNOB_COUNT);
            }
            has_words = true;
            add_row(table, ROW_KNOB, list.ids[i]);
        }
    }
}

static void value_text(const LabLane *lane, const ConfigRow *row, char *out, size_t out_bytes)
{
    if (row->kind == ROW_METHOD) {
        snprintf(out, out_bytes, "%s", lane->method);
    } else if (lane->knobs[row->knob].is_available) {
        lane_knobs_value_text(row->knob, lane->knobs[row->knob].value, VALUE_DIGITS, out,
                              out_bytes);
    } else {
        snprintf(out, out_bytes, "-");
    }
}

static void draw_value(const LabState *state, const ConfigTable *table, const ConfigRow *row,
                       size_t lane, CellGrid *grid, CellRect cell)
{
    char text[64];
    char base[64];
    value_text(&state->lanes[lane], row, text, sizeof text);
    bool is_other = false;
    if (table->baseline < SPEC_LANES_MAX && lane != table->baseline) {
        value_text(&state->lanes[table->baseline], row, base, sizeof base);
        is_other = strcmp(text, base) != 0 && strcmp(text, "-") != 0 && strcmp(base, "-") != 0;
    }
    const Role role = is_other ? (Role)(ROLE_LANE_0 + (int)(lane % ROLE_LANE_COLOURS)) : ROLE_DIM;
    const int used = cell_grid_text(grid, cell.row, cell.column, cell.columns - 2, text, role);
    if (is_other) {
        cell_grid_put(grid, cell.row, cell.column + used, '*', role);
    }
}

static void draw_head(const LabState *state, const ViewState *view, const ConfigTable *table,
                      size_t lane, CellGrid *grid, CellRect cell)
{
    const bool is_baseline = lane == table->baseline;
    cell_grid_printf(grid, cell.row, cell.column - 1, cell.columns,
                     (Role)(ROLE_LANE_0 + (int)(lane % ROLE_LANE_COLOURS)), "%c%s%c %.*s%s",
                     view->lane == lane ? '>' : ' ', is_baseline ? "[" : "", chart_lane_mark(lane),
                     cell.columns - 6, state->lanes[lane].name, is_baseline ? "]" : "");
}

/* The first lane of those that fit, so that the focused one is among them. */
static size_t first_lane(const ViewState *view, const ConfigTable *table, size_t room)
{
    for (size_t i = room; i < table->lane_count; i++) {
        if (table->lanes[i] == view->lane) {
            return i - room + 1;
        }
    }
    return 0;
}

static void draw_row(const LabState *state, const ConfigTable *table, const ConfigRow *row,
                     size_t first, CellGrid *grid, CellRect line)
{
    if (row->kind == ROW_WORDS) {
        cell_grid_text(grid, line.row, line.column, line.columns,
                       "only some methods have:", ROLE_TITLE);
        return;
    }
    cell_grid_text(grid, line.row, line.column, KEY_COLUMNS,
                   row->kind == ROW_METHOD ? "method" : knob_info(row->knob)->key, ROLE_KNOB);
    int column = line.column + KEY_COLUMNS + 1;
    for (size_t i = first;
         i < table->lane_count && column + LANE_COLUMNS <= line.column + line.columns; i++) {
        draw_value(state, table, row, table->lanes[i], grid,
                   (CellRect){line.row, column, 1, LANE_COLUMNS});
        column += LANE_COLUMNS;
    }
}

int view_config_draw(const LabState *state, const ViewState *view, CellGrid *grid, CellRect rect)
{
    ConfigTable table;
    collect(state, view, &table);
    const int room = (rect.columns - 2 - KEY_COLUMNS - 1) / LANE_COLUMNS;
    const size_t lanes = room > 0 ? (size_t)room : 0;
    const size_t first = first_lane(view, &table, lanes);
    const size_t end = first + lanes < table.lane_count ? first + lanes : table.lane_count;
    char title[160];
    char part[80] = "";
    if (end - first < table.lane_count && end > first) {
        snprintf(part, sizeof part, ", lanes %zu-%zu of %zu", first + 1, end, table.lane_count);
    }
    snprintf(title, sizeof title, "Where the lanes differ%s; %d knob%s alike", part, table.alike,
             table.alike == 1 ? "" : "s");
    const CellRect inside =
        view_frame_draw(grid, rect, title, ROLE_FRAME, view_state_is_ascii(view));
    if (inside.rows < 1) {
        return 0;
    }
    for (size_t i = first; i < end; i++) {
        const int column = inside.column + KEY_COLUMNS + 1 + (int)(i - first) * LANE_COLUMNS;
        draw_head(state, view, &table, table.lanes[i], grid,
                  (CellRect){inside.row, column, 1, LANE_COLUMNS});
    }
    const int lines = inside.rows - 1;
    const int most = table.row_count > lines ? table.row_count - lines : 0;
    const int skipped = view->config_scroll < most ? view->config_scroll : most;
    for (int i = 0; i < lines && skipped + i < table.row_count; i++) {
        draw_row(state, &table, &table.rows[skipped + i], first, grid,
                 (CellRect){inside.row + 1 + i, inside.column + 1, 1, inside.columns - 1});
    }
    if (table.row_count == 0 && lines > 0) {
        cell_grid_text(grid, inside.row + 1, inside.column + 1, inside.columns - 1,
                       table.lane_count == 0 ? "no lane passes the filter"
                                             : "all lanes have the same method and knobs",
                       ROLE_DIM);
    }
    return most;
}
