/* lab/output_probes.h -- fixed examples on which lanes are compared with theta_0, and with themselves before an update. */
#ifndef LAB_OUTPUT_PROBES_H
#define LAB_OUTPUT_PROBES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/real.h"
#include "base/status.h"
#include "lab/batch_objective.h"
#include "lab/network.h"
#include "records/metric_sample.h"

typedef enum ProbeDomain { PROBE_IN_DOMAIN, PROBE_OUT_OF_DOMAIN, PROBE_DOMAIN_COUNT } ProbeDomain;

/* Where a task's probe examples come from; borrowed. */
typedef struct ProbeSource {
    void *context;
    size_t counts[PROBE_DOMAIN_COUNT]; /* of examples; 0 out of domain: there is no such probe */
    /* Those examples; they live until the next call. */
    ExampleBatch (*examples)(void *context, ProbeDomain domain);
} ProbeSource;

/* The outputs kept, each [count * rows, classes]. All zero is empty. */
typedef struct OutputProbes {
    ProbeSource source;
    size_t output_values; /* of an example: rows * classes */
    Real *theta_0[PROBE_DOMAIN_COUNT];
    Real *before; /* in the domain */
    Real *after;  /* scratch */
} OutputProbes;

/* Bytes of the outputs of as many examples in either domain. */
double output_probes_bytes(size_t examples, const Network *network);

/* Room for the outputs of `network`. STATUS_OUT_OF_MEMORY: the caller calls output_probes_clear all the same. */
Status output_probes_create(OutputProbes *probes, const ProbeSource *source,
                            const Network *network);
void output_probes_clear(OutputProbes *probes);

/* What RaceTask's begin_probes, probe_before and add_probes do, on an objective with room for the examples as an evaluation. */
void output_probes_begin(OutputProbes *probes, BatchObjective *objective, const Real *theta_0);
void output_probes_before(OutputProbes *probes, BatchObjective *objective, const Real *params);
void output_probes_add(OutputProbes *probes, BatchObjective *objective, const Real *params,
                       bool has_before, MetricSample *sample);

/* The same as output_probes_add at theta_0, without a pass: the divergence of anything from itself is 0, to the bit. */
void output_probes_add_home(const OutputProbes *probes, MetricSample *sample);

#endif
