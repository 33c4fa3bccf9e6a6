#include "tui/view_finals.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "tui/chart.h"
#include "tui/final_values.h"
#include "tui/view_charts.h"
#include "tui/view_frame.h"

enum {
    HEAD_COLUMNS = 3,
    NAME_COLUMNS_MIN = 5,
    NAME_COLUMNS_MAX = 20,
    PASSES_COLUMNS = 10,
    VALUE_COLUMNS = 16,
    VERDICT_COLUMNS = 33,
    CELL_BYTES = 64,
    FOOT_ROWS = 2
};

/* How the table is laid out. */
typedef struct FinalsPlan {
    FinalMetrics metrics;
    size_t baseline;
    int name_columns;
    bool is_wide;      /* one line a lane */
    bool has_controls; /* and one more: at equal passes */
    bool is_ascii;
} FinalsPlan;

/* The four numbers of a lane. */
typedef struct FinalsRow {
    MeanInterval in_domain;
    MeanInterval zero_shot;
    MeanInterval in_domain_difference;
    MeanInterval zero_shot_difference;
    FinalControl control;
    MeanInterval in_domain_control; /* minus it */
    MeanInterval zero_shot_control;
    size_t control_pairs;
} FinalsRow;

static FinalsPlan plan_for(const LabState *state, const ViewState *view, const size_t *lanes,
                           size_t count, int columns)
{
    FinalsPlan plan = {.metrics = final_values_metrics(state),
                       .baseline = view_charts_baseline(state, view),
                       .name_columns = NAME_COLUMNS_MIN,
                       .is_ascii = view_state_is_ascii(view)};
    for (size_t i = 0; i < count; i++) {
        const int name = text_columns(state->lanes[lanes[i]].name);
        plan.name_columns = name > plan.name_columns ? name : plan.name_columns;
    }
    plan.name_columns = plan.name_columns < NAME_COLUMNS_MAX ? plan.name_columns : NAME_COLUMNS_MAX;
    for (size_t i = 0; i < count; i++) {
        const FinalControl control =
            final_values_control(state, lanes[i], plan.baseline, plan.metrics);
        plan.has_controls = plan.has_controls || control.state != NULL;
    }
    /* A name can be cut, a number cannot. */
    const int left = columns - HEAD_COLUMNS - PASSES_COLUMNS - 2 * VALUE_COLUMNS;
    plan.name_columns = plan.name_columns < left  ? plan.name_columns
                        : left > NAME_COLUMNS_MIN ? left
                                                  : NAME_COLUMNS_MIN;
    plan.is_wide = columns >= HEAD_COLUMNS + plan.name_columns + PASSES_COLUMNS +
                                  4 * VALUE_COLUMNS + VERDICT_COLUMNS;
    return plan;
}

static FinalsRow row_of(const LabState *state, const FinalsPlan *plan, size_t lane)
{
    const FinalMetrics *metrics = &plan->metrics;
    FinalsRow row = {.in_domain = final_values_mean(state, lane, metrics->in_domain),
                     .zero_shot = final_values_mean(state, lane, metrics->zero_shot),
                     .in_domain_difference = {(double)NAN, (double)NAN},
                     .zero_shot_difference = {(double)NAN, (double)NAN}};
    if (plan->baseline < SPEC_LANES_MAX && lane != plan->baseline) {
        row.in_domain_difference =
            final_values_difference(state, lane, plan->baseline, metrics->in_domain);
        row.zero_shot_difference =
            final_values_difference(state, lane, plan->baseline, metrics->zero_shot);
    }
    row.control = final_values_control(state, lane, plan->baseline, *metrics);
    if (row.control.state != NULL) {
        row.in_domain_control = final_values_control_difference(
            state, lane, metrics->in_domain, &row.control, row.control.in_domain, NULL);
        row.zero_shot_control =
            final_values_control_difference(state, lane, metrics->zero_shot, &row.control,
                                            row.control.zero_shot, &row.control_pairs);
    }
    return row;
}

/* "42.88 ± 0.09", "-0.85 ± 0.07"; of one seed without the interval; "-" without a value. */
static void value_text(const FinalsPlan *plan, MeanInterval value, bool is_difference,
                       char out[CELL_BYTES])
{
    if (isnan(value.mean)) {
        snprintf(out, CELL_BYTES, "-");
    } else if (isnan(value.half_width)) {
        snprintf(out, CELL_BYTES, is_difference ? "%+.2f" : "%.2f", value.mean);
    } else {
        snprintf(out, CELL_BYTES, is_difference ? "%+.2f %s %.2f" : "%.2f %s %.2f", value.mean,
                 plan->is_ascii ? "+-" : "\u00b1", value.half_width);
    }
}

