#include "tui/screen_painter.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

enum {
    MOVE_BYTES = 32,
    SIDEWAYS_BYTES = 16,
    BACKSPACES_MAX = 4,
    NEWLINES_MAX = 7,
    ABSOLUTE_BYTES =
        6, /* what a jump is taken to cost; CSI rr;cc H is 8, but it leaves fewer strays */
    ERASE_MIN =
        6, /* a shorter run is written as spaces: CSI n X takes five bytes with its number */
    TO_END_MIN = 4,       /* CSI K takes three */
    LINES_FIRST = 0x2500, /* box drawing, blocks: one column in every font we know */
    LINES_LAST = 0x259F,
    BRAILLE_FIRST = 0x2800,
    BRAILLE_LAST = 0x28FF
};

static const char ERASE_ALL[] = "\033[m\033[H\033[2J";
static const char ERASE_TO_END[] = "\033[K";
static const char STOP_AT_EDGE[] = "\033[?7l";
static const char WRAP_AT_EDGE[] = "\033[?7h";

/* Writes, or with `out` NULL only counts. row < 0: the cursor may be anywhere; column < 0: anywhere in that row. */
typedef struct PaintPen {
    const ScreenPainter *painter;
    const CellGrid *wanted;
    char *out;
    size_t used;
    int row;
    int column;
    int style; /* -1: any may be in force */
    bool stops_at_edge;
} PaintPen;

void screen_painter_init(ScreenPainter *painter, PaintTerminal terminal, const Theme *theme)
{
    painter->terminal = terminal;
    for (int role = 0; role < ROLE_COUNT; role++) {
        role_style_sequence(&theme->roles[role], terminal.colours, painter->sequences[role]);
        painter->sequence_bytes[role] = strlen(painter->sequences[role]);
        painter->is_plain[role] = role_style_is_plain(&theme->roles[role], terminal.colours);
        int same = 0;
        while (strcmp(painter->sequences[same], painter->sequences[role]) != 0) {
            same++;
        }
        painter->styles[role] = (uint8_t)same;
    }
}

void screen_painter_clear(ScreenPainter *painter)
{
    free(painter->changed);
    free(painter->grouped);
    free(painter->nearest);
    free(painter->strokes);
    free(painter->bytes);
    *painter = (ScreenPainter){0};
}

static bool is_coloured(const ScreenPainter *painter, Cell cell)
{
    return cell.has_colours && painter->terminal.colours > 0;
}

static bool is_blank(const ScreenPainter *painter, Cell cell)
{
    return cell.glyph == ' ' && !is_coloured(painter, cell) && painter->is_plain[cell.role];
}

/* The first role that looks the same; behind all roles, a pair of colours. */
static int style_of(const ScreenPainter *painter, Cell cell)
{
    return is_coloured(painter, cell) ? ROLE_COUNT + (cell.ink << 8 | cell.paper)
                                      : painter->styles[cell.role];
}

static bool look_alike(const ScreenPainter *painter, Cell a, Cell b)
{
    return (a.glyph == b.glyph && style_of(painter, a) == style_of(painter, b)) ||
           (is_blank(painter, a) && is_blank(painter, b));
}

static Cell checked(Cell cell)
{
    if (cell.role >= ROLE_COUNT) {
        cell.role = ROLE_TEXT;
    }
    return cell;
}

static Cell wanted_at(const PaintPen *pen, size_t place)
{
    return checked(pen->wanted->cells[place]);
}

static void pen_bytes(PaintPen *pen, const char *bytes, size_t size)
{
    if (pen->out != NULL) {
        memcpy(pen->out + pen->used, bytes, size);
    }
    pen->used += size;
}

static size_t glyph_bytes(const PaintPen *pen, int32_t glyph, char out[4])
{
    const bool is_shown =
        (glyph >= ' ' && glyph < 0x7F) || (glyph > 0x9F && pen->painter->terminal.is_utf8);
    size_t size = is_shown ? text_encode(glyph, out) : 0;
    if (size == 0) {
        out[0] = '?';
        size = 1;
    }
    return size;
}

