#include "records/experiment_spec.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "records/preset.h"
#include "records/spec_keys.h"
#include "records/spec_place.h"
#include "records/spec_rules.h"

enum { SPEC_FILE_BYTES_MAX = 1024 * 1024 };

/* The lanes of a preset file. Its own mistakes are described as they are; that it is not there is the experiment's. */
static Status take_preset(const SpecPlace *place, const Json *value, ExperimentSpec *spec)
{
    char path[SPEC_PATH_BYTES];
    Preset preset;
    Problem problem = {0};
    TRY(spec_path_read(place, value, path));
    if (path[0] == '\0') {
        return spec_place_refuse(place, "expected lanes, or the path of a preset file");
    }
    const Status status = preset_read(path, &preset, &problem);
    if (status == STATUS_FILE_UNREADABLE) {
        return spec_place_refuse(place, "%s", problem.text);
    }
    if (status != STATUS_OK) {
        return problem_describe(place->source->problem, status, "%s", problem.text);
    }
    memcpy(spec->lanes, preset.lanes, sizeof spec->lanes);
    spec->lane_count = preset.lane_count;
    for (size_t i = 0; i < spec->lane_count; i++) {
        spec->lanes[i].line = 0; /* a line of the preset would be taken for one of the experiment */
    }
    return STATUS_OK;
}

/* As spec_key_read, which knows lanes written out but no presets. */
static Status read_key(const SpecPlace *root, const char *key, const Json *value,
                       ExperimentSpec *spec)
{
    if (spec_key_form(key) == SPEC_FORM_LANES && json_is_string(value)) {
        const SpecPlace place = spec_place_member(root, key);
        return take_preset(&place, value, spec);
    }
    return spec_key_read(root, key, value, spec);
}

Status experiment_spec_parse(const char *text, size_t size, const char *source_name,
                             const char *folder, ExperimentSpec *spec, Problem *problem)
{
    if (size > SPEC_FILE_BYTES_MAX) {
        return problem_describe(problem, STATUS_BAD_FORMAT,
                                "%s: larger than 1 MB, so it is not an experiment", source_name);
    }
    const SpecSource source = {
        .name = source_name, .text = text, .size = size, .folder = folder, .problem = problem};
    const SpecPlace root = spec_place_root(&source);
    Json *document = NULL;
    TRY(json_parse(text, size, source_name, &document, problem));

    Status status = STATUS_OK;
    ExperimentSpec loaded = spec_defaults();
    if (!json_is_object(document)) {
        status = problem_describe(problem, STATUS_BAD_FORMAT,
                                  "%s: an experiment is an object: { \"name\": ... }", source_name);
        goto done;
    }
    for (const Json *child = json_first(document); child != NULL; child = json_next(child)) {
        status = read_key(&root, json_key(child), child, &loaded);
        if (status != STATUS_OK) {
            goto done;
        }
    }
    status = spec_rules_check(&loaded, &source);
    if (status != STATUS_OK) {
        goto done;
    }
    *spec = loaded;
done:
    json_destroy(document);
    return status;
}

Status experiment_spec_read(const char *path, ExperimentSpec *spec, Problem *problem)
{
    char folder[SPEC_PATH_BYTES] = "";
    const char *last_slash = strrchr(path, '/');
    if (last_slash != NULL) {
        const size_t length = (size_t)(last_slash - path) + 1; /* with the slash: "/" stays "/" */
        if (length >= sizeof folder) {
            return problem_describe(problem, STATUS_FILE_UNREADABLE, "%s: the path is too long",
                                    path);
        }
        memcpy(folder, path, length);
    }
    char *text = NULL;
    size_t size = 0;
    TRY(json_read_text(path, SPEC_FILE_BYTES_MAX, &text, &size, problem));
    const Status status = experiment_spec_parse(text, size, path, folder, spec, problem);
    free(text);
    return status;
}

/* Copy text[0..length) without the spaces around it; false if it does not fit. */
static bool copy_trimmed(const char *text, size_t length, char *out, size_t out_bytes)
{
    while (length > 0 && text[0] == ' ') {
        text++;
        length--;
    }
    while (length > 0 && text[length - 1] == ' ') {
        length--;
    }
    if (length >= out_bytes) {
        return false;
    }
    memcpy(out, text, length);
    out[length] = '\0';
    return true;
}

static Status out_of_memory(const SpecPlace *place)
{
    return problem_describe(place->source->problem, STATUS_OUT_OF_MEMORY, "%s",
                            status_sentence(STATUS_OUT_OF_MEMORY));
}

