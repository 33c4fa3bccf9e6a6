/* data/stroke_images.h -- drawing the glyphs of stroke fonts as small gray images, each a little different. */
#ifndef DATA_STROKE_IMAGES_H
#define DATA_STROKE_IMAGES_H

#include <stddef.h>
#include <stdint.h>

#include "base/problem.h"
#include "base/status.h"
#include "data/image_set.h"
#include "data/stroke_font.h"

/* How one glyph is drawn. */
typedef struct StrokePose {
    double box;      /* pixels: the longer side of the glyph's bounding box, before `scale` */
    double scale;    /* 1 as it is */
    double rotation; /* radians, clockwise */
    double shift_x;  /* pixels, to the right */
    double shift_y;  /* pixels, down */
    double radius;   /* pixels: half the width of the pen */
} StrokePose;

/* Draw a glyph, its bounding box in the middle of the image but for the shift. The light of a pixel is how much of it the pen covers, taken
 * from the distance between its centre and the nearest stroke: min(1, max(0, radius + 1/2 - distance)), in 255ths.
 * pixels  [side, side] out */
void stroke_draw(const StrokeFont *font, const StrokeGlyph *glyph, const StrokePose *pose,
                 size_t side, uint8_t *pixels);

/* How much images of a glyph differ: uniform draws within these bounds around the pose they are given with. */
typedef struct StrokeJitter {
    double scale;    /* 0.1: 0.9 to 1.1 of the size */
    double rotation; /* radians */
    double shift;    /* pixels, each axis */
    double radius;   /* pixels */
} StrokeJitter;

/* What to draw. */
typedef struct StrokePlan {
    const StrokeFont *fonts;
    size_t font_count;
    const char *
        characters; /* label i is character i: "0123456789" for digits; at most IMAGE_CLASSES_MAX */
    size_t copies;  /* of each character of each font */
    size_t side;    /* of the images, pixels */
    StrokePose pose;
    StrokeJitter jitter;
    uint64_t seed;
} StrokePlan;

/* Digits of 16x16 pixels as the other bundled digits have them: a box of 11, mildly jittered, `copies` of each. */
StrokePlan stroke_plan_digits(const StrokeFont *fonts, size_t font_count, size_t copies,
                              uint64_t seed);

/* Draw the plan: image i shows font i / (copies * characters), then character, then copy, and is a pure function of plan and i. Keys are the
 * fonts' numbers. STATUS_BAD_VALUE if a font has no strokes for a character, or nothing is asked for; STATUS_OUT_OF_MEMORY. *out is then
 * untouched. The caller calls image_set_clear. */
Status stroke_images_draw(const StrokePlan *plan, ImageSet *out, Problem *problem);

#endif
