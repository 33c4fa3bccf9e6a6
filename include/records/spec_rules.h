/* records/spec_rules.h -- what must hold between the keys of an experiment. */
#ifndef RECORDS_SPEC_RULES_H
#define RECORDS_SPEC_RULES_H

#include <stddef.h>

#include "base/status.h"
#include "records/experiment_spec.h"
#include "records/spec_place.h"

/* STATUS_BAD_VALUE (described in source->problem): no data or training domains; neither model nor model_config;
 * model_config alone without tokenizer; a domain named twice, or trained on and zero-shot; warmup_steps > max_steps; fewer training windows than a batch has; no lanes;
 * two lanes of one name. */
Status spec_rules_check(const ExperimentSpec *spec, const SpecSource *source);

/* The last two of these alone, for lanes[0..count) of a preset. */
Status spec_rules_check_lanes(const LaneSpec *lanes, size_t count, const SpecSource *source);

#endif
