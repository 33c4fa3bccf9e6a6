#include "store/run_writer.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/text.h"
#include "base/wall_clock.h"
#include "base/whole_file.h"
#include "records/run_command.h"

enum {
    /* 64 values, each with a name of at most 96 bytes (escaped: twice that) and 24 digits, fit
     * twice. */
    LINE_BYTES = 32 * 1024,
    PATH_BYTES = SPEC_PATH_BYTES + 32
};

static const char RUN_JSON[] = "run.json";
static const char METRICS_JSONL[] = "metrics.jsonl";
static const char EVENTS_JSONL[] = "events.jsonl";
static const char *const FOLDERS[] = {"model", "resume"};

/* A file that only grows by whole lines. */
typedef struct LineFile {
    int descriptor; /* -1 = not open */
    off_t bytes;    /* of whole lines */
    const char *name;
} LineFile;

typedef struct Line {
    size_t used;
    char text[LINE_BYTES];
} Line;

struct RunWriter {
    char directory[SPEC_PATH_BYTES];
    LineFile metrics;
    LineFile events;
    size_t lost_changes;
    Problem failure; /* the first; it stays */
    ExperimentSpec spec;
    Line line; /* being put together */
};

/* --- paths --- */

/* strerror without its shared buffer. */
static const char *reason_of(int error)
{
    const char *reason = strerrordesc_np(error);
    return reason != NULL ? reason : "unknown error";
}

static Status refuse(Problem *problem, const char *directory, const char *name, int error)
{
    return problem_describe(problem, STATUS_FILE_UNWRITABLE, "%s/%s cannot be written: %s",
                            directory, name, reason_of(error));
}

static void path_in(const char *directory, const char *name, char out[PATH_BYTES])
{
    const int length = snprintf(out, PATH_BYTES, "%s/%s", directory, name);
    assert(length > 0 && length < PATH_BYTES);
    (void)length;
}

/* Create the directory and its parents; *is_new says whether the last one was not there. */
static Status make_directories(const char *directory, bool *is_new, Problem *problem)
{
    char path[SPEC_PATH_BYTES];
    memcpy(path, directory, strlen(directory) + 1);
    *is_new = false;
    for (char *end = path + 1;; end++) {
        if (*end != '/' && *end != '\0') {
            continue;
        }
        const char kept = *end;
        *end = '\0';
        if (mkdir(path, 0777) == 0) {
            *is_new = true;
        } else if (errno != EEXIST) {
            return problem_describe(problem, STATUS_FILE_UNWRITABLE,
                                    "the folder %s cannot be made: %s", path, reason_of(errno));
        } else {
            *is_new = false;
        }
        if (kept == '\0' || end[1] == '\0') {
            return STATUS_OK;
        }
        *end = kept;
    }
}

static int write_all(int descriptor, const char *text, size_t size)
{
    while (size > 0) {
        const ssize_t written = write(descriptor, text, size);
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written < 0) {
            return errno;
        }
        text += written;
        size -= (size_t)written;
    }
    return 0;
}

/* --- run.json --- */

static bool add_start(Json *run)
{
    const time_t now = (time_t)wall_clock_date_seconds();
    struct tm date = {0};
    char text[32] = "";
    if (gmtime_r(&now, &date) == NULL ||
        strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &date) == 0) {
        return json_add_string(run, "started", "");
    }
    return json_add_string(run, "started", text);
}

/* By way of text: a borrowed node cannot be attached. */
static bool add_copy(Json *run, const char *key, const Json *borrowed)
{
    char *text = json_print(borrowed, false);
    Json *copy = NULL;
    const bool is_copied =
        text != NULL && json_parse(text, strlen(text), key, &copy, NULL) == STATUS_OK;
    free(text);
    return is_copied && json_add(run, key, copy);
}

