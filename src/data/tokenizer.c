#include "data/tokenizer.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/whole_file.h"
#include "data/byte_pair_trainer.h"
#include "data/byte_symbol.h"
#include "data/pair_map.h"
#include "data/pre_tokenizer.h"
#include "data/recent_words.h"
#include "data/text_normalizer.h"
#include "data/tokenizer_config.h"
#include "data/unigram.h"
#include "data/unigram_file.h"
#include "data/vocabulary.h"
#include "data/vocabulary_file.h"

enum { TRAINED_SIZE_MAX = 65536 };

/* Longer words are cut, so that positions fit into 32 bits. No text made by people has any. */
enum { WORD_BYTES_MAX = 1 << 28 };

/* In shorter texts few words come again, and clearing the table of words would cost more. */
enum { RECALLING_TEXT_BYTES = 1 << 15 };

struct Tokenizer {
    Vocabulary vocabulary;
    int32_t byte_ids[BYTE_SYMBOL_COUNT];
    PairMap ranks; /* from a pair to the place of its merge rule */
    /* A Unigram tokenizer has these, and no merges. */
    bool is_unigram;
    Unigram unigram;
    TextNormalizer normalizer;
    size_t growth;   /* how many times as long it may make a text */
    char *file_text; /* what it was read from, NUL-ended; owned */
};

static const uint32_t NO_PLACE = UINT32_MAX;
static const int32_t SWALLOWED = -1; /* a symbol that became part of the one before it */

/* A word while it is being merged: a list through its symbols, and a heap of the merges which could be done,
 * the lowest rank first and, in one rank, the leftmost. */
typedef struct WordScratch {
    int32_t *symbols;
    uint32_t *previous;
    uint32_t *next;
    uint64_t *heap; /* rank in the upper half, place in the lower */
    size_t heap_count;
    size_t capacity;             /* symbols */
    const MergeDropout *dropout; /* NULL: none */
} WordScratch;

static void scratch_clear(WordScratch *scratch)
{
    free(scratch->symbols);
    free(scratch->previous);
    free(scratch->next);
    free(scratch->heap);
    *scratch = (WordScratch){.dropout = scratch->dropout};
}

static Status scratch_reserve(WordScratch *scratch, size_t size)
{
    enum { FIRST_CAPACITY = 256 };
    if (size <= scratch->capacity) {
        return STATUS_OK;
    }
    scratch_clear(scratch);
    const size_t doubled = size < FIRST_CAPACITY ? FIRST_CAPACITY : size * 2;
    scratch->symbols = malloc(doubled * sizeof *scratch->symbols);
    scratch->previous = malloc(doubled * sizeof *scratch->previous);
    scratch->next = malloc(doubled * sizeof *scratch->next);
    /* A pair at the start for each symbol but one, and two for each merge; there is one merge less than symbols. */
    scratch->heap = malloc(doubled * 3 * sizeof *scratch->heap);
    if (scratch->symbols == NULL || scratch->previous == NULL || scratch->next == NULL ||
        scratch->heap == NULL) {
        scratch_clear(scratch);
        return STATUS_OUT_OF_MEMORY;
    }
    scratch->capacity = doubled;
    return STATUS_OK;
}

static void heap_push(WordScratch *scratch, uint64_t item)
{
    uint64_t *heap = scratch->heap;
    size_t i = scratch->heap_count++;
    while (i > 0 && item < heap[(i - 1) / 2]) {
        heap[i] = heap[(i - 1) / 2];
        i = (i - 1) / 2;
    }
    heap[i] = item;
}

static uint64_t heap_pop(WordScratch *scratch)
{
    uint64_t *heap = scratch->heap;
    const uint64_t first = heap[0];
    const uint64_t moved = heap[--scratch->heap_count];
    size_t i = 0;
    for (size_t child = 1; child < scratch->heap_count; child = 2 * i + 1) {
        if (child + 1 < scratch->heap_count && heap[child + 1] < heap[child]) {
            child++;
        }
        if (moved <= heap[child]) {
            break;
        }
        heap[i] = heap[child];
        i = child;
    }
    heap[i] = moved;
    return first;
}

