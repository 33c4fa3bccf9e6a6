#include "tui/terminal_query.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <termios.h>

#include "tui/pty_child.h"

static TerminalAnswer read_text(const char *text)
{
    return terminal_query_read(text, strlen(text));
}

static void answers_are_found_among_other_things(void **unused)
{
    (void)unused;
    assert_true(read_text("q\033[?2026;2$y\033[0n").knows_sync);
    assert_true(read_text("\033[?2026;2$y\033[0n").has_answered);
    assert_false(read_text("\033[?2026;0$y\033[0n").knows_sync);
    assert_false(read_text("\033[?2026;4$y").knows_sync);
    assert_false(read_text("\033[?2026;2").knows_sync);
    assert_false(read_text("\033[0").has_answered);
    assert_true(read_text("\033[0n").has_answered && !read_text("\033[0n").knows_sync);
}

/* Exit status: 1 answered, 2 knows synchronized output, 4 the terminal is as it was. */
static int ask(void *context)
{
    const int *timeout_ms = context;
    struct termios before;
    struct termios after;
    (void)tcgetattr(STDIN_FILENO, &before);
    const TerminalAnswer answer =
        terminal_query_ask(STDIN_FILENO, true, *timeout_ms, wall_clock_monotonic());
    (void)tcgetattr(STDIN_FILENO, &after);
    return (answer.has_answered ? 1 : 0) + (answer.knows_sync ? 2 : 0) +
           (before.c_lflag == after.c_lflag ? 4 : 0);
}

static void a_terminal_that_answers_is_heard_in_pieces(void **unused)
{
    (void)unused;
    int timeout_ms = 60000;
    PtyChild child;
    pty_start(&child, 24, 80, NULL, ask, &timeout_ms);
    assert_true(pty_wait_for(&child, 0, "\033[?2026$p\033[5n"));
    pty_type(&child, "\033[?2026;");
    (void)pty_listen(&child, 50);
    pty_type(&child, "1$y\033[0n");
    assert_int_equal(pty_finish(&child), 7);
    pty_free(&child);
}

static void a_silent_terminal_is_waited_for_and_left_as_it_was(void **unused)
{
    (void)unused;
    int timeout_ms = 50;
    PtyChild child;
    pty_start(&child, 24, 80, NULL, ask, &timeout_ms);
    assert_int_equal(pty_finish(&child), 4);
    pty_free(&child);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_are_found_among_other_things),
        cmocka_unit_test(a_terminal_that_answers_is_heard_in_pieces),
        cmocka_unit_test(a_silent_terminal_is_waited_for_and_left_as_it_was),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
