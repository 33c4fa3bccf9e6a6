/* tui/export_control.h -- writing what is seen to a file: the question which kind, the proposed name, the file. */
#ifndef TUI_EXPORT_CONTROL_H
#define TUI_EXPORT_CONTROL_H

#include "tui/cell_grid.h"
#include "tui/lab_control.h"
#include "tui/theme.h"

/* Ask, as the message, what is to be written. */
void export_control_ask(LabControl *control);

/* The answer: a kind opens the prompt with "w FILE" in it, a name in the run directory that tells metric and step; every other key leaves. */
UiRequest export_control_answer(LabControl *control, UiKey key);

/* Write control->export_path: the focused chart or, drawn into `grid` (whose cells are lost), the screen without prompt and message. What came of
 * it becomes the message and a line of the events. */
void export_control_write(LabControl *control, const Theme *theme, CellGrid *grid);

#endif
