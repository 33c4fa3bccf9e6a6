#include "app/complaint.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* complain() with stderr led into `text`. */
static int complaint_of(Status status, const char *sentence, char *text, size_t text_bytes)
{
    Problem problem = {0};
    problem_describe(&problem, status, "%s", sentence);
    FILE *file = tmpfile();
    assert_non_null(file);
    fflush(stderr);
    const int saved = dup(STDERR_FILENO);
    dup2(fileno(file), STDERR_FILENO);
    const int exit_status = complain(&problem);
    fflush(stderr);
    dup2(saved, STDERR_FILENO);
    close(saved);
    rewind(file);
    text[fread(text, 1, text_bytes - 1, file)] = '\0';
    fclose(file);
    return exit_status;
}

static void the_problem_is_one_line_on_stderr(void **state)
{
    char text[256];
    (void)state;
    complaint_of(STATUS_BAD_VALUE, "a.json:3: rho: too\nlarge\033", text, sizeof text);
    assert_string_equal(text, "tramlab: a.json:3: rho: too?large?\n");
}

static void what_the_user_wrote_is_2_and_everything_else_is_1(void **state)
{
    char text[256];
    (void)state;
    for (Status status = STATUS_OUT_OF_MEMORY; status < STATUS_COUNT; status++) {
        const bool is_the_users = status == STATUS_BAD_VALUE || status == STATUS_BAD_USAGE;
        assert_int_equal(complaint_of(status, "x", text, sizeof text), is_the_users ? 2 : 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_problem_is_one_line_on_stderr),
        cmocka_unit_test(what_the_user_wrote_is_2_and_everything_else_is_1),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
