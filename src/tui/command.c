#include "tui/command.h"

#include <ctype.h>
#include <glob.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "store/export_file.h"
#include "tui/chart.h"
#include "tui/knob_words.h"
#include "tui/lane_completion.h"
#include "tui/lane_knobs.h"

typedef enum CommandArgument {
    ARGUMENT_NONE,
    ARGUMENT_ASSIGNMENT,
    ARGUMENT_COUNT,
    ARGUMENT_STEPS,
    ARGUMENT_AXIS,
    ARGUMENT_THEME,
    ARGUMENT_SMOOTHING,
    ARGUMENT_GLYPHS,
    ARGUMENT_SWITCH,
    ARGUMENT_METRIC,
    ARGUMENT_DIFFERENCE,
    ARGUMENT_EXPRESSION,
    ARGUMENT_GRID,
    ARGUMENT_SORT,
    ARGUMENT_FILTER,
    ARGUMENT_NEW_LANE,
    ARGUMENT_LANE,
    ARGUMENT_PRESET,
    ARGUMENT_FILE,
    ARGUMENT_FOLDER
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
    {"add", COMMAND_ADD, ARGUMENT_NEW_LANE, LANE_REQUEST_USAGE},
    {"remove", COMMAND_REMOVE, ARGUMENT_LANE, "remove LANE"},
    {"preset", COMMAND_PRESET, ARGUMENT_PRESET, "preset NAME"},
    {"axis", COMMAND_AXIS, ARGUMENT_AXIS, "axis step, axis epoch, axis passes or axis seconds"},
    {"theme", COMMAND_THEME, ARGUMENT_THEME, "theme NAME"},
    {"smooth", COMMAND_SMOOTH, ARGUMENT_SMOOTHING, "smooth WEIGHT, 0 (off) to 0.999"},
    {"log", COMMAND_LOG, ARGUMENT_NONE, "log"},
    {"glyphs", COMMAND_GLYPHS, ARGUMENT_GLYPHS, "glyphs braille, glyphs block or glyphs ascii"},
    {"mouse", COMMAND_MOUSE, ARGUMENT_SWITCH, "mouse on or mouse off"},
    {"chart", COMMAND_CHART, ARGUMENT_METRIC,
     "chart METRIC, one that was measured (Tab lists them)"},
    {"plot", COMMAND_PLOT, ARGUMENT_EXPRESSION,
     "plot EXPRESSION, as in plot loss(TRAM) - loss(SAM)"},
    {"diff", COMMAND_DIFF, ARGUMENT_DIFFERENCE,
     "diff METRIC (each lane minus the baseline) or diff LANE LANE [METRIC]"},
    {"baseline", COMMAND_BASELINE, ARGUMENT_LANE, "baseline LANE"},
    {"grid", COMMAND_GRID, ARGUMENT_GRID, "grid ROWSxCOLUMNS, 1x1 to 4x3 or 3x4"},
    {"last", COMMAND_LAST, ARGUMENT_COUNT,
     "last N: the newest N steps (epochs, passes, seconds) are in view, a whole number of 1 or "
     "more"},
    {"sort", COMMAND_SORT, ARGUMENT_SORT, "sort race, sort name, sort best or sort METRIC"},
    {"filter", COMMAND_FILTER, ARGUMENT_FILTER, "filter WORD -WORD KNOB>=VALUE METRIC<VALUE | ..."},
    {"pin", COMMAND_PIN, ARGUMENT_LANE, "pin LANE"},
    {"hide", COMMAND_HIDE, ARGUMENT_LANE, "hide LANE (once more: show it)"},
    {"config", COMMAND_CONFIG, ARGUMENT_NONE, "config"},
    {"methods", COMMAND_METHODS, ARGUMENT_NONE, "methods"},
    {"wall", COMMAND_WALL, ARGUMENT_NONE, "wall"},
    {"domains", COMMAND_STRIP, ARGUMENT_NONE, "domains"},
    {"open", COMMAND_OPEN, ARGUMENT_FOLDER,
     "open DIR: a recorded run beside, or the mean of its seeds (DIR/seed-*), in grey"},
    {"close", COMMAND_CLOSE, ARGUMENT_NONE, "close"},
    {"w", COMMAND_WRITE, ARGUMENT_FILE,
     "w FILE, ending in .csv .json .svg .png (the chart), .ansi or .txt (the screen)"},
    {"w!", COMMAND_REPLACE, ARGUMENT_FILE, "w! FILE: as w, and an older file is replaced"},
    {"help", COMMAND_HELP, ARGUMENT_NONE, "help"},
    {"quit", COMMAND_QUIT, ARGUMENT_NONE, "quit"},
};

