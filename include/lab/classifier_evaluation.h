/* lab/classifier_evaluation.h -- how many classes a finished text classifier tells, language by language. */
#ifndef LAB_CLASSIFIER_EVALUATION_H
#define LAB_CLASSIFIER_EVALUATION_H

#include <stdbool.h>
#include <stddef.h>

#include "base/problem.h"
#include "lab/classification_score.h"
#include "lab/task_runner.h"
#include "records/experiment_spec.h"

typedef struct ClassifierEvaluation {
    char languages[SPEC_DOMAINS_MAX][SPEC_NAME_BYTES];
    ClassificationScore scores[SPEC_DOMAINS_MAX];
    size_t count;
    double mean_accuracy; /* over the languages, in per cent */
    double mean_error;    /* its standard error */
    double mean_loss;     /* nats an example, over the languages */
} ClassifierEvaluation;

/* Is the model in the spec's `model` folder an encoder (model_type roberta or xlm-roberta)? What reading config.json hands back. */
Status classifier_evaluation_applies(const ExperimentSpec *spec, bool *applies, Problem *problem);

/* Score the spec's `model` on `data`, laid out as data_format says, of final_split: all examples of the languages in train_domains, or of all that are there if
 * it lists none. Labels have the numbers that the model's id2label gives them; where it only numbers them (LABEL_0, ...), those of their order. Texts are
 * cut to what the model takes. STATUS_BAD_VALUE: the model has no classifier that fits, a label it does not know, more than SPEC_DOMAINS_MAX languages,
 * what text_classification_open_final refuses. STATUS_OUT_OF_MEMORY; failures of reading are handed on. *out is then untouched. */
Status classifier_evaluate(const ExperimentSpec *spec, TaskRunner runner, ClassifierEvaluation *out,
                           Problem *problem);

#endif