/* Terminals differ in how wide they draw what is neither ASCII nor one of the glyphs that charts are made of. */
static bool has_sure_width(int32_t glyph)
{
    return (glyph >= ' ' && glyph < 0x7F) || (glyph >= LINES_FIRST && glyph <= LINES_LAST) ||
           (glyph >= BRAILLE_FIRST && glyph <= BRAILLE_LAST);
}

/* Nothing has to be switched to draw the cell. */
static bool is_in_style(const PaintPen *pen, Cell cell)
{
    const ScreenPainter *painter = pen->painter;
    const bool is_plain =
        pen->style >= 0 && pen->style < ROLE_COUNT && painter->is_plain[pen->style];
    return pen->style == style_of(painter, cell) || (is_plain && is_blank(painter, cell));
}

static void pen_style(PaintPen *pen, Cell cell)
{
    const ScreenPainter *painter = pen->painter;
    if (is_in_style(pen, cell)) {
        return;
    }
    pen->style = style_of(painter, cell);
    if (pen->style < ROLE_COUNT) {
        pen_bytes(pen, painter->sequences[pen->style], painter->sequence_bytes[pen->style]);
        return;
    }
    char sequence[ROLE_STYLE_BYTES];
    role_style_colours(cell.ink, cell.paper, painter->terminal.colours, sequence);
    pen_bytes(pen, sequence, strlen(sequence));
}

static void pen_glyph(PaintPen *pen, Cell cell)
{
    char bytes[4];
    const bool is_plain_width = has_sure_width(cell.glyph);
    pen_bytes(pen, bytes, glyph_bytes(pen, cell.glyph, bytes));
    pen->column++;
    if (!is_plain_width) {
        pen->row = -1;
    } else if (pen->column >= pen->wanted->columns) {
        /* Where it may wrap, terminals differ in where the cursor is. */
        pen->column = pen->stops_at_edge ? pen->wanted->columns - 1 : -1;
    }
}

/* Bytes of writing the cells from the cursor up to `column` once more; SIZE_MAX if another style or width is among them. */
static size_t rewrite_bytes(const PaintPen *pen, int column, size_t most)
{
    const size_t row = (size_t)pen->row * (size_t)pen->wanted->columns;
    size_t size = 0;
    for (int c = pen->column; c < column && size <= most; c++) {
        const Cell cell = wanted_at(pen, row + (size_t)c);
        char bytes[4];
        if (!is_in_style(pen, cell) || !has_sure_width(cell.glyph)) {
            return SIZE_MAX;
        }
        size += glyph_bytes(pen, cell.glyph, bytes);
    }
    return size;
}

/* Right (or, negative, left) by so many columns. */
static size_t sideways(int by, char *out)
{
    if (by == 0) {
        return 0;
    }
    if (by < 0 && by >= -BACKSPACES_MAX) {
        memset(out, '\b', (size_t)-by);
        return (size_t)-by;
    }
    const int count = by < 0 ? -by : by;
    const char final = by < 0 ? 'D' : 'C';
    return (size_t)(count == 1 ? snprintf(out, SIDEWAYS_BYTES, "\033[%c", final)
                               : snprintf(out, SIDEWAYS_BYTES, "\033[%d%c", count, final));
}

/* A way down or along the row from a cursor that is known; its bytes, SIZE_MAX if there is none. */
static size_t relative_move(const PaintPen *pen, int row, int column, char out[MOVE_BYTES])
{
    char by_return[SIDEWAYS_BYTES + 1] = "\r";
    char by_column[SIDEWAYS_BYTES + 1];
    const int down = row - pen->row;
    if (pen->row < 0 || down < 0 || down > NEWLINES_MAX) {
        return SIZE_MAX;
    }
    const size_t return_size = 1 + sideways(column, by_return + 1);
    if (pen->column < 0) {
        /* Only a return surely leaves the right edge; what a newline does there differs. */
        out[0] = '\r';
        memset(out + 1, '\n', (size_t)down);
        memcpy(out + 1 + down, by_return + 1, return_size - 1);
        return (size_t)down + return_size;
    }
    /* Newlines first: the terminal is in raw mode, they lead straight down. */
    memset(out, '\n', (size_t)down);
    const size_t column_size = sideways(column - pen->column, by_column);
    const bool is_return = return_size < column_size;
    memcpy(out + down, is_return ? by_return : by_column, is_return ? return_size : column_size);
    return (size_t)down + (is_return ? return_size : column_size);
}

