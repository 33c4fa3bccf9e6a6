/* bench/bench_main.c -- `make bench`: every figure with its goal, in one run. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/bench_report.h"
#include "bench/bench_sections.h"
#include "bench/bench_setting.h"
#include "kernels/gemm.h"

static const struct Section {
    const char *name;
    bool (*run)(const BenchSetting *setting, BenchReport *report);
} SECTIONS[] = {
    {"program", bench_program}, /* first: started from a small process */
    {"keys", bench_keys},       {"steps", bench_steps},   {"accounting", bench_accounting},
    {"race", bench_race},       {"growth", bench_growth}, {"parts", bench_parts},
    {"gpt2", bench_gpt2},       {"load", bench_load},     {"torch", bench_torch},
    {"charts", bench_charts},   {"memory", bench_memory}, {"transfers", bench_transfers}};
enum { SECTION_COUNT = sizeof SECTIONS / sizeof *SECTIONS };

typedef struct BenchLine {
    bool is_json;
    const char *markdown;
    bool is_wanted[SECTION_COUNT];
} BenchLine;

static int usage(void)
{
    fprintf(stderr, "usage: bench [--json] [--markdown FILE] [SECTION...]; sections:");
    for (size_t i = 0; i < SECTION_COUNT; i++) {
        fprintf(stderr, " %s", SECTIONS[i].name);
    }
    fprintf(stderr, "\nBENCH_QUICK=1: as few repetitions as possible\n");
    return EXIT_FAILURE;
}

static bool want_section(BenchLine *line, const char *name)
{
    for (size_t i = 0; i < SECTION_COUNT; i++) {
        if (strcmp(SECTIONS[i].name, name) == 0) {
            line->is_wanted[i] = true;
            return true;
        }
    }
    return false;
}

static bool read_line(int argc, char **argv, BenchLine *line)
{
    bool has_section = false;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--json") == 0) {
            line->is_json = true;
        } else if (strcmp(argv[i], "--markdown") == 0 && i + 1 < argc) {
            line->markdown = argv[++i];
        } else if (want_section(line, argv[i])) {
            has_section = true;
        } else {
            return false;
        }
    }
    for (size_t i = 0; i < SECTION_COUNT && !has_section; i++) {
        line->is_wanted[i] = true;
    }
    return true;
}

static bool run_sections(const BenchLine *line, const BenchSetting *setting, BenchReport *report)
{
    bool is_whole = true;
    for (size_t i = 0; i < SECTION_COUNT; i++) {
        if (line->is_wanted[i] && !SECTIONS[i].run(setting, report)) {
            bench_report_skip(report, SECTIONS[i].name, "this section", "could not be carried out");
            is_whole = false;
        }
    }
    return is_whole;
}

int main(int argc, char **argv)
{
    BenchLine line = {0};
    BenchSetting setting;
    Problem problem = {0};
    const char *quick = getenv("BENCH_QUICK");
    if (!read_line(argc, argv, &line)) {
        return usage();
    }
    gemm_use_one_thread();
    if (!bench_setting_open(&setting, quick != NULL && strcmp(quick, "0") != 0, &problem)) {
        fprintf(stderr, "bench: %s\n", problem.text);
        return EXIT_FAILURE;
    }
    BenchReport *report = calloc(1, sizeof *report);
    bool is_whole = report != NULL;
    if (is_whole) {
        bench_report_begin(report, line.is_json, setting.is_quick, setting.rounds);
        is_whole = run_sections(&line, &setting, report);
        is_whole = bench_report_end(report) && is_whole;
    }
    if (report != NULL && line.markdown != NULL) {
        is_whole = bench_report_write_markdown(report, line.markdown) && is_whole;
    }
    free(report);
    bench_setting_close(&setting);
    return is_whole ? EXIT_SUCCESS : EXIT_FAILURE;
}
