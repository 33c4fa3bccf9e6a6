/* data/token_masking.h -- corrupting windows for masked language modelling. */
#ifndef DATA_TOKEN_MASKING_H
#define DATA_TOKEN_MASKING_H

#include <stddef.h>
#include <stdint.h>

#include "data/special_tokens.h"

/* How tokens are corrupted. BERT's rule (Devlin et al. 2019) is token_masking_bert: of all tokens 15 % are to be predicted, and of these
 * 80 % are replaced by <mask>, 10 % by a random token, and 10 % stay as they are. */
typedef struct TokenMasking {
    SpecialTokens special; /* mask must be there */
    size_t V;              /* tokens in the vocabulary, of which some are not special */
    double predicted_share;
    double masked_share; /* of those predicted */
    double random_share; /* the same; both together <= 1 */
} TokenMasking;

TokenMasking token_masking_bert(const SpecialTokens *special, size_t V);

/* Corrupt one window: a pure function of (seed, step, window) and the tokens. Special tokens, padding among them, are never chosen, nor
 * drawn as random tokens (DIFFERS from Hugging Face's collator, which draws from the whole vocabulary). A short window may have nothing
 * to predict.
 * ids      [T] in/out
 * targets  [T] out: the token that was there where it is to be predicted, elsewhere TOKEN_IGNORED
 * Returns how many are to be predicted. */
size_t token_masking_apply(const TokenMasking *masking, uint64_t seed, uint64_t step,
                           uint64_t window, size_t T, int32_t *ids, int32_t *targets);

#endif
