/* tests/tui/lab_child.h -- the whole screen over an invented race, to be run in a child of a pseudo-terminal. Include cmocka.h first. */
#ifndef TESTS_TUI_LAB_CHILD_H
#define TESTS_TUI_LAB_CHILD_H

#include <termios.h>

#include "tui/event_loop.h"
#include "tui/fake_race.h"
#include "tui/pty_child.h"

/* What the screen needs of a race that was started; the caller adds what it tests. */
static inline LabScreen lab_child_screen(FakeRace *race)
{
    return (LabScreen){.spec = &race->spec,
                       .methods = fake_methods(),
                       .ring = race->ring,
                       .commands = race->commands,
                       .clock = wall_clock_monotonic(),
                       .version = "0.1",
                       .run_directory = "runs/test",
                       .theme_folders = {"themes"},
                       .theme_name = "default",
                       .history_path = "",
                       .signal_fd = -1};
}

/* For pty_start: a race of steps that take *(const long *)step_ms each, until the user leaves. 0 if all went well. */
static inline int lab_child_run(void *step_ms)
{
    FakeRace *race = calloc(1, sizeof *race);
    LabExit how = LAB_EXIT_SAVE;
    Problem problem = {0};
    if (race == NULL || !fake_race_start(race, *(const long *)step_ms)) {
        return 1;
    }
    const LabScreen screen = lab_child_screen(race);
    const Status status = event_loop_run(&screen, &how, &problem);
    fake_race_join(race);
    free(race);
    return status == STATUS_OK ? 0 : 1;
}

/* The modes are those of a shell again, and the alternate screen was left if it was entered. */
static inline void expect_terminal_restored(const PtyChild *child)
{
    struct termios modes;
    assert_int_equal(tcgetattr(child->terminal, &modes), 0);
    assert_true((modes.c_lflag & ICANON) != 0 && (modes.c_lflag & ECHO) != 0 &&
                (modes.c_lflag & ISIG) != 0 && (modes.c_oflag & OPOST) != 0);
    const void *entered = memmem(child->output, child->size, "\033[?1049h", 8);
    const void *left = memmem(child->output, child->size, "\033[?1049l", 8);
    assert_true(entered == NULL || left != NULL);
    if (left == NULL) {
        /* Our picture stays; the shell must not go on in the middle of our last row. */
        static const char EMPTY_ROW[] = "\r\033[K";
        const size_t size = sizeof EMPTY_ROW - 1;
        assert_true(child->size >= size);
        assert_memory_equal(child->output + child->size - size, EMPTY_ROW, size);
    }
}

#endif
