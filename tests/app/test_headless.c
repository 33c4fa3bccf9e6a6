#include "app/run_main.h"

#include "app/headless.h"

#include <sys/mount.h>
#include <sys/resource.h>

/* `tramlab run` of the tiny experiment (or a changed one) into folder/run_name. */
static void run_into(const TinyLab *lab, const char *experiment, const char *run_name,
                     const char *const *more, MainRun *run)
{
    char out[MAIN_PATH_BYTES];
    const char *words[16] = {"run", experiment, "--plain", "--out", out, "--workers", "1"};
    join_path(lab->folder, run_name, out);
    for (size_t i = 0; more != NULL && more[i] != NULL; i++) {
        words[7 + i] = more[i];
    }
    main_run(lab, words, run);
}

/* ---- what a run writes and says */

static void a_run_leaves_its_whole_record_and_prints_the_table(void **state)
{
    const TinyLab *lab = *state;
    MainRun run = {0};
    char path[MAIN_PATH_BYTES];
    char folder[MAIN_PATH_BYTES];
    write_experiment(lab, "whole.json", NULL, NULL, path);
    run_into(lab, path, "whole", NULL, &run);
    join_path(lab->folder, "whole", folder);
    expect_exit_status(&run, 0);
    assert_string_equal(run.err, "");
    static const char *const COLUMNS[] = {"lane",  "method", "ID ppl", "ZS ppl",
                                          "KL ID", "passes", "seconds"};
    for (size_t i = 0; i < sizeof COLUMNS / sizeof *COLUMNS; i++) {
        expect_text(run.out, COLUMNS[i]);
    }
    expect_text(run.out, "\nAdamW        adamw ");
    expect_text(run.out, "\nTRAM         tram-prev ");
    static const char *const FILES[] = {"run.json",
                                        "metrics.jsonl",
                                        "events.jsonl",
                                        "model/config.json",
                                        "model/model.safetensors",
                                        "model/tokenizer.json",
                                        "model/TRAM/model.safetensors"};
    for (size_t i = 0; i < sizeof FILES / sizeof *FILES; i++) {
        if (!is_there(folder, FILES[i])) {
            fail_msg("%s is missing", FILES[i]);
        }
    }
    char *metrics = text_in(folder, "metrics.jsonl");
    char *events = text_in(folder, "events.jsonl");
    assert_int_equal(count_json_lines(metrics), 3 * (1 + 8 + 1)); /* theta_0, 8 steps, the end */
    expect_text(events, "\"event\":\"finished\"");
    count_json_lines(events);
    free(metrics);
    free(events);
    main_clear(&run);
}

/* The value of a lane's metric in the last line that has both. */
static double last_value(const char *folder, const char *lane, const char *metric)
{
    char lane_mark[100];
    char *metrics = text_in(folder, "metrics.jsonl");
    double value = NAN;
    snprintf(lane_mark, sizeof lane_mark, "\"lane\":\"%s\"", lane);
    for (char *line = metrics; *line != '\0';) {
        char *end = strchr(line, '\n');
        assert_non_null(end);
        *end = '\0';
        Json *json = NULL;
        if (strstr(line, lane_mark) != NULL) {
            assert_int_equal(json_parse(line, strlen(line), "line", &json, NULL), STATUS_OK);
            const Json *found = json_member(json, metric);
            value = found == NULL ? value : json_number(found);
            json_destroy(json);
        }
        line = end + 1;
    }
    free(metrics);
    return value;
}

