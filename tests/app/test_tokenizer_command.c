#include "app/tokenizer_command.h"

#include "app/run_main.h"

static void run_tokenizer(const TinyLab *lab, const char *data, const char *size, const char *out,
                          MainRun *run)
{
    main_run(
        lab,
        (const char *[]){"tokenizer", "--data", data, "--vocab-size", size, "--out", out, NULL},
        run);
}

static void a_tokenizer_is_trained_and_reads_back_exactly(void **state)
{
    static const char TEXT[] = "the lab runs again\n\xff\xfe and \xc3\xa9";
    const TinyLab *lab = *state;
    char out[MAIN_PATH_BYTES];
    char decoded[sizeof TEXT];
    Tokenizer *tokenizer = NULL;
    int32_t tokens[sizeof TEXT];
    size_t count = 0;
    MainRun run = {0};
    Problem problem = {0};
    join_path(lab->folder, "trained.json", out);
    run_tokenizer(lab, lab->spec.data, "300", out, &run);
    expect_exit_status(&run, 0);
    expect_text(run.out, "300 entries, from the pretraining pools of 3 domains");
    assert_int_equal(tokenizer_load(out, &tokenizer, &problem), STATUS_OK);
    assert_int_equal(tokenizer_vocab_size(tokenizer), 300);
    assert_int_equal(tokenizer_encode(tokenizer, TEXT, sizeof TEXT, tokens, &count), STATUS_OK);
    assert_int_equal(tokenizer_decode(tokenizer, tokens, count, decoded, sizeof decoded),
                     sizeof TEXT);
    assert_memory_equal(decoded, TEXT, sizeof TEXT);
    tokenizer_destroy(tokenizer);
    main_clear(&run);
}

/* What training on the pretraining pools, and on nothing else, must give. */
static void save_expected(const TinyLab *lab, size_t vocab_size, const char *path)
{
    const char *texts[DOMAIN_COUNT_MAX];
    size_t sizes[DOMAIN_COUNT_MAX];
    TextCorpus corpus = {0};
    Tokenizer *tokenizer = NULL;
    Problem problem = {0};
    assert_int_equal(text_corpus_load(lab->spec.data, &corpus, &problem), STATUS_OK);
    for (size_t i = 0; i < corpus.count; i++) {
        const TextDomain *domain = &corpus.domains[i];
        sizes[i] = domain->split_size[TEXT_SPLIT_PRETRAIN];
        assert_true(sizes[i] > 0 && sizes[i] < domain->size);
        texts[i] = domain->text + domain->split_start[TEXT_SPLIT_PRETRAIN];
    }
    assert_int_equal(tokenizer_train(texts, sizes, corpus.count, vocab_size, &tokenizer, &problem),
                     STATUS_OK);
    assert_int_equal(tokenizer_save(tokenizer, path, &problem), STATUS_OK);
    tokenizer_destroy(tokenizer);
    text_corpus_clear(&corpus);
}

static void only_the_pretraining_pools_are_read(void **state)
{
    const TinyLab *lab = *state;
    MainRun run = {0};
    char out[MAIN_PATH_BYTES];
    char expected[MAIN_PATH_BYTES];
    join_path(lab->folder, "pools.json", out);
    join_path(lab->folder, "expected.json", expected);
    run_tokenizer(lab, lab->spec.data, "320", out, &run);
    expect_exit_status(&run, 0);
    save_expected(lab, 320, expected);
    char *texts[] = {text_of_file(out), text_of_file(expected)};
    assert_string_equal(texts[0], texts[1]);
    free(texts[0]);
    free(texts[1]);
    main_clear(&run);
}

static void the_same_text_gives_the_same_file(void **state)
{
    const TinyLab *lab = *state;
    char *texts[2];
    static const char *const NAMES[] = {"first.json", "second.json"};
    for (size_t i = 0; i < 2; i++) {
        MainRun run = {0};
        char out[MAIN_PATH_BYTES];
        join_path(lab->folder, NAMES[i], out);
        run_tokenizer(lab, lab->spec.data, "290", out, &run);
        expect_exit_status(&run, 0);
        texts[i] = text_of_file(out);
        main_clear(&run);
    }
    assert_string_equal(texts[0], texts[1]);
    free(texts[0]);
    free(texts[1]);
}

static void expect_refused(const TinyLab *lab, const char *data, const char *size, const char *out,
                           const char *complaint, int exit_status)
{
    MainRun run = {0};
    run_tokenizer(lab, data, size, out, &run);
    expect_exit_status(&run, exit_status);
    expect_one_complaint(&run, complaint);
    main_clear(&run);
}

static void what_cannot_be_done_is_said_in_one_line(void **state)
{
    const TinyLab *lab = *state;
    char out[MAIN_PATH_BYTES];
    join_path(lab->folder, "never.json", out);
    expect_refused(lab, "/nowhere/data", "300", out, "/nowhere/data", 1);
    expect_refused(lab, lab->spec.data, "10", out, "257", 2);
    expect_refused(lab, lab->spec.data, "999999999999", out, "999999999999", 2);
    assert_int_equal(access(out, F_OK), -1);
    expect_refused(lab, lab->spec.data, "300", "/proc/never.json", "/proc/never.json", 1);
}

static void no_file_is_replaced(void **state)
{
    const TinyLab *lab = *state;
    char out[MAIN_PATH_BYTES];
    join_path(lab->folder, "precious.json", out);
    write_text(out, "of a trained model");
    expect_refused(lab, lab->spec.data, "300", out, "is there already", 1);
    char *text = text_of_file(out);
    assert_string_equal(text, "of a trained model");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tokenizer_is_trained_and_reads_back_exactly),
        cmocka_unit_test(only_the_pretraining_pools_are_read),
        cmocka_unit_test(the_same_text_gives_the_same_file),
        cmocka_unit_test(no_file_is_replaced),
        cmocka_unit_test(what_cannot_be_done_is_said_in_one_line),
    };
    return cmocka_run_group_tests(tests, open_lab, close_lab);
}