/* At the right of the next `columns`; hands back where they end. */
static int put_right(CellGrid *grid, CellRect line, int column, int columns, const char *text,
                     Role role)
{
    const int width = text_columns(text);
    const int indent = width < columns ? columns - width : 0;
    cell_grid_text(grid, line.row, column + indent, line.column + line.columns - column - indent,
                   text, role);
    return column + columns;
}

static void draw_head(const LabState *state, const FinalsPlan *plan, CellGrid *grid, CellRect line)
{
    const char *unit = plan->metrics.has_classes ? "%" : "ppl";
    const char *base = plan->baseline < SPEC_LANES_MAX ? state->lanes[plan->baseline].name : "";
    char text[CELL_BYTES];
    int column = line.column + HEAD_COLUMNS;
    cell_grid_text(grid, line.row, column, plan->name_columns, "lane", ROLE_DIM);
    column = put_right(grid, line, column + plan->name_columns, PASSES_COLUMNS, "passes", ROLE_DIM);
    snprintf(text, sizeof text, "ID %s", unit);
    column = put_right(grid, line, column, VALUE_COLUMNS, text, ROLE_DIM);
    snprintf(text, sizeof text, "ZS %s", unit);
    column = put_right(grid, line, column, VALUE_COLUMNS, text, ROLE_DIM);
    if (plan->is_wide) {
        snprintf(text, sizeof text, "ID - %.10s", base);
        column = put_right(grid, line, column, VALUE_COLUMNS, text, ROLE_DIM);
        snprintf(text, sizeof text, "ZS - %.10s", base);
        column = put_right(grid, line, column, VALUE_COLUMNS, text, ROLE_DIM);
        cell_grid_text(grid, line.row, column + 2, line.column + line.columns - column - 2,
                       "at equal steps", ROLE_DIM);
    }
}

static const char *verdict_of(const LabState *state, const FinalsPlan *plan, const FinalsRow *row,
                              size_t lane)
{
    return lane == plan->baseline
               ? "the baseline"
               : final_values_verdict(row->in_domain_difference, row->zero_shot_difference,
                                      state->seed_count);
}

static const char *control_verdict(const FinalsRow *row)
{
    return final_values_verdict(row->in_domain_control, row->zero_shot_control,
                                row->control_pairs > 1 ? row->control_pairs : 0);
}

/* "ID unclear, ZS higher" for "ID not distinguishable, ZS higher": where one of two is told apart, in fewer columns. */
static void shorten_verdict(const char *verdict, const char *word, char out[CELL_BYTES])
{
    static const char WORDS[] = "not distinguishable";
    const char *place = strstr(verdict, WORDS);
    const bool is_of_two = place != NULL && strchr(verdict, ',') != NULL;
    if (is_of_two) {
        snprintf(out, CELL_BYTES, "%.*s%s%s", (int)(place - verdict), verdict, word,
                 place + sizeof WORDS - 1);
    } else {
        snprintf(out, CELL_BYTES, "%s", verdict);
    }
}

/* "ID -0.58, ZS +1.10: both higher" behind `head`, the verdict in fewer words where it would be cut. */
static void differences_text(const char *head, const char *in_domain, const char *zero_shot,
                             const char *verdict, int columns, char out[4 * CELL_BYTES])
{
    static const char *const SHORTER[] = {"unclear", "?"};
    const char *colon = verdict[0] != '\0' ? ": " : "";
    snprintf(out, 4 * CELL_BYTES, "%sID %s, ZS %s%s%s", head, in_domain, zero_shot, colon, verdict);
    for (size_t i = 0; i < sizeof SHORTER / sizeof *SHORTER && text_columns(out) > columns; i++) {
        char words[CELL_BYTES];
        shorten_verdict(verdict, SHORTER[i], words);
        snprintf(out, 4 * CELL_BYTES, "%sID %s, ZS %s%s%s", head, in_domain, zero_shot, colon,
                 words);
    }
}

