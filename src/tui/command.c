#include "tui/command.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "tui/chart.h"
#include "tui/lane_knobs.h"
#include "tui/view_state.h"

typedef enum CommandArgument {
    ARGUMENT_NONE,
    ARGUMENT_ASSIGNMENT,
    ARGUMENT_COUNT,
    ARGUMENT_STEPS,
    ARGUMENT_AXIS,
    ARGUMENT_THEME,
    ARGUMENT_SMOOTHING,
    ARGUMENT_GLYPHS,
    ARGUMENT_METRIC
} CommandArgument;

typedef struct CommandWord {
    const char *word;
    CommandKind kind;
    CommandArgument argument;
    const char *usage;
} CommandWord;

static const CommandWord WORDS[] = {
    {"set", COMMAND_SET, ARGUMENT_ASSIGNMENT, "set lanes.NAME.KNOB=VALUE or set KNOB=VALUE"},
    {"pause", COMMAND_PAUSE, ARGUMENT_NONE, "pause"},
    {"resume", COMMAND_RESUME, ARGUMENT_NONE, "resume"},
    {"step", COMMAND_STEP, ARGUMENT_COUNT, "step N, a whole number of 1 or more"},
    {"steps", COMMAND_STEPS, ARGUMENT_STEPS, "steps N or steps +N, a whole number of 1 or more"},
    {"axis", COMMAND_AXIS, ARGUMENT_AXIS, "axis step, axis passes or axis seconds"},
    {"theme", COMMAND_THEME, ARGUMENT_THEME, "theme NAME"},
    {"smooth", COMMAND_SMOOTH, ARGUMENT_SMOOTHING, "smooth WEIGHT, 0 (off) to 0.999"},
    {"log", COMMAND_LOG, ARGUMENT_NONE, "log"},
    {"glyphs", COMMAND_GLYPHS, ARGUMENT_GLYPHS, "glyphs braille, glyphs block or glyphs ascii"},
    {"chart", COMMAND_CHART, ARGUMENT_METRIC,
     "chart METRIC, one that was measured (Tab lists them)"},
    {"methods", COMMAND_METHODS, ARGUMENT_NONE, "methods"},
    {"help", COMMAND_HELP, ARGUMENT_NONE, "help"},
    {"quit", COMMAND_QUIT, ARGUMENT_NONE, "quit"},
};

enum { WORD_COUNT = sizeof WORDS / sizeof *WORDS };

static const CommandWord *word_of(const char *text)
{
    for (size_t i = 0; i < WORD_COUNT; i++) {
        if (strcmp(WORDS[i].word, text) == 0) {
            return &WORDS[i];
        }
    }
    return NULL;
}

/* A chart of it can be had. */
static bool is_shown(const LabState *state, uint16_t metric)
{
    return chart_can_show(metric) && (lab_state_has_metric(state, metric) || chart_is_main(metric));
}

static Status refuse_word(const char *word, Problem *problem)
{
    const CommandWord *nearest = &WORDS[0];
    for (size_t i = 1; i < WORD_COUNT; i++) {
        if (text_distance(word, WORDS[i].word) < text_distance(word, nearest->word)) {
            nearest = &WORDS[i];
        }
    }
    if (text_distance(word, nearest->word) <= 2) {
        return problem_describe(problem, STATUS_BAD_USAGE,
                                "no command \"%.40s\"; did you mean \"%s\"?", word, nearest->word);
    }
    return problem_describe(problem, STATUS_BAD_USAGE,
                            "no command \"%.40s\"; Tab lists what there is", word);
}

static void list_knobs(const LabState *state, uint32_t lane, char *out, size_t out_bytes)
{
    const LaneKnobList list = lane_knobs_list(state, lane, KNOB_LEARNING_RATE);
    size_t used = 0;
    out[0] = '\0';
    for (size_t i = 0; i < list.count; i++) {
        if (used < out_bytes) {
            used += (size_t)snprintf(out + used, out_bytes - used, "%s%s", used > 0 ? ", " : "",
                                     knob_info(list.ids[i])->key);
        }
    }
}

