/* tests/data/test_padded_batch.c -- sequences of texts and pairs, padding behind them, and what was cut. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "data/padded_batch.h"

enum {
    T = 12,
    BLANK = 4 + 94 + 94 + 32
}; /* the bytes before '!' come behind all that can be seen */
static const SpellingDropout ALIKE = {0};

/* An encoder's tokenizer of bytes alone: byte b has the id 4 + its rank, and no merges; a blank stands before each text. */
static int set_up(void **state)
{
    Tokenizer *tokenizer = NULL;
    assert_int_equal(tokenizer_train_for_encoder("", 0, 261, &tokenizer, NULL), STATUS_OK);
    *state = tokenizer;
    return 0;
}

static int tear_down(void **state)
{
    tokenizer_destroy(*state);
    return 0;
}

static void add(LabelledText *texts, const char *first, const char *second, const char *label)
{
    const LabelledRow row = {first, second, label, "en", "train"};
    assert_int_equal(labelled_text_add(texts, &row), STATUS_OK);
}

static int32_t id_of(char letter)
{
    return 4 + letter - '!';
}

static void batches_are_padded_and_masked(void **state)
{
    LabelledText texts = {0};
    add(&texts, "abc", NULL, "0");
    add(&texts, "0123456789ABCDEF", NULL, "1");
    add(&texts, "", NULL, "0");
    const SpecialTokens special = tokenizer_special_tokens(*state);
    assert_int_equal(special.mask, 260);
    SequenceSet set = {0};
    assert_int_equal(sequence_set_encode(&texts, *state, &special, &ALIKE, T, &set), STATUS_OK);
    assert_int_equal(set.count, 3);
    assert_int_equal(set.cut_count, 1);
    PaddedBatch batch;
    assert_int_equal(padded_batch_init(&batch, 4, T + 1), STATUS_OK);
    padded_batch_fill(&batch, &set, (uint32_t[]){1, 0, 2, 0});
    const int32_t *abc = batch.ids + batch.T;
    const int32_t expected[] = {0, BLANK, id_of('a'), id_of('b'), id_of('c'), 2, 1,
                                1, 1,     1,          1,          1,          1};
    assert_memory_equal(abc, expected, sizeof expected);
    static const uint8_t mask[T + 1] = {1, 1, 1, 1, 1, 1};
    assert_memory_equal(batch.mask + batch.T, mask, sizeof mask);
    assert_memory_equal(abc, batch.ids + 3 * batch.T, sizeof expected);
    assert_int_equal(batch.ids[T - 1], 2); /* the long one ends with </s> */
    assert_int_equal(batch.ids[T - 2], id_of('8'));
    assert_int_equal(batch.ids[T], 1);
    assert_int_equal(batch.mask[T - 1], 1);
    assert_int_equal(batch.mask[T], 0);
    assert_int_equal(batch.ids[2 * batch.T + 1], 2); /* nothing between <s> and </s> */
    assert_memory_equal(batch.labels, ((int32_t[]){1, 0, 0, 0}), 4 * sizeof *batch.labels);
    assert_int_equal(padded_batch_longest(&batch, 0, 4), T);
    assert_int_equal(padded_batch_longest(&batch, 1, 3), 6);
    assert_int_equal(padded_batch_longest(&batch, 2, 1), 2);
    padded_batch_clear(&batch);
    sequence_set_clear(&set);
    labelled_text_clear(&texts);
}

