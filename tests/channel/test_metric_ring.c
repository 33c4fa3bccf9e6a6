#include "channel/metric_ring.h"

#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum { SAMPLE_ROOM = METRIC_RING_CAPACITY - METRIC_RING_EVENT_RESERVE };

static RunReport sample_report(uint32_t step)
{
    RunReport report = {.kind = RUN_REPORT_SAMPLE, .as.sample = {.step = step, .passes = step}};
    (void)metric_sample_add(&report.as.sample, METRIC_LOSS, 1.0 / (1.0 + step));
    return report;
}

static RunReport event_report(uint32_t step)
{
    return (RunReport){.kind = RUN_REPORT_EVENT,
                       .as.event = {.kind = RUN_EVENT_PAUSED, .step = step, .text = "paused"}};
}

static bool is_readable(const MetricRing *ring, int timeout_ms)
{
    struct pollfd wakeup = {.fd = metric_ring_wakeup_fd(ring), .events = POLLIN};
    return poll(&wakeup, 1, timeout_ms) == 1;
}

static MetricRing *new_ring(void)
{
    MetricRing *ring = NULL;
    assert_int_equal(metric_ring_create(&ring), STATUS_OK);
    assert_non_null(ring);
    return ring;
}

static void gives_reports_back_whole_and_in_order(void **state)
{
    (void)state;
    MetricRing *ring = new_ring();
    RunReport report = {0};
    assert_false(metric_ring_pop(ring, &report));
    for (uint32_t step = 0; step < 10; step++) {
        const RunReport sent = step % 3 == 0 ? event_report(step) : sample_report(step);
        assert_true(metric_ring_push(ring, &sent));
    }
    for (uint32_t step = 0; step < 10; step++) {
        const RunReport sent = step % 3 == 0 ? event_report(step) : sample_report(step);
        assert_true(metric_ring_pop(ring, &report));
        assert_int_equal(report.kind, sent.kind);
        if (sent.kind == RUN_REPORT_EVENT) {
            assert_int_equal(report.as.event.step, step);
            assert_string_equal(report.as.event.text, "paused");
        } else {
            assert_memory_equal(&report.as.sample, &sent.as.sample, sizeof sent.as.sample);
        }
    }
    assert_false(metric_ring_pop(ring, &report));
    metric_ring_destroy(ring);
}

static void keeps_the_last_slots_for_events(void **state)
{
    (void)state;
    MetricRing *ring = new_ring();
    const RunReport sample = sample_report(1);
    const RunReport event = event_report(2);
    for (size_t i = 0; i < SAMPLE_ROOM; i++) {
        assert_true(metric_ring_push(ring, &sample));
    }
    assert_false(metric_ring_push(ring, &sample));
    assert_int_equal(metric_ring_dropped(ring), 1);
    for (size_t i = 0; i + 1 < METRIC_RING_EVENT_RESERVE; i++) {
        assert_true(metric_ring_push(ring, &event));
    }
    assert_false(metric_ring_push(ring, &event));
    assert_int_equal(metric_ring_dropped(ring), 2);

    RunReport report = {0};
    assert_true(metric_ring_pop(ring, &report));
    assert_false(metric_ring_push(ring, &sample));
    assert_true(metric_ring_push(ring, &event));
    size_t count = 0;
    while (metric_ring_pop(ring, &report)) {
        count++;
    }
    assert_int_equal(count, METRIC_RING_CAPACITY - 1);
    assert_true(metric_ring_push(ring, &sample));
    metric_ring_destroy(ring);
}

static void the_last_word_finds_room_in_a_ring_that_nobody_reads(void **state)
{
    static const RunEventKind LAST_WORDS[] = {RUN_EVENT_FINISHED, RUN_EVENT_STOPPED,
                                              RUN_EVENT_FAILED};
    (void)state;
    for (size_t i = 0; i < sizeof LAST_WORDS / sizeof *LAST_WORDS; i++) {
        MetricRing *ring = new_ring();
        RunReport report = event_report(2);
        size_t count = 0;
        while (metric_ring_push(ring, &report)) {
            count++;
        }
        assert_int_equal(count, METRIC_RING_CAPACITY - 1);
        report.as.event.kind = LAST_WORDS[i];
        assert_true(metric_ring_push(ring, &report));
        while (metric_ring_pop(ring, &report)) {
        }
        assert_int_equal(report.as.event.kind, LAST_WORDS[i]);
        metric_ring_destroy(ring);
    }
}

static void wakes_the_reader_once_for_many_reports_and_again_after_it_looked(void **state)
{
    (void)state;
    MetricRing *ring = new_ring();
    const RunReport sample = sample_report(1);
    assert_false(is_readable(ring, 0));
    metric_ring_clear_wakeup(ring); /* with nothing to clear it must not block */
    for (int round = 0; round < 3; round++) {
        assert_true(metric_ring_push(ring, &sample));
        assert_true(metric_ring_push(ring, &sample));
        assert_true(is_readable(ring, 0));
        metric_ring_clear_wakeup(ring);
        assert_false(is_readable(ring, 0));
    }
    metric_ring_destroy(ring);
}

static void allows_destroying_nothing(void **state)
{
    (void)state;
    metric_ring_destroy(NULL);
}

/* --- two threads --- */

