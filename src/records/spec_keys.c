#include "records/spec_keys.h"

#include <limits.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

typedef struct NumberKey {
    const char *key;
    size_t offset; /* of a double in ExperimentSpec */
    double minimum;
    double maximum;
    bool is_integer;
} NumberKey;

#define NUMBER_ROW(field, key, minimum, maximum, default_value, is_integer, meaning)               \
    {key, offsetof(ExperimentSpec, field), minimum, maximum, is_integer},
static const NumberKey number_keys[] = {SPEC_NUMBER_TABLE(NUMBER_ROW)};
#undef NUMBER_ROW
enum { NUMBER_KEY_COUNT = sizeof number_keys / sizeof number_keys[0] };

typedef enum TextRule { TEXT_RULE_ANY, TEXT_RULE_FILE_NAME, TEXT_RULE_PATH } TextRule;

typedef struct TextKey {
    const char *key;
    size_t offset; /* of a char array in ExperimentSpec */
    size_t bytes;
    TextRule rule;
} TextKey;

static const TextKey text_keys[] = {
    {"name", offsetof(ExperimentSpec, name), SPEC_NAME_BYTES, TEXT_RULE_FILE_NAME},
    {"about", offsetof(ExperimentSpec, about), SPEC_TEXT_BYTES, TEXT_RULE_ANY},
    {"model", offsetof(ExperimentSpec, model), SPEC_PATH_BYTES, TEXT_RULE_PATH},
    {"tokenizer", offsetof(ExperimentSpec, tokenizer), SPEC_PATH_BYTES, TEXT_RULE_PATH},
    {"data", offsetof(ExperimentSpec, data), SPEC_PATH_BYTES, TEXT_RULE_PATH},
};
enum { TEXT_KEY_COUNT = sizeof text_keys / sizeof text_keys[0] };

const char *const spec_task_words[] = {"causal-lm", "text-classification", "masked-lm",
                                       "image-classification"};
const char *const spec_data_format_words[] = {
    "text", "emoji", "emoji-names", "emoji-words", "emoji-pairs", "columns", "inference"};
const char *const spec_pool_words[] = {"fine-tune", "pretrain"};
const char *const spec_final_split_words[] = {"dev", "test"};
const char *const spec_lr_scheduler_words[] = {"constant", "linear", "polynomial", "cosine"};

typedef struct NamedForm {
    const char *key;
    SpecForm form;
} NamedForm;

#define NUMBER_FORM(field, key, minimum, maximum, default_value, is_integer, meaning)              \
    {key, SPEC_FORM_NUMBER},
#define CHOICE_FORM(field, key, last_index, words) {key, SPEC_FORM_TEXT},
static const NamedForm spec_forms[] = {
    {"name", SPEC_FORM_TEXT},
    {"about", SPEC_FORM_TEXT},
    {"model", SPEC_FORM_TEXT},
    {"model_config", SPEC_FORM_OBJECT},
    {"tokenizer", SPEC_FORM_TEXT},
    {"data", SPEC_FORM_TEXT},
    {"train_domains", SPEC_FORM_NAMES},
    {"zero_shot_domains", SPEC_FORM_NAMES},
    SPEC_CHOICE_TABLE(CHOICE_FORM) SPEC_NUMBER_TABLE(NUMBER_FORM){"lanes", SPEC_FORM_LANES},
};
#undef CHOICE_FORM
#undef NUMBER_FORM
enum { SPEC_FORM_COUNT = sizeof spec_forms / sizeof spec_forms[0] };

/* For a knob with choices spec_lane_key_form says text. */
#define KNOB_FORM(id, key, symbol, unit, minimum, maximum, first, last, is_whole, choices,         \
                  meaning)                                                                         \
    {key, SPEC_FORM_NUMBER},
static const NamedForm lane_forms[] = {{"name", SPEC_FORM_TEXT},
                                       {"method", SPEC_FORM_TEXT},
                                       {"follow", SPEC_FORM_TEXT},
                                       KNOB_TABLE(KNOB_FORM)};
#undef KNOB_FORM
enum { LANE_FORM_COUNT = sizeof lane_forms / sizeof lane_forms[0] };

