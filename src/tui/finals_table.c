#include "tui/finals_table.h"

#include <assert.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "tui/seed_mean.h"

enum { FILE_BYTES_MAX = 64 * 1024 * 1024, METRIC_NAME_BYTES = SPEC_NAME_BYTES + 32 };

static const char DEV[] = "dev_"; /* in front of what the last evaluation on dev found */

/* One line; text borrowed from its JSON. */
typedef struct FinalsRow {
    Json *json; /* owned */
    const char *lane;
    const char *method;
    double seed;
    double steps;
    double passes;
} FinalsRow;

typedef struct FinalsRows {
    FinalsRow *at; /* [count], owned */
    size_t count;
    double race_steps; /* of most rows */
} FinalsRows;

/* The lanes and seeds of a part: lanes as the rows that name them first. */
typedef struct FinalsCast {
    const FinalsRow *lanes[SPEC_LANES_MAX];
    size_t lane_count;
    size_t left_out;
    double seeds[SEEDS_MAX];
    size_t seed_count;
} FinalsCast;

static Status out_of_memory(Problem *problem)
{
    return problem_describe(problem, STATUS_OUT_OF_MEMORY, "%s",
                            status_sentence(STATUS_OUT_OF_MEMORY));
}

/* ---- rows -------------------------------------------------------------------------------------------------------------- */

static void clear_rows(FinalsRows *rows)
{
    for (size_t i = 0; i < rows->count; i++) {
        json_destroy(rows->at[i].json);
    }
    free(rows->at);
}

static Status read_row(const char *path, size_t number, const char *line, size_t size,
                       FinalsRows *rows, Problem *problem)
{
    assert(rows->at != NULL);
    FinalsRow row = {.json = NULL};
    TRY(json_parse_line(line, size, path, number, &row.json, problem));
    row.lane = json_string(json_member(row.json, "lane"));
    row.method = json_string(json_member(row.json, "method"));
    row.seed = json_number(json_member(row.json, "seed"));
    row.steps = json_number(json_member(row.json, "steps"));
    row.passes = json_number(json_member(row.json, "passes"));
    rows->at[rows->count++] = row; /* owned from here on */
    if (row.lane[0] == '\0' || row.method[0] == '\0' || !(row.steps >= 1.0) || !(row.seed >= 0.0) ||
        !(row.passes >= 0.0)) {
        return problem_describe(problem, STATUS_BAD_VALUE,
                                "%s, line %zu: needs seed, lane, method, steps and passes; this is "
                                "no table of final numbers",
                                path, number);
    }
    return STATUS_OK;
}

static double most_frequent_steps(const FinalsRows *rows)
{
    double found = 0.0;
    size_t most = 0;
    for (size_t i = 0; i < rows->count; i++) {
        size_t same = 0;
        for (size_t j = 0; j < rows->count; j++) {
            same += rows->at[j].steps == rows->at[i].steps ? 1 : 0;
        }
        if (same > most) {
            most = same;
            found = rows->at[i].steps;
        }
    }
    return found;
}

static size_t count_lines(const char *text)
{
    size_t lines = 1;
    for (; *text != '\0'; text++) {
        lines += *text == '\n' ? 1 : 0;
    }
    return lines;
}

static Status read_rows(const char *path, FinalsRows *rows, Problem *problem)
{
    char *text = NULL;
    size_t size = 0;
    size_t number = 0;
    TRY(json_read_text(path, FILE_BYTES_MAX, &text, &size, problem));
    rows->at = reallocarray(NULL, count_lines(text), sizeof *rows->at);
    Status status = rows->at != NULL ? STATUS_OK : out_of_memory(problem);
    for (const char *line = text; status == STATUS_OK && *line != '\0';) {
        const size_t length = strcspn(line, "\n");
        number++;
        if (strspn(line, " \t\r") < length) {
            status = read_row(path, number, line, length, rows, problem);
        }
        line += length + (line[length] == '\n' ? 1 : 0);
    }
    free(text);
    rows->race_steps = status == STATUS_OK ? most_frequent_steps(rows) : 0.0;
    return status;
}

/* ---- who is in the part ------------------------------------------------------------------------------------------------ */

