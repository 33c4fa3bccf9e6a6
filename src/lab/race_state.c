#include "lab/race_state.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/json.h"
#include "base/whole_file.h"
#include "kernels/vector_ops.h"
#include "model/safetensors.h"
#include "optim/method_table.h"

enum {
    PATH_BYTES = SPEC_PATH_BYTES + SPEC_NAME_BYTES + 40,
    VECTORS_MAX = 4,
    STATE_BYTES_MAX = JSON_FILE_BYTES_MAX
};

/* Beyond this a double no longer tells every whole number. */
static const double COUNT_MAX = 9007199254740992.0;

static const char *const VECTOR_NAMES[VECTORS_MAX] = {"params", "moment1", "moment2", "memory"};
static const char STATE_JSON[] = "state.json";

enum { FOLDER_COUNT = 2 };
static const char *const FOLDER_NAMES[FOLDER_COUNT] = {"a", "b"};

static void json_path(const char *directory, char path[PATH_BYTES])
{
    snprintf(path, PATH_BYTES, "%s/resume/%s", directory, STATE_JSON);
}

static void weights_path(const char *directory, unsigned folder, const char *lane,
                         char path[PATH_BYTES])
{
    snprintf(path, PATH_BYTES, "%s/resume/%s/%s.safetensors", directory, FOLDER_NAMES[folder],
             lane);
}

/* The vectors of a lane, in the order of their names; how many it has. */
static size_t vectors_of(const Session *session, Real *vectors[VECTORS_MAX])
{
    vectors[0] = session->state.params;
    vectors[1] = session->state.moment1;
    vectors[2] = session->state.moment2;
    vectors[3] = session->state.memory;
    return session->state.memory != NULL ? VECTORS_MAX : VECTORS_MAX - 1;
}

static Status no_memory(const char *path, Problem *problem)
{
    return problem_describe(problem, STATUS_OUT_OF_MEMORY, "not enough memory for %s", path);
}

/* -- saving ------------------------------------------------------------------------------------------------- */

static Status save_vectors(const char *path, const Session *session, Problem *problem)
{
    Real *vectors[VECTORS_MAX];
    SafetensorsEntry entries[VECTORS_MAX] = {0};
    const size_t count = vectors_of(session, vectors);
    for (size_t i = 0; i < count; i++) {
        snprintf(entries[i].name, sizeof entries[i].name, "%s", VECTOR_NAMES[i]);
        entries[i].reals = vectors[i];
        entries[i].shape[0] = session->n;
        entries[i].dimensions = 1;
    }
    return safetensors_write(path, entries, count, problem);
}

static Json *numbers_json(const double *values, size_t count)
{
    Json *array = json_new_array();
    for (size_t i = 0; array != NULL && i < count; i++) {
        if (!json_append(array, json_new_number(values[i]))) {
            json_destroy(array);
            return NULL;
        }
    }
    return array;
}

static bool add_counts(Json *lane, const Session *session)
{
    double causes[SKIP_CAUSE_COUNT];
    for (size_t i = 0; i < SKIP_CAUSE_COUNT; i++) {
        causes[i] = (double)session->skipped_by_cause[i];
    }
    return json_add_number(lane, "step", (double)session->step) &&
           json_add_number(lane, "passes", session->passes) &&
           json_add_number(lane, "seconds", session->seconds) &&
           json_add_number(lane, "skipped_steps", (double)session->skipped_steps) &&
           json_add(lane, "skipped_by_cause", numbers_json(causes, SKIP_CAUSE_COUNT)) &&
           json_add_number(lane, "divergence_failures", (double)session->divergence_failures) &&
           json_add_number(lane, "skips_in_a_row", (double)session->skips_in_a_row) &&
           json_add_bool(lane, "has_diverged", session->has_diverged);
}

static bool add_method_state(Json *lane, const MethodState *state)
{
    return json_add_number(lane, "t", (double)state->t) &&
           json_add_number(lane, "moment_steps", (double)state->moment_steps) &&
           json_add_number(lane, "moment_owner", (double)state->moment_owner) &&
           json_add(lane, "auto_scale_samples",
                    numbers_json(state->auto_scale_samples, state->auto_scale_count));
}

