#include "data/image_resize.h"

#include <assert.h>
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

/* How much each channel of the image counts in channel `made` of a form: itself; or all of the colours in gray, the one gray in colours. */
static double weight_of(const ImageSet *set, size_t channel, const ImageForm *form, size_t made)
{
    static const double LUMA[] = {0.299, 0.587, 0.114};
    assert(set->channels == 1 || channel < sizeof LUMA / sizeof *LUMA);
    if (set->channels == form->channels) {
        return channel == made ? 1.0 : 0.0;
    }
    return set->channels == 1 ? 1.0 : LUMA[channel];
}

void image_resize(const ImageSet *set, size_t number, const ImageForm *form, uint8_t *pixels)
{
    const size_t plane = set->height * set->width;
    const uint8_t *image = set->pixels + number * image_set_image_bytes(set);
    if (set->channels == form->channels && set->height == form->height &&
        set->width == form->width) {
        memcpy(pixels, image, image_set_image_bytes(set));
        return;
    }
    for (size_t made = 0; made < form->channels; made++) {
        for (size_t place = 0; place < form->height * form->width; place++) {
            const Stretch rows = stretch_of(place / form->width, set->height, form->height);
            const Stretch columns = stretch_of(place % form->width, set->width, form->width);
            double light = 0.0;
            for (size_t c = 0; c < set->channels; c++) {
                const double weight = weight_of(set, c, form, made);
                light += weight > 0.0
                             ? weight * mean_light(image + c * plane, set->width, rows, columns)
                             : 0.0;
            }
            *pixels++ = (uint8_t)lround(light);
        }
    }
}
