/* tui/value_span.c -- sums would overflow at 1e300, so means are carried. */
#include "tui/value_span.h"

#include <math.h>

static const double LARGEST = 1e300;

ValueSpan value_span_empty(void)
{
    return (ValueSpan){.low = INFINITY, .high = -INFINITY, .low_positive = INFINITY};
}

void value_span_add(ValueSpan *span, double value)
{
    if (!isfinite(value)) {
        span->not_finite++;
        return;
    }
    span->not_positive += value <= 0.0;
    if (fabs(value) > LARGEST) {
        span->beyond++;
        return;
    }
    span->low = value < span->low ? value : span->low;
    span->high = value > span->high ? value : span->high;
    if (value > 0.0 && value < span->low_positive) {
        span->low_positive = value;
    }
    span->count++;
    span->mean += (value - span->mean) / span->count;
}

void value_span_join(ValueSpan *span, const ValueSpan *other)
{
    span->not_finite += other->not_finite;
    span->not_positive += other->not_positive;
    span->beyond += other->beyond;
    if (other->count == 0) {
        return;
    }
    span->low = other->low < span->low ? other->low : span->low;
    span->high = other->high > span->high ? other->high : span->high;
    if (other->low_positive < span->low_positive) {
        span->low_positive = other->low_positive;
    }
    span->count += other->count;
    span->mean += (other->mean - span->mean) * ((double)other->count / span->count);
}

bool value_span_is_within(const ValueSpan *span, double low, double high)
{
    return span->beyond == 0 && (span->count == 0 || (span->low >= low && span->high <= high));
}