/* NULL when out of memory. */
static Json *lane_json(const RaceStateLane *lane)
{
    Json *object = json_new_object();
    bool is_complete = object != NULL && json_add_bool(object, "is_removed", lane->is_removed) &&
                       json_add(object, "radii", numbers_json(lane->radii->d, lane->radii->count));
    if (is_complete && !lane->is_removed) {
        is_complete = add_counts(object, lane->session) &&
                      add_method_state(object, &lane->session->state) &&
                      json_add(object, "knobs", numbers_json(lane->session->knobs, KNOB_COUNT));
    }
    if (!is_complete) {
        json_destroy(object);
        return NULL;
    }
    return object;
}

static Json *lanes_json(const ExperimentSpec *spec, const RaceState *state)
{
    Json *lanes = json_new_array();
    for (size_t i = 0; lanes != NULL && i < spec->lane_count; i++) {
        if (!json_append(lanes, lane_json(&state->lanes[i]))) {
            json_destroy(lanes);
            return NULL;
        }
    }
    return lanes;
}

/* A race may have been made shorter than its warm-up, an experiment may not: the length stands beside it. */
static Json *experiment_json(const ExperimentSpec *spec)
{
    ExperimentSpec written = *spec;
    written.max_steps = fmax(spec->max_steps, spec->warmup_steps);
    return experiment_spec_to_json(&written);
}

static Status save_json(const char *path, const ExperimentSpec *spec, const RaceState *state,
                        unsigned folder, Problem *problem)
{
    Json *document = json_new_object();
    const bool is_complete =
        document != NULL && json_add(document, "experiment", experiment_json(spec)) &&
        json_add_number(document, "max_steps", spec->max_steps) &&
        json_add_number(document, "step", (double)state->step) &&
        json_add_number(document, "seconds", state->seconds) &&
        json_add_number(document, "metrics_bytes", (double)state->record.metrics) &&
        json_add_number(document, "events_bytes", (double)state->record.events) &&
        json_add_string(document, "folder", FOLDER_NAMES[folder]) &&
        json_add(document, "lanes", lanes_json(spec, state));
    char *text = is_complete ? json_print(document, false) : NULL;
    json_destroy(document);
    if (text == NULL) {
        return no_memory(path, problem);
    }
    const Status status = whole_file_write(path, text, problem);
    free(text);
    return status;
}

static Status make_folder(const char *path, Problem *problem)
{
    if (mkdir(path, 0777) != 0 && errno != EEXIST) {
        return problem_describe(problem, STATUS_FILE_UNWRITABLE, "%s: %s", path, strerror(errno));
    }
    return STATUS_OK;
}

static Status save_weights(const char *directory, const ExperimentSpec *spec,
                           const RaceState *state, unsigned folder, Problem *problem)
{
    char path[PATH_BYTES];
    snprintf(path, sizeof path, "%s/resume", directory);
    TRY(make_folder(path, problem));
    snprintf(path, sizeof path, "%s/resume/%s", directory, FOLDER_NAMES[folder]);
    TRY(make_folder(path, problem));
    for (size_t i = 0; i < spec->lane_count; i++) {
        if (!state->lanes[i].is_removed) {
            weights_path(directory, folder, spec->lanes[i].name, path);
            TRY(save_vectors(path, state->lanes[i].session, problem));
        }
    }
    return STATUS_OK;
}

/* What a writer that was killed has left beside them goes with the files. */
static void remove_weights(const char *directory, const ExperimentSpec *spec, unsigned folder)
{
    char path[PATH_BYTES];
    for (size_t i = 0; i < spec->lane_count; i++) {
        weights_path(directory, folder, spec->lanes[i].name, path);
        unlink(path);
        whole_file_forget_attempt(path);
    }
    snprintf(path, sizeof path, "%s/resume/%s", directory, FOLDER_NAMES[folder]);
    rmdir(path);
}

