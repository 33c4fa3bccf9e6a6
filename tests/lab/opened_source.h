/* lab/opened_source.h -- the classification source of an experiment, opened or the test fails. Include cmocka.h first. */
#ifndef TESTS_LAB_OPENED_SOURCE_H
#define TESTS_LAB_OPENED_SOURCE_H

#include <string.h>

#include "lab/classification_task.h"

typedef Status SourceOpener(const ExperimentSpec *spec, ClassificationSource *out,
                            Problem *problem);

/* The caller closes it. */
static inline ClassificationSource opened_source(SourceOpener *open, const ExperimentSpec *spec)
{
    ClassificationSource source = {0};
    Problem problem = {0};
    if (open(spec, &source, &problem) != STATUS_OK) {
        fail_msg("%s", problem.text);
    }
    return source;
}

/* It must not open, and the problem must say `words`. */
static inline void expect_source_refusal(SourceOpener *open, const ExperimentSpec *spec,
                                         Status status, const char *words)
{
    ClassificationSource source = {0};
    Problem problem = {0};
    assert_int_equal(open(spec, &source, &problem), status);
    if (strstr(problem.text, words) == NULL) {
        fail_msg("\"%s\" does not say \"%s\"", problem.text, words);
    }
    assert_null(source.context);
}

/* Where each of three domains starts in each part, and where the last one ends. */
static inline void expect_starts(const ClassificationSource *source,
                                 const size_t expected[SOURCE_PART_COUNT][4])
{
    for (SourcePart part = SOURCE_PART_TRAIN; part < SOURCE_PART_COUNT; part++) {
        for (size_t domain = 0; domain <= 3; domain++) {
            assert_int_equal(source->first_example(source->context, part, domain),
                             expected[part][domain]);
        }
    }
}

#endif
