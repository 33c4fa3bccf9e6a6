#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "kernels/vector_ops.h"
#include "lab/model_folder.h"
#include "lab/parameter_spans.h"
#include "lab/session.h"
#include "lab/spec_check.h"
#include "lab/text_objective.h"
#include "lab/tiny_lab.h"
#include "lab/worker.h"
#include "optim/identity_table.h"
#include "optim/method_table.h"

/* EQUATIONS 14 on a small transformer: pairs of methods take the same steps to the bit. */

enum { B = 4, T = 8, STEPS = 6 };

typedef struct Bench {
    ModelStart start;
    ParameterSpan *spans;
    SessionScratch scratch;
    ExperimentSpec spec;
    size_t micro_batch_count;
    size_t accumulation_steps;
    double adam_epsilon;
    Real *ends[2]; /* [n] where each side came to */
} Bench;

static void open_bench(const TinyLab *lab, double dropout, Bench *bench)
{
    Problem problem = {0};
    memset(bench, 0, sizeof *bench);
    bench->spec = lab->spec;
    bench->micro_batch_count = 3;
    bench->accumulation_steps = 1;
    bench->adam_epsilon = 1e-8;
    assert_int_equal(model_start_load(&lab->spec, &bench->start, &problem), STATUS_OK);
    bench->start.shape.embedding_dropout = dropout;
    bench->start.shape.attention_dropout = dropout;
    bench->start.shape.residual_dropout = dropout;
    const size_t n = bench->start.table.size;
    assert_int_equal(parameter_spans_create(&bench->start.table, &bench->spans), STATUS_OK);
    assert_int_equal(session_scratch_init(&bench->scratch, n), STATUS_OK);
    for (size_t i = 0; i < 2; i++) {
        bench->ends[i] = calloc(n, sizeof(Real));
        assert_non_null(bench->ends[i]);
    }
}

static void close_bench(Bench *bench)
{
    free(bench->ends[0]);
    free(bench->ends[1]);
    free(bench->spans);
    session_scratch_clear(&bench->scratch);
    model_start_clear(&bench->start);
}

static void fill_batch(uint64_t step, int32_t *inputs, int32_t *targets)
{
    Random random = random_stream(5, RANDOM_STREAM_BATCHES, step);
    for (size_t i = 0; i < (size_t)B * T; i++) {
        inputs[i] = (int32_t)random_below(&random, 280);
        targets[i] = (int32_t)random_below(&random, 280);
    }
}

/* A session of the side's method with its knobs, as a race would begin it. */
static void open_session(Bench *bench, const IdentitySide *side, Session *session)
{
    Problem problem = {0};
    double knobs[KNOB_COUNT];
    ExperimentSpec *spec = &bench->spec;
    spec->lane_count = 1;
    spec->lanes[0] = (LaneSpec){.name = "L"};
    snprintf(spec->lanes[0].method, sizeof spec->lanes[0].method, "%s", side->method);
    for (size_t k = 0; k < IDENTITY_KNOBS_MAX && side->knobs[k] != NULL; k++) {
        char assignment[100];
        snprintf(assignment, sizeof assignment, "lanes.L.%s", side->knobs[k]);
        if (experiment_spec_set(spec, assignment, &problem) != STATUS_OK) {
            fail_msg("%s", problem.text);
        }
    }
    if (spec_check_methods(spec, &problem) != STATUS_OK) {
        fail_msg("%s", problem.text);
    }
    spec_lane_knobs(spec, 0, knobs);
    assert_int_equal(session_init(session, method_find(side->method), bench->start.theta_0,
                                  bench->start.table.size, knobs),
                     STATUS_OK);
}

static TextObjective *open_objective(const Bench *bench, TaskRunner runner)
{
    TextObjective *objective = NULL;
    const TextObjectiveOptions options = {.shape = &bench->start.shape,
                                          .table = &bench->start.table,
                                          .B = B,
                                          .B_evaluation = B,
                                          .T = T,
                                          .micro_batch_count = bench->micro_batch_count,
                                          .accumulation_steps = bench->accumulation_steps,
                                          .keeps_outputs = true,
                                          .keeps_targets = true,
                                          .runner = runner};
    assert_int_equal(text_objective_create(&options, &objective), STATUS_OK);
    return objective;
}