Status race_state_save(const char *directory, const ExperimentSpec *spec, RaceState *state,
                       Problem *problem)
{
    char path[PATH_BYTES];
    const unsigned folder = 1 - state->folder;
    Status status = save_weights(directory, spec, state, folder, problem);
    if (status == STATUS_OK) {
        json_path(directory, path);
        status = save_json(path, spec, state, folder, problem);
    }
    remove_weights(directory, spec, status == STATUS_OK ? state->folder : folder);
    if (status == STATUS_OK) {
        state->folder = folder;
    }
    return status;
}

bool race_state_fits(const char *directory, const ExperimentSpec *spec, const RaceState *state)
{
    struct statvfs disk;
    double bytes = 0.0;
    for (size_t i = 0; i < spec->lane_count; i++) {
        if (!state->lanes[i].is_removed) {
            Real *vectors[VECTORS_MAX];
            const size_t count = vectors_of(state->lanes[i].session, vectors);
            bytes += (double)count * (double)state->lanes[i].session->n * sizeof(float);
        }
    }
    return statvfs(directory, &disk) != 0 ||
           (double)disk.f_bavail * (double)disk.f_frsize >= 2.0 * bytes;
}

void race_state_remove(const char *directory, const ExperimentSpec *spec)
{
    char path[PATH_BYTES];
    json_path(directory, path);
    unlink(path);
    whole_file_forget_attempt(path);
    for (unsigned folder = 0; folder < FOLDER_COUNT; folder++) {
        remove_weights(directory, spec, folder);
    }
    snprintf(path, sizeof path, "%s/resume", directory);
    rmdir(path);
}

/* -- loading ------------------------------------------------------------------------------------------------ */

/* Where we read, for messages. */
typedef struct Place {
    const char *path;
    const char *lane; /* "" outside lanes */
    Problem *problem;
} Place;

static Status damaged(const Place *place, const char *key)
{
    return problem_describe(place->problem, STATUS_BAD_FORMAT,
                            "%s is damaged%s%s at \"%s\"; this run cannot go on", place->path,
                            place->lane[0] != '\0' ? " for lane " : "", place->lane, key);
}

static Status read_number(const Place *place, const Json *object, const char *key, double *out)
{
    const double value = json_number(json_member(object, key));
    if (!(value >= 0.0) || isinf(value)) {
        return damaged(place, key);
    }
    *out = value;
    return STATUS_OK;
}

static Status read_count(const Place *place, const Json *object, const char *key, uint64_t *out)
{
    double value = 0.0;
    TRY(read_number(place, object, key, &value));
    if (value > COUNT_MAX || value != floor(value)) {
        return damaged(place, key);
    }
    *out = (uint64_t)value;
    return STATUS_OK;
}

/* An array of at most (with is_exact: exactly) `most` numbers; a null among them is NaN. */
static Status read_numbers(const Place *place, const Json *object, const char *key, double *out,
                           size_t most, bool is_exact, size_t *count)
{
    const Json *array = json_member(object, key);
    size_t used = 0;
    if (!json_is_array(array) || json_count(array) > most ||
        (is_exact && json_count(array) != most)) {
        return damaged(place, key);
    }
    for (const Json *value = json_first(array); value != NULL; value = json_next(value)) {
        out[used++] = json_number(value);
    }
    *count = used;
    return STATUS_OK;
}

static Status read_radii(const Place *place, const Json *object, RadiusHistory *radii)
{
    const Json *array = json_member(object, "radii");
    if (!json_is_array(array)) {
        return damaged(place, "radii");
    }
    if (radius_history_reserve(radii, json_count(array)) != STATUS_OK) {
        return no_memory(place->path, place->problem);
    }
    return read_numbers(place, object, "radii", radii->d, json_count(array), true, &radii->count);
}

