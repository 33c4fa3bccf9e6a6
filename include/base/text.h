/* base/text.h -- UTF-8 and small texts: width, cleaning, numbers for people. Owner of utf8proc. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

/* What a code point is to the GPT-2 pre-tokenizer: \p{L}, \p{N}, \s or anything else. */
typedef enum TextClass { TEXT_LETTER, TEXT_NUMBER, TEXT_SPACE, TEXT_OTHER } TextClass;

/* Decode the first code point of text[0..size); returns its length in bytes (>= 1 when size > 0).
 * An invalid byte gives code point -1 and length 1, so that a reader always moves on. */
size_t text_decode(const char *text, size_t size, int32_t *code_point);

/* Encode one code point (0..0x10FFFF, no surrogate) into out[4]; returns its length, 0 if it is not one. */
size_t text_encode(int32_t code_point, char out[4]);

/* Bring UTF-8 text[0..size) into Unicode's form NFKC (compatibility decomposition, then composition). *out receives heap text that the
 * caller frees, NUL-ended behind *out_size bytes. STATUS_BAD_VALUE (not UTF-8), STATUS_OUT_OF_MEMORY leave it alone. */
Status text_compose(const char *text, size_t size, char **out, size_t *out_size);

TextClass text_class(int32_t code_point); /* -1 is TEXT_OTHER */

/* Display columns of one code point: 0 (combining, control), 1 or 2. */
int text_code_point_columns(int32_t code_point);

/* Display columns of a NUL-ended UTF-8 text. */
int text_columns(const char *text);

/* Copy `source` into out[out_bytes], valid UTF-8 only, control characters and invalid bytes as '?', cut at a whole
 * code point and at `max_columns` display columns (INT_MAX for no limit); always NUL-ended. out_bytes >= 1.
 * What comes from a file goes through here before it can reach a terminal. */
void text_clean(const char *source, char *out, size_t out_bytes, int max_columns);

/* Take the byte order mark, which some editors put in front of a file, from its first line (line_number 1; other lines stay). */
void text_skip_mark(char *line, int line_number);

/* A count of seconds as "0:42", "3:07", "1:02:33". */
void text_duration(double seconds, char *out, size_t out_bytes);

/* A number in at most `digits` significant digits, the shortest form that a person reads well:
 * 0, 0.0123, 12.3, 1,240, 3.1e-07, nan, inf. */
void text_number(double value, int digits, char *out, size_t out_bytes);

/* Read a whole number or a decimal; true only if all of `text` was used. */
bool text_parse_double(const char *text, double *out);
bool text_parse_u64(const char *text, uint64_t *out);

/* Levenshtein distance between two short ASCII words (at most 63 bytes are looked at), for "did you mean". */
size_t text_distance(const char *a, const char *b);

#endif
