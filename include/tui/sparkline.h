/* tui/sparkline.h -- a series in one row of cells, to be compared with those of its neighbours. */
#ifndef TUI_SPARKLINE_H
#define TUI_SPARKLINE_H

#include "tui/cell_grid.h"
#include "tui/dot_canvas.h"
#include "tui/series.h"

/* Which values stand at the bottom and at the top, and where the row ends: the same for all that are to be compared. */
typedef struct SparkRange {
    double low;
    double high;
    double x_end; /* of the axis of steps; > 0 */
} SparkRange;

/* {inf, -inf, x_end}: of nothing. */
SparkRange spark_range_empty(double x_end);

/* Widen the range so that the series's columns lie in it, drawn `columns` cells wide. */
void spark_range_include(SparkRange *range, const Series *series, GlyphLevel glyphs, int columns);

/* Each column shows the mean of its steps, at one of four heights (three with half blocks); a column behind the last point stays empty, so that
 * what is drawn once stays where it is. Braille has two columns a cell. rect: one row. */
void sparkline_draw(const SparkRange *range, const Series *series, GlyphLevel glyphs,
                    CellGrid *grid, CellRect rect, Role role);

#endif
