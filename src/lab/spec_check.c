#include "lab/spec_check.h"

#include <stdio.h>
#include <string.h>

#include "optim/method_table.h"

enum { LIST_BYTES = 384 };

static void append_word(char *list, const char *word)
{
    const size_t used = strlen(list);
    snprintf(list + used, LIST_BYTES - used, "%s%s", used == 0 ? "" : ", ", word);
}

static void line_prefix(const LaneSpec *lane, char *out, size_t out_bytes)
{
    if (lane->line == 0) {
        snprintf(out, out_bytes, "lanes.%s", lane->name);
    } else {
        snprintf(out, out_bytes, "line %zu: lanes.%s", lane->line, lane->name);
    }
}

static Status unknown_method(const LaneSpec *lane, Problem *problem)
{
    char known[LIST_BYTES] = "";
    char where[128];
    const MethodList list = method_table();
    for (size_t i = 0; i < list.count; i++) {
        append_word(known, list.methods[i].id);
    }
    line_prefix(lane, where, sizeof where);
    return problem_describe(problem, STATUS_BAD_VALUE,
                            "%s.method: there is no method \"%s\"; known: %s", where, lane->method,
                            known);
}

static Status foreign_knob(const LaneSpec *lane, const MethodInfo *method, KnobId knob,
                           Problem *problem)
{
    char known[LIST_BYTES] = "learning_rate, weight_decay, max_grad_norm";
    char where[128];
    for (size_t i = 0; i < method->knob_count; i++) {
        append_word(known, knob_info(method->knobs[i].id)->key);
    }
    line_prefix(lane, where, sizeof where);
    return problem_describe(problem, STATUS_BAD_VALUE,
                            "%s.%s: the method %s has no such knob; it has: %s", where,
                            knob_info(knob)->key, method->id, known);
}

static Status knob_too_large(const LaneSpec *lane, const MethodInfo *method, KnobId knob,
                             Problem *problem)
{
    char where[128];
    char known[LIST_BYTES] = "";
    char word[KNOB_CHOICE_BYTES] = "";
    const double maximum = method_knob_maximum(method, knob);
    line_prefix(lane, where, sizeof where);
    if (!knob_choice_name(knob, lane->knobs[knob], word)) {
        return problem_describe(problem, STATUS_BAD_VALUE,
                                "%s.%s: %g is more than %g, the most that %s takes", where,
                                knob_info(knob)->key, lane->knobs[knob], maximum, method->id);
    }
    char allowed[KNOB_CHOICE_BYTES];
    for (size_t i = 0; (double)i <= maximum && knob_choice_name(knob, (double)i, allowed); i++) {
        append_word(known, allowed);
    }
    return problem_describe(problem, STATUS_BAD_VALUE, "%s.%s: %s cannot use \"%s\"; it takes: %s",
                            where, knob_info(knob)->key, method->id, word, known);
}

static Status check_knobs(const LaneSpec *lane, const MethodInfo *method, Problem *problem)
{
    for (KnobId knob = 0; knob < KNOB_COUNT; knob++) {
        double ignored = 0.0;
        if (!lane->knob_is_set[knob]) {
            continue;
        }
        if (!method_has_knob(method, knob, &ignored)) {
            return foreign_knob(lane, method, knob, problem);
        }
        if (lane->knobs[knob] > method_knob_maximum(method, knob)) {
            return knob_too_large(lane, method, knob, problem);
        }
    }
    return STATUS_OK;
}

/* Names of the lanes whose d can be followed. */
static void list_followable(const ExperimentSpec *spec, char known[LIST_BYTES])
{
    for (size_t i = 0; i < spec->lane_count; i++) {
        const MethodInfo *method = method_find(spec->lanes[i].method);
        if (method != NULL && method->has_d) {
            append_word(known, spec->lanes[i].name);
        }
    }
    if (known[0] == '\0') {
        append_word(known, "none; add one with tram-prev, tram-0 or tram-x");
    }
}

static Status check_follow(const ExperimentSpec *spec, const LaneSpec *lane,
                           const MethodInfo *method, Problem *problem)
{
    char where[128];
    char known[LIST_BYTES] = "";
    line_prefix(lane, where, sizeof where);
    list_followable(spec, known);
    if (!method->is_control) {
        return lane->follow[0] == '\0'
                   ? STATUS_OK
                   : problem_describe(problem, STATUS_BAD_VALUE,
                                      "%s.follow: %s follows no lane; only controls do", where,
                                      method->id);
    }
    if (lane->follow[0] == '\0') {
        return problem_describe(problem, STATUS_BAD_VALUE,
                                "%s.follow: missing: name the lane whose d %s takes; there is: %s",
                                where, method->id, known);
    }
    if (strcmp(lane->follow, lane->name) == 0) {
        return problem_describe(problem, STATUS_BAD_VALUE,
                                "%s.follow: a control cannot follow itself; there is: %s", where,
                                known);
    }
    const size_t followed = experiment_spec_lane(spec, lane->follow);
    if (followed == SPEC_LANES_MAX) {
        return problem_describe(problem, STATUS_BAD_VALUE,
                                "%s.follow: no lane is named \"%s\"; there is: %s", where,
                                lane->follow, known);
    }
    const MethodInfo *target = method_find(spec->lanes[followed].method);
    if (target == NULL || !target->has_d) {
        return problem_describe(problem, STATUS_BAD_VALUE,
                                "%s.follow: the lane \"%s\" (%s) has no d to follow; there is: %s",
                                where, lane->follow, spec->lanes[followed].method, known);
    }
    return STATUS_OK;
}

Status spec_check_lane(const ExperimentSpec *spec, size_t lane, Problem *problem)
{
    const LaneSpec *checked = &spec->lanes[lane];
    const MethodInfo *method = method_find(checked->method);
    if (method == NULL) {
        return unknown_method(checked, problem);
    }
    TRY(check_knobs(checked, method, problem));
    return check_follow(spec, checked, method, problem);
}

Status spec_check_methods(const ExperimentSpec *spec, Problem *problem)
{
    for (size_t i = 0; i < spec->lane_count; i++) {
        TRY(spec_check_lane(spec, i, problem));
    }
    return STATUS_OK;
}

void spec_lane_knobs(const ExperimentSpec *spec, size_t lane, double *knobs)
{
    const MethodInfo *method = method_find(spec->lanes[lane].method);
    for (KnobId knob = 0; knob < KNOB_COUNT; knob++) {
        double fallback = 0.0;
        const bool has_knob = method_has_knob(method, knob, &fallback);
        knobs[knob] = has_knob ? experiment_spec_knob(spec, lane, knob, fallback) : 0.0;
    }
}

Schedule spec_schedule(const ExperimentSpec *spec)
{
    static const ScheduleKind KINDS[] = {[LR_SCHEDULER_CONSTANT] = SCHEDULE_CONSTANT,
                                         [LR_SCHEDULER_LINEAR] = SCHEDULE_LINEAR,
                                         [LR_SCHEDULER_POLYNOMIAL] = SCHEDULE_POLYNOMIAL,
                                         [LR_SCHEDULER_COSINE] = SCHEDULE_COSINE};
    return (Schedule){.kind = KINDS[spec->lr_scheduler_type],
                      .warmup_steps = (uint64_t)spec->warmup_steps,
                      .max_steps = (uint64_t)spec->max_steps,
                      .lr_end = spec->lr_end,
                      .power = spec->power};
}
