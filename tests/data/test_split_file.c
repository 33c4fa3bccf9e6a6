#include "data/split_file.h"

#include "data/sample_file.h"

static const char *const FILES[] = {
    "multinli_1.0_train.txt", "multinli.train.fr.tsv", "xnli.dev.jsonl", "multinli.train.en.tsv",
    "xnli.dev.tsv",           "xnli.test.tsv",         "train.jsonl",    "train.tsv"};

static void remove_all(SampleFile *sample)
{
    for (size_t i = 0; i < sizeof FILES / sizeof *FILES; i++) {
        char path[200];
        snprintf(path, sizeof path, "%s/%s", sample->folder, FILES[i]);
        unlink(path);
    }
    sample_file_remove(sample);
}

static void make(const SampleFile *sample, const char *name)
{
    SampleFile file = *sample;
    snprintf(file.path, sizeof file.path, "%.63s/%.60s", sample->folder, name);
    sample_file_write(&file, "x", 1);
}

static void expect(const SampleFile *sample, const char *split, const char *name)
{
    char path[200];
    const bool is_there = split_file_find(sample->folder, split, "en", path, sizeof path);
    assert_int_equal(is_there, name != NULL);
    if (name != NULL) {
        assert_string_equal(path + strlen(sample->folder) + 1, name);
    }
}

static void finds_what_is_published_and_prefers_own_names(void **state)
{
    (void)state;
    SampleFile *sample = sample_file_make("unused");
    make(sample, "multinli_1.0_train.txt");
    make(sample, "multinli.train.fr.tsv");
    make(sample, "xnli.dev.jsonl");
    expect(sample, "train", "multinli_1.0_train.txt");
    expect(sample, "dev", "xnli.dev.jsonl");
    expect(sample, "test", NULL);
    make(sample, "multinli.train.en.tsv");
    make(sample, "xnli.dev.tsv");
    make(sample, "xnli.test.tsv");
    expect(sample, "train", "multinli.train.en.tsv");
    expect(sample, "dev", "xnli.dev.tsv");
    expect(sample, "test", "xnli.test.tsv");
    make(sample, "train.jsonl");
    expect(sample, "train", "train.jsonl");
    make(sample, "train.tsv");
    expect(sample, "train", "train.tsv");
    expect(sample, "pre", NULL);
    remove_all(sample);
}

static void a_path_without_room_is_not_there(void **state)
{
    (void)state;
    SampleFile *sample = sample_file_make("unused");
    char path[12];
    make(sample, "train.tsv");
    assert_false(split_file_find(sample->folder, "train", "en", path, sizeof path));
    remove_all(sample);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_what_is_published_and_prefers_own_names),
        cmocka_unit_test(a_path_without_room_is_not_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
