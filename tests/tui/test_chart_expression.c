#include "tui/chart_expression.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tui/fixed_state.h"

static void expect_result(const FixedState *fixed, const char *text, const double *values,
                          double expected)
{
    ChartExpression expression;
    Problem problem = {0};
    if (chart_expression_parse(text, fixed->state, &expression, &problem) != STATUS_OK) {
        print_error("%s: %s\n", text, problem.text);
        fail();
    }
    const double value = chart_expression_value(&expression, values);
    if (isnan(expected)) {
        assert_true(isnan(value));
    } else {
        assert_true(value == expected);
    }
}

static void signs_bind_as_on_paper(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    const double values[] = {8.0, 2.0, 3.0};
    expect_result(&fixed, "loss(TRAM)", values, 8.0);
    expect_result(&fixed, "loss(TRAM)-loss(SAM)-loss(AdamW)", values, 3.0);
    expect_result(&fixed, " loss( TRAM ) / radius(SAM) / loss(SAM)", values, 8.0 / 2.0 / 3.0);
    expect_result(&fixed, "loss + radius * eval_loss", values, 14.0);
    expect_result(&fixed, "(loss + radius) * eval_loss", values, 30.0);
    expect_result(&fixed, "-loss - -radius", values, -6.0);
    expect_result(&fixed, "2 * loss / 1e1 - .5", values, 1.1);
    expect_result(&fixed, "perplexity/moby-dick(TRAM) / loss", values, 4.0);
    expect_result(&fixed, "perplexity/moby-dick / loss - radius", values, 1.0);
    fixed_state_destroy(&fixed);
}

static bool is_pair(const FixedState *fixed, const char *text)
{
    ChartExpression expression;
    assert_int_equal(chart_expression_parse(text, fixed->state, &expression, NULL), STATUS_OK);
    return chart_expression_is_pair(&expression);
}

static void one_metric_of_two_lanes_makes_a_pair(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    assert_true(is_pair(&fixed, "loss(TRAM) - loss(SAM)"));
    assert_true(is_pair(&fixed, "(loss(TRAM)-(loss(SAM)))"));
    assert_false(is_pair(&fixed, "loss(TRAM) + loss(SAM)"));
    assert_false(is_pair(&fixed, "loss(TRAM) - radius(SAM)"));
    assert_false(is_pair(&fixed, "loss(TRAM) - loss(TRAM)"));
    assert_false(is_pair(&fixed, "loss - loss(SAM)"));
    assert_false(is_pair(&fixed, "-loss(TRAM) - loss(SAM)"));
    assert_false(is_pair(&fixed, "loss(TRAM) - 2"));
    fixed_state_destroy(&fixed);
}

static void what_is_no_number_stays_one(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    const double values[] = {1.0, 0.0};
    const double gap[] = {NAN, 1.0, 1.0};
    expect_result(&fixed, "loss / radius", values, INFINITY);
    expect_result(&fixed, "radius / radius * loss", gap, NAN);
    const double huge[] = {1e300, 1e300};
    expect_result(&fixed, "loss * radius", huge, INFINITY);
    fixed_state_destroy(&fixed);
}

static void terms_without_a_lane_are_of_each(void **unused)
{
    (void)unused;
    FixedState fixed;
    ChartExpression expression;
    Problem problem = {0};
    fixed_state_create(&fixed);
    assert_int_equal(chart_expression_parse("loss - loss(SAM)", fixed.state, &expression, &problem),
                     STATUS_OK);
    assert_true(expression.is_of_each);
    assert_true(expression.terms[0].is_of_each && !expression.terms[1].is_of_each);
    assert_int_equal(expression.terms[1].lane, 1);
    assert_string_equal(expression.text, "loss - loss(SAM)");
    fixed_state_destroy(&fixed);
}

