/* channel/metric_ring.h -- reports from the race to the screen: lock-free, one producer, one consumer. */
#ifndef CHANNEL_METRIC_RING_H
#define CHANNEL_METRIC_RING_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "records/run_event.h"

enum { METRIC_RING_CAPACITY = 4096, METRIC_RING_EVENT_RESERVE = 512 };

/* The run file is the record; the ring is only the view, so it may drop samples (counted) when the reader is slow.
 * The last METRIC_RING_EVENT_RESERVE slots are kept for events, and the very last one
 * for the race's last word (FINISHED, STOPPED or FAILED): whoever waits for that gets it. */
typedef struct MetricRing MetricRing;

/* STATUS_OUT_OF_MEMORY: *out is NULL. The caller destroys it after both threads are done with it. */
Status metric_ring_create(MetricRing **out);
void metric_ring_destroy(MetricRing *ring);

/* WRITER THREAD. Copies *report in; false if it was dropped (and counted). Wakes a waiting reader. */
bool metric_ring_push(MetricRing *ring, const RunReport *report);

/* UI THREAD. Copies the oldest report out; false if there is none. */
bool metric_ring_pop(MetricRing *ring, RunReport *report);

/* ANY THREAD. Reports dropped so far. */
uint64_t metric_ring_dropped(const MetricRing *ring);

/* ANY THREAD. A file descriptor (eventfd) that becomes readable after a push, for poll(); the reader drains it with
 * metric_ring_clear_wakeup before popping. */
int metric_ring_wakeup_fd(const MetricRing *ring);
void metric_ring_clear_wakeup(MetricRing *ring);

#endif
