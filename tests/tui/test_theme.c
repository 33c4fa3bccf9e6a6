#include "tui/theme.h"

#include <glob.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { PATH_BYTES = 256 };

static const char path_pattern[] = "/tmp/tramlab-test-XXXXXX";

/* Load a theme of these bytes from a file made for the purpose. */
static Status load_bytes(const char *bytes, size_t size, Theme *theme, Problem *problem)
{
    char path[sizeof path_pattern];
    memcpy(path, path_pattern, sizeof path);
    const int descriptor = mkstemp(path);
    assert_true(descriptor >= 0);
    assert_int_equal(write(descriptor, bytes, size), (ssize_t)size);
    assert_int_equal(close(descriptor), 0);
    const Status status = theme_load(path, theme, problem);
    assert_int_equal(unlink(path), 0);
    return status;
}

static Status load_text(const char *text, Theme *theme, Problem *problem)
{
    return load_bytes(text, strlen(text), theme, problem);
}

/* The one line is refused, on line 2, with these words; the theme is left alone. */
static void expect_refused(const char *line, const char *words)
{
    char text[1024];
    (void)snprintf(text, sizeof text, "# first\n%s\ntext = 1\n", line);
    Theme theme = theme_default();
    const Theme before = theme;
    Problem problem = {0};
    assert_int_equal(load_text(text, &theme, &problem), STATUS_BAD_FORMAT);
    if (strstr(problem.text, words) == NULL || strstr(problem.text, ":2: expected") == NULL) {
        print_error("\"%s\" gave: %s\n", line, problem.text);
        fail();
    }
    assert_memory_equal(&theme, &before, sizeof theme);
}

static void expect_same_style(const RoleStyle *a, const RoleStyle *b)
{
    assert_int_equal(a->foreground_256, b->foreground_256);
    assert_int_equal(a->background_256, b->background_256);
    assert_int_equal(a->foreground_16, b->foreground_16);
    assert_int_equal(a->background_16, b->background_16);
    assert_int_equal(a->is_bold, b->is_bold);
    assert_int_equal(a->is_dim, b->is_dim);
    assert_int_equal(a->is_reverse, b->is_reverse);
    assert_int_equal(a->is_underlined, b->is_underlined);
}

static Theme load_own(const char *name)
{
    char path[PATH_BYTES];
    (void)snprintf(path, sizeof path, "themes/%s.theme", name);
    Theme theme = {0};
    Problem problem = {0};
    if (theme_load(path, &theme, &problem) != STATUS_OK) {
        fail_msg("%s", problem.text);
    }
    assert_string_equal(theme.name, name);
    return theme;
}

static void every_theme_we_ship_can_be_read(void **state)
{
    (void)state;
    glob_t found;
    assert_int_equal(glob("themes/*.theme", 0, NULL, &found), 0);
    assert_in_range(found.gl_pathc, 4, 99);
    for (size_t i = 0; i < found.gl_pathc; ++i) {
        Theme theme = {0};
        Problem problem = {0};
        if (theme_load(found.gl_pathv[i], &theme, &problem) != STATUS_OK) {
            fail_msg("%s", problem.text);
        }
    }
    globfree(&found);
}

static void built_in_theme_is_the_default_file(void **state)
{
    (void)state;
    const Theme built_in = theme_default();
    const Theme file = load_own("default");
    assert_string_equal(built_in.name, file.name);
    for (int role = 0; role < ROLE_COUNT; ++role) {
        expect_same_style(&built_in.roles[role], &file.roles[role]);
    }
}

static void mono_has_no_colour_at_all(void **state)
{
    (void)state;
    const Theme theme = load_own("mono");
    for (int role = 0; role < ROLE_COUNT; ++role) {
        const RoleStyle *style = &theme.roles[role];
        assert_int_equal(style->foreground_256, THEME_DEFAULT_COLOUR);
        assert_int_equal(style->background_256, THEME_DEFAULT_COLOUR);
        assert_int_equal(style->foreground_16, THEME_DEFAULT_COLOUR);
        assert_int_equal(style->background_16, THEME_DEFAULT_COLOUR);
    }
    assert_true(theme.roles[ROLE_RAW_0].is_dim && !theme.roles[ROLE_LANE_0].is_dim);
}

/* Relative luminance (WCAG 2) of a colour of the 6x6x6 cube or the greys. */
static double luminance(int colour)
{
    static const int levels[6] = {0, 95, 135, 175, 215, 255};
    static const double weights[3] = {0.2126, 0.7152, 0.0722};
    assert_in_range(colour, 16, 255);
    const int cube = colour - 16;
    const int grey = 8 + 10 * (colour - 232);
    const int rgb[3] = {colour < 232 ? levels[cube / 36] : grey,
                        colour < 232 ? levels[cube / 6 % 6] : grey,
                        colour < 232 ? levels[cube % 6] : grey};
    double sum = 0.0;
    for (int i = 0; i < 3; ++i) {
        const double c = rgb[i] / 255.0;
        sum += weights[i] * (c <= 0.03928 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4));
    }
    return sum;
}

