#include "tui/terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>
#include <wchar.h>

#include <curses.h>
#include <term.h>
/* term.h defines hundreds of plain words as macros; these two are ours. */
#undef columns
#undef lines

#include "base/text.h"
#include "tui/terminal_choice.h"

enum { ESCAPE_DELAY_MS = 25, NOTICE_BYTES = 256 };

/* Synchronized output (DEC 2026): a terminal that knows it shows the frame at once; others ignore it. */
static const char SYNC_BEGIN[] = "\033[?2026h";
static const char SYNC_END[] = "\033[?2026l";

struct Terminal {
    FILE *out; /* its own descriptor, so that stdout can be led elsewhere meanwhile */
    SCREEN *screen;
    WINDOW *keys; /* a pad: reading keys from it never redraws anything */
    CellGrid shown;
    bool is_repaint_due;
    bool is_utf8;
    bool has_sync;
    bool has_default_colours;
    int colours;
    int cursor_row;
    int cursor_column;
    GlyphLevel glyphs;
    double frame_seconds;
    attr_t attributes[ROLE_COUNT];
    char notice[NOTICE_BYTES];
};

static TerminalEnvironment read_environment(void)
{
    const char *mosh = getenv("MOSH_CONNECTION");
    return (TerminalEnvironment){.term = getenv("TERM"),
                                 .colorterm = getenv("COLORTERM"),
                                 .no_color = getenv("NO_COLOR"),
                                 .ssh_connection = getenv("SSH_CONNECTION"),
                                 .mosh = mosh != NULL ? mosh : getenv("MOSH_KEY")};
}

static bool locale_says_utf8(void)
{
    static const char *const NAMES[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++) {
        const char *value = getenv(NAMES[i]);
        if (value != NULL && value[0] != '\0') {
            return strcasestr(value, "utf-8") != NULL || strcasestr(value, "utf8") != NULL;
        }
    }
    return false;
}

/* SSH forwards a LANG that this machine may lack; setlocale then fails and braille would come out blank. */
bool terminal_choose_locale(void)
{
    static const char *const OTHERS[] = {"C.UTF-8", "en_US.UTF-8"};
    const char *given = setlocale(LC_CTYPE, "");
    if (given != NULL && strcmp(nl_langinfo(CODESET), "UTF-8") == 0) {
        return true;
    }
    for (size_t i = 0; locale_says_utf8() && i < sizeof OTHERS / sizeof *OTHERS; i++) {
        if (setlocale(LC_CTYPE, OTHERS[i]) != NULL) {
            return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
        }
    }
    return false;
}

/* The name under which ncurses knows this terminal: setupterm reports what initscr would exit on. */
static Status choose_term(Terminal *terminal, const TerminalEnvironment *environment,
                          const char **term, Problem *problem)
{
    if (terminal_choice_is_dumb(environment->term)) {
        return problem_describe(problem, STATUS_TERMINAL_UNUSABLE,
                                "TERM is \"%s\": no screen can be drawn; set TERM=xterm-256color, "
                                "or use tramlab run ... --plain",
                                environment->term != NULL ? environment->term : "");
    }
    int answer = 0;
    *term = environment->term;
    if (setupterm(*term, fileno(terminal->out), &answer) != OK) {
        *term = terminal_choice_fallback(environment);
        snprintf(terminal->notice, sizeof terminal->notice,
                 "TERM \"%.60s\" is not known on this machine: drawn as %s", environment->term,
                 *term);
        if (setupterm(*term, fileno(terminal->out), &answer) != OK) {
            return problem_describe(problem, STATUS_TERMINAL_UNUSABLE,
                                    "TERM \"%.60s\" is not known here; set TERM=xterm-256color",
                                    environment->term);
        }
    }
    const bool can_move = cursor_address != NULL;
    del_curterm(cur_term);
    if (!can_move) {
        return problem_describe(problem, STATUS_TERMINAL_UNUSABLE,
                                "TERM \"%.60s\" cannot move the cursor; set TERM=xterm-256color",
                                environment->term);
    }
    return STATUS_OK;
}