/* Put the merge of the symbol at `place` with the next one into the heap, if there is such a merge. */
static void offer_merge(const Tokenizer *tokenizer, WordScratch *scratch, uint32_t place)
{
    const uint32_t next = scratch->next[place];
    if (next == NO_PLACE) {
        return;
    }
    const uint32_t rank =
        pair_map_find(&tokenizer->ranks, scratch->symbols[place], scratch->symbols[next]);
    if (rank != PAIR_NOT_FOUND) {
        heap_push(scratch, (uint64_t)rank << 32 | place);
    }
}

static void spell_word(const Tokenizer *tokenizer, WordScratch *scratch, const char *word,
                       size_t size)
{
    scratch->heap_count = 0;
    for (size_t i = 0; i < size; i++) {
        scratch->symbols[i] = tokenizer->byte_ids[(uint8_t)word[i]];
        scratch->previous[i] = i > 0 ? (uint32_t)i - 1 : NO_PLACE;
        scratch->next[i] = i + 1 < size ? (uint32_t)i + 1 : NO_PLACE;
    }
    for (size_t i = 0; i + 1 < size; i++) {
        offer_merge(tokenizer, scratch, (uint32_t)i);
    }
}

static bool is_dropped(const MergeDropout *dropout)
{
    return dropout != NULL && random_uniform(dropout->random) < dropout->rate;
}

/* Take out the merge of the lowest rank that is not dropped this time; the dropped ones have their chance again at the next merge. */
static bool next_merge(WordScratch *scratch, uint64_t *item)
{
    uint64_t *heap = scratch->heap;
    size_t dropped = 0; /* they lie right behind the heap, whose places they had */
    for (; scratch->heap_count > 0; dropped++) {
        *item = heap_pop(scratch);
        if (!is_dropped(scratch->dropout)) {
            for (; dropped > 0; dropped--) {
                heap_push(scratch, heap[scratch->heap_count + 1]);
            }
            return true;
        }
        heap[scratch->heap_count] = *item;
    }
    return false;
}

static void merge_word(const Tokenizer *tokenizer, WordScratch *scratch)
{
    uint64_t item = 0;
    while (next_merge(scratch, &item)) {
        const MergeRule rule = tokenizer->vocabulary.merges[item >> 32];
        const uint32_t place = (uint32_t)item;
        const uint32_t eaten = scratch->next[place];
        /* Out of date: one of the two has been merged with another since. */
        if (scratch->symbols[place] != rule.left || eaten == NO_PLACE ||
            scratch->symbols[eaten] != rule.right) {
            continue;
        }
        scratch->symbols[place] = rule.result;
        scratch->symbols[eaten] = SWALLOWED;
        scratch->next[place] = scratch->next[eaten];
        if (scratch->next[place] != NO_PLACE) {
            scratch->previous[scratch->next[place]] = place;
        }
        offer_merge(tokenizer, scratch, place);
        if (scratch->previous[place] != NO_PLACE) {
            offer_merge(tokenizer, scratch, scratch->previous[place]);
        }
    }
}

/* Append the ids of a word that was not merged before, or not lately. */
static Status encode_word(const Tokenizer *tokenizer, WordScratch *scratch, const char *word,
                          size_t size, int32_t *ids, size_t *id_count)
{
    TRY(scratch_reserve(scratch, size));
    assert(scratch->symbols != NULL); /* size >= 1 */
    spell_word(tokenizer, scratch, word, size);
    merge_word(tokenizer, scratch);
    for (uint32_t place = 0; place != NO_PLACE; place = scratch->next[place]) {
        ids[(*id_count)++] = scratch->symbols[place];
    }
    return STATUS_OK;
}

