/* tui/plot_frame.c -- nothing that is not in the picture goes unsaid. */
#include "tui/plot_frame.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

enum {
    BORDER_TEXT_BYTES = 200,
    NUMBER_BYTES = 32,
    NUMBER_DIGITS = 4,
    STEP_DIGITS = 9,
    LEGEND_GAP_COLUMNS = 2,
    LEGEND_NAME_COLUMNS_MIN = 3,
    LEGEND_NAME_COLUMNS_MAX = 14,
    NOTE_COLUMNS_MIN = 8, /* a letter or two of it say nothing */
    OUTSIDE_LOOKS =
        8192 /* a line: a million points must not hold up the frame for an exact count */
};

typedef struct FrameGlyphs {
    int32_t top_left, top_right, bottom_left, bottom_right, horizontal, vertical;
} FrameGlyphs;

bool plot_frame_is_ascii(const LinePlot *plot)
{
    return plot->is_frame_ascii || plot->glyphs == GLYPH_ASCII;
}

static FrameGlyphs frame_glyphs(const LinePlot *plot)
{
    if (plot_frame_is_ascii(plot)) {
        return (FrameGlyphs){'+', '+', '+', '+', plot->has_focus ? '=' : '-', '|'};
    }
    if (plot->has_focus) { /* heavy lines: focus can be seen without colour */
        return (FrameGlyphs){0x250F, 0x2513, 0x2517, 0x251B, 0x2501, 0x2503};
    }
    return (FrameGlyphs){0x250C, 0x2510, 0x2514, 0x2518, 0x2500, 0x2502};
}

/* " text " into a border, cut to `columns`; returns the columns used. */
static int draw_border_text(CellGrid *grid, int row, int column, int columns, const char *text,
                            Role role)
{
    if (*text == '\0' || columns < 3) {
        return 0;
    }
    cell_grid_put(grid, row, column, ' ', role);
    const int used = cell_grid_sentence(grid, row, column + 1, columns - 2, text, role);
    cell_grid_put(grid, row, column + 1 + used, ' ', role);
    return used + 2;
}

static void draw_title(const LinePlot *plot, CellGrid *grid, CellRect rect)
{
    const int room = rect.columns - 4;
    const int used =
        draw_border_text(grid, rect.row, rect.column + 2, room, plot->title, ROLE_TITLE);
    const int note_columns = text_columns(plot->note) + 2;
    if (note_columns <= room - used || room - used >= NOTE_COLUMNS_MIN) {
        (void)draw_border_text(grid, rect.row, rect.column + 2 + used, room - used, plot->note,
                               ROLE_DIM);
    }
}

void plot_frame_draw(const LinePlot *plot, CellGrid *grid, CellRect rect)
{
    const FrameGlyphs glyphs = frame_glyphs(plot);
    const Role role = plot->has_focus ? ROLE_FRAME_FOCUS : ROLE_FRAME;
    const int bottom = rect.row + rect.rows - 1;
    const int right = rect.column + rect.columns - 1;
    for (int column = rect.column + 1; column < right; ++column) {
        cell_grid_put(grid, rect.row, column, glyphs.horizontal, role);
        cell_grid_put(grid, bottom, column, glyphs.horizontal, role);
    }
    for (int row = rect.row + 1; row < bottom; ++row) {
        cell_grid_put(grid, row, rect.column, glyphs.vertical, role);
        cell_grid_put(grid, row, right, glyphs.vertical, role);
    }
    cell_grid_put(grid, rect.row, rect.column, glyphs.top_left, role);
    cell_grid_put(grid, rect.row, right, glyphs.top_right, role);
    cell_grid_put(grid, bottom, rect.column, glyphs.bottom_left, role);
    cell_grid_put(grid, bottom, right, glyphs.bottom_right, role);
    draw_title(plot, grid, rect);
    if (plot->caption != NULL) {
        (void)draw_border_text(grid, bottom, rect.column + 2, rect.columns - 4, plot->caption,
                               ROLE_DIM);
    }
}

/* ---- legend ---- */

static bool has_caption(const LinePlot *plot)
{
    return plot->caption != NULL && plot->caption[0] != '\0';
}

/* With blanks around, and names of at most name_columns. */
static int legend_columns(const LinePlot *plot, int name_columns)
{
    int columns = 2 + LEGEND_GAP_COLUMNS * ((int)plot->line_count - 1);
    for (size_t i = 0; i < plot->line_count; ++i) {
        const int wanted = text_columns(plot->lines[i].label);
        columns += 2 + (wanted < name_columns ? wanted : name_columns);
    }
    return columns;
}

/* "o AdamW"; returns the columns used. */
static int draw_legend_line(const PlotLine *line, int name_columns, CellGrid *grid, CellRect place)
{
    cell_grid_put(grid, place.row, place.column, line->mark, line->role);
    cell_grid_put(grid, place.row, place.column + 1, ' ', line->role);
    return 2 +
           cell_grid_text(grid, place.row, place.column + 2, name_columns, line->label, line->role);
}

