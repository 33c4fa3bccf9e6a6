/* tui/view_state.h -- what the user has chosen to see: focus, pages, axes, message. */
#ifndef TUI_VIEW_STATE_H
#define TUI_VIEW_STATE_H

#include <stdbool.h>
#include <stddef.h>

#include "records/experiment_spec.h"
#include "records/knob.h"
#include "tui/cell_grid.h"
#include "tui/chart.h"
#include "tui/derived_series.h"
#include "tui/key_map.h"
#include "tui/lane_filter.h"
#include "tui/line_plot.h"
#include "tui/link_meter.h"
#include "tui/theme.h"

enum {
    VIEW_MESSAGE_BYTES = 512,
    VIEW_CHARTS_MAX =
        12, /* the first CHART_COUNT are on the main screen, all on the page of a grid */
    VIEW_GRID_ROWS_MAX = 4,
    VIEW_GRID_COLUMNS_MAX = 4,
    /* what a chart can show: a metric, or METRIC_ID_MAX + chart: what is computed for it */
    VIEW_CONTENTS_MAX = METRIC_ID_MAX + VIEW_CHARTS_MAX
};

/* In place of a lane's index: all lanes of the race. */
static const size_t VIEW_ALL_LANES = SPEC_LANES_MAX;

typedef enum ViewPage {
    VIEW_PAGE_LAB,
    VIEW_PAGE_CHART,
    VIEW_PAGE_TABLE,
    VIEW_PAGE_EVENTS,
    VIEW_PAGE_METHODS,
    VIEW_PAGE_GRID, /* of charts */
    VIEW_PAGE_FINALS,
    VIEW_PAGE_STRIP,
    VIEW_PAGE_WALL,   /* of pictures */
    VIEW_PAGE_CONFIG, /* in which knobs the lanes differ */
    VIEW_PAGE_COUNT
} ViewPage;

/* What the lanes of the table are sorted by: LANE_SORT_BEST is the lowest evaluation loss. */
typedef enum LaneSort { LANE_SORT_NONE, LANE_SORT_NAME, LANE_SORT_BEST, LANE_SORT_METRIC } LaneSort;

/* A line across all charts to read values at, always on a logged point. */
typedef struct ViewCursor {
    bool is_on;
    double x;          /* on ViewState.axis */
    size_t lane;       /* the one that Enter takes into focus */
    bool is_following; /* stays on the newest point */
} ViewCursor;

typedef struct ViewState {
    const char *version;       /* borrowed */
    const char *run_directory; /* borrowed */
    const KeyMap *keys;        /* borrowed; NULL: the table's */
    ViewPage page;
    bool is_help_open;
    int help_scroll; /* lines scrolled past; clipped when drawn */
    int event_scroll;
    int wall_scroll;  /* the same of the pictures */
    int strip_scroll; /* domains scrolled past; clipped when drawn */
    bool is_quit_open;
    bool is_removal_open; /* "remove SAM? y/n" about the focused lane */
    bool is_leaving;      /* stop was asked for: waiting for the race to say so */
    size_t chart;         /* focused */
    size_t lane;          /* focused: one in the race, or VIEW_ALL_LANES */
    KnobId knob;          /* focused */
    size_t method;        /* selected on the page of methods */
    int method_scroll;    /* lines of its description scrolled past; clipped when drawn */
    SeriesAxis axis;
    bool is_in_epochs;                       /* steps are told as epochs */
    uint16_t chart_metrics[VIEW_CHARTS_MAX]; /* what each chart shows: below VIEW_CONTENTS_MAX */
    AxisScale y_scales[VIEW_CONTENTS_MAX];
    bool is_x_log;
    PlotRange range;
    PlotWindow window;        /* of all charts, on `axis`; high <= low: all of it */
    bool is_window_following; /* its width counts: it goes where the newest points are */
    ViewCursor cursor;
    LaneSort sort;
    uint16_t sort_metric; /* of LANE_SORT_METRIC: its last value */
    bool is_pinned[SPEC_LANES_MAX];
    LaneFilter filter;              /* of table and charts */
    bool is_hidden[SPEC_LANES_MAX]; /* in the charts; the table still has it */
    bool has_deltas;                /* the table's values minus the baseline's */
    int config_scroll;              /* lines scrolled past; clipped when drawn */
    /* lane of the differences; one that is not in the race: the first of AdamW, else the first one */
    size_t baseline;
    int grid_rows;
    int grid_columns;
    bool is_grid_behind;    /* a single chart was opened from the grid */
    DerivedSeries *derived; /* [VIEW_CHARTS_MAX], owned; NULL until something is computed */
    double smoothing;
    GlyphLevel glyphs;
    int colours;    /* of the terminal: pictures need some */
    bool is_utf8;   /* the terminal can show more than ASCII */
    bool has_mouse; /* clicks and the wheel come here, not to the terminal */
    /* what the screen costs on the way to the terminal; "" = not told */
    char link[LINK_METER_TEXT_BYTES];
    bool is_link_slow; /* it gets fewer frames: that is worth its room */
    char theme[THEME_NAME_BYTES];
    char message[VIEW_MESSAGE_BYTES]; /* one line, until the next key */
    Role message_role;
} ViewState;

/* First layout: all lanes' charts, lane `lane` focused, knob rho. */
void view_state_init(ViewState *view, const char *version, const char *run_directory);

/* Where the screen opens: the charts, or of a record without curves (a table of final numbers) the page of finals. */
ViewPage view_state_first_page(const LabState *state);

/* Gives up what it owns. */
void view_state_clear(ViewState *view);

/* Chart `chart` shows what is computed from now on. STATUS_OUT_OF_MEMORY: it goes on as it was. */
Status view_state_derive(ViewState *view, size_t chart, const DerivedSpec *spec);

/* Every chart shows what the chart table says for the experiment's task (NULL: for a language model, as after view_state_init). */
void view_state_reset_charts(ViewState *view, const ExperimentSpec *spec);

/* One notch less or more on the ladder 0, .5, .8, .9, .95, .98, .99, .999. */
double view_state_smoothing_notch(double smoothing, int direction);

/* What `x` walks through: the axes, and steps told as epochs. */
typedef enum ViewAxis {
    VIEW_AXIS_STEP,
    VIEW_AXIS_EPOCH,
    VIEW_AXIS_PASSES,
    VIEW_AXIS_SECONDS,
    VIEW_AXIS_COUNT
} ViewAxis;

ViewAxis view_state_axis(const ViewState *view);
SeriesAxis view_state_series_axis(ViewAxis axis);
const char *view_state_axis_name(ViewAxis axis);

/* Of the help where it is open, else of the page: no more than `most` is scrolled past, so that the next key back is seen at once. */
void view_state_clip_scroll(ViewState *view, int most);

const char *view_state_scale_name(AxisScale scale);
const char *view_state_glyphs_name(GlyphLevel glyphs);

/* Box characters must be ASCII (they are not shown by the terminal, or plain glyphs were chosen). */
bool view_state_is_ascii(const ViewState *view);

void view_state_say(ViewState *view, Role role, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
