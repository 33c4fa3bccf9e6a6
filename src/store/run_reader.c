#include "store/run_reader.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/plain_file.h"
#include "base/text.h"
#include "records/run_command.h"

enum {
    LINE_BYTES = 64 * 1024, /* twice what the writer's longest line has */
    METRIC_NAME_BYTES = 96,
    PATH_BYTES = SPEC_PATH_BYTES + 32
};

static const char RUN_JSON[] = "run.json";

/* A file read line by line. */
typedef struct LineSource {
    FILE *file; /* NULL: there is none */
    const char *name;
    size_t number; /* of the line in `text` */
    size_t size;
    bool is_whole; /* it ended with a line end */
    bool is_too_long;
    char text[LINE_BYTES];
} LineSource;

typedef struct MetricName {
    char name[METRIC_NAME_BYTES];
    uint16_t metric;
} MetricName;

struct RunReader {
    Json *run;
    ExperimentSpec spec;
    MetricName names[METRIC_ID_MAX]; /* sorted */
    size_t name_count;
    LineSource metrics;
    LineSource events;
    char joining[SPEC_LANES_MAX][SPEC_NAME_BYTES]; /* lanes that the events add */
    size_t joining_count;
    off_t joining_seen; /* bytes of the events looked through for them */
    bool has_sample;    /* read, not handed out yet */
    MetricSample sample;
    char sample_lane[SPEC_NAME_BYTES]; /* its number may not be known yet */
    bool has_event;
    RunEvent event;
    RunDamages damages;
};

/* --- lines --- */

