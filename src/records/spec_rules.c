#include "records/spec_rules.h"

#include <string.h>

/* As many as one batch may have. */
enum { STEP_EXAMPLES_MAX = 65536 };

/* A rule on two keys points at the first; at the second if the first is only a default. */
static SpecPlace place_of(const SpecSource *source, const char *key, const char *other_key)
{
    const SpecPlace root = spec_place_root(source);
    SpecPlace place = spec_place_member(&root, key);
    const SpecPlace other = spec_place_member(&root, other_key);
    if (spec_place_line(&place) == 0) {
        memcpy(place.path, other.path, sizeof place.path);
    }
    return place;
}

static Status check_model(const ExperimentSpec *spec, const SpecSource *source)
{
    const bool has_model = spec->model[0] != '\0';
    const bool has_config = spec->model_config[0] != '\0';
    if (!has_model && !has_config) {
        const SpecPlace place = place_of(source, "model", "model_config");
        return spec_place_refuse(
            &place, "missing: give the folder of a checkpoint, or \"model_config\" to start anew");
    }
    const bool reads_text = spec->task != SPEC_TASK_IMAGE_CLASSIFICATION;
    if (!has_model && reads_text && spec->tokenizer[0] == '\0') {
        const SpecPlace place = place_of(source, "tokenizer", "model_config");
        return spec_place_refuse(&place,
                                 "missing: \"model_config\" brings no tokenizer of its own");
    }
    return STATUS_OK;
}

/* Index of the name in names[0..count); count if it is not there. */
static size_t index_of(const char names[][SPEC_NAME_BYTES], size_t count, const char *name)
{
    size_t i = 0;
    while (i < count && strcmp(names[i], name) != 0) {
        i++;
    }
    return i;
}

/* No name twice, and "*" only alone. */
static Status check_names(const SpecSource *source, const char *key,
                          const char names[][SPEC_NAME_BYTES], size_t count)
{
    const SpecPlace root = spec_place_root(source);
    const SpecPlace list = spec_place_member(&root, key);
    for (size_t i = 0; i < count; i++) {
        const SpecPlace place = spec_place_element(&list, i);
        if (strcmp(names[i], "*") == 0 && count > 1) {
            return spec_place_refuse(&place, "\"*\" means all domains and stands alone");
        }
        if (index_of(names, i, names[i]) < i) {
            return spec_place_refuse(&place, "\"%s\" is named twice", names[i]);
        }
    }
    return STATUS_OK;
}

static Status check_domains(const ExperimentSpec *spec, const SpecSource *source)
{
    if (spec->data[0] == '\0') {
        const SpecPlace place = place_of(source, "data", "data");
        return spec_place_refuse(&place, "missing: give the folder of the domains");
    }
    if (spec->train_domain_count == 0) {
        const SpecPlace place = place_of(source, "train_domains", "train_domains");
        return spec_place_refuse(&place, "missing: name the domains to train on, or \"*\" for all");
    }
    TRY(check_names(source, "train_domains", spec->train_domains, spec->train_domain_count));
    TRY(check_names(source, "zero_shot_domains", spec->zero_shot_domains,
                    spec->zero_shot_domain_count));

    const SpecPlace list = place_of(source, "zero_shot_domains", "zero_shot_domains");
    const bool trains_on_all = strcmp(spec->train_domains[0], "*") == 0;
    for (size_t i = 0; i < spec->zero_shot_domain_count; i++) {
        const char *name = spec->zero_shot_domains[i];
        const SpecPlace place = spec_place_element(&list, i);
        if (strcmp(name, "*") == 0) {
            return spec_place_refuse(&place, "\"*\" is not possible here; name the domains");
        }
        if (trains_on_all || index_of(spec->train_domains, spec->train_domain_count, name) <
                                 spec->train_domain_count) {
            return spec_place_refuse(&place, "\"%s\" is trained on, so it is not zero-shot", name);
        }
    }
    return STATUS_OK;
}

static Status check_counts(const ExperimentSpec *spec, const SpecSource *source)
{
    if (spec->warmup_steps > spec->max_steps) {
        const SpecPlace place = place_of(source, "warmup_steps", "max_steps");
        return spec_place_refuse(&place, "%.0f is more than max_steps, which is %.0f",
                                 spec->warmup_steps, spec->max_steps);
    }
    const double examples = experiment_spec_step_examples(spec);
    if (examples > STEP_EXAMPLES_MAX) {
        const SpecPlace place =
            place_of(source, "gradient_accumulation_steps", "per_device_train_batch_size");
        return spec_place_refuse(&place,
                                 "%.0f times per_device_train_batch_size %.0f are %.0f windows a "
                                 "step; at most %d fit",
                                 spec->accumulation_steps, spec->batch_size, examples,
                                 STEP_EXAMPLES_MAX);
    }
    if (spec->max_train_samples > 0 && spec->max_train_samples < examples) {
        const SpecPlace place =
            place_of(source, "max_train_samples", "per_device_train_batch_size");
        return spec_place_refuse(&place,
                                 "%.0f windows do not fill a step of %.0f: "
                                 "per_device_train_batch_size %.0f times "
                                 "gradient_accumulation_steps %.0f (0 = all of the text)",
                                 spec->max_train_samples, examples, spec->batch_size,
                                 spec->accumulation_steps);
    }
    return STATUS_OK;
}

Status spec_rules_check_lanes(const LaneSpec *lanes, size_t count, const SpecSource *source)
{
    const SpecPlace root = spec_place_root(source);
    const SpecPlace list = spec_place_member(&root, "lanes");
    if (count == 0) {
        return spec_place_refuse(&list, "missing: a race has at least one lane");
    }
    for (size_t i = 1; i < count; i++) {
        for (size_t earlier = 0; earlier < i; earlier++) {
            if (strcmp(lanes[earlier].name, lanes[i].name) == 0) {
                const SpecPlace place = spec_place_element(&list, i);
                return spec_place_refuse(&place, "another lane is named \"%s\" already",
                                         lanes[i].name);
            }
        }
    }
    return STATUS_OK;
}

Status spec_rules_check(const ExperimentSpec *spec, const SpecSource *source)
{
    TRY(check_model(spec, source));
    TRY(check_domains(spec, source));
    TRY(check_counts(spec, source));
    return spec_rules_check_lanes(spec->lanes, spec->lane_count, source);
}
