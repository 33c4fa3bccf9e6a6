#include "app/screen_print.h"

#include "app/run_main.h"
#include "tui/fixed_state.h"

typedef struct Printed {
    const char *columns;
    const char *lines;
    const char *theme;
    char *out;
    char *err;
} Printed;

/* In a child: what it prints goes to files. */
static void print_in_child(const TinyLab *lab, Printed *printed)
{
    char out[MAIN_PATH_BYTES];
    char err[MAIN_PATH_BYTES];
    make_output_file(lab, "stdout-XXXXXX", out);
    make_output_file(lab, "stderr-XXXXXX", err);
    fflush(NULL);
    const pid_t process = fork();
    assert_true(process >= 0);
    if (process == 0) {
        FixedState fixed;
        lead_into_file(STDOUT_FILENO, out);
        lead_into_file(STDERR_FILENO, err);
        setenv("COLUMNS", printed->columns, 1);
        setenv("LINES", printed->lines, 1);
        setenv("HOME", lab->folder, 1);
        fixed_state_create(&fixed);
        fixed_state_run(&fixed);
        const ScreenWords words = {
            .theme = printed->theme, .run_directory = "runs/x", .message = "as it stands"};
        const Status status = screen_print(fixed.state, &words);
        fixed_state_destroy(&fixed);
        exit(status == STATUS_OK ? 0 : 1);
    }
    assert_int_equal(exit_status_of(process), 0);
    printed->out = text_of_file(out);
    printed->err = text_of_file(err);
}

static void clear(Printed *printed)
{
    free(printed->out);
    free(printed->err);
}

static size_t count_lines(const char *text)
{
    size_t lines = 0;
    for (; *text != '\0'; text++) {
        lines += *text == '\n' ? 1 : 0;
    }
    return lines;
}

static void a_frame_has_the_size_of_the_environment(void **state)
{
    Printed printed = {.columns = "100", .lines = "30"};
    print_in_child(*state, &printed);
    assert_int_equal(count_lines(printed.out), 30);
    expect_text(printed.out, "as it stands");
    expect_text(printed.out, ">* TRAM"); /* the lane with a trust region is in focus */
    assert_null(strchr(printed.out, '\033'));
    assert_string_equal(printed.err, "");
    clear(&printed);
}

static void a_size_that_is_none_is_80_by_24(void **state)
{
    Printed printed = {.columns = "wide", .lines = "0"};
    print_in_child(*state, &printed);
    assert_int_equal(count_lines(printed.out), 24);
    clear(&printed);
}

static void a_theme_that_is_not_there_is_told(void **state)
{
    Printed printed = {.columns = "80", .lines = "24", .theme = "mauve"};
    print_in_child(*state, &printed);
    assert_int_equal(count_lines(printed.out), 24);
    expect_text(printed.err, "mauve");
    clear(&printed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_frame_has_the_size_of_the_environment),
        cmocka_unit_test(a_size_that_is_none_is_80_by_24),
        cmocka_unit_test(a_theme_that_is_not_there_is_told),
    };
    return cmocka_run_group_tests(tests, open_lab, close_lab);
}
