/* channel/command_queue.h -- commands from the screen to the race, read at step boundaries. Owner of pthread here. */
#ifndef CHANNEL_COMMAND_QUEUE_H
#define CHANNEL_COMMAND_QUEUE_H

#include <stdbool.h>

#include "base/status.h"
#include "records/run_command.h"

enum { COMMAND_QUEUE_CAPACITY = 256 };

typedef struct CommandQueue CommandQueue;

Status command_queue_create(CommandQueue **out); /* STATUS_OUT_OF_MEMORY */
void command_queue_destroy(CommandQueue *queue);

/* ANY THREAD. False when full: the sender says so to the user. */
bool command_queue_push(CommandQueue *queue, const RunCommand *command);

/* WORKER. Takes the oldest command; false if there is none. Never blocks longer than the mutex. */
bool command_queue_try_pop(CommandQueue *queue, RunCommand *command);

/* WORKER. Sleeps (no CPU) until there is a command and takes it. */
void command_queue_pop(CommandQueue *queue, RunCommand *command);

#endif
