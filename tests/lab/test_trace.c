#include "lab/trace.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/json.h"
#include "base/wall_clock.h"
#include "lab/race.h"
#include "lab/trace_files.h"
#include "lab/traced_cases.h"

/* The stored numbers were computed in double from the equations by tests/reference/trace_check.py (tests/reference/make_traces.sh
 * makes them anew). Tolerances are relative. */
static const double SCALAR_TOLERANCE = 2e-5;
static const double WEIGHT_TOLERANCE = 1e-4;

typedef struct StoredCase {
    const TracedCase *traced;
    const TracedLab *lab;
} StoredCase;

static Json *read_stored(const char *name)
{
    char path[128];
    char *text = NULL;
    size_t size = 0;
    Json *json = NULL;
    Problem problem = {0};
    snprintf(path, sizeof path, "tests/reference/traces/%s.json", name);
    if (json_read_text(path, 1 << 20, &text, &size, &problem) != STATUS_OK ||
        json_parse(text, size, path, &json, &problem) != STATUS_OK) {
        fail_msg("%s", problem.text);
    }
    free(text);
    return json;
}

static void expect_near(const char *what, const char *name, double got, double stored,
                        double tolerance)
{
    if (!(fabs(got - stored) <= tolerance)) {
        fail_msg("%s: %s is %.9g, the equations say %.9g (off by %.2g, allowed %.2g)", what, name,
                 got, stored, fabs(got - stored), tolerance);
    }
}

/* Proportional to the divergence of two weights, of which rounding leaves the fewer digits the closer they are: trace_check.py's rounding()
 * says how many, from the distance of the weights. */
static bool is_divergent(const char *key)
{
    return strcmp(key, "divergence") == 0 || strcmp(key, "radius") == 0 ||
           strcmp(key, "perturbation_norm") == 0;
}

/* Where the equations perturb by nothing, saying nothing will do: no pass was needed. */
static void expect_stored_step(const TraceStep *step, const Json *stored)
{
    char what[32];
    const double perturbation = json_number(json_member(stored, "perturbation_norm"));
    const Json *allowance = json_member(stored, "rounding");
    const double rounding = allowance == NULL ? 0.0 : json_number(allowance);
    snprintf(what, sizeof what, "step %u", step->sample.step);
    assert_null(step->skip_reason);
    for (size_t i = 0; i < TRACE_NUMBER_COUNT; i++) {
        const char *key = trace_number_key(i);
        const double wanted = json_number(json_member(stored, key)); /* NaN for null */
        const double tolerance = SCALAR_TOLERANCE + (is_divergent(key) ? rounding : 0.0);
        double value = (double)NAN;
        trace_number(step, i, &value);
        if (!isnan(value) && !isnan(wanted)) {
            expect_near(what, key, value, wanted, tolerance * fmax(fabs(wanted), 1e-12));
        } else if (isnan(value) != isnan(wanted)) {
            const bool is_of_the_perturbation = strcmp(key, "loss_perturbed") == 0;
            const double only = isnan(value) ? wanted : value;
            if (only != 0.0 && !(is_of_the_perturbation && perturbation == 0.0)) {
                fail_msg("%s: %s is %.9g, the equations say %.9g", what, key, value, wanted);
            }
        }
    }
}

/* A bias added to all keys moves every score of a query alike, so the softmax does not see it and its gradient is 0. What is computed
 * instead is rounding noise, which Adam's normalisation then blows up: no two implementations agree on it. */
static bool is_key_bias(const ParameterTensor *tensor, size_t element)
{
    const size_t third = tensor->cols / 3;
    return strstr(tensor->name, "attention.self.key.bias") != NULL ||
           strstr(tensor->name, "attention.attention.key.bias") != NULL ||
           (strstr(tensor->name, "attn.c_attn.bias") != NULL && element / third == 1);
}

