/* bench/gemm_trace.h -- the matrix products that a piece of work asks for, noted down to be done again alone. */
#ifndef TESTS_BENCH_GEMM_TRACE_H
#define TESTS_BENCH_GEMM_TRACE_H

#include <stdbool.h>
#include <stddef.h>

#include "lab/task_runner.h"

/* Every call of gemm() (kernels/gemm.h) made while recording: sizes, strides and the very arrays, so that doing them again
 * touches the same memory. What the arrays hold afterwards is worthless; whoever recorded overwrites it with the next real step.
 * The program is linked with -Wl,--wrap=gemm, which leads every call through gemm_trace.c. */
typedef struct GemmTrace GemmTrace;

/* A runner that hands work to `inner` as it is, or notes it down. Both are borrowed. */
typedef struct TracingRunner {
    TaskRunner inner;
    GemmTrace *trace; /* NULL: only hand on */
} TracingRunner;

/* The runner for engines to use. */
TaskRunner tracing_runner_view(TracingRunner *runner);

/* Run work(context), which must do the same products every time and use `runner`, once for each worker, noting down the
 * products with that worker's scratch memory. NULL: out of memory, or a product was asked for outside of the runner. */
GemmTrace *gemm_trace_record(TracingRunner *runner, void (*work)(void *context), void *context);
void gemm_trace_destroy(GemmTrace *trace);

/* Do all products again on the same workers, cut into pieces as the work was. The context of a Contender. */
typedef struct GemmReplay {
    const GemmTrace *trace;
    TaskRunner runner;
} GemmReplay;

void gemm_replay_run(void *gemm_replay);

/* 2 * rows * cols * inner, over all products of one run. */
double gemm_trace_operations(const GemmTrace *trace);
size_t gemm_trace_calls(const GemmTrace *trace);

#endif
