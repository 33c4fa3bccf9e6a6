/* tui/theme.c -- theme files line by line. */
#include "tui/theme.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/plain_file.h"
#include "base/text.h"

enum {
    LINE_BYTES = 512,
    SHOWN_BYTES = 64, /* of a wrong word, in a message */
    TYPO_DISTANCE_MAX = 3,
    COLOURS_16 = 16,
    CUBE_FIRST = 16, /* the xterm palette: 16 of the terminal's own, a 6x6x6 cube, 24 greys */
    GREY_FIRST = 232,
    COLOURS_256 = 256
};

#define ROLE_NAME(id, name) name,
static const char *const role_names[ROLE_COUNT] = {ROLE_TABLE(ROLE_NAME)};
#undef ROLE_NAME

/* themes/default.theme, so that the lab can be shown without any file; test_theme holds the two together. */
static const char *const default_lines[] = {
    "text = default",
    "dim = 245/7",
    "title = 255/15 bold",
    "frame = 240/8",
    "frame-focus = 255/15 bold",
    "axis = 246/7",
    "rule = 187/3",
    "key = 229/11 bold",
    "status = 254/15 on 236/0",
    "running = 120/10 bold",
    "paused = 221/11 bold",
    "warning = 215/11 bold",
    "error = 203/9 bold",
    "knob = 252/7",
    "knob-focus = 231/15 on 24/4 bold",
    "popup = 231/15 on 238/4",
    "prompt = 231/15 bold",
    "lane-1 = 39/12",
    "lane-2 = 214/11",
    "lane-3 = 84/10",
    "lane-4 = 204/9",
    "lane-5 = 51/14",
    "lane-6 = 177/13",
    "lane-7 = 229/15",
    "lane-8 = 250/7",
    "raw-1 = 24/4",
    "raw-2 = 94/3",
    "raw-3 = 28/2",
    "raw-4 = 125/1",
    "raw-5 = 30/6",
    "raw-6 = 90/5",
    "raw-7 = 101/8",
    "raw-8 = 240/8",
    "better-1 = 117/14",
    "better-2 = 231/15 on 25/4",
    "better-3 = 16/0 on 75/6 bold",
    "worse-1 = 215/11",
    "worse-2 = 231/15 on 130/1",
    "worse-3 = 16/0 on 214/3 bold",
};

/* What xterm shows; other terminals differ a little, but not in the order of brightness. */
static const uint8_t palette_16[COLOURS_16][3] = {
    {0, 0, 0},     {205, 0, 0},     {0, 205, 0},     {205, 205, 0},   {0, 0, 238}, {205, 0, 205},
    {0, 205, 205}, {229, 229, 229}, {127, 127, 127}, {255, 0, 0},     {0, 255, 0}, {255, 255, 0},
    {92, 92, 255}, {255, 0, 255},   {0, 255, 255},   {255, 255, 255},
};

typedef struct Colour {
    int16_t of_256;
    int16_t of_16;
} Colour;

/* Where we read, for messages. */
typedef struct Place {
    const char *path;
    int line;
    Problem *problem;
} Place;

void theme_rgb_of_256(int colour, int rgb[3])
{
    static const int levels[6] = {0, 95, 135, 175, 215, 255};
    if (colour < CUBE_FIRST) {
        for (int i = 0; i < 3; ++i) {
            rgb[i] = palette_16[colour][i];
        }
    } else if (colour < GREY_FIRST) {
        const int cube = colour - CUBE_FIRST;
        rgb[0] = levels[cube / 36];
        rgb[1] = levels[cube / 6 % 6];
        rgb[2] = levels[cube % 6];
    } else {
        rgb[0] = rgb[1] = rgb[2] = 8 + 10 * (colour - GREY_FIRST);
    }
}

static int nearest_of(int first, int end, const int wanted[3])
{
    int nearest = first;
    int nearest_distance = INT_MAX;
    for (int colour = first; colour < end; ++colour) {
        int rgb[3];
        theme_rgb_of_256(colour, rgb);
        int distance = 0;
        for (int i = 0; i < 3; ++i) {
            distance += (rgb[i] - wanted[i]) * (rgb[i] - wanted[i]);
        }
        if (distance < nearest_distance) {
            nearest_distance = distance;
            nearest = colour;
        }
    }
    return nearest;
}

int theme_nearest_256(uint8_t red, uint8_t green, uint8_t blue)
{
    return nearest_of(CUBE_FIRST, COLOURS_256, (const int[3]){red, green, blue});
}

