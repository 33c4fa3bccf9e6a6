#include "data/image_files.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "data/compressed_file.h"
#include "data/emoji_table.h"

enum { FILE_BYTES_MAX = 1 << 30, IDX_DIMENSIONS_MAX = 4, PACKED_HEADER_BYTES = 8 };

/* A file in memory. */
typedef struct Block {
    const char *path;
    Problem *problem;
    uint8_t *bytes; /* owned */
    size_t size;
} Block;

static Status block_read(const char *path, Block *block, Problem *problem)
{
    *block = (Block){.path = path, .problem = problem};
    return compressed_file_read(path, FILE_BYTES_MAX, &block->bytes, &block->size, problem);
}

static Status out_of_memory(const Block *block)
{
    return problem_describe(block->problem, STATUS_OUT_OF_MEMORY,
                            "%s: not enough memory for its images.", block->path);
}

/* With class_count 0, as many classes as there are labels for. */
static Status check_labels(const Block *block, size_t class_count, ImageSet *set)
{
    size_t largest = 0;
    for (size_t i = 0; i < set->count; i++) {
        largest = set->labels[i] > largest ? set->labels[i] : largest;
        if (class_count > 0 && set->labels[i] >= class_count) {
            return problem_describe(block->problem, STATUS_BAD_VALUE,
                                    "%s: image %zu has the label %u; labels are 0 to %zu.",
                                    block->path, i, set->labels[i], class_count - 1);
        }
    }
    set->class_count = class_count > 0 ? class_count : largest + 1;
    return STATUS_OK;
}

/* --- IDX --- */

static uint32_t read_big(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 |
           (uint32_t)bytes[3];
}

/* What the head of an IDX file says. */
typedef struct IdxForm {
    size_t dimensions[IDX_DIMENSIONS_MAX];
    size_t count; /* of dimensions */
    const uint8_t *bytes;
} IdxForm;

static Status read_form(const Block *block, size_t least, size_t most, IdxForm *form)
{
    const uint32_t magic = block->size >= 4 ? read_big(block->bytes) : 0;
    form->count = magic & 0xFFU;
    if (magic >> 8 != 0x08 || form->count < least || form->count > most) {
        return problem_describe(block->problem, STATUS_BAD_FORMAT,
                                "%s: its magic number is 0x%08X; IDX files of %s have "
                                "0x%08X.",
                                block->path, magic, least == 1 ? "labels" : "images",
                                0x800U + (unsigned)least);
    }
    const size_t head = 4 + 4 * form->count;
    size_t needed = 1;
    for (size_t i = 0; i < form->count && block->size >= head; i++) {
        form->dimensions[i] = read_big(block->bytes + 4 + 4 * i);
        const size_t limit = i == 0 ? UINT32_MAX : IMAGE_SIDE_MAX;
        if (form->dimensions[i] == 0 || form->dimensions[i] > limit) {
            return problem_describe(block->problem, STATUS_BAD_VALUE,
                                    "%s: its dimension %zu is %zu; it should be 1 to %zu.",
                                    block->path, i + 1, form->dimensions[i], limit);
        }
        needed *= form->dimensions[i]; /* at most 2^32 * 2^30 */
    }
    if (block->size < head || block->size - head != needed) {
        return problem_describe(block->problem, STATUS_BAD_FORMAT,
                                "%s: has %zu bytes; its head asks for %zu.", block->path,
                                block->size, head + needed);
    }
    form->bytes = block->bytes + head;
    return STATUS_OK;
}

static Status fill_from_idx(const Block *images, const Block *labels, size_t class_count,
                            ImageSet *set)
{
    IdxForm pixels = {0};
    IdxForm names = {0};
    TRY(read_form(images, 3, 4, &pixels));
    TRY(read_form(labels, 1, 1, &names));
    const size_t *size = pixels.dimensions;
    if (size[0] != names.dimensions[0]) {
        return problem_describe(images->problem, STATUS_BAD_VALUE,
                                "%s: has %zu images, but %s has %zu labels.", images->path, size[0],
                                labels->path, names.dimensions[0]);
    }
    const size_t channels = pixels.count == 4 ? size[1] : 1;
    if (channels != 1 && channels != 3) {
        return problem_describe(images->problem, STATUS_BAD_VALUE,
                                "%s: its images have %zu channels; only 1 and 3 can be read.",
                                images->path, channels);
    }
    if (image_set_init(set, size[0], channels, size[pixels.count - 2], size[pixels.count - 1]) !=
        STATUS_OK) {
        return out_of_memory(images);
    }
    assert(pixels.bytes != NULL && names.bytes != NULL); /* read_form has seen to it */
    memcpy(set->pixels, pixels.bytes, set->count * image_set_image_bytes(set));
    for (size_t i = 0; i < set->count; i++) {
        set->labels[i] = names.bytes[i];
        set->keys[i] = (uint32_t)i;
    }
    return check_labels(labels, class_count, set);
}

