/* data/image_batch.h -- a batch of images as numbers, the value that data hands to models. */
#ifndef DATA_IMAGE_BATCH_H
#define DATA_IMAGE_BATCH_H

#include <stddef.h>
#include <stdint.h>

#include "base/real.h"
#include "base/status.h"
#include "data/image_resize.h"
#include "data/image_set.h"

/* Room for B images of one form. */
typedef struct ImageBatch {
    size_t B;
    ImageForm form;
    Real *pixels;    /* [B, channels, height, width] */
    int32_t *labels; /* [B] */
    uint8_t *bytes;  /* [channels, height, width] scratch */
} ImageBatch;

/* What pixels are moved and scaled by: (value / 255 - mean) / deviation, per channel. */
typedef struct ImageScaling {
    double mean[IMAGE_CHANNELS_MAX];
    double deviation[IMAGE_CHANNELS_MAX]; /* > 0 */
} ImageScaling;

/* STATUS_OUT_OF_MEMORY: *batch is all zero. The caller calls image_batch_clear. */
Status image_batch_init(ImageBatch *batch, size_t B, const ImageForm *form);
void image_batch_clear(ImageBatch *batch);

/* Make image `number` of the set the batch's image b < B, in the batch's form and scaled, with its label. Allocates nothing. */
void image_batch_put(ImageBatch *batch, size_t b, const ImageSet *set, size_t number,
                     const ImageScaling *scaling);

#endif