/* "a, b" as an array of names; "*" as that string. */
static Json *new_names(const char *typed)
{
    if (strcmp(typed, "*") == 0) {
        return json_new_string(typed);
    }
    Json *names = json_new_array();
    const char *part = typed;
    while (names != NULL && *part != '\0') {
        char name[SPEC_CONFIG_BYTES] = "";
        const size_t length = strcspn(part, ",");
        if (!copy_trimmed(part, length, name, sizeof name) ||
            !json_append(names, json_new_string(name))) {
            json_destroy(names);
            return NULL;
        }
        part += length;
        part += *part == ',';
    }
    return names;
}

/* What the user typed, as the JSON value that would stand in the file; for all but numbers. */
static Status new_value(const SpecPlace *place, SpecForm form, const char *typed, Json **out)
{
    switch (form) {
    case SPEC_FORM_NAMES:
        *out = new_names(typed);
        break;
    case SPEC_FORM_OBJECT:
        return json_parse(typed, strlen(typed), place->shown, out, place->source->problem);
    case SPEC_FORM_LANES: /* the path of a preset */
        if (typed[0] == '[') {
            return spec_place_refuse(place,
                                     "one value of one lane at a time: lanes.NAME.KEY=VALUE");
        }
        *out = json_new_string(typed);
        break;
    case SPEC_FORM_TEXT:
    case SPEC_FORM_NUMBER:
    case SPEC_FORM_UNKNOWN:
        *out = json_new_string(typed);
        break;
    }
    return *out != NULL ? STATUS_OK : out_of_memory(place);
}

static Status read_typed_number(const SpecPlace *place, const char *typed, double *out)
{
    double value = 0.0;
    if (!text_parse_double(typed, &value) || !isfinite(value)) {
        return spec_place_refuse(place, "\"%s\" is not a number", typed);
    }
    *out = value;
    return STATUS_OK;
}

static Status assign_key(const SpecPlace *root, const char *key, const char *typed,
                         ExperimentSpec *spec)
{
    const SpecPlace place = spec_place_member(root, key);
    const SpecForm form = spec_key_form(key);
    if (form == SPEC_FORM_NUMBER) {
        double number = 0.0;
        TRY(read_typed_number(&place, typed, &number));
        return spec_number_read(root, key, number, spec);
    }
    Json *value = NULL;
    TRY(new_value(&place, form, typed, &value));
    const Status status = read_key(root, key, value, spec);
    json_destroy(value);
    return status;
}

static Status assign_lane_key(const SpecPlace *lane_place, const char *key, const char *typed,
                              LaneSpec *lane)
{
    const SpecPlace place = spec_place_member(lane_place, key);
    const SpecForm form = spec_lane_key_form(key);
    if (form == SPEC_FORM_NUMBER) {
        double number = 0.0;
        TRY(read_typed_number(&place, typed, &number));
        return spec_lane_number_read(lane_place, key, number, lane);
    }
    Json *value = NULL;
    TRY(new_value(&place, form, typed, &value));
    const Status status = spec_lane_key_read(lane_place, key, value, lane);
    json_destroy(value);
    return status;
}

/* `path` is NAME.KEY; a name may hold dots, a key does not. */
static Status assign_in_lane(const SpecPlace *root, const char *path, const char *typed,
                             ExperimentSpec *spec)
{
    const SpecPlace list = spec_place_member(root, "lanes");
    const char *last_dot = strrchr(path, '.');
    char name[SPEC_NAME_BYTES];
    if (last_dot == NULL || last_dot == path || last_dot[1] == '\0') {
        return spec_place_refuse(&list, "one value of one lane at a time: lanes.NAME.KEY=VALUE");
    }
    const size_t length = (size_t)(last_dot - path);
    size_t lane = SPEC_LANES_MAX;
    if (copy_trimmed(path, length, name, sizeof name)) {
        lane = experiment_spec_lane(spec, name);
    }
    if (lane == SPEC_LANES_MAX) {
        return spec_place_refuse(&list, "no lane is named \"%.*s\"", (int)length, path);
    }
    const SpecPlace place = spec_place_member(&list, name);
    return assign_lane_key(&place, last_dot + 1, typed, &spec->lanes[lane]);
}

Status experiment_spec_set(ExperimentSpec *spec, const char *assignment, Problem *problem)
{
    const char *equals = strchr(assignment, '=');
    if (equals == NULL) {
        return problem_describe(problem, STATUS_BAD_USAGE, "\"%s\" sets nothing; write KEY=VALUE",
                                assignment);
    }
    const SpecSource source = {.name = "", .folder = "", .problem = problem};
    const SpecPlace root = spec_place_root(&source);
    char key[SPEC_PLACE_BYTES];
    char typed[SPEC_CONFIG_BYTES];
    const bool fits = copy_trimmed(assignment, (size_t)(equals - assignment), key, sizeof key) &&
                      copy_trimmed(equals + 1, strlen(equals + 1), typed, sizeof typed);
    if (!fits) {
        return spec_place_refuse(&root, "the assignment is too long");
    }
    if (key[0] == '_' || key[0] == '\0') {
        return spec_place_refuse(&root, "\"%s\" is not a key", key);
    }
    ExperimentSpec changed = *spec;
    const char lanes[] = "lanes.";
    if (strncmp(key, lanes, strlen(lanes)) == 0) {
        TRY(assign_in_lane(&root, key + strlen(lanes), typed, &changed));
    } else {
        TRY(assign_key(&root, key, typed, &changed));
    }
    TRY(spec_rules_check(&changed, &source));
    *spec = changed;
    return STATUS_OK;
}

