#include "tui/view_knobs.h"

#include <math.h>
#include <stdio.h>

#include "base/text.h"
#include "tui/lane_knobs.h"
#include "tui/view_frame.h"

enum {
    PANE_ROWS_MIN = 8,
    SLIDER_TRACK_MIN = 5,
    SLIDER_COLUMNS_MIN = 18,
    BARE_HEAD_COLUMNS = 11,
    VALUE_COLUMNS_MAX = 46,
    VALUE_COLUMNS_MIN = 8,
    SYMBOL_COLUMNS_MIN = 4,
    SYMBOL_COLUMNS_MAX = 10
};

/* One knob of the lanes in focus, ready to be written. */
typedef struct KnobLine {
    const KnobInfo *info;
    bool is_available;
    bool is_mixed;
    double value;
    char text[96];       /* value, pending value */
    char note[96];       /* was, applied @step */
    char short_note[48]; /* the same where there is little room; "" = note, cut */
} KnobLine;

/* "0.5", or "forward-kl  (1/8)". */
static void value_text(KnobId id, double value, double maximum, char *out, size_t out_bytes)
{
    char word[32];
    const size_t choices = lane_knobs_choice_count(id, maximum);
    lane_knobs_value_text(id, value, 4, word, sizeof word);
    if (choices > 0) {
        snprintf(out, out_bytes, "%s  (%.0f/%zu)", word, value + 1.0, choices);
    } else {
        snprintf(out, out_bytes, "%s", word);
    }
}

static void describe_knob(KnobId id, const LaneKnob *knob, double maximum, KnobLine *line)
{
    char value[32];
    char other[32];
    if (knob->is_pending) {
        lane_knobs_value_text(id, knob->value, 4, value, sizeof value);
        lane_knobs_value_text(id, knob->pending_value, 4, other, sizeof other);
        snprintf(line->text, sizeof line->text, "%s  %s pending", value, other);
        return;
    }
    value_text(id, knob->value, maximum, line->text, sizeof line->text);
    if (knob->is_changed) {
        char step[32];
        lane_knobs_value_text(id, knob->old_value, 4, other, sizeof other);
        text_number((double)knob->applied_step, 9, step, sizeof step);
        snprintf(line->note, sizeof line->note, "was %s, applied @%s", other, step);
        snprintf(line->short_note, sizeof line->short_note, "applied @%s", step);
    } else if (!knob->is_told) {
        snprintf(line->note, sizeof line->note, "(file)");
    }
}

/* The knob of one lane, or what the lanes that have it share. */
static KnobLine knob_line(const LabState *state, const ViewState *view, KnobId id)
{
    KnobLine line = {.info = knob_info(id)};
    const bool is_all = view->lane >= state->lane_count;
    const LaneKnob *shown = NULL;
    for (size_t lane = 0; lane < state->lane_count; lane++) {
        const LaneKnob *knob = &state->lanes[lane].knobs[id];
        if ((!is_all && lane != view->lane) || !knob->is_available) {
            continue;
        }
        line.is_mixed = line.is_mixed || (shown != NULL && knob->value != shown->value);
        /* A lane that waits for its change tells more than one that does not. */
        shown = shown == NULL || knob->is_pending ? knob : shown;
    }
    if (shown == NULL) {
        snprintf(line.text, sizeof line.text, "-");
        snprintf(line.note, sizeof line.note, "%s has none",
                 is_all ? "no lane" : state->lanes[view->lane].method);
        return line;
    }
    line.is_available = true;
    line.value = shown->value;
    describe_knob(id, shown,
                  lane_knobs_maximum(state, is_all ? LANE_ALL : (uint32_t)view->lane, id), &line);
    if (line.is_mixed) {
        snprintf(line.note, sizeof line.note, "differs by lane");
        line.short_note[0] = '\0';
    }
    return line;
}

/* A notch without the zeros of printf: 1e-3, 10, 1e6. */
static void notch_text(double notch, char *out, size_t out_bytes)
{
    if (notch >= 0.01 && notch < 1000.0) {
        snprintf(out, out_bytes, "%g", notch);
    } else {
        const double power = floor(log10(notch) + 1e-9);
        snprintf(out, out_bytes, "%.0fe%.0f", notch / pow(10.0, power), power);
    }
}

