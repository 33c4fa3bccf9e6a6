#include "lab/output_probes.h"

#include <stdlib.h>

static const MetricId METRICS[PROBE_DOMAIN_COUNT] = {
    [PROBE_IN_DOMAIN] = METRIC_KL_IN_DOMAIN, [PROBE_OUT_OF_DOMAIN] = METRIC_KL_OUT_OF_DOMAIN};

/* theta_0's in both domains, before and after an update. */
enum { OUTPUTS_KEPT = PROBE_DOMAIN_COUNT + 2 };

double output_probes_bytes(size_t examples, const Network *network)
{
    return OUTPUTS_KEPT * (double)examples * (double)network->rows * (double)network->classes *
           sizeof(Real);
}

static Status create_outputs(const OutputProbes *probes, size_t examples, Real **outputs)
{
    *outputs = calloc(examples * probes->output_values + 1, sizeof **outputs);
    return *outputs == NULL ? STATUS_OUT_OF_MEMORY : STATUS_OK;
}

Status output_probes_create(OutputProbes *probes, const ProbeSource *source, const Network *network)
{
    const size_t *counts = source->counts;
    const size_t in = counts[PROBE_IN_DOMAIN];
    const size_t most = counts[PROBE_OUT_OF_DOMAIN] > in ? counts[PROBE_OUT_OF_DOMAIN] : in;
    *probes = (OutputProbes){.source = *source, .output_values = network->rows * network->classes};
    for (size_t i = 0; i < PROBE_DOMAIN_COUNT; i++) {
        TRY(create_outputs(probes, counts[i], &probes->theta_0[i]));
    }
    TRY(create_outputs(probes, in, &probes->before));
    return create_outputs(probes, most, &probes->after);
}

void output_probes_clear(OutputProbes *probes)
{
    for (size_t i = 0; i < PROBE_DOMAIN_COUNT; i++) {
        free(probes->theta_0[i]);
    }
    free(probes->before);
    free(probes->after);
    *probes = (OutputProbes){0};
}

/* The examples, and in `outputs` what `params` say of them. */
static ExampleBatch look_at(const OutputProbes *probes, BatchObjective *objective,
                            ProbeDomain domain, const Real *params, Real *outputs)
{
    const ExampleBatch batch = probes->source.examples(probes->source.context, domain);
    batch_objective_evaluate(objective, params, batch, outputs, NULL);
    return batch;
}

void output_probes_begin(OutputProbes *probes, BatchObjective *objective, const Real *theta_0)
{
    for (ProbeDomain domain = PROBE_IN_DOMAIN; domain < PROBE_DOMAIN_COUNT; domain++) {
        if (probes->source.counts[domain] > 0) {
            (void)look_at(probes, objective, domain, theta_0, probes->theta_0[domain]);
        }
    }
}

void output_probes_before(OutputProbes *probes, BatchObjective *objective, const Real *params)
{
    (void)look_at(probes, objective, PROBE_IN_DOMAIN, params, probes->before);
}

/* Adds the divergence from theta_0's; `after` then holds the outputs. */
static ExampleBatch add_domain(const OutputProbes *probes, BatchObjective *objective,
                               ProbeDomain domain, const Real *params, MetricSample *sample)
{
    const ExampleBatch batch = look_at(probes, objective, domain, params, probes->after);
    metric_sample_add(
        sample, (uint16_t)METRICS[domain],
        batch_objective_divergence(objective, batch, probes->theta_0[domain], probes->after));
    return batch;
}

void output_probes_add(OutputProbes *probes, BatchObjective *objective, const Real *params,
                       bool has_before, MetricSample *sample)
{
    if (probes->source.counts[PROBE_OUT_OF_DOMAIN] > 0) {
        (void)add_domain(probes, objective, PROBE_OUT_OF_DOMAIN, params, sample);
    }
    /* Last, so that its outputs are there for the comparison with those from before the update. */
    const ExampleBatch batch = add_domain(probes, objective, PROBE_IN_DOMAIN, params, sample);
    if (has_before) {
        metric_sample_add(
            sample, METRIC_KL_STEP,
            batch_objective_divergence(objective, batch, probes->before, probes->after));
    }
}

void output_probes_add_home(const OutputProbes *probes, MetricSample *sample)
{
    if (probes->source.counts[PROBE_OUT_OF_DOMAIN] > 0) {
        metric_sample_add(sample, METRIC_KL_OUT_OF_DOMAIN, 0.0);
    }
    metric_sample_add(sample, METRIC_KL_IN_DOMAIN, 0.0);
}
