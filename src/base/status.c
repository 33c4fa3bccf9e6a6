/* base/status.c -- the sentence for each status code. */
#include "base/status.h"

const char *status_sentence(Status status)
{
#define STATUS_SENTENCE(code, sentence) [code] = sentence,
    static const char *const sentences[STATUS_COUNT] = {STATUS_TABLE(STATUS_SENTENCE)};
#undef STATUS_SENTENCE
    /* Through unsigned, so that a negative number is out of range too. */
    const unsigned index = (unsigned)status;
    return index < (unsigned)STATUS_COUNT ? sentences[index] : "an unknown problem";
}
