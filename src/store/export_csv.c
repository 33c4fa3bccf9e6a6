#include "store/export_csv.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void put_field(FILE *out, const char *text, const char *suffix)
{
    if (strpbrk(text, ",\"\r\n") == NULL) {
        (void)fprintf(out, "%s%s", text, suffix);
        return;
    }
    (void)fputc('"', out);
    for (const char *c = text; *c != '\0'; c++) {
        (void)fputs(*c == '"' ? "\"\"" : (const char[]){*c, '\0'}, out);
    }
    (void)fprintf(out, "%s\"", suffix);
}

/* The fewest digits that read back as the same double. */
static void put_number(FILE *out, double value)
{
    char text[40] = "";
    if (isnan(value)) {
        (void)fputs(",NaN", out);
        return;
    }
    if (isinf(value)) {
        (void)fputs(value > 0.0 ? ",Infinity" : ",-Infinity", out);
        return;
    }
    for (int digits = 15; digits <= 17; digits++) {
        (void)snprintf(text, sizeof text, "%.*g", digits, value);
        if (strtod(text, NULL) == value) {
            break;
        }
    }
    (void)fprintf(out, ",%s", text);
}

static void put_heading(FILE *out, const ChartFigure *picture)
{
    (void)fputs("lane", out);
    for (int x = 0; x < CHART_X_COUNT; x++) {
        (void)fprintf(out, ",%s", chart_x_name((ChartX)x));
    }
    for (int i = 0; i < CHART_VALUE_COUNT; i++) {
        if (chart_figure_has(picture, (ChartValue)i)) {
            (void)fputc(',', out);
            put_field(out, picture->metric, chart_value_suffix((ChartValue)i));
        }
    }
    (void)fputc('\n', out);
}

static void put_series(FILE *out, const ChartFigure *picture, const ChartSeries *series)
{
    for (size_t i = 0; i < series->count; i++) {
        const ChartPoint *point = &series->points[i];
        put_field(out, series->lane, "");
        for (int x = 0; x < CHART_X_COUNT; x++) {
            put_number(out, point->x[x]);
        }
        for (int value = 0; value < CHART_VALUE_COUNT; value++) {
            if (chart_figure_has(picture, (ChartValue)value)) {
                put_number(out, chart_point_value(point, (ChartValue)value));
            }
        }
        (void)fputc('\n', out);
    }
}

Status export_csv(const ChartFigure *picture, char **text, size_t *size)
{
    char *block = NULL;
    size_t bytes = 0;
    FILE *out = open_memstream(&block, &bytes);
    if (out == NULL) {
        return STATUS_OUT_OF_MEMORY;
    }
    put_heading(out, picture);
    for (size_t i = 0; i < picture->series_count; i++) {
        put_series(out, picture, &picture->series[i]);
    }
    const bool is_whole = ferror(out) == 0;
    if (fclose(out) != 0 || !is_whole) {
        free(block);
        return STATUS_OUT_OF_MEMORY;
    }
    *text = block;
    *size = bytes;
    return STATUS_OK;
}