/* Cut the text into words and merge each. */
static Status encode_words(const Tokenizer *tokenizer, const char *text, size_t size,
                           WordScratch *scratch, int32_t *ids, size_t *id_count)
{
    /* Without memory for it, every word is merged; and with dropout, where each time may differ. */
    RecentWords *recent =
        size < RECALLING_TEXT_BYTES || scratch->dropout != NULL ? NULL : calloc(1, sizeof *recent);
    RecentWord word = {0};
    Status status = STATUS_OK;
    size_t written = 0;
    for (size_t at = 0; at < size && status == STATUS_OK; at += word.size) {
        const size_t length = tokenizer->vocabulary.splits_at_white_space
                                  ? spaced_word_length(text + at, size - at)
                                  : pre_token_length(text + at, size - at);
        const RecentWord next = {.bytes = text + at,
                                 .size = length < WORD_BYTES_MAX ? length : WORD_BYTES_MAX,
                                 .first = written};
        if (recent != NULL && recent_words_find(recent, next.bytes, next.size, &word)) {
            memcpy(ids + written, ids + word.first, word.count * sizeof *ids);
            written += word.count;
            continue;
        }
        word = next;
        status = encode_word(tokenizer, scratch, word.bytes, word.size, ids, &written);
        word.count = written - word.first;
        if (recent != NULL) {
            recent_words_keep(recent, word);
        }
    }
    free(recent);
    *id_count = written;
    return status;
}

/* A blank before the first word, or before each. */
static Status encode_spaced(const Tokenizer *tokenizer, const char *text, size_t size,
                            WordScratch *scratch, int32_t *ids, size_t *id_count)
{
    /* The pattern's contractions do not match after a blank, so the words of " x" are not those of "x". */
    char *spaced = malloc(size + 1);
    if (spaced == NULL) {
        return STATUS_OUT_OF_MEMORY;
    }
    size_t spaced_size = size + 1;
    if (tokenizer->vocabulary.splits_at_white_space) {
        spaced_size = pre_tokenizer_space_words(text, size, spaced);
    } else {
        spaced[0] = ' ';
        memcpy(spaced + 1, text, size);
    }
    const Status status = encode_words(tokenizer, spaced, spaced_size, scratch, ids, id_count);
    free(spaced);
    return status;
}

static Status encode_pairs(const Tokenizer *tokenizer, const MergeDropout *dropout,
                           const char *text, size_t size, int32_t *ids, size_t *id_count)
{
    WordScratch scratch = {.dropout = dropout};
    size_t written = 0;
    const Vocabulary *vocabulary = &tokenizer->vocabulary;
    const bool is_spaced = vocabulary->splits_at_white_space ||
                           (vocabulary->has_prefix_space && size > 0 && text[0] != ' ');
    const Status status = is_spaced ? encode_spaced(tokenizer, text, size, &scratch, ids, &written)
                                    : encode_words(tokenizer, text, size, &scratch, ids, &written);
    scratch_clear(&scratch);
    if (status == STATUS_OK) {
        *id_count = written;
    }
    return status;
}

/* One word and its pieces. */
typedef struct PieceScratch {
    UnigramScratch ways;
    char *word;   /* room for the longest word */
    int32_t *ids; /* room for as many */
} PieceScratch;

static void piece_scratch_clear(PieceScratch *scratch)
{
    unigram_scratch_clear(&scratch->ways);
    free(scratch->word);
    free(scratch->ids);
}

/* Cut a normalized text into words and each into pieces. */
static Status encode_normalized(const Unigram *unigram, const char *text, size_t size,
                                PieceScratch *scratch, int32_t *ids, size_t *id_count)
{
    size_t written = 0;
    size_t at = 0;
    for (;;) {
        size_t count = 0;
        const size_t length = unigram_next_word(unigram, text, size, &at, scratch->word);
        if (length == 0) {
            break;
        }
        TRY(unigram_encode_word(unigram, scratch->word, length, &scratch->ways, scratch->ids,
                                &count));
        memcpy(ids + written, scratch->ids, count * sizeof *ids);
        written += count;
    }
    *id_count = written;
    return STATUS_OK;
}

