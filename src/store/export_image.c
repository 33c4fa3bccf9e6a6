#include "store/export_image.h"

#include <assert.h>
#include <dlfcn.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cairo/cairo-svg.h>
#include <cairo/cairo.h>

#include "base/text.h"
#include "store/export_layout.h"

/* Loaded by name: linked, cairo and the twenty libraries behind it made `tramlab --version` take half as much processor time again. */
#define CAIRO_TABLE(X)                                                                             \
    X(cairo_arc)                                                                                   \
    X(cairo_clip)                                                                                  \
    X(cairo_close_path)                                                                            \
    X(cairo_create)                                                                                \
    X(cairo_destroy)                                                                               \
    X(cairo_fill)                                                                                  \
    X(cairo_image_surface_create)                                                                  \
    X(cairo_line_to)                                                                               \
    X(cairo_move_to)                                                                               \
    X(cairo_new_path)                                                                              \
    X(cairo_paint)                                                                                 \
    X(cairo_rectangle)                                                                             \
    X(cairo_restore)                                                                               \
    X(cairo_save)                                                                                  \
    X(cairo_scale)                                                                                 \
    X(cairo_select_font_face)                                                                      \
    X(cairo_set_dash)                                                                              \
    X(cairo_set_font_size)                                                                         \
    X(cairo_set_line_cap)                                                                          \
    X(cairo_set_line_join)                                                                         \
    X(cairo_set_line_width)                                                                        \
    X(cairo_set_source_rgb)                                                                        \
    X(cairo_set_source_rgba)                                                                       \
    X(cairo_show_text)                                                                             \
    X(cairo_status)                                                                                \
    X(cairo_status_to_string)                                                                      \
    X(cairo_stroke)                                                                                \
    X(cairo_surface_destroy)                                                                       \
    X(cairo_surface_finish)                                                                        \
    X(cairo_surface_status)                                                                        \
    X(cairo_surface_write_to_png_stream)                                                           \
    X(cairo_svg_surface_create_for_stream)                                                         \
    X(cairo_text_extents)

typedef struct CairoApi {
#define CAIRO_FIELD(name) __typeof__(name) *name;
    CAIRO_TABLE(CAIRO_FIELD)
#undef CAIRO_FIELD
} CairoApi;

static const struct {
    const char *name;
    size_t offset;
} SYMBOLS[] = {
#define CAIRO_SYMBOL(name) {#name, offsetof(CairoApi, name)},
    CAIRO_TABLE(CAIRO_SYMBOL)
#undef CAIRO_SYMBOL
};

enum {
    MARK_INTERVAL = 100, /* points across, from one marker of a line to the next */
    LABEL_NAME_COLUMNS = 18,
    REMARK_ROWS = 5,
    REMARK_ROW_POINTS = 11,
    REMARKS_ACROSS = 3,
    REMARKS_TOP = EXPORT_BOTTOM + 45,
    REMARK_COLUMNS = 56, /* of text */
    REMARK_BYTES = CHART_TEXT_BYTES + 16,
    DASHES_MAX = 6
};

static const char LIBRARY[] = "libcairo.so.2";

static const double TITLE_POINTS = 16.0;
static const double TEXT_POINTS = 12.0;
static const double SMALL_POINTS = 9.0;
static const double LINE_POINTS = 1.5;
static const double FRONT_LINE_POINTS = 2.5;
static const double HAIR_POINTS = 0.8;
static const double MARK_POINTS = 3.5;
static const double RAW_POINTS = 1.0;
static const double BAND_OPACITY = 0.2;

/* On and off lengths, ended by 0; the first line is solid. */
static const double DASHES[][DASHES_MAX + 1] = {
    {0},        {10, 5, 0}, {2, 5, 0}, {10, 5, 2, 5, 0},
    {18, 6, 0}, {6, 4, 0},  {1, 4, 0}, {10, 5, 2, 5, 2, 5, 0},
};
enum { DASH_KINDS = sizeof DASHES / sizeof *DASHES };

