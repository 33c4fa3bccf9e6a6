#include "tui/view_quit.h"

#include "tui/view_frame.h"

enum { QUIT_ROWS = 7, QUIT_COLUMNS = 52 };

static void choice(CellGrid *grid, int row, int column, const char *key, const char *text)
{
    cell_grid_text(grid, row, column, 4, key, ROLE_KEY);
    cell_grid_text(grid, row, column + 5, QUIT_COLUMNS - 9, text, ROLE_POPUP);
}

void view_quit_draw(const ViewState *view, CellGrid *grid)
{
    const CellRect rect = {(grid->rows - QUIT_ROWS) / 2, (grid->columns - QUIT_COLUMNS) / 2,
                           QUIT_ROWS, QUIT_COLUMNS};
    cell_grid_fill(grid, rect, ' ', ROLE_POPUP);
    const CellRect inside =
        view_frame_draw(grid, rect, "The race is not over", ROLE_POPUP, view_state_is_ascii(view));
    choice(grid, inside.row + 1, inside.column + 2, "s", "stop after this step and save");
    choice(grid, inside.row + 2, inside.column + 2, "k", "discard: delete this run's directory");
    choice(grid, inside.row + 3, inside.column + 2, "Esc", "stay");
}
