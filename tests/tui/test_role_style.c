#include "tui/role_style.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void expect_sequence(RoleStyle style, int colours, const char *wanted)
{
    char sequence[ROLE_STYLE_BYTES];
    role_style_sequence(&style, colours, sequence);
    assert_string_equal(sequence, wanted);
}

static const RoleStyle PLAIN = {THEME_DEFAULT_COLOUR,
                                THEME_DEFAULT_COLOUR,
                                THEME_DEFAULT_COLOUR,
                                THEME_DEFAULT_COLOUR,
                                false,
                                false,
                                false,
                                false};
static const RoleStyle LOUD = {214, 24, 11, 12, true, true, true, true};

static void a_plain_style_only_resets(void **unused)
{
    (void)unused;
    expect_sequence(PLAIN, 256, "\033[m");
    expect_sequence(PLAIN, 8, "\033[m");
    expect_sequence(PLAIN, 0, "\033[m");
    assert_true(role_style_is_plain(&PLAIN, 256));
}

static void every_attribute_and_both_colours_come_in_one_sequence(void **unused)
{
    (void)unused;
    expect_sequence(LOUD, 256, "\033[;1;2;4;7;38;5;214;48;5;24m");
    expect_sequence(LOUD, 16, "\033[;1;2;4;7;93;104m");
    expect_sequence(LOUD, 0, "\033[;1;2;4;7m");
    assert_false(role_style_is_plain(&LOUD, 0));
}

static void bright_colours_are_bold_ones_of_eight(void **unused)
{
    (void)unused;
    RoleStyle style = PLAIN;
    style.foreground_16 = 11;
    expect_sequence(style, 8, "\033[;1;33m");
    style.foreground_16 = 3;
    style.background_16 = 12;
    expect_sequence(style, 8, "\033[;33;44m");
    assert_false(role_style_is_plain(&style, 8));
    assert_true(role_style_is_plain(&style, 256));
}

static void low_numbers_of_256_are_the_terminals_own_colours(void **unused)
{
    (void)unused;
    RoleStyle style = PLAIN;
    style.foreground_256 = 4;
    style.background_256 = 15;
    expect_sequence(style, 256, "\033[;34;107m");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_plain_style_only_resets),
        cmocka_unit_test(every_attribute_and_both_colours_come_in_one_sequence),
        cmocka_unit_test(bright_colours_are_bold_ones_of_eight),
        cmocka_unit_test(low_numbers_of_256_are_the_terminals_own_colours),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
