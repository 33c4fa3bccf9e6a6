#include "lab/text_classification.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/whole_file.h"
#include "data/language_shares.h"
#include "data/padded_batch.h"
#include "lab/opened_source.h"
#include "lab/race_record.h"
#include "lab/tiny_encoder.h"

static ClassificationSource open_source(const ExperimentSpec *spec)
{
    return opened_source(text_classification_open, spec);
}

static void domains_are_languages_and_parts_are_splits(void **state)
{
    const TinyEncoder *lab = *state;
    const ClassificationSource source = open_source(&lab->classification);
    static const size_t EXPECTED[SOURCE_PART_COUNT][4] = {
        {0, 20, 20, 20}, {0, 9, 18, 27}, {0, 11, 22, 33}};
    expect_starts(&source, EXPECTED);
    assert_int_equal(source.network.classes, 2);
    /* Sorted labels: minus 0, plus 1; rows take turns. */
    const uint32_t chosen[] = {0, 1, 9, 10, 26};
    const ExampleBatch batch = source.fill(source.context, SOURCE_PART_DEV, chosen, 5);
    const int32_t labels[] = {1, 0, 1, 0, 1};
    assert_memory_equal(batch.targets, labels, sizeof labels);
    source.close(source.context);
}

static void max_train_samples_cuts_what_is_trained_on(void **state)
{
    const TinyEncoder *lab = *state;
    ExperimentSpec spec = lab->classification;
    spec.max_train_samples = 7;
    const ClassificationSource source = open_source(&spec);
    assert_int_equal(source.first_example(source.context, SOURCE_PART_TRAIN, 3), 7);
    assert_int_equal(source.first_example(source.context, SOURCE_PART_DEV, 3), 27);
    source.close(source.context);
}

static void emoji_are_trained_on_all_strings_and_told_from_the_joined_one(void **state)
{
    const TinyEncoder *lab = *state;
    const ClassificationSource source = open_source(&lab->emoji);
    /* 30 emoji a split; name, joined, three keywords. */
    assert_int_equal(source.first_example(source.context, SOURCE_PART_TRAIN, 2), 30 * 5);
    assert_int_equal(source.first_example(source.context, SOURCE_PART_DEV, 1), 30);
    assert_int_equal(source.first_example(source.context, SOURCE_PART_DEV, 2), 60);
    source.close(source.context);
}

/* 90 emoji are not in the test split; of each that is kept: joined, name, three keywords, 32 mixes. en has a share of 1, fr of 0.5. */
static void emoji_are_named_in_the_shares_of_their_languages(void **state)
{
    static const double SHARES[] = {0.96, 0.5};
    const TinyEncoder *lab = *state;
    const ClassificationSource source = open_source(&lab->emoji_names);
    size_t trained_on = 0;
    size_t kept_apart = 0;
    for (size_t domain = 0; domain < 2; domain++) {
        for (size_t row = 0; row < 120; row++) {
            const double draw = language_shares_draw(domain, row);
            trained_on += row % 4 != 3 && draw < SHARES[domain] ? 1 : 0;
            kept_apart += row % 4 != 3 && draw >= 0.96 ? 1 : 0;
        }
        assert_int_equal(source.first_example(source.context, SOURCE_PART_TRAIN, domain + 1),
                         trained_on * (1 + 1 + 3 + 32));
        assert_int_equal(source.first_example(source.context, SOURCE_PART_DEV, domain + 1),
                         kept_apart);
        assert_int_equal(source.first_example(source.context, SOURCE_PART_FINAL, domain + 1),
                         kept_apart);
    }
    assert_int_equal(source.network.classes, 90);
    source.close(source.context);
}

static const PaddedBatch *training_batch(const ClassificationSource *source, const uint32_t *chosen,
                                         size_t B)
{
    return source->fill(source->context, SOURCE_PART_TRAIN, chosen, B).inputs;
}

