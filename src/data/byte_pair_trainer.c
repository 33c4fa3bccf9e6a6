#include "data/byte_pair_trainer.h"

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "data/growing_array.h"
#include "data/pair_map.h"
#include "data/pre_tokenizer.h"
#include "data/word_map.h"

/* A word that occurs in the texts, and what is left of its symbols. */
typedef struct Word {
    const char *bytes; /* borrowed from the texts */
    size_t size;
    size_t first_symbol;
    size_t symbol_count;
    int64_t occurrences;
} Word;

static const uint32_t NO_USE = UINT32_MAX;

typedef struct Pair {
    int32_t left;
    int32_t right;
    int64_t occurrences;
    /* the words it was seen in, as a list through `uses`; some may have lost it since */
    uint32_t last_use;
    bool is_touched; /* in `touched` */
    bool is_merged;
} Pair;

typedef struct PairUse {
    uint32_t word;
    uint32_t previous;
} PairUse;

/* A pair in the heap, with its count when it was put there. */
typedef struct Candidate {
    int64_t occurrences;
    uint32_t pair;
} Candidate;

typedef struct Trainer {
    Word *words;
    size_t word_count, word_capacity;
    WordMap word_index;
    int32_t *symbols;
    Pair *pairs;
    size_t pair_count, pair_capacity;
    PairMap pair_index;
    PairUse *uses;
    size_t use_count, use_capacity;
    Candidate *heap;
    size_t heap_count, heap_capacity;
    uint32_t *touched; /* pairs whose count rose in this merge */
    size_t touched_count, touched_capacity;
    WordMap token_index; /* of the vocabulary's tokens */
    bool splits_at_white_space;
} Trainer;

static void trainer_clear(Trainer *trainer)
{
    free(trainer->words);
    word_map_clear(&trainer->word_index);
    free(trainer->symbols);
    free(trainer->pairs);
    pair_map_clear(&trainer->pair_index);
    free(trainer->uses);
    free(trainer->heap);
    free(trainer->touched);
    word_map_clear(&trainer->token_index);
}

static Status count_word(Trainer *trainer, const char *bytes, size_t size)
{
    const uint32_t known = word_map_find(&trainer->word_index, bytes, size);
    if (known != WORD_NOT_FOUND) {
        assert(trainer->words != NULL); /* the index knows only words that are there */
        trainer->words[known].occurrences++;
        return STATUS_OK;
    }
    Word *words = array_with_room(trainer->words, &trainer->word_capacity, trainer->word_count + 1,
                                  sizeof *words);
    if (words == NULL) {
        return STATUS_OUT_OF_MEMORY;
    }
    trainer->words = words;
    TRY(word_map_add(&trainer->word_index, bytes, size, (uint32_t)trainer->word_count));
    words[trainer->word_count++] = (Word){.bytes = bytes, .size = size, .occurrences = 1};
    return STATUS_OK;
}

static Status count_words(Trainer *trainer, const char *text, size_t size)
{
    for (size_t at = 0; at < size;) {
        const size_t length = trainer->splits_at_white_space
                                  ? spaced_word_length(text + at, size - at)
                                  : pre_token_length(text + at, size - at);
        TRY(count_word(trainer, text + at, length));
        at += length;
    }
    return STATUS_OK;
}

/* Spell every word in byte symbols. */
static Status spell_words(Trainer *trainer)
{
    size_t total = 0;
    for (size_t i = 0; i < trainer->word_count; i++) {
        Word *word = &trainer->words[i];
        word->first_symbol = total;
        word->symbol_count = word->size;
        total += word->size;
    }
    trainer->symbols = malloc((total + 1) * sizeof *trainer->symbols);
    if (trainer->symbols == NULL) {
        return STATUS_OUT_OF_MEMORY;
    }
    for (size_t i = 0; i < trainer->word_count; i++) {
        const Word *word = &trainer->words[i];
        int32_t *symbols = trainer->symbols + word->first_symbol;
        for (size_t j = 0; j < word->size; j++) {
            symbols[j] = (int32_t)word_map_find(&trainer->token_index, word->bytes + j, 1);
        }
    }
    return STATUS_OK;
}

