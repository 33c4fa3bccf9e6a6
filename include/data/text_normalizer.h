/* data/text_normalizer.h -- what happens to a text before a Unigram tokenizer cuts it. */
#ifndef DATA_TEXT_NORMALIZER_H
#define DATA_TEXT_NORMALIZER_H

#include <stddef.h>

#include "base/status.h"
#include "data/charsmap.h"

typedef enum NormalizerStep {
    NORMALIZER_CHARSMAP,        /* the longest match of the charsmap at each place */
    NORMALIZER_NFKC,            /* Unicode's compatibility form, composed */
    NORMALIZER_SQUEEZE_BLANKS,  /* two or more blanks (U+0020) become one */
    NORMALIZER_SQUEEZE_TO_MARK, /* two or more blanks become one U+2581 */
    NORMALIZER_STRIP_LEFT,      /* white space at the beginning goes */
    NORMALIZER_STRIP_RIGHT      /* at the end */
} NormalizerStep;

enum { NORMALIZER_STEPS_MAX = 8 };

/* XLM-R's published tokenizer has one step, its own charsmap (SentencePiece's nmt_nfkc: NFKC, and besides, control characters go and all
 * white space becomes a blank). Where only NFKC is named, U+0000 to U+001F, zero-width characters and the like stay. `{0}` changes
 * nothing but bytes that are not UTF-8. */
typedef struct TextNormalizer {
    NormalizerStep steps[NORMALIZER_STEPS_MAX];
    size_t step_count;
    Charsmap charsmap; /* owned */
} TextNormalizer;

void text_normalizer_clear(TextNormalizer *normalizer);

/* All steps in their order, after bytes that are not UTF-8 have become U+FFFD. DIFFERS from Hugging Face's Precompiled step, which looks up
 * whole grapheme clusters first: this is SentencePiece's own rule, with which such models were trained.
 * *out receives heap text (not NUL-ended) that the caller frees. STATUS_OUT_OF_MEMORY leaves it alone. */
Status text_normalizer_apply(const TextNormalizer *normalizer, const char *text, size_t size,
                             char **out, size_t *out_size);

/* `size` bytes become at most this many times as many. */
size_t text_normalizer_growth(const TextNormalizer *normalizer);

#endif
