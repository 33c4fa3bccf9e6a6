/* tui/knob_history.h -- knob changes that can be undone and made again. */
#ifndef TUI_KNOB_HISTORY_H
#define TUI_KNOB_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "records/knob.h"

enum { KNOB_HISTORY_CHANGES = 256 };

/* Ids of commands sent by undo and redo carry this bit: their answers are not changes of their own. */
static const uint64_t KNOB_HISTORY_UNDO_BIT = (uint64_t)1 << 62;

/* One lane's knob, as the race applied it. Changes of one command (all lanes at once) belong together. */
typedef struct KnobChange {
    uint64_t command;
    uint32_t lane; /* never LANE_ALL */
    KnobId knob;
    double old_value;
    double value;
} KnobChange;

/* `{0}` is an empty history. changes[0..done) can be undone, changes[done..count) made again. */
typedef struct KnobHistory {
    KnobChange changes[KNOB_HISTORY_CHANGES];
    size_t count;
    size_t done;
} KnobHistory;

/* Add a change; forgets what could have been made again, and the oldest change when full. */
void knob_history_add(KnobHistory *history, KnobChange change);

/* The newest group of changes that can be undone (or, redo, made again): sets *first and hands back how many lie from there; 0 = none. */
size_t knob_history_undo(KnobHistory *history, size_t *first);
size_t knob_history_redo(KnobHistory *history, size_t *first);

/* The lane left the race: its changes can neither be undone nor made again. */
void knob_history_forget_lane(KnobHistory *history, uint32_t lane);

#endif
