#include "tui/terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <curses.h>
#include <term.h>
/* term.h defines hundreds of plain words as macros; these two are ours. */
#undef columns
#undef lines

#include "base/text.h"
#include "tui/screen_painter.h"
#include "tui/terminal_choice.h"

enum {
    ESCAPE_DELAY_MS = 25,
    NOTICE_BYTES = 256,
    TITLE_COLUMNS_MAX = 100,
    LEAVING_PATIENCE_MS = 2000 /* with a terminal that takes nothing any more */
};

/* Synchronized output (DEC 2026): a terminal that knows it shows the frame at once; others ignore it. */
static const char SYNC_BEGIN[] = "\033[?2026h";
static const char SYNC_END[] = "\033[?2026l";
static const char QUESTION[] = "\033[5n";
static const char PASTE_ON[] = "\033[?2004h";
static const char PASTE_OFF[] = "\033[?2004l";
/* Clicks and the wheel (1000), in numbers without a limit (1006). */
static const char MOUSE_ON[] = "\033[?1000h\033[?1006h";
static const char MOUSE_OFF[] = "\033[?1006l\033[?1000l";
static const char TITLE_PUSH[] = "\033[22;2t";
static const char TITLE_POP[] = "\033[23;2t";

/* What is to be written, gathered so that it goes out in one piece. */
typedef struct Outbox {
    char *bytes;
    size_t used;
    size_t capacity;
} Outbox;

struct Terminal {
    FILE *out; /* its own descriptor, so that stdout can be led elsewhere meanwhile */
    int frames; /* the same terminal, opened so that a write never waits; or the descriptor of `out` */
    SCREEN *screen;
    struct termios modes_before;
    WINDOW *keys; /* a pad: reading keys from it never redraws anything */
    CellGrid shown;
    ScreenPainter painter;
    KeyDecoder decoder;
    Outbox outbox;
    bool is_repaint_due;
    bool is_utf8;
    bool has_mouse;
    bool is_given_back;
    bool is_sync_left_out;
    bool has_other_screen;             /* what was there before comes back when we leave */
    char title[4 * TITLE_COLUMNS_MAX]; /* "" = the window keeps its name */
    bool is_remote;
    TerminalManners manners;
    PaintTerminal paint;
    int cursor_row;
    int cursor_column;
    GlyphLevel glyphs;
    int frames_a_second;
    char notice[NOTICE_BYTES];
};

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

const char *terminal_charset(void)
{
    return nl_langinfo(CODESET);
}

bool terminal_is_known(const char *term, int *colours)
{
    int answer = 0;
    *colours = 0;
    if (setupterm(term, STDOUT_FILENO, &answer) != OK) {
        return false;
    }
    *colours = max_colors > 0 ? max_colors : 0;
    del_curterm(cur_term);
    return true;
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
    /* Every terminal of the last forty years; we write its sequences ourselves. */
    const bool can_move = cursor_address != NULL && strstr(cursor_address, "\033[") != NULL;
    terminal->has_other_screen = enter_ca_mode != NULL;
    terminal->paint.has_erase_characters = erase_chars != NULL;
    terminal->paint.can_stop_at_edge =
        exit_am_mode != NULL && strcmp(exit_am_mode, "\033[?7l") == 0;
    del_curterm(cur_term);
    if (!can_move) {
        return problem_describe(problem, STATUS_TERMINAL_UNUSABLE,
                                "TERM \"%.60s\" cannot move the cursor as ANSI terminals do; set "
                                "TERM=xterm-256color",
                                environment->term);
    }
    return STATUS_OK;
}

static Status start_screen(Terminal *terminal, const char *term, Problem *problem)
{
    if (tcgetattr(STDIN_FILENO, &terminal->modes_before) != 0) {
        return problem_describe(problem, STATUS_TERMINAL_UNUSABLE,
                                "the terminal's modes cannot be read");
    }
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
    return STATUS_OK;
}

/* O_NONBLOCK belongs to an opening: set on a descriptor that the shell shares, the shell would have it too. */
static int open_frames(int descriptor)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/self/fd/%d", descriptor);
    const int opened = open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    return opened >= 0 ? opened : descriptor;
}

