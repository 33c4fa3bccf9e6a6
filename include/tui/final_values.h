/* tui/final_values.h -- what the lanes came to in the end, and by how much that differs: means and paired differences over seeds. */
#ifndef TUI_FINAL_VALUES_H
#define TUI_FINAL_VALUES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/mean_interval.h"
#include "tui/lab_state.h"

/* The two numbers a race is about. */
typedef struct FinalMetrics {
    uint16_t in_domain;
    uint16_t zero_shot;
    bool is_final; /* of the evaluation after the race; else the last ones on the way, on dev */
    bool has_classes;
} FinalMetrics;

/* Final perplexities or accuracies where a lane has them, else those of the last evaluation. */
FinalMetrics final_values_metrics(const LabState *state);

/* The lane's last value: over the seeds their mean with its interval, of one seed itself (no interval). Both NaN if a seed has none. */
MeanInterval final_values_mean(const LabState *state, size_t lane, uint16_t metric);

/* The lane's minus the baseline's, paired: seed by seed, then mean and interval. The two lanes' values must be of one step in each seed,
 * else it is NaN (as where a seed has none). */
MeanInterval final_values_difference(const LabState *state, size_t lane, size_t baseline,
                                     uint16_t metric);

/* Who spent as many passes as a lane by other means: the baseline's method with the baseline's knobs and another count of steps. */
typedef struct FinalControl {
    const LabState *state; /* NULL: there is none */
    size_t lane;
    uint16_t in_domain; /* metrics of the same split as the state's */
    uint16_t zero_shot;
} FinalControl;

/* Among the baseline itself and the references, the one whose passes are nearest to the lane's, to 4 per cent. Another experiment's, one of
 * another split, and a table whose baseline did not come to the same numbers are none. */
FinalControl final_values_control(const LabState *state, size_t lane, size_t baseline,
                                  FinalMetrics metrics);

/* The lane's minus the control's, paired by seed; seeds that the control does not have are left out. *seeds (may be NULL) receives how many
 * pairs there were. */
MeanInterval final_values_control_difference(const LabState *state, size_t lane, uint16_t metric,
                                             const FinalControl *control, uint16_t control_metric,
                                             size_t *pairs);

/* "both lower", "ID lower, ZS not distinguishable", "not distinguishable", "one seed: not distinguishable": on which side of 0 the
 * intervals of two differences lie; "" if there are none. Static storage. */
const char *final_values_verdict(MeanInterval in_domain, MeanInterval zero_shot, size_t seed_count);

#endif
