#include "app/plain_text.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "records/run_command.h"

/* Plain text on a clock that the test turns, into memory. */
typedef struct Bench {
    double now;
    ExperimentSpec spec;
    PlainText plain;
    FILE *out;
    char *text;
    size_t size;
    size_t forgotten; /* bytes of text that were looked at */
} Bench;

static double now_of(void *context)
{
    return ((const Bench *)context)->now;
}

static void open_bench(Bench *bench)
{
    memset(bench, 0, sizeof *bench);
    bench->now = 1000.0;
    strcpy(bench->spec.name, "demo");
    bench->spec.max_steps = 100;
    bench->spec.seed = 7;
    bench->spec.lane_count = 2;
    bench->spec.zero_shot_domain_count = 3;
    strcpy(bench->spec.lanes[0].name, "AdamW");
    strcpy(bench->spec.lanes[0].method, "adamw");
    strcpy(bench->spec.lanes[1].name, "TRAM");
    strcpy(bench->spec.lanes[1].method, "tram-prev");
    bench->out = open_memstream(&bench->text, &bench->size);
    assert_non_null(bench->out);
    plain_text_init(&bench->plain, &bench->spec, (WallClock){.seconds = now_of, .context = bench},
                    bench->out);
}

static void close_bench(Bench *bench)
{
    fclose(bench->out);
    free(bench->text);
}

/* All that was printed since it was last forgotten; valid until the next print. */
static const char *printed(Bench *bench)
{
    fflush(bench->out);
    return bench->text + bench->forgotten;
}

static void forget_printed(Bench *bench)
{
    fflush(bench->out);
    bench->forgotten = bench->size;
}

static void take_sample(Bench *bench, uint32_t lane, uint32_t step, MetricId metric, double value)
{
    RunReport report = {.kind = RUN_REPORT_SAMPLE,
                        .as.sample = {.lane = lane,
                                      .step = step,
                                      .passes = 3.0 * step,
                                      .seconds = 0.5 * step,
                                      .count = 1,
                                      .metrics = {(uint16_t)metric},
                                      .values = {value}}};
    plain_text_take(&bench->plain, &report);
}

static void take_event(Bench *bench, RunEvent event)
{
    const RunReport report = {.kind = RUN_REPORT_EVENT, .as.event = event};
    plain_text_take(&bench->plain, &report);
}

static void the_first_line_says_what_is_raced(void **state)
{
    Bench bench;
    (void)state;
    open_bench(&bench);
    plain_text_begin(&bench.plain, 4);
    assert_string_equal(printed(&bench), "demo: 2 lanes, 100 steps, seed 7, 4 workers\n");
    close_bench(&bench);
}

static void progress_comes_every_five_seconds_with_the_time_still_to_go(void **state)
{
    Bench bench;
    (void)state;
    open_bench(&bench);
    bench.now = 1002.0; /* loading took 2 s, which is no step's fault */
    take_sample(&bench, 0, 0, METRIC_ZERO_SHOT_PERPLEXITY, 20.5);
    take_sample(&bench, 1, 0, METRIC_ZERO_SHOT_PERPLEXITY, 20.5);
    bench.now = 1006.0;
    take_sample(&bench, 0, 20, METRIC_LOSS, 3.25);
    take_sample(&bench, 1, 20, METRIC_LOSS, 3.125);
    assert_string_equal(printed(&bench),
                        "Step 20 of 100, 20%, 0:16 to go: AdamW loss 3.25, zero-shot perplexity "
                        "20.5; TRAM loss 3.125, zero-shot perplexity 20.5.\n");
    forget_printed(&bench);
    bench.now = 1010.9;
    take_sample(&bench, 0, 40, METRIC_LOSS, 3.0);
    take_sample(&bench, 1, 40, METRIC_LOSS, 3.0);
    assert_string_equal(printed(&bench), "");
    bench.now = 1012.0;
    take_sample(&bench, 0, 50, METRIC_LOSS, 3.0);
    assert_string_equal(printed(&bench), ""); /* the step's other lane is still to come */
    take_sample(&bench, 1, 50, METRIC_LOSS, 2.5);
    assert_string_equal(printed(&bench),
                        "Step 50 of 100, 50%, 0:10 to go: AdamW loss 3, zero-shot perplexity 20.5; "
                        "TRAM loss 2.5, zero-shot perplexity 20.5.\n");
    close_bench(&bench);
}