/* What is being drawn, and with what. */
typedef struct Sheet {
    const CairoApi *api;
    cairo_t *context;
    const ChartFigure *picture;
} Sheet;

typedef struct Bytes {
    char *data;
    size_t size;
    size_t capacity;
} Bytes;

/* ---- cairo ---- */

static Status load_cairo(CairoApi *api, Problem *problem)
{
    /* It stays loaded: fontconfig keeps what it has read. */
    void *library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    if (library == NULL) {
        (void)problem_describe(problem, STATUS_FILE_UNREADABLE,
                               "SVG and PNG need cairo, which is not here (%s); install Debian's "
                               "libcairo2, or write .csv or .json",
                               LIBRARY);
        return STATUS_FILE_UNREADABLE;
    }
    Status status = STATUS_OK;
    for (size_t i = 0; i < sizeof SYMBOLS / sizeof *SYMBOLS; i++) {
        void *symbol = dlsym(library, SYMBOLS[i].name);
        if (symbol == NULL) {
            status = STATUS_FILE_UNREADABLE;
            (void)problem_describe(problem, status, "%s has no %s; cairo 1.10 or later is needed",
                                   LIBRARY, SYMBOLS[i].name);
        }
        /* C has no cast from a pointer to data to one to a function; POSIX says they look alike. */
        memcpy((char *)api + SYMBOLS[i].offset, &symbol, sizeof symbol);
    }
    dlclose(library);
    return status;
}

static cairo_status_t append_bytes(void *closure, const unsigned char *data, unsigned int size)
{
    Bytes *bytes = closure;
    if (size > bytes->capacity - bytes->size) {
        const size_t capacity = (bytes->size + size) * 2;
        char *larger = realloc(bytes->data, capacity);
        if (larger == NULL) {
            return CAIRO_STATUS_WRITE_ERROR;
        }
        bytes->data = larger;
        bytes->capacity = capacity;
    }
    memcpy(bytes->data + bytes->size, data, size);
    bytes->size += size;
    return CAIRO_STATUS_SUCCESS;
}

static void use_colour(const Sheet *sheet, ChartColour colour)
{
    sheet->api->cairo_set_source_rgb(sheet->context, colour.red / 255.0, colour.green / 255.0,
                                     colour.blue / 255.0);
}

static uint8_t between(uint8_t from, uint8_t to, double way)
{
    return (uint8_t)lround(from + way * (to - from));
}

/* From the background (0) to the foreground (1). */
static ChartColour shade(const ChartFigure *picture, double way)
{
    const ChartColour back = picture->background;
    const ChartColour front = picture->foreground;
    return (ChartColour){between(back.red, front.red, way), between(back.green, front.green, way),
                         between(back.blue, front.blue, way)};
}

static void stroke_segment(const Sheet *sheet, double from_column, double from_row,
                           double to_column, double to_row)
{
    sheet->api->cairo_move_to(sheet->context, from_column, from_row);
    sheet->api->cairo_line_to(sheet->context, to_column, to_row);
    sheet->api->cairo_stroke(sheet->context);
}

/* `align`: which part of the text's width lies left of `column`. Returns the width. */
static double draw_text(const Sheet *sheet, double column, double row, double align, double points,
                        const char *text)
{
    cairo_text_extents_t extents;
    sheet->api->cairo_set_font_size(sheet->context, points);
    sheet->api->cairo_text_extents(sheet->context, text, &extents);
    sheet->api->cairo_move_to(sheet->context, column - align * extents.x_advance, row);
    sheet->api->cairo_show_text(sheet->context, text);
    sheet->api->cairo_new_path(sheet->context);
    return extents.x_advance;
}

/* ---- around the lines ---- */

