#include "tui/wrapped_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"

static const char *expect_line(const char *text, int columns, const char *line)
{
    const char *next = NULL;
    const size_t bytes = wrapped_text_line(text, columns, &next);
    assert_int_equal(bytes, strlen(line));
    assert_memory_equal(text, line, bytes);
    return next;
}

static void lines_end_at_spaces_and_line_ends(void **state)
{
    (void)state;
    const char *text = "seeks flat minima\nand more";
    text = expect_line(text, 11, "seeks flat");
    text = expect_line(text, 11, "minima");
    text = expect_line(text, 11, "and more");
    assert_string_equal(text, "");
    (void)expect_line("", 5, "");
    (void)expect_line("whole", 5, "whole");
    (void)expect_line("one two", 3, "one");
}

static void a_word_that_is_too_long_is_cut(void **state)
{
    (void)state;
    const char *text = expect_line("abcdefgh ij", 3, "abc");
    text = expect_line(text, 3, "def");
    text = expect_line(text, 3, "gh");
    assert_string_equal(text, "ij");
}

static void every_line_fits_and_the_text_always_ends(void **state)
{
    (void)state;
    static const char TEXT[] =
        " a  bc \xCE\xB8 \xE6\xBC\xA2\xE5\xAD\x97\xFF\n\n  xyzzy plugh-plover ";
    for (int columns = 1; columns < 40; columns++) {
        const char *text = TEXT;
        int lines = 0;
        while (*text != '\0') {
            const char *next = NULL;
            char line[64];
            const size_t bytes = wrapped_text_line(text, columns, &next);
            assert_true(next > text && next <= TEXT + sizeof TEXT - 1);
            memcpy(line, text, bytes);
            line[bytes] = '\0';
            assert_true(text_columns(line) <= columns || columns == 1);
            text = next;
            lines++;
            assert_true(lines < 64);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_end_at_spaces_and_line_ends),
        cmocka_unit_test(a_word_that_is_too_long_is_cut),
        cmocka_unit_test(every_line_fits_and_the_text_always_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
