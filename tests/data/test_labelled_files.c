/* tests/data/test_labelled_files.c -- the forms people have, as published, and each way they can be wrong. */
#include "sample_file.h"

#include "data/labelled_files.h"

/* Four rows of XNLI's test file, with the columns it is published with (some left out in the middle). */
static const char XNLI[] =
    "language\tgold_label\tsentence1_binary_parse\tsentence1\tsentence2\tpromptID\tpairID\tgenre\n"
    "ar\tneutral\t\t\"\xD8\xAD\xD8\xB3\xD9\x86\xD8\xA7\tb\t1\t2\tfacetoface\n"
    "en\tcontradiction\t\tWell, I wasn't\tI was \"sure\"\t1\t2\tfacetoface\n"
    "en\t-\t\tundecided\tx\t1\t2\tfacetoface\n"
    "en\tentailment\t\tWell\tYes\t1\t3\tfacetoface\n";

static Status read_text(const char *name, const char *text, LabelledSource source,
                        const LabelledWish *wish, LabelledText *set, Problem *problem)
{
    SampleFile *sample = sample_file_make(name);
    sample_file_write_text(sample, text);
    source.path = sample->path;
    const Status status = labelled_files_read(&source, 1, wish, set, problem);
    if (status != STATUS_OK) {
        assert_problem(problem, status, sample->path, "");
    }
    sample_file_remove(sample);
    return status;
}

static void reads_xnli_as_published(void **state)
{
    (void)state;
    LabelledText set = {0};
    const LabelledWish all = {0};
    assert_int_equal(read_text("xnli.dev.tsv", XNLI,
                               (LabelledSource){.form = LABELLED_FORM_INFERENCE, .split = "dev"},
                               &all, &set, NULL),
                     STATUS_OK);
    assert_int_equal(set.count, 3);
    assert_int_equal(set.skipped, 1);
    assert_true(set.has_pairs);
    assert_string_equal(set.languages.names[0], "ar");
    assert_string_equal(set.labels.names[0], "contradiction");
    assert_string_equal(set.labels.names[2], "neutral");
    assert_string_equal(labelled_text_first(&set, 0), "\"\xD8\xAD\xD8\xB3\xD9\x86\xD8\xA7");
    assert_string_equal(labelled_text_second(&set, 1), "I was \"sure\"");
    assert_int_equal(set.examples[1].label, 0);
    assert_int_equal(labelled_text_choose(&set, "en", "dev", NULL), 2);
    labelled_text_clear(&set);
}

static void a_given_list_of_labels_and_languages_wins(void **state)
{
    (void)state;
    static const char *const labels[] = {"entailment", "neutral", "contradiction"};
    static const char *const languages[] = {"en"};
    LabelledText set = {0};
    const LabelledWish wish = {labels, 3, languages, 1};
    assert_int_equal(read_text("xnli.tsv", XNLI, (LabelledSource){.form = LABELLED_FORM_INFERENCE},
                               &wish, &set, NULL),
                     STATUS_OK);
    assert_int_equal(set.count, 2);
    assert_int_equal(set.examples[0].label, 2);
    assert_int_equal(set.examples[1].label, 0);
    labelled_text_clear(&set);
}

static void reads_json_lines_and_translated_tables(void **state)
{
    (void)state;
    LabelledText set = {0};
    const LabelledWish all = {0};
    const LabelledSource english = {.form = LABELLED_FORM_INFERENCE, .language = "en"};
    assert_int_equal(
        read_text("multinli_1.0_train.jsonl",
                  "{\"annotator_labels\": [\"neutral\"], \"genre\": \"government\", "
                  "\"gold_label\": \"neutral\", \"sentence1\": \"caf\\u00e9\", "
                  "\"sentence2\": \"b\"}\n"
                  "{\"gold_label\": \"-\", \"sentence1\": \"a\", \"sentence2\": \"b\"}\n",
                  english, &all, &set, NULL),
        STATUS_OK);
    assert_int_equal(set.count, 1);
    assert_int_equal(set.skipped, 1);
    assert_string_equal(labelled_text_first(&set, 0), "caf\xC3\xA9");
    assert_string_equal(set.languages.names[set.examples[0].language], "en");
    labelled_text_clear(&set);
    assert_int_equal(read_text("multinli.train.en.tsv",
                               "premise\thypo\tlabel\na\tb\tcontradictory\n", english, &all, &set,
                               NULL),
                     STATUS_OK);
    assert_string_equal(set.labels.names[set.examples[0].label], "contradiction");
    labelled_text_clear(&set);
}

