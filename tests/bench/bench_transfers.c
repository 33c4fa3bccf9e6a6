/* bench/bench_transfers.c -- every bundled experiment with its three lanes, from start to end. */
#include "bench/bench_sections.h"

#include <stdio.h>

#include "bench/program_run.h"

static const double MOST_SECONDS = 180.0;

bool bench_transfers(const BenchSetting *setting, BenchReport *report)
{
    static const char *const NAMES[] = {"images-emoji-art", "images-digits", "cross-lingual",
                                        "cross-lingual-nli", "cross-domain"};
    if (!program_is_there()) {
        bench_report_skip(report, "transfers", "the program itself",
                          "build/release/tramlab is not there; run make first");
        return true;
    }
    const size_t count = setting->is_quick ? 1 : sizeof NAMES / sizeof *NAMES;
    for (size_t i = 0; i < count; i++) {
        char path[128];
        ProgramFigures figures;
        snprintf(path, sizeof path, "sample-runs/experiments/%s.json", NAMES[i]);
        const ProgramPlan plan = {.experiment = path, .is_weighed = true, .workers = 2};
        if (!program_run_once(setting, plan, &figures)) {
            return false;
        }
        BenchRow row = {.section = "transfers",
                        .goal = GOAL_AT_MOST,
                        .bound = MOST_SECONDS,
                        .figure = figures.all_seconds,
                        .unit = "s"};
        snprintf(row.name, sizeof row.name, "%s.json from start to end, 2 workers", NAMES[i]);
        snprintf(row.note, sizeof row.note,
                 "AdamW, SAM and TRAM with all evaluations; racing %.0f s; most resident %.0f MB",
                 figures.race_seconds, 1e-6 * figures.peak_bytes);
        row = with_goal_on_two_cores(row, GOAL_AT_MOST, MOST_SECONDS);
        bench_report_add(report, &row);
    }
    return true;
}