static double contrast(double a, double b)
{
    return a > b ? (a + 0.05) / (b + 0.05) : (b + 0.05) / (a + 0.05);
}

static void lanes_can_be_read_and_raw_points_stay_behind(void **state)
{
    (void)state;
    static const char *const names[] = {"default", "colour-blind", "light"};
    static const double grounds[] = {0.0, 0.0, 1.0};
    for (int i = 0; i < 3; ++i) {
        const Theme theme = load_own(names[i]);
        for (int lane = 0; lane < ROLE_LANE_COLOURS; ++lane) {
            const double line =
                contrast(luminance(theme.roles[ROLE_LANE_0 + lane].foreground_256), grounds[i]);
            const double raw =
                contrast(luminance(theme.roles[ROLE_RAW_0 + lane].foreground_256), grounds[i]);
            if (line < 4.5 || raw < 1.4 || raw > 0.8 * line) {
                fail_msg("%s, lane %d: contrast %.2f, raw points %.2f", names[i], lane + 1, line,
                         raw);
            }
        }
    }
}

static void lanes_of_a_theme_differ(void **state)
{
    (void)state;
    static const char *const names[] = {"default", "colour-blind", "light"};
    for (int i = 0; i < 3; ++i) {
        const Theme theme = load_own(names[i]);
        for (int a = ROLE_LANE_0; a <= ROLE_LANE_7; ++a) {
            for (int b = a + 1; b <= ROLE_LANE_7; ++b) {
                assert_int_not_equal(theme.roles[a].foreground_256, theme.roles[b].foreground_256);
                assert_int_not_equal(theme.roles[a].foreground_16, theme.roles[b].foreground_16);
            }
        }
    }
}

/* Better and worse differ for everybody: blue against orange, as the share of blue in the colour tells. */
static void better_and_worse_can_be_read_and_told_apart(void **state)
{
    (void)state;
    static const char *const names[] = {"default", "colour-blind", "light", "high-contrast"};
    static const double grounds[] = {0.0, 0.0, 1.0, 0.0};
    for (int i = 0; i < 4; ++i) {
        const Theme theme = load_own(names[i]);
        for (int role = ROLE_BETTER_1; role <= ROLE_WORSE_3; ++role) {
            const RoleStyle *style = &theme.roles[role];
            const double ground = style->background_256 == THEME_DEFAULT_COLOUR
                                      ? grounds[i]
                                      : luminance(style->background_256);
            if (contrast(luminance(style->foreground_256), ground) < 4.5) {
                fail_msg("%s: role %d cannot be read", names[i], role);
            }
            int rgb[3];
            theme_rgb_of_256(style->background_256 == THEME_DEFAULT_COLOUR ? style->foreground_256
                                                                           : style->background_256,
                             rgb);
            assert_true((rgb[2] > rgb[0]) == (role <= ROLE_BETTER_3));
        }
    }
}

static void colour_blind_theme_keeps_the_okabe_ito_order(void **state)
{
    (void)state;
    static const int expected[7] = {33, 214, 35, 166, 74, 175, 221};
    const Theme theme = load_own("colour-blind");
    for (int lane = 0; lane < 7; ++lane) {
        assert_int_equal(theme.roles[ROLE_LANE_0 + lane].foreground_256, expected[lane]);
    }
}

static void reads_every_form_of_colour_and_attribute(void **state)
{
    (void)state;
    Theme theme = {0};
    const char *text = "text=default\n"
                       "  dim\t=  200/7 on 17/4 bold underline  \r\n"
                       "\n"
                       "   # a comment\n"
                       "title = #ff0000 on #000000 reverse\n"
                       "frame = 9 dim\n"
                       "axis = default/3\n"
                       "rule = 21";
    assert_int_equal(load_text(text, &theme, NULL), STATUS_OK);
    expect_same_style(&theme.roles[ROLE_TEXT],
                      &(RoleStyle){-1, -1, -1, -1, false, false, false, false});
    expect_same_style(&theme.roles[ROLE_DIM],
                      &(RoleStyle){200, 17, 7, 4, true, false, false, true});
    expect_same_style(&theme.roles[ROLE_TITLE],
                      &(RoleStyle){196, 16, 9, 0, false, false, true, false});
    expect_same_style(&theme.roles[ROLE_FRAME],
                      &(RoleStyle){9, -1, 9, -1, false, true, false, false});
    expect_same_style(&theme.roles[ROLE_AXIS],
                      &(RoleStyle){-1, -1, 3, -1, false, false, false, false});
    expect_same_style(&theme.roles[ROLE_RULE],
                      &(RoleStyle){21, -1, 4, -1, false, false, false, false});
}

static void roles_not_named_keep_the_default(void **state)
{
    (void)state;
    Theme theme = {0};
    const Theme built_in = theme_default();
    assert_int_equal(load_text("text = 3\n", &theme, NULL), STATUS_OK);
    assert_int_equal(theme.roles[ROLE_TEXT].foreground_256, 3);
    for (int role = ROLE_TEXT + 1; role < ROLE_COUNT; ++role) {
        expect_same_style(&theme.roles[role], &built_in.roles[role]);
    }
}

