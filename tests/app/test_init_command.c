#include "app/init_command.h"

#include "app/run_main.h"
#include "lab/encoder_folder.h"
#include "lab/tiny_encoder.h"
#include "lab/tiny_vision.h"

static void run_init(const TinyLab *lab, const char *const *words, MainRun *run)
{
    const char *all[8] = {"init"};
    for (size_t i = 0; words[i] != NULL; i++) {
        all[i + 1] = words[i];
    }
    main_run(lab, all, run);
}

static void expect_done(const TinyLab *lab, const char *const *words, const char *said)
{
    MainRun run = {0};
    run_init(lab, words, &run);
    expect_exit_status(&run, 0);
    expect_text(run.out, said);
    assert_string_equal(run.err, "");
    main_clear(&run);
}

static void expect_refused(const TinyLab *lab, const char *const *words, const char *complaint,
                           int exit_status)
{
    MainRun run = {0};
    run_init(lab, words, &run);
    expect_exit_status(&run, exit_status);
    expect_one_complaint(&run, complaint);
    assert_string_equal(run.out, "");
    main_clear(&run);
}

/* Race the written file for two short steps. */
static void expect_race(const TinyLab *lab, const char *experiment, const char *run_name)
{
    char out[MAIN_PATH_BYTES];
    MainRun run = {0};
    join_path(lab->folder, run_name, out);
    main_run(lab,
             (const char *[]){"run", experiment, "--plain", "--out", out, "--steps", "2", "--set",
                              "per_device_train_batch_size=2", "--set", "block_size=24", "--set",
                              "eval_windows=1", "--set", "probe_windows=1", NULL},
             &run);
    expect_exit_status(&run, 0);
    main_clear(&run);
    assert_true(is_there(out, "metrics.jsonl"));
}

static void make_folder(const TinyLab *lab, const char *name, char path[MAIN_PATH_BYTES])
{
    join_path(lab->folder, name, path);
    assert_int_equal(mkdir(path, 0777), 0);
}

static void texts_become_a_race_that_runs(void **state)
{
    const TinyLab *lab = *state;
    ExperimentSpec spec;
    Problem problem = {0};
    char file[MAIN_PATH_BYTES];
    expect_done(lab, (const char *[]){lab->spec.data, NULL}, "train_domains [\"beta\"]\n");
    join_path(lab->spec.data, "experiment.json", file);
    assert_int_equal(experiment_spec_read(file, &spec, &problem), STATUS_OK);
    assert_int_equal(spec.task, SPEC_TASK_CAUSAL_LM);
    assert_string_equal(spec.name, "data");
    assert_non_null(strstr(spec.about, "Train on beta and watch 2 domains"));
    assert_string_equal(spec.zero_shot_domains[0], "alpha");
    assert_string_equal(spec.zero_shot_domains[1], "gamma");
    assert_int_equal(spec.lane_count, 3);
    assert_non_null(strstr(spec.model, "base-lm"));
    assert_true(spec.block_size <= 128 && spec.warmup_steps <= spec.max_steps);
    expect_race(lab, file, "race-of-texts");

    /* Written beside its data, it finds them wherever they are. */
    char moved[MAIN_PATH_BYTES];
    join_path(lab->folder, "moved", moved);
    assert_int_equal(rename(lab->spec.data, moved), 0);
    join_path(moved, "experiment.json", file);
    expect_race(lab, file, "race-of-moved-texts");
    unlink(file);
    assert_int_equal(rename(moved, lab->spec.data), 0);
}

static void a_file_that_is_there_is_not_replaced(void **state)
{
    const TinyLab *lab = *state;
    char file[MAIN_PATH_BYTES];
    join_path(lab->folder, "mine.json", file);
    write_text(file, "mine");
    expect_refused(lab, (const char *[]){lab->spec.data, "--out", file, NULL},
                   "mine.json: is there already", 1);
    char *text = text_of_file(file);
    assert_string_equal(text, "mine");
    free(text);
    unlink(file);
    expect_done(lab, (const char *[]){lab->spec.data, "--out", file, NULL}, "mine.json");
    expect_race(lab, file, "race-of-mine");
    expect_refused(lab, (const char *[]){lab->spec.data, "--out", "/nowhere/x.json", NULL},
                   "/nowhere/x.json", 1);
}

static void save_encoder(const TinyEncoder *encoder, const char *folder)
{
    EncoderStart start;
    Problem problem = {0};
    assert_int_equal(encoder_start_load(&encoder->classification, TEXT_HEAD_MASKED_LM, NULL, 0,
                                        &start, &problem),
                     STATUS_OK);
    assert_int_equal(encoder_folder_save(folder, &start, start.theta_0, NULL, &problem), STATUS_OK);
    encoder_start_clear(&start);
}

