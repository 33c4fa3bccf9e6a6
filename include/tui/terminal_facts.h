/* tui/terminal_facts.h -- what was found out about the terminal, without taking it over. */
#ifndef TUI_TERMINAL_FACTS_H
#define TUI_TERMINAL_FACTS_H

#include <stdbool.h>

#include "base/wall_clock.h"
#include "tui/dot_canvas.h"
#include "tui/terminal_query.h"

enum { TERMINAL_FACT_BYTES = 96 };

typedef struct TerminalFacts {
    bool is_terminal; /* stdin and stdout are one; without it there are no size and no answers */
    char term[TERMINAL_FACT_BYTES]; /* "" = not set; cleaned */
    bool is_known;                  /* terminfo here has it */
    /* what is used in its place; "" = nothing would do, plain text it is */
    char drawn_as[TERMINAL_FACT_BYTES];
    int rows; /* of the terminal on stdout; 0 = none */
    int columns;
    char locale[TERMINAL_FACT_BYTES];  /* asked for by LC_ALL, LC_CTYPE or LANG; "" = none */
    char charset[TERMINAL_FACT_BYTES]; /* of the locale in force */
    bool is_utf8;
    int colours_claimed;
    int colours; /* 256, 16, 8, 0 */
    bool has_no_color;
    GlyphLevel glyphs;
    const char *glyph_reason; /* static storage */
    const char *network;      /* "SSH", "mosh", or "" */
    int frames_a_second;
    bool is_asked;
    TerminalAnswer answer;
} TerminalFacts;

/* UI THREAD. All that can be known without asking the terminal: is_asked stays false. Sets the locale for characters. */
void terminal_facts_look(TerminalFacts *facts);

/* UI THREAD. The same, and ask the terminal if there is one, for half a second at most (two over a network). */
void terminal_facts_find(TerminalFacts *facts, WallClock clock);

#endif
