#include "tui/seed_mean.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mean_interval.h"

/* ---- lanes ------------------------------------------------------------------------------------------------------------- */

/* Lanes from the first one on that all seeds have alike. */
static size_t count_shared_lanes(const LabState *const *seeds, size_t count)
{
    size_t shared = seeds[0]->lane_count;
    for (size_t i = 1; i < count; i++) {
        size_t alike = 0;
        while (alike < shared && alike < seeds[i]->lane_count &&
               strcmp(seeds[i]->lanes[alike].name, seeds[0]->lanes[alike].name) == 0 &&
               strcmp(seeds[i]->lanes[alike].method, seeds[0]->lanes[alike].method) == 0) {
            alike++;
        }
        shared = alike;
    }
    return shared;
}

static bool is_measured_by_all(const LabState *const *seeds, size_t count, size_t lane,
                               uint16_t metric)
{
    for (size_t i = 0; i < count; i++) {
        if (!seeds[i]->lanes[lane].is_measured[metric]) {
            return false;
        }
    }
    return true;
}

static Status average_history(const LabState *const *seeds, size_t count, size_t lane,
                              uint16_t metric, LabLane *out)
{
    const Series *sources[SEEDS_MAX];
    for (size_t i = 0; i < count; i++) {
        sources[i] = &seeds[i]->lanes[lane].history[metric];
    }
    return seed_band_make(sources, count, &out->history[metric], &out->bands->of_history[metric]);
}

/* Of the last point of the means: what the seeds last said may be of different steps. */
static void take_last_shared(LabLane *out, uint16_t metric)
{
    const Series *history = &out->history[metric];
    if (history->count == 0) {
        return;
    }
    const size_t end = history->count - 1;
    out->is_measured[metric] = true;
    out->last[metric] = history->points[end].value;
    out->last_step[metric] = (uint32_t)history->points[end].x[SERIES_AXIS_STEP];
    out->bands->of_last[metric] =
        out->bands->of_history[metric].high.points[end].value - out->last[metric];
}

static void average_last(const LabState *const *seeds, size_t count, size_t lane, uint16_t metric,
                         LabLane *out)
{
    double values[SEEDS_MAX];
    bool is_one_step = true;
    bool is_one_value = true;
    for (size_t i = 0; i < count; i++) {
        const LabLane *from = &seeds[i]->lanes[lane];
        values[i] = from->last[metric];
        is_one_value = is_one_value && values[i] == values[0];
        is_one_step =
            is_one_step && from->last_step[metric] == seeds[0]->lanes[lane].last_step[metric];
    }
    if (!is_one_step) {
        take_last_shared(out, metric);
        return;
    }
    const MeanInterval interval = mean_interval(values, count);
    out->is_measured[metric] = metric != METRIC_RADIUS_LIMIT || is_one_value;
    out->last[metric] = interval.mean;
    out->last_step[metric] = seeds[0]->lanes[lane].last_step[metric];
    out->bands->of_last[metric] = interval.half_width;
}

/* The best mean on dev, as of one seed: the lowest loss, or the highest accuracy. */
static void find_best(bool has_classes, LabLane *out)
{
    const Series *evals = &out->history[has_classes ? METRIC_EVAL_ACCURACY : METRIC_EVAL_LOSS];
    for (size_t i = 0; i < evals->count; i++) {
        const double value = evals->points[i].value;
        const bool is_better = has_classes ? value > out->best_eval : value < out->best_eval;
        if (isfinite(value) && (!out->has_best || is_better)) {
            out->has_best = true;
            out->best_eval = value;
            out->best_step = (uint32_t)evals->points[i].x[SERIES_AXIS_STEP];
        }
    }
}

static void average_progress(const LabState *const *seeds, size_t count, size_t lane, LabLane *out)
{
    out->step = seeds[0]->lanes[lane].step;
    for (size_t i = 0; i < count; i++) {
        const LabLane *from = &seeds[i]->lanes[lane];
        out->step = from->step < out->step ? from->step : out->step;
        out->passes += from->passes / (double)count;
        out->seconds += from->seconds / (double)count;
        out->is_removed = out->is_removed || from->is_removed;
        if (from->has_diverged &&
            (!out->has_diverged || from->diverged_step < out->diverged_step)) {
            out->has_diverged = true;
            out->diverged_step = from->diverged_step;
        }
    }
}