static Status encode_pieces(const Tokenizer *tokenizer, const char *text, size_t size, int32_t *ids,
                            size_t *id_count)
{
    char *normalized = NULL;
    size_t normalized_size = 0;
    TRY(text_normalizer_apply(&tokenizer->normalizer, text, size, &normalized, &normalized_size));
    const size_t room = normalized_size + WORD_MARK_BYTES;
    PieceScratch scratch = {.word = malloc(room), .ids = calloc(room, sizeof *scratch.ids)};
    const Status status = scratch.word == NULL || scratch.ids == NULL
                              ? STATUS_OUT_OF_MEMORY
                              : encode_normalized(&tokenizer->unigram, normalized, normalized_size,
                                                  &scratch, ids, id_count);
    piece_scratch_clear(&scratch);
    free(normalized);
    return status;
}

Status tokenizer_encode(const Tokenizer *tokenizer, const char *text, size_t size, int32_t *ids,
                        size_t *id_count)
{
    return tokenizer->is_unigram ? encode_pieces(tokenizer, text, size, ids, id_count)
                                 : encode_pairs(tokenizer, NULL, text, size, ids, id_count);
}

Status tokenizer_encode_dropping(const Tokenizer *tokenizer, const MergeDropout *dropout,
                                 const char *text, size_t size, int32_t *ids, size_t *id_count)
{
    return tokenizer->is_unigram ? encode_pieces(tokenizer, text, size, ids, id_count)
                                 : encode_pairs(tokenizer, dropout, text, size, ids, id_count);
}

size_t tokenizer_ids_max(const Tokenizer *tokenizer, size_t size)
{
    if (!tokenizer->is_unigram) {
        return size + (tokenizer->vocabulary.has_prefix_space ? 1 : 0);
    }
    /* An id for each byte; and for each word, which has at least one, what the mark before it gives: one piece, or its bytes. */
    const size_t of_mark = tokenizer->unigram.has_byte_fallback ? WORD_MARK_BYTES : 1;
    return size * tokenizer->growth * (1 + of_mark);
}

/* Append bytes as far as there is room; the length goes on counting. */
static void put_bytes(const char *bytes, size_t size, char *out, size_t capacity, size_t *length)
{
    const size_t room = *length < capacity ? capacity - *length : 0;
    if (room > 0) {
        memcpy(out + *length, bytes, size < room ? size : room);
    }
    *length += size;
}

/* Append a piece with blanks for its marks; a mark at the very beginning gives none. */
static void put_piece(const VocabularyToken *token, bool is_first, char *out, size_t capacity,
                      size_t *length)
{
    for (size_t at = 0; at < token->size;) {
        const bool is_mark = token->size - at >= WORD_MARK_BYTES &&
                             memcmp(token->bytes + at, WORD_MARK, WORD_MARK_BYTES) == 0;
        if (!is_mark) {
            put_bytes(token->bytes + at, 1, out, capacity, length);
        } else if (!is_first || at > 0) {
            put_bytes(" ", 1, out, capacity, length);
        }
        at += is_mark ? WORD_MARK_BYTES : 1;
    }
}

size_t tokenizer_decode(const Tokenizer *tokenizer, const int32_t *ids, size_t id_count, char *out,
                        size_t capacity)
{
    size_t length = 0;
    bool is_first = true;
    for (size_t i = 0; i < id_count; i++) {
        if (ids[i] < 0 || (size_t)ids[i] >= tokenizer->vocabulary.token_count) {
            continue;
        }
        const VocabularyToken *token = &tokenizer->vocabulary.tokens[ids[i]];
        if (token->bytes == NULL) {
            continue;
        }
        if (tokenizer->is_unigram) {
            put_piece(token, is_first, out, capacity, &length);
        } else {
            put_bytes(token->bytes, token->size, out, capacity, &length);
        }
        is_first = false;
    }
    return length;
}