/* The number of the pair, which is made known if it is new. */
static Status pair_number(Trainer *trainer, int32_t left, int32_t right, uint32_t *number)
{
    *number = pair_map_find(&trainer->pair_index, left, right);
    if (*number != PAIR_NOT_FOUND) {
        return STATUS_OK;
    }
    Pair *pairs = array_with_room(trainer->pairs, &trainer->pair_capacity, trainer->pair_count + 1,
                                  sizeof *pairs);
    if (pairs == NULL) {
        return STATUS_OUT_OF_MEMORY;
    }
    trainer->pairs = pairs;
    *number = (uint32_t)trainer->pair_count;
    TRY(pair_map_set(&trainer->pair_index, left, right, *number));
    pairs[trainer->pair_count++] = (Pair){.left = left, .right = right, .last_use = NO_USE};
    return STATUS_OK;
}

static Status add_use(Trainer *trainer, Pair *pair, uint32_t word)
{
    if (pair->last_use != NO_USE && trainer->uses[pair->last_use].word == word) {
        return STATUS_OK;
    }
    PairUse *uses = array_with_room(trainer->uses, &trainer->use_capacity, trainer->use_count + 1,
                                    sizeof *uses);
    if (uses == NULL || trainer->use_count >= NO_USE) {
        trainer->uses = uses != NULL ? uses : trainer->uses;
        return STATUS_OUT_OF_MEMORY;
    }
    trainer->uses = uses;
    uses[trainer->use_count] = (PairUse){.word = word, .previous = pair->last_use};
    pair->last_use = (uint32_t)trainer->use_count++;
    return STATUS_OK;
}

/* (left, right) has come to stand once more in each occurrence of the word. */
static Status gain_pair(Trainer *trainer, int32_t left, int32_t right, uint32_t word)
{
    uint32_t number = 0;
    TRY(pair_number(trainer, left, right, &number));
    Pair *pair = &trainer->pairs[number];
    TRY(add_use(trainer, pair, word));
    pair->occurrences += trainer->words[word].occurrences;
    if (pair->is_touched) {
        return STATUS_OK;
    }
    uint32_t *touched = array_with_room(trainer->touched, &trainer->touched_capacity,
                                        trainer->touched_count + 1, sizeof *touched);
    if (touched == NULL) {
        return STATUS_OUT_OF_MEMORY;
    }
    trainer->touched = touched;
    touched[trainer->touched_count++] = number;
    pair->is_touched = true;
    return STATUS_OK;
}

static void lose_pair(Trainer *trainer, int32_t left, int32_t right, uint32_t word)
{
    const uint32_t number = pair_map_find(&trainer->pair_index, left, right);
    if (number != PAIR_NOT_FOUND) { /* always: what is lost was gained before */
        trainer->pairs[number].occurrences -= trainer->words[word].occurrences;
    }
}

/* Does `a` come out of the heap before `b`? */
static bool is_before(const Trainer *trainer, Candidate a, Candidate b)
{
    if (a.occurrences != b.occurrences) {
        return a.occurrences > b.occurrences;
    }
    const Pair *left = &trainer->pairs[a.pair];
    const Pair *right = &trainer->pairs[b.pair];
    return left->left != right->left ? left->left < right->left : left->right < right->right;
}

static Status push_candidate(Trainer *trainer, uint32_t pair)
{
    Candidate *heap = array_with_room(trainer->heap, &trainer->heap_capacity,
                                      trainer->heap_count + 1, sizeof *heap);
    if (heap == NULL) {
        return STATUS_OUT_OF_MEMORY;
    }
    trainer->heap = heap;
    const Candidate added = {trainer->pairs[pair].occurrences, pair};
    size_t i = trainer->heap_count++;
    while (i > 0 && is_before(trainer, added, heap[(i - 1) / 2])) {
        heap[i] = heap[(i - 1) / 2];
        i = (i - 1) / 2;
    }
    heap[i] = added;
    return STATUS_OK;
}