/* [norm, sum, sum of w_i * i / n]: a wrong, a shifted and a transposed tensor all show. */
static void expect_stored_tensor(const ParameterTensor *tensor, const Real *weights,
                                 const Json *stored)
{
    const size_t size = tensor->rows * tensor->cols;
    size_t n = 0;
    size_t place = 0;
    double norm = 0.0;
    double sum = 0.0;
    double ramp = 0.0;
    for (size_t i = 0; i < size; i++) {
        n += is_key_bias(tensor, i) ? 0 : 1;
    }
    for (size_t i = 0; i < size; i++) {
        if (!is_key_bias(tensor, i)) {
            const double w = (double)weights[tensor->offset + i];
            norm += w * w;
            sum += w;
            ramp += w * (double)++place / (double)n;
        }
    }
    const Json *wanted = json_first(stored);
    assert_non_null(wanted);
    const double scale = WEIGHT_TOLERANCE * json_number(wanted);
    expect_near(tensor->name, "norm", sqrt(norm), json_number(wanted), scale);
    wanted = json_next(wanted);
    expect_near(tensor->name, "sum", sum, json_number(wanted), scale * sqrt((double)n));
    wanted = json_next(wanted);
    expect_near(tensor->name, "ramp", ramp, json_number(wanted), scale * sqrt((double)n));
}

static void gives_the_stored_numbers(void **state)
{
    const StoredCase *stored_case = *state;
    ExperimentSpec spec;
    Trace trace;
    Problem problem = {0};
    Json *stored = read_stored(stored_case->traced->name);
    if (traced_case_spec(stored_case->lab, stored_case->traced, &spec, &problem) != STATUS_OK ||
        trace_run(&spec, 0, TRACED_STEPS, &trace, &problem) != STATUS_OK) {
        fail_msg("%s", problem.text);
    }
    const Json *step = json_first(json_member(stored, "steps"));
    assert_int_equal(trace.step_count, json_count(json_member(stored, "steps")));
    for (size_t k = 0; k < trace.step_count; k++, step = json_next(step)) {
        expect_stored_step(&trace.steps[k], step);
    }
    for (size_t i = 0; i < trace.task.table->count; i++) {
        const ParameterTensor *tensor = &trace.task.table->tensors[i];
        expect_stored_tensor(tensor, trace.session.state.params,
                             json_member(json_member(stored, "final"), tensor->name));
    }
    trace_clear(&trace);
    json_destroy(stored);
}

/* -- against the race ------------------------------------------------------------------------------------------- */

/* What the race told of one lane. */
typedef struct Told {
    uint32_t lane;
    size_t count;
    MetricSample samples[64];
} Told;

static Status take_sample(void *context, const MetricSample *sample, Problem *problem)
{
    Told *told = context;
    (void)problem;
    if (sample->lane == told->lane && sample->step > 0) {
        assert_true(told->count < sizeof told->samples / sizeof *told->samples);
        told->samples[told->count++] = *sample;
    }
    return STATUS_OK;
}

static Status take_event(void *context, const RunEvent *event, Problem *problem)
{
    (void)context;
    (void)event;
    (void)problem;
    return STATUS_OK;
}

static void run_race(const ExperimentSpec *spec, Told *told)
{
    Race *race = NULL;
    Problem problem = {0};
    const RaceOptions options = {.runner = task_runner_serial(),
                                 .clock = wall_clock_monotonic(),
                                 .sink = {told, take_sample, take_event}};
    if (race_open(spec, &options, &race, &problem) != STATUS_OK) {
        fail_msg("%s", problem.text);
    }
    assert_int_equal(race_begin(race, &problem), STATUS_OK);
    while (!race_is_over(race)) {
        assert_int_equal(race_step(race, &problem), STATUS_OK);
    }
    race_close(race);
}

static void expect_the_races_numbers(const Trace *trace, const Told *told)
{
    assert_int_equal(trace->step_count, told->count);
    for (size_t k = 0; k < told->count; k++) {
        const MetricSample *sample = &trace->steps[k].sample;
        for (uint32_t i = 0; i < sample->count; i++) {
            double raced = 0.0;
            assert_true(metric_sample_get(&told->samples[k], sample->metrics[i], &raced));
            assert_memory_equal(&raced, &sample->values[i], sizeof raced);
        }
    }
}

