#include "optim/method_table.h"

#include <math.h>
#include <string.h>

#include "optim/controls.h"
#include "optim/sam_family.h"
#include "optim/sam_variants.h"
#include "optim/tram.h"
#include "optim/trust_region.h"

/* -- programs --------------------------------------------------------------------------------------------- */

static const MethodProgram ADAMW_PROGRAM = {.find_gradient = base_find_gradient};
static const MethodProgram SGD_PROGRAM = {.find_gradient = base_find_gradient, .is_sgd = true};
static const MethodProgram SAM_PROGRAM = {.find_gradient = sam_find_gradient,
                                          .weighs_gradients = true};
static const MethodProgram FSAM_PROGRAM = {.find_gradient = fsam_find_gradient,
                                           .weighs_gradients = true};
static const MethodProgram TRPO_PROGRAM = {.find_gradient = trpo_find_gradient,
                                           .before_update = remember_params,
                                           .memory = MEMORY_START,
                                           .keeps_targets = true};
static const MethodProgram R3F_PROGRAM = {.find_gradient = r3f_find_gradient, .has_twin = true};
static const MethodProgram MESA_PROGRAM = {.find_gradient = mesa_find_gradient,
                                           .after_update = mesa_after_update,
                                           .memory = MEMORY_START,
                                           .keeps_targets = true};
static const MethodProgram ASAM_TRPO_PROGRAM = {.find_gradient = asam_trpo_find_gradient,
                                                .before_update = remember_params,
                                                .memory = MEMORY_START,
                                                .weighs_gradients = true,
                                                .keeps_targets = true};
static const MethodProgram ASAM_R3F_PROGRAM = {
    .find_gradient = asam_r3f_find_gradient, .weighs_gradients = true, .has_twin = true};
static const MethodProgram ASAM_MESA_PROGRAM = {.find_gradient = asam_mesa_find_gradient,
                                                .after_update = mesa_after_update,
                                                .memory = MEMORY_START,
                                                .weighs_gradients = true,
                                                .keeps_targets = true};
static const MethodProgram TRAM_PREVIOUS_PROGRAM = {.find_gradient = tram_previous_find_gradient,
                                                    .before_update = tram_previous_before_update,
                                                    .memory = MEMORY_START,
                                                    .weighs_gradients = true,
                                                    .keeps_outputs = true};
static const MethodProgram TRAM_ORIGIN_PROGRAM = {.find_gradient = tram_origin_find_gradient,
                                                  .before_update = tram_before_update,
                                                  .weighs_gradients = true,
                                                  .keeps_outputs = true};
static const MethodProgram TRAM_NOISED_PROGRAM = {.find_gradient = tram_noised_find_gradient,
                                                  .before_update = tram_before_update,
                                                  .weighs_gradients = true,
                                                  .keeps_outputs = true};
static const MethodProgram TRAM_FISHER_PROGRAM = {.find_gradient = tram_fisher_find_gradient,
                                                  .weighs_gradients = true};
static const MethodProgram FUNCTIONAL_SAM_PROGRAM = {
    .find_gradient = functional_sam_find_gradient, .weighs_gradients = true, .keeps_deltas = true};
static const MethodProgram LE_SAM_PROGRAM = {.find_gradient = le_sam_find_gradient,
                                             .weighs_gradients = true};
static const MethodProgram FRIENDLY_SAM_PROGRAM = {.find_gradient = friendly_sam_find_gradient,
                                                   .before_update = friendly_sam_before_update,
                                                   .memory = MEMORY_ZERO,
                                                   .weighs_gradients = true};
static const MethodProgram GSAM_PROGRAM = {.find_gradient = gsam_find_gradient};
static const MethodProgram MSAM_PROGRAM = {.find_gradient = msam_find_gradient};
static const MethodProgram LOOKSAM_PROGRAM = {.find_gradient = looksam_find_gradient,
                                              .memory = MEMORY_ZERO};
static const MethodProgram ASAM_MEAN_D_PROGRAM = {.find_gradient = asam_mean_d_find_gradient,
                                                  .weighs_gradients = true};
static const MethodProgram ASAM_REPLAY_D_PROGRAM = {.find_gradient = asam_replay_d_find_gradient,
                                                    .weighs_gradients = true};
