/* tui/event_loop.h -- the UI thread: keys, reports and frames until the user leaves. */
#ifndef TUI_EVENT_LOOP_H
#define TUI_EVENT_LOOP_H

#include <stdbool.h>

#include "base/problem.h"
#include "base/wall_clock.h"
#include "channel/command_queue.h"
#include "channel/metric_ring.h"
#include "records/experiment_spec.h"
#include "records/method_info.h"
#include "records/preset.h"
#include "store/run_reader.h"
#include "tui/lab_state.h"
#include "tui/line_plot.h"
#include "tui/user_config.h"

/* How the user left. */
typedef enum LabExit {
    LAB_EXIT_SAVE,    /* stop and save */
    LAB_EXIT_DISCARD, /* stop, then delete the run directory */
    LAB_EXIT_KEPT     /* the terminal is gone and the race goes on: the caller waits for its end */
} LabExit;

/* Everything the screen needs, all borrowed until event_loop_run returns. */
typedef struct LabScreen {
    const ExperimentSpec *spec;
    MethodList methods;
    PresetList presets; /* for `:preset` */
    const char
        *notice; /* the first line of the events: a mistake in a preset, say; NULL or "" = none */
    RunReader
        *past; /* what a run that goes on has recorded: shown before anything else; NULL = none */
    LabState *record; /* shown in place of a race, which there is none of then; NULL: a race */
    MetricRing *ring; /* NULL of a record */
    CommandQueue *commands; /* NULL of a record */
    WallClock clock;
    const char *version;
    const char *run_directory;    /* shown, so that the user knows where the record is */
    const char *theme_folders[3]; /* searched in order for NAME.theme; NULL-ended if fewer */
    const char *theme_name;       /* one of theme_folders_list, or a path */
    const UserConfig *config; /* keys, glyphs, mouse, frames; its mistakes are told; NULL = none */
    const char *history_path; /* of the prompt; "" = none */
    const char *view_path; /* where what is seen of this experiment is kept; NULL or "" = nowhere */
    bool is_started_paused;
    bool is_mouse_wanted; /* from the start over a network too */
    bool is_kept;         /* a terminal that hangs up does not end the race: see LAB_EXIT_KEPT */
    bool
        has_stand_in; /* our parent is what the shell stops at Ctrl-Z: the race, and this loop, go on meanwhile */
    bool is_low; /* two frames a second at most, for thin links */
    int signal_fd; /* signalfd of SIGINT, SIGTERM and SIGHUP, made by the app; readable = stop and save; -1 = none */
} LabScreen;

/* UI THREAD. Take over the terminal, draw the first frame at once, and run until the race was told to end and said so (RUN_EVENT_STOPPED,
 * FINISHED or FAILED), or until it has already ended (as a record has) and the user quits. Sends RUN_COMMAND_STOP itself. Always gives the terminal back,
 * on failure too. STATUS_TERMINAL_UNUSABLE names TERM and what to do (nothing was drawn then: the caller can fall back to plain text). */
Status event_loop_run(const LabScreen *screen, LabExit *exit, Problem *problem);

/* ASYNC-SIGNAL-SAFE. Write the bytes that make a terminal sane again (leave the alternate screen, show the cursor, reset colours
 * and modes) with write(2) only; for crash handlers. */
void event_loop_reset_terminal_in_crash(void);

#endif
