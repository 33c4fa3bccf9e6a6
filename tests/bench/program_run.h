/* bench/program_run.h -- start the real program, watch it from outside, and say when what was seen. */
#ifndef TESTS_BENCH_PROGRAM_RUN_H
#define TESTS_BENCH_PROGRAM_RUN_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "bench/bench_setting.h"

/* Of the terminal, where there is one. */
enum { PROGRAM_ROWS = 40, PROGRAM_COLUMNS = 120, PROGRAM_PATH_BYTES = PATH_MAX + 16 };

typedef struct ProgramPlan {
    const char *program;
    const char *experiment;
    const char *run_directory; /* is made; must not be there */
    const char *home;          /* for the program's own files */
    const char *frame_text;    /* stands on the screen's first frame, and nowhere before */
    size_t workers;
    bool is_on_screen;       /* a pseudo-terminal of 120 x 40; else `run --plain` into nothing */
    bool ends_at_first_step; /* kill it once its first step is recorded; else let it finish */
    bool is_weighed;         /* read its memory now and then, which costs a little */
} ProgramPlan;

/* Seconds are from just before the start; what was not seen is NaN. */
typedef struct ProgramFigures {
    double first_frame_seconds;
    double first_step_seconds; /* its line is in metrics.jsonl */
    double race_seconds;       /* of racing, as the record says */
    double all_seconds;        /* from start to end */
    double peak_bytes;         /* resident */
    double predicted_bytes;    /* that the record says; NaN where it is less than a GB */
} ProgramFigures;

/* Start it in a process of its own, in a pseudo-terminal whose other end is handed over (-1 without one). Not above 0: it could not be started. */
pid_t program_start(const ProgramPlan *plan, int *terminal);

/* False if it could not be started, failed, or took longer than patience_seconds; it is then gone. */
bool program_run(const ProgramPlan *plan, double patience_seconds, ProgramFigures *figures);

/* Is the program there, to be run in the benchmark's folder? */
bool program_is_there(void);

/* Add to a plan that program, a folder of its own (whose name is kept in `directory`, and which is not there yet) and, unless it says otherwise, all
 * cores. */
bool program_plan_complete(const BenchSetting *setting, ProgramPlan *plan,
                           char directory[PROGRAM_PATH_BYTES]);

/* The same with that program (`plan` need not say it), in a new folder of its own, on all cores unless the plan says otherwise. */
bool program_run_once(const BenchSetting *setting, ProgramPlan plan, ProgramFigures *figures);

/* Write text into a new file of the benchmark's folder and hand back its path. */
bool program_write_experiment(const BenchSetting *setting, const char *name, const char *text,
                              char path[PATH_MAX]);

#endif
