#include "tui/terminal_query.h"

#include <poll.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

/* The status report last: terminals answer in order, and every one knows it. */
static const char ASK_SYNC[] = "\033[?2026$p";
static const char ASK_STATUS[] = "\033[5n";
static const char STATUS[] = "\033[0n";
static const char SYNC[] = "\033[?2026;";

enum { ANSWER_BYTES = 256 };

TerminalAnswer terminal_query_read(const char *text, size_t size)
{
    const char *sync = memmem(text, size, SYNC, sizeof SYNC - 1);
    const size_t place = sync == NULL ? size : (size_t)(sync - text) + sizeof SYNC - 1;
    /* 0: not known; 4: known and never on */
    const bool knows = place + 2 < size && text[place] >= '1' && text[place] <= '3' &&
                       text[place + 1] == '$' && text[place + 2] == 'y';
    return (TerminalAnswer){.has_answered = memmem(text, size, STATUS, sizeof STATUS - 1) != NULL,
                            .knows_sync = knows};
}

static void write_question(int terminal, bool asks_sync)
{
    const char *question = asks_sync ? ASK_SYNC : "";
    if (write(terminal, question, strlen(question)) < 0 ||
        write(terminal, ASK_STATUS, sizeof ASK_STATUS - 1) < 0) {
        return; /* then no answer comes either */
    }
}

TerminalAnswer terminal_query_ask(int terminal, bool asks_sync, int timeout_ms, WallClock clock)
{
    char text[ANSWER_BYTES];
    size_t used = 0;
    TerminalAnswer answer = {0};
    struct termios before;
    if (tcgetattr(terminal, &before) != 0) {
        return answer;
    }
    struct termios quiet = before;
    quiet.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
    quiet.c_cc[VMIN] = 0;
    quiet.c_cc[VTIME] = 0;
    tcsetattr(terminal, TCSANOW, &quiet);
    const double start = wall_clock_seconds(clock);
    write_question(terminal, asks_sync);
    while (!answer.has_answered && used < sizeof text) {
        answer.seconds = wall_clock_seconds(clock) - start;
        const int left_ms = timeout_ms - (int)(1000.0 * answer.seconds);
        struct pollfd wait = {.fd = terminal, .events = POLLIN};
        if (left_ms <= 0 || poll(&wait, 1, left_ms) <= 0) {
            break;
        }
        const ssize_t count = read(terminal, text + used, sizeof text - used);
        if (count <= 0) {
            break;
        }
        used += (size_t)count;
        answer = terminal_query_read(text, used);
    }
    answer.seconds = wall_clock_seconds(clock) - start;
    tcsetattr(terminal, TCSANOW, &before);
    return answer;
}
