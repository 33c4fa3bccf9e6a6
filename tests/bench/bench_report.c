#include "bench/bench_report.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/json.h"
#include "base/wall_clock.h"
#include "kernels/gemm.h"
#include "lab/worker.h"

static void find_cpu(char *out, size_t out_bytes)
{
    char line[256];
    FILE *file = fopen("/proc/cpuinfo", "r");
    snprintf(out, out_bytes, "unknown processor");
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        const char *colon = strchr(line, ':');
        if (strncmp(line, "model name", 10) == 0 && colon != NULL) {
            line[strcspn(line, "\n")] = '\0';
            snprintf(out, out_bytes, "%s", colon + 2);
            break;
        }
    }
    if (file != NULL) {
        fclose(file); /* read-only: nothing to lose */
    }
}

static void look_at_machine(BenchMachine *machine)
{
    const char *blas_threads = getenv("OPENBLAS_NUM_THREADS");
    const time_t now = (time_t)wall_clock_date_seconds();
    struct tm date = {0};
    find_cpu(machine->cpu, sizeof machine->cpu);
    machine->cores = worker_count_of_machine();
    snprintf(machine->blas, sizeof machine->blas, "%s", gemm_library_description());
    snprintf(machine->threads, sizeof machine->threads,
             "ours as the row says, the BLAS one in each (OPENBLAS_NUM_THREADS=%s)",
             blas_threads == NULL ? "unset" : blas_threads);
    if (getloadavg(&machine->load, 1) != 1) {
        machine->load = -1.0;
    }
    if (gmtime_r(&now, &date) != NULL) {
        strftime(machine->date, sizeof machine->date, "%Y-%m-%d", &date);
    }
}

static const char QUICK_WARNING[] =
    "quick: too few repetitions; shows that everything runs, and no more";

void bench_report_begin(BenchReport *report, bool is_json, bool is_quick, size_t rounds)
{
    memset(report, 0, sizeof *report);
    report->is_json = is_json;
    report->is_quick = is_quick;
    report->rounds = rounds;
    look_at_machine(&report->machine);
    if (is_json) {
        return;
    }
    const BenchMachine *machine = &report->machine;
    printf("date     %s\nmachine  %s, %zu cores, load %.1f\nblas     %s\nthreads  %s\n"
           "figures  ratios within one run, pieces interleaved, median of %zu rounds; one thread: "
           "of CPU "
           "time, several: of wall time%s\n\n",
           machine->date, machine->cpu, machine->cores, machine->load, machine->blas,
           machine->threads, rounds, machine->load > 0.5 ? "; THE MACHINE WAS BUSY" : "");
    if (is_quick) {
        printf("%s\n\n", QUICK_WARNING);
    }
    printf("%-10s %-62s %9s %12s  %-7s %s\n", "", "row", "goal", "figure", "verdict", "from");
    fflush(stdout);
}

const char *bench_row_verdict(const BenchRow *row)
{
    if (row->is_skipped) {
        return "skipped";
    }
    switch (row->goal) {
    case GOAL_NONE:
        return "-";
    case GOAL_AT_MOST:
        return row->figure <= row->bound ? "ok" : "short";
    case GOAL_AT_LEAST:
        return row->figure >= row->bound ? "ok" : "short";
    case GOAL_NEAR_ONE:
        return fabs(row->figure - 1.0) <= row->bound ? "ok" : "short";
    }
    return "-";
}

/* Goals as the issue gives them: with the digits they need, no more. */
static void goal_text(const BenchRow *row, char *out, size_t out_bytes)
{
    static const char *const SIGNS[] = {
        [GOAL_NONE] = "", [GOAL_AT_MOST] = "<=", [GOAL_AT_LEAST] = ">=", [GOAL_NEAR_ONE] = "1 +-"};
    out[0] = '\0';
    if (row->goal != GOAL_NONE) {
        snprintf(out, out_bytes, "%s %g", SIGNS[row->goal], row->bound);
    }
}

static void figure_text(const BenchRow *row, char *out, size_t out_bytes)
{
    if (row->is_skipped) {
        snprintf(out, out_bytes, "-");
        return;
    }
    snprintf(out, out_bytes, "%.*f%s%s", row->decimals, row->figure,
             row->unit[0] == '\0' ? "" : " ", row->unit);
}

