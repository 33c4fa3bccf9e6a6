/* tests/fuzz/fuzz_weights.c -- damaged safetensors files and shard lists are refused in a line and leave the weights alone. */
#include "damage.h"

#include <stdbool.h>
#include <unistd.h>

#include "model/checkpoint.h"

enum { WEIGHTS = 10 };

/* Two tensors of F32, "a" [2, 3] and "b" [4]. */
static ParameterTensor tensors[] = {
    {.name = "a", .rows = 2, .cols = 3, .offset = 0},
    {.name = "b", .rows = 1, .cols = 4, .offset = 6, .is_vector = 1},
};
static const char *const SKIPPED[] = {"*.bias", NULL};
static const CheckpointNames NAMES = {.prefix = "transformer.", .skipped = SKIPPED};
static const ParameterTable TABLE = {
    .tensors = tensors, .count = 2, .size = WEIGHTS, .files = &NAMES};

#define A       "\"a\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[0,24]}"
#define B       "\"transformer.b\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[24,40]}"
#define B_ALONE "\"b\":{\"dtype\":\"BF16\",\"shape\":[4],\"data_offsets\":[0,8]}"
static const char WHOLE[] = "{\"__metadata__\":{\"format\":\"pt\"}," A "," B "}";
static const char FIRST[] = "{" A "}";
static const char SECOND[] = "{" B_ALONE "}";
static const char INDEX[] = "{\"metadata\": {\"total_size\": 32}, \"weight_map\": "
                            "{\"a\": \"one.safetensors\", \"b\": \"two.safetensors\"}}";

typedef struct Original {
    const char *name;
    char bytes[256];
    size_t size;
} Original;

/* Length of the header, the header, and data that count up. */
static void make_weights(const char *name, const char *header, size_t data_bytes,
                         Original *original)
{
    const uint64_t length = strlen(header);
    original->name = name;
    memcpy(original->bytes, &length, sizeof length);
    memcpy(original->bytes + sizeof length, header, length);
    original->size = sizeof length + length + data_bytes;
    assert_true(original->size <= sizeof original->bytes);
    for (size_t i = sizeof length + length; i < original->size; i++) {
        original->bytes[i] = (char)i;
    }
}

/* One of the files is damaged, each in its turn. */
static void write_files(const char *folder, const Original *originals, size_t count, uint64_t round)
{
    Random random = random_stream(round, RANDOM_STREAM_NOISE, count);
    for (size_t i = 0; i < count; i++) {
        char path[80];
        size_t size = originals[i].size;
        char *text = copy_of(originals[i].bytes, size);
        if (i == round % count) {
            damage(&random, &text, &size);
        }
        (void)snprintf(path, sizeof path, "%s/%s", folder, originals[i].name);
        write_whole(path, text, size);
        free(text);
    }
}

/* All of them, or none. */
static void expect_weights(const Real *weights, bool is_read, uint64_t round)
{
    for (size_t i = 0; i < WEIGHTS; i++) {
        if ((weights[i] != (Real)7.5) != is_read) {
            fail_msg("round %lu: weight %zu was %s", (unsigned long)round, i,
                     is_read ? "not read" : "changed by a file that was refused");
        }
    }
}

static void damage_again_and_again(const Original *originals, size_t count)
{
    char folder[] = "/tmp/tramlab-fuzz-XXXXXX";
    assert_non_null(mkdtemp(folder));
    const uint64_t first = fuzz_setting("FUZZ_FIRST", 0);
    const uint64_t rounds = fuzz_setting("FUZZ_ROUNDS", 200) * 5;
    uint64_t readable = 0;
    for (uint64_t round = first; round < first + rounds; round++) {
        Real weights[WEIGHTS];
        Problem problem = {0};
        for (size_t i = 0; i < WEIGHTS; i++) {
            weights[i] = (Real)7.5;
        }
        write_files(folder, originals, count, round);
        const bool is_read = checkpoint_read(folder, &TABLE, weights, NULL, &problem) == STATUS_OK;
        expect_weights(weights, is_read, round);
        if (!is_read) {
            assert_one_line(&problem, folder, round);
        }
        readable += is_read ? 1 : 0;
    }
    for (size_t i = 0; i < count; i++) {
        char path[80];
        (void)snprintf(path, sizeof path, "%s/%s", folder, originals[i].name);
        unlink(path);
    }
    assert_int_equal(rmdir(folder), 0);
    assert_true(rounds < 100 || (readable > 0 && readable < rounds)); /* or nothing was tried */
}

static void a_damaged_file_is_refused_or_read(void **state)
{
    (void)state;
    Original whole = {0};
    make_weights("model.safetensors", WHOLE, 40, &whole);
    damage_again_and_again(&whole, 1);
}

static void damaged_shards_are_refused_or_read(void **state)
{
    (void)state;
    Original files[3] = {{.name = "model.safetensors.index.json", .size = sizeof INDEX - 1}};
    memcpy(files[0].bytes, INDEX, sizeof INDEX - 1);
    make_weights("one.safetensors", FIRST, 24, &files[1]);
    make_weights("two.safetensors", SECOND, 8, &files[2]);
    damage_again_and_again(files, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_damaged_file_is_refused_or_read),
        cmocka_unit_test(damaged_shards_are_refused_or_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
