/* model/safetensors.c -- a checked header, then the tensors; and the way back. */
#include "model/safetensors.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fresh_memory.h"
#include "base/json.h"
#include "base/whole_file.h"
#include "kernels/half_precision.h"

/* The format: 8 bytes little-endian length of the header; the header, JSON of
 * {name: {"dtype": text, "shape": [numbers], "data_offsets": [first, past the last]}};
 * the data, without gaps.
 * https://github.com/huggingface/safetensors#format */
enum {
    LENGTH_BYTES = 8,
    HEADER_BYTES_MAX = 100000000,
    HEADER_ALIGNMENT = 8,
    DIMENSIONS_MAX = 8,
    CHUNK = 4096,
    /* Read and converted at a time: small enough to stay in the second-level cache in between. */
    PIECE_BYTES = 1 << 18
};

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
               "tensors are copied as they lie in the file");

/* X(name in files, bytes an element, whether weights may have it) */
#define DTYPE_TABLE(X)                                                                             \
    X(F32, 4, true)                                                                                \
    X(F16, 2, true)                                                                                \
    X(BF16, 2, true)                                                                               \
    X(F64, 8, false)                                                                               \
    X(I64, 8, false)                                                                               \
    X(I32, 4, false)                                                                               \
    X(I16, 2, false)                                                                               \
    X(I8, 1, false)                                                                                \
    X(U64, 8, false)                                                                               \
    X(U32, 4, false)                                                                               \
    X(U16, 2, false)                                                                               \
    X(U8, 1, false)                                                                                \
    X(BOOL, 1, false)

#define DTYPE_ENUMERATOR(name, bytes, is_weight) DTYPE_##name,
typedef enum Dtype { DTYPE_TABLE(DTYPE_ENUMERATOR) DTYPE_COUNT } Dtype;
#undef DTYPE_ENUMERATOR

typedef struct DtypeFacts {
    char name[8];
    size_t size_bytes;
    bool is_weight;
} DtypeFacts;

#define DTYPE_FACTS(name, bytes, is_weight) {#name, bytes, is_weight},
static const DtypeFacts DTYPES[DTYPE_COUNT] = {DTYPE_TABLE(DTYPE_FACTS)};
#undef DTYPE_FACTS

/* One tensor as the header describes it. */
typedef struct StoredTensor {
    const char *name; /* borrowed from the header */
    Dtype dtype;
    size_t shape[DIMENSIONS_MAX];
    size_t dimensions;
    size_t begin; /* bytes from the start of the data */
    size_t end;
} StoredTensor;

/* An open file whose header is being believed bit by bit. */
typedef struct StoredFile {
    const char *path;
    FILE *stream;
    size_t data_begin; /* bytes from the start of the file */
    size_t data_bytes;
    Json *header;
    StoredTensor *tensors; /* [count], in the order of their data */
    size_t count;
    Problem *problem;
} StoredFile;

static Status bad_format(const StoredFile *file, const char *what)
{
    return problem_describe(file->problem, STATUS_BAD_FORMAT, "%s: %s", file->path, what);
}

static Status bad_tensor(const StoredFile *file, Status status, const char *name, const char *what)
{
    return problem_describe(file->problem, status, "%s: tensor \"%.100s\" %s", file->path, name,
                            what);
}

static Status unreadable(const StoredFile *file)
{
    return problem_describe(file->problem, STATUS_FILE_UNREADABLE, "%s: %s", file->path,
                            errno != 0 ? strerror(errno) : "the file ends too early");
}

static Status measure_header(StoredFile *file, uint64_t file_bytes)
{
    uint64_t header_bytes = 0;
    if (file_bytes < LENGTH_BYTES) {
        return bad_format(file, "too short to be a safetensors file");
    }
    if (fread(&header_bytes, LENGTH_BYTES, 1, file->stream) != 1) {
        return unreadable(file);
    }
    if (memcmp(&header_bytes, "version ", LENGTH_BYTES) == 0) {
        return bad_format(file,
                          "is only Git LFS's pointer to the weights; `git lfs pull` fetches them");
    }
    if (header_bytes > HEADER_BYTES_MAX || header_bytes > file_bytes - LENGTH_BYTES) {
        return bad_format(
            file,
            "the header claims to be longer than it can be; not a safetensors file, or cut off");
    }
    file->data_begin = LENGTH_BYTES + (size_t)header_bytes;
    file->data_bytes = (size_t)file_bytes - file->data_begin;
    return STATUS_OK;
}

