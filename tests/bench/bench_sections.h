/* bench/bench_sections.h -- the parts of the benchmark; each adds its rows, and false means that it could not be carried out. */
#ifndef TESTS_BENCH_BENCH_SECTIONS_H
#define TESTS_BENCH_BENCH_SECTIONS_H

#include <stdbool.h>

#include "bench/bench_report.h"
#include "bench/bench_setting.h"

/* Steps of each method against AdamW's, and against the bare matrix products, on one worker and on two. */
bool bench_steps(const BenchSetting *setting, BenchReport *report);

/* A step of every method against the passes it is charged with. */
bool bench_accounting(const BenchSetting *setting, BenchReport *report);

/* Three lanes on one worker and on two; what evaluations and probes cost. */
bool bench_race(const BenchSetting *setting, BenchReport *report);

/* The program itself, watched and unwatched: speed, start, memory. */
bool bench_program(const BenchSetting *setting, BenchReport *report);

/* How soon a key shows. */
bool bench_keys(const BenchSetting *setting, BenchReport *report);

/* How time grows with the work. */
bool bench_growth(const BenchSetting *setting, BenchReport *report);

/* A model of GPT-2 small's size. */
bool bench_gpt2(const BenchSetting *setting, BenchReport *report);

/* What fine-tuning one takes, by lanes. */
bool bench_memory(const BenchSetting *setting, BenchReport *report);

/* Every bundled experiment from start to end. */
bool bench_transfers(const BenchSetting *setting, BenchReport *report);

/* Its weights from half precision, against reading the file. */
bool bench_load(const BenchSetting *setting, BenchReport *report);

/* The same steps in PyTorch. */
bool bench_torch(const BenchSetting *setting, BenchReport *report);

/* How many parts a batch is best cut into. */
bool bench_parts(const BenchSetting *setting, BenchReport *report);

/* A frame of charts over a long race and over a short one. */
bool bench_charts(const BenchSetting *setting, BenchReport *report);

#endif