static void the_table_shows_what_metrics_jsonl_holds(void **state)
{
    const TinyLab *lab = *state;
    MainRun run = {0};
    char path[MAIN_PATH_BYTES];
    char folder[MAIN_PATH_BYTES];
    write_experiment(lab, "table.json", NULL, NULL, path);
    run_into(lab, path, "table", NULL, &run);
    join_path(lab->folder, "table", folder);
    expect_exit_status(&run, 0);
    const char *row = strstr(run.out, "\nSAM          sam");
    assert_non_null(row);
    double id = 0.0;
    double zero_shot = 0.0;
    double passes = 0.0;
    assert_int_equal(sscanf(row, " SAM sam %lf %*f %lf %*s %*s %lf", &id, &zero_shot, &passes), 3);
    assert_true(fabs(id / last_value(folder, "SAM", "final_perplexity") - 1.0) < 1e-3);
    assert_true(fabs(zero_shot / last_value(folder, "SAM", "final_zero_shot_perplexity") - 1.0) <
                1e-3);
    assert_true(passes == last_value(folder, "SAM", "passes"));
    assert_true(passes == 8 * 6); /* two forward, two backward passes a step */
    main_clear(&run);
}

static void the_number_of_workers_does_not_change_a_bit(void **state)
{
    const TinyLab *lab = *state;
    char path[MAIN_PATH_BYTES];
    char *metrics[2];
    static const char *const NAMES[] = {"one-worker", "three-workers"};
    static const char *const WORKERS[] = {"1", "3"};
    write_experiment(lab, "workers.json", NULL, NULL, path);
    for (size_t i = 0; i < 2; i++) {
        MainRun run = {0};
        char folder[MAIN_PATH_BYTES];
        run_into(lab, path, NAMES[i], (const char *[]){"--workers", WORKERS[i], NULL}, &run);
        join_path(lab->folder, NAMES[i], folder);
        expect_exit_status(&run, 0);
        metrics[i] = timeless_metrics(folder);
        main_clear(&run);
    }
    assert_string_equal(metrics[0], metrics[1]);
    free(metrics[0]);
    free(metrics[1]);
}

static void another_seed_is_another_race(void **state)
{
    const TinyLab *lab = *state;
    char path[MAIN_PATH_BYTES];
    char *metrics[2];
    static const char *const SEEDS[] = {"3", "4"};
    write_experiment(lab, "seeds.json", NULL, NULL, path);
    for (size_t i = 0; i < 2; i++) {
        MainRun run = {0};
        char name[32];
        char folder[MAIN_PATH_BYTES];
        snprintf(name, sizeof name, "seed-%s", SEEDS[i]);
        run_into(lab, path, name, (const char *[]){"--seed", SEEDS[i], NULL}, &run);
        join_path(lab->folder, name, folder);
        expect_exit_status(&run, 0);
        metrics[i] = timeless_metrics(folder);
        main_clear(&run);
    }
    assert_string_not_equal(metrics[0], metrics[1]);
    free(metrics[0]);
    free(metrics[1]);
}

static void steps_seed_and_set_reach_the_race_and_its_record(void **state)
{
    const TinyLab *lab = *state;
    MainRun run = {0};
    char path[MAIN_PATH_BYTES];
    char folder[MAIN_PATH_BYTES];
    write_experiment(lab, "options.json", NULL, NULL, path);
    run_into(lab, path, "options",
             (const char *[]){"--steps", "5", "--seed=11", "--set", "lanes.TRAM.scale=7",
                              "--set=learning_rate=0.003", NULL},
             &run);
    join_path(lab->folder, "options", folder);
    expect_exit_status(&run, 0);
    expect_text(run.out, "5 steps, seed 11, 1 worker\n");
    char *text = text_in(folder, "run.json");
    Json *json = NULL;
    assert_int_equal(json_parse(text, strlen(text), "run.json", &json, NULL), STATUS_OK);
    const Json *experiment = json_member(json, "experiment");
    const Json *tram = json_next(json_next(json_first(json_member(experiment, "lanes"))));
    assert_true(json_number(json_member(json, "seed")) == 11.0);
    assert_true(json_number(json_member(experiment, "max_steps")) == 5.0);
    assert_true(json_number(json_member(experiment, "learning_rate")) == 0.003);
    assert_true(json_number(json_member(tram, "scale")) == 7.0);
    assert_true(last_value(folder, "TRAM", "step") == 5.0);
    json_destroy(json);
    free(text);
    main_clear(&run);
}