static Status open_stored(StoredFile *file)
{
    errno = 0;
    const int descriptor =
        open(file->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a pipe must not make us wait */
    if (descriptor < 0) {
        return unreadable(file);
    }
    file->stream = fdopen(descriptor, "rb");
    if (file->stream == NULL) {
        (void)close(descriptor);
        return unreadable(file);
    }
    struct stat facts;
    if (fstat(descriptor, &facts) != 0) {
        return unreadable(file);
    }
    if (!S_ISREG(facts.st_mode)) {
        return problem_describe(file->problem, STATUS_FILE_UNREADABLE, "%s: not a regular file",
                                file->path);
    }
    return measure_header(file, (uint64_t)facts.st_size);
}

static Status parse_header(StoredFile *file)
{
    const size_t header_bytes = file->data_begin - LENGTH_BYTES;
    char *const text = malloc(header_bytes + 1);
    if (text == NULL) {
        return problem_describe(file->problem, STATUS_OUT_OF_MEMORY, "%s: no memory for the header",
                                file->path);
    }
    Status status = STATUS_OK;
    errno = 0;
    if (fread(text, 1, header_bytes, file->stream) != header_bytes) {
        status = unreadable(file);
    } else {
        status = json_parse(text, header_bytes, file->path, &file->header, file->problem);
    }
    free(text);
    if (status == STATUS_OK && !json_is_object(file->header)) {
        status = bad_format(file, "the header is not an object");
    }
    return status;
}

/* A whole number that a double holds exactly. */
static bool read_count(const Json *json, size_t *out)
{
    const double value = json_number(json);
    if (!json_is_number(json) || !(value >= 0 && value <= 9007199254740992.0) ||
        floor(value) < value) {
        return false;
    }
    *out = (size_t)value;
    return true;
}

static bool read_counts(const Json *json, size_t *out, size_t most, size_t *count)
{
    *count = 0;
    if (!json_is_array(json) || json_count(json) > most) {
        return false;
    }
    for (const Json *item = json_first(json); item != NULL; item = json_next(item)) {
        if (!read_count(item, &out[*count])) {
            return false;
        }
        ++*count;
    }
    return true;
}

static Status read_dtype(const StoredFile *file, const Json *entry, StoredTensor *tensor)
{
    const Json *const dtype = json_member(entry, "dtype");
    for (size_t i = 0; i < DTYPE_COUNT && json_is_string(dtype); i++) {
        if (strcmp(json_string(dtype), DTYPES[i].name) == 0) {
            tensor->dtype = (Dtype)i;
            return STATUS_OK;
        }
    }
    return problem_describe(
        file->problem, STATUS_BAD_VALUE,
        "%s: tensor \"%.100s\" has the unknown \"dtype\" \"%.20s\"; weights are "
        "F32, F16 or BF16",
        file->path, tensor->name, json_string(dtype));
}

static Status read_entry(const StoredFile *file, const Json *entry, StoredTensor *tensor)
{
    tensor->name = json_key(entry);
    if (!json_is_object(entry)) {
        return bad_tensor(file, STATUS_BAD_FORMAT, tensor->name, "is not described by an object");
    }
    TRY(read_dtype(file, entry, tensor));
    size_t offsets[2];
    size_t offset_count;
    if (!read_counts(json_member(entry, "shape"), tensor->shape, DIMENSIONS_MAX,
                     &tensor->dimensions)) {
        return bad_tensor(file, STATUS_BAD_FORMAT, tensor->name,
                          "has a \"shape\" that is not a list of sizes");
    }
    if (!read_counts(json_member(entry, "data_offsets"), offsets, 2, &offset_count) ||
        offset_count != 2 || offsets[0] > offsets[1] || offsets[1] > file->data_bytes) {
        return bad_tensor(file, STATUS_BAD_FORMAT, tensor->name,
                          "has \"data_offsets\" that are not within the file; is it cut off?");
    }
    tensor->begin = offsets[0];
    tensor->end = offsets[1];
    size_t size_bytes = DTYPES[tensor->dtype].size_bytes;
    for (size_t i = 0; i < tensor->dimensions; i++) {
        if (__builtin_mul_overflow(size_bytes, tensor->shape[i], &size_bytes)) {
            return bad_tensor(file, STATUS_BAD_FORMAT, tensor->name,
                              "has a shape too large to be true");
        }
    }
    if (size_bytes != tensor->end - tensor->begin) {
        return bad_tensor(file, STATUS_BAD_FORMAT, tensor->name,
                          "does not have the bytes its shape and dtype need");
    }
    return STATUS_OK;
}

static int compare_by_place(const void *left, const void *right)
{
    const StoredTensor *const a = left;
    const StoredTensor *const b = right;
    if (a->begin != b->begin) {
        return a->begin < b->begin ? -1 : 1;
    }
    return (a->end > b->end) - (a->end < b->end);
}

static Status check_places(const StoredFile *file)
{
    size_t next = 0;
    for (size_t i = 0; i < file->count; i++) {
        if (file->tensors[i].begin != next) {
            return bad_tensor(file, STATUS_BAD_FORMAT, file->tensors[i].name,
                              file->tensors[i].begin < next ? "overlaps another"
                                                            : "comes after a hole in the data");
        }
        next = file->tensors[i].end;
    }
    return next == file->data_bytes ? STATUS_OK
                                    : bad_format(file, "there are bytes that belong to no tensor");
}

static Status read_entries(StoredFile *file)
{
    file->tensors = calloc(json_count(file->header) + 1, sizeof *file->tensors);
    if (file->tensors == NULL) {
        return problem_describe(file->problem, STATUS_OUT_OF_MEMORY, "%s: no memory for the header",
                                file->path);
    }
    for (const Json *entry = json_first(file->header); entry != NULL; entry = json_next(entry)) {
        if (strcmp(json_key(entry), "__metadata__") != 0) {
            TRY(read_entry(file, entry, &file->tensors[file->count]));
            file->count++;
        }
    }
    qsort(file->tensors, file->count, sizeof *file->tensors, compare_by_place);
    return check_places(file);
}

/* The shape that files give tensor `wanted`; returns how many dimensions. */
static size_t file_shape(const ParameterTensor *wanted, size_t shape[PARAMETER_DIMENSIONS_MAX])
{
    if (wanted->file_dimensions > 0) {
        memcpy(shape, wanted->file_shape, sizeof wanted->file_shape);
        return wanted->file_dimensions;
    }
    shape[0] = wanted->is_vector ? wanted->cols : wanted->rows;
    shape[1] = wanted->cols;
    return wanted->is_vector ? 1 : 2;
}

static bool has_shape(const StoredTensor *stored, const ParameterTensor *wanted)
{
    size_t shape[PARAMETER_DIMENSIONS_MAX];
    const size_t dimensions = file_shape(wanted, shape);
    return stored->dimensions == dimensions &&
           memcmp(stored->shape, shape, dimensions * sizeof *shape) == 0;
}

static Status bad_shape(const StoredFile *file, const char *name, const ParameterTensor *wanted)
{
    size_t shape[PARAMETER_DIMENSIONS_MAX];
    char text[128] = "";
    size_t length = 0;
    const size_t dimensions = file_shape(wanted, shape);
    for (size_t i = 0; i < dimensions; i++) {
        length += (size_t)snprintf(text + length, sizeof text - length, "%s%zu", i == 0 ? "" : ", ",
                                   shape[i]);
    }
    return problem_describe(
        file->problem, STATUS_BAD_VALUE,
        "%s: tensor \"%.100s\" has the wrong shape; the configuration asks for [%s]", file->path,
        name, text);
}

static Status check_against(const StoredFile *file, const StoredTensor *stored,
                            const ParameterTensor *wanted)
{
    if (!has_shape(stored, wanted)) {
        return bad_shape(file, stored->name, wanted);
    }
    if (!DTYPES[stored->dtype].is_weight) {
        return bad_tensor(
            file, STATUS_BAD_VALUE, stored->name,
            "is neither F32 nor F16 nor BF16; quantised models cannot be trained here");
    }
    return STATUS_OK;
}

/* Where a tensor of the table was found; all NULL where it was not. */
typedef struct FoundTensor {
    const StoredFile *file;
    const StoredTensor *stored;
} FoundTensor;

/* What is read into which table, from one file or several that belong together. */
typedef struct Reading {
    StoredFile *files; /* [file_count] */
    size_t file_count;
    const ParameterTable *table;
    FoundTensor *found;      /* [table->count] */
    bool is_head_optional;   /* a head that is not there, or has other shapes, is left out whole */
    bool is_head_seen;       /* out: there is a tensor of the head, of whatever shape */
    bool is_head_incomplete; /* out */
} Reading;

static bool is_of_optional_head(const Reading *reading, size_t index)
{
    return reading->is_head_optional &&
           reading->table->tensors[index].group == PARAMETER_GROUP_HEAD;
}

static Status match_tensor(Reading *reading, const StoredFile *file, const StoredTensor *stored)
{
    const size_t place = parameter_table_find(reading->table, stored->name);
    if (place == SIZE_MAX && parameter_table_skips(reading->table, stored->name)) {
        return STATUS_OK;
    }
    if (place == SIZE_MAX) {
        return bad_tensor(file, STATUS_BAD_VALUE, stored->name, "is not part of the model");
    }
    if (reading->found[place].stored != NULL) {
        return bad_tensor(file, STATUS_BAD_VALUE, stored->name, "is there twice");
    }
    const ParameterTensor *const wanted = &reading->table->tensors[place];
    reading->is_head_seen = reading->is_head_seen || wanted->group == PARAMETER_GROUP_HEAD;
    if (is_of_optional_head(reading, place) && !has_shape(stored, wanted)) {
        return STATUS_OK; /* as if it were not there */
    }
    TRY(check_against(file, stored, wanted));
    reading->found[place] = (FoundTensor){file, stored};
    return STATUS_OK;
}

static Status check_found(Reading *reading)
{
    for (size_t i = 0; i < reading->table->count; i++) {
        if (reading->found[i].stored != NULL) {
            continue;
        }
        if (!is_of_optional_head(reading, i)) {
            return bad_tensor(&reading->files[0], STATUS_BAD_VALUE, reading->table->tensors[i].name,
                              reading->file_count == 1
                                  ? "is missing"
                                  : "is missing, here and in the files that belong to it");
        }
        reading->is_head_incomplete = true;
    }
    for (size_t i = 0; i < reading->table->count && reading->is_head_incomplete; i++) {
        if (is_of_optional_head(reading, i)) {
            reading->found[i] = (FoundTensor){0};
        }
    }
    return STATUS_OK;
}

static Status match_tensors(Reading *reading)
{
    for (size_t f = 0; f < reading->file_count; f++) {
        for (size_t i = 0; i < reading->files[f].count; i++) {
            TRY(match_tensor(reading, &reading->files[f], &reading->files[f].tensors[i]));
        }
    }
    return check_found(reading);
}

/* `bytes` of the file from `offset` on. The header said that they are there; the disk may fail all the same. */
static Status read_bytes(const StoredFile *file, size_t offset, unsigned char *out, size_t bytes)
{
    size_t done = 0;
    while (done < bytes) {
        errno = 0;
        const ssize_t got =
            pread(fileno(file->stream), out + done, bytes - done, (off_t)(offset + done));
        if (got <= 0 && errno != EINTR) {
            return unreadable(file);
        }
        done += got > 0 ? (size_t)got : 0;
    }
    return STATUS_OK;
}

/* `piece` holds `count` elements, aligned as malloc aligns. */
static void convert(Dtype dtype, const void *piece, size_t count, Real *values)
{
    if (dtype == DTYPE_F16) {
        half_to_real(values, piece, count);
    } else if (dtype == DTYPE_BF16) {
        bfloat_to_real(values, piece, count);
    } else {
        float_to_real(values, piece, count);
    }
}

/* piece  [PIECE_BYTES] scratch */
static Status read_tensor(const FoundTensor *found, unsigned char *piece, Real *values)
{
    const StoredFile *const file = found->file;
    const StoredTensor *const stored = found->stored;
    const size_t size_bytes = DTYPES[stored->dtype].size_bytes;
    const size_t n = (stored->end - stored->begin) / size_bytes;
    const size_t most = PIECE_BYTES / size_bytes;
    for (size_t start = 0; start < n; start += most) {
        const size_t count = n - start < most ? n - start : most;
        TRY(read_bytes(file, file->data_begin + stored->begin + start * size_bytes, piece,
                       count * size_bytes));
        fresh_memory_prepare(values + start, count * sizeof *values);
        convert(stored->dtype, piece, count, values + start);
    }
    return STATUS_OK;
}

static Status read_found(const Reading *reading, unsigned char *piece, Real *params)
{
    for (size_t i = 0; i < reading->table->count; i++) {
        if (reading->found[i].stored != NULL) {
            TRY(read_tensor(&reading->found[i], piece, params + reading->table->tensors[i].offset));
        }
    }
    return STATUS_OK;
}

/* Straight into params, piece by piece: everything that can be known beforehand has been checked by then. */
static Status read_parameters(Reading *reading, Real *params, Problem *problem)
{
    TRY(match_tensors(reading));
    unsigned char *const piece = malloc(PIECE_BYTES);
    if (piece == NULL) {
        return problem_describe(problem, STATUS_OUT_OF_MEMORY, "%s: no memory to read it",
                                reading->files[0].path);
    }
    const Status status = read_found(reading, piece, params);
    free(piece);
    return status;
}

static Status load_header(StoredFile *file)
{
    TRY(open_stored(file));
    TRY(parse_header(file));
    return read_entries(file);
}

static void clear_stored(StoredFile *file)
{
    free(file->tensors);
    json_destroy(file->header);
    if (file->stream != NULL) {
        (void)fclose(file->stream); /* read-only: nothing to lose */
    }
}

Status safetensors_read_shards(const char *const *paths, size_t path_count,
                               const ParameterTable *table, Real *params, StoredHead *head,
                               Problem *problem)
{
    StoredFile *const files = calloc(path_count, sizeof *files);
    FoundTensor *const found = calloc(table->count, sizeof *found);
    Reading reading = {.files = files,
                       .file_count = path_count,
                       .table = table,
                       .found = found,
                       .is_head_optional = head != NULL};
    Status status = STATUS_OK;
    if (files == NULL || found == NULL) {
        status =
            problem_describe(problem, STATUS_OUT_OF_MEMORY, "%s: no memory to read it", paths[0]);
        goto done;
    }
    for (size_t f = 0; f < path_count && status == STATUS_OK; f++) {
        files[f] = (StoredFile){.path = paths[f], .problem = problem};
        status = load_header(&files[f]);
    }
    if (status == STATUS_OK) {
        status = read_parameters(&reading, params, problem);
    }
    if (status == STATUS_OK && head != NULL) {
        *head = !reading.is_head_incomplete ? STORED_HEAD_WHOLE
                : reading.is_head_seen      ? STORED_HEAD_OTHER
                                            : STORED_HEAD_NONE;
    }
done:
    for (size_t f = 0; files != NULL && f < path_count; f++) {
        clear_stored(&files[f]);
    }
    free(files);
    free(found);
    return status;
}

Status safetensors_read(const char *path, const ParameterTable *table, Real *params,
                        Problem *problem)
{
    return safetensors_read_shards(&path, 1, table, params, NULL, problem);
}

static size_t element_count(const SafetensorsEntry *entry)
{
    size_t n = 1;
    for (size_t i = 0; i < entry->dimensions; i++) {
        n *= entry->shape[i];
    }
    return n;
}

/* Describe `entry`, whose data begin at *offset, and move *offset past it (both dtypes have 4
 * bytes). */
static bool add_entry(Json *header, const SafetensorsEntry *entry, size_t *offset)
{
    Json *const tensor = json_new_object();
    Json *const shape = json_new_array();
    Json *const offsets = json_new_array();
    bool is_complete = json_add_string(tensor, "dtype", entry->reals != NULL ? "F32" : "I32");
    for (size_t i = 0; i < entry->dimensions; i++) {
        is_complete = json_append(shape, json_new_number((double)entry->shape[i])) && is_complete;
    }
    is_complete = json_append(offsets, json_new_number((double)*offset)) && is_complete;
    *offset += 4 * element_count(entry);
    is_complete = json_append(offsets, json_new_number((double)*offset)) && is_complete;
    is_complete = json_add(tensor, "shape", shape) && is_complete;
    is_complete = json_add(tensor, "data_offsets", offsets) && is_complete;
    return json_add(header, entry->name, tensor) && is_complete;
}

/* The header as text without its padding, for the caller to free; NULL when out of memory. */
static char *header_text(const SafetensorsEntry *entries, size_t count)
{
    Json *const header = json_new_object();
    Json *const metadata = json_new_object();
    bool is_complete = json_add_string(metadata, "format", "pt");
    is_complete = json_add(header, "__metadata__", metadata) && is_complete;
    size_t offset = 0;
    for (size_t i = 0; i < count; i++) {
        is_complete = add_entry(header, &entries[i], &offset) && is_complete;
    }
    char *const text = is_complete ? json_print(header, false) : NULL;
    json_destroy(header);
    return text;
}

static bool write_header(FILE *stream, const char *text)
{
    static const char padding[HEADER_ALIGNMENT] = {' ', ' ', ' ', ' ', ' ', ' ', ' ', ' '};
    const size_t length = strlen(text);
    const uint64_t padded = (length + HEADER_ALIGNMENT - 1) / HEADER_ALIGNMENT * HEADER_ALIGNMENT;
    return fwrite(&padded, sizeof padded, 1, stream) == 1 &&
           fwrite(text, 1, length, stream) == length &&
           fwrite(padding, 1, padded - length, stream) == padded - length;
}

static bool write_reals(FILE *stream, const Real *reals, size_t n)
{
    float chunk[CHUNK] = {0};
    for (size_t start = 0; start < n; start += CHUNK) {
        const size_t count = n - start < CHUNK ? n - start : CHUNK;
        for (size_t i = 0; i < count; i++) {
            chunk[i] = (float)reals[start + i];
        }
        if (fwrite(chunk, sizeof *chunk, count, stream) != count) {
            return false;
        }
    }
    return true;
}

static bool write_tensors(FILE *stream, const SafetensorsEntry *entries, size_t count)
{
    bool is_written = true;
    for (size_t i = 0; i < count && is_written; i++) {
        const size_t n = element_count(&entries[i]);
        is_written = entries[i].reals != NULL
                         ? write_reals(stream, entries[i].reals, n)
                         : fwrite(entries[i].integers, sizeof(int32_t), n, stream) == n;
    }
    return is_written;
}

Status safetensors_write(const char *path, const SafetensorsEntry *entries, size_t count,
                         Problem *problem)
{
    WholeFile file;
    char *const header = header_text(entries, count);
    if (header == NULL) {
        return problem_describe(problem, STATUS_OUT_OF_MEMORY, "%s: no memory to write it", path);
    }
    Status status = whole_file_open(path, &file, problem);
    if (status == STATUS_OK) {
        const bool is_written =
            write_header(file.stream, header) && write_tensors(file.stream, entries, count);
        status = whole_file_finish(&file, is_written, problem);
    }
    free(header);
    return status;
}

Status safetensors_write_model(const char *path, const ParameterTable *table, const Real *params,
                               Problem *problem)
{
    SafetensorsEntry *const entries = calloc(table->count, sizeof *entries);
    if (entries == NULL) {
        return problem_describe(problem, STATUS_OUT_OF_MEMORY, "%s: no memory to write it", path);
    }
    for (size_t i = 0; i < table->count; i++) {
        const ParameterTensor *const tensor = &table->tensors[i];
        SafetensorsEntry *const entry = &entries[i];
        parameter_table_saved_name(table, i, entry->name);
        entry->reals = params + tensor->offset;
        entry->dimensions = file_shape(tensor, entry->shape);
    }
    const Status status = safetensors_write(path, entries, table->count, problem);
    free(entries);
    return status;
}