static void reads_columns_with_any_labels(void **state)
{
    (void)state;
    LabelledText set = {0};
    const LabelledWish all = {0};
    const LabelledSource plain = {.form = LABELLED_FORM_COLUMNS};
    assert_int_equal(read_text("my.tsv",
                               "split\tlabel\tcomment\tlanguage\ttext\r\n"
                               "train\tgood\t-\tde\tja\r\ntest\tbad\t\tfr\tnon\r\n",
                               plain, &all, &set, NULL),
                     STATUS_OK);
    assert_int_equal(set.count, 2);
    assert_string_equal(labelled_text_first(&set, 1), "non");
    assert_int_equal(set.examples[1].label, 0); /* bad < good */
    assert_int_equal(labelled_text_choose(&set, "de", "train", NULL), 1);
    labelled_text_clear(&set);
    assert_int_equal(
        read_text("my.jsonl",
                  "{\"text\": \"ja\", \"text2\": \"so\", \"label\": 1, \"language\": \"de\"}\n"
                  "{\"text\": \"nein\", \"text2\": \"\", \"label\": 0, \"language\": \"de\"}\n",
                  plain, &all, &set, NULL),
        STATUS_OK);
    assert_string_equal(set.labels.names[0], "0");
    assert_int_equal(set.examples[0].label, 1);
    assert_string_equal(labelled_text_second(&set, 0), "so");
    labelled_text_clear(&set);
}

static void several_files_make_one_set(void **state)
{
    (void)state;
    static const char *const labels[] = {"0", "1", "2", "3", "4", "5", "6", "7"};
    const LabelledSource sources[] = {
        {.path = "sample-runs/data/cross-lingual/emoji.en.tsv",
         .form = LABELLED_FORM_EMOJI,
         .language = "en",
         .emoji_strings = EMOJI_STRINGS_NAME},
        {.path = "sample-runs/data/cross-lingual/emoji.th.tsv",
         .form = LABELLED_FORM_EMOJI,
         .language = "th",
         .emoji_strings = EMOJI_STRINGS_NAME},
    };
    const LabelledWish wish = {.labels = labels, .label_count = 8};
    LabelledText set = {0};
    assert_int_equal(labelled_files_read(sources, 2, &wish, &set, NULL), STATUS_OK);
    assert_int_equal(set.count, 2 * 1392);
    assert_int_equal(labelled_text_choose(&set, "th", "test", NULL), 274);
    for (size_t i = 0; i < 1392; i++) {
        assert_int_equal(set.examples[i].label, set.examples[i + 1392].label);
        assert_int_equal(set.examples[i].split, set.examples[i + 1392].split);
    }
    labelled_text_clear(&set);
    Problem problem = {0};
    const LabelledWish narrow = {.labels = labels, .label_count = 7};
    assert_int_equal(labelled_files_read(sources, 2, &narrow, &set, &problem), STATUS_BAD_VALUE);
    assert_problem(&problem, STATUS_BAD_VALUE, "emoji.en.tsv", "\"7\"");
    const LabelledSource nameless = {.path = "x.tsv", .form = LABELLED_FORM_EMOJI};
    assert_int_equal(labelled_files_read(&nameless, 1, &wish, &set, &problem), STATUS_BAD_VALUE);
    assert_problem(&problem, STATUS_BAD_VALUE, "x.tsv", "language");
    const LabelledSource mixed[] = {
        sources[0], {.path = sources[1].path, .form = LABELLED_FORM_EMOJI_PAIRS, .language = "th"}};
    assert_int_equal(labelled_files_read(mixed, 2, &(LabelledWish){0}, &set, &problem),
                     STATUS_BAD_VALUE);
    assert_problem(&problem, STATUS_BAD_VALUE, "emoji.th.tsv", "mixed");
    assert_int_equal(set.count, 0);
}

