/* model/config_key.c -- one check a key. */
#include "model/config_key.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const double SIZE_MOST = 1048576.0; /* 2^20 */

enum { LABEL_BYTES = 32 };

Status config_check_object(ConfigSource source)
{
    if (!json_is_object(source.config)) {
        return problem_describe(source.problem, STATUS_BAD_VALUE,
                                "%s: the configuration is not an object", source.name);
    }
    if (config_has(source, "quantization_config")) {
        return problem_describe(source.problem, STATUS_BAD_VALUE,
                                "%s: \"quantization_config\": quantised weights cannot be "
                                "trained here; take the F32, F16 or BF16 model",
                                source.name);
    }
    return STATUS_OK;
}

bool config_has(ConfigSource source, const char *key)
{
    const Json *const json = json_member(source.config, key);
    return json_is_number(json) || json_is_string(json) || json_is_bool(json) ||
           json_is_array(json) || json_is_object(json);
}

Status config_read_size(ConfigSource source, const char *key, size_t least, size_t *out)
{
    const Json *const json = json_member(source.config, key);
    if (json == NULL) {
        return problem_describe(source.problem, STATUS_BAD_VALUE, "%s: \"%s\" is missing",
                                source.name, key);
    }
    const double value = json_number(json);
    if (!json_is_number(json) || !(value >= (double)least && value <= SIZE_MOST) ||
        floor(value) < value) {
        return problem_describe(source.problem, STATUS_BAD_VALUE,
                                "%s: \"%s\" must be a whole number from %zu to %.0f", source.name,
                                key, least, SIZE_MOST);
    }
    *out = (size_t)value;
    return STATUS_OK;
}

Status config_read_epsilon(ConfigSource source, const char *key, double standard, double *out)
{
    const Json *const json = json_member(source.config, key);
    const double value = json == NULL ? standard : json_number(json);
    if (!(value > 0 && value <= 1)) {
        return problem_describe(source.problem, STATUS_BAD_VALUE,
                                "%s: \"%s\" must be a number above 0 and at most 1", source.name,
                                key);
    }
    *out = value;
    return STATUS_OK;
}

Status config_read_dropout(ConfigSource source, const char *key, double *out)
{
    const Json *const json = json_member(source.config, key);
    const double value = json == NULL ? 0 : json_number(json);
    if ((json != NULL && !json_is_number(json)) || !(value >= 0 && value < 1)) {
        return problem_describe(source.problem, STATUS_BAD_VALUE,
                                "%s: \"%s\" must be a number from 0 to below 1", source.name, key);
    }
    *out = value;
    return STATUS_OK;
}

Status config_check_word(ConfigSource source, const char *key, const char *word, bool may_be_absent)
{
    const Json *const json = json_member(source.config, key);
    if ((json == NULL && may_be_absent) ||
        (json_is_string(json) && strcmp(json_string(json), word) == 0)) {
        return STATUS_OK;
    }
    if (!json_is_string(json)) {
        return problem_describe(source.problem, STATUS_BAD_VALUE,
                                "%s: \"%s\" must be \"%s\"; nothing else is supported", source.name,
                                key, word);
    }
    return problem_describe(
        source.problem, STATUS_BAD_VALUE,
        "%s: \"%s\" is \"%.60s\", but must be \"%s\"; nothing else is supported", source.name, key,
        json_string(json), word);
}

Status config_check_switch(ConfigSource source, const char *key, bool standard, bool supported)
{
    const Json *const json = json_member(source.config, key);
    if (json != NULL && !json_is_bool(json)) {
        return problem_describe(source.problem, STATUS_BAD_VALUE,
                                "%s: \"%s\" must be true or false", source.name, key);
    }
    if ((json == NULL ? standard : json_truth(json)) != supported) {
        return problem_describe(source.problem, STATUS_BAD_VALUE,
                                "%s: \"%s\" must be %s; nothing else is supported", source.name,
                                key, supported ? "true" : "false");
    }
    return STATUS_OK;
}

Status config_read_label_count(ConfigSource source, size_t *out)
{
    const Json *const names = json_member(source.config, "id2label");
    if (config_has(source, "num_labels")) {
        return config_read_size(source, "num_labels", 1, out);
    }
    if (!config_has(source, "id2label")) {
        *out = 2;
        return STATUS_OK;
    }
    const size_t count = json_is_object(names) ? json_count(names) : 0;
    if (count < 1 || (double)count > SIZE_MOST) {
        return problem_describe(source.problem, STATUS_BAD_VALUE,
                                "%s: \"id2label\" must name at least one label", source.name);
    }
    *out = count;
    return STATUS_OK;
}

bool config_add_labels(Json *config, const char *const *names, size_t count)
{
    Json *const by_number = json_new_object();
    Json *const by_name = json_new_object();
    bool is_complete = true;
    for (size_t i = 0; i < count; i++) {
        char number[LABEL_BYTES];
        char standard[LABEL_BYTES];
        (void)snprintf(number, sizeof number, "%zu", i);
        (void)snprintf(standard, sizeof standard, "LABEL_%zu", i);
        const char *const name = names == NULL ? standard : names[i];
        is_complete = json_add_string(by_number, number, name) && is_complete;
        is_complete = json_add_number(by_name, name, (double)i) && is_complete;
    }
    is_complete = json_add(config, "id2label", by_number) && is_complete;
    return json_add(config, "label2id", by_name) && is_complete;
}
