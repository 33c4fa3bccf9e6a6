/* tui/wrapped_text.h -- a long text cut into lines at its spaces. */
#ifndef TUI_WRAPPED_TEXT_H
#define TUI_WRAPPED_TEXT_H

#include <stddef.h>

/* Bytes of the first line of `text` that fit into `columns` (>= 1): up to a space or a '\n', or as much as fits of a word that is too
 * long; at least one code point unless text is "". *next receives where the line after it starts, past the space. */
size_t wrapped_text_line(const char *text, int columns, const char **next);

#endif
