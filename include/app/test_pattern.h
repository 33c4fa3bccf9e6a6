/* app/test_pattern.h -- a picture by which a person sees whether charts will look right. */
#ifndef APP_TEST_PATTERN_H
#define APP_TEST_PATTERN_H

#include <stdbool.h>

#include "base/status.h"
#include "tui/cell_grid.h"

enum { TEST_PATTERN_COLUMNS = 64 };

/* One curve in braille, in half blocks and in ASCII (the first two only with is_utf8), and a line in each lane's colour with its mark.
 * STATUS_OUT_OF_MEMORY leaves *grid zero; else the caller calls cell_grid_destroy. */
Status test_pattern_draw(bool is_utf8, CellGrid *grid);

#endif
