/* tests/data/test_text_corpus.c -- splits that never share a block, in made-up folders and in the bundled data. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "data/text_corpus.h"

enum { BUNDLED_DOMAINS = 25, BUNDLED_BYTES_MAX = 300000, BLOCKS_MAX = 32768 };

static const char BUNDLED[] = "sample-runs/data/cross-domain";

typedef struct Fixture {
    char folder[64];
} Fixture;

static int set_up(void **state)
{
    Fixture *fixture = calloc(1, sizeof *fixture);
    assert_non_null(fixture);
    strcpy(fixture->folder, "/tmp/tramlab-corpus-XXXXXX");
    assert_non_null(mkdtemp(fixture->folder));
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    Fixture *fixture = *state;
    char command[128];
    snprintf(command, sizeof command, "rm -r '%s'", fixture->folder);
    const int result = system(command);
    free(fixture);
    return result;
}

static void write_file(const Fixture *fixture, const char *name, const char *text)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", fixture->folder, name);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

static void assert_split(const TextDomain *domain, TextSplit split, size_t blocks, const char *text)
{
    assert_int_equal(domain->split_blocks[split], blocks);
    assert_int_equal(domain->split_size[split], strlen(text));
    assert_memory_equal(domain->text + domain->split_start[split], text, strlen(text));
}

static void cuts_ten_blocks_into_one_one_four_four(void **state)
{
    const Fixture *fixture = *state;
    /* Lines of blanks and carriage returns are blank too; a block may have several lines. */
    write_file(fixture, "x.txt",
               "\n \n1\n\n2\n\r \n3\n3b\n\n4\n\t \n\n5\n\n6\n\n7\n\n8\n\n9\n\n10");
    TextCorpus corpus = {0};
    assert_int_equal(text_corpus_load(fixture->folder, &corpus, NULL), STATUS_OK);
    const TextDomain *domain = text_corpus_find(&corpus, "x");
    assert_non_null(domain);
    assert_split(domain, TEXT_SPLIT_TEST, 1, "1\n\n");
    assert_split(domain, TEXT_SPLIT_DEV, 1, "2\n\r \n");
    assert_split(domain, TEXT_SPLIT_PRETRAIN, 4, "3\n3b\n\n4\n\t \n\n5\n\n6\n\n");
    assert_split(domain, TEXT_SPLIT_FINE_TUNE, 4, "7\n\n8\n\n9\n\n10");
    text_corpus_clear(&corpus);
}

static void a_file_of_another_system_has_the_text_of_one_of_ours(void **state)
{
    const Fixture *fixture = *state;
    TextCorpus corpus = {0};
    write_file(fixture, "x.txt",
               "\xEF\xBB\xBF"
               "1\r\n\r\n2\r\n\r\n3\r\n\r\n4\r\n\r\n5\r\n\r\n6\r\n\r\n7\r\n\r\n8\r\n\r\n"
               "9\r\n\r\n1\r0\r\n\xEF\xBB\xBF\r");
    assert_int_equal(text_corpus_load(fixture->folder, &corpus, NULL), STATUS_OK);
    /* What else there is of these characters is text. */
    assert_string_equal(corpus.domains[0].text,
                        "1\n\n2\n\n3\n\n4\n\n5\n\n6\n\n7\n\n8\n\n9\n\n1\r0\n\xEF\xBB\xBF\r");
    assert_int_equal(corpus.domains[0].size, strlen(corpus.domains[0].text));
    assert_split(&corpus.domains[0], TEXT_SPLIT_DEV, 1, "2\n\n");
    text_corpus_clear(&corpus);
}

static void rounds_the_pretraining_half_up_and_the_tenth_down(void **state)
{
    const Fixture *fixture = *state;
    char text[256] = "";
    for (int i = 0; i < 29; i++) {
        strcat(text, "b\n\n");
    }
    write_file(fixture, "x.txt", text);
    TextCorpus corpus = {0};
    assert_int_equal(text_corpus_load(fixture->folder, &corpus, NULL), STATUS_OK);
    const size_t expected[TEXT_SPLIT_COUNT] = {2, 2, 13, 12};
    assert_memory_equal(corpus.domains[0].split_blocks, expected, sizeof expected);
    text_corpus_clear(&corpus);
}

