#include "data/image_batch.h"

#include <assert.h>
#include <stdlib.h>

Status image_batch_init(ImageBatch *batch, size_t B, const ImageSet *set)
{
    *batch = (ImageBatch){0};
    const size_t image = image_set_image_bytes(set);
    ImageBatch made = {
        .B = B, .channels = set->channels, .height = set->height, .width = set->width};
    if (B == 0 || image == 0 || B > SIZE_MAX / image) {
        return STATUS_OUT_OF_MEMORY;
    }
    made.pixels = calloc(B * image, sizeof *made.pixels);
    made.labels = calloc(B, sizeof *made.labels);
    if (made.pixels == NULL || made.labels == NULL) {
        image_batch_clear(&made);
        return STATUS_OUT_OF_MEMORY;
    }
    *batch = made;
    return STATUS_OK;
}

void image_batch_clear(ImageBatch *batch)
{
    free(batch->pixels);
    free(batch->labels);
    *batch = (ImageBatch){0};
}

void image_batch_fill(ImageBatch *batch, const ImageSet *set, const ImageScaling *scaling,
                      const uint32_t *chosen)
{
    assert(batch->channels == set->channels && batch->height == set->height &&
           batch->width == set->width);
    const size_t plane = set->height * set->width;
    for (size_t b = 0; b < batch->B; b++) {
        for (size_t c = 0; c < set->channels; c++) {
            const uint8_t *from = set->pixels + (chosen[b] * set->channels + c) * plane;
            Real *to = batch->pixels + (b * set->channels + c) * plane;
            for (size_t p = 0; p < plane; p++) {
                to[p] = (Real)((from[p] / 255.0 - scaling->mean[c]) / scaling->deviation[c]);
            }
        }
        batch->labels[b] = (int32_t)set->labels[chosen[b]];
    }
}