enum { RACE_REPORTS = 60000, EVENT_EVERY = 16 };

typedef struct RaceEnd {
    MetricRing *ring;
    bool waits_for_room; /* else it drops */
} RaceEnd;

static void *write_reports(void *context)
{
    const RaceEnd *end = context;
    for (uint32_t step = 0; step < RACE_REPORTS; step++) {
        const RunReport report = step % EVENT_EVERY == 0 ? event_report(step) : sample_report(step);
        while (!metric_ring_push(end->ring, &report) && end->waits_for_room) {
            sched_yield();
        }
    }
    const RunReport last = event_report(RACE_REPORTS);
    while (!metric_ring_push(end->ring, &last)) {
        sched_yield();
    }
    return NULL;
}

static uint32_t step_of(const RunReport *report)
{
    if (report->kind == RUN_REPORT_EVENT) {
        assert_string_equal(report->as.event.text, "paused");
        return report->as.event.step;
    }
    double loss = 0.0;
    assert_int_equal(report->as.sample.count, 1);
    assert_true(metric_sample_get(&report->as.sample, METRIC_LOSS, &loss));
    assert_true(loss == 1.0 / (1.0 + report->as.sample.step));
    return report->as.sample.step;
}

/* Sleep until woken, clear, pop all: as the screen does. Returns how many came; steps must rise. */
static uint64_t read_until_last(MetricRing *ring)
{
    uint64_t count = 0;
    int64_t last_step = -1;
    while (last_step < RACE_REPORTS) {
        assert_true(is_readable(ring, 20000)); /* a lost wakeup ends here */
        metric_ring_clear_wakeup(ring);
        RunReport report;
        while (metric_ring_pop(ring, &report)) {
            const uint32_t step = step_of(&report);
            assert_true((int64_t)step > last_step);
            last_step = step;
            count++;
        }
    }
    return count;
}

static void loses_no_report_and_no_wakeup_between_two_threads(void **state)
{
    (void)state;
    RaceEnd end = {.ring = new_ring(), .waits_for_room = true};
    pthread_t writer;
    assert_int_equal(pthread_create(&writer, NULL, write_reports, &end), 0);
    assert_int_equal(read_until_last(end.ring), RACE_REPORTS + 1);
    assert_int_equal(pthread_join(writer, NULL), 0);
    metric_ring_destroy(end.ring);
}

static void counts_every_report_it_drops(void **state)
{
    (void)state;
    RaceEnd end = {.ring = new_ring(), .waits_for_room = false};
    pthread_t writer;
    assert_int_equal(pthread_create(&writer, NULL, write_reports, &end), 0);
    while (metric_ring_dropped(end.ring) == 0) {
        sched_yield(); /* until the ring is full, so that some are dropped for certain */
    }
    const uint64_t count = read_until_last(end.ring);
    assert_int_equal(pthread_join(writer, NULL), 0);
    /* The last event is pushed until it fits: each failure before counts as one more dropped. */
    assert_true(count + metric_ring_dropped(end.ring) >= RACE_REPORTS + 1);
    assert_true(count < RACE_REPORTS + 1);
    metric_ring_destroy(end.ring);
}

static void *push_one_at_a_time(void *context)
{
    MetricRing *const *rings = context; /* [0] there, [1] back */
    RunReport report = sample_report(0);
    for (uint32_t step = 0; step < 5000; step++) {
        report.as.sample.step = step;
        (void)metric_ring_push(rings[0], &report);
        RunReport answer;
        struct pollfd wakeup = {.fd = metric_ring_wakeup_fd(rings[1]), .events = POLLIN};
        if (poll(&wakeup, 1, 20000) != 1) {
            return NULL; /* the other side then runs into its own time limit */
        }
        metric_ring_clear_wakeup(rings[1]);
        (void)metric_ring_pop(rings[1], &answer);
    }
    return NULL;
}

static void wakes_a_sleeping_reader_every_time(void **state)
{
    (void)state;
    MetricRing *rings[2] = {new_ring(), new_ring()};
    pthread_t writer;
    assert_int_equal(pthread_create(&writer, NULL, push_one_at_a_time, rings), 0);
    for (uint32_t step = 0; step < 5000; step++) {
        RunReport report;
        assert_true(is_readable(rings[0], 20000));
        metric_ring_clear_wakeup(rings[0]);
        assert_true(metric_ring_pop(rings[0], &report));
        assert_int_equal(report.as.sample.step, step);
        assert_true(metric_ring_push(rings[1], &report));
    }
    assert_int_equal(pthread_join(writer, NULL), 0);
    metric_ring_destroy(rings[0]);
    metric_ring_destroy(rings[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gives_reports_back_whole_and_in_order),
        cmocka_unit_test(keeps_the_last_slots_for_events),
        cmocka_unit_test(the_last_word_finds_room_in_a_ring_that_nobody_reads),
        cmocka_unit_test(wakes_the_reader_once_for_many_reports_and_again_after_it_looked),
        cmocka_unit_test(allows_destroying_nothing),
        cmocka_unit_test(loses_no_report_and_no_wakeup_between_two_threads),
        cmocka_unit_test(counts_every_report_it_drops),
        cmocka_unit_test(wakes_a_sleeping_reader_every_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
