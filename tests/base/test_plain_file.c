/* base/test_plain_file.c -- a file opens; what is none is named, and not waited for. */
#include "base/plain_file.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static void a_file_opens_at_its_beginning(void **state)
{
    (void)state;
    char path[] = "/tmp/tramlab-test-XXXXXX";
    char line[16];
    FILE *file = NULL;
    const int descriptor = mkstemp(path);
    assert_int_equal(write(descriptor, "first\n", 6), 6);
    close(descriptor);
    assert_int_equal(plain_file_open(path, &file, NULL), STATUS_OK);
    assert_non_null(fgets(line, sizeof line, file));
    assert_string_equal(line, "first\n");
    fclose(file);
    unlink(path);
}

static void expect_refused(const char *path, const char *wanted)
{
    Problem problem = {0};
    FILE *file = NULL;
    char sentence[128];
    (void)snprintf(sentence, sizeof sentence, "%s %s", path, wanted);
    assert_int_equal(plain_file_open(path, &file, &problem), STATUS_FILE_UNREADABLE);
    assert_null(file);
    assert_string_equal(problem.text, sentence);
}

static void what_is_no_file_is_named(void **state)
{
    (void)state;
    char path[] = "/tmp/tramlab-test-XXXXXX";
    assert_non_null(mkdtemp(path));
    expect_refused(path, "is not a file");
    assert_int_equal(rmdir(path), 0);
    expect_refused(path, "cannot be read: No such file or directory");
    assert_int_equal(errno, ENOENT);
    expect_refused("/dev/zero", "is not a file");
    assert_int_equal(mkfifo(path, 0600), 0);
    alarm(10); /* waiting for a writer would end the test */
    expect_refused(path, "is not a file");
    alarm(0);
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_opens_at_its_beginning),
        cmocka_unit_test(what_is_no_file_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