/* [1e-3 -----O--- 1]: where the value stands on the usual range, logarithmically. Choices have none. */
static void draw_slider(const KnobLine *line, CellGrid *grid, CellRect rect)
{
    char notch[24];
    char first[32];
    char last[32];
    notch_text(line->info->first_notch, notch, sizeof notch);
    snprintf(first, sizeof first, "[%s ", notch);
    notch_text(line->info->last_notch, notch, sizeof notch);
    snprintf(last, sizeof last, " %s]", notch);
    const int left = text_columns(first);
    const int track = rect.columns - left - text_columns(last);
    if (track < SLIDER_TRACK_MIN || line->info->choices != NULL) {
        return;
    }
    cell_grid_text(grid, rect.row, rect.column, left, first, ROLE_DIM);
    for (int i = 0; i < track; i++) {
        cell_grid_put(grid, rect.row, rect.column + left + i, '-', ROLE_DIM);
    }
    cell_grid_text(grid, rect.row, rect.column + left + track, text_columns(last), last, ROLE_DIM);
    if (!line->is_available || line->is_mixed) {
        return;
    }
    const double span = log(line->info->last_notch / line->info->first_notch);
    double share = line->value > 0.0 ? log(line->value / line->info->first_notch) / span : 0.0;
    share = share > 0.0 ? fmin(share, 1.0) : 0.0;
    const int place = (int)(share * (track - 1) + 0.5);
    cell_grid_put(grid, rect.row, rect.column + left + place, 'O', ROLE_KNOB);
}

static void draw_value(const KnobLine *line, bool has_focus, int symbol_columns, CellGrid *grid,
                       CellRect rect)
{
    const Role role = has_focus ? ROLE_KNOB_FOCUS : line->is_available ? ROLE_KNOB : ROLE_DIM;
    const int at = symbol_columns + 3;
    cell_grid_put(grid, rect.row, rect.column, has_focus ? '>' : ' ', role);
    cell_grid_text(grid, rect.row, rect.column + 2, symbol_columns, line->info->symbol, role);
    const int used =
        cell_grid_text(grid, rect.row, rect.column + at, rect.columns - at, line->text, role);
    const int left = rect.columns - at - used - 2;
    const bool is_short = text_columns(line->note) > left && line->short_note[0] != '\0';
    cell_grid_text(grid, rect.row, rect.column + at + used + 2, left,
                   is_short ? line->short_note : line->note, ROLE_DIM);
}

static int symbol_columns_of(const LaneKnobList *list)
{
    int columns = SYMBOL_COLUMNS_MIN;
    for (size_t i = 0; i < list->count; i++) {
        const int wanted = text_columns(knob_info(list->ids[i])->symbol);
        columns = wanted > columns ? wanted : columns;
    }
    return columns < SYMBOL_COLUMNS_MAX ? columns : SYMBOL_COLUMNS_MAX;
}

static void draw_bare(const LabState *state, const ViewState *view, CellGrid *grid, CellRect rect)
{
    const LaneKnobList list = lane_knobs_list(state, view->lane, view->knob);
    const size_t focus = lane_knobs_place(&list, view->knob);
    const int symbol_columns = symbol_columns_of(&list);
    const char *lane = view->lane < state->lane_count ? state->lanes[view->lane].name : "all";
    /* The slider keeps its room; on a narrow screen the note gets shorter instead, on a tiny one the slider goes before the value does. */
    const int room = rect.columns - BARE_HEAD_COLUMNS - 1 - SLIDER_COLUMNS_MIN;
    const int needed = symbol_columns + 3 + VALUE_COLUMNS_MIN;
    const int wanted = room > needed ? room : needed;
    const int value_columns = wanted > VALUE_COLUMNS_MAX ? VALUE_COLUMNS_MAX : wanted;
    const size_t rows = rect.rows > 0 ? (size_t)rect.rows : 0;
    const size_t first = focus >= rows ? focus - rows + 1 : 0;
    for (size_t i = 0; i < rows && first + i < list.count; i++) {
        const KnobLine line = knob_line(state, view, list.ids[first + i]);
        const int at = rect.row + (int)i;
        if (i == 0) {
            cell_grid_text(grid, at, rect.column, 10, lane, ROLE_TITLE);
        } else if (i == 1) {
            cell_grid_printf(grid, at, rect.column, 10, ROLE_DIM, "knob %zu/%zu", focus + 1,
                             list.count);
        }
        const bool has_slider = line.info->choices == NULL;
        draw_value(&line, first + i == focus, symbol_columns, grid,
                   (CellRect){at, rect.column + BARE_HEAD_COLUMNS, 1,
                              has_slider ? value_columns : rect.columns - BARE_HEAD_COLUMNS});
        draw_slider(&line, grid,
                    (CellRect){at, rect.column + BARE_HEAD_COLUMNS + value_columns + 1, 1,
                               rect.columns - BARE_HEAD_COLUMNS - value_columns - 1});
    }
}

