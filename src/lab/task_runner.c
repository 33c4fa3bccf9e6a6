#include "lab/task_runner.h"

static void run_serially(void *context, size_t task_count, Task *task, void *argument)
{
    (void)context;
    for (size_t i = 0; i < task_count; i++) {
        task(argument, i, 0);
    }
}

TaskRunner task_runner_serial(void)
{
    return (TaskRunner){.worker_count = 1, .run = run_serially};
}
