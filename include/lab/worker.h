/* lab/worker.h -- threads: a pool that shares out pieces of work, and one thread that runs a race. Owner of pthread here. */
#ifndef LAB_WORKER_H
#define LAB_WORKER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"
#include "lab/task_runner.h"

/* A pool of worker_count - 1 sleeping threads; the caller of run() is the remaining worker. All signals are blocked in them. */
typedef struct WorkerPool WorkerPool;

/* worker_count >= 1. STATUS_OUT_OF_MEMORY (no memory, or no thread to be had): *out is NULL. */
Status worker_pool_create(size_t worker_count, WorkerPool **out);

/* WORKER that created it, with nothing running: joins all threads. Allowed on NULL. */
void worker_pool_destroy(WorkerPool *pool);

/* The pool as engines see it. run() may be called from one thread at a time. */
TaskRunner worker_pool_runner(WorkerPool *pool);

/* Number of processors this process may use. ANY THREAD. */
size_t worker_count_of_machine(void);

/* One thread beside the screen's. */
typedef struct BackgroundThread BackgroundThread;

/* UI THREAD. Run body(argument) on a new thread with all signals blocked. STATUS_OUT_OF_MEMORY: *out is NULL. */
Status background_thread_start(void (*body)(void *argument), void *argument,
                               BackgroundThread **out);

/* UI THREAD. Wait for it to come back, and free it. */
void background_thread_join(BackgroundThread *thread);

#endif
