#include "data/token_masking.h"

#include <assert.h>

#include "base/random.h"
#include "data/token_batch.h"

TokenMasking token_masking_bert(const SpecialTokens *special, size_t V)
{
    return (TokenMasking){.special = *special,
                          .V = V,
                          .predicted_share = 0.15,
                          .masked_share = 0.8,
                          .random_share = 0.1};
}

static int32_t draw_token(const TokenMasking *masking, Random *random)
{
    int32_t token = 0;
    do {
        token = (int32_t)random_below(random, masking->V);
    } while (special_tokens_have(&masking->special, token));
    return token;
}

size_t token_masking_apply(const TokenMasking *masking, uint64_t seed, uint64_t step,
                           uint64_t window, size_t T, int32_t *ids, int32_t *targets)
{
    assert(masking->special.mask >= 0 && masking->V > 5); /* draw_token must find one */
    const Random stream = random_stream(seed, RANDOM_STREAM_MASKS, step);
    Random random = {.key = random_bits_at(stream.key, window)};
    size_t predicted = 0;
    for (size_t t = 0; t < T; t++) {
        targets[t] = TOKEN_IGNORED;
        if (special_tokens_have(&masking->special, ids[t]) ||
            random_uniform(&random) >= masking->predicted_share) {
            continue;
        }
        targets[t] = ids[t];
        predicted++;
        const double fate = random_uniform(&random);
        if (fate < masking->masked_share) {
            ids[t] = masking->special.mask;
        } else if (fate < masking->masked_share + masking->random_share) {
            ids[t] = draw_token(masking, &random);
        }
    }
    return predicted;
}