static Status refuse_knob(const LabState *state, uint32_t lane, KnobId knob, Problem *problem)
{
    if (lane == LANE_ALL) {
        return problem_describe(problem, STATUS_BAD_VALUE, "no lane of this race has the knob %s",
                                knob_info(knob)->key);
    }
    char knobs[256];
    list_knobs(state, lane, knobs, sizeof knobs);
    return problem_describe(problem, STATUS_BAD_VALUE, "%s (%s) has no %s; it has %s",
                            state->lanes[lane].name, state->lanes[lane].method,
                            knob_info(knob)->key, knobs);
}

/* Names the lane only where its method takes less than others do. */
static Status refuse_choice(const LabState *state, uint32_t lane, KnobId knob, const char *word,
                            Problem *problem)
{
    char range[256];
    const double maximum = lane_knobs_maximum(state, lane, knob);
    lane_knobs_range_text(knob, maximum, range, sizeof range);
    const bool is_narrower = lane != LANE_ALL && maximum < knob_info(knob)->maximum;
    return problem_describe(problem, STATUS_BAD_VALUE, "%s%s%s takes %s, not \"%.40s\"",
                            knob_info(knob)->key, is_narrower ? " of " : "",
                            is_narrower ? state->lanes[lane].method : "", range, word);
}

