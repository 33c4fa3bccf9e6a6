/* store/export_file.h -- exports on the disk: their kind by the file's name, nothing overwritten unasked, whole or not at all. */
#ifndef STORE_EXPORT_FILE_H
#define STORE_EXPORT_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/problem.h"
#include "records/chart_figure.h"

/* X(id, ending, another ending, what it is) */
#define EXPORT_KIND_TABLE(X)                                                                       \
    X(EXPORT_CSV, "csv", "csv", "the chart's data as CSV")                                         \
    X(EXPORT_JSON, "json", "json", "the chart as JSON")                                            \
    X(EXPORT_SVG, "svg", "svg", "the chart as SVG")                                                \
    X(EXPORT_PNG, "png", "png", "the chart as PNG")                                                \
    X(EXPORT_ANSI, "ansi", "txt", "the screen as text with ANSI colours")
#define EXPORT_KIND_ENUMERATOR(id, ending, other, what) id,
typedef enum ExportKind { EXPORT_KIND_TABLE(EXPORT_KIND_ENUMERATOR) EXPORT_KIND_COUNT } ExportKind;
#undef EXPORT_KIND_ENUMERATOR

/* The kind that the path ends in, in either case. STATUS_BAD_USAGE: none of them, or no name before the ending; the problem lists them. */
Status export_file_kind(const char *path, ExportKind *out, Problem *problem);

/* Static storage. The first of its endings, and a few words. */
const char *export_kind_ending(ExportKind kind);
const char *export_kind_words(ExportKind kind);

/* Write bytes[0..size) to `path`: the file appears whole or not at all.
 * is_replacing  an older file may be replaced; else STATUS_FILE_UNWRITABLE
 * STATUS_FILE_UNWRITABLE (no such folder, full disk, control characters in the path, a folder of that name), STATUS_OUT_OF_MEMORY: what was
 * there stays as it was. */
Status export_file_write(const char *path, const char *bytes, size_t size, bool is_replacing,
                         Problem *problem);

/* Write a chart as any kind but EXPORT_ANSI. Errors as above and of export_image. */
Status export_file_write_chart(const char *path, ExportKind kind, const ChartFigure *picture,
                               bool is_replacing, Problem *problem);

#endif
