#include "records/picture_wall.h"

/* How much of the old pixel i lies in the new pixel j, in units of 1 / (from * to) of the side. */
static size_t overlap(size_t i, size_t j, size_t from, size_t to)
{
    const size_t low = i * to > j * from ? i * to : j * from;
    const size_t end_i = (i + 1) * to;
    const size_t end_j = (j + 1) * from;
    const size_t high = end_i < end_j ? end_i : end_j;
    return high > low ? high - low : 0;
}

static uint8_t area_mean(const uint8_t *plane, const size_t from[2], const size_t to[2], size_t row,
                         size_t column)
{
    double sum = 0.0;
    double weight = 0.0;
    for (size_t y = row * from[0] / to[0]; y < from[0] && y * to[0] < (row + 1) * from[0]; y++) {
        const size_t tall = overlap(y, row, from[0], to[0]);
        for (size_t x = column * from[1] / to[1]; x < from[1] && x * to[1] < (column + 1) * from[1];
             x++) {
            const double share = (double)(tall * overlap(x, column, from[1], to[1]));
            sum += share * plane[y * from[1] + x];
            weight += share;
        }
    }
    return (uint8_t)(sum / weight + 0.5);
}

void wall_pixels_reduce(const uint8_t *pixels, size_t channels, const size_t from[2],
                        const size_t to[2], uint8_t *out)
{
    for (size_t channel = 0; channel < channels; channel++) {
        const uint8_t *plane = pixels + channel * from[0] * from[1];
        for (size_t row = 0; row < to[0]; row++) {
            for (size_t column = 0; column < to[1]; column++) {
                out[(channel * to[0] + row) * to[1] + column] =
                    area_mean(plane, from, to, row, column);
            }
        }
    }
}

static size_t reduced_side(size_t side, size_t longest)
{
    const size_t reduced =
        longest > WALL_SIDE_MAX ? (side * WALL_SIDE_MAX + longest / 2) / longest : side;
    return reduced > 0 ? reduced : 1;
}

void wall_picture_set(WallPicture *picture, const uint8_t *pixels, size_t channels, size_t height,
                      size_t width)
{
    const size_t longest = height > width ? height : width;
    const size_t from[2] = {height, width};
    const size_t to[2] = {reduced_side(height, longest), reduced_side(width, longest)};
    picture->channels = channels == WALL_CHANNELS_MAX ? WALL_CHANNELS_MAX : 1;
    picture->height = (uint8_t)to[0];
    picture->width = (uint8_t)to[1];
    wall_pixels_reduce(pixels, picture->channels, from, to, picture->pixels);
}
