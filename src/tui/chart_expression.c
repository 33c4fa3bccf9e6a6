/* tui/chart_expression.c -- recursive descent, one function for each rule of the grammar. */
#include "tui/chart_expression.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

enum { DEPTH_MAX = 32, NAME_BYTES = SPEC_NAME_BYTES + 32 };

typedef struct Parser {
    const char *text;
    size_t at;
    int depth;
    const LabState *state;
    ChartExpression *out;
    Problem *problem;
} Parser;

static Status parse_sum(Parser *parser);

static char next_character(Parser *parser)
{
    parser->at += strspn(parser->text + parser->at, " \t");
    return parser->text[parser->at];
}

static Status refuse(Parser *parser, const char *what)
{
    return problem_describe(parser->problem, STATUS_BAD_VALUE, "column %zu: %s", parser->at + 1,
                            what);
}

static Status add_step(Parser *parser, ExpressionStep step)
{
    ChartExpression *out = parser->out;
    if (out->step_count == EXPRESSION_STEPS_MAX) {
        return refuse(parser, "the expression is too long");
    }
    out->steps[out->step_count++] = step;
    return STATUS_OK;
}

/* The longest known metric whose name stands here: names hold '/' and '-', too. METRIC_ID_MAX if there is none. */
static uint16_t metric_here(const Parser *parser, size_t *bytes)
{
    const char *here = parser->text + parser->at;
    uint16_t found = METRIC_ID_MAX;
    *bytes = 0;
    for (int i = 0; i < METRIC_ID_MAX; i++) {
        char name[NAME_BYTES];
        experiment_spec_metric_name(parser->state->spec, (uint16_t)i, name, sizeof name);
        const size_t size = strlen(name);
        if (size <= *bytes || strncmp(here, name, size) != 0) {
            continue;
        }
        if (!isalnum((unsigned char)here[size]) && here[size] != '_') {
            *bytes = size;
            found = (uint16_t)i;
        }
    }
    return found;
}

