#include "tui/screen_painter.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tui/screen_model.h"

static const PaintTerminal XTERM = {256, true, true, true};

static bool is_style_of(const char *style, const char *sequence)
{
    return strlen(style) + 3 == strlen(sequence) &&
           strncmp(style, sequence + 2, strlen(style)) == 0;
}

/* A blank looks the same in every style without background. */
static bool shows_nothing(const ScreenPainter *painter, const char *style)
{
    bool is_plain = style[0] == '\0';
    for (int role = 0; role < ROLE_COUNT; role++) {
        is_plain =
            is_plain || (painter->is_plain[role] && is_style_of(style, painter->sequences[role]));
    }
    return is_plain;
}

static void expect_same(const ScreenModel *model, const ScreenPainter *painter,
                        const CellGrid *wanted)
{
    for (int row = 0; row < wanted->rows; row++) {
        for (int column = 0; column < wanted->columns; column++) {
            const Cell cell = cell_grid_at(wanted, row, column);
            const ModelCell *shown = &model->cells[row][column];
            char sequence[ROLE_STYLE_BYTES];
            const bool is_coloured = cell.has_colours && painter->terminal.colours > 0;
            memcpy(sequence, painter->sequences[cell.role], sizeof sequence);
            if (is_coloured) {
                role_style_colours(cell.ink, cell.paper, painter->terminal.colours, sequence);
            }
            if (cell.glyph != shown->glyph) {
                fail_msg("row %d column %d: %d instead of %d", row, column, shown->glyph,
                         cell.glyph);
            }
            const bool is_blank = cell.glyph == ' ' && !is_coloured && painter->is_plain[cell.role];
            if (cell.glyph != 0 && !is_style_of(shown->style, sequence) &&
                !(is_blank && shows_nothing(painter, shown->style))) {
                fail_msg("row %d column %d: style %s instead of %s", row, column, shown->style,
                         sequence + 1);
            }
        }
    }
    assert_false(model->has_scrolled);
    assert_false(model->is_confused);
}

static void paint(ScreenPainter *painter, ScreenModel *model, CellGrid *shown,
                  const CellGrid *wanted, bool is_full)
{
    assert_int_equal(screen_painter_paint(painter, shown, wanted, is_full), STATUS_OK);
    assert_int_equal(model_take(model, painter->bytes, painter->size), painter->size);
    memcpy(shown->cells, wanted->cells,
           (size_t)wanted->rows * (size_t)wanted->columns * sizeof(Cell));
    expect_same(model, painter, wanted);
}

static uint32_t next_random(uint32_t *random)
{
    *random = *random * 1664525U + 1013904223U;
    return *random >> 8;
}

static void scribble(CellGrid *grid, uint32_t *random, int strokes)
{
    static const int32_t GLYPHS[] = {'a', 'Z', ' ', ' ', 0x28FF, 0x2500, 0x4F60, 0x00E4, 0x2502};
    for (int i = 0; i < strokes; i++) {
        const int row = (int)(next_random(random) % (uint32_t)grid->rows);
        const int column = (int)(next_random(random) % (uint32_t)grid->columns);
        const int length = 1 + (int)(next_random(random) % 12);
        const Role role = (Role)(next_random(random) % ROLE_COUNT);
        const int32_t glyph = GLYPHS[next_random(random) % 9];
        const bool is_upright = glyph == 0x2502;
        cell_grid_fill(grid,
                       (CellRect){row, column, is_upright ? length : 1, is_upright ? 1 : length},
                       glyph, role);
        /* a row of pixels, some of them alike */
        for (int k = 0; i % 3 == 0 && k < length; k++) {
            const uint32_t upper = next_random(random) % 5;
            const uint32_t lower = next_random(random) % 5;
            cell_grid_put_pixels(grid, row, column + k, (uint8_t)(16 + 50 * upper),
                                 (uint8_t)(16 + 50 * lower));
        }
    }
}

