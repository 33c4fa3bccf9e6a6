#include "app/table_commands.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "app/complaint.h"
#include "base/json.h"
#include "optim/method_table.h"
#include "records/metric_sample.h"

/* Knob `index` of a method, the shared ones last; false beyond. */
static bool knob_of(const MethodInfo *method, size_t index, MethodKnob *out)
{
    if (index < method->knob_count) {
        *out = method->knobs[index];
    } else if (index < method->knob_count + METHOD_SHARED_KNOB_COUNT) {
        *out = (MethodKnob){.id = METHOD_SHARED_KNOBS[index - method->knob_count],
                            .default_value = (double)NAN};
    } else {
        return false;
    }
    if (out->meaning == NULL) {
        out->meaning = knob_info(out->id)->meaning;
    }
    return true;
}

/* The words of a choice that the method takes; NULL when out of memory. */
static Json *choices_json(const MethodKnob *knob, double maximum)
{
    char word[KNOB_CHOICE_BYTES];
    Json *words = json_new_array();
    for (size_t i = 0;
         words != NULL && (double)i <= maximum && knob_choice_name(knob->id, (double)i, word);
         i++) {
        json_append(words, json_new_string(word));
    }
    return words;
}

static Json *knob_json(const MethodInfo *method, const MethodKnob *knob)
{
    const double maximum = method_knob_maximum(method, knob->id);
    char word[KNOB_CHOICE_BYTES];
    const KnobInfo *info = knob_info(knob->id);
    Json *object = json_new_object();
    if (object == NULL) {
        return NULL;
    }
    json_add_string(object, "key", info->key);
    json_add_string(object, "unit", info->unit);
    if (knob_choice_name(knob->id, knob->default_value, word)) {
        json_add(object, "choices", choices_json(knob, maximum));
        json_add_string(object, "default", word);
    } else {
        json_add_number(object, "minimum", info->minimum);
        json_add_number(object, "maximum", maximum);
        json_add_bool(object, "is_whole", info->is_whole);
        json_add_number(object, "default", knob->default_value); /* null: the experiment's */
    }
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
    json_add_bool(object, "has_d", method->has_d);
    json_add_bool(object, "is_control", method->is_control); /* needs the key "follow" */
    for (size_t i = 0; knob_of(method, i, &knob); i++) {
        json_append(knobs, knob_json(method, &knob));
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

/* "0.05", or the word of a choice, or that it is the experiment's. */
static void default_text(const MethodKnob *knob, char *out, size_t out_bytes)
{
    char word[KNOB_CHOICE_BYTES];
    if (isnan(knob->default_value)) {
        snprintf(out, out_bytes, "(the experiment's)");
    } else if (knob_choice_name(knob->id, knob->default_value, word)) {
        snprintf(out, out_bytes, "%s", word);
    } else {
        snprintf(out, out_bytes, "%g", knob->default_value);
    }
}

static void print_knob(const MethodInfo *method, const MethodKnob *knob)
{
    const KnobInfo *info = knob_info(knob->id);
    const double maximum = method_knob_maximum(method, knob->id);
    char text[32];
    char word[KNOB_CHOICE_BYTES];
    default_text(knob, text, sizeof text);
    printf("  %-15s %-10s  ", info->key, text);
    if (info->choices == NULL) {
        printf("%g..%g", info->minimum, maximum);
    }
    for (size_t i = 0; (double)i <= maximum && knob_choice_name(knob->id, (double)i, word); i++) {
        printf("%s%s", i > 0 ? "|" : "", word);
    }
    printf("  %s\n", knob->meaning);
}

static void print_method(const MethodInfo *method)
{
    MethodKnob knob;
    printf("%s -- %s (%s)\n  %s\n  %s\n  %g forward + %g backward passes a step\n", method->id,
           method->name, method->paper, method->equation, method->summary, method->forward_passes,
           method->backward_passes);
    if (method->is_control) {
        puts("  needs the lane key \"follow\": the lane whose d it takes");
    }
    for (size_t i = 0; knob_of(method, i, &knob); i++) {
        print_knob(method, &knob);
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
    puts("| method | name | step | forward + backward passes |\n|---|---|---|---|");
    for (size_t i = 0; i < list.count; i++) {
        const MethodInfo *method = &list.methods[i];
        printf("| `%s` | %s, %s | `", method->id, method->name, method->paper);
        print_cell(method->equation);
        printf("` | %g + %g |\n", method->forward_passes, method->backward_passes);
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
    {"accuracy/<domain>", "%", "the same of classes, on part of its dev split"},
    {"final_accuracy/<domain>", "%", "on all of its final_split, after the race"},
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
