#include "tui/ansi_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "store/sample_picture.h"
#include "tui/fixed_state.h"
#include "tui/view_lab.h"

static char *ansi_of(const CellGrid *grid, const Theme *theme)
{
    char *text = NULL;
    size_t size = 0;
    assert_int_equal(ansi_text(grid, theme, &text, &size), STATUS_OK);
    assert_int_equal(strlen(text), size);
    return text;
}

static void changes_style_where_the_role_does(void **state)
{
    (void)state;
    CellGrid grid;
    const Theme theme = theme_default();
    assert_int_equal(cell_grid_create(&grid, 4, 12), STATUS_OK);
    cell_grid_text(&grid, 0, 0, 12, "plain", ROLE_TEXT);
    cell_grid_text(&grid, 1, 1, 12, "ab", ROLE_LANE_0);
    cell_grid_text(&grid, 1, 4, 12, "c", ROLE_LANE_0);
    cell_grid_text(&grid, 1, 6, 12, "d", ROLE_TEXT);
    cell_grid_text(&grid, 2, 0, 12, "  ", ROLE_STATUS);
    cell_grid_text(&grid, 2, 3, 12, "\xE4\xB8\xAD!", ROLE_TITLE); /* two columns wide */
    char *text = ansi_of(&grid, &theme);
    assert_string_equal(text, "plain\n"
                              " \033[0;38;5;39mab c \033[0md\n"
                              "\033[0;38;5;254;48;5;236m  \033[0m \033[0;1;38;5;255m\xE4\xB8\xAD!"
                              "\033[0m\n"
                              "\n");
    free(text);
    cell_grid_destroy(&grid);
}

static void writes_every_attribute(void **state)
{
    (void)state;
    CellGrid grid;
    Theme theme = theme_default();
    theme.roles[ROLE_KEY] = (RoleStyle){.foreground_256 = THEME_DEFAULT_COLOUR,
                                        .background_256 = 7,
                                        .is_bold = true,
                                        .is_dim = true,
                                        .is_underlined = true,
                                        .is_reverse = true};
    assert_int_equal(cell_grid_create(&grid, 1, 3), STATUS_OK);
    cell_grid_text(&grid, 0, 0, 3, "k  ", ROLE_KEY);
    char *text = ansi_of(&grid, &theme);
    assert_string_equal(text, "\033[0;1;2;4;7;48;5;7mk  \033[0m\n");
    free(text);
    cell_grid_destroy(&grid);
}

/* Take the sequences out, in place. */
static void drop_sequences(char *text)
{
    char *to = text;
    for (const char *from = text; *from != '\0';) {
        if (*from == '\033') {
            from += strcspn(from, "m") + 1;
        } else {
            *to++ = *from++;
        }
    }
    *to = '\0';
}

static void the_whole_screen_is_the_picture_with_colours(void **state)
{
    (void)state;
    FixedState fixed;
    CellGrid grid;
    const Theme theme = theme_default();
    fixed_state_create(&fixed);
    fixed_state_run(&fixed);
    fixed.view.is_utf8 = true;
    assert_int_equal(cell_grid_create(&grid, 16, 60), STATUS_OK);
    view_lab_draw(fixed.state, &fixed.view, &grid);
    char *text = ansi_of(&grid, &theme);
    expect_stored("tests/screens/lab-60x16.ansi", text, strlen(text));
    char *picture = cell_grid_to_text(&grid);
    assert_non_null(picture);
    drop_sequences(text);
    /* cell_grid_to_text cuts blanks of any style. */
    const char *line = text;
    for (char *wanted = strtok(picture, "\n"); wanted != NULL; wanted = strtok(NULL, "\n")) {
        assert_int_equal(strncmp(line, wanted, strlen(wanted)), 0);
        line += strcspn(line, "\n") + 1;
    }
    free(picture);
    free(text);
    cell_grid_destroy(&grid);
    fixed_state_destroy(&fixed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(changes_style_where_the_role_does),
        cmocka_unit_test(writes_every_attribute),
        cmocka_unit_test(the_whole_screen_is_the_picture_with_colours),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
