#include "channel/metric_ring.h"

#include <errno.h>
#include <stdalign.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum { CACHE_LINE_BYTES = 64 };

_Static_assert((METRIC_RING_CAPACITY & (METRIC_RING_CAPACITY - 1)) == 0,
               "positions count on for ever; a slot is position modulo a power of two");
_Static_assert(METRIC_RING_EVENT_RESERVE < METRIC_RING_CAPACITY, "samples need slots too");

/* Positions only grow; `written - read` is the number of waiting reports. Each side writes its own
 * cache line, so that neither slows the other down. */
struct MetricRing {
    alignas(CACHE_LINE_BYTES) atomic_uint_fast64_t written; /* by the writer */
    atomic_uint_fast64_t dropped;                           /* by the writer */
    alignas(CACHE_LINE_BYTES) atomic_uint_fast64_t read;    /* by the reader */
    alignas(CACHE_LINE_BYTES)
        atomic_bool is_wakeup_sent; /* set by the writer, cleared by the reader */
    int wakeup_fd;
    RunReport slots[METRIC_RING_CAPACITY];
};

Status metric_ring_create(MetricRing **out)
{
    *out = NULL;
    MetricRing *ring = aligned_alloc(CACHE_LINE_BYTES, sizeof *ring);
    if (ring == NULL) {
        return STATUS_OUT_OF_MEMORY;
    }
    atomic_init(&ring->written, 0);
    atomic_init(&ring->dropped, 0);
    atomic_init(&ring->read, 0);
    atomic_init(&ring->is_wakeup_sent, false);
    ring->wakeup_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (ring->wakeup_fd < 0) {
        /* Out of descriptors or of kernel memory: to the user both are a machine that is full. */
        free(ring);
        return STATUS_OUT_OF_MEMORY;
    }
    *out = ring;
    return STATUS_OK;
}

void metric_ring_destroy(MetricRing *ring)
{
    if (ring == NULL) {
        return;
    }
    close(ring->wakeup_fd); /* an eventfd holds nothing that could be lost */
    free(ring);
}

static void wake_reader(MetricRing *ring)
{
    /* Release: whoever clears the flag afterwards sees the report. Acquire: keeps the write below
     * behind it. */
    if (atomic_exchange_explicit(&ring->is_wakeup_sent, true, memory_order_acq_rel)) {
        return; /* the reader has been woken and has not looked yet; it will see this report too */
    }
    const uint64_t one = 1;
    ssize_t written_bytes = 0;
    do {
        written_bytes = write(ring->wakeup_fd, &one, sizeof one);
    } while (written_bytes < 0 && errno == EINTR);
}

static bool is_last_word(const RunReport *report)
{
    return report->kind == RUN_REPORT_EVENT && (report->as.event.kind == RUN_EVENT_FINISHED ||
                                                report->as.event.kind == RUN_EVENT_STOPPED ||
                                                report->as.event.kind == RUN_EVENT_FAILED);
}

static uint64_t room_for(const RunReport *report)
{
    if (report->kind != RUN_REPORT_EVENT) {
        return METRIC_RING_CAPACITY - METRIC_RING_EVENT_RESERVE;
    }
    return is_last_word(report) ? METRIC_RING_CAPACITY : METRIC_RING_CAPACITY - 1;
}

bool metric_ring_push(MetricRing *ring, const RunReport *report)
{
    /* Relaxed: only this thread writes it. */
    const uint64_t written = atomic_load_explicit(&ring->written, memory_order_relaxed);
    /* Acquire: the reader must be done with a slot before it is overwritten. */
    const uint64_t read_so_far = atomic_load_explicit(&ring->read, memory_order_acquire);
    if (written - read_so_far >= room_for(report)) {
        /* Relaxed: a count for the user, it orders nothing. */
        atomic_fetch_add_explicit(&ring->dropped, 1, memory_order_relaxed);
        return false;
    }
    ring->slots[written % METRIC_RING_CAPACITY] = *report;
    /* Release: the slot is filled before the reader can see that it is. */
    atomic_store_explicit(&ring->written, written + 1, memory_order_release);
    wake_reader(ring);
    return true;
}

bool metric_ring_pop(MetricRing *ring, RunReport *report)
{
    /* Relaxed: only this thread writes it. */
    const uint64_t read_so_far = atomic_load_explicit(&ring->read, memory_order_relaxed);
    /* Acquire: pairs with the writer's release, so the slot is filled. */
    const uint64_t written = atomic_load_explicit(&ring->written, memory_order_acquire);
    if (read_so_far == written) {
        return false;
    }
    *report = ring->slots[read_so_far % METRIC_RING_CAPACITY];
    /* Release: the copy is done before the writer may reuse the slot. */
    atomic_store_explicit(&ring->read, read_so_far + 1, memory_order_release);
    return true;
}

uint64_t metric_ring_dropped(const MetricRing *ring)
{
    /* Relaxed: a count for the user, it orders nothing. */
    return atomic_load_explicit(&ring->dropped, memory_order_relaxed);
}

int metric_ring_wakeup_fd(const MetricRing *ring)
{
    return ring->wakeup_fd;
}

void metric_ring_clear_wakeup(MetricRing *ring)
{
    uint64_t count = 0;
    ssize_t read_bytes = 0;
    do {
        read_bytes = read(ring->wakeup_fd, &count, sizeof count);
    } while (read_bytes < 0 && errno == EINTR);
    /* The flag falls after the descriptor is drained: the other way round, a wakeup written in
     * between would be drained while the flag says it is still there, and no other would follow.
     * Acquire: reports pushed by a writer that found the flag set are seen by the pops that follow.
     * Release: keeps the drain above before it. */
    atomic_exchange_explicit(&ring->is_wakeup_sent, false, memory_order_acq_rel);
}
