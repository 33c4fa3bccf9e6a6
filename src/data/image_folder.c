#include "data/image_folder.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "data/emoji_table.h"
#include "data/image_files.h"
#include "data/stroke_font.h"
#include "data/stroke_images.h"
#include "data/text_lines.h"

/* Which images are drawn, and which are in which split, is the same in every race. */
static const uint64_t DATA_SEED = 20231010;

/* The two parts in which MNIST, and others after it, are published. */
static const char PUBLISHED_TRAIN[] = "train";
static const char PUBLISHED_TEST[] = "t10k";

enum { PATH_BYTES = PATH_MAX, FONTS_MAX = 256, DRAWN_IMAGES = 2500 };

static const ImageShares TRAINED_ON = {.test_tenths = 1, .dev_tenths = 1};
static const ImageShares ONLY_TOLD = {.test_tenths = 5, .dev_tenths = 5};
static const ImageShares WITH_TEST_FILE = {.test_tenths = 0, .dev_tenths = 1};

/* What is asked for. */
typedef struct Search {
    const char *folder;
    const char *name;
    bool is_trained_on;
    Problem *problem;
} Search;

static Status out_of_memory(const Search *search)
{
    return problem_describe(search->problem, STATUS_OUT_OF_MEMORY,
                            "%s: not enough memory for the images of \"%s\"", search->folder,
                            search->name);
}

/* False also if the path is too long to be that of a file. */
static bool is_there(char path[PATH_BYTES], const char *folder, const char *stem,
                     const char *ending)
{
    const int length = snprintf(path, PATH_BYTES, "%s/%s%s", folder, stem, ending);
    return length > 0 && length < PATH_BYTES && access(path, F_OK) == 0;
}

static bool is_folder(const char *path)
{
    struct stat facts;
    return stat(path, &facts) == 0 && S_ISDIR(facts.st_mode);
}

static Status draw_splits(const Search *search, ImageShares shares, ImageDomain *domain)
{
    const ImageSet *images = &domain->images;
    domain->splits = calloc(images->count, sizeof *domain->splits);
    if (domain->splits == NULL ||
        image_split_draw(images, shares, DATA_SEED, domain->splits) != STATUS_OK) {
        return out_of_memory(search);
    }
    return STATUS_OK;
}

static ImageShares shares_of(const Search *search)
{
    return search->is_trained_on ? TRAINED_ON : ONLY_TOLD;
}

/* --- bundled files --- */

/* The two bundled forms begin alike, with count and side; only one of them has this size. */
static bool has_image_size(const char *path, uint64_t label_bytes, uint64_t channels)
{
    uint8_t head[8] = {0};
    struct stat facts;
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return false;
    }
    const bool is_read =
        fread(head, 1, sizeof head, file) == sizeof head && fstat(fileno(file), &facts) == 0;
    fclose(file);
    const uint64_t count = (uint64_t)head[0] | (uint64_t)head[1] << 8 | (uint64_t)head[2] << 16 |
                           (uint64_t)head[3] << 24;
    const uint64_t side = (uint64_t)head[4] | (uint64_t)head[5] << 8;
    return is_read && (uint64_t)facts.st_size == 8 + count * (label_bytes + channels * side * side);
}

static bool is_emoji_file(const char *path)
{
    return has_image_size(path, 3, 3);
}

static Status find_emoji_table(const Search *search, char path[PATH_BYTES])
{
    if (is_there(path, search->folder, "emoji.en.tsv", "") ||
        is_there(path, search->folder, "../cross-lingual/emoji.en.tsv", "")) {
        return STATUS_OK;
    }
    return problem_describe(search->problem, STATUS_FILE_UNREADABLE,
                            "%s: the emoji of \"%s\" need emoji.en.tsv, which says the split of "
                            "each, here or in ../cross-lingual",
                            search->folder, search->name);
}

static Status fill_from_emoji(const Search *search, const char *path, const EmojiTable *table,
                              ImageDomain *domain)
{
    TRY(image_files_read_emoji(path, table->count, &domain->images, search->problem));
    domain->splits = calloc(domain->images.count, sizeof *domain->splits);
    if (domain->splits == NULL) {
        return out_of_memory(search);
    }
    for (uint32_t label = 0; label < EMOJI_LABEL_COUNT; label++) {
        uint32_t ignored;
        if (name_list_add(&domain->class_names, emoji_label_name(label), &ignored) != STATUS_OK) {
            return out_of_memory(search);
        }
    }
    return image_split_from_emoji(&domain->images, path, table, domain->splits, search->problem);
}