static void takes_the_steps_of_the_race_to_the_bit(void **state)
{
    const TracedLab *lab = *state;
    ExperimentSpec images = lab->vision.spec;
    images.max_steps = 30.0;
    images.eval_steps = 10.0;
    images.logging_steps = 1.0;
    const ExperimentSpec *const specs[] = {&lab->text.spec, &lab->encoder.classification,
                                           &lab->encoder.pretraining, &images};
    Problem problem = {0};
    for (size_t s = 0; s < sizeof specs / sizeof *specs; s++) {
        for (uint32_t lane = 0; lane < specs[s]->lane_count; lane++) {
            Told told = {.lane = lane};
            Trace trace;
            run_race(specs[s], &told);
            assert_int_equal(trace_run(specs[s], lane, told.count, &trace, &problem), STATUS_OK);
            expect_the_races_numbers(&trace, &told);
            trace_clear(&trace);
        }
    }
}

static void keeps_noise_only_of_methods_that_draw_it(void **state)
{
    const TracedLab *lab = *state;
    ExperimentSpec spec;
    Trace trace;
    Problem problem = {0};
    const TracedCase quiet = {.method = "tram-prev"};
    const TracedCase noisy = {.method = "tram-x"};
    assert_int_equal(traced_case_spec(lab, &quiet, &spec, &problem), STATUS_OK);
    assert_int_equal(trace_run(&spec, 0, TRACED_STEPS, &trace, &problem), STATUS_OK);
    assert_null(named_tensors_find(&trace.steps[0].batch, "z"));
    trace_clear(&trace);
    assert_int_equal(traced_case_spec(lab, &noisy, &spec, &problem), STATUS_OK);
    assert_int_equal(trace_run(&spec, 0, TRACED_STEPS, &trace, &problem), STATUS_OK);
    const NamedTensor *first = named_tensors_find(&trace.steps[0].batch, "z");
    const NamedTensor *second = named_tensors_find(&trace.steps[1].batch, "z");
    assert_true(first != NULL && second != NULL);
    assert_memory_not_equal(first->reals, second->reals, first->count * sizeof *first->reals);
    trace_clear(&trace);
}

/* `keys` put into the configuration of the spec's model. */
static ExperimentSpec with_config(const ExperimentSpec *base, const char *keys)
{
    ExperimentSpec spec = *base;
    char *end = strrchr(spec.model_config, '}');
    assert_non_null(end);
    snprintf(end, (size_t)(spec.model_config + sizeof spec.model_config - end), ", %s}", keys);
    return spec;
}

static void leaves_the_models_dropout_out_and_says_so(void **state)
{
    static const char *const KEYS[] = {"\"resid_pdrop\": 0.5", "\"hidden_dropout_prob\": 0.5",
                                       "\"attention_probs_dropout_prob\": 0.5",
                                       "\"hidden_dropout_prob\": 0.5"};
    const TracedLab *lab = *state;
    const ExperimentSpec *const specs[] = {&lab->text.spec, &lab->encoder.classification,
                                           &lab->encoder.pretraining, &lab->vision.spec};
    for (size_t s = 0; s < sizeof specs / sizeof *specs; s++) {
        const ExperimentSpec dropping = with_config(specs[s], KEYS[s]);
        Trace plain;
        Trace trace;
        Problem problem = {0};
        assert_int_equal(trace_run(specs[s], 0, 4, &plain, &problem), STATUS_OK);
        assert_int_equal(trace_run(&dropping, 0, 4, &trace, &problem), STATUS_OK);
        assert_false(trace_left_dropout_out(&plain));
        assert_true(trace_left_dropout_out(&trace));
        assert_memory_equal(trace.session.state.params, plain.session.state.params,
                            trace.task.table->size * sizeof(Real));
        trace_clear(&plain);
        trace_clear(&trace);
    }
}

/* -- batches of the tasks ------------------------------------------------------------------------------------------ */

/* A tensor of the first step of an AdamW trace. */
static const NamedTensor *first_tensor(const Trace *trace, const char *name, size_t dimensions)
{
    const NamedTensor *tensor = named_tensors_find(&trace->steps[0].batch, name);
    assert_non_null(tensor);
    assert_int_equal(tensor->shape.dimensions, dimensions);
    assert_non_null(tensor->integers);
    return tensor;
}

