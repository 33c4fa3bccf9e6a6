/* data/stroke_font.h -- Hershey's fonts: glyphs as strokes of a pen. */
#ifndef DATA_STROKE_FONT_H
#define DATA_STROKE_FONT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/problem.h"
#include "base/status.h"

/* Glyph i is the character 32 + i of ASCII. */
enum { STROKE_GLYPH_COUNT = 96, STROKE_FIRST_CHARACTER = 32 };

/* In Hershey's units: x to the right, y down, the middle of the line at 0; a digit is some 20 high. */
typedef struct StrokePoint {
    int8_t x;
    int8_t y;
    bool starts_stroke; /* the pen comes here through the air */
} StrokePoint;

typedef struct StrokeGlyph {
    size_t first; /* of its points */
    size_t count; /* may be 0 (the blank) */
} StrokeGlyph;

/* `{0}` is an empty one. */
typedef struct StrokeFont {
    StrokePoint *points; /* of all glyphs; owned */
    size_t point_count, point_capacity;
    StrokeGlyph glyphs[STROKE_GLYPH_COUNT];
} StrokeFont;

/* Read a .jhf file of 96 glyphs: for each 5 columns with a number, 3 with the count of pairs, then the pairs (which may go on over several
 * lines): the left and the right edge, and points as two letters, each its distance from 'R'; " R" lifts the pen (J. Hurt's form).
 * STATUS_FILE_UNREADABLE, STATUS_BAD_FORMAT (another number of glyphs, a count that is none, a glyph cut off, a letter beyond the form),
 * STATUS_OUT_OF_MEMORY: the problem names file and glyph, and *out is untouched. The caller calls stroke_font_clear. */
Status stroke_font_read(const char *path, StrokeFont *out, Problem *problem);
void stroke_font_clear(StrokeFont *font);

/* The glyph of a character; NULL if it is not in 32..127 or draws nothing. */
const StrokeGlyph *stroke_font_find(const StrokeFont *font, char character);

#endif
