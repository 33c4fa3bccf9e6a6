/* tui/link_meter.h -- how much goes to the terminal, and the line that tells it. */
#ifndef TUI_LINK_METER_H
#define TUI_LINK_METER_H

#include <stddef.h>

#include "tui/frame_pacer.h"

enum { LINK_METER_SECONDS = 5, LINK_METER_TEXT_BYTES = 64 };

/* Bytes of the last LINK_METER_SECONDS whole seconds and of the present one. `{0}` to begin with. */
typedef struct LinkMeter {
    double bytes[LINK_METER_SECONDS + 1];
    double second; /* the present one */
    double first_seconds;
    int has_begun;
} LinkMeter;

void link_meter_add(LinkMeter *meter, double now, size_t bytes);

/* Bytes a second over the last LINK_METER_SECONDS (at the start, over those that there were, but at least one). */
double link_meter_rate(const LinkMeter *meter, double now);

/* "4.2 kB/s 84 ms 5 fps": two digits each, so that it rarely changes; the round trip only if the terminal answers; "slow link: 2 fps" after stepping
 * down. */
void link_meter_text(const LinkMeter *meter, const FramePacer *pacer, double now,
                     char out[LINK_METER_TEXT_BYTES]);

#endif
