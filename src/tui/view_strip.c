#include "tui/view_strip.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "tui/domain_strip.h"
#include "tui/view_charts.h"
#include "tui/view_frame.h"

enum {
    MARK_COLUMNS = 3, /* focus and mark of a lane, a blank */
    NAME_COLUMNS_MIN = 5,
    LANE_NAME_COLUMNS_MAX = 12,
    DOMAIN_NAME_COLUMNS_MAX = 24,
    PERCENT_COLUMNS = 6, /* "+12.5" and a blank */
    CELL_COLUMNS = 7,    /* "+12.34" and a blank */
    HEAD_ROWS_MAX = 3,
    FOOT_ROWS = 2,
    FOOT_FROM_ROWS = 8,
    CELL_BYTES = 32,
    TITLE_BYTES = 256,
    SHORT_TITLE_BELOW_COLUMNS = 80
};

/* What of the strip is seen, and how. */
typedef struct StripPlan {
    DomainStrip strip;
    size_t lanes[SPEC_LANES_MAX];
    size_t lane_count;  /* seen */
    size_t lanes_there; /* in the race */
    size_t entries[STRIP_ENTRIES_MAX];
    size_t entry_count;
    size_t domain_first; /* the first domain seen, counted from the nearest */
    int scroll_most;     /* the largest useful scroll */
    bool is_upright;     /* lanes are rows */
    int name_columns;    /* of a row, marks included */
    int cell_columns;
    int head_rows;
    int foot_rows;
} StripPlan;

static int between(int value, int minimum, int maximum)
{
    return value < minimum ? minimum : value > maximum ? maximum : value;
}

static size_t as_count(int room, size_t there)
{
    return room <= 0 ? 0 : (size_t)room < there ? (size_t)room : there;
}

/* ---- plan -------------------------------------------------------------------------------------------------------------- */

/* Bytes of a name's next line; longer names are cut behind a hyphen or blank if there is one. */
static size_t head_line(const char *name, int columns)
{
    size_t used = 0;
    size_t cut = 0;
    int wide = 0;
    while (name[used] != '\0') {
        int32_t code_point = 0;
        const size_t size = text_decode(name + used, strlen(name + used), &code_point);
        const int width = code_point < 0 ? 1 : text_code_point_columns(code_point);
        if (wide + width > columns) {
            return cut > 1 ? cut : used;
        }
        wide += width;
        used += size;
        cut = name[used - 1] == '-' || name[used - 1] == ' ' ? used : cut;
    }
    return used;
}

static int head_lines(const char *name, int columns)
{
    int lines = 0;
    while (*name != '\0' && lines < HEAD_ROWS_MAX) {
        const size_t bytes = head_line(name, columns);
        name += bytes > 0 ? bytes : strlen(name);
        lines++;
    }
    return lines;
}

/* Are all its lines cut at a hyphen or blank, and is none left over? */
static bool is_head_whole(const char *name, int columns)
{
    for (int line = 0; line < HEAD_ROWS_MAX && *name != '\0'; line++) {
        name += head_line(name, columns);
        const bool is_cut_well =
            *name == '\0' || strchr("- ", name[-1]) != NULL || strchr("- ", name[0]) != NULL;
        if (!is_cut_well) {
            return false;
        }
    }
    return *name == '\0';
}

static int longest_lane(const LabState *state, const StripPlan *plan)
{
    int longest = 0;
    for (size_t i = 0; i < plan->lanes_there; i++) {
        const int columns = text_columns(state->lanes[plan->lanes[i]].name);
        longest = columns > longest ? columns : longest;
    }
    return longest;
}

/* Short names, as those of languages, need less; names that would be broken get more if there is room for all of them. */
static int cell_columns(const DomainStrip *strip, int room)
{
    bool is_short = strip->trend == CHART_TREND_HIGHER;
    for (size_t i = strip->mean_count; i < strip->entry_count; i++) {
        is_short = is_short && text_columns(strip->entries[i].name) < PERCENT_COLUMNS;
    }
    int columns = is_short ? PERCENT_COLUMNS : CELL_COLUMNS;
    for (size_t i = 0; i < strip->entry_count; i++) {
        while ((columns + 1) * (int)strip->entry_count <= room &&
               !is_head_whole(strip->entries[i].name, columns - 1)) {
            columns++;
        }
    }
    return columns;
}

