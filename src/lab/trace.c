#include "lab/trace.h"

#include <stdlib.h>
#include <string.h>

#include "kernels/divergence.h"
#include "lab/parameter_spans.h"
#include "lab/spec_check.h"
#include "lab/text_objective.h"
#include "lab/text_task.h"
#include "optim/method_table.h"

/* What is needed while the trace is made, and not after. */
typedef struct Workshop {
    TextTask task;
    TextObjective *objective;
    Objective inner;      /* the task as a race has it */
    ParameterSpan *spans; /* [table.count] */
    SessionScratch scratch;
    EmbeddingNoise noise;     /* asked for in this step; sigma 0 = none */
    size_t discrepancy_count; /* mean discrepancies asked for in this step */
    uint64_t discrepancy_seed;
    DiscrepancySample sample; /* scratch */
} Workshop;

static void workshop_clear(Workshop *shop)
{
    text_objective_destroy(shop->objective);
    text_task_clear(&shop->task);
    free(shop->spans);
    session_scratch_clear(&shop->scratch);
}

/* The race's own pass, with a look at the noise that the method asks for. */
static Status watch_pass(void *context, const PassRequest *request, PassResult *result)
{
    Workshop *shop = context;
    if (request->noise.sigma > 0.0) {
        shop->noise = request->noise;
    }
    if (request->twin.weight != 0.0 && request->twin.noise.sigma > 0.0) {
        shop->noise = request->twin.noise;
    }
    return shop->inner.run_pass(shop->inner.context, request, result);
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

/* One lane is all there is; and what another framework drops, ours cannot drop alike. */
static Status check_traceable(const Trace *trace, Problem *problem)
{
    const CausalLmShape *shape = &trace->start.shape;
    const MethodInfo *method = method_find(trace->spec.lanes[0].method);
    if (method->is_control) {
        return problem_describe(problem, STATUS_BAD_VALUE,
                                "%s follows another lane, and a trace has one lane only; trace the "
                                "method that it follows",
                                method->id);
    }
    if (shape->embedding_dropout > 0.0 || shape->attention_dropout > 0.0 ||
        shape->residual_dropout > 0.0) {
        return problem_describe(problem, STATUS_BAD_VALUE,
                                "a trace needs a model without dropout, but this one has "
                                "embd_pdrop %g, attn_pdrop %g, resid_pdrop %g; set them to 0",
                                shape->embedding_dropout, shape->attention_dropout,
                                shape->residual_dropout);
    }
    return STATUS_OK;
}

/* The file holds floats: what the trace starts from must be exactly what the file says, in the double variant too. */
static void round_to_float(Real *values, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        values[i] = (Real)(float)values[i];
    }
}

static Status out_of_memory(const Trace *trace, Problem *problem)
{
    return problem_describe(problem, STATUS_OUT_OF_MEMORY,
                            "not enough memory for a trace of %zu steps of %zu windows; fewer "
                            "--steps need less",
                            trace->step_limit, trace->B);
}

static Status create_lane(Trace *trace, Problem *problem)
{
    double knobs[KNOB_COUNT];
    const MethodInfo *method = method_find(trace->spec.lanes[0].method);
    const size_t positions = trace->B * trace->T;
    spec_lane_knobs(&trace->spec, 0, knobs);
    trace->steps = calloc(trace->step_limit, sizeof *trace->steps);
    trace->inputs = calloc(trace->step_limit, positions * sizeof *trace->inputs);
    trace->targets = calloc(trace->step_limit, positions * sizeof *trace->targets);
    if (trace->steps == NULL || trace->inputs == NULL || trace->targets == NULL ||
        session_init(&trace->session, method, trace->start.theta_0, trace->start.table.size,
                     knobs) != STATUS_OK) {
        return out_of_memory(trace, problem);
    }
    return STATUS_OK;
}

static Status create_workshop(const Trace *trace, Workshop *shop, Problem *problem)
{
    const MethodProgram *program = method_find(trace->spec.lanes[0].method)->program;
    const TextObjectiveOptions options = {
        .shape = &trace->start.shape,
        .table = &trace->start.table,
        .B = trace->B,
        .B_evaluation = trace->B,
        .T = trace->T,
        .micro_batch_count = (size_t)trace->spec.micro_batch_count,
        .accumulation_steps = (size_t)trace->spec.accumulation_steps,
        .keeps_outputs = program->keeps_outputs,
        .keeps_targets = program->keeps_targets,
        .has_twin = program->has_twin,
        .keeps_deltas = program->keeps_deltas,
        .runner = task_runner_serial()};
    TRY(text_task_load(&trace->spec, trace->start.tokenizer, &shop->task, problem));
    if (parameter_spans_create(&trace->start.table, &shop->spans) != STATUS_OK ||
        session_scratch_init(&shop->scratch, trace->start.table.size) != STATUS_OK ||
        text_objective_create(&options, &shop->objective) != STATUS_OK) {
        return out_of_memory(trace, problem);
    }
    shop->inner = text_objective_view(shop->objective);
    return STATUS_OK;
}