/* Take the steps and leave the weights in `end`; the last step's sample in *sample. */
static void run_side(Bench *bench, const IdentitySide *side, int steps, TaskRunner runner,
                     Real *end, MetricSample *sample)
{
    Session session;
    int32_t inputs[B * T];
    int32_t targets[B * T];
    const Schedule schedule = {.kind = SCHEDULE_CONSTANT, .max_steps = 40};
    TextObjective *objective = open_objective(bench, runner);
    open_session(bench, side, &session);
    for (int t = 1; t <= steps; t++) {
        const char *skip_reason = NULL;
        fill_batch((uint64_t)t, inputs, targets);
        text_objective_set_batch(
            objective, (TokenBatch){.B = B, .T = T, .inputs = inputs, .targets = targets});
        const Objective view = text_objective_view(objective);
        const SessionStep step = {.objective = &view,
                                  .schedule = &schedule,
                                  .adam = {0.9, 0.99, bench->adam_epsilon},
                                  .step = (uint64_t)t,
                                  .seed = 3,
                                  .theta_0 = bench->start.theta_0,
                                  .spans = {bench->spans, bench->start.table.count},
                                  .part_count = 2,
                                  .scratch = bench->scratch};
        *sample = (MetricSample){0};
        assert_int_equal(session_step(&session, &step, sample, &skip_reason), STATUS_OK);
        assert_null(skip_reason);
    }
    vector_copy(end, session.state.params, session.n);
    session_clear(&session);
    text_objective_destroy(objective);
}

static bool are_equal(Bench *bench, const Identity *pair)
{
    MetricSample sample;
    const int steps = pair->steps == 0 ? STEPS : pair->steps;
    run_side(bench, &pair->one, steps, task_runner_serial(), bench->ends[0], &sample);
    run_side(bench, &pair->other, steps, task_runner_serial(), bench->ends[1], &sample);
    return memcmp(bench->ends[0], bench->ends[1],
                  bench->start.table.size * sizeof *bench->ends[0]) == 0;
}

static void check_identities(const TinyLab *lab, double dropout)
{
    Bench bench;
    open_bench(lab, dropout, &bench);
    for (size_t i = 0; i < IDENTITY_COUNT; i++) {
        /* MESA's average predicts without dropout: it is not the model that is trained even if its weights are. */
        const bool is_excepted = dropout > 0.0 && strcmp(IDENTITIES[i].one.method, "mesa") == 0;
        if (!is_excepted && !are_equal(&bench, &IDENTITIES[i])) {
            fail_msg("%zu: %s (%s) is not %s", i, IDENTITIES[i].one.method,
                     IDENTITIES[i].one.knobs[0] == NULL ? "" : IDENTITIES[i].one.knobs[0],
                     IDENTITIES[i].other.method);
        }
    }
    close_bench(&bench);
}

static void every_identity_holds_to_the_bit(void **state)
{
    check_identities(*state, 0.0);
}

static void every_identity_holds_to_the_bit_with_dropout(void **state)
{
    check_identities(*state, 0.2);
}

static void no_method_is_adamw(void **state)
{
    Bench bench;
    open_bench(*state, 0.0, &bench);
    for (size_t i = 0; i < ACTING_COUNT; i++) {
        const Identity pair = {ACTING_METHODS[i], {"adamw", {0}}, 0};
        if (are_equal(&bench, &pair)) {
            fail_msg("%zu: %s is AdamW", i, ACTING_METHODS[i].method);
        }
    }
    close_bench(&bench);
}

static void every_knob_that_should_matter_does(void **state)
{
    Bench bench;
    open_bench(*state, 0.0, &bench);
    for (size_t i = 0; i < DIFFERENCE_COUNT; i++) {
        if (are_equal(&bench, &DIFFERENCES[i])) {
            fail_msg("%zu: %s (%s ...) makes no difference", i, DIFFERENCES[i].one.method,
                     DIFFERENCES[i].one.knobs[0]);
        }
    }
    close_bench(&bench);
}

/* Twenty steps of every method. */
static void any_number_of_workers_gives_the_same_bits(void **state)
{
    static const size_t COUNTS[] = {2, 3, 7};
    Bench bench;
    MetricSample sample;
    open_bench(*state, 0.1, &bench);
    const size_t bytes = bench.start.table.size * sizeof *bench.ends[0];
    for (size_t i = 0; i < ACTING_COUNT; i++) {
        run_side(&bench, &ACTING_METHODS[i], 20, task_runner_serial(), bench.ends[0], &sample);
        for (size_t c = 0; c < 3; c++) {
            WorkerPool *pool = NULL;
            assert_int_equal(worker_pool_create(COUNTS[c], &pool), STATUS_OK);
            run_side(&bench, &ACTING_METHODS[i], 20, worker_pool_runner(pool), bench.ends[1],
                     &sample);
            worker_pool_destroy(pool);
            if (memcmp(bench.ends[0], bench.ends[1], bytes) != 0) {
                fail_msg("%s differs with %zu workers", ACTING_METHODS[i].method, COUNTS[c]);
            }
        }
    }
    close_bench(&bench);
}

