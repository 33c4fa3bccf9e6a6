#include "tui/lane_completion.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tui/fixed_state.h"

static void expect_add(const FixedState *fixed, const char *typed, const char *insert,
                       const char *choices)
{
    CommandCompletion out;
    Completion completion = completion_begin(typed, &out);
    lane_completion_add(&completion, fixed->state);
    completion_finish(&completion);
    assert_string_equal(out.choices, choices);
    assert_string_equal(out.insert, insert);
}

static void methods_come_first_then_their_keys_then_values(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    expect_add(&fixed, "tram-", "", "tram-prev tram-0 tram-x");
    expect_add(&fixed, "gs", "am ", "gsam");
    expect_add(&fixed, "sam ", "", "name= from= rho= learning_rate= weight_decay= max_grad_norm=");
    expect_add(&fixed, "asam-mean-d fo", "llow=", "follow=");
    expect_add(&fixed, "sam rho=1 fr", "om=", "from=");
    expect_add(&fixed, "sam from=", "", "AdamW SAM TRAM");
    expect_add(&fixed, "asam-mean-d follow=", "TRAM ", "TRAM");
    expect_add(&fixed, "trpo divergence=", "", "forward-kl reverse-kl symmetric-kl");
    expect_add(&fixed, "trpo divergence=s", "ymmetric-kl ", "symmetric-kl");
    expect_add(&fixed, "nothing ", "", "");
    expect_add(&fixed, "sam rho=", "", "");
    fixed_state_destroy(&fixed);
}

static void removed_lanes_are_not_offered(void **unused)
{
    (void)unused;
    FixedState fixed;
    CommandCompletion out;
    fixed_state_create(&fixed);
    give_event(fixed.state, (RunEvent){.kind = RUN_EVENT_LANE_REMOVED, .lane = 1});
    Completion completion = completion_begin("", &out);
    lane_completion_lanes(&completion, fixed.state);
    assert_string_equal(out.choices, "AdamW TRAM");
    fixed_state_destroy(&fixed);
}

static void presets_are_offered_by_name(void **unused)
{
    (void)unused;
    FixedState fixed;
    CommandCompletion out;
    static Preset presets[2] = {{.name = "paper"}, {.name = "trio"}};
    fixed_state_create(&fixed);
    fixed.state->presets = (PresetList){presets, 2};
    Completion completion = completion_begin("t", &out);
    lane_completion_presets(&completion, fixed.state);
    completion_finish(&completion);
    assert_string_equal(out.insert, "rio");
    fixed_state_destroy(&fixed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(methods_come_first_then_their_keys_then_values),
        cmocka_unit_test(removed_lanes_are_not_offered),
        cmocka_unit_test(presets_are_offered_by_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