static Status read_bundled(const Search *search, const char *path, ImageDomain *domain)
{
    if (!is_emoji_file(path)) {
        TRY(image_files_read_gray(path, 0, &domain->images, search->problem));
        return draw_splits(search, shares_of(search), domain);
    }
    char table_path[PATH_BYTES];
    EmojiTable table = {0};
    TRY(find_emoji_table(search, table_path));
    TRY(emoji_table_read(table_path, &table, search->problem));
    const Status status = fill_from_emoji(search, path, &table, domain);
    emoji_table_clear(&table);
    return status;
}

/* --- IDX --- */

/* Where the images of `stem` are, and where their labels should be. */
static bool find_idx(const char *folder, const char *stem, char images[PATH_BYTES],
                     char labels[PATH_BYTES])
{
    static const char *const IMAGES[] = {"-images-idx3-ubyte", "-images-idx3-ubyte.gz",
                                         "-images.idx3-ubyte", "-images.idx3-ubyte.gz",
                                         "-images-idx4-ubyte", "-images-idx4-ubyte.gz",
                                         "-images.idx4-ubyte", "-images.idx4-ubyte.gz"};
    static const char *const LABELS[] = {"-labels-idx1-ubyte.gz", "-labels.idx1-ubyte",
                                         "-labels.idx1-ubyte.gz", "-labels-idx1-ubyte"};
    size_t i = 0;
    while (i < sizeof IMAGES / sizeof *IMAGES && !is_there(images, folder, stem, IMAGES[i])) {
        i++;
    }
    for (size_t j = 0; j < sizeof LABELS / sizeof *LABELS; j++) {
        if (is_there(labels, folder, stem, LABELS[j])) {
            break; /* else the last name stays: reading says that it is missing */
        }
    }
    return i < sizeof IMAGES / sizeof *IMAGES;
}

static Status read_idx(const Search *search, const char *images, const char *labels,
                       ImageDomain *domain)
{
    TRY(image_files_read_idx(images, labels, 0, &domain->images, search->problem));
    return draw_splits(search, shares_of(search), domain);
}

/* A set published in two parts: the second one is kept for the end. */
static Status join_parts(const Search *search, const char *name, const char *other_name,
                         const ImageSet *test, ImageDomain *domain)
{
    const size_t first_test = domain->images.count;
    TRY(image_set_check_alike(&domain->images, name, test, other_name, search->problem));
    TRY(draw_splits(search, WITH_TEST_FILE, domain));
    if (image_set_append(&domain->images, test) != STATUS_OK) {
        return out_of_memory(search);
    }
    ImageSplit *splits = realloc(domain->splits, domain->images.count * sizeof *splits);
    if (splits == NULL) {
        return out_of_memory(search);
    }
    domain->splits = splits;
    for (size_t i = first_test; i < domain->images.count; i++) {
        splits[i] = IMAGE_SPLIT_TEST;
    }
    return STATUS_OK;
}

static Status read_published(const Search *search, const char *folder, const char *images,
                             const char *labels, ImageDomain *domain)
{
    char test_images[PATH_BYTES];
    char test_labels[PATH_BYTES];
    if (!find_idx(folder, PUBLISHED_TEST, test_images, test_labels)) {
        return problem_describe(search->problem, STATUS_FILE_UNREADABLE,
                                "%s: has train-images, but no t10k-images-idx3-ubyte", folder);
    }
    ImageSet test = {0};
    TRY(image_files_read_idx(images, labels, 0, &domain->images, search->problem));
    TRY(image_files_read_idx(test_images, test_labels, 0, &test, search->problem));
    const Status status = join_parts(search, images, test_images, &test, domain);
    image_set_clear(&test);
    return status;
}

/* --- stroke fonts --- */

/* Fonts by name, which must not depend on the order of the folder. */
typedef struct FontList {
    char *names[FONTS_MAX]; /* [count]; owned */
    StrokeFont fonts[FONTS_MAX];
    size_t count;
} FontList;

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool is_font(const char *file, const char *start)
{
    const size_t length = strlen(file);
    return length > 4 && strcmp(file + length - 4, ".jhf") == 0 &&
           strncmp(file, start, strlen(start)) == 0;
}

/* The fonts in the folder whose names begin with `start`; none if it cannot be opened. */
static Status list_fonts(const char *folder, const char *start, FontList *list)
{
    DIR *directory = opendir(folder);
    for (struct dirent *entry = NULL;
         directory != NULL && list->count < FONTS_MAX && (entry = readdir(directory)) != NULL;) {
        if (is_font(entry->d_name, start)) {
            list->names[list->count] = strdup(entry->d_name);
            if (list->names[list->count++] == NULL) {
                list->count--;
                closedir(directory);
                return STATUS_OUT_OF_MEMORY;
            }
        }
    }
    if (directory != NULL) {
        closedir(directory);
    }
    qsort(list->names, list->count, sizeof *list->names, compare_names);
    return STATUS_OK;
}