static double distance(const Real *a, const Real *b, size_t n)
{
    return sqrt(vector_distance_squared(a, b, n));
}

/* Every method, with dropout, sees the whole batch; only the order of sums differs. Adam's epsilon is large because gradients that are 0 but
 * for rounding would otherwise be steps of full size; three steps, as TRAM's scale of 1000 makes more of a rounding at each. */
static void accumulating_over_a_batch_is_taking_it_at_once(void **state)
{
    static const size_t CUTS[][2] = {{4, 1}, {2, 2}, {1, 4}, {1, 1}, {2, 3}}; /* parts, rounds */
    Bench bench;
    MetricSample whole;
    MetricSample cut;
    open_bench(*state, 0.1, &bench);
    bench.adam_epsilon = 1e-3;
    const size_t n = bench.start.table.size;
    for (size_t i = 0; i < ACTING_COUNT; i++) {
        for (size_t c = 0; c < sizeof CUTS / sizeof *CUTS; c++) {
            bench.micro_batch_count = CUTS[c][0];
            bench.accumulation_steps = CUTS[c][1];
            run_side(&bench, &ACTING_METHODS[i], 3, task_runner_serial(),
                     bench.ends[c == 0 ? 0 : 1], c == 0 ? &whole : &cut);
            if (c == 0) {
                continue;
            }
            const double moved = distance(bench.ends[0], bench.start.theta_0, n);
            const double apart = distance(bench.ends[0], bench.ends[1], n);
            if (!(moved > 0.0 && apart < 2e-4 * moved)) {
                fail_msg("%s: %zu parts, %zu rounds: %g apart, %g moved", ACTING_METHODS[i].method,
                         CUTS[c][0], CUTS[c][1], apart, moved);
            }
        }
    }
    close_bench(&bench);
}

static double metric_of(const MetricSample *sample, MetricId metric)
{
    double value = (double)NAN;
    metric_sample_get(sample, (uint16_t)metric, &value);
    return value;
}

/* Radius in the method's metric, ascent uphill, shares that add up: for all rules that follow the gradient. */
static void perturbations_have_the_radius_asked_for_and_lead_uphill(void **state)
{
    static const IdentitySide SIDES[] = {{"sam", {"rho=0.07"}},
                                         {"asam", {"rho=0.07"}},
                                         {"fsam", {"gamma=0.07", "eta=1e4"}},
                                         {"tram-x", {"scale=1e12", "rho=0.07"}},
                                         {"tram-prev", {"scale=1e12", "rho=0.07"}},
                                         {"functional-sam", {"rho=0.07"}},
                                         {"gsam", {"rho=0.07"}},
                                         {"le-sam", {"rho=0.07", "sigma=1e6"}}};
    static const MetricId SHARES[] = {METRIC_EPS_SHARE_EMBEDDING, METRIC_EPS_SHARE_ATTENTION,
                                      METRIC_EPS_SHARE_MLP, METRIC_EPS_SHARE_NORM,
                                      METRIC_EPS_SHARE_BIAS};
    Bench bench;
    open_bench(*state, 0.0, &bench);
    for (size_t i = 0; i < sizeof SIDES / sizeof *SIDES; i++) {
        MetricSample sample;
        double sum = 0.0;
        run_side(&bench, &SIDES[i], 3, task_runner_serial(), bench.ends[0], &sample);
        assert_true(fabs(metric_of(&sample, METRIC_RADIUS) - 0.07) < 1e-9);
        assert_true(fabs(metric_of(&sample, METRIC_PERTURBATION_NORM_OWN) - 0.07) < 1e-6);
        assert_true(metric_of(&sample, METRIC_LOSS_RISE_PREDICTED) > 0.0);
        assert_true(metric_of(&sample, METRIC_LOSS_RISE) > 0.0);
        for (size_t k = 0; k < 5; k++) {
            sum += metric_of(&sample, SHARES[k]);
        }
        assert_true(fabs(sum - 1.0) < 1e-4);
    }
    close_bench(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_identity_holds_to_the_bit),
        cmocka_unit_test(every_identity_holds_to_the_bit_with_dropout),
        cmocka_unit_test(no_method_is_adamw),
        cmocka_unit_test(every_knob_that_should_matter_does),
        cmocka_unit_test(any_number_of_workers_gives_the_same_bits),
        cmocka_unit_test(accumulating_over_a_batch_is_taking_it_at_once),
        cmocka_unit_test(perturbations_have_the_radius_asked_for_and_lead_uphill),
    };
    return cmocka_run_group_tests(tests, open_lab, close_lab);
}
