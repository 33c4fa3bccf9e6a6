#include "store/export_image.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cairo/cairo.h>
#include <cmocka.h>

#include "store/export_layout.h"
#include "store/fontconfig_leaks.h"
#include "store/sample_picture.h"

/* cairo keeps coordinates as multiples of 1/256. */
static const double NEAR = 1.0 / 200.0;

static char *drawn(const ChartFigure *picture, ExportImageKind kind, size_t *size)
{
    char *bytes = NULL;
    Problem problem = {0};
    if (export_image(picture, kind, &bytes, size, &problem) != STATUS_OK) {
        fail_msg("%s", problem.text);
    }
    return bytes;
}

static char *svg_of(const ChartFigure *picture)
{
    size_t size = 0;
    char *bytes = drawn(picture, EXPORT_IMAGE_SVG, &size);
    char *text = strndup(bytes, size);
    assert_non_null(text);
    free(bytes);
    return text;
}

enum { VERTICES_MAX = 64 };

/* The corners of the path that `place` lies before. */
typedef struct Path {
    double column[VERTICES_MAX];
    double row[VERTICES_MAX];
    bool is_start[VERTICES_MAX]; /* the pen comes down here */
    size_t count;
} Path;

/* The corners behind d=" of the SVG text. */
static void read_corners(const char *corners, Path *path)
{
    for (const char *c = corners; *c != '"' && *c != 'Z' && path->count < VERTICES_MAX;) {
        char *next = NULL;
        path->is_start[path->count] = *c == 'M';
        path->column[path->count] = strtod(c + 1, &next);
        path->row[path->count] = strtod(next, &next);
        path->count++;
        c = next + strspn(next, " ");
    }
}

/* The line drawn in a colour, with a width of at least `width`: the first such path of the SVG text. */
static bool find_path(const char *svg, const char *colour, double width, Path *path)
{
    *path = (Path){.count = 0};
    for (const char *at = svg; (at = strstr(at, "<path style=\"")) != NULL; at++) {
        const char *end = strstr(at, "/>");
        const char *stroke = strstr(at, colour);
        const char *thickness = strstr(at, "stroke-width:");
        const char *corners = strstr(at, " d=\"");
        if (stroke == NULL || stroke > end || thickness == NULL || thickness > end ||
            strtod(thickness + 13, NULL) < width || strncmp(stroke - 7, "stroke:", 7) != 0) {
            continue;
        }
        read_corners(corners + 4, path);
        return true;
    }
    return false;
}

/* Area `index` of those that a colour veils. */
static bool find_veil(const char *svg, const char *colour, int index, Path *path)
{
    char style[96];
    (void)snprintf(style, sizeof style, "fill:%s;fill-opacity:0.2;\" d=\"", colour);
    *path = (Path){.count = 0};
    const char *at = strstr(svg, style);
    for (; index > 0 && at != NULL; index--) {
        at = strstr(at + 1, style);
    }
    if (at == NULL) {
        return false;
    }
    read_corners(at + strlen(style), path);
    return true;
}

static void expect_corner(const Path *path, size_t index, double column, double row, bool is_start)
{
    assert_true(index < path->count);
    if (fabs(path->column[index] - column) > NEAR || fabs(path->row[index] - row) > NEAR) {
        fail_msg("corner %zu lies at %g %g, not at %g %g", index, path->column[index],
                 path->row[index], column, row);
    }
    assert_int_equal(path->is_start[index], is_start);
}

static void lines_run_through_their_points_on_linear_axes(void **state)
{
    (void)state;
    ChartFigure picture;
    sample_picture(&picture);
    char *svg = svg_of(&picture);
    Path path;
    assert_true(find_path(svg, "rgb(0%,0%,100%)", 1.0, &path));
    /* Steps 0, 1, 2 of 0..8 over columns 70..770; smoothed 4, 3, 1.5 of 0..4 over rows 440..50. */
    assert_int_equal(path.count, 3);
    expect_corner(&path, 0, 70.0, 50.0, true);
    expect_corner(&path, 1, 157.5, 147.5, false);
    expect_corner(&path, 2, 245.0, 293.75, false);
    free(svg);
    chart_figure_clear(&picture);
}