static void pretraining_is_the_same_race(void **state)
{
    const TinyLab *lab = *state;
    MainRun run = {0};
    char path[MAIN_PATH_BYTES];
    char out[MAIN_PATH_BYTES];
    write_experiment(lab, "pretrain.json", NULL, NULL, path);
    join_path(lab->folder, "pretrained", out);
    main_run(lab, (const char *[]){"pretrain", path, "--out", out, NULL}, &run);
    expect_exit_status(&run, 0);
    assert_true(is_there(out, "model/model.safetensors"));
    main_clear(&run);
}

/* ---- bad experiments: one line, exit status 2, nothing started */

typedef struct BadExperiment {
    const char *name;
    const char *find; /* in the tiny experiment */
    const char *put;
    const char *complaint;
    int exit_status;
} BadExperiment;

static void expect_refusal(const TinyLab *lab, const BadExperiment *bad)
{
    MainRun run = {0};
    char path[MAIN_PATH_BYTES];
    char file[64];
    char folder[MAIN_PATH_BYTES];
    snprintf(file, sizeof file, "%s.json", bad->name);
    write_experiment(lab, file, bad->find, bad->put, path);
    run_into(lab, path, bad->name, NULL, &run);
    join_path(lab->folder, bad->name, folder);
    expect_exit_status(&run, bad->exit_status);
    expect_one_complaint(&run, bad->complaint);
    if (access(folder, F_OK) == 0) {
        fail_msg("%s: a run folder was left behind", bad->name);
    }
    main_clear(&run);
}

static void a_bad_experiment_is_refused_with_what_where_and_what_instead(void **state)
{
    static const BadExperiment BAD[] = {
        {"broken", "\"data\":", "\n\n\"data\" \"oops\":", "broken.json, line 3", 2},
        {"cut-short", "\"lanes\": [", "", "cut-short.json, line ", 2},
        {"unknown-key", "\"max_steps\": 8", "\"max_stepps\": 8", "did you mean \"max_steps\"", 2},
        {"out-of-range", "\"rho\": 0.1", "\n\"rho\": -0.1", "out-of-range.json:2: lanes.SAM.rho",
         2},
        {"foreign-knob", "\"method\": \"adamw\"", "\"method\": \"adamw\", \"rho\": 0.1",
         "the method adamw has no such knob; it has: ", 2},
        {"unknown-method", "\"sam\"", "\"samm\"", "there is no method \"samm\"; known: adamw", 2},
        {"two-of-a-name", "\"name\": \"SAM\"", "\"name\": \"AdamW\"", "AdamW", 2},
        {"no-steps", "\"max_steps\": 8", "\"max_steps\": 0", "max_steps", 2},
        {"long-warm-up", "\"max_steps\": 8", "\"max_steps\": 1", "warmup_steps", 2},
        {"text-for-number", "\"max_steps\": 8", "\"max_steps\": \"8\"", "expected a number", 2},
        {"unknown-domain", "[\"alpha\"]", "[\"alpa\"]", "did you mean \"alpha\"", 2},
        {"trained-and-unseen", "[\"alpha\"]", "[\"beta\"]", "beta", 2},
        {"long-block", "\"block_size\": 16", "\"block_size\": 32", "n_positions 16", 2},
    };
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) {
        expect_refusal(*state, &BAD[i]);
    }
}

static void a_wrong_assignment_is_refused(void **state)
{
    const TinyLab *lab = *state;
    char path[MAIN_PATH_BYTES];
    static const char *const SETS[][2] = {
        {"lanes.TRAM.scal=3", "did you mean \"scale\""},
        {"lanes.tram.scale=3", "no lane is named"},
        {"lanes.SAM.scale=3", "the method sam has no such knob"},
        {"learning_rate=fast", "learning_rate"},
        {"max_steps", "KEY=VALUE"},
        {"lanes.SAM.method=sgdd", "no method \"sgdd\""},
        {"max_steps=1", "warmup_steps"},
    };
    write_experiment(lab, "set.json", NULL, NULL, path);
    for (size_t i = 0; i < sizeof SETS / sizeof *SETS; i++) {
        MainRun run = {0};
        run_into(lab, path, "set", (const char *[]){"--set", SETS[i][0], NULL}, &run);
        expect_exit_status(&run, 2);
        expect_one_complaint(&run, SETS[i][1]);
        assert_false(is_there(lab->folder, "set"));
        main_clear(&run);
    }
}

