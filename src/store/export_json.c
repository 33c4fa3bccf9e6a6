#include "store/export_json.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"

/* JSON has no word for what is not finite. */
static Json *number_json(double value)
{
    if (isfinite(value)) {
        return json_new_number(value);
    }
    return json_new_string(isnan(value) ? "NaN" : value > 0.0 ? "Infinity" : "-Infinity");
}

static bool add_ticks(Json *object, const ChartAxis *axis)
{
    Json *ticks = json_new_array();
    bool is_whole = ticks != NULL;
    for (size_t i = 0; is_whole && i < axis->tick_count; i++) {
        Json *tick = json_new_object();
        is_whole = tick != NULL && json_add_number(tick, "value", axis->ticks[i].value) &&
                   json_add_string(tick, "label", axis->ticks[i].label);
        is_whole = json_append(ticks, tick) && is_whole;
    }
    return json_add(object, "ticks", ticks) && is_whole;
}

static bool add_axis(Json *document, const char *key, const char *name, const ChartAxis *axis)
{
    Json *object = json_new_object();
    const bool is_whole =
        object != NULL && (name == NULL || json_add_string(object, "name", name)) &&
        json_add_string(object, "scale", chart_scale_name(axis->scale)) &&
        (axis->scale != CHART_SCALE_SYMLOG || json_add_number(object, "unit", axis->unit)) &&
        json_add(object, "low", number_json(axis->low)) &&
        json_add(object, "high", number_json(axis->high)) && add_ticks(object, axis);
    return json_add(document, key, object) && is_whole;
}

static bool add_rules(Json *document, const ChartFigure *picture)
{
    Json *rules = json_new_array();
    bool is_whole = rules != NULL;
    for (size_t i = 0; is_whole && i < picture->rule_count; i++) {
        const ChartRule *rule = &picture->rules[i];
        Json *object = json_new_object();
        is_whole = object != NULL && json_add_number(object, "number", rule->number);
        for (int x = 0; is_whole && x < CHART_X_COUNT; x++) {
            is_whole = json_add(object, chart_x_name((ChartX)x), number_json(rule->x[x]));
        }
        is_whole = is_whole && json_add_string(object, "text", rule->text);
        is_whole = json_append(rules, object) && is_whole;
    }
    return json_add(document, "rules", rules) && is_whole;
}

static bool add_notes(Json *document, const ChartFigure *picture)
{
    Json *notes = json_new_array();
    bool is_whole = notes != NULL;
    for (size_t i = 0; is_whole && i < picture->note_count; i++) {
        is_whole = json_append(notes, json_new_string(picture->notes[i]));
    }
    return json_add(document, "notes", notes) && is_whole;
}

enum { COLUMN_COUNT = (int)CHART_X_COUNT + (int)CHART_VALUE_COUNT };

/* One column of a series: its place on an x axis, or (from CHART_X_COUNT on) what it tells. */
static double value_of(const ChartPoint *point, int column)
{
    return column < CHART_X_COUNT ? point->x[column]
                                  : chart_point_value(point, (ChartValue)(column - CHART_X_COUNT));
}

static bool is_there(const ChartFigure *picture, int column)
{
    return column < CHART_X_COUNT ||
           chart_figure_has(picture, (ChartValue)(column - CHART_X_COUNT));
}

/* The raw value, which has no suffix, is called so. */
static const char *column_key(int column)
{
    if (column < CHART_X_COUNT) {
        return chart_x_name((ChartX)column);
    }
    const char *suffix = chart_value_suffix((ChartValue)(column - CHART_X_COUNT));
    return suffix[0] != '\0' ? suffix + 1 : "raw";
}

static bool add_column(Json *lane, const ChartSeries *series, int column)
{
    Json *values = json_new_array();
    bool is_whole = values != NULL;
    for (size_t i = 0; is_whole && i < series->count; i++) {
        is_whole = json_append(values, number_json(value_of(&series->points[i], column)));
    }
    return json_add(lane, column_key(column), values) && is_whole;
}

static bool add_lanes(Json *document, const ChartFigure *picture)
{
    Json *lanes = json_new_array();
    bool is_whole = lanes != NULL;
    for (size_t i = 0; is_whole && i < picture->series_count; i++) {
        const ChartSeries *series = &picture->series[i];
        const char mark[] = {series->mark, '\0'};
        char colour[8];
        (void)snprintf(colour, sizeof colour, "#%02x%02x%02x", series->colour.red,
                       series->colour.green, series->colour.blue);
        Json *lane = json_new_object();
        is_whole = lane != NULL && json_add_string(lane, "name", series->lane) &&
                   json_add_string(lane, "mark", mark) && json_add_string(lane, "colour", colour);
        for (int column = 0; is_whole && column < COLUMN_COUNT; column++) {
            is_whole = !is_there(picture, column) || add_column(lane, series, column);
        }
        is_whole = json_append(lanes, lane) && is_whole;
    }
    return json_add(document, "lanes", lanes) && is_whole;
}

Status export_json(const ChartFigure *picture, char **text, size_t *size)
{
    Json *document = json_new_object();
    const bool is_whole = document != NULL && json_add_string(document, "title", picture->title) &&
                          json_add_string(document, "metric", picture->metric) &&
                          json_add_string(document, "unit", picture->unit) &&
                          json_add_number(document, "smoothing", picture->smoothing) &&
                          (picture->seed_count == 0 ||
                           json_add_number(document, "seeds", (double)picture->seed_count)) &&
                          add_axis(document, "x", chart_x_name(picture->x_of_axis), &picture->x) &&
                          add_axis(document, "y", NULL, &picture->y) &&
                          add_rules(document, picture) && add_notes(document, picture) &&
                          add_lanes(document, picture);
    char *printed = is_whole ? json_print(document, false) : NULL;
    json_destroy(document);
    if (printed == NULL) {
        return STATUS_OUT_OF_MEMORY;
    }
    *text = printed;
    *size = strlen(printed);
    return STATUS_OK;
}
