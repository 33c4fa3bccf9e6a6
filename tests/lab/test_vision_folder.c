#include "lab/vision_folder.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lab/tiny_vision.h"

static const char *const NUMBERS[] = {"0", "1", "2", "3"};
static const char *const CORNERS[] = {"NW", "NE", "SW", "SE"};

static VisionStart load(const ExperimentSpec *spec, const char *const *names, size_t count)
{
    VisionStart start;
    Problem problem = {0};
    if (vision_start_load(spec, names, count, &start, &problem) != STATUS_OK) {
        fail_msg("%s", problem.text);
    }
    return start;
}

/* The spec with a new model of tiny size saved as `name`, with classes named by `names`. */
static ExperimentSpec saved_spec(const TinyVision *lab, const char *name, const char *const *names)
{
    Problem problem = {0};
    ExperimentSpec spec = lab->spec;
    VisionStart start = load(&spec, names == NULL ? NUMBERS : names, 4);
    assert_true(start.has_new_head);
    snprintf(spec.model, sizeof spec.model, "%s/%s", lab->folder, name);
    spec.model_config[0] = '\0';
    start.scaling.mean[0] = 0.25;
    assert_int_equal(vision_folder_save(spec.model, &start, start.theta_0, names, &problem),
                     STATUS_OK);
    vision_start_clear(&start);
    return spec;
}

static void write_preprocessor(const ExperimentSpec *spec, const char *text)
{
    char path[SPEC_PATH_BYTES + 40];
    snprintf(path, sizeof path, "%s/preprocessor_config.json", spec->model);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

static void a_saved_folder_loads_to_the_same_bits_and_scaling(void **state)
{
    const ExperimentSpec spec = saved_spec(*state, "same", CORNERS);
    const VisionStart fresh = load(&((const TinyVision *)*state)->spec, CORNERS, 4);
    VisionStart loaded = load(&spec, CORNERS, 4);
    assert_false(loaded.has_new_head);
    assert_memory_equal(loaded.theta_0, fresh.theta_0, fresh.table.size * sizeof *fresh.theta_0);
    assert_true(loaded.scaling.mean[0] == 0.25 && loaded.scaling.deviation[0] == 0.5);
    char path[SPEC_PATH_BYTES + 40];
    char *text = NULL;
    size_t size = 0;
    snprintf(path, sizeof path, "%s/preprocessor_config.json", spec.model);
    assert_int_equal(json_read_text(path, 1 << 16, &text, &size, NULL), STATUS_OK);
    assert_non_null(strstr(text, "\"resample\":\t3")); /* torchvision has no filter 4, BOX */
    free(text);
    vision_start_clear(&loaded);
    VisionStart unused = fresh;
    vision_start_clear(&unused);
}

static void a_head_for_other_classes_is_replaced(void **state)
{
    ExperimentSpec spec = saved_spec(*state, "corners", CORNERS);
    const VisionStart first = load(&spec, CORNERS, 4);
    spec.seed = 4;
    /* As many classes, but other ones; and another number of them. */
    for (size_t count = 3; count <= 4; count++) {
        VisionStart other = load(&spec, NUMBERS, count);
        const size_t head = first.table.tensors[first.table.count - 2].offset;
        assert_true(other.has_new_head);
        assert_string_equal(other.head_text,
                            count == 3 ? "head replaced: 4 labels -> 3"
                                       : "head replaced: 4 labels (\"NW\" ...) -> 4 others "
                                         "(\"0\" ...)");
        assert_int_equal(other.shape.label_count, count);
        assert_memory_equal(other.theta_0, first.theta_0, head * sizeof *first.theta_0);
        assert_memory_not_equal(other.theta_0 + head, first.theta_0 + head, 16 * sizeof(Real));
        vision_start_clear(&other);
    }
    VisionStart unused = first;
    vision_start_clear(&unused);

    /* LABEL_2 is the class called "2". */
    spec = saved_spec(*state, "standard", NULL);
    VisionStart same = load(&spec, NUMBERS, 4);
    assert_false(same.has_new_head);
    assert_string_equal(same.head_text, "");
    vision_start_clear(&same);
}

static void expect_refusal(const ExperimentSpec *spec, Status status, const char *words)
{
    VisionStart start;
    Problem problem = {0};
    assert_int_equal(vision_start_load(spec, NUMBERS, 4, &start, &problem), status);
    if (strstr(problem.text, words) == NULL) {
        fail_msg("\"%s\" does not say \"%s\"", problem.text, words);
    }
    assert_null(start.theta_0);
}

static void pixels_are_scaled_as_the_folder_says(void **state)
{
    const ExperimentSpec spec = saved_spec(*state, "scaled", NULL);
    write_preprocessor(&spec, "{\"image_mean\": [0.1307], \"image_std\": [0.3081], "
                              "\"rescale_factor\": 0.00392156862745098}");
    VisionStart start = load(&spec, NUMBERS, 4);
    assert_true(start.scaling.mean[0] == 0.1307 && start.scaling.deviation[0] == 0.3081);
    vision_start_clear(&start);
    write_preprocessor(&spec, "{\"image_mean\": [0.1307], \"do_normalize\": false}");
    start = load(&spec, NUMBERS, 4);
    assert_true(start.scaling.mean[0] == 0.0 && start.scaling.deviation[0] == 1.0);
    vision_start_clear(&start);

    write_preprocessor(&spec, "{\"image_std\": [0]}");
    expect_refusal(&spec, STATUS_BAD_VALUE, "\"image_std\" must be a list of 1 numbers");
    write_preprocessor(&spec, "{\"image_mean\": [0.5, 0.5, 0.5]}");
    expect_refusal(&spec, STATUS_BAD_VALUE, "\"image_mean\" must be a list of 1 numbers");
    write_preprocessor(&spec, "{\"rescale_factor\": 1}");
    expect_refusal(&spec, STATUS_BAD_VALUE, "\"rescale_factor\" must be 1/255");
    write_preprocessor(&spec, "{\"do_rescale\": false}");
    expect_refusal(&spec, STATUS_BAD_VALUE, "do_rescale");
    write_preprocessor(&spec, "{");
    expect_refusal(&spec, STATUS_BAD_FORMAT, "preprocessor_config.json");
}

static void a_model_of_other_channels_is_refused(void **state)
{
    ExperimentSpec spec;
    assert_int_equal(tiny_vision_parse(*state, "\"lanes\": [{\"method\": \"adamw\"}]", 4, &spec),
                     STATUS_OK);
    expect_refusal(&spec, STATUS_BAD_VALUE, "\"num_channels\" is 4; images have 1 (gray) or 3");
    snprintf(spec.model, sizeof spec.model, "/nowhere");
    expect_refusal(&spec, STATUS_FILE_UNREADABLE,
                   "/nowhere is no folder; put a Hugging Face checkpoint there (config.json, "
                   "model.safetensors) or");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_saved_folder_loads_to_the_same_bits_and_scaling),
        cmocka_unit_test(a_head_for_other_classes_is_replaced),
        cmocka_unit_test(pixels_are_scaled_as_the_folder_says),
        cmocka_unit_test(a_model_of_other_channels_is_refused),
    };
    return cmocka_run_group_tests(tests, open_vision_lab, close_vision_lab);
}
