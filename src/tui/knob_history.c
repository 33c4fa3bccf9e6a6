#include "tui/knob_history.h"

#include <string.h>

void knob_history_add(KnobHistory *history, KnobChange change)
{
    history->count = history->done;
    if (history->count == KNOB_HISTORY_CHANGES) {
        memmove(history->changes, history->changes + 1,
                (KNOB_HISTORY_CHANGES - 1) * sizeof *history->changes);
        history->count--;
    }
    history->changes[history->count] = change;
    history->count++;
    history->done = history->count;
}

size_t knob_history_undo(KnobHistory *history, size_t *first)
{
    if (history->done == 0) {
        return 0;
    }
    const size_t end = history->done;
    const uint64_t command = history->changes[end - 1].command;
    while (history->done > 0 && history->changes[history->done - 1].command == command) {
        history->done--;
    }
    *first = history->done;
    return end - history->done;
}

size_t knob_history_redo(KnobHistory *history, size_t *first)
{
    if (history->done == history->count) {
        return 0;
    }
    *first = history->done;
    const uint64_t command = history->changes[*first].command;
    while (history->done < history->count && history->changes[history->done].command == command) {
        history->done++;
    }
    return history->done - *first;
}

void knob_history_forget_lane(KnobHistory *history, uint32_t lane)
{
    size_t kept = 0;
    size_t kept_done = 0;
    for (size_t i = 0; i < history->count; i++) {
        if (history->changes[i].lane != lane) {
            kept_done += i < history->done ? 1 : 0;
            history->changes[kept++] = history->changes[i];
        }
    }
    history->count = kept;
    history->done = kept_done;
}
