/* lab/traced_cases.h -- the small races whose numbers were computed again outside of this program, and stored. */
#ifndef TESTS_LAB_TRACED_CASES_H
#define TESTS_LAB_TRACED_CASES_H

#include "lab/spec_check.h"
#include "lab/tiny_lab.h"
#include "lab/trace.h"

/* auto_scale is in force from step 21 on. */
enum { TRACED_STEPS = 22, TRACED_SETS_MAX = 6 };

/* One stored race: tests/reference/traces/<name>.json. Knobs are turned so far that the method visibly acts. */
typedef struct TracedCase {
    const char *name;
    const char *method;
    const char *sets
        [TRACED_SETS_MAX]; /* "knob=value" of the lane, or "key=value" of the experiment with a leading '@' */
} TracedCase;

static const TracedCase TRACED_CASES[] = {
    {"adamw", "adamw", {"weight_decay=0.05"}},
    {"sgd", "sgd", {"learning_rate=0.1", "weight_decay=0.05"}},
    {"sam", "sam", {"rho=0.1"}},
    {"asam", "asam", {"rho=0.5"}},
    {"fsam", "fsam", {"gamma=0.1", "eta=1000"}},
    {"trpo", "trpo", {"lambda=2"}},
    {"r3f", "r3f", {"lambda=1", "sigma=0.02"}},
    {"mesa", "mesa", {"lambda=1", "decay=0.8", "temperature=2"}},
    {"asam+trpo", "asam+trpo", {"lambda=2"}},
    {"asam+r3f", "asam+r3f", {"lambda=1", "sigma=0.02"}},
    {"asam+mesa", "asam+mesa", {"lambda=1", "decay=0.8"}},
    {"tram-prev", "tram-prev", {"scale=200"}},
    {"tram-0", "tram-0", {"scale=50"}},
    {"tram-x", "tram-x", {"scale=200", "sigma=0.02"}},
    {"tram-fisher", "tram-fisher", {"gamma=0.1", "eta=1000", "sigma=0.02"}},
    {"tram-fisher-paper-cost",
     "tram-fisher",
     {"gamma=0.1", "eta=1000", "sigma=0.02", "fisher_cost=paper-cost"}},
    {"functional-sam", "functional-sam", {"rho=0.1"}},
    {"le-sam", "le-sam", {"rho=0.1", "sigma=0.1"}},
    {"friendly-sam", "friendly-sam", {"rho=0.1"}},
    {"gsam", "gsam", {"rho=0.1"}},
    {"msam", "msam", {"rho=0.1"}},
    {"looksam", "looksam", {"rho=0.1", "interval=3"}},
    /* Divergences. */
    {"tram-0-reverse-kl", "tram-0", {"scale=50", "divergence=reverse-kl"}},
    {"tram-0-symmetric-kl", "tram-0", {"scale=50", "divergence=symmetric-kl"}},
    {"tram-0-l2", "tram-0", {"scale=0.1", "divergence=l2"}},
    {"tram-0-l2-raw", "tram-0", {"scale=0.1", "divergence=l2", "centre=off"}},
    {"tram-0-mmd-imq", "tram-0", {"scale=1", "divergence=mmd-imq"}},
    {"tram-0-mmd-imq2", "tram-0", {"scale=1", "divergence=mmd-imq2"}},
    {"tram-0-mmd-imq3", "tram-0", {"scale=1", "divergence=mmd-imq3"}},
    {"tram-0-mmd-rbf", "tram-0", {"scale=1", "divergence=mmd-rbf"}},
    {"tram-0-mmd-subsample",
     "tram-0",
     {"scale=1", "divergence=mmd-imq", "@per_device_train_batch_size=20"}},
    {"tram-0-reference-reduction", "tram-0", {"scale=50000", "reduction=reference"}},
    /* 3 of 4 windows, and 1 of the 2 of a micro-batch */
    {"tram-prev-fraction", "tram-prev", {"scale=200", "divergence_fraction=0.6"}},
    {"tram-0-fraction-m-sharpness",
     "tram-0",
     {"scale=50", "divergence_fraction=0.5", "m_sharpness=on", "divergence=reverse-kl"}},
    {"tram-x-uniform", "tram-x", {"scale=200", "sigma=0.05", "noise=uniform"}},
    {"tram-prev-released", "tram-prev", {"scale=1", "arithmetic=released"}},
    {"tram-x-auto-scale", "tram-x", {"scale=200", "sigma=0.02", "auto_scale=0.1"}},
    {"trpo-reverse-kl", "trpo", {"lambda=2", "divergence=reverse-kl"}},
    {"mesa-symmetric-kl",
     "mesa",
     {"lambda=1", "decay=0.8", "temperature=2", "divergence=symmetric-kl", "ema_warmup=on"}},
    {"r3f-fairseq", "r3f", {"lambda=1", "sigma=0.02", "divergence=symmetric-kl", "noise=uniform"}},
    {"r3f-stopgrad", "r3f", {"lambda=1", "sigma=0.02", "stopgrad_noised=on"}},
    /* Toggles of the whole family. */
    {"tram-0-not-adaptive", "tram-0", {"scale=50", "adaptive=off"}},
    {"sam-no-bias", "sam", {"rho=0.1", "perturb=no-bias"}},
    {"sam-weights-only", "sam", {"rho=0.1", "perturb=weights-only"}},
    {"asam-norm-only", "asam", {"rho=0.5", "perturb=norm-only"}},
    {"asam-no-norm", "asam", {"rho=0.5", "perturb=no-norm"}},
    {"fsam-no-embed", "fsam", {"gamma=0.1", "eta=1000", "perturb=no-embed"}},
    {"sam-head-only", "sam", {"rho=0.1", "perturb=head-only"}},
    {"sam-interval", "sam", {"rho=0.1", "interval=3", "start_step=3", "stop_step=15"}},
    {"sam-wsam", "sam", {"rho=0.1", "wsam_weight=0.6"}},
    {"sam-m-sharpness", "sam", {"rho=0.1", "m_sharpness=on"}},
    {"sam-ramp", "sam", {"rho=0.5", "rho_schedule=ramp"}},
    {"asam-follow-lr2", "asam", {"rho=0.5", "rho_schedule=follow-lr2"}},
    {"sam-sgd-clipped",
     "sam",
     {"rho=0.1", "optimizer=sgd", "learning_rate=0.1", "max_grad_norm=0.5"}},
    {"adamw-clipped-cosine",
     "adamw",
     {"max_grad_norm=0.5", "@lr_scheduler_type=cosine", "@warmup_steps=5"}},
};
enum { TRACED_CASE_COUNT = sizeof TRACED_CASES / sizeof *TRACED_CASES };

