#include "tui/lane_words.h"

#include <math.h>
#include <stdio.h>

#include "base/text.h"

/* Numbers of a sentence as text; d is the radius, kl the divergence, s and rho the knobs in force. */
typedef struct LimitNumbers {
    char d[32];
    char kl[32];
    char s[32];
    char rho[32];
    char product[32];
    bool is_product_right; /* s * kl is what was used before the cap */
    bool has_cap;
} LimitNumbers;

static RadiusLimit limit_of(const LabLane *lane)
{
    const double code = lane->last[METRIC_RADIUS_LIMIT];
    if (!lane->is_measured[METRIC_RADIUS_LIMIT] || !(code > 0.5) || code > 3.5) {
        return RADIUS_LIMIT_NONE;
    }
    return (RadiusLimit)(int)(code + 0.5);
}

/* A knob changed at or after the sample's step was not what made the sample. */
static bool was_in_force(const LabLane *lane, KnobId knob)
{
    const LaneKnob *one = &lane->knobs[knob];
    return !one->is_changed || one->applied_step < lane->last_step[METRIC_RADIUS];
}

static LimitNumbers numbers_of(const LabLane *lane)
{
    LimitNumbers numbers = {0};
    const double radius = lane->last[METRIC_RADIUS];
    const double scale = lane->knobs[KNOB_SCALE].value;
    const double rho = lane->knobs[KNOB_RHO].value;
    const double product = scale * lane->last[METRIC_DIVERGENCE];
    text_number(radius, 3, numbers.d, sizeof numbers.d);
    text_number(lane->last[METRIC_DIVERGENCE], 3, numbers.kl, sizeof numbers.kl);
    text_number(scale, 4, numbers.s, sizeof numbers.s);
    text_number(rho, 4, numbers.rho, sizeof numbers.rho);
    text_number(product, 3, numbers.product, sizeof numbers.product);
    const bool is_told = lane->is_measured[METRIC_DIVERGENCE] && was_in_force(lane, KNOB_SCALE) &&
                         was_in_force(lane, KNOB_RHO);
    numbers.is_product_right = is_told && (limit_of(lane) == RADIUS_LIMIT_RHO
                                               ? product >= radius * 0.99
                                               : fabs(product - radius) <= 0.01 * fabs(radius));
    numbers.has_cap = rho > 0.0;
    return numbers;
}

static void trust_sentence(const LabLane *lane, RadiusLimit limit, char *out, size_t out_bytes)
{
    const LimitNumbers n = numbers_of(lane);
    if (limit == RADIUS_LIMIT_RHO && n.is_product_right) {
        snprintf(out, out_bytes, "%s: s*KL = %s x %s = %s, cut to d = %s: rho sets the radius",
                 lane->name, n.s, n.kl, n.product, n.d);
        return;
    }
    if (limit == RADIUS_LIMIT_RHO) {
        snprintf(out, out_bytes, "%s: d = %s: rho sets the radius", lane->name, n.d);
        return;
    }
    char cap[64] = "no cap (rho 0)";
    if (n.has_cap) {
        snprintf(cap, sizeof cap, "rho %s not reached", n.rho);
    }
    if (!was_in_force(lane, KNOB_RHO)) {
        snprintf(cap, sizeof cap, "rho has changed since");
    }
    if (n.is_product_right) {
        snprintf(out, out_bytes, "%s: d = %s x %s = %s: the trust region; %s", lane->name, n.s,
                 n.kl, n.d, cap);
    } else {
        snprintf(out, out_bytes, "%s: d = %s (s*KL, KL = %s): the trust region; %s", lane->name,
                 n.d, n.kl, cap);
    }
}

static void diverged_sentence(const LabLane *lane, char *out, size_t out_bytes)
{
    char step[32];
    text_number((double)lane->diverged_step, 9, step, sizeof step);
    snprintf(out, out_bytes, "%s: DIVERGED at step %s and left the race; the others go on",
             lane->name, step);
}

void lane_words_limit_sentence(const LabState *state, size_t lane, char *out, size_t out_bytes)
{
    const LabLane *one = &state->lanes[lane];
    if (one->has_diverged) {
        diverged_sentence(one, out, out_bytes);
        return;
    }
    if (!one->knobs[KNOB_RHO].is_available && !one->knobs[KNOB_SCALE].is_available) {
        snprintf(out, out_bytes, "%s: no perturbation: %s has neither rho nor scale", one->name,
                 one->method);
        return;
    }
    if (!one->is_measured[METRIC_RADIUS]) {
        snprintf(out, out_bytes, "%s: no radius reported yet", one->name);
        return;
    }
    const RadiusLimit limit = limit_of(one);
    char radius[32];
    text_number(one->last[METRIC_RADIUS], 3, radius, sizeof radius);
    if (limit == RADIUS_LIMIT_ZERO_GRADIENT) {
        snprintf(out, out_bytes, "%s: the gradient was zero: no perturbation", one->name);
    } else if (limit == RADIUS_LIMIT_NONE) {
        snprintf(out, out_bytes, "%s: radius %s, limited by nothing", one->name, radius);
    } else if (one->knobs[KNOB_SCALE].is_available) {
        trust_sentence(one, limit, out, out_bytes);
    } else {
        snprintf(out, out_bytes, "%s: radius %s: rho sets it, at every step", one->name, radius);
    }
}

const char *lane_words_limit(const LabState *state, size_t lane)
{
    const LabLane *one = &state->lanes[lane];
    if (one->has_diverged) {
        return "DIVERGED";
    }
    if (!one->is_measured[METRIC_RADIUS_LIMIT]) {
        return "";
    }
    switch (limit_of(one)) {
    case RADIUS_LIMIT_NONE:
        return "no radius";
    case RADIUS_LIMIT_RHO:
        return "limited by rho";
    case RADIUS_LIMIT_SCALE:
        return "limited by scale*KL";
    case RADIUS_LIMIT_ZERO_GRADIENT:
        return "zero gradient";
    }
    return "";
}