static void an_experiment_that_is_not_there_is_named(void **state)
{
    const TinyLab *lab = *state;
    MainRun run = {0};
    run_into(lab, "/nowhere/at-all.json", "none", NULL, &run);
    expect_exit_status(&run, 2);
    expect_one_complaint(&run, "/nowhere/at-all.json");
    main_clear(&run);
}

/* ---- missing and lying files: one line, exit status 1, and the folder's name is free again */

static void missing_data_or_model_or_tokenizer_is_named_and_leaves_no_folder(void **state)
{
    const TinyLab *lab = *state;
    static const BadExperiment BAD[] = {
        {"no-data", "/data\"", "/dada\"", "/dada", 1},
        {"no-tokenizer", "/tokenizer.json\"", "/token.json\"", "/token.json", 1},
    };
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) {
        expect_refusal(lab, &BAD[i]);
    }
}

/* The tiny experiment with a model folder in place of model_config. */
static void my_gpt2_says_what_to_put_where(void **state)
{
    const TinyLab *lab = *state;
    MainRun run = {0};
    char out[MAIN_PATH_BYTES];
    join_path(lab->folder, "my-gpt2-run", out);
    main_run(lab,
             (const char *[]){"run", "sample-runs/experiments/my-gpt2.json", "--plain", "--out",
                              out, "--set", "model=/nowhere/my-gpt2", NULL},
             &run);
    expect_exit_status(&run, 1);
    expect_one_complaint(&run,
                         "model: /nowhere/my-gpt2 is no folder; put a Hugging Face checkpoint "
                         "there (config.json, model.safetensors, tokenizer.json)");
    main_clear(&run);
}

static void write_model_experiment(const TinyLab *lab, const char *name, const char *model,
                                   char path[MAIN_PATH_BYTES])
{
    char *text = NULL;
    FILE *file = NULL;
    write_experiment(lab, name, NULL, NULL, path);
    text = text_of_file(path);
    const char *start = strstr(text, "\"tokenizer\"");
    const char *end = strstr(text, "\"train_domains\"");
    assert_true(start != NULL && end != NULL);
    file = fopen(path, "w");
    assert_non_null(file);
    fprintf(file, "%.*s\"model\": \"%s\", %s", (int)(start - text), text, model, end);
    assert_int_equal(fclose(file), 0);
    free(text);
}

static void expect_model_refused(const TinyLab *lab, const char *model, const char *complaint)
{
    MainRun run = {0};
    char path[MAIN_PATH_BYTES];
    write_model_experiment(lab, "from-model.json", model, path);
    run_into(lab, path, "from-model", NULL, &run);
    expect_exit_status(&run, 1);
    expect_one_complaint(&run, complaint);
    assert_false(is_there(lab->folder, "from-model"));
    main_clear(&run);
}

static void weights_that_are_missing_cut_short_or_lying_are_refused(void **state)
{
    const TinyLab *lab = *state;
    char model[MAIN_PATH_BYTES];
    char weights[MAIN_PATH_BYTES];
    make_model(lab, "model-to-break", model);
    join_path(model, "model.safetensors", weights);

    MainRun run = {0};
    char path[MAIN_PATH_BYTES];
    write_model_experiment(lab, "good-model.json", model, path);
    run_into(lab, path, "good-model", NULL, &run);
    expect_exit_status(&run, 0); /* so it is the damage that is refused below */
    main_clear(&run);

    assert_int_equal(truncate(weights, 5000), 0);
    expect_model_refused(lab, model, "model.safetensors");

    FILE *file = fopen(weights, "r+");
    assert_non_null(file);
    static const unsigned char HUGE_LENGTH[8] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f};
    fwrite(HUGE_LENGTH, 1, sizeof HUGE_LENGTH, file);
    assert_int_equal(fclose(file), 0);
    expect_model_refused(lab, model, "model.safetensors");

    assert_int_equal(unlink(weights), 0);
    expect_model_refused(lab, model, "model.safetensors");
    expect_model_refused(lab, "/nowhere/model", "/nowhere/model");
}

