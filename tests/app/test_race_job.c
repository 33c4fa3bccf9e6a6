#include "app/race_job.h"

#include "app/run_main.h"

static RaceJob *open_job(const TinyLab *lab, const char *name, size_t workers)
{
    char folder[MAIN_PATH_BYTES];
    RaceJob *job = NULL;
    Problem problem = {0};
    join_path(lab->folder, name, folder);
    if (race_job_open(&lab->spec, folder, workers, &job, &problem) != STATUS_OK) {
        fail_msg("%s", problem.text);
    }
    return job;
}

static void start_job(RaceJob *job, bool is_started_paused)
{
    Problem problem = {0};
    if (race_job_start(job, is_started_paused, &problem) != STATUS_OK) {
        fail_msg("%s", problem.text);
    }
}

/* Wait for an event of that kind; reports before it are thrown away. */
static RunEvent wait_for_event(RaceJob *job, RunEventKind kind)
{
    RunReport report;
    for (int tries = 0; tries < MAIN_SECONDS_MAX * 1000; tries++) {
        while (metric_ring_pop(race_job_ring(job), &report)) {
            if (report.kind == RUN_REPORT_EVENT && report.as.event.kind == kind) {
                return report.as.event;
            }
        }
        usleep(1000);
    }
    fail_msg("no event \"%s\"", run_event_name(kind));
    return report.as.event;
}

static void a_race_runs_on_its_own_thread_and_is_recorded(void **state)
{
    const TinyLab *lab = *state;
    Problem problem = {0};
    RaceJob *job = open_job(lab, "job", 2);
    assert_int_equal(race_job_workers(job), 2);
    assert_false(race_job_has_record(job));
    start_job(job, false);
    assert_int_equal(wait_for_event(job, RUN_EVENT_FINISHED).step, 8);
    assert_int_equal(race_job_wait(job, &problem), STATUS_OK);
    assert_true(race_job_has_record(job));
    assert_int_equal(race_job_close(job, false, &problem), STATUS_OK);
    assert_true(is_there(lab->folder, "job/metrics.jsonl"));
    assert_true(is_there(lab->folder, "job/model/model.safetensors"));
}

static void no_workers_named_means_all_processors(void **state)
{
    Problem problem = {0};
    RaceJob *job = open_job(*state, "all", 0);
    assert_true(race_job_workers(job) >= 1);
    assert_int_equal(race_job_close(job, true, &problem), STATUS_OK);
}

static void it_listens_while_paused_and_stops_when_told(void **state)
{
    const TinyLab *lab = *state;
    Problem problem = {0};
    RaceJob *job = open_job(lab, "paused", 2);
    start_job(job, true);
    assert_int_equal(wait_for_event(job, RUN_EVENT_PAUSED).step, 0);
    const RunCommand step = {.kind = RUN_COMMAND_STEP, .count = 2};
    const RunCommand stop = {.kind = RUN_COMMAND_STOP};
    assert_true(command_queue_push(race_job_commands(job), &step));
    assert_int_equal(wait_for_event(job, RUN_EVENT_PAUSED).step, 2);
    assert_true(command_queue_push(race_job_commands(job), &stop));
    assert_int_equal(wait_for_event(job, RUN_EVENT_STOPPED).step, 2);
    assert_int_equal(race_job_wait(job, &problem), STATUS_OK);
    assert_int_equal(race_job_close(job, false, &problem), STATUS_OK);
    assert_true(is_there(lab->folder, "paused/model/model.safetensors"));
}

static void a_discarded_race_leaves_nothing(void **state)
{
    const TinyLab *lab = *state;
    Problem problem = {0};
    RaceJob *job = open_job(lab, "discarded", 1);
    start_job(job, false);
    assert_int_equal(race_job_wait(job, &problem), STATUS_OK);
    assert_int_equal(race_job_close(job, true, &problem), STATUS_OK);
    assert_false(is_there(lab->folder, "discarded"));
}