static Status check_value(const LabState *state, uint32_t lane, KnobId knob, double value,
                          Problem *problem)
{
    const KnobInfo *info = knob_info(knob);
    const double maximum = lane_knobs_maximum(state, lane, knob);
    const bool is_outside = !isfinite(value) || value < info->minimum || value > maximum;
    if (info->choices != NULL && (is_outside || value != floor(value))) {
        char word[32];
        lane_knobs_value_text(knob, value, 6, word, sizeof word);
        return refuse_choice(state, lane, knob, word, problem);
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

Status command_check_knob(const LabState *state, uint32_t lane, KnobId knob, double value,
                          Problem *problem)
{
    bool is_available = false;
    for (uint32_t i = 0; i < state->lane_count; i++) {
        is_available = is_available || ((lane == LANE_ALL || lane == i) &&
                                        state->lanes[i].knobs[knob].is_available);
    }
    if (!is_available) {
        return refuse_knob(state, lane, knob, problem);
    }
    return check_value(state, lane, knob, value, problem);
}

static Status find_lane(const char *name, const LabState *state, uint32_t *lane, Problem *problem)
{
    if (strcmp(name, "*") == 0) {
        *lane = LANE_ALL;
        return STATUS_OK;
    }
    char names[256] = "";
    size_t used = 0;
    for (size_t i = 0; i < state->lane_count; i++) {
        if (strcmp(state->lanes[i].name, name) == 0) {
            *lane = (uint32_t)i;
            return STATUS_OK;
        }
        if (used < sizeof names) {
            used += (size_t)snprintf(names + used, sizeof names - used, "%s%s", i > 0 ? ", " : "",
                                     state->lanes[i].name);
        }
    }
    return problem_describe(problem, STATUS_BAD_VALUE,
                            "no lane \"%.40s\"; there are %s (or * for all)", name, names);
}

static bool find_knob(const char *key, KnobId *knob)
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

static Status refuse_key(const char *key, Problem *problem)
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

/* "lanes.NAME.KNOB" (the name may hold dots: the knob is behind the last) or "KNOB". */
static Status parse_target(char *path, const LabState *state, Command *out, Problem *problem)
{
    const char *key = path;
    if (strncmp(path, "lanes.", 6) == 0) {
        char *dot = strrchr(path + 6, '.');
        if (dot == NULL) {
            return problem_describe(problem, STATUS_BAD_USAGE, "usage: %s", WORDS[0].usage);
        }
        *dot = '\0';
        key = dot + 1;
        TRY(find_lane(path + 6, state, &out->lane, problem));
    }
    if (!find_knob(key, &out->knob)) {
        return refuse_key(key, problem);
    }
    return STATUS_OK;
}

static void trim(char *text)
{
    const size_t lead = strspn(text, " \t");
    memmove(text, text + lead, strlen(text + lead) + 1);
    size_t size = strlen(text);
    while (size > 0 && isspace((unsigned char)text[size - 1])) {
        size--;
    }
    text[size] = '\0';
}

static Status parse_assignment(char *text, const LabState *state, Command *out, Problem *problem)
{
    char *equals = strchr(text, '=');
    if (equals == NULL) {
        return problem_describe(problem, STATUS_BAD_USAGE, "usage: %s", WORDS[0].usage);
    }
    *equals = '\0';
    char *value = equals + 1;
    trim(text);
    trim(value);
    TRY(parse_target(text, state, out, problem));
    if (knob_info(out->knob)->choices != NULL) {
        TRY(command_check_knob(state, out->lane, out->knob, 0.0, problem));
        if (!knob_choice_from_name(out->knob, value, &out->value)) {
            return refuse_choice(state, out->lane, out->knob, value, problem);
        }
    } else if (!text_parse_double(value, &out->value)) {
        return problem_describe(problem, STATUS_BAD_VALUE, "\"%.40s\" is not a number", value);
    }
    return command_check_knob(state, out->lane, out->knob, out->value, problem);
}

static bool parse_choice(const CommandWord *word, const char *text, Command *out)
{
    if (word->argument == ARGUMENT_AXIS) {
        for (int axis = 0; axis < SERIES_AXIS_COUNT; axis++) {
            if (strcmp(view_state_axis_name((SeriesAxis)axis), text) == 0) {
                out->axis = (SeriesAxis)axis;
                return true;
            }
        }
        return false;
    }
    for (int glyphs = 0; glyphs < GLYPH_LEVEL_COUNT; glyphs++) {
        if (strcmp(view_state_glyphs_name((GlyphLevel)glyphs), text) == 0) {
            out->glyphs = (GlyphLevel)glyphs;
            return true;
        }
    }
    return false;
}

static bool parse_metric(const LabState *state, const char *text, Command *out)
{
    char name[SPEC_NAME_BYTES + 32];
    for (int i = 0; i < METRIC_ID_MAX && text[0] != '\0'; i++) {
        const uint16_t metric = (uint16_t)i;
        experiment_spec_metric_name(state->spec, metric, name, sizeof name);
        if (strcmp(name, text) == 0 && is_shown(state, metric)) {
            out->metric = metric;
            return true;
        }
    }
    return false;
}

static bool parse_simple(const CommandWord *word, const char *text, const LabState *state,
                         Command *out)
{
    switch (word->argument) {
    case ARGUMENT_NONE:
        return text[0] == '\0';
    case ARGUMENT_STEPS:
        if (text[0] == '+') {
            out->kind = COMMAND_STEPS_MORE;
            text++;
        }
        return text_parse_u64(text, &out->count) && out->count > 0;
    case ARGUMENT_COUNT:
        return text_parse_u64(text, &out->count) && out->count > 0;
    case ARGUMENT_AXIS:
    case ARGUMENT_GLYPHS:
        return parse_choice(word, text, out);
    case ARGUMENT_THEME:
        snprintf(out->text, sizeof out->text, "%s", text);
        return text[0] != '\0';
    case ARGUMENT_SMOOTHING:
        return text_parse_double(text, &out->value) && out->value >= 0.0 && out->value <= 0.999;
    case ARGUMENT_METRIC:
        return parse_metric(state, text, out);
    case ARGUMENT_ASSIGNMENT:
        break;
    }
    return false;
}

Status command_parse(const char *line, const LabState *state, size_t focus, Command *out,
                     Problem *problem)
{
    char text[COMMAND_TEXT_BYTES];
    snprintf(text, sizeof text, "%s", line);
    trim(text);
    if (text[0] == ':') {
        memmove(text, text + 1, strlen(text));
        trim(text);
    }
    char *argument = text + strcspn(text, " \t");
    if (*argument != '\0') {
        *argument = '\0';
        argument++;
        trim(argument);
    }
    const CommandWord *word = word_of(text);
    if (word == NULL) {
        return refuse_word(text, problem);
    }
    Command parsed = {.kind = word->kind,
                      .lane = focus < state->lane_count ? (uint32_t)focus : LANE_ALL};
    if (word->argument == ARGUMENT_ASSIGNMENT) {
        TRY(parse_assignment(argument, state, &parsed, problem));
    } else if (!parse_simple(word, argument, state, &parsed)) {
        return problem_describe(problem, STATUS_BAD_USAGE, "usage: %s", word->usage);
    }
    *out = parsed;
    return STATUS_OK;
}

/* Candidates that begin with what is typed are gathered one by one. */
typedef struct Gathering {
    const char *typed;
    size_t hidden; /* bytes at the start of every candidate that need not be shown */
    CommandCompletion *out;
    char common[128];
} Gathering;

static void gather(Gathering *gathering, const char *candidate)
{
    const size_t typed = strlen(gathering->typed);
    CommandCompletion *out = gathering->out;
    if (strncmp(candidate, gathering->typed, typed) != 0) {
        return;
    }
    if (out->count == 0) {
        snprintf(gathering->common, sizeof gathering->common, "%s", candidate);
    }
    size_t same = 0;
    while (gathering->common[same] != '\0' && gathering->common[same] == candidate[same]) {
        same++;
    }
    gathering->common[same] = '\0';
    out->count++;
    const size_t used = strlen(out->choices);
    const char *shown = candidate + (typed >= gathering->hidden ? gathering->hidden : 0);
    if (used + strlen(shown) + 2 <= sizeof out->choices) {
        snprintf(out->choices + used, sizeof out->choices - used, "%s%s", used > 0 ? " " : "",
                 shown);
    }
}

/* The words of the choice in front of the '='. */
static void gather_choices(Gathering *gathering, const LabState *state, size_t focus)
{
    char path[COMMAND_TEXT_BYTES];
    char word[KNOB_CHOICE_BYTES];
    Command target = {.lane = focus < state->lane_count ? (uint32_t)focus : LANE_ALL};
    Problem problem = {0};
    const size_t size = strcspn(gathering->typed, "=");
    snprintf(path, sizeof path, "%.*s", (int)size, gathering->typed);
    trim(path);
    gathering->typed += size + 1;
    if (parse_target(path, state, &target, &problem) != STATUS_OK) {
        return;
    }
    const size_t count =
        lane_knobs_choice_count(target.knob, lane_knobs_maximum(state, target.lane, target.knob));
    for (size_t i = 0; i < count; i++) {
        if (knob_choice_name(target.knob, (double)i, word)) {
            gather(gathering, word);
        }
    }
}

static void gather_lane_knobs(Gathering *gathering, const LabState *state, size_t lane,
                              const char *name)
{
    char candidate[SPEC_NAME_BYTES + 64];
    snprintf(candidate, sizeof candidate, "lanes.%s.", name);
    gathering->hidden = strlen(candidate);
    const LaneKnobList list = lane_knobs_list(state, lane, KNOB_LEARNING_RATE);
    for (size_t i = 0; i < list.count; i++) {
        snprintf(candidate, sizeof candidate, "lanes.%s.%s=", name, knob_info(list.ids[i])->key);
        gather(gathering, candidate);
    }
}

static void gather_targets(Gathering *gathering, const LabState *state, size_t focus)
{
    char candidate[SPEC_NAME_BYTES + 64];
    if (strchr(gathering->typed, '=') != NULL) {
        gather_choices(gathering, state, focus);
        return;
    }
    const LaneKnobList list = lane_knobs_list(state, focus, KNOB_LEARNING_RATE);
    for (size_t i = 0; i < list.count; i++) {
        snprintf(candidate, sizeof candidate, "%s=", knob_info(list.ids[i])->key);
        gather(gathering, candidate);
    }
    const char *dot = strchr(gathering->typed, '.');
    if (dot == NULL) {
        gather(gathering, "lanes.");
        return;
    }
    const bool has_lane = strchr(dot + 1, '.') != NULL;
    for (size_t lane = 0; lane <= state->lane_count; lane++) {
        const bool is_all = lane == state->lane_count;
        const char *name = is_all ? "*" : state->lanes[lane].name;
        if (!has_lane) {
            snprintf(candidate, sizeof candidate, "lanes.%s.", name);
            gather(gathering, candidate);
        }
        if (has_lane) {
            gather_lane_knobs(gathering, state, lane, name);
        }
    }
}

static void gather_metrics(Gathering *gathering, const LabState *state)
{
    char name[SPEC_NAME_BYTES + 32];
    for (int i = 0; i < METRIC_ID_MAX; i++) {
        const uint16_t metric = (uint16_t)i;
        experiment_spec_metric_name(state->spec, metric, name, sizeof name);
        if (name[0] != '\0' && is_shown(state, metric)) {
            gather(gathering, name);
        }
    }
}

static void gather_arguments(Gathering *gathering, const CommandWord *word, const LabState *state,
                             size_t focus, const char *const *theme_names)
{
    switch (word->argument) {
    case ARGUMENT_ASSIGNMENT:
        gather_targets(gathering, state, focus);
        return;
    case ARGUMENT_METRIC:
        gather_metrics(gathering, state);
        return;
    case ARGUMENT_AXIS:
        for (int axis = 0; axis < SERIES_AXIS_COUNT; axis++) {
            gather(gathering, view_state_axis_name((SeriesAxis)axis));
        }
        return;
    case ARGUMENT_GLYPHS:
        for (int glyphs = 0; glyphs < GLYPH_LEVEL_COUNT; glyphs++) {
            gather(gathering, view_state_glyphs_name((GlyphLevel)glyphs));
        }
        return;
    case ARGUMENT_THEME:
        for (size_t i = 0; theme_names[i] != NULL; i++) {
            gather(gathering, theme_names[i]);
        }
        return;
    case ARGUMENT_NONE:
    case ARGUMENT_COUNT:
    case ARGUMENT_STEPS:
    case ARGUMENT_SMOOTHING:
        return;
    }
}

void command_complete(const char *line, size_t point, const LabState *state, size_t focus,
                      const char *const *theme_names, CommandCompletion *out)
{
    *out = (CommandCompletion){0};
    char text[COMMAND_TEXT_BYTES];
    snprintf(text, sizeof text, "%.*s", (int)(point < sizeof text ? point : sizeof text - 1), line);
    char *start = text + strspn(text, ": \t");
    char *space = strchr(start, ' ');
    Gathering gathering = {.typed = start, .out = out};
    if (space == NULL) {
        for (size_t i = 0; i < WORD_COUNT; i++) {
            gather(&gathering, WORDS[i].word);
        }
    } else {
        *space = '\0';
        gathering.typed = space + 1 + strspn(space + 1, " \t");
        const CommandWord *word = word_of(start);
        if (word != NULL) {
            gather_arguments(&gathering, word, state, focus, theme_names);
        }
    }
    const size_t typed = strlen(gathering.typed);
    if (out->count > 0) {
        snprintf(out->insert, sizeof out->insert, "%s", gathering.common + typed);
    }
    if (out->count == 1 && space == NULL) {
        const CommandWord *word = word_of(gathering.common);
        const size_t used = strlen(out->insert);
        if (word != NULL && word->argument != ARGUMENT_NONE && used + 1 < sizeof out->insert) {
            snprintf(out->insert + used, sizeof out->insert - used, " ");
        }
    }
}