Status image_files_read_idx(const char *images_path, const char *labels_path, size_t class_count,
                            ImageSet *out, Problem *problem)
{
    Block images;
    Block labels = {0};
    ImageSet set = {0};
    TRY(block_read(images_path, &images, problem));
    Status status = block_read(labels_path, &labels, problem);
    if (status == STATUS_OK) {
        status = fill_from_idx(&images, &labels, class_count, &set);
    }
    free(images.bytes);
    free(labels.bytes);
    if (status != STATUS_OK) {
        image_set_clear(&set);
        return status;
    }
    *out = set;
    return STATUS_OK;
}

/* --- the bundled forms --- */

static uint32_t read_little(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 |
           (uint32_t)bytes[3] << 24;
}

/* Take room for the images that the file's head promises. record_extra  bytes of a record besides its pixels */
static Status read_packed_head(const Block *block, size_t channels, size_t record_extra,
                               ImageSet *set)
{
    const size_t count = block->size >= PACKED_HEADER_BYTES ? read_little(block->bytes) : 0;
    const size_t side = block->size >= PACKED_HEADER_BYTES ? read_little(block->bytes + 4) : 0;
    if (count == 0 || side == 0 || side > IMAGE_SIDE_MAX) {
        return problem_describe(block->problem, STATUS_BAD_FORMAT,
                                "%s: does not begin with a number of images and their side (1 to "
                                "%d).",
                                block->path, IMAGE_SIDE_MAX);
    }
    const size_t needed = PACKED_HEADER_BYTES + count * (record_extra + channels * side * side);
    if (block->size != needed) {
        return problem_describe(block->problem, STATUS_BAD_FORMAT,
                                "%s: has %zu bytes; %zu images of %zux%zu take %zu.", block->path,
                                block->size, count, side, side, needed);
    }
    return image_set_init(set, count, channels, side, side) == STATUS_OK ? STATUS_OK
                                                                         : out_of_memory(block);
}

static Status fill_gray(const Block *block, size_t class_count, ImageSet *set)
{
    TRY(read_packed_head(block, 1, 1, set));
    const size_t bytes = image_set_image_bytes(set);
    for (size_t i = 0; i < set->count; i++) {
        const uint8_t *record = block->bytes + PACKED_HEADER_BYTES + i * (1 + bytes);
        set->labels[i] = record[0];
        set->keys[i] = (uint32_t)i;
        memcpy(set->pixels + i * bytes, record + 1, bytes);
    }
    return check_labels(block, class_count, set);
}

static Status fill_emoji(const Block *block, size_t row_count, ImageSet *set)
{
    enum { CHANNELS = 3, RECORD_HEAD = 3 };
    TRY(read_packed_head(block, CHANNELS, RECORD_HEAD, set));
    const size_t bytes = image_set_image_bytes(set);
    const size_t plane = set->height * set->width;
    for (size_t i = 0; i < set->count; i++) {
        const uint8_t *record = block->bytes + PACKED_HEADER_BYTES + i * (RECORD_HEAD + bytes);
        set->keys[i] = (uint32_t)record[0] | (uint32_t)record[1] << 8;
        set->labels[i] = record[2];
        if (set->keys[i] >= row_count) {
            return problem_describe(block->problem, STATUS_BAD_VALUE,
                                    "%s: image %zu shows emoji %u; there are only %zu.",
                                    block->path, i, set->keys[i], row_count);
        }
        for (size_t p = 0; p < bytes; p++) {
            const size_t place = p % CHANNELS * plane + p / CHANNELS;
            set->pixels[i * bytes + place] = record[RECORD_HEAD + p];
        }
    }
    return check_labels(block, EMOJI_LABEL_COUNT, set);
}

/* How a bundled file is turned into a set; `limit` is class_count or row_count. */
typedef Status FillFromBlock(const Block *block, size_t limit, ImageSet *set);

static Status read_packed(const char *path, FillFromBlock *fill, size_t limit, ImageSet *out,
                          Problem *problem)
{
    Block block;
    ImageSet set = {0};
    TRY(block_read(path, &block, problem));
    const Status status = fill(&block, limit, &set);
    free(block.bytes);
    if (status != STATUS_OK) {
        image_set_clear(&set);
        return status;
    }
    *out = set;
    return STATUS_OK;
}

Status image_files_read_gray(const char *path, size_t class_count, ImageSet *out, Problem *problem)
{
    return read_packed(path, fill_gray, class_count, out, problem);
}

Status image_files_read_emoji(const char *path, size_t row_count, ImageSet *out, Problem *problem)
{
    return read_packed(path, fill_emoji, row_count, out, problem);
}
