/* bench/bench_race.c -- the default race, in process: two workers against one, and the share of evaluations and probes. */
#include "bench/bench_sections.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/wall_clock.h"
#include "lab/race.h"
#include "lab/worker.h"

/* One race, with what it says about its lanes' own time. */
typedef struct TimedRace {
    WorkerPool *pool;
    Race *race;
    double lane_seconds[SPEC_LANES_MAX];
    double begin_seconds;
    double final_seconds;
    bool has_failed;
} TimedRace;

static Status take_sample(void *context, const MetricSample *sample, Problem *problem)
{
    TimedRace *timed = context;
    (void)problem;
    timed->lane_seconds[sample->lane] = sample->seconds;
    return STATUS_OK;
}

static Status take_event(void *context, const RunEvent *event, Problem *problem)
{
    (void)context;
    (void)event;
    (void)problem;
    return STATUS_OK;
}

static void step_race(void *timed_race)
{
    TimedRace *timed = timed_race;
    Problem problem = {0};
    timed->has_failed = timed->has_failed || race_step(timed->race, &problem) != STATUS_OK;
}

static bool open_race(const ExperimentSpec *spec, size_t workers, TimedRace *timed)
{
    Problem problem = {0};
    if (worker_pool_create(workers, &timed->pool) != STATUS_OK) {
        return false;
    }
    const RaceOptions options = {
        .runner = worker_pool_runner(timed->pool),
        .clock = wall_clock_monotonic(),
        .sink = {.context = timed, .sample = take_sample, .event = take_event}};
    if (race_open(spec, &options, &timed->race, &problem) != STATUS_OK) {
        fprintf(stderr, "bench: %s\n", problem.text);
        return false;
    }
    const double start = wall_clock_seconds(options.clock);
    const Status status = race_begin(timed->race, &problem);
    timed->begin_seconds = wall_clock_seconds(options.clock) - start;
    return status == STATUS_OK;
}

static void close_race(TimedRace *timed)
{
    race_close(timed->race);
    worker_pool_destroy(timed->pool);
}

static double lanes_total(const TimedRace *timed)
{
    double total = 0.0;
    for (size_t i = 0; i < SPEC_LANES_MAX; i++) {
        total += timed->lane_seconds[i];
    }
    return total;
}

/* Sums of what lies outside of the lanes' own steps, by kind of step. */
typedef struct Overheads {
    double values[3][ROUNDS_MAX];
    size_t counts[3];
    double lane_seconds;
    size_t steps;
} Overheads;

enum { PLAIN, PROBED, EVALUATED, PROBE_EVERY = 3, EVALUATE_EVERY = 5 };

static int kind_of_step(size_t step)
{
    if (step % EVALUATE_EVERY == 0) {
        return step % PROBE_EVERY == 0 ? -1 : EVALUATED;
    }
    return step % PROBE_EVERY == 0 ? PROBED : PLAIN;
}

static void measure_overheads(TimedRace *timed, size_t steps, Overheads *overheads)
{
    const WallClock clock = wall_clock_monotonic();
    for (size_t step = 1; step <= steps; step++) {
        const double lanes = lanes_total(timed);
        const double start = wall_clock_seconds(clock);
        step_race(timed);
        const double elapsed = wall_clock_seconds(clock) - start;
        const double own = lanes_total(timed) - lanes;
        const int kind = kind_of_step(step);
        if (kind >= 0 && overheads->counts[kind] < ROUNDS_MAX) {
            overheads->values[kind][overheads->counts[kind]++] = elapsed - own;
        }
        overheads->lane_seconds += own;
        overheads->steps++;
    }
}

/* Seconds outside of the steps in a whole default run, without and with the evaluation at its end. */
static void report_share(const ExperimentSpec *spec, const TimedRace *timed,
                         const Overheads *overheads, BenchReport *report)
{
    const double plain = median_of(overheads->values[PLAIN], overheads->counts[PLAIN]);
    const double probe = median_of(overheads->values[PROBED], overheads->counts[PROBED]) - plain;
    const double evaluation =
        median_of(overheads->values[EVALUATED], overheads->counts[EVALUATED]) - plain;
    const double steps = spec->max_steps;
    const double training = steps * overheads->lane_seconds / (double)overheads->steps;
    const double on_the_way = timed->begin_seconds + probe * (steps / spec->probe_steps) +
                              evaluation * (steps / spec->eval_steps);
    const double all = on_the_way + timed->final_seconds;
    BenchRow row = {.section = "race",
                    .name = "evaluation and probes' share of a default run",
                    .goal = GOAL_AT_MOST,
                    .bound = 10.0,
                    .figure = 100.0 * all / (all + training),
                    .unit = "%",
                    .decimals = 1};
    snprintf(row.note, sizeof row.note,
             "training %.0f s; at the start %.0f ms, a probe %.0f, an evaluation %.0f, at the end "
             "%.0f; without the end %.1f %%",
             training, 1e3 * timed->begin_seconds, 1e3 * probe, 1e3 * evaluation,
             1e3 * timed->final_seconds, 100.0 * on_the_way / (on_the_way + training));
    bench_report_add(report, &row);
}

/* Probes and evaluations come more often than in the default run; what one of them costs stays the same. */
static bool bench_share(const BenchSetting *setting, BenchReport *report)
{
    ExperimentSpec spec = setting->spec;
    spec.probe_steps = PROBE_EVERY;
    spec.eval_steps = EVALUATE_EVERY;
    TimedRace timed = {0};
    Overheads overheads = {0};
    Problem problem = {0};
    bool is_done = open_race(&spec, worker_count_of_machine(), &timed);
    if (is_done) {
        const WallClock clock = wall_clock_monotonic();
        measure_overheads(&timed, setting->is_quick ? 5 : 14, &overheads);
        const double start = wall_clock_seconds(clock);
        is_done = race_evaluate_final(timed.race, &problem) == STATUS_OK && !timed.has_failed;
        timed.final_seconds = wall_clock_seconds(clock) - start;
    }
    if (is_done) {
        report_share(&setting->spec, &timed, &overheads, report);
    }
    close_race(&timed);
    return is_done;
}

bool bench_race(const BenchSetting *setting, BenchReport *report)
{
    TimedRace races[2] = {0};
    Timing timings[2];
    bool is_done = true;
    for (size_t i = 0; i < 2 && is_done; i++) {
        is_done = open_race(&setting->spec, i + 1, &races[i]);
    }
    if (is_done) {
        const Contender contenders[2] = {{step_race, &races[0], 1}, {step_race, &races[1], 2}};
        const InterleavePlan plan = {.rounds = setting->rounds, .warm_ups = 1};
        interleave(&plan, contenders, 2, timings);
        is_done = !races[0].has_failed && !races[1].has_failed;
    }
    if (is_done) {
        BenchRow row = ratio_row("race", "race of 3 lanes: 2 workers faster than 1", &timings[0],
                                 &timings[1], RATIO_OF_WALL_TIME);
        row = with_goal_on_two_cores(row, GOAL_AT_LEAST, 1.9);
        bench_report_add(report, &row);
    }
    close_race(&races[0]);
    close_race(&races[1]);
    return is_done && bench_share(setting, report);
}