static void draw_title(const Sheet *sheet)
{
    const ChartFigure *picture = sheet->picture;
    char about[CHART_TEXT_BYTES];
    (void)snprintf(about, sizeof about, "%s", picture->unit);
    if (picture->smoothing > 0.0) {
        (void)snprintf(about, sizeof about, "%s%scausal mean of weight %g", picture->unit,
                       picture->unit[0] != '\0' ? ", " : "", picture->smoothing);
    }
    if (picture->seed_count > 0) {
        const size_t used = strlen(about);
        (void)snprintf(about + used, sizeof about - used, "%smean of %zu seeds, 95 %% band",
                       used > 0 ? ", " : "", picture->seed_count);
    }
    use_colour(sheet, picture->foreground);
    const double width =
        draw_text(sheet, EXPORT_LEFT, EXPORT_TOP - 20, 0.0, TITLE_POINTS, picture->title);
    use_colour(sheet, shade(picture, 0.6));
    (void)draw_text(sheet, EXPORT_LEFT + width + 12, EXPORT_TOP - 20, 0.0, TEXT_POINTS, about);
}

/* Where a tick lies: `start` + way * `extent`. */
static double tick_place(const ChartAxis *axis, size_t tick, double start, double extent)
{
    return start + chart_axis_way(axis, axis->ticks[tick].value) * extent;
}

static void draw_axes(const Sheet *sheet)
{
    const ChartFigure *picture = sheet->picture;
    const double across = EXPORT_RIGHT - EXPORT_LEFT;
    const double up = EXPORT_TOP - EXPORT_BOTTOM;
    sheet->api->cairo_set_line_width(sheet->context, HAIR_POINTS);
    for (size_t i = 0; i < picture->y.tick_count; i++) {
        const double row = tick_place(&picture->y, i, EXPORT_BOTTOM, up);
        use_colour(sheet, shade(picture, 0.12));
        stroke_segment(sheet, EXPORT_LEFT, row, EXPORT_RIGHT, row);
        use_colour(sheet, shade(picture, 0.75));
        (void)draw_text(sheet, EXPORT_LEFT - 8, row + 4, 1.0, TEXT_POINTS,
                        picture->y.ticks[i].label);
    }
    for (size_t i = 0; i < picture->x.tick_count; i++) {
        const double column = tick_place(&picture->x, i, EXPORT_LEFT, across);
        use_colour(sheet, shade(picture, 0.75));
        stroke_segment(sheet, column, EXPORT_BOTTOM, column, EXPORT_BOTTOM + 5);
        (void)draw_text(sheet, column, EXPORT_BOTTOM + 18, 0.5, TEXT_POINTS,
                        picture->x.ticks[i].label);
    }
    (void)draw_text(sheet, EXPORT_LEFT + across / 2, EXPORT_BOTTOM + 33, 0.5, TEXT_POINTS,
                    chart_figure_x_title(picture));
    stroke_segment(sheet, EXPORT_LEFT, EXPORT_TOP, EXPORT_LEFT, EXPORT_BOTTOM);
    stroke_segment(sheet, EXPORT_LEFT, EXPORT_BOTTOM, EXPORT_RIGHT, EXPORT_BOTTOM);
}

static void draw_rules(const Sheet *sheet)
{
    static const double DOTS[] = {1.0, 3.0};
    const ChartFigure *picture = sheet->picture;
    use_colour(sheet, shade(picture, 0.5));
    sheet->api->cairo_set_line_width(sheet->context, 1.0);
    for (size_t i = 0; i < picture->rule_count; i++) {
        const ChartRule *rule = &picture->rules[i];
        const double way = chart_axis_way(&picture->x, rule->x[picture->x_of_axis]);
        if (!(way >= 0.0 && way <= 1.0)) {
            continue; /* NaN too */
        }
        const double column = EXPORT_LEFT + way * (EXPORT_RIGHT - EXPORT_LEFT);
        char number[16];
        (void)snprintf(number, sizeof number, "%d", rule->number);
        sheet->api->cairo_set_dash(sheet->context, DOTS, 2, 0.0);
        stroke_segment(sheet, column, EXPORT_TOP, column, EXPORT_BOTTOM);
        sheet->api->cairo_set_dash(sheet->context, NULL, 0, 0.0);
        (void)draw_text(sheet, column, EXPORT_TOP - 3, 0.5, SMALL_POINTS, number);
    }
}