ExperimentSpec spec_defaults(void)
{
#define NUMBER_DEFAULT(field, key, minimum, maximum, default_value, is_integer, meaning)           \
    .field = (default_value),
    return (ExperimentSpec){.task = SPEC_TASK_CAUSAL_LM,
                            .data_format = SPEC_DATA_TEXT,
                            .train_pool = SPEC_POOL_FINE_TUNE,
                            .final_split = SPEC_FINAL_DEV,
                            .lr_scheduler_type = LR_SCHEDULER_POLYNOMIAL,
                            SPEC_NUMBER_TABLE(NUMBER_DEFAULT)};
#undef NUMBER_DEFAULT
}

static SpecForm form_of(const NamedForm *forms, size_t count, const char *key)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(forms[i].key, key) == 0) {
            return forms[i].form;
        }
    }
    return SPEC_FORM_UNKNOWN;
}

SpecForm spec_key_form(const char *key)
{
    return form_of(spec_forms, SPEC_FORM_COUNT, key);
}

SpecForm spec_lane_key_form(const char *key)
{
    KnobId knob = KNOB_COUNT;
    if (knob_from_key(key, &knob) && knob_info(knob)->choices != NULL) {
        return SPEC_FORM_TEXT;
    }
    return form_of(lane_forms, LANE_FORM_COUNT, key);
}

static Status refuse_unknown(const SpecPlace *parent, const NamedForm *forms, size_t count,
                             const char *key)
{
    SpecPlace place = spec_place_member(parent, key); /* for its line */
    memcpy(place.shown, parent->shown, sizeof place.shown);

    const char *nearest = NULL;
    size_t nearest_distance = SIZE_MAX;
    for (size_t i = 0; i < count; i++) {
        const size_t distance = text_distance(key, forms[i].key);
        if (distance < nearest_distance) {
            nearest = forms[i].key;
            nearest_distance = distance;
        }
    }
    /* Further away than this it is another word, not a slip of the fingers (swapped letters: 2). */
    const size_t farthest = strlen(key) < 6 ? 1 + strlen(key) / 3 : 3;
    if (nearest == NULL || nearest_distance > farthest) {
        return spec_place_refuse(&place, "unknown key \"%s\"", key);
    }
    return spec_place_refuse(&place, "unknown key \"%s\"; did you mean \"%s\"?", key, nearest);
}

static const char *type_name(const Json *value)
{
    if (json_is_string(value)) {
        return "a string";
    }
    if (json_is_number(value)) {
        return "a number";
    }
    if (json_is_array(value)) {
        return "an array";
    }
    if (json_is_object(value)) {
        return "an object";
    }
    return json_is_bool(value) ? "true or false" : "null";
}

enum { SHOWN_NUMBER_BYTES = 32 };

/* In few digits if those are the number; 0.99999999 must not be shown as 1. */
static void show_number(double value, char out[SHOWN_NUMBER_BYTES])
{
    if (snprintf(out, SHOWN_NUMBER_BYTES, "%g", value) < 0 || strtod(out, NULL) == value) {
        return;
    }
    if (snprintf(out, SHOWN_NUMBER_BYTES, "%.15g", value) < 0) {
        out[0] = '\0';
    }
}

static Status check_range(const SpecPlace *place, double value, double minimum, double maximum)
{
    if (value >= minimum && value <= maximum) {
        return STATUS_OK;
    }
    char value_text[SHOWN_NUMBER_BYTES];
    char minimum_text[SHOWN_NUMBER_BYTES];
    char maximum_text[SHOWN_NUMBER_BYTES];
    show_number(value, value_text);
    show_number(minimum, minimum_text);
    show_number(maximum, maximum_text);
    return spec_place_refuse(place, "%s is outside %s .. %s", value_text, minimum_text,
                             maximum_text);
}

Status spec_number_read(const SpecPlace *parent, const char *key, double value,
                        ExperimentSpec *spec)
{
    for (size_t i = 0; i < NUMBER_KEY_COUNT; i++) {
        const NumberKey *number = &number_keys[i];
        if (strcmp(number->key, key) != 0) {
            continue;
        }
        const SpecPlace place = spec_place_member(parent, key);
        TRY(check_range(&place, value, number->minimum, number->maximum));
        if (number->is_integer && value != floor(value)) {
            return spec_place_refuse(&place, "%g is not a whole number", value);
        }
        /* -0 would be printed as "-0" and is never meant. */
        *(double *)(void *)((char *)spec + number->offset) = value == 0.0 ? 0.0 : value;
        return STATUS_OK;
    }
    return refuse_unknown(parent, spec_forms, SPEC_FORM_COUNT, key);
}

