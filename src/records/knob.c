#include "records/knob.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define KNOB_ROW(id, key, symbol, unit, minimum, maximum, first, last, is_whole, choices, meaning) \
    [id] = {key, symbol, unit, minimum, maximum, first, last, is_whole, choices, meaning},
static const KnobInfo knob_infos[KNOB_COUNT] = {KNOB_TABLE(KNOB_ROW)};
#undef KNOB_ROW

/* The powers of ten up to 1e22 are exact in a double, so every notch is the double nearest to its
 * decimal. */
enum { LADDER_EXPONENT_LIMIT = 22 };

/* A value this close to a notch stands on it. */
static const double ON_NOTCH = 1e-9;

const KnobInfo *knob_info(KnobId id)
{
    return &knob_infos[id];
}

bool knob_from_key(const char *key, KnobId *out)
{
    for (size_t i = 0; i < KNOB_COUNT; i++) {
        if (strcmp(knob_infos[i].key, key) == 0) {
            *out = (KnobId)i;
            return true;
        }
    }
    return false;
}

static double ladder_notch(int exponent, int rung)
{
    static const double mantissas[3] = {1.0, 2.0, 5.0};
    double power = 1.0;
    for (int i = 0; i < abs(exponent); i++) {
        power *= 10.0;
    }
    return exponent < 0 ? mantissas[rung] / power : mantissas[rung] * power;
}

static double notch_above(const KnobInfo *knob, double value)
{
    for (int exponent = -LADDER_EXPONENT_LIMIT; exponent <= LADDER_EXPONENT_LIMIT; exponent++) {
        for (int rung = 0; rung < 3; rung++) {
            const double notch = ladder_notch(exponent, rung);
            const bool is_usual = notch >= knob->first_notch && notch <= knob->last_notch;
            if (is_usual && notch > value * (1.0 + ON_NOTCH)) {
                return notch;
            }
        }
    }
    return value;
}

static double notch_below(const KnobInfo *knob, double value)
{
    for (int exponent = LADDER_EXPONENT_LIMIT; exponent >= -LADDER_EXPONENT_LIMIT; exponent--) {
        for (int rung = 2; rung >= 0; rung--) {
            const double notch = ladder_notch(exponent, rung);
            const bool is_usual = notch >= knob->first_notch && notch <= knob->last_notch;
            if (is_usual && notch < value * (1.0 - ON_NOTCH)) {
                return notch;
            }
        }
    }
    const bool is_zero_allowed = knob->minimum <= 0.0;
    return is_zero_allowed && value > 0.0 ? 0.0 : value;
}

double knob_notch(KnobId id, double value, int direction)
{
    const KnobInfo *knob = &knob_infos[id];
    if (knob->choices != NULL) {
        const double next = isnan(value) ? knob->minimum : round(value) + (direction > 0 ? 1 : -1);
        return fmin(fmax(next, knob->minimum), knob->maximum);
    }
    if (isnan(value)) {
        return knob->first_notch;
    }
    return direction > 0 ? notch_above(knob, value) : notch_below(knob, value);
}

bool knob_choice_name(KnobId id, double index, char out[KNOB_CHOICE_BYTES])
{
    const char *word = knob_infos[id].choices;
    for (size_t i = 0; word != NULL; i++) {
        const size_t length = strcspn(word, "|");
        if ((double)i == index && length < KNOB_CHOICE_BYTES) {
            memcpy(out, word, length);
            out[length] = '\0';
            return true;
        }
        word = word[length] == '|' ? word + length + 1 : NULL;
    }
    return false;
}

bool knob_choice_from_name(KnobId id, const char *name, double *index)
{
    char word[KNOB_CHOICE_BYTES];
    for (size_t i = 0; knob_choice_name(id, (double)i, word); i++) {
        if (strcmp(word, name) == 0) {
            *index = (double)i;
            return true;
        }
    }
    return false;
}