typedef struct SortWord {
    const char *word;
    LaneSort sort;
} SortWord;

static const SortWord SORTS[] = {
    {"race", LANE_SORT_NONE}, {"name", LANE_SORT_NAME}, {"best", LANE_SORT_BEST}};

enum { SORT_COUNT = sizeof SORTS / sizeof *SORTS };

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
    bool is_first = false; /* on a chart from the beginning, though nothing was measured yet */
    for (size_t chart = 0; chart < CHART_COUNT; chart++) {
        is_first = is_first || chart_first_metric(state->spec, chart) == metric;
    }
    return chart_can_show(metric) && (lab_state_has_metric(state, metric) || is_first);
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

/* The method that takes less than others do may be named. */
static const char *owner_of(const LabState *state, uint32_t lane)
{
    return lane != LANE_ALL ? state->lanes[lane].method : NULL;
}

static Status check_available(const LabState *state, uint32_t lane, KnobId knob, Problem *problem)
{
    for (uint32_t i = 0; i < state->lane_count; i++) {
        if ((lane == LANE_ALL || lane == i) && state->lanes[i].knobs[knob].is_available) {
            return STATUS_OK;
        }
    }
    return refuse_knob(state, lane, knob, problem);
}

Status command_check_knob(const LabState *state, uint32_t lane, KnobId knob, double value,
                          Problem *problem)
{
    TRY(check_available(state, lane, knob, problem));
    return knob_words_check(knob, lane_knobs_maximum(state, lane, knob), owner_of(state, lane),
                            value, problem);
}

