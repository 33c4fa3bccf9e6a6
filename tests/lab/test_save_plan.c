#include "lab/save_plan.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void saves_after_every_so_many_steps(void **unused)
{
    (void)unused;
    SavePlan plan = save_plan_begin(4);
    for (uint64_t step = 1; step <= 12; step++) {
        save_plan_step(&plan, step);
        assert_int_equal(save_plan_wants(&plan, (double)step), step % 4 == 0);
        if (step % 4 == 0) {
            save_plan_done(&plan, (double)step, (double)step);
        }
    }
}

static void a_change_by_hand_is_saved_at_the_next_step(void **unused)
{
    (void)unused;
    SavePlan plan = save_plan_begin(1000);
    save_plan_step(&plan, 1);
    assert_false(save_plan_wants(&plan, 1.0));
    save_plan_change(&plan);
    assert_true(save_plan_wants(&plan, 1.0));
    save_plan_done(&plan, 1.0, 1.0);
    assert_false(save_plan_wants(&plan, 2.0));
}

static void what_takes_long_is_put_off_until_it_is_two_percent(void **unused)
{
    (void)unused;
    SavePlan plan = save_plan_begin(10);
    save_plan_step(&plan, 10);
    save_plan_done(&plan, 100.0, 103.0);
    save_plan_step(&plan, 20);
    assert_false(save_plan_wants(&plan, 252.9));
    save_plan_step(&plan, 21); /* still due, though 21 is no multiple */
    assert_true(save_plan_wants(&plan, 253.0));
}

static void nothing_is_saved_on_the_way_if_so_asked(void **unused)
{
    (void)unused;
    SavePlan plan = save_plan_begin(0);
    save_plan_step(&plan, 500);
    save_plan_change(&plan);
    assert_false(save_plan_wants(&plan, 1e9));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(saves_after_every_so_many_steps),
        cmocka_unit_test(a_change_by_hand_is_saved_at_the_next_step),
        cmocka_unit_test(what_takes_long_is_put_off_until_it_is_two_percent),
        cmocka_unit_test(nothing_is_saved_on_the_way_if_so_asked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
