/* lab/save_plan.h -- when a race saves where it stands: every so many steps and after changes by hand, for at most 2 % of its time. */
#ifndef LAB_SAVE_PLAN_H
#define LAB_SAVE_PLAN_H

#include <stdbool.h>
#include <stdint.h>

typedef struct SavePlan {
    uint64_t steps; /* between saves; 0 = never on the way */
    bool is_due;
    bool has_saved;
    double ended_seconds; /* on the clock, of the last save */
    double cost_seconds;  /* of the last save */
} SavePlan;

SavePlan save_plan_begin(uint64_t steps);

/* A step is done: one of those after which a save is due? */
void save_plan_step(SavePlan *plan, uint64_t step);

/* Something was changed by hand, which no rule brings about again: a save is due at once. */
void save_plan_change(SavePlan *plan);

/* Is a save due that can be afforded? Where saving takes long (a large model, a slow disk), what is due waits until the time since the last
 * save is fifty times what that one took. The first is always afforded. */
bool save_plan_wants(const SavePlan *plan, double now_seconds);

/* A save, or an attempt at one, began and ended then. */
void save_plan_done(SavePlan *plan, double began_seconds, double ended_seconds);

#endif