void bench_report_add(BenchReport *report, const BenchRow *row)
{
    char goal[32];
    char figure[48];
    if (report->row_count < ROWS_MAX) {
        report->rows[report->row_count++] = *row;
    }
    if (report->is_json) {
        return;
    }
    goal_text(row, goal, sizeof goal);
    figure_text(row, figure, sizeof figure);
    printf("%-10s %-62s %9s %12s  %-7s %s\n", row->section, row->name, goal, figure,
           bench_row_verdict(row), row->note);
    fflush(stdout);
}

void bench_report_skip(BenchReport *report, const char *section, const char *name,
                       const char *reason)
{
    BenchRow row = {.is_skipped = true};
    snprintf(row.section, sizeof row.section, "%s", section);
    snprintf(row.name, sizeof row.name, "%s", name);
    snprintf(row.note, sizeof row.note, "%s", reason);
    bench_report_add(report, &row);
}

static Json *row_to_json(const BenchRow *row)
{
    static const char *const GOALS[] = {[GOAL_NONE] = "none",
                                        [GOAL_AT_MOST] = "at most",
                                        [GOAL_AT_LEAST] = "at least",
                                        [GOAL_NEAR_ONE] = "1 within"};
    Json *json = json_new_object();
    const bool is_complete =
        json != NULL && json_add_string(json, "section", row->section) &&
        json_add_string(json, "row", row->name) &&
        json_add_string(json, "goal", GOALS[row->goal]) &&
        (row->goal == GOAL_NONE || json_add_number(json, "bound", row->bound)) &&
        (row->is_skipped || json_add_number(json, "figure", row->figure)) &&
        json_add_string(json, "unit", row->unit) &&
        json_add_string(json, "verdict", bench_row_verdict(row)) &&
        json_add_string(json, "from", row->note);
    if (!is_complete) {
        json_destroy(json);
        return NULL;
    }
    return json;
}

static Json *machine_to_json(const BenchMachine *machine)
{
    Json *json = json_new_object();
    const bool is_complete = json != NULL && json_add_string(json, "cpu", machine->cpu) &&
                             json_add_number(json, "cores", (double)machine->cores) &&
                             json_add_string(json, "blas", machine->blas) &&
                             json_add_string(json, "threads", machine->threads) &&
                             json_add_number(json, "load", machine->load);
    if (!is_complete) {
        json_destroy(json);
        return NULL;
    }
    return json;
}

static Json *report_to_json(const BenchReport *report)
{
    Json *json = json_new_object();
    Json *rows = json_new_array();
    bool is_complete = json != NULL && rows != NULL &&
                       json_add_string(json, "date", report->machine.date) &&
                       json_add_number(json, "rounds", (double)report->rounds) &&
                       json_add_bool(json, "is_quick", report->is_quick) &&
                       json_add(json, "machine", machine_to_json(&report->machine));
    for (size_t i = 0; i < report->row_count && is_complete; i++) {
        is_complete = json_append(rows, row_to_json(&report->rows[i]));
    }
    if (!is_complete) {
        json_destroy(rows);
        json_destroy(json);
        return NULL;
    }
    if (!json_add(json, "rows", rows)) {
        json_destroy(json);
        return NULL;
    }
    return json;
}

bool bench_report_end(const BenchReport *report)
{
    if (!report->is_json) {
        return fflush(stdout) == 0;
    }
    Json *json = report_to_json(report);
    char *text = json == NULL ? NULL : json_print(json, true);
    json_destroy(json);
    const bool is_written = text != NULL && puts(text) >= 0 && fflush(stdout) == 0;
    free(text);
    return is_written;
}

bool bench_report_write_markdown(const BenchReport *report, const char *path)
{
    const BenchMachine *machine = &report->machine;
    FILE *file = fopen(path, "w");
    if (file == NULL) {
        return false;
    }
    fprintf(file, "%s, %s, %zu cores, %s; median of %zu interleaved rounds%s%s.\n\n", machine->date,
            machine->cpu, machine->cores, machine->blas, report->rounds,
            machine->load > 0.5 ? "; the machine was busy" : "",
            report->is_quick ? "; quick run, figures mean nothing" : "");
    fprintf(file, "| row | goal | figure | |\n|---|---|---|---|\n");
    for (size_t i = 0; i < report->row_count; i++) {
        const BenchRow *row = &report->rows[i];
        char goal[32];
        char figure[48];
        goal_text(row, goal, sizeof goal);
        figure_text(row, figure, sizeof figure);
        fprintf(file, "| %s | %s | %s | %s |\n", row->name, goal, figure, bench_row_verdict(row));
    }
    const bool is_written = ferror(file) == 0;
    return fclose(file) == 0 && is_written;
}
