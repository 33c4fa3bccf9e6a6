#include "data/image_split.h"

#include <stdlib.h>

#include "base/random.h"

Status image_split_draw(const ImageSet *set, ImageShares shares, uint64_t seed, ImageSplit *splits)
{
    enum { TENTHS = 10 };
    uint32_t *members = calloc(set->count + 1, sizeof *members);
    if (members == NULL) {
        return STATUS_OUT_OF_MEMORY;
    }
    for (size_t label = 0; label < set->class_count; label++) {
        size_t count = 0;
        for (size_t i = 0; i < set->count; i++) {
            if (set->labels[i] == label) {
                members[count++] = (uint32_t)i;
            }
        }
        Random random = random_stream(seed, RANDOM_STREAM_SPLITS, label);
        random_shuffle(&random, members, count);
        const size_t test = count * shares.test_tenths / TENTHS;
        const size_t dev = count * shares.dev_tenths / TENTHS;
        for (size_t i = 0; i < count; i++) {
            splits[members[i]] = i < test         ? IMAGE_SPLIT_TEST
                                 : i < test + dev ? IMAGE_SPLIT_DEV
                                                  : IMAGE_SPLIT_TRAIN;
        }
    }
    free(members);
    return STATUS_OK;
}

static ImageSplit split_of_emoji(EmojiSplit split)
{
    switch (split) {
    case EMOJI_SPLIT_PRETRAIN:
        return IMAGE_SPLIT_PRETRAIN;
    case EMOJI_SPLIT_TRAIN:
        return IMAGE_SPLIT_TRAIN;
    case EMOJI_SPLIT_DEV:
        return IMAGE_SPLIT_DEV;
    case EMOJI_SPLIT_TEST:
    case EMOJI_SPLIT_COUNT:
        break;
    }
    return IMAGE_SPLIT_TEST;
}

Status image_split_from_emoji(const ImageSet *set, const char *path, const EmojiTable *table,
                              ImageSplit *splits, Problem *problem)
{
    for (size_t i = 0; i < set->count; i++) {
        const uint32_t key = set->keys[i];
        if (key >= table->count || table->rows[key].label != set->labels[i]) {
            return problem_describe(problem, STATUS_BAD_VALUE,
                                    "%s: image %zu has the label %u, which is not that of row %u "
                                    "of the emoji table.",
                                    path, i, set->labels[i], key + 1);
        }
        splits[i] = split_of_emoji(table->rows[key].split);
    }
    return STATUS_OK;
}

size_t image_split_choose(const ImageSplit *splits, size_t count, ImageSplit split,
                          uint32_t *chosen)
{
    size_t found = 0;
    for (size_t i = 0; i < count; i++) {
        if (splits[i] == split) {
            if (chosen != NULL) {
                chosen[found] = (uint32_t)i;
            }
            found++;
        }
    }
    return found;
}