static void a_race_that_cannot_load_says_why_and_leaves_nothing(void **state)
{
    TinyLab lab = *(const TinyLab *)*state;
    Problem problem = {0};
    snprintf(lab.spec.data, sizeof lab.spec.data, "/nowhere/data");
    RaceJob *job = open_job(&lab, "unloadable", 1);
    start_job(job, false);
    assert_int_equal(race_job_wait(job, &problem), STATUS_FILE_UNREADABLE);
    expect_text(problem.text, "/nowhere/data");
    assert_int_equal(race_job_close(job, false, &problem), STATUS_OK);
    assert_false(is_there(lab.folder, "unloadable"));
}

static void a_folder_in_use_is_refused_and_left_alone(void **state)
{
    const TinyLab *lab = *state;
    char folder[MAIN_PATH_BYTES];
    char model[MAIN_PATH_BYTES];
    RaceJob *job = NULL;
    Problem problem = {0};
    join_path(lab->folder, "in-use", folder);
    join_path(folder, "model", model);
    assert_int_equal(mkdir(folder, 0777), 0);
    assert_int_equal(mkdir(model, 0777), 0);
    assert_int_equal(race_job_open(&lab->spec, folder, 1, &job, &problem), STATUS_FILE_UNWRITABLE);
    assert_null(job);
    expect_text(problem.text, model);
    assert_true(is_there(folder, "model"));
    assert_false(is_there(folder, "run.json"));
}

static void closing_nothing_is_allowed(void **state)
{
    Problem problem = {0};
    (void)state;
    assert_int_equal(race_job_close(NULL, false, &problem), STATUS_OK);
}

static RaceJob *open_at_step_four(const TinyLab *lab, const char *name)
{
    RaceJob *job = open_job(lab, name, 2);
    start_job(job, true);
    wait_for_event(job, RUN_EVENT_PAUSED);
    const RunCommand step = {.kind = RUN_COMMAND_STEP, .count = 4};
    const RunCommand knob = {
        .kind = RUN_COMMAND_SET_KNOB, .lane = LANE_ALL, .knob = KNOB_LEARNING_RATE, .value = 2e-3};
    assert_true(command_queue_push(race_job_commands(job), &step));
    assert_int_equal(wait_for_event(job, RUN_EVENT_PAUSED).step, 4);
    assert_true(command_queue_push(race_job_commands(job), &knob));
    wait_for_event(job, RUN_EVENT_KNOB_APPLIED);
    return job;
}

static void end_with(RaceJob *job, RunCommandKind kind, RunEventKind end)
{
    Problem problem = {0};
    const RunCommand command = {.kind = kind};
    assert_true(command_queue_push(race_job_commands(job), &command));
    wait_for_event(job, end);
    assert_int_equal(race_job_wait(job, &problem), STATUS_OK);
    assert_int_equal(race_job_close(job, false, &problem), STATUS_OK);
}

/* The whole program: the record of a run that was stopped and went on is, line by line, that of one that was not. */
static void a_stopped_run_goes_on_in_its_directory(void **state)
{
    const TinyLab *lab = *state;
    char folders[2][MAIN_PATH_BYTES];
    MainRun run = {0};
    join_path(lab->folder, "unstopped", folders[0]);
    join_path(lab->folder, "goes-on", folders[1]);
    end_with(open_at_step_four(lab, "unstopped"), RUN_COMMAND_RESUME, RUN_EVENT_FINISHED);
    assert_false(is_there(folders[0], "resume/state.json"));
    end_with(open_at_step_four(lab, "goes-on"), RUN_COMMAND_STOP, RUN_EVENT_STOPPED);
    assert_true(is_there(folders[1], "resume/state.json"));
    main_run(lab, (const char *[]){"run", "--resume", folders[1], "--workers", "1", NULL}, &run);
    expect_exit_status(&run, 0);
    expect_text(run.out, "resumed: goes on from the state saved at step 4");
    main_clear(&run);
    char *unstopped = timeless_metrics(folders[0]);
    char *resumed = timeless_metrics(folders[1]);
    assert_string_equal(unstopped, resumed);
    free(unstopped);
    free(resumed);
    assert_false(is_there(folders[1], "resume"));
    main_run(lab, (const char *[]){"run", "--resume", folders[1], NULL}, &run);
    expect_exit_status(&run, 1);
    expect_one_complaint(&run, "holds no race that was stopped");
    main_clear(&run);
}

