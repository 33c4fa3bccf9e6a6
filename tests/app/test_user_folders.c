#include "app/user_folders.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static void the_variable_comes_before_the_home(void **unused)
{
    (void)unused;
    char path[100];
    assert_int_equal(setenv("HOME", "/home/ada", 1), 0);
    assert_int_equal(setenv("XDG_CONFIG_HOME", "/etc/ada", 1), 0);
    assert_int_equal(unsetenv("XDG_STATE_HOME"), 0);
    user_config_path("themes", path, sizeof path);
    assert_string_equal(path, "/etc/ada/tramlab/themes");
    user_state_path("history", path, sizeof path);
    assert_string_equal(path, "/home/ada/.local/state/tramlab/history");
}

static void a_relative_path_does_not_count_and_nothing_is_cut(void **unused)
{
    (void)unused;
    char path[100];
    char small[12];
    assert_int_equal(setenv("HOME", "/home/ada", 1), 0);
    assert_int_equal(setenv("XDG_CONFIG_HOME", "here", 1), 0);
    user_config_path("themes", path, sizeof path);
    assert_string_equal(path, "/home/ada/.config/tramlab/themes");
    user_config_path("themes", small, sizeof small);
    assert_string_equal(small, "");
    assert_int_equal(unsetenv("HOME"), 0);
    user_config_path("themes", path, sizeof path);
    assert_string_equal(path, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_variable_comes_before_the_home),
        cmocka_unit_test(a_relative_path_does_not_count_and_nothing_is_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
