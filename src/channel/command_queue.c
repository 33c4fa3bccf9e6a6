#include "channel/command_queue.h"

#include <pthread.h>
#include <stddef.h>
#include <stdlib.h>

/* The lock and unlock calls below are unchecked: on a default mutex they fail only after a bug. */
struct CommandQueue {
    pthread_mutex_t mutex; /* guards all below */
    pthread_cond_t is_filled;
    size_t first; /* index of the oldest */
    size_t count;
    RunCommand commands[COMMAND_QUEUE_CAPACITY];
};

Status command_queue_create(CommandQueue **out)
{
    *out = NULL;
    CommandQueue *queue = calloc(1, sizeof *queue);
    if (queue == NULL) {
        return STATUS_OUT_OF_MEMORY;
    }
    if (pthread_mutex_init(&queue->mutex, NULL) != 0) {
        free(queue);
        return STATUS_OUT_OF_MEMORY;
    }
    if (pthread_cond_init(&queue->is_filled, NULL) != 0) {
        pthread_mutex_destroy(&queue->mutex);
        free(queue);
        return STATUS_OUT_OF_MEMORY;
    }
    *out = queue;
    return STATUS_OK;
}

void command_queue_destroy(CommandQueue *queue)
{
    if (queue == NULL) {
        return;
    }
    pthread_cond_destroy(&queue->is_filled);
    pthread_mutex_destroy(&queue->mutex);
    free(queue);
}

bool command_queue_push(CommandQueue *queue, const RunCommand *command)
{
    pthread_mutex_lock(&queue->mutex);
    const bool has_room = queue->count < COMMAND_QUEUE_CAPACITY;
    if (has_room) {
        queue->commands[(queue->first + queue->count) % COMMAND_QUEUE_CAPACITY] = *command;
        queue->count++;
        pthread_cond_signal(&queue->is_filled);
    }
    pthread_mutex_unlock(&queue->mutex);
    return has_room;
}

/* With the mutex held and count > 0. */
static void take_oldest(CommandQueue *queue, RunCommand *command)
{
    *command = queue->commands[queue->first];
    queue->first = (queue->first + 1) % COMMAND_QUEUE_CAPACITY;
    queue->count--;
}

bool command_queue_try_pop(CommandQueue *queue, RunCommand *command)
{
    pthread_mutex_lock(&queue->mutex);
    const bool has_command = queue->count > 0;
    if (has_command) {
        take_oldest(queue, command);
    }
    pthread_mutex_unlock(&queue->mutex);
    return has_command;
}

void command_queue_pop(CommandQueue *queue, RunCommand *command)
{
    pthread_mutex_lock(&queue->mutex);
    while (queue->count == 0) {
        pthread_cond_wait(&queue->is_filled, &queue->mutex);
    }
    take_oldest(queue, command);
    pthread_mutex_unlock(&queue->mutex);
}
