/* model/test_safetensors.c -- what is written reads back; what is wrong is refused, named, and leaves the weights alone. */
#include "model/safetensors.h"

#include <errno.h>
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

#include "model/parameters.h"

enum { PATH_BYTES = 256, DATA_BYTES = 64 };

/* A model of two tensors: "a" [2, 3] and "b" [4]; 10 numbers, 40 bytes of F32. */
static ParameterTensor tensors[] = {
    {.name = "a", .rows = 2, .cols = 3, .offset = 0},
    {.name = "b", .rows = 1, .cols = 4, .offset = 6, .is_vector = 1},
};
static const char *const SKIPPED[] = {"lm_head.weight", "*.attn.bias", "*.attn.masked_bias", NULL};
static const CheckpointNames NAMES = {.prefix = "transformer.", .skipped = SKIPPED};
static const ParameterTable TABLE = {.tensors = tensors, .count = 2, .size = 10, .files = &NAMES};

#define A "\"a\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[0,24]}"
#define B "\"b\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[24,40]}"

static int make_folder(void **state)
{
    static const char template[] = "/tmp/tramlab-safetensors-XXXXXX";
    char *const folder = malloc(sizeof template);
    assert_non_null(folder);
    memcpy(folder, template, sizeof template);
    assert_non_null(mkdtemp(folder));
    *state = folder;
    return 0;
}

static int remove_folder(void **state)
{
    char path[PATH_BYTES];
    (void)snprintf(path, sizeof path, "%s/x", (char *)*state);
    (void)unlink(path);
    (void)snprintf(path, sizeof path, "%s/x.tmp", (char *)*state);
    (void)unlink(path);
    assert_int_equal(rmdir(*state), 0); /* nothing else was left behind */
    free(*state);
    return 0;
}

static void file_in(void *const *state, char path[PATH_BYTES])
{
    (void)snprintf(path, PATH_BYTES, "%s/x", (const char *)*state);
}

/* A file of `claimed` header bytes, the header, and `data_bytes` bytes of data that count up as
 * floats. */
static void write_raw(const char *path, uint64_t claimed, const char *header, size_t data_bytes)
{
    FILE *const file = fopen(path, "wb");
    float data[DATA_BYTES / 4];
    for (size_t i = 0; i < DATA_BYTES / 4; i++) {
        data[i] = (float)i + 0.5F;
    }
    assert_non_null(file);
    assert_int_equal(fwrite(&claimed, sizeof claimed, 1, file), 1);
    assert_int_equal(fwrite(header, 1, strlen(header), file), strlen(header));
    assert_int_equal(fwrite(data, 1, data_bytes, file), data_bytes);
    assert_int_equal(fclose(file), 0);
}

static void reads_what_it_wrote_with_the_names_of_gpt2(void **state)
{
    char path[PATH_BYTES];
    file_in(state, path);
    const CausalLmShape shape = {
        .V = 7, .P = 5, .C = 4, .L = 2, .H = 2, .F = 6, .layer_norm_epsilon = 1e-5};
    ParameterTable table;
    assert_int_equal(parameter_table_create(&shape, &table), STATUS_OK);
    Real *const params = calloc(2 * table.size, sizeof *params);
    assert_non_null(params);
    Real *const again = params + table.size;
    for (size_t i = 0; i < table.size; i++) {
        params[i] = (Real)(float)sin((double)i);
    }
    params[3] = -(Real)INFINITY;
    assert_int_equal(safetensors_write_model(path, &table, params, NULL), STATUS_OK);
    assert_int_equal(safetensors_read(path, &table, again, NULL), STATUS_OK);
    assert_memory_equal(params, again, table.size * sizeof *params);

    FILE *const file = fopen(path, "rb");
    uint64_t header_bytes = 0;
    char text[64] = {0};
    assert_non_null(file);
    assert_int_equal(fread(&header_bytes, sizeof header_bytes, 1, file), 1);
    assert_int_equal(header_bytes % 8, 0);
    assert_int_equal(fread(text, 1, sizeof text - 1, file), sizeof text - 1);
    assert_string_equal(text,
                        "{\"__metadata__\":{\"format\":\"pt\"},\"transformer.wte.weight\":{\"dtyp");
    fclose(file);
    free(params);
    parameter_table_clear(&table);
}