Status spec_lane_number_read(const SpecPlace *parent, const char *key, double value, LaneSpec *lane)
{
    KnobId knob = KNOB_COUNT;
    if (!knob_from_key(key, &knob)) {
        return refuse_unknown(parent, lane_forms, LANE_FORM_COUNT, key);
    }
    const SpecPlace place = spec_place_member(parent, key);
    TRY(check_range(&place, value, knob_info(knob)->minimum, knob_info(knob)->maximum));
    if (knob_info(knob)->is_whole && value != floor(value)) {
        return spec_place_refuse(&place, "%g is not a whole number", value);
    }
    lane->knobs[knob] = value == 0.0 ? 0.0 : value;
    lane->knob_is_set[knob] = true;
    return STATUS_OK;
}

Status spec_text_read(const SpecPlace *place, const Json *value, char *out, size_t bytes)
{
    if (!json_is_string(value)) {
        return spec_place_refuse(place, "expected a string, found %s", type_name(value));
    }
    const char *text = json_string(value);
    const size_t length = strlen(text);
    if (length >= bytes) {
        return spec_place_refuse(place, "longer than %zu bytes", bytes - 1);
    }
    char cleaned[SPEC_PATH_BYTES];
    text_clean(text, cleaned, sizeof cleaned, INT_MAX);
    if (strcmp(text, cleaned) != 0) {
        return spec_place_refuse(place, "holds a control character or a byte that is not UTF-8");
    }
    memcpy(out, text, length + 1);
    return STATUS_OK;
}

/* The name of an experiment or of a domain becomes the name of a file. */
static Status read_file_name(const SpecPlace *place, const Json *value, char *out, size_t bytes)
{
    char name[SPEC_PATH_BYTES];
    TRY(spec_text_read(place, value, name, bytes));
    if (name[0] == '\0' || name[0] == '.' || strchr(name, '/') != NULL) {
        return spec_place_refuse(
            place, "\"%s\" is not a name: it must not be empty, begin with '.' or contain '/'",
            name);
    }
    memcpy(out, name, strlen(name) + 1);
    return STATUS_OK;
}

Status spec_path_read(const SpecPlace *place, const Json *value, char out[SPEC_PATH_BYTES])
{
    char path[SPEC_PATH_BYTES];
    TRY(spec_text_read(place, value, path, sizeof path));
    const char *folder = place->source->folder;
    const size_t folder_length = strlen(folder);
    if (path[0] == '/' || path[0] == '\0' || folder_length == 0) {
        memcpy(out, path, strlen(path) + 1);
        return STATUS_OK;
    }
    const char *slash = folder[folder_length - 1] == '/' ? "" : "/";
    if (folder_length + strlen(slash) + strlen(path) >= SPEC_PATH_BYTES) {
        return spec_place_refuse(place, "with its folder, longer than %d bytes",
                                 SPEC_PATH_BYTES - 1);
    }
    char *end = stpcpy(out, folder);
    end = stpcpy(end, slash);
    memcpy(end, path, strlen(path) + 1);
    return STATUS_OK;
}

static Status read_text_key(const SpecPlace *place, const TextKey *text, const Json *value,
                            ExperimentSpec *spec)
{
    char *field = (char *)spec + text->offset;
    switch (text->rule) {
    case TEXT_RULE_ANY:
        return spec_text_read(place, value, field, text->bytes);
    case TEXT_RULE_FILE_NAME:
        return read_file_name(place, value, field, text->bytes);
    case TEXT_RULE_PATH:
        return spec_path_read(place, value, field);
    }
    return STATUS_BAD_VALUE;
}

/* Which of words[0..count) the value is. */
static Status read_choice(const SpecPlace *place, const Json *value, const char *const *words,
                          unsigned count, unsigned *index)
{
    if (!json_is_string(value)) {
        return spec_place_refuse(place, "expected a string, found %s", type_name(value));
    }
    char known[160] = "";
    for (unsigned i = 0; i < count; i++) {
        if (strcmp(words[i], json_string(value)) == 0) {
            *index = i;
            return STATUS_OK;
        }
        const size_t used = strlen(known);
        if (snprintf(known + used, sizeof known - used, "%s\"%s\"", i > 0 ? ", " : "", words[i]) <
            0) {
            known[used] = '\0';
        }
    }
    return spec_place_refuse(place, "\"%s\" is not one of %s", json_string(value), known);
}

