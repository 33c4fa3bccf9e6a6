#include "app/plain_text.h"

#include <limits.h>
#include <math.h>
#include <stdarg.h>
#include <string.h>

#include "base/text.h"

static const double SECONDS_BETWEEN_LINES = 5.0;

void plain_text_init(PlainText *plain, const ExperimentSpec *spec, WallClock clock, FILE *out)
{
    memset(plain, 0, sizeof *plain);
    plain->spec = spec;
    plain->clock = clock;
    plain->out = out;
    plain->max_steps = spec->max_steps;
    plain->start_seconds = wall_clock_seconds(clock);
    plain->last_line_seconds = plain->start_seconds;
}

/* How well a lane does, as the task measures it. */
typedef struct Measures {
    uint16_t in_domain;
    uint16_t zero_shot;
    uint16_t final_in_domain;
    uint16_t final_zero_shot;
    uint16_t final_compared; /* in-domain, by which lanes are compared, and its standard error */
    uint16_t final_error;
    const char *zero_shot_words; /* before a number */
    const char *in_domain_title;
    const char *error_title;
    const char *zero_shot_title;
    const char *plural;
    const char *compared;      /* plural of final_compared */
    const char *compared_unit; /* of it */
    const char *per;           /* what a mean is taken over */
} Measures;

static const Measures *measures_of(const PlainText *plain)
{
    static const Measures PERPLEXITY = {.in_domain = METRIC_EVAL_PERPLEXITY,
                                        .zero_shot = METRIC_ZERO_SHOT_PERPLEXITY,
                                        .final_in_domain = METRIC_FINAL_PERPLEXITY,
                                        .final_zero_shot = METRIC_FINAL_ZERO_SHOT_PERPLEXITY,
                                        .final_compared = METRIC_FINAL_LOSS,
                                        .final_error = METRIC_FINAL_LOSS_ERROR,
                                        .zero_shot_words = ", zero-shot perplexity ",
                                        .in_domain_title = "ID ppl",
                                        .error_title = "(s.e. loss)",
                                        .zero_shot_title = "ZS ppl",
                                        .plural = "perplexities",
                                        .compared = "losses",
                                        .compared_unit = "nats",
                                        .per = "token"};
    static const Measures ACCURACY = {.in_domain = METRIC_EVAL_ACCURACY,
                                      .zero_shot = METRIC_ZERO_SHOT_ACCURACY,
                                      .final_in_domain = METRIC_FINAL_ACCURACY,
                                      .final_zero_shot = METRIC_FINAL_ZERO_SHOT_ACCURACY,
                                      .final_compared = METRIC_FINAL_ACCURACY,
                                      .final_error = METRIC_FINAL_ACCURACY_ERROR,
                                      .zero_shot_words = ", zero-shot accuracy % ",
                                      .in_domain_title = "ID acc %",
                                      .error_title = "(s.e. acc)",
                                      .zero_shot_title = "ZS acc %",
                                      .plural = "accuracies",
                                      .compared = "accuracies",
                                      .compared_unit = "points",
                                      .per = "example"};
    return experiment_spec_has_classes(plain->spec) ? &ACCURACY : &PERPLEXITY;
}