static void writes_integers_too(void **state)
{
    char path[PATH_BYTES];
    file_in(state, path);
    const int32_t integers[4] = {-1, 0, 7, INT32_MAX};
    const SafetensorsEntry entry = {
        .name = "t", .integers = integers, .shape = {2, 2}, .dimensions = 2};
    assert_int_equal(safetensors_write(path, &entry, 1, NULL), STATUS_OK);
    FILE *const file = fopen(path, "rb");
    assert_non_null(file);
    int32_t last[4] = {0};
    assert_int_equal(fseek(file, -(long)sizeof last, SEEK_END), 0);
    assert_int_equal(fread(last, sizeof last, 1, file), 1);
    assert_memory_equal(last, integers, sizeof last);
    fclose(file);
}

static void reads_tensors_in_any_order_and_skips_the_tied_head_and_masks(void **state)
{
    char path[PATH_BYTES];
    file_in(state, path);
    const char *const header =
        "{\"lm_head.weight\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[40,44]},"
        "\"h.0.attn.bias\":{\"dtype\":\"BOOL\",\"shape\":[1,1,2,2],\"data_offsets\":[44,48]},"
        "\"h.0.attn.masked_bias\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[48,52]},"
        "\"transformer.b\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[24,40]}," A
        ",\"__metadata__\":{\"format\":\"pt\"}}  ";
    write_raw(path, strlen(header), header, 52);
    Real params[10] = {0};
    assert_int_equal(safetensors_read(path, &TABLE, params, NULL), STATUS_OK);
    for (size_t i = 0; i < 10; i++) {
        assert_true(fabs((double)params[i] - ((double)i + 0.5)) < 1e-12);
    }
}

static void converts_half_precision_exactly(void **state)
{
    char path[PATH_BYTES];
    file_in(state, path);
    const char *const header = "{\"a\":{\"dtype\":\"F16\",\"shape\":[2,3],\"data_offsets\":[0,12]},"
                               "\"b\":{\"dtype\":\"BF16\",\"shape\":[4],\"data_offsets\":[12,20]}}";
    const uint16_t data[10] = {0x3C00, 0xC000, 0x0001, 0x83FF, 0x7BFF,
                               0xFC00, 0x3F80, 0xC040, 0x0000, 0x7FC0};
    const double wanted[10] = {1, -2, 0x1p-24, -0x1.ff8p-15, 65504, -(double)INFINITY,
                               1, -3, 0,       (double)NAN};
    FILE *const file = fopen(path, "wb");
    const uint64_t length = strlen(header);
    assert_non_null(file);
    assert_int_equal(fwrite(&length, sizeof length, 1, file), 1);
    assert_int_equal(fwrite(header, 1, length, file), length);
    assert_int_equal(fwrite(data, sizeof data, 1, file), 1);
    assert_int_equal(fclose(file), 0);
    Real params[10];
    assert_int_equal(safetensors_read(path, &TABLE, params, NULL), STATUS_OK);
    for (size_t i = 0; i < 9; i++) {
        assert_true((double)params[i] >= wanted[i] && (double)params[i] <= wanted[i]);
    }
    assert_true(isnan(params[9]));
}

