/* app/plain_text.h -- a race told in plain lines: progress with ETA, then the final table. */
#ifndef APP_PLAIN_TEXT_H
#define APP_PLAIN_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/wall_clock.h"
#include "records/experiment_spec.h"
#include "records/metric_sample.h"
#include "records/run_event.h"

/* What plain text knows of a race. */
typedef struct PlainText {
    const ExperimentSpec *spec;
    WallClock clock;
    FILE *out;
    double max_steps;
    double start_seconds;
    double last_line_seconds;
    uint32_t first_step; /* steps done when start_seconds was taken */
    uint32_t step;
    /* the newest value of every metric of the table, domains apart */
    MetricSample latest[SPEC_LANES_MAX];
    bool has_diverged[SPEC_LANES_MAX];
    bool is_over; /* FINISHED, STOPPED or FAILED has come */
} PlainText;

void plain_text_init(PlainText *plain, const ExperimentSpec *spec, WallClock clock, FILE *out);

/* The first line: what is raced, for how long, with which seed and on how many workers. */
void plain_text_begin(const PlainText *plain, size_t workers);

/* Take a report and print what it calls for: events at once, progress at most every 5 seconds. */
void plain_text_take(PlainText *plain, const RunReport *report);

/* The final table: lane, method, in-domain and zero-shot perplexity (accuracy), KL, passes, seconds; with the standard error of the
 * in-domain loss (accuracy), how far the lanes lie apart beside it, and what one seed cannot say. Without a final evaluation (stopped early) it shows the last values on dev. */
void plain_text_table(const PlainText *plain);

#endif