int theme_nearest_16(uint8_t red, uint8_t green, uint8_t blue)
{
    return nearest_of(0, COLOURS_16, (const int[3]){red, green, blue});
}

static int16_t nearest_16_of_256(int colour)
{
    int rgb[3];
    theme_rgb_of_256(colour, rgb);
    return (int16_t)(colour < COLOURS_16 ? colour : nearest_of(0, COLOURS_16, rgb));
}

/* `default` or a number below `end`, written in text[0..length). */
static bool parse_index(const char *text, size_t length, int end, int16_t *index)
{
    if (length == strlen("default") && memcmp(text, "default", length) == 0) {
        *index = THEME_DEFAULT_COLOUR;
        return true;
    }
    if (length == 0 || length > 3) {
        return false;
    }
    int value = 0;
    for (size_t i = 0; i < length; ++i) {
        if (text[i] < '0' || text[i] > '9') {
            return false;
        }
        value = value * 10 + (text[i] - '0');
    }
    *index = (int16_t)value;
    return value < end;
}

static bool parse_rgb(const char *digits, Colour *colour)
{
    if (strlen(digits) != 6 || strspn(digits, "0123456789abcdefABCDEF") != 6) {
        return false;
    }
    const unsigned long rgb = strtoul(digits, NULL, 16);
    const uint8_t red = (uint8_t)(rgb >> 16);
    const uint8_t green = (uint8_t)(rgb >> 8);
    const uint8_t blue = (uint8_t)rgb;
    colour->of_256 = (int16_t)theme_nearest_256(red, green, blue);
    colour->of_16 = (int16_t)theme_nearest_16(red, green, blue);
    return true;
}

static bool parse_colour(const char *word, Colour *colour)
{
    if (word[0] == '#') {
        return parse_rgb(word + 1, colour);
    }
    const size_t length = strcspn(word, "/");
    if (!parse_index(word, length, COLOURS_256, &colour->of_256)) {
        return false;
    }
    if (word[length] == '/') {
        const char *second = word + length + 1;
        return parse_index(second, strlen(second), COLOURS_16, &colour->of_16);
    }
    colour->of_16 = THEME_DEFAULT_COLOUR;
    if (colour->of_256 != THEME_DEFAULT_COLOUR) {
        colour->of_16 = nearest_16_of_256(colour->of_256);
    }
    return true;
}

static Status expected_colour(const Place *place, const char *word)
{
    return problem_describe(place->problem, STATUS_BAD_FORMAT,
                            "%s:%d: expected a colour (default, 0..255, NNN/NN with NN 0..15, or "
                            "#rrggbb), found \"%.*s\"",
                            place->path, place->line, SHOWN_BYTES, word == NULL ? "" : word);
}

static bool set_attribute(const char *word, RoleStyle *style)
{
    bool *const flags[] = {&style->is_bold, &style->is_dim, &style->is_reverse,
                           &style->is_underlined};
    static const char *const names[] = {"bold", "dim", "reverse", "underline"};
    for (size_t i = 0; i < sizeof names / sizeof *names; ++i) {
        if (strcmp(word, names[i]) == 0) {
            *flags[i] = true;
            return true;
        }
    }
    return false;
}

/* foreground [on background] [bold] [dim] [reverse] [underline] */
static Status parse_style(const Place *place, char *text, RoleStyle *style)
{
    static const char blanks[] = " \t";
    char *rest = NULL;
    Colour foreground = {0};
    Colour background = {.of_256 = THEME_DEFAULT_COLOUR, .of_16 = THEME_DEFAULT_COLOUR};
    const char *word = strtok_r(text, blanks, &rest);
    if (word == NULL || !parse_colour(word, &foreground)) {
        return expected_colour(place, word);
    }
    word = strtok_r(NULL, blanks, &rest);
    if (word != NULL && strcmp(word, "on") == 0) {
        word = strtok_r(NULL, blanks, &rest);
        if (word == NULL || !parse_colour(word, &background)) {
            return expected_colour(place, word);
        }
        word = strtok_r(NULL, blanks, &rest);
    }
    *style = (RoleStyle){.foreground_256 = foreground.of_256,
                         .background_256 = background.of_256,
                         .foreground_16 = foreground.of_16,
                         .background_16 = background.of_16};
    for (; word != NULL; word = strtok_r(NULL, blanks, &rest)) {
        if (!set_attribute(word, style)) {
            return problem_describe(
                place->problem, STATUS_BAD_FORMAT,
                "%s:%d: expected on COLOUR, bold, dim, reverse or underline, found \"%.*s\"",
                place->path, place->line, SHOWN_BYTES, word);
        }
    }
    return STATUS_OK;
}