static Status read_counts(const Place *place, const Json *object, Session *session)
{
    double causes[SKIP_CAUSE_COUNT];
    size_t count = 0;
    TRY(read_count(place, object, "step", &session->step));
    TRY(read_number(place, object, "passes", &session->passes));
    TRY(read_number(place, object, "seconds", &session->seconds));
    TRY(read_count(place, object, "skipped_steps", &session->skipped_steps));
    TRY(read_numbers(place, object, "skipped_by_cause", causes, SKIP_CAUSE_COUNT, true, &count));
    for (size_t i = 0; i < count; i++) {
        if (!(causes[i] >= 0.0 && causes[i] <= COUNT_MAX)) {
            return damaged(place, "skipped_by_cause");
        }
        session->skipped_by_cause[i] = (uint64_t)causes[i];
    }
    TRY(read_count(place, object, "divergence_failures", &session->divergence_failures));
    TRY(read_count(place, object, "skips_in_a_row", &session->skips_in_a_row));
    session->has_diverged = json_truth(json_member(object, "has_diverged"));
    return STATUS_OK;
}

static Status read_method_state(const Place *place, const Json *object, MethodState *state)
{
    uint64_t owner = 0;
    TRY(read_count(place, object, "t", &state->t));
    TRY(read_count(place, object, "moment_steps", &state->moment_steps));
    TRY(read_count(place, object, "moment_owner", &owner));
    if (owner > BASE_OPTIMIZER_SGD) {
        return damaged(place, "moment_owner");
    }
    state->moment_owner = (BaseOptimizer)owner;
    return read_numbers(place, object, "auto_scale_samples", state->auto_scale_samples,
                        AUTO_SCALE_SAMPLES, false, &state->auto_scale_count);
}

/* The knobs in force must be values that could have been set. */
static Status read_knobs(const Place *place, const Json *object, Session *session)
{
    double knobs[KNOB_COUNT];
    size_t count = 0;
    TRY(read_numbers(place, object, "knobs", knobs, KNOB_COUNT, true, &count));
    for (KnobId knob = 0; knob < KNOB_COUNT; knob++) {
        double ignored = 0.0;
        if (!method_has_knob(session->method, knob, &ignored)) {
            continue;
        }
        const KnobInfo *info = knob_info(knob);
        if (!(knobs[knob] >= info->minimum &&
              knobs[knob] <= method_knob_maximum(session->method, knob))) {
            return damaged(place, info->key);
        }
        session->knobs[knob] = knobs[knob];
    }
    return STATUS_OK;
}

static Status lay_out(size_t n, size_t count, ParameterTable *table)
{
    TRY(parameter_table_begin(table, count, NULL));
    for (size_t i = 0; i < count; i++) {
        ParameterTensor tensor = {.rows = 1, .cols = n, .is_vector = 1};
        snprintf(tensor.name, sizeof tensor.name, "%s", VECTOR_NAMES[i]);
        parameter_table_append(table, "", &tensor);
    }
    return parameter_table_end(table);
}

static Status load_vectors(const char *path, const Session *session, Problem *problem)
{
    Real *vectors[VECTORS_MAX];
    ParameterTable table = {0};
    const size_t count = vectors_of(session, vectors);
    if (lay_out(session->n, count, &table) != STATUS_OK) {
        return no_memory(path, problem);
    }
    Real *block = calloc(table.size, sizeof *block);
    Status status =
        block != NULL ? safetensors_read(path, &table, block, problem) : no_memory(path, problem);
    for (size_t i = 0; status == STATUS_OK && i < count; i++) {
        vector_copy(vectors[i], block + table.tensors[i].offset, session->n);
    }
    free(block);
    parameter_table_clear(&table);
    return status;
}

static Status read_lane(const Place *place, const Json *object, const char *weights,
                        RaceStateLane *lane)
{
    lane->is_removed = json_truth(json_member(object, "is_removed"));
    TRY(read_radii(place, object, lane->radii));
    if (lane->is_removed) {
        return STATUS_OK;
    }
    TRY(read_counts(place, object, lane->session));
    TRY(read_method_state(place, object, &lane->session->state));
    TRY(read_knobs(place, object, lane->session));
    return load_vectors(weights, lane->session, place->problem);
}

