#include "records/spec_place.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"

SpecPlace spec_place_root(const SpecSource *source)
{
    return (SpecPlace){.source = source};
}

static void append(char text[SPEC_PLACE_BYTES], const char *part)
{
    const size_t used = strlen(text);
    const int written =
        snprintf(text + used, SPEC_PLACE_BYTES - used, "%s%s", used > 0 ? "." : "", part);
    if (written < 0) {
        text[used] = '\0';
    }
}

SpecPlace spec_place_member(const SpecPlace *parent, const char *key)
{
    SpecPlace place = *parent;
    append(place.path, key);
    append(place.shown, key);
    return place;
}

SpecPlace spec_place_element(const SpecPlace *parent, size_t index)
{
    char key[24];
    if (snprintf(key, sizeof key, "%zu", index) < 0) {
        key[0] = '\0';
    }
    return spec_place_member(parent, key);
}

void spec_place_rename(SpecPlace *place, const char *name)
{
    char *last_dot = strrchr(place->shown, '.');
    *(last_dot != NULL ? last_dot : place->shown) = '\0';
    append(place->shown, name);
}

size_t spec_place_line(const SpecPlace *place)
{
    const SpecSource *source = place->source;
    if (source->text == NULL || place->path[0] == '\0') {
        return 0;
    }
    return json_line_of(source->text, source->size, place->path);
}

Status spec_place_refuse(const SpecPlace *place, const char *format, ...)
{
    char sentence[PROBLEM_TEXT_BYTES];
    va_list arguments;
    va_start(arguments, format);
    const int length = vsnprintf(sentence, sizeof sentence, format, arguments);
    va_end(arguments);
    if (length < 0) {
        sentence[0] = '\0';
    }

    Problem *problem = place->source->problem;
    const char *name = place->source->name;
    const char *shown = place->shown;
    const char *colon = shown[0] != '\0' ? ": " : "";
    const size_t line = spec_place_line(place);
    if (name[0] == '\0') {
        return problem_describe(problem, STATUS_BAD_VALUE, "%s%s%s", shown, colon, sentence);
    }
    if (line == 0) {
        return problem_describe(problem, STATUS_BAD_VALUE, "%s: %s%s%s", name, shown, colon,
                                sentence);
    }
    return problem_describe(problem, STATUS_BAD_VALUE, "%s:%zu: %s%s%s", name, line, shown, colon,
                            sentence);
}
