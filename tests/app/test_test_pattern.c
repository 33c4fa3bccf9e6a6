#include "app/test_pattern.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static char *pattern(bool is_utf8)
{
    CellGrid grid = {0};
    assert_int_equal(test_pattern_draw(is_utf8, &grid), STATUS_OK);
    char *text = cell_grid_to_text(&grid);
    assert_non_null(text);
    cell_grid_destroy(&grid);
    return text;
}

static void it_has_every_glyph_level_and_lane(void **unused)
{
    (void)unused;
    char *text = pattern(true);
    assert_non_null(strstr(text, "\u2812")); /* braille */
    assert_non_null(strstr(text, "\u2580")); /* half blocks */
    assert_non_null(strstr(text, "ooo"));
    for (int lane = 1; lane <= 8; lane++) {
        char name[] = "lane 0";
        name[5] = (char)('0' + lane);
        assert_non_null(strstr(text, name));
    }
    free(text);
}

static void without_utf8_it_is_ascii(void **unused)
{
    (void)unused;
    char *text = pattern(false);
    for (const char *byte = text; *byte != '\0'; byte++) {
        assert_true((unsigned char)*byte < 0x80);
    }
    assert_non_null(strstr(text, "lane 8"));
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_has_every_glyph_level_and_lane),
        cmocka_unit_test(without_utf8_it_is_ascii),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
