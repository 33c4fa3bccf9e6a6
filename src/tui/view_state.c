#include "tui/view_state.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const double SMOOTHING_NOTCHES[] = {0.0, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.999};

void view_state_init(ViewState *view, const char *version, const char *run_directory)
{
    *view = (ViewState){.version = version,
                        .run_directory = run_directory,
                        .knob = KNOB_RHO,
                        .smoothing = 0.9,
                        .grid_rows = 2,
                        .grid_columns = 3,
                        .glyphs = GLYPH_BRAILLE,
                        .baseline = VIEW_ALL_LANES,
                        .colours = 256,
                        .is_utf8 = true,
                        .theme = "default",
                        .message_role = ROLE_TEXT};
    view_state_reset_charts(view, NULL);
}

ViewPage view_state_first_page(const LabState *state)
{
    return state->is_recorded && !lab_state_has_metric(state, METRIC_LOSS) ? VIEW_PAGE_FINALS
                                                                           : VIEW_PAGE_LAB;
}

void view_state_clear(ViewState *view)
{
    for (size_t chart = 0; view->derived != NULL && chart < VIEW_CHARTS_MAX; chart++) {
        derived_series_clear(&view->derived[chart]);
    }
    free(view->derived);
    view->derived = NULL;
}

Status view_state_derive(ViewState *view, size_t chart, const DerivedSpec *spec)
{
    if (view->derived == NULL) {
        view->derived = calloc(VIEW_CHARTS_MAX, sizeof *view->derived);
        if (view->derived == NULL) {
            return STATUS_OUT_OF_MEMORY;
        }
    }
    derived_series_set(&view->derived[chart], spec);
    view->chart_metrics[chart] = (uint16_t)(METRIC_ID_MAX + chart);
    view->y_scales[METRIC_ID_MAX + chart] = AXIS_SCALE_LINEAR;
    return STATUS_OK;
}

void view_state_reset_charts(ViewState *view, const ExperimentSpec *spec)
{
    for (size_t chart = 0; chart < VIEW_CHARTS_MAX; chart++) {
        view->chart_metrics[chart] = chart_first_metric(spec, chart);
    }
}

double view_state_smoothing_notch(double smoothing, int direction)
{
    const size_t count = sizeof SMOOTHING_NOTCHES / sizeof *SMOOTHING_NOTCHES;
    if (direction > 0) {
        for (size_t i = 0; i < count; i++) {
            if (SMOOTHING_NOTCHES[i] > smoothing) {
                return SMOOTHING_NOTCHES[i];
            }
        }
        return smoothing;
    }
    for (size_t i = count; i > 0; i--) {
        if (SMOOTHING_NOTCHES[i - 1] < smoothing) {
            return SMOOTHING_NOTCHES[i - 1];
        }
    }
    return smoothing;
}

ViewAxis view_state_axis(const ViewState *view)
{
    switch (view->axis) {
    case SERIES_AXIS_STEP:
        return view->is_in_epochs ? VIEW_AXIS_EPOCH : VIEW_AXIS_STEP;
    case SERIES_AXIS_PASSES:
        return VIEW_AXIS_PASSES;
    case SERIES_AXIS_SECONDS:
        return VIEW_AXIS_SECONDS;
    case SERIES_AXIS_COUNT:
        break;
    }
    return VIEW_AXIS_STEP;
}

SeriesAxis view_state_series_axis(ViewAxis axis)
{
    switch (axis) {
    case VIEW_AXIS_PASSES:
        return SERIES_AXIS_PASSES;
    case VIEW_AXIS_SECONDS:
        return SERIES_AXIS_SECONDS;
    case VIEW_AXIS_STEP:
    case VIEW_AXIS_EPOCH:
    case VIEW_AXIS_COUNT:
        break;
    }
    return SERIES_AXIS_STEP;
}

const char *view_state_axis_name(ViewAxis axis)
{
    static const char *const NAMES[VIEW_AXIS_COUNT] = {"step", "epoch", "passes", "seconds"};
    return NAMES[axis];
}

/* Of what is shown; NULL where nothing scrolls. */
static int *shown_scroll(ViewState *view)
{
    if (view->is_help_open) {
        return &view->help_scroll;
    }
    switch (view->page) {
    case VIEW_PAGE_EVENTS:
        return &view->event_scroll;
    case VIEW_PAGE_METHODS:
        return &view->method_scroll;
    case VIEW_PAGE_STRIP:
        return &view->strip_scroll;
    case VIEW_PAGE_WALL:
        return &view->wall_scroll;
    case VIEW_PAGE_CONFIG:
        return &view->config_scroll;
    case VIEW_PAGE_LAB:
    case VIEW_PAGE_CHART:
    case VIEW_PAGE_TABLE:
    case VIEW_PAGE_GRID:
    case VIEW_PAGE_FINALS:
    case VIEW_PAGE_COUNT:
        return NULL;
    }
    return NULL;
}

void view_state_clip_scroll(ViewState *view, int most)
{
    int *scroll = shown_scroll(view);
    if (scroll != NULL && *scroll > most) {
        *scroll = most;
    }
}

const char *view_state_scale_name(AxisScale scale)
{
    switch (scale) {
    case AXIS_SCALE_LINEAR:
        return "linear";
    case AXIS_SCALE_LOG:
        return "logarithmic";
    case AXIS_SCALE_SYMLOG:
        return "symlog (about linear near zero, logarithmic far from it, for both signs)";
    case AXIS_SCALE_COUNT:
        break;
    }
    return "";
}

const char *view_state_glyphs_name(GlyphLevel glyphs)
{
    switch (glyphs) {
    case GLYPH_BRAILLE:
        return "braille";
    case GLYPH_BLOCK:
        return "block";
    case GLYPH_ASCII:
        return "ascii";
    case GLYPH_LEVEL_COUNT:
        break;
    }
    return "";
}

bool view_state_is_ascii(const ViewState *view)
{
    return !view->is_utf8 || view->glyphs == GLYPH_ASCII;
}

void view_state_say(ViewState *view, Role role, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(view->message, sizeof view->message, format, arguments);
    va_end(arguments);
    view->message_role = role;
}
