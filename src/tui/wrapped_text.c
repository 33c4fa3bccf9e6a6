#include "tui/wrapped_text.h"

#include <stdint.h>
#include <string.h>

#include "base/text.h"

size_t wrapped_text_line(const char *text, int columns, const char **next)
{
    const size_t size = strcspn(text, "\n");
    size_t end = 0;
    size_t last_space = 0; /* of those that can end the line; 0 = none */
    int used = 0;
    while (end < size) {
        int32_t code_point = 0;
        const size_t bytes = text_decode(text + end, size - end, &code_point);
        used += code_point < 0 ? 1 : text_code_point_columns(code_point);
        if (text[end] == ' ' && end > 0) {
            last_space = end;
        }
        if (used > columns && end > 0) {
            break;
        }
        end += bytes;
    }
    if (end == size) {
        *next = text + size + (text[size] == '\n' ? 1 : 0);
        return size;
    }
    const size_t length = last_space > 0 ? last_space : end;
    *next = text + length + strspn(text + length, " ");
    return length;
}