/* Remark `index`: the notes, then what the rules mean. False beyond the last. */
static bool remark_text(const ChartFigure *picture, size_t index, char out[REMARK_BYTES])
{
    if (index < picture->note_count) {
        (void)snprintf(out, REMARK_BYTES, "%s", picture->notes[index]);
        return true;
    }
    index -= picture->note_count;
    if (index < picture->rule_count) {
        (void)snprintf(out, REMARK_BYTES, "[%d] %s", picture->rules[index].number,
                       picture->rules[index].text);
        return true;
    }
    return false;
}

static void draw_remarks(const Sheet *sheet)
{
    enum { PLACES = REMARK_ROWS * REMARKS_ACROSS };
    const size_t count = sheet->picture->note_count + sheet->picture->rule_count;
    char text[REMARK_BYTES];
    use_colour(sheet, shade(sheet->picture, 0.6));
    for (size_t i = 0; i < PLACES && remark_text(sheet->picture, i, text); i++) {
        char shown[REMARK_BYTES];
        if (i + 1 == PLACES && count > PLACES) {
            (void)snprintf(text, sizeof text, "and %zu more (a .json has all)", count - i);
        }
        text_clean(text, shown, sizeof shown, REMARK_COLUMNS);
        const size_t stack = i / REMARK_ROWS; /* one beside the other */
        const size_t line = i % REMARK_ROWS;
        const double column =
            EXPORT_LEFT - 50 + (double)stack * (EXPORT_COLUMNS - 40.0) / REMARKS_ACROSS;
        (void)draw_text(sheet, column, REMARKS_TOP + (double)line * REMARK_ROW_POINTS, 0.0,
                        SMALL_POINTS, shown);
    }
}

/* ---- lines ---- */

static void stroke_star(const Sheet *sheet, ExportSpot spot, int rays, double turn)
{
    for (int ray = 0; ray < rays; ray++) {
        const double angle = (turn + (double)ray / rays) * 3.14159265358979323846;
        const double across = MARK_POINTS * cos(angle);
        const double down = MARK_POINTS * sin(angle);
        stroke_segment(sheet, spot.column - across, spot.row - down, spot.column + across,
                       spot.row + down);
    }
}

static void draw_disc(const Sheet *sheet, ExportSpot spot, double radius)
{
    sheet->api->cairo_new_path(sheet->context);
    sheet->api->cairo_arc(sheet->context, spot.column, spot.row, radius, 0.0, 6.283185307179586);
    sheet->api->cairo_fill(sheet->context);
}

/* The letter that marks the lane on the screen, as a sign. */
static void draw_marker(const Sheet *sheet, const ChartSeries *series, ExportSpot spot)
{
    const char letter[] = {series->mark, '\0'};
    use_colour(sheet, sheet->picture->background);
    draw_disc(sheet, spot, MARK_POINTS + 1.0); /* so that crossing lines do not blur it */
    use_colour(sheet, series->colour);
    switch (series->mark) {
    case 'o':
        draw_disc(sheet, spot, MARK_POINTS);
        use_colour(sheet, sheet->picture->background);
        draw_disc(sheet, spot, MARK_POINTS - LINE_POINTS);
        return;
    case '.':
        draw_disc(sheet, spot, MARK_POINTS - 1.0);
        return;
    case 'x':
        stroke_star(sheet, spot, 2, 0.25);
        return;
    case '+':
        stroke_star(sheet, spot, 2, 0.0);
        return;
    case '*':
        stroke_star(sheet, spot, 3, 1.0 / 6.0);
        return;
    default:
        (void)draw_text(sheet, spot.column, spot.row + 3.0, 0.5, SMALL_POINTS, letter);
    }
}

static void draw_raw_points(const Sheet *sheet, const ChartSeries *series, const size_t *kept,
                            size_t count)
{
    use_colour(sheet, series->raw_colour);
    for (size_t i = 0; i < count; i++) {
        const ExportSpot spot =
            export_layout_spot(sheet->picture, &series->points[kept[i]], CHART_VALUE_RAW);
        if (spot.is_there) {
            sheet->api->cairo_rectangle(sheet->context, spot.column - RAW_POINTS,
                                        spot.row - RAW_POINTS, 2.0 * RAW_POINTS, 2.0 * RAW_POINTS);
        }
    }
    sheet->api->cairo_fill(sheet->context);
}

