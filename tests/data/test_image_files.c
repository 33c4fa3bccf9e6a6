/* tests/data/test_image_files.c -- small files made here, each way they can be broken, and every bundled file read in full. */
#include "sample_file.h"

#include <zlib.h>

#include "data/emoji_table.h"
#include "data/image_files.h"

/* Two images of 2 rows and 3 columns; labels 1 and 9. */
static const uint8_t IMAGES[] = {0, 0, 8, 3, 0, 0, 0, 2, 0,  0,  0,  2,  0,  0,
                                 0, 3, 1, 2, 3, 4, 5, 6, 10, 20, 30, 40, 50, 60};
static const uint8_t LABELS[] = {0, 0, 8, 1, 0, 0, 0, 2, 1, 9};
static const uint8_t GRAY[] = {2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6, 7, 8, 9};
static const uint8_t EMOJI[] = {1, 0, 0, 0, 2, 0, 0, 0, 4,  1,  7, 1,
                                2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};

typedef struct Fixture {
    SampleFile *images;
    SampleFile *labels;
} Fixture;

static int set_up(void **state)
{
    Fixture *fixture = calloc(1, sizeof *fixture);
    assert_non_null(fixture);
    fixture->images = sample_file_make("images-idx3-ubyte");
    fixture->labels = sample_file_make("labels-idx1-ubyte");
    sample_file_write(fixture->images, IMAGES, sizeof IMAGES);
    sample_file_write(fixture->labels, LABELS, sizeof LABELS);
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    Fixture *fixture = *state;
    sample_file_remove(fixture->images);
    sample_file_remove(fixture->labels);
    free(fixture);
    return 0;
}

static void check_small_set(const Fixture *fixture)
{
    ImageSet set = {0};
    Problem problem = {0};
    if (image_files_read_idx(fixture->images->path, fixture->labels->path, 0, &set, &problem) !=
        STATUS_OK) {
        fail_msg("%s", problem.text);
    }
    assert_int_equal(set.count, 2);
    assert_int_equal(set.height, 2);
    assert_int_equal(set.width, 3);
    assert_int_equal(set.channels, 1);
    assert_int_equal(set.class_count, 10);
    assert_int_equal(set.labels[1], 9);
    assert_int_equal(set.keys[1], 1);
    assert_memory_equal(set.pixels, IMAGES + 16, 12);
    image_set_clear(&set);
}

static void reads_idx_plain_and_gzip(void **state)
{
    const Fixture *fixture = *state;
    check_small_set(fixture);
    gzFile file = gzopen(fixture->images->path, "wb");
    assert_non_null(file);
    assert_int_equal(gzwrite(file, IMAGES, sizeof IMAGES), (int)sizeof IMAGES);
    assert_int_equal(gzclose(file), Z_OK);
    check_small_set(fixture);
}

static void reads_idx_with_channels(void **state)
{
    const Fixture *fixture = *state;
    static const uint8_t colour[] = {0, 0, 8, 4, 0, 0, 0, 2, 0, 0, 0, 3, 0,
                                     0, 0, 1, 0, 0, 0, 1, 1, 2, 3, 4, 5, 6};
    sample_file_write(fixture->images, colour, sizeof colour);
    ImageSet set = {0};
    assert_int_equal(
        image_files_read_idx(fixture->images->path, fixture->labels->path, 10, &set, NULL),
        STATUS_OK);
    assert_int_equal(set.channels, 3);
    assert_int_equal(set.width, 1);
    assert_int_equal(set.pixels[5], 6);
    image_set_clear(&set);
}

static void assert_idx_refused(const Fixture *fixture, size_t class_count, Status expected,
                               const SampleFile *named, const char *word)
{
    ImageSet untouched = {.count = 77};
    Problem problem = {0};
    assert_int_equal(image_files_read_idx(fixture->images->path, fixture->labels->path, class_count,
                                          &untouched, &problem),
                     expected);
    assert_problem(&problem, expected, named->path, word);
    assert_int_equal(untouched.count, 77);
}