/* The draws of this step once more, by themselves: they are a pure function of the seed. */
static Status keep_noise(Trace *trace, const Workshop *shop, size_t index, Problem *problem)
{
    TraceStep *step = &trace->steps[index];
    const size_t values = trace->B * trace->T * trace->start.shape.C;
    step->has_noise = shop->noise.sigma > 0.0;
    if (!step->has_noise) {
        return STATUS_OK;
    }
    if (trace->noise == NULL) {
        trace->noise = calloc(trace->step_limit, values * sizeof *trace->noise);
    }
    if (trace->noise == NULL) {
        return out_of_memory(trace, problem);
    }
    text_objective_noise(shop->objective, &shop->noise, trace->noise + index * values);
    return STATUS_OK;
}

/* The positions once more, from the seed that chose them. With m-sharpness each part has its own, which nobody needs. */
static Status keep_positions(Trace *trace, Workshop *shop, size_t index, Problem *problem)
{
    const size_t positions = trace->B * trace->T;
    if (shop->discrepancy_count != 1) {
        return STATUS_OK;
    }
    if (trace->positions == NULL) {
        trace->positions =
            calloc(trace->step_limit, TRACE_POSITIONS_MAX * sizeof *trace->positions);
    }
    if (trace->positions == NULL) {
        return out_of_memory(trace, problem);
    }
    discrepancy_choose_positions(&shop->sample, trace->targets + index * positions, positions,
                                 shop->discrepancy_seed);
    for (size_t i = 0; i < shop->sample.count; i++) {
        trace->positions[index * TRACE_POSITIONS_MAX + i] = (int32_t)shop->sample.positions[i];
    }
    trace->steps[index].position_count = shop->sample.count;
    return STATUS_OK;
}

static Status trace_step(Trace *trace, Workshop *shop, const Schedule *schedule, Problem *problem)
{
    const size_t index = trace->step_count;
    const size_t positions = trace->B * trace->T;
    int32_t *inputs = trace->inputs + index * positions;
    int32_t *targets = trace->targets + index * positions;
    TraceStep *step = &trace->steps[index];
    Objective objective = shop->inner;
    objective.context = shop;
    objective.run_pass = watch_pass;
    objective.divergence = watch_divergence;
    const SessionStep session_step_of = {
        .objective = &objective,
        .schedule = schedule,
        .adam = {trace->spec.adam_beta1, trace->spec.adam_beta2, trace->spec.adam_epsilon},
        .step = index + 1,
        .seed = (uint64_t)trace->spec.seed,
        .theta_0 = trace->start.theta_0,
        .spans = {.spans = shop->spans, .count = trace->start.table.count},
        .part_count = (size_t)experiment_spec_step_parts(&trace->spec),
        .scratch = shop->scratch};
    batch_sampler_fill(shop->task.sampler, index, inputs, targets);
    text_objective_set_batch(
        shop->objective,
        (TokenBatch){.B = trace->B, .T = trace->T, .inputs = inputs, .targets = targets});
    shop->noise = (EmbeddingNoise){0};
    shop->discrepancy_count = 0;
    step->sample.step = (uint32_t)(index + 1);
    TRY(session_step(&trace->session, &session_step_of, &step->sample, &step->skip_reason));
    trace->step_count++;
    TRY(keep_noise(trace, shop, index, problem));
    return keep_positions(trace, shop, index, problem);
}

static Status run_steps(Trace *trace, Workshop *shop, Problem *problem)
{
    const Schedule schedule = spec_schedule(&trace->spec);
    while (trace->step_count < trace->step_limit && !trace->session.has_diverged) {
        TRY(trace_step(trace, shop, &schedule, problem));
    }
    return STATUS_OK;
}

Status trace_run(const ExperimentSpec *spec, size_t lane, size_t step_count, Trace *trace,
                 Problem *problem)
{
    Workshop shop = {0};
    if (spec->task != SPEC_TASK_CAUSAL_LM) {
        return problem_describe(problem, STATUS_BAD_VALUE,
                                "task: a trace is of a \"causal-lm\" experiment");
    }
    Trace made = {.spec = *spec,
                  .B = (size_t)experiment_spec_step_examples(spec),
                  .T = (size_t)spec->block_size,
                  .step_limit = step_count};
    memset(trace, 0, sizeof *trace);
    made.spec.lanes[0] = spec->lanes[lane];
    made.spec.lane_count = 1;
    Status status = model_start_load(&made.spec, &made.start, problem);
    if (status != STATUS_OK) {
        goto done;
    }
    status = check_traceable(&made, problem);
    if (status != STATUS_OK) {
        goto done;
    }
    round_to_float(made.start.theta_0, made.start.table.size);
    status = create_lane(&made, problem);
    if (status != STATUS_OK) {
        goto done;
    }
    status = create_workshop(&made, &shop, problem);
    if (status != STATUS_OK) {
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
    model_start_clear(&trace->start);
    free(trace->steps);
    free(trace->inputs);
    free(trace->targets);
    free(trace->noise);
    free(trace->positions);
    memset(trace, 0, sizeof *trace);
}
