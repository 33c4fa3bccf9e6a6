/* lab/traced_cases.h -- the small races whose numbers were computed again outside of this program, and stored. */
#ifndef TESTS_LAB_TRACED_CASES_H
#define TESTS_LAB_TRACED_CASES_H

#include "kernels/noise.h"
#include "lab/race_task.h"
#include "lab/spec_check.h"
#include "lab/tiny_encoder.h"
#include "lab/tiny_lab.h"
#include "lab/tiny_vision.h"
#include "lab/trace.h"

/* auto_scale is in force from step 21 on. */
enum { TRACED_STEPS = 22, TRACED_SETS_MAX = 6 };

typedef struct TracedLab {
    TinyLab text;
    TinyEncoder encoder;
    TinyVision vision;
    /* The experiments of the other two from large and irregular weights, biases and gains: no mistake hides behind a 0 or a 1, and classes are not
     * told by rounding alone. */
    ExperimentSpec classifier;
    ExperimentSpec masked_lm;
    ExperimentSpec images; /* in three channels */
    ExperimentSpec digits; /* the bundled one */
} TracedLab;

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
    {"sam-m-sharpness-accumulated",
     "sam",
     {"rho=0.1", "m_sharpness=on", "@gradient_accumulation_steps=2", "@micro_batch_count=2"}},
    {"tram-0-accumulated", "tram-0", {"scale=50", "@gradient_accumulation_steps=2"}},
    /* Labelled texts: divergences are means over examples. */
    {"classifier-adamw", "adamw", {"weight_decay=0.05"}},
    {"classifier-sam", "sam", {"rho=0.1"}},
    {"classifier-asam", "asam", {"rho=0.5"}},
    {"classifier-trpo", "trpo", {"lambda=2", "@learning_rate=0.01"}},
    {"classifier-r3f", "r3f", {"lambda=1", "sigma=0.2"}},
    {"classifier-mesa", "mesa", {"lambda=1", "decay=0.95", "temperature=2"}},
    {"classifier-tram-prev", "tram-prev", {"scale=20", "@learning_rate=0.01"}},
    {"classifier-tram-0", "tram-0", {"scale=1"}},
    {"classifier-tram-x", "tram-x", {"scale=20", "sigma=0.2"}},
    {"classifier-tram-fisher", "tram-fisher", {"gamma=0.1", "eta=1000", "sigma=0.02"}},
    {"classifier-tram-0-mmd-imq", "tram-0", {"scale=0.05", "divergence=mmd-imq"}},
    {"classifier-tram-0-l2", "tram-0", {"scale=0.1", "divergence=l2"}},
    {"classifier-tram-0-reference-reduction", "tram-0", {"scale=5", "reduction=reference"}},
    {"classifier-tram-0-fraction", "tram-0", {"scale=1", "divergence_fraction=0.6"}},
    {"classifier-functional-sam", "functional-sam", {"rho=0.1"}},
    {"classifier-sam-head-only", "sam", {"rho=0.1", "perturb=head-only"}},
    {"classifier-asam-norm-only", "asam", {"rho=0.5", "perturb=norm-only"}},
    {"classifier-fsam-no-embed", "fsam", {"gamma=0.1", "eta=1000", "perturb=no-embed"}},
    {"classifier-sam-m-sharpness", "sam", {"rho=0.1", "m_sharpness=on", "@micro_batch_count=2"}},
    {"classifier-tram-0-accumulated", "tram-0", {"scale=1", "@gradient_accumulation_steps=3"}},
    /* Masked tokens. */
    {"masked-lm-adamw", "adamw", {"weight_decay=0.05"}},
    {"masked-lm-sam", "sam", {"rho=0.1"}},
    {"masked-lm-asam", "asam", {"rho=0.5"}},
    {"masked-lm-trpo", "trpo", {"lambda=2"}},
    {"masked-lm-r3f", "r3f", {"lambda=1", "sigma=0.02"}},
    {"masked-lm-mesa", "mesa", {"lambda=1", "decay=0.8"}},
    {"masked-lm-tram-prev", "tram-prev", {"scale=200"}},
    {"masked-lm-tram-0", "tram-0", {"scale=5"}},
    {"masked-lm-tram-x", "tram-x", {"scale=20", "sigma=0.05"}},
    {"masked-lm-tram-0-mmd-imq", "tram-0", {"scale=0.2", "divergence=mmd-imq"}},
    {"masked-lm-sam-head-only", "sam", {"rho=0.1", "perturb=head-only"}},
    /* Images; noise is on the embedded patches. */
    {"images-adamw", "adamw", {"weight_decay=0.05"}},
    {"images-sam", "sam", {"rho=0.1"}},
    {"images-asam", "asam", {"rho=0.5"}},
    {"images-trpo", "trpo", {"lambda=2", "@learning_rate=0.01"}},
    {"images-r3f", "r3f", {"lambda=1", "sigma=0.2"}},
    {"images-tram-prev", "tram-prev", {"scale=20", "@learning_rate=0.01"}},
    {"images-tram-0", "tram-0", {"scale=1"}},
    {"images-tram-x", "tram-x", {"scale=5", "sigma=0.5"}},
    {"images-tram-0-mmd-imq", "tram-0", {"scale=0.05", "divergence=mmd-imq"}},
    {"images-sam-head-only", "sam", {"rho=0.1", "perturb=head-only"}},
    {"images-asam-norm-only", "asam", {"rho=0.5", "perturb=norm-only"}},
    {"images-sam-no-embed", "sam", {"rho=0.1", "perturb=no-embed"}},
    {"images-sam-m-sharpness", "sam", {"rho=0.1", "m_sharpness=on", "@micro_batch_count=2"}},
    /* The bundled experiment as it is. Its first steps are so small that the weights' single precision shows in the divergence. */
    {"digits-tram-prev",
     "tram-prev",
     {"scale=100", "rho=2", "@learning_rate=1e-3", "@per_device_train_batch_size=32",
      "@max_steps=200", "@adam_epsilon=1e-8"}},
};
enum { TRACED_CASE_COUNT = sizeof TRACED_CASES / sizeof *TRACED_CASES };

