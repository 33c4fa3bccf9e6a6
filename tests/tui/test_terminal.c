#include "tui/terminal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <termios.h>

#include "tui/pty_child.h"

/* What went wrong in the child, as its exit status. */
enum { CHILD_FINE, CHILD_NOT_OPENED, CHILD_WRONG_SIZE, CHILD_WRONG_KEY, CHILD_OTHER };

static UiKey next_key(Terminal *terminal)
{
    for (int i = 0; i < 12000; i++) {
        UiInput input;
        if (terminal_read(terminal, 0.005 * i, false, &input)) {
            return input.key;
        }
        (void)usleep(5000);
    }
    return UI_KEY_NONE;
}

static int show_twice(void *context)
{
    (void)context;
    Terminal *terminal = NULL;
    Problem problem = {0};
    CellGrid grid;
    int rows = 0;
    int columns = 0;
    if (terminal_open(&terminal, &problem) != STATUS_OK) {
        return CHILD_NOT_OPENED;
    }
    terminal_size(terminal, &rows, &columns);
    if (rows != 24 || columns != 80 || cell_grid_create(&grid, rows, columns) != STATUS_OK) {
        return CHILD_WRONG_SIZE;
    }
    cell_grid_text(&grid, 3, 5, 40, "HELLO \xE2\xA3\xBF \xE4\xBD\xA0 END", ROLE_TITLE);
    (void)terminal_show(terminal, &grid, 0, -1, false);
    (void)next_key(terminal); /* the parent has seen the first picture */
    (void)terminal_show(terminal, &grid, 0, -1, false);
    (void)next_key(terminal); /* nothing was written meanwhile */
    cell_grid_put(&grid, 3, 5, 'J', ROLE_TITLE);
    (void)terminal_show(terminal, &grid, 0, -1, false);
    (void)next_key(terminal);
    terminal_close(terminal);
    cell_grid_destroy(&grid);
    return CHILD_FINE;
}

static void only_changed_cells_are_written(void **unused)
{
    (void)unused;
    PtyChild child;
    pty_start(&child, 24, 80, NULL, show_twice, NULL);
    assert_true(pty_wait_for(&child, 0, "END"));
    assert_true(pty_wait_for_silence(&child, 200));
    assert_non_null(strstr(child.output, "HELLO \xE2\xA3\xBF \xE4\xBD\xA0"));
    assert_non_null(
        strstr(child.output, "END")); /* after a move: not every terminal draws two columns */
    assert_non_null(strstr(child.output, "\033[?2026h"));
    pty_type(&child, "x");
    assert_int_equal(pty_listen(&child, 200), 0);
    const size_t before = child.size;
    pty_type(&child, "x");
    assert_true(pty_wait_for(&child, before, "J"));
    assert_true(pty_wait_for_silence(&child, 200));
    assert_true(child.size - before < 80);
    pty_type(&child, "x");
    assert_int_equal(pty_finish(&child), CHILD_FINE);
    struct termios modes;
    assert_int_equal(tcgetattr(child.terminal, &modes), 0);
    assert_true((modes.c_lflag & ICANON) != 0 && (modes.c_lflag & ECHO) != 0);
    assert_non_null(strstr(child.output, "\033[?1049l"));
    pty_free(&child);
}

static int read_keys(void *context)
{
    (void)context;
    static const UiKey EXPECTED[] = {
        'a',        UI_KEY_UP,        UI_KEY_F1 + 4, UI_KEY_BACK_TAB, 0xE4, UI_KEY_ENTER,
        UI_KEY_TAB, UI_KEY_BACKSPACE, UI_KEY_CTRL_C, UI_KEY_CTRL_Z,   19,   UI_KEY_ESCAPE};
    Terminal *terminal = NULL;
    Problem problem = {0};
    if (terminal_open(&terminal, &problem) != STATUS_OK) {
        return CHILD_NOT_OPENED;
    }
    CellGrid grid;
    int status = cell_grid_create(&grid, 24, 80) == STATUS_OK ? CHILD_FINE : CHILD_OTHER;
    cell_grid_text(&grid, 0, 0, 20, "READY", ROLE_TEXT);
    (void)terminal_show(terminal, &grid, 0, 0, false);
    for (size_t i = 0; status == CHILD_FINE && i < sizeof EXPECTED / sizeof *EXPECTED; i++) {
        status = next_key(terminal) == EXPECTED[i] ? CHILD_FINE : 10 + (int)i;
    }
    terminal_close(terminal);
    cell_grid_destroy(&grid);
    return status;
}

