#include "tui/terminal_choice.h"

#include <stddef.h>
#include <string.h>

static bool is_set(const char *value)
{
    return value != NULL && value[0] != '\0';
}

bool terminal_choice_is_dumb(const char *term)
{
    return !is_set(term) || strcmp(term, "dumb") == 0;
}

const char *terminal_choice_fallback(const TerminalEnvironment *environment)
{
    static const char *const LIKE_XTERM[] = {"xterm",   "kitty",   "foot",
                                             "ghostty", "wezterm", "alacritty"};
    if (is_set(environment->colorterm)) {
        return "xterm-256color";
    }
    for (size_t i = 0; i < sizeof LIKE_XTERM / sizeof *LIKE_XTERM; i++) {
        if (is_set(environment->term) && strstr(environment->term, LIKE_XTERM[i]) != NULL) {
            return "xterm-256color";
        }
    }
    return "vt100";
}

GlyphLevel terminal_choice_glyphs(const char *term, bool is_utf8)
{
    if (!is_utf8) {
        return GLYPH_ASCII;
    }
    return is_set(term) && strcmp(term, "linux") == 0 ? GLYPH_BLOCK : GLYPH_BRAILLE;
}

int terminal_choice_colours(const TerminalEnvironment *environment, int claimed)
{
    if (is_set(environment->no_color) || claimed < 8) {
        return 0;
    }
    return claimed >= 256 ? 256 : claimed >= 16 ? 16 : 8;
}

double terminal_choice_frame_seconds(const TerminalEnvironment *environment)
{
    return is_set(environment->ssh_connection) || is_set(environment->mosh) ? 0.2 : 0.1;
}
