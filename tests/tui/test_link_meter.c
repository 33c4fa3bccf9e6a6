#include "tui/link_meter.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void expect_rate(const LinkMeter *meter, double now, double wanted)
{
    assert_true(link_meter_rate(meter, now) > 0.97 * wanted - 1e-9 &&
                link_meter_rate(meter, now) < 1.03 * wanted + 1e-9);
}

static void the_rate_is_that_of_the_last_seconds(void **unused)
{
    (void)unused;
    LinkMeter meter = {0};
    for (int i = 0; i < 100; i++) { /* ten seconds of 1000 bytes */
        link_meter_add(&meter, 50.5 + 0.1 * i, 100);
    }
    expect_rate(&meter, 60.45, 1000.0);
    for (int i = 0; i < 60; i++) { /* then of 5000 */
        link_meter_add(&meter, 60.5 + 0.1 * i, 500);
    }
    expect_rate(&meter, 66.45, 5000.0);
    expect_rate(&meter, 90.0, 0.0);
}

static void the_first_moment_is_not_blown_up(void **unused)
{
    (void)unused;
    LinkMeter meter = {0};
    link_meter_add(&meter, 7.9, 4000); /* the first frame */
    expect_rate(&meter, 7.95, 4000.0);
    expect_rate(&meter, 11.9, 1000.0);
}

static void the_text_tells_rate_round_trip_and_frames(void **unused)
{
    (void)unused;
    LinkMeter meter = {0};
    FramePacer pacer;
    char text[LINK_METER_TEXT_BYTES];
    frame_pacer_init(&pacer, 5);
    for (int i = 0; i < 30; i++) {
        link_meter_add(&meter, 1.0 + 0.2 * i, 840);
    }
    link_meter_text(&meter, &pacer, 6.99, text);
    assert_string_equal(text, "4.2 kB/s 5 fps");
    frame_pacer_drawn(&pacer, 1.0, 100, false);
    frame_pacer_answer(&pacer, 1.084);
    link_meter_text(&meter, &pacer, 6.99, text);
    assert_string_equal(text, "4.2 kB/s 84 ms 5 fps");
    for (int i = 0; i < 3; i++) {
        frame_pacer_drawn(&pacer, 2.0 + i, 100, false);
        frame_pacer_answer(&pacer, 2.5 + i);
    }
    link_meter_text(&meter, &pacer, 6.99, text);
    assert_non_null(strstr(text, "slow link: 2 fps"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_rate_is_that_of_the_last_seconds),
        cmocka_unit_test(the_first_moment_is_not_blown_up),
        cmocka_unit_test(the_text_tells_rate_round_trip_and_frames),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
