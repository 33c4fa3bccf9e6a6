#include "tui/view_events.h"

#include "tui/view_frame.h"

static Role event_role(const LabEvent *from)
{
    if (from->is_note) {
        return ROLE_DIM;
    }
    switch (from->event.kind) {
    case RUN_EVENT_KNOB_APPLIED:
    case RUN_EVENT_LANE_ADDED:
    case RUN_EVENT_LANE_REMOVED:
        return ROLE_KNOB;
    case RUN_EVENT_COMMAND_REFUSED:
    case RUN_EVENT_STEP_SKIPPED:
    case RUN_EVENT_NOT_SAVED:
        return ROLE_WARNING;
    case RUN_EVENT_DIVERGED:
    case RUN_EVENT_FAILED:
        return ROLE_ERROR;
    case RUN_EVENT_LOADING:
    case RUN_EVENT_STARTED:
    case RUN_EVENT_LOADED:
    case RUN_EVENT_KNOB_IN_FORCE:
    case RUN_EVENT_MAX_STEPS:
    case RUN_EVENT_PAUSED:
    case RUN_EVENT_RESUMED:
    case RUN_EVENT_EVALUATING:
    case RUN_EVENT_FINISHED:
    case RUN_EVENT_STOPPED:
    case RUN_EVENT_KIND_COUNT:
        break;
    }
    return ROLE_TEXT;
}

int view_events_draw(const LabState *state, const ViewState *view, CellGrid *grid, CellRect rect)
{
    const CellRect inside =
        view_frame_draw(grid, rect,
                        view->page == VIEW_PAGE_EVENTS
                            ? "Events, newest first; [n] is a rule on the charts; j k move"
                            : "Events",
                        ROLE_FRAME, view_state_is_ascii(view));
    const size_t kept = state->event_count < LAB_EVENTS_KEPT ? state->event_count : LAB_EVENTS_KEPT;
    const int most = inside.rows > 0 && (int)kept > inside.rows ? (int)kept - inside.rows : 0;
    const int wanted = view->page == VIEW_PAGE_EVENTS ? view->event_scroll : 0;
    const size_t skipped = (size_t)(wanted < most ? wanted : most);
    if (kept == 0) {
        cell_grid_sentence(grid, inside.row, inside.column, inside.rows > 0 ? inside.columns : 0,
                           state->is_recorded ? "the record has none" : "none so far", ROLE_DIM);
    }
    for (int i = 0; i < inside.rows && skipped + (size_t)i < kept; i++) {
        const size_t index = state->event_count - 1 - skipped - (size_t)i;
        char text[RUN_EVENT_TEXT_BYTES + 128];
        lab_state_event_text(state, index, text, sizeof text);
        cell_grid_sentence(grid, inside.row + i, inside.column, inside.columns, text,
                           event_role(&state->events[index % LAB_EVENTS_KEPT]));
    }
    return most;
}
