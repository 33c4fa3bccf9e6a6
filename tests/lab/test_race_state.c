/* A race that was stopped goes on, to the bit, where one that was not stopped has got. */
#include "lab/race_state.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "lab/race_record.h"
#include "lab/tiny_encoder.h"
#include "lab/tiny_lab.h"
#include "lab/tiny_vision.h"
#include "lab/worker.h"
#include "optim/method_table.h"

enum { STEPS = 8, STOP_AT = 4, PATH_BYTES = 400 };

static void steps(Race *race, int count)
{
    Problem problem = {0};
    for (int i = 0; i < count; i++) {
        assert_int_equal(race_step(race, &problem), STATUS_OK);
    }
}

static void apply(Race *race, RunCommand command)
{
    Problem problem = {0};
    assert_int_equal(race_apply(race, &command, &problem), STATUS_OK);
}

/* What a user does before the stop: knobs, a lane that joins, one that leaves, a longer race. */
static void begin_with_changes(Race *race)
{
    RunCommand added = {.kind = RUN_COMMAND_ADD_LANE, .lane = 2};
    snprintf(added.added.name, sizeof added.added.name, "copy");
    snprintf(added.added.method, sizeof added.added.method, "tram-x");
    steps(race, 2);
    apply(race, (RunCommand){.kind = RUN_COMMAND_SET_KNOB,
                             .lane = LANE_ALL,
                             .knob = KNOB_LEARNING_RATE,
                             .value = 3e-3});
    apply(race,
          (RunCommand){.kind = RUN_COMMAND_SET_KNOB, .lane = 1, .knob = KNOB_RHO, .value = 0.2});
    apply(race, added);
    apply(race, (RunCommand){.kind = RUN_COMMAND_REMOVE_LANE, .lane = 0});
    apply(race, (RunCommand){.kind = RUN_COMMAND_SET_MAX_STEPS, .count = STEPS + 1});
    steps(race, STOP_AT - 2);
}

static Race *resume_race(const char *folder, Record *record)
{
    Race *race = NULL;
    ExperimentSpec spec;
    RunRecordBytes bytes = {0};
    Problem problem = {0};
    memset(record, 0, sizeof *record);
    const RaceOptions options = {
        .runner = task_runner_serial(),
        .clock = wall_clock_monotonic(),
        .sink = {.context = record, .sample = keep_sample, .event = keep_event}};
    if (race_state_read_spec(folder, &spec, &bytes, &problem) != STATUS_OK ||
        race_open(&spec, &options, &race, &problem) != STATUS_OK ||
        race_resume(race, folder, &problem) != STATUS_OK) {
        fail_msg("%s", problem.text);
    }
    assert_int_equal(bytes.metrics, 1234);
    assert_int_equal(bytes.events, 567);
    return race;
}

/* The same steps, with and without a stop; the two races are handed back at their end. */
static void run_both(const char *root, const ExperimentSpec *spec, const char *name,
                     void (*begin)(Race *), Race *races[2], Record *records[2])
{
    char folder[PATH_BYTES];
    Record ignored;
    Problem problem = {0};
    snprintf(folder, sizeof folder, "%s/%s", root, name);
    assert_int_equal(mkdir(folder, 0777), 0);
    races[0] = open_race(spec, task_runner_serial(), records[0]);
    begin(races[0]);
    records[0]->sample_count = 0;
    run_to_the_end(races[0]);
    Race *stopped = open_race(spec, task_runner_serial(), &ignored);
    begin(stopped);
    if (race_save_state(stopped, folder, (RunRecordBytes){1234, 567}, &problem) != STATUS_OK) {
        fail_msg("%s", problem.text);
    }
    race_close(stopped);
    assert_true(race_state_is_there(folder));
    races[1] = resume_race(folder, records[1]);
    assert_int_equal(records[1]->events[0].kind, RUN_EVENT_RESUMED);
    assert_int_equal(records[1]->events[0].step, STOP_AT);
    run_to_the_end(races[1]);
    race_forget_state(races[1], folder);
    assert_false(race_state_is_there(folder));
    snprintf(folder, sizeof folder, "%s/%s/resume", root, name);
    assert_int_not_equal(access(folder, F_OK), 0);
}

static bool is_of_the_clock(uint16_t metric)
{
    return metric == METRIC_TOKENS_PER_SECOND;
}

