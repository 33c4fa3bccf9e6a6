#include "app/epoch_length.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "optim/method_table.h"
#include "tui/recorded_run.h"

static void read_old_record(RecordedRun *run)
{
    const char *const directory = "sample-runs/recorded/cross-domain/trio-seed-1";
    Problem problem = {0};
    if (recorded_run_read(&directory, 1, method_table(), run, &problem) != STATUS_OK) {
        fail_msg("%s", problem.text);
    }
    assert_true(run->state->steps_per_epoch == 0.0); /* as it was recorded */
}

/* 128 windows, 8 a step. */
static void an_old_record_is_counted_from_the_data(void **state)
{
    (void)state;
    RecordedRun run;
    char line[RUN_EVENT_TEXT_BYTES + 64];
    read_old_record(&run);
    epoch_length_find(run.state);
    assert_true(run.state->steps_per_epoch == 16.0);
    lab_state_event_text(run.state, run.state->event_count - 1, line, sizeof line);
    assert_non_null(strstr(line, "an epoch is 16 steps: counted from the data as they are now"));
    const size_t events = run.state->event_count;
    run.state->steps_per_epoch = 5.0; /* what a record says is not counted again */
    epoch_length_find(run.state);
    assert_true(run.state->steps_per_epoch == 5.0 && run.state->event_count == events);
    recorded_run_clear(&run);
}

static void without_the_data_it_says_why(void **state)
{
    (void)state;
    RecordedRun run;
    read_old_record(&run);
    (void)snprintf(run.state->spec->data, sizeof run.state->spec->data, "/nowhere/data");
    epoch_length_find(run.state);
    assert_true(run.state->steps_per_epoch == 0.0);
    assert_non_null(strstr(run.state->epoch_problem, "it cannot be counted: "));
    assert_non_null(strstr(run.state->epoch_problem, "/nowhere/data"));
    recorded_run_clear(&run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_old_record_is_counted_from_the_data),
        cmocka_unit_test(without_the_data_it_says_why),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
