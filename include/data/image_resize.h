/* data/image_resize.h -- images of another size, so that one model can take sets of different origin. */
#ifndef DATA_IMAGE_RESIZE_H
#define DATA_IMAGE_RESIZE_H

#include <stddef.h>

#include "base/status.h"
#include "data/image_set.h"

/* A copy of the set with images of height x width (> 0): a pixel is the mean of the area it covers in the old image, parts of old pixels
 * counting by their area. So the mean light stays, but for rounding to whole 255ths.
 * STATUS_OUT_OF_MEMORY leaves *out untouched. The caller calls image_set_clear on both. */
Status image_set_resize(const ImageSet *set, size_t height, size_t width, ImageSet *out);

#endif
