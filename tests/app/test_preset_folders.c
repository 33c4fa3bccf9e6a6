#include "app/preset_folders.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

typedef struct Folders {
    char top[64];
    char bundled[128];
    char own[128];
} Folders;

static void write_preset(const char *folder, const char *name, const char *text)
{
    char path[256];
    (void)snprintf(path, sizeof path, "%s/%s.json", folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static void remove_preset(const char *folder, const char *name)
{
    char path[256];
    (void)snprintf(path, sizeof path, "%s/%s.json", folder, name);
    (void)unlink(path);
}

static Folders make_folders(void)
{
    Folders folders;
    (void)snprintf(folders.top, sizeof folders.top, "/tmp/tramlab-presets-XXXXXX");
    assert_non_null(mkdtemp(folders.top));
    (void)snprintf(folders.bundled, sizeof folders.bundled, "%s/bundled", folders.top);
    (void)snprintf(folders.own, sizeof folders.own, "%s/presets", folders.top);
    assert_int_equal(mkdir(folders.bundled, 0755), 0);
    assert_int_equal(mkdir(folders.own, 0755), 0);
    write_preset(folders.bundled, "a", "{\"lanes\": [{\"name\": \"A\", \"method\": \"sam\"}]}");
    write_preset(folders.bundled, "b", "{\"lanes\": [{\"name\": \"B\", \"method\": \"sam\"}]}");
    write_preset(folders.own, "b", "{\"lanes\": [{\"name\": \"mine\", \"method\": \"sam\"}]}");
    write_preset(folders.own, "c", "{\"lanes\": 3}");
    return folders;
}

static void drop_folders(const Folders *folders)
{
    remove_preset(folders->bundled, "a");
    remove_preset(folders->bundled, "b");
    remove_preset(folders->own, "b");
    remove_preset(folders->own, "c");
    (void)rmdir(folders->bundled);
    (void)rmdir(folders->own);
    (void)rmdir(folders->top);
}

static void the_experiments_own_presets_hold_and_mistakes_are_told(void **unused)
{
    (void)unused;
    const Folders folders = make_folders();
    PresetList list;
    Problem problem;
    assert_int_equal(preset_folders_join(folders.bundled, folders.own, &list, &problem), STATUS_OK);
    assert_int_equal(list.count, 2);
    assert_string_equal(list.presets[0].name, "a");
    assert_string_equal(list.presets[1].lanes[0].name, "mine");
    assert_non_null(strstr(problem.text, "c.json"));
    preset_list_clear(&list);
    drop_folders(&folders);
}

static void folders_that_are_not_there_are_none(void **unused)
{
    (void)unused;
    PresetList list;
    Problem problem;
    assert_int_equal(preset_folders_join(NULL, "/nonexistent", &list, &problem), STATUS_OK);
    assert_int_equal(list.count, 0);
    assert_string_equal(problem.text, "");
    preset_list_clear(&list);
}

static void presets_are_found_beside_the_experiments_folder(void **unused)
{
    (void)unused;
    const Folders folders = make_folders();
    PresetList list;
    Problem problem;
    char experiment[192];
    bool is_found = false;
    /* Any file will do for the place; bundled ones may be there too. */
    (void)snprintf(experiment, sizeof experiment, "%s/a.json", folders.bundled);
    assert_int_equal(preset_folders_read(experiment, &list, &problem), STATUS_OK);
    for (size_t i = 0; i < list.count; i++) {
        is_found = is_found || strcmp(list.presets[i].name, "b") == 0;
    }
    assert_true(is_found);
    preset_list_clear(&list);
    assert_int_equal(preset_folders_read("/nonexistent/e.json", &list, &problem), STATUS_OK);
    preset_list_clear(&list);
    drop_folders(&folders);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_experiments_own_presets_hold_and_mistakes_are_told),
        cmocka_unit_test(folders_that_are_not_there_are_none),
        cmocka_unit_test(presets_are_found_beside_the_experiments_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
