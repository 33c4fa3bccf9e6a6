/* tui/lane_filter.h -- which lanes are looked at: words, knobs and last values, as typed behind `/`. */
#ifndef TUI_LANE_FILTER_H
#define TUI_LANE_FILTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/problem.h"
#include "records/knob.h"
#include "tui/lab_state.h"

enum { LANE_FILTER_BYTES = 128, LANE_FILTER_TERMS_MAX = 16, LANE_FILTER_WORD_BYTES = 32 };

typedef enum LaneComparison {
    LANE_BELOW,
    LANE_AT_MOST,
    LANE_ABOVE,
    LANE_AT_LEAST,
    LANE_EQUAL,
    LANE_OTHER
} LaneComparison;

typedef enum LaneTermKind { LANE_TERM_WORD, LANE_TERM_KNOB, LANE_TERM_METRIC } LaneTermKind;

typedef struct LaneTerm {
    LaneTermKind kind;
    bool is_alternative; /* begins what stands behind a '|' */
    bool is_negated;
    char word[LANE_FILTER_WORD_BYTES]; /* of LANE_TERM_WORD */
    KnobId knob;
    uint16_t metric;
    LaneComparison comparison;
    double value;
} LaneTerm;

/* {0} lets every lane pass. */
typedef struct LaneFilter {
    char text[LANE_FILTER_BYTES]; /* as it was typed */
    LaneTerm terms[LANE_FILTER_TERMS_MAX];
    size_t count;
} LaneFilter;

/* Words between spaces must all hold, '|' parts alternatives, '-' in front says not:
 *     tram                   name or method holds it, whatever the case
 *     rho>=0.1 divergence=l2 a knob in force (its key or symbol); a lane without the knob does not pass
 *     eval_loss<3.2          a metric's last value; a lane that has not measured it does not pass
 * with < <= > >= = !=. STATUS_BAD_VALUE: *problem says which term and why; *out is untouched. */
Status lane_filter_parse(const char *text, const LabState *state, LaneFilter *out,
                         Problem *problem);

/* True if lane `lane` of the race passes. */
bool lane_filter_passes(const LaneFilter *filter, const LabState *state, size_t lane);

#endif