/* How the strip would be cut up, and how many lanes and entries would be seen. */
static void measure(const LabState *state, CellRect inside, bool is_upright, StripPlan *plan)
{
    const int lane_columns = longest_lane(state, plan);
    const int lane_name_columns =
        MARK_COLUMNS + between(lane_columns, NAME_COLUMNS_MIN, LANE_NAME_COLUMNS_MAX);
    const int upright_columns = cell_columns(&plan->strip, inside.columns - lane_name_columns);
    int domain_columns = 0;
    int head_rows = 1;
    for (size_t i = 0; i < plan->strip.entry_count; i++) {
        const char *name = plan->strip.entries[i].name;
        const int lines = head_lines(name, upright_columns - 1);
        domain_columns = text_columns(name) > domain_columns ? text_columns(name) : domain_columns;
        head_rows = lines > head_rows ? lines : head_rows;
    }
    plan->is_upright = is_upright;
    plan->head_rows = is_upright ? head_rows : 1;
    plan->foot_rows = inside.rows >= FOOT_FROM_ROWS ? FOOT_ROWS : 0;
    plan->name_columns =
        is_upright ? lane_name_columns
                   : 1 + between(domain_columns, NAME_COLUMNS_MIN, DOMAIN_NAME_COLUMNS_MAX);
    plan->cell_columns =
        is_upright ? upright_columns
                   : between(lane_columns + MARK_COLUMNS, CELL_COLUMNS + 1, LANE_NAME_COLUMNS_MAX);
    const int columns = (inside.columns - plan->name_columns) / plan->cell_columns;
    const int rows = inside.rows - plan->head_rows - plan->foot_rows;
    plan->lane_count = as_count(is_upright ? rows : columns, plan->lanes_there);
    plan->entry_count = as_count(is_upright ? columns : rows, plan->strip.entry_count);
}

/* The focused lane and the baseline are seen where not all fit. */
static void choose_lanes(const ViewState *view, StripPlan *plan)
{
    size_t first = 0;
    for (size_t i = plan->lane_count; i < plan->lanes_there && plan->lane_count > 0; i++) {
        if (plan->lanes[i] == view->lane) {
            first = i + 1 - plan->lane_count;
        }
    }
    memmove(plan->lanes, plan->lanes + first, plan->lane_count * sizeof *plan->lanes);
    bool has_baseline = plan->lane_count < 2;
    for (size_t i = 0; i < plan->lane_count; i++) {
        has_baseline = has_baseline || plan->lanes[i] == plan->strip.baseline;
    }
    if (!has_baseline) {
        plan->lanes[0] = plan->strip.baseline;
    }
}

/* The means, and as many domains as fit behind those scrolled past. */
static void choose_entries(const ViewState *view, StripPlan *plan)
{
    const size_t means = plan->strip.mean_count;
    const size_t domains = plan->strip.entry_count - means;
    const size_t seen = plan->entry_count > means ? plan->entry_count - means : 0;
    const size_t scrolled = view->strip_scroll > 0 ? (size_t)view->strip_scroll : 0;
    plan->scroll_most = (int)(domains - seen);
    plan->domain_first = scrolled < domains - seen ? scrolled : domains - seen;
    for (size_t i = 0; i < plan->entry_count; i++) {
        plan->entries[i] = i < means ? i : i + plan->domain_first;
    }
}

static void make_plan(const LabState *state, const ViewState *view, CellRect inside,
                      StripPlan *plan)
{
    plan->lanes_there = lab_state_lanes(state, plan->lanes);
    domain_strip_sort(state, view_charts_baseline(state, view), &plan->strip);
    measure(state, inside, false, plan);
    const size_t sideways = plan->lane_count * plan->entry_count;
    measure(state, inside, true, plan);
    if (plan->lane_count * plan->entry_count < sideways) {
        measure(state, inside, false, plan);
    }
    choose_lanes(view, plan);
    choose_entries(view, plan);
}