/* Take the first candidate out; the heap is not empty. */
static Candidate pop_candidate(Trainer *trainer)
{
    Candidate *heap = trainer->heap;
    const Candidate first = heap[0];
    const Candidate moved = heap[--trainer->heap_count];
    size_t i = 0;
    for (;;) {
        size_t child = 2 * i + 1;
        if (child >= trainer->heap_count) {
            break;
        }
        if (child + 1 < trainer->heap_count && is_before(trainer, heap[child + 1], heap[child])) {
            child++;
        }
        if (!is_before(trainer, heap[child], moved)) {
            break;
        }
        heap[i] = heap[child];
        i = child;
    }
    heap[i] = moved;
    return first;
}

static Status push_touched(Trainer *trainer)
{
    for (size_t i = 0; i < trainer->touched_count; i++) {
        Pair *pair = &trainer->pairs[trainer->touched[i]];
        pair->is_touched = false;
        if (pair->occurrences > 0) {
            TRY(push_candidate(trainer, trainer->touched[i]));
        }
    }
    trainer->touched_count = 0;
    return STATUS_OK;
}

static Status count_pairs(Trainer *trainer)
{
    for (size_t i = 0; i < trainer->word_count; i++) {
        const Word *word = &trainer->words[i];
        const int32_t *symbols = trainer->symbols + word->first_symbol;
        for (size_t j = 0; j + 1 < word->symbol_count; j++) {
            TRY(gain_pair(trainer, symbols[j], symbols[j + 1], (uint32_t)i));
        }
    }
    return push_touched(trainer);
}

/* The most frequent pair goes to *best. Returns false if there is none left. Counts in the heap may be out of date: those which
 * fell are put back with what they are now; those which rose are in the heap a second time. */
static Status take_best_pair(Trainer *trainer, bool *is_found, uint32_t *best)
{
    *is_found = false;
    while (trainer->heap_count > 0) {
        const Candidate candidate = pop_candidate(trainer);
        const int64_t now = trainer->pairs[candidate.pair].occurrences;
        if (now == candidate.occurrences) {
            *best = candidate.pair;
            *is_found = true;
            return STATUS_OK;
        }
        if (now > 0 && now < candidate.occurrences) {
            TRY(push_candidate(trainer, candidate.pair));
        }
    }
    return STATUS_OK;
}

/* Put `rule.result` for each (left, right) in the word, from left to right, and keep the pair counts right. */
static Status merge_in_word(Trainer *trainer, MergeRule rule, uint32_t number)
{
    Word *word = &trainer->words[number];
    int32_t *symbols = trainer->symbols + word->first_symbol;
    const size_t count = word->symbol_count;
    size_t written = 0;
    for (size_t read = 0; read < count; read++) {
        if (read + 1 >= count || symbols[read] != rule.left || symbols[read + 1] != rule.right) {
            symbols[written++] = symbols[read];
            continue;
        }
        lose_pair(trainer, rule.left, rule.right, number);
        if (written > 0) {
            lose_pair(trainer, symbols[written - 1], rule.left, number);
            TRY(gain_pair(trainer, symbols[written - 1], rule.result, number));
        }
        if (read + 2 < count) {
            lose_pair(trainer, rule.right, symbols[read + 2], number);
            TRY(gain_pair(trainer, rule.result, symbols[read + 2], number));
        }
        symbols[written++] = rule.result;
        read++;
    }
    word->symbol_count = written;
    return STATUS_OK;
}

