/* tui/key_decoder.h -- from what a terminal sends to keys: its answers, mouse reports and pastes are told apart from typing. */
#ifndef TUI_KEY_DECODER_H
#define TUI_KEY_DECODER_H

#include <stdbool.h>
#include <stddef.h>

#include "tui/key_map.h"

typedef enum UiMouseKind {
    UI_MOUSE_PRESS,
    UI_MOUSE_RELEASE,
    UI_MOUSE_WHEEL_UP,
    UI_MOUSE_WHEEL_DOWN
} UiMouseKind;

/* Row and column from 0. */
typedef struct UiMouse {
    UiMouseKind kind;
    int row;
    int column;
} UiMouse;

typedef struct UiInput {
    UiKey key;
    UiMouse mouse;  /* of UI_KEY_MOUSE */
    bool is_pasted; /* it was not typed: no key of it may do anything by itself */
} UiInput;

enum { KEY_DECODER_QUEUE = 4, KEY_DECODER_SEQUENCE_BYTES = 40 };

typedef enum KeyDecoderState {
    KEY_DECODER_GROUND,
    KEY_DECODER_ESCAPE,
    KEY_DECODER_SEQUENCE,
    KEY_DECODER_SHIFT
} KeyDecoderState;

/* `{0}` to begin with. */
typedef struct KeyDecoder {
    KeyDecoderState state;
    char sequence[KEY_DECODER_SEQUENCE_BYTES]; /* what follows ESC [ */
    size_t used;
    double last_seconds; /* when the last byte of an unfinished sequence came */
    bool is_pasting;
    bool
        expects_answer; /* a question is open: an ESC may be the first byte of its answer, however slow the link */
    unsigned answers; /* status reports (ESC [ 0 n) so far */
    UiInput queue[KEY_DECODER_QUEUE];
    size_t queued;
} KeyDecoder;

/* Take in one key as the terminal library gives them: a code point, a control code or one of UI_KEY_*. Call key_decoder_next until it has nothing
 * before the next one. */
void key_decoder_put(KeyDecoder *decoder, UiKey key, double now);

/* The next whole key, mouse report or pasted character; false if there is none. is_idle: nothing more can be read at the moment; a lone Esc is then a key, at once or,
 * while an answer is expected, after a tenth of a second; a sequence that never ends is dropped after half a second. */
bool key_decoder_next(KeyDecoder *decoder, double now, bool is_idle, UiInput *out);

/* Seconds until key_decoder_next may have something although nothing comes in; negative if it waits for nothing. */
double key_decoder_wait_seconds(const KeyDecoder *decoder, double now);

#endif