static void pen_move(PaintPen *pen, int row, int column)
{
    char absolute[MOVE_BYTES];
    char relative[MOVE_BYTES];
    if (row == pen->row && column == pen->column) {
        return;
    }
    const size_t absolute_size =
        (size_t)(column == 0
                     ? snprintf(absolute, sizeof absolute, "\033[%dH", row + 1)
                     : snprintf(absolute, sizeof absolute, "\033[%d;%dH", row + 1, column + 1));
    const size_t relative_size = relative_move(pen, row, column, relative);
    if (row == pen->row && pen->column >= 0 && column > pen->column &&
        rewrite_bytes(pen, column, relative_size) <= relative_size) {
        while (pen->column < column) {
            pen_glyph(pen, wanted_at(pen, (size_t)row * (size_t)pen->wanted->columns +
                                              (size_t)pen->column));
        }
        return;
    }
    if (relative_size < absolute_size) {
        pen_bytes(pen, relative, relative_size);
    } else {
        pen_bytes(pen, absolute, absolute_size);
    }
    pen->row = row;
    pen->column = column;
}

/* How many of the places from list[0] on are blanks side by side, however many of those between them need no drawing; how many
 * columns that is; and whether nothing but blanks follows in the row. */
static size_t blank_run(const PaintPen *pen, const uint32_t *list, size_t count, int *columns,
                        bool *is_to_end)
{
    const size_t width = (size_t)pen->wanted->columns;
    const size_t row_end = (list[0] / width + 1) * width;
    size_t end = list[0];
    size_t run = 0;
    while (end < row_end && is_blank(pen->painter, wanted_at(pen, end))) {
        end++;
    }
    while (run < count && list[run] < end && list[run] >= list[0]) {
        run++;
    }
    *columns = (int)(list[run - 1] - list[0]) + 1;
    *is_to_end = end == row_end;
    return run;
}

/* Draw list[0] and those after it that go in the same stroke; how many these are. */
static size_t pen_draw(PaintPen *pen, const uint32_t *list, size_t count)
{
    const size_t place = list[0];
    const Cell cell = wanted_at(pen, place);
    const int row = (int)(place / (size_t)pen->wanted->columns);
    const int column = (int)(place % (size_t)pen->wanted->columns);
    if (cell.glyph == 0) {
        return 1; /* the right half: the left one covers it */
    }
    pen_move(pen, row, column);
    pen_style(pen, cell);
    if (is_blank(pen->painter, cell)) {
        int columns = 0;
        bool is_to_end = false;
        const size_t run = blank_run(pen, list, count, &columns, &is_to_end);
        if (is_to_end && columns >= TO_END_MIN) {
            pen_bytes(pen, ERASE_TO_END, sizeof ERASE_TO_END - 1);
            return run;
        }
        if (pen->painter->terminal.has_erase_characters && columns >= ERASE_MIN) {
            char erase[MOVE_BYTES];
            pen_bytes(pen, erase, (size_t)snprintf(erase, sizeof erase, "\033[%dX", columns));
            return run;
        }
    }
    pen_glyph(pen, cell);
    return 1;
}

static size_t draw_all(const ScreenPainter *painter, const CellGrid *wanted, const uint32_t *list,
                       bool is_full, char *out)
{
    PaintPen pen = {.painter = painter, .wanted = wanted, .out = out, .row = -1, .style = -1};
    if (is_full) {
        pen_bytes(&pen, ERASE_ALL, sizeof ERASE_ALL - 1);
        pen.row = 0;
        pen.style = strcmp(painter->sequences[ROLE_TEXT], "\033[m") == 0 ? ROLE_TEXT : -1;
        pen.stops_at_edge = painter->terminal.can_stop_at_edge;
    }
    if (pen.stops_at_edge) {
        pen_bytes(&pen, STOP_AT_EDGE, sizeof STOP_AT_EDGE - 1);
    }
    for (size_t i = 0; i < painter->changed_count;) {
        i += pen_draw(&pen, list + i, painter->changed_count - i);
    }
    if (pen.stops_at_edge) {
        pen_bytes(&pen, WRAP_AT_EDGE, sizeof WRAP_AT_EDGE - 1);
    }
    return pen.used;
}