/* Put the case's lane, alone, into a copy of the tiny lab's experiment. */
static inline Status traced_case_spec(const TinyLab *lab, const TracedCase *traced,
                                      ExperimentSpec *spec, Problem *problem)
{
    char assignment[128];
    *spec = lab->spec;
    spec->lane_count = 1;
    spec->lanes[0] = (LaneSpec){0};
    snprintf(spec->lanes[0].name, sizeof spec->lanes[0].name, "traced");
    snprintf(spec->lanes[0].method, sizeof spec->lanes[0].method, "%s", traced->method);
    snprintf(assignment, sizeof assignment, "max_steps=%d", 2 * TRACED_STEPS);
    TRY(experiment_spec_set(spec, assignment, problem));
    TRY(experiment_spec_set(spec, "per_device_train_batch_size=4", problem));
    /* At the lab's own rate so small a model is chaotic: float and double part within 15 steps. */
    TRY(experiment_spec_set(spec, "learning_rate=0.002", problem));
    for (size_t i = 0; i < TRACED_SETS_MAX && traced->sets[i] != NULL; i++) {
        const char *set = traced->sets[i];
        snprintf(assignment, sizeof assignment, "%s%s", set[0] == '@' ? "" : "lanes.traced.",
                 set[0] == '@' ? set + 1 : set);
        TRY(experiment_spec_set(spec, assignment, problem));
    }
    return spec_check_methods(spec, problem);
}

#endif