static void pairs_have_both_texts(void **state)
{
    LabelledText texts = {0};
    add(&texts, "ab", "c", "yes");
    add(&texts, "aaaaaaaaaaaa", "bb", "no");
    const SpecialTokens special = tokenizer_special_tokens(*state);
    SequenceSet set = {0};
    assert_int_equal(sequence_set_encode(&texts, *state, &special, &ALIKE, T, &set), STATUS_OK);
    const int32_t expected[] = {0, BLANK, id_of('a'), id_of('b'), 2, 2, BLANK, id_of('c'), 2};
    assert_int_equal(set.starts[1], 9);
    assert_memory_equal(set.ids, expected, sizeof expected);
    assert_int_equal(set.starts[2], 9 + T);
    assert_int_equal(set.ids[9 + T - 2], id_of('b')); /* only the long one was cut */
    assert_int_equal(set.ids[9 + T - 3], id_of('b'));
    assert_int_equal(set.cut_count, 1);
    assert_int_equal(set.labels[1], 1);
    sequence_set_clear(&set);
    labelled_text_clear(&texts);
}

/* Words seen often are one token; with dropout they come in pieces, the same for the same seed. */
static void training_texts_can_be_spelled_in_many_ways(void **state)
{
    (void)state;
    enum { COUNT = 40 };
    static const char WORDS[] = "grinning grinning grinning face face face";
    Tokenizer *tokenizer = NULL;
    LabelledText texts = {0};
    SequenceSet sets[4];
    static const SpellingDropout DROPOUTS[4] = {{0}, {0.3, 1}, {0.3, 1}, {0.3, 2}};
    assert_int_equal(tokenizer_train_for_encoder(WORDS, sizeof WORDS - 1, 271, &tokenizer, NULL),
                     STATUS_OK);
    const SpecialTokens special = tokenizer_special_tokens(tokenizer);
    for (size_t i = 0; i < COUNT; i++) {
        add(&texts, "grinning face", NULL, "0");
    }
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(
            sequence_set_encode(&texts, tokenizer, &special, &DROPOUTS[i], 20, &sets[i]),
            STATUS_OK);
    }
    const size_t whole = sets[0].starts[1];
    assert_int_equal(sets[0].starts[COUNT], COUNT * whole);
    assert_true(sets[1].starts[COUNT] > COUNT * whole + COUNT / 2);
    assert_memory_equal(sets[1].starts, sets[2].starts, (COUNT + 1) * sizeof *sets[1].starts);
    assert_memory_equal(sets[1].ids, sets[2].ids, sets[1].starts[COUNT] * sizeof *sets[1].ids);
    assert_memory_not_equal(sets[1].starts, sets[3].starts, (COUNT + 1) * sizeof *sets[1].starts);
    for (size_t i = 0; i < 4; i++) {
        sequence_set_clear(&sets[i]);
    }
    labelled_text_clear(&texts);
    tokenizer_destroy(tokenizer);
}

static void refuses_too_few_positions_and_missing_tokens(void **state)
{
    LabelledText single = {0};
    LabelledText pairs = {0};
    add(&single, "a", NULL, "0");
    add(&pairs, "a", "b", "0");
    SpecialTokens special = tokenizer_special_tokens(*state);
    SequenceSet set = {0};
    assert_int_equal(sequence_set_encode(&single, *state, &special, &ALIKE, 2, &set),
                     STATUS_BAD_VALUE);
    assert_int_equal(sequence_set_encode(&pairs, *state, &special, &ALIKE, 5, &set),
                     STATUS_BAD_VALUE);
    assert_int_equal(sequence_set_encode(&pairs, *state, &special, &ALIKE, 6, &set), STATUS_OK);
    sequence_set_clear(&set);
    special.padding = -1;
    assert_int_equal(sequence_set_encode(&single, *state, &special, &ALIKE, T, &set),
                     STATUS_BAD_VALUE);
    assert_null(set.ids);
    PaddedBatch batch;
    assert_int_equal(padded_batch_init(&batch, SIZE_MAX / 2, 4), STATUS_OUT_OF_MEMORY);
    padded_batch_clear(&batch);
    labelled_text_clear(&single);
    labelled_text_clear(&pairs);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(batches_are_padded_and_masked),
        cmocka_unit_test(pairs_have_both_texts),
        cmocka_unit_test(training_texts_can_be_spelled_in_many_ways),
        cmocka_unit_test(refuses_too_few_positions_and_missing_tokens),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
