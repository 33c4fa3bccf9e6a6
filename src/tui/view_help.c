#include "tui/view_help.h"

#include <string.h>

#include "tui/key_map.h"
#include "tui/view_frame.h"
#include "tui/wrapped_text.h"

static const char *const COMMAND_HELP[] = {
    "set lanes.NAME.KNOB=VALUE   NAME: a lane, or * for all",
    "set KNOB=VALUE              for the lane in focus",
    "KNOB: rho, scale, divergence, ...  Tab lists them",
    "pause    resume    step N   run N steps, then pause",
    "steps N    steps +N         length of the race, or N more",
    "add METHOD [name=NAME] [KNOB=VALUE ...]   at theta_0",
    "add METHOD from=LANE        a copy; follow=LANE: controls",
    "remove LANE    preset NAME  all lanes of a preset",
    "axis step|epoch|passes|seconds    log    smooth 0 .. 0.999",
    "chart METRIC                in the focused chart    methods",
    "w FILE    w! FILE (replaces)  the chart: .csv .json .svg .png",
    "                            the screen: .ansi or .txt",
    "plot EXPRESSION             eval_loss(TRAM) - eval_loss(SAM)",
    "plot loss_rise / grad_norm  the same for each lane",
    "diff METRIC    baseline LANE    each lane minus that one",
    "diff LANE LANE [METRIC]     the one minus the other",
    "open DIR    close           a record beside, in grey; none",
    "grid ROWSxCOLUMNS           of charts, 1x1 to 4x3 or 3x4",
    "domains    wall             heat strip; pictures",
    "last N                      of steps, epochs, passes or seconds",
    "sort race|best|name|METRIC  the lanes    config",
    "pin LANE    hide LANE       on top; not in the charts",
    "filter sam -x rho>=.1 | loss<3   lanes of table and charts",
    "glyphs braille|block|ascii  theme NAME    mouse on|off",
    "help    quit",
};

enum { COMMAND_HELP_COUNT = sizeof COMMAND_HELP / sizeof *COMMAND_HELP };

/* Writes line after line; those scrolled past or below the frame are only counted. */
typedef struct HelpPen {
    CellGrid *grid;
    CellRect inside;
    int scroll;
    int line;
} HelpPen;

/* Wrapped at its spaces: what a key does is read to its end on any screen. */
static void help_line(HelpPen *pen, const char *keys, const char *text, Role role)
{
    const int keys_columns = pen->inside.columns >= 50 ? 14 : 10;
    const int indent = role == ROLE_TITLE ? 0 : keys_columns;
    const int columns = pen->inside.columns - 1 - indent;
    const char *rest = text;
    do {
        const int row = pen->line - pen->scroll;
        const int at = pen->inside.row + row;
        const char *line = rest;
        const size_t bytes = wrapped_text_line(line, columns > 1 ? columns : 1, &rest);
        pen->line++;
        if (row < 0 || row >= pen->inside.rows) {
            continue;
        }
        if (line == text) {
            cell_grid_text(pen->grid, at, pen->inside.column + 1, keys_columns - 1, keys, ROLE_KEY);
        }
        cell_grid_printf(pen->grid, at, pen->inside.column + 1 + indent, columns, role, "%.*s",
                         (int)bytes, line);
    } while (*rest != '\0');
}

static void help_lines(HelpPen *pen, const KeyMap *keys)
{
    size_t count = 0;
    const KeyBinding *bindings = key_map_bindings(&count);
    for (int group = 0; group < KEY_GROUP_COUNT; group++) {
        help_line(pen, "", key_map_group_title((KeyGroup)group), ROLE_TITLE);
        for (size_t i = 0; i < count; i++) {
            if ((int)bindings[i].group == group) {
                help_line(pen, key_map_keys(keys, bindings[i].action), bindings[i].help, ROLE_TEXT);
            }
        }
    }
    help_line(pen, "", "Command line", ROLE_TITLE);
    for (size_t i = 0; i < COMMAND_HELP_COUNT; i++) {
        help_line(pen, i == 0 ? key_map_keys(keys, UI_ACTION_COMMAND) : "", COMMAND_HELP[i],
                  ROLE_TEXT);
    }
}

int view_help_draw(const ViewState *view, CellGrid *grid)
{
    const CellRect all = {0, 0, grid->rows, grid->columns};
    cell_grid_fill(grid, all, ' ', ROLE_TEXT);
    const CellRect inside = view_frame_draw(grid, all, "Help: j k PgUp PgDn move, Esc closes",
                                            ROLE_FRAME_FOCUS, view_state_is_ascii(view));
    HelpPen counter = {grid, {0, 0, 0, inside.columns}, 0, 0};
    help_lines(&counter, view->keys);
    const int most = counter.line > inside.rows ? counter.line - inside.rows : 0;
    HelpPen pen = {grid, inside, view->help_scroll < most ? view->help_scroll : most, 0};
    help_lines(&pen, view->keys);
    return most;
}