static void paint_randomly(PaintTerminal terminal, const Theme *theme, int rows, int columns)
{
    ScreenPainter painter = {0};
    CellGrid shown = {0};
    CellGrid wanted = {0};
    uint32_t random = (uint32_t)(rows * 1000 + columns);
    screen_painter_init(&painter, terminal, theme);
    assert_int_equal(cell_grid_create(&shown, rows, columns), STATUS_OK);
    assert_int_equal(cell_grid_create(&wanted, rows, columns), STATUS_OK);
    ScreenModel *model = model_create(rows, columns);
    for (int i = 0; i < 200; i++) {
        scribble(&wanted, &random, i % 7 == 0 ? 40 : 4);
        if (i % 50 == 25) {
            cell_grid_clear(&wanted);
        }
        paint(&painter, model, &shown, &wanted, i % 20 == 0);
    }
    free(model);
    cell_grid_destroy(&shown);
    cell_grid_destroy(&wanted);
    screen_painter_clear(&painter);
}

static void any_picture_turns_into_any_other(void **unused)
{
    (void)unused;
    const Theme theme = theme_default();
    paint_randomly(XTERM, &theme, 24, 80);
    paint_randomly(XTERM, &theme, 1, 1);
    paint_randomly(XTERM, &theme, 5, 2);
    paint_randomly((PaintTerminal){8, true, false, false}, &theme, 24, 80);
    paint_randomly((PaintTerminal){16, true, true, false}, &theme, 10, 33);
    paint_randomly((PaintTerminal){0, true, true, true}, &theme, 10, 33);
    Theme light = theme;
    light.roles[ROLE_TEXT].background_256 = 255; /* then no space is a blank */
    paint_randomly(XTERM, &light, 10, 33);
}

static void what_is_shown_already_costs_nothing(void **unused)
{
    (void)unused;
    const Theme theme = theme_default();
    ScreenPainter painter = {0};
    CellGrid grid = {0};
    screen_painter_init(&painter, XTERM, &theme);
    assert_int_equal(cell_grid_create(&grid, 24, 80), STATUS_OK);
    assert_int_equal(screen_painter_paint(&painter, &grid, &grid, false), STATUS_OK);
    assert_int_equal(painter.size, 0);
    CellGrid other = {0};
    assert_int_equal(cell_grid_create(&other, 24, 80), STATUS_OK);
    cell_grid_fill(&other, (CellRect){3, 3, 5, 5}, ' ', ROLE_LANE_0); /* blank in another colour */
    assert_int_equal(screen_painter_paint(&painter, &grid, &other, false), STATUS_OK);
    assert_int_equal(painter.size, 0);
    cell_grid_destroy(&grid);
    cell_grid_destroy(&other);
    screen_painter_clear(&painter);
}

static size_t bytes_between(const CellGrid *shown, const CellGrid *wanted)
{
    const Theme theme = theme_default();
    ScreenPainter painter = {0};
    screen_painter_init(&painter, XTERM, &theme);
    assert_int_equal(screen_painter_paint(&painter, shown, wanted, false), STATUS_OK);
    const size_t size = painter.size;
    screen_painter_clear(&painter);
    return size;
}

static void a_style_is_switched_to_once_however_scattered_its_cells_are(void **unused)
{
    (void)unused;
    CellGrid shown = {0};
    CellGrid wanted = {0};
    assert_int_equal(cell_grid_create(&shown, 24, 80), STATUS_OK);
    assert_int_equal(cell_grid_create(&wanted, 24, 80), STATUS_OK);
    for (int i = 0; i < 10; i++) {
        cell_grid_put(&wanted, 2 * i, 3, 'o', ROLE_LANE_0);
        cell_grid_put(&wanted, 2 * i, 40, 'x', ROLE_LANE_1);
    }
    /* Two styles of at most 12 bytes; twenty moves of at most 8 and a glyph each. */
    assert_true(bytes_between(&shown, &wanted) <= 2 * 12 + 20 * 9);
    cell_grid_destroy(&shown);
    cell_grid_destroy(&wanted);
}