/* Larger than what is read at a time, after a tensor of odd length: each number is where and what it should be. */
static void reads_large_tensors_of_every_kind_whole(void **state)
{
    enum { LARGE = 300001 };
    static const char *const DTYPES[] = {"F32", "F16", "BF16"};
    static const size_t BYTES[] = {4, 2, 2};
    static unsigned char data[4 * (LARGE + 3)];
    static Real params[LARGE + 3];
    char path[PATH_BYTES];
    file_in(state, path);
    ParameterTensor both[] = {
        {.name = "a", .rows = 1, .cols = 3, .offset = 0, .is_vector = 1},
        {.name = "b", .rows = 1, .cols = LARGE, .offset = 3, .is_vector = 1},
    };
    const ParameterTable table = {.tensors = both, .count = 2, .size = LARGE + 3, .files = &NAMES};
    for (size_t d = 0; d < 3; d++) {
        char header[200];
        for (size_t i = 0; i < LARGE + 3; i++) {
            const float value = (float)(i % 251);
            uint32_t bits;
            memcpy(&bits, &value, sizeof bits);
            /* Whole numbers up to 250 are exact in all three. */
            const uint16_t half =
                (uint16_t)(i % 251 == 0 ? 0U : (bits >> 13 & 0x3FFU) | ((bits >> 23) - 112U) << 10);
            const uint16_t bfloat = (uint16_t)(bits >> 16);
            memcpy(data + i * BYTES[d],
                   d == 0   ? (const void *)&value
                   : d == 1 ? (const void *)&half
                            : (const void *)&bfloat,
                   BYTES[d]);
        }
        const uint64_t length = (uint64_t)snprintf(
            header, sizeof header,
            "{\"a\":{\"dtype\":\"%s\",\"shape\":[3],\"data_offsets\":[0,%zu]},"
            "\"b\":{\"dtype\":\"%s\",\"shape\":[%d],\"data_offsets\":[%zu,%zu]}}",
            DTYPES[d], 3 * BYTES[d], DTYPES[d], LARGE, 3 * BYTES[d], (LARGE + 3) * BYTES[d]);
        FILE *const file = fopen(path, "wb");
        assert_non_null(file);
        assert_int_equal(fwrite(&length, sizeof length, 1, file), 1);
        assert_int_equal(fwrite(header, 1, length, file), length);
        assert_int_equal(fwrite(data, BYTES[d], LARGE + 3, file), LARGE + 3);
        assert_int_equal(fclose(file), 0);
        memset(params, 0, sizeof params);
        assert_int_equal(safetensors_read(path, &table, params, NULL), STATUS_OK);
        for (size_t i = 0; i < LARGE + 3; i++) {
            if ((size_t)params[i] != i % 251) {
                fail_msg("%s: number %zu is %g", DTYPES[d], i, (double)params[i]);
            }
        }
    }
}

typedef struct BadFile {
    const char *header;
    uint64_t claimed; /* 0: the header's true length */
    size_t data_bytes;
    Status status;
    const char *named; /* what the message must contain */
} BadFile;