/* The lane minus the one that spent as many passes. In a narrow table its name is left out where the words would not fit. */
static void draw_control_line(const FinalsPlan *plan, const FinalsRow *row, CellGrid *grid,
                              CellRect line)
{
    char in_domain[CELL_BYTES];
    char zero_shot[CELL_BYTES];
    char words[4 * CELL_BYTES];
    int column = line.column + HEAD_COLUMNS;
    const char *verdict = control_verdict(row);
    const char *colon = verdict[0] != '\0' ? ": " : "";
    const char *name = row->control.state->lanes[row->control.lane].name;
    value_text(plan, row->in_domain_control, true, in_domain);
    value_text(plan, row->zero_shot_control, true, zero_shot);
    if (plan->is_wide) {
        const int left = plan->name_columns + PASSES_COLUMNS + 2 * VALUE_COLUMNS;
        snprintf(words, sizeof words, "at equal passes, minus %s:", name);
        column = put_right(grid, line, column, left, words, ROLE_DIM);
        column = put_right(grid, line, column, VALUE_COLUMNS, in_domain, ROLE_TEXT);
        column = put_right(grid, line, column, VALUE_COLUMNS, zero_shot, ROLE_TEXT);
        cell_grid_sentence(grid, line.row, column + 2, line.column + line.columns - column - 2,
                           verdict, ROLE_TEXT);
        return;
    }
    snprintf(words, sizeof words, "= passes, - %s: ID %s, ZS %s%s%s", name, in_domain, zero_shot,
             colon, verdict);
    if (text_columns(words) > line.columns - HEAD_COLUMNS) {
        differences_text("= passes: ", in_domain, zero_shot, verdict, line.columns - HEAD_COLUMNS,
                         words);
    }
    cell_grid_sentence(grid, line.row, column, line.columns - HEAD_COLUMNS, words, ROLE_DIM);
}

/* Below the lane, where there is no room beside it. */
static void draw_second_line(const LabState *state, const FinalsPlan *plan, const FinalsRow *row,
                             size_t lane, CellGrid *grid, CellRect line)
{
    static const char ONE_SEED[] = "one seed: ";
    char in_domain[CELL_BYTES];
    char zero_shot[CELL_BYTES];
    char words[4 * CELL_BYTES];
    const int column = line.column + HEAD_COLUMNS;
    const int columns = line.columns - HEAD_COLUMNS;
    const char *verdict = verdict_of(state, plan, row, lane);
    if (lane == plan->baseline || plan->baseline >= SPEC_LANES_MAX) {
        cell_grid_text(grid, line.row, column, columns, verdict, ROLE_DIM);
        return;
    }
    value_text(plan, row->in_domain_difference, true, in_domain);
    value_text(plan, row->zero_shot_difference, true, zero_shot);
    const char *name = state->lanes[plan->baseline].name;
    const char *colon = verdict[0] != '\0' ? ": " : "";
    snprintf(words, sizeof words, "- %.10s: ID %s, ZS %s%s%s", name, in_domain, zero_shot, colon,
             verdict);
    if (text_columns(words) > columns) { /* the title tells how many seeds there are, too */
        verdict += strncmp(verdict, ONE_SEED, sizeof ONE_SEED - 1) == 0 ? sizeof ONE_SEED - 1 : 0;
        snprintf(words, sizeof words, "- %.10s: ID %s, ZS %s: %s", name, in_domain, zero_shot,
                 verdict);
    }
    if (text_columns(words) > columns) {
        differences_text("", in_domain, zero_shot, verdict, columns, words);
    }
    cell_grid_sentence(grid, line.row, column, columns, words, ROLE_DIM);
}

static void draw_lane(const LabState *state, const FinalsPlan *plan, size_t lane, CellGrid *grid,
                      CellRect line)
{
    const LabLane *one = &state->lanes[lane];
    const Role role =
        one->has_diverged ? ROLE_ERROR : (Role)(ROLE_LANE_0 + (int)(lane % ROLE_LANE_COLOURS));
    const FinalsRow row = row_of(state, plan, lane);
    char text[CELL_BYTES];
    int column = line.column + HEAD_COLUMNS;
    cell_grid_put(grid, line.row, line.column + 1, chart_lane_mark(lane), role);
    cell_grid_text(grid, line.row, column, plan->name_columns, one->name, role);
    text_number(round(one->passes), 9, text, sizeof text);
    column = put_right(grid, line, column + plan->name_columns, PASSES_COLUMNS, text, role);
    value_text(plan, row.in_domain, false, text);
    column = put_right(grid, line, column, VALUE_COLUMNS, text, role);
    value_text(plan, row.zero_shot, false, text);
    column = put_right(grid, line, column, VALUE_COLUMNS, text, role);
    if (!plan->is_wide) {
        line.row++;
        draw_second_line(state, plan, &row, lane, grid, line);
        if (row.control.state != NULL) {
            line.row++;
            draw_control_line(plan, &row, grid, line);
        }
        return;
    }
    value_text(plan, row.in_domain_difference, true, text);
    column = put_right(grid, line, column, VALUE_COLUMNS, text, role);
    value_text(plan, row.zero_shot_difference, true, text);
    column = put_right(grid, line, column, VALUE_COLUMNS, text, role);
    cell_grid_sentence(grid, line.row, column + 2, line.column + line.columns - column - 2,
                       verdict_of(state, plan, &row, lane), ROLE_TEXT);
    if (row.control.state != NULL) {
        line.row++;
        draw_control_line(plan, &row, grid, line);
    }
}

