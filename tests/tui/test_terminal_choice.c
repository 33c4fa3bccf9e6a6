#include "tui/terminal_choice.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void dumb_terminals_are_left_to_plain_text(void **unused)
{
    (void)unused;
    assert_true(terminal_choice_is_dumb(NULL));
    assert_true(terminal_choice_is_dumb(""));
    assert_true(terminal_choice_is_dumb("dumb"));
    assert_false(terminal_choice_is_dumb("xterm"));
}

static void unknown_terminals_get_a_near_relative(void **unused)
{
    (void)unused;
    assert_string_equal(terminal_choice_fallback(&(TerminalEnvironment){.term = "xterm-kitty"}),
                        "xterm-256color");
    assert_string_equal(terminal_choice_fallback(&(TerminalEnvironment){.term = "foot-extra"}),
                        "xterm-256color");
    assert_string_equal(
        terminal_choice_fallback(&(TerminalEnvironment){.term = "odd", .colorterm = "truecolor"}),
        "xterm-256color");
    assert_string_equal(terminal_choice_fallback(&(TerminalEnvironment){.term = "odd"}), "vt100");
    assert_string_equal(terminal_choice_fallback(&(TerminalEnvironment){0}), "vt100");
}

static void glyphs_follow_the_locale_and_the_console(void **unused)
{
    (void)unused;
    assert_int_equal(terminal_choice_glyphs("xterm", true), GLYPH_BRAILLE);
    assert_int_equal(terminal_choice_glyphs("linux", true), GLYPH_BLOCK);
    assert_int_equal(terminal_choice_glyphs("xterm", false), GLYPH_ASCII);
}

static void no_color_means_no_colour_and_empty_means_unset(void **unused)
{
    (void)unused;
    assert_int_equal(terminal_choice_colours(&(TerminalEnvironment){.no_color = "1"}, 256), 0);
    assert_int_equal(terminal_choice_colours(&(TerminalEnvironment){.no_color = ""}, 256), 256);
    assert_int_equal(terminal_choice_colours(&(TerminalEnvironment){0}, 88), 16);
    assert_int_equal(terminal_choice_colours(&(TerminalEnvironment){0}, 8), 8);
    assert_int_equal(terminal_choice_colours(&(TerminalEnvironment){0}, 4), 0);
    assert_int_equal(terminal_choice_colours(&(TerminalEnvironment){0}, -1), 0);
}

static void a_wish_for_colours_goes_before_everything(void **unused)
{
    (void)unused;
    const TerminalEnvironment wish = {.no_color = "1", .color = "16"};
    int colours = 0;
    assert_int_equal(terminal_choice_colours(&wish, 256), 16);
    assert_int_equal(terminal_choice_colours(&(TerminalEnvironment){.color = "never"}, 256), 0);
    assert_int_equal(terminal_choice_colours(&(TerminalEnvironment){.color = "256"}, -1), 256);
    assert_int_equal(
        terminal_choice_colours(&(TerminalEnvironment){.color = "auto", .no_color = "1"}, 256), 0);
    assert_int_equal(terminal_choice_colours(&(TerminalEnvironment){.color = "pink"}, 8), 8);
    assert_false(terminal_choice_color_wish("truecolor", &colours));
}

static void a_network_gets_half_the_frames(void **unused)
{
    (void)unused;
    assert_int_equal(terminal_choice_frames_a_second(&(TerminalEnvironment){0}), 10);
    assert_int_equal(terminal_choice_frames_a_second(
                         &(TerminalEnvironment){.ssh_connection = "10.0.0.1 1 10.0.0.2 22"}),
                     5);
    assert_int_equal(terminal_choice_frames_a_second(&(TerminalEnvironment){.mosh = "1"}), 5);
}

static void the_environment_tells_of_a_network(void **unused)
{
    (void)unused;
    assert_int_equal(setenv("SSH_CONNECTION", "", 1) | setenv("SSH_TTY", "/dev/pts/3", 1), 0);
    const TerminalEnvironment environment = terminal_choice_environment();
    assert_string_equal(environment.ssh_connection, "/dev/pts/3");
    assert_true(terminal_choice_is_remote(&environment));
    assert_int_equal(unsetenv("SSH_TTY"), 0);
}

static void the_console_gets_nothing_that_it_would_print(void **unused)
{
    (void)unused;
    assert_true(terminal_choice_manners("xterm-256color").has_sync);
    assert_true(terminal_choice_manners("screen").has_title);
    assert_false(terminal_choice_manners("linux").has_title);
    assert_false(terminal_choice_manners("vt100").has_sync);
}

static void terminals_within_terminals_can_do_what_terminfo_leaves_out(void **unused)
{
    (void)unused;
    assert_true(terminal_choice_manners("screen").can_stop_at_edge);
    assert_true(terminal_choice_manners("tmux-256color").can_stop_at_edge);
    assert_false(terminal_choice_manners("odd").can_stop_at_edge); /* terminfo is believed */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dumb_terminals_are_left_to_plain_text),
        cmocka_unit_test(unknown_terminals_get_a_near_relative),
        cmocka_unit_test(glyphs_follow_the_locale_and_the_console),
        cmocka_unit_test(a_wish_for_colours_goes_before_everything),
        cmocka_unit_test(no_color_means_no_colour_and_empty_means_unset),
        cmocka_unit_test(a_network_gets_half_the_frames),
        cmocka_unit_test(the_environment_tells_of_a_network),
        cmocka_unit_test(the_console_gets_nothing_that_it_would_print),
        cmocka_unit_test(terminals_within_terminals_can_do_what_terminfo_leaves_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
