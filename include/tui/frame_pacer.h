/* tui/frame_pacer.h -- when the next frame may be sent: not before its time, nor before the terminal has taken the last one. */
#ifndef TUI_FRAME_PACER_H
#define TUI_FRAME_PACER_H

#include <stdbool.h>
#include <stddef.h>

enum { FRAME_PACER_LEVELS = 3 };

typedef enum FramePacerTerminal {
    FRAME_PACER_UNKNOWN, /* it was asked for the first time and has not answered yet: no frame waits for it */
    FRAME_PACER_ANSWERS,
    FRAME_PACER_SILENT /* it never answered; it is not asked again, but is believed should it answer after all */
} FramePacerTerminal;

/* With each frame goes a question (DSR, ESC [ 5 n) which the terminal answers (ESC [ 0 n) when it comes to it. Not asked again while one is open. */
typedef struct FramePacer {
    FramePacerTerminal terminal;
    int first_level; /* 0: 10 frames a second, 1: 5, 2: 2 */
    int level;       /* never below first_level */
    bool is_asking;
    double asked_seconds;
    double last_frame_seconds;
    double last_key_seconds; /* when a frame last answered a key */
    double paid_seconds;     /* when the bytes sent so far have had their time */
    bool has_sent;
    bool is_told_slow; /* the open question was counted as slow already */
    int slow_answers;  /* in a row */
    int quick_answers;
    double round_trip_seconds; /* smoothed; 0 = not known */
} FramePacer;

/* Frames a second: 10, 5 (over a network) or 2 (asked for); others become the nearest below. */
void frame_pacer_init(FramePacer *pacer, int frames_a_second);

/* Seconds until a frame may be sent; 0 = now. Large frames make the next one wait, so that over the seconds no more is sent than 20, 5 or 1.5 KB
 * a second (by the frames a second), but not for longer than two. is_urgent: it answers a key, and goes out at once: it waits only until a thirtieth
 * of a second after the last one that did (a key held down), and a tenth for the terminal's answer. */
double frame_pacer_delay(FramePacer *pacer, double now, bool is_urgent);

/* The question is to go with the next frame. */
bool frame_pacer_asks(const FramePacer *pacer);

/* A frame was drawn, and `sent_bytes` of it sent (with the question, if frame_pacer_asks); 0 = nothing of it was new. is_urgent: in answer to a key. */
void frame_pacer_drawn(FramePacer *pacer, double now, size_t sent_bytes, bool is_urgent);

/* A question is open. */
bool frame_pacer_is_waiting(const FramePacer *pacer);

/* The terminal has answered. */
void frame_pacer_answer(FramePacer *pacer, double now);

int frame_pacer_frames_a_second(const FramePacer *pacer);

/* Fewer frames are sent than could be, because the link is slow. */
bool frame_pacer_is_stepped_down(const FramePacer *pacer);

#endif
