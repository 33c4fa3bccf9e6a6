/* tui/chart_window.c -- on a log axis the same, of logarithms. */
#include "tui/chart_window.h"

#include <math.h>

static const double NARROWEST = 1e-6;

static double to_scale(double x, bool is_log)
{
    return is_log ? log10(x) : x;
}

static double from_scale(double x, bool is_log)
{
    return is_log ? pow(10.0, x) : x;
}

PlotWindow chart_window_view(PlotWindow now, PlotWindow whole)
{
    if (!(now.high > now.low)) {
        return whole;
    }
    const double low = fmax(now.low, whole.low);
    const double high = fmin(now.high, whole.high);
    return high > low ? (PlotWindow){.low = low, .high = high} : whole;
}

double chart_window_at(PlotWindow now, PlotWindow whole, double way, bool is_log)
{
    const PlotWindow view = chart_window_view(now, whole);
    const double low = to_scale(view.low, is_log);
    return from_scale(low + way * (to_scale(view.high, is_log) - low), is_log);
}

/* In units of the scale: put a window of that width as near to `low` as the whole lets it. */
static PlotWindow place(double low, double width, PlotWindow whole, bool is_log)
{
    const double first = to_scale(whole.low, is_log);
    const double last = to_scale(whole.high, is_log);
    if (!(width < last - first)) {
        return (PlotWindow){.low = 0.0, .high = 0.0};
    }
    const double start = fmin(fmax(low, first), last - width);
    return (PlotWindow){.low = from_scale(start, is_log),
                        .high = from_scale(start + width, is_log)};
}

PlotWindow chart_window_zoom(PlotWindow now, PlotWindow whole, double centre, double factor,
                             bool is_log)
{
    const PlotWindow view = chart_window_view(now, whole);
    const double low = to_scale(view.low, is_log);
    const double high = to_scale(view.high, is_log);
    const double least = NARROWEST * (to_scale(whole.high, is_log) - to_scale(whole.low, is_log));
    const double width = fmax((high - low) * factor, least);
    const double middle = to_scale(fmin(fmax(centre, view.low), view.high), is_log);
    const double way = (middle - low) / (high - low);
    return place(middle - way * width, width, whole, is_log);
}

PlotWindow chart_window_pan(PlotWindow now, PlotWindow whole, double share, bool is_log)
{
    const PlotWindow view = chart_window_view(now, whole);
    const double low = to_scale(view.low, is_log);
    const double width = to_scale(view.high, is_log) - low;
    return place(low + share * width, width, whole, is_log);
}

PlotWindow chart_window_follow(PlotWindow now, PlotWindow whole, double newest)
{
    const double width = now.high - now.low;
    if (!(width > 0.0) || !isfinite(newest)) {
        return now;
    }
    const double quarter = width / 4.0;
    const double end = fmin(ceil(newest / quarter) * quarter, whole.high);
    return place(end - width, width, whole, false);
}

PlotWindow chart_window_reach(PlotWindow now, PlotWindow whole, double x, bool is_log)
{
    const PlotWindow view = chart_window_view(now, whole);
    if (x >= view.low && x <= view.high) {
        return now;
    }
    const double low = to_scale(view.low, is_log);
    const double high = to_scale(view.high, is_log);
    const double inside = fmin(fmax(x, whole.low), whole.high);
    const double target = to_scale(inside, is_log);
    return place(x < view.low ? target : target - (high - low), high - low, whole, is_log);
}