/* The same strings, asked for words of the first language trained on: of each row's name and keywords, in every language. */
static void strings_are_asked_for_words_of_the_first_language(void **state)
{
    enum { STRINGS = 1 + 1 + 3 + 32 };
    const TinyEncoder *lab = *state;
    ExperimentSpec spec = lab->emoji_names;
    spec.data_format = SPEC_DATA_EMOJI_WORDS;
    const ClassificationSource names = open_source(&lab->emoji_names);
    const ClassificationSource source = open_source(&spec);
    for (size_t domain = 1; domain < 3; domain++) {
        assert_int_equal(source.first_example(source.context, SOURCE_PART_TRAIN, domain),
                         names.first_example(names.context, SOURCE_PART_TRAIN, domain));
        assert_int_equal(source.first_example(source.context, SOURCE_PART_DEV, domain),
                         names.first_example(names.context, SOURCE_PART_DEV, domain));
    }
    /* name, en, one, two, and the number of each row that is not in the test split */
    assert_in_range(source.network.classes, 85, 4 + 90);
    const size_t french = source.first_example(source.context, SOURCE_PART_TRAIN, 1);
    bool is_asked_for_english = true;
    for (uint32_t i = 0; i < STRINGS; i++) {
        const uint32_t chosen = (uint32_t)french + i;
        const PaddedBatch *batch = training_batch(&source, &chosen, 1);
        const char *word = source.class_names[batch->labels[0]];
        is_asked_for_english = is_asked_for_english && strstr(word, "fr") == NULL;
    }
    assert_true(is_asked_for_english);
    names.close(names.context);
    source.close(source.context);
}

/* Whatever place they were drawn at. */
static void pretraining_batches_are_in_order_of_length_with_their_labels(void **state)
{
    enum { B = 10 };
    const TinyEncoder *lab = *state;
    const ClassificationSource source = open_source(&lab->emoji_names);
    uint32_t chosen[B];
    int32_t labels = 0;
    int32_t sorted_labels = 0;
    for (uint32_t b = 0; b < B; b++) {
        chosen[b] = (b * 37 + 1) % 370;
        labels += training_batch(&source, &chosen[b], 1)->labels[0];
    }
    const PaddedBatch *batch = training_batch(&source, chosen, B);
    size_t shortest = 0;
    for (size_t b = 0; b < B; b++) {
        const size_t length = padded_batch_longest(batch, b, 1);
        assert_true(length >= shortest);
        shortest = length;
        sorted_labels += batch->labels[b];
    }
    assert_true(padded_batch_longest(batch, 0, 1) < shortest);
    assert_int_equal(labels, sorted_labels);
    source.close(source.context);
}

/* The parts of a batch are padded apart, and it does not show: with one part and with three the loss is the same but for rounding. */
static void padding_left_out_changes_nothing_but_rounding(void **state)
{
    const TinyEncoder *lab = *state;
    double losses[2];
    for (size_t i = 0; i < 2; i++) {
        ExperimentSpec spec = lab->emoji;
        Record record;
        spec.micro_batch_count = i == 0 ? 1 : 5;
        spec.max_steps = 5;
        Race *race = open_race(&spec, task_runner_serial(), &record);
        run_to_the_end(race);
        losses[i] = metric_at(&record, 0, 5, METRIC_LOSS);
        race_close(race);
    }
    assert_true(fabs(losses[0] - losses[1]) < 1e-4);
}

/* Put `text` in the place of `old` in the model's configuration. */
static void change_config(const ExperimentSpec *spec, const char *old, const char *text)
{
    char path[SPEC_PATH_BYTES + 20];
    char *before = NULL;
    size_t size = 0;
    Problem problem = {0};
    snprintf(path, sizeof path, "%s/config.json", spec->model);
    assert_int_equal(json_read_text(path, 1 << 20, &before, &size, &problem), STATUS_OK);
    char *at = strstr(before, old);
    assert_non_null(at);
    assert_int_equal(strlen(old), strlen(text));
    memcpy(at, text, strlen(text));
    assert_int_equal(whole_file_write(path, before, &problem), STATUS_OK);
    free(before);
}

