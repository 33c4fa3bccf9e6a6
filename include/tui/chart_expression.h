/* tui/chart_expression.h -- sums and ratios of metrics, typed by a person: eval_loss(TRAM) - eval_loss(SAM). */
#ifndef TUI_CHART_EXPRESSION_H
#define TUI_CHART_EXPRESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/problem.h"
#include "tui/lab_state.h"

enum { EXPRESSION_STEPS_MAX = 64, EXPRESSION_TERMS_MAX = 8, EXPRESSION_TEXT_BYTES = 128 };

/* A metric of one lane, or of each lane in turn. */
typedef struct ExpressionTerm {
    uint16_t metric;
    size_t lane;
    bool is_of_each;
} ExpressionTerm;

typedef enum ExpressionOperation {
    EXPRESSION_NUMBER,
    EXPRESSION_TERM,
    EXPRESSION_NEGATE,
    EXPRESSION_ADD,
    EXPRESSION_SUBTRACT,
    EXPRESSION_MULTIPLY,
    EXPRESSION_DIVIDE
} ExpressionOperation;

typedef struct ExpressionStep {
    ExpressionOperation operation;
    double number;
    size_t term;
} ExpressionStep;

/* In reverse Polish order: every operation follows what it is of. At least one term. */
typedef struct ChartExpression {
    char text[EXPRESSION_TEXT_BYTES];
    ExpressionStep steps[EXPRESSION_STEPS_MAX];
    size_t step_count;
    ExpressionTerm terms[EXPRESSION_TERMS_MAX];
    size_t term_count;
    bool is_of_each; /* a term names no lane: there is one curve for each lane */
} ChartExpression;

/*     sum := product {("+" | "-") product}      product := factor {("*" | "/") factor}
 *     factor := "-" factor | "(" sum ")" | number | metric ["(" lane ")"]
 * STATUS_BAD_VALUE: *problem says in which column (1 = the first) what was expected, and what is unknown; *out is untouched. */
Status chart_expression_parse(const char *text, const LabState *state, ChartExpression *out,
                              Problem *problem);

/* True if it is nothing but metric(lane) - metric(other lane), of one metric: a paired difference. */
bool chart_expression_is_pair(const ChartExpression *expression);

/* Its value when the terms have these. values [term_count]. What a division by zero gives is not finite. */
double chart_expression_value(const ChartExpression *expression, const double *values);

#endif