/* What the comparisons are worth, and how to get the missing one. */
static void draw_foot(const LabState *state, const FinalsPlan *plan, CellGrid *grid,
                      CellRect inside)
{
    const char *words =
        state->seed_count > 0
            ? "paired by seed; a comparison errs by chance in 5 of 100"
            : "one seed does not rank methods; tramlab DIR1 DIR2 ... compares several";
    const bool has_more =
        plan->has_controls || (plan->metrics.is_final && plan->baseline < SPEC_LANES_MAX);
    const int row = inside.row + inside.rows - (has_more ? FOOT_ROWS : 1);
    cell_grid_sentence(grid, row, inside.column + 1, inside.columns - 1, words, ROLE_DIM);
    if (has_more) {
        char more[128];
        snprintf(more, sizeof more,
                 plan->has_controls
                     ? "at equal passes: %.20s alone with as many, a whole schedule of its own"
                     : "at equal passes: :open a record of %.20s alone with a lane's passes",
                 state->lanes[plan->baseline].name);
        cell_grid_sentence(grid, row + 1, inside.column + 1, inside.columns - 1, more, ROLE_DIM);
    }
}

/* What the numbers are of. */
static void title_text(const LabState *state, const FinalsPlan *plan, char *out, size_t out_bytes)
{
    char seeds[64] = "one seed";
    if (state->seed_count > 0) {
        snprintf(seeds, sizeof seeds, "mean %s 95 %% of %zu seeds",
                 plan->is_ascii ? "+-" : "\u00b1", state->seed_count);
    }
    const char *split = state->spec->final_split == SPEC_FINAL_TEST ? "test" : "dev";
    if (plan->metrics.is_final) {
        snprintf(out, out_bytes, "Finals on %s%s, %s",
                 state->spec->max_eval_samples > 0 ? "" : "all of ", split, seeds);
    } else {
        snprintf(out, out_bytes, "Last values on part of dev (no finals yet), %s", seeds);
    }
}

/* The first lane to draw, so that the focused one is seen. */
static size_t first_shown(const ViewState *view, const size_t *lanes, size_t count, size_t room)
{
    size_t first = 0;
    for (size_t i = 0; i < count && room > 0; i++) {
        first = lanes[i] == view->lane && i >= room ? i - room + 1 : first;
    }
    return first;
}

void view_finals_draw(const LabState *state, const ViewState *view, CellGrid *grid, CellRect rect)
{
    size_t lanes[SPEC_LANES_MAX];
    const size_t count = lab_state_lanes(state, lanes);
    const FinalsPlan plan = plan_for(state, view, lanes, count, rect.columns - 2);
    char title[128];
    title_text(state, &plan, title, sizeof title);
    const CellRect inside = view_frame_draw(grid, rect, title, ROLE_FRAME, plan.is_ascii);
    const int lane_rows = (plan.is_wide ? 1 : 2) + (plan.has_controls ? 1 : 0);
    const int body_rows = inside.rows - 1 - FOOT_ROWS;
    if (body_rows < lane_rows) {
        return;
    }
    CellRect line = {inside.row, inside.column, 1, inside.columns};
    draw_head(state, &plan, grid, line);
    const size_t room = (size_t)(body_rows / lane_rows);
    const size_t first = first_shown(view, lanes, count, room);
    for (size_t i = first; i < count && i < first + room; i++) {
        line.row = inside.row + 1 + (int)(i - first) * lane_rows;
        draw_lane(state, &plan, lanes[i], grid, line);
        if (view->lane == lanes[i]) {
            cell_grid_put(grid, line.row, inside.column, '>', ROLE_KNOB_FOCUS);
        }
    }
    draw_foot(state, &plan, grid, inside);
}
