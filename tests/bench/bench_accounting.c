/* bench/bench_accounting.c -- does a step take as long as the passes it is charged with? */
#include "bench/bench_sections.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench/step_rig.h"
#include "optim/method_table.h"
#include "records/knob_choice.h"

static const char SECTION[] = "accounting";

/* Forward-equivalents of an AdamW step: forward and, counted twice, backward. */
static const double PASSES_OF_ADAMW = 3.0;

/* By how much of its passes a step's time may differ from them. */
static const double TOLERANCE = 0.15;

/* Followed by the controls: a radius like TRAM's in the bundled experiments. */
static const double FOLLOWED_RADIUS = 0.3;

/* Two warm-ups: a trust region's first step has no step before it and does less. */
enum { WARM_UPS = 2, ROUNDS = 10, METHODS_MAX = 40, FOLLOWED_COUNT = WARM_UPS + ROUNDS };

/* A method, as it is charged. */
typedef struct Account {
    char name[ROW_NAME_BYTES];
    RigLane lane;
    bool has_unpaid_work;          /* beyond its passes, as its description says: no goal */
    double passes[FOLLOWED_COUNT]; /* of each step */
    size_t steps;
} Account;

typedef struct Accounts {
    StepRig rig;
    Account entries[METHODS_MAX];
    size_t count;
    double followed_d[FOLLOWED_COUNT];
    Timing timings[METHODS_MAX];
} Accounts;

static void step_and_count(void *account)
{
    Account *entry = account;
    const double before = entry->lane.session.passes;
    rig_lane_step(&entry->lane);
    entry->passes[entry->steps++] = entry->lane.session.passes - before;
}

static bool add_account(Accounts *accounts, const MethodInfo *method)
{
    Account *entry = &accounts->entries[accounts->count];
    if (accounts->count == METHODS_MAX ||
        !rig_lane_init(&entry->lane, &accounts->rig, method->id, 0.0, 0.0)) {
        return false;
    }
    accounts->count++;
    entry->lane.followed_d = accounts->followed_d;
    entry->lane.followed_count = FOLLOWED_COUNT;
    snprintf(entry->name, sizeof entry->name, "%s step's time / that of its passes", method->id);
    return true;
}

/* Comparing all pairs of rows is no pass: a row of its own, without a goal. */
static bool add_discrepancy(Accounts *accounts)
{
    const bool is_added = add_account(accounts, method_find("tram-prev"));
    if (is_added) {
        Account *entry = &accounts->entries[accounts->count - 1];
        entry->lane.session.knobs[KNOB_DIVERGENCE] = DIVERGENCE_MMD_IMQ;
        entry->has_unpaid_work = true;
        snprintf(entry->name, sizeof entry->name,
                 "tram-prev with divergence mmd-imq: unpaid, in forward passes");
    }
    return is_added;
}

static bool prepare(const BenchSetting *setting, Accounts *accounts)
{
    const MethodList list = method_table();
    const StepRigOptions options = {.shape = &setting->start.shape,
                                    .theta_0 = setting->start.theta_0,
                                    .batch = setting->batch,
                                    .micro_batch_count = (size_t)setting->spec.micro_batch_count,
                                    .workers = 1,
                                    .keeps_outputs = true};
    bool is_ready = step_rig_init(&accounts->rig, &options);
    for (size_t i = 0; i < FOLLOWED_COUNT; i++) {
        accounts->followed_d[i] = FOLLOWED_RADIUS;
    }
    for (size_t i = 0; is_ready && i < list.count; i++) {
        is_ready = add_account(accounts, &list.methods[i]);
    }
    return is_ready && add_discrepancy(accounts);
}

/* Median over rounds of (time / passes) / (AdamW's time / its passes), both of that round: LookSAM's steps differ. */
static double time_of_a_pass(const Accounts *accounts, size_t index)
{
    const Account *entry = &accounts->entries[index];
    const Timing *timing = &accounts->timings[index];
    const Timing *adamw = &accounts->timings[0];
    double ratios[ROUNDS_MAX];
    for (size_t i = 0; i < timing->count; i++) {
        const double passes = entry->passes[entry->steps - timing->count + i];
        ratios[i] = timing->cpu[i] / adamw->cpu[i] * PASSES_OF_ADAMW / passes;
    }
    return median_of(ratios, timing->count);
}

static void report_account(const Accounts *accounts, size_t index, double figure,
                           BenchReport *report)
{
    const Account *entry = &accounts->entries[index];
    const Timing *timing = &accounts->timings[index];
    BenchRow row = {.figure = figure, .decimals = 2};
    snprintf(row.section, sizeof row.section, "%s", SECTION);
    snprintf(row.name, sizeof row.name, "%s", entry->name);
    snprintf(row.note, sizeof row.note, "%.1f ms for %g forward-equivalents, AdamW's %.1f for %g",
             1e3 * median_of(timing->cpu, timing->count), median_of(entry->passes, entry->steps),
             1e3 * median_of(accounts->timings[0].cpu, timing->count), PASSES_OF_ADAMW);
    if (entry->has_unpaid_work) {
        row.figure = (figure - 1.0) * median_of(entry->passes, entry->steps);
    } else {
        row = with_goal(row, GOAL_NEAR_ONE, TOLERANCE);
    }
    bench_report_add(report, &row);
}

static void report_all(const Accounts *accounts, BenchReport *report)
{
    BenchRow worst = {.figure = 1.0, .decimals = 2};
    size_t with_goals = 0;
    for (size_t i = 0; i < accounts->count; i++) {
        const double figure = time_of_a_pass(accounts, i);
        report_account(accounts, i, figure, report);
        if (accounts->entries[i].has_unpaid_work) {
            continue;
        }
        with_goals++;
        if (fabs(figure - 1.0) >= fabs(worst.figure - 1.0)) {
            worst.figure = figure;
            snprintf(worst.note, sizeof worst.note, "%s", accounts->entries[i].name);
        }
    }
    snprintf(worst.section, sizeof worst.section, "%s", SECTION);
    snprintf(worst.name, sizeof worst.name, "time of a step / of its passes, worst of %zu methods",
             with_goals);
    worst = with_goal(worst, GOAL_NEAR_ONE, TOLERANCE);
    bench_report_add(report, &worst);
}

bool bench_accounting(const BenchSetting *setting, BenchReport *report)
{
    Accounts *accounts = calloc(1, sizeof *accounts);
    const bool is_ready = accounts != NULL && prepare(setting, accounts);
    if (is_ready) {
        Contender contenders[METHODS_MAX];
        for (size_t i = 0; i < accounts->count; i++) {
            contenders[i] = (Contender){step_and_count, &accounts->entries[i], 1};
        }
        const InterleavePlan plan = {.rounds = setting->is_quick ? 1 : ROUNDS,
                                     .warm_ups = WARM_UPS};
        interleave(&plan, contenders, accounts->count, accounts->timings);
        report_all(accounts, report);
    }
    for (size_t i = 0; accounts != NULL && i < accounts->count; i++) {
        rig_lane_clear(&accounts->entries[i].lane);
    }
    if (accounts != NULL) {
        step_rig_clear(&accounts->rig);
    }
    free(accounts);
    return is_ready;
}