static void draw_line(const Sheet *sheet, const ChartSeries *series, const size_t *kept,
                      size_t count)
{
    size_t run = 0; /* points since the last gap */
    ExportSpot last = {0};
    for (size_t i = 0; i <= count; i++) {
        const ExportSpot spot =
            i < count
                ? export_layout_spot(sheet->picture, &series->points[kept[i]], CHART_VALUE_SMOOTHED)
                : (ExportSpot){0};
        if (!spot.is_there && run == 1) { /* alone between two gaps: a dot */
            sheet->api->cairo_line_to(sheet->context, last.column, last.row);
        } else if (spot.is_there && run == 0) {
            sheet->api->cairo_move_to(sheet->context, spot.column, spot.row);
        } else if (spot.is_there) {
            sheet->api->cairo_line_to(sheet->context, spot.column, spot.row);
        }
        run = spot.is_there ? run + 1 : 0;
        last = spot;
    }
    sheet->api->cairo_stroke(sheet->context);
}

/* On the way from one point to the next: a marker at every MARK_INTERVAL, each line's shifted against the others'. */
static void draw_markers(const Sheet *sheet, size_t index, const size_t *kept, size_t count)
{
    const ChartSeries *series = &sheet->picture->series[index];
    const double lines = (double)sheet->picture->series_count;
    double next = EXPORT_LEFT + MARK_INTERVAL * ((double)index + 0.5) / lines;
    ExportSpot last = {0};
    for (size_t i = 0; i < count; i++) {
        const ExportSpot spot =
            export_layout_spot(sheet->picture, &series->points[kept[i]], CHART_VALUE_SMOOTHED);
        while (spot.is_there && next <= fmin(spot.column, EXPORT_RIGHT)) {
            if (last.is_there && next >= last.column && spot.column > last.column) {
                const double way = (next - last.column) / (spot.column - last.column);
                const ExportSpot mark = {true, next, last.row + way * (spot.row - last.row)};
                draw_marker(sheet, series, mark);
            }
            next += MARK_INTERVAL;
        }
        last = spot;
    }
}

static void use_dash(const Sheet *sheet, const ChartSeries *series)
{
    const double *dash = DASHES[series->place % DASH_KINDS];
    int length = 0;
    while (dash[length] > 0.0) {
        length++;
    }
    sheet->api->cairo_set_dash(sheet->context, dash, length, 0.0);
}

/* One edge of a band over some points: rightwards, or back. */
static void trace_edge(const Sheet *sheet, const ChartSeries *series, ChartValue edge,
                       const size_t *kept, size_t count)
{
    const bool is_back = edge == CHART_VALUE_SMOOTHED_LOW;
    for (size_t i = 0; i < count; i++) {
        const ChartPoint *point = &series->points[kept[is_back ? count - 1 - i : i]];
        const ExportSpot spot = export_layout_spot(sheet->picture, point, edge);
        sheet->api->cairo_line_to(sheet->context, spot.column, spot.row);
    }
}

static bool has_band(const Sheet *sheet, const ChartPoint *point)
{
    return export_layout_spot(sheet->picture, point, CHART_VALUE_SMOOTHED_LOW).is_there &&
           export_layout_spot(sheet->picture, point, CHART_VALUE_SMOOTHED_HIGH).is_there;
}

/* Between two gaps; around a single point a thin bar. */
static void draw_band_piece(const Sheet *sheet, const ChartSeries *series, const size_t *kept,
                            size_t count)
{
    if (count == 1) {
        const ChartPoint *point = &series->points[kept[0]];
        const ExportSpot low = export_layout_spot(sheet->picture, point, CHART_VALUE_SMOOTHED_LOW);
        const ExportSpot high =
            export_layout_spot(sheet->picture, point, CHART_VALUE_SMOOTHED_HIGH);
        sheet->api->cairo_rectangle(sheet->context, high.column - RAW_POINTS, high.row,
                                    2.0 * RAW_POINTS, low.row - high.row);
    } else {
        trace_edge(sheet, series, CHART_VALUE_SMOOTHED_HIGH, kept, count);
        trace_edge(sheet, series, CHART_VALUE_SMOOTHED_LOW, kept, count);
        sheet->api->cairo_close_path(sheet->context);
    }
    sheet->api->cairo_fill(sheet->context);
}

