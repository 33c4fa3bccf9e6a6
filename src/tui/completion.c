#include "tui/completion.h"

#include <stdio.h>
#include <string.h>

Completion completion_begin(const char *typed, CommandCompletion *out)
{
    *out = (CommandCompletion){0};
    return (Completion){.typed = typed, .out = out};
}

void completion_offer(Completion *completion, const char *candidate)
{
    const size_t typed = strlen(completion->typed);
    CommandCompletion *out = completion->out;
    if (strncmp(candidate, completion->typed, typed) != 0) {
        return;
    }
    if (out->count == 0) {
        snprintf(completion->common, sizeof completion->common, "%s", candidate);
    }
    size_t same = 0;
    while (completion->common[same] != '\0' && completion->common[same] == candidate[same]) {
        same++;
    }
    completion->common[same] = '\0';
    out->count++;
    const size_t used = strlen(out->choices);
    const char *shown = candidate + (typed >= completion->hidden ? completion->hidden : 0);
    if (used + strlen(shown) + 2 <= sizeof out->choices) {
        snprintf(out->choices + used, sizeof out->choices - used, "%s%s", used > 0 ? " " : "",
                 shown);
    }
}

void completion_finish(Completion *completion)
{
    CommandCompletion *out = completion->out;
    if (out->count == 0) {
        return;
    }
    const bool is_finished = out->count == 1 && completion->is_word;
    snprintf(out->insert, sizeof out->insert, "%s%s",
             completion->common + strlen(completion->typed), is_finished ? " " : "");
}
