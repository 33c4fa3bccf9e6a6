#include "lab/output_probes.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lab/linear_network.h"

enum { IN = 2, OUT = 1 };

typedef struct Bench {
    Real inputs[PROBE_DOMAIN_COUNT][IN][LINEAR_WIDTH];
    int32_t targets[IN];
    BatchObjective *objective;
    OutputProbes probes;
} Bench;

static ExampleBatch examples(void *context, ProbeDomain domain)
{
    Bench *bench = context;
    return (ExampleBatch){.B = bench->probes.source.counts[domain],
                          .rows = 1,
                          .targets = bench->targets,
                          .inputs = bench->inputs[domain]};
}

/* Both examples of the domain have 1 at place 0, the one outside at place 1. */
static void open_bench(Bench *bench, size_t out_count)
{
    const Network network = linear_network();
    const BatchObjectiveOptions options = {.network = network,
                                           .B = 1,
                                           .B_evaluation = IN,
                                           .micro_batch_count = 1,
                                           .runner = task_runner_serial()};
    const ProbeSource source = {.context = bench, .counts = {IN, out_count}, .examples = examples};
    *bench = (Bench){.inputs = {{{1}, {1}}, {{0, 1}}}};
    assert_int_equal(batch_objective_create(&options, &bench->objective), STATUS_OK);
    assert_int_equal(output_probes_create(&bench->probes, &source, &network), STATUS_OK);
}

static void close_bench(Bench *bench)
{
    output_probes_clear(&bench->probes);
    batch_objective_destroy(bench->objective);
}

/* KL(softmax(0, 0, 0) || softmax(x, 0, 0)) */
static double divergence_from_uniform(double x)
{
    return log((exp(x) + 2.0) / 3.0) - x / 3.0;
}

static double value_of(const MetricSample *sample, uint16_t metric)
{
    double value = (double)NAN;
    (void)metric_sample_get(sample, metric, &value);
    return value;
}

static void each_domain_is_compared_with_theta_0_and_the_own_one_with_before(void **state)
{
    (void)state;
    Bench bench;
    MetricSample sample = {0};
    const Real theta_0[LINEAR_N] = {0};
    /* The first output of the first class's weights moves by 1 in the domain and by 2 outside. */
    const Real moved[LINEAR_N] = {1, 2};
    open_bench(&bench, OUT);
    output_probes_begin(&bench.probes, bench.objective, theta_0);
    output_probes_before(&bench.probes, bench.objective, moved);
    output_probes_add(&bench.probes, bench.objective, moved, true, &sample);
    assert_int_equal(sample.count, 3);
    assert_true(fabs(value_of(&sample, METRIC_KL_IN_DOMAIN) - divergence_from_uniform(1.0)) < 1e-6);
    assert_true(fabs(value_of(&sample, METRIC_KL_OUT_OF_DOMAIN) - divergence_from_uniform(2.0)) <
                1e-6);
    assert_true(value_of(&sample, METRIC_KL_STEP) == 0.0);
    /* Before the update at theta_0: then the step is the whole way. */
    sample = (MetricSample){0};
    output_probes_before(&bench.probes, bench.objective, theta_0);
    output_probes_add(&bench.probes, bench.objective, moved, true, &sample);
    assert_true(value_of(&sample, METRIC_KL_STEP) == value_of(&sample, METRIC_KL_IN_DOMAIN));
    close_bench(&bench);
}

static void without_examples_outside_nothing_is_said_of_them(void **state)
{
    (void)state;
    Bench bench;
    MetricSample asked = {0};
    MetricSample home = {0};
    const Real theta_0[LINEAR_N] = {0.5, 1, 2};
    for (size_t out = 0; out <= OUT; out++) {
        open_bench(&bench, out);
        asked = home = (MetricSample){0};
        output_probes_begin(&bench.probes, bench.objective, theta_0);
        output_probes_add(&bench.probes, bench.objective, theta_0, false, &asked);
        output_probes_add_home(&bench.probes, &home);
        assert_int_equal(home.count, 1 + out);
        assert_memory_equal(&home, &asked, sizeof home);
        close_bench(&bench);
    }
}

static void memory_is_that_of_four_outputs_of_each_example(void **state)
{
    (void)state;
    const Network network = {.rows = 5, .classes = 7};
    assert_true(fabs(output_probes_bytes(3, &network) - 4.0 * 3 * 5 * 7 * sizeof(Real)) < 1e-9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_domain_is_compared_with_theta_0_and_the_own_one_with_before),
        cmocka_unit_test(without_examples_outside_nothing_is_said_of_them),
        cmocka_unit_test(memory_is_that_of_four_outputs_of_each_example),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