static void more_steps_mean_a_later_end(void **state)
{
    Bench bench;
    (void)state;
    open_bench(&bench);
    take_sample(&bench, 1, 0, METRIC_LOSS, 3.0);
    take_event(&bench, (RunEvent){.kind = RUN_EVENT_MAX_STEPS, .lane = LANE_ALL, .value = 200});
    bench.now = 1010.0;
    take_sample(&bench, 1, 100, METRIC_LOSS, 3.0);
    assert_non_null(strstr(printed(&bench), "Step 100 of 200, 50%, 0:10 to go: "));
    close_bench(&bench);
}

static void events_are_told_at_once(void **state)
{
    Bench bench;
    (void)state;
    open_bench(&bench);
    take_event(&bench,
               (RunEvent){.kind = RUN_EVENT_LOADING, .lane = LANE_ALL, .text = "models/base"});
    take_event(&bench, (RunEvent){.kind = RUN_EVENT_LOADED,
                                  .lane = LANE_ALL,
                                  .text = "head replaced: 9 labels -> 2"});
    take_event(&bench, (RunEvent){.kind = RUN_EVENT_KNOB_APPLIED,
                                  .lane = 1,
                                  .step = 9,
                                  .knob = KNOB_RHO,
                                  .old_value = 0.5,
                                  .value = 0.25});
    take_event(&bench, (RunEvent){.kind = RUN_EVENT_STEP_SKIPPED,
                                  .lane = 0,
                                  .step = 11,
                                  .text = "the loss is not finite"});
    take_event(&bench, (RunEvent){.kind = RUN_EVENT_DIVERGED,
                                  .lane = 0,
                                  .step = 12,
                                  .text = "three steps in a row"});
    assert_string_equal(printed(&bench), "loading models/base\n"
                                         "head replaced: 9 labels -> 2\n"
                                         "TRAM: rho 0.5 -> 0.25 from step 10 on\n"
                                         "AdamW: step 11 skipped: the loss is not finite\n"
                                         "AdamW: DIVERGED at step 12: three steps in a row\n");
    assert_false(bench.plain.is_over);
    close_bench(&bench);
}

static void a_diverged_lane_is_marked_in_progress_and_table(void **state)
{
    Bench bench;
    (void)state;
    open_bench(&bench);
    take_event(&bench,
               (RunEvent){.kind = RUN_EVENT_DIVERGED, .lane = 0, .step = 12, .text = "why"});
    forget_printed(&bench);
    bench.now = 1006.0;
    take_sample(&bench, 1, 20, METRIC_LOSS, 3.0);
    assert_non_null(strstr(printed(&bench), ": AdamW has DIVERGED; TRAM loss 3, "));
    forget_printed(&bench);
    plain_text_table(&bench.plain);
    assert_non_null(strstr(printed(&bench), "DIVERGED\nTRAM "));
    close_bench(&bench);
}

static void an_event_of_no_lane_harms_nobody(void **state)
{
    Bench bench;
    (void)state;
    open_bench(&bench);
    take_event(&bench, (RunEvent){.kind = RUN_EVENT_DIVERGED, .lane = LANE_ALL, .text = "all"});
    take_event(&bench,
               (RunEvent){.kind = RUN_EVENT_DIVERGED, .lane = SPEC_LANES_MAX, .text = "beyond"});
    take_sample(&bench, SPEC_LANES_MAX, 1, METRIC_LOSS, 1.0);
    assert_non_null(strstr(printed(&bench), "all lanes: DIVERGED"));
    assert_false(bench.plain.has_diverged[0]);
    assert_int_equal(bench.plain.step, 0);
    close_bench(&bench);
}

