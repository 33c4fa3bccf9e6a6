/* optim/softmax_task.h -- the smallest task with everything in it: a bilinear network of four weights, two classes, four windows. */
#ifndef TESTS_OPTIM_SOFTMAX_TASK_H
#define TESTS_OPTIM_SOFTMAX_TASK_H

#include <math.h>
#include <string.h>

#include "optim/objective.h"

enum { SOFTMAX_N = 4, SOFTMAX_WINDOWS = 4, SOFTMAX_CLASSES = 2 };

/* Logits of window i: (w0 w2 x_i, w1 w2 x_i + w3); cross-entropy against a label; noise of size sigma adds sigma n_i to x_i. */
typedef struct SoftmaxTask {
    double outputs[OUTPUT_SLOT_TARGET + 1][SOFTMAX_WINDOWS][SOFTMAX_CLASSES];
    double deltas[SOFTMAX_WINDOWS][SOFTMAX_CLASSES];
    size_t first; /* windows of the last pass */
    size_t past;
    size_t passes;
} SoftmaxTask;

static inline double softmax_input(const EmbeddingNoise *noise, size_t window)
{
    static const double INPUTS[SOFTMAX_WINDOWS] = {1.0, -0.5, 2.0, 0.25};
    static const double NOISE[SOFTMAX_WINDOWS] = {0.5, 1.0, -1.5, 0.75};
    return INPUTS[window] + noise->sigma * NOISE[window];
}

static inline void softmax_logits(const Real *w, double x, double z[SOFTMAX_CLASSES])
{
    z[0] = (double)w[0] * (double)w[2] * x;
    z[1] = (double)w[1] * (double)w[2] * x + (double)w[3];
}

static inline void softmax_log_probabilities(const double z[SOFTMAX_CLASSES],
                                             double out[SOFTMAX_CLASSES])
{
    const double largest = fmax(z[0], z[1]);
    const double sum = largest + log(exp(z[0] - largest) + exp(z[1] - largest));
    out[0] = z[0] - sum;
    out[1] = z[1] - sum;
}

/* KL(P || Q); d_p and d_q receive its gradients with respect to the logits (EQUATIONS 12.3). */
static inline double softmax_kl(const double p_logits[SOFTMAX_CLASSES],
                                const double q_logits[SOFTMAX_CLASSES], double d_p[SOFTMAX_CLASSES],
                                double d_q[SOFTMAX_CLASSES])
{
    double p[SOFTMAX_CLASSES];
    double q[SOFTMAX_CLASSES];
    double kl = 0.0;
    softmax_log_probabilities(p_logits, p);
    softmax_log_probabilities(q_logits, q);
    for (size_t c = 0; c < SOFTMAX_CLASSES; c++) {
        kl += exp(p[c]) * (p[c] - q[c]);
    }
    for (size_t c = 0; c < SOFTMAX_CLASSES; c++) {
        d_p[c] = exp(p[c]) * (p[c] - q[c] - kl);
        d_q[c] = exp(q[c]) - exp(p[c]);
    }
    return kl;
}

/* D(target, current) of one window, with both gradients. */
static inline double softmax_divergence_of(DivergenceKind kind, const double target[],
                                           const double current[], double d_target[],
                                           double d_current[])
{
    double unused_target[SOFTMAX_CLASSES] = {0};
    double unused_current[SOFTMAX_CLASSES] = {0};
    const double forward = softmax_kl(target, current, d_target, d_current);
    if (kind == DIVERGENCE_FORWARD_KL) {
        return forward;
    }
    const double reverse = softmax_kl(current, target, unused_current, unused_target);
    for (size_t c = 0; c < SOFTMAX_CLASSES; c++) {
        const double keep = kind == DIVERGENCE_SYMMETRIC_KL ? 1.0 : 0.0;
        d_target[c] = keep * d_target[c] + unused_target[c];
        d_current[c] = keep * d_current[c] + unused_current[c];
    }
    if (kind == DIVERGENCE_L2) {
        return hypot(target[0] - current[0], target[1] - current[1]);
    }
    return kind == DIVERGENCE_SYMMETRIC_KL ? forward + reverse : reverse;
}

/* Push the gradient of one window's logits back to the weights. */
static inline void softmax_push_back(const Real *w, double x, const double d_z[SOFTMAX_CLASSES],
                                     double grads[SOFTMAX_N])
{
    grads[0] += d_z[0] * (double)w[2] * x;
    grads[1] += d_z[1] * (double)w[2] * x;
    grads[2] += d_z[0] * (double)w[0] * x + d_z[1] * (double)w[1] * x;
    grads[3] += d_z[1];
}