static void expect_same_sample(const MetricSample *a, const MetricSample *b)
{
    assert_int_equal(a->lane, b->lane);
    assert_int_equal(a->step, b->step);
    assert_true(a->passes == b->passes);
    assert_int_equal(a->count, b->count);
    for (uint32_t i = 0; i < a->count; i++) {
        assert_int_equal(a->metrics[i], b->metrics[i]);
        if (!is_of_the_clock(a->metrics[i]) &&
            memcmp(&a->values[i], &b->values[i], sizeof a->values[i]) != 0) {
            fail_msg("lane %u, step %u, metric %u: %.17g and %.17g", a->lane, a->step,
                     a->metrics[i], a->values[i], b->values[i]);
        }
    }
}

static void expect_same_samples(const Record *a, const Record *b)
{
    assert_true(a->sample_count > 0);
    assert_int_equal(a->sample_count, b->sample_count);
    for (size_t i = 0; i < a->sample_count; i++) {
        expect_same_sample(&a->samples[i], &b->samples[i]);
    }
}

static void expect_same_file(const char *first, const char *second)
{
    char *texts[2] = {NULL, NULL};
    size_t sizes[2] = {0, 0};
    Problem problem = {0};
    assert_int_equal(json_read_text(first, 1 << 26, &texts[0], &sizes[0], &problem), STATUS_OK);
    assert_int_equal(json_read_text(second, 1 << 26, &texts[1], &sizes[1], &problem), STATUS_OK);
    assert_int_equal(sizes[0], sizes[1]);
    assert_memory_equal(texts[0], texts[1], sizes[0]);
    free(texts[0]);
    free(texts[1]);
}

/* Lane by lane, as saved. */
static void expect_same_weights(const char *root, const char *name, Race *races[2],
                                const char *const *lanes)
{
    Problem problem = {0};
    char folders[2][PATH_BYTES];
    for (int i = 0; i < 2; i++) {
        snprintf(folders[i], PATH_BYTES, "%s/%s-%d", root, name, i);
        assert_int_equal(mkdir(folders[i], 0777), 0);
        assert_int_equal(race_save_models(races[i], folders[i], &problem), STATUS_OK);
    }
    for (; *lanes != NULL; lanes++) {
        char paths[2][3 * PATH_BYTES];
        for (int i = 0; i < 2; i++) {
            snprintf(paths[i], sizeof paths[i], "%s/model/%.100s/model.safetensors", folders[i],
                     *lanes);
        }
        expect_same_file(paths[0], paths[1]);
    }
}

static void a_stopped_race_goes_on_to_the_bit(void **state)
{
    static const char *const LANES[] = {"SAM", "TRAM", "copy", NULL};
    const TinyLab *lab = *state;
    static Record records[2];
    Race *races[2] = {NULL, NULL};
    run_both(lab->folder, &lab->spec, "changed", begin_with_changes, races,
             (Record *[]){&records[0], &records[1]});
    assert_int_equal(races[1] != NULL ? race_steps_done(races[1]) : 0, STEPS + 1);
    expect_same_samples(&records[0], &records[1]);
    expect_same_weights(lab->folder, "changed", races, LANES);
    race_close(races[0]);
    race_close(races[1]);
}

static void begin_plainly(Race *race)
{
    steps(race, STOP_AT);
}

static void every_method_goes_on_to_the_bit(void **state)
{
    const TinyLab *lab = *state;
    const MethodList methods = method_table();
    const char *lanes[SPEC_LANES_MAX + 1] = {NULL};
    static Record records[2];
    Race *races[2] = {NULL, NULL};
    ExperimentSpec spec = lab->spec;
    const LaneSpec tram = spec.lanes[2];
    spec.lane_count = 0;
    spec.logging_steps = STEPS;
    for (size_t i = 0; i < methods.count && spec.lane_count < SPEC_LANES_MAX; i++) {
        LaneSpec *lane = &spec.lanes[spec.lane_count];
        *lane = (LaneSpec){.follow = ""};
        snprintf(lane->name, sizeof lane->name, "lane%zu", i);
        snprintf(lane->method, sizeof lane->method, "%s", methods.methods[i].id);
        if (methods.methods[i].is_control) {
            snprintf(lane->follow, sizeof lane->follow, "TRAM");
        }
        if (strcmp(methods.methods[i].id, "tram-prev") == 0) {
            *lane = tram;
        }
        lanes[spec.lane_count++] = lane->name;
    }
    run_both(lab->folder, &spec, "every", begin_plainly, races,
             (Record *[]){&records[0], &records[1]});
    expect_same_weights(lab->folder, "every", races, lanes);
    race_close(races[0]);
    race_close(races[1]);
}

/* -- one whole state at all times -- */

static bool is_in(const char *folder, const char *name)
{
    char path[PATH_BYTES + 64];
    snprintf(path, sizeof path, "%s/resume/%s", folder, name);
    return access(path, F_OK) == 0;
}

