#include "lab/trace_files.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/json.h"
#include "lab/traced_cases.h"
#include "model/safetensors.h"
#include "optim/method_table.h"

typedef struct Written {
    Trace trace;
    char directory[512];
} Written;

static void write_trace(const TracedLab *lab, const char *method, const char *folder,
                        Written *written)
{
    const TracedCase traced = {.method = method};
    ExperimentSpec spec;
    bool is_new = false;
    Problem problem = {0};
    snprintf(written->directory, sizeof written->directory, "%s/%s", lab->text.folder, folder);
    if (traced_case_spec(lab, &traced, &spec, &problem) != STATUS_OK ||
        trace_files_prepare(written->directory, &is_new, &problem) != STATUS_OK ||
        trace_run(&spec, 0, TRACED_STEPS, &written->trace, &problem) != STATUS_OK ||
        trace_files_write(&written->trace, written->directory, &problem) != STATUS_OK) {
        fail_msg("%s", problem.text);
    }
}

static char *read_file(const Written *written, const char *name, size_t *size)
{
    char path[600];
    char *text = NULL;
    Problem problem = {0};
    snprintf(path, sizeof path, "%s/%s", written->directory, name);
    if (json_read_text(path, 1 << 26, &text, size, &problem) != STATUS_OK) {
        fail_msg("%s", problem.text);
    }
    return text;
}

static Json *read_json(const Written *written)
{
    size_t size = 0;
    Json *json = NULL;
    Problem problem = {0};
    char *text = read_file(written, "trace.json", &size);
    assert_int_equal(json_parse(text, size, "trace.json", &json, &problem), STATUS_OK);
    free(text);
    return json;
}

static void names_method_configuration_knobs_and_steps(void **state)
{
    Written written;
    write_trace(*state, "tram-prev", "described", &written);
    Json *json = read_json(&written);
    const Json *knobs = json_member(json, "knobs");
    assert_string_equal(json_string(json_member(json, "method")), "tram-prev");
    assert_string_equal(json_string(json_member(json, "task")), "causal-lm");
    assert_true(json_is_bool(json_member(json, "dropout_left_out")));
    assert_false(json_truth(json_member(json, "dropout_left_out")));
    assert_string_equal(json_string(json_member(json_member(json, "config"), "model_type")),
                        "gpt2");
    for (KnobId knob = 0; knob < KNOB_COUNT; knob++) {
        double ignored = 0.0;
        if (method_has_knob(written.trace.session.method, knob, &ignored)) {
            assert_non_null(json_member(knobs, knob_info(knob)->key));
        }
    }
    assert_true(json_number(json_member(knobs, "adam_beta2")) == 0.99);
    assert_string_equal(json_string(json_member(knobs, "lr_scheduler_type")), "polynomial");
    assert_true(json_number(json_member(knobs, "max_steps")) == 2 * TRACED_STEPS);
    assert_int_equal(json_count(json_member(json, "steps")), TRACED_STEPS);
    json_destroy(json);
    trace_clear(&written.trace);
}

static void says_null_where_the_method_has_no_such_number(void **state)
{
    Written written;
    write_trace(*state, "adamw", "nulls", &written);
    Json *json = read_json(&written);
    const Json *step = json_first(json_member(json, "steps"));
    static const char *const NUMBERS[] = {"lr", "loss", "grad_norm", "update_norm"};
    static const char *const NULLS[] = {"loss_perturbed", "perturbation_norm", "divergence",
                                        "radius"};
    for (size_t i = 0; i < 4; i++) {
        assert_true(json_is_number(json_member(step, NUMBERS[i])));
        assert_non_null(json_member(step, NULLS[i]));
        assert_false(json_is_number(json_member(step, NULLS[i])));
    }
    json_destroy(json);
    trace_clear(&written.trace);
}

static void weights_come_back_as_they_were(void **state)
{
    Written written;
    char path[600];
    Problem problem = {0};
    write_trace(*state, "sam", "weights", &written);
    const ParameterTable *table = written.trace.task.table;
    Real *weights = calloc(table->size, sizeof *weights);
    assert_non_null(weights);
    snprintf(path, sizeof path, "%s/initial.safetensors", written.directory);
    assert_int_equal(safetensors_read(path, table, weights, &problem), STATUS_OK);
    assert_memory_equal(weights, written.trace.theta_0, table->size * sizeof *weights);
    snprintf(path, sizeof path, "%s/final.safetensors", written.directory);
    assert_int_equal(safetensors_read(path, table, weights, &problem), STATUS_OK);
    assert_memory_equal(weights, written.trace.session.state.params, table->size * sizeof *weights);
    free(weights);
    trace_clear(&written.trace);
}

