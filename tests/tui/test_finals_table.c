/* tui/test_finals_table.c -- the recorded tables, against what tests/reference/seed_table.py made of them (the README beside each). */
#include "tui/finals_table.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tui/fake_race.h"
#include "tui/final_values.h"
#include "tui/reference_runs.h"

enum { CELLS_MAX = 16, CELL_BYTES = 64 };

/* "| a | b |" */
static int cut_row(const char *line, char cells[CELLS_MAX][CELL_BYTES])
{
    int count = 0;
    for (const char *at = strchr(line, '|'); at != NULL && count < CELLS_MAX; count++) {
        const char *end = strchr(at + 1, '|');
        if (end == NULL) {
            break;
        }
        const char *start = at + 1 + strspn(at + 1, " ");
        while (end > start && end[-1] == ' ') {
            end--;
        }
        (void)snprintf(cells[count], CELL_BYTES, "%.*s", (int)(end > start ? end - start : 0),
                       start);
        at = strchr(at + 1, '|');
    }
    return count;
}

/* "-0.85 ± 0.07". The table has t to three decimals only. */
static void expect_interval(const char *cell, MeanInterval got)
{
    const char *sign = strstr(cell, "\u00b1");
    assert_non_null(sign);
    const double mean = strtod(cell, NULL);
    const double half_width = strtod(sign + strlen("\u00b1"), NULL);
    if (fabs(mean - got.mean) > 0.00501 || fabs(half_width - got.half_width) > 0.0056) {
        fail_msg("\"%s\" is %.4f +- %.4f", cell, got.mean, got.half_width);
    }
}

static void expect_row(const LabState *state, char cells[CELLS_MAX][CELL_BYTES])
{
    const FinalMetrics metrics = final_values_metrics(state);
    const size_t lane = lab_state_find_lane(state, cells[0]);
    const size_t base = lab_state_find_lane(state, "AdamW");
    assert_true(lane < SPEC_LANES_MAX && base < SPEC_LANES_MAX);
    assert_true(strtod(cells[2], NULL) == round(state->lanes[lane].passes));
    expect_interval(cells[3], final_values_mean(state, lane, metrics.in_domain));
    expect_interval(cells[4], final_values_mean(state, lane, metrics.zero_shot));
    const FinalControl control = final_values_control(state, lane, base, metrics);
    assert_int_equal(control.state != NULL, cells[8][0] != '\0');
    if (lane == base) {
        return;
    }
    MeanInterval id = final_values_difference(state, lane, base, metrics.in_domain);
    MeanInterval zs = final_values_difference(state, lane, base, metrics.zero_shot);
    expect_interval(cells[5], id);
    expect_interval(cells[6], zs);
    assert_string_equal(cells[7], final_values_verdict(id, zs, state->seed_count));
    if (control.state != NULL) {
        size_t pairs = 0;
        id = final_values_control_difference(state, lane, metrics.in_domain, &control,
                                             control.in_domain, NULL);
        zs = final_values_control_difference(state, lane, metrics.zero_shot, &control,
                                             control.zero_shot, &pairs);
        assert_int_equal(pairs, 5);
        expect_interval(cells[8], id);
        expect_interval(cells[9], zs);
        assert_string_equal(cells[10], final_values_verdict(id, zs, pairs));
    }
}

/* Every row of the tables "| lane | seeds | passes | ID ..." of a README that are of the test split; how many they were. */
static size_t expect_readme(const char *folder, const LabState *state)
{
    char path[128];
    char line[1024];
    size_t rows = 0;
    bool is_inside = false;
    bool is_dev = false;
    (void)snprintf(path, sizeof path, "%s/README.md", folder);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    while (fgets(line, sizeof line, file) != NULL) {
        char cells[CELLS_MAX][CELL_BYTES] = {""};
        const int count = cut_row(line, cells);
        is_dev = strncmp(line, "## ", 3) == 0 ? strstr(line, "dev") != NULL : is_dev;
        if (is_dev) {
            continue;
        }
        if (strncmp(line, "| lane | seeds | passes | ID", 28) == 0) {
            is_inside = true;
        } else if (count < 11) {
            is_inside = false;
        } else if (is_inside && strncmp(line, "|---", 4) != 0 &&
                   strncmp(cells[0], "AdamW-", 6) != 0) {
            expect_row(state, cells);
            rows++;
        }
    }
    assert_int_equal(fclose(file), 0);
    return rows;
}

static void recorded_tables_say_what_the_readmes_say(void **unused)
{
    (void)unused;
    static const struct {
        const char *folder;
        size_t rows;
    } RECORDED[] = {{"sample-runs/recorded/cross-domain", 20},
                    {"sample-runs/recorded/cross-lingual", 3},
                    {"sample-runs/recorded/cross-lingual-nli", 3},
                    {"sample-runs/recorded/images-digits", 3},
                    {"sample-runs/recorded/images-emoji-art", 3}};
    for (size_t i = 0; i < sizeof RECORDED / sizeof *RECORDED; i++) {
        char path[128];
        RecordedRun run;
        Problem problem = {0};
        (void)snprintf(path, sizeof path, "%s/finals.jsonl", RECORDED[i].folder);
        if (finals_table_read(path, FINALS_RACES, fake_methods(), &run, &problem) != STATUS_OK ||
            reference_runs_add_controls(run.state, path, &problem) != STATUS_OK) {
            fail_msg("%s", problem.text);
        }
        assert_true(run.state->is_recorded && run.seed_count == 5);
        assert_string_equal(run.state->spec->name, strrchr(RECORDED[i].folder, '/') + 1);
        assert_true(expect_readme(RECORDED[i].folder, run.state) >= RECORDED[i].rows);
        recorded_run_clear(&run);
    }
}