void plot_frame_draw_legend(const LinePlot *plot, CellGrid *grid, CellRect rect)
{
    const int room = rect.columns - 4;
    int names = LEGEND_NAME_COLUMNS_MAX;
    if (has_caption(plot) || plot->line_count == 0) {
        return;
    }
    while (names >= LEGEND_NAME_COLUMNS_MIN && legend_columns(plot, names) > room) {
        --names;
    }
    const bool has_all = names >= LEGEND_NAME_COLUMNS_MIN;
    CellRect place = {rect.row + rect.rows - 1, rect.column + 2, 1, room};
    for (size_t i = 0; i < plot->line_count; ++i) {
        if (!has_all && !plot->lines[i].is_emphasised) {
            continue;
        }
        const int blanks = place.column == rect.column + 2 ? 1 : LEGEND_GAP_COLUMNS;
        cell_grid_fill(grid, (CellRect){place.row, place.column, 1, blanks}, ' ', ROLE_TEXT);
        place.column += blanks;
        place.column += draw_legend_line(&plot->lines[i], has_all ? names : room - 4, grid, place);
    }
    if (place.column > rect.column + 2) {
        cell_grid_put(grid, place.row, place.column, ' ', ROLE_TEXT);
    }
}

/* ---- warnings ---- */

/* At the right end of a border, over whatever is there (nothing, if it is alone): what is not shown must at least be said. */
static void draw_warning(CellGrid *grid, CellRect rect, int row, bool is_alone,
                         const char *long_text, const char *short_text)
{
    const int room = rect.columns - 2;
    const char *text =
        text_columns(long_text) + 2 <= (is_alone ? room : room * 2 / 3) ? long_text : short_text;
    int columns = text_columns(text) + 2;
    columns = columns > room ? room : columns;
    (void)draw_border_text(grid, row, rect.column + rect.columns - 1 - columns, columns, text,
                           ROLE_WARNING);
}

static void append_text(char text[BORDER_TEXT_BYTES], const char *separator, const char *addition)
{
    const size_t length = strlen(text);
    (void)snprintf(text + length, BORDER_TEXT_BYTES - length, "%s%s", length > 0 ? separator : "",
                   addition);
}

static void append_count(char long_text[BORDER_TEXT_BYTES], char short_text[BORDER_TEXT_BYTES],
                         size_t count, const char *what, const char *short_what)
{
    if (count > 0) {
        char words[NUMBER_BYTES * 2];
        (void)snprintf(words, sizeof words, "%zu %s %s", count, count == 1 ? "pt" : "pts", what);
        append_text(long_text, ", ", words);
        (void)snprintf(words, sizeof words, "%s%zu", short_what, count);
        append_text(short_text, " ", words);
    }
}

/* Points that no axis could show. */
static void append_gaps(char long_text[BORDER_TEXT_BYTES], char short_text[BORDER_TEXT_BYTES],
                        const PlotSurvey *survey, const PlotGapNote *gap)
{
    append_count(long_text, short_text, survey->before_log_x, "at x <= 0", "x<=0:");
    append_count(long_text, short_text, survey->not_positive, "<= 0", "<=0:");
    append_count(long_text, short_text, survey->not_finite, "not finite", "nan:");
    if (survey->not_finite > 0 && gap != NULL && gap->is_known) {
        char x[NUMBER_BYTES];
        char words[NUMBER_BYTES * 3];
        text_number(gap->x, STEP_DIGITS, x, sizeof x);
        (void)snprintf(words, sizeof words, " (%s from %s)", gap->label, x);
        append_text(long_text, "", words);
    }
}

/* "^ 3 pts > 12.4" */
static void outside_words(size_t count, bool is_more, const char *arrow_and_relation, double bound,
                          char long_text[BORDER_TEXT_BYTES], char short_text[BORDER_TEXT_BYTES])
{
    if (count == 0) {
        return;
    }
    char number[NUMBER_BYTES];
    const char arrow = arrow_and_relation[0];
    const char relation = arrow_and_relation[1];
    const char *more = is_more ? "+" : "";
    text_number(bound, NUMBER_DIGITS, number, sizeof number);
    (void)snprintf(long_text, BORDER_TEXT_BYTES, "%c %zu%s %s %c %s", arrow, count, more,
                   count == 1 ? "pt" : "pts", relation, number);
    (void)snprintf(short_text, BORDER_TEXT_BYTES, "%c%zu%s", arrow, count, more);
}

static SeriesOutside count_outside(const LinePlot *plot, const PlotSurvey *survey,
                                   const PlotAxes *axes)
{
    SeriesOutside sum = {0};
    for (size_t line = 0; line < plot->line_count; ++line) {
        const PlotStretch stretch = survey->stretches[line];
        const SeriesOutside one =
            series_count_outside(plot->lines[line].series, stretch.from, stretch.end, axes->y.low,
                                 axes->y.high, OUTSIDE_LOOKS);
        sum.above += one.above;
        sum.below += one.below;
        sum.is_more = sum.is_more || one.is_more;
    }
    if (plot->y_scale == AXIS_SCALE_LOG) { /* those are told as "<= 0" */
        sum.below -= survey->not_positive < sum.below ? survey->not_positive : sum.below;
    }
    return sum;
}

void plot_frame_draw_warnings(const LinePlot *plot, const PlotSurvey *survey, const PlotAxes *axes,
                              const PlotGapNote *gap, CellGrid *grid, CellRect rect)
{
    char long_text[BORDER_TEXT_BYTES] = "";
    char short_text[BORDER_TEXT_BYTES] = "";
    if (axes != NULL) {
        const SeriesOutside outside = count_outside(plot, survey, axes);
        outside_words(outside.above, outside.is_more, "^>", axes->y.high, long_text, short_text);
        draw_warning(grid, rect, rect.row, false, long_text, short_text);
        long_text[0] = short_text[0] = '\0';
        outside_words(outside.below, outside.is_more, "v<", axes->y.low, long_text, short_text);
    }
    append_gaps(long_text, short_text, survey, gap);
    draw_warning(grid, rect, rect.row + rect.rows - 1, !has_caption(plot) && !plot->has_legend,
                 long_text, short_text);
}