static char *describe_run(const ExperimentSpec *spec, const char *version, const Json *environment)
{
    Json *run = json_new_object();
    const bool is_complete = run != NULL && json_add_string(run, "tramlab", version) &&
                             add_start(run) && json_add_number(run, "seed", spec->seed) &&
                             json_add(run, "experiment", experiment_spec_to_json(spec)) &&
                             (environment == NULL || add_copy(run, "environment", environment));
    char *text = is_complete ? json_print(run, true) : NULL;
    json_destroy(run);
    return text;
}

static Status write_run_json(const char *directory, const char *text, Problem *problem)
{
    char path[PATH_BYTES];
    path_in(directory, RUN_JSON, path);
    return whole_file_write(path, text, problem);
}

/* --- opening --- */

static Status open_line_file(const char *directory, LineFile *file, Problem *problem)
{
    char path[PATH_BYTES];
    path_in(directory, file->name, path);
    file->descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0666);
    if (file->descriptor < 0) {
        return refuse(problem, directory, file->name, errno);
    }
    (void)flock(file->descriptor, LOCK_EX | LOCK_NB); /* held until it is closed */
    return STATUS_OK;
}

/* Only if we made it: another run's file stays. */
static void remove_line_file(const char *directory, LineFile *file)
{
    if (file->descriptor < 0) {
        return;
    }
    char path[PATH_BYTES];
    path_in(directory, file->name, path);
    close(file->descriptor); /* about to be deleted: nothing to lose */
    (void)unlink(path);
    file->descriptor = -1;
}

static Status check_directory(const char *directory, Problem *problem)
{
    if (directory[0] == '\0' || strlen(directory) >= SPEC_PATH_BYTES) {
        return problem_describe(problem, STATUS_FILE_UNWRITABLE,
                                "the run's folder needs a path of 1 to %d bytes",
                                SPEC_PATH_BYTES - 1);
    }
    char path[PATH_BYTES];
    struct stat about;
    path_in(directory, RUN_JSON, path);
    if (lstat(path, &about) == 0) {
        return problem_describe(problem, STATUS_FILE_UNWRITABLE,
                                "%s holds a run already (%s); nothing recorded is overwritten",
                                directory, RUN_JSON);
    }
    return STATUS_OK;
}

/* run.json comes last: a directory that has one is a run with all its files. */
static Status create_files(RunWriter *writer, const char *run_text, Problem *problem)
{
    TRY(open_line_file(writer->directory, &writer->metrics, problem));
    TRY(open_line_file(writer->directory, &writer->events, problem));
    return write_run_json(writer->directory, run_text, problem);
}

Status run_writer_open(const char *directory, const ExperimentSpec *spec, const char *version,
                       const Json *environment, RunWriter **out, Problem *problem)
{
    TRY(check_directory(directory, problem));
    RunWriter *writer = calloc(1, sizeof *writer);
    char *run_text = describe_run(spec, version, environment);
    bool is_new = false;
    Status status = STATUS_OK;
    if (writer == NULL || run_text == NULL) {
        status = problem_describe(problem, STATUS_OUT_OF_MEMORY, "%s",
                                  status_sentence(STATUS_OUT_OF_MEMORY));
        goto done;
    }
    memcpy(writer->directory, directory, strlen(directory) + 1);
    writer->spec = *spec;
    writer->metrics = (LineFile){.descriptor = -1, .name = METRICS_JSONL};
    writer->events = (LineFile){.descriptor = -1, .name = EVENTS_JSONL};
    status = make_directories(directory, &is_new, problem);
    if (status != STATUS_OK) {
        goto done;
    }
    status = create_files(writer, run_text, problem);
    if (status != STATUS_OK) {
        remove_line_file(directory, &writer->metrics);
        remove_line_file(directory, &writer->events);
        if (is_new) {
            (void)rmdir(directory); /* leaves no trace of a run that never was */
        }
        goto done;
    }
    *out = writer;
    writer = NULL;
done:
    free(run_text);
    free(writer);
    return status;
}

