/* records/metric_sample.h -- what a lane measured at a step. */
#ifndef RECORDS_METRIC_SAMPLE_H
#define RECORDS_METRIC_SAMPLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* X(id, name, unit, meaning) -- names as in metrics.jsonl */
#define METRIC_TABLE(X)                                                                            \
    X(METRIC_LOSS, "loss", "nats/token",                                                           \
      "training loss L(theta) of this step's batch, before the update; where a method visits "     \
      "only "                                                                                      \
      "a perturbed or noised point (msam, tram-fisher at paper-cost), there")                      \
    X(METRIC_LOSS_PERTURBED, "loss_perturbed", "nats/token", "L(theta + eps) on the same batch")   \
    X(METRIC_LOSS_RISE, "loss_rise", "nats/token",                                                 \
      "measured L(theta + eps) - L(theta), with the method's penalty if it has one")               \
    X(METRIC_LOSS_RISE_PREDICTED, "loss_rise_predicted", "nats/token",                             \
      "first-order prediction <g, eps>")                                                           \
    X(METRIC_GRAD_NORM, "grad_norm", "L2", "||g||_2 of the loss at theta, before clipping")        \
    X(METRIC_PERTURBATION_NORM, "perturbation_norm", "L2", "||eps||_2")                            \
    X(METRIC_PERTURBATION_NORM_OWN, "perturbation_norm_own", "own metric",                         \
      "||eps|| in the method's own metric: L2 for SAM, ||eps / |theta| ||_2 for ASAM and TRAM, "   \
      "sqrt(eps' (1 + eta f) eps) for FSAM")                                                       \
    X(METRIC_DIVERGENCE, "divergence", "nats/token",                                               \
      "mean KL(target || current) of the trust region, or the method's other divergence; before "  \
      "scale and reduction")                                                                       \
    X(METRIC_RADIUS, "radius", "own metric",                                                       \
      "radius used: rho for SAM, d = min(s * KL, rho) for TRAM")                                   \
    X(METRIC_RADIUS_LIMIT, "radius_limit", "code",                                                 \
      "what limited the radius: 0 none, 1 rho, 2 scale*KL, 3 zero gradient, 4 loss budget, "       \
      "5 another lane's d")                                                                        \
    X(METRIC_UPDATE_NORM, "update_norm", "L2", "||theta_{t+1} - theta_t||_2")                      \
    X(METRIC_DISTANCE, "distance", "L2", "||theta - theta_0||_2 after the update")                 \
    X(METRIC_LEARNING_RATE, "learning_rate", "1", "learning rate in force at this step")           \
    X(METRIC_KL_STEP, "kl_step", "nats/token",                                                     \
      "KL(theta_t || theta_{t+1}) on the in-domain probe batch: one update")                       \
    X(METRIC_KL_IN_DOMAIN, "kl_in_domain", "nats/token",                                           \
      "representation KL(theta_0 || theta) on the in-domain probe batch")                          \
    X(METRIC_KL_OUT_OF_DOMAIN, "kl_out_of_domain", "nats/token",                                   \
      "representation KL(theta_0 || theta) on the out-of-domain probe batch")                      \
    X(METRIC_EVAL_LOSS, "eval_loss", "nats/token", "loss on the dev split of the training domain") \
    X(METRIC_EVAL_PERPLEXITY, "eval_perplexity", "perplexity", "exp(eval_loss)")                   \
    X(METRIC_ZERO_SHOT_PERPLEXITY, "zero_shot_perplexity", "perplexity",                           \
      "mean of the zero-shot domains' perplexities (ZS avg)")                                      \
    X(METRIC_TOKENS_PER_SECOND, "tokens_per_second", "1/s",                                        \
      "training tokens of this lane per second of its own steps")                                  \
    X(METRIC_SKIPPED_STEPS, "skipped_steps", "steps",                                              \
      "steps skipped so far because a loss or gradient was not finite")                            \
    X(METRIC_FINAL_LOSS, "final_loss", "nats/token",                                               \
      "loss on all of the training domains' final_split, after the race")                          \
    X(METRIC_FINAL_LOSS_ERROR, "final_loss_error", "nats/token",                                   \
      "standard error of final_loss over windows of text")                                         \
    X(METRIC_FINAL_PERPLEXITY, "final_perplexity", "perplexity", "exp(final_loss)")                \
    X(METRIC_FINAL_ZERO_SHOT_PERPLEXITY, "final_zero_shot_perplexity", "perplexity",               \
      "mean of the zero-shot domains' perplexities on all of their final_split, after the race")   \
    X(METRIC_COS_GRADIENTS, "cos_gradients", "1",                                                  \
      "cosine of g and g~, the gradient at theta + eps")                                           \
    X(METRIC_EPS_SHARE_EMBEDDING, "eps_share_embedding", "1",                                      \
      "share of ||eps||^2 in the embeddings")                                                      \
    X(METRIC_EPS_SHARE_ATTENTION, "eps_share_attention", "1",                                      \
      "share of ||eps||^2 in the attention matrices")                                              \
    X(METRIC_EPS_SHARE_MLP, "eps_share_mlp", "1", "share of ||eps||^2 in the MLP matrices")        \
    X(METRIC_EPS_SHARE_NORM, "eps_share_norm", "1", "share of ||eps||^2 in the norms' gains")      \
    X(METRIC_EPS_SHARE_BIAS, "eps_share_bias", "1", "share of ||eps||^2 in all biases")            \
    X(METRIC_FISHER_INVERSE_MIN, "fisher_inverse_min", "1",                                        \
      "smallest 1 / (1 + eta f); near 1 everywhere, FSAM is SAM")                                  \
    X(METRIC_FISHER_INVERSE_MAX, "fisher_inverse_max", "1", "largest 1 / (1 + eta f)")             \
    X(METRIC_GRADIENT_ANGLE, "gradient_angle", "degrees",                                          \
      "angle between g and g~, which GSAM decomposes")                                             \
    X(METRIC_ASCENT_ANGLE, "ascent_angle", "degrees",                                              \
      "angle between g and the direction climbed by Friendly SAM")                                 \
    X(METRIC_IS_REUSE, "is_reuse", "0 or 1", "1: LookSAM used the direction it kept")              \
    X(METRIC_PENALTY, "penalty", "nats/token",                                                     \
      "divergence added to the loss at theta, before its weight lambda")                           \
    X(METRIC_DIVERGENCE_PER_LR2, "divergence_per_lr2", "nats/token",                               \
      "d_t / lr_t^2: about constant where the curvature is (d of tram-prev follows lr^2)")         \
    X(METRIC_SCALE_IN_FORCE, "scale_in_force", "1/nat",                                            \
      "trust-region scale s in force: the knob's, or auto_scale's once it is frozen")              \
    X(METRIC_SKIPPED_LOSS, "skipped_loss", "steps", "of those: L(theta) was not finite")           \
    X(METRIC_SKIPPED_GRADIENT, "skipped_gradient", "steps", "of those: g was not finite")          \
    X(METRIC_SKIPPED_LOSS_PERTURBED, "skipped_loss_perturbed", "steps",                            \
      "of those: L(theta + eps) was not finite")                                                   \
    X(METRIC_SKIPPED_GRADIENT_PERTURBED, "skipped_gradient_perturbed", "steps",                    \
      "of those: g~ was not finite")                                                               \
    X(METRIC_DIVERGENCE_FAILURES, "divergence_failures", "steps",                                  \
      "steps so far whose divergence was not finite and counted as 0")                             \
    X(METRIC_EVAL_ACCURACY, "eval_accuracy", "%",                                                  \
      "classes told right on the dev split of the training domains")                               \
    X(METRIC_ZERO_SHOT_ACCURACY, "zero_shot_accuracy", "%",                                        \
      "mean of the zero-shot domains' accuracies (ZS avg)")                                        \
    X(METRIC_FINAL_ACCURACY, "final_accuracy", "%",                                                \
      "classes told right on all of the training domains' final_split, after the race")            \
    X(METRIC_FINAL_ACCURACY_ERROR, "final_accuracy_error", "%",                                    \
      "standard error of final_accuracy over examples")                                            \
    X(METRIC_FINAL_ZERO_SHOT_ACCURACY, "final_zero_shot_accuracy", "%",                            \
      "mean of the zero-shot domains' accuracies on all of their final_split, after the race")     \
    X(METRIC_FINAL_ZERO_SHOT_ACCURACY_ERROR, "final_zero_shot_accuracy_error", "%",                \
      "its standard error; examples of one number in all domains (translations) count as one")