static Status open_screen(Terminal *terminal, Problem *problem)
{
    const TerminalEnvironment environment = terminal_choice_environment();
    const int descriptor = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
    terminal->out = descriptor >= 0 ? fdopen(descriptor, "w") : NULL;
    if (terminal->out == NULL) {
        return problem_describe(problem, STATUS_TERMINAL_UNUSABLE,
                                "stdout cannot be used as a terminal");
    }
    terminal->frames = open_frames(fileno(terminal->out));
    const char *term = "";
    TRY(choose_term(terminal, &environment, &term, problem));
    terminal->is_utf8 = terminal_choose_locale();
    TRY(start_screen(terminal, term, problem));
    terminal->manners = terminal_choice_manners(term);
    terminal->paint.can_stop_at_edge =
        terminal->paint.can_stop_at_edge || terminal->manners.can_stop_at_edge;
    terminal->paint.is_utf8 = terminal->is_utf8;
    terminal->paint.colours = terminal_choice_colours(&environment, max_colors);
    terminal->glyphs = terminal_choice_glyphs(term, terminal->is_utf8);
    terminal->is_remote = terminal_choice_is_remote(&environment);
    terminal->frames_a_second = terminal_choice_frames_a_second(&environment);
    return cell_grid_create(&terminal->shown, LINES, COLS);
}

static void put(Terminal *terminal, const char *bytes, size_t size)
{
    Outbox *outbox = &terminal->outbox;
    if (outbox->used + size > outbox->capacity) {
        const size_t capacity = 2 * (outbox->used + size);
        char *grown = realloc(outbox->bytes, capacity);
        if (grown == NULL) {
            terminal->is_repaint_due = true; /* what is missing comes with the next frame */
            return;
        }
        outbox->bytes = grown;
        outbox->capacity = capacity;
    }
    if (size > 0) {
        memcpy(outbox->bytes + outbox->used, bytes, size);
        outbox->used += size;
    }
}

/* As much as is taken without waiting; false if something is left. A terminal that is gone takes everything: it cannot be told so, and the
 * event loop notices by itself. */
static bool push_outbox(Terminal *terminal)
{
    Outbox *outbox = &terminal->outbox;
    size_t sent = 0;
    while (sent < outbox->used) {
        const ssize_t written = write(terminal->frames, outbox->bytes + sent, outbox->used - sent);
        if (written < 0 && errno == EAGAIN) {
            break;
        }
        if (written <= 0 && !(written < 0 && errno == EINTR)) { /* EINTR: a change of size */
            sent = outbox->used;
            break;
        }
        sent += written > 0 ? (size_t)written : 0;
    }
    outbox->used -= sent;
    if (sent > 0) {
        memmove(outbox->bytes, outbox->bytes + sent, outbox->used);
    }
    return outbox->used == 0;
}

/* All of it, within that time after each piece; false if the terminal takes no more. */
static bool flush_outbox(Terminal *terminal, int patience_ms)
{
    while (!push_outbox(terminal)) {
        struct pollfd ready = {.fd = terminal->frames, .events = POLLOUT};
        if (poll(&ready, 1, patience_ms) == 0) {
            return false;
        }
    }
    return true;
}

static size_t send_outbox(Terminal *terminal)
{
    const size_t size = terminal->outbox.used;
    (void)push_outbox(terminal);
    return size;
}

static void write_text(Terminal *terminal, const char *text)
{
    put(terminal, text, strlen(text));
    (void)send_outbox(terminal);
}

static void write_title(Terminal *terminal)
{
    if (terminal->manners.has_title && terminal->title[0] != '\0') {
        put(terminal, "\033]2;", 4);
        put(terminal, terminal->title, strlen(terminal->title));
        put(terminal, "\a", 1);
        (void)send_outbox(terminal);
    }
}

/* Modes of ours that ncurses does not know; it has switched to the other screen by then. */
static void take_over(Terminal *terminal)
{
    if (terminal->manners.has_sync) {
        write_text(terminal, PASTE_ON);
        write_text(terminal, terminal->has_mouse ? MOUSE_ON : "");
    }
    if (terminal->manners.has_title) {
        write_text(terminal, TITLE_PUSH);
        write_title(terminal);
    }
    terminal->cursor_column = -1;
    terminal->is_repaint_due = true;
}

