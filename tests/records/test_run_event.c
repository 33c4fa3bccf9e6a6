#include "records/run_event.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void has_another_name_for_every_kind(void **state)
{
    (void)state;
    for (size_t i = 0; i < RUN_EVENT_KIND_COUNT; i++) {
        assert_non_null(run_event_name((RunEventKind)i));
        for (size_t j = 0; j < i; j++) {
            assert_string_not_equal(run_event_name((RunEventKind)i),
                                    run_event_name((RunEventKind)j));
        }
    }
}

static void keeps_the_names_that_stand_in_recorded_runs(void **state)
{
    (void)state;
    assert_string_equal(run_event_name(RUN_EVENT_KNOB_IN_FORCE), "knob");
    assert_string_equal(run_event_name(RUN_EVENT_KNOB_APPLIED), "knob_applied");
    assert_string_equal(run_event_name(RUN_EVENT_FAILED), "failed");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(has_another_name_for_every_kind),
        cmocka_unit_test(keeps_the_names_that_stand_in_recorded_runs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
