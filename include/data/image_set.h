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

/* Mean and standard deviation of each channel over the images chosen (NULL: the first chosen_count), where 0..255 is 0..1.
 * mean, deviation  [channels] out; a deviation of 0 is given as 1, so that one can divide by it. chosen_count >= 1 */
void image_set_measure(const ImageSet *set, const uint32_t *chosen, size_t chosen_count,
                       double *mean, double *deviation);

/* Move every image by whole pixels so that the centre of mass of its light lies in the middle, as near as it can without any of the light
 * leaving the frame (all channels together; an image without light stays). Black comes in. So digits of different origin sit alike. */
void image_set_centre(ImageSet *set);

/* Can one model take both? STATUS_BAD_VALUE names the two with their sizes if the images differ in size or channels, or the sets in their
 * number of classes. */
Status image_set_check_alike(const ImageSet *a, const char *a_name, const ImageSet *b,
                             const char *b_name, Problem *problem);

#endif