/* The penalty of one window, and its part of the gradients. */
static inline double softmax_penalty(const SoftmaxTask *task, const PassRequest *request,
                                     size_t window, const double z[SOFTMAX_CLASSES],
                                     double d_z[SOFTMAX_CLASSES])
{
    const Penalty *penalty = &request->penalty;
    const double tau = penalty->temperature;
    double target[SOFTMAX_CLASSES];
    double current[SOFTMAX_CLASSES];
    double d_target[SOFTMAX_CLASSES];
    double d_current[SOFTMAX_CLASSES];
    if (penalty->weight == 0.0) {
        return 0.0;
    }
    for (size_t c = 0; c < SOFTMAX_CLASSES; c++) {
        target[c] = task->outputs[penalty->target][window][c] / tau;
        current[c] = z[c] / tau;
    }
    const double value = softmax_divergence_of(penalty->kind, target, current, d_target, d_current);
    for (size_t c = 0; c < SOFTMAX_CLASSES; c++) {
        d_z[c] += penalty->weight * tau * d_current[c];
    }
    return value;
}

static inline double softmax_twin(const PassRequest *request, size_t window,
                                  const double z[SOFTMAX_CLASSES], double d_z[SOFTMAX_CLASSES],
                                  double weight, double grads[SOFTMAX_N])
{
    const NoisedTwin *twin = &request->twin;
    double noised[SOFTMAX_CLASSES];
    double d_noised[SOFTMAX_CLASSES];
    double d_clean[SOFTMAX_CLASSES];
    if (twin->weight == 0.0) {
        return 0.0;
    }
    const double x = softmax_input(&twin->noise, window);
    softmax_logits(request->params, x, noised);
    const double value = softmax_divergence_of(twin->kind, noised, z, d_noised, d_clean);
    for (size_t c = 0; c < SOFTMAX_CLASSES; c++) {
        d_z[c] += twin->weight * d_clean[c];
        d_noised[c] *= twin->is_detached ? 0.0 : twin->weight * weight;
    }
    softmax_push_back(request->params, x, d_noised, grads);
    return value;
}

static inline Status softmax_pass(void *context, const PassRequest *request, PassResult *result)
{
    static const size_t LABELS[SOFTMAX_WINDOWS] = {0, 1, 1, 0};
    SoftmaxTask *task = context;
    double grads[SOFTMAX_N] = {0};
    const size_t parts = request->part_count == 0 ? 1 : request->part_count;
    task->passes++;
    task->first = SOFTMAX_WINDOWS * request->part / parts;
    task->past = SOFTMAX_WINDOWS * (request->part + 1) / parts;
    const double weight = 1.0 / (double)(task->past - task->first);
    *result = (PassResult){0};
    for (size_t i = task->first; i < task->past; i++) {
        double z[SOFTMAX_CLASSES];
        double log_p[SOFTMAX_CLASSES];
        double d_z[SOFTMAX_CLASSES];
        const double x = softmax_input(&request->noise, i);
        softmax_logits(request->params, x, z);
        softmax_log_probabilities(z, log_p);
        memcpy(task->outputs[request->keep][i], z, sizeof z);
        result->loss_nats -= weight * log_p[LABELS[i]];
        for (size_t c = 0; c < SOFTMAX_CLASSES; c++) {
            d_z[c] = request->uses_deltas ? task->deltas[i][c]
                                          : exp(log_p[c]) - (c == LABELS[i] ? 1.0 : 0.0);
            if (request->keeps_deltas) {
                task->deltas[i][c] = d_z[c];
            }
        }
        result->penalty_nats += weight * softmax_penalty(task, request, i, z, d_z);
        result->penalty_nats += weight * softmax_twin(request, i, z, d_z, weight, grads);
        d_z[0] *= weight;
        d_z[1] *= weight;
        softmax_push_back(request->params, x, d_z, grads);
    }
    for (size_t k = 0; request->grads != NULL && k < SOFTMAX_N; k++) {
        request->grads[k] = (Real)grads[k];
    }
    return STATUS_OK;
}

static inline Status softmax_divergence(void *context, DivergenceKind kind, bool is_centred,
                                        uint64_t seed, OutputSlot target, OutputSlot current,
                                        double *value)
{
    (void)is_centred;
    (void)seed;
    const SoftmaxTask *task = context;
    double ignored[2][SOFTMAX_CLASSES];
    double sum = 0.0;
    for (size_t i = task->first; i < task->past; i++) {
        sum += softmax_divergence_of(kind, task->outputs[target][i], task->outputs[current][i],
                                     ignored[0], ignored[1]);
    }
    *value = sum / (double)(task->past - task->first);
    return STATUS_OK;
}

static inline Objective softmax_objective(SoftmaxTask *task)
{
    return (Objective){.context = task,
                       .n = SOFTMAX_N,
                       .run_pass = softmax_pass,
                       .divergence = softmax_divergence,
                       .reference_factor = 1.0 / (SOFTMAX_CLASSES * SOFTMAX_WINDOWS)};
}

#endif
