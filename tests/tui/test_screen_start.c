/* The screen on terminals of all kinds, in all kinds of locales: charts are there, the terminal comes back as it was. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tui/lab_child.h"
#include "tui/screen_model.h"

typedef struct Place {
    const char *term;
    const char *locale;
    bool is_utf8;
    int rows;
    int columns;
    PtyChild child;
    ScreenModel *model;
    size_t modelled; /* bytes of the child's output that the model has taken */
} Place;

/* The last two are known nowhere: they are drawn as xterm-256color and as vt100. */
static const char *const TERMS[] = {"xterm-256color", "screen",          "tmux-256color", "linux",
                                    "vt100",          "xterm-nosuchone", "nosuchterminal"};
static const struct {
    const char *name;
    bool is_utf8;
} LOCALES[] = {{"C.UTF-8", true}, {"C", false}, {"xx_XX.UTF-8", true}};
enum { TERM_COUNT = 7, LOCALE_COUNT = 3, PLACE_COUNT = TERM_COUNT * LOCALE_COUNT };

static void start(Place *place)
{
    const char *environment[] = {"TERM", place->term, "LANG", place->locale, NULL};
    long step_ms = 1;
    place->model = model_create(place->rows, place->columns);
    pty_start(&place->child, place->rows, place->columns, environment, lab_child_run, &step_ms);
}

static void take_written(Place *place)
{
    place->modelled += model_take(place->model, place->child.output + place->modelled,
                                  place->child.size - place->modelled);
}

static void look_until(Place *place, const char *text)
{
    const long end = pty_now_ms() + PTY_PATIENCE_MS;
    while (!model_shows(place->model, text)) {
        if (pty_now_ms() > end || !pty_read(&place->child, 1000)) {
            fail_msg("%s, %s, %dx%d: no \"%s\"", place->term, place->locale, place->columns,
                     place->rows, text);
        }
        take_written(place);
    }
}

/* Cells that only a curve can have drawn. */
static int count_curve_cells(const ScreenModel *model, bool is_utf8)
{
    int count = 0;
    for (int row = 1; row < model->rows - 3; row++) {
        for (int column = 0; column < model->columns; column++) {
            const int32_t glyph = model->cells[row][column].glyph;
            const bool is_dots =
                (glyph > 0x2800 && glyph <= 0x28FF) || (glyph >= 0x2580 && glyph <= 0x2588);
            const bool is_mark = glyph == 'o' || glyph == 'x' || glyph == '*';
            count += is_utf8 ? is_dots : is_mark;
        }
    }
    return count;
}

static size_t most_of_a_screen(const Place *place)
{
    return place->columns <= 80 ? 4096 : place->columns <= 120 ? 6144 : 16384;
}

/* Over, it is silent; and drawn afresh it costs what a whole screen may. */
static void expect_few_bytes(Place *place)
{
    assert_true(pty_wait_for_silence(&place->child, 60));
    const size_t before = place->child.size;
    pty_type(&place->child, "\f");
    assert_true(pty_wait_for(&place->child, before, "\033[2J"));
    take_written(place); /* the old picture is gone */
    look_until(place, "DONE");
    assert_true(pty_wait_for_silence(&place->child, 60));
    const size_t repainted = place->child.size - before;
    if (repainted > most_of_a_screen(place)) {
        fail_msg("%s, %s, %dx%d: a whole screen of %zu bytes", place->term, place->locale,
                 place->columns, place->rows, repainted);
    }
    take_written(place);
    assert_true(model_shows(place->model, "DONE"));
}

static void finish(Place *place)
{
    look_until(place, "DONE");
    expect_few_bytes(place);
    const int curve = count_curve_cells(place->model, place->is_utf8);
    if (curve < place->columns / 4) {
        fail_msg("%s, %s, %dx%d: a chart with %d cells", place->term, place->locale, place->columns,
                 place->rows, curve);
    }
    for (size_t i = 0; !place->is_utf8 && i < place->child.size; i++) {
        assert_true((unsigned char)place->child.output[i] < 0x80);
    }
    assert_false(place->model->has_scrolled);
    assert_false(place->model->is_confused);
    pty_type(&place->child, "q");
    assert_int_equal(pty_finish(&place->child), 0);
    expect_terminal_restored(&place->child);
    pty_free(&place->child);
    free(place->model);
}

/* All at once: most of the time is spent waiting. */
static void start_everywhere(int rows, int columns)
{
    static Place places[PLACE_COUNT];
    memset(places, 0, sizeof places);
    for (size_t i = 0; i < PLACE_COUNT; i++) {
        places[i].term = TERMS[i % TERM_COUNT];
        places[i].locale = LOCALES[i / TERM_COUNT].name;
        places[i].is_utf8 = LOCALES[i / TERM_COUNT].is_utf8;
        places[i].rows = rows;
        places[i].columns = columns;
        start(&places[i]);
    }
    for (size_t i = 0; i < PLACE_COUNT; i++) {
        finish(&places[i]);
    }
}

static void charts_are_there_on_a_small_screen(void **unused)
{
    (void)unused;
    start_everywhere(24, 80);
}

static void charts_are_there_on_a_medium_screen(void **unused)
{
    (void)unused;
    start_everywhere(40, 120);
}

static void charts_are_there_on_a_large_screen(void **unused)
{
    (void)unused;
    start_everywhere(60, 200);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(charts_are_there_on_a_small_screen),
        cmocka_unit_test(charts_are_there_on_a_medium_screen),
        cmocka_unit_test(charts_are_there_on_a_large_screen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
