#include "data/stroke_font.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "data/growing_array.h"

enum { FILE_BYTES_MAX = 1 << 20, NUMBER_COLUMNS = 5, COUNT_COLUMNS = 3, PAIRS_MAX = 999 };

/* What is needed all along while a file is read. */
typedef struct Reading {
    const char *path;
    Problem *problem;
    const char *text;
    size_t size;
    size_t at;
    size_t glyph; /* that is being read */
    StrokeFont *font;
} Reading;

static Status refused(const Reading *reading, const char *reason)
{
    return problem_describe(reading->problem, STATUS_BAD_FORMAT, "%s, glyph %zu: %s", reading->path,
                            reading->glyph + 1, reason);
}

/* The next character, line ends passed over; '\0' at the end. */
static char take(Reading *reading)
{
    while (reading->at < reading->size &&
           (reading->text[reading->at] == '\n' || reading->text[reading->at] == '\r')) {
        reading->at++;
    }
    return reading->at < reading->size ? reading->text[reading->at++] : '\0';
}

/* The number in so many columns, blanks before it; -1 if it is none. */
static int take_number(Reading *reading, int columns)
{
    int number = -1;
    for (int i = 0; i < columns; i++) {
        const char c = take(reading);
        if (c >= '0' && c <= '9') {
            number = (number < 0 ? 0 : number * 10) + (c - '0');
        } else if (c != ' ' || number >= 0) {
            return -1;
        }
    }
    return number;
}

static Status add_point(Reading *reading, StrokePoint point)
{
    StrokeFont *font = reading->font;
    StrokePoint *points =
        array_with_room(font->points, &font->point_capacity, font->point_count + 1, sizeof *points);
    if (points == NULL) {
        return STATUS_OUT_OF_MEMORY;
    }
    font->points = points;
    points[font->point_count++] = point;
    return STATUS_OK;
}

static Status read_glyph(Reading *reading)
{
    const int number = take_number(reading, NUMBER_COLUMNS);
    const int pairs = take_number(reading, COUNT_COLUMNS);
    if (number < 0 || pairs < 1 || pairs > PAIRS_MAX) {
        return refused(reading, "does not begin with its number and its count of pairs.");
    }
    StrokeGlyph *glyph = &reading->font->glyphs[reading->glyph];
    glyph->first = reading->font->point_count;
    bool starts_stroke = true;
    for (int i = 0; i < pairs; i++) {
        const char x = take(reading);
        const char y = take(reading);
        if (x < ' ' || x > '~' || y < ' ' || y > '~') {
            return refused(reading, "is cut off, or has a character that is no coordinate.");
        }
        if (i == 0) {
            continue; /* the edges */
        }
        if (x == ' ' && y == 'R') {
            starts_stroke = true;
            continue;
        }
        TRY(add_point(reading, (StrokePoint){(int8_t)(x - 'R'), (int8_t)(y - 'R'), starts_stroke}));
        starts_stroke = false;
    }
    glyph->count = reading->font->point_count - glyph->first;
    return STATUS_OK;
}

static Status read_glyphs(Reading *reading)
{
    for (; reading->glyph < STROKE_GLYPH_COUNT; reading->glyph++) {
        TRY(read_glyph(reading));
    }
    return take(reading) == '\0' ? STATUS_OK
                                 : refused(reading, "a font has 96 glyphs, this one has more.");
}

Status stroke_font_read(const char *path, StrokeFont *out, Problem *problem)
{
    char *text = NULL;
    StrokeFont font = {0};
    Reading reading = {.path = path, .problem = problem, .font = &font};
    TRY(json_read_text(path, FILE_BYTES_MAX, &text, &reading.size, problem));
    reading.text = text;
    const Status status = read_glyphs(&reading);
    free(text);
    if (status == STATUS_OUT_OF_MEMORY) {
        problem_describe(problem, status, "%s: not enough memory to read it.", path);
    }
    if (status != STATUS_OK) {
        stroke_font_clear(&font);
        return status;
    }
    *out = font;
    return STATUS_OK;
}

void stroke_font_clear(StrokeFont *font)
{
    free(font->points);
    *font = (StrokeFont){0};
}

const StrokeGlyph *stroke_font_find(const StrokeFont *font, char character)
{
    const int place = (unsigned char)character - STROKE_FIRST_CHARACTER;
    if (place < 0 || place >= STROKE_GLYPH_COUNT || font->glyphs[place].count == 0) {
        return NULL;
    }
    return &font->glyphs[place];
}
