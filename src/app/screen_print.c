#include "app/screen_print.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "app/complaint.h"
#include "app/screen_folders.h"
#include "app/version.h"
#include "base/text.h"
#include "tui/ansi_text.h"
#include "tui/terminal_facts.h"
#include "tui/theme_folders.h"
#include "tui/user_config.h"
#include "tui/view_lab.h"

enum { ROWS_DEFAULT = 24, COLUMNS_DEFAULT = 80, SIZE_MAX_CELLS = 1000 };

/* A whole number from the environment within 1..SIZE_MAX_CELLS, else `otherwise`. */
static int size_of(const char *variable, int otherwise)
{
    uint64_t value = 0;
    const char *text = getenv(variable);
    return text != NULL && text_parse_u64(text, &value) && value >= 1 && value <= SIZE_MAX_CELLS
               ? (int)value
               : otherwise;
}

/* The first lane with a trust region, as the lab opens. */
static size_t lane_in_focus(const LabState *state)
{
    for (size_t lane = 0; lane < state->lane_count; lane++) {
        if (state->lanes[lane].knobs[KNOB_SCALE].is_available) {
            return lane;
        }
    }
    return state->lane_count > 0 ? state->lane_count - 1 : 0;
}

/* A theme with a mistake is told and not used. */
static Theme chosen_theme(const ScreenFolders *places, const char *name)
{
    Problem problem = {0};
    Theme theme = theme_default();
    const char *const folders[] = {places->user_themes, places->bundled_themes, NULL};
    if (theme_folders_load(folders, name, &theme, &problem) != STATUS_OK) {
        complain(&problem);
    }
    return theme;
}

/* What the user's file says of how a screen looks. */
static void read_config(const ScreenFolders *places, UserConfig *config)
{
    user_config_read(places->config, config);
    for (size_t i = 0; i < config->mistake_count && i < USER_CONFIG_NOTICES_MAX; i++) {
        complain(&config->notices[i]);
    }
}

Status screen_print(const LabState *state, const ScreenWords *words)
{
    TerminalFacts facts;
    ViewState view;
    UserConfig config;
    ScreenFolders places;
    CellGrid grid = {0};
    screen_folders_find(state->spec->name, &places);
    read_config(&places, &config);
    terminal_facts_look(&facts);
    view_state_init(&view, TRAMLAB_VERSION, words->run_directory);
    view_state_reset_charts(&view, state->spec);
    view.lane = lane_in_focus(state);
    view.page = view_state_first_page(state);
    view.is_utf8 = facts.is_utf8;
    view.keys = &config.keys;
    view.glyphs = config.has_glyphs && facts.is_utf8 ? config.glyphs : facts.glyphs;
    view_state_say(&view, ROLE_TEXT, "%s", words->message);
    const char *name = words->theme != NULL ? words->theme : config.theme;
    const Theme theme = chosen_theme(&places, name[0] != '\0' ? name : "default");
    const int rows = size_of("LINES", facts.rows > 0 ? facts.rows : ROWS_DEFAULT);
    const int columns = size_of("COLUMNS", facts.columns > 0 ? facts.columns : COLUMNS_DEFAULT);
    TRY(cell_grid_create(&grid, rows, columns));
    (void)view_lab_draw(state, &view, &grid);
    const bool is_coloured =
        isatty(STDOUT_FILENO) && facts.drawn_as[0] != '\0' && facts.colours > 0;
    char *text = is_coloured ? ansi_text(&grid, &theme, facts.colours) : cell_grid_to_text(&grid);
    cell_grid_destroy(&grid);
    if (text == NULL) {
        return STATUS_OUT_OF_MEMORY;
    }
    fputs(text, stdout);
    free(text);
    return STATUS_OK;
}
