#include "data/image_set.h"

#include <stdlib.h>
#include <string.h>

Status image_set_init(ImageSet *set, size_t count, size_t channels, size_t height, size_t width)
{
    *set = (ImageSet){0};
    ImageSet made = {.count = count, .channels = channels, .height = height, .width = width};
    if (channels > IMAGE_CHANNELS_MAX || height > IMAGE_SIDE_MAX || width > IMAGE_SIDE_MAX ||
        count > UINT32_MAX) {
        return STATUS_OUT_OF_MEMORY;
    }
    made.pixels = calloc(count, image_set_image_bytes(&made));
    made.labels = calloc(count, sizeof *made.labels);
    made.keys = calloc(count, sizeof *made.keys);
    if (made.pixels == NULL || made.labels == NULL || made.keys == NULL) {
        image_set_clear(&made);
        return STATUS_OUT_OF_MEMORY;
    }
    *set = made;
    return STATUS_OK;
}

void image_set_clear(ImageSet *set)
{
    free(set->pixels);
    free(set->labels);
    free(set->keys);
    *set = (ImageSet){0};
}

size_t image_set_image_bytes(const ImageSet *set)
{
    return set->channels * set->height * set->width;
}

Status image_set_check_alike(const ImageSet *a, const char *a_name, const ImageSet *b,
                             const char *b_name, Problem *problem)
{
    if (a->channels != b->channels || a->height != b->height || a->width != b->width) {
        return problem_describe(problem, STATUS_BAD_VALUE,
                                "%s: its images are %zux%zu with %zu channels, but those of %s "
                                "%zux%zu with %zu; in one data set they must be alike.",
                                b_name, b->width, b->height, b->channels, a_name, a->width,
                                a->height, a->channels);
    }
    return STATUS_OK;
}

Status image_set_append(ImageSet *set, const ImageSet *more)
{
    const size_t image = image_set_image_bytes(set);
    ImageSet joined;
    TRY(image_set_init(&joined, set->count + more->count, set->channels, set->height, set->width));
    memcpy(joined.pixels, set->pixels, set->count * image);
    memcpy(joined.labels, set->labels, set->count * sizeof *set->labels);
    memcpy(joined.keys, set->keys, set->count * sizeof *set->keys);
    memcpy(joined.pixels + set->count * image, more->pixels, more->count * image);
    memcpy(joined.labels + set->count, more->labels, more->count * sizeof *set->labels);
    memcpy(joined.keys + set->count, more->keys, more->count * sizeof *set->keys);
    joined.class_count =
        more->class_count > set->class_count ? more->class_count : set->class_count;
    image_set_clear(set);
    *set = joined;
    return STATUS_OK;
}
