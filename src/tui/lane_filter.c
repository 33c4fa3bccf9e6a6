#include "tui/lane_filter.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

typedef struct Sign {
    const char *text;
    LaneComparison comparison;
} Sign;

/* Those of two letters first. */
static const Sign SIGNS[] = {{"<=", LANE_AT_MOST}, {">=", LANE_AT_LEAST}, {"!=", LANE_OTHER},
                             {"<", LANE_BELOW},    {">", LANE_ABOVE},     {"=", LANE_EQUAL}};

enum { SIGN_COUNT = sizeof SIGNS / sizeof *SIGNS, NAME_BYTES = SPEC_NAME_BYTES + 32 };

static const Sign *find_sign(const char *text, size_t *at)
{
    *at = strcspn(text, "<>=!");
    for (size_t i = 0; i < SIGN_COUNT; i++) {
        if (strncmp(text + *at, SIGNS[i].text, strlen(SIGNS[i].text)) == 0) {
            return &SIGNS[i];
        }
    }
    return NULL;
}

static bool find_knob(const char *name, KnobId *out)
{
    for (KnobId knob = 0; knob < KNOB_COUNT; knob++) {
        if (strcmp(knob_info(knob)->symbol, name) == 0) {
            *out = knob;
            return true;
        }
    }
    return knob_from_key(name, out);
}

static bool find_metric(const LabState *state, const char *wanted, uint16_t *out)
{
    char name[NAME_BYTES];
    for (int metric = 0; metric < METRIC_ID_MAX; metric++) {
        experiment_spec_metric_name(state->spec, (uint16_t)metric, name, sizeof name);
        if (name[0] != '\0' && strcmp(name, wanted) == 0) {
            *out = (uint16_t)metric;
            return true;
        }
    }
    return false;
}

static Status parse_comparison(const char *text, const LabState *state, LaneTerm *term,
                               Problem *problem)
{
    char name[NAME_BYTES];
    size_t at = 0;
    const Sign *sign = find_sign(text, &at);
    if (sign == NULL || at == 0 || at >= sizeof name) {
        return problem_describe(problem, STATUS_BAD_VALUE,
                                "filter: \"%.40s\" is no comparison like rho>=0.1", text);
    }
    (void)snprintf(name, sizeof name, "%.*s", (int)at, text);
    const char *value = text + at + strlen(sign->text);
    term->comparison = sign->comparison;
    const bool is_knob = find_knob(name, &term->knob);
    const bool is_metric = find_metric(state, name, &term->metric);
    const bool is_number = text_parse_double(value, &term->value);
    if (!is_knob && !is_metric) {
        return problem_describe(problem, STATUS_BAD_VALUE,
                                "filter: there is no knob or metric \"%.40s\"", name);
    }
    if (!is_number && !(is_knob && knob_choice_from_name(term->knob, value, &term->value))) {
        return problem_describe(problem, STATUS_BAD_VALUE,
                                "filter: \"%.40s\" of %.40s is neither a number nor one of its "
                                "words",
                                value, name);
    }
    /* divergence is both: a choice by its word, a measured number. */
    term->kind = is_metric && is_number ? LANE_TERM_METRIC : LANE_TERM_KNOB;
    return STATUS_OK;
}

static Status parse_term(const char *text, const LabState *state, LaneTerm *term, Problem *problem)
{
    term->is_negated = text[0] == '-';
    text += term->is_negated ? 1 : 0;
    if (strpbrk(text, "<>=!") != NULL) {
        return parse_comparison(text, state, term, problem);
    }
    if (text[0] == '\0' || strlen(text) >= sizeof term->word) {
        return problem_describe(problem, STATUS_BAD_VALUE, "filter: a word has 1 to %d letters",
                                LANE_FILTER_WORD_BYTES - 1);
    }
    (void)snprintf(term->word, sizeof term->word, "%s", text);
    return STATUS_OK;
}

Status lane_filter_parse(const char *text, const LabState *state, LaneFilter *out, Problem *problem)
{
    LaneFilter filter = {.count = 0};
    if (strlen(text) >= sizeof filter.text) {
        return problem_describe(problem, STATUS_BAD_VALUE, "filter: more than %d letters",
                                LANE_FILTER_BYTES - 1);
    }
    (void)snprintf(filter.text, sizeof filter.text, "%s", text);
    bool is_alternative = false;
    for (const char *at = text + strspn(text, " "); *at != '\0'; at += strspn(at, " ")) {
        char word[LANE_FILTER_BYTES];
        const size_t size = strcspn(at, " |");
        (void)snprintf(word, sizeof word, "%.*s", (int)size, at);
        if (size == 0) { /* at a bar */
            is_alternative = true;
            at++;
            continue;
        }
        if (filter.count == LANE_FILTER_TERMS_MAX) {
            return problem_describe(problem, STATUS_BAD_VALUE, "filter: more than %d words",
                                    LANE_FILTER_TERMS_MAX);
        }
        LaneTerm *term = &filter.terms[filter.count];
        term->is_alternative = is_alternative && filter.count > 0;
        is_alternative = false;
        TRY(parse_term(word, state, term, problem));
        filter.count++;
        at += size;
    }
    *out = filter;
    return STATUS_OK;
}

static bool holds_word(const char *text, const char *word)
{
    const size_t size = strlen(word);
    for (; *text != '\0'; text++) {
        size_t same = 0;
        while (same < size &&
               tolower((unsigned char)text[same]) == tolower((unsigned char)word[same])) {
            same++;
        }
        if (same == size) {
            return true;
        }
    }
    return false;
}

static bool compare(LaneComparison comparison, double left, double right)
{
    switch (comparison) {
    case LANE_BELOW:
        return left < right;
    case LANE_AT_MOST:
        return left <= right;
    case LANE_ABOVE:
        return left > right;
    case LANE_AT_LEAST:
        return left >= right;
    case LANE_EQUAL:
        return left == right;
    case LANE_OTHER:
        return left != right;
    }
    return false;
}

static bool holds(const LaneTerm *term, const LabLane *lane)
{
    switch (term->kind) {
    case LANE_TERM_WORD:
        return holds_word(lane->name, term->word) || holds_word(lane->method, term->word);
    case LANE_TERM_KNOB:
        return lane->knobs[term->knob].is_available &&
               compare(term->comparison, lane->knobs[term->knob].value, term->value);
    case LANE_TERM_METRIC:
        return lane->is_measured[term->metric] && !isnan(lane->last[term->metric]) &&
               compare(term->comparison, lane->last[term->metric], term->value);
    }
    return false;
}

bool lane_filter_passes(const LaneFilter *filter, const LabState *state, size_t lane)
{
    bool is_passing = true;
    for (size_t i = 0; i < filter->count; i++) {
        const LaneTerm *term = &filter->terms[i];
        if (term->is_alternative) {
            if (is_passing) {
                return true;
            }
            is_passing = true;
        }
        is_passing = is_passing && holds(term, &state->lanes[lane]) != term->is_negated;
    }
    return is_passing;
}
