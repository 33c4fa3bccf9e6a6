/* model/test_checkpoint.c -- weights from one file and from shards, heads that are not there, and what is refused by name. */
#include "model/checkpoint.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/whole_file.h"
#include "model/safetensors.h"

enum { PATH_BYTES = 256 };

static const char SINGLE[] = "model.safetensors";
static const char INDEX[] = "model.safetensors.index.json";
static const char FIRST[] = "model-00001-of-00002.safetensors";
static const char SECOND[] = "model-00002-of-00002.safetensors";

/* Two tensors of a body, a head of two; 2 x 3 + 4 + 2 x 4 + 2 numbers. */
static ParameterTensor tensors[] = {
    {.name = "base.a", .rows = 2, .cols = 3, .offset = 0},
    {.name = "base.b", .rows = 1, .cols = 4, .offset = 6, .is_vector = 1},
    {.name = "head.weight", .rows = 2, .cols = 4, .offset = 10, .group = PARAMETER_GROUP_HEAD},
    {.name = "head.bias",
     .rows = 1,
     .cols = 2,
     .offset = 18,
     .group = PARAMETER_GROUP_HEAD,
     .is_vector = 1,
     .is_bias = 1},
};
static const char *const SKIPPED[] = {"other_head.*", NULL};
static const CheckpointNames NAMES = {
    .prefix = "base.", .is_prefix_in_table = true, .skipped = SKIPPED};
static const ParameterTable TABLE = {.tensors = tensors, .count = 4, .size = 20, .files = &NAMES};

static const Real VALUES[20] = {1,  2,  3,  4,  5,  6,  7,  8,  9,  10,
                                11, 12, 13, 14, 15, 16, 17, 18, 19, 20};

static int make_folder(void **state)
{
    static const char template[] = "/tmp/tramlab-checkpoint-XXXXXX";
    char *const folder = malloc(sizeof template);
    assert_non_null(folder);
    memcpy(folder, template, sizeof template);
    assert_non_null(mkdtemp(folder));
    *state = folder;
    return 0;
}

static void path_of(void *const *state, const char *file, char path[PATH_BYTES])
{
    (void)snprintf(path, PATH_BYTES, "%s/%s", (const char *)*state, file);
}

static int remove_folder(void **state)
{
    static const char *const files[] = {SINGLE, INDEX, FIRST, SECOND};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char path[PATH_BYTES];
        path_of(state, files[i], path);
        (void)unlink(path);
    }
    assert_int_equal(rmdir(*state), 0);
    free(*state);
    return 0;
}

/* One tensor of a file to write: 1-D where rows is 0. */
typedef struct Piece {
    const char *name;
    size_t rows;
    size_t cols;
    const Real *values;
} Piece;

static const Piece A = {"base.a", 2, 3, VALUES};
static const Piece B = {"base.b", 0, 4, VALUES + 6};
static const Piece WEIGHT = {"head.weight", 2, 4, VALUES + 10};
static const Piece BIAS = {"head.bias", 0, 2, VALUES + 18};

static void write_file(void *const *state, const char *file, const Piece *pieces, size_t count)
{
    char path[PATH_BYTES];
    SafetensorsEntry entries[8] = {0};
    for (size_t i = 0; i < count; i++) {
        (void)snprintf(entries[i].name, sizeof entries[i].name, "%s", pieces[i].name);
        entries[i].reals = pieces[i].values;
        entries[i].dimensions = pieces[i].rows == 0 ? 1 : 2;
        entries[i].shape[0] = pieces[i].rows == 0 ? pieces[i].cols : pieces[i].rows;
        entries[i].shape[1] = pieces[i].cols;
    }
    path_of(state, file, path);
    assert_int_equal(safetensors_write(path, entries, count, NULL), STATUS_OK);
}

static void write_index(void *const *state, const char *text)
{
    char path[PATH_BYTES];
    path_of(state, INDEX, path);
    assert_int_equal(whole_file_write(path, text, NULL), STATUS_OK);
}