/* The mean's 95 % interval as a veil. */
static void draw_band(const Sheet *sheet, const ChartSeries *series, const size_t *kept,
                      size_t count)
{
    const ChartColour colour = series->colour;
    sheet->api->cairo_set_source_rgba(sheet->context, colour.red / 255.0, colour.green / 255.0,
                                      colour.blue / 255.0, BAND_OPACITY);
    for (size_t from = 0; from < count;) {
        size_t end = from;
        while (end < count && has_band(sheet, &series->points[kept[end]])) {
            end++;
        }
        if (end > from) {
            draw_band_piece(sheet, series, kept + from, end - from);
        }
        from = end + 1;
    }
}

typedef enum Coat { COAT_BAND, COAT_RAW, COAT_LINE } Coat;

static Status draw_series(const Sheet *sheet, size_t index, Coat coat)
{
    const ChartSeries *series = &sheet->picture->series[index];
    size_t *kept = reallocarray(NULL, series->count + 1, sizeof *kept);
    if (kept == NULL) {
        return STATUS_OUT_OF_MEMORY;
    }
    const size_t count = export_layout_thin(
        sheet->picture, series, coat == COAT_RAW ? CHART_VALUE_RAW : CHART_VALUE_SMOOTHED, kept);
    if (coat == COAT_BAND) {
        draw_band(sheet, series, kept, count);
    } else if (coat == COAT_RAW) {
        draw_raw_points(sheet, series, kept, count);
    } else {
        use_colour(sheet, series->colour);
        use_dash(sheet, series);
        sheet->api->cairo_set_line_width(sheet->context,
                                         series->is_emphasised ? FRONT_LINE_POINTS : LINE_POINTS);
        draw_line(sheet, series, kept, count);
        sheet->api->cairo_set_dash(sheet->context, NULL, 0, 0.0);
        sheet->api->cairo_set_line_width(sheet->context, LINE_POINTS);
        draw_markers(sheet, index, kept, count);
    }
    free(kept);
    return STATUS_OK;
}

/* From back to front: bands or raw points of all, lines, the emphasised ones last. */
static Status draw_all_series(const Sheet *sheet)
{
    const ChartFigure *picture = sheet->picture;
    for (size_t i = 0; i < picture->series_count; i++) {
        if (picture->seed_count > 0) {
            TRY(draw_series(sheet, i, COAT_BAND));
        } else if (picture->smoothing > 0.0) {
            TRY(draw_series(sheet, i, COAT_RAW));
        }
    }
    for (int front = 0; front <= 1; front++) {
        for (size_t i = 0; i < picture->series_count; i++) {
            if (picture->series[i].is_emphasised == (front == 1)) {
                TRY(draw_series(sheet, i, COAT_LINE));
            }
        }
    }
    return STATUS_OK;
}

static void draw_labels(const Sheet *sheet)
{
    ExportLabel labels[SPEC_LANES_MAX];
    const size_t count = export_layout_labels(sheet->picture, labels);
    for (size_t i = 0; i < count; i++) {
        const ChartSeries *series = &sheet->picture->series[labels[i].series];
        char name[SPEC_NAME_BYTES];
        char number[40];
        char text[SPEC_NAME_BYTES + sizeof number + 2];
        text_clean(series->lane, name, sizeof name, LABEL_NAME_COLUMNS);
        text_number(labels[i].value, 4, number, sizeof number);
        (void)snprintf(text, sizeof text, "%s  %s", name, number);
        draw_marker(sheet, series, (ExportSpot){true, EXPORT_RIGHT + 12.0, labels[i].row});
        use_colour(sheet, series->colour);
        (void)draw_text(sheet, EXPORT_RIGHT + 22.0, labels[i].row + 4.0, 0.0, TEXT_POINTS, text);
    }
}