/* ---- where the run goes */

static void a_folder_that_cannot_be_made_is_refused_before_anything_starts(void **state)
{
    const TinyLab *lab = *state;
    char path[MAIN_PATH_BYTES];
    char below_file[MAIN_PATH_BYTES];
    write_experiment(lab, "nowhere.json", NULL, NULL, path);
    join_path(path, "run", below_file);
    const char *const outs[] = {below_file, "/proc/tramlab-run"};
    for (size_t i = 0; i < sizeof outs / sizeof *outs; i++) {
        MainRun run = {0};
        main_run(lab, (const char *[]){"run", path, "--out", outs[i], NULL}, &run);
        expect_exit_status(&run, 1);
        expect_one_complaint(&run, "cannot be made");
        assert_string_equal(run.out, "");
        main_clear(&run);
    }
}

static void a_recorded_run_is_never_overwritten(void **state)
{
    const TinyLab *lab = *state;
    char path[MAIN_PATH_BYTES];
    char folder[MAIN_PATH_BYTES];
    write_experiment(lab, "twice.json", NULL, NULL, path);
    join_path(lab->folder, "twice", folder);
    MainRun run = {0};
    run_into(lab, path, "twice", NULL, &run);
    expect_exit_status(&run, 0);
    main_clear(&run);
    char *before = text_in(folder, "metrics.jsonl");
    /* Even without run.json, the weights are somebody's. */
    for (int round = 0; round < 2; round++) {
        run = (MainRun){0};
        run_into(lab, path, "twice", (const char *[]){"--seed", "9", NULL}, &run);
        expect_exit_status(&run, 1);
        expect_one_complaint(&run, folder);
        main_clear(&run);
        char run_json[MAIN_PATH_BYTES];
        join_path(folder, "run.json", run_json);
        unlink(run_json);
    }
    char *after = text_in(folder, "metrics.jsonl");
    assert_string_equal(before, after);
    assert_true(is_there(folder, "model/model.safetensors"));
    free(before);
    free(after);
}

static void allow_only_small_files(void)
{
    const struct rlimit small = {.rlim_cur = 20000, .rlim_max = 20000};
    setrlimit(RLIMIT_FSIZE, &small);
}

static void expect_intact_record_after_full_disk(const MainRun *run, const char *folder)
{
    expect_exit_status(run, 1);
    expect_one_complaint(run, "metrics.jsonl cannot be written");
    expect_text(run->out, "failed: ");
    char *metrics = text_in(folder, "metrics.jsonl");
    assert_true(count_json_lines(metrics) > 10);
    assert_true(is_there(folder, "run.json"));
    free(metrics);
}

static void a_file_that_may_not_grow_ends_the_race_with_the_record_intact(void **state)
{
    const TinyLab *lab = *state;
    MainRun run = {.prepare = allow_only_small_files};
    char path[MAIN_PATH_BYTES];
    char folder[MAIN_PATH_BYTES];
    write_experiment(lab, "limited.json", "\"max_steps\": 8", "\"max_steps\": 100000", path);
    run_into(lab, path, "limited", NULL, &run);
    join_path(lab->folder, "limited", folder);
    expect_intact_record_after_full_disk(&run, folder);
    main_clear(&run);
}