/* Blanks, which any plain style draws, count as one more style. */
static size_t group_of(const ScreenPainter *painter, Cell cell)
{
    return is_blank(painter, cell) ? ROLE_COUNT : painter->styles[cell.role];
}

static bool make_room(ScreenPainter *painter, size_t places)
{
    if (places <= painter->capacity) {
        return true;
    }
    free(painter->changed);
    free(painter->grouped);
    free(painter->nearest);
    free(painter->strokes);
    painter->changed = calloc(places, sizeof *painter->changed);
    painter->grouped = calloc(places, sizeof *painter->grouped);
    painter->nearest = calloc(places, sizeof *painter->nearest);
    painter->strokes = calloc(places, sizeof *painter->strokes);
    const bool is_complete = painter->changed != NULL && painter->grouped != NULL &&
                             painter->nearest != NULL && painter->strokes != NULL;
    painter->capacity = is_complete ? places : 0;
    return painter->capacity > 0;
}

static void find_changed(ScreenPainter *painter, const CellGrid *shown, const CellGrid *wanted,
                         bool is_full)
{
    const size_t places = (size_t)wanted->rows * (size_t)wanted->columns;
    painter->changed_count = 0;
    for (size_t place = 0; place < places; place++) {
        const Cell cell = checked(wanted->cells[place]);
        const bool is_there = is_full ? is_blank(painter, cell)
                                      : look_alike(painter, checked(shown->cells[place]), cell);
        if (!is_there) {
            painter->changed[painter->changed_count++] = (uint32_t)place;
        }
    }
}

/* Style by style, in the order of the rows; blanks go last, as if they were a style of their own. ends [ROLE_COUNT + 1] out: where each
 * ends in painter->grouped. */
static void group_by_style(ScreenPainter *painter, const CellGrid *wanted, size_t *ends)
{
    size_t starts[ROLE_COUNT + 2] = {0};
    for (size_t i = 0; i < painter->changed_count; i++) {
        starts[group_of(painter, checked(wanted->cells[painter->changed[i]])) + 1]++;
    }
    for (size_t style = 0; style <= ROLE_COUNT; style++) {
        starts[style + 1] += starts[style];
    }
    for (size_t i = 0; i < painter->changed_count; i++) {
        const size_t style = group_of(painter, checked(wanted->cells[painter->changed[i]]));
        painter->grouped[starts[style]++] = painter->changed[i];
    }
    memcpy(ends, starts, (ROLE_COUNT + 1) * sizeof *ends); /* by now where each ends */
}

/* Strokes of grouped[from..end), all of one style; how many. Blanks with nothing but blanks between them are one. */
static size_t find_strokes(ScreenPainter *painter, const CellGrid *wanted, size_t from, size_t end)
{
    const uint32_t width = (uint32_t)wanted->columns;
    size_t count = 0;
    for (size_t i = from; i < end; i++) {
        const uint32_t place = painter->grouped[i];
        uint32_t behind = i > from ? painter->grouped[i - 1] + 1 : place;
        while (i > from && behind < place && is_blank(painter, checked(wanted->cells[place])) &&
               is_blank(painter, checked(wanted->cells[behind]))) {
            behind++;
        }
        if (i > from && behind == place && place % width != 0 &&
            place / width == painter->grouped[i - 1] / width) {
            painter->strokes[count - 1].count++;
        } else {
            painter->strokes[count] = (PaintStroke){.first = (uint32_t)i,
                                                    .count = 1,
                                                    .row = (int)(place / width),
                                                    .column = (int)(place % width)};
            count++;
        }
    }
    return count;
}

