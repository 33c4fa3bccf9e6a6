/* tui/lab_control.h -- what actions and typed commands do: to the view, and to the race by its command queue. */
#ifndef TUI_LAB_CONTROL_H
#define TUI_LAB_CONTROL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/wall_clock.h"
#include "channel/command_queue.h"
#include "tui/command.h"
#include "tui/key_map.h"
#include "tui/lab_state.h"
#include "tui/view_state.h"

/* What is left for the owner of the terminal to do after an action. */
typedef enum UiRequest {
    UI_REQUEST_NONE,
    UI_REQUEST_PROMPT, /* open the command line with LabControl.prefill in it */
    UI_REQUEST_THEME,  /* load LabControl.wanted_theme */
    UI_REQUEST_MOUSE,  /* report it or not, as view->has_mouse says */
    UI_REQUEST_EXPORT, /* write LabControl.export_path: export_control_write */
    UI_REQUEST_REPAINT,
    UI_REQUEST_SUSPEND,
    UI_REQUEST_LEAVE_SAVE, /* stop was sent, or the race is over */
    UI_REQUEST_LEAVE_DISCARD
} UiRequest;

enum { LAB_CONTROL_PREFILL_BYTES = COMMAND_TEXT_BYTES };

/* All pointers borrowed. */
typedef struct LabControl {
    LabState *state;
    ViewState *view;
    CommandQueue *commands;
    WallClock clock;
    const char *const *theme_names; /* NULL-ended; what `T` walks through */
    uint64_t last_command;          /* id of the last command sent */
    bool pauses_on_divergence; /* when a lane diverges: once, so that going on means going on */
    bool has_paused_on_divergence;
    bool is_interrupted; /* Ctrl-C at interrupt_seconds */
    double interrupt_seconds;
    char prefill[LAB_CONTROL_PREFILL_BYTES];
    char wanted_theme[COMMAND_TEXT_BYTES];
    bool is_chart_pressed;  /* the mouse's button, on the focused chart in pressed_column */
    bool was_chart_focused; /* before that */
    int pressed_column;
    bool is_export_open; /* the next key chooses what is written */
    bool is_export_replacing;
    char export_path[COMMAND_TEXT_BYTES];
} LabControl;

/* A key pressed on the main screen, in the help or in the quit question (not in the prompt). */
UiRequest lab_control_key(LabControl *control, UiKey key);

/* One line of the command line; mistakes become the message. */
UiRequest lab_control_line(LabControl *control, const char *line);

/* Take a report of the race into the state, and turn the answer to the last command into the message: applied at a step, or why not.
 * The first lane that diverges pauses the race, if that is wanted. */
void lab_control_report(LabControl *control, const RunReport *report);

/* Ask the race to end (once); view->is_leaving is then true, unless the command queue was full. */
void lab_control_stop(LabControl *control);

#endif
