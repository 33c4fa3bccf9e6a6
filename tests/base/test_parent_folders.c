#include "base/parent_folders.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static void folders_above_a_file_are_made_and_the_file_is_not(void **unused)
{
    (void)unused;
    char place[] = "/tmp/tramlab-parents-XXXXXX";
    char path[128];
    struct stat about;
    assert_non_null(mkdtemp(place));
    (void)snprintf(path, sizeof path, "%s/a/b/file", place);
    parent_folders_make(path);
    parent_folders_make(path); /* they may be there */
    assert_int_not_equal(stat(path, &about), 0);
    (void)snprintf(path, sizeof path, "%s/a/b", place);
    assert_int_equal(stat(path, &about), 0);
    assert_true(S_ISDIR(about.st_mode) && (about.st_mode & 0077) == 0);
    assert_int_equal(rmdir(path), 0);
    (void)snprintf(path, sizeof path, "%s/a", place);
    assert_int_equal(rmdir(path), 0);
    assert_int_equal(rmdir(place), 0);
}

static void without_a_path_nothing_happens(void **unused)
{
    (void)unused;
    parent_folders_make("");
    parent_folders_make("file-alone");
    assert_int_not_equal(access("file-alone", F_OK), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(folders_above_a_file_are_made_and_the_file_is_not),
        cmocka_unit_test(without_a_path_nothing_happens),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