static void the_last_word_ends_it(void **state)
{
    static const RunEventKind LAST[] = {RUN_EVENT_FINISHED, RUN_EVENT_STOPPED, RUN_EVENT_FAILED};
    (void)state;
    for (size_t i = 0; i < sizeof LAST / sizeof *LAST; i++) {
        Bench bench;
        open_bench(&bench);
        take_event(&bench, (RunEvent){.kind = LAST[i], .lane = LANE_ALL, .text = "runs/x"});
        assert_true(bench.plain.is_over);
        assert_non_null(strstr(printed(&bench), run_event_name(LAST[i])));
        close_bench(&bench);
    }
}

static void end_lane(Bench *bench, uint32_t lane, double loss, double error)
{
    RunReport report = {
        .kind = RUN_REPORT_SAMPLE,
        .as.sample = {
            .lane = lane, .step = 100, .passes = 300 + 300 * lane, .seconds = 12.34 + lane}};
    MetricSample *sample = &report.as.sample;
    metric_sample_add(sample, METRIC_FINAL_LOSS, loss);
    metric_sample_add(sample, METRIC_FINAL_LOSS_ERROR, error);
    metric_sample_add(sample, METRIC_FINAL_PERPLEXITY, exp(loss));
    metric_sample_add(sample, METRIC_FINAL_ZERO_SHOT_PERPLEXITY, 25.5);
    metric_sample_add(sample, METRIC_KL_IN_DOMAIN, 0.125);
    metric_sample_add(sample, METRIC_KL_OUT_OF_DOMAIN, 0.0625);
    plain_text_take(&bench->plain, &report);
}

static void the_final_table_has_every_column_of_every_lane(void **state)
{
    Bench bench;
    (void)state;
    open_bench(&bench);
    end_lane(&bench, 0, log(16.0), 0.03);
    end_lane(&bench, 1, log(15.0), 0.02);
    plain_text_table(&bench.plain);
    const char *text = printed(&bench);
    static const char WANTED[] =
        "\n"
        "lane         method        ID ppl (s.e. loss)    ZS ppl     KL ID     KL OOD    passes  "
        "seconds\n"
        "AdamW        adamw             16        0.03      25.5     0.125     0.0625       300  "
        "   12.3\n"
        "TRAM         tram-prev         15        0.02      25.5     0.125     0.0625       600  "
        "   13.3\n"
        "ID: dev split of the training domains, all of it; ZS: mean over 3 unseen domains; ";
    if (strncmp(text, WANTED, strlen(WANTED)) != 0) {
        fail_msg("%s", text);
    }
    assert_non_null(strstr(text, "span 0.0645 nats; the standard error of one is 0.0300 (dev "));
    close_bench(&bench);
}

static void accuracies_have_columns_errors_and_a_verdict_of_their_own(void **state)
{
    Bench bench;
    (void)state;
    open_bench(&bench);
    bench.spec.task = SPEC_TASK_TEXT_CLASSIFICATION;
    for (uint32_t lane = 0; lane < 2; lane++) {
        end_lane(&bench, lane, 0.5, 0.03);
        take_sample(&bench, lane, 100, METRIC_FINAL_ACCURACY, 71.5 + 2.0 * lane);
        take_sample(&bench, lane, 100, METRIC_FINAL_ACCURACY_ERROR, 1.25);
        take_sample(&bench, lane, 100, METRIC_FINAL_ZERO_SHOT_ACCURACY, 40.5);
    }
    plain_text_table(&bench.plain);
    const char *text = printed(&bench);
    assert_non_null(strstr(text, " ID acc % (s.e. acc)  ZS acc %"));
    assert_non_null(strstr(text, "TRAM         tram-prev       73.5         1.2      40.5 "));
    assert_non_null(strstr(text, "In-domain accuracies span 2.0000 points; the standard error of "
                                 "one is 1.2500 (dev "));
    assert_non_null(strstr(text, "nats/example"));
    close_bench(&bench);
}