static Status read_config(const SpecPlace *place, const Json *value, char out[SPEC_CONFIG_BYTES])
{
    if (!json_is_object(value)) {
        return spec_place_refuse(place, "expected an object, found %s", type_name(value));
    }
    char *text = json_print(value, false);
    if (text == NULL) {
        return problem_describe(place->source->problem, STATUS_OUT_OF_MEMORY, "%s",
                                status_sentence(STATUS_OUT_OF_MEMORY));
    }
    Status status = STATUS_OK;
    const size_t length = strlen(text);
    if (length < SPEC_CONFIG_BYTES) {
        memcpy(out, text, length + 1);
    } else {
        status = spec_place_refuse(place, "longer than %d bytes", SPEC_CONFIG_BYTES - 1);
    }
    free(text);
    return status;
}

static Status read_names(const SpecPlace *place, const Json *value,
                         char names[SPEC_DOMAINS_MAX][SPEC_NAME_BYTES], size_t *count)
{
    if (json_is_string(value) && strcmp(json_string(value), "*") == 0) {
        memcpy(names[0], "*", 2);
        *count = 1;
        return STATUS_OK;
    }
    if (!json_is_array(value)) {
        return spec_place_refuse(place, "expected an array of names or \"*\", found %s",
                                 type_name(value));
    }
    if (json_count(value) > SPEC_DOMAINS_MAX) {
        return spec_place_refuse(place, "%zu names; at most %d fit", json_count(value),
                                 SPEC_DOMAINS_MAX);
    }
    size_t read = 0;
    for (const Json *name = json_first(value); name != NULL; name = json_next(name)) {
        const SpecPlace element = spec_place_element(place, read);
        TRY(read_file_name(&element, name, names[read], SPEC_NAME_BYTES));
        read++;
    }
    *count = read;
    return STATUS_OK;
}

