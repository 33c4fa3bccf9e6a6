#include "tui/recorded_run.h"

#include <stdio.h>

#include "base/text.h"
#include "store/run_difference.h"
#include "store/run_reader.h"
#include "tui/seed_mean.h"

static Status out_of_memory(Problem *problem)
{
    return problem_describe(problem, STATUS_OUT_OF_MEMORY, "not enough memory for the record");
}

/* What is wrong with the record is the newest of its events. */
static void note_damages(LabState *state, const RunDamages *damages)
{
    char note[RUN_EVENT_TEXT_BYTES];
    for (size_t i = 0; i < damages->count && i < RUN_DAMAGES_KEPT; i++) {
        snprintf(note, sizeof note, "%s:%zu passed over: %s", damages->kept[i].file,
                 damages->kept[i].line, damages->kept[i].text);
        lab_state_note(state, note);
    }
    if (damages->count > RUN_DAMAGES_KEPT) {
        snprintf(note, sizeof note, "%zu more lines passed over",
                 damages->count - RUN_DAMAGES_KEPT);
        lab_state_note(state, note);
    }
    if (state->phase == LAB_BROKEN_OFF) {
        snprintf(note, sizeof note, "the record does not say how the race ended%s",
                 damages->is_cut ? ", and ends within a line" : "");
        lab_state_note(state, note);
    } else if (damages->is_cut) {
        lab_state_note(state, "the record ends within a line");
    }
}

static Status take_reports(RunReader *reader, const char *directory, MethodList methods,
                           LabState **out, Problem *problem)
{
    RunReport report;
    size_t samples = 0;
    LabState *state = NULL;
    if (lab_state_create(run_reader_spec(reader), methods, &state) != STATUS_OK) {
        return out_of_memory(problem);
    }
    while (run_reader_next(reader, &report)) {
        lab_state_take(state, &report);
        samples += report.kind == RUN_REPORT_SAMPLE ? 1 : 0;
    }
    const RunDamages *damages = run_reader_damages(reader);
    lab_state_end_record(state);
    note_damages(state, damages);
    if (samples == 0 || state->is_out_of_memory) {
        const bool is_short = state->is_out_of_memory;
        lab_state_destroy(state);
        if (is_short) {
            return out_of_memory(problem);
        }
        return damages->count > 0
                   ? problem_describe(problem, STATUS_BAD_VALUE,
                                      "%s/%s, line %zu: %s; no sample can be read", directory,
                                      damages->kept[0].file, damages->kept[0].line,
                                      damages->kept[0].text)
                   : problem_describe(problem, STATUS_BAD_VALUE,
                                      "%s/metrics.jsonl has no sample: nothing to show", directory);
    }
    *out = state;
    return STATUS_OK;
}

static Status read_one(const char *directory, MethodList methods, LabState **out, Problem *problem)
{
    RunReader *reader = NULL;
    TRY(run_reader_open(directory, &reader, problem));
    const Status status = take_reports(reader, directory, methods, out, problem);
    run_reader_close(reader);
    return status;
}

/* ---- several ----------------------------------------------------------------------------------------------------------- */

/* run.json of two directories, as written: reading fills in defaults and would hide what one of them lacks. */
static Status compare(const char *first_directory, const char *directory, Problem *problem)
{
    RunDifference difference;
    RunReader *first = NULL;
    RunReader *second = NULL;
    Status status = run_reader_open(first_directory, &first, problem);
    if (status == STATUS_OK) {
        status = run_reader_open(directory, &second, problem);
    }
    if (status == STATUS_OK &&
        run_difference_find(json_member(run_reader_run(first), "experiment"),
                            json_member(run_reader_run(second), "experiment"),
                            (const char *const[]){first_directory, directory}, &difference)) {
        status = problem_describe(
            problem, STATUS_BAD_VALUE,
            "not seeds of one experiment: %s is %s in %s and %s in %s; open them one by one",
            difference.key, difference.first, first_directory, difference.second, directory);
    }
    run_reader_close(first);
    run_reader_close(second);
    return status;
}

static Status check_seed(const RecordedRun *run, const char *const *directories, size_t index,
                         Problem *problem)
{
    for (size_t i = 0; i < index; i++) {
        if (run->seeds[i]->spec->seed == run->seeds[index]->spec->seed) {
            return problem_describe(problem, STATUS_BAD_VALUE,
                                    "%s and %s are both of seed %.0f: a seed counts once",
                                    directories[i], directories[index], run->seeds[i]->spec->seed);
        }
    }
    return STATUS_OK;
}

static void note_runs(const RecordedRun *run, const char *const *directories)
{
    for (size_t i = run->seed_count; i-- > 0;) {
        const LabState *seed = run->seeds[i];
        char note[RUN_EVENT_TEXT_BYTES];
        snprintf(note, sizeof note, "seed %.0f: %s, step %u, %s", seed->spec->seed,
                 lab_state_phase_word(seed->phase), seed->step, directories[i]);
        lab_state_note(run->state, note);
    }
}

static Status read_seeds(const char *const *directories, size_t count, MethodList methods,
                         RecordedRun *run, Problem *problem)
{
    for (size_t i = 0; i < count; i++) {
        if (i > 0) {
            TRY(compare(directories[0], directories[i], problem));
        }
        TRY(read_one(directories[i], methods, &run->seeds[i], problem));
        run->seed_count = i + 1;
        TRY(check_seed(run, directories, i, problem));
    }
    if (seed_mean((const LabState *const *)run->seeds, count, &run->state) != STATUS_OK) {
        return out_of_memory(problem);
    }
    if (run->state->lane_count == 0) {
        return problem_describe(problem, STATUS_BAD_VALUE,
                                "these runs have no lane in common: nothing to compare");
    }
    note_runs(run, directories);
    return STATUS_OK;
}

Status recorded_run_read(const char *const *directories, size_t count, MethodList methods,
                         RecordedRun *out, Problem *problem)
{
    *out = (RecordedRun){.state = NULL};
    if (count > SEEDS_MAX) {
        return problem_describe(problem, STATUS_BAD_USAGE, "%d runs can be compared at most",
                                SEEDS_MAX);
    }
    const Status status = count == 1 ? read_one(directories[0], methods, &out->state, problem)
                                     : read_seeds(directories, count, methods, out, problem);
    if (status != STATUS_OK) {
        recorded_run_clear(out);
    }
    return status;
}

void recorded_run_clear(RecordedRun *run)
{
    lab_state_destroy(run->state); /* it borrows the seeds' */
    for (size_t i = 0; i < run->seed_count; i++) {
        lab_state_destroy(run->seeds[i]);
    }
    *run = (RecordedRun){.state = NULL};
}
