/* tests/data/test_image_folder.c -- each way in which a data set can lie in a folder, and what is said where none does. */
#include "data/image_folder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

static const char BUNDLED[] = "sample-runs/data/images";

static const char INNER[] = "/images";

/* A folder in a folder of its own: its neighbours are nobody else's. */
static int make_folder(void **state)
{
    char *folder = calloc(1, 64);
    *state = folder;
    if (folder == NULL) {
        return -1;
    }
    snprintf(folder, 64, "/tmp/tramlab-images-XXXXXX");
    if (mkdtemp(folder) == NULL) {
        return -1;
    }
    strcat(folder, INNER);
    return mkdir(folder, 0777);
}

static int remove_folder(void **state)
{
    char command[100];
    snprintf(command, sizeof command, "rm -rf '%.*s'",
             (int)(strlen((const char *)*state) - strlen(INNER)), (const char *)*state);
    free(*state);
    return system(command);
}

static FILE *open_file(const char *folder, const char *name)
{
    char path[200];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    return file;
}

static void write_text(const char *folder, const char *name, const char *text)
{
    FILE *file = open_file(folder, name);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

/* Images of side x side, all pixels of image i being i; labels take turns. */
static void write_idx(const char *folder, const char *images, const char *labels, uint8_t count,
                      uint8_t side)
{
    const uint8_t image_head[] = {0, 0, 8, 3, 0, 0, 0, count, 0, 0, 0, side, 0, 0, 0, side};
    const uint8_t label_head[] = {0, 0, 8, 1, 0, 0, 0, count};
    FILE *file = open_file(folder, images);
    fwrite(image_head, 1, sizeof image_head, file);
    for (int i = 0; i < count * side * side; i++) {
        fputc(i / (side * side), file);
    }
    assert_int_equal(fclose(file), 0);
    file = open_file(folder, labels);
    fwrite(label_head, 1, sizeof label_head, file);
    for (int i = 0; i < count; i++) {
        fputc(i % 3, file);
    }
    assert_int_equal(fclose(file), 0);
}

static ImageDomain read_domain(const char *folder, const char *name, bool is_trained_on)
{
    ImageDomain domain = {0};
    Problem problem = {0};
    if (image_folder_read(folder, name, is_trained_on, &domain, &problem) != STATUS_OK) {
        fail_msg("%s", problem.text);
    }
    return domain;
}

static void expect_counts(const ImageDomain *domain, size_t train, size_t dev, size_t test)
{
    const size_t count = domain->images.count;
    assert_int_equal(image_split_choose(domain->splits, count, IMAGE_SPLIT_TRAIN, NULL), train);
    assert_int_equal(image_split_choose(domain->splits, count, IMAGE_SPLIT_DEV, NULL), dev);
    assert_int_equal(image_split_choose(domain->splits, count, IMAGE_SPLIT_TEST, NULL), test);
}

static void bundled_sets_are_split_by_whether_they_are_trained_on(void **state)
{
    (void)state;
    ImageDomain digits = read_domain(BUNDLED, "mnist5k", true);
    expect_counts(&digits, 4000, 500, 500);
    assert_int_equal(digits.images.class_count, 10);
    assert_string_equal(digits.class_names.names[7], "7");
    image_domain_clear(&digits);
    digits = read_domain(BUNDLED, "mnist5k", false);
    expect_counts(&digits, 0, 2500, 2500);
    image_domain_clear(&digits);

    ImageDomain clothes = read_domain(BUNDLED, "fashion5k", true);
    assert_int_equal(clothes.class_names.count, 10);
    assert_string_equal(clothes.class_names.names[9], "Ankle boot");
    image_domain_clear(&clothes);
}

static void emoji_are_known_by_their_size_and_keep_their_splits(void **state)
{
    const char *folder = *state;
    ImageDomain emoji = read_domain(BUNDLED, "emoji16-noto", false);
    assert_int_equal(emoji.images.channels, 3);
    assert_string_equal(emoji.class_names.names[3], "Food & Drink");
    const size_t test =
        image_split_choose(emoji.splits, emoji.images.count, IMAGE_SPLIT_TEST, NULL);
    assert_in_range(test, 255, 274);
    image_domain_clear(&emoji);

    /* Without the table nobody knows the splits. */
    FILE *file = open_file(folder, "styles.bin");
    static const uint8_t one[8 + 3 + 3] = {1, 0, 0, 0, 1};
    fwrite(one, 1, sizeof one, file);
    assert_int_equal(fclose(file), 0);
    Problem problem = {0};
    assert_int_equal(image_folder_read(folder, "styles", true, &emoji, &problem),
                     STATUS_FILE_UNREADABLE);
    assert_non_null(strstr(problem.text, "\"styles\" need emoji.en.tsv"));
    write_text(folder, "emoji.en.tsv", "x\tdev\t0\tname\t\n");
    emoji = read_domain(folder, "styles", true);
    expect_counts(&emoji, 0, 1, 0);
    image_domain_clear(&emoji);
}

static void idx_pairs_are_found_by_name_plain_or_gzip(void **state)
{
    const char *folder = *state;
    char command[200];
    write_idx(folder, "own-images-idx3-ubyte", "own-labels-idx1-ubyte", 90, 5);
    ImageDomain own = read_domain(folder, "own", true);
    expect_counts(&own, 72, 9, 9);
    assert_int_equal(own.images.class_count, 3);
    image_domain_clear(&own);

    snprintf(command, sizeof command, "gzip '%s/own-images-idx3-ubyte'", folder);
    assert_int_equal(system(command), 0);
    own = read_domain(folder, "own", false);
    expect_counts(&own, 0, 45, 45);
    assert_int_equal(own.images.pixels[89 * 25], 89);
    image_domain_clear(&own);

    snprintf(command, sizeof command, "truncate -s 40 '%s/own-images-idx3-ubyte.gz'", folder);
    assert_int_equal(system(command), 0);
    Problem problem = {0};
    assert_int_equal(image_folder_read(folder, "own", true, &own, &problem), STATUS_BAD_FORMAT);
    assert_non_null(strstr(problem.text, "own-images-idx3-ubyte.gz: its gzip data end too early"));
}

static void a_published_folder_keeps_its_test_file_for_the_end(void **state)
{
    const char *folder = *state;
    char inner[100];
    snprintf(inner, sizeof inner, "%s/mnist", folder);
    assert_int_equal(mkdir(inner, 0777), 0);
    write_idx(inner, "train-images-idx3-ubyte", "train-labels-idx1-ubyte", 60, 4);
    Problem problem = {0};
    ImageDomain domain = {0};
    assert_int_equal(image_folder_read(folder, "mnist", true, &domain, &problem),
                     STATUS_FILE_UNREADABLE);
    assert_non_null(strstr(problem.text, "no t10k-images"));
    write_idx(inner, "t10k-images.idx3-ubyte", "t10k-labels.idx1-ubyte", 12, 5);
    assert_int_equal(image_folder_read(folder, "mnist", true, &domain, &problem), STATUS_BAD_VALUE);
    assert_non_null(strstr(problem.text, "its images are 5x5 with 1 channels, but those of"));
    write_idx(inner, "t10k-images.idx3-ubyte", "t10k-labels.idx1-ubyte", 12, 4);
    for (int is_trained_on = 0; is_trained_on < 2; is_trained_on++) {
        domain = read_domain(folder, "mnist", is_trained_on == 1);
        expect_counts(&domain, 54, 6, 12);
        for (size_t i = 0; i < 72; i++) {
            assert_int_equal(domain.splits[i] == IMAGE_SPLIT_TEST, i >= 60);
            assert_int_equal(domain.images.pixels[i * 16], i < 60 ? i : i - 60);
            assert_int_equal(domain.images.labels[i], i % 3);
        }
        image_domain_clear(&domain);
    }
}

static void expect_names(const char *folder, const char *expected)
{
    NameList names = {0};
    Problem problem = {0};
    char found[400] = "";
    assert_int_equal(image_folder_list(folder, &names, &problem), STATUS_OK);
    for (size_t i = 0; i < names.count; i++) {
        strcat(strcat(found, i == 0 ? "" : " "), names.names[i]);
    }
    assert_string_equal(found, expected);
    name_list_clear(&names);
}

static void published_files_in_the_folder_itself_are_one_set(void **state)
{
    const char *folder = *state;
    write_idx(folder, "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte", 12, 4);
    expect_names(folder, "t10k"); /* alone it is a set like others */
    write_idx(folder, "train-images-idx3-ubyte", "train-labels-idx1-ubyte", 60, 4);
    write_idx(folder, "other-images-idx3-ubyte", "other-labels-idx1-ubyte", 9, 4);
    expect_names(folder, "other train");
    ImageDomain domain = read_domain(folder, "train", true);
    expect_counts(&domain, 54, 6, 12);
    for (size_t i = 0; i < 72; i++) {
        assert_int_equal(domain.splits[i] == IMAGE_SPLIT_TEST, i >= 60);
    }
    image_domain_clear(&domain);
    domain = read_domain(folder, "t10k", false); /* who names it has it */
    expect_counts(&domain, 0, 6, 6);
    image_domain_clear(&domain);
}

static void fonts_are_drawn_all_or_those_of_one_start(void **state)
{
    (void)state;
    ImageDomain all = read_domain(BUNDLED, "hershey", false);
    assert_int_equal(all.images.count, 2500 / 190 * 190);
    assert_int_equal(all.images.class_count, 10);
    assert_int_equal(all.images.keys[all.images.count - 1], 18);
    ImageDomain gothic = read_domain(BUNDLED, "hershey-goth", false);
    assert_int_equal(gothic.images.count, 2500 / 60 * 60);
    expect_counts(&gothic, 0, gothic.images.count / 2, gothic.images.count / 2);
    assert_int_equal(gothic.images.keys[gothic.images.count - 1], 5);
    /* The first of all fonts is another one. */
    assert_memory_not_equal(all.images.pixels, gothic.images.pixels, 2560);
    image_domain_clear(&all);
    image_domain_clear(&gothic);
}

static void says_what_it_looked_for(void **state)
{
    const char *folder = *state;
    ImageDomain domain = {.images.count = 7};
    Problem problem = {0};
    static const char *const NAMES[] = {"nothing", "hershey-nothing", "-"};
    for (size_t i = 0; i < 3; i++) {
        char expected[60];
        snprintf(expected, sizeof expected, "has no images called \"%s\"", NAMES[i]);
        assert_int_equal(image_folder_read(BUNDLED, NAMES[i], true, &domain, &problem),
                         STATUS_FILE_UNREADABLE);
        assert_non_null(strstr(problem.text, expected));
    }
    assert_int_equal(domain.images.count, 7);

    write_idx(folder, "named-images-idx3-ubyte", "named-labels-idx1-ubyte", 9, 2);
    write_text(folder, "named.labels.txt", "one\ntwo\n");
    assert_int_equal(image_folder_read(folder, "named", true, &domain, &problem), STATUS_BAD_VALUE);
    assert_non_null(strstr(problem.text, "names 2 classes, but the images have the labels 0 to 2"));
    write_text(folder, "named.labels.txt", "one\ntwo\none\n");
    assert_int_equal(image_folder_read(folder, "named", true, &domain, &problem), STATUS_BAD_VALUE);
    assert_non_null(strstr(problem.text, "line 3: \"one\" is the name of class 0 already"));
    write_text(folder, "named.labels.txt", "one\ntwo\nthree\nfour\n");
    domain = read_domain(folder, "named", true);
    assert_int_equal(domain.images.class_count, 4);
    image_domain_clear(&domain);
}

static void lists_the_sets_that_are_there(void **state)
{
    const char *folder = *state;
    char path[200];
    NameList names = {0};
    Problem problem = {0};
    expect_names(BUNDLED,
                 "emoji16-fluent emoji16-noto emoji16-twemoji fashion5k hershey mnist5k optdigits");
    expect_names(folder, "");
    write_idx(folder, "b-images-idx3-ubyte", "b-labels-idx1-ubyte", 4, 3);
    write_idx(folder, "a-images.idx3-ubyte.gz", "a-labels.idx1-ubyte", 4, 3);
    write_text(folder, "a.labels.txt", "x\n");
    write_text(folder, "weights.bin", "of something else");
    snprintf(path, sizeof path, "%s/published", folder);
    assert_int_equal(mkdir(path, 0777), 0);
    expect_names(folder, "a b");
    write_idx(path, "train-images-idx3-ubyte", "train-labels-idx1-ubyte", 4, 3);
    expect_names(folder, "a b published");
    snprintf(path, sizeof path, "%s/nowhere", folder);
    assert_int_equal(image_folder_list(path, &names, &problem), STATUS_FILE_UNREADABLE);
    assert_non_null(strstr(problem.text, path));
    assert_null(names.names);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bundled_sets_are_split_by_whether_they_are_trained_on),
        cmocka_unit_test_setup_teardown(emoji_are_known_by_their_size_and_keep_their_splits,
                                        make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(idx_pairs_are_found_by_name_plain_or_gzip, make_folder,
                                        remove_folder),
        cmocka_unit_test_setup_teardown(a_published_folder_keeps_its_test_file_for_the_end,
                                        make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(published_files_in_the_folder_itself_are_one_set,
                                        make_folder, remove_folder),
        cmocka_unit_test(fonts_are_drawn_all_or_those_of_one_start),
        cmocka_unit_test_setup_teardown(lists_the_sets_that_are_there, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(says_what_it_looked_for, make_folder, remove_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
