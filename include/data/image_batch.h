/* data/image_batch.h -- a batch of images as numbers, the value that data hands to models. */
#ifndef DATA_IMAGE_BATCH_H
#define DATA_IMAGE_BATCH_H

#include <stddef.h>
#include <stdint.h>

#include "base/real.h"
#include "base/status.h"
#include "data/image_set.h"

/* B images. */
typedef struct ImageBatch {
    size_t B;
    size_t channels;
    size_t height;
    size_t width;
    Real *pixels;    /* [B, channels, height, width] */
    int32_t *labels; /* [B] */
} ImageBatch;

/* What pixels are moved and scaled by: (value / 255 - mean) / deviation, per channel. */
typedef struct ImageScaling {
    double mean[IMAGE_CHANNELS_MAX];
    double deviation[IMAGE_CHANNELS_MAX]; /* > 0 */
} ImageScaling;

/* Take room for B images of the set's form. STATUS_OUT_OF_MEMORY: *batch is all zero. The caller calls image_batch_clear. */
Status image_batch_init(ImageBatch *batch, size_t B, const ImageSet *set);
void image_batch_clear(ImageBatch *batch);

/* Fill the batch with the images of those numbers. chosen  [batch->B] in 0..set->count-1; the set has the batch's form. */
void image_batch_fill(ImageBatch *batch, const ImageSet *set, const ImageScaling *scaling,
                      const uint32_t *chosen);

#endif
