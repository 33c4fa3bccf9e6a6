/* lab/masked_pairs.h -- windows of parallel text with masked tokens, as pure functions of seed and number. */
#ifndef LAB_MASKED_PAIRS_H
#define LAB_MASKED_PAIRS_H

#include <stddef.h>
#include <stdint.h>

#include "base/problem.h"
#include "base/status.h"
#include "data/parallel_text.h"
#include "data/special_tokens.h"
#include "data/tokenizer.h"

/* Bundles that are learned from, and those kept apart to see how well. */
typedef enum PairPool { PAIR_POOL_TRAIN, PAIR_POOL_DEV, PAIR_POOL_COUNT } PairPool;

/* Every string of a parallel text as tokens. Opaque parts; owned. */
typedef struct MaskedPairs {
    ParallelText text;
    int32_t *ids;   /* all strings, one after the other */
    size_t *starts; /* [bundles * languages + 1] */
    uint32_t *strings
        [PAIR_POOL_COUNT]; /* [counts] numbers of the strings that are there: bundle * languages + language */
    size_t counts[PAIR_POOL_COUNT];
    SpecialTokens special;
    size_t V;
} MaskedPairs;

/* B windows of T tokens; of each at most R places whose token is to be predicted. */
typedef struct MaskedWindows {
    size_t B, T, R;
    int32_t *ids;     /* [B, T] */
    uint32_t *places; /* [B, R] in 0..T-1 */
    int32_t *targets; /* [B, R]; TOKEN_IGNORED where there is nothing to predict */
    int32_t *scratch; /* [T] */
} MaskedWindows;

/* Read the parallel text of `folder` and encode it. STATUS_BAD_VALUE: a tokenizer without <s>, <pad>, </s> or <mask>; what parallel_text_read hands back;
 * STATUS_OUT_OF_MEMORY. *out is then all zero. The caller calls masked_pairs_clear. */
Status masked_pairs_read(const char *folder, const Tokenizer *tokenizer, MaskedPairs *out,
                         Problem *problem);
void masked_pairs_clear(MaskedPairs *pairs);

/* Room for windows. STATUS_OUT_OF_MEMORY leaves *windows all zero. The caller calls masked_windows_clear. */
Status masked_windows_init(MaskedWindows *windows, size_t B, size_t T, size_t R);
void masked_windows_clear(MaskedWindows *windows);

/* Fill window b with number first + b, b < B, of a pool: a string, drawn among all that there are (so languages with more have more), two times of three
 * with a translation of it behind (translation language modelling, Conneau & Lample 2019), BERT's masking over both. A pure function of seed,
 * pool and number. Of more than R tokens to be predicted the last ones stay corrupted but are not asked for. */
void masked_pairs_fill(const MaskedPairs *pairs, PairPool pool, uint64_t seed, uint64_t first,
                       MaskedWindows *windows);

#endif
