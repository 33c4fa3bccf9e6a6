#include "tui/plot_rules.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "tui/plot_frame.h"

enum {
    RULE_GLYPH = 0x250A, /* dotted */
    HEAD_ROWS = 3,       /* that numbers may take */
    LABEL_BYTES = 4 * PLOT_RULES_MAX
};

/* Rules that share a label. */
typedef struct RuleGroup {
    size_t members[PLOT_RULES_MAX]; /* of LinePlot.rules */
    size_t count;
    int column; /* of the first */
    int row;
} RuleGroup;

typedef struct RuleGroups {
    RuleGroup at[PLOT_RULES_MAX]; /* from left to right */
    size_t count;
} RuleGroups;

/* The cell's column; -1 out of view. */
static int rule_column(const LinePlot *plot, const PlotAxes *axes, size_t rule)
{
    const double x = plot->rules[rule].x[plot->axis];
    if (!(x >= axes->x.low && x <= axes->x.high)) {
        return -1;
    }
    return plot_axes_cell_column(axes, plot_axes_dot_column(axes, x));
}

void plot_rules_draw(const LinePlot *plot, const PlotAxes *axes)
{
    const CellRect area = axes->canvas.area;
    for (size_t i = 0; i < plot->rule_count; ++i) {
        const int column = rule_column(plot, axes, i);
        for (int row = area.row; column >= 0 && row < area.row + area.rows; ++row) {
            cell_grid_put(axes->canvas.grid, row, column,
                          plot_frame_is_ascii(plot) ? ':' : RULE_GLYPH, ROLE_RULE);
        }
    }
}

/* ---- numbers ----------------------------------------------------------------------------------------------------------- */

static void add_member(const LinePlot *plot, RuleGroup *group, size_t rule)
{
    size_t place = group->count++;
    while (place > 0 && plot->rules[group->members[place - 1]].number > plot->rules[rule].number) {
        group->members[place] = group->members[place - 1];
        --place;
    }
    group->members[place] = rule;
}

static void add_rule(const LinePlot *plot, RuleGroups *groups, size_t rule, int column)
{
    size_t place = groups->count;
    while (place > 0 && groups->at[place - 1].column > column) {
        --place;
    }
    if (place == 0 || groups->at[place - 1].column != column) {
        memmove(&groups->at[place + 1], &groups->at[place],
                (groups->count - place) * sizeof *groups->at);
        groups->at[place] = (RuleGroup){.column = column};
        ++groups->count;
        ++place;
    }
    add_member(plot, &groups->at[place - 1], rule);
}

/* "2", "2,3", "2-5", "2-4,9": numbers in a row as a range, from three on. Hands back its columns. */
static int label_text(const LinePlot *plot, const RuleGroup *group, char out[LABEL_BYTES])
{
    int used = 0;
    for (size_t i = 0; i < group->count;) {
        const int first = plot->rules[group->members[i]].number;
        int last = first;
        size_t next = i + 1;
        while (next < group->count && plot->rules[group->members[next]].number == last + 1) {
            ++last;
            ++next;
        }
        const char *comma = used > 0 ? "," : "";
        const size_t room = LABEL_BYTES - (size_t)used;
        if (last > first) {
            used += snprintf(out + used, room, "%s%d%c%d", comma, first,
                             last == first + 1 ? ',' : '-', last);
        } else {
            used += snprintf(out + used, room, "%s%d", comma, first);
        }
        i = next;
    }
    return used;
}

/* Inside the area, also where the rule stands at its right end. */
static int label_column(CellRect area, const RuleGroup *group, int columns)
{
    const int last = area.column + area.columns - columns;
    const int column = group->column < last ? group->column : last;
    return column < area.column ? area.column : column;
}

/* A row for each group, so that a blank is left between labels. Hands back the first one without room; count if there is none. */
static size_t place_groups(const LinePlot *plot, CellRect area, RuleGroups *groups)
{
    const int rows = area.rows < HEAD_ROWS ? area.rows : HEAD_ROWS;
    int ends[HEAD_ROWS] = {0};
    for (size_t i = 0; i < groups->count; ++i) {
        char text[LABEL_BYTES];
        const int columns = label_text(plot, &groups->at[i], text);
        const int column = label_column(area, &groups->at[i], columns);
        int row = 0;
        while (row < rows && ends[row] >= column && ends[row] > 0) {
            ++row;
        }
        if (row == rows) {
            return i;
        }
        groups->at[i].row = row;
        ends[row] = column + columns;
    }
    return groups->count;
}

static void join_left(const LinePlot *plot, RuleGroups *groups, size_t index)
{
    RuleGroup *left = &groups->at[index - 1];
    for (size_t i = 0; i < groups->at[index].count; ++i) {
        add_member(plot, left, groups->at[index].members[i]);
    }
    --groups->count;
    memmove(&groups->at[index], &groups->at[index + 1],
            (groups->count - index) * sizeof *groups->at);
}

void plot_rules_draw_numbers(const LinePlot *plot, const PlotAxes *axes)
{
    const CellRect area = axes->canvas.area;
    if (plot->rule_count == 0) {
        return;
    }
    RuleGroups groups = {.count = 0};
    for (size_t i = 0; i < plot->rule_count; ++i) {
        const int column = rule_column(plot, axes, i);
        if (column >= 0) {
            add_rule(plot, &groups, i, column);
        }
    }
    /* The first group always has room: there is one to its left. */
    for (size_t i = place_groups(plot, area, &groups); i < groups.count;
         i = place_groups(plot, area, &groups)) {
        join_left(plot, &groups, i);
    }
    for (size_t i = 0; i < groups.count; ++i) {
        char text[LABEL_BYTES];
        const int columns = label_text(plot, &groups.at[i], text);
        cell_grid_text(axes->canvas.grid, area.row + groups.at[i].row,
                       label_column(area, &groups.at[i], columns), area.columns, text, ROLE_RULE);
    }
}
