#include "app/screen_folders.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void the_user_s_own_folders_are_those_of_xdg(void **state)
{
    (void)state;
    static ScreenFolders folders;
    setenv("XDG_CONFIG_HOME", "/somewhere/config", 1);
    setenv("XDG_STATE_HOME", "/somewhere/state", 1);
    screen_folders_find("mine/../x", &folders);
    assert_string_equal(folders.view, "/somewhere/state/tramlab/views/mine_.._x.json");
    assert_string_equal(folders.user_themes, "/somewhere/config/tramlab/themes");
    assert_string_equal(folders.config, "/somewhere/config/tramlab/config");
    assert_string_equal(folders.history, "/somewhere/state/tramlab/history");
    const size_t size = strlen(folders.bundled_themes);
    assert_true(size > 7 && strcmp(folders.bundled_themes + size - 7, "/themes") == 0);
}

static void without_a_home_there_are_none(void **state)
{
    (void)state;
    static ScreenFolders folders;
    unsetenv("XDG_CONFIG_HOME");
    unsetenv("XDG_STATE_HOME");
    unsetenv("HOME");
    screen_folders_find("mine", &folders);
    assert_string_equal(folders.user_themes, "");
    assert_string_equal(folders.history, "");
    assert_string_equal(folders.view, "");
    assert_string_equal(folders.config, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_user_s_own_folders_are_those_of_xdg),
        cmocka_unit_test(without_a_home_there_are_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
