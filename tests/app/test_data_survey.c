#include "app/data_survey.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lab/tiny_encoder.h"
#include "lab/tiny_lab.h"
#include "lab/tiny_vision.h"

static void write_file(const char *folder, const char *name, const char *text)
{
    char path[400];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static void the_largest_text_is_trained_on(void **state)
{
    const TinyLab *lab = *state;
    DataSurvey survey;
    Problem problem = {0};
    TextCorpus corpus;
    assert_int_equal(data_survey_read(lab->spec.data, &survey, &problem), STATUS_OK);
    assert_int_equal(survey.task, SPEC_TASK_CAUSAL_LM);
    assert_string_equal(survey.train, "beta");
    assert_int_equal(survey.other_count, 2);
    assert_string_equal(survey.others[0], "alpha");
    /* What a race would train on, and nothing else. */
    assert_int_equal(text_corpus_load(lab->spec.data, &corpus, &problem), STATUS_OK);
    const TextDomain *beta = text_corpus_find(&corpus, "beta");
    assert_int_equal(survey.sample_bytes, beta->split_size[TEXT_SPLIT_FINE_TUNE]);
    assert_memory_equal(survey.sample, beta->text + beta->split_start[TEXT_SPLIT_FINE_TUNE],
                        survey.sample_bytes);
    text_corpus_clear(&corpus);
    data_survey_clear(&survey);
}

static void texts_with_a_suffix_in_capitals_are_seen(void **state)
{
    const TinyLab *lab = *state;
    char folder[300];
    DataSurvey survey;
    Problem problem = {0};
    snprintf(folder, sizeof folder, "%s/capitals", lab->folder);
    assert_int_equal(mkdir(folder, 0777), 0);
    write_file(folder, "NOTES.TXT", "a\n\nb\n\nc\n\nd\n\ne\n\nf\n\ng\n\nh\n\ni\n\nj\n");
    assert_int_equal(data_survey_read(folder, &survey, &problem), STATUS_OK);
    assert_int_equal(survey.task, SPEC_TASK_CAUSAL_LM);
    assert_string_equal(survey.train, "NOTES");
    data_survey_clear(&survey);
}

static void rows_are_counted_by_language(void **state)
{
    const TinyLab *lab = *state;
    char folder[300];
    DataSurvey survey;
    Problem problem = {0};
    snprintf(folder, sizeof folder, "%s/rows", lab->folder);
    assert_int_equal(mkdir(folder, 0777), 0);
    write_file(folder, "train.tsv",
               "premise\thypo\tlabel\tlanguage\na\tb\tneutral\tde\nlonger\ttext\tentailment\tde\n"
               "c\td\tneutral\tfr\n");
    write_file(folder, "dev.jsonl",
               "{\"premise\": \"a\", \"hypo\": \"b\", \"label\": \"neutral\", \"language\": "
               "\"ur\"}\n{\"premise\": \"a\", \"hypo\": \"b\", \"label\": \"neutral\", "
               "\"language\": \"de\"}\n");
    assert_int_equal(data_survey_read(folder, &survey, &problem), STATUS_OK);
    assert_int_equal(survey.format, SPEC_DATA_INFERENCE);
    assert_string_equal(survey.train, "de"); /* there is no English */
    assert_int_equal(survey.examples, 2);
    assert_int_equal(survey.label_count, 2);
    assert_string_equal(survey.sample, "longer text");
    assert_int_equal(survey.other_count, 1); /* fr has no row to evaluate on */
    assert_string_equal(survey.others[0], "ur");
    data_survey_clear(&survey);
    write_file(folder, "train.tsv", "premise\thypo\tlabel\tlanguage\na\tb\tneutral\n");
    assert_int_equal(data_survey_read(folder, &survey, &problem), STATUS_BAD_FORMAT);
    assert_non_null(strstr(problem.text, "train.tsv, line 2"));
    assert_null(survey.sample);
}

static void rows_that_cannot_be_raced_on_are_refused(void **state)
{
    const TinyLab *lab = *state;
    char folder[300];
    DataSurvey survey;
    Problem problem = {0};
    snprintf(folder, sizeof folder, "%s/strange", lab->folder);
    assert_int_equal(mkdir(folder, 0777), 0);
    write_file(folder, "train.tsv", "text\tlabel\na\tgood\nb\tbad\n");
    write_file(folder, "dev.tsv", "text\tlabel\tlanguage\na\tgood\tsw\nb\tbad\tur\n");
    assert_int_equal(data_survey_read(folder, &survey, &problem), STATUS_BAD_VALUE);
    assert_non_null(strstr(problem.text, "dev.tsv: has no row in \"all\""));
    write_file(folder, "train.tsv",
               "text\tlabel\tlanguage\na\tgood\ten\nc\tgood\ten\na\tgood\tur\nb\tbad\tur\n");
    assert_int_equal(data_survey_read(folder, &survey, &problem), STATUS_OK);
    assert_string_equal(survey.train, "ur"); /* there is English, but none to evaluate on */
    data_survey_clear(&survey);
    write_file(folder, "dev.tsv", "text\tlabel\tlanguage\na\tgood\tur\nb\tmixed\tur\n");
    assert_int_equal(data_survey_read(folder, &survey, &problem), STATUS_BAD_VALUE);
    assert_non_null(strstr(problem.text, "dev.tsv: the label \"mixed\" is on no training row"));
}

/* MultiNLI's file does not say its language, XNLI's do. */
static void published_files_are_known_by_their_names(void **state)
{
    const TinyLab *lab = *state;
    char folder[300];
    DataSurvey survey;
    Problem problem = {0};
    snprintf(folder, sizeof folder, "%s/published", lab->folder);
    assert_int_equal(mkdir(folder, 0777), 0);
    write_file(folder, "multinli.train.en.tsv",
               "premise\thypo\tlabel\na\tb\tneutral\nc\td\tcontradictory\n");
    write_file(folder, "xnli.dev.tsv",
               "language\tgold_label\tsentence1\tsentence2\nen\tneutral\ta\tb\n"
               "sw\tneutral\tc\td\n");
    assert_int_equal(data_survey_read(folder, &survey, &problem), STATUS_OK);
    assert_int_equal(survey.format, SPEC_DATA_INFERENCE);
    assert_string_equal(survey.train, "en");
    assert_int_equal(survey.examples, 2);
    assert_int_equal(survey.other_count, 1);
    assert_string_equal(survey.others[0], "sw");
    data_survey_clear(&survey);
}

static void english_emoji_are_trained_on(void **state)
{
    (void)state;
    TinyEncoder lab;
    char command[500];
    DataSurvey survey;
    Problem problem = {0};
    assert_int_equal(tiny_encoder_open(&lab), STATUS_OK);
    snprintf(command, sizeof command, "rm '%s'/train.tsv && cp '%s'/emoji.en.tsv '%s'/emoji.ar.tsv",
             lab.folder, lab.folder, lab.folder);
    assert_int_equal(system(command), 0);
    assert_int_equal(data_survey_read(lab.folder, &survey, &problem), STATUS_OK);
    assert_int_equal(survey.format, SPEC_DATA_EMOJI);
    assert_string_equal(survey.train, "en");
    assert_int_equal(survey.other_count, 2);
    assert_string_equal(survey.others[0], "ar");
    assert_string_equal(survey.others[1], "fr");
    assert_true(survey.examples > 0);
    data_survey_clear(&survey);
    snprintf(command, sizeof command, "rm -rf '%s'", lab.folder);
    assert_int_equal(system(command), 0);
}

static void images_are_trained_on_where_others_have_their_classes(void **state)
{
    (void)state;
    TinyVision lab;
    DataSurvey survey;
    Problem problem = {0};
    assert_int_equal(tiny_vision_open(&lab), STATUS_OK);
    /* The largest set tells other things apart than the three others. */
    tiny_write_images(lab.folder, "animals", 200, 8, 190);
    write_file(lab.folder, "animals.labels.txt", "cat\ndog\nhen\nowl\n");
    if (data_survey_read(lab.folder, &survey, &problem) != STATUS_OK) {
        fail_msg("%s", problem.text);
    }
    assert_int_equal(survey.task, SPEC_TASK_IMAGE_CLASSIFICATION);
    assert_string_equal(survey.train, "rows");
    assert_int_equal(survey.other_count, 2);
    assert_string_equal(survey.others[0], "large");
    assert_string_equal(survey.others[1], "shifted");
    assert_int_equal(survey.other_classes, 1);
    assert_int_equal(survey.examples, 128); /* 80 % of them */
    assert_int_equal(survey.label_count, 4);
    assert_null(survey.sample);
    data_survey_clear(&survey);

    /* One class is nothing to tell, be it the largest set; and if it is the only one, nothing can be done. */
    char folder[300];
    snprintf(folder, sizeof folder, "%s/classes", lab.folder);
    assert_int_equal(mkdir(folder, 0777), 0);
    tiny_write_alike(folder, "alike");
    assert_int_equal(data_survey_read(folder, &survey, &problem), STATUS_BAD_VALUE);
    assert_non_null(strstr(problem.text, "all images of \"alike\" have the same label"));
    tiny_write_images(folder, "small", 30, 8, 190);
    assert_int_equal(data_survey_read(folder, &survey, &problem), STATUS_OK);
    assert_string_equal(survey.train, "small");
    data_survey_clear(&survey);
    assert_int_equal(tiny_vision_close(&lab), 0);
}

/* Images of 4 x 4 in three classes, as IDX. */
static void write_idx(const char *folder, const char *name, uint8_t count)
{
    char path[400];
    const uint8_t image_head[] = {0, 0, 8, 3, 0, 0, 0, count, 0, 0, 0, 4, 0, 0, 0, 4};
    const uint8_t label_head[] = {0, 0, 8, 1, 0, 0, 0, count};
    snprintf(path, sizeof path, "%s/%s-images-idx3-ubyte", folder, name);
    FILE *images = fopen(path, "wb");
    snprintf(path, sizeof path, "%s/%s-labels-idx1-ubyte", folder, name);
    FILE *labels = fopen(path, "wb");
    assert_true(images != NULL && labels != NULL);
    fwrite(image_head, 1, sizeof image_head, images);
    fwrite(label_head, 1, sizeof label_head, labels);
    for (int i = 0; i < count; i++) {
        fputc(i % 3, labels);
        for (int pixel = 0; pixel < 16; pixel++) {
            fputc(i, images);
        }
    }
    assert_int_equal(fclose(images), 0);
    assert_int_equal(fclose(labels), 0);
}

/* MNIST's four files, just unpacked. */
static void a_published_set_is_one_with_its_test_files(void **state)
{
    const TinyLab *lab = *state;
    char folder[300];
    DataSurvey survey;
    Problem problem = {0};
    snprintf(folder, sizeof folder, "%s/loose", lab->folder);
    assert_int_equal(mkdir(folder, 0777), 0);
    write_idx(folder, "train", 60);
    write_idx(folder, "t10k", 20);
    assert_int_equal(data_survey_read(folder, &survey, &problem), STATUS_OK);
    assert_string_equal(survey.train, "train");
    assert_int_equal(survey.other_count, 0);
    assert_int_equal(survey.examples, 54); /* 90 %: nothing is left out for the test */
    data_survey_clear(&survey);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_largest_text_is_trained_on),
        cmocka_unit_test(texts_with_a_suffix_in_capitals_are_seen),
        cmocka_unit_test(rows_are_counted_by_language),
        cmocka_unit_test(rows_that_cannot_be_raced_on_are_refused),
        cmocka_unit_test(published_files_are_known_by_their_names),
        cmocka_unit_test(english_emoji_are_trained_on),
        cmocka_unit_test(a_published_set_is_one_with_its_test_files),
        cmocka_unit_test(images_are_trained_on_where_others_have_their_classes),
    };
    return cmocka_run_group_tests(tests, open_lab, close_lab);
}