/* A case called classifier-... or masked-lm-... races the tiny encoder with that head, images-... the tiny Vision Transformer, digits-... the
 * bundled one, any other the tiny lab's GPT-2. */
static inline const ExperimentSpec *traced_base(const TracedLab *lab, const TracedCase *traced)
{
    if (traced->name != NULL && strncmp(traced->name, "classifier-", 11) == 0) {
        return &lab->classifier;
    }
    if (traced->name != NULL && strncmp(traced->name, "masked-lm-", 10) == 0) {
        return &lab->masked_lm;
    }
    if (traced->name != NULL && strncmp(traced->name, "images-", 7) == 0) {
        return &lab->images;
    }
    if (traced->name != NULL && strncmp(traced->name, "digits-", 7) == 0) {
        return &lab->digits;
    }
    return &lab->text.spec;
}

/* Put the case's lane, alone, into a copy of the experiment it is about. */
static inline Status traced_case_spec(const TracedLab *lab, const TracedCase *traced,
                                      ExperimentSpec *spec, Problem *problem)
{
    char assignment[128];
    *spec = *traced_base(lab, traced);
    spec->lane_count = 1;
    spec->lanes[0] = (LaneSpec){0};
    snprintf(spec->lanes[0].name, sizeof spec->lanes[0].name, "traced");
    snprintf(spec->lanes[0].method, sizeof spec->lanes[0].method, "%s", traced->method);
    snprintf(assignment, sizeof assignment, "max_steps=%d", 2 * TRACED_STEPS);
    TRY(experiment_spec_set(spec, assignment, problem));
    TRY(experiment_spec_set(spec, "per_device_train_batch_size=4", problem));
    /* At the lab's own rate so small a model is chaotic: float and double part within 15 steps. */
    TRY(experiment_spec_set(spec, "learning_rate=0.002", problem));
    /* The rough models' key biases have gradients of rounding alone; this keeps Adam from making whole steps of them. */
    if (spec->model_config[0] == '\0') {
        TRY(experiment_spec_set(spec, "adam_epsilon=1e-5", problem));
    }
    for (size_t i = 0; i < TRACED_SETS_MAX && traced->sets[i] != NULL; i++) {
        const char *set = traced->sets[i];
        snprintf(assignment, sizeof assignment, "%s%s", set[0] == '@' ? "" : "lanes.traced.",
                 set[0] == '@' ? set + 1 : set);
        TRY(experiment_spec_set(spec, assignment, problem));
    }
    return spec_check_methods(spec, problem);
}

/* The experiment from a new folder in `folder`, with normal noise on all weights. */
static inline Status traced_roughen(const char *folder, const ExperimentSpec *base,
                                    const char *name, ExperimentSpec *rough)
{
    const Noise noise = {.sigma = 0.3, .seed = 20};
    RaceTask task;
    Problem problem = {0};
    TRY(race_task_open(base, race_task_needs(base), task_runner_serial(), &task, &problem));
    const size_t n = task.table->size;
    Real *weights = calloc(n, sizeof *weights);
    Status status = weights == NULL ? STATUS_OUT_OF_MEMORY : STATUS_OK;
    *rough = *base;
    rough->model_config[0] = '\0';
    rough->tokenizer[0] = '\0';
    snprintf(rough->model, sizeof rough->model, "%s/%s", folder, name);
    if (status == STATUS_OK) {
        memcpy(weights, task.theta_0, n * sizeof *weights);
        noise_add(weights, &noise, 0, 1, 1, n);
        status = task.save(task.context, rough->model, weights, &problem);
    }
    task.close(task.context);
    free(weights);
    return status;
}

static inline Status traced_lab_open(TracedLab *lab)
{
    ExperimentSpec colours;
    Problem problem = {0};
    TRY(tiny_lab_open(&lab->text));
    TRY(experiment_spec_read("sample-runs/experiments/images-digits.json", &lab->digits, &problem));
    TRY(tiny_encoder_open(&lab->encoder));
    TRY(tiny_vision_open(&lab->vision));
    TRY(tiny_vision_parse(&lab->vision, "\"lanes\": [{\"method\": \"adamw\"}]", 3, &colours));
    const char *texts = lab->encoder.folder;
    TRY(traced_roughen(texts, &lab->encoder.classification, "classifier", &lab->classifier));
    TRY(traced_roughen(texts, &lab->encoder.pretraining, "masked-lm", &lab->masked_lm));
    return traced_roughen(lab->vision.folder, &colours, "vit", &lab->images);
}

static inline void traced_lab_close(TracedLab *lab)
{
    tiny_lab_close(&lab->text);
    (void)tiny_encoder_close(&lab->encoder);
    (void)tiny_vision_close(&lab->vision);
}

/* Group fixtures: *state is the TracedLab. */
static inline int open_traced_lab(void **state)
{
    TracedLab *lab = calloc(1, sizeof *lab);
    *state = lab;
    return lab != NULL && traced_lab_open(lab) == STATUS_OK ? 0 : -1;
}

static inline int close_traced_lab(void **state)
{
    traced_lab_close(*state);
    free(*state);
    return 0;
}

#endif
