/* tui/derived_series.h -- curves computed from curves: expressions, and differences to a lane. */
#ifndef TUI_DERIVED_SERIES_H
#define TUI_DERIVED_SERIES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tui/chart_expression.h"
#include "tui/lab_state.h"

typedef enum DerivedKind {
    DERIVED_NOTHING,
    DERIVED_EXPRESSION,
    DERIVED_DIFFERENCE /* of a metric: each lane minus the baseline */
} DerivedKind;

/* What to compute. */
typedef struct DerivedSpec {
    DerivedKind kind;
    ChartExpression expression;
    uint16_t metric;
    size_t baseline; /* lane */
    /* a difference of two lanes that stay: `lane` minus `baseline`, whatever the view's baseline */
    bool is_pair;
    size_t lane;
    /* of a difference: paired at equal passes (the baseline interpolated between its points), else at equal steps */
    bool is_at_passes;
} DerivedSpec;

/* How far one curve has followed its sources. */
typedef struct DerivedCurve {
    Series series;                       /* owned */
    SeedBand band;                       /* owned; of several seeds */
    bool is_averaged;                    /* of several seeds: done, their past does not change */
    size_t places[EXPRESSION_TERMS_MAX]; /* next point of each source */
    size_t edits[EXPRESSION_TERMS_MAX];  /* of each source, when it was read */
} DerivedCurve;

typedef struct DerivedSeries {
    DerivedSpec spec;
    DerivedCurve
        curves[SPEC_LANES_MAX]; /* by lane; an expression of named lanes has the first only */
    bool is_out_of_memory;
} DerivedSeries;

/* Compute something else from now on. */
void derived_series_set(DerivedSeries *derived, const DerivedSpec *spec);
void derived_series_clear(DerivedSeries *derived);

/* Curve `lane`, brought up to date: only points that came since are computed, unless the sources' past has changed. Sources are paired at
 * steps that all of them have; a point's other axes are the first source's. Values that are not finite stay so: they are gaps.
 * Of several seeds it is computed seed by seed (same seed, same batches), and is the mean of these with the band of the curve. */
const Series *derived_series_follow(DerivedSeries *derived, const LabState *state, size_t lane);

#endif
