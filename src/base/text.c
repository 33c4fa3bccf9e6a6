/* base/text.c -- UTF-8 through utf8proc, and numbers for people. */
#include "base/text.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <utf8proc.h>

size_t text_decode(const char *text, size_t size, int32_t *code_point)
{
    *code_point = -1;
    if (size == 0) {
        return 0;
    }
    const utf8proc_ssize_t look = size < 4 ? (utf8proc_ssize_t)size : 4;
    utf8proc_int32_t found = -1;
    const utf8proc_ssize_t length = utf8proc_iterate((const utf8proc_uint8_t *)text, look, &found);
    if (length <= 0) {
        return 1;
    }
    *code_point = found;
    return (size_t)length;
}

size_t text_encode(int32_t code_point, char out[4])
{
    if (code_point < 0 || code_point > 0x10FFFF || (code_point >= 0xD800 && code_point <= 0xDFFF)) {
        return 0;
    }
    return (size_t)utf8proc_encode_char(code_point, (utf8proc_uint8_t *)out);
}

Status text_compose(const char *text, size_t size, char **out, size_t *out_size)
{
    utf8proc_uint8_t *composed = NULL;
    const utf8proc_option_t options =
        (utf8proc_option_t)(UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT);
    const utf8proc_ssize_t length =
        utf8proc_map((const utf8proc_uint8_t *)text, (utf8proc_ssize_t)size, &composed, options);
    if (length < 0) {
        return length == UTF8PROC_ERROR_NOMEM ? STATUS_OUT_OF_MEMORY : STATUS_BAD_VALUE;
    }
    *out = (char *)composed;
    *out_size = (size_t)length;
    return STATUS_OK;
}