static const BadFile BAD_FILES[] = {
    {"{" A "," B "}", UINT64_MAX, 40, STATUS_BAD_FORMAT, "header"},
    {"{" A "," B "}", UINT64_MAX - 7, 40, STATUS_BAD_FORMAT, "header"},
    {"{" A "," B "}", 1000, 40, STATUS_BAD_FORMAT, "header"},
    {"{" A "," B "}", 12, 40, STATUS_BAD_FORMAT, NULL},
    {"[1]", 0, 40, STATUS_BAD_FORMAT, "object"},
    {"{" A "," B, 0, 0, STATUS_BAD_FORMAT, NULL},
    {"{" A "," B "}", 0, 36, STATUS_BAD_FORMAT, "\"b\""},
    {"{" A "," B "}", 0, 44, STATUS_BAD_FORMAT, "no tensor"},
    {"{" A ",\"b\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[28,44]}}", 0, 44,
     STATUS_BAD_FORMAT, "hole"},
    {"{" A ",\"b\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[20,36]}}", 0, 36,
     STATUS_BAD_FORMAT, "overlaps"},
    {"{" A ",\"b\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[40,24]}}", 0, 40,
     STATUS_BAD_FORMAT, "\"b\""},
    {"{" A ",\"b\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[-8,8]}}", 0, 40,
     STATUS_BAD_FORMAT, "\"b\""},
    {"{" A ",\"b\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[24]}}", 0, 40,
     STATUS_BAD_FORMAT, "\"b\""},
    {"{" A ",\"b\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[24,40,40]}}", 0, 40,
     STATUS_BAD_FORMAT, "\"b\""},
    {"{" A ",\"b\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[24,1e30]}}", 0, 40,
     STATUS_BAD_FORMAT, "\"b\""},
    {"{" A ",\"b\":{\"dtype\":\"F32\",\"shape\":[5],\"data_offsets\":[24,40]}}", 0, 40,
     STATUS_BAD_FORMAT, "\"b\""},
    /* 4 bytes times this is 2^64 + 16 */
    {"{" A
     ",\"b\":{\"dtype\":\"F32\",\"shape\":[4,1048577,1099510579201],\"data_offsets\":[24,40]}}",
     0, 40, STATUS_BAD_FORMAT, "\"b\""},
    {"{" A ",\"b\":{\"dtype\":\"F32\",\"shape\":[4.5],\"data_offsets\":[24,40]}}", 0, 40,
     STATUS_BAD_FORMAT, "\"b\""},
    {"{" A ",\"b\":{\"dtype\":\"F32\",\"shape\":\"4\",\"data_offsets\":[24,40]}}", 0, 40,
     STATUS_BAD_FORMAT, "\"b\""},
    {"{" A ",\"b\":{\"dtype\":\"F32\",\"shape\":[1,1,1,1,1,1,1,1,4],\"data_offsets\":[24,40]}}", 0,
     40, STATUS_BAD_FORMAT, "\"b\""},
    {"{" A ",\"b\":7}", 0, 40, STATUS_BAD_FORMAT, "\"b\""},
    {"{" A ",\"b\":{\"shape\":[4],\"data_offsets\":[24,40]}}", 0, 40, STATUS_BAD_VALUE, "\"b\""},
    {"{" A ",\"b\":{\"dtype\":\"F7\",\"shape\":[4],\"data_offsets\":[24,40]}}", 0, 40,
     STATUS_BAD_VALUE, "dtype\" \"F7\"; weights are F32, F16 or BF16"},
    {"{" A ",\"b\":{\"dtype\":\"U8\",\"shape\":[16],\"data_offsets\":[24,40]}}", 0, 40,
     STATUS_BAD_VALUE, "shape"},
    {"{" A ",\"b\":{\"dtype\":\"I8\",\"shape\":[4],\"data_offsets\":[24,28]}}", 0, 28,
     STATUS_BAD_VALUE, "quantised"},
    /* "version ", as Git LFS's pointers begin */
    {"https://git-lfs.github.com/spec/v1", 0x206e6f6973726576U, 0, STATUS_BAD_FORMAT,
     "git lfs pull"},
    {"{" A ",\"b\":{\"dtype\":\"I32\",\"shape\":[4],\"data_offsets\":[24,40]}}", 0, 40,
     STATUS_BAD_VALUE, "\"b\""},
    {"{" A ",\"b\":{\"dtype\":\"F32\",\"shape\":[2,2],\"data_offsets\":[24,40]}}", 0, 40,
     STATUS_BAD_VALUE, "shape"},
    {"{\"a\":{\"dtype\":\"F32\",\"shape\":[3,2],\"data_offsets\":[0,24]}," B "}", 0, 40,
     STATUS_BAD_VALUE, "\"a\""},
    {"{" A "}", 0, 24, STATUS_BAD_VALUE, "\"b\" is missing"},
    {"{" A "," B ",\"c\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[40,40]}}", 0, 40,
     STATUS_BAD_VALUE, "\"c\" is not part"},
    {"{" A "," B ",\"transformer.b\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[40,56]}}",
     0, 56, STATUS_BAD_VALUE, "twice"},
};

