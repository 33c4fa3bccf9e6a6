/* tests/tui/pane_picture.h -- draw one pane of the fixed state and look at it. Include cmocka.h first. */
#ifndef TESTS_TUI_PANE_PICTURE_H
#define TESTS_TUI_PANE_PICTURE_H

#include <stdlib.h>
#include <string.h>

#include "tui/expect_screen.h"
#include "tui/fixed_state.h"

typedef void (*PaneDraw)(const LabState *state, const ViewState *view, CellGrid *grid,
                         CellRect rect);

/* The pane fills a grid of that size; compared with tests/screens/NAME.txt. */
static inline void expect_pane(PaneDraw draw, const FixedState *fixed, int rows, int columns,
                               const char *name)
{
    CellGrid grid;
    assert_int_equal(cell_grid_create(&grid, rows, columns), STATUS_OK);
    draw(fixed->state, &fixed->view, &grid, (CellRect){0, 0, rows, columns});
    expect_screen(&grid, name);
    cell_grid_destroy(&grid);
}

/* Does the drawn pane hold this text? */
static inline int pane_shows(PaneDraw draw, const FixedState *fixed, int rows, int columns,
                             const char *text)
{
    CellGrid grid;
    assert_int_equal(cell_grid_create(&grid, rows, columns), STATUS_OK);
    draw(fixed->state, &fixed->view, &grid, (CellRect){0, 0, rows, columns});
    char *picture = cell_grid_to_text(&grid);
    assert_non_null(picture);
    const int is_there = strstr(picture, text) != NULL;
    free(picture);
    cell_grid_destroy(&grid);
    return is_there;
}

/* Every size down to nothing, and rectangles that lie outside: must not fail (the sanitizers watch). */
static inline void draw_at_all_sizes(PaneDraw draw, const FixedState *fixed)
{
    CellGrid grid;
    assert_int_equal(cell_grid_create(&grid, 20, 60), STATUS_OK);
    for (int rows = 0; rows < 25; rows++) {
        for (int columns = 0; columns < 70; columns += 3) {
            draw(fixed->state, &fixed->view, &grid,
                 (CellRect){20 - rows, 60 - columns, rows, columns});
            draw(fixed->state, &fixed->view, &grid, (CellRect){-3, -3, rows, columns});
        }
    }
    cell_grid_destroy(&grid);
}

#endif
