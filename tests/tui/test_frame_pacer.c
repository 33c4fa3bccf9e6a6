#include "tui/frame_pacer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

/* A link with a fake clock: draws whenever it may, each answer takes `answer_seconds` (negative: none comes). */
typedef struct FakeLink {
    FramePacer pacer;
    double now;
    double answer_due; /* negative = none is on its way */
    int frames;
} FakeLink;

static void run_link(FakeLink *link, double seconds, double answer_seconds)
{
    const double end = link->now + seconds;
    for (; link->now < end; link->now += 0.005) {
        if (link->answer_due >= 0.0 && link->now >= link->answer_due) {
            link->answer_due = -1.0;
            frame_pacer_answer(&link->pacer, link->now);
        }
        if (frame_pacer_delay(&link->pacer, link->now, false) <= 0.0) {
            if (frame_pacer_asks(&link->pacer) && answer_seconds >= 0.0) {
                link->answer_due = link->now + answer_seconds;
            }
            frame_pacer_drawn(&link->pacer, link->now, 100, false);
            link->frames++;
        }
    }
}

static FakeLink new_link(int frames_a_second)
{
    FakeLink link = {.now = 100.0, .answer_due = -1.0};
    frame_pacer_init(&link.pacer, frames_a_second);
    return link;
}

static int frames_of(FakeLink *link, double seconds, double answer_seconds)
{
    const int before = link->frames;
    run_link(link, seconds, answer_seconds);
    return link->frames - before;
}

static void each_speed_keeps_its_interval(void **unused)
{
    (void)unused;
    static const int SPEEDS[] = {10, 5, 2};
    for (size_t i = 0; i < 3; i++) {
        FakeLink link = new_link(SPEEDS[i]);
        assert_in_range(frames_of(&link, 10.0, 0.01), 9 * SPEEDS[i], 10 * SPEEDS[i] + 1);
        assert_int_equal(frame_pacer_frames_a_second(&link.pacer), SPEEDS[i]);
    }
}

static void terminals_that_never_answer_are_found_out_once_and_not_waited_for(void **unused)
{
    (void)unused;
    FakeLink link = new_link(10);
    assert_in_range(frames_of(&link, 4.0, -1.0), 37, 41);
    assert_int_equal(link.pacer.terminal, FRAME_PACER_SILENT);
    assert_false(frame_pacer_asks(&link.pacer));
    assert_in_range(frames_of(&link, 4.0, -1.0), 37, 41);
    assert_false(frame_pacer_is_stepped_down(&link.pacer));
}

static void no_frame_is_sent_before_the_answer(void **unused)
{
    (void)unused;
    FakeLink link = new_link(10);
    run_link(&link, 1.0, 0.01);
    assert_int_equal(link.pacer.terminal, FRAME_PACER_ANSWERS);
    while (!frame_pacer_is_waiting(&link.pacer)) {
        run_link(&link, 0.005, 0.4);
    }
    assert_true(frame_pacer_delay(&link.pacer, link.now + 0.2, false) > 0.1);
    frame_pacer_answer(&link.pacer, link.now + 0.2);
    assert_true(frame_pacer_delay(&link.pacer, link.now + 0.2, false) <= 0.0);
}

static void a_lost_answer_does_not_stop_the_screen(void **unused)
{
    (void)unused;
    FakeLink link = new_link(10);
    run_link(&link, 1.0, 0.01);
    assert_true(frames_of(&link, 9.0, -1.0) >= 10);   /* the time-out, then on without it */
    assert_true(frames_of(&link, 30.0, 0.01) >= 100); /* asked again after a while, and recovered */
    assert_int_equal(frame_pacer_frames_a_second(&link.pacer), 10);
}