static void mistakes_are_told_in_one_line_with_the_column(void **unused)
{
    (void)unused;
    static const char *const lines[][2] = {
        {"", "column 1: a metric, a number or"},
        {"loss(TRAM", "column 6: a lane and \")\" expected"},
        {"loss(TRAMP)", "column 6: no lane \"TRAMP\""},
        {"loss + nope(SAM)", "column 8: no metric \"nope\""},
        {"loss +", "column 7: a metric, a number or"},
        {"(loss", "column 6: \")\" expected"},
        {"loss)", "column 5: + - * or / expected"},
        {"loss loss", "column 6: + - * or / expected"},
        {"loss_perturbe", "column 1: no metric \"loss_perturbe\""},
        {"radius_limit", "column 1: no metric"}, /* a code, no number */
        {"1 + 2", "numbers alone make no curve"},
        {"loss * \033[2J", "column 8: a metric, a number or"},
    };
    FixedState fixed;
    fixed_state_create(&fixed);
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        ChartExpression expression = {.step_count = 77};
        Problem problem = {0};
        assert_int_equal(chart_expression_parse(lines[i][0], fixed.state, &expression, &problem),
                         STATUS_BAD_VALUE);
        if (strstr(problem.text, lines[i][1]) == NULL) {
            print_error("%s: %s\n", lines[i][0], problem.text);
            fail();
        }
        assert_null(strchr(problem.text, '\n'));
        assert_int_equal(expression.step_count, 77); /* untouched */
    }
    fixed_state_destroy(&fixed);
}

static void what_is_too_long_or_too_deep_is_refused(void **unused)
{
    (void)unused;
    FixedState fixed;
    ChartExpression expression;
    Problem problem = {0};
    char text[400];
    fixed_state_create(&fixed);
    memset(text, '(', sizeof text);
    text[100] = '\0';
    assert_int_equal(chart_expression_parse(text, fixed.state, &expression, &problem),
                     STATUS_BAD_VALUE);
    memset(text, '-', sizeof text);
    text[100] = '\0';
    assert_int_equal(chart_expression_parse(text, fixed.state, &expression, &problem),
                     STATUS_BAD_VALUE);
    memset(text, ' ', sizeof text);
    text[399] = '\0';
    assert_int_equal(chart_expression_parse(text, fixed.state, &expression, &problem),
                     STATUS_BAD_VALUE);
    assert_int_equal(chart_expression_parse("loss+loss+loss+loss+loss+loss+loss+loss+loss",
                                            fixed.state, &expression, &problem),
                     STATUS_BAD_VALUE);
    char *sum = text;
    sum += sprintf(sum, "loss");
    for (int i = 0; i < 40; i++) {
        sum += sprintf(sum, "+1");
    }
    assert_int_equal(chart_expression_parse(text, fixed.state, &expression, &problem),
                     STATUS_BAD_VALUE);
    fixed_state_destroy(&fixed);
}

/* Any line of these pieces is either read or refused; nothing else (the sanitizers watch). */
static void any_line_is_read_or_refused(void **unused)
{
    (void)unused;
    static const char *const pieces[] = {
        "loss", "(", ")", "TRAM", "+",  "-", "*",
        "/",    "1", ".", " ",    "()", "e", "perplexity/moby-dick"};
    FixedState fixed;
    uint32_t seed = 11;
    fixed_state_create(&fixed);
    for (int i = 0; i < 4000; i++) {
        char text[256] = "";
        for (int k = 0; k < 8; k++) {
            seed = seed * 1664525U + 1013904223U;
            strcat(text, pieces[(seed >> 8) % 14]);
        }
        ChartExpression expression;
        Problem problem = {0};
        if (chart_expression_parse(text, fixed.state, &expression, &problem) == STATUS_OK) {
            const double values[EXPRESSION_TERMS_MAX] = {1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0};
            (void)chart_expression_value(&expression, values);
        } else {
            assert_memory_equal(problem.text, "column ", 7);
        }
    }
    fixed_state_destroy(&fixed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(signs_bind_as_on_paper),
        cmocka_unit_test(one_metric_of_two_lanes_makes_a_pair),
        cmocka_unit_test(what_is_no_number_stays_one),
        cmocka_unit_test(terms_without_a_lane_are_of_each),
        cmocka_unit_test(mistakes_are_told_in_one_line_with_the_column),
        cmocka_unit_test(what_is_too_long_or_too_deep_is_refused),
        cmocka_unit_test(any_line_is_read_or_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
