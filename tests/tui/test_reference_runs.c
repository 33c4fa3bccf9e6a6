#include "tui/reference_runs.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tui/fixed_state.h"

static const char RECORDED[] = "sample-runs/recorded/cross-domain";

static size_t run_count(const LabState *state)
{
    return state->references != NULL ? state->references->count : 0;
}

static void open(FixedState *fixed, const char *word, char words[RUN_EVENT_TEXT_BYTES])
{
    char path[128];
    Problem problem = {0};
    (void)snprintf(path, sizeof path, "%s/%s", RECORDED, word);
    if (reference_runs_open(fixed->state, path, words, RUN_EVENT_TEXT_BYTES, &problem) !=
        STATUS_OK) {
        fail_msg("%s", problem.text);
    }
}

static void a_run_is_opened_beside_with_letters_and_names_of_its_own(void **unused)
{
    (void)unused;
    FixedState fixed;
    char words[RUN_EVENT_TEXT_BYTES];
    char line[RUN_EVENT_TEXT_BYTES + 64];
    ReferenceLane lanes[2 * SPEC_LANES_MAX];
    fixed_state_create(&fixed);
    open(&fixed, "trio-seed-1", words);
    assert_non_null(strstr(words, "in grey: A ref AdamW, B ref SAM, C ref TRAM, from sample-runs"));
    lab_state_event_text(fixed.state, fixed.state->event_count - 1, line, sizeof line);
    assert_non_null(strstr(line, "A ref AdamW"));
    assert_int_equal(reference_runs_lanes(fixed.state, lanes, 2), 2);
    assert_int_equal(reference_runs_lanes(fixed.state, lanes, 2 * SPEC_LANES_MAX), 3);
    assert_int_equal(lanes[2].state->lanes[lanes[2].lane].history[METRIC_LOSS].count, 100);
    open(&fixed, "trio-seed-[23]", words); /* two seeds: their mean */
    assert_non_null(strstr(words, "D ref2 AdamW"));
    assert_non_null(strstr(words, "and 1 more (their mean)"));
    assert_null(strstr(words, "ref SAM"));
    assert_int_equal(reference_runs_lanes(fixed.state, lanes, 2 * SPEC_LANES_MAX), 6);
    assert_true(lanes[3].mark == 'D' && lanes[3].state->seed_count == 2);
    assert_int_equal(fixed.state->lane_count, 3); /* the race has no more lanes than before */
    fixed_state_destroy(&fixed);
}

static void the_table_beside_a_run_comes_once(void **unused)
{
    (void)unused;
    FixedState fixed;
    char words[RUN_EVENT_TEXT_BYTES];
    fixed_state_create(&fixed);
    open(&fixed, "trio-seed-1", words);
    assert_int_equal(run_count(fixed.state), 2);
    assert_true(!fixed.state->references->runs[0].is_table &&
                fixed.state->references->runs[1].is_table);
    open(&fixed, "trio-seed-2", words);
    assert_int_equal(run_count(fixed.state), 3);
    assert_int_equal(reference_runs_close(fixed.state), 3);
    assert_null(fixed.state->references);
    assert_int_equal(reference_runs_close(fixed.state), 0);
    open(&fixed, "finals.jsonl", words); /* alone: for page V */
    assert_non_null(strstr(words, "no curves: page V"));
    assert_int_equal(run_count(fixed.state), 1);
    fixed_state_destroy(&fixed);
}

static void what_cannot_be_opened_changes_nothing(void **unused)
{
    (void)unused;
    static const struct {
        const char *word;
        const char *words;
    } WRONG[] = {
        {"nowhere", "nothing recorded is there"},
        {"sample-runs/presets", "holds no run.json"},
        {"README.md", "is no run directory"},
    };
    FixedState fixed;
    char words[RUN_EVENT_TEXT_BYTES];
    fixed_state_create(&fixed);
    const size_t events = fixed.state->event_count;
    for (size_t i = 0; i < sizeof WRONG / sizeof *WRONG; i++) {
        Problem problem = {0};
        assert_int_not_equal(
            reference_runs_open(fixed.state, WRONG[i].word, words, sizeof words, &problem),
            STATUS_OK);
        assert_non_null(strstr(problem.text, WRONG[i].words));
        assert_true(run_count(fixed.state) == 0 && fixed.state->event_count == events);
    }
    fixed_state_destroy(&fixed);
}

static void there_is_room_for_a_few(void **unused)
{
    (void)unused;
    FixedState fixed;
    char words[RUN_EVENT_TEXT_BYTES];
    Problem problem = {0};
    fixed_state_create(&fixed);
    for (int i = 0; i < REFERENCE_RUNS_MAX - 1; i++) { /* and the table */
        open(&fixed, "trio-seed-1", words);
    }
    assert_int_equal(run_count(fixed.state), REFERENCE_RUNS_MAX);
    assert_int_equal(reference_runs_open(fixed.state,
                                         "sample-runs/recorded/cross-domain/trio-seed-2", words,
                                         sizeof words, &problem),
                     STATUS_BAD_VALUE);
    assert_non_null(strstr(problem.text, "8 recorded runs are open already; :close"));
    fixed_state_destroy(&fixed);
}

/* "moby-dick" is the first domain here and the fourth there. */
static void domains_are_found_by_their_names(void **unused)
{
    (void)unused;
    FixedState fixed;
    char words[RUN_EVENT_TEXT_BYTES];
    char name[64];
    fixed_state_create(&fixed);
    open(&fixed, "trio-seed-1", words);
    const LabState *there = fixed.state->references->runs[0].run.state;
    assert_int_equal(reference_runs_metric(fixed.state, there, METRIC_LOSS), METRIC_LOSS);
    uint16_t here = METRIC_DOMAIN_FIRST;
    do {
        experiment_spec_metric_name(fixed.state->spec, here, name, sizeof name);
    } while (strcmp(name, "perplexity/moby-dick") != 0 && ++here < METRIC_ID_MAX);
    const uint16_t found = reference_runs_metric(fixed.state, there, here);
    assert_int_not_equal(found, here);
    experiment_spec_metric_name(there->spec, found, name, sizeof name);
    assert_string_equal(name, "perplexity/moby-dick");
    (void)snprintf(fixed.state->spec->zero_shot_domains[0], SPEC_NAME_BYTES, "unknown");
    assert_int_equal(reference_runs_metric(fixed.state, there, here), METRIC_ID_MAX);
    fixed_state_destroy(&fixed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_run_is_opened_beside_with_letters_and_names_of_its_own),
        cmocka_unit_test(the_table_beside_a_run_comes_once),
        cmocka_unit_test(what_cannot_be_opened_changes_nothing),
        cmocka_unit_test(there_is_room_for_a_few),
        cmocka_unit_test(domains_are_found_by_their_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