static void a_slow_link_steps_down_and_comes_back_when_it_recovers(void **unused)
{
    (void)unused;
    FakeLink link = new_link(10);
    run_link(&link, 2.0, 0.02);
    assert_false(frame_pacer_is_stepped_down(&link.pacer));
    run_link(&link, 1.2, 0.3);
    assert_int_equal(frame_pacer_frames_a_second(&link.pacer), 5);
    assert_true(frame_pacer_is_stepped_down(&link.pacer));
    run_link(&link, 5.0, 0.3);
    assert_int_equal(frame_pacer_frames_a_second(&link.pacer), 2);
    run_link(&link, 11.0, 0.02);
    assert_int_equal(frame_pacer_frames_a_second(&link.pacer), 5);
    run_link(&link, 5.0, 0.02);
    assert_int_equal(frame_pacer_frames_a_second(&link.pacer), 10);
    assert_false(frame_pacer_is_stepped_down(&link.pacer));
    assert_true(link.pacer.round_trip_seconds > 0.015 && link.pacer.round_trip_seconds < 0.05);
}

static void a_network_never_gets_more_than_it_began_with(void **unused)
{
    (void)unused;
    FakeLink link = new_link(5);
    run_link(&link, 30.0, 0.01);
    assert_int_equal(frame_pacer_frames_a_second(&link.pacer), 5);
}

static void a_key_is_shown_at_once_but_not_more_than_thirty_times_a_second(void **unused)
{
    (void)unused;
    FakeLink link = new_link(2);
    run_link(&link, 1.0, 0.01);
    frame_pacer_drawn(&link.pacer, 200.0, 0, false); /* one of the race */
    assert_true(frame_pacer_delay(&link.pacer, 200.001, true) <= 0.0);
    assert_true(frame_pacer_delay(&link.pacer, 200.04, false) > 0.4);
    frame_pacer_drawn(&link.pacer, 200.001, 0, true);
    assert_true(frame_pacer_delay(&link.pacer, 200.011, true) > 0.01);
    assert_true(frame_pacer_delay(&link.pacer, 200.04, true) <= 0.0);
}

static void a_frame_that_changed_nothing_asks_nothing(void **unused)
{
    (void)unused;
    FramePacer pacer;
    frame_pacer_init(&pacer, 10);
    frame_pacer_drawn(&pacer, 1.0, 0, false);
    assert_false(frame_pacer_is_waiting(&pacer));
    frame_pacer_drawn(&pacer, 2.0, 100, false);
    assert_true(frame_pacer_is_waiting(&pacer));
}

/* Frames of 3000 bytes: what counts is the sum over the seconds; a key is answered all the same. */
static void large_frames_make_the_next_one_wait(void **unused)
{
    (void)unused;
    static const struct {
        int frames_a_second;
        double bytes_a_second;
    } LEVELS[] = {{10, 20480.0}, {5, 5120.0}, {2, 1536.0}};
    for (size_t i = 0; i < 3; i++) {
        FramePacer pacer;
        double sent = 0.0;
        frame_pacer_init(&pacer, LEVELS[i].frames_a_second);
        for (double now = 100.0; now < 140.0; now += 0.01) {
            if (frame_pacer_delay(&pacer, now, false) <= 0.0) {
                sent += 3000.0;
                frame_pacer_drawn(&pacer, now, 3000, false);
                frame_pacer_answer(&pacer, now);
                assert_true(frame_pacer_delay(&pacer, now, true) < 0.04);
            }
        }
        assert_true(sent <= 40.0 * LEVELS[i].bytes_a_second + 3000.0);
        assert_true(sent >= 30.0 * LEVELS[i].bytes_a_second);
        frame_pacer_drawn(&pacer, 200.0, 1000000, false);
        frame_pacer_answer(&pacer, 200.0);
        assert_true(frame_pacer_delay(&pacer, 200.0, false) <= 2.0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_speed_keeps_its_interval),
        cmocka_unit_test(terminals_that_never_answer_are_found_out_once_and_not_waited_for),
        cmocka_unit_test(no_frame_is_sent_before_the_answer),
        cmocka_unit_test(a_lost_answer_does_not_stop_the_screen),
        cmocka_unit_test(a_slow_link_steps_down_and_comes_back_when_it_recovers),
        cmocka_unit_test(a_network_never_gets_more_than_it_began_with),
        cmocka_unit_test(a_key_is_shown_at_once_but_not_more_than_thirty_times_a_second),
        cmocka_unit_test(a_frame_that_changed_nothing_asks_nothing),
        cmocka_unit_test(large_frames_make_the_next_one_wait),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
