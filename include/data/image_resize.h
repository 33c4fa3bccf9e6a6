/* data/image_resize.h -- an image in another form, so that one model can take sets of different origin. */
#ifndef DATA_IMAGE_RESIZE_H
#define DATA_IMAGE_RESIZE_H

#include <stddef.h>
#include <stdint.h>

#include "data/image_set.h"

/* The form that a model takes. */
typedef struct ImageForm {
    size_t channels; /* 1 or 3 */
    size_t height;   /* > 0 */
    size_t width;    /* > 0 */
} ImageForm;

/* Image `number` of the set (1 or 3 channels) in `form`. A pixel is the mean of the area it covers in the old image, parts of old pixels counting
 * by their area: so the mean light stays, but for rounding to whole 255ths. An image that is not square is squeezed into one that is.
 * Gray becomes three equal channels; of colours, 0.299 red + 0.587 green + 0.114 blue becomes gray (ITU-R BT.601).
 * pixels  [form->channels, form->height, form->width] out */
void image_resize(const ImageSet *set, size_t number, const ImageForm *form, uint8_t *pixels);

#endif
