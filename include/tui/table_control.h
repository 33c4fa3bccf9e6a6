/* tui/table_control.h -- what keys and commands do to the table of lanes: sort, filter, pins, differences. */
#ifndef TUI_TABLE_CONTROL_H
#define TUI_TABLE_CONTROL_H

#include "tui/lab_control.h"

/* UI_ACTION_SORT, UI_ACTION_PIN, UI_ACTION_HIDE, and UI_ACTION_DIFFERENCE on a page of the table; others do nothing. */
void table_control_act(LabControl *control, UiAction action);

/* COMMAND_SORT, COMMAND_FILTER, COMMAND_PIN, COMMAND_HIDE; others do nothing. */
void table_control_execute(LabControl *control, const Command *command);

/* The lane's lines disappear from all charts, or come back; of no lane of the race: those of all lanes come back. */
void table_control_hide(LabControl *control, size_t lane);

/* ":filter " and the present one into control->prefill. */
void table_control_prefill(LabControl *control);

#endif
