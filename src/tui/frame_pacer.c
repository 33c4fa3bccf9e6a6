#include "tui/frame_pacer.h"

static const int FRAMES_A_SECOND[FRAME_PACER_LEVELS] = {10, 5, 2};

/* Each level's share of a thin link. */
static const double BYTES_A_SECOND[FRAME_PACER_LEVELS] = {20480.0, 5120.0, 1536.0};
static const double PAYING_SECONDS_MAX = 2.0; /* a whole screen must not freeze it for longer */

static const double SLOW_SECONDS = 0.2; /* an answer that takes longer: too much is on its way */
static const double QUICK_SECONDS = 0.1;
static const double ANSWER_SECONDS = 0.5; /* then the next frame goes out without it */
static const double FIRST_ANSWER_SECONDS =
    3.0;                                 /* then the terminal is one of those that never answer */
static const double LOST_SECONDS = 10.0; /* then the answer was lost on the way */
static const double URGENT_SECONDS = 1.0 / 30.0; /* a key held down repeats about as often */
static const double URGENT_ANSWER_SECONDS = 0.1;
static const double OLD_SHARE = 0.75; /* of the round trip's smoothed value in the next one */

enum { SLOW_ANSWERS = 3, QUICK_ANSWERS = 20 };

void frame_pacer_init(FramePacer *pacer, int frames_a_second)
{
    *pacer = (FramePacer){.last_key_seconds = -URGENT_SECONDS};
    while (pacer->level + 1 < FRAME_PACER_LEVELS &&
           FRAMES_A_SECOND[pacer->level] > frames_a_second) {
        pacer->level++;
    }
    pacer->first_level = pacer->level;
}

static void count_slow(FramePacer *pacer)
{
    pacer->quick_answers = 0;
    pacer->slow_answers++;
    if (pacer->slow_answers >= SLOW_ANSWERS && pacer->level + 1 < FRAME_PACER_LEVELS) {
        pacer->level++;
        pacer->slow_answers = 0;
    }
}

static void count_quick(FramePacer *pacer)
{
    pacer->slow_answers = 0;
    pacer->quick_answers++;
    if (pacer->quick_answers >= QUICK_ANSWERS && pacer->level > pacer->first_level) {
        pacer->level--;
        pacer->quick_answers = 0;
    }
}

/* A question that has waited too long. */
static void look_at_question(FramePacer *pacer, double now)
{
    const double waited = now - pacer->asked_seconds;
    if (!pacer->is_asking) {
        return;
    }
    if (pacer->terminal == FRAME_PACER_UNKNOWN && waited >= FIRST_ANSWER_SECONDS) {
        pacer->terminal = FRAME_PACER_SILENT;
        pacer->is_asking = false;
    } else if (pacer->terminal == FRAME_PACER_ANSWERS && waited >= ANSWER_SECONDS &&
               !pacer->is_told_slow) {
        pacer->is_told_slow = true;
        count_slow(pacer);
    }
    if (pacer->terminal == FRAME_PACER_ANSWERS && waited >= LOST_SECONDS) {
        pacer->is_asking = false;
    }
}

double frame_pacer_delay(FramePacer *pacer, double now, bool is_urgent)
{
    look_at_question(pacer, now);
    if (!pacer->has_sent) {
        return 0.0;
    }
    /* A key does not wait for a frame that the race happened to send just before. */
    double due = is_urgent ? pacer->last_key_seconds + URGENT_SECONDS
                           : pacer->last_frame_seconds + 1.0 / FRAMES_A_SECOND[pacer->level];
    if (!is_urgent && pacer->paid_seconds > due) {
        due = pacer->paid_seconds;
    }
    if (pacer->is_asking && pacer->terminal == FRAME_PACER_ANSWERS) {
        const double answered =
            pacer->asked_seconds + (is_urgent ? URGENT_ANSWER_SECONDS : ANSWER_SECONDS);
        due = answered > due ? answered : due;
    }
    return due > now ? due - now : 0.0;
}

bool frame_pacer_asks(const FramePacer *pacer)
{
    return !pacer->is_asking && pacer->terminal != FRAME_PACER_SILENT;
}

void frame_pacer_drawn(FramePacer *pacer, double now, size_t sent_bytes, bool is_urgent)
{
    const double begun = pacer->paid_seconds > now ? pacer->paid_seconds : now;
    const double paid = begun + (double)sent_bytes / BYTES_A_SECOND[pacer->level];
    pacer->paid_seconds = paid < now + PAYING_SECONDS_MAX ? paid : now + PAYING_SECONDS_MAX;
    pacer->has_sent = true;
    pacer->last_frame_seconds = now;
    pacer->last_key_seconds = is_urgent ? now : pacer->last_key_seconds;
    if (sent_bytes > 0 && frame_pacer_asks(pacer)) {
        pacer->is_asking = true;
        pacer->is_told_slow = false;
        pacer->asked_seconds = now;
    }
}

bool frame_pacer_is_waiting(const FramePacer *pacer)
{
    return pacer->is_asking;
}

void frame_pacer_answer(FramePacer *pacer, double now)
{
    pacer->terminal = FRAME_PACER_ANSWERS;
    if (!pacer->is_asking) {
        return; /* to a question that was given up */
    }
    const double took = now - pacer->asked_seconds;
    pacer->is_asking = false;
    pacer->round_trip_seconds =
        pacer->round_trip_seconds > 0.0
            ? OLD_SHARE * pacer->round_trip_seconds + (1.0 - OLD_SHARE) * took
            : took;
    if (took > SLOW_SECONDS && !pacer->is_told_slow) {
        count_slow(pacer);
    } else if (took <= QUICK_SECONDS) {
        count_quick(pacer);
    }
}

int frame_pacer_frames_a_second(const FramePacer *pacer)
{
    return FRAMES_A_SECOND[pacer->level];
}

bool frame_pacer_is_stepped_down(const FramePacer *pacer)
{
    return pacer->level > pacer->first_level;
}