#define METRIC_ENUMERATOR(id, name, unit, meaning) id,
/* Per-domain perplexities (of classification: accuracies) follow: METRIC_DOMAIN_FIRST + index in ExperimentSpec.zero_shot_domains on the way
 * ("perplexity/<domain>", "accuracy/<domain>"), and METRIC_FINAL_DOMAIN_FIRST + index after the race ("final_perplexity/<domain>" ...). */
typedef enum MetricId {
    METRIC_TABLE(METRIC_ENUMERATOR) METRIC_FIXED_COUNT,
    METRIC_DOMAIN_FIRST = 64,
    METRIC_FINAL_DOMAIN_FIRST = 128
} MetricId;
#undef METRIC_ENUMERATOR

enum { METRIC_VALUES_MAX = 128, METRIC_ID_MAX = 192 };

/* Codes of METRIC_RADIUS_LIMIT. */
typedef enum RadiusLimit {
    RADIUS_LIMIT_NONE,
    RADIUS_LIMIT_RHO,
    RADIUS_LIMIT_SCALE,
    RADIUS_LIMIT_ZERO_GRADIENT,
    RADIUS_LIMIT_LOSS_BUDGET, /* LE-SAM's sigma / ||g|| */
    RADIUS_LIMIT_FOLLOWED     /* a control: the d of the lane it follows */
} RadiusLimit;

typedef struct MetricInfo {
    const char *name;
    const char *unit;
    const char *meaning;
} MetricInfo;

/* One lane, one step; only what was measured. Values may be NaN or infinite: that is data. */
typedef struct MetricSample {
    uint32_t lane;
    uint32_t step; /* 1 = the first step's sample; 0 = before training */
    double passes; /* forward-equivalents spent on training so far (a backward pass is two) */
    /* spent in this lane's own steps so far: other lanes, evaluations and pauses excluded */
    double seconds;
    double race_seconds; /* of racing: all lanes and evaluations, pauses excluded; not recorded */
    uint32_t count;
    uint16_t metrics[METRIC_VALUES_MAX];
    double values[METRIC_VALUES_MAX];
} MetricSample;

/* id < METRIC_FIXED_COUNT. Static storage. ANY THREAD. */
const MetricInfo *metric_info(MetricId id);

/* Append a value; false (and nothing done) when the sample is full. */
bool metric_sample_add(MetricSample *sample, uint16_t metric, double value);

/* True and *out set if the sample holds that metric. */
bool metric_sample_get(const MetricSample *sample, uint16_t metric, double *out);

#endif