static Status start_screen(Terminal *terminal, const char *term, Problem *problem)
{
    terminal->screen = newterm(term, terminal->out, stdin);
    if (terminal->screen == NULL) {
        return problem_describe(problem, STATUS_TERMINAL_UNUSABLE,
                                "the terminal \"%.60s\" cannot be taken over", term);
    }
    set_escdelay(ESCAPE_DELAY_MS);
    raw();
    noecho();
    nonl();
    curs_set(0);
    terminal->keys = newpad(1, 1);
    if (terminal->keys == NULL) {
        return STATUS_OUT_OF_MEMORY;
    }
    keypad(terminal->keys, TRUE);
    nodelay(terminal->keys, TRUE);
    if (has_colors()) {
        start_color();
        terminal->has_default_colours = use_default_colors() == OK;
    }
    return STATUS_OK;
}

static Status open_screen(Terminal *terminal, Problem *problem)
{
    const TerminalEnvironment environment = read_environment();
    const int descriptor = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
    terminal->out = descriptor >= 0 ? fdopen(descriptor, "w") : NULL;
    if (terminal->out == NULL) {
        return problem_describe(problem, STATUS_TERMINAL_UNUSABLE,
                                "stdout cannot be used as a terminal");
    }
    const char *term = "";
    TRY(choose_term(terminal, &environment, &term, problem));
    terminal->is_utf8 = terminal_choose_locale();
    TRY(start_screen(terminal, term, problem));
    terminal->has_sync = strncmp(term, "vt", 2) != 0 && strcmp(term, "linux") != 0;
    terminal->colours = terminal_choice_colours(&environment, has_colors() ? COLORS : 0);
    terminal->glyphs = terminal_choice_glyphs(term, terminal->is_utf8);
    terminal->frame_seconds = terminal_choice_frame_seconds(&environment);
    return cell_grid_create(&terminal->shown, LINES, COLS);
}

Status terminal_open(Terminal **out, Problem *problem)
{
    *out = NULL;
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
        return problem_describe(problem, STATUS_TERMINAL_UNUSABLE,
                                "stdin and stdout are not a terminal");
    }
    Terminal *terminal = calloc(1, sizeof *terminal);
    if (terminal == NULL) {
        return STATUS_OUT_OF_MEMORY;
    }
    terminal->is_repaint_due = true;
    terminal->cursor_column = -1;
    const Status status = open_screen(terminal, problem);
    if (status != STATUS_OK) {
        terminal_close(terminal);
        return status;
    }
    const Theme theme = theme_default();
    terminal_set_theme(terminal, &theme);
    *out = terminal;
    return STATUS_OK;
}

void terminal_close(Terminal *terminal)
{
    if (terminal == NULL) {
        return;
    }
    if (terminal->screen != NULL) {
        curs_set(1);
        endwin();
    }
    if (terminal->keys != NULL) {
        delwin(terminal->keys);
    }
    if (terminal->screen != NULL) {
        delscreen(terminal->screen);
    }
    if (terminal->out != NULL) {
        fclose(terminal->out); /* nothing of ours is buffered in it */
    }
    cell_grid_destroy(&terminal->shown);
    free(terminal);
}

void terminal_size(const Terminal *terminal, int *rows, int *columns)
{
    *rows = terminal->shown.rows;
    *columns = terminal->shown.columns;
}

bool terminal_is_utf8(const Terminal *terminal)
{
    return terminal->is_utf8;
}

GlyphLevel terminal_glyphs(const Terminal *terminal)
{
    return terminal->glyphs;
}

double terminal_frame_seconds(const Terminal *terminal)
{
    return terminal->frame_seconds;
}

const char *terminal_notice(const Terminal *terminal)
{
    return terminal->notice;
}

bool terminal_follow_size(Terminal *terminal)
{
    struct winsize size = {0};
    if (ioctl(fileno(terminal->out), TIOCGWINSZ, &size) != 0 || size.ws_row == 0 ||
        size.ws_col == 0) {
        return false;
    }
    const int rows = size.ws_row;
    const int columns = size.ws_col;
    if (rows == terminal->shown.rows && columns == terminal->shown.columns) {
        return false;
    }
    CellGrid grid = {0};
    if (cell_grid_create(&grid, rows, columns) != STATUS_OK) {
        return false; /* the old size is still drawn, clipped */
    }
    if (is_term_resized(rows, columns)) {
        resizeterm(rows, columns);
    }
    cell_grid_destroy(&terminal->shown);
    terminal->shown = grid;
    terminal->is_repaint_due = true;
    return true;
}