/* ---- the whole ---- */

static Status draw(const Sheet *sheet)
{
    const CairoApi *api = sheet->api;
    api->cairo_set_line_cap(sheet->context, CAIRO_LINE_CAP_ROUND);
    api->cairo_set_line_join(sheet->context, CAIRO_LINE_JOIN_ROUND);
    api->cairo_select_font_face(sheet->context, "sans", CAIRO_FONT_SLANT_NORMAL,
                                CAIRO_FONT_WEIGHT_NORMAL);
    use_colour(sheet, sheet->picture->background);
    api->cairo_paint(sheet->context);
    draw_title(sheet);
    draw_axes(sheet);
    draw_rules(sheet);
    draw_remarks(sheet);
    api->cairo_save(sheet->context);
    api->cairo_rectangle(sheet->context, EXPORT_LEFT - 1, EXPORT_TOP - 1,
                         EXPORT_RIGHT - EXPORT_LEFT + 2, EXPORT_BOTTOM - EXPORT_TOP + 2);
    api->cairo_clip(sheet->context);
    TRY(draw_all_series(sheet));
    api->cairo_restore(sheet->context);
    api->cairo_set_line_width(sheet->context, LINE_POINTS);
    draw_labels(sheet);
    return STATUS_OK;
}

static cairo_surface_t *create_surface(const CairoApi *api, ExportImageKind kind, Bytes *bytes)
{
    if (kind == EXPORT_IMAGE_SVG) {
        return api->cairo_svg_surface_create_for_stream(append_bytes, bytes, EXPORT_COLUMNS,
                                                        EXPORT_ROWS);
    }
    return api->cairo_image_surface_create(CAIRO_FORMAT_RGB24, EXPORT_COLUMNS * EXPORT_IMAGE_SCALE,
                                           EXPORT_ROWS * EXPORT_IMAGE_SCALE);
}

static Status draw_into(const CairoApi *api, const ChartFigure *picture, ExportImageKind kind,
                        Bytes *bytes, Problem *problem)
{
    cairo_surface_t *surface = create_surface(api, kind, bytes);
    cairo_t *context = api->cairo_create(surface);
    if (kind == EXPORT_IMAGE_PNG) {
        api->cairo_scale(context, EXPORT_IMAGE_SCALE, EXPORT_IMAGE_SCALE);
    }
    const Sheet sheet = {.api = api, .context = context, .picture = picture};
    Status status = draw(&sheet);
    cairo_status_t drawn = api->cairo_status(context);
    api->cairo_destroy(context);
    if (kind == EXPORT_IMAGE_PNG && drawn == CAIRO_STATUS_SUCCESS) {
        drawn = api->cairo_surface_write_to_png_stream(surface, append_bytes, bytes);
    }
    api->cairo_surface_finish(surface); /* an SVG is written here */
    if (drawn == CAIRO_STATUS_SUCCESS) {
        drawn = api->cairo_surface_status(surface);
    }
    if (status == STATUS_OK && drawn != CAIRO_STATUS_SUCCESS) {
        status = STATUS_OUT_OF_MEMORY;
    }
    if (status != STATUS_OK) {
        (void)problem_describe(problem, status, "the chart cannot be drawn: %s",
                               drawn != CAIRO_STATUS_SUCCESS ? api->cairo_status_to_string(drawn)
                                                             : status_sentence(status));
    }
    api->cairo_surface_destroy(surface);
    return status;
}

Status export_image(const ChartFigure *picture, ExportImageKind kind, char **bytes, size_t *size,
                    Problem *problem)
{
    assert(picture->x.high > picture->x.low && picture->y.high > picture->y.low);
    CairoApi api = {0};
    Bytes drawn = {0};
    TRY(load_cairo(&api, problem));
    const Status status = draw_into(&api, picture, kind, &drawn, problem);
    if (status != STATUS_OK) {
        free(drawn.data);
        return status;
    }
    *bytes = drawn.data;
    *size = drawn.size;
    return STATUS_OK;
}