static void refuses_headers_that_cannot_be_true_and_leaves_the_weights_alone(void **state)
{
    char path[PATH_BYTES];
    file_in(state, path);
    for (size_t i = 0; i < sizeof BAD_FILES / sizeof *BAD_FILES; i++) {
        const BadFile *const bad = &BAD_FILES[i];
        write_raw(path, bad->claimed != 0 ? bad->claimed : strlen(bad->header), bad->header,
                  bad->data_bytes);
        Real params[10] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
        Problem problem = {0};
        if (safetensors_read(path, &TABLE, params, &problem) != bad->status) {
            fail_msg("case %zu: %s", i, problem.text);
        }
        assert_non_null(strstr(problem.text, path));
        if (bad->named != NULL && strstr(problem.text, bad->named) == NULL) {
            fail_msg("case %zu: \"%s\" does not say %s", i, problem.text, bad->named);
        }
        for (size_t k = 0; k < 10; k++) {
            assert_true(fabs((double)params[k] - (double)(k + 1)) < 1e-12);
        }
    }
}

static void refuses_files_that_are_missing_empty_or_no_files(void **state)
{
    char path[PATH_BYTES];
    file_in(state, path);
    Real params[10];
    Problem problem = {0};
    assert_int_equal(safetensors_read(path, &TABLE, params, &problem), STATUS_FILE_UNREADABLE);
    assert_non_null(strstr(problem.text, path));
    assert_int_equal(safetensors_read(*state, &TABLE, params, &problem), STATUS_FILE_UNREADABLE);
    FILE *const file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite("1234567", 1, 7, file), 7);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(safetensors_read(path, &TABLE, params, &problem), STATUS_BAD_FORMAT);
}

static void a_full_disk_is_an_error_and_the_older_file_stays(void **state)
{
    char path[PATH_BYTES];
    char temporary[PATH_BYTES + 8];
    file_in(state, path);
    (void)snprintf(temporary, sizeof temporary, "%s.tmp", path);
    const Real params[10] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
    assert_int_equal(safetensors_write_model(path, &TABLE, params, NULL), STATUS_OK);
    assert_int_equal(symlink("/dev/full", temporary),
                     0); /* every write to it says that the disk is full */
    const Real other[10] = {0};
    Problem problem = {0};
    assert_int_equal(safetensors_write_model(path, &TABLE, other, &problem),
                     STATUS_FILE_UNWRITABLE);
    assert_non_null(strstr(problem.text, strerror(ENOSPC)));
    assert_int_equal(access(temporary, F_OK), -1);
    Real again[10] = {0};
    assert_int_equal(safetensors_read(path, &TABLE, again, NULL), STATUS_OK);
    assert_memory_equal(again, params, sizeof params);
}

static void a_folder_that_does_not_exist_is_an_error(void **state)
{
    char path[PATH_BYTES];
    (void)snprintf(path, sizeof path, "%s/none/x", (char *)*state);
    const Real params[10] = {0};
    Problem problem = {0};
    assert_int_equal(safetensors_write_model(path, &TABLE, params, &problem),
                     STATUS_FILE_UNWRITABLE);
    assert_non_null(strstr(problem.text, path));
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(reads_what_it_wrote_with_the_names_of_gpt2),
        IN_FOLDER(writes_integers_too),
        IN_FOLDER(reads_tensors_in_any_order_and_skips_the_tied_head_and_masks),
        IN_FOLDER(converts_half_precision_exactly),
        IN_FOLDER(reads_large_tensors_of_every_kind_whole),
        IN_FOLDER(refuses_headers_that_cannot_be_true_and_leaves_the_weights_alone),
        IN_FOLDER(refuses_files_that_are_missing_empty_or_no_files),
        IN_FOLDER(a_full_disk_is_an_error_and_the_older_file_stays),
        IN_FOLDER(a_folder_that_does_not_exist_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