/* Each point's interval is its value -+ 0.5. */
static void a_band_lies_around_the_means_of_seeds_and_breaks_at_gaps(void **state)
{
    (void)state;
    ChartFigure picture;
    Path path;
    sample_picture(&picture);
    for (size_t i = 0; i < picture.series_count; i++) {
        for (size_t point = 0; point < picture.series[i].count; point++) {
            ChartPoint *one = &picture.series[i].points[point];
            one->smoothed_low = one->smoothed - 0.5;
            one->smoothed_high = one->smoothed + 0.5;
        }
    }
    char *svg = svg_of(&picture);
    assert_false(find_veil(svg, "rgb(0%,0%,100%)", 0, &path)); /* of one seed there is none */
    free(svg);
    picture.seed_count = 5;
    svg = svg_of(&picture);
    assert_true(find_veil(svg, "rgb(0%,0%,100%)", 0, &path));
    /* Above the points to the right, below them back: values 4.5, 3.5, 2 and 1, 2.5, 3.5 of 0..4 over rows 440..50. */
    assert_int_equal(path.count, 6);
    expect_corner(&path, 0, 70.0, 1.25, true);
    expect_corner(&path, 1, 157.5, 98.75, false);
    expect_corner(&path, 2, 245.0, 245.0, false);
    expect_corner(&path, 3, 245.0, 342.5, false);
    expect_corner(&path, 4, 157.5, 196.25, false);
    expect_corner(&path, 5, 70.0, 98.75, false);
    assert_true(find_veil(svg, "rgb(100%,0%,0%)", 2, &path)); /* three pieces between two gaps */
    assert_int_equal(path.count, 4);                          /* a single point: a bar */
    expect_corner(&path, 0, 419.0, 147.5, true);
    expect_corner(&path, 2, 421.0, 245.0, false);
    assert_false(find_veil(svg, "rgb(100%,0%,0%)", 3, &path));
    free(svg);
    chart_figure_clear(&picture);
}

static void a_point_alone_between_gaps_is_a_dot(void **state)
{
    (void)state;
    ChartFigure picture;
    sample_picture(&picture);
    char *svg = svg_of(&picture);
    Path path;
    assert_true(find_path(svg, "rgb(100%,0%,0%)", 2.0, &path));
    assert_int_equal(path.count, 6);
    expect_corner(&path, 0, 70.0, 342.5, true);
    expect_corner(&path, 1, 70.0, 342.5, false);
    expect_corner(&path, 2, 245.0, 245.0, true);
    expect_corner(&path, 4, 420.0, 196.25, true);
    free(svg);
    chart_figure_clear(&picture);
}

static void lines_run_through_their_points_on_log_axes(void **state)
{
    (void)state;
    ChartFigure picture;
    sample_picture(&picture);
    picture.y = (ChartAxis){.scale = CHART_SCALE_LOG, .low = 0.01, .high = 100.0};
    picture.x_of_axis = CHART_X_PASSES;
    picture.x = (ChartAxis){.scale = CHART_SCALE_LOG, .low = 1.0, .high = 1000.0};
    picture.series[0].points[1].smoothed = 10.0;
    char *svg = svg_of(&picture);
    Path path;
    assert_true(find_path(svg, "rgb(0%,0%,100%)", 1.0, &path));
    /* The first point's x is 0: no place. Then passes 3 and 6; values 10 and 1.5. */
    assert_int_equal(path.count, 2);
    expect_corner(&path, 0, 70.0 + 700.0 * log10(3.0) / 3.0, 440.0 - 390.0 * 0.75, true);
    expect_corner(&path, 1, 70.0 + 700.0 * log10(6.0) / 3.0,
                  440.0 - 390.0 * (2.0 + log10(1.5)) / 4.0, false);
    free(svg);
    chart_figure_clear(&picture);
}

static void lanes_differ_in_dash_and_width_as_well_as_colour(void **state)
{
    (void)state;
    ChartFigure picture;
    sample_picture(&picture);
    picture.series[1].colour = picture.series[0].colour;
    picture.series[1].is_emphasised = false;
    char *svg = svg_of(&picture);
    assert_non_null(strstr(svg, "stroke-dasharray:10,5"));
    free(svg);
    chart_figure_clear(&picture);
}

typedef struct Reading {
    const char *bytes;
    size_t left;
} Reading;

static cairo_status_t read_bytes(void *closure, unsigned char *data, unsigned int size)
{
    Reading *reading = closure;
    if (size > reading->left) {
        return CAIRO_STATUS_READ_ERROR;
    }
    memcpy(data, reading->bytes, size);
    reading->bytes += size;
    reading->left -= size;
    return CAIRO_STATUS_SUCCESS;
}

/* The colour of the pixel in the middle of a point of the sheet, as 0xRRGGBB. */
static uint32_t pixel(cairo_surface_t *surface, double column, double row)
{
    const unsigned char *data = cairo_image_surface_get_data(surface);
    const size_t stride = (size_t)cairo_image_surface_get_stride(surface);
    uint32_t value = 0;
    memcpy(&value,
           data + (size_t)(row * EXPORT_IMAGE_SCALE) * stride +
               (size_t)(column * EXPORT_IMAGE_SCALE) * sizeof value,
           sizeof value);
    return value & 0xFFFFFFU;
}

static cairo_surface_t *png_of(const ChartFigure *picture)
{
    size_t size = 0;
    char *bytes = drawn(picture, EXPORT_IMAGE_PNG, &size);
    Reading reading = {bytes, size};
    cairo_surface_t *surface = cairo_image_surface_create_from_png_stream(read_bytes, &reading);
    assert_int_equal(cairo_surface_status(surface), CAIRO_STATUS_SUCCESS);
    assert_int_equal(cairo_image_surface_get_width(surface), EXPORT_COLUMNS * EXPORT_IMAGE_SCALE);
    assert_int_equal(cairo_image_surface_get_height(surface), EXPORT_ROWS * EXPORT_IMAGE_SCALE);
    free(bytes);
    return surface;
}