static const MethodProgram TRAM_SHUFFLED_D_PROGRAM = {
    .find_gradient = tram_shuffled_d_find_gradient, .weighs_gradients = true};

/* -- knobs that families share ---------------------------------------------------------------------------- */

/* X(id, default). Base optimizer, and when a method is itself. */
#define PHASE_KNOBS(X)                                                                             \
    X(KNOB_START_STEP, 0.0)                                                                        \
    X(KNOB_STOP_STEP, 0.0) X(KNOB_OPTIMIZER, BASE_OPTIMIZER_ADAMW) X(KNOB_MOMENTUM, 0.9)

/* Everything that climbs. */
#define CLIMB_KNOBS(X)                                                                             \
    X(KNOB_PERTURB, PERTURB_ALL)                                                                   \
    X(KNOB_INTERVAL, 1.0) X(KNOB_RHO_SCHEDULE, RHO_SCHEDULE_CONSTANT) PHASE_KNOBS(X)

/* Everything that climbs and then descends with the gradient found there. */
#define LOOK_KNOBS(X)                                                                              \
    X(KNOB_M_SHARPNESS, 0.0)                                                                       \
    X(KNOB_WSAM_WEIGHT, 0.5) CLIMB_KNOBS(X)

/* All targets of TRAM with a divergence. */
#define DIVERGENCE_KNOBS(X)                                                                        \
    X(KNOB_AUTO_SCALE, 0.0)                                                                        \
    X(KNOB_DIVERGENCE, DIVERGENCE_FORWARD_KL)                                                      \
    X(KNOB_REDUCTION, REDUCTION_MEAN)                                                              \
    X(KNOB_DIVERGENCE_FRACTION, 1.0)                                                               \
    X(KNOB_CENTRE, CENTRING_ON) X(KNOB_ADAPTIVE, 1.0) LOOK_KNOBS(X)

#define KNOB_OF(id, value)      {id, value, NULL, 0.0},
#define KNOB_COUNTED(id, value) +1
enum {
    PHASE_COUNT = 0 PHASE_KNOBS(KNOB_COUNTED),
    CLIMB_COUNT = 0 CLIMB_KNOBS(KNOB_COUNTED),
    LOOK_COUNT = 0 LOOK_KNOBS(KNOB_COUNTED),
    DIVERGENCE_COUNT = 0 DIVERGENCE_KNOBS(KNOB_COUNTED)
};

/* Penalties have gradients for the three KL kinds only; an average's decay lies in 0..1. */
static const char PENALTY_KINDS[] = "divergence that is added to the loss; one of the KL kinds";
static const char NOISE_SIGMA[] =
    "size of the noise z on the embedding activations; compare it with the embedding's rms (0.02 "
    "at initialisation, 0.14 in GPT-2)";
static const char R3F_SIGMA[] =
    "size of the noise z on the embedding activations; r3f-paper is 0.1 with lambda 0.1, "
    "forward-kl, normal; r3f-fairseq is 1e-5 with lambda 1, symmetric-kl, uniform";
static const char CAP[] = "cap of the radius d (the paper's d in (0, rho]); 0 = no cap";
static const char FISHER_RADIUS[] = "radius in the Fisher metric: sqrt(eps' (1 + eta f) eps)";
static const char FISHER_ETA[] =
    "weight of the Fisher diagonal; with gradients far below 1 the metric is flat and only a large "
    "eta differs from SAM";

/* -- the table -------------------------------------------------------------------------------------------- */