static void write_two_shards(void *const *state)
{
    const Piece first[] = {A, WEIGHT};
    const Piece second[] = {BIAS, B};
    write_file(state, FIRST, first, 2);
    write_file(state, SECOND, second, 2);
    write_index(state, "{\"metadata\":{\"total_size\":80},\"weight_map\":{"
                       "\"base.a\":\"model-00001-of-00002.safetensors\","
                       "\"base.b\":\"model-00002-of-00002.safetensors\","
                       "\"head.bias\":\"model-00002-of-00002.safetensors\","
                       "\"head.weight\":\"model-00001-of-00002.safetensors\"}}");
}

static void refuses(void *const *state, Status wanted, const char *named, const char *also)
{
    Real params[20] = {0};
    const Real untouched[20] = {0};
    StoredHead head = STORED_HEAD_WHOLE;
    Problem problem = {0};
    assert_int_equal(checkpoint_read(*state, &TABLE, params, &head, &problem), wanted);
    if (strstr(problem.text, named) == NULL || strstr(problem.text, also) == NULL) {
        fail_msg("\"%s\" does not say %s and %s", problem.text, named, also);
    }
    assert_memory_equal(params, untouched, sizeof params);
}

static void reads_one_file_with_and_without_the_prefix(void **state)
{
    const Piece bare[] = {{"a", 2, 3, VALUES},
                          {"b", 0, 4, VALUES + 6},
                          WEIGHT,
                          BIAS,
                          {"other_head.dense", 1, 1, VALUES}};
    const Piece full[] = {B, A, WEIGHT, BIAS};
    for (int k = 0; k < 2; k++) {
        Real params[20] = {0};
        write_file(state, SINGLE, k == 0 ? bare : full, k == 0 ? 5 : 4);
        assert_int_equal(checkpoint_read(*state, &TABLE, params, NULL, NULL), STATUS_OK);
        assert_memory_equal(params, VALUES, sizeof params);
    }
}

static void reads_shards(void **state)
{
    Real params[20] = {0};
    StoredHead head = STORED_HEAD_NONE;
    write_two_shards(state);
    assert_int_equal(checkpoint_read(*state, &TABLE, params, &head, NULL), STATUS_OK);
    assert_memory_equal(params, VALUES, sizeof params);
    assert_int_equal(head, STORED_HEAD_WHOLE);
}

static void refuses_a_folder_without_weights(void **state)
{
    refuses(state, STATUS_FILE_UNREADABLE, *state, "safetensors");
}

static void a_truncated_shard_is_named(void **state)
{
    char path[PATH_BYTES];
    write_two_shards(state);
    path_of(state, SECOND, path);
    FILE *const file = fopen(path, "rb");
    assert_non_null(file);
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    const long size = ftell(file);
    assert_int_equal(fclose(file), 0);
    const long cuts[] = {size - 4, size - 20, size / 2, 3, 0};
    for (size_t i = 0; i < sizeof cuts / sizeof *cuts; i++) {
        assert_int_equal(truncate(path, cuts[i]), 0);
        refuses(state, STATUS_BAD_FORMAT, SECOND, "");
    }
    assert_int_equal(unlink(path), 0);
    refuses(state, STATUS_FILE_UNREADABLE, SECOND, "");
}

static void a_missing_tensor_of_the_body_is_named(void **state)
{
    const Piece without_b[] = {A, WEIGHT, BIAS};
    write_file(state, SINGLE, without_b, 3);
    refuses(state, STATUS_BAD_VALUE, "\"base.b\" is missing", SINGLE);
    write_two_shards(state);
    write_file(state, SECOND, &BIAS, 1);
    char path[PATH_BYTES];
    path_of(state, SINGLE, path);
    assert_int_equal(unlink(path), 0);
    refuses(state, STATUS_BAD_VALUE, "\"base.b\" is missing", FIRST);
}

