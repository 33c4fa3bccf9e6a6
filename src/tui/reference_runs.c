#include "tui/reference_runs.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/run_folders.h"
#include "tui/finals_table.h"

enum { METRIC_NAME_BYTES = SPEC_NAME_BYTES + 32, LETTERS = 26 };

static bool has_references(LabState *state)
{
    if (state->references == NULL) {
        state->references = calloc(1, sizeof *state->references);
    }
    return state->references != NULL;
}

/* Room for another one. */
static Status find_place(LabState *state, ReferenceRun **out, Problem *problem)
{
    if (!has_references(state)) {
        return problem_describe(problem, STATUS_OUT_OF_MEMORY, "%s",
                                status_sentence(STATUS_OUT_OF_MEMORY));
    }
    if (state->references->count == REFERENCE_RUNS_MAX) {
        return problem_describe(problem, STATUS_BAD_VALUE,
                                "%d recorded runs are open already; :close takes them away",
                                REFERENCE_RUNS_MAX);
    }
    *out = &state->references->runs[state->references->count];
    return STATUS_OK;
}

static bool has_table(const LabState *state)
{
    for (size_t i = 0; state->references != NULL && i < state->references->count; i++) {
        if (state->references->runs[i].is_table) {
            return true;
        }
    }
    return false;
}

Status reference_runs_add_controls(LabState *state, const char *finals, Problem *problem)
{
    ReferenceRun *place = NULL;
    TRY(find_place(state, &place, problem));
    assert(place != NULL);
    TRY(finals_table_read(finals, FINALS_CONTROLS, state->methods, &place->run, problem));
    place->is_table = true;
    state->references->count++;
    return STATUS_OK;
}

static Status add_runs(LabState *state, const RunFolders *folders, Problem *problem)
{
    ReferenceRun *place = NULL;
    TRY(find_place(state, &place, problem));
    assert(place != NULL);
    TRY(recorded_run_read((const char *const *)folders->paths, folders->count, state->methods,
                          &place->run, problem));
    place->is_table = false;
    state->references->count++;
    return STATUS_OK;
}

/* "ref: A AdamW, B SAM of runs/first": what the last run that was added put on the charts. */
static void describe(const LabState *state, const RunFolders *folders, char *out, size_t out_bytes)
{
    ReferenceLane lanes[SPEC_LANES_MAX * REFERENCE_RUNS_MAX];
    const size_t count = reference_runs_lanes(state, lanes, sizeof lanes / sizeof *lanes);
    const LabState *last = state->references->runs[state->references->count - 1].run.state;
    char more[48] = "";
    size_t used = (size_t)snprintf(out, out_bytes, "beside the race, in grey:");
    for (size_t i = 0; i < count && used < out_bytes; i++) {
        if (lanes[i].state == last) {
            used += (size_t)snprintf(out + used, out_bytes - used, " %c %s,", lanes[i].mark,
                                     lanes[i].label);
        }
    }
    if (folders->count > 1) {
        (void)snprintf(more, sizeof more, " and %zu more (their mean)", folders->count - 1);
    }
    if (used < out_bytes) {
        (void)snprintf(out + used, out_bytes - used, " from %s%s; :close takes them away",
                       folders->paths[0], more);
    }
}

static Status open_folders(LabState *state, const RunFolders *folders, char *out, size_t out_bytes,
                           Problem *problem)
{
    if (folders->count > 0) {
        TRY(add_runs(state, folders, problem));
        describe(state, folders, out, out_bytes);
    }
    if (folders->finals == NULL || has_table(state)) {
        return STATUS_OK;
    }
    const Status status = reference_runs_add_controls(state, folders->finals, problem);
    if (folders->count > 0) {
        return STATUS_OK; /* a table beside a run is not what was asked for */
    }
    TRY(status);
    (void)snprintf(out, out_bytes,
                   "%s has final numbers and no curves: page V compares with them at equal passes",
                   folders->finals);
    return STATUS_OK;
}

void reference_runs_remember(LabState *state, const char *word)
{
    char folder[PATH_MAX] = "";
    char whole[2 * PATH_MAX];
    if (!has_references(state) || (word[0] != '/' && getcwd(folder, sizeof folder) == NULL)) {
        return;
    }
    ReferenceRuns *references = state->references;
    const int length =
        snprintf(whole, sizeof whole, "%s%s%s", folder, word[0] != '/' ? "/" : "", word);
    bool is_kept = length >= PATH_MAX || references->word_count == REFERENCE_RUNS_MAX;
    for (size_t i = 0; i < references->word_count && !is_kept; i++) {
        is_kept = strcmp(references->words[i], whole) == 0;
    }
    if (!is_kept) {
        memcpy(references->words[references->word_count++], whole, (size_t)length + 1);
    }
}

Status reference_runs_open(LabState *state, const char *word, char *out, size_t out_bytes,
                           Problem *problem)
{
    RunFolders folders;
    out[0] = '\0';
    TRY(run_folders_find(&word, 1, &folders, problem));
    const Status status = open_folders(state, &folders, out, out_bytes, problem);
    run_folders_clear(&folders);
    TRY(status);
    lab_state_note(state, out);
    reference_runs_remember(state, word);
    return STATUS_OK;
}

size_t reference_runs_close(LabState *state)
{
    const size_t count = state->references != NULL ? state->references->count : 0;
    for (size_t i = 0; i < count; i++) {
        recorded_run_clear(&state->references->runs[i].run);
    }
    free(state->references);
    state->references = NULL;
    return count;
}

size_t reference_runs_lanes(const LabState *state, ReferenceLane *out, size_t most)
{
    size_t count = 0;
    size_t runs = 0;
    for (size_t i = 0; state->references != NULL && i < state->references->count; i++) {
        const LabState *from = state->references->runs[i].run.state;
        char number[24] = "";
        if (state->references->runs[i].is_table) {
            continue;
        }
        if (++runs > 1) {
            (void)snprintf(number, sizeof number, "%zu", runs);
        }
        for (size_t lane = 0; lane < from->lane_count && count < most; lane++) {
            if (lab_state_has_lane(from, lane)) {
                ReferenceLane *one = &out[count];
                *one = (ReferenceLane){
                    .state = from, .lane = lane, .mark = (char)('A' + count % LETTERS)};
                (void)snprintf(one->label, sizeof one->label, "ref%.3s %s", number,
                               from->lanes[lane].name);
                count++;
            }
        }
    }
    return count;
}

uint16_t reference_runs_metric(const LabState *state, const LabState *reference, uint16_t metric)
{
    char wanted[METRIC_NAME_BYTES];
    char name[METRIC_NAME_BYTES];
    if (metric < METRIC_DOMAIN_FIRST) {
        return metric;
    }
    experiment_spec_metric_name(state->spec, metric, wanted, sizeof wanted);
    for (int other = METRIC_DOMAIN_FIRST; other < METRIC_ID_MAX; other++) {
        experiment_spec_metric_name(reference->spec, (uint16_t)other, name, sizeof name);
        if (name[0] != '\0' && strcmp(name, wanted) == 0) {
            return (uint16_t)other;
        }
    }
    return METRIC_ID_MAX;
}
