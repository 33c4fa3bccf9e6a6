#include "data/image_set.h"

#include <math.h>
#include <stdbool.h>
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

void image_set_measure(const ImageSet *set, const uint32_t *chosen, size_t chosen_count,
                       double *mean, double *deviation)
{
    const size_t plane = set->height * set->width;
    const double n = (double)(chosen_count * plane);
    for (size_t c = 0; c < set->channels; c++) {
        /* Whole numbers: exact. */
        uint64_t sum = 0;
        uint64_t squares = 0;
        for (size_t i = 0; i < chosen_count; i++) {
            const size_t image = chosen == NULL ? i : chosen[i];
            const uint8_t *pixels = set->pixels + (image * set->channels + c) * plane;
            for (size_t p = 0; p < plane; p++) {
                sum += pixels[p];
                squares += (uint64_t)pixels[p] * pixels[p];
            }
        }
        const double average = (double)sum / n;
        const double variance = (double)squares / n - average * average;
        mean[c] = average / 255.0;
        deviation[c] = variance > 1e-9 ? sqrt(variance) / 255.0 : 1.0;
    }
}

/* Along one axis: where the light begins and ends, and its first moment. */
typedef struct LightSpan {
    size_t first;
    size_t last;
    double moment;
    double total;
} LightSpan;

static void add_light(LightSpan *span, size_t place, uint8_t light)
{
    if (light == 0) {
        return;
    }
    span->first = span->total > 0.0 && span->first < place ? span->first : place;
    span->last = span->total > 0.0 && span->last > place ? span->last : place;
    span->moment += (double)light * (double)place;
    span->total += light;
}

/* How far to move along an axis of `size` places. */
static ptrdiff_t shift_of(const LightSpan *span, size_t size)
{
    const double wanted = round(((double)size - 1.0) / 2.0 - span->moment / span->total);
    const double least = -(double)span->first;
    const double most = (double)(size - 1 - span->last);
    return (ptrdiff_t)fmin(fmax(wanted, least), most);
}

/* Move one plane; black comes in. Light never leaves, so in memory order the plane moves as a whole, and only black wraps around. */
static void move_plane(uint8_t *plane, size_t height, size_t width, ptrdiff_t down, ptrdiff_t right)
{
    const ptrdiff_t shift = down * (ptrdiff_t)width + right;
    const size_t kept = height * width - (size_t)(shift < 0 ? -shift : shift);
    if (shift > 0) {
        memmove(plane + shift, plane, kept);
        memset(plane, 0, (size_t)shift);
    } else if (shift < 0) {
        memmove(plane, plane - shift, kept);
        memset(plane + kept, 0, (size_t)-shift);
    }
}

static void centre_image(const ImageSet *set, uint8_t *pixels)
{
    const size_t plane = set->height * set->width;
    LightSpan rows = {0};
    LightSpan columns = {0};
    for (size_t i = 0; i < set->channels * plane; i++) {
        add_light(&rows, i % plane / set->width, pixels[i]);
        add_light(&columns, i % set->width, pixels[i]);
    }
    if (!(rows.total > 0.0)) {
        return;
    }
    const ptrdiff_t down = shift_of(&rows, set->height);
    const ptrdiff_t right = shift_of(&columns, set->width);
    for (size_t c = 0; c < set->channels; c++) {
        move_plane(pixels + c * plane, set->height, set->width, down, right);
    }
}

void image_set_centre(ImageSet *set)
{
    for (size_t i = 0; i < set->count; i++) {
        centre_image(set, set->pixels + i * image_set_image_bytes(set));
    }
}

Status image_set_check_alike(const ImageSet *a, const char *a_name, const ImageSet *b,
                             const char *b_name, Problem *problem)
{
    if (a->channels != b->channels || a->height != b->height || a->width != b->width) {
        return problem_describe(problem, STATUS_BAD_VALUE,
                                "%s: its images are %zux%zu with %zu channels, but those of %s "
                                "%zux%zu with %zu; one model cannot take both.",
                                b_name, b->width, b->height, b->channels, a_name, a->width,
                                a->height, a->channels);
    }
    if (a->class_count != b->class_count) {
        return problem_describe(problem, STATUS_BAD_VALUE,
                                "%s: has %zu classes, but %s has %zu; the labels must mean the "
                                "same in both.",
                                b_name, b->class_count, a_name, a->class_count);
    }
    return STATUS_OK;
}