static void a_record_that_somebody_changed_is_left_alone(void **state)
{
    const TinyLab *lab = *state;
    char folder[MAIN_PATH_BYTES];
    char path[MAIN_PATH_BYTES];
    MainRun run = {0};
    join_path(lab->folder, "changed", folder);
    join_path(folder, "metrics.jsonl", path);
    end_with(open_at_step_four(lab, "changed"), RUN_COMMAND_STOP, RUN_EVENT_STOPPED);
    char *text = text_of_file(path);
    write_text(path, "{}\n");
    main_run(lab, (const char *[]){"run", "--resume", folder, NULL}, &run);
    expect_exit_status(&run, 1);
    expect_one_complaint(&run, "was changed and cannot go on");
    main_clear(&run);
    write_text(path, text);
    free(text);
    main_run(lab, (const char *[]){"run", "--resume", folder, "--steps", "9", NULL}, &run);
    expect_exit_status(&run, 2);
    expect_one_complaint(&run, "leave --steps out");
    main_clear(&run);
}

/* -- killed ------------------------------------------------------------------------------------------------- */

/* Long enough to be killed on the way on a busy machine, and cheap: little is measured. */
enum { LONG_STEPS = 400, SAVE_STEPS = 7 };

static TinyLab long_lab(const TinyLab *lab)
{
    TinyLab longer = *lab;
    longer.spec.max_steps = LONG_STEPS;
    longer.spec.save_steps = SAVE_STEPS;
    longer.spec.eval_steps = LONG_STEPS / 2;
    longer.spec.probe_steps = LONG_STEPS / 4;
    return longer;
}

/* events.jsonl without the clock, and without the lines that tell that the run went on. */
static char *timeless_events(const char *folder)
{
    char *text = text_in(folder, "events.jsonl");
    char *to = text;
    drop_number(text, "seconds");
    for (const char *line = text; *line != '\0';) {
        const size_t length = strcspn(line, "\n") + 1;
        const char *resumed = strstr(line, "\"resumed\"");
        const char *finished = strstr(line, "\"finished\""); /* names its folder */
        if ((resumed == NULL || resumed > line + length) &&
            (finished == NULL || finished > line + length)) {
            memmove(to, line, length);
            to += length;
        }
        line += length;
    }
    *to = '\0';
    return text;
}

static void expect_same_record(const char *first, const char *second)
{
    char *metrics[2] = {timeless_metrics(first), timeless_metrics(second)};
    char *events[2] = {timeless_events(first), timeless_events(second)};
    assert_true(count_json_lines(metrics[0]) >= LONG_STEPS);
    assert_string_equal(metrics[0], metrics[1]);
    assert_string_equal(events[0], events[1]);
    for (int i = 0; i < 2; i++) {
        free(metrics[i]);
        free(events[i]);
    }
}

/* In a child: a race with a knob turned at step 4 that goes on, alone, until it is killed. */
static pid_t start_changed_race(const TinyLab *lab, const char *name)
{
    fflush(NULL);
    const pid_t process = fork();
    assert_true(process >= 0);
    if (process == 0) {
        const RunCommand resume = {.kind = RUN_COMMAND_RESUME};
        RaceJob *job = open_at_step_four(lab, name);
        command_queue_push(race_job_commands(job), &resume);
        sleep(MAIN_SECONDS_MAX);
        _exit(0);
    }
    return process;
}

static void kill_at_line(pid_t process, const char *folder, size_t lines)
{
    int status = 0;
    wait_for_lines(folder, "metrics.jsonl", lines);
    assert_int_equal(kill(process, SIGKILL), 0);
    assert_int_equal(waitpid(process, &status, 0), process);
    assert_true(WIFSIGNALED(status));
}