static Status find_role(const Place *place, const char *name, size_t *role)
{
    size_t nearest = 0;
    for (size_t i = 0; i < ROLE_COUNT; ++i) {
        if (strcmp(name, role_names[i]) == 0) {
            *role = i;
            return STATUS_OK;
        }
        if (text_distance(name, role_names[i]) < text_distance(name, role_names[nearest])) {
            nearest = i;
        }
    }
    const bool is_close = text_distance(name, role_names[nearest]) <= TYPO_DISTANCE_MAX;
    return problem_describe(
        place->problem, STATUS_BAD_FORMAT,
        "%s:%d: expected a role such as text, frame-focus or lane-1, found \"%.*s\"%s%s%s",
        place->path, place->line, SHOWN_BYTES, name, is_close ? " (did you mean \"" : "",
        is_close ? role_names[nearest] : "", is_close ? "\"?)" : "");
}

static char *trimmed(char *text)
{
    text += strspn(text, " \t");
    size_t length = strlen(text);
    while (length > 0 && strchr(" \t\r\n", text[length - 1]) != NULL) {
        --length;
    }
    text[length] = '\0';
    return text;
}

/* line is cut up. is_named [ROLE_COUNT] in-out: which roles a line before has set. */
static Status parse_line(const Place *place, char *line, Theme *theme, bool *is_named)
{
    char *name = trimmed(line);
    if (*name == '\0' || *name == '#') {
        return STATUS_OK;
    }
    char *equals = strchr(name, '=');
    if (equals == NULL) {
        return problem_describe(
            place->problem, STATUS_BAD_FORMAT,
            "%s:%d: expected role = foreground [on background] [attributes], found \"%.*s\"",
            place->path, place->line, SHOWN_BYTES, name);
    }
    *equals = '\0';
    name = trimmed(name);
    size_t role = 0;
    TRY(find_role(place, name, &role));
    if (is_named[role]) {
        return problem_describe(place->problem, STATUS_BAD_FORMAT,
                                "%s:%d: expected each role once, found \"%s\" again", place->path,
                                place->line, name);
    }
    is_named[role] = true;
    return parse_style(place, equals + 1, &theme->roles[role]);
}

Theme theme_default(void)
{
    Theme theme = {.name = "default"};
    bool is_named[ROLE_COUNT] = {false};
    for (size_t i = 0; i < sizeof default_lines / sizeof *default_lines; ++i) {
        char line[LINE_BYTES];
        (void)snprintf(line, sizeof line, "%s", default_lines[i]);
        const Status status =
            parse_line(&(Place){.path = "", .line = (int)i + 1}, line, &theme, is_named);
        assert(status == STATUS_OK);
        (void)status;
    }
    return theme;
}

/* "themes/light.theme" is called "light". */
static void name_after_file(const char *path, char name[THEME_NAME_BYTES])
{
    const char *slash = strrchr(path, '/');
    text_clean(slash == NULL ? path : slash + 1, name, THEME_NAME_BYTES, INT_MAX);
    char *dot = strrchr(name, '.');
    if (dot != NULL && dot != name && strcmp(dot, ".theme") == 0) {
        *dot = '\0';
    }
}

static Status read_lines(FILE *file, Place *place, Theme *theme)
{
    char line[LINE_BYTES];
    bool is_named[ROLE_COUNT] = {false};
    while (fgets(line, sizeof line, file) != NULL) {
        ++place->line;
        text_skip_mark(line, place->line);
        if (strchr(line, '\n') == NULL && !feof(file)) {
            return problem_describe(place->problem, STATUS_BAD_FORMAT,
                                    "%s:%d: expected text lines of less than %d bytes, found a "
                                    "longer one or a zero byte",
                                    place->path, place->line, LINE_BYTES - 1);
        }
        TRY(parse_line(place, line, theme, is_named));
    }
    if (ferror(file)) {
        return problem_describe(place->problem, STATUS_FILE_UNREADABLE, "%s: %s", place->path,
                                strerror(errno));
    }
    return STATUS_OK;
}

Status theme_load(const char *path, Theme *theme, Problem *problem)
{
    FILE *file = NULL;
    TRY(plain_file_open(path, &file, problem));
    Theme loaded = theme_default();
    name_after_file(path, loaded.name);
    Place place = {.path = path, .problem = problem};
    const Status status = read_lines(file, &place, &loaded);
    fclose(file); /* read-only: nothing to lose */
    if (status == STATUS_OK) {
        *theme = loaded;
    }
    return status;
}
