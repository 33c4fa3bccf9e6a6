/* data/compressed_file.h -- a whole file, plain or gzip. Owner of zlib. */
#ifndef DATA_COMPRESSED_FILE_H
#define DATA_COMPRESSED_FILE_H

#include <stddef.h>
#include <stdint.h>

#include "base/problem.h"
#include "base/status.h"

/* Read the file at `path`; one that begins as gzip does is decompressed (all its members). *bytes receives a heap block that the caller
 * frees, *size its length, at most max_bytes. STATUS_FILE_UNREADABLE (missing, larger than max_bytes), STATUS_BAD_FORMAT (the gzip data
 * end too early or are damaged), STATUS_OUT_OF_MEMORY: the problem names the path, and *bytes is untouched. */
Status compressed_file_read(const char *path, size_t max_bytes, uint8_t **bytes, size_t *size,
                            Problem *problem);

#endif
