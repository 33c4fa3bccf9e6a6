#include "app/once_command.h"

#include "app/run_main.h"

static void be_wide(void)
{
    setenv("LANG", "C.UTF-8", 1);
    unsetenv("LC_ALL");
    setenv("COLUMNS", "120", 1);
    setenv("LINES", "40", 1);
}

static void be_plain(void)
{
    setenv("LC_ALL", "C", 1);
    setenv("COLUMNS", "many", 1); /* no size: 80x24 it is */
    unsetenv("LINES");
}

static size_t longest_line(const char *text, size_t *lines)
{
    size_t longest = 0;
    for (*lines = 0; *text != '\0'; ++*lines) {
        const size_t length = strcspn(text, "\n");
        longest = length > longest ? length : longest;
        text += length + (text[length] == '\n');
    }
    return longest;
}

static void the_screen_of_a_short_race_is_printed_and_nothing_stays(void **state)
{
    const TinyLab *lab = *state;
    char path[MAIN_PATH_BYTES];
    MainRun run = {.prepare = be_plain};
    size_t lines = 0;
    write_experiment(lab, "once.json", NULL, NULL, path);
    main_run(lab, (const char *[]){"--once", path, "--steps", "3", NULL}, &run);
    expect_exit_status(&run, 0);
    expect_text(run.out, "DONE | step 3/3 100%");
    expect_text(run.out, "TRAM");
    assert_null(strchr(run.out, '\033'));
    assert_true(longest_line(run.out, &lines) <= 80);
    assert_int_equal(lines, 24);
    main_clear(&run);
}

static void size_and_record_are_as_asked_for(void **state)
{
    const TinyLab *lab = *state;
    char path[MAIN_PATH_BYTES];
    char folder[MAIN_PATH_BYTES];
    MainRun run = {.prepare = be_wide};
    size_t lines = 0;
    write_experiment(lab, "once-wide.json", NULL, NULL, path);
    join_path(lab->folder, "once-run", folder);
    main_run(lab, (const char *[]){path, "--once", "--out", folder, NULL}, &run);
    expect_exit_status(&run, 0);
    (void)longest_line(run.out, &lines);
    assert_int_equal(lines, 40);
    expect_text(run.out, "\u2501"); /* a frame, as the locale is UTF-8 */
    assert_true(is_there(folder, "metrics.jsonl"));
    main_clear(&run);
}

static void a_theme_that_is_not_there_is_told_and_the_screen_comes(void **state)
{
    const TinyLab *lab = *state;
    char path[MAIN_PATH_BYTES];
    MainRun run = {.prepare = be_plain};
    write_experiment(lab, "once-theme.json", NULL, NULL, path);
    main_run(lab, (const char *[]){"--once", path, "--steps", "1", "--theme", "mauve", NULL}, &run);
    expect_exit_status(&run, 0);
    expect_text(run.err, "no theme \"mauve\"");
    expect_text(run.out, "DONE");
    main_clear(&run);
}

static void a_race_that_cannot_load_is_one_complaint(void **state)
{
    const TinyLab *lab = *state;
    char path[MAIN_PATH_BYTES];
    MainRun run = {0};
    write_experiment(lab, "once-no-data.json", "/data\"", "/dada\"", path);
    main_run(lab, (const char *[]){"--once", path, NULL}, &run);
    expect_exit_status(&run, 1);
    expect_one_complaint(&run, "dada");
    main_clear(&run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_screen_of_a_short_race_is_printed_and_nothing_stays),
        cmocka_unit_test(size_and_record_are_as_asked_for),
        cmocka_unit_test(a_theme_that_is_not_there_is_told_and_the_screen_comes),
        cmocka_unit_test(a_race_that_cannot_load_is_one_complaint),
    };
    return cmocka_run_group_tests(tests, open_lab, close_lab);
}
