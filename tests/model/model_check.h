/* model/model_check.h -- what the tests of every model need: stored references, comparing numbers, signed central differences. */
#ifndef TESTS_MODEL_MODEL_CHECK_H
#define TESTS_MODEL_MODEL_CHECK_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/json.h"
#include "base/random.h"
#include "base/real.h"
#include "model/parameter_table.h"

/* Of what many roundings leave in this variant's number type. */
static inline double close_enough(void)
{
    return REAL_IS_DOUBLE != 0 ? 1e-9 : 2e-4;
}

/* Of the same sums made in another order. */
static inline double nearly_equal(void)
{
    return REAL_IS_DOUBLE != 0 ? 1e-13 : 1e-5;
}

static inline void assert_near(double got, double wanted, double tolerance, const char *what,
                               size_t index)
{
    if (!(fabs(got - wanted) <= tolerance * fmax(1, fabs(got) + fabs(wanted)))) {
        fail_msg("%s[%zu]: got %.12g, wanted %.12g", what, index, got, wanted);
    }
}

static inline Json *read_reference(const char *path)
{
    char *text = NULL;
    size_t size = 0;
    Json *json = NULL;
    assert_int_equal(json_read_text(path, JSON_FILE_BYTES_MAX, &text, &size, NULL), STATUS_OK);
    assert_int_equal(json_parse(text, size, path, &json, NULL), STATUS_OK);
    free(text);
    return json;
}

static inline void read_integers(const Json *list, int32_t *out, size_t count)
{
    assert_int_equal(json_count(list), count);
    for (const Json *item = json_first(list); item != NULL; item = json_next(item)) {
        *out++ = (int32_t)json_number(item);
    }
}

static inline void assert_list_near(const Real *got, const Json *list, size_t count,
                                    double tolerance, const char *what)
{
    assert_int_equal(json_count(list), count);
    size_t i = 0;
    for (const Json *item = json_first(list); item != NULL; item = json_next(item), i++) {
        assert_near((double)got[i], json_number(item), tolerance, what, i);
    }
}

/* Every tensor's gradient against the stored one of its name. */
static inline void assert_gradients_near(const ParameterTable *table, const Real *grads,
                                         const Json *gradients)
{
    assert_int_equal(json_count(gradients), table->count);
    for (size_t k = 0; k < table->count; k++) {
        const ParameterTensor *const tensor = &table->tensors[k];
        assert_list_near(grads + tensor->offset, json_member(gradients, tensor->name),
                         tensor->rows * tensor->cols, close_enough() / 10, tensor->name);
    }
}

/* A model's loss as a function of its parameters. */
typedef struct LossOf {
    double (*loss)(const void *context);
    const void *context;
    const ParameterTable *table;
    Real *params; /* what the loss reads; put back after each move */
} LossOf;

static inline double loss_moved(const LossOf *of, const ParameterTensor *tensor, const Real *start,
                                const double *direction, double distance)
{
    const size_t n = tensor->rows * tensor->cols;
    for (size_t i = 0; i < n; i++) {
        of->params[tensor->offset + i] = start[i] + (Real)(distance * direction[i]);
    }
    const double loss = of->loss(of->context);
    memcpy(of->params + tensor->offset, start, n * sizeof *start);
    return loss;
}

/* The gradient of each tensor along a random direction, sign included: `make VARIANT=double` runs this, float rounding would drown the
 * differences. */
static inline void assert_central_differences(const LossOf *of, const Real *grads)
{
    if (REAL_IS_DOUBLE == 0) {
        skip();
    }
    const double h = 2e-6;
    Random random = random_stream(7, RANDOM_STREAM_PROBES, 0);
    for (size_t k = 0; k < of->table->count; k++) {
        const ParameterTensor *const tensor = &of->table->tensors[k];
        const size_t n = tensor->rows * tensor->cols;
        double *const direction = calloc(n, sizeof *direction);
        Real *const start = calloc(n, sizeof *start);
        assert_non_null(direction);
        assert_non_null(start);
        memcpy(start, of->params + tensor->offset, n * sizeof *start);
        double analytic = 0;
        for (size_t i = 0; i < n; i++) {
            direction[i] = random_normal(&random);
            analytic += direction[i] * (double)grads[tensor->offset + i];
        }
        const double numeric = (loss_moved(of, tensor, start, direction, h) -
                                loss_moved(of, tensor, start, direction, -h)) /
                               (2 * h);
        assert_near(analytic, numeric, 1e-8, tensor->name, 0);
        free(start);
        free(direction);
    }
}

static inline Real *copy_of_reals(const Real *values, size_t count)
{
    Real *const copy = malloc(count * sizeof *copy);
    assert_non_null(copy);
    memcpy(copy, values, count * sizeof *copy);
    return copy;
}

#endif