static void sorts_domains_by_name_and_looks_only_at_txt_files(void **state)
{
    const Fixture *fixture = *state;
    static const char ten[] = "1\n\n2\n\n3\n\n4\n\n5\n\n6\n\n7\n\n8\n\n9\n\n10\n";
    write_file(fixture, "b.txt", ten);
    write_file(fixture, "a.txt", ten);
    write_file(fixture, "a-b.txt", ten);
    write_file(fixture, "c.md", "x");
    write_file(fixture, ".hidden.txt", "x");
    write_file(fixture, "txt", "x");
    TextCorpus corpus = {0};
    assert_int_equal(text_corpus_load(fixture->folder, &corpus, NULL), STATUS_OK);
    assert_int_equal(corpus.count, 3);
    assert_string_equal(corpus.domains[0].name, "a");
    assert_string_equal(corpus.domains[1].name, "a-b");
    assert_string_equal(corpus.domains[2].name, "b");
    assert_null(text_corpus_find(&corpus, "c"));
    text_corpus_clear(&corpus);
    assert_null(corpus.domains);
}

static void a_suffix_in_capitals_is_one_too(void **state)
{
    const Fixture *fixture = *state;
    static const char ten[] = "1\n\n2\n\n3\n\n4\n\n5\n\n6\n\n7\n\n8\n\n9\n\n10\n";
    TextCorpus corpus = {0};
    Problem problem = {0};
    write_file(fixture, "B.TXT", ten);
    write_file(fixture, "a.Txt", ten);
    assert_int_equal(text_corpus_load(fixture->folder, &corpus, NULL), STATUS_OK);
    assert_int_equal(corpus.count, 2);
    assert_string_equal(corpus.domains[0].name, "B");
    assert_string_equal(corpus.domains[1].name, "a");
    assert_string_equal(corpus.domains[1].text, ten);
    text_corpus_clear(&corpus);
    write_file(fixture, "B.txt", ten);
    assert_int_equal(text_corpus_load(fixture->folder, &corpus, &problem), STATUS_BAD_VALUE);
    assert_non_null(strstr(problem.text, "B.TXT and B.txt would be the same domain; rename one"));
}

static void assert_refused(const char *folder, Status expected, const char *word)
{
    TextCorpus corpus = {.count = 99};
    Problem problem = {0};
    assert_int_equal(text_corpus_load(folder, &corpus, &problem), expected);
    assert_non_null(strstr(problem.text, word));
    assert_int_equal(corpus.count, 99);
}

static void says_what_is_wrong_with_a_folder(void **state)
{
    const Fixture *fixture = *state;
    assert_refused("/nonexistent/folder", STATUS_FILE_UNREADABLE, "/nonexistent/folder");
    assert_refused(fixture->folder, STATUS_FILE_UNREADABLE, "no domains");
    write_file(fixture, "small.txt", "1\n\n2\n\n3\n\n4\n\n5\n\n6\n\n7\n\n8\n\n9\n");
    assert_refused(fixture->folder, STATUS_BAD_VALUE, "small.txt: has 9 blocks");
    write_file(fixture, "small.txt", "");
    assert_refused(fixture->folder, STATUS_BAD_VALUE, "small.txt: has 0 blocks");
}

static void refuses_other_encodings_with_the_line(void **state)
{
    const Fixture *fixture = *state;
    TextCorpus corpus = {0};
    Problem problem = {0};
    static const char LATIN[] = "first\n\nsecond, not the last\n\ncaf\xe9\n";
    write_file(fixture, "a.txt", LATIN);
    assert_refused(fixture->folder, STATUS_BAD_VALUE, "a.txt, line 5: is not UTF-8 (byte 33 of");
    write_file(fixture, "a.txt", "1\n\n2\n\n3\n\n4\n\n5\n\n6\n\n7\n\n8\n\n9\n\ncut \xc3");
    assert_refused(fixture->folder, STATUS_BAD_VALUE, "line 19: is not UTF-8");
    write_file(fixture, "a.txt",
               "1\n\n2\n\n3\n\n4\n\n5\n\n6\n\n7\n\n8\n\n9\n\nna\xc3\xafve \xe2\x82\xac");
    assert_int_equal(text_corpus_load(fixture->folder, &corpus, &problem), STATUS_OK);
    text_corpus_clear(&corpus);
}

