#include "data/image_resize.h"

#include <math.h>
#include <string.h>

/* The stretch that place `index` of `to` covers among `from` places. */
typedef struct Stretch {
    double start;
    double end;
} Stretch;

static Stretch stretch_of(size_t index, size_t from, size_t to)
{
    return (Stretch){(double)(index * from) / (double)to,
                     (double)((index + 1) * from) / (double)to};
}

/* How much of the place from `at` to `at` + 1 lies within. */
static double share_of(Stretch stretch, size_t at)
{
    return fmin(stretch.end, (double)at + 1.0) - fmax(stretch.start, (double)at);
}

/* The mean of plane [height, width] over a rectangle. */
static double mean_light(const uint8_t *plane, size_t width, Stretch rows, Stretch columns)
{
    double sum = 0.0;
    double area = 0.0;
    for (size_t y = (size_t)rows.start; (double)y < rows.end; y++) {
        for (size_t x = (size_t)columns.start; (double)x < columns.end; x++) {
            const double share = share_of(rows, y) * share_of(columns, x);
            sum += share * plane[y * width + x];
            area += share;
        }
    }
    return sum / area;
}

static void resize_plane(const ImageSet *from, const uint8_t *plane, const ImageSet *to,
                         uint8_t *resized)
{
    for (size_t y = 0; y < to->height; y++) {
        const Stretch rows = stretch_of(y, from->height, to->height);
        for (size_t x = 0; x < to->width; x++) {
            const Stretch columns = stretch_of(x, from->width, to->width);
            resized[y * to->width + x] =
                (uint8_t)lround(mean_light(plane, from->width, rows, columns));
        }
    }
}

Status image_set_resize(const ImageSet *set, size_t height, size_t width, ImageSet *out)
{
    ImageSet resized = {0};
    TRY(image_set_init(&resized, set->count, set->channels, height, width));
    resized.class_count = set->class_count;
    memcpy(resized.labels, set->labels, set->count * sizeof *set->labels);
    memcpy(resized.keys, set->keys, set->count * sizeof *set->keys);
    for (size_t i = 0; i < set->count * set->channels; i++) {
        resize_plane(set, set->pixels + i * set->height * set->width, &resized,
                     resized.pixels + i * height * width);
    }
    *out = resized;
    return STATUS_OK;
}