/* The model's classes are called the other way round: then it tells nothing right, since its head has stayed. */
static void labels_go_by_the_names_that_the_model_gives_them(const ExperimentSpec *spec)
{
    Record record;
    change_config(spec, "\"0\":\t\"minus\"", "\"0\":\t\"plus\" ");
    change_config(spec, "\"1\":\t\"plus\"", "\"1\":\"minus\"");
    Race *race = open_race(spec, task_runner_serial(), &record);
    assert_true(metric_at(&record, 0, 0, METRIC_EVAL_ACCURACY) < 10.0);
    assert_int_equal(record.events[1].kind, RUN_EVENT_KNOB_IN_FORCE);
    race_close(race);

    change_config(spec, "\"0\":\t\"plus\" ", "\"0\":\t\"other\"");
    race = open_race(spec, task_runner_serial(), &record);
    const RunEvent event = find_event(&record, RUN_EVENT_LOADED);
    assert_int_equal(event.lane, LANE_ALL);
    assert_string_equal(event.text,
                        "head replaced: 2 labels (\"other\" ...) -> 2 others (\"minus\" ...)");
    race_close(race);
}

static void a_race_learns_and_saves_what_can_be_trained_on(void **state)
{
    const TinyEncoder *lab = *state;
    Record record;
    Problem problem = {0};
    Race *race = open_race(&lab->classification, task_runner_serial(), &record);
    run_to_the_end(race);
    for (uint32_t lane = 0; lane < 2; lane++) {
        assert_true(metric_at(&record, lane, 30, METRIC_EVAL_LOSS) <
                    metric_at(&record, lane, 0, METRIC_EVAL_LOSS));
        assert_true(metric_at(&record, lane, 30, METRIC_FINAL_ACCURACY) > 90.0);
        assert_true(metric_at(&record, lane, 30, METRIC_FINAL_ZERO_SHOT_ACCURACY) >= 0.0);
        assert_true(metric_at(&record, lane, 30, METRIC_KL_IN_DOMAIN) > 0.0);
    }
    assert_true(metric_at(&record, 1, 10, METRIC_RADIUS) > 0.0);
    char folder[200];
    snprintf(folder, sizeof folder, "%s/run", lab->folder);
    assert_int_equal(mkdir(folder, 0777), 0);
    assert_int_equal(race_save_models(race, folder, &problem), STATUS_OK);
    race_close(race);

    /* The saved head has the right number of labels, so it stays; the weights are those of the best lane. */
    ExperimentSpec again = lab->classification;
    snprintf(again.model, sizeof again.model, "%s/model", folder);
    again.model_config[0] = '\0';
    again.tokenizer[0] = '\0';
    Record second;
    race = open_race(&again, task_runner_serial(), &second);
    assert_true(metric_at(&second, 0, 0, METRIC_EVAL_ACCURACY) > 90.0);
    race_close(race);

    /* Its final part alone: 11 rows a language, with the model's names for the labels. */
    ClassificationSource source;
    assert_int_equal(text_classification_open_final(&again, &source, &problem), STATUS_OK);
    assert_int_equal(source.first_example(source.context, SOURCE_PART_FINAL, 3), 33);
    assert_int_equal(source.first_example(source.context, SOURCE_PART_TRAIN, 3), 0);
    Json *config = source.disclosure.config(source.context);
    const Json *names = json_member(config, "id2label");
    assert_string_equal(json_string(json_member(names, "0")), "minus");
    assert_string_equal(json_string(json_member(names, "1")), "plus");
    json_destroy(config);
    source.close(source.context);
    labels_go_by_the_names_that_the_model_gives_them(&again);
}

static void the_languages_are_those_of_the_rows(void **state)
{
    const TinyEncoder *lab = *state;
    NameList languages = {0};
    Problem problem = {0};
    ExperimentSpec spec = lab->classification;
    assert_int_equal(text_classification_languages(&spec, &languages, &problem), STATUS_OK);
    assert_int_equal(languages.count, 3);
    assert_string_equal(languages.names[1], "fr");
    name_list_clear(&languages);
    snprintf(spec.data, sizeof spec.data, "/nowhere");
    assert_int_equal(text_classification_languages(&spec, &languages, &problem),
                     STATUS_FILE_UNREADABLE);
    assert_int_equal(languages.count, 0);
}

