/* The screen over a race of invented numbers, for looking at it: make build/release/tests/tui/screen_demo, then run it in a
 * terminal; arguments: milliseconds a step, lanes (3, at most 14). */
#include "tui/event_loop.h"

#include <stdio.h>
#include <stdlib.h>

#include "tui/fake_race.h"

int main(int argument_count, char **arguments)
{
    static FakeRace race;
    const long step_ms = argument_count > 1 ? strtol(arguments[1], NULL, 10) : 50;
    const long lanes = argument_count > 2 ? strtol(arguments[2], NULL, 10) : 3;
    if (lanes < 1 || lanes > FAKE_LANES_MAX ||
        !fake_race_start_lanes(&race, step_ms, (size_t)lanes)) {
        return 1;
    }
    const LabScreen screen = {.spec = &race.spec,
                              .methods = fake_methods(),
                              .ring = race.ring,
                              .commands = race.commands,
                              .clock = wall_clock_monotonic(),
                              .version = "0.1",
                              .run_directory = "runs/demo",
                              .theme_folders = {"themes"},
                              .theme_name = "default",
                              .history_path = "/tmp/tramlab-demo/history",
                              .signal_fd = -1};
    LabExit how = LAB_EXIT_SAVE;
    Problem problem = {0};
    const Status status = event_loop_run(&screen, &how, &problem);
    if (status != STATUS_OK) {
        (void)fprintf(stderr, "%s: %s\n", status_sentence(status), problem.text);
        return 1;
    }
    fake_race_join(&race);
    (void)printf("left: %s\n", how == LAB_EXIT_SAVE ? "save" : "discard");
    return 0;
}