static Status draw_fonts(const Search *search, const char *folder, FontList *list,
                         ImageDomain *domain)
{
    enum { DIGITS = 10 };
    static const char *const NAMES[DIGITS] = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"};
    for (size_t i = 0; i < DIGITS; i++) {
        uint32_t ignored;
        if (name_list_add(&domain->class_names, NAMES[i], &ignored) != STATUS_OK) {
            return out_of_memory(search);
        }
    }
    for (size_t i = 0; i < list->count; i++) {
        char path[PATH_BYTES];
        (void)is_there(path, folder, list->names[i], "");
        TRY(stroke_font_read(path, &list->fonts[i], search->problem));
    }
    const size_t copies = DRAWN_IMAGES / (list->count * DIGITS);
    const StrokePlan plan =
        stroke_plan_digits(list->fonts, list->count, copies > 0 ? copies : 1, DATA_SEED);
    Problem why = {0};
    const Status status = stroke_images_draw(&plan, &domain->images, &why);
    if (status != STATUS_OK) {
        return problem_describe(search->problem, status, "%s: %s", folder, why.text);
    }
    return draw_splits(search, shares_of(search), domain);
}

/* *is_found is false, and nothing read, if there are no such fonts. */
static Status read_fonts(const Search *search, const char *folder, const char *start,
                         ImageDomain *domain, bool *is_found)
{
    FontList *list = calloc(1, sizeof *list);
    if (list == NULL) {
        return out_of_memory(search);
    }
    Status status = list_fonts(folder, start, list);
    if (status != STATUS_OK) {
        status = out_of_memory(search);
    }
    *is_found = list->count > 0;
    if (status == STATUS_OK && *is_found) {
        status = draw_fonts(search, folder, list, domain);
    }
    for (size_t i = 0; i < list->count; i++) {
        free(list->names[i]);
        stroke_font_clear(&list->fonts[i]);
    }
    free(list);
    return status;
}

/* Are these the files of a published set, lying in the folder itself? The second part is no set of its own then. */
static bool has_published_parts(const char *folder)
{
    char images[PATH_BYTES];
    char labels[PATH_BYTES];
    return find_idx(folder, PUBLISHED_TRAIN, images, labels) &&
           find_idx(folder, PUBLISHED_TEST, images, labels);
}

/* --- one after the other --- */

static Status read_subfolder(const Search *search, const char *folder, ImageDomain *domain,
                             bool *is_found)
{
    char images[PATH_BYTES];
    char labels[PATH_BYTES];
    if (find_idx(folder, PUBLISHED_TRAIN, images, labels)) {
        *is_found = true;
        return read_published(search, folder, images, labels, domain);
    }
    return read_fonts(search, folder, "", domain, is_found);
}

static Status read_some_fonts(const Search *search, ImageDomain *domain, bool *is_found)
{
    char folder[PATH_BYTES];
    const char *dash = strrchr(search->name, '-');
    *is_found = false;
    if (dash == NULL || dash[1] == '\0') {
        return STATUS_OK;
    }
    const int length = snprintf(folder, sizeof folder, "%s/%.*s", search->folder,
                                (int)(dash - search->name), search->name);
    return length > 0 && (size_t)length < sizeof folder && is_folder(folder)
               ? read_fonts(search, folder, dash + 1, domain, is_found)
               : STATUS_OK;
}

static Status read_images(const Search *search, ImageDomain *domain)
{
    char path[PATH_BYTES];
    char labels[PATH_BYTES];
    bool is_found = false;
    if (is_there(path, search->folder, search->name, ".bin")) {
        return read_bundled(search, path, domain);
    }
    if (find_idx(search->folder, search->name, path, labels)) {
        return strcmp(search->name, PUBLISHED_TRAIN) == 0 && has_published_parts(search->folder)
                   ? read_published(search, search->folder, path, labels, domain)
                   : read_idx(search, path, labels, domain);
    }
    if (is_there(path, search->folder, search->name, "") && is_folder(path)) {
        TRY(read_subfolder(search, path, domain, &is_found));
    } else {
        TRY(read_some_fonts(search, domain, &is_found));
    }
    if (is_found) {
        return STATUS_OK;
    }
    return problem_describe(search->problem, STATUS_FILE_UNREADABLE,
                            "%s: has no images called \"%s\": neither %s.bin, nor "
                            "%s-images-idx3-ubyte (or .gz), nor a folder %s with train-images-... "
                            "and t10k-images-..., or with .jhf fonts",
                            search->folder, search->name, search->name, search->name, search->name);
}

