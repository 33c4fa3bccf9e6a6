#include "lab/image_classification.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "data/image_batch.h"
#include "lab/opened_source.h"
#include "lab/race_record.h"
#include "lab/spec_check.h"
#include "lab/tiny_vision.h"
#include "lab/worker.h"

static ClassificationSource open_source(const ExperimentSpec *spec)
{
    return opened_source(image_classification_open, spec);
}

static void domains_are_data_sets_and_parts_are_splits(void **state)
{
    const TinyVision *lab = *state;
    const ClassificationSource source = open_source(&lab->spec);
    static const size_t EXPECTED[SOURCE_PART_COUNT][4] = {
        {0, 128, 128, 128}, {0, 16, 56, 76}, {0, 16, 56, 76}};
    expect_starts(&source, EXPECTED);
    assert_int_equal(source.network.classes, 4);
    assert_string_equal(source.class_names[3], "3");
    source.close(source.context);
}

/* Pixels p of a picture lie in the batch as (p / 255 - 0.5) / 0.5, and the label is the bright quarter. */
static void a_picture_is_what_the_batch_was_made_of(void **state)
{
    const TinyVision *lab = *state;
    const ClassificationSource source = open_source(&lab->spec);
    const uint32_t chosen[] = {3, 20, 75}; /* one of each domain */
    const ExampleBatch batch = source.fill(source.context, SOURCE_PART_DEV, chosen, 3);
    const ImageBatch *images = batch.inputs;
    for (size_t b = 0; b < 3; b++) {
        const ExamplePicture picture = source.picture(source.context, SOURCE_PART_DEV, chosen[b]);
        const size_t side = b == 2 ? 12 : 8;
        assert_int_equal(picture.channels, 1);
        assert_int_equal(picture.height, side);
        assert_int_equal(picture.width, side);
        unsigned light[4] = {0};
        for (size_t p = 0; p < side * side; p++) {
            light[p / side * 2 / side * 2 + p % side * 2 / side] += picture.pixels[p];
        }
        for (int32_t quarter = 0; quarter < 4; quarter++) {
            assert_true(light[quarter] <= light[batch.targets[b]]);
        }
        for (size_t p = 0; b < 2 && p < 64; p++) {
            const double expected = (picture.pixels[p] / 255.0 - 0.5) / 0.5;
            assert_true(fabs((double)images->pixels[b * 64 + p] - expected) < 1e-6);
        }
    }
    source.close(source.context);
}

static void a_trace_gets_the_pixels_and_labels_filled_last(void **state)
{
    const TinyVision *lab = *state;
    const ClassificationSource source = open_source(&lab->spec);
    const uint32_t chosen[] = {5, 7, 9};
    const ExampleBatch batch = source.fill(source.context, SOURCE_PART_TRAIN, chosen, 3);
    const ImageBatch *images = batch.inputs;
    NamedTensors kept = {0};
    assert_int_equal(source.disclosure.keep_batch(source.disclosure.context, &kept), STATUS_OK);
    const NamedTensor *pixels = named_tensors_find(&kept, "pixels");
    const NamedTensor *labels = named_tensors_find(&kept, "y");
    assert_non_null(pixels);
    assert_non_null(labels);
    assert_int_equal(pixels->shape.sizes[0], 3);
    assert_int_equal(pixels->shape.sizes[3], 8);
    assert_memory_equal(pixels->reals, images->pixels, 3 * 64 * sizeof(Real));
    assert_memory_equal(labels->integers, images->labels, 3 * sizeof(int32_t));
    assert_int_equal(source.disclosure.embedding_rows, 4);
    named_tensors_clear(&kept);
    source.close(source.context);
}

static void max_train_samples_cuts_what_is_trained_on(void **state)
{
    const TinyVision *lab = *state;
    ExperimentSpec spec = lab->spec;
    spec.max_train_samples = 40;
    const ClassificationSource source = open_source(&spec);
    assert_int_equal(source.first_example(source.context, SOURCE_PART_TRAIN, 3), 40);
    assert_int_equal(source.first_example(source.context, SOURCE_PART_DEV, 3), 76);
    /* The files hold the classes in turn, but the first ones are not the first of the file. */
    uint32_t chosen[8] = {0, 1, 2, 3, 4, 5, 6, 7};
    static const int32_t IN_TURN[8] = {0, 1, 2, 3, 0, 1, 2, 3};
    const ExampleBatch batch = source.fill(source.context, SOURCE_PART_TRAIN, chosen, 8);
    assert_memory_not_equal(batch.targets, IN_TURN, sizeof IN_TURN);
    source.close(source.context);
}