static void a_wrong_shape_and_a_tensor_in_two_shards_are_named(void **state)
{
    const Piece turned[] = {{"base.a", 3, 2, VALUES}, B, WEIGHT, BIAS};
    write_file(state, SINGLE, turned, 4);
    refuses(state, STATUS_BAD_VALUE, "\"base.a\"", "[2, 3]");
    char path[PATH_BYTES];
    path_of(state, SINGLE, path);
    assert_int_equal(unlink(path), 0);
    write_two_shards(state);
    const Piece second[] = {BIAS, B, A};
    write_file(state, SECOND, second, 3);
    refuses(state, STATUS_BAD_VALUE, "\"base.a\" is there twice", SECOND);
    const Piece strange[] = {BIAS, B, {"base.c", 0, 1, VALUES}};
    write_file(state, SECOND, strange, 3);
    refuses(state, STATUS_BAD_VALUE, "\"base.c\" is not part", SECOND);
}

static void an_index_that_makes_no_sense_is_refused(void **state)
{
    static const char *const bad[] = {"[]", "{}", "{\"weight_map\":{}}", "{\"weight_map\":7}"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        write_index(state, bad[i]);
        refuses(state, STATUS_BAD_FORMAT, INDEX, "weight_map");
    }
    write_index(state, "{\"weight_map\":");
    refuses(state, STATUS_BAD_FORMAT, INDEX, "");
    static const char *const strange[] = {
        "{\"weight_map\":{\"t\":\"../x\"}}", "{\"weight_map\":{\"t\":\"/etc/passwd\"}}",
        "{\"weight_map\":{\"t\":\"\"}}", "{\"weight_map\":{\"t\":3}}"};
    for (size_t i = 0; i < sizeof strange / sizeof *strange; i++) {
        write_index(state, strange[i]);
        refuses(state, STATUS_BAD_VALUE, INDEX, "\"t\"");
    }
}

static void a_head_that_is_missing_or_of_other_shape_is_left_alone_whole(void **state)
{
    static const Real other[12] = {0};
    const Piece files[][4] = {{A, B, WEIGHT},                             /* half a head */
                              {A, B},                                     /* none */
                              {A, B, {"head.weight", 3, 4, other}, BIAS}, /* three labels */
                              {A, B, WEIGHT, {"head.bias", 0, 3, other}}};
    const size_t counts[] = {3, 2, 4, 4};
    for (size_t k = 0; k < 4; k++) {
        Real params[20] = {0};
        StoredHead head = STORED_HEAD_WHOLE;
        Problem problem = {0};
        params[10] = params[19] = -5;
        write_file(state, SINGLE, files[k], counts[k]);
        assert_int_equal(checkpoint_read(*state, &TABLE, params, &head, NULL), STATUS_OK);
        assert_int_equal(head, k == 1 ? STORED_HEAD_NONE : STORED_HEAD_OTHER);
        assert_memory_equal(params, VALUES, 10 * sizeof *params);
        for (size_t i = 10; i < 20; i++) {
            const double wanted = i == 10 || i == 19 ? -5 : 0;
            assert_true(fabs((double)params[i] - wanted) < 1e-12);
        }
        /* Where the head is wanted as it is, that is an error. */
        assert_int_equal(checkpoint_read(*state, &TABLE, params, NULL, &problem), STATUS_BAD_VALUE);
        assert_non_null(strstr(problem.text, "\"head."));
    }
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(reads_one_file_with_and_without_the_prefix),
        IN_FOLDER(reads_shards),
        IN_FOLDER(refuses_a_folder_without_weights),
        IN_FOLDER(a_truncated_shard_is_named),
        IN_FOLDER(a_missing_tensor_of_the_body_is_named),
        IN_FOLDER(a_wrong_shape_and_a_tensor_in_two_shards_are_named),
        IN_FOLDER(an_index_that_makes_no_sense_is_refused),
        IN_FOLDER(a_head_that_is_missing_or_of_other_shape_is_left_alone_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