/* How many rows each knob gets in the pane. */
typedef struct PanePlan {
    int rows[KNOB_COUNT];
    size_t first; /* knob to draw first */
    bool is_scrolled;
} PanePlan;

/* A slider below the focused number, then below others from the top as far as there is room; what does not fit even without sliders is
 * scrolled so that the focused knob is seen whole. */
static PanePlan plan_pane(const LaneKnobList *list, size_t focus, int rows)
{
    PanePlan plan = {.first = 0};
    int spare = rows;
    for (size_t i = 0; i < list->count; i++) {
        plan.rows[i] = i == focus && knob_info(list->ids[i])->choices == NULL ? 2 : 1;
        spare -= plan.rows[i];
    }
    plan.is_scrolled = spare < 0;
    for (size_t i = 0; i < list->count && spare > 0; i++) {
        if (plan.rows[i] == 1 && knob_info(list->ids[i])->choices == NULL) {
            plan.rows[i] = 2;
            spare--;
        }
    }
    if (plan.is_scrolled) {
        int used = plan.rows[focus];
        plan.first = focus;
        while (plan.first > 0 && used + plan.rows[plan.first - 1] <= rows) {
            plan.first--;
            used += plan.rows[plan.first];
        }
    }
    return plan;
}

static void draw_list(const LabState *state, const ViewState *view, const LaneKnobList *list,
                      const PanePlan *plan, CellGrid *grid, CellRect inside)
{
    const int symbol_columns = symbol_columns_of(list);
    const int end = inside.row + inside.rows;
    int at = inside.row;
    for (size_t i = plan->first; i < list->count && at + plan->rows[i] <= end; i++) {
        const KnobLine line = knob_line(state, view, list->ids[i]);
        draw_value(&line, list->ids[i] == view->knob, symbol_columns, grid,
                   (CellRect){at, inside.column, 1, inside.columns});
        if (plan->rows[i] == 2) {
            draw_slider(&line, grid, (CellRect){at + 1, inside.column + 2, 1, inside.columns - 3});
        }
        at += plan->rows[i];
    }
}

void view_knobs_draw(const LabState *state, const ViewState *view, CellGrid *grid, CellRect rect)
{
    if (rect.rows < PANE_ROWS_MIN) {
        draw_bare(state, view, grid, rect);
        return;
    }
    const LaneKnobList list = lane_knobs_list(state, view->lane, view->knob);
    const size_t focus = lane_knobs_place(&list, view->knob);
    const PanePlan plan = plan_pane(&list, focus, rect.rows - 2);
    char title[SPEC_NAME_BYTES + 64];
    char place[32] = "";
    const char *lane = view->lane < state->lane_count ? state->lanes[view->lane].name : "all lanes";
    if (plan.is_scrolled) {
        snprintf(place, sizeof place, " (%zu of %zu)", focus + 1, list.count);
    }
    snprintf(title, sizeof title, "Knobs: %s%s", lane, place);
    const CellRect inside =
        view_frame_draw(grid, rect, title, ROLE_FRAME, view_state_is_ascii(view));
    draw_list(state, view, &list, &plan, grid, inside);
}