static void a_race_learns_and_saves_what_can_be_trained_on(void **state)
{
    const TinyVision *lab = *state;
    Record record;
    Problem problem = {0};
    Race *race = open_race(&lab->spec, task_runner_serial(), &record);
    run_to_the_end(race);
    for (uint32_t lane = 0; lane < 2; lane++) {
        assert_true(metric_at(&record, lane, 150, METRIC_EVAL_LOSS) <
                    metric_at(&record, lane, 0, METRIC_EVAL_LOSS));
        assert_true(metric_at(&record, lane, 150, METRIC_FINAL_ACCURACY) > 90.0);
        assert_true(metric_at(&record, lane, 150, METRIC_FINAL_ZERO_SHOT_ACCURACY) > 50.0);
        assert_true(metric_at(&record, lane, 150, METRIC_KL_OUT_OF_DOMAIN) > 0.0);
    }
    assert_true(metric_at(&record, 1, 10, METRIC_RADIUS) > 0.0);
    char folder[200];
    snprintf(folder, sizeof folder, "%s/run", lab->folder);
    assert_int_equal(mkdir(folder, 0777), 0);
    assert_int_equal(race_save_models(race, folder, &problem), STATUS_OK);
    race_close(race);

    /* The saved head tells the same classes, so it stays; the weights are those of the best lane. */
    ExperimentSpec again = lab->spec;
    snprintf(again.model, sizeof again.model, "%s/model", folder);
    again.model_config[0] = '\0';
    Record second;
    race = open_race(&again, task_runner_serial(), &second);
    assert_true(metric_at(&second, 0, 0, METRIC_EVAL_ACCURACY) > 90.0);
    race_close(race);
}

/* Noise on the patches and dropout are functions of an image's place in the whole batch, so how many workers there are does not matter. */
static void every_number_is_the_same_for_any_number_of_workers(void **state)
{
    const TinyVision *lab = *state;
    ExperimentSpec spec;
    Record records[3];
    WorkerPool *pool = NULL;
    assert_int_equal(
        tiny_vision_parse(lab,
                          "\"lanes\": [{\"method\": \"adamw\"}, {\"method\": \"sam\", \"rho\": "
                          "0.05}, {\"method\": \"tram-x\", \"scale\": 10}]",
                          3, &spec),
        STATUS_OK);
    const size_t length = strlen(spec.model_config);
    snprintf(spec.model_config + length - 1, SPEC_CONFIG_BYTES - length,
             ",\"hidden_dropout_prob\": 0.2}");
    spec.max_steps = 6;
    assert_int_equal(worker_pool_create(3, &pool), STATUS_OK);
    for (size_t i = 0; i < 3; i++) {
        spec.micro_batch_count = i < 2 ? 3 : 1;
        Race *race =
            open_race(&spec, i == 0 ? task_runner_serial() : worker_pool_runner(pool), &records[i]);
        run_to_the_end(race);
        race_close(race);
    }
    worker_pool_destroy(pool);
    /* Cut into other parts, the batch rounds otherwise, but the same units are dropped. */
    const double whole = metric_at(&records[2], 0, 6, METRIC_LOSS);
    assert_true(fabs(metric_at(&records[0], 0, 6, METRIC_LOSS) - whole) < 1e-4);
    static const MetricId METRICS[] = {METRIC_LOSS, METRIC_FINAL_LOSS, METRIC_DISTANCE,
                                       METRIC_FINAL_ZERO_SHOT_ACCURACY};
    for (uint32_t lane = 0; lane < 3; lane++) {
        for (size_t m = 0; m < 4; m++) {
            const double one = metric_at(&records[0], lane, 6, METRICS[m]);
            const double three = metric_at(&records[1], lane, 6, METRICS[m]);
            assert_memory_equal(&one, &three, sizeof one);
            assert_true(isfinite(one));
        }
    }
}

static void expect_refusal(const ExperimentSpec *spec, Status status, const char *words)
{
    expect_source_refusal(image_classification_open, spec, status, words);
}

