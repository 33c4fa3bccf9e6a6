/* records/picture_wall.h -- a few held-out pictures of each domain, and what a lane says of them. */
#ifndef RECORDS_PICTURE_WALL_H
#define RECORDS_PICTURE_WALL_H

#include <stddef.h>
#include <stdint.h>

enum {
    WALL_SIDE_MAX = 16, /* pixels; larger pictures are reduced */
    WALL_CHANNELS_MAX = 3,
    WALL_PIXEL_BYTES = WALL_SIDE_MAX * WALL_SIDE_MAX * WALL_CHANNELS_MAX,
    WALL_PICTURES_MAX = 120,
    WALL_DOMAIN_PICTURES = 8, /* of each domain, fewer where there are many domains */
    WALL_CLASSES_MAX = 100,   /* that have names here; others are told by their numbers */
    WALL_NAME_BYTES = 24
};

/* One picture; it stays the same for the whole race. */
typedef struct WallPicture {
    uint32_t number;  /* its place: 0 .. below `count`; those of one domain stand together */
    uint32_t count;   /* pictures in all */
    uint32_t domain;  /* those trained on, then the zero-shot ones, as in the experiment */
    uint32_t truth;   /* class */
    uint8_t channels; /* 1 gray, 3 red, green, blue */
    uint8_t height;
    uint8_t width;
    uint8_t pixels[WALL_PIXEL_BYTES]; /* [channels, height, width], 0 dark to 255 full */
} WallPicture;

/* What a class is called. */
typedef struct WallClass {
    uint32_t number;
    char name[WALL_NAME_BYTES];
} WallClass;

/* What one lane says of all pictures. */
typedef struct WallAnswers {
    uint32_t lane;
    uint32_t step;
    uint32_t count;
    uint16_t classes[WALL_PICTURES_MAX];  /* the likeliest */
    float confidences[WALL_PICTURES_MAX]; /* its probability; NaN is data */
} WallAnswers;

/* All of it, as the task that has the pictures keeps it. */
typedef struct PictureWall {
    WallClass classes[WALL_CLASSES_MAX];
    size_t class_count;
    WallPicture pictures[WALL_PICTURES_MAX];
    size_t picture_count;
    WallAnswers answers; /* of the last evaluation */
} PictureWall;

/* Reduce a picture to height x width, both at most those it has (> 0): each new pixel is the mean of the area it covers.
 * pixels  [channels, from_height, from_width] in   out  [channels, height, width]   not aliased */
void wall_pixels_reduce(const uint8_t *pixels, size_t channels, const size_t from[2],
                        const size_t to[2], uint8_t *out);

/* Make these pixels the picture's: 1 or 3 channels (others: the first alone), reduced to WALL_SIDE_MAX with their proportions kept. */
void wall_picture_set(WallPicture *picture, const uint8_t *pixels, size_t channels, size_t height,
                      size_t width);

#endif
