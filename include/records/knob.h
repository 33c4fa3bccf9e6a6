/* records/knob.h -- the quantities a user can turn, named once for files, screen and methods. */
#ifndef RECORDS_KNOB_H
#define RECORDS_KNOB_H

#include <stdbool.h>
#include <stddef.h>

/* X(id, key, symbol, unit, minimum, maximum, first_notch, last_notch, is_whole, choices, meaning)
 * key: as in files and `:set lanes.NAME.key=...`; minimum..maximum: what is accepted at all;
 * first_notch..last_notch: the usual range that `[` and `]` walk on the 1-2-5 ladder (0 stands below the first notch where allowed);
 * a range that ends between 0.5 and 1 matters near 1: from 0.5 on it goes 0.8, 0.9, 0.95, 0.98, 0.99 ..., the ladder mirrored;
 * is_whole: only whole numbers;
 * choices: NULL for numbers; else words "a|b|c" in the order of the enum in records/knob_choice.h: the value is the index, as a double. */
#define KNOB_TABLE(X)                                                                              \
    X(KNOB_LEARNING_RATE, "learning_rate", "lr", "", 0.0, 1e6, 1e-6, 1e-1, false, NULL,            \
      "peak learning rate; the schedule multiplies it")                                            \
    X(KNOB_WEIGHT_DECAY, "weight_decay", "wd", "", 0.0, 1.0, 1e-4, 1e-1, false, NULL,              \
      "decoupled weight decay, outside the ascent")                                                \
    X(KNOB_RHO, "rho", "rho", "L2", 0.0, 1e6, 1e-3, 1e1, false, NULL,                              \
      "SAM: radius of the perturbation; TRAM: cap of the divergence d (0 = no cap)")               \
    X(KNOB_SCALE, "scale", "s", "1/nat", 0.0, 1e12, 1.0, 1e6, false, NULL,                         \
      "trust-region scale s: radius d = s * KL; s = 1 is the paper's expectation, tiny here (d "   \
      "about 1e-4)")                                                                               \
    X(KNOB_SIGMA, "sigma", "sigma", "", 0.0, 1e12, 1e-5, 1e1, false, NULL,                         \
      "size of the noise on the embeddings")                                                       \
    X(KNOB_LAMBDA, "lambda", "lambda", "", 0.0, 1e6, 1e-3, 1e3, false, NULL,                       \
      "weight of the divergence added to the loss")                                                \
    X(KNOB_DECAY, "decay", "decay", "", 0.0, 1.0, 1e-1, 0.9999, false, NULL,                       \
      "of the moving average of the weights")                                                      \
    X(KNOB_TEMPERATURE, "temperature", "tau", "", 1e-3, 1e3, 1e-1, 1e1, false, NULL,               \
      "the logits of both sides are divided by it")                                                \
    X(KNOB_GAMMA, "gamma", "gamma", "Fisher norm", 0.0, 1e6, 1e-3, 1e1, false, NULL,               \
      "radius of the perturbation in the Fisher metric")                                           \
    X(KNOB_ETA, "eta", "eta", "", 0.0, 1e18, 1e-2, 1e6, false, NULL,                               \
      "weight of the Fisher diagonal f in the metric 1 + eta f; 0 = SAM")                          \
    X(KNOB_ALPHA, "alpha", "alpha", "", 0.0, 1e3, 1e-2, 1e1, false, NULL,                          \
      "share of the perpendicular component")                                                      \
    X(KNOB_INTERVAL, "interval", "k", "steps", 1.0, 1e6, 1.0, 1e2, true, NULL,                     \
      "perturb on every k-th step only; the steps between are the base optimizer's")               \
    X(KNOB_RHO_MIN, "rho_min", "rho_min", "L2", 0.0, 1e6, 1e-3, 1e1, false, NULL,                  \
      "where the rho schedule begins or ends")                                                     \
    X(KNOB_MOMENTUM, "momentum", "mu", "", 0.0, 0.9999, 1e-1, 0.99, false, NULL,                   \
      "of the base optimizer sgd")                                                                 \
    X(KNOB_WSAM_WEIGHT, "wsam_weight", "w", "", 0.0, 0.9999, 1e-1, 0.95, false, NULL,              \
      "WSAM: h = g + w / (1 - w) (g~ - g); 0.5 = the perturbed gradient alone")                    \
    X(KNOB_MAX_GRAD_NORM, "max_grad_norm", "clip", "L2", 0.0, 1e6, 1e-1, 1e1, false, NULL,         \
      "clip the final gradient, and only that, to this norm; 0 = never")                           \
    X(KNOB_START_STEP, "start_step", "start", "step", 0.0, 1e8, 1.0, 1e5, true, NULL,              \
      "first step that perturbs")                                                                  \
    X(KNOB_STOP_STEP, "stop_step", "stop", "step", 0.0, 1e8, 1.0, 1e5, true, NULL,                 \
      "last step that perturbs; 0 = to the end")                                                   \
    X(KNOB_AUTO_SCALE, "auto_scale", "auto", "own metric", 0.0, 1e6, 1e-3, 1e1, false, NULL,       \
      "radius to aim at: after 20 steps with a divergence, s = auto_scale / their median, "        \
      "frozen; "                                                                                   \
      "0 = off")                                                                                   \
    X(KNOB_DIVERGENCE, "divergence", "D", "", 0.0, 7.0, 1.0, 7.0, true,                            \
      "forward-kl|reverse-kl|symmetric-kl|l2|mmd-imq|mmd-imq2|mmd-imq3|mmd-rbf",                   \
      "how the target's predictions differ from the present ones")                                 \
    X(KNOB_REDUCTION, "reduction", "reduction", "", 0.0, 1.0, 1.0, 1.0, true, "mean|reference",    \
      "d in nats a position, or divided by classes and batch as the authors' code does")           \
    X(KNOB_CENTRE, "centre", "centre", "", 0.0, 1.0, 1.0, 1.0, true, "on|off",                     \
      "subtract each row's mean from the logits before l2 and mmd")                                \
    X(KNOB_DIVERGENCE_FRACTION, "divergence_fraction", "fraction", "", 1e-3, 1.0, 1e-1, 1.0,       \
      false, NULL,                                                                                 \
      "share of the batch that d is estimated on: its first windows, rounded up; 1 = all")         \
    X(KNOB_NOISE, "noise", "noise", "", 0.0, 1.0, 1.0, 1.0, true, "normal|uniform",                \
      "N(0, sigma^2), or uniform on (-sigma, sigma)")                                              \
    X(KNOB_STOPGRAD_NOISED, "stopgrad_noised", "stopgrad", "", 0.0, 1.0, 1.0, 1.0, true, "off|on", \
      "no gradient through the noised pass: saves a backward pass")                                \
    X(KNOB_PERTURB, "perturb", "perturb", "", 0.0, 6.0, 1.0, 6.0, true,                            \
      "all|no-bias|weights-only|norm-only|no-norm|no-embed|head-only",                             \
      "the tensors that are perturbed, and over which the norm is taken; weights-only: matrices "  \
      "and embeddings; head-only: what makes the logits")                                          \
    X(KNOB_ADAPTIVE, "adaptive", "adaptive", "", 0.0, 1.0, 1.0, 1.0, true, "off|on",               \
      "climb in units of the weights: eps along T^2 g with T = |theta|")                           \
    X(KNOB_M_SHARPNESS, "m_sharpness", "m", "", 0.0, 1.0, 1.0, 1.0, true, "off|on",                \
      "perturb for each micro-batch by itself; the descent takes the mean")                        \
    X(KNOB_RHO_SCHEDULE, "rho_schedule", "schedule", "", 0.0, 3.0, 1.0, 3.0, true,                 \
      "constant|ramp|follow-lr|follow-lr2",                                                        \
      "what multiplies the radius: 1, step / max_steps, the learning rate's place between its "    \
      "end and its peak (0 to 1), or the square of that")                                          \
    X(KNOB_OPTIMIZER, "optimizer", "optimizer", "", 0.0, 1.0, 1.0, 1.0, true, "adamw|sgd",         \
      "base optimizer that takes the step; a change starts its moments anew")                      \
    X(KNOB_FISHER_COST, "fisher_cost", "cost", "", 0.0, 1.0, 1.0, 1.0, true, "strict|paper-cost",  \
      "clean and noised gradient apart (3 + 3 passes), or both from the noised pass (2 + 2)")      \
    X(KNOB_ARITHMETIC, "arithmetic", "arithmetic", "", 0.0, 1.0, 1.0, 1.0, true, "paper|released", \
      "released: the authors' code as published, eps without the gradient: not an ascent "         \
      "direction")                                                                                 \
    X(KNOB_EMA_WARMUP, "ema_warmup", "warmup", "", 0.0, 1.0, 1.0, 1.0, true, "off|on",             \
      "decay_t = min(decay, (1 + t) / (10 + t))")