static void a_full_disk_ends_the_race_with_the_record_intact(void **state)
{
    const TinyLab *lab = *state;
    MainRun run = {0};
    char path[MAIN_PATH_BYTES];
    char disk[MAIN_PATH_BYTES];
    char folder[MAIN_PATH_BYTES];
    join_path(lab->folder, "disk", disk);
    assert_int_equal(mkdir(disk, 0777), 0);
    if (mount("tmpfs", disk, "tmpfs", 0, "size=64k") != 0) {
        skip(); /* needs to be root; the limit on the size of files is tested above */
    }
    write_experiment(lab, "full.json", "\"max_steps\": 8", "\"max_steps\": 100000", path);
    join_path(disk, "run", folder);
    main_run(lab, (const char *[]){"run", path, "--out", folder, "--workers", "1", NULL}, &run);
    char *metrics = is_there(folder, "metrics.jsonl") ? text_in(folder, "metrics.jsonl") : NULL;
    assert_int_equal(umount(disk), 0); /* first: the folder must be removable whatever comes */
    expect_exit_status(&run, 1);
    expect_one_complaint(&run, "metrics.jsonl cannot be written: No space left on device");
    assert_non_null(metrics);
    assert_true(count_json_lines(metrics) > 10);
    free(metrics);
    main_clear(&run);
}

static void weights_that_do_not_fit_are_a_failure(void **state)
{
    const TinyLab *lab = *state;
    MainRun run = {.prepare = allow_only_small_files};
    char path[MAIN_PATH_BYTES];
    write_experiment(lab, "no-room.json", NULL, NULL, path);
    run_into(lab, path, "no-room", (const char *[]){"--steps", "2", NULL}, &run);
    expect_exit_status(&run, 1);
    expect_one_complaint(&run, "model.safetensors");
    main_clear(&run);
}

/* ---- numbers that are no longer numbers */

static void one_lane_diverges_and_the_others_go_on(void **state)
{
    const TinyLab *lab = *state;
    MainRun run = {0};
    char path[MAIN_PATH_BYTES];
    char folder[MAIN_PATH_BYTES];
    write_experiment(lab, "absurd.json", "\"method\": \"adamw\"",
                     "\"method\": \"adamw\", \"learning_rate\": 1e6", path);
    run_into(lab, path, "absurd",
             (const char *[]){"--steps", "40", "--set", "warmup_steps=0", "--set",
                              "lr_scheduler_type=constant", NULL},
             &run);
    join_path(lab->folder, "absurd", folder);
    expect_exit_status(&run, 0);
    expect_text(run.out, "AdamW: DIVERGED at step ");
    expect_text(run.out, "  DIVERGED\nSAM ");
    char *events = text_in(folder, "events.jsonl");
    expect_text(events, "\"event\":\"diverged\",\"lane\":\"AdamW\"");
    expect_text(events, "\"event\":\"finished\"");
    assert_null(strstr(events, "\"event\":\"diverged\",\"lane\":\"SAM\""));
    assert_true(last_value(folder, "AdamW", "step") <= 40.0);
    assert_true(last_value(folder, "TRAM", "step") == 40.0);
    assert_true(isfinite(last_value(folder, "TRAM", "final_perplexity")));
    free(events);
    main_clear(&run);
}

/* ---- signals */

static void expect_stopped(const TinyLab *lab, int signal_number)
{
    MainRun run = {0};
    char path[MAIN_PATH_BYTES];
    char name[32];
    char folder[MAIN_PATH_BYTES];
    write_experiment(lab, "signal.json", "\"max_steps\": 8", "\"max_steps\": 10000000", path);
    snprintf(name, sizeof name, "signal-%d", signal_number);
    join_path(lab->folder, name, folder);
    main_start(lab,
               (const char *[]){"run", path, "--plain", "--out", folder, "--workers", "2", NULL},
               &run);
    wait_for_lines(folder, "metrics.jsonl", 9);
    kill(run.process, signal_number);
    main_wait(&run);
    expect_exit_status(&run, 0);
    assert_string_equal(run.err, "");
    expect_text(run.out, "stopping after this step");
    expect_text(run.out, "Stopped before the final evaluation");
    char *metrics = text_in(folder, "metrics.jsonl");
    char *events = text_in(folder, "events.jsonl");
    assert_int_equal(count_json_lines(metrics) % 3, 0); /* whole steps: all three lanes */
    count_json_lines(events);
    expect_in_last_line(events, "\"event\":\"stopped\"");
    assert_true(is_there(folder, "model/model.safetensors"));
    assert_true(is_there(folder, "model/SAM/model.safetensors"));
    free(metrics);
    free(events);
    main_clear(&run);
}

