/* bench/bench_report.h -- rows of figures with their goals, as a table for people, for the README and for machines. */
#ifndef TESTS_BENCH_BENCH_REPORT_H
#define TESTS_BENCH_BENCH_REPORT_H

#include <stdbool.h>
#include <stddef.h>

enum { ROW_NAME_BYTES = 80, ROW_NOTE_BYTES = 200, ROWS_MAX = 96 };

/* GOAL_NEAR_ONE: 1 at most `bound` up or down. */
typedef enum RowGoal { GOAL_NONE, GOAL_AT_MOST, GOAL_AT_LEAST, GOAL_NEAR_ONE } RowGoal;

typedef struct BenchRow {
    char section[16];
    char name[ROW_NAME_BYTES];
    RowGoal goal;
    double bound; /* without a goal: not looked at */
    double figure;
    char unit[16]; /* "" = a plain number; "x" = times faster */
    int decimals;
    bool is_skipped;           /* figure is nothing then; the note says why */
    char note[ROW_NOTE_BYTES]; /* what the figure was made from */
} BenchRow;

/* What the figures hold for. */
typedef struct BenchMachine {
    char cpu[96];
    size_t cores;
    char blas[128];
    char threads[160];
    double load; /* average over the last minute, before the first row */
    char date[32];
} BenchMachine;

typedef struct BenchReport {
    BenchMachine machine;
    BenchRow rows[ROWS_MAX];
    size_t row_count;
    size_t rounds;
    bool is_quick; /* too few repetitions to mean anything */
    bool is_json;  /* print nothing before the end */
} BenchReport;

/* Look at the machine and, unless for machines, print it with the table's head. */
void bench_report_begin(BenchReport *report, bool is_json, bool is_quick, size_t rounds);

/* Add a row and, unless for machines, print it. The row has no goal, or meets it: "ok"; or not: "short". */
void bench_report_add(BenchReport *report, const BenchRow *row);

/* A row that could not be measured, with the reason. */
void bench_report_skip(BenchReport *report, const char *section, const char *name,
                       const char *reason);

/* What stands in the verdict column. Static storage. */
const char *bench_row_verdict(const BenchRow *row);

/* JSON to stdout if for machines. False if it could not be written. */
bool bench_report_end(const BenchReport *report);

/* The table as the README has it. False if the file could not be written. */
bool bench_report_write_markdown(const BenchReport *report, const char *path);

#endif