static void give_back(Terminal *terminal)
{
    if (terminal->manners.has_sync) {
        write_text(terminal, terminal->has_mouse ? MOUSE_OFF : "");
        write_text(terminal, PASTE_OFF);
    }
    if (terminal->manners.has_title) {
        write_text(terminal, TITLE_POP);
    }
    write_text(terminal, "\033[m");
    (void)flush_outbox(terminal, LEAVING_PATIENCE_MS); /* ncurses has a way of its own to it */
    curs_set(1);
    endwin();
    /* Our last row is where the shell goes on, and it does not erase before it writes. */
    write_text(terminal, terminal->has_other_screen ? "" : "\r\033[K");
}

static bool takes_output(Terminal *terminal, int patience_ms)
{
    struct pollfd ready = {.fd = terminal->frames, .events = POLLOUT};
    return flush_outbox(terminal, patience_ms) && poll(&ready, 1, patience_ms) != 0;
}

bool terminal_takes_output(Terminal *terminal)
{
    return takes_output(terminal, 0);
}

int terminal_output_wanted(const Terminal *terminal)
{
    return terminal->outbox.used > 0 ? terminal->frames : -1;
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
    take_over(terminal);
    *out = terminal;
    return STATUS_OK;
}

void terminal_close(Terminal *terminal)
{
    if (terminal == NULL) {
        return;
    }
    if (terminal->is_given_back) {
        /* Another program has it. */
    } else if (terminal->screen != NULL && takes_output(terminal, LEAVING_PATIENCE_MS)) {
        give_back(terminal);
    } else if (terminal->screen != NULL) {
        /* Stopped (Ctrl-S) or stuck: a byte more, and we would hang with it. TCSANOW: nor is waited for what was sent. */
        tcsetattr(STDIN_FILENO, TCSANOW, &terminal->modes_before);
    }
    if (terminal->keys != NULL) {
        delwin(terminal->keys);
    }
    if (terminal->screen != NULL) {
        delscreen(terminal->screen);
    }
    if (terminal->out != NULL && terminal->frames != fileno(terminal->out)) {
        close(terminal->frames);
    }
    if (terminal->out != NULL) {
        fclose(terminal->out); /* nothing of ours is buffered in it */
    }
    cell_grid_destroy(&terminal->shown);
    screen_painter_clear(&terminal->painter);
    free(terminal->outbox.bytes);
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

int terminal_colours(const Terminal *terminal)
{
    return terminal->paint.colours;
}

GlyphLevel terminal_glyphs(const Terminal *terminal)
{
    return terminal->glyphs;
}

bool terminal_is_remote(const Terminal *terminal)
{
    return terminal->is_remote;
}

int terminal_frames_a_second(const Terminal *terminal)
{
    return terminal->frames_a_second;
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

void terminal_set_theme(Terminal *terminal, const Theme *theme)
{
    screen_painter_init(&terminal->painter, terminal->paint, theme);
    terminal->is_repaint_due = true;
}

void terminal_set_mouse(Terminal *terminal, bool is_on)
{
    if (terminal->has_mouse != is_on && terminal->manners.has_sync) {
        terminal->has_mouse = is_on;
        write_text(terminal, is_on ? MOUSE_ON : MOUSE_OFF);
    }
}

void terminal_leave_sync_out(Terminal *terminal)
{
    terminal->is_sync_left_out = true;
}

void terminal_set_title(Terminal *terminal, const char *title)
{
    text_clean(title, terminal->title, sizeof terminal->title, TITLE_COLUMNS_MAX);
    write_title(terminal);
}

/* What is now on the screen; wider or higher grids are cut. */
static CellGrid visible_part(const Terminal *terminal, const CellGrid *grid, CellGrid *cut)
{
    if (grid->rows == terminal->shown.rows && grid->columns == terminal->shown.columns) {
        return *grid;
    }
    if (cell_grid_create(cut, terminal->shown.rows, terminal->shown.columns) != STATUS_OK) {
        return terminal->shown;
    }
    for (int row = 0; row < cut->rows; row++) {
        for (int column = 0; column < cut->columns; column++) {
            cut->cells[row * cut->columns + column] = cell_grid_at(grid, row, column);
        }
    }
    return *cut;
}

static void put_cursor(Terminal *terminal, int row, int column)
{
    char move[32];
    if (column >= 0) {
        put(terminal, move,
            (size_t)snprintf(move, sizeof move, "\033[%d;%dH", row + 1, column + 1));
    }
    if ((column >= 0) != (terminal->cursor_column >= 0)) {
        put(terminal, column >= 0 ? "\033[?25h" : "\033[?25l", 6);
    }
    terminal->cursor_row = row;
    terminal->cursor_column = column;
}

size_t terminal_show(Terminal *terminal, const CellGrid *grid, int cursor_row, int cursor_column,
                     bool asks)
{
    CellGrid cut = {0};
    ScreenPainter *painter = &terminal->painter;
    const bool has_moved = cursor_column != terminal->cursor_column ||
                           (cursor_column >= 0 && cursor_row != terminal->cursor_row);
    const CellGrid wanted = visible_part(terminal, grid, &cut);
    const bool is_synchronized = terminal->manners.has_sync && !terminal->is_sync_left_out;
    size_t written = 0;
    const Status status =
        screen_painter_paint(painter, &terminal->shown, &wanted, terminal->is_repaint_due);
    if (status == STATUS_OK && (painter->size > 0 || has_moved)) {
        if (is_synchronized) {
            put(terminal, SYNC_BEGIN, sizeof SYNC_BEGIN - 1);
        }
        put(terminal, painter->bytes, painter->size);
        put_cursor(terminal, cursor_row, cursor_column);
        if (is_synchronized) {
            put(terminal, SYNC_END, sizeof SYNC_END - 1);
        }
        put(terminal, QUESTION, asks ? sizeof QUESTION - 1 : 0);
        written = send_outbox(terminal);
        memmove(terminal->shown.cells, wanted.cells,
                (size_t)wanted.rows * (size_t)wanted.columns * sizeof *wanted.cells);
        terminal->is_repaint_due = false;
    }
    cell_grid_destroy(&cut);
    return written;
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

/* UI_KEY_NONE if none waits. */
static UiKey next_code(Terminal *terminal)
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

bool terminal_read(Terminal *terminal, double now, bool expects_answer, UiInput *out)
{
    terminal->decoder.expects_answer = expects_answer;
    for (;;) {
        if (key_decoder_next(&terminal->decoder, now, false, out)) {
            return true;
        }
        const UiKey key = next_code(terminal);
        if (key == UI_KEY_NONE) {
            return key_decoder_next(&terminal->decoder, now, true, out);
        }
        key_decoder_put(&terminal->decoder, key, now);
    }
}

unsigned terminal_answers(const Terminal *terminal)
{
    return terminal->decoder.answers;
}

double terminal_key_wait_seconds(const Terminal *terminal, double now)
{
    return key_decoder_wait_seconds(&terminal->decoder, now);
}

void terminal_suspend(Terminal *terminal)
{
    struct sigaction plain = {.sa_handler = SIG_DFL};
    struct sigaction before;
    sigset_t stop;
    sigset_t blocked;
    sigemptyset(&stop);
    sigaddset(&stop, SIGTSTP);
    give_back(terminal);
    if (sigaction(SIGTSTP, &plain, &before) == 0) {
        /* The whole group, as the kernel does for Ctrl-Z: a parent make must stop too, or the shell never wakes. */
        kill(0, SIGTSTP);
        sigprocmask(SIG_UNBLOCK, &stop, &blocked);
        sigprocmask(SIG_SETMASK, &blocked, NULL);
        sigaction(SIGTSTP, &before, NULL);
    }
    terminal_resume(terminal);
}

void terminal_leave(Terminal *terminal)
{
    give_back(terminal);
    terminal->is_given_back = true;
    kill(0, SIGTSTP);
}

bool terminal_is_ours(void)
{
    return tcgetpgrp(STDIN_FILENO) == getpgrp();
}

void terminal_resume(Terminal *terminal)
{
    terminal->is_given_back = false;
    reset_prog_mode();
    curs_set(0);
    doupdate(); /* brings ncurses' own modes back: the other screen, the keypad */
    take_over(terminal);
}
