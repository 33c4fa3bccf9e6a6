/* tui/derived_series.c -- sources are walked side by side, each once. */
#include "tui/derived_series.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

void derived_series_clear(DerivedSeries *derived)
{
    for (size_t lane = 0; lane < SPEC_LANES_MAX; lane++) {
        series_clear(&derived->curves[lane].series);
        seed_band_clear(&derived->curves[lane].band);
        derived->curves[lane] = (DerivedCurve){.places = {0}};
    }
    derived->spec = (DerivedSpec){.kind = DERIVED_NOTHING};
    derived->is_out_of_memory = false;
}

void derived_series_set(DerivedSeries *derived, const DerivedSpec *spec)
{
    derived_series_clear(derived);
    derived->spec = *spec;
}

/* The curves a curve is computed from; hands back how many. */
static size_t find_sources(const DerivedSpec *spec, const LabState *state, size_t lane,
                           const Series *sources[EXPRESSION_TERMS_MAX])
{
    if (spec->kind == DERIVED_DIFFERENCE) {
        sources[0] = &state->lanes[lane].history[spec->metric];
        sources[1] = &state->lanes[spec->baseline].history[spec->metric];
        return 2;
    }
    for (size_t i = 0; i < spec->expression.term_count; i++) {
        const ExpressionTerm *term = &spec->expression.terms[i];
        sources[i] = &state->lanes[term->is_of_each ? lane : term->lane].history[term->metric];
    }
    return spec->expression.term_count;
}

/* A source was thinned, or cleared as its lane left. */
static bool has_changed(const DerivedCurve *curve, const Series *const *sources, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (curve->edits[i] != sources[i]->edits || curve->places[i] > sources[i]->count) {
            return true;
        }
    }
    return false;
}

/* Move all sources to the next step they share; false if the newest points of one do not reach it yet. */
static bool meet(DerivedCurve *curve, const Series *const *sources, size_t count)
{
    assert(count > 0 && sources[0] != NULL); /* an expression has a term */
    for (size_t i = 0; i < count;) {
        if (curve->places[i] >= sources[i]->count) {
            return false;
        }
        const double step = sources[i]->points[curve->places[i]].x[SERIES_AXIS_STEP];
        const double first = sources[0]->points[curve->places[0]].x[SERIES_AXIS_STEP];
        if (step < first) {
            curve->places[i]++;
        } else if (step > first) {
            curve->places[0]++;
            i = 0;
            if (curve->places[0] >= sources[0]->count) {
                return false;
            }
        } else {
            i++;
        }
    }
    return true;
}

static Status follow_steps(const DerivedSpec *spec, DerivedCurve *curve,
                           const Series *const *sources, size_t count)
{
    while (meet(curve, sources, count)) {
        double values[EXPRESSION_TERMS_MAX] = {0.0};
        SeriesPoint point = sources[0]->points[curve->places[0]];
        for (size_t i = 0; i < count; i++) {
            values[i] = sources[i]->points[curve->places[i]].value;
        }
        point.value = spec->kind == DERIVED_DIFFERENCE
                          ? values[0] - values[1]
                          : chart_expression_value(&spec->expression, values);
        TRY(series_append(&curve->series, point));
        for (size_t i = 0; i < count; i++) {
            curve->places[i]++;
        }
    }
    return STATUS_OK;
}

/* Each point of the lane against the baseline's straight line at the same passes. */
static Status follow_passes(DerivedCurve *curve, const Series *lane, const Series *baseline)
{
    for (; curve->places[0] < lane->count; curve->places[0]++) {
        SeriesPoint point = lane->points[curve->places[0]];
        const double passes = point.x[SERIES_AXIS_PASSES];
        size_t *right = &curve->places[1];
        while (*right < baseline->count &&
               baseline->points[*right].x[SERIES_AXIS_PASSES] < passes) {
            (*right)++;
        }
        if (*right >= baseline->count) {
            return STATUS_OK; /* the baseline has not got there yet */
        }
        const SeriesPoint *after = &baseline->points[*right];
        const SeriesPoint *before = *right > 0 ? after - 1 : after;
        const double gap = after->x[SERIES_AXIS_PASSES] - before->x[SERIES_AXIS_PASSES];
        if (passes < before->x[SERIES_AXIS_PASSES]) {
            continue; /* the baseline began later */
        }
        const double way = gap > 0.0 ? (passes - before->x[SERIES_AXIS_PASSES]) / gap : 1.0;
        const double there =
            way == 1.0 ? after->value : before->value + way * (after->value - before->value);
        point.value -= there;
        TRY(series_append(&curve->series, point));
    }
    return STATUS_OK;
}

/* One curve of one race. */
static Status follow(const DerivedSpec *spec, const LabState *state, size_t lane,
                     DerivedCurve *curve)
{
    const Series *sources[EXPRESSION_TERMS_MAX] = {NULL};
    const size_t count = find_sources(spec, state, lane, sources);
    if (has_changed(curve, sources, count)) {
        series_clear(&curve->series);
        memset(curve->places, 0, sizeof curve->places);
    }
    for (size_t i = 0; i < count; i++) {
        curve->edits[i] = sources[i]->edits;
    }
    const bool is_at_passes = spec->kind == DERIVED_DIFFERENCE && spec->is_at_passes;
    return is_at_passes ? follow_passes(curve, sources[0], sources[1])
                        : follow_steps(spec, curve, sources, count);
}

/* Each seed by itself, then their mean. */
static Status follow_seeds(const DerivedSpec *spec, const LabState *state, size_t lane,
                           DerivedCurve *curve)
{
    const Series *sources[SEEDS_MAX];
    DerivedCurve *own = calloc(state->seed_count, sizeof *own);
    Status status = own != NULL ? STATUS_OK : STATUS_OUT_OF_MEMORY;
    for (size_t i = 0; i < state->seed_count && status == STATUS_OK; i++) {
        status = follow(spec, state->seeds[i], lane, &own[i]);
        sources[i] = &own[i].series;
    }
    if (status == STATUS_OK) {
        curve->is_averaged = true;
        status = seed_band_make(sources, state->seed_count, &curve->series, &curve->band);
    }
    for (size_t i = 0; own != NULL && i < state->seed_count; i++) {
        series_clear(&own[i].series);
    }
    free(own);
    return status;
}

const Series *derived_series_follow(DerivedSeries *derived, const LabState *state, size_t lane)
{
    const DerivedSpec *spec = &derived->spec;
    DerivedCurve *curve = &derived->curves[lane];
    Status status = STATUS_OK;
    if (spec->kind == DERIVED_NOTHING || curve->is_averaged) {
        return &curve->series;
    }
    if (state->seed_count > 0) {
        status = follow_seeds(spec, state, lane, curve);
    } else {
        status = follow(spec, state, lane, curve);
    }
    derived->is_out_of_memory = derived->is_out_of_memory || status != STATUS_OK;
    return &curve->series;
}
