/* data/special_tokens.h -- the tokens around a text, and how one or two texts become a sequence. */
#ifndef DATA_SPECIAL_TOKENS_H
#define DATA_SPECIAL_TOKENS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Ids; a token that a vocabulary does not have is -1. */
typedef struct SpecialTokens {
    int32_t start;   /* <s> */
    int32_t padding; /* <pad> */
    int32_t end;     /* </s> */
    int32_t unknown; /* <unk> */
    int32_t mask;    /* <mask> */
} SpecialTokens;

/* Is `id` one of the five? */
bool special_tokens_have(const SpecialTokens *special, int32_t id);

/* A stretch of tokens; borrowed. */
typedef struct TokenSpan {
    const int32_t *ids; /* [count] */
    size_t count;
} TokenSpan;

/* The fewest positions a sequence may have: one token of each text and what stands around them. */
enum { SINGLE_SEQUENCE_MIN = 3, PAIR_SEQUENCE_MIN = 6 };

/* Put one text, or two (second.ids not NULL), between the special tokens as RoBERTa and XLM-R do (Liu et al. 2019):
 *     <s> first </s>          <s> first </s></s> second </s>
 * What does not fit into T is cut off at the ends: one token after the other from the longer text, from the second if they are equally
 * long ("longest_first" of Hugging Face's Python tokenizers).
 * T    >= SINGLE_SEQUENCE_MIN, or PAIR_SEQUENCE_MIN for two texts
 * ids  [T] out; what lies behind the sequence is left alone
 * Returns the length of the sequence, <= T. start and end must be there. */
size_t special_tokens_wrap(const SpecialTokens *special, TokenSpan first, TokenSpan second,
                           size_t T, int32_t *ids);

#endif