static void runs_of_blanks_are_erased_and_not_written(void **unused)
{
    (void)unused;
    CellGrid shown = {0};
    CellGrid wanted = {0};
    assert_int_equal(cell_grid_create(&shown, 2, 80), STATUS_OK);
    assert_int_equal(cell_grid_create(&wanted, 2, 80), STATUS_OK);
    cell_grid_fill(&shown, (CellRect){0, 0, 1, 80}, 'a', ROLE_TEXT);
    assert_true(bytes_between(&shown, &wanted) <= 10); /* style, move, to the end of the line */
    cell_grid_put(&shown, 0, 79, 'b', ROLE_TEXT);
    cell_grid_put(&wanted, 0, 79, 'b', ROLE_TEXT);
    assert_true(bytes_between(&shown, &wanted) <= 12); /* style, move, so many */
    cell_grid_destroy(&shown);
    cell_grid_destroy(&wanted);
}

/* Two frames side by side, one of them along the right edge: nothing tells them apart but where they end. */
static void the_right_edge_is_drawn_straight_down_and_wraps_again_afterwards(void **unused)
{
    (void)unused;
    const Theme theme = theme_default();
    size_t sizes[2] = {0};
    for (int can_stop = 0; can_stop <= 1; can_stop++) {
        ScreenPainter painter = {0};
        CellGrid shown = {0};
        CellGrid wanted = {0};
        screen_painter_init(&painter, (PaintTerminal){256, true, true, can_stop == 1}, &theme);
        assert_int_equal(cell_grid_create(&shown, 24, 80), STATUS_OK);
        assert_int_equal(cell_grid_create(&wanted, 24, 80), STATUS_OK);
        cell_grid_fill(&wanted, (CellRect){0, 79, 24, 1}, 0x2502, ROLE_FRAME);
        ScreenModel *model = model_create(24, 80);
        paint(&painter, model, &shown, &wanted, true);
        assert_false(model->stops_at_edge);
        sizes[can_stop] = painter.size;
        free(model);
        cell_grid_destroy(&shown);
        cell_grid_destroy(&wanted);
        screen_painter_clear(&painter);
    }
    /* A glyph and a newline, instead of a return, a newline and the way back. */
    assert_true(sizes[1] <= 24 * 4 + 40);
    assert_true(sizes[0] >= 24 * 10);
}

static void without_utf8_only_ascii_is_written(void **unused)
{
    (void)unused;
    const Theme theme = theme_default();
    ScreenPainter painter = {0};
    CellGrid shown = {0};
    CellGrid wanted = {0};
    screen_painter_init(&painter, (PaintTerminal){256, false, true, true}, &theme);
    assert_int_equal(cell_grid_create(&shown, 2, 10), STATUS_OK);
    assert_int_equal(cell_grid_create(&wanted, 2, 10), STATUS_OK);
    (void)cell_grid_text(&wanted, 0, 0, 10,
                         "A\xE2\xA3\xBF\xC3\xA4"
                         "B",
                         ROLE_TEXT);
    assert_int_equal(screen_painter_paint(&painter, &shown, &wanted, true), STATUS_OK);
    for (size_t i = 0; i < painter.size; i++) {
        assert_true((unsigned char)painter.bytes[i] < 0x80);
    }
    ScreenModel *model = model_create(2, 10);
    (void)model_take(model, painter.bytes, painter.size);
    assert_true(model_shows(model, "A??B"));
    free(model);
    cell_grid_destroy(&shown);
    cell_grid_destroy(&wanted);
    screen_painter_clear(&painter);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_picture_turns_into_any_other),
        cmocka_unit_test(what_is_shown_already_costs_nothing),
        cmocka_unit_test(a_style_is_switched_to_once_however_scattered_its_cells_are),
        cmocka_unit_test(runs_of_blanks_are_erased_and_not_written),
        cmocka_unit_test(the_right_edge_is_drawn_straight_down_and_wraps_again_afterwards),
        cmocka_unit_test(without_utf8_only_ascii_is_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