/* Colours of a role for this terminal; bright ones of 16 become bold ones of 8. */
static attr_t add_colour(const Terminal *terminal, const RoleStyle *style, short pair)
{
    const bool is_256 = terminal->colours >= 256;
    short foreground = (short)(is_256 ? style->foreground_256 : style->foreground_16);
    short background = (short)(is_256 ? style->background_256 : style->background_16);
    attr_t bright = A_NORMAL;
    if (terminal->colours == 8 && foreground >= 8) {
        bright = A_BOLD;
        foreground = (short)(foreground % 8);
    }
    if (terminal->colours == 8 && background >= 8) {
        background = (short)(background % 8);
    }
    if (!terminal->has_default_colours) {
        foreground = foreground < 0 ? COLOR_WHITE : foreground;
        background = background < 0 ? COLOR_BLACK : background;
    }
    init_pair(pair, foreground, background);
    return bright;
}

void terminal_set_theme(Terminal *terminal, const Theme *theme)
{
    for (int role = 0; role < ROLE_COUNT; role++) {
        const RoleStyle *style = &theme->roles[role];
        attr_t attributes = A_NORMAL;
        attributes |= style->is_bold ? A_BOLD : A_NORMAL;
        attributes |= style->is_dim ? A_DIM : A_NORMAL;
        attributes |= style->is_reverse ? A_REVERSE : A_NORMAL;
        attributes |= style->is_underlined ? A_UNDERLINE : A_NORMAL;
        if (terminal->colours > 0) {
            attributes |= add_colour(terminal, style, (short)(role + 1));
        }
        terminal->attributes[role] = attributes;
    }
    terminal->is_repaint_due = true;
}

/* What the C library will print must be as wide as the grid believes, or the row shifts. */
static wchar_t glyph_for(const Terminal *terminal, int32_t glyph)
{
    if (glyph < ' ' || glyph == 0x7F) {
        return L' ';
    }
    if (glyph < 0x7F) {
        return (wchar_t)glyph;
    }
    return terminal->is_utf8 && wcwidth((wchar_t)glyph) == text_code_point_columns(glyph)
               ? (wchar_t)glyph
               : L'?';
}

static void put_cell(Terminal *terminal, int row, int column, Cell cell)
{
    if (cell.glyph == 0) {
        return; /* the right half: the left one covers it */
    }
    const wchar_t text[2] = {glyph_for(terminal, cell.glyph), L'\0'};
    const int role = cell.role < ROLE_COUNT ? cell.role : ROLE_TEXT;
    cchar_t character;
    const short pair = terminal->colours > 0 ? (short)(role + 1) : (short)0;
    if (setcchar(&character, text, terminal->attributes[role], pair, NULL) == OK) {
        mvadd_wchnstr(row, column, &character, 1);
    }
}

static bool copy_cells(Terminal *terminal, const CellGrid *grid)
{
    bool has_changed = terminal->is_repaint_due;
    const int rows = grid->rows < terminal->shown.rows ? grid->rows : terminal->shown.rows;
    const int columns =
        grid->columns < terminal->shown.columns ? grid->columns : terminal->shown.columns;
    for (int row = 0; row < rows; row++) {
        for (int column = 0; column < columns; column++) {
            const Cell cell = grid->cells[row * grid->columns + column];
            Cell *shown = &terminal->shown.cells[row * terminal->shown.columns + column];
            if (!terminal->is_repaint_due && cell.glyph == shown->glyph &&
                cell.role == shown->role) {
                continue;
            }
            *shown = cell;
            put_cell(terminal, row, column, cell);
            has_changed = true;
        }
    }
    return has_changed;
}

static void write_all(int descriptor, const char *text, size_t size)
{
    /* A terminal that is gone cannot be told so; the event loop notices by itself. */
    while (size > 0) {
        const ssize_t written = write(descriptor, text, size);
        if (written < 0 && errno == EINTR) {
            continue; /* a change of size */
        }
        if (written <= 0) {
            return;
        }
        text += written;
        size -= (size_t)written;
    }
}