static bool add_text(Json *object, const char *key, const char *text)
{
    return text[0] == '\0' || json_add_string(object, key, text);
}

static bool add_names(Json *object, const char *key, const char names[][SPEC_NAME_BYTES],
                      size_t count)
{
    if (count == 1 && strcmp(names[0], "*") == 0) {
        return json_add_string(object, key, "*");
    }
    Json *array = json_new_array();
    for (size_t i = 0; array != NULL && i < count; i++) {
        if (!json_append(array, json_new_string(names[i]))) {
            json_destroy(array);
            return false;
        }
    }
    return json_add(object, key, array);
}

static bool add_config(Json *object, const char *config)
{
    if (config[0] == '\0') {
        return true;
    }
    Json *parsed = NULL;
    return json_parse(config, strlen(config), "model_config", &parsed, NULL) == STATUS_OK &&
           json_add(object, "model_config", parsed);
}

static bool add_knob(Json *object, KnobId knob, double value)
{
    char word[KNOB_CHOICE_BYTES];
    const char *key = knob_info(knob)->key;
    return knob_choice_name(knob, value, word) ? json_add_string(object, key, word)
                                               : json_add_number(object, key, value);
}

static Json *new_lane(const LaneSpec *lane)
{
    Json *object = json_new_object();
    bool is_complete = object != NULL && json_add_string(object, "name", lane->name) &&
                       json_add_string(object, "method", lane->method) &&
                       add_text(object, "follow", lane->follow);
    for (size_t i = 0; is_complete && i < KNOB_COUNT; i++) {
        is_complete = !lane->knob_is_set[i] || add_knob(object, (KnobId)i, lane->knobs[i]);
    }
    if (!is_complete) {
        json_destroy(object);
        return NULL;
    }
    return object;
}

static bool add_lanes(Json *object, const ExperimentSpec *spec)
{
    Json *lanes = json_new_array();
    for (size_t i = 0; lanes != NULL && i < spec->lane_count; i++) {
        if (!json_append(lanes, new_lane(&spec->lanes[i]))) {
            json_destroy(lanes);
            return false;
        }
    }
    return json_add(object, "lanes", lanes);
}

Json *experiment_spec_to_json(const ExperimentSpec *spec)
{
    Json *object = json_new_object();
    if (object == NULL) {
        return NULL;
    }
    bool is_complete =
        add_text(object, "name", spec->name) && add_text(object, "about", spec->about) &&
        add_text(object, "model", spec->model) && add_config(object, spec->model_config) &&
        add_text(object, "tokenizer", spec->tokenizer) && add_text(object, "data", spec->data) &&
        add_names(object, "train_domains", spec->train_domains, spec->train_domain_count) &&
        add_names(object, "zero_shot_domains", spec->zero_shot_domains,
                  spec->zero_shot_domain_count);
#define ADD_CHOICE(field, key, last_index, words)                                                  \
    is_complete = is_complete && json_add_string(object, key, words[spec->field]);
    SPEC_CHOICE_TABLE(ADD_CHOICE)
#undef ADD_CHOICE
#define ADD_NUMBER(field, key, minimum, maximum, default_value, is_integer, meaning)               \
    is_complete = is_complete && json_add_number(object, key, spec->field);
    SPEC_NUMBER_TABLE(ADD_NUMBER)
#undef ADD_NUMBER
    is_complete = is_complete && add_lanes(object, spec);
    if (!is_complete) {
        json_destroy(object);
        return NULL;
    }
    return object;
}

static Status check_knob_ranges(const LaneSpec *lane, Problem *problem)
{
    for (KnobId knob = 0; knob < KNOB_COUNT; knob++) {
        const KnobInfo *info = knob_info(knob);
        const double value = lane->knobs[knob];
        if (!lane->knob_is_set[knob]) {
            continue;
        }
        if (!(value >= info->minimum && value <= info->maximum)) {
            return problem_describe(problem, STATUS_BAD_VALUE,
                                    "lanes.%s.%s: %g is outside %g .. %g", lane->name, info->key,
                                    value, info->minimum, info->maximum);
        }
        if (info->is_whole && value != floor(value)) {
            return problem_describe(problem, STATUS_BAD_VALUE,
                                    "lanes.%s.%s: %g is not a whole number", lane->name, info->key,
                                    value);
        }
    }
    return STATUS_OK;
}