static uint64_t step_of_state(const char *folder, const ExperimentSpec *spec)
{
    Record record;
    Problem problem = {0};
    Race *race = open_race(spec, task_runner_serial(), &record);
    if (race_resume(race, folder, &problem) != STATUS_OK) {
        fail_msg("%s", problem.text);
    }
    const uint64_t step = race_steps_done(race);
    race_close(race);
    return step;
}

static void only_the_last_state_is_kept_and_a_failed_one_leaves_it(void **state)
{
    const TinyLab *lab = *state;
    Record record;
    Problem problem = {0};
    char folder[PATH_BYTES];
    char path[PATH_BYTES + 64];
    snprintf(folder, sizeof folder, "%s/last", lab->folder);
    assert_int_equal(mkdir(folder, 0777), 0);
    Race *race = open_race(&lab->spec, task_runner_serial(), &record);
    assert_true(race_state_has_room(race, folder));
    assert_false(race_state_has_room(race, "/proc")); /* a file system without a free block */
    for (uint64_t step = 1; step <= 3; step++) {
        steps(race, 1);
        assert_int_equal(race_save_state(race, folder, (RunRecordBytes){0}, &problem), STATUS_OK);
        assert_int_equal(is_in(folder, "a/TRAM.safetensors"), step % 2 == 0);
        assert_int_equal(is_in(folder, "b/TRAM.safetensors"), step % 2 == 1);
        assert_int_equal(step_of_state(folder, &lab->spec), step);
    }
    /* The next one goes to a, and cannot: the disk is full half way, so to say. */
    snprintf(path, sizeof path, "%s/resume/a", folder);
    assert_int_equal(mkdir(path, 0777), 0);
    snprintf(path, sizeof path, "%s/resume/a/TRAM.safetensors", folder);
    assert_int_equal(mkdir(path, 0777), 0);
    steps(race, 1);
    assert_int_equal(race_save_state(race, folder, (RunRecordBytes){0}, &problem),
                     STATUS_FILE_UNWRITABLE);
    assert_false(is_in(folder, "a/AdamW.safetensors"));
    assert_int_equal(step_of_state(folder, &lab->spec), 3);
    /* A writer was killed half way: what it left is in nobody's way. */
    assert_int_equal(rmdir(path), 0);
    snprintf(path, sizeof path, "%s/resume/a/TRAM.safetensors.tmp", folder);
    FILE *half = fopen(path, "w");
    assert_non_null(half);
    assert_int_equal(fclose(half), 0);
    assert_int_equal(step_of_state(folder, &lab->spec), 3);
    race_forget_state(race, folder);
    snprintf(path, sizeof path, "%s/resume", folder);
    assert_int_not_equal(access(path, F_OK), 0);
    race_close(race);
}

/* AdamW, SAM, TRAM-prev and a method with noise; dropout where the model has some. */
static void expect_to_go_on(const char *root, const ExperimentSpec *base, const char *name)
{
    static const char *const METHODS[] = {"adamw", "sam", "tram-prev", "tram-x"};
    const char *lanes[] = {"adamw", "sam", "tram-prev", "tram-x", NULL};
    static Record records[2];
    Race *races[2] = {NULL, NULL};
    ExperimentSpec spec = *base;
    spec.max_steps = STEPS;
    spec.warmup_steps = 0.0;
    spec.logging_steps = 1.0;
    spec.probe_steps = 2.0;
    spec.eval_steps = 3.0;
    spec.lane_count = sizeof METHODS / sizeof *METHODS;
    for (size_t i = 0; i < spec.lane_count; i++) {
        spec.lanes[i] = (LaneSpec){.follow = ""};
        snprintf(spec.lanes[i].name, SPEC_NAME_BYTES, "%s", METHODS[i]);
        snprintf(spec.lanes[i].method, SPEC_NAME_BYTES, "%s", METHODS[i]);
    }
    run_both(root, &spec, name, begin_plainly, races, (Record *[]){&records[0], &records[1]});
    expect_same_samples(&records[0], &records[1]);
    expect_same_weights(root, name, races, lanes);
    race_close(races[0]);
    race_close(races[1]);
}

static void accumulated_steps_go_on_to_the_bit(void **state)
{
    const TinyLab *lab = *state;
    ExperimentSpec spec = lab->spec;
    spec.batch_size = 2.0;
    spec.accumulation_steps = 3.0;
    expect_to_go_on(lab->folder, &spec, "accumulated");
}