/* ---- cells ------------------------------------------------------------------------------------------------------------- */

static Role level_role(int level)
{
    return level > 0   ? (Role)(ROLE_BETTER_1 + level - 1)
           : level < 0 ? (Role)(ROLE_WORSE_1 - level - 1)
                       : ROLE_TEXT;
}

/* In at most CELL_COLUMNS - 1 columns up to 99999. */
static void number_text(double value, bool is_signed, bool is_percent, char out[CELL_BYTES])
{
    const int decimals = fabs(value) >= 999.5                ? 0
                         : fabs(value) >= 99.95              ? is_signed ? 0 : 1
                         : is_percent || fabs(value) >= 9.95 ? 1
                                                             : 2;
    if (is_signed) {
        snprintf(out, CELL_BYTES, "%+.*f", decimals, value);
    } else {
        snprintf(out, CELL_BYTES, "%.*f", decimals, value);
    }
    /* Nothing is not more or less than nothing. */
    if (is_signed && strspn(out, "+-0.") == strlen(out)) {
        snprintf(out, CELL_BYTES, "0");
    }
}

static Role cell_text(const LabState *state, const StripPlan *plan, size_t lane,
                      const StripEntry *entry, char out[CELL_BYTES])
{
    const StripCell cell = domain_strip_cell(state, &plan->strip, lane, entry);
    const bool is_percent = plan->strip.trend == CHART_TREND_HIGHER;
    const bool is_baseline = lane == plan->strip.baseline;
    snprintf(out, CELL_BYTES, "-");
    if (!cell.is_there) {
        return ROLE_DIM;
    }
    if (!isfinite(cell.difference)) {
        snprintf(out, CELL_BYTES, "%s", isnan(cell.value) ? "nan" : "inf");
        return ROLE_ERROR;
    }
    number_text(is_baseline ? cell.value : cell.difference, !is_baseline, is_percent, out);
    return is_baseline ? ROLE_TITLE : level_role(cell.level);
}

static void draw_cell(const LabState *state, const StripPlan *plan, size_t lane,
                      const StripEntry *entry, CellGrid *grid, CellRect rect)
{
    char text[CELL_BYTES];
    const Role role = cell_text(state, plan, lane, entry, text);
    const int indent = rect.columns - text_columns(text);
    cell_grid_fill(grid, rect, ' ', role);
    cell_grid_text(grid, rect.row, rect.column + (indent > 0 ? indent : 0), rect.columns, text,
                   role);
}

/* ---- names ------------------------------------------------------------------------------------------------------------- */

/* ">x SAM": a lane, in the columns of rect. */
static void draw_lane_name(const LabState *state, const ViewState *view, size_t lane,
                           CellGrid *grid, CellRect rect)
{
    const Role role = state->lanes[lane].has_diverged
                          ? ROLE_ERROR
                          : (Role)(ROLE_LANE_0 + (int)(lane % ROLE_LANE_COLOURS));
    if (view->lane == lane || view->lane >= state->lane_count) {
        cell_grid_put(grid, rect.row, rect.column, '>', ROLE_KNOB_FOCUS);
    }
    cell_grid_put(grid, rect.row, rect.column + 1, chart_lane_mark(lane), role);
    cell_grid_text(grid, rect.row, rect.column + MARK_COLUMNS, rect.columns - MARK_COLUMNS,
                   state->lanes[lane].name, role);
}

static Role entry_role(const StripPlan *plan, size_t entry)
{
    return entry < plan->strip.mean_count ? ROLE_TITLE : ROLE_TEXT;
}

/* In several lines, the last one just above the numbers. */
static void draw_column_head(const StripPlan *plan, size_t entry, CellGrid *grid, CellRect rect)
{
    const char *name = plan->strip.entries[entry].name;
    const int lines = head_lines(name, rect.columns - 1);
    for (int line = 0; line < lines; line++) {
        char text[SPEC_NAME_BYTES];
        const size_t bytes = head_line(name, rect.columns - 1);
        const bool has_blank = bytes > 0 && name[bytes - 1] == ' ';
        snprintf(text, sizeof text, "%.*s", (int)bytes - (has_blank ? 1 : 0), name);
        name += bytes;
        cell_grid_text(grid, rect.row + rect.rows - lines + line,
                       rect.column + rect.columns - text_columns(text), rect.columns, text,
                       entry_role(plan, entry));
    }
}