static Status average_lane(const LabState *const *seeds, size_t count, size_t lane, LabLane *out)
{
    out->bands = calloc(1, sizeof *out->bands);
    if (out->bands == NULL) {
        return STATUS_OUT_OF_MEMORY;
    }
    memcpy(out->knobs, seeds[0]->lanes[lane].knobs, sizeof out->knobs);
    average_progress(seeds, count, lane, out);
    for (uint16_t metric = 0; metric < METRIC_ID_MAX && !out->is_removed; metric++) {
        out->bands->of_last[metric] = (double)NAN;
        if (is_measured_by_all(seeds, count, lane, metric)) {
            TRY(average_history(seeds, count, lane, metric, out));
            average_last(seeds, count, lane, metric, out);
        }
    }
    find_best(experiment_spec_has_classes(seeds[0]->spec), out);
    return STATUS_OK;
}

/* ---- events ------------------------------------------------------------------------------------------------------------ */

/* What every run says anyway is left out. */
static bool is_remarkable(const LabEvent *from)
{
    const RunEventKind kind = from->event.kind;
    return from->is_note ||
           (kind != RUN_EVENT_LOADING && kind != RUN_EVENT_STARTED && kind != RUN_EVENT_LOADED &&
            kind != RUN_EVENT_FINISHED && kind != RUN_EVENT_PAUSED && kind != RUN_EVENT_RESUMED);
}

static void note_events(LabState *mean, const LabState *seed)
{
    const size_t first =
        seed->event_count > LAB_EVENTS_KEPT ? seed->event_count - LAB_EVENTS_KEPT : 0;
    for (size_t i = first; i < seed->event_count; i++) {
        char text[RUN_EVENT_TEXT_BYTES];
        char note[RUN_EVENT_TEXT_BYTES + 64];
        if (!is_remarkable(&seed->events[i % LAB_EVENTS_KEPT])) {
            continue;
        }
        lab_state_event_text(seed, i, text, sizeof text);
        snprintf(note, sizeof note, "seed %.0f @%s", seed->spec->seed, text + strspn(text, " "));
        lab_state_note(mean, note);
    }
}

static void note_lanes_left_out(LabState *mean, const LabState *seed)
{
    for (size_t lane = mean->lane_count; lane < seed->lane_count; lane++) {
        char note[RUN_EVENT_TEXT_BYTES];
        snprintf(note, sizeof note, "seed %.0f: %s is not a lane of every seed: left out",
                 seed->spec->seed, seed->lanes[lane].name);
        lab_state_note(mean, note);
    }
}

/* ---- the whole --------------------------------------------------------------------------------------------------------- */

static LabPhase worse(LabPhase a, LabPhase b)
{
    static const LabPhase FROM_BEST[] = {LAB_FINISHED, LAB_STOPPED, LAB_BROKEN_OFF, LAB_FAILED};
    LabPhase worst = LAB_FINISHED;
    for (size_t i = 0; i < sizeof FROM_BEST / sizeof *FROM_BEST; i++) {
        worst = FROM_BEST[i] == a || FROM_BEST[i] == b ? FROM_BEST[i] : worst;
    }
    return worst;
}

static void average_race(const LabState *const *seeds, size_t count, LabState *mean)
{
    mean->step = seeds[0]->step;
    mean->max_steps = seeds[0]->max_steps;
    mean->steps_per_epoch = seeds[0]->steps_per_epoch;
    mean->phase = LAB_FINISHED;
    for (size_t i = 0; i < count; i++) {
        mean->step = seeds[i]->step < mean->step ? seeds[i]->step : mean->step;
        mean->phase = worse(mean->phase, seeds[i]->phase);
        if (seeds[i]->phase == LAB_FAILED) {
            memcpy(mean->phase_text, seeds[i]->phase_text, sizeof mean->phase_text);
        }
    }
    mean->is_recorded = true;
    mean->seeds = seeds;
    mean->seed_count = count;
}

static Status average(const LabState *const *seeds, size_t count, LabState *mean)
{
    for (size_t lane = 0; lane < mean->lane_count; lane++) {
        TRY(average_lane(seeds, count, lane, &mean->lanes[lane]));
    }
    for (size_t i = 0; i < count; i++) {
        note_events(mean, seeds[i]);
        note_lanes_left_out(mean, seeds[i]);
    }
    return STATUS_OK;
}

Status seed_mean(const LabState *const *seeds, size_t count, LabState **out)
{
    LabState *mean = NULL;
    *out = NULL;
    ExperimentSpec *spec = malloc(sizeof *spec);
    if (spec == NULL) {
        return STATUS_OUT_OF_MEMORY;
    }
    *spec = *seeds[0]->spec;
    spec->lane_count = count_shared_lanes(seeds, count);
    Status status = lab_state_create(spec, seeds[0]->methods, &mean);
    free(spec);
    if (status == STATUS_OK) {
        average_race(seeds, count, mean);
        status = average(seeds, count, mean);
    }
    if (status != STATUS_OK) {
        lab_state_destroy(mean);
        return status;
    }
    *out = mean;
    return STATUS_OK;
}
