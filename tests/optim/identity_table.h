/* optim/identity_table.h -- pairs of methods that must take the same steps to the bit (EQUATIONS 14), for any task. */
#ifndef TESTS_OPTIM_IDENTITY_TABLE_H
#define TESTS_OPTIM_IDENTITY_TABLE_H

#include <stddef.h>

enum { IDENTITY_KNOBS_MAX = 5 };

/* A method with knobs as "key=value"; the others have their defaults. */
typedef struct IdentitySide {
    const char *method;
    const char *knobs[IDENTITY_KNOBS_MAX];
} IdentitySide;

typedef struct Identity {
    IdentitySide one;
    IdentitySide other;
    int steps; /* that it holds for; 0 = all */
} Identity;

static const Identity IDENTITIES[] = {
    {{"sam", {"rho=0"}}, {"adamw", {0}}, 0},
    {{"asam", {"rho=0"}}, {"adamw", {0}}, 0},
    {{"fsam", {"gamma=0"}}, {"adamw", {0}}, 0},
    {{"functional-sam", {"rho=0"}}, {"adamw", {0}}, 0},
    {{"le-sam", {"rho=0"}}, {"adamw", {0}}, 0},
    {{"le-sam", {"sigma=0"}}, {"adamw", {0}}, 0},
    {{"friendly-sam", {"rho=0"}}, {"adamw", {0}}, 0},
    {{"gsam", {"rho=0"}}, {"adamw", {0}}, 0},
    {{"msam", {"rho=0"}}, {"adamw", {0}}, 0},
    {{"looksam", {"rho=0", "interval=1"}}, {"adamw", {0}}, 0},
    {{"tram-fisher", {"gamma=0"}}, {"adamw", {0}}, 0},
    {{"sam", {"start_step=1000"}}, {"adamw", {0}}, 0},
    {{"tram-prev", {"start_step=1000"}}, {"adamw", {0}}, 0},
    {{"sam", {"rho=0", "optimizer=sgd", "momentum=0.5"}}, {"sgd", {"momentum=0.5"}}, 0},
    {{"sam", {"rho=0.1", "adaptive=on"}}, {"asam", {"rho=0.1"}}, 0},
    {{"fsam", {"eta=0", "gamma=0.1"}}, {"sam", {"rho=0.1"}}, 0},
    {{"gsam", {"alpha=0", "rho_schedule=constant", "rho=0.1"}}, {"sam", {"rho=0.1"}}, 0},
    {{"looksam", {"interval=1", "rho=0.1"}}, {"sam", {"rho=0.1"}}, 0},
    {{"friendly-sam", {"sigma=0", "rho=0.1"}}, {"sam", {"rho=0.1"}}, 0},
    {{"friendly-sam", {"rho=0.1"}}, {"sam", {"rho=0.1"}}, 1},
    {{"le-sam", {"sigma=1e12", "rho=0.1"}}, {"sam", {"rho=0.1"}}, 0},
    {{"msam", {0}}, {"adamw", {0}}, 1},
    /* The cap forces d to 0.1 wherever there is a divergence at all. */
    {{"tram-prev", {"scale=1e12", "rho=0.1"}}, {"asam", {"rho=0.1", "start_step=2"}}, 0},
    {{"tram-0", {"scale=1e12", "rho=0.1"}}, {"asam", {"rho=0.1", "start_step=2"}}, 0},
    {{"tram-x", {"scale=1e12", "rho=0.1"}}, {"asam", {"rho=0.1"}}, 0},
    {{"tram-x", {"scale=1e12", "rho=0.1", "adaptive=off"}}, {"sam", {"rho=0.1"}}, 0},
    {{"tram-prev", {"scale=50", "divergence_fraction=1"}}, {"tram-prev", {"scale=50"}}, 0},
    /* The divergence of a part is not that of the whole, but either is above the cap. */
    {{"tram-x", {"scale=1e12", "rho=0.1", "divergence_fraction=0.4"}}, {"asam", {"rho=0.1"}}, 0},
    {{"tram-prev", {0}}, {"adamw", {0}}, 1},
    {{"tram-prev", {"learning_rate=0"}}, {"adamw", {"learning_rate=0"}}, 0},
    {{"tram-prev", {"scale=0"}}, {"adamw", {0}}, 0},
    {{"tram-0", {0}}, {"adamw", {0}}, 1},
    {{"tram-x", {"sigma=0"}}, {"adamw", {0}}, 0},
    {{"mesa", {"decay=0", "lambda=10"}}, {"adamw", {0}}, 0},
    {{"mesa", {"lambda=0"}}, {"adamw", {0}}, 0},
    {{"trpo", {"lambda=0"}}, {"adamw", {0}}, 0},
    {{"trpo", {"lambda=10"}}, {"adamw", {0}}, 1},
    {{"r3f", {"lambda=0"}}, {"adamw", {0}}, 0},
    {{"asam+trpo", {"lambda=0", "rho=0.1"}}, {"asam", {"rho=0.1"}}, 0},
    {{"asam+r3f", {"lambda=0", "rho=0.1"}}, {"asam", {"rho=0.1"}}, 0},
    {{"asam+mesa", {"lambda=0", "rho=0.1"}}, {"asam", {"rho=0.1"}}, 0},
    {{"asam+trpo", {"rho=0", "lambda=5"}}, {"trpo", {"lambda=5"}}, 0},
    {{"asam+r3f", {"rho=0", "lambda=5"}}, {"r3f", {"lambda=5"}}, 0},
    {{"asam+mesa", {"rho=0", "lambda=5", "decay=0.5"}}, {"mesa", {"lambda=5", "decay=0.5"}}, 0},
    {{"tram-fisher", {"sigma=0", "eta=5"}}, {"fsam", {"eta=5"}}, 0},
    {{"tram-fisher", {"sigma=0", "eta=5", "fisher_cost=paper-cost"}}, {"fsam", {"eta=5"}}, 0},
};
enum { IDENTITY_COUNT = sizeof IDENTITIES / sizeof *IDENTITIES };