static void draw_upright(const LabState *state, const ViewState *view, const StripPlan *plan,
                         CellGrid *grid, CellRect inside)
{
    for (size_t e = 0; e < plan->entry_count; e++) {
        const int column = inside.column + plan->name_columns + (int)e * plan->cell_columns;
        const size_t entry = plan->entries[e];
        draw_column_head(plan, entry, grid,
                         (CellRect){inside.row, column, plan->head_rows, plan->cell_columns});
        for (size_t i = 0; i < plan->lane_count; i++) {
            const int row = inside.row + plan->head_rows + (int)i;
            draw_cell(state, plan, plan->lanes[i], &plan->strip.entries[entry], grid,
                      (CellRect){row, column, 1, plan->cell_columns});
        }
    }
    for (size_t i = 0; i < plan->lane_count; i++) {
        const int row = inside.row + plan->head_rows + (int)i;
        draw_lane_name(state, view, plan->lanes[i], grid,
                       (CellRect){row, inside.column, 1, plan->name_columns});
    }
}

static void draw_sideways(const LabState *state, const ViewState *view, const StripPlan *plan,
                          CellGrid *grid, CellRect inside)
{
    for (size_t i = 0; i < plan->lane_count; i++) {
        const int column = inside.column + plan->name_columns + (int)i * plan->cell_columns;
        const int width = text_columns(state->lanes[plan->lanes[i]].name) + MARK_COLUMNS;
        const int indent = width < plan->cell_columns ? plan->cell_columns - width : 0;
        draw_lane_name(state, view, plan->lanes[i], grid,
                       (CellRect){inside.row, column + indent, 1, plan->cell_columns - indent});
        for (size_t e = 0; e < plan->entry_count; e++) {
            draw_cell(state, plan, plan->lanes[i], &plan->strip.entries[plan->entries[e]], grid,
                      (CellRect){inside.row + 1 + (int)e, column, 1, plan->cell_columns});
        }
    }
    for (size_t e = 0; e < plan->entry_count; e++) {
        cell_grid_text(grid, inside.row + 1 + (int)e, inside.column + 1, plan->name_columns - 1,
                       plan->strip.entries[plan->entries[e]].name,
                       entry_role(plan, plan->entries[e]));
    }
}

/* ---- words ------------------------------------------------------------------------------------------------------------- */

/* "TRAM - AdamW: better in 9, worse in 4 of 14": the sign of every difference, however small, and that no interval is behind it. */
static void draw_count(const LabState *state, const ViewState *view, const StripPlan *plan,
                       CellGrid *grid, CellRect line)
{
    const DomainStrip *strip = &plan->strip;
    size_t better = 0;
    size_t worse = 0;
    size_t compared = 0;
    if (!lab_state_has_lane(state, view->lane) || view->lane == strip->baseline) {
        cell_grid_sentence(grid, line.row, line.column, line.columns,
                           "j k choose a lane, b: it is the baseline, PgUp PgDn scroll", ROLE_DIM);
        return;
    }
    for (size_t i = strip->mean_count; i < strip->entry_count; i++) {
        const StripCell cell = domain_strip_cell(state, strip, view->lane, &strip->entries[i]);
        const double gain = strip->trend == CHART_TREND_HIGHER ? cell.difference : -cell.difference;
        compared += cell.is_there ? 1 : 0;
        better += cell.is_there && gain > 0.0 ? 1 : 0;
        worse += cell.is_there && gain < 0.0 ? 1 : 0;
    }
    if (compared == 0) {
        cell_grid_printf(grid, line.row, line.column, line.columns, ROLE_DIM,
                         "%s - %s: not known before %s has been evaluated",
                         state->lanes[view->lane].name, state->lanes[strip->baseline].name,
                         state->lanes[view->lane].name);
        return;
    }
    char words[2 * SPEC_NAME_BYTES + 128];
    char seeds[64] = "one seed: no interval";
    if (state->seed_count > 0) {
        snprintf(seeds, sizeof seeds, "means of %zu seeds: no intervals here", state->seed_count);
    }
    snprintf(words, sizeof words, "%s - %s: better in %zu, worse in %zu of %zu; %s",
             state->lanes[view->lane].name, state->lanes[strip->baseline].name, better, worse,
             compared, seeds);
    cell_grid_sentence(grid, line.row, line.column, line.columns, words, ROLE_TEXT);
}