void terminal_show(Terminal *terminal, const CellGrid *grid, int cursor_row, int cursor_column)
{
    const bool has_moved = cursor_column != terminal->cursor_column ||
                           (cursor_column >= 0 && cursor_row != terminal->cursor_row);
    if (terminal->is_repaint_due) {
        clearok(curscr, TRUE);
    }
    if (!copy_cells(terminal, grid) && !has_moved) {
        return;
    }
    terminal->is_repaint_due = false;
    terminal->cursor_row = cursor_row;
    terminal->cursor_column = cursor_column;
    curs_set(cursor_column >= 0 ? 1 : 0);
    move(cursor_column >= 0 ? cursor_row : 0, cursor_column >= 0 ? cursor_column : 0);
    leaveok(stdscr, cursor_column < 0);
    wnoutrefresh(stdscr);
    if (terminal->has_sync) {
        write_all(fileno(terminal->out), SYNC_BEGIN, sizeof SYNC_BEGIN - 1);
    }
    doupdate();
    if (terminal->has_sync) {
        write_all(fileno(terminal->out), SYNC_END, sizeof SYNC_END - 1);
    }
}

void terminal_repaint(Terminal *terminal)
{
    terminal->is_repaint_due = true;
}

static UiKey special_key(wint_t code)
{
    static const struct {
        int code;
        UiKey key;
    } KEYS[] = {
        {KEY_UP, UI_KEY_UP},
        {KEY_DOWN, UI_KEY_DOWN},
        {KEY_SLEFT, UI_KEY_SHIFT_LEFT},
        {KEY_SRIGHT, UI_KEY_SHIFT_RIGHT},
        {KEY_LEFT, UI_KEY_LEFT},
        {KEY_RIGHT, UI_KEY_RIGHT},
        {KEY_HOME, UI_KEY_HOME},
        {KEY_END, UI_KEY_END},
        {KEY_PPAGE, UI_KEY_PAGE_UP},
        {KEY_NPAGE, UI_KEY_PAGE_DOWN},
        {KEY_DC, UI_KEY_DELETE},
        {KEY_BTAB, UI_KEY_BACK_TAB},
        {KEY_ENTER, UI_KEY_ENTER},
        {KEY_BACKSPACE, UI_KEY_BACKSPACE},
    };
    for (size_t i = 0; i < sizeof KEYS / sizeof *KEYS; i++) {
        if (KEYS[i].code == (int)code) {
            return KEYS[i].key;
        }
    }
    if ((int)code >= KEY_F(1) && (int)code <= KEY_F(12)) {
        return UI_KEY_F1 + (int)code - KEY_F(1);
    }
    return UI_KEY_OTHER;
}

UiKey terminal_read_key(Terminal *terminal)
{
    wint_t code = 0;
    int kind = wget_wch(terminal->keys, &code);
    while (kind == KEY_CODE_YES && code == KEY_RESIZE) {
        kind = wget_wch(terminal->keys,
                        &code); /* no key of the user: terminal_follow_size sees to it */
    }
    if (kind == ERR) {
        return UI_KEY_NONE;
    }
    if (kind == KEY_CODE_YES) {
        return special_key(code);
    }
    if (code == '\n' || code == '\r') {
        return UI_KEY_ENTER;
    }
    if (code == '\b') {
        return UI_KEY_BACKSPACE;
    }
    return code == 0 || code > 0x10FFFF ? UI_KEY_OTHER : (UiKey)code;
}

void terminal_suspend(Terminal *terminal)
{
    struct sigaction plain = {.sa_handler = SIG_DFL};
    struct sigaction before;
    curs_set(1);
    endwin();
    if (sigaction(SIGTSTP, &plain, &before) == 0) {
        /* The whole group, as the kernel does for Ctrl-Z: a parent make must stop too, or the shell never wakes. */
        kill(0, SIGTSTP);
        sigaction(SIGTSTP, &before, NULL);
    }
    reset_prog_mode();
    curs_set(terminal->cursor_column >= 0 ? 1 : 0);
    terminal->is_repaint_due = true;
}
