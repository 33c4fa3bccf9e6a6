/* data/image_set.h -- images of one size with their labels, as bytes. */
#ifndef DATA_IMAGE_SET_H
#define DATA_IMAGE_SET_H

#include <stddef.h>
#include <stdint.h>

#include "base/problem.h"
#include "base/status.h"

enum { IMAGE_SIDE_MAX = 1024, IMAGE_CHANNELS_MAX = 4, IMAGE_CLASSES_MAX = 1000 };

/* `{0}` is an empty one. */
typedef struct ImageSet {
    size_t count;
    size_t channels; /* 1 gray, 3 red, green, blue */
    size_t height;
    size_t width;
    size_t class_count;
    uint8_t *pixels;  /* [count, channels, height, width], 0 nothing to 255 full; owned */
    uint32_t *labels; /* [count] in 0..class_count-1; owned */
    uint32_t *keys;   /* [count]: what the image shows besides, see who made the set; owned */
} ImageSet;

/* Take room for `count` black images, all sizes > 0, labels and keys 0. STATUS_OUT_OF_MEMORY: *set is all zero. The caller calls
 * image_set_clear. */
Status image_set_init(ImageSet *set, size_t count, size_t channels, size_t height, size_t width);
void image_set_clear(ImageSet *set);

/* Bytes of one image: channels * height * width. */
size_t image_set_image_bytes(const ImageSet *set);

/* Do the two make one set? STATUS_BAD_VALUE names them with their sizes if their images differ in size or channels. */
Status image_set_check_alike(const ImageSet *a, const char *a_name, const ImageSet *b,
                             const char *b_name, Problem *problem);

/* Append the images of `more`, which are like the set's own; the set then has as many classes as the one with more of them.
 * STATUS_OUT_OF_MEMORY leaves *set as it was. */
Status image_set_append(ImageSet *set, const ImageSet *more);

#endif