static void a_png_has_the_lines_where_the_svg_has_them(void **state)
{
    (void)state;
    ChartFigure picture;
    sample_picture(&picture);
    picture.background = (ChartColour){10, 20, 30};
    cairo_surface_t *surface = png_of(&picture);
    assert_int_equal(pixel(surface, 5, 5), 0x0A141E);
    assert_int_equal(pixel(surface, 700, 70), 0x0A141E);
    /* Halfway between (70, 50) and (157.5, 147.5), and off it. */
    assert_int_equal(pixel(surface, 113.75, 98.75), 0x0000FF);
    assert_int_equal(pixel(surface, 113.75, 115.0), 0x0A141E);
    assert_int_equal(pixel(surface, 245, 245), 0xFF0000);   /* the dot */
    assert_int_equal(pixel(surface, 157.5, 245), 0xAAAAFF); /* AdamW's raw 2 at step 1 */
    cairo_surface_destroy(surface);
    chart_figure_clear(&picture);
}

/* Pixels of a colour in a row of points. */
static size_t count_pixels(cairo_surface_t *surface, double from, double to, double row,
                           uint32_t colour)
{
    size_t count = 0;
    for (double column = from; column < to; column += 0.5) {
        count += pixel(surface, column, row) == colour ? 1 : 0;
    }
    return count;
}

static void each_line_has_its_name_in_its_colour(void **state)
{
    (void)state;
    ChartFigure picture;
    sample_picture(&picture);
    cairo_surface_t *surface = png_of(&picture);
    size_t blue = 0;
    size_t red = 0;
    for (double row = -4.0; row < 4.0; row += 0.5) {
        blue += count_pixels(surface, EXPORT_RIGHT + 22, EXPORT_COLUMNS, 293.75 + row, 0x0000FF);
        red += count_pixels(surface, EXPORT_RIGHT + 22, EXPORT_COLUMNS, 196.25 + row, 0xFF0000);
    }
    assert_true(blue > 30 && red > 30);
    cairo_surface_destroy(surface);
    chart_figure_clear(&picture);
}

static void what_lies_off_the_axes_is_cut_off_there(void **state)
{
    (void)state;
    ChartFigure picture;
    sample_picture(&picture);
    picture.series[0].points[0].smoothed = 8.0; /* at row -340 */
    picture.series[0].points[1].smoothed = 4.0;
    cairo_surface_t *surface = png_of(&picture);
    /* The line would pass the title's height at column 154. */
    for (double row = 34.0; row < 48.0; row += 1.0) {
        assert_int_not_equal(pixel(surface, 157.5 - (50.0 - row) * 87.5 / 390.0, row), 0x0000FF);
    }
    cairo_surface_destroy(surface);
    chart_figure_clear(&picture);
}

static void draws_many_lanes_points_rules_and_notes(void **state)
{
    (void)state;
    ChartFigure picture;
    sample_picture(&picture);
    picture.x.high = 20000.0;
    picture.rule_count = CHART_RULES_MAX;
    picture.series_count = SPEC_LANES_MAX;
    for (int i = 0; i < CHART_NOTES_MAX; i++) {
        chart_figure_note(&picture, "a note that goes on and on and on and on and on and on, %d",
                          i);
    }
    for (size_t lane = 0; lane < SPEC_LANES_MAX; lane++) {
        picture.series[lane].mark = "ox*+.abcdefghijk"[lane % 16];
        memset(picture.series[lane].lane, 'W', SPEC_NAME_BYTES - 1);
    }
    for (int i = 0; i < 20000; i++) {
        sample_point(&picture.series[3], i, 2.0 + sin(i * 0.3), 2.0);
    }
    cairo_surface_t *surface = png_of(&picture);
    assert_int_equal(pixel(surface, 5, 5), 0xFFFFFF);
    cairo_surface_destroy(surface);
    chart_figure_clear(&picture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_run_through_their_points_on_linear_axes),
        cmocka_unit_test(a_band_lies_around_the_means_of_seeds_and_breaks_at_gaps),
        cmocka_unit_test(a_point_alone_between_gaps_is_a_dot),
        cmocka_unit_test(lines_run_through_their_points_on_log_axes),
        cmocka_unit_test(lanes_differ_in_dash_and_width_as_well_as_colour),
        cmocka_unit_test(a_png_has_the_lines_where_the_svg_has_them),
        cmocka_unit_test(each_line_has_its_name_in_its_colour),
        cmocka_unit_test(what_lies_off_the_axes_is_cut_off_there),
        cmocka_unit_test(draws_many_lanes_points_rules_and_notes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
