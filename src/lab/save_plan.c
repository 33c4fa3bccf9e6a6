#include "lab/save_plan.h"

/* 1 / 0.02: the share of a race's time that saving may take. */
static const double SECONDS_PER_SECOND_OF_SAVING = 50.0;

SavePlan save_plan_begin(uint64_t steps)
{
    return (SavePlan){.steps = steps};
}

void save_plan_step(SavePlan *plan, uint64_t step)
{
    plan->is_due = plan->is_due || (plan->steps > 0 && step % plan->steps == 0);
}

void save_plan_change(SavePlan *plan)
{
    plan->is_due = plan->is_due || plan->steps > 0;
}

bool save_plan_wants(const SavePlan *plan, double now_seconds)
{
    return plan->is_due &&
           (!plan->has_saved ||
            now_seconds - plan->ended_seconds >= SECONDS_PER_SECOND_OF_SAVING * plan->cost_seconds);
}

void save_plan_done(SavePlan *plan, double began_seconds, double ended_seconds)
{
    plan->is_due = false;
    plan->has_saved = true;
    plan->cost_seconds = ended_seconds - began_seconds;
    plan->ended_seconds = ended_seconds;
}
