#include "bench/gemm_trace.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "kernels/gemm.h"

typedef struct GemmCall {
    Real *c;
    size_t c_stride;
    GemmOperand a;
    GemmOperand b;
    GemmSizes sizes;
    Real alpha;
    Real beta;
} GemmCall;

/* Grows by doubling. */
typedef struct CallList {
    GemmCall *calls;
    size_t count;
    size_t capacity;
} CallList;

/* Pieces that were handed to the runner together. */
typedef struct Phase {
    size_t first_piece;
    size_t piece_count;
} Phase;

/* The same work, noted with one worker's scratch memory. */
typedef struct WorkerTrace {
    CallList list;
    size_t *piece_starts; /* [piece_count] first call of each piece */
    size_t piece_count;
    Phase *phases;
    size_t phase_count;
} WorkerTrace;

enum { PIECES_MAX = 4096, PHASES_MAX = 256 };

struct GemmTrace {
    WorkerTrace *workers;
    size_t worker_count;
    size_t present; /* whose memory is being used */
    bool is_in_piece;
    bool has_failed;
};

/* gemm() has no context, so the recording under way cannot be handed to it: the one writable global here. Set and read by the
 * recording thread; NULL whenever other threads may call gemm(). */
static GemmTrace *recording;

/* The linker's names for what stands before gemm, and for gemm itself. */
void gemm_noting(Real *c, size_t c_stride, GemmOperand a, GemmOperand b, GemmSizes sizes,
                 Real alpha, Real beta) __asm__("__wrap_gemm");
void gemm_itself(Real *c, size_t c_stride, GemmOperand a, GemmOperand b, GemmSizes sizes,
                 Real alpha, Real beta) __asm__("__real_gemm");

static void note(GemmTrace *trace, const GemmCall *call)
{
    CallList *list = &trace->workers[trace->present].list;
    if (list->count == list->capacity) {
        const size_t capacity = list->capacity == 0 ? 1024 : 2 * list->capacity;
        GemmCall *calls = realloc(list->calls, capacity * sizeof *calls);
        if (calls == NULL) {
            trace->has_failed = true;
            return;
        }
        list->calls = calls;
        list->capacity = capacity;
    }
    list->calls[list->count++] = *call;
    trace->has_failed = trace->has_failed || !trace->is_in_piece;
}

void gemm_noting(Real *c, size_t c_stride, GemmOperand a, GemmOperand b, GemmSizes sizes,
                 Real alpha, Real beta)
{
    if (recording != NULL) {
        const GemmCall call = {c, c_stride, a, b, sizes, alpha, beta};
        note(recording, &call);
    }
    gemm_itself(c, c_stride, a, b, sizes, alpha, beta);
}

static void run_noting(GemmTrace *trace, size_t task_count, Task *task, void *argument)
{
    WorkerTrace *worker = &trace->workers[trace->present];
    if (worker->piece_count + task_count >= PIECES_MAX || worker->phase_count == PHASES_MAX) {
        trace->has_failed = true;
        return;
    }
    worker->phases[worker->phase_count++] = (Phase){worker->piece_count, task_count};
    for (size_t i = 0; i < task_count; i++) {
        worker->piece_starts[worker->piece_count++] = worker->list.count;
        trace->is_in_piece = true;
        task(argument, i, trace->present);
        trace->is_in_piece = false;
    }
}

static void run_tracing(void *context, size_t task_count, Task *task, void *argument)
{
    const TracingRunner *runner = context;
    if (runner->trace != NULL) {
        run_noting(runner->trace, task_count, task, argument);
    } else {
        runner->inner.run(runner->inner.context, task_count, task, argument);
    }
}

TaskRunner tracing_runner_view(TracingRunner *runner)
{
    return (TaskRunner){
        .context = runner, .worker_count = runner->inner.worker_count, .run = run_tracing};
}