/* Unicode's White_Space, which is \s to the tokenizer; the categories Z* miss the tab. */
static bool is_white_space(int32_t c)
{
    return (c >= 0x09 && c <= 0x0D) || c == 0x20 || c == 0x85 || c == 0xA0 || c == 0x1680 ||
           (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F ||
           c == 0x205F || c == 0x3000;
}

TextClass text_class(int32_t code_point)
{
    if (code_point < 0) {
        return TEXT_OTHER;
    }
    if (is_white_space(code_point)) {
        return TEXT_SPACE;
    }
    const utf8proc_category_t category = utf8proc_category(code_point);
    if (category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO) {
        return TEXT_LETTER;
    }
    if (category >= UTF8PROC_CATEGORY_ND && category <= UTF8PROC_CATEGORY_NO) {
        return TEXT_NUMBER;
    }
    return TEXT_OTHER;
}

int text_code_point_columns(int32_t code_point)
{
    if (code_point < 0) {
        return 1; /* an invalid byte is shown as one '?' */
    }
    return utf8proc_charwidth(code_point);
}

int text_columns(const char *text)
{
    size_t left = strlen(text);
    int columns = 0;
    while (left > 0) {
        int32_t code_point = -1;
        const size_t length = text_decode(text, left, &code_point);
        columns += text_code_point_columns(code_point);
        text += length;
        left -= length;
    }
    return columns;
}

/* What could move the cursor, start an escape sequence, break the line or turn a row's direction;
 * an invalid byte (-1) too. */
static bool is_unsafe(int32_t c)
{
    return c < 0x20 || (c >= 0x7F && c <= 0x9F) || c == 0x061C || c == 0x200E || c == 0x200F ||
           (c >= 0x2028 && c <= 0x202E) || (c >= 0x2066 && c <= 0x206F);
}

void text_clean(const char *source, char *out, size_t out_bytes, int max_columns)
{
    size_t left = strlen(source);
    size_t used = 0;
    int columns = 0;
    while (left > 0) {
        int32_t code_point = -1;
        const size_t length = text_decode(source, left, &code_point);
        const bool is_replaced = is_unsafe(code_point);
        const char *const piece = is_replaced ? "?" : source;
        const size_t piece_bytes = is_replaced ? 1 : length;
        const int width = is_replaced ? 1 : text_code_point_columns(code_point);
        if (piece_bytes > out_bytes - 1 - used || width > max_columns - columns) {
            break;
        }
        memcpy(out + used, piece, piece_bytes);
        used += piece_bytes;
        columns += width;
        source += length;
        left -= length;
    }
    out[used] = '\0';
}

void text_skip_mark(char *line, int line_number)
{
    static const char MARK[] = "\xEF\xBB\xBF";
    if (line_number == 1 && strncmp(line, MARK, sizeof MARK - 1) == 0) {
        memmove(line, line + sizeof MARK - 1, strlen(line + sizeof MARK - 1) + 1);
    }
}

void text_duration(double seconds, char *out, size_t out_bytes)
{
    if (!(seconds >= 0.0 && seconds < 1e12)) { /* NaN too: an estimate may not exist yet */
        (void)snprintf(out, out_bytes, "-:--");
        return;
    }
    const uint64_t whole = (uint64_t)seconds;
    const unsigned minutes = (unsigned)(whole / 60 % 60);
    const unsigned rest = (unsigned)(whole % 60);
    const unsigned long long hours = whole / 3600;
    if (hours > 0) {
        (void)snprintf(out, out_bytes, "%llu:%02u:%02u", hours, minutes, rest);
    } else {
        (void)snprintf(out, out_bytes, "%u:%02u", minutes, rest);
    }
}

/* Cut "12.300" to "12.3" and "12.000" to "12". */
static void drop_trailing_zeros(char *digits)
{
    if (strchr(digits, '.') == NULL) {
        return;
    }
    size_t length = strlen(digits);
    while (digits[length - 1] == '0') {
        length--;
    }
    if (digits[length - 1] == '.') {
        length--;
    }
    digits[length] = '\0';
}

/* Copy "-1240.5" to "-1,240.5". */
static void group_thousands(const char *digits, char *out, size_t out_bytes)
{
    const size_t sign = digits[0] == '-' ? 1 : 0;
    const size_t whole = sign + strspn(digits + sign, "0123456789");
    size_t used = 0;
    for (size_t i = 0; digits[i] != '\0' && used + 2 < out_bytes; i++) {
        if (i > sign && i < whole && (whole - i) % 3 == 0) {
            out[used++] = ',';
        }
        out[used++] = digits[i];
    }
    out[used] = '\0';
}

void text_number(double value, int digits, char *out, size_t out_bytes)
{
    enum { GROUPED_BELOW_POWER = 9, ROOM = 64 };
    if (!isfinite(value) || value == 0.0) {
        const char *const sign = isinf(value) && value < 0.0 ? "-" : "";
        const char *const word = isnan(value) ? "nan" : isinf(value) ? "inf" : "0";
        (void)snprintf(out, out_bytes, "%s%s", sign, word);
        return;
    }
    const int kept = digits < 1 ? 1 : digits > 17 ? 17 : digits;
    char plain[ROOM];
    /* Rounded first: 999.7 in three digits is 1,000, one power of ten further up. */
    (void)snprintf(plain, sizeof plain, "%.*e", kept - 1, value);
    const double rounded = strtod(plain, NULL);
    const char *const exponent = strchr(plain, 'e');
    const int power = exponent == NULL ? 0 : (int)strtol(exponent + 1, NULL, 10);
    if (power < -4 || (power >= GROUPED_BELOW_POWER && power >= kept)) {
        (void)snprintf(out, out_bytes, "%.*g", kept, value);
        return;
    }
    const int decimals = kept - 1 > power ? kept - 1 - power : 0;
    (void)snprintf(plain, sizeof plain, "%.*f", decimals, rounded);
    drop_trailing_zeros(plain);
    char grouped[ROOM];
    group_thousands(plain, grouped, sizeof grouped);
    (void)snprintf(out, out_bytes, "%s", grouped);
}

bool text_parse_double(const char *text, double *out)
{
    /* strtod alone would take leading blanks, hexadecimal, "nan" and "infinity" as well. */
    if (text[0] == '\0' || text[strspn(text, "0123456789+-.eE")] != '\0') {
        return false;
    }
    char *end = NULL;
    const double value = strtod(text, &end);
    if (end == text || *end != '\0' || !isfinite(value)) {
        return false;
    }
    *out = value;
    return true;
}

bool text_parse_u64(const char *text, uint64_t *out)
{
    /* strtoull alone would take "-1" as a very large number. */
    if (text[0] == '\0' || text[strspn(text, "0123456789")] != '\0') {
        return false;
    }
    errno = 0;
    const unsigned long long value = strtoull(text, NULL, 10);
    if (errno == ERANGE) {
        return false;
    }
    *out = value;
    return true;
}

static size_t smallest(size_t a, size_t b, size_t c)
{
    const size_t ab = a < b ? a : b;
    return ab < c ? ab : c;
}

size_t text_distance(const char *a, const char *b)
{
    enum { LONGEST = 63 };
    const size_t a_length = strnlen(a, LONGEST);
    const size_t b_length = strnlen(b, LONGEST);
    size_t row[LONGEST + 1]; /* row[j]: from the bytes of `a` so far to the first j bytes of `b` */
    for (size_t j = 0; j <= b_length; j++) {
        row[j] = j;
    }
    for (size_t i = 1; i <= a_length; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b_length; j++) {
            const size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = smallest(row[j] + 1, row[j - 1] + 1, replaced);
        }
    }
    return row[b_length];
}
