#include "tui/terminal_choice.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

static bool is_set(const char *value)
{
    return value != NULL && value[0] != '\0';
}

static const char *first_set(const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const char *value = getenv(names[i]);
        if (is_set(value)) {
            return value;
        }
    }
    return NULL;
}

TerminalEnvironment terminal_choice_environment(void)
{
    static const char *const SSH[] = {"SSH_CONNECTION", "SSH_TTY", "SSH_CLIENT"};
    static const char *const MOSH[] = {"MOSH_CONNECTION", "MOSH_KEY", "MOSH_IP", "MOSH"};
    return (TerminalEnvironment){.term = getenv("TERM"),
                                 .colorterm = getenv("COLORTERM"),
                                 .no_color = getenv("NO_COLOR"),
                                 .color = getenv("TRAMLAB_COLOR"),
                                 .ssh_connection = first_set(SSH, sizeof SSH / sizeof *SSH),
                                 .mosh = first_set(MOSH, sizeof MOSH / sizeof *MOSH)};
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

bool terminal_choice_color_wish(const char *word, int *colours)
{
    static const struct {
        const char *word;
        int colours;
    } WISHES[] = {{"auto", -1}, {"never", 0}, {"8", 8}, {"16", 16}, {"256", 256}};
    for (size_t i = 0; i < sizeof WISHES / sizeof *WISHES; i++) {
        if (strcmp(word, WISHES[i].word) == 0) {
            *colours = WISHES[i].colours;
            return true;
        }
    }
    return false;
}

int terminal_choice_colours(const TerminalEnvironment *environment, int claimed)
{
    int wished = -1;
    if (is_set(environment->color) && terminal_choice_color_wish(environment->color, &wished) &&
        wished >= 0) {
        return wished;
    }
    if (is_set(environment->no_color) || claimed < 8) {
        return 0;
    }
    return claimed >= 256 ? 256 : claimed >= 16 ? 16 : 8;
}

bool terminal_choice_is_remote(const TerminalEnvironment *environment)
{
    return is_set(environment->ssh_connection) || is_set(environment->mosh);
}

int terminal_choice_frames_a_second(const TerminalEnvironment *environment)
{
    return terminal_choice_is_remote(environment) ? 5 : 10;
}

TerminalManners terminal_choice_manners(const char *term)
{
    const bool is_plain = strncmp(term, "vt", 2) == 0 || strncmp(term, "linux", 5) == 0;
    const bool is_within_another = strncmp(term, "screen", 6) == 0 || strncmp(term, "tmux", 4) == 0;
    return (TerminalManners){
        .has_sync = !is_plain, .has_title = !is_plain, .can_stop_at_edge = is_within_another};
}