static void labelled_rows_and_emoji_become_races_that_run(void **state)
{
    const TinyLab *lab = *state;
    TinyEncoder encoder;
    ExperimentSpec spec;
    Problem problem = {0};
    char model[MAIN_PATH_BYTES];
    char file[MAIN_PATH_BYTES];
    char emoji[MAIN_PATH_BYTES];
    char path[MAIN_PATH_BYTES];
    char from[MAIN_PATH_BYTES];
    assert_int_equal(tiny_encoder_open(&encoder), STATUS_OK);
    join_path(lab->folder, "encoder", model);
    join_path(lab->folder, "rows.json", file);
    save_encoder(&encoder, model);

    expect_done(lab, (const char *[]){encoder.folder, "--model", model, "--out", file, NULL},
                "data_format \"columns\"");
    assert_int_equal(experiment_spec_read(file, &spec, &problem), STATUS_OK);
    assert_int_equal(spec.task, SPEC_TASK_TEXT_CLASSIFICATION);
    assert_string_equal(spec.train_domains[0], "en");
    assert_int_equal(spec.zero_shot_domain_count, 2);
    expect_race(lab, file, "race-of-rows");

    make_folder(lab, "emoji", emoji);
    join_path(encoder.folder, "emoji.fr.tsv", from);
    join_path(emoji, "emoji.fr.tsv", path);
    assert_int_equal(rename(from, path), 0);
    join_path(encoder.folder, "emoji.en.tsv", from);
    join_path(emoji, "emoji.en.tsv", path);
    assert_int_equal(rename(from, path), 0);
    expect_done(lab, (const char *[]){emoji, "--model", model, NULL}, "data_format \"emoji\"");
    join_path(emoji, "experiment.json", file);
    assert_int_equal(experiment_spec_read(file, &spec, &problem), STATUS_OK);
    assert_string_equal(spec.train_domains[0], "en");
    assert_string_equal(spec.zero_shot_domains[0], "fr");
    expect_race(lab, file, "race-of-emoji");

    expect_refused(lab,
                   (const char *[]){emoji, "--model", "sample-runs/models/base-lm", "--out",
                                    "/tmp/never.json", NULL},
                   "model_type", 2);
    char command[MAIN_PATH_BYTES];
    snprintf(command, sizeof command, "rm -rf '%s'", encoder.folder);
    assert_int_equal(system(command), 0);
}

static void images_become_a_race_that_runs(void **state)
{
    const TinyLab *lab = *state;
    TinyVision vision;
    ExperimentSpec spec;
    Problem problem = {0};
    char file[MAIN_PATH_BYTES];
    assert_int_equal(tiny_vision_open(&vision), STATUS_OK);
    expect_done(lab, (const char *[]){vision.folder, NULL}, "train_domains [\"rows\"]\n");
    join_path(vision.folder, "experiment.json", file);
    assert_int_equal(experiment_spec_read(file, &spec, &problem), STATUS_OK);
    assert_int_equal(spec.task, SPEC_TASK_IMAGE_CLASSIFICATION);
    assert_non_null(strstr(spec.model, "base-vit"));
    expect_race(lab, file, "race-of-images");
    assert_int_equal(tiny_vision_close(&vision), 0);
}

static void what_cannot_be_raced_is_said_in_one_line(void **state)
{
    const TinyLab *lab = *state;
    char empty[MAIN_PATH_BYTES];
    char path[MAIN_PATH_BYTES];
    make_folder(lab, "empty", empty);
    expect_refused(lab, (const char *[]){NULL}, "init needs FOLDER", 2);
    expect_refused(lab, (const char *[]){"/nowhere/data", NULL}, "/nowhere/data", 1);
    expect_refused(lab, (const char *[]){empty, NULL}, "holds none of what can be raced on", 1);
    expect_refused(lab, (const char *[]){lab->spec.data, "--model", "/nowhere/model", NULL},
                   "/nowhere/model", 1);
    expect_refused(lab, (const char *[]){lab->spec.data, "--steps", "3", NULL}, "--steps", 2);

    join_path(empty, "cat.png", path);
    write_text(path, "x");
    expect_refused(lab, (const char *[]){empty, NULL}, "images one by one", 2);

    join_path(empty, "train.jsonl", path);
    write_text(path, "{\"text\": \"a\", \"label\": 1}\n");
    expect_refused(lab, (const char *[]){empty, NULL}, "no dev.tsv or dev.jsonl", 1);
    join_path(empty, "dev.tsv", path);
    write_text(path, "text\tlabel\nb\t0\n");
    expect_refused(lab, (const char *[]){empty, NULL}, "the same label", 2);
    assert_false(is_there(empty, "experiment.json"));

    /* A text too short for any window. */
    make_folder(lab, "short", empty);
    join_path(empty, "words.txt", path);
    write_text(path, "a\n\nb\n\nc\n\nd\n\ne\n\nf\n\ng\n\nh\n\ni\n\nj\n");
    expect_refused(lab, (const char *[]){empty, NULL}, "tokens to train on", 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_become_a_race_that_runs),
        cmocka_unit_test(a_file_that_is_there_is_not_replaced),
        cmocka_unit_test(labelled_rows_and_emoji_become_races_that_run),
        cmocka_unit_test(images_become_a_race_that_runs),
        cmocka_unit_test(what_cannot_be_raced_is_said_in_one_line),
    };
    return cmocka_run_group_tests(tests, open_lab, close_lab);
}