/* Make the tokenizer of a vocabulary in which every byte has a token. Takes the vocabulary over, also on failure. */
static Status tokenizer_from(Vocabulary *vocabulary, Tokenizer **out, Problem *problem)
{
    Tokenizer *tokenizer = calloc(1, sizeof *tokenizer);
    Status status = tokenizer == NULL ? STATUS_OUT_OF_MEMORY : STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < vocabulary->token_count; i++) {
        const VocabularyToken *token = &vocabulary->tokens[i];
        if (token->bytes != NULL && token->size == 1) {
            tokenizer->byte_ids[(uint8_t)token->bytes[0]] = (int32_t)i;
        }
    }
    for (size_t i = 0; status == STATUS_OK && i < vocabulary->merge_count; i++) {
        const MergeRule rule = vocabulary->merges[i];
        status = pair_map_set(&tokenizer->ranks, rule.left, rule.right, (uint32_t)i);
    }
    if (status != STATUS_OK) {
        vocabulary_clear(vocabulary);
        tokenizer_destroy(tokenizer);
        return problem_describe(problem, status, "Not enough memory for the tokenizer.");
    }
    tokenizer->vocabulary = *vocabulary;
    *vocabulary = (Vocabulary){0};
    *out = tokenizer;
    return STATUS_OK;
}

/* The specials before the bytes, and the one after all merges. */
typedef struct SpecialLayout {
    const char *const *first;
    size_t first_count;
    const char *last;
    const char *end_of_text;
    bool splits_at_white_space;
} SpecialLayout;

static Status train_vocabulary(const char *const *texts, const size_t *sizes, size_t count,
                               size_t vocab_size, const SpecialLayout *layout,
                               Vocabulary *vocabulary, Problem *problem)
{
    const size_t size_min = layout->first_count + BYTE_SYMBOL_COUNT + 1;
    if (vocab_size < size_min || vocab_size > TRAINED_SIZE_MAX) {
        return problem_describe(problem, STATUS_BAD_VALUE,
                                "A vocabulary has %zu to %d entries, not %zu.", size_min,
                                TRAINED_SIZE_MAX, vocab_size);
    }
    for (size_t i = 0; i < layout->first_count; i++) {
        TRY(vocabulary_add_special(vocabulary, layout->first[i]));
    }
    TRY(vocabulary_add_all_bytes(vocabulary));
    TRY(byte_pairs_learn(texts, sizes, count, vocab_size - 1, vocabulary, problem));
    TRY(vocabulary_add_special(vocabulary, layout->last));
    vocabulary->end_of_text = vocabulary_find_special(vocabulary, layout->end_of_text);
    return STATUS_OK;
}

static Status train(const char *const *texts, const size_t *sizes, size_t count, size_t vocab_size,
                    const SpecialLayout *layout, Tokenizer **out, Problem *problem)
{
    Vocabulary vocabulary = {.has_prefix_space = layout->splits_at_white_space,
                             .splits_at_white_space = layout->splits_at_white_space};
    const Status status =
        train_vocabulary(texts, sizes, count, vocab_size, layout, &vocabulary, problem);
    if (status != STATUS_OK) {
        vocabulary_clear(&vocabulary);
        return status;
    }
    return tokenizer_from(&vocabulary, out, problem);
}

Status tokenizer_train(const char *const *texts, const size_t *sizes, size_t count,
                       size_t vocab_size, Tokenizer **out, Problem *problem)
{
    const SpecialLayout layout = {.last = END_OF_TEXT, .end_of_text = END_OF_TEXT};
    return train(texts, sizes, count, vocab_size, &layout, out, problem);
}

Status tokenizer_train_for_encoder(const char *text, size_t size, size_t vocab_size,
                                   Tokenizer **out, Problem *problem)
{
    static const char *const first[] = {"<s>", "<pad>", "</s>", "<unk>"};
    const SpecialLayout layout = {.first = first,
                                  .first_count = sizeof first / sizeof *first,
                                  .last = "<mask>",
                                  .end_of_text = END_OF_SEQUENCE,
                                  .splits_at_white_space = true};
    char *spaced = malloc(size + 1);
    if (spaced == NULL) {
        return problem_describe(problem, STATUS_OUT_OF_MEMORY,
                                "Not enough memory for the tokenizer.");
    }
    const char *const texts[] = {spaced};
    const size_t sizes[] = {pre_tokenizer_space_words(text, size, spaced)};
    const Status status = train(texts, sizes, 1, vocab_size, &layout, out, problem);
    free(spaced);
    return status;
}