static void a_signal_finishes_the_step_saves_and_ends(void **state)
{
    static const int SIGNALS[] = {SIGINT, SIGTERM, SIGHUP};
    for (size_t i = 0; i < sizeof SIGNALS / sizeof *SIGNALS; i++) {
        expect_stopped(*state, SIGNALS[i]);
    }
}

static void close_stdout(void)
{
    int ends[2];
    if (pipe(ends) == 0) {
        dup2(ends[1], STDOUT_FILENO);
        close(ends[0]); /* nobody reads */
        close(ends[1]);
    }
}

static void a_reader_who_went_away_does_not_end_the_race(void **state)
{
    const TinyLab *lab = *state;
    MainRun run = {.prepare = close_stdout};
    char path[MAIN_PATH_BYTES];
    write_experiment(lab, "unread.json", NULL, NULL, path);
    run_into(lab, path, "unread", NULL, &run);
    expect_exit_status(&run, 0);
    assert_true(is_there(lab->folder, "unread/model/model.safetensors"));
    main_clear(&run);
}

/* ---- what comes from files and reaches the terminal */

enum { FULL_PIPE = 200, PIPE_BYTES = 4096 };

static void print_into_full_pipe(void)
{
    if (dup2(FULL_PIPE, STDOUT_FILENO) < 0) {
        _exit(99);
    }
}

/* A pipe that holds all it can and that nobody reads, at FULL_PIPE; its reading end. */
static int make_full_pipe(void)
{
    static const char WORDS[PIPE_BYTES];
    int ends[2];
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    const int capacity = fcntl(ends[1], F_SETPIPE_SZ, PIPE_BYTES);
    for (int filled = 0; filled < capacity; filled += PIPE_BYTES) {
        assert_int_equal(write(ends[1], WORDS, PIPE_BYTES), PIPE_BYTES);
    }
    assert_int_equal(dup2(ends[1], FULL_PIPE), FULL_PIPE);
    close(ends[1]);
    return ends[0];
}

static int start_without_reader(const TinyLab *lab, const char *name, const char *steps,
                                MainRun *run)
{
    char path[MAIN_PATH_BYTES];
    char out[MAIN_PATH_BYTES];
    const int reader = make_full_pipe();
    write_experiment(lab, "unread.json", NULL, NULL, path);
    join_path(lab->folder, name, out);
    run->prepare = print_into_full_pipe;
    main_start(lab, (const char *[]){"run", path, "--out", out, "--steps", steps, NULL}, run);
    close(FULL_PIPE);
    return reader;
}

/* The race goes on to its end and is recorded; only then is waited for the reader, who gets the table. */
static void a_reader_who_sleeps_does_not_hold_the_race_up(void **state)
{
    const TinyLab *lab = *state;
    MainRun run = {0};
    char text[1 << 16] = "";
    char folder[MAIN_PATH_BYTES];
    size_t size = 0;
    const int reader = start_without_reader(lab, "asleep", "20", &run);
    join_path(lab->folder, "asleep", folder);
    wait_for_lines(folder, "metrics.jsonl", 3 * (1 + 20 + 1));
    assert_int_equal(kill(run.process, 0), 0);
    for (ssize_t count = 1; count > 0; size += count > 0 ? (size_t)count : 0) {
        count = read(reader, text + size, sizeof text - 1 - size);
    }
    close(reader);
    main_wait(&run);
    expect_exit_status(&run, 0);
    while (size > 0 && text[0] == '\0') { /* what the pipe was filled with */
        memmove(text, text + 1, size--);
    }
    expect_text(text, "tiny: 3 lanes, 20 steps");
    expect_text(text, "\nAdamW        adamw ");
    main_clear(&run);
}

