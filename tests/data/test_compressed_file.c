/* tests/data/test_compressed_file.c -- plain and gzip alike, and no cut-off file is taken for a whole one. */
#include "sample_file.h"

#include <zlib.h>

#include "data/compressed_file.h"

enum { SIZE = 200000 };

/* Bytes that compress, but not to nothing. */
static uint8_t *make_bytes(void)
{
    uint8_t *bytes = malloc(SIZE);
    assert_non_null(bytes);
    for (size_t i = 0; i < SIZE; i++) {
        bytes[i] = (uint8_t)(i * i / 100 + i % 7);
    }
    return bytes;
}

static void write_gzip(const SampleFile *sample, const char *mode, const void *bytes, unsigned size)
{
    gzFile file = gzopen(sample->path, mode);
    assert_non_null(file);
    assert_int_equal(gzwrite(file, bytes, size), (int)size);
    assert_int_equal(gzclose(file), Z_OK);
}

static void assert_reads(const SampleFile *sample, const uint8_t *expected, size_t expected_size)
{
    uint8_t *read = NULL;
    size_t size = 0;
    Problem problem = {0};
    if (compressed_file_read(sample->path, SIZE * 2, &read, &size, &problem) != STATUS_OK) {
        fail_msg("%s", problem.text);
    }
    assert_int_equal(size, expected_size);
    assert_memory_equal(read, expected, size);
    free(read);
}

static void reads_plain_and_gzip_alike(void **state)
{
    (void)state;
    SampleFile *sample = sample_file_make("x.gz");
    uint8_t *bytes = make_bytes();
    sample_file_write(sample, bytes, SIZE);
    assert_reads(sample, bytes, SIZE);
    write_gzip(sample, "wb", bytes, SIZE);
    assert_reads(sample, bytes, SIZE);
    write_gzip(sample, "wb", bytes, SIZE / 2);
    write_gzip(sample, "ab", bytes + SIZE / 2, SIZE / 2); /* two members */
    assert_reads(sample, bytes, SIZE);
    write_gzip(sample, "wb", bytes, 0);
    assert_reads(sample, bytes, 0);
    free(bytes);
    sample_file_remove(sample);
}

static void assert_refused(const SampleFile *sample, size_t max_bytes, Status expected,
                           const char *word)
{
    uint8_t *untouched = NULL;
    size_t size = 77;
    Problem problem = {0};
    assert_int_equal(compressed_file_read(sample->path, max_bytes, &untouched, &size, &problem),
                     expected);
    assert_problem(&problem, expected, sample->path, word);
    assert_null(untouched);
    assert_int_equal(size, 77);
}

static void refuses_every_cut_and_damage(void **state)
{
    (void)state;
    SampleFile *sample = sample_file_make("x.gz");
    uint8_t *bytes = make_bytes();
    write_gzip(sample, "wb", bytes, 2000);
    FILE *file = fopen(sample->path, "rb");
    assert_non_null(file);
    uint8_t packed[4000];
    const size_t size = fread(packed, 1, sizeof packed, file);
    fclose(file);
    for (size_t cut = 2; cut < size; cut += cut < 30 || cut > size - 30 ? 1 : 37) {
        sample_file_write(sample, packed, cut);
        assert_refused(sample, SIZE, STATUS_BAD_FORMAT, "end too early or are damaged");
    }
    packed[size / 2] ^= 0xFF;
    sample_file_write(sample, packed, size);
    assert_refused(sample, SIZE, STATUS_BAD_FORMAT, "damaged");
    packed[size / 2] ^= 0xFF;
    packed[size] = 'x'; /* something behind the end */
    sample_file_write(sample, packed, size + 1);
    assert_refused(sample, SIZE, STATUS_BAD_FORMAT, "damaged");
    free(bytes);
    sample_file_remove(sample);
}

static void refuses_more_than_is_allowed(void **state)
{
    (void)state;
    SampleFile *sample = sample_file_make("x.gz");
    assert_refused(sample, SIZE, STATUS_FILE_UNREADABLE, "cannot be read");
    uint8_t *bytes = calloc(SIZE, 1);
    assert_non_null(bytes);
    write_gzip(sample, "wb", bytes, SIZE); /* some 200 bytes */
    assert_refused(sample, SIZE - 1, STATUS_FILE_UNREADABLE, "more than 199999 bytes");
    assert_refused(sample, 70000, STATUS_FILE_UNREADABLE, "more than 70000 bytes");
    uint8_t *read = NULL;
    size_t size = 0;
    assert_int_equal(compressed_file_read(sample->path, SIZE, &read, &size, NULL), STATUS_OK);
    assert_int_equal(size, SIZE);
    free(read);
    free(bytes);
    sample_file_remove(sample);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_plain_and_gzip_alike),
        cmocka_unit_test(refuses_every_cut_and_damage),
        cmocka_unit_test(refuses_more_than_is_allowed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
