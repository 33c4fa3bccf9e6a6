/* tui/theme.h -- roles into colours: plain text theme files. */
#ifndef TUI_THEME_H
#define TUI_THEME_H

#include <stdbool.h>
#include <stdint.h>

#include "base/problem.h"
#include "tui/cell_grid.h"

enum { THEME_NAME_BYTES = 64, THEME_DEFAULT_COLOUR = -1 };

/* How one role looks. Colours are xterm-256 numbers (or THEME_DEFAULT_COLOUR), with a second pair for terminals of 16 colours. */
typedef struct RoleStyle {
    int16_t foreground_256;
    int16_t background_256;
    int16_t foreground_16;
    int16_t background_16;
    bool is_bold;
    bool is_dim;
    bool is_reverse;
    bool is_underlined;
} RoleStyle;

typedef struct Theme {
    char name[THEME_NAME_BYTES];
    RoleStyle roles[ROLE_COUNT];
} Theme;

/* The built-in theme (dark, the same as themes/default.theme); never fails. */
Theme theme_default(void);

/* Read a theme file: lines `role = foreground [on background] [bold] [dim] [reverse] [underline]`, where a colour is `default`, 0..255,
 * `NNN/NN` (256-colour number / 16-colour number) or #rrggbb (nearest of 256); '#' at the start of a line is a comment; roles not named keep the default.
 * A mistake is STATUS_BAD_FORMAT with file, line and what was expected; *theme is then untouched. */
Status theme_load(const char *path, Theme *theme, Problem *problem);

/* Nearest of the xterm 256 colours 16..255 and of the 16 colours to an RGB value. Pure. */
int theme_nearest_256(uint8_t red, uint8_t green, uint8_t blue);
int theme_nearest_16(uint8_t red, uint8_t green, uint8_t blue);

/* Red, green and blue, 0..255, of one of the xterm 256 colours; 0..15 as xterm shows them. */
void theme_rgb_of_256(int colour, int rgb[3]);

#endif