static Status read_lines(const Search *search, TextLines *lines, NameList *names)
{
    char *line = NULL;
    for (size_t i = 0;; i++) {
        uint32_t number = 0;
        TRY(text_lines_next(lines, &line, search->problem));
        if (line == NULL) {
            return STATUS_OK;
        }
        if (name_list_add(names, line, &number) != STATUS_OK) {
            return out_of_memory(search);
        }
        if (number < i) {
            return text_lines_refuse(lines, search->problem, STATUS_BAD_VALUE,
                                     "\"%s\" is the name of class %u already", line, number);
        }
    }
}

static Status read_class_names(const Search *search, ImageDomain *domain)
{
    char path[PATH_BYTES];
    TextLines lines;
    if (domain->class_names.count > 0 ||
        !is_there(path, search->folder, search->name, ".labels.txt")) {
        return STATUS_OK;
    }
    TRY(text_lines_open(path, &lines, search->problem));
    const Status status = read_lines(search, &lines, &domain->class_names);
    text_lines_close(&lines);
    TRY(status);
    if (domain->class_names.count < domain->images.class_count) {
        return problem_describe(search->problem, STATUS_BAD_VALUE,
                                "%s: names %zu classes, but the images have the labels 0 to %zu",
                                path, domain->class_names.count, domain->images.class_count - 1);
    }
    domain->images.class_count = domain->class_names.count;
    return STATUS_OK;
}

Status image_folder_read(const char *folder, const char *name, bool is_trained_on, ImageDomain *out,
                         Problem *problem)
{
    const Search search = {folder, name, is_trained_on, problem};
    ImageDomain domain = {0};
    Status status = read_images(&search, &domain);
    if (status == STATUS_OK) {
        status = read_class_names(&search, &domain);
    }
    if (status != STATUS_OK) {
        image_domain_clear(&domain);
        return status;
    }
    *out = domain;
    return STATUS_OK;
}

void image_domain_clear(ImageDomain *domain)
{
    image_set_clear(&domain->images);
    free(domain->splits);
    name_list_clear(&domain->class_names);
    *domain = (ImageDomain){0};
}

/* --- which there are --- */

static bool has_fonts(const char *folder)
{
    bool is_found = false;
    DIR *directory = opendir(folder);
    for (struct dirent *entry = NULL;
         directory != NULL && !is_found && (entry = readdir(directory)) != NULL;) {
        is_found = is_font(entry->d_name, "");
    }
    if (directory != NULL) {
        closedir(directory);
    }
    return is_found;
}

/* What the data set is called of which the file, or folder, is a part; false if it is of none, or of its labels. */
static bool name_of_set(const char *folder, const char *file, char name[PATH_BYTES])
{
    static const char *const ENDINGS[] = {".bin", "-images-idx3-ubyte", "-images.idx3-ubyte",
                                          "-images-idx4-ubyte", "-images.idx4-ubyte"};
    char path[PATH_BYTES];
    char images[PATH_BYTES];
    char labels[PATH_BYTES];
    size_t length = strlen(file);
    if (file[0] == '.' || !is_there(path, folder, file, "")) {
        return false;
    }
    if (is_folder(path)) {
        snprintf(name, PATH_BYTES, "%s", file);
        return find_idx(path, PUBLISHED_TRAIN, images, labels) || has_fonts(path);
    }
    length -= length > 3 && strcmp(file + length - 3, ".gz") == 0 ? 3 : 0;
    for (size_t i = 0; i < sizeof ENDINGS / sizeof *ENDINGS; i++) {
        const size_t end = strlen(ENDINGS[i]);
        if (length > end && strncmp(file + length - end, ENDINGS[i], end) == 0) {
            snprintf(name, PATH_BYTES, "%.*s", (int)(length - end), file);
            return i > 0 ? strcmp(name, PUBLISHED_TEST) != 0 || !has_published_parts(folder)
                         : is_emoji_file(path) || has_image_size(path, 1, 1);
        }
    }
    return false;
}

Status image_folder_list(const char *folder, NameList *names, Problem *problem)
{
    NameList found = {0};
    struct dirent **files = NULL;
    const int count = scandir(folder, &files, NULL, alphasort);
    if (count < 0) {
        return problem_describe(problem, STATUS_FILE_UNREADABLE, "%s: %s", folder, strerror(errno));
    }
    Status status = STATUS_OK;
    for (int i = 0; i < count; i++) {
        char name[PATH_BYTES];
        uint32_t ignored;
        if (status == STATUS_OK && name_of_set(folder, files[i]->d_name, name)) {
            status = name_list_add(&found, name, &ignored);
        }
        free(files[i]);
    }
    free(files);
    if (status != STATUS_OK) {
        name_list_clear(&found);
        return problem_describe(problem, status, "%s: not enough memory for the names of the data",
                                folder);
    }
    *names = found;
    return STATUS_OK;
}
