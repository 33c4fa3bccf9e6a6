#include "tui/sparkline.h"

#include <math.h>

enum {
    BRAILLE_BASE = 0x2800,
    BRAILLE_LEVELS = 4,
    BLOCK_LEVELS = 3,
    ASCII_LEVELS = 4,
    COLUMNS_MAX = 512 /* of dots */
};

/* A row of dots from the bottom up: the dot of the left column, and of the right one. */
static const int32_t BRAILLE_DOTS[2][BRAILLE_LEVELS] = {{0x40, 0x04, 0x02, 0x01},
                                                        {0x80, 0x20, 0x10, 0x08}};
static const int32_t BLOCK_GLYPHS[BLOCK_LEVELS] = {'_', 0x2584, 0x2588};
static const int32_t ASCII_GLYPHS[ASCII_LEVELS] = {'.', '-', '=', '#'};

SparkRange spark_range_empty(double x_end)
{
    return (SparkRange){.low = INFINITY, .high = -INFINITY, .x_end = x_end};
}

static int dots_across(GlyphLevel glyphs)
{
    return glyphs == GLYPH_BRAILLE ? 2 : 1;
}

static int levels_of(GlyphLevel glyphs)
{
    return glyphs == GLYPH_BLOCK ? BLOCK_LEVELS : BRAILLE_LEVELS;
}

/* The mean of the points in column `index` of `count`; between points that lie far apart: of the one before; NaN behind the last one. */
static double column_mean(const SparkRange *range, const Series *series, int index, int count)
{
    const double left = range->x_end * index / count;
    const double right = range->x_end * (index + 1) / count;
    const size_t from = series_find(series, SERIES_AXIS_STEP, left);
    const size_t end =
        index + 1 == count ? series->count : series_find(series, SERIES_AXIS_STEP, right);
    if (from >= series->count) {
        return (double)NAN;
    }
    if (from == end) {
        return from > 0 ? series->points[from - 1].value : (double)NAN;
    }
    SeriesReader reader = series_reader(series, 0.0);
    const ValueSpan span = series_reader_span(&reader, from, end);
    return span.count > 0 ? span.mean : (double)NAN;
}

static int column_count(GlyphLevel glyphs, int columns)
{
    const int count = columns * dots_across(glyphs);
    return count < COLUMNS_MAX ? count : COLUMNS_MAX;
}

void spark_range_include(SparkRange *range, const Series *series, GlyphLevel glyphs, int columns)
{
    const int count = column_count(glyphs, columns);
    for (int i = 0; i < count; i++) {
        const double mean = column_mean(range, series, i, count);
        if (isfinite(mean)) {
            range->low = fmin(range->low, mean);
            range->high = fmax(range->high, mean);
        }
    }
}

/* 0 at the bottom; -1: nothing there. */
static int level_of(const SparkRange *range, double mean, int levels)
{
    if (!isfinite(mean) || !(range->high >= range->low)) {
        return -1;
    }
    const double extent = range->high - range->low;
    const double way = extent > 0.0 ? (mean - range->low) / extent : 0.0;
    const int level = (int)(way * levels);
    return level < 0 ? 0 : level >= levels ? levels - 1 : level;
}

void sparkline_draw(const SparkRange *range, const Series *series, GlyphLevel glyphs,
                    CellGrid *grid, CellRect rect, Role role)
{
    const int across = dots_across(glyphs);
    const int count = column_count(glyphs, rect.columns);
    for (int cell = 0; cell < count / across; cell++) {
        int32_t glyph = ' ';
        for (int dot = 0; dot < across; dot++) {
            const double mean = column_mean(range, series, cell * across + dot, count);
            const int level = level_of(range, mean, levels_of(glyphs));
            if (level < 0) {
                continue;
            }
            glyph = glyphs == GLYPH_BRAILLE
                        ? (glyph == ' ' ? BRAILLE_BASE : glyph) | BRAILLE_DOTS[dot][level]
                    : glyphs == GLYPH_BLOCK ? BLOCK_GLYPHS[level]
                                            : ASCII_GLYPHS[level];
        }
        cell_grid_put(grid, rect.row, rect.column + cell, glyph, role);
    }
}
