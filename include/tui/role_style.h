/* tui/role_style.h -- a role's style as the escape sequence that switches to it. */
#ifndef TUI_ROLE_STYLE_H
#define TUI_ROLE_STYLE_H

#include <stdbool.h>

#include "tui/theme.h"

enum { ROLE_STYLE_BYTES = 40 };

/* The sequence (ECMA-48 SGR) that leaves whatever was in force and shows `style`, for a terminal of 256, 16, 8 or 0 colours;
 * bright ones of 16 become bold ones of 8; with 0 colours only bold, dim, reverse and underline are left. Never longer than
 * ROLE_STYLE_BYTES - 1. Pure. */
void role_style_sequence(const RoleStyle *style, int colours, char out[ROLE_STYLE_BYTES]);

/* The same for a glyph in the xterm-256 colour `ink` on `paper`; with fewer colours in the nearest ones, with none plain. */
void role_style_colours(int ink, int paper, int colours, char out[ROLE_STYLE_BYTES]);

/* A space in this style cannot be told from an erased cell. */
bool role_style_is_plain(const RoleStyle *style, int colours);

#endif
