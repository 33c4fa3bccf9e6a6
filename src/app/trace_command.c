#include "app/trace_command.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "app/complaint.h"
#include "app/experiment_file.h"
#include "kernels/gemm.h"
#include "lab/spec_check.h"
#include "lab/trace.h"
#include "lab/trace_files.h"
#include "optim/method_table.h"
#include "records/spec_keys.h"

enum { ASSIGNMENT_BYTES = 1024 };

/* Index of the first lane of that method; the number of lanes if there is none. */
static size_t lane_of_method(const ExperimentSpec *spec, const char *method)
{
    size_t lane = 0;
    while (lane < spec->lane_count && strcmp(spec->lanes[lane].method, method) != 0) {
        lane++;
    }
    return lane;
}

/* Whatever else the file races is of no interest when there is no room. */
static void add_lane(ExperimentSpec *spec, const char *method)
{
    const size_t lane = spec->lane_count < SPEC_LANES_MAX ? spec->lane_count++ : SPEC_LANES_MAX - 1;
    LaneSpec *added = &spec->lanes[lane];
    *added = (LaneSpec){0};
    snprintf(added->name, sizeof added->name, "%s", method);
    snprintf(added->method, sizeof added->method, "%s", method);
}

static bool is_lane_key_only(const char *assignment)
{
    char key[64];
    const size_t length = strcspn(assignment, "=");
    if (length >= sizeof key) {
        return false;
    }
    memcpy(key, assignment, length);
    key[length] = '\0';
    return spec_key_form(key) == SPEC_FORM_UNKNOWN && spec_lane_key_form(key) != SPEC_FORM_UNKNOWN;
}

static Status apply_set(const char *assignment, const char *lane_name, ExperimentSpec *spec,
                        Problem *problem)
{
    char whole[ASSIGNMENT_BYTES];
    if (!is_lane_key_only(assignment)) {
        return experiment_spec_set(spec, assignment, problem);
    }
    const int length = snprintf(whole, sizeof whole, "lanes.%s.%s", lane_name, assignment);
    if (length < 0 || (size_t)length >= sizeof whole) {
        return problem_describe(problem, STATUS_BAD_USAGE, "--set %.80s...: too long", assignment);
    }
    return experiment_spec_set(spec, whole, problem);
}

static Status check_method(const char *method, Problem *problem)
{
    const MethodInfo *found = method_find(method);
    if (found != NULL && found->is_control) {
        return problem_describe(problem, STATUS_BAD_VALUE,
                                "--method: %s follows another lane, and a trace has one lane only; "
                                "trace the method that it follows",
                                method);
    }
    if (found != NULL) {
        return STATUS_OK;
    }
    char known[400] = "";
    const MethodList list = method_table();
    for (size_t i = 0; i < list.count; i++) {
        const size_t used = strlen(known);
        if (!list.methods[i].is_control) {
            snprintf(known + used, sizeof known - used, "%s%s", used == 0 ? "" : ", ",
                     list.methods[i].id);
        }
    }
    return problem_describe(problem, STATUS_BAD_VALUE,
                            "--method: there is no method \"%.32s\"; known: %s", method, known);
}

/* --steps cuts the race short without changing its schedule; only where the race is not that long is it made longer. */
static Status set_length(const CommandLine *line, ExperimentSpec *spec, Problem *problem)
{
    CommandLine rest = *line;
    if ((double)line->steps <= spec->max_steps) {
        rest.steps = 0;
    }
    return experiment_file_override(&rest, spec, problem);
}

Status trace_command_load(const CommandLine *line, ExperimentSpec *spec, size_t *lane,
                          Problem *problem)
{
    ExperimentSpec loaded;
    char lane_name[SPEC_NAME_BYTES];
    TRY(check_method(line->method, problem));
    TRY(experiment_file_read(line->input, &loaded, problem));
    if (lane_of_method(&loaded, line->method) == loaded.lane_count) {
        add_lane(&loaded, line->method);
    }
    snprintf(lane_name, sizeof lane_name, "%s",
             loaded.lanes[lane_of_method(&loaded, line->method)].name);
    for (size_t i = 0; i < line->set_count; i++) {
        TRY(apply_set(line->sets[i], lane_name, &loaded, problem));
    }
    TRY(set_length(line, &loaded, problem));
    Problem inner = {0};
    const Status status = spec_check_methods(&loaded, &inner);
    if (status != STATUS_OK) {
        return problem_describe(problem, status, "%s: %s", line->input, inner.text);
    }
    const size_t found = lane_of_method(&loaded, line->method);
    if (found == loaded.lane_count) {
        return problem_describe(problem, STATUS_BAD_USAGE,
                                "--set leaves no lane of the method %s to trace", line->method);
    }
    *spec = loaded;
    *lane = found;
    return STATUS_OK;
}

static Status trace_into(const CommandLine *line, const ExperimentSpec *spec, size_t lane,
                         Problem *problem)
{
    Trace trace;
    bool is_new = false;
    TRY(trace_files_prepare(line->out, &is_new, problem));
    Status status = trace_run(spec, lane, (size_t)line->steps, &trace, problem);
    if (status != STATUS_OK) {
        if (is_new) {
            (void)rmdir(line->out); /* nothing was started, so nothing is left */
        }
        return status;
    }
    status = trace_files_write(&trace, line->out, problem);
    if (status == STATUS_OK) {
        printf("%s: %s, %zu steps%s%s\n", line->out, trace.session.method->id, trace.step_count,
               trace.session.has_diverged ? "; there it diverged" : "",
               trace_left_dropout_out(&trace) ? "; without the model's dropout" : "");
    }
    trace_clear(&trace);
    return status;
}

int trace_main(const CommandLine *line)
{
    ExperimentSpec spec;
    Problem problem = {0};
    size_t lane = 0;
    gemm_use_one_thread();
    if (trace_command_load(line, &spec, &lane, &problem) != STATUS_OK ||
        trace_into(line, &spec, lane, &problem) != STATUS_OK) {
        return complain(&problem);
    }
    return 0;
}
