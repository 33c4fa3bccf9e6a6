/* data/byte_pair_trainer.h -- learning which neighbouring symbols to merge (Sennrich et al. 2016). */
#ifndef DATA_BYTE_PAIR_TRAINER_H
#define DATA_BYTE_PAIR_TRAINER_H

#include <stddef.h>

#include "base/problem.h"
#include "base/status.h"
#include "data/vocabulary.h"

enum { TRAINING_BYTES_MAX = 1 << 30 };

/* Append merges and their tokens to `vocabulary`, which holds the 256 bytes, perhaps special tokens, and nothing else, until it has
 * `token_goal` tokens.
 * Each time the pair that occurs most often within the words of the texts is merged: those that GPT-2's pattern cuts, or,
 * if the vocabulary splits at white space, those that begin at each blank (pre_tokenizer.h); ties go to the pair with the
 * smaller ids. A merge that spells a token which exists already gives that token again, so there may be more merges than tokens.
 * STATUS_BAD_VALUE (more than TRAINING_BYTES_MAX of text; no pairs left before the goal), STATUS_OUT_OF_MEMORY: the vocabulary then
 * holds what was learnt so far. */
Status byte_pairs_learn(const char *const *texts, const size_t *sizes, size_t count,
                        size_t token_goal, Vocabulary *vocabulary, Problem *problem);

#endif
