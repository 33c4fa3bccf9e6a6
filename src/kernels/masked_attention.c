/* kernels/masked_attention.c -- blocks of queries against the keys up to the last that is not padding, by matrix products. */
#include "kernels/masked_attention.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "kernels/gemm.h"
#include "kernels/multiversion.h"
#include "kernels/softmax.h"
#include "kernels/vector_ops.h"

/* Scores are made for this many queries at a time: they stay in the cache until they are used up. */
enum { QUERY_BLOCK = 128 };

/* What the heads of one window share: its keys are 0 .. keys - 1. */
typedef struct Window {
    const bool *is_padding; /* [T]; NULL: none of the keys is */
    size_t keys;
} Window;

/* One window and head: pointers to row 0; rows lie `stride` apart in qkv, `out_stride` in out. */
typedef struct Head {
    Window window;
    const Real *q;
    const Real *k;
    const Real *v;
    size_t stride;
    size_t out_stride;
    size_t D;
    Real scale;
    double dropout_rate; /* of its weights */
    uint64_t dropout_key;
} Head;

/* The queries first .. first + rows - 1. */
typedef struct QueryBlock {
    size_t first;
    size_t rows;
} QueryBlock;

size_t masked_attention_scratch_count(size_t T)
{
    return 2 * QUERY_BLOCK * T;
}

static Window window_at(const bool *is_padding, size_t T, size_t b)
{
    if (is_padding == NULL) {
        return (Window){.keys = T};
    }
    const bool *const of_window = is_padding + b * T;
    size_t keys = T;
    while (keys > 0 && of_window[keys - 1]) {
        keys--;
    }
    /* A bool is a byte. */
    const bool has_gaps = memchr(of_window, 1, keys) != NULL;
    return (Window){.is_padding = has_gaps ? of_window : NULL, .keys = keys};
}

static Head head_at(const Real *qkv, Window window, AttentionSizes sizes, const Dropout *dropout,
                    size_t b, size_t h)
{
    const size_t D = sizes.C / sizes.H;
    const Real *const q = qkv + b * sizes.T * 3 * sizes.C + h * D;
    return (Head){.window = window,
                  .q = q,
                  .k = q + sizes.C,
                  .v = q + 2 * sizes.C,
                  .stride = 3 * sizes.C,
                  .out_stride = sizes.C,
                  .D = D,
                  .scale = (Real)(1.0 / sqrt((double)D)),
                  .dropout_rate = dropout == NULL ? 0 : dropout->rate,
                  .dropout_key =
                      dropout == NULL ? 0 : dropout_row_key(dropout_window_key(dropout, b), h)};
}

static QueryBlock query_block_at(size_t first, size_t T)
{
    return (QueryBlock){.first = first, .rows = T - first < QUERY_BLOCK ? T - first : QUERY_BLOCK};
}

MULTIVERSION
static void hide_padding(Real *row, const bool *is_padding, size_t keys)
{
    for (size_t j = 0; j < keys; j++) {
        row[j] = is_padding[j] ? -(Real)INFINITY : row[j];
    }
}

/* scores [rows, keys] = scale q k^T, minus infinity at the keys which are padding */
static void make_scores(Real *scores, const Head *head, QueryBlock block)
{
    const size_t keys = head->window.keys;
    gemm(scores, keys, (GemmOperand){head->q + block.first * head->stride, head->stride, false},
         (GemmOperand){head->k, head->stride, true}, (GemmSizes){block.rows, keys, head->D},
         head->scale, 0);
    for (size_t i = 0; head->window.is_padding != NULL && i < block.rows; i++) {
        hide_padding(scores + i * keys, head->window.is_padding, keys);
    }
}

/* Drop from the row of query t. */
static void drop_from_row(Real *row, const Head *head, size_t t)
{
    if (head->dropout_rate > 0) {
        dropout_row(row, row, head->window.keys, head->dropout_rate,
                    dropout_row_key(head->dropout_key, t));
    }
}

