#include "lab/trace.h"

#include <stdlib.h>
#include <string.h>

#include "kernels/divergence.h"
#include "kernels/mean_discrepancy.h"
#include "kernels/noise.h"
#include "lab/parameter_spans.h"
#include "lab/spec_check.h"
#include "optim/method_table.h"

/* What is needed while the trace is made, and not after. */
typedef struct Workshop {
    Objective inner;      /* the step's task as a race has it */
    ParameterSpan *spans; /* [table.count] */
    SessionScratch scratch;
    EmbeddingNoise noise;     /* asked for in this step; sigma 0 = none */
    size_t discrepancy_count; /* mean discrepancies asked for in this step */
    uint64_t discrepancy_seed;
    DiscrepancySample sample; /* scratch */
} Workshop;

static void workshop_clear(Workshop *shop)
{
    free(shop->spans);
    session_scratch_clear(&shop->scratch);
}

/* The race's own pass but for dropout, with a look at the noise that the method asks for. */
static Status watch_pass(void *context, const PassRequest *request, PassResult *result)
{
    Workshop *shop = context;
    PassRequest undropped = *request;
    undropped.is_evaluation = true;
    if (request->noise.sigma > 0.0) {
        shop->noise = request->noise;
    }
    if (request->twin.weight != 0.0 && request->twin.noise.sigma > 0.0) {
        shop->noise = request->twin.noise;
    }
    return shop->inner.run_pass(shop->inner.context, &undropped, result);
}

static Status watch_divergence(void *context, DivergenceKind kind, bool is_centred, uint64_t seed,
                               OutputSlot target, OutputSlot current, double *value)
{
    Workshop *shop = context;
    if (divergence_is_discrepancy(kind)) {
        shop->discrepancy_count++;
        shop->discrepancy_seed = seed;
    }
    return shop->inner.divergence(shop->inner.context, kind, is_centred, seed, target, current,
                                  value);
}

/* One lane is all there is. */
static Status check_traceable(const char *method_id, Problem *problem)
{
    const MethodInfo *method = method_find(method_id);
    if (method->is_control) {
        return problem_describe(problem, STATUS_BAD_VALUE,
                                "%s follows another lane, and a trace has one lane only; trace the "
                                "method that it follows",
                                method->id);
    }
    return STATUS_OK;
}

static Status out_of_memory(size_t step_count, const ExperimentSpec *spec, Problem *problem)
{
    return problem_describe(problem, STATUS_OUT_OF_MEMORY,
                            "not enough memory for a trace of %zu steps of batches of %.0f; fewer "
                            "--steps need less",
                            step_count, spec->batch_size);
}

/* The file holds floats: what the trace starts from must be exactly what the file says, in the double variant too. */
static void round_to_float(Real *rounded, const Real *values, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        rounded[i] = (Real)(float)values[i];
    }
}

static Status create_lane(Trace *trace, Workshop *shop)
{
    double knobs[KNOB_COUNT];
    const MethodInfo *method = method_find(trace->spec->lanes[0].method);
    const ParameterTable *table = trace->task.table;
    spec_lane_knobs(trace->spec, 0, knobs);
    Real *theta_0 = calloc(table->size, sizeof *theta_0);
    if (theta_0 == NULL) {
        return STATUS_OUT_OF_MEMORY;
    }
    round_to_float(theta_0, trace->task.theta_0, table->size);
    const Status status = session_init(&trace->session, method, theta_0, table->size, knobs);
    trace->theta_0 = theta_0;
    TRY(status);
    TRY(parameter_spans_create(table, &shop->spans));
    TRY(session_scratch_init(&shop->scratch, table->size));
    trace->steps = calloc(trace->step_limit, sizeof *trace->steps);
    return trace->steps != NULL ? STATUS_OK : STATUS_OUT_OF_MEMORY;
}

/* -- what a step ran over ----------------------------------------------------------------------------------- */

/* The draws of this step once more, by themselves: they are a pure function of the seed. */
static Status keep_noise(const TaskDisclosure *told, const EmbeddingNoise *asked,
                         NamedTensors *batch)
{
    const size_t B = named_tensors_find(batch, "y")->shape.sizes[0];
    const TensorShape shape = {{B, told->embedding_rows, told->embedding_width}, 3};
    const Noise noise = {
        .sigma = asked->sigma, .is_uniform = asked->kind == NOISE_UNIFORM, .seed = asked->seed};
    Real *z = NULL;
    TRY(named_tensors_add_reals(batch, "z", shape, &z));
    noise_add(z, &noise, 0, B, told->embedding_rows, told->embedding_width);
    return STATUS_OK;
}

