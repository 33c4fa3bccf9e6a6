#include "data/image_batch.h"

#include <assert.h>
#include <stdlib.h>

static size_t numbers_in(const ImageForm *form)
{
    return form->channels * form->height * form->width;
}

Status image_batch_init(ImageBatch *batch, size_t B, const ImageForm *form)
{
    *batch = (ImageBatch){0};
    const size_t image = numbers_in(form);
    ImageBatch made = {.B = B, .form = *form};
    if (B == 0 || image == 0 || B > SIZE_MAX / image) {
        return STATUS_OUT_OF_MEMORY;
    }
    made.pixels = calloc(B * image, sizeof *made.pixels);
    made.labels = calloc(B, sizeof *made.labels);
    made.bytes = calloc(image, sizeof *made.bytes);
    if (made.pixels == NULL || made.labels == NULL || made.bytes == NULL) {
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
    free(batch->bytes);
    *batch = (ImageBatch){0};
}

void image_batch_put(ImageBatch *batch, size_t b, const ImageSet *set, size_t number,
                     const ImageScaling *scaling)
{
    assert(b < batch->B && number < set->count);
    const size_t plane = batch->form.height * batch->form.width;
    Real *to = batch->pixels + b * numbers_in(&batch->form);
    image_resize(set, number, &batch->form, batch->bytes);
    for (size_t i = 0; i < numbers_in(&batch->form); i++) {
        const size_t c = i / plane;
        to[i] = (Real)((batch->bytes[i] / 255.0 - scaling->mean[c]) / scaling->deviation[c]);
    }
    batch->labels[b] = (int32_t)set->labels[number];
}
