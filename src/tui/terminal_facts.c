#include "tui/terminal_facts.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/text.h"
#include "tui/terminal.h"
#include "tui/terminal_choice.h"

enum { PATIENCE_MS = 500, NETWORK_PATIENCE_MS = 2000 };

static void keep(const char *text, char out[TERMINAL_FACT_BYTES])
{
    text_clean(text != NULL ? text : "", out, TERMINAL_FACT_BYTES, INT_MAX);
}

static void find_locale(TerminalFacts *facts)
{
    static const char *const NAMES[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES && facts->locale[0] == '\0'; i++) {
        keep(getenv(NAMES[i]), facts->locale);
    }
    facts->is_utf8 = terminal_choose_locale();
    keep(terminal_charset(), facts->charset);
}

static void find_type(TerminalFacts *facts, const TerminalEnvironment *environment)
{
    keep(environment->term, facts->term);
    if (terminal_choice_is_dumb(environment->term)) {
        return;
    }
    facts->is_known = terminal_is_known(environment->term, &facts->colours_claimed);
    const char *used = environment->term;
    if (!facts->is_known) {
        used = terminal_choice_fallback(environment);
        used = terminal_is_known(used, &facts->colours_claimed) ? used : "";
    }
    keep(used, facts->drawn_as);
}

static const char *reason_for(const TerminalFacts *facts)
{
    if (!facts->is_utf8) {
        return "the locale is not UTF-8";
    }
    return facts->glyphs == GLYPH_BLOCK ? "the Linux console's fonts have no braille"
                                        : "the locale is UTF-8";
}

static void find_size(TerminalFacts *facts)
{
    struct winsize size = {0};
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0) {
        facts->rows = size.ws_row;
        facts->columns = size.ws_col;
    }
}

void terminal_facts_look(TerminalFacts *facts)
{
    const TerminalEnvironment environment = terminal_choice_environment();
    *facts = (TerminalFacts){.is_terminal = isatty(STDIN_FILENO) && isatty(STDOUT_FILENO)};
    find_locale(facts);
    find_type(facts, &environment);
    facts->has_no_color = environment.no_color != NULL && environment.no_color[0] != '\0';
    facts->colours = terminal_choice_colours(&environment, facts->colours_claimed);
    facts->glyphs = terminal_choice_glyphs(facts->drawn_as, facts->is_utf8);
    facts->glyph_reason = reason_for(facts);
    facts->network = environment.mosh != NULL             ? "mosh"
                     : environment.ssh_connection != NULL ? "SSH"
                                                          : "";
    facts->frames_a_second = terminal_choice_frames_a_second(&environment);
    find_size(facts);
}

void terminal_facts_find(TerminalFacts *facts, WallClock clock)
{
    terminal_facts_look(facts);
    if (facts->is_terminal && facts->drawn_as[0] != '\0') {
        facts->is_asked = true;
        facts->answer = terminal_query_ask(
            STDIN_FILENO, terminal_choice_manners(facts->drawn_as).has_sync,
            facts->network[0] != '\0' ? NETWORK_PATIENCE_MS : PATIENCE_MS, clock);
    }
}
