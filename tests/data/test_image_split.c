/* tests/data/test_image_split.c -- each class is split alike, and an emoji has one split in all styles. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "data/image_files.h"
#include "data/image_split.h"

enum { COUNT = 1000, CLASSES = 3 };

static void each_class_is_split_in_tenths_by_the_seed(void **state)
{
    (void)state;
    ImageSet set;
    assert_int_equal(image_set_init(&set, COUNT, 1, 1, 1), STATUS_OK);
    set.class_count = CLASSES;
    size_t sizes[CLASSES] = {0};
    for (size_t i = 0; i < COUNT; i++) {
        set.labels[i] = i % 7 < 3 ? 0 : i % 7 < 6 ? 1 : 2;
        sizes[set.labels[i]]++;
    }
    ImageSplit splits[3][COUNT];
    for (uint64_t i = 0; i < 3; i++) {
        assert_int_equal(image_split_draw(&set, (ImageShares){1, 1}, i / 2, splits[i]), STATUS_OK);
    }
    assert_memory_equal(splits[0], splits[1], sizeof *splits);
    assert_memory_not_equal(splits[0], splits[2], sizeof *splits);
    size_t counts[CLASSES][IMAGE_SPLIT_COUNT] = {{0}};
    for (size_t i = 0; i < COUNT; i++) {
        counts[set.labels[i]][splits[0][i]]++;
    }
    for (size_t label = 0; label < CLASSES; label++) {
        assert_int_equal(counts[label][IMAGE_SPLIT_PRETRAIN], 0);
        assert_int_equal(counts[label][IMAGE_SPLIT_TEST], sizes[label] / 10);
        assert_int_equal(counts[label][IMAGE_SPLIT_DEV], sizes[label] / 10);
        assert_int_equal(counts[label][IMAGE_SPLIT_TRAIN], sizes[label] - sizes[label] / 10 * 2);
    }
    uint32_t chosen[COUNT];
    const size_t dev = image_split_choose(splits[0], COUNT, IMAGE_SPLIT_DEV, chosen);
    assert_int_equal(dev, image_split_choose(splits[0], COUNT, IMAGE_SPLIT_DEV, NULL));
    assert_int_equal(dev, sizes[0] / 10 + sizes[1] / 10 + sizes[2] / 10);
    for (size_t i = 0; i < dev; i++) {
        assert_int_equal(splits[0][chosen[i]], IMAGE_SPLIT_DEV);
        assert_true(i == 0 || chosen[i] > chosen[i - 1]);
    }
    /* Only told: half and half; an odd one is in neither. The first tenths of the test are those of the other shares. */
    assert_int_equal(image_split_draw(&set, (ImageShares){5, 5}, 0, splits[2]), STATUS_OK);
    size_t halves[IMAGE_SPLIT_COUNT] = {0};
    for (size_t i = 0; i < COUNT; i++) {
        halves[splits[2][i]]++;
        assert_true(splits[0][i] != IMAGE_SPLIT_TEST || splits[2][i] == IMAGE_SPLIT_TEST);
    }
    const size_t half = sizes[0] / 2 + sizes[1] / 2 + sizes[2] / 2;
    assert_int_equal(halves[IMAGE_SPLIT_TEST], half);
    assert_int_equal(halves[IMAGE_SPLIT_DEV], half);
    image_set_clear(&set);
}

static void an_emoji_has_one_split_in_all_styles(void **state)
{
    (void)state;
    static const char *const styles[] = {"twemoji", "noto", "fluent"};
    EmojiTable table = {0};
    assert_int_equal(emoji_table_read("sample-runs/data/cross-lingual/emoji.en.tsv", &table, NULL),
                     STATUS_OK);
    for (size_t s = 0; s < 3; s++) {
        char path[96];
        snprintf(path, sizeof path, "sample-runs/data/images/emoji16-%s.bin", styles[s]);
        ImageSet set = {0};
        assert_int_equal(image_files_read_emoji(path, table.count, &set, NULL), STATUS_OK);
        ImageSplit *splits = calloc(set.count, sizeof *splits);
        assert_non_null(splits);
        assert_int_equal(image_split_from_emoji(&set, path, &table, splits, NULL), STATUS_OK);
        size_t counts[IMAGE_SPLIT_COUNT] = {0};
        for (size_t i = 0; i < set.count; i++) {
            counts[splits[i]]++;
            assert_int_equal((int)splits[i], (int)table.rows[set.keys[i]].split);
        }
        assert_in_range(counts[IMAGE_SPLIT_TEST], 255, 274);
        assert_in_range(counts[IMAGE_SPLIT_DEV], 130, 140);
        assert_in_range(counts[IMAGE_SPLIT_TRAIN], 400, 418);
        assert_in_range(counts[IMAGE_SPLIT_PRETRAIN], 540, 560);
        Problem problem = {0};
        set.labels[5] = (set.labels[5] + 1) % EMOJI_LABEL_COUNT;
        assert_int_equal(image_split_from_emoji(&set, path, &table, splits, &problem),
                         STATUS_BAD_VALUE);
        assert_non_null(strstr(problem.text, "image 5 has the label"));
        free(splits);
        image_set_clear(&set);
    }
    emoji_table_clear(&table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_class_is_split_in_tenths_by_the_seed),
        cmocka_unit_test(an_emoji_has_one_split_in_all_styles),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
