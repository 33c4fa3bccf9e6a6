/* lab/task_runner.h -- "do these pieces, in any order, on any worker": how the engine asks for parallel work. */
#ifndef LAB_TASK_RUNNER_H
#define LAB_TASK_RUNNER_H

#include <stddef.h>

/* One piece of work. index < task_count says which; worker < worker_count says whose scratch memory it may use. */
typedef void Task(void *argument, size_t index, size_t worker);

/* Pieces must not depend on each other, and what they write must not depend on the worker: then a result is the same for
 * any number of workers. run() comes back when all pieces are done. */
typedef struct TaskRunner {
    void *context;
    size_t worker_count; /* >= 1 */
    void (*run)(void *context, size_t task_count, Task *task, void *argument);
} TaskRunner;

/* All pieces one after the other on the calling thread. */
TaskRunner task_runner_serial(void);

#endif