static void write_file(char path[32], const char *text)
{
    (void)snprintf(path, 32, "/tmp/tramlab-finals-XXXXXX");
    const int descriptor = mkstemp(path);
    assert_true(descriptor >= 0);
    assert_int_equal(write(descriptor, text, strlen(text)), strlen(text));
    assert_int_equal(close(descriptor), 0);
}

static const char TABLE[] =
    "{\"seed\":3,\"lane\":\"AdamW\",\"method\":\"adamw\",\"steps\":10,\"passes\":30,\"knobs\":{},"
    "\"final_perplexity\":40,\"final_zero_shot_perplexity\":60,\"final_perplexity/moby-dick\":70,"
    "\"dev_eval_perplexity\":41}\n"
    "{\"seed\":3,\"lane\":\"SAM\",\"method\":\"sam\",\"steps\":10,\"passes\":60,"
    "\"knobs\":{\"rho\":0.25},\"final_perplexity\":38,\"final_zero_shot_perplexity\":59}\n"
    "\n"
    "{\"seed\":3,\"lane\":\"AdamW-20-steps\",\"method\":\"adamw\",\"steps\":20,\"passes\":60,"
    "\"knobs\":{},\"final_perplexity\":39,\"final_zero_shot_perplexity\":61}\n";

static void a_row_becomes_a_lane_with_its_knobs_and_last_values(void **unused)
{
    (void)unused;
    char path[32];
    RecordedRun run;
    write_file(path, TABLE);
    assert_int_equal(finals_table_read(path, FINALS_RACES, fake_methods(), &run, NULL), STATUS_OK);
    const LabState *state = run.state;
    assert_true(state->seed_count == 0 && state->spec->seed == 3.0 && state->phase == LAB_FINISHED);
    assert_int_equal(state->lane_count, 2);
    assert_int_equal(state->step, 10);
    assert_true(state->lanes[1].knobs[KNOB_RHO].value == 0.25);
    assert_false(state->lanes[1].knobs[KNOB_LEARNING_RATE].is_available); /* not told */
    assert_true(state->lanes[1].passes == 60.0);
    assert_true(state->lanes[1].last[METRIC_FINAL_PERPLEXITY] == 38.0);
    assert_true(state->lanes[0].last[METRIC_EVAL_PERPLEXITY] == 41.0); /* "dev_" */
    assert_string_equal(state->spec->zero_shot_domains[0], "moby-dick");
    recorded_run_clear(&run);
    assert_int_equal(finals_table_read(path, FINALS_CONTROLS, fake_methods(), &run, NULL),
                     STATUS_OK);
    assert_int_equal(run.state->lane_count, 2);
    assert_string_equal(run.state->lanes[1].name, "AdamW-20-steps");
    recorded_run_clear(&run);
    (void)unlink(path);
}

static void a_table_that_is_none_is_refused_with_its_line(void **unused)
{
    (void)unused;
    static const struct {
        const char *text;
        Status status;
        const char *words;
    } WRONG[] = {
        {"\n{\"seed\":1,\n", STATUS_BAD_FORMAT, ", line 2, column 10: it ends too early"},
        {"\n{\"seed\":1,\"lane\":\"A\"}\n", STATUS_BAD_VALUE, ", line 2: needs seed, lane"},
        {"", STATUS_BAD_VALUE, "has no row at all"},
        {"{\"seed\":1,\"lane\":\"a b\",\"method\":\"sam\",\"steps\":1,\"passes\":1,\"knobs\":{}}",
         STATUS_BAD_VALUE, "name"},
    };
    for (size_t i = 0; i < sizeof WRONG / sizeof *WRONG; i++) {
        char path[32];
        RecordedRun run;
        Problem problem = {0};
        write_file(path, WRONG[i].text);
        const Status status = finals_table_read(path, FINALS_RACES, fake_methods(), &run, &problem);
        if (status != WRONG[i].status || strstr(problem.text, WRONG[i].words) == NULL) {
            fail_msg("%zu: %d %s", i, (int)status, problem.text);
        }
        assert_null(run.state);
        (void)unlink(path);
    }
    RecordedRun run;
    assert_int_equal(finals_table_read("/nowhere", FINALS_RACES, fake_methods(), &run, NULL),
                     STATUS_FILE_UNREADABLE);
}

static void lanes_without_room_are_left_out_and_told(void **unused)
{
    (void)unused;
    char path[32];
    char text[64 * 128] = "";
    RecordedRun run;
    for (int i = 0; i < SPEC_LANES_MAX + 2; i++) {
        (void)snprintf(text + strlen(text), sizeof text - strlen(text),
                       "{\"seed\":1,\"lane\":\"L%d\",\"method\":\"sam\",\"steps\":5,\"passes\":6,"
                       "\"knobs\":{},\"final_perplexity\":%d}\n",
                       i, i);
    }
    write_file(path, text);
    assert_int_equal(finals_table_read(path, FINALS_RACES, fake_methods(), &run, NULL), STATUS_OK);
    assert_int_equal(run.state->lane_count, SPEC_LANES_MAX);
    char line[RUN_EVENT_TEXT_BYTES];
    lab_state_event_text(run.state, run.state->event_count - 1, line, sizeof line);
    assert_non_null(strstr(line, "2 more rows of other lanes"));
    recorded_run_clear(&run);
    (void)unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(recorded_tables_say_what_the_readmes_say),
        cmocka_unit_test(a_row_becomes_a_lane_with_its_knobs_and_last_values),
        cmocka_unit_test(a_table_that_is_none_is_refused_with_its_line),
        cmocka_unit_test(lanes_without_room_are_left_out_and_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
