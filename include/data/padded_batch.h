/* data/padded_batch.h -- encoded examples of different length, and batches of them filled up with padding. */
#ifndef DATA_PADDED_BATCH_H
#define DATA_PADDED_BATCH_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "data/labelled_text.h"
#include "data/special_tokens.h"
#include "data/tokenizer.h"

/* All examples of a set as token sequences of at most T tokens, special tokens included. `{0}` is an empty one. */
typedef struct SequenceSet {
    size_t T;
    size_t count;
    int32_t *ids;     /* all tokens one after the other; owned */
    size_t *starts;   /* [count + 1]: sequence i is ids[starts[i]..starts[i+1]); owned */
    int32_t *labels;  /* [count]; owned */
    size_t cut_count; /* examples that were longer than T */
    SpecialTokens special;
} SequenceSet;

/* How training texts are spelled (tokenizer_encode_dropping); `{0}`: always the same way. */
typedef struct SpellingDropout {
    double rate;
    uint64_t seed; /* example i is drawn from (seed, i) */
} SpellingDropout;

/* Encode every example of `texts`, see special_tokens_wrap. The set's `special` says which tokens; start, padding and end must be there.
 * STATUS_BAD_VALUE: they are not, or T is less than SINGLE_SEQUENCE_MIN (of pairs: PAIR_SEQUENCE_MIN). STATUS_OUT_OF_MEMORY. *out is then
 * untouched. The caller calls sequence_set_clear. */
Status sequence_set_encode(const LabelledText *texts, const Tokenizer *tokenizer,
                           const SpecialTokens *special, const SpellingDropout *dropout, size_t T,
                           SequenceSet *out);
void sequence_set_clear(SequenceSet *set);

/* B sequences, each filled up to T. Sequences start at position 0, so a row of the mask is ones and then zeros. */
typedef struct PaddedBatch {
    size_t B;
    size_t T;
    int32_t *ids;    /* [B, T]; padding behind the sequence */
    uint8_t *mask;   /* [B, T]; 1 a token, 0 padding */
    int32_t *labels; /* [B] */
} PaddedBatch;

/* Take room for a batch. STATUS_OUT_OF_MEMORY: *batch is all zero. The caller calls padded_batch_clear. */
Status padded_batch_init(PaddedBatch *batch, size_t B, size_t T);
void padded_batch_clear(PaddedBatch *batch);

/* Fill the batch with the sequences of those numbers. chosen  [batch->B] in 0..set->count-1; batch->T >= set->T. */
void padded_batch_fill(PaddedBatch *batch, const SequenceSet *set, const uint32_t *chosen);

/* Tokens of the longest of sequences first .. first + count - 1 of the batch. */
size_t padded_batch_longest(const PaddedBatch *batch, size_t first, size_t count);

#endif
