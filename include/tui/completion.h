/* tui/completion.h -- candidates for the end of a line, gathered one by one. */
#ifndef TUI_COMPLETION_H
#define TUI_COMPLETION_H

#include <stdbool.h>
#include <stddef.h>

enum { COMMAND_CHOICES_BYTES = 512, COMPLETION_COMMON_BYTES = 128 };

/* What Tab may put at the end of a line. */
typedef struct CommandCompletion {
    char
        insert[COMPLETION_COMMON_BYTES]; /* what all candidates agree on, to be put in; may be "" */
    size_t count;                        /* candidates */
    /* all of them between spaces, as far as they fit, without their hidden part */
    char choices[COMMAND_CHOICES_BYTES];
} CommandCompletion;

/* Candidates that begin with what is typed are kept. */
typedef struct Completion {
    const char *typed; /* borrowed; the word at the end of the line */
    size_t hidden;     /* bytes at the start of every candidate that need not be shown */
    bool is_word;      /* a single candidate is finished with a space */
    CommandCompletion *out;
    char common[COMPLETION_COMMON_BYTES];
} Completion;

/* Begin with an empty *out. */
Completion completion_begin(const char *typed, CommandCompletion *out);

void completion_offer(Completion *completion, const char *candidate);

/* Fill out->insert. */
void completion_finish(Completion *completion);

#endif