static void refuses_wrong_lines_and_says_what_was_expected(void **state)
{
    (void)state;
    expect_refused("colourful", "role = foreground");
    expect_refused("txet = 3", "did you mean \"text\"");
    expect_refused("no-such-role-at-all = 3", "found \"no-such-role-at-all\"");
    expect_refused("dim =", "a colour");
    expect_refused("dim = bold", "found \"bold\"");
    expect_refused("dim = 256", "0..255");
    expect_refused("dim = -1", "found \"-1\"");
    expect_refused("dim = 7/16", "NN 0..15");
    expect_refused("dim = 7/", "found \"7/\"");
    expect_refused("dim = #12345", "#rrggbb");
    expect_refused("dim = #12345g", "#rrggbb");
    expect_refused("dim = 7 on", "a colour");
    expect_refused("dim = 7 blink", "found \"blink\"");
    expect_refused("dim = 7 bold on 3", "found \"on\"");
    expect_refused("dim = 7 # no comments here", "found \"#\"");
}

static void refuses_a_role_named_twice(void **state)
{
    (void)state;
    Theme theme = {0};
    Problem problem = {0};
    assert_int_equal(load_text("dim = 7\n\ndim = 8\n", &theme, &problem), STATUS_BAD_FORMAT);
    assert_non_null(strstr(problem.text, ":3: expected each role once"));
}

static void refuses_what_is_no_text_file(void **state)
{
    (void)state;
    Theme theme = {0};
    Problem problem = {0};
    char bytes[4096];
    memset(bytes, 'x', sizeof bytes);
    assert_int_equal(load_bytes(bytes, sizeof bytes, &theme, &problem), STATUS_BAD_FORMAT);
    memset(bytes, 0, sizeof bytes);
    assert_int_equal(load_bytes(bytes, sizeof bytes, &theme, &problem), STATUS_BAD_FORMAT);
    assert_int_equal(theme_load("/no/such/file.theme", &theme, &problem), STATUS_FILE_UNREADABLE);
    assert_non_null(strstr(problem.text, "/no/such/file.theme"));
    assert_int_equal(theme_load("/", &theme, &problem), STATUS_FILE_UNREADABLE);
    assert_int_equal(theme.name[0], '\0');
}

static void knows_the_xterm_palette(void **state)
{
    (void)state;
    const struct {
        int colour;
        int rgb[3];
    } known[] = {{1, {205, 0, 0}},       {16, {0, 0, 0}},  {39, {0, 175, 255}},
                 {231, {255, 255, 255}}, {232, {8, 8, 8}}, {255, {238, 238, 238}}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        int rgb[3];
        theme_rgb_of_256(known[i].colour, rgb);
        assert_memory_equal(rgb, known[i].rgb, sizeof rgb);
    }
}

static void finds_the_nearest_colours(void **state)
{
    (void)state;
    assert_int_equal(theme_nearest_256(0, 0, 0), 16);
    assert_int_equal(theme_nearest_256(255, 255, 255), 231);
    assert_int_equal(theme_nearest_256(128, 128, 128), 244);
    /* Okabe and Ito's seven, worked out apart from this code. */
    assert_int_equal(theme_nearest_256(0x00, 0x72, 0xB2), 25);
    assert_int_equal(theme_nearest_256(0xE6, 0x9F, 0x00), 178);
    assert_int_equal(theme_nearest_256(0x00, 0x9E, 0x73), 35);
    assert_int_equal(theme_nearest_256(0xD5, 0x5E, 0x00), 166);
    assert_int_equal(theme_nearest_256(0x56, 0xB4, 0xE9), 74);
    assert_int_equal(theme_nearest_256(0xCC, 0x79, 0xA7), 175);
    assert_int_equal(theme_nearest_256(0xF0, 0xE4, 0x42), 221);
    assert_int_equal(theme_nearest_16(250, 5, 5), 9);
    assert_int_equal(theme_nearest_16(0, 0, 230), 4);
    assert_int_equal(theme_nearest_16(130, 130, 120), 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_theme_we_ship_can_be_read),
        cmocka_unit_test(built_in_theme_is_the_default_file),
        cmocka_unit_test(mono_has_no_colour_at_all),
        cmocka_unit_test(lanes_can_be_read_and_raw_points_stay_behind),
        cmocka_unit_test(lanes_of_a_theme_differ),
        cmocka_unit_test(better_and_worse_can_be_read_and_told_apart),
        cmocka_unit_test(colour_blind_theme_keeps_the_okabe_ito_order),
        cmocka_unit_test(reads_every_form_of_colour_and_attribute),
        cmocka_unit_test(roles_not_named_keep_the_default),
        cmocka_unit_test(refuses_wrong_lines_and_says_what_was_expected),
        cmocka_unit_test(refuses_a_role_named_twice),
        cmocka_unit_test(refuses_what_is_no_text_file),
        cmocka_unit_test(knows_the_xterm_palette),
        cmocka_unit_test(finds_the_nearest_colours),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
