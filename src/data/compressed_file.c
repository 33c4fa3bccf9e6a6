#include "data/compressed_file.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>

#include <zlib.h>

#include "base/json.h"

/* What has been decompressed so far. */
typedef struct Inflated {
    uint8_t *bytes;
    size_t size;
    size_t capacity;
} Inflated;

static bool is_gzip(const uint8_t *bytes, size_t size)
{
    return size >= 2 && bytes[0] == 0x1F && bytes[1] == 0x8B;
}

static Status make_room(Inflated *out, size_t max_bytes)
{
    enum { FIRST_CAPACITY = 1 << 16 };
    if (out->size < out->capacity) {
        return STATUS_OK;
    }
    /* One more than allowed, so that a larger file is told from one that just fits. */
    size_t larger = out->capacity == 0 ? FIRST_CAPACITY : out->capacity * 2;
    larger = larger > max_bytes + 1 ? max_bytes + 1 : larger;
    assert(larger > 0); /* realloc to nothing would free */
    uint8_t *bytes = out->size > max_bytes ? NULL : realloc(out->bytes, larger);
    if (bytes == NULL) {
        return out->size > max_bytes ? STATUS_FILE_UNREADABLE : STATUS_OUT_OF_MEMORY;
    }
    out->bytes = bytes;
    out->capacity = larger;
    return STATUS_OK;
}

/* Decompress until `packed` is used up; *is_whole tells whether it ended with a member's end. */
static Status inflate_all(z_stream *stream, size_t max_bytes, Inflated *out, bool *is_whole)
{
    *is_whole = false;
    while (stream->avail_in > 0 || !*is_whole) {
        TRY(make_room(out, max_bytes));
        const size_t room = out->capacity - out->size;
        stream->next_out = out->bytes + out->size;
        stream->avail_out = room < (1U << 30) ? (uInt)room : 1U << 30;
        const uInt before = stream->avail_out;
        const int result = inflate(stream, Z_NO_FLUSH);
        out->size += before - stream->avail_out;
        *is_whole = result == Z_STREAM_END;
        if (result == Z_MEM_ERROR) {
            return STATUS_OUT_OF_MEMORY;
        }
        if (result != Z_OK && result != Z_STREAM_END) {
            return STATUS_BAD_FORMAT; /* Z_BUF_ERROR too: there is room, so it wants more input */
        }
        if (*is_whole && stream->avail_in > 0 && inflateReset(stream) != Z_OK) {
            return STATUS_BAD_FORMAT;
        }
    }
    return out->size > max_bytes ? STATUS_FILE_UNREADABLE : STATUS_OK;
}

static Status unpack(const uint8_t *packed, size_t packed_size, size_t max_bytes, Inflated *out)
{
    enum { GZIP_WINDOW = 15 + 16 };
    z_stream stream = {0};
    /* zlib reads only, but its field is not const. */
    union {
        const uint8_t *constant;
        uint8_t *writable;
    } input = {.constant = packed};
    stream.next_in = input.writable;
    stream.avail_in = (uInt)packed_size;
    if (inflateInit2(&stream, GZIP_WINDOW) != Z_OK) {
        return STATUS_OUT_OF_MEMORY;
    }
    bool is_whole = false;
    const Status status = inflate_all(&stream, max_bytes, out, &is_whole);
    (void)inflateEnd(&stream);
    return status;
}

static Status explain(Status status, const char *path, size_t max_bytes, Problem *problem)
{
    switch (status) {
    case STATUS_BAD_FORMAT:
        return problem_describe(problem, status, "%s: its gzip data end too early or are damaged.",
                                path);
    case STATUS_FILE_UNREADABLE:
        return problem_describe(problem, status, "%s: has more than %zu bytes.", path, max_bytes);
    case STATUS_OUT_OF_MEMORY:
        return problem_describe(problem, status, "%s: not enough memory to read it.", path);
    case STATUS_OK:
    case STATUS_FILE_UNWRITABLE:
    case STATUS_BAD_VALUE:
    case STATUS_BAD_USAGE:
    case STATUS_TERMINAL_UNUSABLE:
    case STATUS_COUNT:
        break;
    }
    return status;
}

Status compressed_file_read(const char *path, size_t max_bytes, uint8_t **bytes, size_t *size,
                            Problem *problem)
{
    char *text = NULL;
    size_t text_size = 0;
    TRY(json_read_text(path, max_bytes < UINT32_MAX ? max_bytes : UINT32_MAX, &text, &text_size,
                       problem));
    uint8_t *packed = (uint8_t *)text;
    if (!is_gzip(packed, text_size)) {
        *bytes = packed;
        *size = text_size;
        return STATUS_OK;
    }
    Inflated inflated = {0};
    const Status status = unpack(packed, text_size, max_bytes, &inflated);
    free(text);
    if (status != STATUS_OK) {
        free(inflated.bytes);
        return explain(status, path, max_bytes, problem);
    }
    *bytes = inflated.bytes;
    *size = inflated.size;
    return STATUS_OK;
}