/* About the bytes of a move; column < 0: it begins somewhere in the row. */
static int nearness(int down, int column, int target)
{
    const int by = target - column;
    const int returning = 1 + (target == 0 ? 0 : target < 10 ? 4 : target < 100 ? 5 : 6);
    if (column < 0) {
        return down + returning;
    }
    const int across = by == 0                           ? 0
                       : by < 0 && by >= -BACKSPACES_MAX ? -by
                       : by == 1                         ? 3
                       : by < 10 && by > -10             ? 4
                       : by < 100 && by > -100           ? 5
                                                         : 6;
    return down + (returning < across ? returning : across);
}

/* The stroke to draw next, from a cursor at (row, column): the nearest one in this row or a few below, else the first that is left. */
static size_t next_stroke(const ScreenPainter *painter, size_t count, size_t first_left, int row,
                          int column)
{
    size_t best = first_left;
    int least = ABSOLUTE_BYTES;
    /* Strokes stand in the order of rows: look no further than newlines lead. */
    size_t low = first_left;
    size_t high = count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (painter->strokes[middle].row < row) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    for (size_t i = low; i < count && painter->strokes[i].row <= row + NEWLINES_MAX; i++) {
        const PaintStroke *stroke = &painter->strokes[i];
        const int cost = nearness(stroke->row - row, column, stroke->column);
        if (!stroke->is_drawn && cost < least) {
            best = i;
            least = cost;
        }
    }
    return best;
}

/* One style's strokes into painter->nearest, beginning at `used`; the new end. */
static size_t order_strokes(ScreenPainter *painter, int columns, size_t count, size_t used,
                            bool stops_at_edge)
{
    size_t first_left = 0;
    int row = -1;
    int column = 0;
    for (size_t drawn = 0; drawn < count; drawn++) {
        while (painter->strokes[first_left].is_drawn) {
            first_left++;
        }
        PaintStroke *stroke =
            &painter->strokes[row < 0 ? first_left
                                      : next_stroke(painter, count, first_left, row, column)];
        memcpy(painter->nearest + used, painter->grouped + stroke->first,
               stroke->count * sizeof *painter->nearest);
        used += stroke->count;
        stroke->is_drawn = true;
        row = stroke->row;
        column = stroke->column + (int)stroke->count;
        column = column < columns ? column : stops_at_edge ? columns - 1 : -1;
    }
    return used;
}

static void order_by_nearness(ScreenPainter *painter, const CellGrid *wanted, bool stops_at_edge)
{
    size_t ends[ROLE_COUNT + 1];
    size_t used = 0;
    group_by_style(painter, wanted, ends);
    for (size_t style = 0; style <= ROLE_COUNT; style++) {
        const size_t count = find_strokes(painter, wanted, used, ends[style]);
        used = order_strokes(painter, wanted->columns, count, used, stops_at_edge);
    }
}

Status screen_painter_paint(ScreenPainter *painter, const CellGrid *shown, const CellGrid *wanted,
                            bool is_full)
{
    painter->size = 0;
    if (!make_room(painter, (size_t)wanted->rows * (size_t)wanted->columns)) {
        return STATUS_OUT_OF_MEMORY;
    }
    find_changed(painter, shown, wanted, is_full);
    if (painter->changed_count == 0 && !is_full) {
        return STATUS_OK;
    }
    order_by_nearness(painter, wanted, is_full && painter->terminal.can_stop_at_edge);
    const size_t by_row = draw_all(painter, wanted, painter->changed, is_full, NULL);
    const size_t by_style = draw_all(painter, wanted, painter->nearest, is_full, NULL);
    const size_t size = by_style < by_row ? by_style : by_row;
    if (size > painter->bytes_capacity) {
        free(painter->bytes);
        painter->bytes = malloc(2 * size);
        painter->bytes_capacity = painter->bytes != NULL ? 2 * size : 0;
    }
    if (painter->bytes == NULL) {
        return STATUS_OUT_OF_MEMORY;
    }
    painter->size =
        draw_all(painter, wanted, by_style < by_row ? painter->nearest : painter->changed, is_full,
                 painter->bytes);
    return STATUS_OK;
}