static const MethodInfo METHODS[] = {
    {
        .id = "adamw",
        .name = "AdamW",
        .paper = "Loshchilov & Hutter, ICLR 2019",
        .equation = "theta <- AdamW(grad L(theta))",
        .summary = "The baseline: one gradient, one step, no perturbation.",
        .forward_passes = 1,
        .backward_passes = 1,
        .program = &ADAMW_PROGRAM,
    },
    {
        .id = "sgd",
        .name = "SGD",
        .paper = "Polyak, 1964; PyTorch's form, decay decoupled",
        .equation = "m <- mu m + grad L(theta);  theta <- theta (1 - lr wd) - lr m",
        .summary = "Gradient descent with momentum. It wants learning rates far above AdamW's.",
        .knobs = {{KNOB_MOMENTUM, 0.9, NULL, 0.0}},
        .knob_count = 1,
        .forward_passes = 1,
        .backward_passes = 1,
        .program = &SGD_PROGRAM,
    },
    {
        .id = "sam",
        .name = "SAM",
        .paper = "Foret et al., ICLR 2021",
        .equation = "eps = rho g / ||g||;  theta <- AdamW(grad L(theta + eps))",
        .summary = "Climbs a fixed distance rho along the gradient and descends with the gradient "
                   "found there: seeks flat minima.",
        .knobs = {{KNOB_RHO, 0.05, "radius of the perturbation, in L2 distance of the weights",
                   0.0},
                  {KNOB_ADAPTIVE, 0.0, NULL, 0.0},
                  LOOK_KNOBS(KNOB_OF)},
        .knob_count = 2 + LOOK_COUNT,
        .forward_passes = 2,
        .backward_passes = 2,
        .program = &SAM_PROGRAM,
    },
    {
        .id = "asam",
        .name = "ASAM",
        .paper = "Kwon et al., ICML 2021",
        .equation = "eps = rho T^2 g / ||T g||, T = |theta|;  theta <- AdamW(grad L(theta + eps))",
        .summary = "SAM in units of the weights: large weights move far, zero weights stay, and "
                   "rescaling the layers changes nothing.",
        .knobs = {{KNOB_RHO, 0.5, "radius of the perturbation: ||eps / |theta| ||", 0.0},
                  {KNOB_ADAPTIVE, 1.0, NULL, 0.0},
                  LOOK_KNOBS(KNOB_OF)},
        .knob_count = 2 + LOOK_COUNT,
        .forward_passes = 2,
        .backward_passes = 2,
        .program = &SAM_PROGRAM,
    },
    {
        .id = "fsam",
        .name = "Fisher SAM",
        .paper = "Kim et al., ICML 2022",
        .equation = "F = 1 + eta g^2;  eps = gamma F^-1 g / sqrt(g' F^-1 g);  theta <- "
                    "AdamW(grad L(theta + eps))",
        .summary = "SAM in the metric of the (diagonal) Fisher information: climbs less where the "
                   "predictions are sensitive.",
        .knobs = {{KNOB_GAMMA, 0.1, FISHER_RADIUS, 0.0},
                  {KNOB_ETA, 0.1, FISHER_ETA, 0.0},
                  LOOK_KNOBS(KNOB_OF)},
        .knob_count = 2 + LOOK_COUNT,
        .forward_passes = 2,
        .backward_passes = 2,
        .program = &FSAM_PROGRAM,
    },
    {
        .id = "trpo",
        .name = "TRPO penalty",
        .paper = "Schulman et al., ICML 2015, as a penalty: TRAM Eq. 3-4",
        .equation = "theta <- AdamW(grad [L + lambda KL(p_{t-1} || p)](theta))",
        .summary = "Stays close to the predictions from before the last update; a soft penalty, "
                   "not TRPO's constrained step.",
        .knobs = {{KNOB_LAMBDA, 0.1, NULL, 0.0},
                  {KNOB_DIVERGENCE, DIVERGENCE_FORWARD_KL, PENALTY_KINDS, DIVERGENCE_SYMMETRIC_KL},
                  PHASE_KNOBS(KNOB_OF)},
        .knob_count = 2 + PHASE_COUNT,
        .forward_passes = 2,
        .backward_passes = 1,
        .state_vectors = 1,
        .program = &TRPO_PROGRAM,
    },
    {
        .id = "r3f",
        .name = "R3F",
        .paper = "Aghajanyan et al., ICLR 2021",
        .equation = "theta <- AdamW(grad [L + lambda KL(p(x + z) || p(x))](theta)), z ~ N(0, "
                    "sigma^2)",
        .summary = "Asks for the same predictions when the embeddings are a little noisy.",
        .knobs = {{KNOB_LAMBDA, 0.1, NULL, 0.0},
                  {KNOB_SIGMA, 0.1, R3F_SIGMA, 0.0},
                  {KNOB_DIVERGENCE, DIVERGENCE_FORWARD_KL, PENALTY_KINDS, DIVERGENCE_SYMMETRIC_KL},
                  {KNOB_NOISE, NOISE_NORMAL, NULL, 0.0},
                  {KNOB_STOPGRAD_NOISED, 0.0, NULL, 0.0},
                  PHASE_KNOBS(KNOB_OF)},
        .knob_count = 5 + PHASE_COUNT,
        .forward_passes = 2,
        .backward_passes = 2,
        .program = &R3F_PROGRAM,
    },
    {
        .id = "mesa",
        .name = "MESA",
        .paper = "Du et al., NeurIPS 2022",
        .equation = "theta <- AdamW(grad [L + lambda tau^2 KL(p_ema || p)](theta)), logits / tau",
        .summary = "Stays close to the predictions of a moving average of its own weights: "
                   "sharpness-aware training without a second backward pass.",
        .knobs = {{KNOB_LAMBDA, 0.1, NULL, 0.0},
                  {KNOB_DECAY, 0.999, NULL, 0.0},
                  {KNOB_TEMPERATURE, 1.0, NULL, 0.0},
                  {KNOB_EMA_WARMUP, 0.0, NULL, 0.0},
                  {KNOB_DIVERGENCE, DIVERGENCE_FORWARD_KL, PENALTY_KINDS, DIVERGENCE_SYMMETRIC_KL},
                  PHASE_KNOBS(KNOB_OF)},
        .knob_count = 5 + PHASE_COUNT,
        .forward_passes = 2,
        .backward_passes = 1,
        .state_vectors = 1,
        .program = &MESA_PROGRAM,
    },
    {
        .id = "asam+trpo",
        .name = "ASAM + TRPO",
        .paper = "Sherborne et al., ICLR 2024, C.3",
        .equation = "L' = L + lambda KL(p_{t-1} || p);  eps = ASAM(grad L');  theta <- AdamW(grad "
                    "L'(theta + eps))",
        .summary = "The naive combination: ASAM on the loss with TRPO's penalty, in both passes.",
        .knobs = {{KNOB_RHO, 0.5, "radius of the perturbation: ||eps / |theta| ||", 0.0},
                  {KNOB_LAMBDA, 0.1, NULL, 0.0},
                  {KNOB_DIVERGENCE, DIVERGENCE_FORWARD_KL, PENALTY_KINDS, DIVERGENCE_SYMMETRIC_KL},
                  {KNOB_ADAPTIVE, 1.0, NULL, 0.0},
                  LOOK_KNOBS(KNOB_OF)},
        .knob_count = 4 + LOOK_COUNT,
        .forward_passes = 3,
        .backward_passes = 2,
        .state_vectors = 1,
        .program = &ASAM_TRPO_PROGRAM,
    },
    {
        .id = "asam+r3f",
        .name = "ASAM + R3F",
        .paper = "Sherborne et al., ICLR 2024, C.3",
        .equation = "L' = L + lambda KL(p(x + z) || p(x));  eps = ASAM(grad L');  theta <- "
                    "AdamW(grad L'(theta + eps))",
        .summary = "The naive combination: ASAM on the loss with R3F's penalty, in both passes "
                   "with the same noise.",
        .knobs = {{KNOB_RHO, 0.5, "radius of the perturbation: ||eps / |theta| ||", 0.0},
                  {KNOB_LAMBDA, 0.1, NULL, 0.0},
                  {KNOB_SIGMA, 0.1, R3F_SIGMA, 0.0},
                  {KNOB_DIVERGENCE, DIVERGENCE_FORWARD_KL, PENALTY_KINDS, DIVERGENCE_SYMMETRIC_KL},
                  {KNOB_NOISE, NOISE_NORMAL, NULL, 0.0},
                  {KNOB_STOPGRAD_NOISED, 0.0, NULL, 0.0},
                  {KNOB_ADAPTIVE, 1.0, NULL, 0.0},
                  LOOK_KNOBS(KNOB_OF)},
        .knob_count = 7 + LOOK_COUNT,
        .forward_passes = 4,
        .backward_passes = 4,
        .program = &ASAM_R3F_PROGRAM,
    },
    {
        .id = "asam+mesa",
        .name = "ASAM + MESA",
        .paper = "Sherborne et al., ICLR 2024, C.3",
        .equation = "L' = L + lambda tau^2 KL(p_ema || p);  eps = ASAM(grad L');  theta <- "
                    "AdamW(grad L'(theta + eps))",
        .summary = "The naive combination: ASAM on the loss with MESA's penalty, in both passes.",
        .knobs = {{KNOB_RHO, 0.5, "radius of the perturbation: ||eps / |theta| ||", 0.0},
                  {KNOB_LAMBDA, 0.1, NULL, 0.0},
                  {KNOB_DECAY, 0.999, NULL, 0.0},
                  {KNOB_TEMPERATURE, 1.0, NULL, 0.0},
                  {KNOB_EMA_WARMUP, 0.0, NULL, 0.0},
                  {KNOB_DIVERGENCE, DIVERGENCE_FORWARD_KL, PENALTY_KINDS, DIVERGENCE_SYMMETRIC_KL},
                  {KNOB_ADAPTIVE, 1.0, NULL, 0.0},
                  LOOK_KNOBS(KNOB_OF)},
        .knob_count = 7 + LOOK_COUNT,
        .forward_passes = 3,
        .backward_passes = 2,
        .state_vectors = 1,
        .program = &ASAM_MESA_PROGRAM,
    },
    {
        .id = "tram-prev",
        .name = "TRAM-theta_{t-1}",
        .paper = "Sherborne et al., ICLR 2024, Algorithm 1",
        .equation = "d = min(s KL(p_{t-1} || p_t), rho);  eps = d T^2 g / ||T g||, T = |theta|;  "
                    "theta <- AdamW(grad L(theta + eps))",
        .summary = "Climbs as far as the last update changed the predictions: the trust-region "
                   "divergence d is the radius. A larger divergence gives a larger perturbation. "
                   "With arithmetic=released: not an ascent direction.",
        .knobs = {{KNOB_RHO, 0.5, CAP, 0.0},
                  {KNOB_SCALE, 5000.0,
                   "trust-region scale s: d = s * KL. At s = 1 (the paper's expectation) d is "
                   "about 1e-4 to 1e-3 on a model of this size and TRAM "
                   "cannot be told from AdamW; s of 5e3 to 1e4 gives a radius like ASAM's 0.5",
                   0.0},
                  {KNOB_ARITHMETIC, ARITHMETIC_PAPER, NULL, 0.0},
                  DIVERGENCE_KNOBS(KNOB_OF)},
        .knob_count = 3 + DIVERGENCE_COUNT,
        .forward_passes = 3,
        .backward_passes = 2,
        .state_vectors = 1,
        .has_d = true,
        .program = &TRAM_PREVIOUS_PROGRAM,
    },
    {
        .id = "tram-0",
        .name = "TRAM-theta_0",
        .paper = "Sherborne et al., ICLR 2024, Algorithm 1",
        .equation = "d = min(s KL(p_0 || p_t), rho);  eps = d T^2 g / ||T g||, T = |theta|;  "
                    "theta <- AdamW(grad L(theta + eps))",
        .summary = "Climbs as far as fine-tuning has changed the predictions since the pre-trained "
                   "weights; the radius grows as the model moves away.",
        .knobs = {{KNOB_RHO, 0.5, CAP, 0.0},
                  {KNOB_SCALE, 1.0, "trust-region scale s: d = s * KL; 1 is the paper's", 0.0},
                  {KNOB_ARITHMETIC, ARITHMETIC_PAPER, NULL, 0.0},
                  DIVERGENCE_KNOBS(KNOB_OF)},
        .knob_count = 3 + DIVERGENCE_COUNT,
        .forward_passes = 3,
        .backward_passes = 2,
        .state_vectors = 1,
        .has_d = true,
        .program = &TRAM_ORIGIN_PROGRAM,
    },
    {
        .id = "tram-x",
        .name = "TRAM-x",
        .paper = "Sherborne et al., ICLR 2024, Algorithm 1, Eq. 5",
        .equation = "d = min(s KL(p(x + z) || p(x)), rho), z ~ N(0, sigma^2);  eps = d T^2 g / "
                    "||T g||, T = |theta|;  theta <- AdamW(grad L(theta + eps))",
        .summary = "Climbs as far as noise on the embeddings changes the predictions.",
        .knobs = {{KNOB_RHO, 0.5, CAP, 0.0},
                  {KNOB_SCALE, 1.0, "trust-region scale s: d = s * KL; 1 is the paper's", 0.0},
                  {KNOB_SIGMA, 0.1, NOISE_SIGMA, 0.0},
                  {KNOB_NOISE, NOISE_NORMAL, NULL, 0.0},
                  {KNOB_ARITHMETIC, ARITHMETIC_PAPER, NULL, 0.0},
                  DIVERGENCE_KNOBS(KNOB_OF)},
        .knob_count = 5 + DIVERGENCE_COUNT,
        .forward_passes = 3,
        .backward_passes = 2,
        .has_d = true,
        .program = &TRAM_NOISED_PROGRAM,
    },
    {
        .id = "tram-fisher",
        .name = "TRAM-Fisher",
        .paper = "Sherborne et al., ICLR 2024, Algorithm 2",
        .equation =
            "f = grad L(theta; x + z)^2;  F = 1 + eta f;  eps = gamma F^-1 g / sqrt(g' F^-1 "
            "g);  theta <- AdamW(grad L(theta + eps))",
        .summary = "Fisher SAM with the Fisher information of noised inputs; no divergence. The "
                   "paper counts 2 + 2 passes, its algorithm needs 3 + 3.",
        .knobs = {{KNOB_GAMMA, 0.1, FISHER_RADIUS, 0.0},
                  {KNOB_ETA, 0.1, FISHER_ETA, 0.0},
                  {KNOB_SIGMA, 0.1, NOISE_SIGMA, 0.0},
                  {KNOB_NOISE, NOISE_NORMAL, NULL, 0.0},
                  {KNOB_FISHER_COST, FISHER_COST_STRICT, NULL, 0.0},
                  LOOK_KNOBS(KNOB_OF)},
        .knob_count = 5 + LOOK_COUNT,
        .forward_passes = 3,
        .backward_passes = 3,
        .program = &TRAM_FISHER_PROGRAM,
    },
    {
        .id = "functional-sam",
        .name = "Functional-SAM",
        .paper = "Singh et al., ICML 2025",
        .equation = "delta = dL/dz(theta);  eps = rho g / ||g||;  theta <- AdamW(J(theta + eps)' "
                    "delta)",
        .summary = "SAM that keeps the first pass's error signal: only the network's sensitivity "
                   "is looked at uphill, not its predictions. Made for language models.",
        .knobs = {{KNOB_RHO, 0.05, "radius of the perturbation, in L2 distance of the weights",
                   0.0},
                  {KNOB_ADAPTIVE, 0.0, NULL, 0.0},
                  LOOK_KNOBS(KNOB_OF)},
        .knob_count = 2 + LOOK_COUNT,
        .forward_passes = 2,
        .backward_passes = 2,
        .program = &FUNCTIONAL_SAM_PROGRAM,
    },
    {
        .id = "le-sam",
        .name = "LE-SAM",
        .paper = "Wang et al., ICML 2026",
        .equation = "rho_t = min(sigma_t / ||g||, rho);  eps = rho_t g / ||g||;  theta <- "
                    "AdamW(grad L(theta + eps))",
        .summary = "SAM whose radius is set by a loss budget: climbs until the loss has risen by "
                   "sigma_t to first order; the budget falls to 0 along a cosine.",
        .knobs = {{KNOB_SIGMA, 0.05,
                   "loss budget of the first step, in nats; no value is published", 0.0},
                  {KNOB_RHO, 0.1, "greatest radius (rho_max)", 0.0},
                  {KNOB_ADAPTIVE, 0.0, NULL, 0.0},
                  LOOK_KNOBS(KNOB_OF)},
        .knob_count = 3 + LOOK_COUNT,
        .forward_passes = 2,
        .backward_passes = 2,
        .program = &LE_SAM_PROGRAM,
    },
    {
        .id = "friendly-sam",
        .name = "Friendly SAM",
        .paper = "Li et al., CVPR 2024",
        .equation = "x = g - sigma m;  eps = rho x / ||x||;  theta <- AdamW(grad L(theta + eps));  "
                    "m <- lambda m + (1 - lambda) g",
        .summary = "Climbs along what is special to this batch: the gradient without its running "
                   "average.",
        .knobs = {{KNOB_RHO, 0.05, "radius of the perturbation, in L2 distance of the weights",
                   0.0},
                  {KNOB_SIGMA, 1.0, "share of the running average that is taken away; 0 = SAM",
                   1e6},
                  {KNOB_LAMBDA, 0.9, "decay of the running average of the gradients", 1.0},
                  {KNOB_ADAPTIVE, 0.0, NULL, 0.0},
                  {KNOB_WSAM_WEIGHT, 0.5, NULL, 0.0},
                  CLIMB_KNOBS(KNOB_OF)},
        .knob_count = 5 + CLIMB_COUNT,
        .forward_passes = 2,
        .backward_passes = 2,
        .state_vectors = 1,
        .program = &FRIENDLY_SAM_PROGRAM,
    },
    {
        .id = "gsam",
        .name = "GSAM",
        .paper = "Zhuang et al., ICLR 2022",
        .equation = "eps = rho_t g / ||g||;  g' = the part of g perpendicular to g~;  theta <- "
                    "AdamW(g~ - alpha g')",
        .summary = "SAM that also descends in the gap between the perturbed and the plain loss, by "
                   "climbing in the part of g that g~ does not see.",
        .knobs = {{KNOB_RHO, 0.05, "greatest radius (rho_max)", 0.0},
                  {KNOB_RHO_MIN, 0.0,
                   "least radius: rho_t = rho_min + (rho - rho_min) times the "
                   "rho schedule",
                   0.0},
                  {KNOB_ALPHA, 0.4, "weight of the perpendicular part; 0 = SAM", 0.0},
                  {KNOB_RHO_SCHEDULE, RHO_SCHEDULE_FOLLOW_LR, NULL, 0.0},
                  {KNOB_ADAPTIVE, 0.0, NULL, 0.0},
                  {KNOB_M_SHARPNESS, 0.0, NULL, 0.0},
                  {KNOB_PERTURB, PERTURB_ALL, NULL, 0.0},
                  {KNOB_INTERVAL, 1.0, NULL, 0.0},
                  PHASE_KNOBS(KNOB_OF)},
        .knob_count = 8 + PHASE_COUNT,
        .forward_passes = 2,
        .backward_passes = 2,
        .program = &GSAM_PROGRAM,
    },
    {
        .id = "msam",
        .name = "Momentum-SAM",
        .paper = "Becker et al., 2024",
        .equation = "eps = -rho m / ||m||, m Adam's first moment;  theta <- AdamW(grad L(theta + "
                    "eps))",
        .summary =
            "Takes its only gradient a little further along the way it is going anyway: "
            "sharpness-aware at AdamW's cost. It never visits theta: its training loss is that of "
            "the point further along.",
        .knobs = {{KNOB_RHO, 1.0,
                   "radius of the perturbation, in L2 distance of the weights; 1 to "
                   "3, with sgd 0.3",
                   0.0},
                  CLIMB_KNOBS(KNOB_OF)},
        .knob_count = 1 + CLIMB_COUNT,
        .forward_passes = 1,
        .backward_passes = 1,
        .program = &MSAM_PROGRAM,
    },
    {
        .id = "looksam",
        .name = "LookSAM",
        .paper = "Liu et al., CVPR 2022",
        .equation = "every k-th step SAM, v = the part of g~ perpendicular to g;  between: theta "
                    "<- AdamW(g + alpha ||g|| / ||v|| v)",
        .summary = "SAM on every k-th step only; between, the direction that SAM added then is "
                   "used again.",
        .knobs = {{KNOB_RHO, 0.1, "radius of the perturbation, in L2 distance of the weights", 0.0},
                  {KNOB_INTERVAL, 10.0, "k: SAM on every k-th step, from the first; 1 = SAM", 0.0},
                  {KNOB_ALPHA, 0.7, "weight of the kept direction", 0.0},
                  {KNOB_RHO_SCHEDULE, RHO_SCHEDULE_CONSTANT, NULL, 0.0},
                  {KNOB_ADAPTIVE, 0.0, NULL, 0.0},
                  {KNOB_PERTURB, PERTURB_ALL, NULL, 0.0},
                  PHASE_KNOBS(KNOB_OF)},
        .knob_count = 6 + PHASE_COUNT,
        .forward_passes = 1.1,
        .backward_passes = 1.1,
        .state_vectors = 1,
        .program = &LOOKSAM_PROGRAM,
    },
    {
        .id = "asam-mean-d",
        .name = "ASAM at TRAM's mean d",
        .paper = "control; compare Sherborne et al., ICLR 2024",
        .equation = "eps = d T^2 g / ||T g||, d = mean of the followed lane's d_1 .. d_t",
        .summary =
            "Control: ASAM with the average radius that a TRAM lane (key follow) has used so "
            "far. As good as TRAM? Then its ups and downs do not matter.",
        .knobs = {{KNOB_ADAPTIVE, 1.0, NULL, 0.0}, LOOK_KNOBS(KNOB_OF)},
        .knob_count = 1 + LOOK_COUNT,
        .forward_passes = 2,
        .backward_passes = 2,
        .is_control = true,
        .program = &ASAM_MEAN_D_PROGRAM,
    },
    {
        .id = "asam-replay-d",
        .name = "ASAM replaying TRAM's d_t",
        .paper = "control; compare Sherborne et al., ICLR 2024",
        .equation = "eps = d_t T^2 g / ||T g||, d_t the followed lane's at this step",
        .summary = "Control: ASAM with the very radius that a TRAM lane (key follow) uses at this "
                   "step, without computing a divergence.",
        .knobs = {{KNOB_ADAPTIVE, 1.0, NULL, 0.0}, LOOK_KNOBS(KNOB_OF)},
        .knob_count = 1 + LOOK_COUNT,
        .forward_passes = 2,
        .backward_passes = 2,
        .is_control = true,
        .program = &ASAM_REPLAY_D_PROGRAM,
    },
    {
        .id = "tram-shuffled-d",
        .name = "TRAM with d shuffled in time",
        .paper = "control; compare Sherborne et al., ICLR 2024",
        .equation = "eps = d_j T^2 g / ||T g||, j drawn from 1 .. t, d of the followed lane",
        .summary = "Control: TRAM with the radius of a step drawn at random among those that a "
                   "TRAM lane (key follow) has done so far: the right sizes in the wrong order.",
        .knobs = {{KNOB_ADAPTIVE, 1.0, NULL, 0.0}, LOOK_KNOBS(KNOB_OF)},
        .knob_count = 1 + LOOK_COUNT,
        .forward_passes = 2,
        .backward_passes = 2,
        .is_control = true,
        .program = &TRAM_SHUFFLED_D_PROGRAM,
    },
};

