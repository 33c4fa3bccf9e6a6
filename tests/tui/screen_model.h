/* tests/tui/screen_model.h -- a terminal that only remembers: what bytes make of a screen, so that it can be compared. */
#ifndef TESTS_TUI_SCREEN_MODEL_H
#define TESTS_TUI_SCREEN_MODEL_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "tui/role_style.h"

enum { MODEL_ROWS_MAX = 300, MODEL_COLUMNS_MAX = 300, MODEL_STYLE_BYTES = ROLE_STYLE_BYTES };

/* style: parameters of the last SGR. */
typedef struct ModelCell {
    int32_t glyph;
    char style[MODEL_STYLE_BYTES];
} ModelCell;

typedef struct ScreenModel {
    int rows;
    int columns;
    int row;
    int column; /* may be `columns`: the next glyph would wrap */
    char style[MODEL_STYLE_BYTES];
    ModelCell cells[MODEL_ROWS_MAX][MODEL_COLUMNS_MAX];
    bool stops_at_edge; /* the last column does not wrap */
    bool is_cursor_shown;
    bool is_other_screen;
    bool has_scrolled; /* wrote past the end: no screen of ours ever should */
    bool is_confused;  /* something came that the model does not know */
} ScreenModel;

static inline void model_erase(ScreenModel *model, int row, int from, int end)
{
    for (int column = from; column < end && column < model->columns; column++) {
        /* The background that is in force fills what is erased, as on most terminals. */
        model->cells[row][column].glyph = ' ';
        memcpy(model->cells[row][column].style, model->style, MODEL_STYLE_BYTES);
    }
}

static inline ScreenModel *model_create(int rows, int columns)
{
    ScreenModel *model = calloc(1, sizeof *model);
    model->rows = rows;
    model->columns = columns;
    for (int row = 0; row < rows; row++) {
        model_erase(model, row, 0, columns);
    }
    return model;
}

static inline void model_put(ScreenModel *model, int32_t glyph)
{
    const int width = text_code_point_columns(glyph);
    if (model->column + width > model->columns) {
        model->has_scrolled = true;
        return;
    }
    ModelCell *cell = &model->cells[model->row][model->column];
    if (cell->glyph == 0 && model->column > 0) {
        cell[-1].glyph =
            ' '; /* the right half of a wide glyph is overwritten: its left half goes too */
    }
    cell->glyph = glyph;
    memcpy(cell->style, model->style, MODEL_STYLE_BYTES);
    if (width == 2) {
        cell[1].glyph = 0;
        memcpy(cell[1].style, model->style, MODEL_STYLE_BYTES);
    }
    model->column += width;
    if (model->stops_at_edge && model->column >= model->columns) {
        model->column = model->columns - 1;
        return;
    }
    if (model->column < model->columns && model->cells[model->row][model->column].glyph == 0) {
        model->cells[model->row][model->column].glyph = ' ';
    }
}

static inline int model_at_most(int value, int most)
{
    return value < 0 ? 0 : value > most ? most : value;
}

static inline void model_csi(ScreenModel *model, const char *parameters, char final)
{
    int first = 0;
    int second = 0;
    const int count = sscanf(parameters, "%d;%d", &first, &second);
    const int one = count >= 1 && first > 0 ? first : 1;
    switch (final) {
    case 'H':
        model->row = model_at_most(one - 1, model->rows - 1);
        model->column = model_at_most(count >= 2 ? second - 1 : 0, model->columns - 1);
        return;
    case 'C':
        model->column = model_at_most(model->column + one, model->columns - 1);
        return;
    case 'D':
        model->is_confused = model->is_confused || model->column >= model->columns;
        model->column = model_at_most(model->column - one, model->columns - 1);
        return;
    case 'd':
        model->row = model_at_most(one - 1, model->rows - 1);
        return;
    case 'X':
        model_erase(model, model->row, model->column, model->column + one);
        return;
    case 'K':
        model_erase(model, model->row, model->column, model->columns);
        return;
    case 'J':
        for (int row = first == 2 ? 0 : model->row; row < model->rows; row++) {
            model_erase(model, row, first != 2 && row == model->row ? model->column : 0,
                        model->columns);
        }
        return;
    case 'm':
        snprintf(model->style, sizeof model->style, "%.*s", MODEL_STYLE_BYTES - 1, parameters);
        return;
    case 'h':
    case 'l':
        model->stops_at_edge = strcmp(parameters, "?7") == 0 ? final == 'l' : model->stops_at_edge;
        model->is_cursor_shown =
            strcmp(parameters, "?25") == 0 ? final == 'h' : model->is_cursor_shown;
        model->is_other_screen =
            strcmp(parameters, "?1049") == 0 ? final == 'h' : model->is_other_screen;
        return;
    case 'c': /* the console's cursor form */
    case 'g': /* tab stops */
    case 'n': /* a question */
    case 'r': /* scrolling region: ncurses resets it */
    case 't': /* title stack */
        return;
    default:
        model->is_confused = true;
        (void)fprintf(stderr, "the model does not know CSI %s %c\n", parameters, final);
    }
}

