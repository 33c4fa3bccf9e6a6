/* tui/value_span.h -- what a stretch of values holds: extremes, mean, and how many no axis could show. */
#ifndef TUI_VALUE_SPAN_H
#define TUI_VALUE_SPAN_H

#include <stdbool.h>
#include <stdint.h>

/* Values further out than +-1e300 belong to no axis: `beyond` counts them and low, high and mean leave them out. */
typedef struct ValueSpan {
    double low;          /* +inf without a value */
    double high;         /* -inf */
    double low_positive; /* smallest value > 0; +inf */
    double mean;
    uint32_t count; /* of what low, high and mean are of */
    uint32_t beyond;
    uint32_t not_finite;
    uint32_t not_positive; /* of `count` and `beyond`: <= 0 */
} ValueSpan;

/* Of no value at all. */
ValueSpan value_span_empty(void);

void value_span_add(ValueSpan *span, double value);

/* `span` becomes that of both stretches. */
void value_span_join(ValueSpan *span, const ValueSpan *other);

/* True if every finite value lies within low..high. */
bool value_span_is_within(const ValueSpan *span, double low, double high);

#endif