Status experiment_spec_add_lane(ExperimentSpec *spec, const LaneSpec *lane, Problem *problem)
{
    if (spec->lane_count >= SPEC_LANES_MAX) {
        return problem_describe(problem, STATUS_BAD_VALUE,
                                "no place for another lane: a race has at most %d in its life",
                                SPEC_LANES_MAX);
    }
    if (!spec_word_is_plain(lane->name)) {
        return problem_describe(problem, STATUS_BAD_VALUE,
                                "a lane's name may hold only letters, digits and . _ + -, and not "
                                "begin with a dot");
    }
    if (experiment_spec_lane(spec, lane->name) != SPEC_LANES_MAX) {
        return problem_describe(problem, STATUS_BAD_VALUE,
                                "another lane is or was named \"%s\"; choose another name",
                                lane->name);
    }
    TRY(check_knob_ranges(lane, problem));
    spec->lanes[spec->lane_count++] = *lane;
    return STATUS_OK;
}

const char *experiment_spec_domain(const ExperimentSpec *spec, size_t domain)
{
    return domain < spec->train_domain_count
               ? spec->train_domains[domain]
               : spec->zero_shot_domains[domain - spec->train_domain_count];
}

size_t experiment_spec_lane(const ExperimentSpec *spec, const char *name)
{
    for (size_t i = 0; i < spec->lane_count; i++) {
        if (strcmp(spec->lanes[i].name, name) == 0) {
            return i;
        }
    }
    return SPEC_LANES_MAX;
}

double experiment_spec_knob(const ExperimentSpec *spec, size_t lane, KnobId knob, double fallback)
{
    if (spec->lanes[lane].knob_is_set[knob]) {
        return spec->lanes[lane].knobs[knob];
    }
    if (knob == KNOB_LEARNING_RATE) {
        return spec->learning_rate;
    }
    if (knob == KNOB_MAX_GRAD_NORM) {
        return spec->max_grad_norm;
    }
    return knob == KNOB_WEIGHT_DECAY ? spec->weight_decay : fallback;
}

size_t experiment_spec_final_limit(const ExperimentSpec *spec)
{
    return spec->max_eval_samples > 0.0 ? (size_t)spec->max_eval_samples : SIZE_MAX;
}

double experiment_spec_step_examples(const ExperimentSpec *spec)
{
    return spec->batch_size * spec->accumulation_steps;
}

double experiment_spec_step_parts(const ExperimentSpec *spec)
{
    return fmin(spec->micro_batch_count, spec->batch_size) * spec->accumulation_steps;
}

bool experiment_spec_has_classes(const ExperimentSpec *spec)
{
    return spec->task == SPEC_TASK_TEXT_CLASSIFICATION ||
           spec->task == SPEC_TASK_IMAGE_CLASSIFICATION;
}

/* What is told of each domain. */
static const char *domain_measure(const ExperimentSpec *spec)
{
    return experiment_spec_has_classes(spec) ? "accuracy" : "perplexity";
}

void experiment_spec_metric_name(const ExperimentSpec *spec, uint16_t metric, char *out,
                                 size_t out_bytes)
{
    const size_t domains = spec->zero_shot_domain_count;
    int length = -1;
    if (metric < METRIC_FIXED_COUNT) {
        length = snprintf(out, out_bytes, "%s", metric_info((MetricId)metric)->name);
    } else if (metric >= METRIC_DOMAIN_FIRST && metric < METRIC_DOMAIN_FIRST + domains) {
        length = snprintf(out, out_bytes, "%s/%s", domain_measure(spec),
                          spec->zero_shot_domains[metric - METRIC_DOMAIN_FIRST]);
    } else if (metric >= METRIC_FINAL_DOMAIN_FIRST &&
               metric < METRIC_FINAL_DOMAIN_FIRST + domains) {
        length = snprintf(out, out_bytes, "final_%s/%s", domain_measure(spec),
                          spec->zero_shot_domains[metric - METRIC_FINAL_DOMAIN_FIRST]);
    }
    if (length < 0) {
        out[0] = '\0';
    }
}

const char *experiment_spec_metric_unit(const ExperimentSpec *spec, uint16_t metric)
{
    const bool has_classes = experiment_spec_has_classes(spec);
    if (metric >= METRIC_FIXED_COUNT) {
        return has_classes ? "%" : "perplexity";
    }
    const char *unit = metric_info((MetricId)metric)->unit;
    return has_classes && strcmp(unit, "nats/token") == 0 ? "nats/example" : unit;
}
