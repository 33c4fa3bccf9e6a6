#include "tui/view_knobs.h"

#include <math.h>
#include <stdio.h>

#include "base/text.h"
#include "tui/view_frame.h"

enum {
    SLIDER_TRACK_MIN = 5,
    SLIDER_COLUMNS_MIN = 18,
    BARE_HEAD_COLUMNS = 11,
    VALUE_COLUMNS_MAX = 46
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

static void describe_knob(const LaneKnob *knob, KnobLine *line)
{
    char value[32];
    char other[32];
    text_number(knob->value, 4, value, sizeof value);
    if (knob->is_pending) {
        text_number(knob->pending_value, 4, other, sizeof other);
        snprintf(line->text, sizeof line->text, "%s  %s pending", value, other);
        return;
    }
    snprintf(line->text, sizeof line->text, "%s", value);
    if (knob->is_changed) {
        char step[32];
        text_number(knob->old_value, 4, other, sizeof other);
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
    describe_knob(shown, &line);
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

/* [1e-3 -----O--- 1]: where the value stands on the usual range, logarithmically. */
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
    if (track < SLIDER_TRACK_MIN) {
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
    share = share < 0.0 ? 0.0 : share > 1.0 ? 1.0 : share;
    const int place = (int)(share * (track - 1) + 0.5);
    cell_grid_put(grid, rect.row, rect.column + left + place, 'O', ROLE_KNOB);
}

static void draw_value(const KnobLine *line, bool has_focus, CellGrid *grid, CellRect rect)
{
    const Role role = has_focus ? ROLE_KNOB_FOCUS : line->is_available ? ROLE_KNOB : ROLE_DIM;
    cell_grid_put(grid, rect.row, rect.column, has_focus ? '>' : ' ', role);
    cell_grid_text(grid, rect.row, rect.column + 2, 5, line->info->symbol, role);
    const int used =
        cell_grid_text(grid, rect.row, rect.column + 7, rect.columns - 7, line->text, role);
    const int left = rect.columns - 7 - used - 2;
    const bool is_short = text_columns(line->note) > left && line->short_note[0] != '\0';
    cell_grid_text(grid, rect.row, rect.column + 7 + used + 2, left,
                   is_short ? line->short_note : line->note, ROLE_DIM);
}

static void draw_bare(const LabState *state, const ViewState *view, CellGrid *grid, CellRect rect)
{
    const char *lane = view->lane < state->lane_count ? state->lanes[view->lane].name : "all";
    /* The slider keeps its room; on a narrow screen the note gets shorter instead. */
    const int room = rect.columns - BARE_HEAD_COLUMNS - 1 - SLIDER_COLUMNS_MIN;
    const int value_columns = room > VALUE_COLUMNS_MAX ? VALUE_COLUMNS_MAX : room;
    const size_t rows = rect.rows > 0 ? (size_t)rect.rows : 0;
    const size_t first = view->knob_row >= rows ? view->knob_row - rows + 1 : 0;
    for (int i = 0; i < rect.rows && first + (size_t)i < VIEW_KNOB_ROWS; i++) {
        const size_t row = first + (size_t)i;
        const KnobLine line = knob_line(state, view, view_state_knob(row));
        const int at = rect.row + i;
        if (i == 0) {
            cell_grid_text(grid, at, rect.column, 10, lane, ROLE_TITLE);
        }
        draw_value(&line, row == view->knob_row, grid,
                   (CellRect){at, rect.column + BARE_HEAD_COLUMNS, 1, value_columns});
        draw_slider(&line, grid,
                    (CellRect){at, rect.column + BARE_HEAD_COLUMNS + value_columns + 1, 1,
                               rect.columns - BARE_HEAD_COLUMNS - value_columns - 1});
    }
}

void view_knobs_draw(const LabState *state, const ViewState *view, CellGrid *grid, CellRect rect)
{
    if (rect.rows < 8) {
        draw_bare(state, view, grid, rect);
        return;
    }
    char title[SPEC_NAME_BYTES + 32];
    const char *lane = view->lane < state->lane_count ? state->lanes[view->lane].name : "all lanes";
    snprintf(title, sizeof title, "Knobs: %s", lane);
    const CellRect inside =
        view_frame_draw(grid, rect, title, ROLE_FRAME, view_state_is_ascii(view));
    for (size_t row = 0; row < VIEW_KNOB_ROWS; row++) {
        const int at = inside.row + 2 * (int)row;
        if (at + 1 >= inside.row + inside.rows) {
            break;
        }
        const KnobLine line = knob_line(state, view, view_state_knob(row));
        draw_value(&line, row == view->knob_row, grid,
                   (CellRect){at, inside.column, 1, inside.columns});
        draw_slider(&line, grid, (CellRect){at + 1, inside.column + 2, 1, inside.columns - 3});
    }
}
