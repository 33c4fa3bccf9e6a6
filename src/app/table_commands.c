#include "app/table_commands.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "app/complaint.h"
#include "base/json.h"
#include "optim/method_table.h"
#include "records/metric_sample.h"

static const KnobId SHARED_KNOBS[] = {KNOB_LEARNING_RATE, KNOB_WEIGHT_DECAY};
enum { SHARED_KNOB_COUNT = sizeof SHARED_KNOBS / sizeof *SHARED_KNOBS };

/* Knob `index` of a method, the shared ones last; false beyond. */
static bool knob_of(const MethodInfo *method, size_t index, MethodKnob *out)
{
    if (index < method->knob_count) {
        *out = method->knobs[index];
    } else if (index < method->knob_count + SHARED_KNOB_COUNT) {
        *out = (MethodKnob){.id = SHARED_KNOBS[index - method->knob_count],
                            .default_value = (double)NAN};
    } else {
        return false;
    }
    if (out->meaning == NULL) {
        out->meaning = knob_info(out->id)->meaning;
    }
    return true;
}

static Json *knob_json(const MethodKnob *knob)
{
    const KnobInfo *info = knob_info(knob->id);
    Json *object = json_new_object();
    if (object == NULL) {
        return NULL;
    }
    json_add_string(object, "key", info->key);
    json_add_string(object, "unit", info->unit);
    json_add_number(object, "minimum", info->minimum);
    json_add_number(object, "maximum", info->maximum);
    json_add_number(object, "default", knob->default_value); /* null: the experiment's */
    json_add_string(object, "meaning", knob->meaning);
    return object;
}

static Json *method_json(const MethodInfo *method)
{
    MethodKnob knob;
    Json *object = json_new_object();
    Json *knobs = json_new_array();
    if (object == NULL || knobs == NULL) {
        json_destroy(object);
        json_destroy(knobs);
        return NULL;
    }
    json_add_string(object, "id", method->id);
    json_add_string(object, "name", method->name);
    json_add_string(object, "paper", method->paper);
    json_add_string(object, "equation", method->equation);
    json_add_string(object, "summary", method->summary);
    json_add_number(object, "forward_passes", method->forward_passes);
    json_add_number(object, "backward_passes", method->backward_passes);
    json_add_number(object, "state_vectors", method->state_vectors);
    for (size_t i = 0; knob_of(method, i, &knob); i++) {
        json_append(knobs, knob_json(&knob));
    }
    json_add(object, "knobs", knobs);
    return object;
}

/* Takes `document`. */
static int print_document(Json *document)
{
    char *text = document == NULL ? NULL : json_print(document, true);
    json_destroy(document);
    if (text == NULL) {
        const Problem problem = {.status = STATUS_OUT_OF_MEMORY,
                                 .text = "not enough memory for the table"};
        return complain(&problem);
    }
    puts(text);
    free(text);
    return 0;
}

static void print_method(const MethodInfo *method)
{
    MethodKnob knob;
    printf("%s -- %s (%s)\n  %s\n  %s\n  %g forward + %g backward passes a step\n", method->id,
           method->name, method->paper, method->equation, method->summary, method->forward_passes,
           method->backward_passes);
    for (size_t i = 0; knob_of(method, i, &knob); i++) {
        const KnobInfo *info = knob_info(knob.id);
        printf("  %-14s ", info->key);
        if (isnan(knob.default_value)) {
            printf("(the experiment's)");
        } else {
            printf("%g", knob.default_value);
        }
        printf("  %g..%g  %s\n", info->minimum, info->maximum, knob.meaning);
    }
    putchar('\n');
}

/* A bar ends a cell of a Markdown table, even within code. */
static void print_cell(const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '|') {
            putchar('\\');
        }
        putchar(*text);
    }
}

static void print_markdown(MethodList list)
{
    puts("| method | name | step | forward + backward passes | knobs (default) "
         "|\n|---|---|---|---|---|");
    for (size_t i = 0; i < list.count; i++) {
        const MethodInfo *method = &list.methods[i];
        printf("| `%s` | %s, %s | `", method->id, method->name, method->paper);
        print_cell(method->equation);
        printf("` | %g + %g |", method->forward_passes, method->backward_passes);
        for (size_t k = 0; k < method->knob_count; k++) {
            printf(" `%s` (%g)", knob_info(method->knobs[k].id)->key,
                   method->knobs[k].default_value);
        }
        puts(" |");
    }
}

int methods_main(const CommandLine *line)
{
    const MethodList list = method_table();
    if (line->is_json) {
        Json *array = json_new_array();
        for (size_t i = 0; array != NULL && i < list.count; i++) {
            json_append(array, method_json(&list.methods[i]));
        }
        return print_document(array);
    }
    if (line->is_markdown) {
        print_markdown(list);
        return 0;
    }
    for (size_t i = 0; i < list.count; i++) {
        print_method(&list.methods[i]);
    }
    return 0;
}

static Json *metric_json(const char *name, const char *unit, const char *meaning)
{
    Json *object = json_new_object();
    if (object != NULL) {
        json_add_string(object, "name", name);
        json_add_string(object, "unit", unit);
        json_add_string(object, "meaning", meaning);
    }
    return object;
}

/* Metrics whose names carry a domain. */
static const MetricInfo DOMAIN_METRICS[] = {
    {"perplexity/<domain>", "perplexity", "of one zero-shot domain, on part of its dev split"},
    {"final_perplexity/<domain>", "perplexity",
     "of one zero-shot domain, on all of its final_split, after the race"},
};
enum { DOMAIN_METRIC_COUNT = sizeof DOMAIN_METRICS / sizeof *DOMAIN_METRICS };

int metrics_main(const CommandLine *line)
{
    Json *array = line->is_json ? json_new_array() : NULL;
    for (size_t i = 0; i < METRIC_FIXED_COUNT + DOMAIN_METRIC_COUNT; i++) {
        const MetricInfo *info = i < METRIC_FIXED_COUNT ? metric_info((MetricId)i)
                                                        : &DOMAIN_METRICS[i - METRIC_FIXED_COUNT];
        if (array != NULL) {
            json_append(array, metric_json(info->name, info->unit, info->meaning));
        } else if (!line->is_json) {
            printf("%-28s %-12s %s\n", info->name, info->unit, info->meaning);
        }
    }
    return line->is_json ? print_document(array) : 0;
}
