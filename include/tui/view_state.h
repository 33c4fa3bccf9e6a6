/* tui/view_state.h -- what the user has chosen to see: focus, pages, axes, message. */
#ifndef TUI_VIEW_STATE_H
#define TUI_VIEW_STATE_H

#include <stdbool.h>
#include <stddef.h>

#include "records/experiment_spec.h"
#include "records/knob.h"
#include "tui/cell_grid.h"
#include "tui/chart.h"
#include "tui/line_plot.h"
#include "tui/theme.h"

enum { VIEW_MESSAGE_BYTES = 512 };

/* In place of a lane's index: all lanes of the race. */
static const size_t VIEW_ALL_LANES = SPEC_LANES_MAX;

typedef enum ViewPage {
    VIEW_PAGE_LAB,
    VIEW_PAGE_CHART,
    VIEW_PAGE_TABLE,
    VIEW_PAGE_EVENTS,
    VIEW_PAGE_METHODS,
    VIEW_PAGE_COUNT
} ViewPage;

typedef struct ViewState {
    const char *version;       /* borrowed */
    const char *run_directory; /* borrowed */
    ViewPage page;
    bool is_help_open;
    int help_scroll; /* lines scrolled past; clipped when drawn */
    int event_scroll;
    bool is_quit_open;
    bool is_removal_open; /* "remove SAM? y/n" about the focused lane */
    bool is_leaving;      /* stop was asked for: waiting for the race to say so */
    size_t chart;         /* focused */
    size_t lane;          /* focused: one in the race, or VIEW_ALL_LANES */
    KnobId knob;          /* focused */
    size_t method;        /* selected on the page of methods */
    int method_scroll;    /* lines of its description scrolled past; clipped when drawn */
    SeriesAxis axis;
    uint16_t chart_metrics[CHART_COUNT]; /* what each chart shows */
    bool is_log[METRIC_ID_MAX];
    double smoothing;
    GlyphLevel glyphs;
    bool is_utf8; /* the terminal can show more than ASCII */
    char theme[THEME_NAME_BYTES];
    char message[VIEW_MESSAGE_BYTES]; /* one line, until the next key */
    Role message_role;
} ViewState;

/* First layout: all lanes' charts, lane `lane` focused, knob rho. */
void view_state_init(ViewState *view, const char *version, const char *run_directory);

/* Every chart shows what the chart table says. */
void view_state_reset_charts(ViewState *view);

/* One notch less or more on the ladder 0, .5, .8, .9, .95, .98, .99, .999. */
double view_state_smoothing_notch(double smoothing, int direction);

const char *view_state_axis_name(SeriesAxis axis);
const char *view_state_glyphs_name(GlyphLevel glyphs);

/* Box characters must be ASCII (they are not shown by the terminal, or plain glyphs were chosen). */
bool view_state_is_ascii(const ViewState *view);

void view_state_say(ViewState *view, Role role, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
