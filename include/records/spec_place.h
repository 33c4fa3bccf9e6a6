/* records/spec_place.h -- where in an experiment a complaint points: file, line and key. */
#ifndef RECORDS_SPEC_PLACE_H
#define RECORDS_SPEC_PLACE_H

#include <stddef.h>

#include "base/problem.h"
#include "base/status.h"

enum { SPEC_PLACE_BYTES = 192 };

/* What is being read. All pointers are borrowed. */
typedef struct SpecSource {
    const char *name;   /* the file's name; "" = no file (an assignment typed by the user) */
    const char *text;   /* the file's text, for line numbers; NULL = none */
    size_t size;        /* of text, in bytes */
    const char *folder; /* relative paths start here; "" = leave them */
    Problem *problem;   /* out; may be NULL */
} SpecSource;

/* A key within the source. A value to be passed around by copy; keys that are too long are cut. */
typedef struct SpecPlace {
    const SpecSource *source;
    char path[SPEC_PLACE_BYTES];  /* "lanes.2.rho", as json_line_of takes it */
    char shown[SPEC_PLACE_BYTES]; /* "lanes.TRAM.rho", as the user reads it */
} SpecPlace;

/* The document itself: both texts are empty. */
SpecPlace spec_place_root(const SpecSource *source);

/* The member `key` of an object, or the element `index` of an array. */
SpecPlace spec_place_member(const SpecPlace *parent, const char *key);
SpecPlace spec_place_element(const SpecPlace *parent, size_t index);

/* Show the last part of the place as `name`. */
void spec_place_rename(SpecPlace *place, const char *name);

/* The 1-based line in the source; 0 if it is not known. */
size_t spec_place_line(const SpecPlace *place);

/* Describe the problem as "file:line: key: sentence" (what is not known is left out). Returns STATUS_BAD_VALUE. */
Status spec_place_refuse(const SpecPlace *place, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