/* Every method, with knobs that make it act on a tiny task: none of these may be AdamW. */
static const IdentitySide ACTING_METHODS[] = {
    {"sgd", {0}},
    {"sam", {"rho=0.1"}},
    {"asam", {"rho=0.1"}},
    {"fsam", {"gamma=0.1", "eta=100"}},
    {"trpo", {"lambda=1"}},
    {"r3f", {"lambda=1"}},
    {"r3f", {"lambda=1", "stopgrad_noised=on"}},
    {"mesa", {"lambda=1", "decay=0.9"}},
    {"asam+trpo", {"rho=0.1", "lambda=1"}},
    {"asam+r3f", {"rho=0.1", "lambda=1"}},
    {"asam+mesa", {"rho=0.1", "lambda=1"}},
    {"tram-prev", {"scale=1000"}},
    {"tram-prev", {"scale=1000", "arithmetic=released"}},
    {"tram-0", {"scale=100"}},
    {"tram-x", {"scale=100"}},
    {"tram-fisher", {"eta=100"}},
    {"tram-fisher", {"eta=100", "fisher_cost=paper-cost"}},
    {"functional-sam", {"rho=0.1"}},
    {"le-sam", {0}},
    {"friendly-sam", {"rho=0.1"}},
    {"gsam", {"rho=0.1"}},
    {"msam", {"rho=0.1"}},
    {"looksam", {"interval=3"}},
};
enum { ACTING_COUNT = sizeof ACTING_METHODS / sizeof *ACTING_METHODS };

/* Pairs that are alike in all but one thing, which must show. */
static const Identity DIFFERENCES[] = {
    {{"asam", {"rho=0.1"}}, {"sam", {"rho=0.1"}}, 0},
    {{"fsam", {"gamma=0.1", "eta=100"}}, {"sam", {"rho=0.1"}}, 0},
    {{"functional-sam", {"rho=0.1"}}, {"sam", {"rho=0.1"}}, 0},
    {{"friendly-sam", {"rho=0.1"}}, {"sam", {"rho=0.1"}}, 0},
    {{"gsam", {"rho=0.1"}}, {"sam", {"rho=0.1"}}, 0},
    {{"looksam", {"rho=0.1", "interval=3"}}, {"sam", {"rho=0.1", "interval=3"}}, 0},
    {{"sam", {"rho=0.1", "interval=2"}}, {"sam", {"rho=0.1"}}, 0},
    {{"sam", {"rho=0.1", "stop_step=2"}}, {"sam", {"rho=0.1"}}, 0},
    {{"sam", {"rho=0.1", "rho_schedule=ramp"}}, {"sam", {"rho=0.1"}}, 0},
    {{"sam", {"rho=0.1", "wsam_weight=0.9"}}, {"sam", {"rho=0.1"}}, 0},
    {{"sam", {"rho=0.1", "m_sharpness=on"}}, {"sam", {"rho=0.1"}}, 0},
    {{"tram-x", {"scale=1000", "m_sharpness=on"}}, {"tram-x", {"scale=1000"}}, 0},
    {{"sam", {"rho=0.1", "perturb=no-bias"}}, {"sam", {"rho=0.1"}}, 0},
    {{"sam", {"rho=0.1", "optimizer=sgd"}}, {"sam", {"rho=0.1"}}, 0},
    {{"r3f", {"lambda=1", "stopgrad_noised=on"}}, {"r3f", {"lambda=1"}}, 0},
    {{"r3f", {"lambda=1", "divergence=reverse-kl"}}, {"r3f", {"lambda=1"}}, 0},
    {{"mesa", {"lambda=1", "decay=0.9", "temperature=3"}}, {"mesa", {"lambda=1", "decay=0.9"}}, 0},
    {{"mesa", {"lambda=1", "decay=0.9", "ema_warmup=on"}}, {"mesa", {"lambda=1", "decay=0.9"}}, 0},
    {{"asam+trpo", {"rho=0.1", "lambda=1"}}, {"asam", {"rho=0.1"}}, 0},
    {{"asam+r3f", {"rho=0.1", "lambda=1"}}, {"asam", {"rho=0.1"}}, 0},
    {{"asam+mesa", {"rho=0.1", "lambda=1"}}, {"asam", {"rho=0.1"}}, 0},
    {{"tram-prev", {"scale=1000", "adaptive=off"}}, {"tram-prev", {"scale=1000"}}, 0},
    {{"tram-prev", {"scale=1", "rho=0", "divergence=l2"}}, {"tram-prev", {"scale=1", "rho=0"}}, 0},
    {{"tram-prev", {"scale=1", "rho=0", "reduction=reference"}},
     {"tram-prev", {"scale=1", "rho=0"}},
     0},
    {{"tram-prev", {"scale=1000", "arithmetic=released"}}, {"tram-prev", {"scale=1000"}}, 0},
    {{"tram-fisher", {"eta=100"}}, {"fsam", {"eta=100"}}, 0},
    {{"tram-fisher", {"eta=100", "fisher_cost=paper-cost"}}, {"tram-fisher", {"eta=100"}}, 0},
};
enum { DIFFERENCE_COUNT = sizeof DIFFERENCES / sizeof *DIFFERENCES };

#endif
