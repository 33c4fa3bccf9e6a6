#include "data/stroke_images.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/random.h"

typedef struct Place {
    double x;
    double y;
} Place;

typedef struct Bounds {
    double left, right, top, bottom;
} Bounds;

static Bounds bounds_of(const StrokePoint *points, size_t count)
{
    Bounds bounds = {points[0].x, points[0].x, points[0].y, points[0].y};
    for (size_t i = 1; i < count; i++) {
        bounds.left = fmin(bounds.left, points[i].x);
        bounds.right = fmax(bounds.right, points[i].x);
        bounds.top = fmin(bounds.top, points[i].y);
        bounds.bottom = fmax(bounds.bottom, points[i].y);
    }
    return bounds;
}

/* Where a point of the glyph comes to lie in the image. */
static Place place_of(StrokePoint point, const Bounds *bounds, const StrokePose *pose, size_t side)
{
    const double longest = fmax(bounds->right - bounds->left, bounds->bottom - bounds->top);
    /* A glyph of one point has no size; it is a dot. */
    const double size = longest > 0.0 ? pose->box * pose->scale / longest : 0.0;
    const double x = (point.x - (bounds->left + bounds->right) / 2.0) * size;
    const double y = (point.y - (bounds->top + bounds->bottom) / 2.0) * size;
    const double middle = ((double)side - 1.0) / 2.0;
    return (Place){.x = middle + pose->shift_x + x * cos(pose->rotation) - y * sin(pose->rotation),
                   .y = middle + pose->shift_y + x * sin(pose->rotation) + y * cos(pose->rotation)};
}

static double distance_to_segment(Place point, Place from, Place to)
{
    const double dx = to.x - from.x;
    const double dy = to.y - from.y;
    const double length = dx * dx + dy * dy;
    const double along =
        length > 0.0 ? ((point.x - from.x) * dx + (point.y - from.y) * dy) / length : 0.0;
    const double clamped = fmin(fmax(along, 0.0), 1.0);
    return hypot(point.x - from.x - clamped * dx, point.y - from.y - clamped * dy);
}

/* The first whole number at or above `place`, within 0..side. */
static size_t pixel_from(double place, size_t side)
{
    return (size_t)fmin(fmax(ceil(place), 0.0), (double)side);
}

/* Draw one straight stretch, brightening what is darker; the nearest stroke wins. */
static void draw_segment(Place from, Place to, double radius, size_t side, uint8_t *pixels)
{
    const double reach = radius + 1.0;
    const size_t bottom = pixel_from(fmax(from.y, to.y) + reach, side);
    const size_t right = pixel_from(fmax(from.x, to.x) + reach, side);
    for (size_t y = pixel_from(fmin(from.y, to.y) - reach, side); y < bottom; y++) {
        for (size_t x = pixel_from(fmin(from.x, to.x) - reach, side); x < right; x++) {
            const double distance = distance_to_segment((Place){(double)x, (double)y}, from, to);
            const double cover = fmin(fmax(radius + 0.5 - distance, 0.0), 1.0);
            const uint8_t light = (uint8_t)lround(255.0 * cover);
            uint8_t *pixel = &pixels[y * side + x];
            *pixel = light > *pixel ? light : *pixel;
        }
    }
}

void stroke_draw(const StrokeFont *font, const StrokeGlyph *glyph, const StrokePose *pose,
                 size_t side, uint8_t *pixels)
{
    const StrokePoint *points = font->points + glyph->first;
    const Bounds bounds = bounds_of(points, glyph->count);
    memset(pixels, 0, side * side);
    Place pen = {0};
    for (size_t i = 0; i < glyph->count; i++) {
        const Place next = place_of(points[i], &bounds, pose, side);
        draw_segment(points[i].starts_stroke ? next : pen, next, pose->radius, side, pixels);
        pen = next;
    }
}

/* Uniform in [-bound, bound). */
static double draw_within(Random *random, double bound)
{
    return (2.0 * random_uniform(random) - 1.0) * bound;
}

static StrokePose draw_pose(const StrokePlan *plan, size_t image)
{
    Random random = random_stream(plan->seed, RANDOM_STREAM_STROKES, image);
    StrokePose pose = plan->pose;
    pose.scale *= 1.0 + draw_within(&random, plan->jitter.scale);
    pose.rotation += draw_within(&random, plan->jitter.rotation);
    pose.shift_x += draw_within(&random, plan->jitter.shift);
    pose.shift_y += draw_within(&random, plan->jitter.shift);
    pose.radius += draw_within(&random, plan->jitter.radius);
    return pose;
}

StrokePlan stroke_plan_digits(const StrokeFont *fonts, size_t font_count, size_t copies,
                              uint64_t seed)
{
    return (StrokePlan){
        .fonts = fonts,
        .font_count = font_count,
        .characters = "0123456789",
        .copies = copies,
        .side = 16,
        .pose = {.box = 11.0, .scale = 1.0, .radius = 0.7},
        .jitter = {.scale = 0.1, .rotation = 0.2, .shift = 1.0, .radius = 0.3},
        .seed = seed,
    };
}

static Status check_plan(const StrokePlan *plan, Problem *problem)
{
    const size_t characters = strlen(plan->characters);
    if (plan->font_count == 0 || plan->copies == 0 || plan->side == 0 || characters == 0 ||
        characters > IMAGE_CLASSES_MAX) {
        return problem_describe(problem, STATUS_BAD_VALUE,
                                "There are no glyphs to draw: fonts, characters, copies and side "
                                "must all be at least 1.");
    }
    for (size_t font = 0; font < plan->font_count; font++) {
        for (size_t i = 0; i < characters; i++) {
            if (stroke_font_find(&plan->fonts[font], plan->characters[i]) == NULL) {
                return problem_describe(problem, STATUS_BAD_VALUE,
                                        "Font %zu has no strokes for the character '%c'.", font + 1,
                                        plan->characters[i]);
            }
        }
    }
    return STATUS_OK;
}

Status stroke_images_draw(const StrokePlan *plan, ImageSet *out, Problem *problem)
{
    TRY(check_plan(plan, problem));
    const size_t characters = strlen(plan->characters);
    const size_t of_font = characters * plan->copies;
    assert(of_font > 0); /* check_plan has seen to it */
    ImageSet set = {0};
    if (image_set_init(&set, plan->font_count * of_font, 1, plan->side, plan->side) != STATUS_OK) {
        return problem_describe(problem, STATUS_OUT_OF_MEMORY, "Not enough memory for %zu images.",
                                plan->font_count * of_font);
    }
    set.class_count = characters;
    for (size_t i = 0; i < set.count; i++) {
        const StrokeFont *font = &plan->fonts[i / of_font];
        const size_t label = i % of_font / plan->copies;
        const StrokePose pose = draw_pose(plan, i);
        stroke_draw(font, stroke_font_find(font, plan->characters[label]), &pose, plan->side,
                    set.pixels + i * image_set_image_bytes(&set));
        set.labels[i] = (uint32_t)label;
        set.keys[i] = (uint32_t)(i / of_font);
    }
    *out = set;
    return STATUS_OK;
}