bool spec_word_is_plain(const char *word)
{
    static const char allowed[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._+-";
    return word[0] != '\0' && word[0] != '.' && word[strspn(word, allowed)] == '\0';
}

static Status read_word(const SpecPlace *place, const Json *value, char *out, size_t bytes)
{
    char word[SPEC_PATH_BYTES];
    TRY(spec_text_read(place, value, word, bytes));
    if (!spec_word_is_plain(word)) {
        return spec_place_refuse(
            place, "\"%s\" may hold only letters, digits and . _ + -, and not begin with a dot",
            word);
    }
    memcpy(out, word, strlen(word) + 1);
    return STATUS_OK;
}

static Status refuse_choice(const SpecPlace *place, KnobId knob, const char *found)
{
    char known[256] = "";
    char word[KNOB_CHOICE_BYTES];
    for (size_t i = 0; knob_choice_name(knob, (double)i, word); i++) {
        const size_t used = strlen(known);
        snprintf(known + used, sizeof known - used, "%s\"%s\"", i > 0 ? ", " : "", word);
    }
    return spec_place_refuse(place, "%s is not one of %s", found, known);
}

/* One of the knob's words; for off and on also false and true. */
static Status read_knob_choice(const SpecPlace *place, KnobId knob, const Json *value,
                               LaneSpec *lane)
{
    char found[SPEC_NAME_BYTES];
    snprintf(found, sizeof found, "\"%.50s\"", json_string(value));
    if (!json_is_string(value) && !json_is_bool(value)) {
        return refuse_choice(place, knob, type_name(value));
    }
    const bool is_true = json_is_bool(value) ? json_truth(value) : strcmp(found, "\"true\"") == 0;
    const bool is_switch = is_true || json_is_bool(value) || strcmp(found, "\"false\"") == 0;
    const char *word = is_switch ? (is_true ? "on" : "off") : json_string(value);
    if (!knob_choice_from_name(knob, word, &lane->knobs[knob])) {
        return refuse_choice(place, knob, json_is_bool(value) ? type_name(value) : found);
    }
    lane->knob_is_set[knob] = true;
    return STATUS_OK;
}

Status spec_lane_key_read(const SpecPlace *parent, const char *key, const Json *value,
                          LaneSpec *lane)
{
    KnobId knob = KNOB_COUNT;
    if (key[0] == '_') {
        return STATUS_OK;
    }
    const SpecPlace place = spec_place_member(parent, key);
    if (strcmp(key, "name") == 0) {
        return read_word(&place, value, lane->name, sizeof lane->name);
    }
    if (strcmp(key, "method") == 0) {
        return read_word(&place, value, lane->method, sizeof lane->method);
    }
    if (strcmp(key, "follow") == 0) {
        return read_word(&place, value, lane->follow, sizeof lane->follow);
    }
    if (knob_from_key(key, &knob) && knob_info(knob)->choices != NULL) {
        return read_knob_choice(&place, knob, value, lane);
    }
    if (spec_lane_key_form(key) == SPEC_FORM_NUMBER && !json_is_number(value)) {
        return spec_place_refuse(&place, "expected a number, found %s", type_name(value));
    }
    return spec_lane_number_read(parent, key, json_number(value), lane);
}

static Status read_lane(const SpecPlace *unnamed_place, const Json *value, LaneSpec *lane)
{
    SpecPlace place = *unnamed_place;
    if (!json_is_object(value)) {
        return spec_place_refuse(&place, "expected an object, found %s", type_name(value));
    }
    const Json *name = json_member(value, "name");
    if (name != NULL) {
        TRY(spec_lane_key_read(&place, "name", name, lane));
        spec_place_rename(&place, lane->name);
    }
    for (const Json *child = json_first(value); child != NULL; child = json_next(child)) {
        TRY(spec_lane_key_read(&place, json_key(child), child, lane));
    }
    if (lane->method[0] == '\0') {
        return spec_place_refuse(&place, "\"method\" is missing");
    }
    if (name == NULL) {
        memcpy(lane->name, lane->method, sizeof lane->method);
    }
    lane->line = spec_place_line(&place);
    return STATUS_OK;
}

Status spec_lanes_read(const SpecPlace *place, const Json *value, LaneSpec lanes[SPEC_LANES_MAX],
                       size_t *count)
{
    if (!json_is_array(value)) {
        return spec_place_refuse(place, "expected an array of lanes, found %s", type_name(value));
    }
    if (json_count(value) > SPEC_LANES_MAX) {
        return spec_place_refuse(place, "%zu lanes; at most %d fit", json_count(value),
                                 SPEC_LANES_MAX);
    }
    *count = 0;
    for (const Json *lane = json_first(value); lane != NULL; lane = json_next(lane)) {
        const SpecPlace element = spec_place_element(place, *count);
        lanes[*count] = (LaneSpec){0};
        TRY(read_lane(&element, lane, &lanes[*count]));
        (*count)++;
    }
    return STATUS_OK;
}

Status spec_key_read(const SpecPlace *parent, const char *key, const Json *value,
                     ExperimentSpec *spec)
{
    if (key[0] == '_') {
        return STATUS_OK;
    }
    const SpecPlace place = spec_place_member(parent, key);
    for (size_t i = 0; i < TEXT_KEY_COUNT; i++) {
        if (strcmp(text_keys[i].key, key) == 0) {
            return read_text_key(&place, &text_keys[i], value, spec);
        }
    }
    unsigned choice = 0;
#define CHOICE_BRANCH(field, choice_key, last_index, words)                                        \
    if (strcmp(key, choice_key) == 0) {                                                            \
        TRY(read_choice(&place, value, words, (last_index) + 1, &choice));                         \
        spec->field = choice;                                                                      \
        return STATUS_OK;                                                                          \
    }
    SPEC_CHOICE_TABLE(CHOICE_BRANCH)
#undef CHOICE_BRANCH
    if (strcmp(key, "model_config") == 0) {
        return read_config(&place, value, spec->model_config);
    }
    if (strcmp(key, "train_domains") == 0) {
        return read_names(&place, value, spec->train_domains, &spec->train_domain_count);
    }
    if (strcmp(key, "zero_shot_domains") == 0) {
        return read_names(&place, value, spec->zero_shot_domains, &spec->zero_shot_domain_count);
    }
    if (strcmp(key, "lanes") == 0) {
        return spec_lanes_read(&place, value, spec->lanes, &spec->lane_count);
    }
    if (spec_key_form(key) == SPEC_FORM_NUMBER && !json_is_number(value)) {
        return spec_place_refuse(&place, "expected a number, found %s", type_name(value));
    }
    return spec_number_read(parent, key, json_number(value), spec);
}
