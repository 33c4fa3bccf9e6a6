/* data/unigram.h -- cutting words into the likeliest pieces (Kudo 2018), as XLM-R's tokenizer does. */
#ifndef DATA_UNIGRAM_H
#define DATA_UNIGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "data/byte_symbol.h"
#include "data/pair_map.h"

/* U+2581, which stands for the blank before a word. */
extern const char WORD_MARK[];
enum { WORD_MARK_BYTES = 3 };

/* The pieces as a trie over bytes. `{0}` is an empty one; use unigram_init. */
typedef struct Unigram {
    PairMap edges;   /* from (node, byte) to node; the root is 0 */
    int32_t *pieces; /* [node_count]: the piece that ends there, or -1; owned */
    size_t node_count, node_capacity;
    double *scores; /* [score_count] by id: log probabilities; owned */
    size_t score_count, score_capacity;
    double lowest_score;
    int32_t unknown; /* the id for characters without a piece */
    bool has_byte_fallback;
    int32_t byte_ids[BYTE_SYMBOL_COUNT]; /* with byte fallback: ids of "<0x00>" to "<0xFF>" */
    /* how words are made of a text, see unigram_next_word */
    bool splits_at_white_space;
    bool has_prefix_mark;
} Unigram;

/* STATUS_OUT_OF_MEMORY: *unigram is all zero. The caller calls unigram_clear. */
Status unigram_init(Unigram *unigram);
void unigram_clear(Unigram *unigram);

/* Add a piece (UTF-8, not empty). STATUS_BAD_VALUE if it is there already, STATUS_OUT_OF_MEMORY. */
Status unigram_add_piece(Unigram *unigram, const char *bytes, size_t size, int32_t id,
                         double score);

/* Working memory of one encoding; `{0}` at first. */
typedef struct UnigramScratch {
    double *best;   /* [capacity]: score of the best way to this place */
    size_t *from;   /* where its last piece begins */
    int32_t *piece; /* and which one it is */
    size_t capacity;
} UnigramScratch;

void unigram_scratch_clear(UnigramScratch *scratch);

/* The pieces of one word (UTF-8) with the highest sum of scores (Viterbi). A character that no piece begins with alone counts as
 * unknown at the lowest score less 10; unknown characters in a row become one `unknown`, or with byte fallback the bytes they have. Of
 * equal ways the one whose last piece is longer wins (SentencePiece's unigram_model.cc, EncodeOptimized).
 * ids  out, room for `size`. *count receives how many. STATUS_OUT_OF_MEMORY. */
Status unigram_encode_word(const Unigram *unigram, const char *word, size_t size,
                           UnigramScratch *scratch, int32_t *ids, size_t *count);

/* Cut the next word off a normalized text as Hugging Face's Metaspace does: blanks become marks, a word begins at each mark, and with
 * has_prefix_mark a mark is put before what does not begin with one. With splits_at_white_space the text is cut at white space first,
 * which then disappears.
 * *at  in/out, place in text[0..size)      word  out, room for size + WORD_MARK_BYTES
 * Returns the word's length; 0 at the end of the text. */
size_t unigram_next_word(const Unigram *unigram, const char *text, size_t size, size_t *at,
                         char *word);

#endif