static void forward_block(Real *out, Real *statistics, Real *scores, const Head *head,
                          QueryBlock block)
{
    const size_t keys = head->window.keys;
    make_scores(scores, head, block);
    for (size_t i = 0; i < block.rows; i++) {
        Real *const row = scores + i * keys;
        const Real largest = row_maximum(row, keys);
        const double sum = row_exponentials(row, row, largest, keys);
        statistics[2 * (block.first + i)] = largest;
        statistics[2 * (block.first + i) + 1] = (Real)(1 / sum);
        drop_from_row(row, head, block.first + i);
    }
    Real *const out_rows = out + block.first * head->out_stride;
    gemm(out_rows, head->out_stride, (GemmOperand){scores, keys, false},
         (GemmOperand){head->v, head->stride, false}, (GemmSizes){block.rows, head->D, keys}, 1, 0);
    /* Dividing D numbers a row here is cheaper than dividing the row's weights. */
    for (size_t i = 0; i < block.rows; i++) {
        row_scale(out_rows + i * head->out_stride, statistics[2 * (block.first + i) + 1], head->D);
    }
}

void masked_attention_forward(Real *restrict out, Real *restrict statistics, Real *restrict scratch,
                              const Real *restrict qkv, const bool *restrict is_padding,
                              AttentionSizes sizes, const Dropout *dropout)
{
    const size_t window_statistics = 2 * sizes.H * sizes.T;
    for (size_t b = 0; b < sizes.B; b++) {
        const Window window = window_at(is_padding, sizes.T, b);
        if (window.keys == 0) { /* a softmax over nothing */
            memset(out + b * sizes.T * sizes.C, 0, sizes.T * sizes.C * sizeof *out);
            memset(statistics + b * window_statistics, 0, window_statistics * sizeof *statistics);
            continue;
        }
        for (size_t h = 0; h < sizes.H; h++) {
            const Head head = head_at(qkv, window, sizes, dropout, b, h);
            for (size_t first = 0; first < sizes.T; first += QUERY_BLOCK) {
                forward_block(out + b * sizes.T * sizes.C + h * head.D,
                              statistics + b * window_statistics + 2 * h * sizes.T, scratch, &head,
                              query_block_at(first, sizes.T));
            }
        }
    }
}

/* One row of the softmax's gradient. On entry weights holds exponentials and d_weights the gradient of the weights; on return
 * weights are divided by their sum, and d_weights is the gradient of the raw products q . k. */
MULTIVERSION
static void differentiate_row(Real *restrict weights, Real *restrict d_weights, size_t n,
                              Real average, Real inverse_sum, Real scale)
{
    for (size_t j = 0; j < n; j++) {
        const Real weight = weights[j] * inverse_sum;
        weights[j] = weight;
        d_weights[j] = weight * (d_weights[j] - average) * scale;
    }
}

/* The arrays one head's backward pass works on, each at the head's row 0. */
typedef struct HeadGradient {
    Real *d_q;
    Real *d_k;
    Real *d_v;
    const Real *d_out;
    const Real *out;
    const Real *statistics;
    Real *scores;   /* [QUERY_BLOCK, keys] scratch */
    Real *d_scores; /* [QUERY_BLOCK, keys] scratch */
} HeadGradient;

/* Leaves the weights (after dropout) in scores and the gradient of the products q . k in d_scores.
 * With dropout the gradient of the weights is dropped like the weights themselves; their average, sum_s w_s d_w_s, stays
 * d_out . out, as out was made from the dropped weights. */