static void a_classifiers_batch_has_mask_and_labels(void **state)
{
    const TracedLab *lab = *state;
    Trace trace;
    Problem problem = {0};
    assert_int_equal(trace_run(&lab->encoder.classification, 0, 1, &trace, &problem), STATUS_OK);
    const NamedTensor *x = first_tensor(&trace, "x", 2);
    const NamedTensor *mask = first_tensor(&trace, "attention_mask", 2);
    const NamedTensor *y = first_tensor(&trace, "y", 1);
    size_t labels[2] = {0};
    assert_true(x->shape.sizes[0] == 10 && x->shape.sizes[1] == 24 && y->count == 10);
    assert_memory_equal(&x->shape, &mask->shape, sizeof x->shape);
    for (size_t i = 0; i < x->count; i++) {
        assert_int_equal(mask->integers[i], x->integers[i] == 1 ? 0 : 1); /* <pad> is 1 */
    }
    for (size_t i = 0; i < y->count; i++) {
        assert_in_range(y->integers[i], 0, 1);
        labels[y->integers[i]]++;
    }
    assert_true(labels[0] > 0 && labels[1] > 0);
    assert_int_equal(trace.steps[0].batch.count, 3);
    trace_clear(&trace);
}

static void a_masked_batch_has_the_places_asked_for(void **state)
{
    const TracedLab *lab = *state;
    Trace trace;
    Problem problem = {0};
    assert_int_equal(trace_run(&lab->encoder.pretraining, 0, 1, &trace, &problem), STATUS_OK);
    const NamedTensor *mask = first_tensor(&trace, "attention_mask", 2);
    const NamedTensor *places = first_tensor(&trace, "places", 2);
    const NamedTensor *y = first_tensor(&trace, "y", 2);
    size_t asked = 0;
    assert_true(y->shape.sizes[0] == 10 && y->shape.sizes[1] == 6); /* a quarter of 24 */
    assert_memory_equal(&y->shape, &places->shape, sizeof y->shape);
    for (size_t i = 0; i < y->count; i++) {
        if (y->integers[i] >= 0) {
            asked++;
            assert_in_range(places->integers[i], 1, 23);
            assert_int_equal(mask->integers[i / 6 * 24 + (size_t)places->integers[i]], 1);
        }
    }
    assert_in_range(asked, 10, 60);
    trace_clear(&trace);
}

/* The images of one label are bright in one quarter, whatever the noise. */
static void an_image_batch_has_scaled_pixels_and_labels(void **state)
{
    const TracedLab *lab = *state;
    Trace trace;
    Problem problem = {0};
    assert_int_equal(trace_run(&lab->vision.spec, 0, 1, &trace, &problem), STATUS_OK);
    const NamedTensor *pixels = named_tensors_find(&trace.steps[0].batch, "pixels");
    const NamedTensor *y = first_tensor(&trace, "y", 1);
    assert_non_null(pixels);
    assert_memory_equal(&pixels->shape, &((TensorShape){{10, 1, 8, 8}, 4}), sizeof pixels->shape);
    assert_int_equal(y->count, 10);
    for (size_t i = 0; i < pixels->count; i++) {
        const size_t quarter = i % 64 / 32 * 2 + i % 8 / 4;
        const double byte = ((double)pixels->reals[i] * 0.5 + 0.5) * 255.0;
        assert_true(byte > -0.01 && byte < 255.01);
        assert_int_equal(byte > 125.0, (int32_t)quarter == y->integers[i / 64]);
    }
    assert_int_equal(trace.steps[0].batch.count, 2);
    trace_clear(&trace);
}

static void refuses_a_lane_that_follows_another(void **state)
{
    const TracedLab *lab = *state;
    ExperimentSpec spec = lab->text.spec;
    Trace trace;
    Problem problem = {0};
    snprintf(spec.lanes[0].method, sizeof spec.lanes[0].method, "asam-replay-d");
    assert_int_equal(trace_run(&spec, 0, 3, &trace, &problem), STATUS_BAD_VALUE);
    assert_non_null(strstr(problem.text, "one lane only"));
    assert_null(trace.steps);
}