static void without_a_final_evaluation_the_table_says_so(void **state)
{
    Bench bench;
    (void)state;
    open_bench(&bench);
    take_sample(&bench, 0, 10, METRIC_EVAL_PERPLEXITY, 17.25);
    take_sample(&bench, 1, 10, METRIC_EVAL_PERPLEXITY, 18.25);
    plain_text_table(&bench.plain);
    const char *text = printed(&bench);
    assert_non_null(strstr(text, "AdamW        adamw          17.25           -         - "));
    assert_non_null(strstr(text, "Stopped before the final evaluation"));
    assert_null(strstr(text, "span"));
    close_bench(&bench);
}

static void a_lane_without_finite_numbers_is_shown_and_left_out_of_the_verdict(void **state)
{
    Bench bench;
    (void)state;
    open_bench(&bench);
    end_lane(&bench, 0, NAN, NAN);
    end_lane(&bench, 1, log(15.0), 0.02);
    plain_text_table(&bench.plain);
    assert_non_null(strstr(printed(&bench), "AdamW        adamw            nan         nan "));
    assert_null(strstr(printed(&bench), "span"));
    close_bench(&bench);
}

/* 60 domains on the way and 60 at the end are more values than a sample holds. */
static void many_domains_leave_room_for_what_the_table_shows(void **state)
{
    Bench bench;
    (void)state;
    open_bench(&bench);
    bench.spec.zero_shot_domain_count = SPEC_DOMAINS_MAX;
    for (uint32_t lane = 0; lane < 2; lane++) {
        for (uint32_t first = METRIC_DOMAIN_FIRST; first <= METRIC_FINAL_DOMAIN_FIRST;
             first += METRIC_FINAL_DOMAIN_FIRST - METRIC_DOMAIN_FIRST) {
            for (uint32_t i = 0; i < SPEC_DOMAINS_MAX; i++) {
                take_sample(&bench, lane, 0, (MetricId)(first + i), 9.0);
            }
        }
        end_lane(&bench, lane, log(16.0), 0.03);
    }
    plain_text_table(&bench.plain);
    assert_non_null(strstr(printed(&bench), "AdamW        adamw             16        0.03"));
    close_bench(&bench);
}

static void control_characters_are_never_printed_raw(void **state)
{
    Bench bench;
    (void)state;
    open_bench(&bench);
    strcpy(bench.spec.name, "\033[31mdemo\a");
    plain_text_begin(&bench.plain, 1);
    static const RunEventKind KINDS[] = {RUN_EVENT_LOADING,      RUN_EVENT_DIVERGED,
                                         RUN_EVENT_STEP_SKIPPED, RUN_EVENT_EVALUATING,
                                         RUN_EVENT_LOADED,       RUN_EVENT_FAILED};
    for (size_t i = 0; i < sizeof KINDS / sizeof *KINDS; i++) {
        take_event(&bench, (RunEvent){.kind = KINDS[i], .text = "a\033]0;b\ac\x7f"});
    }
    for (const char *c = printed(&bench); *c != '\0'; c++) {
        assert_true(*c == '\n' || ((unsigned char)*c >= 32 && *c != 127));
    }
    assert_non_null(strstr(printed(&bench), "?[31mdemo?: 2 lanes"));
    close_bench(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_line_says_what_is_raced),
        cmocka_unit_test(progress_comes_every_five_seconds_with_the_time_still_to_go),
        cmocka_unit_test(more_steps_mean_a_later_end),
        cmocka_unit_test(events_are_told_at_once),
        cmocka_unit_test(a_diverged_lane_is_marked_in_progress_and_table),
        cmocka_unit_test(an_event_of_no_lane_harms_nobody),
        cmocka_unit_test(the_last_word_ends_it),
        cmocka_unit_test(the_final_table_has_every_column_of_every_lane),
        cmocka_unit_test(accuracies_have_columns_errors_and_a_verdict_of_their_own),
        cmocka_unit_test(without_a_final_evaluation_the_table_says_so),
        cmocka_unit_test(a_lane_without_finite_numbers_is_shown_and_left_out_of_the_verdict),
        cmocka_unit_test(many_domains_leave_room_for_what_the_table_shows),
        cmocka_unit_test(control_characters_are_never_printed_raw),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