/* A method of which there are also rows of other lengths. */
static bool has_controls(const FinalsRows *rows, const char *method)
{
    for (size_t i = 0; i < rows->count; i++) {
        if (rows->at[i].steps != rows->race_steps && strcmp(rows->at[i].method, method) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_in_part(const FinalsRows *rows, const FinalsRow *row, FinalsPart part)
{
    return part == FINALS_CONTROLS ? has_controls(rows, row->method)
                                   : row->steps == rows->race_steps;
}

static size_t lane_of(const FinalsCast *cast, const FinalsRow *row)
{
    size_t lane = 0;
    while (lane < cast->lane_count && strcmp(cast->lanes[lane]->lane, row->lane) != 0) {
        lane++;
    }
    return lane;
}

static bool has_seed(const FinalsCast *cast, double seed)
{
    for (size_t i = 0; i < cast->seed_count; i++) {
        if (cast->seeds[i] == seed) {
            return true;
        }
    }
    return false;
}

static Status choose_cast(const char *path, const FinalsRows *rows, FinalsPart part,
                          FinalsCast *cast, Problem *problem)
{
    for (size_t i = 0; i < rows->count; i++) {
        const FinalsRow *row = &rows->at[i];
        if (!is_in_part(rows, row, part)) {
            continue;
        }
        if (lane_of(cast, row) == cast->lane_count) {
            if (cast->lane_count < SPEC_LANES_MAX) {
                cast->lanes[cast->lane_count++] = row;
            } else {
                cast->left_out++;
            }
        }
        if (!has_seed(cast, row->seed)) {
            if (cast->seed_count == SEEDS_MAX) {
                return problem_describe(problem, STATUS_BAD_VALUE,
                                        "%s has more seeds than the %d that can be averaged", path,
                                        SEEDS_MAX);
            }
            cast->seeds[cast->seed_count++] = row->seed;
        }
    }
    if (cast->lane_count == 0) {
        return problem_describe(problem, STATUS_BAD_VALUE, "%s has no row %s", path,
                                part == FINALS_RACES ? "at all" : "of another count of steps");
    }
    return STATUS_OK;
}

/* ---- their experiment -------------------------------------------------------------------------------------------------- */

/* The names behind "final_perplexity/" or "final_accuracy/" in the rows of a lane. */
static void put_domains(FILE *out, const FinalsRow *row)
{
    const char *comma = "";
    for (const Json *item = json_first(row->json); item != NULL; item = json_next(item)) {
        const char *key = json_key(item);
        const char *slash = strchr(key, '/');
        if (slash != NULL && strncmp(key, "final_", strlen("final_")) == 0) {
            (void)fprintf(out, "%s\"%s\"", comma, slash + 1);
            comma = ",";
        }
    }
}

static void put_lane(FILE *out, const FinalsRow *row)
{
    char *knobs = json_print(json_member(row->json, "knobs"), false);
    const bool has_knobs = knobs != NULL && strlen(knobs) > 2 && knobs[0] == '{';
    (void)fprintf(out, "{\"name\":\"%s\",\"method\":\"%s\"%s%s", row->lane, row->method,
                  has_knobs ? "," : "}", has_knobs ? knobs + 1 : "");
    free(knobs);
}

/* What an experiment file would say, as far as the rows tell; the folder is named after the experiment. */
static char *experiment_text(const char *path, const FinalsRows *rows, const FinalsCast *cast)
{
    char *text = NULL;
    size_t size = 0;
    char real[PATH_MAX];
    const char *name = realpath(path, real) != NULL ? basename(dirname(real)) : "finals";
    const FinalsRow *first = cast->lanes[0];
    assert(cast->lane_count > 0 && first != NULL);
    const bool has_classes = json_member(first->json, "final_accuracy") != NULL;
    FILE *out = open_memstream(&text, &size);
    if (out == NULL) {
        return NULL;
    }
    (void)fprintf(out,
                  "{\"name\":\"%s\",\"task\":\"%s\",\"model\":\"-\",\"data\":\"-\","
                  "\"train_domains\":[\"-\"],\"final_split\":\"test\",\"max_steps\":%.0f,"
                  "\"warmup_steps\":0,\"zero_shot_domains\":[",
                  name, has_classes ? "text-classification" : "causal-lm", rows->race_steps);
    put_domains(out, first);
    (void)fputs("],\"lanes\":[", out);
    for (size_t i = 0; i < cast->lane_count; i++) {
        (void)fputs(i > 0 ? "," : "", out);
        put_lane(out, cast->lanes[i]);
    }
    (void)fputs("]}", out);
    if (fclose(out) != 0) {
        free(text);
        return NULL;
    }
    return text;
}

static Status make_spec(const char *path, const FinalsRows *rows, const FinalsCast *cast,
                        ExperimentSpec *spec, Problem *problem)
{
    char *text = experiment_text(path, rows, cast);
    if (text == NULL) {
        return out_of_memory(problem);
    }
    const Status status = experiment_spec_parse(text, strlen(text), path, "", spec, problem);
    free(text);
    return status;
}

/* ---- their states ------------------------------------------------------------------------------------------------------ */

static uint16_t metric_of(const ExperimentSpec *spec, const char *key)
{
    const char *wanted = strncmp(key, DEV, strlen(DEV)) == 0 ? key + strlen(DEV) : key;
    char name[METRIC_NAME_BYTES];
    for (int metric = 0; metric < METRIC_ID_MAX; metric++) {
        experiment_spec_metric_name(spec, (uint16_t)metric, name, sizeof name);
        if (name[0] != '\0' && strcmp(name, wanted) == 0) {
            return (uint16_t)metric;
        }
    }
    return METRIC_ID_MAX;
}

static void take_row(LabState *state, uint32_t lane, const FinalsRow *row)
{
    RunReport report = {.kind = RUN_REPORT_SAMPLE};
    MetricSample *sample = &report.as.sample;
    *sample = (MetricSample){.lane = lane, .step = (uint32_t)row->steps, .passes = row->passes};
    for (const Json *item = json_first(row->json); item != NULL; item = json_next(item)) {
        const uint16_t metric = metric_of(state->spec, json_key(item));
        if (metric < METRIC_ID_MAX) {
            (void)metric_sample_add(sample, metric, json_number(item));
        }
    }
    lab_state_take(state, &report);
}

/* What the experiment's file said for all lanes is not in the table: it must not be told by default. */
static void forget_untold_knobs(LabState *state)
{
    for (size_t lane = 0; lane < state->lane_count; lane++) {
        for (size_t i = 0; i < METHOD_SHARED_KNOB_COUNT; i++) {
            const KnobId knob = METHOD_SHARED_KNOBS[i];
            state->lanes[lane].knobs[knob].is_available =
                state->spec->lanes[lane].knob_is_set[knob];
        }
    }
}

static Status make_seed(const FinalsRows *rows, const FinalsCast *cast, double seed,
                        ExperimentSpec *spec, MethodList methods, LabState **out)
{
    spec->seed = seed;
    TRY(lab_state_create(spec, methods, out));
    forget_untold_knobs(*out);
    for (size_t i = 0; i < rows->count; i++) {
        const size_t lane = lane_of(cast, &rows->at[i]);
        if (rows->at[i].seed == seed && lane < cast->lane_count) {
            take_row(*out, (uint32_t)lane, &rows->at[i]);
        }
    }
    const RunReport end = {.kind = RUN_REPORT_EVENT,
                           .as.event = {.kind = RUN_EVENT_FINISHED,
                                        .step = (uint32_t)rows->race_steps,
                                        .lane = LANE_ALL}};
    lab_state_take(*out, &end);
    lab_state_end_record(*out);
    return (*out)->is_out_of_memory ? STATUS_OUT_OF_MEMORY : STATUS_OK;
}

static Status make_run(const FinalsRows *rows, const FinalsCast *cast, ExperimentSpec *spec,
                       MethodList methods, RecordedRun *out)
{
    if (cast->seed_count == 1) {
        return make_seed(rows, cast, cast->seeds[0], spec, methods, &out->state);
    }
    for (size_t i = 0; i < cast->seed_count; i++) {
        out->seed_count = i + 1;
        TRY(make_seed(rows, cast, cast->seeds[i], spec, methods, &out->seeds[i]));
    }
    return seed_mean((const LabState *const *)out->seeds, out->seed_count, &out->state);
}

static Status make(const char *path, const FinalsRows *rows, FinalsPart part, MethodList methods,
                   RecordedRun *out, Problem *problem)
{
    FinalsCast cast = {.lane_count = 0};
    TRY(choose_cast(path, rows, part, &cast, problem));
    ExperimentSpec *spec = calloc(1, sizeof *spec);
    if (spec == NULL) {
        return out_of_memory(problem);
    }
    Status status = make_spec(path, rows, &cast, spec, problem);
    if (status == STATUS_OK && make_run(rows, &cast, spec, methods, out) != STATUS_OK) {
        status = out_of_memory(problem);
    }
    free(spec);
    TRY(status);
    if (cast.left_out > 0) {
        char note[RUN_EVENT_TEXT_BYTES];
        (void)snprintf(note, sizeof note,
                       "%zu more rows of other lanes are not shown: there is "
                       "room for %d lanes",
                       cast.left_out, SPEC_LANES_MAX);
        lab_state_note(out->state, note);
    }
    return STATUS_OK;
}

Status finals_table_read(const char *path, FinalsPart part, MethodList methods, RecordedRun *out,
                         Problem *problem)
{
    FinalsRows rows = {.count = 0};
    *out = (RecordedRun){.state = NULL};
    Status status = read_rows(path, &rows, problem);
    if (status == STATUS_OK) {
        status = make(path, &rows, part, methods, out, problem);
    }
    clear_rows(&rows);
    if (status != STATUS_OK) {
        recorded_run_clear(out);
    }
    return status;
}
