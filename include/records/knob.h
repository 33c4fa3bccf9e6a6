/* records/knob.h -- the quantities a user can turn, named once for files, screen and methods. */
#ifndef RECORDS_KNOB_H
#define RECORDS_KNOB_H

#include <stdbool.h>
#include <stddef.h>

/* X(id, key, symbol, unit, minimum, maximum, first_notch, last_notch, meaning)
 * key: as in files and `:set lanes.NAME.key=...`; minimum..maximum: what is accepted at all;
 * first_notch..last_notch: the usual range that `[` and `]` walk on the 1-2-5 ladder (0 stands below the first notch where allowed). */
#define KNOB_TABLE(X)                                                                              \
    X(KNOB_LEARNING_RATE, "learning_rate", "lr", "", 0.0, 1e6, 1e-6, 1e-1,                         \
      "peak learning rate; the schedule multiplies it")                                            \
    X(KNOB_WEIGHT_DECAY, "weight_decay", "wd", "", 0.0, 1.0, 1e-4, 1e-1,                           \
      "decoupled weight decay, outside the ascent")                                                \
    X(KNOB_RHO, "rho", "rho", "L2", 0.0, 1e6, 1e-3, 1e1,                                           \
      "SAM: radius of the perturbation; TRAM: cap of the divergence d (0 = no cap)")               \
    X(KNOB_SCALE, "scale", "s", "1/nat", 0.0, 1e12, 1.0, 1e6,                                      \
      "trust-region scale s: radius d = s * KL; s = 1 is the paper's expectation, tiny here (d "   \
      "about 1e-4)")

#define KNOB_ENUMERATOR(id, key, symbol, unit, minimum, maximum, first, last, meaning) id,
typedef enum KnobId { KNOB_TABLE(KNOB_ENUMERATOR) KNOB_COUNT } KnobId;
#undef KNOB_ENUMERATOR

typedef struct KnobInfo {
    const char *key;
    const char *symbol;
    const char *unit;
    double minimum;
    double maximum;
    double first_notch;
    double last_notch;
    const char *meaning;
} KnobInfo;

/* Static storage; id < KNOB_COUNT. ANY THREAD. */
const KnobInfo *knob_info(KnobId id);

/* True and *out set if `key` is a knob's key. */
bool knob_from_key(const char *key, KnobId *out);

/* The next notch of the 1-2-5 ladder above or below `value` (direction +1 or -1), within the usual range; 0 lies below the first
 * notch where 0 is allowed. Values between notches go to the nearest notch in that direction. */
double knob_notch(KnobId id, double value, int direction);

#endif
