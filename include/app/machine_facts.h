/* app/machine_facts.h -- the processor and the memory, as far as they matter here. */
#ifndef APP_MACHINE_FACTS_H
#define APP_MACHINE_FACTS_H

#include <stddef.h>

enum { MACHINE_TEXT_BYTES = 128 };

typedef struct MachineFacts {
    char processor[MACHINE_TEXT_BYTES]; /* its name; "" = not told */
    char features
        [MACHINE_TEXT_BYTES]; /* those of the vector units that we use, between spaces; "" = none or not known */
    size_t processors;         /* on line */
    size_t processors_allowed; /* this process may use */
    double memory_bytes;
    double memory_available_bytes; /* 0 = not told */
} MachineFacts;

/* Reads /proc; what is not there stays "" or 0. */
void machine_facts_find(MachineFacts *facts);

/* The value of `key` ("model name", "MemTotal") in a text of lines `key : value`, without spaces around it; out is "" if it is not there. Pure. */
void machine_facts_value(const char *text, const char *key, char *out, size_t out_bytes);

#endif
