/* data/image_files.h -- reading labelled images: MNIST's IDX files and the bundled ones. */
#ifndef DATA_IMAGE_FILES_H
#define DATA_IMAGE_FILES_H

#include <stddef.h>

#include "base/problem.h"
#include "base/status.h"
#include "data/image_set.h"

/* All three: STATUS_FILE_UNREADABLE; STATUS_BAD_FORMAT (wrong magic number, a size that does not fit, damaged gzip); STATUS_BAD_VALUE (a label
 * out of range, no images, other numbers of images and labels); STATUS_OUT_OF_MEMORY. The problem names the file, *out is untouched. The caller
 * calls image_set_clear. class_count  labels are 0..class_count-1; 0: as many as the largest label needs. Files of up to 1 GiB. */

/* Two IDX files, plain or gzip: images (magic 0x00000803: count, rows, columns, then bytes; or 0x00000804 with the channels after the
 * count) and labels (magic 0x00000801). Keys are the images' places in the file. */
Status image_files_read_idx(const char *images_path, const char *labels_path, size_t class_count,
                            ImageSet *out, Problem *problem);

/* The bundled gray form, little-endian: u32 count, u32 side, then for each image u8 label and side * side bytes. Keys as above. */
Status image_files_read_gray(const char *path, size_t class_count, ImageSet *out, Problem *problem);

/* The bundled form of emoji: u32 count, u32 side, then for each image u16 row, u8 label (0..7), and side * side times red, green, blue. Keys
 * are the rows in emoji.en.tsv (and the other languages' tables, which have the same rows), of which there are row_count. */
Status image_files_read_emoji(const char *path, size_t row_count, ImageSet *out, Problem *problem);

#endif
