#include "tui/view_frame.h"

typedef struct FrameGlyphs {
    int32_t horizontal;
    int32_t vertical;
    int32_t corners[4];
} FrameGlyphs;

CellRect view_frame_draw(CellGrid *grid, CellRect rect, const char *title, Role role, bool is_ascii)
{
    static const FrameGlyphs LINES = {0x2500, 0x2502, {0x250C, 0x2510, 0x2514, 0x2518}};
    static const FrameGlyphs ASCII = {'-', '|', {'+', '+', '+', '+'}};
    const FrameGlyphs *glyphs = is_ascii ? &ASCII : &LINES;
    const int bottom = rect.row + rect.rows - 1;
    const int right = rect.column + rect.columns - 1;
    if (rect.rows < 2 || rect.columns < 2) {
        cell_grid_text(grid, rect.row, rect.column, rect.columns, title, role);
        return (CellRect){rect.row, rect.column, 0, 0};
    }
    for (int column = rect.column + 1; column < right; column++) {
        cell_grid_put(grid, rect.row, column, glyphs->horizontal, role);
        cell_grid_put(grid, bottom, column, glyphs->horizontal, role);
    }
    for (int row = rect.row + 1; row < bottom; row++) {
        cell_grid_put(grid, row, rect.column, glyphs->vertical, role);
        cell_grid_put(grid, row, right, glyphs->vertical, role);
    }
    cell_grid_put(grid, rect.row, rect.column, glyphs->corners[0], role);
    cell_grid_put(grid, rect.row, right, glyphs->corners[1], role);
    cell_grid_put(grid, bottom, rect.column, glyphs->corners[2], role);
    cell_grid_put(grid, bottom, right, glyphs->corners[3], role);
    if (rect.columns > 6 && title[0] != '\0') {
        cell_grid_put(grid, rect.row, rect.column + 1, ' ', role);
        const int used = cell_grid_sentence(grid, rect.row, rect.column + 2,
                                            rect.columns - VIEW_FRAME_TITLE_MARGIN, title,
                                            role == ROLE_FRAME ? ROLE_TITLE : role);
        cell_grid_put(grid, rect.row, rect.column + 2 + used, ' ', role);
    }
    return (CellRect){rect.row + 1, rect.column + 1, rect.rows - 2, rect.columns - 2};
}