/* Make the Unigram tokenizer of a document; *text is what it was read from, and is taken over on success. */
static Status load_unigram(const Json *root, const char *path, char **text, Tokenizer **out,
                           Problem *problem)
{
    Tokenizer *tokenizer = calloc(1, sizeof *tokenizer);
    if (tokenizer == NULL) {
        return problem_describe(problem, STATUS_OUT_OF_MEMORY, "%s: not enough memory to read it.",
                                path);
    }
    tokenizer->is_unigram = true;
    const Status status = unigram_from_json(root, path, &tokenizer->unigram, &tokenizer->normalizer,
                                            &tokenizer->vocabulary, problem);
    if (status != STATUS_OK) {
        tokenizer_destroy(tokenizer);
        return status;
    }
    tokenizer->growth = text_normalizer_growth(&tokenizer->normalizer);
    tokenizer->file_text = *text;
    *text = NULL;
    *out = tokenizer;
    return STATUS_OK;
}

static Status load_pairs(const Json *root, const char *path, Tokenizer **out, Problem *problem)
{
    Vocabulary vocabulary = {0};
    TRY(vocabulary_from_json(root, path, &vocabulary, problem));
    return tokenizer_from(&vocabulary, out, problem);
}

Status tokenizer_load(const char *path, Tokenizer **out, Problem *problem)
{
    char *text = NULL;
    size_t size = 0;
    TRY(json_read_text(path, JSON_FILE_BYTES_MAX, &text, &size, problem));
    Json *root = NULL;
    Status status = json_parse(text, size, path, &root, problem);
    if (status == STATUS_OK) {
        const char *type = json_string(json_member(json_member(root, "model"), "type"));
        status = strcmp(type, "Unigram") == 0 ? load_unigram(root, path, &text, out, problem)
                                              : load_pairs(root, path, out, problem);
    }
    json_destroy(root);
    free(text);
    return status;
}

Status tokenizer_save(const Tokenizer *tokenizer, const char *path, Problem *problem)
{
    return tokenizer->is_unigram ? whole_file_write(path, tokenizer->file_text, problem)
                                 : vocabulary_write(&tokenizer->vocabulary, path, problem);
}

Status tokenizer_save_config(const Tokenizer *tokenizer, size_t longest, const char *path,
                             Problem *problem)
{
    Json *config = tokenizer_config_new(&tokenizer->vocabulary, longest);
    char *text = config == NULL ? NULL : json_print(config, true);
    const Status status = text == NULL
                              ? problem_describe(problem, STATUS_OUT_OF_MEMORY,
                                                 "%s: not enough memory to write it.", path)
                              : whole_file_write(path, text, problem);
    json_destroy(config);
    free(text);
    return status;
}

void tokenizer_destroy(Tokenizer *tokenizer)
{
    if (tokenizer == NULL) {
        return;
    }
    vocabulary_clear(&tokenizer->vocabulary);
    pair_map_clear(&tokenizer->ranks);
    unigram_clear(&tokenizer->unigram);
    text_normalizer_clear(&tokenizer->normalizer);
    free(tokenizer->file_text);
    free(tokenizer);
}

size_t tokenizer_vocab_size(const Tokenizer *tokenizer)
{
    return tokenizer->vocabulary.token_count;
}

int32_t tokenizer_end_of_text(const Tokenizer *tokenizer)
{
    return tokenizer->vocabulary.end_of_text;
}

SpecialTokens tokenizer_special_tokens(const Tokenizer *tokenizer)
{
    const Vocabulary *vocabulary = &tokenizer->vocabulary;
    return (SpecialTokens){.start = vocabulary_find_special(vocabulary, "<s>"),
                           .padding = vocabulary_find_special(vocabulary, "<pad>"),
                           .end = vocabulary_find_special(vocabulary, END_OF_SEQUENCE),
                           .unknown = vocabulary_find_special(vocabulary, "<unk>"),
                           .mask = vocabulary_find_special(vocabulary, "<mask>")};
}
