#include "tui/link_meter.h"

#include <math.h>
#include <stdio.h>

#include "base/text.h"

/* Empty the seconds that have passed since the last call. */
static void move_on(LinkMeter *meter, double now)
{
    const double second = floor(now);
    if (!meter->has_begun) {
        meter->has_begun = 1;
        meter->first_seconds = now;
        meter->second = second;
    }
    for (int i = 0; i <= LINK_METER_SECONDS && meter->second < second; i++) {
        meter->second += 1.0;
        meter->bytes[(size_t)fmod(meter->second, LINK_METER_SECONDS + 1.0)] = 0.0;
    }
    meter->second = second;
}

void link_meter_add(LinkMeter *meter, double now, size_t bytes)
{
    move_on(meter, now);
    meter->bytes[(size_t)fmod(meter->second, LINK_METER_SECONDS + 1.0)] += (double)bytes;
}

double link_meter_rate(const LinkMeter *meter, double now)
{
    LinkMeter present = *meter;
    double sum = 0.0;
    move_on(&present, now);
    for (int i = 0; i <= LINK_METER_SECONDS; i++) {
        sum += present.bytes[i];
    }
    const double covered = fmin(now - present.first_seconds, LINK_METER_SECONDS + now - floor(now));
    return sum / fmax(covered, 1.0);
}

void link_meter_text(const LinkMeter *meter, const FramePacer *pacer, double now,
                     char out[LINK_METER_TEXT_BYTES])
{
    char rate[16];
    char round_trip[24] = "";
    text_number(link_meter_rate(meter, now) / 1000.0, 2, rate, sizeof rate);
    if (pacer->round_trip_seconds > 0.0) {
        char number[16];
        text_number(fmax(1.0, round(1000.0 * pacer->round_trip_seconds)), 2, number, sizeof number);
        snprintf(round_trip, sizeof round_trip, "%s ms ", number);
    }
    snprintf(out, LINK_METER_TEXT_BYTES, "%s kB/s %s%s%d fps", rate, round_trip,
             frame_pacer_is_stepped_down(pacer) ? "slow link: " : "",
             frame_pacer_frames_a_second(pacer));
}
