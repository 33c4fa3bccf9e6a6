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

/* The notch 0.5, round which the ladder is mirrored: 1 - 0.2 lies as far above it as 0.2 below. */
enum { HALF = -1 };

/* Notch `index` of the ladder: 1, 2, 5, 10 ... for 0, 1, 2, 3 ..., and 0.5, 0.2 ... for -1, -2 ... */
static double ladder_notch(const KnobInfo *knob, int index)
{
    static const double mantissas[3] = {1.0, 2.0, 5.0};
    const bool is_mirrored = index > HALF && knob->last_notch > 0.5 && knob->last_notch < 1.0;
    const int rungs = 3 * LADDER_EXPONENT_LIMIT + (is_mirrored ? 2 * HALF - index : index);
    const int exponent = rungs / 3 - LADDER_EXPONENT_LIMIT;
    const double mantissa = mantissas[rungs % 3];
    double power = 1.0;
    for (int i = 0; i < abs(exponent); i++) {
        power *= 10.0;
    }
    if (is_mirrored) {
        return (power - mantissa) / power;
    }
    return exponent < 0 ? mantissa / power : mantissa * power;
}

/* The mirror image of the last must not lie below the first. */
enum { FIRST_RUNG = -3 * LADDER_EXPONENT_LIMIT, LAST_RUNG = 2 * HALF - FIRST_RUNG };

static double notch_above(const KnobInfo *knob, double value)
{
    for (int rung = FIRST_RUNG; rung <= LAST_RUNG; rung++) {
        const double notch = ladder_notch(knob, rung);
        const bool is_usual = notch >= knob->first_notch && notch <= knob->last_notch;
        if (is_usual && notch > value * (1.0 + ON_NOTCH)) {
            return notch;
        }
    }
    return value;
}

static double notch_below(const KnobInfo *knob, double value)
{
    for (int rung = LAST_RUNG; rung >= FIRST_RUNG; rung--) {
        const double notch = ladder_notch(knob, rung);
        const bool is_usual = notch >= knob->first_notch && notch <= knob->last_notch;
        if (is_usual && notch < value * (1.0 - ON_NOTCH)) {
            return notch;
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
