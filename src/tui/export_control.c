#include "tui/export_control.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/export_file.h"
#include "tui/ansi_text.h"
#include "tui/chart_export.h"
#include "tui/view_charts.h"
#include "tui/view_lab.h"

static const struct {
    char key;
    ExportKind kind;
} ANSWERS[] = {{'s', EXPORT_SVG},
               {'p', EXPORT_PNG},
               {'c', EXPORT_CSV},
               {'j', EXPORT_JSON},
               {'t', EXPORT_ANSI}};

void export_control_ask(LabControl *control)
{
    control->is_export_open = true;
    view_state_say(control->view, ROLE_PROMPT,
                   "write chart %zu: s SVG  p PNG  c CSV  j JSON;  t the screen as text;  Esc no",
                   control->view->chart + 1);
}

/* Names of metrics hold slashes and whatever a domain is called. */
static void name_of_metric(const LabControl *control, char *out, size_t out_bytes)
{
    const ViewState *view = control->view;
    ChartPicture shown;
    view_charts_picture(control->state, view, view->chart, &shown);
    (void)snprintf(out, out_bytes, "%s", shown.name);
    if (view->chart_metrics[view->chart] < METRIC_ID_MAX) {
        experiment_spec_metric_name(control->state->spec, view->chart_metrics[view->chart], out,
                                    out_bytes);
    }
    for (char *c = out; *c != '\0'; c++) {
        const bool is_plain = isalnum((unsigned char)*c) != 0 || *c == '_' || *c == '-';
        *c = is_plain ? *c : '-';
    }
}

static void propose(LabControl *control, ExportKind kind)
{
    char name[CHART_TITLE_BYTES] = "screen";
    const char *folder = control->view->run_directory;
    if (kind != EXPORT_ANSI) {
        name_of_metric(control, name, sizeof name);
    }
    (void)snprintf(control->prefill, sizeof control->prefill, "w %s%s%s-%u.%s", folder,
                   folder[0] != '\0' ? "/" : "", name, control->state->step,
                   export_kind_ending(kind));
}

UiRequest export_control_answer(LabControl *control, UiKey key)
{
    control->is_export_open = false;
    for (size_t i = 0; i < sizeof ANSWERS / sizeof *ANSWERS; i++) {
        if (key == ANSWERS[i].key) {
            propose(control, ANSWERS[i].kind);
            return UI_REQUEST_PROMPT;
        }
    }
    view_state_say(control->view, ROLE_TEXT, "nothing written");
    return UI_REQUEST_NONE;
}

/* Of a file, whatever this terminal has: `less -R` and `cat` will show it elsewhere. */
enum { FILE_COLOURS = 256 };

static Status write_screen(const LabControl *control, const Theme *theme, CellGrid *grid,
                           Problem *problem)
{
    (void)view_lab_draw(control->state, control->view, grid);
    char *text = ansi_text(grid, theme, FILE_COLOURS);
    if (text == NULL) {
        return problem_describe(problem, STATUS_OUT_OF_MEMORY, "%s",
                                status_sentence(STATUS_OUT_OF_MEMORY));
    }
    const Status status = export_file_write(control->export_path, text, strlen(text),
                                            control->is_export_replacing, problem);
    free(text);
    return status;
}

static Status write_chart(const LabControl *control, const Theme *theme, ExportKind kind,
                          Problem *problem)
{
    ChartFigure *picture = calloc(1, sizeof *picture);
    if (picture == NULL) {
        return problem_describe(problem, STATUS_OUT_OF_MEMORY, "%s",
                                status_sentence(STATUS_OUT_OF_MEMORY));
    }
    Status status =
        chart_export(control->state, control->view, control->view->chart, theme, picture);
    if (status == STATUS_OK) {
        status = export_file_write_chart(control->export_path, kind, picture,
                                         control->is_export_replacing, problem);
    } else {
        (void)problem_describe(problem, status, "%s", status_sentence(status));
    }
    chart_figure_clear(picture);
    free(picture);
    return status;
}

void export_control_write(LabControl *control, const Theme *theme, CellGrid *grid)
{
    ExportKind kind = EXPORT_KIND_COUNT;
    Problem problem = {0};
    const bool is_there = access(control->export_path, F_OK) == 0;
    const char *hint = is_there && !control->is_export_replacing ? " (:w! replaces it)" : "";
    control->view->message[0] = '\0';
    Status status = export_file_kind(control->export_path, &kind, &problem);
    if (status == STATUS_OK) {
        status = kind == EXPORT_ANSI ? write_screen(control, theme, grid, &problem)
                                     : write_chart(control, theme, kind, &problem);
    }
    if (status == STATUS_OK) {
        (void)problem_describe(&problem, status, "wrote %s: %s", control->export_path,
                               export_kind_words(kind));
        view_state_say(control->view, ROLE_TEXT, "%s", problem.text);
    } else {
        view_state_say(control->view, ROLE_ERROR, "%s%s", problem.text, hint);
    }
    lab_state_note(control->state, problem.text);
}
