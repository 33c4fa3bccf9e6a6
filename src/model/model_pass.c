/* model/model_pass.c -- a stream of random numbers for each place. */
#include "model/model_pass.h"

#include "base/random.h"

Dropout model_pass_dropout(const ModelPass *pass, double rate, size_t layer, DropoutPlace place)
{
    if (!pass->has_dropout) {
        return (Dropout){0};
    }
    const uint64_t number = layer * DROPOUT_PLACE_COUNT + (uint64_t)place;
    return (Dropout){.rate = rate,
                     .key = random_stream(pass->dropout_seed, RANDOM_STREAM_DROPOUT, number).key,
                     .first_window = pass->first_window};
}
