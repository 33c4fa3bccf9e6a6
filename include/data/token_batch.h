/* data/token_batch.h -- a batch of token windows, the value that data hands to models. */
#ifndef DATA_TOKEN_BATCH_H
#define DATA_TOKEN_BATCH_H

#include <stddef.h>
#include <stdint.h>

enum { TOKEN_IGNORED = -1 }; /* a target that counts for nothing (padding) */

/* B windows of T positions. The arrays are borrowed. */
typedef struct TokenBatch {
    size_t B;
    size_t T;
    const int32_t *inputs;  /* [B, T] in 0..V-1 */
    const int32_t *targets; /* [B, T] in 0..V-1, or TOKEN_IGNORED */
} TokenBatch;

#endif