/* A new head, or a whole new model, is drawn from the seed again: theta_0 is not in the state. */
static void images_go_on_to_the_bit(void **state)
{
    (void)state;
    TinyVision lab;
    assert_int_equal(tiny_vision_open(&lab), STATUS_OK);
    expect_to_go_on(lab.folder, &lab.spec, "plain");
    lab.spec.batch_size = 4.0;
    lab.spec.accumulation_steps = 3.0;
    expect_to_go_on(lab.folder, &lab.spec, "accumulated");
    assert_int_equal(tiny_vision_close(&lab), 0);
}

static void labelled_and_masked_texts_go_on_to_the_bit(void **state)
{
    (void)state;
    TinyEncoder lab;
    assert_int_equal(tiny_encoder_open(&lab), STATUS_OK);
    expect_to_go_on(lab.folder, &lab.classification, "labelled");
    lab.classification.batch_size = 3.0;
    lab.classification.accumulation_steps = 2.0;
    expect_to_go_on(lab.folder, &lab.classification, "accumulated");
    expect_to_go_on(lab.folder, &lab.pretraining, "masked");
    assert_int_equal(tiny_encoder_close(&lab), 0);
}

/* -- damage -- */

static Status load_into_new_race(const char *folder, const ExperimentSpec *spec, Problem *problem)
{
    Record record;
    ExperimentSpec read;
    RunRecordBytes bytes = {0};
    TRY(race_state_read_spec(folder, &read, &bytes, problem));
    Race *race = open_race(spec, task_runner_serial(), &record);
    const Status status = race_resume(race, folder, problem);
    race_close(race);
    return status;
}

static void write_state(const char *path, const char *text, size_t size)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

static void damaged_states_are_refused_and_named(void **state)
{
    static const char *const KEYS[] = {
        "\"lanes\":",        "\"step\":", "\"metrics_bytes\":", "\"radii\":",     "\"knobs\":",
        "\"events_bytes\":", "\"t\":",    "\"passes\":",        "\"max_steps\":", "\"folder\":"};
    const TinyLab *lab = *state;
    Record record;
    Problem problem = {0};
    char folder[PATH_BYTES];
    char path[PATH_BYTES + 32];
    char *text = NULL;
    size_t size = 0;
    snprintf(folder, sizeof folder, "%s/damaged", lab->folder);
    assert_int_equal(mkdir(folder, 0777), 0);
    assert_int_equal(load_into_new_race(folder, &lab->spec, &problem), STATUS_FILE_UNREADABLE);
    assert_non_null(strstr(problem.text, "no race that was stopped"));
    Race *race = open_race(&lab->spec, task_runner_serial(), &record);
    steps(race, 2);
    assert_int_equal(race_save_state(race, folder, (RunRecordBytes){0}, &problem), STATUS_OK);
    race_close(race);
    snprintf(path, sizeof path, "%s/resume/state.json", folder);
    assert_int_equal(json_read_text(path, 1 << 24, &text, &size, &problem), STATUS_OK);
    for (size_t i = 0; i < sizeof KEYS / sizeof *KEYS; i++) {
        char *key = strstr(text, KEYS[i]);
        assert_non_null(key);
        key[1]++; /* another key: this one is missing */
        write_state(path, text, size);
        key[1]--;
        const Status status = load_into_new_race(folder, &lab->spec, &problem);
        assert_true(status == STATUS_BAD_FORMAT || status == STATUS_BAD_VALUE);
        assert_non_null(strstr(problem.text, "state.json"));
    }
    for (size_t cut = 0; cut + 1 < size; cut += size / 50 + 1) { /* the last byte ends the line */
        write_state(path, text, cut);
        assert_int_not_equal(load_into_new_race(folder, &lab->spec, &problem), STATUS_OK);
    }
    write_state(path, text, size);
    assert_int_equal(load_into_new_race(folder, &lab->spec, &problem), STATUS_OK);
    snprintf(path, sizeof path, "%s/resume/b/TRAM.safetensors", folder);
    assert_int_equal(truncate(path, 1000), 0);
    assert_int_not_equal(load_into_new_race(folder, &lab->spec, &problem), STATUS_OK);
    assert_non_null(strstr(problem.text, "TRAM.safetensors"));
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stopped_race_goes_on_to_the_bit),
        cmocka_unit_test(every_method_goes_on_to_the_bit),
        cmocka_unit_test(only_the_last_state_is_kept_and_a_failed_one_leaves_it),
        cmocka_unit_test(accumulated_steps_go_on_to_the_bit),
        cmocka_unit_test(images_go_on_to_the_bit),
        cmocka_unit_test(labelled_and_masked_texts_go_on_to_the_bit),
        cmocka_unit_test(damaged_states_are_refused_and_named),
    };
    return cmocka_run_group_tests(tests, open_lab, close_lab);
}
