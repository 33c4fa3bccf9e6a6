/* tui/domain_strip.h -- every domain's score in every lane, as differences to one lane, near domains first. */
#ifndef TUI_DOMAIN_STRIP_H
#define TUI_DOMAIN_STRIP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tui/chart.h"
#include "tui/lab_state.h"

enum {
    STRIP_MEANS_MAX = 2, /* the mean over zero-shot domains, and what is trained on */
    STRIP_ENTRIES_MAX = STRIP_MEANS_MAX + SPEC_DOMAINS_MAX,
    STRIP_LEVEL_MAX = 3
};

/* One domain, or one of the means. */
typedef struct StripEntry {
    uint16_t metric;
    char name[SPEC_NAME_BYTES];
    double baseline; /* its newest score in the baseline's lane; NaN before the first */
} StripEntry;

/* Scores of held-out data: those of the newest evaluation on the way, and of the final one once the baseline has it. */
typedef struct DomainStrip {
    size_t baseline;  /* lane; SPEC_LANES_MAX without one */
    ChartTrend trend; /* LOWER for perplexities, HIGHER for accuracies */
    bool is_final;
    uint32_t step; /* of the baseline's evaluation */
    StripEntry entries[STRIP_ENTRIES_MAX];
    size_t entry_count;
    size_t mean_count; /* the first entries, which keep their places; domains follow, sorted */
} DomainStrip;

/* A lane's score in one entry. */
typedef struct StripCell {
    /* it has been measured, at a step at which the baseline was too; at step 0 only the baseline has: theta_0 is not the other lanes' doing */
    bool is_there;
    double value;      /* the score itself */
    double difference; /* minus the baseline's at the same step */
    int level; /* -STRIP_LEVEL_MAX (far worse) .. STRIP_LEVEL_MAX (far better); 0: about the same, or not finite */
} StripCell;

/* Domains from near to far: where the baseline scores best comes first. Its own score is the measure of nearness because that is what a
 * plain fine-tuning carries over to the domain; theta_0's would put a domain far that all methods reach (and says nothing where classes are
 * told by a head that is still random). Ties, and domains not measured, keep the order of the experiment. `baseline`: SPEC_LANES_MAX if
 * there is no lane. */
void domain_strip_sort(const LabState *state, size_t baseline, DomainStrip *out);

/* Levels are of fixed size, so that a colour means the same from evaluation to evaluation: domain_strip_level. */
StripCell domain_strip_cell(const LabState *state, const DomainStrip *strip, size_t lane,
                            const StripEntry *entry);

/* The level of a difference: accuracies by points (0.5, 2, 5), perplexities by the share of the baseline's (0.5%, 2%, 5%). */
int domain_strip_level(ChartTrend trend, double difference, double baseline);

#endif
