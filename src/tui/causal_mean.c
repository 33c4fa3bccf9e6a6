/* tui/causal_mean.c -- one value at a time. */
#include "tui/causal_mean.h"

#include <math.h>

static const double WEIGHT_MAX = 0.999;
/* 1 minus this is 1; also keeps b^k out of the slow denormals */
static const double NOTHING_UNSEEN = 1e-18;

CausalMean causal_mean_start(double weight)
{
    const double usable = weight > 0.0 ? fmin(weight, WEIGHT_MAX) : 0.0; /* NaN is "off" too */
    return (CausalMean){.weight = usable, .unseen = 1.0};
}

double causal_mean_next(CausalMean *mean, double value)
{
    if (!isfinite(value) || mean->weight == 0.0) {
        return value;
    }
    mean->unseen = mean->unseen > NOTHING_UNSEEN ? mean->unseen * mean->weight : 0.0;
    /* The same as m_k / (1 - b^k), written as a step towards the value: a constant stays that constant to the last bit. */
    const double share = (1.0 - mean->weight) / (1.0 - mean->unseen);
    const double difference = value - mean->value;
    if (isfinite(difference)) {
        mean->value += share * difference;
    } else { /* two opposite values near the end of the number range */
        mean->value = share * value + (1.0 - share) * mean->value;
    }
    return mean->value;
}