static void refuses_a_name_that_is_too_long_and_too_many_domains(void **state)
{
    const Fixture *fixture = *state;
    char name[96] = "";
    memset(name, 'n', DOMAIN_NAME_BYTES);
    strcpy(name + DOMAIN_NAME_BYTES, ".txt");
    write_file(fixture, name, "x");
    assert_refused(fixture->folder, STATUS_BAD_VALUE, "too long");
    char path[256];
    snprintf(path, sizeof path, "%s/%s", fixture->folder, name);
    assert_int_equal(unlink(path), 0);
    for (int i = 0; i <= DOMAIN_COUNT_MAX; i++) {
        snprintf(name, sizeof name, "d%d.txt", i);
        write_file(fixture, name, "x");
    }
    assert_refused(fixture->folder, STATUS_BAD_VALUE, "more than 64");
}

typedef struct Block {
    const char *text;
    size_t size;
    size_t split;
} Block;

static int compare_blocks(const void *a, const void *b)
{
    const Block *left = a;
    const Block *right = b;
    const size_t shorter = left->size < right->size ? left->size : right->size;
    const int order = memcmp(left->text, right->text, shorter);
    return order != 0 ? order : (left->size > right->size) - (left->size < right->size);
}

/* The blocks of the bundled files, found in the plainest way: they are separated by exactly one empty line. */
static size_t list_blocks(const TextDomain *domain, Block *blocks, size_t capacity)
{
    size_t count = 0;
    for (size_t split = 0; split < TEXT_SPLIT_COUNT; split++) {
        const size_t first = count;
        const char *at = domain->text + domain->split_start[split];
        const char *end = at + domain->split_size[split];
        while (at < end) {
            const char *gap = memmem(at, (size_t)(end - at), "\n\n", 2);
            const char *stop = gap != NULL ? gap : end - 1;
            assert_true(count < capacity);
            blocks[count++] = (Block){at, (size_t)(stop - at), split};
            at = gap != NULL ? gap + 2 : end;
        }
        assert_int_equal(count - first, domain->split_blocks[split]);
    }
    return count;
}

/* Neither in two splits of its domain nor in two domains: all pretraining pools go into one model. */
static void no_bundled_block_is_there_twice(void **state)
{
    (void)state;
    TextCorpus corpus = {0};
    assert_int_equal(text_corpus_load(BUNDLED, &corpus, NULL), STATUS_OK);
    Block *blocks = calloc(BLOCKS_MAX, sizeof *blocks);
    assert_non_null(blocks);
    size_t count = 0;
    for (size_t i = 0; i < corpus.count; i++) {
        count += list_blocks(&corpus.domains[i], blocks + count, BLOCKS_MAX - count);
    }
    qsort(blocks, count, sizeof *blocks, compare_blocks);
    for (size_t i = 1; i < count; i++) {
        if (compare_blocks(&blocks[i - 1], &blocks[i]) == 0) {
            fail_msg("a block is there twice: %.60s", blocks[i].text);
        }
    }
    free(blocks);
    text_corpus_clear(&corpus);
}

static void bundled_splits_cover_their_file_in_order(void **state)
{
    (void)state;
    TextCorpus corpus = {0};
    assert_int_equal(text_corpus_load(BUNDLED, &corpus, NULL), STATUS_OK);
    assert_int_equal(corpus.count, BUNDLED_DOMAINS);
    for (size_t i = 0; i < corpus.count; i++) {
        const TextDomain *domain = &corpus.domains[i];
        assert_in_range(domain->size, 1, BUNDLED_BYTES_MAX);
        size_t at = 0;
        for (size_t split = 0; split < TEXT_SPLIT_COUNT; split++) {
            assert_int_equal(domain->split_start[split], at);
            at += domain->split_size[split];
        }
        assert_int_equal(at, domain->size);
    }
    text_corpus_clear(&corpus);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(refuses_other_encodings_with_the_line, set_up, tear_down),
        cmocka_unit_test_setup_teardown(cuts_ten_blocks_into_one_one_four_four, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_file_of_another_system_has_the_text_of_one_of_ours,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(rounds_the_pretraining_half_up_and_the_tenth_down, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(sorts_domains_by_name_and_looks_only_at_txt_files, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_suffix_in_capitals_is_one_too, set_up, tear_down),
        cmocka_unit_test_setup_teardown(says_what_is_wrong_with_a_folder, set_up, tear_down),
        cmocka_unit_test_setup_teardown(refuses_a_name_that_is_too_long_and_too_many_domains,
                                        set_up, tear_down),
        cmocka_unit_test(no_bundled_block_is_there_twice),
        cmocka_unit_test(bundled_splits_cover_their_file_in_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
