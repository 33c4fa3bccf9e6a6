#include "tui/lane_words.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "records/divergence_kind.h"
#include "records/knob_choice.h"
#include "tui/lane_knobs.h"

enum { NUMBER_BYTES = 32 };

/* Text that grows; what does not fit is cut. */
typedef struct Sentence {
    char *text;
    size_t bytes;
    size_t used;
} Sentence;

static void say(Sentence *sentence, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void say(Sentence *sentence, const char *format, ...)
{
    if (sentence->used >= sentence->bytes) {
        return;
    }
    va_list arguments;
    va_start(arguments, format);
    const int length = vsnprintf(sentence->text + sentence->used, sentence->bytes - sentence->used,
                                 format, arguments);
    va_end(arguments);
    sentence->used += length > 0 ? (size_t)length : 0;
}

static void say_number(Sentence *sentence, double value, int digits)
{
    char number[NUMBER_BYTES];
    text_number(value, digits, number, sizeof number);
    say(sentence, "%s", number);
}

static void say_knob(Sentence *sentence, const LabLane *lane, KnobId knob)
{
    char value[NUMBER_BYTES];
    lane_knobs_value_text(knob, lane->knobs[knob].value, 4, value, sizeof value);
    say(sentence, "%s %s", knob_info(knob)->key, value);
}

/* ---- what the lane says of itself ------------------------------------------------------------------------------------ */

static RadiusLimit limit_of(const LabLane *lane)
{
    const double code = lane->last[METRIC_RADIUS_LIMIT];
    if (!lane->is_measured[METRIC_RADIUS_LIMIT] || !(code > 0.5) ||
        code > (double)RADIUS_LIMIT_FOLLOWED + 0.5) {
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

static bool has_choice(const LabLane *lane, KnobId knob, int choice)
{
    return lane->knobs[knob].is_available && lane->knobs[knob].value == (double)choice;
}

static bool is_method(const LabLane *lane, const char *id)
{
    return strcmp(lane->method, id) == 0;
}

/* The scale that made the sample: as the lane reported it (auto_scale may have set it), else the knob's. */
static double scale_of(const LabLane *lane, bool *is_sure)
{
    const bool is_reported =
        lane->is_measured[METRIC_SCALE_IN_FORCE] &&
        lane->last_step[METRIC_SCALE_IN_FORCE] == lane->last_step[METRIC_RADIUS];
    *is_sure = is_reported || was_in_force(lane, KNOB_SCALE);
    return is_reported ? lane->last[METRIC_SCALE_IN_FORCE] : lane->knobs[KNOB_SCALE].value;
}

/* "KL", "reverse KL", "L2", ...: in front of "(target || theta)". */
static const char *kind_word(const LabLane *lane)
{
    static const char *const WORDS[DIVERGENCE_KIND_COUNT] = {[DIVERGENCE_FORWARD_KL] = "KL",
                                                             [DIVERGENCE_REVERSE_KL] = "reverse KL",
                                                             [DIVERGENCE_SYMMETRIC_KL] =
                                                                 "symmetric KL",
                                                             [DIVERGENCE_L2] = "L2",
                                                             [DIVERGENCE_MMD_IMQ] = "MMD imq",
                                                             [DIVERGENCE_MMD_IMQ2] = "MMD imq2",
                                                             [DIVERGENCE_MMD_IMQ3] = "MMD imq3",
                                                             [DIVERGENCE_MMD_RBF] = "MMD rbf"};
    const LaneKnob *knob = &lane->knobs[KNOB_DIVERGENCE];
    if (!knob->is_available || !(knob->value >= 0.0) || !(knob->value < DIVERGENCE_KIND_COUNT)) {
        return "KL";
    }
    return WORDS[(int)knob->value];
}

/* What the divergence compares; "" for tram-prev, where it is the paper's own. */
static const char *target_words(const LabLane *lane)
{
    return is_method(lane, "tram-0")   ? "(theta_0 || theta)"
           : is_method(lane, "tram-x") ? "(x + z || x)"
                                       : "";
}

/* ---- sentences ------------------------------------------------------------------------------------------------------- */

/* ", D = L2(theta_0 || theta), reduction reference" as far as it is not the default. */
static void say_divergence(Sentence *sentence, const LabLane *lane)
{
    const char *target = target_words(lane);
    const bool is_forward_kl = strcmp(kind_word(lane), "KL") == 0;
    if (target[0] != '\0' || !is_forward_kl) {
        say(sentence, ", D = %s%s", kind_word(lane),
            target[0] != '\0' ? target : "(theta_t-1 || theta)");
    }
    if (has_choice(lane, KNOB_REDUCTION, REDUCTION_REFERENCE)) {
        say(sentence, ", reduction reference");
    }
}

static void say_cap(Sentence *sentence, const LabLane *lane)
{
    const double rho = lane->knobs[KNOB_RHO].value;
    if (!was_in_force(lane, KNOB_RHO)) {
        say(sentence, "rho has changed since");
    } else if (rho > 0.0) {
        say(sentence, "rho ");
        say_number(sentence, rho, 4);
        say(sentence, " not reached");
    } else {
        say(sentence, "no cap (rho 0)");
    }
}

static void say_trust(Sentence *sentence, const LabLane *lane, RadiusLimit limit)
{
    const bool is_kl = strcmp(kind_word(lane), "KL") == 0 && target_words(lane)[0] == '\0';
    const double radius = lane->last[METRIC_RADIUS];
    const double divergence = lane->last[METRIC_DIVERGENCE];
    bool is_sure = false;
    const double scale = scale_of(lane, &is_sure);
    const double product = scale * divergence;
    const bool is_cut = limit == RADIUS_LIMIT_RHO;
    const bool is_told =
        lane->is_measured[METRIC_DIVERGENCE] && is_sure && was_in_force(lane, KNOB_RHO);
    const bool is_right = is_told && (is_cut ? product >= radius * 0.99
                                             : fabs(product - radius) <= 0.01 * fabs(radius));
    char d[NUMBER_BYTES];
    char kl[NUMBER_BYTES];
    char s[NUMBER_BYTES];
    char wanted[NUMBER_BYTES];
    const char *name = is_kl ? "KL" : "D";
    text_number(radius, 3, d, sizeof d);
    text_number(divergence, 3, kl, sizeof kl);
    text_number(scale, 4, s, sizeof s);
    text_number(product, 3, wanted, sizeof wanted);
    if (is_cut && is_right) {
        say(sentence, "s*%s = %s x %s = %s, cut to d = %s", name, s, kl, wanted, d);
    } else if (is_cut) {
        say(sentence, "d = %s", d);
    } else if (is_right) {
        say(sentence, "d = %s x %s = %s", s, kl, d);
    } else {
        say(sentence, "d = %s (s*%s, %s = %s)", d, name, name, kl);
    }
    say_divergence(sentence, lane);
    if (is_cut) {
        say(sentence, ": rho sets the radius");
    } else {
        say(sentence, ": the trust region; ");
        say_cap(sentence, lane);
    }
    if (lane->knobs[KNOB_AUTO_SCALE].is_available && lane->knobs[KNOB_AUTO_SCALE].value > 0.0) {
        say(sentence, "; s by auto_scale");
    }
}

/* SAM and its like: a knob is the radius, unless a schedule multiplies it. */
static void say_fixed(Sentence *sentence, const LabLane *lane)
{
    const bool is_fisher = !lane->knobs[KNOB_RHO].is_available;
    const KnobId knob = is_fisher ? KNOB_GAMMA : KNOB_RHO;
    const double radius = lane->last[METRIC_RADIUS];
    const double value = lane->knobs[knob].value;
    if (!was_in_force(lane, knob)) {
        say(sentence, "radius ");
        say_number(sentence, radius, 3);
        say(sentence, " (%s has changed since)", knob_info(knob)->key);
    } else if (fabs(radius - value) <= 1e-6 * fabs(value)) {
        say_knob(sentence, lane, knob);
        say(sentence, ": fixed radius");
    } else {
        say(sentence, "radius ");
        say_number(sentence, radius, 3);
        say(sentence, " of ");
        say_knob(sentence, lane, knob);
        if (lane->knobs[KNOB_RHO_MIN].is_available && lane->knobs[KNOB_RHO_MIN].value > 0.0) {
            say(sentence, " and ");
            say_knob(sentence, lane, KNOB_RHO_MIN);
        }
        say(sentence, ": the ");
        say_knob(sentence, lane, KNOB_RHO_SCHEDULE);
    }
    if (is_fisher) {
        say(sentence, " in the Fisher metric");
    } else if (has_choice(lane, KNOB_ADAPTIVE, 1)) {
        say(sentence, ", in units of the weights");
    }
}

static void say_budget(Sentence *sentence, const LabLane *lane, RadiusLimit limit)
{
    char radius[NUMBER_BYTES];
    text_number(lane->last[METRIC_RADIUS], 3, radius, sizeof radius);
    if (limit == RADIUS_LIMIT_RHO) {
        say(sentence, "radius %s: rho sets it; the loss budget (", radius);
        say_knob(sentence, lane, KNOB_SIGMA);
        say(sentence, " at first) would allow more");
        return;
    }
    say(sentence, "radius %s = sigma_t / ||g||: the loss budget (", radius);
    say_knob(sentence, lane, KNOB_SIGMA);
    say(sentence, " at first); ");
    say_cap(sentence, lane);
}

/* A control takes the d of another lane. */
static void say_followed(Sentence *sentence, const LabState *state, size_t index)
{
    const LabLane *lane = &state->lanes[index];
    char leader[SPEC_NAME_BYTES];
    text_clean(state->spec->lanes[index].follow, leader, sizeof leader, SPEC_NAME_BYTES);
    const char *name = leader[0] != '\0' ? leader : "another lane";
    char radius[NUMBER_BYTES];
    text_number(lane->last[METRIC_RADIUS], 3, radius, sizeof radius);
    if (is_method(lane, "asam-mean-d")) {
        say(sentence, "radius %s: the mean of %s's d so far", radius, name);
    } else if (is_method(lane, "tram-shuffled-d")) {
        say(sentence, "radius %s: %s's d of a step drawn at random", radius, name);
    } else {
        say(sentence, "radius %s: %s's d at this step", radius, name);
    }
}

static void say_radius(Sentence *sentence, const LabState *state, size_t index)
{
    const LabLane *lane = &state->lanes[index];
    const RadiusLimit limit = limit_of(lane);
    if (lab_state_is_released(state, index)) { /* first, so that no narrow screen cuts it off */
        say(sentence, "not an ascent direction (released arithmetic); ");
    }
    if (limit == RADIUS_LIMIT_ZERO_GRADIENT) {
        say(sentence, "the gradient was zero: no perturbation");
    } else if (limit == RADIUS_LIMIT_NONE) {
        say(sentence, "radius ");
        say_number(sentence, lane->last[METRIC_RADIUS], 3);
        say(sentence, ", limited by nothing");
    } else if (limit == RADIUS_LIMIT_FOLLOWED) {
        say_followed(sentence, state, index);
    } else if (is_method(lane, "le-sam")) {
        say_budget(sentence, lane, limit);
    } else if (lane->knobs[KNOB_SCALE].is_available) {
        say_trust(sentence, lane, limit);
    } else {
        say_fixed(sentence, lane);
    }
    if (lane->knobs[KNOB_PERTURB].is_available && lane->knobs[KNOB_PERTURB].value > 0.0) {
        say(sentence, "; ");
        say_knob(sentence, lane, KNOB_PERTURB);
    }
    if (lane->last_step[METRIC_RADIUS] < lane->step) {
        say(sentence, "; at step ");
        say_number(sentence, (double)lane->last_step[METRIC_RADIUS], 9);
    }
}

/* "loss + 0.1 x 0.003 nats of KL" of the methods that add a divergence. */
static bool say_penalty(Sentence *sentence, const LabLane *lane, const char *before)
{
    if (!lane->is_measured[METRIC_PENALTY] || !lane->knobs[KNOB_LAMBDA].is_available) {
        return false;
    }
    say(sentence, "%sloss + ", before);
    say_number(sentence, lane->knobs[KNOB_LAMBDA].value, 4);
    say(sentence, " x ");
    say_number(sentence, lane->last[METRIC_PENALTY], 3);
    say(sentence, " nats of %s", kind_word(lane));
    return true;
}

static bool can_climb(const LabLane *lane)
{
    return lane->knobs[KNOB_RHO].is_available || lane->knobs[KNOB_SCALE].is_available ||
           lane->knobs[KNOB_GAMMA].is_available || (lane->info != NULL && lane->info->is_control) ||
           lane->is_measured[METRIC_RADIUS];
}

void lane_words_limit_sentence(const LabState *state, size_t lane, char *out, size_t out_bytes)
{
    const LabLane *one = &state->lanes[lane];
    Sentence sentence = {.text = out, .bytes = out_bytes};
    say(&sentence, "%s: ", one->name);
    if (one->has_diverged) {
        say(&sentence, "DIVERGED at step ");
        say_number(&sentence, (double)one->diverged_step, 9);
        say(&sentence, " and left the race; the others go on");
    } else if (one->is_measured[METRIC_RADIUS]) {
        say_radius(&sentence, state, lane);
        (void)say_penalty(&sentence, one, "; ");
    } else if (can_climb(one)) {
        say(&sentence, state->is_recorded ? "the record has no radius" : "no radius reported yet");
    } else if (!say_penalty(&sentence, one, "no perturbation: ")) {
        if (one->knobs[KNOB_LAMBDA].is_available) {
            say(&sentence, "no perturbation: %s adds a penalty to the loss", one->method);
        } else {
            say(&sentence, "no perturbation: %s has neither rho nor scale", one->method);
        }
    }
}

/* ---- tables ---------------------------------------------------------------------------------------------------------- */

typedef struct LimitWords {
    const char *whole;
    const char *brief;
} LimitWords;

static LimitWords words_of(const LabState *state, size_t index)
{
    const LabLane *lane = &state->lanes[index];
    if (lane->has_diverged) {
        return (LimitWords){"DIVERGED", "DIVERGED"};
    }
    if (!lane->is_measured[METRIC_RADIUS_LIMIT]) {
        return (LimitWords){"", ""};
    }
    if (lab_state_is_released(state, index)) {
        return (LimitWords){"not an ascent direction", "not an ascent"};
    }
    const bool is_kl = strcmp(kind_word(lane), "KL") == 0;
    const bool is_fisher = !lane->knobs[KNOB_RHO].is_available;
    switch (limit_of(lane)) {
    case RADIUS_LIMIT_NONE:
        return (LimitWords){"no radius", "no radius"};
    case RADIUS_LIMIT_RHO:
        return is_fisher ? (LimitWords){"limited by gamma", "gamma"}
                         : (LimitWords){"limited by rho", "rho"};
    case RADIUS_LIMIT_SCALE:
        return is_kl ? (LimitWords){"limited by scale*KL", "scale*KL"}
                     : (LimitWords){"limited by scale*D", "scale*D"};
    case RADIUS_LIMIT_ZERO_GRADIENT:
        return (LimitWords){"zero gradient", "zero gradient"};
    case RADIUS_LIMIT_LOSS_BUDGET:
        return (LimitWords){"limited by the loss budget", "loss budget"};
    case RADIUS_LIMIT_FOLLOWED:
        return (LimitWords){"another lane's d", "d of another"};
    }
    return (LimitWords){"", ""};
}

void lane_words_limit(const LabState *state, size_t lane, char *out, size_t out_bytes)
{
    const LabLane *one = &state->lanes[lane];
    const bool is_followed = one->is_measured[METRIC_RADIUS_LIMIT] && !one->has_diverged &&
                             limit_of(one) == RADIUS_LIMIT_FOLLOWED &&
                             state->spec->lanes[lane].follow[0] != '\0';
    snprintf(out, out_bytes, "%s", words_of(state, lane).whole);
    if (is_followed) {
        char leader[SPEC_NAME_BYTES];
        text_clean(state->spec->lanes[lane].follow, leader, sizeof leader, 16);
        snprintf(out, out_bytes, "the d of %s", leader);
    }
}

void lane_words_short_limit(const LabState *state, size_t lane, char *out, size_t out_bytes)
{
    snprintf(out, out_bytes, "%s", words_of(state, lane).brief);
}

static bool has_any_catching_up(const LabState *state)
{
    for (size_t lane = 0; lane < state->lane_count; lane++) {
        if (lab_state_is_catching_up(state, lane)) {
            return true;
        }
    }
    return false;
}

const char *lane_words_state(const LabState *state, size_t lane)
{
    if (state->lanes[lane].has_diverged) {
        return "DIVERGED";
    }
    if (lab_state_is_catching_up(state, lane)) {
        return "catching up";
    }
    switch (state->phase) {
    case LAB_LOADING:
        return "loading";
    case LAB_RUNNING:
        return has_any_catching_up(state) ? "waiting" : "racing";
    case LAB_PAUSED:
        return "paused";
    case LAB_EVALUATING:
        return "evaluating";
    case LAB_FINISHED:
        return "finished";
    case LAB_STOPPED:
        return "stopped";
    case LAB_FAILED:
        return "failed";
    case LAB_BROKEN_OFF:
        return "broken off";
    case LAB_PHASE_COUNT:
        break;
    }
    return "";
}
