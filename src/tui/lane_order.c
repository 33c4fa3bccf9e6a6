#include "tui/lane_order.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "records/metric_sample.h"

bool lane_order_shows(const LabState *state, const ViewState *view, size_t lane)
{
    return lab_state_has_lane(state, lane) &&
           (view->is_pinned[lane] || lane_filter_passes(&view->filter, state, lane));
}

bool lane_order_draws(const LabState *state, const ViewState *view, size_t lane)
{
    return lane_order_shows(state, view, lane) && !view->is_hidden[lane];
}

size_t lane_order_count_undrawn(const LabState *state, const ViewState *view)
{
    size_t lanes[SPEC_LANES_MAX];
    size_t undrawn = 0;
    const size_t count = lab_state_lanes(state, lanes);
    for (size_t i = 0; i < count; i++) {
        undrawn += lane_order_draws(state, view, lanes[i]) ? 0 : 1;
    }
    return undrawn;
}

static bool is_more_better(const ExperimentSpec *spec, uint16_t metric)
{
    return metric == METRIC_EVAL_ACCURACY || metric == METRIC_ZERO_SHOT_ACCURACY ||
           (metric >= METRIC_DOMAIN_FIRST && experiment_spec_has_classes(spec));
}

/* What a lane is sorted by, the smaller the better; infinite: to the end. */
static double rank_of(const LabState *state, const ViewState *view, size_t lane)
{
    const LabLane *one = &state->lanes[lane];
    double value = INFINITY;
    if (one->has_diverged) {
        return value;
    }
    if (view->sort == LANE_SORT_BEST && one->has_best) {
        value = experiment_spec_has_classes(state->spec) ? -one->best_eval : one->best_eval;
    } else if (view->sort == LANE_SORT_METRIC && one->is_measured[view->sort_metric]) {
        value = is_more_better(state->spec, view->sort_metric) ? -one->last[view->sort_metric]
                                                               : one->last[view->sort_metric];
    }
    return isnan(value) ? (double)INFINITY : value;
}

static bool is_before(const LabState *state, const ViewState *view, size_t a, size_t b)
{
    if (view->is_pinned[a] != view->is_pinned[b]) {
        return view->is_pinned[a];
    }
    if (view->sort == LANE_SORT_NAME) {
        return strcmp(state->lanes[a].name, state->lanes[b].name) < 0;
    }
    return view->sort != LANE_SORT_NONE && rank_of(state, view, a) < rank_of(state, view, b);
}

size_t lane_order(const LabState *state, const ViewState *view, size_t lanes[SPEC_LANES_MAX])
{
    size_t count = 0;
    for (size_t lane = 0; lane < state->lane_count; lane++) {
        if (!lane_order_shows(state, view, lane)) {
            continue;
        }
        size_t place = count++;
        while (place > 0 && is_before(state, view, lane, lanes[place - 1])) {
            lanes[place] = lanes[place - 1];
            place--;
        }
        lanes[place] = lane;
    }
    return count;
}

void lane_order_words(const LabState *state, const ViewState *view, char *out, size_t out_bytes)
{
    switch (view->sort) {
    case LANE_SORT_NONE:
        out[0] = '\0';
        return;
    case LANE_SORT_NAME:
        snprintf(out, out_bytes, "name");
        return;
    case LANE_SORT_BEST:
        snprintf(out, out_bytes, "best");
        return;
    case LANE_SORT_METRIC:
        experiment_spec_metric_name(state->spec, view->sort_metric, out, out_bytes);
        return;
    }
}
