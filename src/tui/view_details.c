#include "tui/view_details.h"

#include <math.h>
#include <stdio.h>

#include "base/text.h"
#include "tui/view_frame.h"

/* Of several seeds the interval stands where the step stands of one. */
static void draw_number(const LabLane *lane, uint16_t metric, const char *name, bool is_ascii,
                        CellGrid *grid, CellRect line)
{
    char value[32];
    char other[32];
    const double half_width = lane->bands != NULL ? lane->bands->of_last[metric] : (double)NAN;
    text_number(lane->last[metric], 4, value, sizeof value);
    cell_grid_text(grid, line.row, line.column + 1, line.columns - 20, name, ROLE_TEXT);
    cell_grid_printf(grid, line.row, line.column + line.columns - 19, 11, ROLE_TITLE, "%10s",
                     value);
    if (isnan(half_width)) {
        text_number((double)lane->last_step[metric], 9, other, sizeof other);
        cell_grid_printf(grid, line.row, line.column + line.columns - 8, 8, ROLE_DIM, " @%s",
                         other);
    } else {
        text_number(half_width, 2, other, sizeof other);
        cell_grid_printf(grid, line.row, line.column + line.columns - 8, 8, ROLE_DIM, "%s%s",
                         is_ascii ? "+-" : "\u00b1", other);
    }
}

void view_details_draw(const LabState *state, const ViewState *view, CellGrid *grid, CellRect rect)
{
    size_t lanes[SPEC_LANES_MAX];
    const size_t count = lab_state_lanes(state, lanes);
    if (count == 0) {
        return;
    }
    const size_t index = view->lane < state->lane_count ? view->lane : lanes[count - 1];
    const LabLane *lane = &state->lanes[index];
    char title[SPEC_NAME_BYTES + 32];
    snprintf(title, sizeof title, "%s: %s", lane->name,
             state->seed_count > 0 ? "last values, mean of seeds" : "last values");
    const CellRect inside =
        view_frame_draw(grid, rect, title, ROLE_FRAME, view_state_is_ascii(view));
    CellRect line = {inside.row, inside.column, 1, inside.columns};
    const int end = inside.row + inside.rows;
    if (lab_state_is_released(state, index)) {
        cell_grid_text(grid, line.row, line.column + 1, line.columns - 1,
                       "released: eps is not an ascent direction", ROLE_WARNING);
        line.row++;
    }
    const int first = line.row;
    for (uint16_t metric = 0; metric < METRIC_ID_MAX && line.row < end; metric++) {
        if (!lane->is_measured[metric] || metric == METRIC_RADIUS_LIMIT) {
            continue;
        }
        char name[SPEC_NAME_BYTES + 32];
        experiment_spec_metric_name(state->spec, metric, name, sizeof name);
        draw_number(lane, metric, name, view_state_is_ascii(view), grid, line);
        line.row++;
    }
    if (line.row == first) {
        cell_grid_text(grid, line.row, line.column + 1, line.columns - 1, "nothing measured yet",
                       ROLE_DIM);
    }
}