static Status find_lane(const char *name, const LabState *state, uint32_t *lane, Problem *problem)
{
    if (strcmp(name, "*") == 0) {
        *lane = LANE_ALL;
        return STATUS_OK;
    }
    size_t found = 0;
    Problem inner = {0};
    const Status status = lane_request_find(state, name, &found, &inner);
    if (status != STATUS_OK) {
        return problem_describe(problem, status, "%s (or * for all)", inner.text);
    }
    *lane = (uint32_t)found;
    return STATUS_OK;
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
    if (!knob_words_find(key, &out->knob)) {
        return knob_words_refuse_key(key, problem);
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
    TRY(check_available(state, out->lane, out->knob, problem));
    return knob_words_read(out->knob, lane_knobs_maximum(state, out->lane, out->knob),
                           owner_of(state, out->lane), value, &out->value, problem);
}

static bool parse_choice(const CommandWord *word, const char *text, Command *out)
{
    if (word->argument == ARGUMENT_AXIS) {
        for (int axis = 0; axis < VIEW_AXIS_COUNT; axis++) {
            if (strcmp(view_state_axis_name((ViewAxis)axis), text) == 0) {
                out->axis = (ViewAxis)axis;
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

static bool parse_grid(const char *text, Command *out)
{
    if (strlen(text) != 3 || !isdigit((unsigned char)text[0]) || text[1] != 'x' ||
        !isdigit((unsigned char)text[2])) {
        return false;
    }
    out->grid_rows = text[0] - '0';
    out->grid_columns = text[2] - '0';
    return out->grid_rows >= 1 && out->grid_rows <= VIEW_GRID_ROWS_MAX && out->grid_columns >= 1 &&
           out->grid_columns <= VIEW_GRID_COLUMNS_MAX &&
           out->grid_rows * out->grid_columns <= VIEW_CHARTS_MAX;
}

static bool parse_sort(const LabState *state, const char *text, Command *out)
{
    for (size_t i = 0; i < SORT_COUNT; i++) {
        if (strcmp(SORTS[i].word, text) == 0) {
            out->sort = SORTS[i].sort;
            return true;
        }
    }
    out->sort = LANE_SORT_METRIC;
    return parse_metric(state, text, out);
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
    case ARGUMENT_SWITCH:
        out->is_on = strcmp(text, "on") == 0;
        return out->is_on || strcmp(text, "off") == 0;
    case ARGUMENT_GRID:
        return parse_grid(text, out);
    case ARGUMENT_THEME:
    case ARGUMENT_FILE:
    case ARGUMENT_FOLDER:
    case ARGUMENT_EXPRESSION:
        snprintf(out->text, sizeof out->text, "%s", text);
        return text[0] != '\0';
    case ARGUMENT_SMOOTHING:
        return text_parse_double(text, &out->value) && out->value >= 0.0 && out->value <= 0.999;
    case ARGUMENT_METRIC:
        return parse_metric(state, text, out);
    case ARGUMENT_SORT:
        return parse_sort(state, text, out);
    case ARGUMENT_FILTER:
    case ARGUMENT_DIFFERENCE:
    case ARGUMENT_ASSIGNMENT:
    case ARGUMENT_NEW_LANE:
    case ARGUMENT_LANE:
    case ARGUMENT_PRESET:
        break;
    }
    return false;
}

static Status parse_preset(const char *name, const LabState *state, Command *out, Problem *problem)
{
    char names[256] = "";
    size_t used = 0;
    for (size_t i = 0; i < state->presets.count; i++) {
        const Preset *preset = &state->presets.presets[i];
        if (strcmp(preset->name, name) == 0) {
            out->preset = i;
            return STATUS_OK;
        }
        if (used < sizeof names) {
            used += (size_t)snprintf(names + used, sizeof names - used, "%s%.40s",
                                     i > 0 ? ", " : "", preset->name);
        }
    }
    if (state->presets.count == 0) {
        return problem_describe(problem, STATUS_BAD_VALUE,
                                "no presets were found (a folder \"presets\" beside the "
                                "experiment's folder holds them)");
    }
    return problem_describe(problem, STATUS_BAD_VALUE, "no preset \"%.40s\"; there are %s", name,
                            names);
}

/* "METRIC", "LANE LANE" or "LANE LANE METRIC". */
static Status parse_difference(const CommandWord *word, char *text, const LabState *state,
                               Command *out, Problem *problem)
{
    char *rest = NULL;
    const char *first = strtok_r(text, " \t", &rest);
    const char *second = strtok_r(NULL, " \t", &rest);
    const char *metric = second != NULL ? strtok_r(NULL, " \t", &rest) : first;
    out->is_pair = second != NULL;
    out->metric = METRIC_ID_MAX;
    if (first == NULL || (out->is_pair && strtok_r(NULL, " \t", &rest) != NULL)) {
        return problem_describe(problem, STATUS_BAD_USAGE, "usage: %s", word->usage);
    }
    if (out->is_pair) {
        size_t lane = 0;
        size_t other = 0;
        TRY(lane_request_find(state, first, &lane, problem));
        TRY(lane_request_find(state, second, &other, problem));
        out->lane = (uint32_t)lane;
        out->other = (uint32_t)other;
    }
    if (metric != NULL && !parse_metric(state, metric, out)) {
        return problem_describe(problem, STATUS_BAD_VALUE,
                                "no metric \"%.60s\" was measured; usage: %s", metric, word->usage);
    }
    if (out->is_pair && out->lane == out->other) {
        return problem_describe(problem, STATUS_BAD_VALUE, "%s minus itself is 0", first);
    }
    return STATUS_OK;
}

static Status parse_lane(const char *name, const LabState *state, Command *out, Problem *problem)
{
    size_t lane = 0;
    TRY(lane_request_find(state, name, &lane, problem));
    out->lane = (uint32_t)lane;
    return out->kind == COMMAND_REMOVE ? lane_request_removal(state, lane, problem) : STATUS_OK;
}

static Status parse_argument(const CommandWord *word, char *text, const LabState *state,
                             size_t focus, Command *out, Problem *problem)
{
    if (word->argument == ARGUMENT_ASSIGNMENT) {
        return parse_assignment(text, state, out, problem);
    }
    if (word->argument == ARGUMENT_DIFFERENCE) {
        return parse_difference(word, text, state, out, problem);
    }
    if (word->argument == ARGUMENT_NEW_LANE) {
        return lane_request_parse(text, state, focus, &out->request, problem);
    }
    if (word->argument == ARGUMENT_LANE && text[0] != '\0') {
        return parse_lane(text, state, out, problem);
    }
    if (word->argument == ARGUMENT_PRESET && text[0] != '\0') {
        return parse_preset(text, state, out, problem);
    }
    if (word->argument == ARGUMENT_FILTER) {
        return lane_filter_parse(text, state, &out->filter, problem);
    }
    if (!parse_simple(word, text, state, out)) {
        return problem_describe(problem, STATUS_BAD_USAGE, "usage: %s", word->usage);
    }
    return STATUS_OK;
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
    TRY(parse_argument(word, argument, state, focus, &parsed, problem));
    *out = parsed;
    return STATUS_OK;
}

bool command_is_for_race(const char *line)
{
    static const CommandKind KINDS[] = {COMMAND_SET,    COMMAND_PAUSE,  COMMAND_RESUME,
                                        COMMAND_STEP,   COMMAND_STEPS,  COMMAND_ADD,
                                        COMMAND_REMOVE, COMMAND_PRESET, COMMAND_STEPS_MORE};
    char name[16];
    line += strspn(line, ": \t");
    snprintf(name, sizeof name, "%.*s", (int)strcspn(line, " \t"), line);
    const CommandWord *word = word_of(name);
    for (size_t i = 0; word != NULL && i < sizeof KINDS / sizeof *KINDS; i++) {
        if (word->kind == KINDS[i]) {
            return true;
        }
    }
    return false;
}

/* The words of the choice in front of the '='. */
static void gather_choices(Completion *completion, const LabState *state, size_t focus)
{
    char path[COMMAND_TEXT_BYTES];
    char word[KNOB_CHOICE_BYTES];
    Command target = {.lane = focus < state->lane_count ? (uint32_t)focus : LANE_ALL};
    Problem problem = {0};
    const size_t size = strcspn(completion->typed, "=");
    snprintf(path, sizeof path, "%.*s", (int)size, completion->typed);
    trim(path);
    completion->typed += size + 1;
    if (parse_target(path, state, &target, &problem) != STATUS_OK) {
        return;
    }
    const size_t count =
        lane_knobs_choice_count(target.knob, lane_knobs_maximum(state, target.lane, target.knob));
    for (size_t i = 0; i < count; i++) {
        if (knob_choice_name(target.knob, (double)i, word)) {
            completion_offer(completion, word);
        }
    }
}

static void gather_lane_knobs(Completion *completion, const LabState *state, size_t lane,
                              const char *name)
{
    char candidate[SPEC_NAME_BYTES + 64];
    snprintf(candidate, sizeof candidate, "lanes.%s.", name);
    completion->hidden = strlen(candidate);
    const LaneKnobList list = lane_knobs_list(state, lane, KNOB_LEARNING_RATE);
    for (size_t i = 0; i < list.count; i++) {
        snprintf(candidate, sizeof candidate, "lanes.%s.%s=", name, knob_info(list.ids[i])->key);
        completion_offer(completion, candidate);
    }
}

static void gather_targets(Completion *completion, const LabState *state, size_t focus)
{
    char candidate[SPEC_NAME_BYTES + 64];
    if (strchr(completion->typed, '=') != NULL) {
        gather_choices(completion, state, focus);
        return;
    }
    const LaneKnobList list = lane_knobs_list(state, focus, KNOB_LEARNING_RATE);
    for (size_t i = 0; i < list.count; i++) {
        snprintf(candidate, sizeof candidate, "%s=", knob_info(list.ids[i])->key);
        completion_offer(completion, candidate);
    }
    const char *dot = strchr(completion->typed, '.');
    if (dot == NULL) {
        completion_offer(completion, "lanes.");
        return;
    }
    const bool has_lane = strchr(dot + 1, '.') != NULL;
    for (size_t lane = 0; lane <= state->lane_count; lane++) {
        const bool is_all = lane == state->lane_count;
        const char *name = is_all ? "*" : state->lanes[lane].name;
        if (!is_all && !lab_state_has_lane(state, lane)) {
            continue;
        }
        if (!has_lane) {
            snprintf(candidate, sizeof candidate, "lanes.%s.", name);
            completion_offer(completion, candidate);
        }
        if (has_lane) {
            gather_lane_knobs(completion, state, lane, name);
        }
    }
}

static void gather_metrics(Completion *completion, const LabState *state)
{
    char name[SPEC_NAME_BYTES + 32];
    for (int i = 0; i < METRIC_ID_MAX; i++) {
        const uint16_t metric = (uint16_t)i;
        experiment_spec_metric_name(state->spec, metric, name, sizeof name);
        if (name[0] != '\0' && is_shown(state, metric)) {
            completion_offer(completion, name);
        }
    }
}

/* The endings behind the last dot of the file's name. */
static void gather_endings(Completion *completion)
{
    const char *slash = strrchr(completion->typed, '/');
    const char *dot = strrchr(slash != NULL ? slash : completion->typed, '.');
    if (dot == NULL) {
        return;
    }
    completion->typed = dot + 1;
    for (int kind = 0; kind < EXPORT_KIND_COUNT; kind++) {
        completion_offer(completion, export_kind_ending((ExportKind)kind));
    }
}

/* Folders on the disk whose path begins so. */
static void gather_folders(Completion *completion)
{
    char pattern[COMMAND_TEXT_BYTES + 1];
    char folder[COMMAND_TEXT_BYTES + 1];
    glob_t found = {0};
    snprintf(pattern, sizeof pattern, "%s*", completion->typed);
    const bool is_any = glob(pattern, GLOB_MARK, NULL, &found) == 0;
    for (size_t i = 0; is_any && i < found.gl_pathc; i++) {
        const size_t size = strlen(found.gl_pathv[i]);
        if (found.gl_pathv[i][size - 1] == '/' && size < sizeof folder) {
            snprintf(folder, sizeof folder, "%s", found.gl_pathv[i]);
            completion_offer(completion, folder);
        }
    }
    globfree(&found);
}

/* Where the last name of an expression begins. */
static size_t expression_word(const char *text)
{
    size_t start = 0;
    for (size_t i = 0; text[i] != '\0'; i++) {
        if (strchr(" \t()+-*|", text[i]) != NULL) {
            start = i + 1;
        }
    }
    return start;
}

/* A metric, or the first lane, the second, a metric. */
static void gather_difference(Completion *completion, const LabState *state)
{
    size_t words = 0;
    for (const char *space = completion->typed; (space = strpbrk(space, " \t")) != NULL;) {
        space += strspn(space, " \t");
        completion->typed = space;
        words++;
    }
    if (words < 2) {
        lane_completion_lanes(completion, state);
    }
    if (words != 1) {
        gather_metrics(completion, state);
    }
}

static void gather_orders(Completion *completion)
{
    for (size_t i = 0; i < SORT_COUNT; i++) {
        completion_offer(completion, SORTS[i].word);
    }
}

static void gather_axes(Completion *completion)
{
    for (int axis = 0; axis < VIEW_AXIS_COUNT; axis++) {
        completion_offer(completion, view_state_axis_name((ViewAxis)axis));
    }
}

static void gather_glyphs(Completion *completion)
{
    for (int glyphs = 0; glyphs < GLYPH_LEVEL_COUNT; glyphs++) {
        completion_offer(completion, view_state_glyphs_name((GlyphLevel)glyphs));
    }
}

static void gather_themes(Completion *completion, const char *const *theme_names)
{
    for (size_t i = 0; theme_names[i] != NULL; i++) {
        completion_offer(completion, theme_names[i]);
    }
}

static void gather_arguments(Completion *completion, const CommandWord *word, const LabState *state,
                             size_t focus, const char *const *theme_names)
{
    switch (word->argument) {
    case ARGUMENT_ASSIGNMENT:
        gather_targets(completion, state, focus);
        return;
    case ARGUMENT_SORT:
        gather_orders(completion);
        gather_metrics(completion, state);
        return;
    case ARGUMENT_EXPRESSION:
    case ARGUMENT_FILTER:
        completion->typed += expression_word(completion->typed);
        if (word->argument == ARGUMENT_FILTER) {
            lane_completion_lanes(completion, state);
        }
        gather_metrics(completion, state);
        return;
    case ARGUMENT_METRIC:
        gather_metrics(completion, state);
        return;
    case ARGUMENT_DIFFERENCE:
        gather_difference(completion, state);
        return;
    case ARGUMENT_FILE:
        gather_endings(completion);
        return;
    case ARGUMENT_FOLDER:
        gather_folders(completion);
        return;
    case ARGUMENT_AXIS:
        gather_axes(completion);
        return;
    case ARGUMENT_GLYPHS:
        gather_glyphs(completion);
        return;
    case ARGUMENT_SWITCH:
        completion_offer(completion, "on");
        completion_offer(completion, "off");
        return;
    case ARGUMENT_THEME:
        gather_themes(completion, theme_names);
        return;
    case ARGUMENT_NEW_LANE:
        lane_completion_add(completion, state);
        return;
    case ARGUMENT_LANE:
        lane_completion_lanes(completion, state);
        return;
    case ARGUMENT_PRESET:
        lane_completion_presets(completion, state);
        return;
    case ARGUMENT_NONE:
    case ARGUMENT_COUNT:
    case ARGUMENT_STEPS:
    case ARGUMENT_SMOOTHING:
    case ARGUMENT_GRID:
        return;
    }
}

void command_complete(const char *line, size_t point, const LabState *state, size_t focus,
                      const char *const *theme_names, CommandCompletion *out)
{
    char text[COMMAND_TEXT_BYTES];
    snprintf(text, sizeof text, "%.*s", (int)(point < sizeof text ? point : sizeof text - 1), line);
    char *start = text + strspn(text, ": \t");
    char *space = strchr(start, ' ');
    Completion completion = completion_begin(start, out);
    if (space == NULL) {
        for (size_t i = 0; i < WORD_COUNT; i++) {
            completion_offer(&completion, WORDS[i].word);
        }
        const CommandWord *only = out->count == 1 ? word_of(completion.common) : NULL;
        completion.is_word = only != NULL && only->argument != ARGUMENT_NONE;
    } else {
        *space = '\0';
        completion.typed = space + 1 + strspn(space + 1, " \t");
        const CommandWord *word = word_of(start);
        if (word != NULL) {
            gather_arguments(&completion, word, state, focus, theme_names);
        }
    }
    completion_finish(&completion);
}
