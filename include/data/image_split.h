/* data/image_split.h -- which images are trained on and which are only looked at. */
#ifndef DATA_IMAGE_SPLIT_H
#define DATA_IMAGE_SPLIT_H

#include <stddef.h>
#include <stdint.h>

#include "base/problem.h"
#include "base/status.h"
#include "data/emoji_table.h"
#include "data/image_set.h"

typedef enum ImageSplit {
    IMAGE_SPLIT_PRETRAIN, /* emoji only */
    IMAGE_SPLIT_TRAIN,
    IMAGE_SPLIT_DEV,
    IMAGE_SPLIT_TEST,
    IMAGE_SPLIT_COUNT
} ImageSplit;

/* How many tenths of each class are looked at only; the rest is trained on. */
typedef struct ImageShares {
    size_t test_tenths;
    size_t dev_tenths; /* together at most 10 */
} ImageShares;

/* Of each class those tenths (rounded down) are test and dev split, the rest train; a pure function of labels and seed.
 * splits  [set->count] out. STATUS_OUT_OF_MEMORY. */
Status image_split_draw(const ImageSet *set, ImageShares shares, uint64_t seed, ImageSplit *splits);

/* The splits of the table that the images' keys lead into (image_files_read_emoji), so that an emoji is in the same split in every style and
 * as a text. splits  [set->count] out. STATUS_BAD_VALUE names `path`, the image and the row if a row's label is not the image's. */
Status image_split_from_emoji(const ImageSet *set, const char *path, const EmojiTable *table,
                              ImageSplit *splits, Problem *problem);

/* The images of one split, in order. chosen  out, NULL or room for `count`. Returns how many there are. */
size_t image_split_choose(const ImageSplit *splits, size_t count, ImageSplit split,
                          uint32_t *chosen);

#endif