static GemmTrace *create(size_t worker_count)
{
    GemmTrace *trace = calloc(1, sizeof *trace);
    if (trace == NULL) {
        return NULL;
    }
    trace->worker_count = worker_count;
    trace->workers = calloc(worker_count, sizeof *trace->workers);
    bool is_complete = trace->workers != NULL;
    for (size_t i = 0; is_complete && i < worker_count; i++) {
        WorkerTrace *worker = &trace->workers[i];
        worker->piece_starts = calloc(PIECES_MAX, sizeof *worker->piece_starts);
        worker->phases = calloc(PHASES_MAX, sizeof *worker->phases);
        is_complete = worker->piece_starts != NULL && worker->phases != NULL;
    }
    if (!is_complete) {
        gemm_trace_destroy(trace);
        return NULL;
    }
    return trace;
}

GemmTrace *gemm_trace_record(TracingRunner *runner, void (*work)(void *context), void *context)
{
    GemmTrace *trace = create(runner->inner.worker_count);
    if (trace == NULL) {
        return NULL;
    }
    runner->trace = trace;
    recording = trace;
    for (; trace->present < trace->worker_count; trace->present++) {
        work(context);
    }
    recording = NULL;
    runner->trace = NULL;
    const bool is_same =
        trace->workers[0].list.count == trace->workers[trace->worker_count - 1].list.count;
    if (trace->has_failed || !is_same) {
        gemm_trace_destroy(trace);
        return NULL;
    }
    return trace;
}

void gemm_trace_destroy(GemmTrace *trace)
{
    if (trace == NULL) {
        return;
    }
    for (size_t i = 0; trace->workers != NULL && i < trace->worker_count; i++) {
        free(trace->workers[i].list.calls);
        free(trace->workers[i].piece_starts);
        free(trace->workers[i].phases);
    }
    free(trace->workers);
    free(trace);
}

typedef struct ReplayJob {
    const GemmTrace *trace;
    size_t first_piece;
} ReplayJob;

static void replay_piece(void *argument, size_t index, size_t worker)
{
    const ReplayJob *job = argument;
    const WorkerTrace *own = &job->trace->workers[worker];
    const size_t piece = job->first_piece + index;
    const size_t end =
        piece + 1 < own->piece_count ? own->piece_starts[piece + 1] : own->list.count;
    for (size_t i = own->piece_starts[piece]; i < end; i++) {
        const GemmCall *call = &own->list.calls[i];
        gemm_itself(call->c, call->c_stride, call->a, call->b, call->sizes, call->alpha,
                    call->beta);
    }
}

/* Phases without any product (sums of gradients, say) cost nothing here. */
static bool has_products(const WorkerTrace *worker, Phase phase)
{
    const size_t after = phase.first_piece + phase.piece_count;
    const size_t end =
        after < worker->piece_count ? worker->piece_starts[after] : worker->list.count;
    return phase.piece_count > 0 && worker->piece_starts[phase.first_piece] < end;
}

void gemm_replay_run(void *gemm_replay)
{
    const GemmReplay *replay = gemm_replay;
    const WorkerTrace *first = &replay->trace->workers[0];
    for (size_t i = 0; i < first->phase_count; i++) {
        if (has_products(first, first->phases[i])) {
            ReplayJob job = {.trace = replay->trace, .first_piece = first->phases[i].first_piece};
            replay->runner.run(replay->runner.context, first->phases[i].piece_count, replay_piece,
                               &job);
        }
    }
}

double gemm_trace_operations(const GemmTrace *trace)
{
    const CallList *list = &trace->workers[0].list;
    double operations = 0.0;
    for (size_t i = 0; i < list->count; i++) {
        const GemmSizes sizes = list->calls[i].sizes;
        operations += 2.0 * (double)sizes.rows * (double)sizes.cols * (double)sizes.inner;
    }
    return operations;
}

size_t gemm_trace_calls(const GemmTrace *trace)
{
    return trace->workers[0].list.count;
}
