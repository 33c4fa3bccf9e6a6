#include "tui/key_decoder.h"

#include <stdlib.h>
#include <string.h>

static const double ESCAPE_SECONDS = 0.1; /* an answer may come in two packets */
static const double SEQUENCE_SECONDS =
    0.5; /* the rest of a sequence that is not there by then was lost */

enum { MOUSE_BUTTONS = 3, MOUSE_MOVED = 32, MOUSE_WHEEL = 64, MOUSE_NUMBER_MAX = 99999 };

static void queue_input(KeyDecoder *decoder, UiInput input)
{
    if (decoder->queued < KEY_DECODER_QUEUE) {
        decoder->queue[decoder->queued++] = input;
    }
}

static void queue_key(KeyDecoder *decoder, UiKey key)
{
    queue_input(decoder, (UiInput){.key = key, .is_pasted = decoder->is_pasting});
}

/* Keys that a terminal sends in another mode than its description says. */
static UiKey key_of_final(char final)
{
    switch (final) {
    case 'A':
        return UI_KEY_UP;
    case 'B':
        return UI_KEY_DOWN;
    case 'C':
        return UI_KEY_RIGHT;
    case 'D':
        return UI_KEY_LEFT;
    case 'H':
        return UI_KEY_HOME;
    case 'F':
        return UI_KEY_END;
    case 'Z':
        return UI_KEY_BACK_TAB;
    default:
        return UI_KEY_OTHER;
    }
}

static UiKey key_of_tilde(const char *parameter)
{
    static const struct {
        const char *parameter;
        UiKey key;
    } KEYS[] = {{"1", UI_KEY_HOME},
                {"3", UI_KEY_DELETE},
                {"4", UI_KEY_END},
                {"5", UI_KEY_PAGE_UP},
                {"6", UI_KEY_PAGE_DOWN}};
    for (size_t i = 0; i < sizeof KEYS / sizeof *KEYS; i++) {
        if (strcmp(KEYS[i].parameter, parameter) == 0) {
            return KEYS[i].key;
        }
    }
    return UI_KEY_OTHER;
}

/* ESC [ < buttons ; column ; row M (pressed) or m (let go) */
static void take_mouse(KeyDecoder *decoder, bool is_press)
{
    long numbers[3];
    const char *at = decoder->sequence + 1;
    for (size_t i = 0; i < 3; i++) {
        char *end = NULL;
        numbers[i] = strtol(at, &end, 10);
        if (end == at || *end != (i < 2 ? ';' : '\0') || numbers[i] < 0 ||
            numbers[i] > MOUSE_NUMBER_MAX) {
            return;
        }
        at = end + 1;
    }
    const int buttons = (int)numbers[0];
    const int column = (int)numbers[1];
    const int row = (int)numbers[2];
    if (row < 1 || column < 1 || (buttons & MOUSE_MOVED) != 0) {
        return;
    }
    UiMouse mouse = {.row = row - 1, .column = column - 1};
    if ((buttons & MOUSE_WHEEL) != 0) {
        if (!is_press || (buttons & MOUSE_BUTTONS) > 1) {
            return;
        }
        mouse.kind = (buttons & MOUSE_BUTTONS) == 0 ? UI_MOUSE_WHEEL_UP : UI_MOUSE_WHEEL_DOWN;
    } else {
        mouse.kind = is_press ? UI_MOUSE_PRESS : UI_MOUSE_RELEASE;
    }
    queue_input(decoder, (UiInput){.key = UI_KEY_MOUSE, .mouse = mouse});
}

static void take_sequence(KeyDecoder *decoder, char final)
{
    const char *parameters = decoder->sequence;
    if (final == 'n' && strcmp(parameters, "0") == 0) {
        decoder->answers++;
    } else if (parameters[0] == '<' && (final == 'M' || final == 'm')) {
        take_mouse(decoder, final == 'M');
    } else if (final == '~' && strcmp(parameters, "200") == 0) {
        decoder->is_pasting = true;
    } else if (final == '~' && strcmp(parameters, "201") == 0) {
        decoder->is_pasting = false;
    } else if (final == '~') {
        queue_key(decoder, key_of_tilde(parameters));
    } else if (parameters[0] == '\0') {
        queue_key(decoder, key_of_final(final));
    }
    /* Any other answer or modified key means nothing here. */
}

static void begin_sequence(KeyDecoder *decoder)
{
    decoder->state = KEY_DECODER_SEQUENCE;
    decoder->used = 0;
    decoder->sequence[0] = '\0';
}

/* False if `key` cannot be part of a sequence: it is then one of its own. */
static bool continue_sequence(KeyDecoder *decoder, UiKey key)
{
    if (key >= 0x40 && key <= 0x7E) {
        decoder->state = KEY_DECODER_GROUND;
        take_sequence(decoder, (char)key);
        return true;
    }
    if (key < 0x20 || key > 0x3F || decoder->used + 1 >= KEY_DECODER_SEQUENCE_BYTES) {
        decoder->state = KEY_DECODER_GROUND;
        return false;
    }
    decoder->sequence[decoder->used++] = (char)key;
    decoder->sequence[decoder->used] = '\0';
    return true;
}

void key_decoder_put(KeyDecoder *decoder, UiKey key, double now)
{
    decoder->last_seconds = now;
    if (decoder->state == KEY_DECODER_SEQUENCE && continue_sequence(decoder, key)) {
        return;
    }
    if (decoder->state == KEY_DECODER_SHIFT) {
        decoder->state = KEY_DECODER_GROUND;
        if (key >= 'A' && key <= 'Z') {
            queue_key(decoder, key_of_final((char)key));
            return;
        }
    }
    if (decoder->state == KEY_DECODER_ESCAPE) {
        if (key == '[') {
            begin_sequence(decoder);
            return;
        }
        if (key == 'O') {
            decoder->state = KEY_DECODER_SHIFT;
            return;
        }
        decoder->state = KEY_DECODER_GROUND;
        queue_key(decoder, UI_KEY_ESCAPE);
    }
    if (key == UI_KEY_ESCAPE) {
        decoder->state = KEY_DECODER_ESCAPE;
    } else {
        queue_key(decoder, key);
    }
}

/* Of what is held back; 0 = nothing is waited for. */
static double patience(const KeyDecoder *decoder)
{
    switch (decoder->state) {
    case KEY_DECODER_GROUND:
        return 0.0;
    case KEY_DECODER_ESCAPE:
        return decoder->expects_answer ? ESCAPE_SECONDS : 0.0;
    case KEY_DECODER_SEQUENCE:
    case KEY_DECODER_SHIFT:
        return SEQUENCE_SECONDS;
    }
    return 0.0;
}

bool key_decoder_next(KeyDecoder *decoder, double now, bool is_idle, UiInput *out)
{
    if (decoder->queued == 0 && is_idle && decoder->state != KEY_DECODER_GROUND &&
        now - decoder->last_seconds >= patience(decoder)) {
        if (decoder->state == KEY_DECODER_ESCAPE) {
            queue_key(decoder, UI_KEY_ESCAPE);
        }
        decoder->state = KEY_DECODER_GROUND;
    }
    if (decoder->queued == 0) {
        return false;
    }
    *out = decoder->queue[0];
    decoder->queued--;
    memmove(decoder->queue, decoder->queue + 1, decoder->queued * sizeof *decoder->queue);
    return true;
}

double key_decoder_wait_seconds(const KeyDecoder *decoder, double now)
{
    if (decoder->state == KEY_DECODER_GROUND) {
        return -1.0;
    }
    const double left = patience(decoder) - (now - decoder->last_seconds);
    return left > 0.0 ? left : 0.0;
}