/* The numbers of one tensor of a safetensors file; the caller frees the file's text. */
static const char *find_tensor(const char *text, const char *name, const char *dtype, size_t *bytes)
{
    uint64_t length = 0;
    Json *header = NULL;
    Problem problem = {0};
    memcpy(&length, text, sizeof length);
    assert_int_equal(json_parse(text + 8, length, name, &header, &problem), STATUS_OK);
    const Json *entry = json_member(header, name);
    if (entry == NULL) {
        json_destroy(header);
        return NULL;
    }
    assert_string_equal(json_string(json_member(entry, "dtype")), dtype);
    const Json *first = json_first(json_member(entry, "data_offsets"));
    const size_t begin = (size_t)json_number(first);
    *bytes = (size_t)json_number(json_next(first)) - begin;
    json_destroy(header);
    return text + 8 + length + begin;
}

static void every_step_has_its_batch_and_its_noise(void **state)
{
    Written written;
    size_t size = 0;
    size_t bytes = 0;
    write_trace(*state, "tram-x", "batches", &written);
    const NamedTensors *last = &written.trace.steps[TRACED_STEPS - 1].batch;
    const NamedTensor *inputs = named_tensors_find(last, "x");
    const NamedTensor *targets = named_tensors_find(last, "y");
    const NamedTensor *noise = named_tensors_find(last, "z");
    char *text = read_file(&written, "batches.safetensors", &size);
    const char *x = find_tensor(text, "x.21", "I32", &bytes);
    assert_int_equal(bytes, inputs->count * sizeof *inputs->integers);
    assert_memory_equal(x, inputs->integers, bytes);
    const char *y = find_tensor(text, "y.21", "I32", &bytes);
    assert_memory_equal(y, targets->integers, bytes);
    assert_memory_equal(x + sizeof(int32_t), y, 15 * sizeof(int32_t));
    const char *z = find_tensor(text, "z.21", "F32", &bytes);
    assert_int_equal(bytes, inputs->count * 16 * sizeof(float));
    float first = 0.0F;
    memcpy(&first, z, sizeof first);
    assert_true(first == (float)noise->reals[0]);
    assert_null(find_tensor(text, "x.22", "I32", &bytes));
    free(text);
    trace_clear(&written.trace);
}

static void a_folder_with_a_trace_is_refused(void **state)
{
    Written written;
    bool is_new = false;
    Problem problem = {0};
    write_trace(*state, "adamw", "twice/below", &written);
    assert_int_equal(trace_files_prepare(written.directory, &is_new, &problem),
                     STATUS_FILE_UNWRITABLE);
    assert_non_null(strstr(problem.text, "holds a trace already"));
    trace_clear(&written.trace);
}

static void a_file_is_no_folder(void **state)
{
    (void)state;
    bool is_new = false;
    Problem problem = {0};
    assert_int_equal(trace_files_prepare("/dev/null", &is_new, &problem), STATUS_FILE_UNWRITABLE);
    assert_string_equal(problem.text, "/dev/null is a file, not a folder; give another --out");
}

static void a_folder_that_cannot_be_made_is_named(void **state)
{
    (void)state;
    bool is_new = false;
    Problem problem = {0};
    assert_int_equal(trace_files_prepare("/dev/null/trace", &is_new, &problem),
                     STATUS_FILE_UNWRITABLE);
    assert_non_null(strstr(problem.text, "/dev/null/trace"));
}

static void a_failed_write_leaves_no_description(void **state)
{
    Written written;
    char path[600];
    bool is_new = false;
    Problem problem = {0};
    write_trace(*state, "adamw", "failing", &written);
    snprintf(path, sizeof path, "%s/elsewhere", written.directory);
    assert_int_equal(trace_files_prepare(path, &is_new, &problem), STATUS_OK);
    assert_true(is_new);
    assert_int_equal(trace_files_prepare(path, &is_new, &problem), STATUS_OK);
    assert_false(is_new);
    snprintf(path, sizeof path, "%s/elsewhere/final.safetensors.tmp", written.directory);
    assert_int_equal(mkdir(path, 0777), 0); /* in the way, for root too */
    snprintf(path, sizeof path, "%s/elsewhere", written.directory);
    assert_int_equal(trace_files_write(&written.trace, path, &problem), STATUS_FILE_UNWRITABLE);
    assert_non_null(strstr(problem.text, "final.safetensors"));
    snprintf(path, sizeof path, "%s/elsewhere/trace.json", written.directory);
    assert_int_not_equal(access(path, F_OK), 0);
    trace_clear(&written.trace);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_method_configuration_knobs_and_steps),
        cmocka_unit_test(says_null_where_the_method_has_no_such_number),
        cmocka_unit_test(weights_come_back_as_they_were),
        cmocka_unit_test(every_step_has_its_batch_and_its_noise),
        cmocka_unit_test(a_folder_with_a_trace_is_refused),
        cmocka_unit_test(a_file_is_no_folder),
        cmocka_unit_test(a_folder_that_cannot_be_made_is_named),
        cmocka_unit_test(a_failed_write_leaves_no_description),
    };
    return cmocka_run_group_tests(tests, open_traced_lab, close_traced_lab);
}