/* Write the file with one byte changed. */
static void write_changed(const SampleFile *sample, const uint8_t *bytes, size_t size, size_t at,
                          uint8_t value)
{
    uint8_t changed[64];
    memcpy(changed, bytes, size);
    changed[at] = value;
    sample_file_write(sample, changed, size);
}

static void names_the_idx_file_that_is_wrong(void **state)
{
    const Fixture *fixture = *state;
    const SampleFile *images = fixture->images;
    const SampleFile *labels = fixture->labels;
    assert_idx_refused(fixture, 9, STATUS_BAD_VALUE, labels,
                       "image 1 has the label 9; labels are 0 to 8.");
    write_changed(labels, LABELS, sizeof LABELS, 7, 1);
    assert_idx_refused(fixture, 0, STATUS_BAD_FORMAT, labels, "has 10 bytes; its head asks for 9");
    sample_file_write(labels, "\0\0\10\1\0\0\0\1\1", 9);
    assert_idx_refused(fixture, 0, STATUS_BAD_VALUE, images, "has 2 images, but ");
    sample_file_write(labels, IMAGES, sizeof IMAGES);
    assert_idx_refused(fixture, 0, STATUS_BAD_FORMAT, labels, "0x00000803; IDX files of labels");
    sample_file_write(labels, LABELS, sizeof LABELS);
    sample_file_write(images, LABELS, sizeof LABELS);
    assert_idx_refused(fixture, 0, STATUS_BAD_FORMAT, images, "0x00000801; IDX files of images");
    write_changed(images, IMAGES, sizeof IMAGES, 2, 9); /* signed bytes */
    assert_idx_refused(fixture, 0, STATUS_BAD_FORMAT, images, "0x00000903");
    for (size_t cut = 0; cut < sizeof IMAGES; cut++) {
        sample_file_write(images, IMAGES, cut);
        assert_idx_refused(fixture, 0, STATUS_BAD_FORMAT, images, cut < 4 ? "magic" : "asks for");
    }
    write_changed(images, IMAGES, sizeof IMAGES, 11, 0);
    assert_idx_refused(fixture, 0, STATUS_BAD_VALUE, images, "dimension 2 is 0");
    write_changed(images, IMAGES, sizeof IMAGES, 8, 255);
    assert_idx_refused(fixture, 0, STATUS_BAD_VALUE, images, "dimension 2 is");
    sample_file_write(images, "\x1F\x8B\x08\0\0\0\0\0\0", 9);
    assert_idx_refused(fixture, 0, STATUS_BAD_FORMAT, images, "gzip");
    unlink(images->path);
    assert_idx_refused(fixture, 0, STATUS_FILE_UNREADABLE, images, "cannot be read");
}

static void reads_the_bundled_forms(void **state)
{
    const Fixture *fixture = *state;
    const SampleFile *file = fixture->images;
    ImageSet set = {0};
    sample_file_write(file, GRAY, sizeof GRAY);
    assert_int_equal(image_files_read_gray(file->path, 10, &set, NULL), STATUS_OK);
    assert_int_equal(set.count, 2);
    assert_int_equal(set.labels[0], 3);
    assert_int_equal(set.labels[1], 5);
    assert_memory_equal(set.pixels + 4, ((uint8_t[]){6, 7, 8, 9}), 4);
    image_set_clear(&set);
    sample_file_write(file, EMOJI, sizeof EMOJI);
    assert_int_equal(image_files_read_emoji(file->path, 300, &set, NULL), STATUS_OK);
    assert_int_equal(set.keys[0], 260);
    assert_int_equal(set.labels[0], 7);
    assert_int_equal(set.channels, 3);
    assert_memory_equal(set.pixels, ((uint8_t[]){1, 4, 7, 10, 2, 5, 8, 11, 3, 6, 9, 12}), 12);
    image_set_clear(&set);
}