/* Two steps of every lane, from the bundled weights; two of the languages never trained on, to be quick. */
static void the_bundled_experiments_open_and_step(void **state)
{
    (void)state;
    static const char *const PATHS[] = {"sample-runs/experiments/cross-lingual.json",
                                        "sample-runs/experiments/cross-lingual-nli.json"};
    static const size_t CLASSES[] = {8, 3};
    for (size_t i = 0; i < 2; i++) {
        ExperimentSpec spec = {0};
        Problem problem = {0};
        Record record;
        assert_int_equal(experiment_spec_read(PATHS[i], &spec, &problem), STATUS_OK);
        spec.max_steps = 2;
        spec.warmup_steps = 0;
        spec.eval_windows = 8;
        spec.zero_shot_domain_count = 2;
        const ClassificationSource source = open_source(&spec);
        assert_int_equal(source.network.classes, CLASSES[i]);
        source.close(source.context);
        Race *race = open_race(&spec, task_runner_serial(), &record);
        run_to_the_end(race);
        for (uint32_t lane = 0; lane < 3; lane++) {
            assert_true(isfinite(metric_at(&record, lane, 2, METRIC_LOSS)));
            assert_true(metric_at(&record, lane, 2, METRIC_FINAL_ACCURACY) >
                        50.0 / (double)CLASSES[i]);
        }
        race_close(race);
    }
}

static void expect_refusal(const ExperimentSpec *spec, Status status, const char *words)
{
    expect_source_refusal(text_classification_open, spec, status, words);
}

static void what_cannot_be_trained_on_is_refused(void **state)
{
    const TinyEncoder *lab = *state;
    ExperimentSpec spec = lab->classification;
    spec.data_format = SPEC_DATA_TEXT;
    expect_refusal(&spec, STATUS_BAD_VALUE, "data_format");
    spec = lab->classification;
    snprintf(spec.zero_shot_domains[1], SPEC_NAME_BYTES, "xx");
    expect_refusal(&spec, STATUS_BAD_VALUE, "xx");
    spec = lab->classification;
    spec.block_size = 40;
    expect_refusal(&spec, STATUS_BAD_VALUE, "block_size 40");
    spec = lab->classification;
    snprintf(spec.data, sizeof spec.data, "%s/nowhere", lab->folder);
    expect_refusal(&spec, STATUS_FILE_UNREADABLE, "nowhere: there is neither train.tsv nor");
    spec = lab->classification;
    spec.train_domain_count = 1;
    spec.zero_shot_domain_count = 0;
    snprintf(spec.data, sizeof spec.data, "%s/same", lab->folder);
    assert_int_equal(mkdir(spec.data, 0777), 0);
    FILE *file = tiny_open(lab, "same/train.tsv");
    assert_non_null(file);
    fputs("text\tlabel\na\tplus\nb\tplus\n", file);
    fclose(file);
    expect_refusal(&spec, STATUS_FILE_UNREADABLE, "neither dev.tsv nor dev.jsonl");
    file = tiny_open(lab, "same/dev.tsv");
    assert_non_null(file);
    fputs("text\tlabel\na\tplus\n", file);
    fclose(file);
    spec.final_split = SPEC_FINAL_DEV;
    expect_refusal(&spec, STATUS_BAD_VALUE, "same: all training rows have the same label");
    spec = lab->emoji_names;
    snprintf(spec.train_domains[1], SPEC_NAME_BYTES, "xx");
    expect_refusal(&spec, STATUS_BAD_VALUE, "shares.tsv: has no language \"xx\"");
}

static void probes_and_evaluations_leave_the_steps_alone(void **state)
{
    const TinyEncoder *lab = *state;
    expect_looking_changes_nothing(&lab->classification);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(probes_and_evaluations_leave_the_steps_alone),
        cmocka_unit_test(domains_are_languages_and_parts_are_splits),
        cmocka_unit_test(max_train_samples_cuts_what_is_trained_on),
        cmocka_unit_test(emoji_are_trained_on_all_strings_and_told_from_the_joined_one),
        cmocka_unit_test(emoji_are_named_in_the_shares_of_their_languages),
        cmocka_unit_test(strings_are_asked_for_words_of_the_first_language),
        cmocka_unit_test(pretraining_batches_are_in_order_of_length_with_their_labels),
        cmocka_unit_test(padding_left_out_changes_nothing_but_rounding),
        cmocka_unit_test(the_languages_are_those_of_the_rows),
        cmocka_unit_test(a_race_learns_and_saves_what_can_be_trained_on),
        cmocka_unit_test(the_bundled_experiments_open_and_step),
        cmocka_unit_test(what_cannot_be_trained_on_is_refused),
    };
    return cmocka_run_group_tests(tests, open_encoder_lab, close_encoder_lab);
}
