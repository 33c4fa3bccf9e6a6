#include "optim/controls.h"

#include "base/random.h"

static Status look_from_followed_radius(MethodStep *step, double d, bool *is_usable)
{
    TRY(method_first_pass(step, (PassRequest){0}, is_usable));
    if (!*is_usable || !method_is_ascending(step)) {
        return STATUS_OK;
    }
    const Ascent ascent = method_ascent(step, d);
    return method_climb_and_look(step, &ascent, RADIUS_LIMIT_FOLLOWED, is_usable);
}

/* How many of the followed lane's d belong to steps up to this one. */
static size_t known_count(const MethodStep *step)
{
    return step->followed_count < step->step ? step->followed_count : (size_t)step->step;
}

Status asam_mean_d_find_gradient(MethodStep *step, bool *is_usable)
{
    const size_t count = known_count(step);
    double sum = 0.0;
    for (size_t i = 0; i < count; i++) {
        sum += step->followed_d[i];
    }
    return look_from_followed_radius(step, count > 0 ? sum / (double)count : 0.0, is_usable);
}

Status asam_replay_d_find_gradient(MethodStep *step, bool *is_usable)
{
    const size_t count = known_count(step);
    return look_from_followed_radius(step, count > 0 ? step->followed_d[count - 1] : 0.0,
                                     is_usable);
}

Status tram_shuffled_d_find_gradient(MethodStep *step, bool *is_usable)
{
    const size_t count = known_count(step);
    Random random = random_stream(step->race_seed, RANDOM_STREAM_PROBES, step->step);
    const double d = count > 0 ? step->followed_d[random_below(&random, count)] : 0.0;
    return look_from_followed_radius(step, d, is_usable);
}