MethodList method_table(void)
{
    return (MethodList){.methods = METHODS, .count = sizeof METHODS / sizeof *METHODS};
}

const MethodInfo *method_find(const char *id)
{
    const MethodList list = method_table();
    for (size_t i = 0; i < list.count; i++) {
        if (strcmp(list.methods[i].id, id) == 0) {
            return &list.methods[i];
        }
    }
    return NULL;
}

static const MethodKnob *own_knob(const MethodInfo *method, KnobId knob)
{
    for (size_t i = 0; i < method->knob_count; i++) {
        if (method->knobs[i].id == knob) {
            return &method->knobs[i];
        }
    }
    return NULL;
}

bool method_has_knob(const MethodInfo *method, KnobId knob, double *default_value)
{
    for (size_t i = 0; i < METHOD_SHARED_KNOB_COUNT; i++) {
        if (METHOD_SHARED_KNOBS[i] == knob) {
            *default_value = (double)NAN;
            return true;
        }
    }
    const MethodKnob *own = own_knob(method, knob);
    if (own != NULL) {
        *default_value = own->default_value;
    }
    return own != NULL;
}

double method_knob_maximum(const MethodInfo *method, KnobId knob)
{
    const MethodKnob *own = own_knob(method, knob);
    return own != NULL && own->maximum > 0.0 ? own->maximum : knob_info(knob)->maximum;
}