/* The positions once more, from the seed that chose them. */
static Status keep_positions(Workshop *shop, NamedTensors *batch)
{
    const NamedTensor *y = named_tensors_find(batch, "y");
    int32_t *p = NULL;
    discrepancy_choose_positions(&shop->sample, y->integers, y->count, shop->discrepancy_seed);
    TRY(named_tensors_add_integers(batch, "p", (TensorShape){{shop->sample.count}, 1}, &p));
    for (size_t i = 0; i < shop->sample.count; i++) {
        p[i] = (int32_t)shop->sample.positions[i];
    }
    return STATUS_OK;
}

static Status keep_batch(const Trace *trace, Workshop *shop, NamedTensors *batch)
{
    const TaskDisclosure *told = &trace->task.disclosure;
    TRY(told->keep_batch(told->context, batch));
    if (shop->noise.sigma > 0.0) {
        TRY(keep_noise(told, &shop->noise, batch));
    }
    /* With m-sharpness each part has its own, which nobody needs. */
    return shop->discrepancy_count == 1 ? keep_positions(shop, batch) : STATUS_OK;
}

/* -- steps -------------------------------------------------------------------------------------------------- */

static Status trace_step(Trace *trace, Workshop *shop, const Schedule *schedule, Problem *problem)
{
    const ExperimentSpec *spec = trace->spec;
    const RaceTask *task = &trace->task;
    const size_t index = trace->step_count;
    TraceStep *step = &trace->steps[index];
    task->set_batch(task->context, index);
    shop->inner = task->objective(task->context);
    shop->noise = (EmbeddingNoise){0};
    shop->discrepancy_count = 0;
    step->sample.step = (uint32_t)(index + 1);
    Objective objective = shop->inner;
    objective.context = shop;
    objective.run_pass = watch_pass;
    objective.divergence = watch_divergence;
    const SessionStep session_step_of = {
        .objective = &objective,
        .schedule = schedule,
        .adam = {spec->adam_beta1, spec->adam_beta2, spec->adam_epsilon},
        .step = index + 1,
        .seed = (uint64_t)spec->seed,
        .theta_0 = trace->theta_0,
        .spans = {.spans = shop->spans, .count = task->table->count},
        .part_count = (size_t)experiment_spec_step_parts(spec),
        .scratch = shop->scratch};
    const Status status =
        session_step(&trace->session, &session_step_of, &step->sample, &step->skip_reason);
    if (status != STATUS_OK) {
        return problem_describe(problem, status, "step %zu: %s", index + 1,
                                status_sentence(status));
    }
    trace->step_count++;
    if (keep_batch(trace, shop, &step->batch) != STATUS_OK) {
        return out_of_memory(trace->step_limit, spec, problem);
    }
    return STATUS_OK;
}

static Status run_steps(Trace *trace, Workshop *shop, Problem *problem)
{
    const Schedule schedule = spec_schedule(trace->spec);
    while (trace->step_count < trace->step_limit && !trace->session.has_diverged) {
        TRY(trace_step(trace, shop, &schedule, problem));
    }
    return STATUS_OK;
}

static Status load(Trace *trace, Problem *problem)
{
    const TaskNeeds needs = race_task_needs(trace->spec);
    TRY(race_task_open(trace->spec, needs, task_runner_serial(), &trace->task, problem));
    return trace->task.disclosure.keep_batch != NULL
               ? STATUS_OK
               : problem_describe(problem, STATUS_BAD_VALUE,
                                  "task: there is no trace of a race of this kind");
}

Status trace_run(const ExperimentSpec *spec, size_t lane, size_t step_count, Trace *trace,
                 Problem *problem)
{
    Workshop shop = {0};
    memset(trace, 0, sizeof *trace);
    TRY(check_traceable(spec->lanes[lane].method, problem));
    Trace made = {.step_limit = step_count, .spec = malloc(sizeof *made.spec)};
    if (made.spec == NULL) {
        return out_of_memory(step_count, spec, problem);
    }
    *made.spec = *spec;
    made.spec->lanes[0] = spec->lanes[lane];
    made.spec->lane_count = 1;
    Status status = load(&made, problem);
    if (status != STATUS_OK) {
        goto done;
    }
    status = create_lane(&made, &shop);
    if (status != STATUS_OK) {
        out_of_memory(step_count, spec, problem);
        goto done;
    }
    status = run_steps(&made, &shop, problem);
done:
    workshop_clear(&shop);
    if (status != STATUS_OK) {
        trace_clear(&made);
        return status;
    }
    *trace = made;
    return STATUS_OK;
}

void trace_clear(Trace *trace)
{
    session_clear(&trace->session);
    for (size_t k = 0; trace->steps != NULL && k < trace->step_limit; k++) {
        named_tensors_clear(&trace->steps[k].batch);
    }
    if (trace->task.close != NULL) {
        trace->task.close(trace->task.context);
    }
    free(trace->steps);
    free(trace->theta_0);
    free(trace->spec);
    memset(trace, 0, sizeof *trace);
}

bool trace_left_dropout_out(const Trace *trace)
{
    return trace->task.disclosure.has_dropout;
}
