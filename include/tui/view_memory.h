/* tui/view_memory.h -- what the user has chosen to see of an experiment, kept for the next time it is opened. */
#ifndef TUI_VIEW_MEMORY_H
#define TUI_VIEW_MEMORY_H

#include "base/problem.h"
#include "tui/lab_state.h"
#include "tui/view_state.h"

/* Write charts (metric, expression or difference, and y scale), x axis, range, smoothing, grid, order, filter, pins, baseline and the recorded
 * runs that were opened beside as JSON, in a file that appears whole; its folders are made. Not kept: focus, page, zoom and cursor, and what belongs to the terminal.
 * STATUS_FILE_UNWRITABLE, STATUS_OUT_OF_MEMORY. */
Status view_memory_save(const char *path, const LabState *state, const ViewState *view,
                        Problem *problem);

/* Read it into a view that has just been made. A file that is not there changes nothing; what this experiment does not have (a lane, a metric) and
 * values that make no sense are left as they are. STATUS_FILE_UNREADABLE, STATUS_BAD_FORMAT: nothing was changed. */
Status view_memory_load(const char *path, const LabState *state, ViewState *view, Problem *problem);

/* Open beside a race the recorded runs that were there the last time; beside a record they are only kept for the next race. Each one that
 * cannot be opened any more (a folder that is gone) is a note, and forgotten; the first of them stands in *problem, of which the text is else "". A file that is not there, or damaged,
 * changes nothing. */
void view_memory_open_references(const char *path, LabState *state, Problem *problem);

#endif