static void differentiate_scores(const HeadGradient *gradient, const Head *head, QueryBlock block)
{
    const size_t keys = head->window.keys;
    make_scores(gradient->scores, head, block);
    gemm(gradient->d_scores, keys,
         (GemmOperand){gradient->d_out + block.first * head->out_stride, head->out_stride, false},
         (GemmOperand){head->v, head->stride, true}, (GemmSizes){block.rows, keys, head->D}, 1, 0);
    for (size_t i = 0; i < block.rows; i++) {
        const size_t t = block.first + i;
        Real *const row = gradient->scores + i * keys;
        Real *const d_row = gradient->d_scores + i * keys;
        (void)row_exponentials(row, row, gradient->statistics[2 * t], keys);
        drop_from_row(d_row, head, t);
        const double average = vector_dot(gradient->d_out + t * head->out_stride,
                                          gradient->out + t * head->out_stride, head->D);
        differentiate_row(row, d_row, keys, (Real)average, gradient->statistics[2 * t + 1],
                          head->scale);
        drop_from_row(row, head, t);
    }
}

/* The first block sets d_k and d_v, the others add to them. */
static void backward_block(const HeadGradient *gradient, const Head *head, QueryBlock block)
{
    const size_t keys = head->window.keys;
    differentiate_scores(gradient, head, block);
    const GemmOperand weights = {gradient->scores, keys, true};
    const GemmOperand d_scores = {gradient->d_scores, keys, false};
    const GemmOperand d_scores_transposed = {gradient->d_scores, keys, true};
    const GemmSizes into_keys = {keys, head->D, block.rows};
    const Real keep = block.first == 0 ? 0 : 1;
    gemm(gradient->d_q + block.first * head->stride, head->stride, d_scores,
         (GemmOperand){head->k, head->stride, false}, (GemmSizes){block.rows, head->D, keys}, 1, 0);
    gemm(gradient->d_k, head->stride, d_scores_transposed,
         (GemmOperand){head->q + block.first * head->stride, head->stride, false}, into_keys, 1,
         keep);
    gemm(gradient->d_v, head->stride, weights,
         (GemmOperand){gradient->d_out + block.first * head->out_stride, head->out_stride, false},
         into_keys, 1, keep);
}

static void backward_head(const HeadGradient *gradient, const Head *head, size_t T)
{
    for (size_t first = 0; first < T; first += QUERY_BLOCK) {
        backward_block(gradient, head, query_block_at(first, T));
    }
    for (size_t t = head->window.keys; t < T; t++) {
        memset(gradient->d_k + t * head->stride, 0, head->D * sizeof(Real));
        memset(gradient->d_v + t * head->stride, 0, head->D * sizeof(Real));
    }
}

void masked_attention_backward(Real *restrict d_qkv, Real *restrict scratch,
                               const Real *restrict d_out, const Real *restrict out,
                               const Real *restrict qkv, const Real *restrict statistics,
                               const bool *restrict is_padding, AttentionSizes sizes,
                               const Dropout *dropout)
{
    const size_t window_numbers = sizes.T * 3 * sizes.C;
    for (size_t b = 0; b < sizes.B; b++) {
        const Window window = window_at(is_padding, sizes.T, b);
        if (window.keys == 0) {
            memset(d_qkv + b * window_numbers, 0, window_numbers * sizeof *d_qkv);
            continue;
        }
        for (size_t h = 0; h < sizes.H; h++) {
            const Head head = head_at(qkv, window, sizes, dropout, b, h);
            Real *const d_q = d_qkv + (head.q - qkv);
            const size_t out_offset = b * sizes.T * sizes.C + h * head.D;
            const HeadGradient gradient = {.d_q = d_q,
                                           .d_k = d_q + sizes.C,
                                           .d_v = d_q + 2 * sizes.C,
                                           .d_out = d_out + out_offset,
                                           .out = out + out_offset,
                                           .statistics =
                                               statistics + 2 * (b * sizes.H + h) * sizes.T,
                                           .scores = scratch,
                                           .d_scores = scratch + QUERY_BLOCK * sizes.T};
            backward_head(&gradient, &head, sizes.T);
        }
    }
}