/* The token that left and right spell together, which is made if there is none. */
static Status token_of_pair(Trainer *trainer, Vocabulary *vocabulary, const Pair *pair,
                            int32_t *result)
{
    const VocabularyToken left = vocabulary->tokens[pair->left];
    const VocabularyToken right = vocabulary->tokens[pair->right];
    const size_t size = left.size + right.size;
    char *bytes = malloc(size);
    if (bytes == NULL) {
        return STATUS_OUT_OF_MEMORY;
    }
    memcpy(bytes, left.bytes, left.size);
    memcpy(bytes + left.size, right.bytes, right.size);
    Status status = STATUS_OK;
    uint32_t id = word_map_find(&trainer->token_index, bytes, size);
    if (id == WORD_NOT_FOUND) {
        id = (uint32_t)vocabulary->token_count;
        status = vocabulary_add_token(vocabulary, bytes, size);
        if (status == STATUS_OK) {
            status = word_map_add(&trainer->token_index, vocabulary->tokens[id].bytes, size, id);
        }
    }
    free(bytes);
    *result = (int32_t)id;
    return status;
}

static Status merge_pair(Trainer *trainer, Vocabulary *vocabulary, uint32_t number)
{
    const Pair pair = trainer->pairs[number];
    MergeRule rule = {.left = pair.left, .right = pair.right};
    TRY(token_of_pair(trainer, vocabulary, &pair, &rule.result));
    /* A pair comes back when one of its symbols is spelled anew by a later merge; its rule stands already. */
    if (!pair.is_merged) {
        TRY(vocabulary_add_merge(vocabulary, rule));
    }
    trainer->pairs[number].is_merged = true;
    trainer->pairs[number].last_use = NO_USE;
    for (uint32_t use = pair.last_use; use != NO_USE; use = trainer->uses[use].previous) {
        TRY(merge_in_word(trainer, rule, trainer->uses[use].word));
    }
    return push_touched(trainer);
}

static Status prepare(Trainer *trainer, const char *const *texts, const size_t *sizes, size_t count,
                      const Vocabulary *vocabulary)
{
    for (size_t i = 0; i < vocabulary->token_count; i++) {
        const VocabularyToken token = vocabulary->tokens[i];
        if (token.bytes != NULL) {
            TRY(word_map_add(&trainer->token_index, token.bytes, token.size, (uint32_t)i));
        }
    }
    for (size_t i = 0; i < count; i++) {
        TRY(count_words(trainer, texts[i], sizes[i]));
    }
    TRY(spell_words(trainer));
    return count_pairs(trainer);
}

Status byte_pairs_learn(const char *const *texts, const size_t *sizes, size_t count,
                        size_t token_goal, Vocabulary *vocabulary, Problem *problem)
{
    size_t total = 0;
    for (size_t i = 0; i < count; i++) {
        if (sizes[i] > TRAINING_BYTES_MAX - total) {
            return problem_describe(problem, STATUS_BAD_VALUE,
                                    "A tokenizer is trained on at most 1 GiB of text.");
        }
        total += sizes[i];
    }
    Trainer trainer = {.splits_at_white_space = vocabulary->splits_at_white_space};
    Status status = prepare(&trainer, texts, sizes, count, vocabulary);
    while (status == STATUS_OK && vocabulary->token_count < token_goal) {
        bool is_found = false;
        uint32_t best = 0;
        status = take_best_pair(&trainer, &is_found, &best);
        if (status == STATUS_OK && !is_found) {
            status = problem_describe(problem, STATUS_BAD_VALUE,
                                      "The text has too few different pairs for so large a "
                                      "vocabulary: it gives %zu tokens, %zu were wanted.",
                                      vocabulary->token_count, token_goal);
            goto done;
        }
        if (status == STATUS_OK) {
            status = merge_pair(&trainer, vocabulary, best);
        }
    }
    if (status == STATUS_OUT_OF_MEMORY) {
        problem_describe(problem, status, "Not enough memory to train a tokenizer on %zu bytes.",
                         total);
    }
done:
    trainer_clear(&trainer);
    return status;
}