static void stops_where_the_lane_has_diverged(void **state)
{
    const TracedLab *lab = *state;
    ExperimentSpec spec;
    Trace trace;
    Problem problem = {0};
    const TracedCase wild = {.method = "sgd", .sets = {"learning_rate=1000000"}};
    assert_int_equal(traced_case_spec(lab, &wild, &spec, &problem), STATUS_OK);
    assert_int_equal(trace_run(&spec, 0, TRACED_STEPS, &trace, &problem), STATUS_OK);
    assert_true(trace.session.has_diverged);
    assert_true(trace.step_count < trace.step_limit);
    assert_non_null(trace.steps[trace.step_count - 1].skip_reason);
    trace_clear(&trace);
}

/* -- making the stored numbers anew -------------------------------------------------------------------------------- */

static int write_traces(const TracedLab *lab, const char *folder)
{
    for (size_t i = 0; i < TRACED_CASE_COUNT; i++) {
        char directory[512];
        ExperimentSpec spec;
        Trace trace;
        bool is_new = false;
        Problem problem = {0};
        snprintf(directory, sizeof directory, "%s/%s", folder, TRACED_CASES[i].name);
        Status status = traced_case_spec(lab, &TRACED_CASES[i], &spec, &problem);
        if (status == STATUS_OK) {
            status = trace_files_prepare(directory, &is_new, &problem);
        }
        if (status == STATUS_OK) {
            status = trace_run(&spec, 0, TRACED_STEPS, &trace, &problem);
        }
        if (status == STATUS_OK) {
            status = trace_files_write(&trace, directory, &problem);
            trace_clear(&trace);
        }
        if (status != STATUS_OK) {
            fprintf(stderr, "%s: %s\n", TRACED_CASES[i].name, problem.text);
            return 1;
        }
    }
    return 0;
}

static int run_all(TracedLab *lab)
{
    StoredCase stored[TRACED_CASE_COUNT];
    struct CMUnitTest stored_tests[TRACED_CASE_COUNT];
    char names[TRACED_CASE_COUNT][80];
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_prestate(takes_the_steps_of_the_race_to_the_bit, lab),
        cmocka_unit_test_prestate(keeps_noise_only_of_methods_that_draw_it, lab),
        cmocka_unit_test_prestate(leaves_the_models_dropout_out_and_says_so, lab),
        cmocka_unit_test_prestate(a_classifiers_batch_has_mask_and_labels, lab),
        cmocka_unit_test_prestate(a_masked_batch_has_the_places_asked_for, lab),
        cmocka_unit_test_prestate(an_image_batch_has_scaled_pixels_and_labels, lab),
        cmocka_unit_test_prestate(refuses_a_lane_that_follows_another, lab),
        cmocka_unit_test_prestate(stops_where_the_lane_has_diverged, lab),
    };
    for (size_t i = 0; i < TRACED_CASE_COUNT; i++) {
        stored[i] = (StoredCase){.traced = &TRACED_CASES[i], .lab = lab};
        snprintf(names[i], sizeof names[i], "%s_gives_the_stored_numbers", TRACED_CASES[i].name);
        stored_tests[i] = (struct CMUnitTest){
            .name = names[i], .test_func = gives_the_stored_numbers, .initial_state = &stored[i]};
    }
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    return failed + cmocka_run_group_tests(stored_tests, NULL, NULL);
}

/* `test_trace --write FOLDER` writes the traces that the stored numbers are made from. */
int main(int argc, char **argv)
{
    TracedLab *lab = calloc(1, sizeof *lab);
    if (lab == NULL || traced_lab_open(lab) != STATUS_OK) {
        return 1;
    }
    const int result =
        argc == 3 && strcmp(argv[1], "--write") == 0 ? write_traces(lab, argv[2]) : run_all(lab);
    traced_lab_close(lab);
    free(lab);
    return result;
}