static void names_what_is_wrong_with_a_bundled_form(void **state)
{
    const Fixture *fixture = *state;
    const SampleFile *file = fixture->images;
    ImageSet set = {0};
    Problem problem = {0};
    for (size_t cut = 0; cut < sizeof GRAY; cut++) {
        sample_file_write(file, GRAY, cut);
        assert_int_equal(image_files_read_gray(file->path, 10, &set, &problem), STATUS_BAD_FORMAT);
        assert_problem(&problem, STATUS_BAD_FORMAT, file->path,
                       cut < 8 ? "does not begin with" : "2 images of 2x2 take 18");
    }
    write_changed(file, GRAY, sizeof GRAY, 7, 1);
    assert_int_equal(image_files_read_gray(file->path, 10, &set, &problem), STATUS_BAD_FORMAT);
    sample_file_write(file, GRAY, sizeof GRAY);
    assert_int_equal(image_files_read_gray(file->path, 5, &set, &problem), STATUS_BAD_VALUE);
    assert_problem(&problem, STATUS_BAD_VALUE, file->path, "image 1 has the label 5");
    write_changed(file, EMOJI, sizeof EMOJI, 10, 8);
    assert_int_equal(image_files_read_emoji(file->path, 300, &set, &problem), STATUS_BAD_VALUE);
    assert_problem(&problem, STATUS_BAD_VALUE, file->path, "label 8");
    sample_file_write(file, EMOJI, sizeof EMOJI);
    assert_int_equal(image_files_read_emoji(file->path, 260, &set, &problem), STATUS_BAD_VALUE);
    assert_problem(&problem, STATUS_BAD_VALUE, file->path, "shows emoji 260; there are only 260");
    assert_null(set.pixels);
}

static void read_bundled(const char *name, size_t count, ImageSet *set)
{
    char path[96];
    snprintf(path, sizeof path, "sample-runs/data/images/%s.bin", name);
    Problem problem = {0};
    const Status status = strncmp(name, "emoji", 5) == 0
                              ? image_files_read_emoji(path, 1392, set, &problem)
                              : image_files_read_gray(path, 10, set, &problem);
    if (status != STATUS_OK) {
        fail_msg("%s", problem.text);
    }
    assert_int_equal(set->count, count);
    assert_int_equal(set->height, 16);
    assert_int_equal(set->width, 16);
}

static void the_bundled_files_hold_what_is_documented(void **state)
{
    (void)state;
    static const char *const names[] = {"fashion5k", "mnist5k", "optdigits"};
    static const size_t counts[] = {5000, 5000, 1797};
    for (size_t i = 0; i < 3; i++) {
        ImageSet set = {0};
        size_t classes[10] = {0};
        read_bundled(names[i], counts[i], &set);
        for (size_t j = 0; j < set.count; j++) {
            classes[set.labels[j]]++;
        }
        for (size_t label = 0; label < 10; label++) {
            const size_t fair = counts[i] / 10;
            assert_in_range(classes[label], i == 1 ? 500 : fair * 9 / 10,
                            i == 1 ? 500 : fair * 11 / 10);
        }
        image_set_clear(&set);
    }
    static const char *const styles[] = {"emoji16-twemoji", "emoji16-noto", "emoji16-fluent"};
    static const size_t style_counts[] = {1380, 1380, 1362};
    EmojiTable table = {0};
    assert_int_equal(emoji_table_read("sample-runs/data/cross-lingual/emoji.en.tsv", &table, NULL),
                     STATUS_OK);
    for (size_t i = 0; i < 3; i++) {
        ImageSet set = {0};
        read_bundled(styles[i], style_counts[i], &set);
        for (size_t j = 0; j < set.count; j++) {
            assert_int_equal(set.labels[j], table.rows[set.keys[j]].label);
            assert_true(j == 0 || set.keys[j] > set.keys[j - 1]); /* no emoji twice */
        }
        image_set_clear(&set);
    }
    emoji_table_clear(&table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(reads_idx_plain_and_gzip, set_up, tear_down),
        cmocka_unit_test_setup_teardown(reads_idx_with_channels, set_up, tear_down),
        cmocka_unit_test_setup_teardown(names_the_idx_file_that_is_wrong, set_up, tear_down),
        cmocka_unit_test_setup_teardown(reads_the_bundled_forms, set_up, tear_down),
        cmocka_unit_test_setup_teardown(names_what_is_wrong_with_a_bundled_form, set_up, tear_down),
        cmocka_unit_test(the_bundled_files_hold_what_is_documented),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
