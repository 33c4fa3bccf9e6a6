/* lab/spec_check.h -- an experiment in the engine's terms: what only the method table can check, knobs, schedule. */
#ifndef LAB_SPEC_CHECK_H
#define LAB_SPEC_CHECK_H

#include "base/problem.h"
#include "optim/schedule.h"
#include "records/experiment_spec.h"

/* Check every lane's method and knobs. STATUS_BAD_VALUE names lane, line and what would be right: an unknown method (with the list), a knob the
 * method does not have (with those it has) or a value it does not take, a control that follows no lane, itself, a missing lane or one
 * without a d, and a lane that follows without being a control. */
Status spec_check_methods(const ExperimentSpec *spec, Problem *problem);

/* The same for one lane of the spec. */
Status spec_check_lane(const ExperimentSpec *spec, size_t lane, Problem *problem);

/* The knobs a lane starts with: its own, else the method's defaults, else the experiment's. knobs [KNOB_COUNT] out; knobs that the
 * method does not have are 0. The spec must have passed spec_check_methods. */
void spec_lane_knobs(const ExperimentSpec *spec, size_t lane, double *knobs);

/* The experiment's learning-rate schedule. */
Schedule spec_schedule(const ExperimentSpec *spec);

#endif
