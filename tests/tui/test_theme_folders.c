#include "tui/theme_folders.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static char *make_folder(void)
{
    char *folder = strdup("/tmp/tramlab-themes-XXXXXX");
    assert_non_null(mkdtemp(folder));
    return folder;
}

static void write_theme(const char *folder, const char *name, const char *text)
{
    char path[200];
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static void remove_all(char *folder, const char *const *names)
{
    for (; *names != NULL; names++) {
        char path[200];
        (void)snprintf(path, sizeof path, "%s/%s", folder, *names);
        assert_int_equal(unlink(path), 0);
    }
    assert_int_equal(rmdir(folder), 0);
    free(folder);
}

static void own_themes_come_after_the_bundled_ones_by_name(void **unused)
{
    (void)unused;
    static const char *const FILES[] = {"zebra.theme", "aster.theme", "light.theme", "notes.txt",
                                        "b c.theme",   ".theme",      NULL};
    char *folder = make_folder();
    for (size_t i = 0; FILES[i] != NULL; i++) {
        write_theme(folder, FILES[i], "text = 7\n");
    }
    const char *const folders[] = {folder, "/nowhere", NULL};
    ThemeList list;
    theme_folders_list(folders, &list);
    assert_int_equal(list.count, 8);
    assert_string_equal(list.pointers[0], "default");
    assert_string_equal(list.pointers[5], "console");
    assert_string_equal(list.pointers[6], "aster");
    assert_string_equal(list.pointers[7], "zebra");
    assert_null(list.pointers[8]);
    remove_all(folder, FILES);
}

static void the_users_folder_comes_first(void **unused)
{
    (void)unused;
    static const char *const FILES[] = {"light.theme", "broken.theme", NULL};
    char *folder = make_folder();
    write_theme(folder, "light.theme", "text = 42\n");
    write_theme(folder, "broken.theme", "text = mauve\n");
    const char *const folders[] = {folder, "themes", NULL};
    Theme theme = theme_default();
    Problem problem = {0};
    assert_int_equal(theme_folders_load(folders, "light", &theme, &problem), STATUS_OK);
    assert_int_equal(theme.roles[ROLE_TEXT].foreground_256, 42);
    assert_int_equal(theme_folders_load(folders, "broken", &theme, &problem), STATUS_BAD_FORMAT);
    assert_non_null(strstr(problem.text, "broken.theme:1: expected a colour"));
    assert_int_equal(theme.roles[ROLE_TEXT].foreground_256, 42);
    assert_int_equal(theme_folders_load(folders, "nosuch", &theme, &problem),
                     STATUS_FILE_UNREADABLE);
    assert_non_null(strstr(problem.text,
                           "no theme \"nosuch\"; there are default, light, mono, colour-blind, "
                           "high-contrast, console, broken, or a path"));
    remove_all(folder, FILES);
}

static void every_bundled_theme_is_there_and_without_mistake(void **unused)
{
    (void)unused;
    static const char *const FOLDERS[] = {"themes", NULL};
    ThemeList list;
    theme_folders_list(FOLDERS, &list);
    assert_int_equal(list.count, 6);
    for (size_t i = 0; i < list.count; i++) {
        Theme theme;
        Problem problem = {0};
        char path[100];
        if (theme_folders_load(FOLDERS, list.names[i], &theme, &problem) != STATUS_OK) {
            fail_msg("%s", problem.text);
        }
        (void)snprintf(path, sizeof path, "themes/%s.theme", list.names[i]);
        assert_int_equal(access(path, R_OK), 0);
        assert_string_equal(theme.name, list.names[i]);
    }
}

static void default_needs_no_file(void **unused)
{
    (void)unused;
    static const char *const NONE[] = {NULL};
    Theme theme;
    Problem problem = {0};
    assert_int_equal(theme_folders_load(NONE, "default", &theme, &problem), STATUS_OK);
    assert_string_equal(theme.name, "default");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(own_themes_come_after_the_bundled_ones_by_name),
        cmocka_unit_test(the_users_folder_comes_first),
        cmocka_unit_test(every_bundled_theme_is_there_and_without_mistake),
        cmocka_unit_test(default_needs_no_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
