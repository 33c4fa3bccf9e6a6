/* tui/command.h -- the language of the ":" line: parsing and completion, without any effect. */
#ifndef TUI_COMMAND_H
#define TUI_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/problem.h"
#include "tui/completion.h"
#include "tui/lab_state.h"
#include "tui/lane_request.h"
#include "tui/line_plot.h"
#include "tui/view_state.h"

typedef enum CommandKind {
    COMMAND_SET, /* lane, knob, value */
    COMMAND_PAUSE,
    COMMAND_RESUME,
    COMMAND_STEP,       /* count */
    COMMAND_STEPS,      /* count */
    COMMAND_STEPS_MORE, /* count */
    COMMAND_ADD,        /* request */
    COMMAND_REMOVE,     /* lane */
    COMMAND_PRESET,     /* preset */
    COMMAND_AXIS,       /* axis */
    COMMAND_THEME,      /* text */
    COMMAND_SMOOTH,     /* value */
    COMMAND_LOG,
    COMMAND_GLYPHS, /* glyphs */
    COMMAND_MOUSE,  /* is_on */
    COMMAND_CHART,  /* metric */
    COMMAND_PLOT,   /* text */
    COMMAND_DIFF, /* metric; with is_pair: lane minus other, METRIC_ID_MAX = the focused chart's */
    COMMAND_BASELINE, /* lane */
    COMMAND_GRID,     /* grid_rows, grid_columns */
    COMMAND_LAST,     /* count */
    COMMAND_SORT,     /* sort, metric */
    COMMAND_FILTER,   /* filter */
    COMMAND_PIN,      /* lane */
    COMMAND_HIDE,     /* lane */
    COMMAND_CONFIG,
    COMMAND_METHODS,
    COMMAND_STRIP,
    COMMAND_WALL,
    COMMAND_OPEN, /* text: a run directory, a folder, a pattern */
    COMMAND_CLOSE,
    COMMAND_WRITE,   /* text: a file */
    COMMAND_REPLACE, /* the same, though it may be there */
    COMMAND_HELP,
    COMMAND_QUIT
} CommandKind;

enum { COMMAND_TEXT_BYTES = 1024 };

typedef struct Command {
    CommandKind kind;
    uint32_t lane; /* or LANE_ALL */
    KnobId knob;
    double value;
    uint64_t count;
    uint16_t metric;
    ViewAxis axis;
    GlyphLevel glyphs;
    bool is_on;
    bool is_pair;
    uint32_t other; /* lane */
    int grid_rows;
    int grid_columns;
    LaneSort sort;
    LaneFilter filter;
    LaneRequest request;
    size_t preset; /* of LabState.presets */
    char text[COMMAND_TEXT_BYTES];
} Command;

/* Parse one line, a leading ':' allowed: "set lanes.TRAM.scale=2", "set lanes.*.rho=.1", "set rho=.1" (the focused lane; focus >= lane
 * count = all lanes), "step 250", "steps +500", "axis passes", "set lanes.TRAM.divergence=l2", "chart grad_norm",
 * "add sam rho=.1", "remove SAM", "preset paper", "diff loss", "diff TRAM SAM", "diff TRAM SAM loss", ...
 * STATUS_BAD_USAGE (unknown or incomplete command), STATUS_BAD_VALUE (unknown lane or knob, a knob the lane's method lacks, a value
 * that is out of range): *problem says what and what there is instead; *out is untouched. */
Status command_parse(const char *line, const LabState *state, size_t focus, Command *out,
                     Problem *problem);

/* True if the line begins with a command that asks something of the race: set, pause, step, add, ... */
bool command_is_for_race(const char *line);

/* Check a knob and value for a lane or LANE_ALL: the method has it, the value is in range. */
Status command_check_knob(const LabState *state, uint32_t lane, KnobId knob, double value,
                          Problem *problem);

/* What Tab may put at the end of line[0..point): choices are shown without what was typed before the last '.'. `focus` as in
 * command_parse: the lane whose knobs "set " offers. */
void command_complete(const char *line, size_t point, const LabState *state, size_t focus,
                      const char *const *theme_names, CommandCompletion *out);

#endif