#define KNOB_ENUMERATOR(id, key, symbol, unit, minimum, maximum, first, last, is_whole, choices,   \
                        meaning)                                                                   \
    id,
typedef enum KnobId { KNOB_TABLE(KNOB_ENUMERATOR) KNOB_COUNT } KnobId;
#undef KNOB_ENUMERATOR

typedef struct KnobInfo {
    const char *key;
    const char *symbol;
    const char *unit;
    double minimum;
    double maximum;
    double first_notch;
    double last_notch;
    bool is_whole;
    const char *choices; /* "a|b|c"; NULL for numbers */
    const char *meaning;
} KnobInfo;

enum { KNOB_CHOICE_BYTES = 24 };

/* Static storage; id < KNOB_COUNT. ANY THREAD. */
const KnobInfo *knob_info(KnobId id);

/* True and *out set if `key` is a knob's key. */
bool knob_from_key(const char *key, KnobId *out);

/* The next notch of the 1-2-5 ladder above or below `value` (direction +1 or -1), within the usual range; 0 lies below the first
 * notch where 0 is allowed. Values between notches go to the nearest notch in that direction. Choices go by one. */
double knob_notch(KnobId id, double value, int direction);

/* The word of choice `index`: true, and out filled; false for numbers and for an index there is not. */
bool knob_choice_name(KnobId id, double index, char out[KNOB_CHOICE_BYTES]);

/* True and *index set if `name` is one of the knob's choices. */
bool knob_choice_from_name(KnobId id, const char *name, double *index);

#endif