static void note_damage(RunReader *reader, const LineSource *source, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void note_damage(RunReader *reader, const LineSource *source, const char *format, ...)
{
    RunDamages *damages = &reader->damages;
    if (damages->count < RUN_DAMAGES_KEPT) {
        RunDamage *damage = &damages->kept[damages->count];
        char text[sizeof damage->text];
        va_list arguments;
        va_start(arguments, format);
        (void)vsnprintf(text, sizeof text, format, arguments);
        va_end(arguments);
        text_clean(text, damage->text, sizeof damage->text, INT_MAX);
        damage->file = source->name;
        damage->line = source->number;
    }
    damages->count++;
}

/* The next line; false at the end of the file. */
static bool read_line(LineSource *source)
{
    if (source->file == NULL) {
        return false;
    }
    source->size = 0;
    source->is_whole = false;
    source->is_too_long = false;
    int c = 0;
    while ((c = getc_unlocked(source->file)) != EOF) {
        if (c == '\n') {
            source->is_whole = true;
            break;
        }
        if (source->size < LINE_BYTES) {
            source->text[source->size++] = (char)c;
        } else {
            source->is_too_long = true;
        }
    }
    source->number++;
    return source->is_whole || source->size > 0;
}

/* A complaint about the text of one line; where in the file that is, is known. */
static const char *within_line(const char *complaint)
{
    static const char PLACE[] = "line, line 1, ";
    return strncmp(complaint, PLACE, sizeof PLACE - 1) == 0 ? complaint + sizeof PLACE - 1
                                                            : complaint;
}

/* The next line that is an object, the caller destroys it; NULL at the end of the file. */
static Json *read_object(RunReader *reader, LineSource *source)
{
    while (read_line(source)) {
        Problem problem = {0};
        Json *object = NULL;
        if (source->is_too_long) {
            note_damage(reader, source, "longer than %d bytes", LINE_BYTES);
            continue;
        }
        if (json_parse(source->text, source->size, "line", &object, &problem) != STATUS_OK) {
            if (source->is_whole) {
                note_damage(reader, source, "%s", within_line(problem.text));
            } else {
                reader->damages.is_cut = true;
            }
            continue;
        }
        if (json_is_object(object)) {
            return object;
        }
        note_damage(reader, source, "not an object");
        json_destroy(object);
    }
    return NULL;
}

/* --- values --- */

/* A number, or the word for one that is not finite. */
static bool read_number(const Json *json, double *out)
{
    const char *word = json_string(json);
    if (json_is_number(json)) {
        *out = json_number(json);
        return true;
    }
    if (strcmp(word, "NaN") == 0) {
        *out = (double)NAN;
    } else if (strcmp(word, "Infinity") == 0) {
        *out = (double)INFINITY;
    } else if (strcmp(word, "-Infinity") == 0) {
        *out = -(double)INFINITY;
    } else {
        return false;
    }
    return true;
}

static bool read_step(const Json *object, uint32_t *out)
{
    double step = -1.0;
    if (!read_number(json_member(object, "step"), &step) ||
        !(step >= 0.0 && step <= (double)UINT32_MAX) || step != floor(step)) {
        return false;
    }
    *out = (uint32_t)step;
    return true;
}

static bool fits(const char *text, size_t bytes)
{
    return text[0] != '\0' && strlen(text) < bytes;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(((const MetricName *)a)->name, ((const MetricName *)b)->name);
}

static void list_metric_names(RunReader *reader)
{
    for (int i = 0; i < METRIC_ID_MAX; i++) {
        const uint16_t metric = (uint16_t)i;
        MetricName *slot = &reader->names[reader->name_count];
        experiment_spec_metric_name(&reader->spec, metric, slot->name, sizeof slot->name);
        slot->metric = metric;
        reader->name_count += slot->name[0] != '\0' ? 1 : 0;
    }
    qsort(reader->names, reader->name_count, sizeof *reader->names, compare_names);
}

static const MetricName *find_metric(const RunReader *reader, const char *key)
{
    MetricName wanted;
    if (strlen(key) >= sizeof wanted.name) {
        return NULL;
    }
    memcpy(wanted.name, key, strlen(key) + 1);
    return bsearch(&wanted, reader->names, reader->name_count, sizeof *reader->names,
                   compare_names);
}

/* --- samples --- */

/* NULL, or what is wrong with the line. */
static const char *read_sample(RunReader *reader, const Json *object)
{
    MetricSample *sample = &reader->sample;
    const char *lane = json_string(json_member(object, "lane"));
    *sample = (MetricSample){0};
    if (!read_step(object, &sample->step)) {
        return "no \"step\" that is a whole number";
    }
    if (!fits(lane, sizeof reader->sample_lane)) {
        return "no \"lane\"";
    }
    memcpy(reader->sample_lane, lane, strlen(lane) + 1);
    if (!read_number(json_member(object, "passes"), &sample->passes) ||
        !read_number(json_member(object, "seconds"), &sample->seconds)) {
        return "no \"passes\" or \"seconds\" that is a number";
    }
    for (const Json *child = json_first(object); child != NULL; child = json_next(child)) {
        const MetricName *name = find_metric(reader, json_key(child));
        double value = 0.0;
        if (name == NULL) {
            continue;
        }
        if (!read_number(child, &value)) {
            return "a metric's value is no number";
        }
        (void)metric_sample_add(sample, name->metric,
                                value); /* of one metric, one value: it fits */
    }
    return NULL;
}

static void fetch_sample(RunReader *reader)
{
    Json *object = NULL;
    while (!reader->has_sample && (object = read_object(reader, &reader->metrics)) != NULL) {
        const char *complaint = read_sample(reader, object);
        reader->has_sample = complaint == NULL;
        if (complaint != NULL) {
            note_damage(reader, &reader->metrics, "%s", complaint);
        }
        json_destroy(object);
    }
}

/* --- events --- */

static bool read_kind(const Json *object, RunEventKind *out)
{
    const char *name = json_string(json_member(object, "event"));
    for (int kind = 0; kind < RUN_EVENT_KIND_COUNT; kind++) {
        if (strcmp(run_event_name((RunEventKind)kind), name) == 0) {
            *out = (RunEventKind)kind;
            return true;
        }
    }
    return false;
}

/* A knob's value: a number, or a choice by its word. */
static bool read_knob_value(const Json *json, KnobId knob, double *out)
{
    return read_number(json, out) || knob_choice_from_name(knob, json_string(json), out);
}

static const char *read_knob(const Json *object, RunEvent *event)
{
    const Json *old_value = json_member(object, "old_value");
    if (!knob_from_key(json_string(json_member(object, "knob")), &event->knob)) {
        return "no knob that this program knows";
    }
    if (!read_knob_value(json_member(object, "value"), event->knob, &event->value) ||
        (old_value != NULL && !read_knob_value(old_value, event->knob, &event->old_value))) {
        return "a knob's value is neither a number nor one of its words";
    }
    return NULL;
}

static const char *read_added(const ExperimentSpec *spec, const Json *object, RunEvent *event)
{
    const char *name = json_string(json_member(object, "lane"));
    const char *method = json_string(json_member(object, "method"));
    const char *follow = json_string(json_member(object, "follow"));
    const size_t from = experiment_spec_lane(spec, json_string(json_member(object, "from")));
    if (!fits(name, sizeof event->added.name) || !fits(method, sizeof event->added.method) ||
        strlen(follow) >= sizeof event->added.follow) {
        return "a lane joined without name or method";
    }
    (void)snprintf(event->added.name, sizeof event->added.name, "%s", name);
    (void)snprintf(event->added.method, sizeof event->added.method, "%s", method);
    (void)snprintf(event->added.follow, sizeof event->added.follow, "%s", follow);
    event->lane = (uint32_t)spec->lane_count;
    event->from = from < spec->lane_count ? (uint32_t)from : LANE_ALL;
    return NULL;
}

static const char *read_event_values(const ExperimentSpec *spec, const Json *object,
                                     RunEvent *event)
{
    if (event->kind == RUN_EVENT_LANE_ADDED) {
        return read_added(spec, object, event);
    }
    const char *name = json_string(json_member(object, "lane"));
    const size_t lane = experiment_spec_lane(spec, name);
    if (name[0] != '\0' && lane >= spec->lane_count) {
        return "a lane that the run does not have";
    }
    event->lane = name[0] != '\0' ? (uint32_t)lane : LANE_ALL;
    if (event->kind == RUN_EVENT_KNOB_IN_FORCE || event->kind == RUN_EVENT_KNOB_APPLIED) {
        return read_knob(object, event);
    }
    if (event->kind == RUN_EVENT_MAX_STEPS &&
        !read_number(json_member(object, "value"), &event->value)) {
        return "no \"value\" that is a number";
    }
    const Json *steps_per_epoch = json_member(object, "steps_per_epoch"); /* older runs have none */
    if (event->kind == RUN_EVENT_STARTED && steps_per_epoch != NULL &&
        !read_number(steps_per_epoch, &event->value)) {
        return "\"steps_per_epoch\" is not a number";
    }
    return NULL;
}

/* NULL, or what is wrong with the line. */
static const char *read_event(RunReader *reader, const Json *object)
{
    RunEvent *event = &reader->event;
    *event = (RunEvent){.lane = LANE_ALL, .from = LANE_ALL};
    if (!read_step(object, &event->step) ||
        !read_number(json_member(object, "seconds"), &event->seconds)) {
        return "no \"step\" or \"seconds\" that is a number";
    }
    if (!read_kind(object, &event->kind)) {
        return "an event that this program does not know";
    }
    text_clean(json_string(json_member(object, "text")), event->text, sizeof event->text, INT_MAX);
    return read_event_values(&reader->spec, object, event);
}

/* All events before it have been handed out, so the lanes it may name are known. */
static void fetch_event(RunReader *reader)
{
    Json *object = NULL;
    while (!reader->has_event && (object = read_object(reader, &reader->events)) != NULL) {
        const char *complaint = read_event(reader, object);
        reader->has_event = complaint == NULL;
        if (complaint != NULL) {
            note_damage(reader, &reader->events, "%s", complaint);
        }
        json_destroy(object);
    }
}

/* --- both together --- */

/* Look through the events that have not been looked through yet; where the reader stands in the file does not change. Damage is noted
 * when the lines are read for good. */
static void list_joining_lanes(RunReader *reader)
{
    LineSource *source = &reader->events;
    const size_t number = source->number;
    const off_t here = source->file != NULL ? ftello(source->file) : -1;
    if (here < 0 || fseeko(source->file, reader->joining_seen, SEEK_SET) != 0) {
        return;
    }
    while (reader->joining_count < SPEC_LANES_MAX && read_line(source) && source->is_whole) {
        Json *object = NULL;
        RunEventKind kind = RUN_EVENT_LOADING;
        reader->joining_seen = ftello(source->file);
        if (source->is_too_long ||
            json_parse(source->text, source->size, "line", &object, NULL) != STATUS_OK) {
            continue;
        }
        const char *name = json_string(json_member(object, "lane"));
        if (read_kind(object, &kind) && kind == RUN_EVENT_LANE_ADDED &&
            fits(name, SPEC_NAME_BYTES)) {
            memcpy(reader->joining[reader->joining_count++], name, strlen(name) + 1);
        }
        json_destroy(object);
    }
    (void)fseeko(source->file, here, SEEK_SET);
    source->number = number;
}

static bool is_lane_listed(const RunReader *reader)
{
    for (size_t i = 0; i < reader->joining_count; i++) {
        if (strcmp(reader->joining[i], reader->sample_lane) == 0) {
            return true;
        }
    }
    return false;
}

/* A run that is still being written may have more events by now. */
static bool have_events_grown(const RunReader *reader)
{
    struct stat about;
    return reader->events.file != NULL && fstat(fileno(reader->events.file), &about) == 0 &&
           about.st_size > reader->joining_seen;
}

/* The lane of the sample at hand is added by an event still to come. A name that nobody adds is damage: it must not draw all events
 * to the front. */
static bool is_lane_awaited(RunReader *reader)
{
    if (experiment_spec_lane(&reader->spec, reader->sample_lane) < reader->spec.lane_count) {
        return false;
    }
    if (!is_lane_listed(reader) && have_events_grown(reader)) {
        list_joining_lanes(reader);
        fetch_event(reader);
    }
    return is_lane_listed(reader);
}

/* A lane that begins anew joins at step 0, whatever step the race has come to. */
static bool is_new_beginning(const RunReader *reader)
{
    return reader->event.kind == RUN_EVENT_LANE_ADDED && reader->event.step == 0;
}

static bool is_event_next(RunReader *reader)
{
    const bool is_awaited = reader->has_sample && is_lane_awaited(reader);
    if (!reader->has_event || !reader->has_sample || is_awaited) {
        return reader->has_event;
    }
    return !is_new_beginning(reader) &&
           (reader->event.step == 0 || reader->event.step < reader->sample.step);
}

static bool hand_out_event(RunReader *reader, RunReport *out)
{
    Problem problem = {0};
    reader->has_event = false;
    if (reader->event.kind == RUN_EVENT_LANE_ADDED &&
        experiment_spec_add_lane(&reader->spec, &reader->event.added, &problem) != STATUS_OK) {
        note_damage(reader, &reader->events, "%s", problem.text);
        return false;
    }
    *out = (RunReport){.kind = RUN_REPORT_EVENT, .as = {.event = reader->event}};
    return true;
}

static bool hand_out_sample(RunReader *reader, RunReport *out)
{
    const size_t lane = experiment_spec_lane(&reader->spec, reader->sample_lane);
    reader->has_sample = false;
    if (lane >= reader->spec.lane_count) {
        note_damage(reader, &reader->metrics, "a lane that the run does not have: %s",
                    reader->sample_lane);
        return false;
    }
    reader->sample.lane = (uint32_t)lane;
    out->kind = RUN_REPORT_SAMPLE;
    out->as.sample = reader->sample;
    return true;
}

bool run_reader_next(RunReader *reader, RunReport *out)
{
    for (;;) {
        fetch_sample(reader);
        fetch_event(reader);
        if (!reader->has_sample && !reader->has_event) {
            return false;
        }
        const bool is_handed_out =
            is_event_next(reader) ? hand_out_event(reader, out) : hand_out_sample(reader, out);
        if (is_handed_out) {
            return true;
        }
    }
}

/* --- opening --- */

static Status read_experiment(RunReader *reader, const char *path, Problem *problem)
{
    char *text = NULL;
    size_t size = 0;
    TRY(json_read_text(path, JSON_FILE_BYTES_MAX, &text, &size, problem));
    Status status = json_parse(text, size, path, &reader->run, problem);
    free(text);
    TRY(status);
    const Json *experiment = json_member(reader->run, "experiment");
    if (!json_is_object(experiment)) {
        return problem_describe(problem, STATUS_BAD_VALUE,
                                "%s: no \"experiment\"; this is not the record of a run", path);
    }
    char *experiment_text = json_print(experiment, true);
    if (experiment_text == NULL) {
        return problem_describe(problem, STATUS_OUT_OF_MEMORY, "not enough memory to read %s",
                                path);
    }
    status = experiment_spec_parse(experiment_text, strlen(experiment_text), path, "",
                                   &reader->spec, problem);
    free(experiment_text);
    return status;
}

static Status open_lines(const char *directory, LineSource *source, bool is_needed,
                         Problem *problem)
{
    char path[PATH_BYTES];
    (void)snprintf(path, sizeof path, "%s/%s", directory, source->name);
    Problem missing = {0};
    const Status status = plain_file_open(path, &source->file, &missing);
    if (status == STATUS_OK || (errno == ENOENT && !is_needed)) {
        return STATUS_OK;
    }
    return problem_describe(problem, status, "%s", missing.text);
}

static Status open_files(RunReader *reader, const char *directory, Problem *problem)
{
    char path[PATH_BYTES];
    (void)snprintf(path, sizeof path, "%s/%s", directory, RUN_JSON);
    TRY(read_experiment(reader, path, problem));
    list_metric_names(reader);
    TRY(open_lines(directory, &reader->metrics, true, problem));
    TRY(open_lines(directory, &reader->events, false, problem));
    list_joining_lanes(reader);
    return STATUS_OK;
}

Status run_reader_open(const char *directory, RunReader **out, Problem *problem)
{
    if (strlen(directory) >= SPEC_PATH_BYTES) {
        return problem_describe(problem, STATUS_FILE_UNREADABLE,
                                "the run's folder needs a path of 1 to %d bytes",
                                SPEC_PATH_BYTES - 1);
    }
    RunReader *reader = calloc(1, sizeof *reader);
    if (reader == NULL) {
        return problem_describe(problem, STATUS_OUT_OF_MEMORY, "%s",
                                status_sentence(STATUS_OUT_OF_MEMORY));
    }
    reader->metrics.name = "metrics.jsonl";
    reader->events.name = "events.jsonl";
    const Status status = open_files(reader, directory, problem);
    if (status != STATUS_OK) {
        run_reader_close(reader);
        return status;
    }
    *out = reader;
    return STATUS_OK;
}

static void close_lines(LineSource *source)
{
    if (source->file != NULL) {
        (void)fclose(source->file); /* read-only: nothing to lose */
    }
}

void run_reader_close(RunReader *reader)
{
    if (reader == NULL) {
        return;
    }
    close_lines(&reader->metrics);
    close_lines(&reader->events);
    json_destroy(reader->run);
    free(reader);
}

const ExperimentSpec *run_reader_spec(const RunReader *reader)
{
    return &reader->spec;
}

const Json *run_reader_run(const RunReader *reader)
{
    return reader->run;
}

const RunDamages *run_reader_damages(const RunReader *reader)
{
    return &reader->damages;
}
