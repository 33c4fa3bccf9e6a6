#include "lab/spec_check.h"

#include <stdio.h>
#include <string.h>

#include "optim/method_table.h"

enum { LIST_BYTES = 256 };

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
    char known[LIST_BYTES] = "learning_rate, weight_decay";
    char where[128];
    for (size_t i = 0; i < method->knob_count; i++) {
        append_word(known, knob_info(method->knobs[i].id)->key);
    }
    line_prefix(lane, where, sizeof where);
    return problem_describe(problem, STATUS_BAD_VALUE,
                            "%s.%s: the method %s has no such knob; it has: %s", where,
                            knob_info(knob)->key, method->id, known);
}

Status spec_check_methods(const ExperimentSpec *spec, Problem *problem)
{
    for (size_t i = 0; i < spec->lane_count; i++) {
        const LaneSpec *lane = &spec->lanes[i];
        const MethodInfo *method = method_find(lane->method);
        if (method == NULL) {
            return unknown_method(lane, problem);
        }
        for (KnobId knob = 0; knob < KNOB_COUNT; knob++) {
            double ignored = 0.0;
            if (lane->knob_is_set[knob] && !method_has_knob(method, knob, &ignored)) {
                return foreign_knob(lane, method, knob, problem);
            }
        }
    }
    return STATUS_OK;
}

void spec_lane_knobs(const ExperimentSpec *spec, size_t lane, double *knobs)
{
    const MethodInfo *method = method_find(spec->lanes[lane].method);
    for (KnobId knob = 0; knob < KNOB_COUNT; knob++) {
        double fallback = 0.0;
        method_has_knob(method, knob, &fallback);
        knobs[knob] = experiment_spec_knob(spec, lane, knob, fallback);
    }
}