static Status refuse_metric(Parser *parser)
{
    const char *here = parser->text + parser->at;
    const size_t size =
        strspn(here, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
    char name[NAME_BYTES];
    char words[2 * NAME_BYTES];
    snprintf(name, sizeof name, "%.*s", (int)size, here);
    snprintf(words, sizeof words, "no metric \"%s\" (Tab after `:chart ` lists them)", name);
    return refuse(parser, words);
}

/* "(LANE)" behind a metric; without it the term is of each lane. */
static Status parse_lane(Parser *parser, ExpressionTerm *term)
{
    if (next_character(parser) != '(') {
        term->is_of_each = true;
        return STATUS_OK;
    }
    parser->at++;
    (void)next_character(parser);
    const char *here = parser->text + parser->at;
    size_t size = strcspn(here, ")");
    if (here[size] == '\0') {
        return refuse(parser, "a lane and \")\" expected");
    }
    const size_t end = parser->at + size + 1;
    while (size > 0 && here[size - 1] == ' ') {
        size--;
    }
    char name[SPEC_NAME_BYTES];
    snprintf(name, sizeof name, "%.*s", (int)size, here);
    term->lane = lab_state_find_lane(parser->state, name);
    if (term->lane >= SPEC_LANES_MAX || size >= sizeof name) {
        char words[SPEC_NAME_BYTES + 32];
        snprintf(words, sizeof words, "no lane \"%s\"", name);
        return refuse(parser, words);
    }
    parser->at = end;
    return STATUS_OK;
}

static Status parse_term(Parser *parser)
{
    ChartExpression *out = parser->out;
    size_t bytes = 0;
    ExpressionTerm term = {.metric = metric_here(parser, &bytes)};
    if (term.metric == METRIC_ID_MAX || !chart_can_show(term.metric)) {
        return refuse_metric(parser);
    }
    if (out->term_count == EXPRESSION_TERMS_MAX) {
        return refuse(parser, "too many metrics");
    }
    parser->at += bytes;
    TRY(parse_lane(parser, &term));
    out->is_of_each = out->is_of_each || term.is_of_each;
    out->terms[out->term_count] = term;
    return add_step(parser,
                    (ExpressionStep){.operation = EXPRESSION_TERM, .term = out->term_count++});
}

static Status parse_number(Parser *parser)
{
    char *end = NULL;
    const char *here = parser->text + parser->at;
    const double number = strtod(here, &end);
    parser->at += (size_t)(end - here);
    return add_step(parser, (ExpressionStep){.operation = EXPRESSION_NUMBER, .number = number});
}

static Status parse_group(Parser *parser)
{
    parser->at++;
    TRY(parse_sum(parser));
    if (next_character(parser) != ')') {
        return refuse(parser, "\")\" expected");
    }
    parser->at++;
    return STATUS_OK;
}

static Status parse_factor(Parser *parser)
{
    const char first = next_character(parser);
    if (parser->depth == DEPTH_MAX) {
        return refuse(parser, "too many parentheses");
    }
    if (first == '-') {
        parser->at++;
        parser->depth++;
        TRY(parse_factor(parser));
        parser->depth--;
        return add_step(parser, (ExpressionStep){.operation = EXPRESSION_NEGATE});
    }
    if (first == '(') {
        parser->depth++;
        TRY(parse_group(parser));
        parser->depth--;
        return STATUS_OK;
    }
    if (isdigit((unsigned char)first) || first == '.') {
        return parse_number(parser);
    }
    if (isalpha((unsigned char)first)) {
        return parse_term(parser);
    }
    return refuse(parser, "a metric, a number or \"(\" expected");
}

static Status parse_product(Parser *parser)
{
    TRY(parse_factor(parser));
    for (char sign = next_character(parser); sign == '*' || sign == '/';
         sign = next_character(parser)) {
        parser->at++;
        TRY(parse_factor(parser));
        TRY(add_step(parser, (ExpressionStep){.operation = sign == '*' ? EXPRESSION_MULTIPLY
                                                                       : EXPRESSION_DIVIDE}));
    }
    return STATUS_OK;
}

static Status parse_sum(Parser *parser)
{
    TRY(parse_product(parser));
    for (char sign = next_character(parser); sign == '+' || sign == '-';
         sign = next_character(parser)) {
        parser->at++;
        TRY(parse_product(parser));
        TRY(add_step(parser, (ExpressionStep){.operation = sign == '+' ? EXPRESSION_ADD
                                                                       : EXPRESSION_SUBTRACT}));
    }
    return STATUS_OK;
}

Status chart_expression_parse(const char *text, const LabState *state, ChartExpression *out,
                              Problem *problem)
{
    ChartExpression parsed = {.step_count = 0};
    Parser parser = {.text = text, .state = state, .out = &parsed, .problem = problem};
    if (strlen(text) >= sizeof parsed.text) {
        parser.at = sizeof parsed.text - 1;
        return refuse(&parser, "the expression is too long");
    }
    text_clean(text, parsed.text, sizeof parsed.text, EXPRESSION_TEXT_BYTES);
    TRY(parse_sum(&parser));
    if (next_character(&parser) != '\0') {
        return refuse(&parser, "+ - * or / expected");
    }
    if (parsed.term_count == 0) {
        return refuse(&parser, "a metric expected: numbers alone make no curve");
    }
    *out = parsed;
    return STATUS_OK;
}

static double apply(ExpressionOperation operation, double left, double right)
{
    switch (operation) {
    case EXPRESSION_ADD:
        return left + right;
    case EXPRESSION_SUBTRACT:
        return left - right;
    case EXPRESSION_MULTIPLY:
        return left * right;
    case EXPRESSION_DIVIDE:
        return left / right;
    case EXPRESSION_NUMBER:
    case EXPRESSION_TERM:
    case EXPRESSION_NEGATE:
        break;
    }
    return left;
}

double chart_expression_value(const ChartExpression *expression, const double *values)
{
    double stack[EXPRESSION_STEPS_MAX + 1] = {0.0};
    size_t height = 0;
    for (size_t i = 0; i < expression->step_count; i++) {
        const ExpressionStep *step = &expression->steps[i];
        if (step->operation == EXPRESSION_NUMBER || step->operation == EXPRESSION_TERM) {
            stack[height++] =
                step->operation == EXPRESSION_NUMBER ? step->number : values[step->term];
        } else if (step->operation == EXPRESSION_NEGATE) {
            stack[height - 1] = -stack[height - 1];
        } else {
            height--;
            stack[height - 1] = apply(step->operation, stack[height - 1], stack[height]);
        }
    }
    return stack[0];
}

bool chart_expression_is_pair(const ChartExpression *expression)
{
    const ExpressionTerm *terms = expression->terms;
    return expression->step_count == 3 && expression->term_count == 2 &&
           expression->steps[2].operation == EXPRESSION_SUBTRACT && !expression->is_of_each &&
           terms[0].metric == terms[1].metric && terms[0].lane != terms[1].lane;
}
