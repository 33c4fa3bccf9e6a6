/* tui/knob_words.h -- knobs and their values as people type them. */
#ifndef TUI_KNOB_WORDS_H
#define TUI_KNOB_WORDS_H

#include <stdbool.h>

#include "base/problem.h"
#include "records/knob.h"

/* True and *knob set if `key` is a knob's key or its symbol. */
bool knob_words_find(const char *key, KnobId *knob);

/* "no knob ...; did you mean ...?": STATUS_BAD_VALUE. */
Status knob_words_refuse_key(const char *key, Problem *problem);

/* A value that may stand between the knob's minimum and `maximum`; `owner` (a method's id) is named where it takes fewer choices than
 * the knob has. STATUS_BAD_VALUE says what is taken. */
Status knob_words_check(KnobId knob, double maximum, const char *owner, double value,
                        Problem *problem);

/* Read a number, or a choice by its word, and check it. On failure *value is untouched. */
Status knob_words_read(KnobId knob, double maximum, const char *owner, const char *text,
                       double *value, Problem *problem);

#endif