/* Told to stop, it does not wait for him at all. */
static void a_signal_ends_a_race_whose_reader_sleeps(void **state)
{
    const TinyLab *lab = *state;
    MainRun run = {0};
    char folder[MAIN_PATH_BYTES];
    const int reader = start_without_reader(lab, "asleep-stopped", "100000", &run);
    join_path(lab->folder, "asleep-stopped", folder);
    wait_for_lines(folder, "metrics.jsonl", 12);
    assert_int_equal(kill(run.process, SIGTERM), 0);
    main_wait(&run);
    expect_exit_status(&run, 0);
    char *events = text_in(folder, "events.jsonl");
    expect_in_last_line(events, "\"stopped\"");
    assert_true(is_there(folder, "resume/state.json"));
    free(events);
    close(reader);
    main_clear(&run);
}

static void expect_no_control_characters(const char *text)
{
    for (const char *c = text; *c != '\0'; c++) {
        if (((unsigned char)*c < 32 && *c != '\n') || *c == 127) {
            fail_msg("a raw control character %d in: %s", *c, text);
        }
    }
}

static void names_with_control_characters_never_reach_the_terminal_raw(void **state)
{
    const TinyLab *lab = *state;
    static const char *const CHANGES[][3] = {
        {"evil-name", "\"tiny\"", "\"\\u001b[31mred\\u0007\\r\""},
        {"evil-lane", "\"name\": \"SAM\"", "\"name\": \"S\\u001b[2JAM\""},
        {"evil-domain", "\"beta\"", "\"be\\u001b]0;title\\u0007ta\""},
        {"evil-key", "\"max_steps\"", "\"max_\\u001b[31msteps\""},
        {"evil-method", "\"sam\"", "\"s\\u001bam\""},
    };
    for (size_t i = 0; i < sizeof CHANGES / sizeof *CHANGES; i++) {
        MainRun run = {0};
        char path[MAIN_PATH_BYTES];
        char file[64];
        snprintf(file, sizeof file, "%s.json", CHANGES[i][0]);
        write_experiment(lab, file, CHANGES[i][1], CHANGES[i][2], path);
        run_into(lab, path, CHANGES[i][0], NULL, &run);
        assert_true(run.exit_status == 0 || run.exit_status == 2);
        expect_no_control_characters(run.out);
        expect_no_control_characters(run.err);
        main_clear(&run);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_run_leaves_its_whole_record_and_prints_the_table),
        cmocka_unit_test(the_table_shows_what_metrics_jsonl_holds),
        cmocka_unit_test(the_number_of_workers_does_not_change_a_bit),
        cmocka_unit_test(another_seed_is_another_race),
        cmocka_unit_test(steps_seed_and_set_reach_the_race_and_its_record),
        cmocka_unit_test(pretraining_is_the_same_race),
        cmocka_unit_test(a_bad_experiment_is_refused_with_what_where_and_what_instead),
        cmocka_unit_test(a_wrong_assignment_is_refused),
        cmocka_unit_test(an_experiment_that_is_not_there_is_named),
        cmocka_unit_test(missing_data_or_model_or_tokenizer_is_named_and_leaves_no_folder),
        cmocka_unit_test(my_gpt2_says_what_to_put_where),
        cmocka_unit_test(weights_that_are_missing_cut_short_or_lying_are_refused),
        cmocka_unit_test(a_folder_that_cannot_be_made_is_refused_before_anything_starts),
        cmocka_unit_test(a_recorded_run_is_never_overwritten),
        cmocka_unit_test(a_file_that_may_not_grow_ends_the_race_with_the_record_intact),
        cmocka_unit_test(a_full_disk_ends_the_race_with_the_record_intact),
        cmocka_unit_test(weights_that_do_not_fit_are_a_failure),
        cmocka_unit_test(one_lane_diverges_and_the_others_go_on),
        cmocka_unit_test(a_signal_finishes_the_step_saves_and_ends),
        cmocka_unit_test(a_reader_who_went_away_does_not_end_the_race),
        cmocka_unit_test(a_reader_who_sleeps_does_not_hold_the_race_up),
        cmocka_unit_test(a_signal_ends_a_race_whose_reader_sleeps),
        cmocka_unit_test(names_with_control_characters_never_reach_the_terminal_raw),
    };
    return cmocka_run_group_tests(tests, open_lab, close_lab);
}
