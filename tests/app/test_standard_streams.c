/* app/test_standard_streams.c -- what could not be printed is a failure, and a closed stream's number goes to no file of a run. */
#include "app/standard_streams.h"

#include "app/run_main.h"

static void lead_output(const char *path)
{
    const int file = open(path, O_WRONLY | O_CLOEXEC);
    if (file < 0 || dup2(file, STDOUT_FILENO) < 0) {
        _exit(99);
    }
}

static void fill_the_disk(void)
{
    lead_output("/dev/full");
}

static void close_output(void)
{
    close(STDOUT_FILENO);
}

static void close_all_three(void)
{
    close(STDIN_FILENO);
    close(STDOUT_FILENO);
    close(STDERR_FILENO);
}

/* A pipe that nobody reads any more. */
static void let_the_reader_leave(void)
{
    int ends[2];
    if (pipe(ends) != 0 || dup2(ends[1], STDOUT_FILENO) < 0) {
        _exit(99);
    }
    close(ends[0]);
    close(ends[1]);
    signal(SIGPIPE, SIG_IGN);
}

static void expect_told(const TinyLab *lab, void (*prepare)(void), const char *command,
                        const char *reason)
{
    MainRun run = {.prepare = prepare};
    main_run(lab, (const char *[]){command, NULL}, &run);
    expect_exit_status(&run, 1);
    expect_one_complaint(&run, "not all could be written to the standard output");
    expect_text(run.err, reason);
    main_clear(&run);
}

static void tables_that_are_not_printed_whole_are_a_failure(void **state)
{
    const TinyLab *lab = *state;
    expect_told(lab, fill_the_disk, "--version", "No space left on device");
    expect_told(lab, fill_the_disk, "methods", "standard output");
    expect_told(lab, close_output, "metrics", "Bad file descriptor");
}

static void a_reader_may_have_seen_enough(void **state)
{
    const TinyLab *lab = *state;
    MainRun run = {.prepare = let_the_reader_leave};
    main_run(lab, (const char *[]){"methods", NULL}, &run);
    expect_exit_status(&run, 0);
    assert_string_equal(run.err, "");
    main_clear(&run);
}

/* Each line an object: a word of the program among them would not be. */
static void expect_clean_record(const char *folder, const char *file)
{
    char *text = text_in(folder, file);
    size_t count = 0;
    for (char *line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        Json *json = NULL;
        Problem problem = {0};
        if (json_parse(line, strlen(line), file, &json, &problem) != STATUS_OK) {
            fail_msg("%s", problem.text);
        }
        json_destroy(json);
        count++;
    }
    assert_true(count > 0);
    free(text);
}

static void a_race_without_any_stream_is_recorded_all_the_same(void **state)
{
    const TinyLab *lab = *state;
    static void (*const PREPARE[])(void) = {close_all_three, fill_the_disk};
    static const char *const NAMES[] = {"closed", "full"};
    for (size_t i = 0; i < 2; i++) {
        MainRun run = {.prepare = PREPARE[i]};
        char path[MAIN_PATH_BYTES];
        char out[MAIN_PATH_BYTES];
        write_experiment(lab, "streams.json", NULL, NULL, path);
        join_path(lab->folder, NAMES[i], out);
        main_run(lab, (const char *[]){"run", path, "--plain", "--out", out, "--steps", "2", NULL},
                 &run);
        expect_exit_status(&run, 0);
        expect_clean_record(out, "metrics.jsonl");
        expect_clean_record(out, "events.jsonl");
        main_clear(&run);
    }
}

/* What is opened next must not become a standard stream. */
static void closed_streams_keep_their_numbers(void **state)
{
    (void)state;
    const pid_t process = fork();
    assert_true(process >= 0);
    if (process == 0) {
        close_all_three();
        standard_streams_hold();
        const int next = open("/dev/null", O_RDWR);
        _exit(next > STDERR_FILENO && write(STDOUT_FILENO, "x", 1) < 0 ? 0 : 1);
    }
    assert_int_equal(exit_status_of(process), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tables_that_are_not_printed_whole_are_a_failure),
        cmocka_unit_test(a_reader_may_have_seen_enough),
        cmocka_unit_test(a_race_without_any_stream_is_recorded_all_the_same),
        cmocka_unit_test(closed_streams_keep_their_numbers),
    };
    return cmocka_run_group_tests(tests, open_lab, close_lab);
}