/* Names and messages hold what stood in files: nothing of it may reach the terminal as it is. */
static void print_line(FILE *out, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void print_line(FILE *out, const char *format, ...)
{
    char text[1024];
    char shown[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    text_clean(text, shown, sizeof shown, INT_MAX);
    fprintf(out, "%s\n", shown);
}

void plain_text_begin(const PlainText *plain, size_t workers)
{
    const ExperimentSpec *spec = plain->spec;
    print_line(plain->out, "%s: %zu %s, %.0f steps, seed %.0f, %zu %s", spec->name,
               spec->lane_count, spec->lane_count == 1 ? "lane" : "lanes", spec->max_steps,
               spec->seed, workers, workers == 1 ? "worker" : "workers");
    fflush(plain->out);
}

/* Newer values replace older ones of the same metric. Those of single domains are not printed, and
 * would not all fit. */
static void remember(MetricSample *latest, const MetricSample *sample)
{
    latest->step = sample->step;
    latest->passes = sample->passes;
    latest->seconds = sample->seconds;
    for (uint32_t i = 0; i < sample->count; i++) {
        if (sample->metrics[i] >= METRIC_FIXED_COUNT) {
            continue;
        }
        uint32_t k = 0;
        while (k < latest->count && latest->metrics[k] != sample->metrics[i]) {
            k++;
        }
        if (k < latest->count) {
            latest->values[k] = sample->values[i];
        } else {
            metric_sample_add(latest, sample->metrics[i], sample->values[i]);
        }
    }
}

static void print_number(FILE *out, const char *prefix, const MetricSample *sample, uint16_t metric,
                         int digits, int width)
{
    char text[32] = "-";
    double value = 0.0;
    if (metric_sample_get(sample, metric, &value)) {
        text_number(value, digits, text, sizeof text);
    }
    fprintf(out, "%s%*s", prefix, width, text);
}

/* A sentence, for those who hear it: no columns, no bars. */
static void print_progress(PlainText *plain, double now)
{
    char eta[32] = "-:--";
    const double done = (double)(plain->step - plain->first_step);
    if (done > 0.0) {
        const double seconds =
            (now - plain->start_seconds) / done * (plain->max_steps - (double)plain->step);
        text_duration(seconds, eta, sizeof eta);
    }
    fprintf(plain->out, "Step %u of %.0f, %.0f%%, %s to go", plain->step, plain->max_steps,
            100.0 * (double)plain->step / plain->max_steps, eta);
    const Measures *measures = measures_of(plain);
    for (size_t lane = 0; lane < plain->spec->lane_count; lane++) {
        const MetricSample *latest = &plain->latest[lane];
        fprintf(plain->out, "%s %s", lane == 0 ? ":" : ";", plain->spec->lanes[lane].name);
        if (plain->has_diverged[lane]) {
            fputs(" has DIVERGED", plain->out);
            continue;
        }
        print_number(plain->out, " loss ", latest, METRIC_LOSS, 4, 0);
        print_number(plain->out, measures->zero_shot_words, latest, measures->zero_shot, 4, 0);
    }
    fputs(".\n", plain->out);
    fflush(plain->out);
    plain->last_line_seconds = now;
}

static void take_sample(PlainText *plain, const MetricSample *sample)
{
    const double now = wall_clock_seconds(plain->clock);
    if (sample->lane >= plain->spec->lane_count) {
        return;
    }
    remember(&plain->latest[sample->lane], sample);
    if (plain->step == 0 && sample->step == 0) {
        /* The clock of the ETA starts when the first step can. */
        plain->start_seconds = now;
    }
    plain->step = sample->step;
    const bool is_last_lane = sample->lane + 1 == plain->spec->lane_count;
    if (is_last_lane && now - plain->last_line_seconds >= SECONDS_BETWEEN_LINES) {
        print_progress(plain, now);
    }
}

static const char *lane_name(const PlainText *plain, uint32_t lane)
{
    return lane < plain->spec->lane_count ? plain->spec->lanes[lane].name : "all lanes";
}

/* A choice by its word, a number as it is. */
static void knob_text(KnobId knob, double value, char text[KNOB_CHOICE_BYTES])
{
    if (!knob_choice_name(knob, value, text)) {
        (void)snprintf(text, KNOB_CHOICE_BYTES, "%g", value);
    }
}

static void print_knob(const PlainText *plain, const RunEvent *event)
{
    char before[KNOB_CHOICE_BYTES];
    char now[KNOB_CHOICE_BYTES];
    knob_text(event->knob, event->old_value, before);
    knob_text(event->knob, event->value, now);
    print_line(plain->out, "%s: %s %s -> %s from step %u on", lane_name(plain, event->lane),
               knob_info(event->knob)->key, before, now, event->step + 1);
}

static void take_event(PlainText *plain, const RunEvent *event)
{
    FILE *out = plain->out;
    switch (event->kind) {
    case RUN_EVENT_LOADING:
        print_line(out, "loading %s", event->text);
        break;
    case RUN_EVENT_KNOB_APPLIED:
        print_knob(plain, event);
        break;
    case RUN_EVENT_MAX_STEPS:
        plain->max_steps = event->value;
        break;
    case RUN_EVENT_DIVERGED:
        if (event->lane < SPEC_LANES_MAX) {
            plain->has_diverged[event->lane] = true;
        }
        print_line(out, "%s: DIVERGED at step %u: %s", lane_name(plain, event->lane), event->step,
                   event->text);
        break;
    case RUN_EVENT_STEP_SKIPPED:
        print_line(out, "%s: step %u skipped: %s", lane_name(plain, event->lane), event->step,
                   event->text);
        break;
    case RUN_EVENT_NOT_SAVED:
        print_line(out, "not saved at step %u: %s", event->step, event->text);
        break;
    case RUN_EVENT_LOADED:
    case RUN_EVENT_EVALUATING:
        print_line(out, "%s", event->text);
        break;
    case RUN_EVENT_FINISHED:
    case RUN_EVENT_STOPPED:
    case RUN_EVENT_FAILED:
        plain->is_over = true;
        print_line(out, "%s: %s", run_event_name(event->kind), event->text);
        break;
    case RUN_EVENT_RESUMED:
        if (event->text[0] != '\0') { /* a run that was stopped goes on: its clock starts here */
            plain->first_step = event->step;
            plain->step = event->step;
            plain->start_seconds = wall_clock_seconds(plain->clock);
            print_line(out, "%s: %s", run_event_name(event->kind), event->text);
        }
        break;
    case RUN_EVENT_STARTED:
    case RUN_EVENT_KNOB_IN_FORCE:
    case RUN_EVENT_COMMAND_REFUSED:
    case RUN_EVENT_PAUSED:
    case RUN_EVENT_LANE_ADDED:
    case RUN_EVENT_LANE_REMOVED:
    case RUN_EVENT_KIND_COUNT:
        break;
    }
    fflush(out);
}

void plain_text_take(PlainText *plain, const RunReport *report)
{
    if (report->kind == RUN_REPORT_SAMPLE) {
        take_sample(plain, &report->as.sample);
    } else if (report->kind == RUN_REPORT_EVENT) {
        take_event(plain, &report->as.event);
    }
}

static bool has_final(const PlainText *plain)
{
    double ignored = 0.0;
    return plain->spec->lane_count > 0 &&
           metric_sample_get(&plain->latest[0], METRIC_FINAL_LOSS, &ignored);
}

/* The gap beside the error of one loss or accuracy, for the reader to judge by. */
static void print_verdict(const PlainText *plain)
{
    const Measures *measures = measures_of(plain);
    double lowest = INFINITY;
    double highest = -INFINITY;
    double error = 0.0;
    for (size_t lane = 0; lane < plain->spec->lane_count; lane++) {
        double value = 0.0;
        double lane_error = 0.0;
        if (plain->has_diverged[lane] ||
            !metric_sample_get(&plain->latest[lane], measures->final_compared, &value) ||
            !metric_sample_get(&plain->latest[lane], measures->final_error, &lane_error) ||
            !isfinite(value)) {
            continue;
        }
        lowest = fmin(lowest, value);
        highest = fmax(highest, value);
        error = fmax(error, isfinite(lane_error) ? lane_error : 0.0);
    }
    if (!(highest > lowest)) {
        return;
    }
    fprintf(plain->out,
            "In-domain %s span %.4f %s; the standard error of one is %.4f (%s split, one "
            "seed). One seed does not rank methods:\n"
            "repeat with --seed 2, 3, ... before believing a difference.\n",
            measures->compared, highest - lowest, measures->compared_unit, error,
            plain->spec->final_split == SPEC_FINAL_TEST ? "test" : "dev");
}

void plain_text_table(const PlainText *plain)
{
    const bool is_final = has_final(plain);
    const Measures *measures = measures_of(plain);
    FILE *out = plain->out;
    fprintf(out, "\n%-12s %-10s %9s %10s %9s %9s %10s %9s %8s\n", "lane", "method",
            measures->in_domain_title, measures->error_title, measures->zero_shot_title, "KL ID",
            "KL OOD", "passes", "seconds");
    for (size_t lane = 0; lane < plain->spec->lane_count; lane++) {
        const MetricSample *latest = &plain->latest[lane];
        fprintf(out, "%-12s %-10s", plain->spec->lanes[lane].name, plain->spec->lanes[lane].method);
        print_number(out, " ", latest, is_final ? measures->final_in_domain : measures->in_domain,
                     5, 9);
        print_number(out, " ", latest, measures->final_error, 2, 11);
        print_number(out, " ", latest, is_final ? measures->final_zero_shot : measures->zero_shot,
                     5, 9);
        print_number(out, " ", latest, METRIC_KL_IN_DOMAIN, 3, 9);
        print_number(out, " ", latest, METRIC_KL_OUT_OF_DOMAIN, 3, 10);
        fprintf(out, " %9.0f %8.1f%s\n", latest->passes, latest->seconds,
                plain->has_diverged[lane] ? "  DIVERGED" : "");
    }
    if (is_final) {
        fprintf(out,
                "ID: %s split of the training domains, all of it; ZS: mean over %zu unseen "
                "domains; KL(theta_0 || theta) in nats/%s\n"
                "on the probe batches; passes: forward-equivalents (a backward pass counts two); "
                "seconds: the lane's own steps.\n",
                plain->spec->final_split == SPEC_FINAL_TEST ? "test" : "dev",
                plain->spec->zero_shot_domain_count, measures->per);
        print_verdict(plain);
    } else {
        fprintf(out,
                "Stopped before the final evaluation: %s are of the last evaluation on part of the "
                "dev split.\n",
                measures->plural);
    }
    fflush(out);
}
