#include "lab/worker.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>

typedef struct PoolMember {
    WorkerPool *pool;
    size_t worker;
    pthread_t thread;
} PoolMember;

struct WorkerPool {
    pthread_mutex_t mutex;
    pthread_cond_t work_is_there;
    pthread_cond_t work_is_done;
    PoolMember *members; /* [worker_count - 1] */
    size_t thread_count; /* started */
    size_t worker_count;
    Task *task;
    void *argument;
    size_t next;       /* first piece not yet taken */
    size_t task_count; /* of the present job */
    size_t unfinished; /* pieces taken or not, whose work is not over */
    bool is_closing;
};

/* Take pieces until none is left; called and left with the mutex held. */
static void work_off(WorkerPool *pool, size_t worker)
{
    while (pool->next < pool->task_count) {
        const size_t index = pool->next++;
        Task *task = pool->task;
        void *argument = pool->argument;
        pthread_mutex_unlock(&pool->mutex);
        task(argument, index, worker);
        pthread_mutex_lock(&pool->mutex);
        pool->unfinished--;
    }
    if (pool->unfinished == 0) {
        pthread_cond_signal(&pool->work_is_done);
    }
}

static void *member_main(void *argument)
{
    const PoolMember *member = argument;
    WorkerPool *pool = member->pool;
    pthread_mutex_lock(&pool->mutex);
    while (!pool->is_closing) {
        if (pool->next < pool->task_count) {
            work_off(pool, member->worker);
        } else {
            pthread_cond_wait(&pool->work_is_there, &pool->mutex);
        }
    }
    pthread_mutex_unlock(&pool->mutex);
    return NULL;
}

static void run_in_pool(void *context, size_t task_count, Task *task, void *argument)
{
    WorkerPool *pool = context;
    pthread_mutex_lock(&pool->mutex);
    pool->task = task;
    pool->argument = argument;
    pool->next = 0;
    pool->task_count = task_count;
    pool->unfinished = task_count;
    pthread_cond_broadcast(&pool->work_is_there);
    work_off(pool, 0);
    while (pool->unfinished > 0) {
        pthread_cond_wait(&pool->work_is_done, &pool->mutex);
    }
    pthread_mutex_unlock(&pool->mutex);
}

/* Signals belong to the screen's thread: whoever starts a thread here hands it a full mask. */
static int start_thread(pthread_t *thread, void *(*body)(void *), void *argument)
{
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    const int failure = pthread_create(thread, NULL, body, argument);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return failure;
}

Status worker_pool_create(size_t worker_count, WorkerPool **out)
{
    *out = NULL;
    WorkerPool *pool = calloc(1, sizeof *pool);
    if (pool == NULL) {
        return STATUS_OUT_OF_MEMORY;
    }
    pthread_mutex_init(&pool->mutex, NULL);
    pthread_cond_init(&pool->work_is_there, NULL);
    pthread_cond_init(&pool->work_is_done, NULL);
    pool->worker_count = worker_count;
    pool->members = calloc(worker_count, sizeof *pool->members);
    bool is_complete = pool->members != NULL;
    while (is_complete && pool->thread_count + 1 < worker_count) {
        PoolMember *member = &pool->members[pool->thread_count];
        *member = (PoolMember){.pool = pool, .worker = pool->thread_count + 1};
        is_complete = start_thread(&member->thread, member_main, member) == 0;
        pool->thread_count += is_complete ? 1 : 0;
    }
    if (!is_complete) {
        worker_pool_destroy(pool);
        return STATUS_OUT_OF_MEMORY;
    }
    *out = pool;
    return STATUS_OK;
}

void worker_pool_destroy(WorkerPool *pool)
{
    if (pool == NULL) {
        return;
    }
    pthread_mutex_lock(&pool->mutex);
    pool->is_closing = true;
    pthread_cond_broadcast(&pool->work_is_there);
    pthread_mutex_unlock(&pool->mutex);
    for (size_t i = 0; i < pool->thread_count; i++) {
        pthread_join(pool->members[i].thread, NULL);
    }
    pthread_cond_destroy(&pool->work_is_done);
    pthread_cond_destroy(&pool->work_is_there);
    pthread_mutex_destroy(&pool->mutex);
    free(pool->members);
    free(pool);
}

TaskRunner worker_pool_runner(WorkerPool *pool)
{
    return (TaskRunner){.context = pool, .worker_count = pool->worker_count, .run = run_in_pool};
}

size_t worker_count_of_machine(void)
{
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) != 0) {
        return 1;
    }
    const int count = CPU_COUNT(&set);
    return count < 1 ? 1 : (size_t)count;
}

struct BackgroundThread {
    pthread_t thread;
    void (*body)(void *argument);
    void *argument;
};

static void *background_main(void *argument)
{
    const BackgroundThread *thread = argument;
    thread->body(thread->argument);
    return NULL;
}

Status background_thread_start(void (*body)(void *argument), void *argument, BackgroundThread **out)
{
    *out = NULL;
    BackgroundThread *thread = calloc(1, sizeof *thread);
    if (thread == NULL) {
        return STATUS_OUT_OF_MEMORY;
    }
    thread->body = body;
    thread->argument = argument;
    if (start_thread(&thread->thread, background_main, thread) != 0) {
        free(thread);
        return STATUS_OUT_OF_MEMORY;
    }
    *out = thread;
    return STATUS_OK;
}

void background_thread_join(BackgroundThread *thread)
{
    pthread_join(thread->thread, NULL);
    free(thread);
}