/* Bytes of the escape sequence at text[0..size), which starts with ESC; 0 if it is not whole. */
static inline size_t model_escape(ScreenModel *model, const char *text, size_t size)
{
    char parameters[64];
    size_t used = 0;
    if (size < 2) {
        return 0;
    }
    if (text[1] == ']') {
        const char *bell = memchr(text, '\a', size);
        return bell == NULL ? 0 : (size_t)(bell - text) + 1;
    }
    if (text[1] != '[') {
        return strchr("()*+", text[1]) != NULL ? (size < 3 ? 0 : 3)
                                               : 2; /* charsets, keypad modes */
    }
    for (size_t i = 2; i < size; i++) {
        if (text[i] >= 0x40 && text[i] <= 0x7E) {
            parameters[used] = '\0';
            model_csi(model, parameters, text[i]);
            return i + 1;
        }
        if (used + 1 < sizeof parameters) {
            parameters[used++] = text[i];
        }
    }
    return 0;
}

/* Take bytes in; returns how many were used: the last ones may be part of something. */
static inline size_t model_take(ScreenModel *model, const char *text, size_t size)
{
    size_t at = 0;
    while (at < size) {
        const char byte = text[at];
        if (byte == '\033') {
            const size_t used = model_escape(model, text + at, size - at);
            if (used == 0) {
                return at;
            }
            at += used;
        } else if (byte == '\r') {
            model->column = 0;
            at++;
        } else if (byte == '\b') {
            model->is_confused = model->is_confused || model->column >= model->columns;
            model->column = model_at_most(model->column - 1, model->columns - 1);
            at++;
        } else if (byte == '\n') {
            model->is_confused = model->is_confused || model->column >= model->columns;
            model->has_scrolled = model->has_scrolled || model->row + 1 >= model->rows;
            model->row = model_at_most(model->row + 1, model->rows - 1);
            at++;
        } else if ((unsigned char)byte < 0x20) {
            at++; /* bell, shift in */
        } else {
            int32_t glyph = 0;
            const size_t used = text_decode(text + at, size - at, &glyph);
            if (glyph < 0 && size - at < 4) {
                return at;
            }
            model_put(model, glyph < 0 ? '?' : glyph);
            at += used;
        }
    }
    return at;
}

/* One row as UTF-8, trailing spaces cut; the caller frees. */
static inline char *model_row(const ScreenModel *model, int row)
{
    char *text = calloc((size_t)model->columns + 1, 4);
    size_t used = 0;
    size_t visible = 0;
    for (int column = 0; column < model->columns; column++) {
        const int32_t glyph = model->cells[row][column].glyph;
        if (glyph != 0) {
            used += text_encode(glyph, text + used);
            visible = glyph != ' ' ? used : visible;
        }
    }
    text[visible] = '\0';
    return text;
}

/* Does any row hold `text`? */
static inline bool model_shows(const ScreenModel *model, const char *text)
{
    bool is_there = false;
    for (int row = 0; row < model->rows && !is_there; row++) {
        char *line = model_row(model, row);
        is_there = strstr(line, text) != NULL;
        free(line);
    }
    return is_there;
}

#endif
