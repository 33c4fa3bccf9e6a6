/* base/test_whole_file.c -- a file is there whole, or as it was before. */
#include "base/whole_file.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/json.h"

static int make_folder(void **state)
{
    char *folder = strdup("/tmp/tramlab-whole-XXXXXX");
    *state = folder;
    return folder != NULL && mkdtemp(folder) != NULL ? 0 : -1;
}

static int remove_folder(void **state)
{
    char path[128];
    (void)snprintf(path, sizeof path, "%s/file", (const char *)*state);
    unlink(path);
    const int result = rmdir(*state); /* fails if anything was left beside the file */
    free(*state);
    return result;
}

static void expect_text(const char *path, const char *expected)
{
    char *text = NULL;
    size_t size = 0;
    Problem problem = {0};
    assert_int_equal(json_read_text(path, 1000, &text, &size, &problem), STATUS_OK);
    assert_string_equal(text, expected);
    free(text);
}

static void is_there_whole_and_replaces_an_older_one(void **state)
{
    char path[128];
    Problem problem = {0};
    (void)snprintf(path, sizeof path, "%s/file", (const char *)*state);
    assert_int_equal(whole_file_write(path, "first", &problem), STATUS_OK);
    expect_text(path, "first\n");
    assert_int_equal(whole_file_write(path, "second", &problem), STATUS_OK);
    expect_text(path, "second\n");
}

static void is_not_there_before_it_is_finished(void **state)
{
    char path[128];
    Problem problem = {0};
    WholeFile file;
    (void)snprintf(path, sizeof path, "%s/file", (const char *)*state);
    unlink(path);
    assert_int_equal(whole_file_open(path, &file, &problem), STATUS_OK);
    assert_true(fputs("half", file.stream) >= 0);
    assert_int_equal(access(path, F_OK), -1);
    assert_int_equal(whole_file_finish(&file, true, &problem), STATUS_OK);
    expect_text(path, "half");
}

static void an_incomplete_one_leaves_the_older_one_and_says_why(void **state)
{
    char path[128];
    Problem problem = {0};
    WholeFile file;
    (void)snprintf(path, sizeof path, "%s/file", (const char *)*state);
    assert_int_equal(whole_file_write(path, "old", &problem), STATUS_OK);
    assert_int_equal(whole_file_open(path, &file, &problem), STATUS_OK);
    assert_true(fputs("new", file.stream) >= 0);
    errno = ENOSPC;
    assert_int_equal(whole_file_finish(&file, false, &problem), STATUS_FILE_UNWRITABLE);
    assert_non_null(strstr(problem.text, "No space left"));
    expect_text(path, "old\n");
}

/* A size limit stands in for a full disk: write() fails in the middle. */
static void a_full_disk_leaves_the_older_one(void **state)
{
    char path[128];
    char *text = calloc(1, 100001);
    Problem problem = {0};
    struct rlimit before;
    (void)snprintf(path, sizeof path, "%s/file", (const char *)*state);
    assert_int_equal(whole_file_write(path, "old", &problem), STATUS_OK);
    memset(text, 'x', 100000);
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before);
    const struct rlimit small = {.rlim_cur = 5000, .rlim_max = before.rlim_max};
    setrlimit(RLIMIT_FSIZE, &small);
    const Status status = whole_file_write(path, text, &problem);
    setrlimit(RLIMIT_FSIZE, &before);
    assert_int_equal(status, STATUS_FILE_UNWRITABLE);
    assert_non_null(strstr(problem.text, path));
    expect_text(path, "old\n");
    free(text);
}

static void what_a_killed_writer_left_can_be_deleted(void **state)
{
    char path[256];
    char beside[264];
    snprintf(path, sizeof path, "%s/killed.json", (const char *)*state);
    snprintf(beside, sizeof beside, "%s.tmp", path);
    FILE *file = fopen(beside, "w");
    assert_non_null(file);
    assert_int_equal(fclose(file), 0);
    whole_file_forget_attempt(path);
    assert_int_not_equal(access(beside, F_OK), 0);
    whole_file_forget_attempt(path); /* nothing there: nothing to do */
}

static void a_missing_folder_is_named(void **state)
{
    (void)state;
    Problem problem = {0};
    assert_int_equal(whole_file_write("/nowhere/at/all", "x", &problem), STATUS_FILE_UNWRITABLE);
    assert_string_equal(problem.text, "/nowhere/at/all: No such file or directory");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(is_there_whole_and_replaces_an_older_one),
        cmocka_unit_test(is_not_there_before_it_is_finished),
        cmocka_unit_test(an_incomplete_one_leaves_the_older_one_and_says_why),
        cmocka_unit_test(a_full_disk_leaves_the_older_one),
        cmocka_unit_test(what_a_killed_writer_left_can_be_deleted),
        cmocka_unit_test(a_missing_folder_is_named),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
