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

static void a_record_that_grew_behind_its_state_is_left_alone(void **state)
{
    const TinyLab *lab = *state;
    char folder[MAIN_PATH_BYTES];
    char path[MAIN_PATH_BYTES];
    MainRun run = {0};
    join_path(lab->folder, "grown", folder);
    join_path(folder, "metrics.jsonl", path);
    end_with(open_at_step_four(lab, "grown"), RUN_COMMAND_STOP, RUN_EVENT_STOPPED);
    char *text = text_of_file(path);
    FILE *file = fopen(path, "a");
    assert_non_null(file);
    fputs("{}\n", file);
    fclose(file);
    main_run(lab, (const char *[]){"run", "--resume", folder, NULL}, &run);
    expect_exit_status(&run, 1);
    expect_one_complaint(&run, "killed after it had gone on");
    main_clear(&run);
    write_text(path, text);
    free(text);
    main_run(lab, (const char *[]){"run", "--resume", folder, "--steps", "9", NULL}, &run);
    expect_exit_status(&run, 2);
    expect_one_complaint(&run, "leave --steps out");
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
        cmocka_unit_test(a_record_that_grew_behind_its_state_is_left_alone),
    };
    return cmocka_run_group_tests(tests, open_lab, close_lab);
}