static void keys_come_as_themselves(void **unused)
{
    (void)unused;
    PtyChild child;
    pty_start(&child, 24, 80, NULL, read_keys, NULL);
    assert_true(pty_wait_for(&child, 0, "READY"));
    pty_type(&child, "a\033OA\033[15~\033[Z\xC3\xA4\r\t\177\003\032\023\033");
    assert_int_equal(pty_finish(&child), CHILD_FINE);
    pty_free(&child);
}

static int expect_unusable(void *context)
{
    const char *const *named = context;
    Terminal *terminal = NULL;
    Problem problem = {0};
    const Status status = terminal_open(&terminal, &problem);
    return status == STATUS_TERMINAL_UNUSABLE && strstr(problem.text, *named) != NULL &&
                   terminal == NULL
               ? CHILD_FINE
               : CHILD_OTHER;
}

static void a_dumb_terminal_is_refused_before_anything_is_drawn(void **unused)
{
    (void)unused;
    static const char *const ENVIRONMENT[] = {"TERM", "dumb", NULL};
    const char *named = "TERM is \"dumb\"";
    PtyChild child;
    pty_start(&child, 24, 80, ENVIRONMENT, expect_unusable, &named);
    assert_int_equal(pty_finish(&child), CHILD_FINE);
    assert_int_equal(child.size, 0);
    pty_free(&child);
}

static int expect_notice(void *context)
{
    (void)context;
    Terminal *terminal = NULL;
    Problem problem = {0};
    if (terminal_open(&terminal, &problem) != STATUS_OK) {
        return CHILD_NOT_OPENED;
    }
    const bool is_told = strstr(terminal_notice(terminal), "xterm-of-tomorrow") != NULL;
    terminal_close(terminal);
    return is_told ? CHILD_FINE : CHILD_OTHER;
}

static void an_unknown_terminal_is_drawn_as_its_relative_and_told(void **unused)
{
    (void)unused;
    static const char *const ENVIRONMENT[] = {"TERM", "xterm-of-tomorrow", NULL};
    PtyChild child;
    pty_start(&child, 24, 80, ENVIRONMENT, expect_notice, NULL);
    assert_int_equal(pty_finish(&child), CHILD_FINE);
    pty_free(&child);
}

static int show_without_utf8(void *context)
{
    (void)context;
    Terminal *terminal = NULL;
    Problem problem = {0};
    CellGrid grid;
    if (terminal_open(&terminal, &problem) != STATUS_OK ||
        cell_grid_create(&grid, 24, 80) != STATUS_OK) {
        return CHILD_NOT_OPENED;
    }
    cell_grid_text(&grid, 0, 0, 20,
                   "A\xE2\xA3\xBF"
                   "B",
                   ROLE_LANE_0);
    (void)terminal_show(terminal, &grid, 0, -1, false);
    const bool is_ascii = !terminal_is_utf8(terminal) && terminal_glyphs(terminal) == GLYPH_ASCII;
    terminal_close(terminal);
    cell_grid_destroy(&grid);
    return is_ascii ? CHILD_FINE : CHILD_OTHER;
}

static void without_utf8_nothing_but_ascii_is_written(void **unused)
{
    (void)unused;
    static const char *const ENVIRONMENT[] = {"LANG", "C", "NO_COLOR", "1", NULL};
    PtyChild child;
    pty_start(&child, 24, 80, ENVIRONMENT, show_without_utf8, NULL);
    assert_int_equal(pty_finish(&child), CHILD_FINE);
    assert_non_null(strstr(child.output, "A?B"));
    for (size_t i = 0; i < child.size; i++) {
        assert_true((unsigned char)child.output[i] < 0x80);
    }
    assert_null(strstr(child.output, "38;5;"));
    pty_free(&child);
}

static void a_locale_that_is_missing_here_falls_back_to_one_with_utf8(void **unused)
{
    (void)unused;
    static const char *const ENVIRONMENT[] = {"LANG", "xx_XX.UTF-8", NULL};
    PtyChild child;
    pty_start(&child, 24, 80, ENVIRONMENT, show_without_utf8, NULL);
    assert_int_equal(pty_finish(&child), CHILD_OTHER); /* it is UTF-8 after all */
    assert_non_null(strstr(child.output, "A\xE2\xA3\xBF"
                                         "B"));
    pty_free(&child);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_changed_cells_are_written),
        cmocka_unit_test(keys_come_as_themselves),
        cmocka_unit_test(a_dumb_terminal_is_refused_before_anything_is_drawn),
        cmocka_unit_test(an_unknown_terminal_is_drawn_as_its_relative_and_told),
        cmocka_unit_test(without_utf8_nothing_but_ascii_is_written),
        cmocka_unit_test(a_locale_that_is_missing_here_falls_back_to_one_with_utf8),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
