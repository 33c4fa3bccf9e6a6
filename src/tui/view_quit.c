#include "tui/view_quit.h"

#include "tui/view_frame.h"

enum { QUIT_ROWS = 7, QUIT_COLUMNS = 52 };

static void choice(CellGrid *grid, CellRect inside, int line, const char *key, const char *text)
{
    const int column = inside.column + (inside.columns > QUIT_COLUMNS - 4 ? 2 : 0);
    cell_grid_text(grid, inside.row + line, column, 4, key, ROLE_KEY);
    cell_grid_text(grid, inside.row + line, column + 5, inside.column + inside.columns - column - 5,
                   text, ROLE_POPUP);
}

void view_quit_draw(const ViewState *view, CellGrid *grid)
{
    const int columns = grid->columns < QUIT_COLUMNS ? grid->columns : QUIT_COLUMNS;
    const CellRect rect = {(grid->rows - QUIT_ROWS) / 2, (grid->columns - columns) / 2, QUIT_ROWS,
                           columns};
    cell_grid_fill(grid, rect, ' ', ROLE_POPUP);
    const CellRect inside =
        view_frame_draw(grid, rect, "The race is not over", ROLE_POPUP, view_state_is_ascii(view));
    choice(grid, inside, 1, "s", "stop after this step and save");
    choice(grid, inside, 2, "k", "discard: delete this run's directory");
    choice(grid, inside, 3, "Esc", "stay");
}