static void refuses_by_file_and_line(void **state)
{
    (void)state;
    static const char *const labels[] = {"yes", "no"};
    static const char *const languages[] = {"en", "sw"};
    static const struct {
        const char *name;
        const char *text;
        LabelledForm form;
        LabelledWish wish;
        Status status;
        const char *word;
    } cases[] = {
        {"a.tsv", "", LABELLED_FORM_COLUMNS, {0}, STATUS_BAD_FORMAT, "is empty"},
        {"a.tsv",
         "text\tlabel\tlanguage\n",
         LABELLED_FORM_COLUMNS,
         {0},
         STATUS_BAD_VALUE,
         "no rows"},
        {"a.tsv",
         "text\tlanguage\n",
         LABELLED_FORM_COLUMNS,
         {0},
         STATUS_BAD_FORMAT,
         "line 1: should name the columns, but names no \"label\""},
        {"a.tsv",
         "label\tlanguage\n",
         LABELLED_FORM_COLUMNS,
         {0},
         STATUS_BAD_FORMAT,
         "no \"text\""},
        {"a.tsv",
         "gold_label\tlanguage\tsentence1\n",
         LABELLED_FORM_INFERENCE,
         {0},
         STATUS_BAD_FORMAT,
         "no \"sentence2\""},
        {"a.tsv",
         "text\tlabel\ttext\n",
         LABELLED_FORM_COLUMNS,
         {0},
         STATUS_BAD_FORMAT,
         "say the same"},
        {"a.tsv",
         "text\tlabel\tlanguage\na\tb\ten\na\tb\n",
         LABELLED_FORM_COLUMNS,
         {0},
         STATUS_BAD_FORMAT,
         "line 3: has 2 columns; the first line names 3"},
        {"a.tsv",
         "text\tlabel\tlanguage\na\tb\ten\textra\n",
         LABELLED_FORM_COLUMNS,
         {0},
         STATUS_BAD_FORMAT,
         "line 2: has 4 columns"},
        {"a.tsv",
         "text\tlabel\na\tb\n",
         LABELLED_FORM_COLUMNS,
         {0},
         STATUS_BAD_VALUE,
         "line 2: has no language"},
        {"a.tsv",
         "text\tlabel\tlanguage\n\tb\ten\n",
         LABELLED_FORM_COLUMNS,
         {0},
         STATUS_BAD_VALUE,
         "line 2: has no text"},
        {"a.tsv",
         "text\tlabel\tlanguage\na\t\ten\n",
         LABELLED_FORM_COLUMNS,
         {0},
         STATUS_BAD_VALUE,
         "line 2: has no label"},
        {"a.tsv",
         "text\tlabel\tlanguage\na\tyes\ten\nb\tmaybe\ten\n",
         LABELLED_FORM_COLUMNS,
         {.labels = labels, .label_count = 2},
         STATUS_BAD_VALUE,
         "line 3: the label \"maybe\" is not one of: yes, no."},
        {"a.tsv",
         "text\tlabel\tlanguage\na\tyes\ten\n",
         LABELLED_FORM_COLUMNS,
         {.languages = languages, .language_count = 2},
         STATUS_BAD_VALUE,
         "no row is in the language \"sw\""},
        {"a.tsv",
         "premise\thypo\tlabel\tlanguage\na\tb\thidden\ten\n",
         LABELLED_FORM_INFERENCE,
         {0},
         STATUS_BAD_VALUE,
         "the label \"hidden\" is not one of: entailment"},
        {"a.tsv",
         "text\tlabel\tlanguage\na\xC0\xAF\tyes\ten\n",
         LABELLED_FORM_COLUMNS,
         {0},
         STATUS_BAD_FORMAT,
         "line 2: is not UTF-8"},
        {"a.jsonl",
         "{\"text\": \"a\", \"label\": \"b\", \"language\": \"en\"}\n{\"text\": \n",
         LABELLED_FORM_COLUMNS,
         {0},
         STATUS_BAD_FORMAT,
         "a.jsonl, line 2, column 9: it ends too early"},
        {"a.jsonl", "[1]\n", LABELLED_FORM_COLUMNS, {0}, STATUS_BAD_FORMAT, "line 1: should be"},
        {"a.jsonl",
         "{\"label\": \"b\"}\n",
         LABELLED_FORM_COLUMNS,
         {0},
         STATUS_BAD_FORMAT,
         "line 1: has no \"text\""},
        {"a.jsonl",
         "{\"text\": 5, \"label\": \"b\"}\n",
         LABELLED_FORM_COLUMNS,
         {0},
         STATUS_BAD_FORMAT,
         "\"text\" should be a text."},
        {"a.jsonl",
         "{\"text\": \"a\", \"label\": 0.5}\n",
         LABELLED_FORM_COLUMNS,
         {0},
         STATUS_BAD_FORMAT,
         "\"label\" should be a text or a whole number"},
        {"a.jsonl",
         "{\"text\": \"a\", \"label\": 1, \"language\": \"en\"}\n"
         "{\"text\": \"a\", \"text2\": \"b\", \"label\": 1, \"language\": \"en\"}\n",
         LABELLED_FORM_COLUMNS,
         {0},
         STATUS_BAD_VALUE,
         "line 2: has two texts"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        LabelledText untouched = {.skipped = 77};
        Problem problem = {0};
        assert_int_equal(read_text(cases[i].name, cases[i].text,
                                   (LabelledSource){.form = cases[i].form}, &cases[i].wish,
                                   &untouched, &problem),
                         cases[i].status);
        assert_problem(&problem, cases[i].status, "", cases[i].word);
        assert_int_equal(untouched.skipped, 77);
    }
}

static void too_many_labels_are_taken_for_a_mistaken_column(void **state)
{
    (void)state;
    char *text = malloc(200000);
    assert_non_null(text);
    char *end = stpcpy(text, "text\tlabel\tlanguage\n");
    for (int i = 0; i < LABEL_COUNT_MAX + 100; i++) {
        end += sprintf(end, "x\tlabel %d\ten\n", i);
    }
    LabelledText set = {0};
    Problem problem = {0};
    assert_int_equal(read_text("a.tsv", text, (LabelledSource){.form = LABELLED_FORM_COLUMNS},
                               &(LabelledWish){0}, &set, &problem),
                     STATUS_BAD_VALUE);
    assert_problem(&problem, STATUS_BAD_VALUE, "line 5002", "is this the column of labels?");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_xnli_as_published),
        cmocka_unit_test(a_given_list_of_labels_and_languages_wins),
        cmocka_unit_test(reads_json_lines_and_translated_tables),
        cmocka_unit_test(reads_columns_with_any_labels),
        cmocka_unit_test(several_files_make_one_set),
        cmocka_unit_test(refuses_by_file_and_line),
        cmocka_unit_test(too_many_labels_are_taken_for_a_mistaken_column),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