bool race_state_is_there(const char *directory)
{
    char path[PATH_BYTES];
    json_path(directory, path);
    return access(path, F_OK) == 0;
}

static Status read_document(const char *directory, char path[PATH_BYTES], Json **document,
                            Problem *problem)
{
    char *text = NULL;
    size_t size = 0;
    json_path(directory, path);
    if (!race_state_is_there(directory)) {
        return problem_describe(problem, STATUS_FILE_UNREADABLE,
                                "%s is not there: %s holds no race that was stopped, or saved on "
                                "the way, and can go on",
                                path, directory);
    }
    TRY(json_read_text(path, STATE_BYTES_MAX, &text, &size, problem));
    const Status status = json_parse(text, size, path, document, problem);
    free(text);
    return status;
}

static Status read_experiment(const Place *place, const Json *document, ExperimentSpec *spec)
{
    double max_steps = 0.0;
    char *text = json_print(json_member(document, "experiment"), true);
    if (text == NULL) {
        return damaged(place, "experiment");
    }
    const Status status =
        experiment_spec_parse(text, strlen(text), place->path, "", spec, place->problem);
    free(text);
    TRY(status);
    TRY(read_number(place, document, "max_steps", &max_steps));
    spec->max_steps = max_steps;
    return STATUS_OK;
}

static Status read_record_bytes(const Place *place, const Json *document, RunRecordBytes *record)
{
    TRY(read_count(place, document, "metrics_bytes", &record->metrics));
    return read_count(place, document, "events_bytes", &record->events);
}

static Status read_folder(const Place *place, const Json *document, unsigned *folder)
{
    const char *name = json_string(json_member(document, "folder"));
    for (unsigned i = 0; name != NULL && i < FOLDER_COUNT; i++) {
        if (strcmp(name, FOLDER_NAMES[i]) == 0) {
            *folder = i;
            return STATUS_OK;
        }
    }
    return damaged(place, "folder");
}

Status race_state_read_spec(const char *directory, ExperimentSpec *spec, RunRecordBytes *record,
                            Problem *problem)
{
    char path[PATH_BYTES];
    ExperimentSpec loaded;
    RunRecordBytes bytes = {0};
    Json *document = NULL;
    TRY(read_document(directory, path, &document, problem));
    const Place place = {.path = path, .lane = "", .problem = problem};
    Status status = json_is_object(json_member(document, "experiment"))
                        ? read_experiment(&place, document, &loaded)
                        : damaged(&place, "experiment");
    if (status == STATUS_OK) {
        status = read_record_bytes(&place, document, &bytes);
    }
    json_destroy(document);
    if (status == STATUS_OK) {
        *spec = loaded;
        *record = bytes;
    }
    return status;
}

static Status read_state(const char *directory, const Json *document, const ExperimentSpec *spec,
                         RaceState *state, Place *place)
{
    const Json *lanes = json_member(document, "lanes");
    size_t index = 0;
    TRY(read_count(place, document, "step", &state->step));
    TRY(read_number(place, document, "seconds", &state->seconds));
    TRY(read_record_bytes(place, document, &state->record));
    TRY(read_folder(place, document, &state->folder));
    if (!json_is_array(lanes) || json_count(lanes) != spec->lane_count) {
        return damaged(place, "lanes");
    }
    for (const Json *lane = json_first(lanes); lane != NULL; lane = json_next(lane), index++) {
        place->lane = spec->lanes[index].name;
        char weights[PATH_BYTES];
        weights_path(directory, state->folder, spec->lanes[index].name, weights);
        TRY(read_lane(place, lane, weights, &state->lanes[index]));
    }
    return STATUS_OK;
}

Status race_state_load(const char *directory, const ExperimentSpec *spec, RaceState *state,
                       Problem *problem)
{
    char path[PATH_BYTES];
    Json *document = NULL;
    TRY(read_document(directory, path, &document, problem));
    Place place = {.path = path, .lane = "", .problem = problem};
    const Status status = read_state(directory, document, spec, state, &place);
    json_destroy(document);
    return status;
}