static void what_cannot_be_trained_on_is_refused(void **state)
{
    const TinyVision *lab = *state;
    ExperimentSpec spec = lab->spec;
    snprintf(spec.zero_shot_domains[1], SPEC_NAME_BYTES, "elsewhere");
    expect_refusal(&spec, STATUS_FILE_UNREADABLE, "has no images called \"elsewhere\"");
    spec = lab->spec;
    snprintf(spec.train_domains[0], SPEC_NAME_BYTES, "*");
    expect_refusal(&spec, STATUS_BAD_VALUE, "\"*\" is not possible with images");
    spec = lab->spec;
    spec.train_pool = SPEC_POOL_PRETRAIN;
    expect_refusal(&spec, STATUS_BAD_VALUE,
                   "\"rows\" has no image in the train split of train_pool \"pretrain\"");
    spec = lab->spec;
    snprintf(spec.data, sizeof spec.data, "sample-runs/data/images");
    snprintf(spec.train_domains[0], SPEC_NAME_BYTES, "emoji16-noto");
    snprintf(spec.zero_shot_domains[0], SPEC_NAME_BYTES, "emoji16-fluent");
    snprintf(spec.zero_shot_domains[1], SPEC_NAME_BYTES, "mnist5k");
    expect_refusal(&spec, STATUS_BAD_VALUE,
                   "\"mnist5k\" has 10 classes, but what is trained on has 8");
    snprintf(spec.train_domains[0], SPEC_NAME_BYTES, "fashion5k");
    expect_refusal(&spec, STATUS_BAD_VALUE,
                   "the classes of \"emoji16-fluent\" are called \"Smileys & Emotion\" and so on");
    tiny_write_alike(lab->folder, "alike");
    spec = lab->spec;
    snprintf(spec.train_domains[0], SPEC_NAME_BYTES, "alike");
    spec.zero_shot_domain_count = 0;
    expect_refusal(&spec, STATUS_BAD_VALUE, "\"alike\": all training images have the same label");
    /* Too few images for a dev split. */
    tiny_write_images(lab->folder, "few", 5, 8, 100);
    spec = lab->spec;
    snprintf(spec.train_domains[0], SPEC_NAME_BYTES, "few");
    expect_refusal(&spec, STATUS_BAD_VALUE, "\"few\" has no image in the dev or test split");
}

/* As a user starts it, but for two steps on few images. */
static void the_bundled_experiments_run(void **state)
{
    (void)state;
    static const char *const NAMES[] = {"images-digits", "images-emoji-art", "pretrain-base-vit"};
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++) {
        char path[128];
        ExperimentSpec spec = {0};
        Problem problem = {0};
        Record record;
        snprintf(path, sizeof path, "sample-runs/experiments/%s.json", NAMES[i]);
        if (experiment_spec_read(path, &spec, &problem) != STATUS_OK ||
            spec_check_methods(&spec, &problem) != STATUS_OK) {
            fail_msg("%s", problem.text);
        }
        assert_string_equal(spec.name, NAMES[i]);
        spec.max_steps = 2;
        spec.warmup_steps = 0;
        spec.batch_size = 8;
        spec.probe_windows = 8;
        spec.eval_windows = 8;
        spec.eval_steps = 2;
        Race *race = open_race(&spec, task_runner_serial(), &record);
        while (!race_is_over(race)) {
            assert_int_equal(race_step(race, &problem), STATUS_OK);
        }
        for (uint32_t lane = 0; lane < spec.lane_count; lane++) {
            assert_true(isfinite(metric_at(&record, lane, 2, METRIC_LOSS)));
            assert_true(isfinite(metric_at(&record, lane, 2, METRIC_EVAL_ACCURACY)));
        }
        race_close(race);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(domains_are_data_sets_and_parts_are_splits),
        cmocka_unit_test(a_picture_is_what_the_batch_was_made_of),
        cmocka_unit_test(a_trace_gets_the_pixels_and_labels_filled_last),
        cmocka_unit_test(max_train_samples_cuts_what_is_trained_on),
        cmocka_unit_test(a_race_learns_and_saves_what_can_be_trained_on),
        cmocka_unit_test(every_number_is_the_same_for_any_number_of_workers),
        cmocka_unit_test(what_cannot_be_trained_on_is_refused),
        cmocka_unit_test(the_bundled_experiments_run),
    };
    return cmocka_run_group_tests(tests, open_vision_lab, close_vision_lab);
}
