/* base/json.h -- reading and writing JSON; the one place that knows cJSON. */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <stdbool.h>
#include <stddef.h>

#include "base/problem.h"
#include "base/status.h"

/* A parsed document, or a borrowed place within one (opaque; it is cJSON's node). */
typedef struct cJSON Json;

enum { JSON_FILE_BYTES_MAX = 256 * 1024 * 1024 };

/* Read a whole file into a NUL-ended heap block that the caller frees.
 * STATUS_FILE_UNREADABLE (missing, not a file, larger than max_bytes), STATUS_OUT_OF_MEMORY; the problem names the path. */
Status json_read_text(const char *path, size_t max_bytes, char **text, size_t *size,
                      Problem *problem);

/* Parse text[0..size) (need not be NUL-ended). STATUS_BAD_FORMAT names `source_name`, line and column; a repeated key
 * in one object and bytes after the document are errors too, nesting is limited to 200. The caller calls json_destroy. */
Status json_parse(const char *text, size_t size, const char *source_name, Json **out,
                  Problem *problem);
/* The same for a document that begins on that line (from 1) of its file, as in JSON Lines: the problem names the file's line. */
Status json_parse_line(const char *text, size_t size, const char *source_name, size_t line,
                       Json **out, Problem *problem);
void json_destroy(Json *json);

/* The 1-based line on which the value at `path` ("lanes.2.rho": keys, and indices in arrays) stands in `text`;
 * 0 if there is none. For error messages: cJSON keeps no positions. */
size_t json_line_of(const char *text, size_t size, const char *path);

bool json_is_object(const Json *json);
bool json_is_array(const Json *json);
bool json_is_string(const Json *json);
bool json_is_number(const Json *json);
bool json_is_bool(const Json *json);

/* Borrowed; NULL if absent. Keys are compared exactly. */
const Json *json_member(const Json *object, const char *key);
const Json *
json_first(const Json *container); /* first child of an array or object, NULL if empty */
const Json *json_next(const Json *child);
const char *json_key(const Json *child); /* the child's key in its object; "" in an array */
size_t json_count(const Json *container);
const char *json_string(const Json *json); /* "" unless a string */
double json_number(const Json *json);      /* NaN unless a number */
bool json_truth(const Json *json);

/* Building: each creator hands back a node for the caller to attach or destroy, NULL when out of memory;
 * json_add_* attach to an object and return false when out of memory (the document is then incomplete). */
Json *json_new_object(void);
Json *json_new_array(void);
bool json_add(Json *object, const char *key,
              Json *value); /* takes `value`, also on failure; NULL value = failure */
/* Put a copy of `value` in the place of the member `key`. false: there is no such member, or no memory for the copy. */
bool json_replace(Json *object, const char *key, const Json *value);
bool json_append(Json *array, Json *value); /* the same for an array */
Json *json_new_number(double value);        /* NaN and infinities become null */
Json *json_new_string(const char *value);
bool json_add_number(Json *object, const char *key, double value);
bool json_add_string(Json *object, const char *key, const char *value);
bool json_add_bool(Json *object, const char *key, bool value);

/* The document as heap text that the caller frees; indented, or on one line. NULL when out of memory. */
char *json_print(const Json *json, bool is_indented);

#endif