static void draw_legend(const LabState *state, const StripPlan *plan, CellGrid *grid, CellRect line)
{
    static const char *const SIZES[STRIP_LEVEL_MAX] = {"0.5", "2", "5"};
    const bool is_percent = plan->strip.trend == CHART_TREND_HIGHER;
    int used = cell_grid_text(grid, line.row, line.column, line.columns, "better ", ROLE_DIM);
    for (int sign = 1; sign >= -1; sign -= 2) {
        for (int level = 1; level <= STRIP_LEVEL_MAX; level++) {
            used += cell_grid_printf(grid, line.row, line.column + used, line.columns - used,
                                     level_role(sign * level), " %s ", SIZES[level - 1]);
        }
        used += cell_grid_text(grid, line.row, line.column + used, line.columns - used,
                               sign > 0 ? " worse " : "", ROLE_DIM);
    }
    cell_grid_printf(grid, line.row, line.column + used, line.columns - used, ROLE_DIM,
                     is_percent ? " points or more" : " %% of %s's or more",
                     state->lanes[plan->strip.baseline].name);
}

static void title_text(const LabState *state, const StripPlan *plan, int columns,
                       char out[TITLE_BYTES])
{
    const DomainStrip *strip = &plan->strip;
    const size_t domains = strip->entry_count - strip->mean_count;
    const size_t seen =
        plan->entry_count > strip->mean_count ? plan->entry_count - strip->mean_count : 0;
    const bool is_percent = strip->trend == CHART_TREND_HIGHER;
    char pages[64] = "Domains";
    char when[64];
    if (seen < domains) {
        snprintf(pages, sizeof pages, "Domains %zu-%zu/%zu", plan->domain_first + 1,
                 plan->domain_first + seen, domains);
    }
    snprintf(when, sizeof when, "@%u", strip->step);
    if (strip->is_final) {
        snprintf(when, sizeof when, "on %s%s", state->spec->max_eval_samples > 0 ? "" : "all of ",
                 state->spec->final_split == SPEC_FINAL_TEST ? "test" : "dev");
    }
    snprintf(out, TITLE_BYTES, "%s: lane - %s, %s %s, %s is better; near to far", pages,
             state->lanes[strip->baseline].name,
             columns < SHORT_TITLE_BELOW_COLUMNS ? is_percent ? "%" : "ppl"
             : is_percent                        ? "accuracy %"
                                                 : "perplexity",
             when, is_percent ? "higher" : "lower");
}

int view_strip_draw(const LabState *state, const ViewState *view, CellGrid *grid, CellRect rect)
{
    StripPlan plan = {.lane_count = 0};
    char title[TITLE_BYTES] = "Domains";
    const CellRect bare = {rect.row + 1, rect.column + 1, rect.rows - 2, rect.columns - 2};
    if (view_charts_baseline(state, view) < SPEC_LANES_MAX) {
        make_plan(state, view, bare, &plan);
        title_text(state, &plan, rect.columns, title);
    }
    const CellRect inside =
        view_frame_draw(grid, rect, title, ROLE_FRAME, view_state_is_ascii(view));
    if (inside.rows < 2 || plan.lane_count == 0) {
        return 0;
    }
    if (plan.is_upright) {
        draw_upright(state, view, &plan, grid, inside);
    } else {
        draw_sideways(state, view, &plan, grid, inside);
    }
    if (plan.foot_rows == FOOT_ROWS) {
        CellRect line = {inside.row + inside.rows - FOOT_ROWS, inside.column + 1, 1,
                         inside.columns - 1};
        draw_count(state, view, &plan, grid, line);
        line.row++;
        draw_legend(state, &plan, grid, line);
    }
    return plan.scroll_most;
}
