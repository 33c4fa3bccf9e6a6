/* tests/data/test_stroke_images.c -- light against the area a pen covers, poses that can be seen, and draws that can be made again. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "data/stroke_images.h"

enum { SIDE = 32 };

/* A font whose '-' is a level stroke and whose 'L' goes down and right. */
static StrokePoint POINTS[] = {
    {-10, 0, true}, {10, 0, false}, {-5, -10, true}, {-5, 10, false}, {5, 10, false}};

static StrokeFont make_font(void)
{
    StrokeFont font = {.points = POINTS, .point_count = 5};
    font.glyphs['-' - STROKE_FIRST_CHARACTER] = (StrokeGlyph){0, 2};
    font.glyphs['L' - STROKE_FIRST_CHARACTER] = (StrokeGlyph){2, 3};
    return font;
}

static double light_of(const uint8_t *pixels)
{
    double sum = 0.0;
    for (size_t i = 0; i < SIDE * SIDE; i++) {
        sum += pixels[i] / 255.0;
    }
    return sum;
}

/* A stroke of length l and width 2 r has the area 2 r l, and two half disks of radius r at its ends, whatever its direction. */
static void the_light_is_the_area_that_the_pen_covers(void **state)
{
    (void)state;
    const StrokeFont font = make_font();
    for (int turn = 0; turn < 24; turn++) {
        const StrokePose pose = {.box = 16.0,
                                 .scale = 1.0,
                                 .rotation = turn * M_PI / 12.0,
                                 .shift_x = 0.1 * turn,
                                 .shift_y = -0.07 * turn,
                                 .radius = 1.0 + 0.1 * (turn % 3)};
        uint8_t pixels[SIDE * SIDE];
        stroke_draw(&font, stroke_font_find(&font, '-'), &pose, SIDE, pixels);
        const double area = 2.0 * pose.radius * 16.0 + M_PI * pose.radius * pose.radius;
        if (fabs(light_of(pixels) - area) > 0.03 * area) {
            fail_msg("turn %d: light %f, area %f", turn, light_of(pixels), area);
        }
    }
}

static void a_level_stroke_lies_where_it_is_put(void **state)
{
    (void)state;
    const StrokeFont font = make_font();
    const StrokePose pose = {
        .box = 10.0, .scale = 1.0, .shift_x = 0.5, .shift_y = 2.5, .radius = 0.5};
    uint8_t pixels[SIDE * SIDE];
    stroke_draw(&font, stroke_font_find(&font, '-'), &pose, SIDE, pixels);
    /* From (11, 18) to (21, 18): one row of full pixels. */
    for (size_t y = 0; y < SIDE; y++) {
        for (size_t x = 0; x < SIDE; x++) {
            assert_int_equal(pixels[y * SIDE + x], y == 18 && x >= 11 && x <= 21 ? 255 : 0);
        }
    }
}

static void a_turn_of_a_quarter_turns_the_picture(void **state)
{
    (void)state;
    const StrokeFont font = make_font();
    StrokePose pose = {.box = 20.0, .scale = 1.0, .radius = 0.8};
    uint8_t upright[SIDE * SIDE];
    uint8_t turned[SIDE * SIDE];
    stroke_draw(&font, stroke_font_find(&font, 'L'), &pose, SIDE, upright);
    pose.rotation = M_PI / 2.0; /* clockwise, as y points down */
    stroke_draw(&font, stroke_font_find(&font, 'L'), &pose, SIDE, turned);
    for (size_t y = 0; y < SIDE; y++) {
        for (size_t x = 0; x < SIDE; x++) {
            const int there = turned[x * SIDE + (SIDE - 1 - y)];
            assert_in_range(upright[y * SIDE + x] + 1, there, there + 2);
        }
    }
    assert_true(light_of(upright) > 30.0);
}

static void what_leaves_the_frame_is_cut(void **state)
{
    (void)state;
    const StrokeFont font = make_font();
    const StrokePose pose = {.box = 500.0, .scale = 3.0, .rotation = 0.3, .radius = 2.0};
    uint8_t pixels[SIDE * SIDE];
    stroke_draw(&font, stroke_font_find(&font, '-'), &pose, SIDE, pixels);
    assert_true(light_of(pixels) > SIDE * 3.9);
    const StrokePose outside = {.box = 5.0, .scale = 1.0, .shift_x = 1e6, .radius = 1.0};
    stroke_draw(&font, stroke_font_find(&font, '-'), &outside, SIDE, pixels);
    assert_true(light_of(pixels) == 0.0);
}

static void images_are_a_pure_function_of_plan_and_place(void **state)
{
    (void)state;
    StrokeFont fonts[2] = {{0}, {0}};
    assert_int_equal(
        stroke_font_read("sample-runs/data/images/hershey/futural.jhf", &fonts[0], NULL),
        STATUS_OK);
    assert_int_equal(
        stroke_font_read("sample-runs/data/images/hershey/gothiceng.jhf", &fonts[1], NULL),
        STATUS_OK);
    ImageSet sets[3];
    for (uint64_t i = 0; i < 3; i++) {
        const StrokePlan plan = stroke_plan_digits(fonts, 2, 4, i / 2);
        assert_int_equal(stroke_images_draw(&plan, &sets[i], NULL), STATUS_OK);
    }
    assert_int_equal(sets[0].count, 2 * 10 * 4);
    assert_int_equal(sets[0].class_count, 10);
    assert_memory_equal(sets[0].pixels, sets[1].pixels, 80 * 256);
    assert_memory_not_equal(sets[0].pixels, sets[2].pixels, 80 * 256);
    for (size_t i = 0; i < 80; i++) {
        assert_int_equal(sets[0].labels[i], i % 40 / 4);
        assert_int_equal(sets[0].keys[i], i / 40);
        size_t lit = 0;
        for (size_t p = 0; p < 256; p++) {
            lit += sets[0].pixels[i * 256 + p] > 127;
        }
        assert_in_range(lit, 8, 128);
        /* Copies differ. */
        assert_true(i % 4 == 0 ||
                    memcmp(sets[0].pixels + i * 256, sets[0].pixels + (i - 1) * 256, 256) != 0);
    }
    for (size_t i = 0; i < 3; i++) {
        image_set_clear(&sets[i]);
    }
    stroke_font_clear(&fonts[0]);
    stroke_font_clear(&fonts[1]);
}

static void refuses_characters_without_strokes(void **state)
{
    (void)state;
    const StrokeFont font = make_font();
    StrokePlan plan = stroke_plan_digits(&font, 1, 1, 1);
    ImageSet set = {0};
    Problem problem = {0};
    assert_int_equal(stroke_images_draw(&plan, &set, &problem), STATUS_BAD_VALUE);
    assert_string_equal(problem.text, "Font 1 has no strokes for the character '0'.");
    plan.characters = "L-";
    plan.copies = 0;
    assert_int_equal(stroke_images_draw(&plan, &set, &problem), STATUS_BAD_VALUE);
    plan.copies = 1;
    assert_int_equal(stroke_images_draw(&plan, &set, &problem), STATUS_OK);
    assert_int_equal(set.class_count, 2);
    image_set_clear(&set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_light_is_the_area_that_the_pen_covers),
        cmocka_unit_test(a_level_stroke_lies_where_it_is_put),
        cmocka_unit_test(a_turn_of_a_quarter_turns_the_picture),
        cmocka_unit_test(what_leaves_the_frame_is_cut),
        cmocka_unit_test(images_are_a_pure_function_of_plan_and_place),
        cmocka_unit_test(refuses_characters_without_strokes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
