#include "app/kept_race.h"

#include <signal.h>

#include "app/run_main.h"
#include "app/signals.h"

/* In a child, whose stdout is led away: exit status 0 if the race ended as it was to. */
static int keep_race(const ExperimentSpec *spec, const char *folder, int signal_number)
{
    RaceJob *job = NULL;
    Problem problem = {0};
    int signal_fd = -1;
    if (signals_open(&signal_fd) != STATUS_OK ||
        race_job_open(spec, folder, 1, &job, &problem) != STATUS_OK ||
        race_job_start(job, true, &problem) != STATUS_OK) {
        return 2;
    }
    if (signal_number != 0) {
        kill(getpid(), signal_number);
    }
    kept_race_finish(job, signal_fd);
    const bool is_done = race_job_wait(job, &problem) == STATUS_OK &&
                         race_job_close(job, false, &problem) == STATUS_OK;
    close(signal_fd);
    return is_done ? 0 : 1;
}

static void expect_last_event(const TinyLab *lab, const char *name, int signal_number, double steps,
                              const char *event)
{
    char folder[MAIN_PATH_BYTES];
    ExperimentSpec spec = lab->spec;
    spec.max_steps = steps;
    join_path(lab->folder, name, folder);
    fflush(NULL);
    const pid_t child = fork();
    if (child == 0) {
        alarm(MAIN_SECONDS_MAX);
        exit(keep_race(&spec, folder, signal_number));
    }
    assert_int_equal(exit_status_of(child), 0);
    char *events = text_in(folder, "events.jsonl");
    expect_in_last_line(events, event);
    free(events);
}

static void a_paused_race_goes_on_and_the_hang_up_does_not_end_it(void **state)
{
    expect_last_event(*state, "kept-hup", SIGHUP, 8.0, "\"event\":\"finished\"");
}

static void a_signal_to_end_ends_it(void **state)
{
    expect_last_event(*state, "kept-term", SIGTERM, 1e7, "\"event\":\"stopped\"");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_paused_race_goes_on_and_the_hang_up_does_not_end_it),
        cmocka_unit_test(a_signal_to_end_ends_it),
    };
    return cmocka_run_group_tests(tests, open_lab, close_lab);
}