/* kill -9, twice on the way; the first time soon after a knob was turned by hand, before any step at which a save is due. */
static void a_killed_run_goes_on_to_the_bit_from_its_last_save(void **state)
{
    const TinyLab lab = long_lab(*state);
    char folders[2][MAIN_PATH_BYTES];
    MainRun run = {0};
    join_path(lab.folder, "unbroken", folders[0]);
    join_path(lab.folder, "killed", folders[1]);
    end_with(open_at_step_four(&lab, "unbroken"), RUN_COMMAND_RESUME, RUN_EVENT_FINISHED);
    kill_at_line(start_changed_race(&lab, "killed"), folders[1], 3 * 6 + 3);
    assert_true(is_there(folders[1], "resume/state.json"));
    main_start(&lab, (const char *[]){"run", "--resume", folders[1], NULL}, &run);
    kill_at_line(run.process, folders[1], 3 * 100);
    unlink(run.out_path);
    unlink(run.err_path);
    main_run(&lab, (const char *[]){"run", "--resume", folders[1], NULL}, &run);
    expect_exit_status(&run, 0);
    expect_text(run.out, "resumed: goes on from the state saved at step ");
    main_clear(&run);
    expect_same_record(folders[0], folders[1]);
    assert_false(is_there(folders[1], "resume"));
}

/* A change after the last save, as where saving takes long: told, not passed over in silence. */
static void a_change_that_was_not_saved_in_time_is_told(void **state)
{
    const TinyLab lab = long_lab(*state);
    char folder[MAIN_PATH_BYTES];
    char path[MAIN_PATH_BYTES];
    MainRun run = {0};
    join_path(lab.folder, "unsaved-change", folder);
    kill_at_line(start_changed_race(&lab, "unsaved-change"), folder, 3 * 20);
    join_path(folder, "events.jsonl", path);
    FILE *file = fopen(path, "a");
    assert_non_null(file);
    fputs("{\"step\":99,\"seconds\":1,\"event\":\"knob_applied\",\"lane\":\"SAM\","
          "\"knob\":\"rho\",\"value\":1,\"old_value\":2}\n",
          file);
    assert_int_equal(fclose(file), 0);
    main_run(&lab, (const char *[]){"run", "--resume", folder, NULL}, &run);
    expect_exit_status(&run, 0);
    expect_text(run.out, "1 change made by hand after this step was lost; make it again");
    main_clear(&run);
}

static void without_save_steps_a_killed_run_holds_nothing_to_go_on_from(void **state)
{
    TinyLab lab = long_lab(*state);
    char folder[MAIN_PATH_BYTES];
    MainRun run = {0};
    lab.spec.save_steps = 0;
    join_path(lab.folder, "unsaved", folder);
    kill_at_line(start_changed_race(&lab, "unsaved"), folder, 3 * 20);
    main_run(&lab, (const char *[]){"run", "--resume", folder, NULL}, &run);
    expect_exit_status(&run, 1);
    expect_one_complaint(&run, "holds no race that was stopped, or saved on the way");
    main_clear(&run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_race_runs_on_its_own_thread_and_is_recorded),
        cmocka_unit_test(no_workers_named_means_all_processors),
        cmocka_unit_test(it_listens_while_paused_and_stops_when_told),
        cmocka_unit_test(a_discarded_race_leaves_nothing),
        cmocka_unit_test(a_race_that_cannot_load_says_why_and_leaves_nothing),
        cmocka_unit_test(a_folder_in_use_is_refused_and_left_alone),
        cmocka_unit_test(closing_nothing_is_allowed),
        cmocka_unit_test(a_stopped_run_goes_on_in_its_directory),
        cmocka_unit_test(a_record_that_somebody_changed_is_left_alone),
        cmocka_unit_test(a_killed_run_goes_on_to_the_bit_from_its_last_save),
        cmocka_unit_test(a_change_that_was_not_saved_in_time_is_told),
        cmocka_unit_test(without_save_steps_a_killed_run_holds_nothing_to_go_on_from),
    };
    return cmocka_run_group_tests(tests, open_lab, close_lab);
}
