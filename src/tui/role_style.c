#include "tui/role_style.h"

#include <stdio.h>
#include <string.h>

static void add(char out[ROLE_STYLE_BYTES], const char *parameter)
{
    const size_t used = strlen(out);
    snprintf(out + used, ROLE_STYLE_BYTES - used, ";%s", parameter);
}

/* base: 30 for the foreground, 40 for the background */
static void add_colour(char out[ROLE_STYLE_BYTES], int colour, int base)
{
    char parameter[32];
    if (colour < 0) {
        return; /* the leading 0 has brought the terminal's own colour back */
    }
    if (colour < 8) {
        snprintf(parameter, sizeof parameter, "%d", base + colour);
    } else if (colour < 16) {
        snprintf(parameter, sizeof parameter, "%d", base + 60 + colour - 8);
    } else {
        snprintf(parameter, sizeof parameter, "%d;5;%d", base + 8, colour);
    }
    add(out, parameter);
}

void role_style_sequence(const RoleStyle *style, int colours, char out[ROLE_STYLE_BYTES])
{
    int foreground = colours >= 256 ? style->foreground_256 : style->foreground_16;
    int background = colours >= 256 ? style->background_256 : style->background_16;
    const bool is_brightened = colours == 8 && foreground >= 8;
    if (colours == 8) {
        foreground = foreground >= 8 ? foreground - 8 : foreground;
        background = background >= 8 ? background - 8 : background;
    }
    snprintf(out, ROLE_STYLE_BYTES, "\033["); /* an empty first parameter is 0: back to normal */
    if (style->is_bold || is_brightened) {
        add(out, "1");
    }
    if (style->is_dim) {
        add(out, "2");
    }
    if (style->is_underlined) {
        add(out, "4");
    }
    if (style->is_reverse) {
        add(out, "7");
    }
    if (colours > 0) {
        add_colour(out, foreground, 30);
        add_colour(out, background, 40);
    }
    const size_t used = strlen(out);
    snprintf(out + used, ROLE_STYLE_BYTES - used, "m");
}

static int16_t nearest_16(int colour)
{
    int rgb[3];
    theme_rgb_of_256(colour, rgb);
    return (int16_t)theme_nearest_16((uint8_t)rgb[0], (uint8_t)rgb[1], (uint8_t)rgb[2]);
}

void role_style_colours(int ink, int paper, int colours, char out[ROLE_STYLE_BYTES])
{
    const RoleStyle style = {.foreground_256 = (int16_t)ink,
                             .background_256 = (int16_t)paper,
                             .foreground_16 = nearest_16(ink),
                             .background_16 = nearest_16(paper)};
    role_style_sequence(&style, colours, out);
}

bool role_style_is_plain(const RoleStyle *style, int colours)
{
    const int background = colours >= 256 ? style->background_256 : style->background_16;
    return !style->is_reverse && !style->is_underlined && (colours == 0 || background < 0);
}
