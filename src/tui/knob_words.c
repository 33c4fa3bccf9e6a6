#include "tui/knob_words.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "base/text.h"
#include "tui/lane_knobs.h"

bool knob_words_find(const char *key, KnobId *knob)
{
    if (knob_from_key(key, knob)) {
        return true;
    }
    for (size_t i = 0; i < KNOB_COUNT; i++) {
        if (strcmp(knob_info((KnobId)i)->symbol, key) == 0) {
            *knob = (KnobId)i;
            return true;
        }
    }
    return false;
}

Status knob_words_refuse_key(const char *key, Problem *problem)
{
    const char *nearest = knob_info((KnobId)0)->key;
    for (size_t i = 1; i < KNOB_COUNT; i++) {
        const char *candidate = knob_info((KnobId)i)->key;
        if (text_distance(key, candidate) < text_distance(key, nearest)) {
            nearest = candidate;
        }
    }
    if (text_distance(key, nearest) <= 2) {
        return problem_describe(problem, STATUS_BAD_VALUE,
                                "no knob \"%.40s\"; did you mean \"%s\"?", key, nearest);
    }
    return problem_describe(problem, STATUS_BAD_VALUE, "no knob \"%.40s\"; Tab lists what there is",
                            key);
}

/* Names the owner only where it takes less than others do. */
static Status refuse_choice(KnobId knob, double maximum, const char *owner, const char *word,
                            Problem *problem)
{
    char range[256];
    lane_knobs_range_text(knob, maximum, range, sizeof range);
    const bool is_narrower = owner != NULL && maximum < knob_info(knob)->maximum;
    return problem_describe(problem, STATUS_BAD_VALUE, "%s%s%s takes %s, not \"%.40s\"",
                            knob_info(knob)->key, is_narrower ? " of " : "",
                            is_narrower ? owner : "", range, word);
}

Status knob_words_check(KnobId knob, double maximum, const char *owner, double value,
                        Problem *problem)
{
    const KnobInfo *info = knob_info(knob);
    const bool is_outside = !isfinite(value) || value < info->minimum || value > maximum;
    if (info->choices != NULL && (is_outside || value != floor(value))) {
        char word[32];
        lane_knobs_value_text(knob, value, 6, word, sizeof word);
        return refuse_choice(knob, maximum, owner, word, problem);
    }
    if (is_outside) {
        return problem_describe(problem, STATUS_BAD_VALUE, "%s must lie between %g and %g, not %g",
                                info->key, info->minimum, maximum, value);
    }
    if (info->is_whole && value != floor(value)) {
        return problem_describe(problem, STATUS_BAD_VALUE, "%s must be a whole number, not %g",
                                info->key, value);
    }
    return STATUS_OK;
}

Status knob_words_read(KnobId knob, double maximum, const char *owner, const char *text,
                       double *value, Problem *problem)
{
    double read = 0.0;
    if (knob_info(knob)->choices != NULL) {
        if (!knob_choice_from_name(knob, text, &read)) {
            return refuse_choice(knob, maximum, owner, text, problem);
        }
    } else if (!text_parse_double(text, &read)) {
        return problem_describe(problem, STATUS_BAD_VALUE, "\"%.40s\" is not a number", text);
    }
    TRY(knob_words_check(knob, maximum, owner, read, problem));
    *value = read;
    return STATUS_OK;
}