/* A file of a run that nobody writes any more; its `bytes` receives its length. */
static Status reopen_line_file(const char *directory, LineFile *file, Problem *problem)
{
    char path[PATH_BYTES];
    struct stat about;
    path_in(directory, file->name, path);
    file->descriptor = open(path, O_RDWR | O_APPEND | O_CLOEXEC);
    if (file->descriptor < 0 || fstat(file->descriptor, &about) != 0) {
        return refuse(problem, directory, file->name, errno);
    }
    if (flock(file->descriptor, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
        return problem_describe(problem, STATUS_FILE_UNWRITABLE,
                                "%s: another tramlab is writing this run", path);
    }
    file->bytes = about.st_size;
    return STATUS_OK;
}

/* Does a line end there, or the file begin? */
static bool is_line_end(const LineFile *file, uint64_t bytes)
{
    char last = '\n';
    return bytes <= (uint64_t)file->bytes &&
           (bytes == 0 ||
            (pread(file->descriptor, &last, 1, (off_t)bytes - 1) == 1 && last == '\n'));
}

static Status check_length(const RunWriter *writer, const LineFile *file, uint64_t bytes,
                           Problem *problem)
{
    if (is_line_end(file, bytes)) {
        return STATUS_OK;
    }
    return problem_describe(problem, STATUS_FILE_UNWRITABLE,
                            "%s/%s has no line that ends at byte %llu, where the saved state "
                            "stands: the run was changed and cannot go on",
                            writer->directory, file->name, (unsigned long long)bytes);
}

static Status cut_line_file(const RunWriter *writer, LineFile *file, uint64_t bytes,
                            Problem *problem)
{
    if ((uint64_t)file->bytes > bytes && ftruncate(file->descriptor, (off_t)bytes) != 0) {
        return refuse(problem, writer->directory, file->name, errno);
    }
    file->bytes = (off_t)bytes;
    return STATUS_OK;
}

static bool is_change(const char *line)
{
    static const RunEventKind CHANGES[] = {RUN_EVENT_KNOB_APPLIED, RUN_EVENT_MAX_STEPS,
                                           RUN_EVENT_LANE_ADDED, RUN_EVENT_LANE_REMOVED};
    for (size_t i = 0; i < sizeof CHANGES / sizeof *CHANGES; i++) {
        char mark[64];
        snprintf(mark, sizeof mark, "\"event\":\"%s\"", run_event_name(CHANGES[i]));
        if (strstr(line, mark) != NULL) {
            return true;
        }
    }
    return false;
}

/* In the lines behind that byte. What cannot be read is not counted: it is about to be cut off anyway. */
static size_t count_changes(const LineFile *file, uint64_t bytes)
{
    char line[LINE_BYTES];
    size_t count = 0;
    const int descriptor = fcntl(file->descriptor, F_DUPFD_CLOEXEC, 0);
    FILE *stream = descriptor >= 0 ? fdopen(descriptor, "r") : NULL;
    if (stream == NULL && descriptor >= 0) {
        close(descriptor);
    }
    if (stream == NULL) {
        return 0;
    }
    if (fseeko(stream, (off_t)bytes, SEEK_SET) == 0) {
        while (fgets(line, sizeof line, stream) != NULL) {
            count += is_change(line) ? 1 : 0;
        }
    }
    fclose(stream); /* only read */
    return count;
}

/* Both are locked and looked at before either is cut. */
static Status reopen_files(RunWriter *writer, RunRecordBytes bytes, Problem *problem)
{
    TRY(reopen_line_file(writer->directory, &writer->metrics, problem));
    TRY(reopen_line_file(writer->directory, &writer->events, problem));
    TRY(check_length(writer, &writer->metrics, bytes.metrics, problem));
    TRY(check_length(writer, &writer->events, bytes.events, problem));
    writer->lost_changes = count_changes(&writer->events, bytes.events);
    TRY(cut_line_file(writer, &writer->metrics, bytes.metrics, problem));
    return cut_line_file(writer, &writer->events, bytes.events, problem);
}

static void close_unwritten(LineFile *file)
{
    if (file->descriptor >= 0) {
        close(file->descriptor);
    }
}

Status run_writer_reopen(const char *directory, const ExperimentSpec *spec, RunRecordBytes bytes,
                         RunWriter **out, Problem *problem)
{
    RunWriter *writer = calloc(1, sizeof *writer);
    if (writer == NULL) {
        return problem_describe(problem, STATUS_OUT_OF_MEMORY, "%s",
                                status_sentence(STATUS_OUT_OF_MEMORY));
    }
    snprintf(writer->directory, sizeof writer->directory, "%s", directory);
    writer->spec = *spec;
    writer->metrics = (LineFile){.descriptor = -1, .name = METRICS_JSONL};
    writer->events = (LineFile){.descriptor = -1, .name = EVENTS_JSONL};
    const Status status = reopen_files(writer, bytes, problem);
    if (status != STATUS_OK) {
        close_unwritten(&writer->metrics);
        close_unwritten(&writer->events);
        free(writer);
        return status;
    }
    *out = writer;
    return STATUS_OK;
}

size_t run_writer_lost_changes(const RunWriter *writer)
{
    return writer->lost_changes;
}

RunRecordBytes run_writer_bytes(const RunWriter *writer)
{
    return (RunRecordBytes){.metrics = (uint64_t)writer->metrics.bytes,
                            .events = (uint64_t)writer->events.bytes};
}

const char *run_writer_directory(const RunWriter *writer)
{
    return writer->directory;
}

/* --- lines --- */

static void line_add(Line *line, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void line_add(Line *line, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const size_t room = sizeof line->text - line->used;
    const int length = vsnprintf(line->text + line->used, room, format, arguments);
    va_end(arguments);
    assert(length >= 0 && (size_t)length < room); /* LINE_BYTES is for the worst case */
    line->used += length > 0 ? (size_t)length : 0;
}

/* Shown text is cleaned, so that quotes and backslashes are all there is to escape. */
static void line_add_string(Line *line, const char *text)
{
    char cleaned[RUN_EVENT_TEXT_BYTES];
    text_clean(text, cleaned, sizeof cleaned, INT_MAX);
    line_add(line, "\"");
    for (const char *c = cleaned; *c != '\0'; c++) {
        line_add(line, *c == '"' || *c == '\\' ? "\\%c" : "%c", *c);
    }
    line_add(line, "\"");
}

/* The fewest digits that read back as the same double. JSON has no word for NaN and infinities. */
static void line_add_double(Line *line, double value)
{
    if (isnan(value)) {
        line_add(line, "\"NaN\"");
        return;
    }
    if (isinf(value)) {
        line_add(line, value > 0.0 ? "\"Infinity\"" : "\"-Infinity\"");
        return;
    }
    char digits[40] = "";
    for (int precision = 15; precision <= 17; precision++) {
        const int length = snprintf(digits, sizeof digits, "%.*g", precision, value);
        if (length > 0 && strtod(digits, NULL) == value) {
            break;
        }
    }
    /* Some locales write another decimal mark; JSON knows only the point. */
    for (char *c = digits; *c != '\0'; c++) {
        if (strchr("0123456789+-eE", *c) == NULL) {
            *c = '.';
        }
    }
    line_add(line, "%s", digits);
}

static Status write_line(RunWriter *writer, LineFile *file, Problem *problem)
{
    const int error = write_all(file->descriptor, writer->line.text, writer->line.used);
    if (error == 0) {
        file->bytes += (off_t)writer->line.used;
        return STATUS_OK;
    }
    /* Half a line helps nobody; if it cannot be cut off, readers skip it. */
    if (ftruncate(file->descriptor, file->bytes) != 0) {
        errno = 0;
    }
    (void)refuse(&writer->failure, writer->directory, file->name, error);
    if (problem != NULL) {
        *problem = writer->failure;
    }
    return writer->failure.status;
}

static bool has_failed(const RunWriter *writer, Problem *problem)
{
    if (writer->failure.status == STATUS_OK) {
        return false;
    }
    if (problem != NULL) {
        *problem = writer->failure;
    }
    return true;
}

Status run_writer_sample(RunWriter *writer, const MetricSample *sample, Problem *problem)
{
    assert(sample->lane < writer->spec.lane_count && sample->count <= METRIC_VALUES_MAX);
    if (has_failed(writer, problem)) {
        return writer->failure.status;
    }
    Line *line = &writer->line;
    line->used = 0;
    line_add(line, "{\"step\":%" PRIu32 ",\"lane\":", sample->step);
    line_add_string(line, writer->spec.lanes[sample->lane].name);
    line_add(line, ",\"passes\":");
    line_add_double(line, sample->passes);
    line_add(line, ",\"seconds\":");
    line_add_double(line, sample->seconds);
    for (uint32_t i = 0; i < sample->count; i++) {
        char name[96];
        experiment_spec_metric_name(&writer->spec, sample->metrics[i], name, sizeof name);
        if (name[0] == '\0') {
            continue;
        }
        line_add(line, ",");
        line_add_string(line, name);
        line_add(line, ":");
        line_add_double(line, sample->values[i]);
    }
    line_add(line, "}\n");
    return write_line(writer, &writer->metrics, problem);
}

/* A choice by its word, as experiment files have it. */
static void line_add_knob_value(Line *line, KnobId knob, double value)
{
    char word[KNOB_CHOICE_BYTES];
    if (knob_choice_name(knob, value, word)) {
        line_add_string(line, word);
    } else {
        line_add_double(line, value);
    }
}

static void line_add_knob(Line *line, const RunEvent *event)
{
    assert(event->knob < KNOB_COUNT);
    line_add(line, ",\"knob\":");
    line_add_string(line, knob_info(event->knob)->key);
    line_add(line, ",\"value\":");
    line_add_knob_value(line, event->knob, event->value);
}

static void line_add_lane(Line *line, const RunEvent *event, const ExperimentSpec *spec)
{
    line_add(line, ",\"method\":");
    line_add_string(line, event->added.method);
    if (event->added.follow[0] != '\0') {
        line_add(line, ",\"follow\":");
        line_add_string(line, event->added.follow);
    }
    line_add(line, ",\"from\":");
    line_add_string(line,
                    event->from < spec->lane_count ? spec->lanes[event->from].name : "theta_0");
}

static void line_add_event_values(Line *line, const RunEvent *event, const ExperimentSpec *spec)
{
    switch (event->kind) {
    case RUN_EVENT_KNOB_IN_FORCE:
        line_add_knob(line, event);
        return;
    case RUN_EVENT_KNOB_APPLIED:
        line_add_knob(line, event);
        line_add(line, ",\"old_value\":");
        line_add_knob_value(line, event->knob, event->old_value);
        return;
    case RUN_EVENT_MAX_STEPS:
        line_add(line, ",\"value\":");
        line_add_double(line, event->value);
        return;
    case RUN_EVENT_STARTED:
        if (event->value > 0.0) {
            line_add(line, ",\"steps_per_epoch\":");
            line_add_double(line, event->value);
        }
        return;
    case RUN_EVENT_LANE_ADDED:
        line_add_lane(line, event, spec);
        return;
    case RUN_EVENT_LANE_REMOVED:
    case RUN_EVENT_LOADING:
    case RUN_EVENT_LOADED:
    case RUN_EVENT_COMMAND_REFUSED:
    case RUN_EVENT_PAUSED:
    case RUN_EVENT_RESUMED:
    case RUN_EVENT_EVALUATING:
    case RUN_EVENT_STEP_SKIPPED:
    case RUN_EVENT_NOT_SAVED:
    case RUN_EVENT_DIVERGED:
    case RUN_EVENT_FINISHED:
    case RUN_EVENT_STOPPED:
    case RUN_EVENT_FAILED:
    case RUN_EVENT_KIND_COUNT:
        return;
    }
}

Status run_writer_event(RunWriter *writer, const RunEvent *event, Problem *problem)
{
    if (has_failed(writer, problem)) {
        return writer->failure.status;
    }
    if (event->kind == RUN_EVENT_EVALUATING) {
        return STATUS_OK; /* only to the screen */
    }
    if (event->kind == RUN_EVENT_LANE_ADDED) {
        assert(event->lane == writer->spec.lane_count && event->lane < SPEC_LANES_MAX);
        writer->spec.lanes[writer->spec.lane_count++] = event->added;
    }
    Line *line = &writer->line;
    line->used = 0;
    line_add(line, "{\"step\":%" PRIu32 ",\"seconds\":", event->step);
    line_add_double(line, event->seconds);
    line_add(line, ",\"event\":");
    line_add_string(line, run_event_name(event->kind));
    if (event->lane < writer->spec.lane_count) {
        line_add(line, ",\"lane\":");
        line_add_string(line, writer->spec.lanes[event->lane].name);
    }
    line_add_event_values(line, event, &writer->spec);
    if (event->text[0] != '\0') {
        line_add(line, ",\"text\":");
        line_add_string(line, event->text);
    }
    line_add(line, "}\n");
    return write_line(writer, &writer->events, problem);
}

/* --- closing --- */

static void close_line_file(RunWriter *writer, LineFile *file)
{
    int error = fsync(file->descriptor) != 0 ? errno : 0;
    if (close(file->descriptor) != 0 && error == 0) {
        error = errno;
    }
    if (error != 0 && writer->failure.status == STATUS_OK) {
        (void)refuse(&writer->failure, writer->directory, file->name, error);
    }
    file->descriptor = -1;
}

Status run_writer_close(RunWriter *writer, Problem *problem)
{
    if (writer == NULL) {
        return STATUS_OK;
    }
    close_line_file(writer, &writer->metrics);
    close_line_file(writer, &writer->events);
    (void)has_failed(writer, problem);
    const Status status = writer->failure.status;
    free(writer);
    return status;
}

static int remove_visited(const char *path, const struct stat *about, int kind, struct FTW *place)
{
    (void)about;
    (void)kind;
    (void)place;
    return remove(path) == 0 ? 0 : errno;
}

/* A file that is not there is as good as deleted. */
static int remove_file(const char *directory, const char *name)
{
    char path[PATH_BYTES];
    path_in(directory, name, path);
    return unlink(path) == 0 || errno == ENOENT ? 0 : errno;
}

static int remove_folder(const char *directory, const char *name)
{
    enum { OPEN_FOLDERS_MAX = 16 };
    char path[PATH_BYTES];
    struct stat about;
    path_in(directory, name, path);
    if (lstat(path, &about) != 0) {
        return errno == ENOENT ? 0 : errno;
    }
    /* FTW_PHYS: a link is deleted, never followed out of the run. */
    const int result = nftw(path, remove_visited, OPEN_FOLDERS_MAX, FTW_DEPTH | FTW_PHYS);
    return result < 0 ? errno : result;
}

Status run_writer_discard(RunWriter *writer, Problem *problem)
{
    if (writer == NULL) {
        return STATUS_OK;
    }
    char directory[SPEC_PATH_BYTES];
    memcpy(directory, writer->directory, sizeof directory);
    (void)run_writer_close(writer, NULL); /* what could not be written is deleted anyway */

    const char *const names[] = {METRICS_JSONL, EVENTS_JSONL, RUN_JSON};
    int error = 0;
    for (size_t i = 0; i < sizeof FOLDERS / sizeof FOLDERS[0]; i++) {
        const int folder_error = remove_folder(directory, FOLDERS[i]);
        error = error != 0 ? error : folder_error;
    }
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const int file_error = remove_file(directory, names[i]);
        error = error != 0 ? error : file_error;
    }
    /* Not empty: the user keeps something of his own there. */
    if (rmdir(directory) != 0 && errno != ENOTEMPTY && errno != EEXIST && error == 0) {
        error = errno;
    }
    if (error != 0) {
        return problem_describe(problem, STATUS_FILE_UNWRITABLE,
                                "the run in %s cannot be deleted: %s", directory, reason_of(error));
    }
    return STATUS_OK;
}
