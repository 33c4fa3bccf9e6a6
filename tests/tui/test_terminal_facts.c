#include "tui/terminal_facts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tui/pty_child.h"

/* Prints what it found, for the parent to read. */
static int tell(void *context)
{
    (void)context;
    TerminalFacts facts;
    terminal_facts_find(&facts, wall_clock_monotonic());
    (void)printf("<%d %s %d %s %dx%d %d %d %d %d %s %d %d>\n", facts.is_terminal, facts.term,
                 facts.is_known, facts.drawn_as, facts.columns, facts.rows, facts.is_utf8,
                 facts.colours, facts.has_no_color, (int)facts.glyphs, facts.network,
                 facts.answer.has_answered, facts.answer.knows_sync);
    (void)fflush(stdout);
    return 0;
}

static void expect_facts(const char *const *environment, const char *answer, const char *wanted)
{
    PtyChild child;
    pty_start(&child, 24, 80, environment, tell, NULL);
    if (answer != NULL) {
        assert_true(pty_wait_for(&child, 0, "\033[5n"));
        pty_type(&child, answer);
    }
    assert_int_equal(pty_finish(&child), 0);
    const char *told = strchr(child.output, '<');
    assert_non_null(told);
    *strpbrk(child.output + (told - child.output), "\r\n") = '\0';
    assert_string_equal(told, wanted);
    pty_free(&child);
}

static void an_xterm_that_answers(void **unused)
{
    (void)unused;
    expect_facts(NULL, "\033[?2026;2$y\033[0n",
                 "<1 xterm-256color 1 xterm-256color 80x24 1 256 0 0  1 1>");
}

static void the_linux_console_is_not_asked_what_it_would_print(void **unused)
{
    (void)unused;
    static const char *const CONSOLE[] = {"TERM", "linux", "NO_COLOR", "1", NULL};
    expect_facts(CONSOLE, "\033[0n", "<1 linux 1 linux 80x24 1 0 1 1  1 0>");
}

static void an_unknown_one_over_ssh_without_utf8(void **unused)
{
    (void)unused;
    static const char *const UNKNOWN[] = {"TERM",           "xterm-of-tomorrow", "LANG", "C",
                                          "SSH_CONNECTION", "a b c d",           NULL};
    expect_facts(UNKNOWN, "\033[0n",
                 "<1 xterm-of-tomorrow 0 xterm-256color 80x24 0 256 0 2 SSH 1 0>");
}

static void a_dumb_one_is_not_asked(void **unused)
{
    (void)unused;
    static const char *const DUMB[] = {"TERM", "dumb", NULL};
    expect_facts(DUMB, NULL, "<1 dumb 0  80x24 1 0 0 0  0 0>");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_xterm_that_answers),
        cmocka_unit_test(the_linux_console_is_not_asked_what_it_would_print),
        cmocka_unit_test(an_unknown_one_over_ssh_without_utf8),
        cmocka_unit_test(a_dumb_one_is_not_asked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
