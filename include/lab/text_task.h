/* lab/text_task.h -- cross-domain language modelling: what is trained on, what is evaluated, what is probed. */
#ifndef LAB_TEXT_TASK_H
#define LAB_TEXT_TASK_H

#include <stddef.h>
#include <stdint.h>

#include "base/problem.h"
#include "data/batch_sampler.h"
#include "data/text_corpus.h"
#include "data/token_batch.h"
#include "data/tokenizer.h"
#include "records/experiment_spec.h"

/* One domain's held-out text as tokens (end-of-text first, so that every token of the text is a target). */
typedef struct HeldOutText {
    char name[DOMAIN_NAME_BYTES];
    TokenStream stream; /* owned through `tokens` */
    int32_t *tokens;
    size_t bytes; /* of text, for bits per byte */
} HeldOutText;

/* What an evaluation reads: the training domains' held-out text, then each zero-shot domain's. */
typedef struct HeldOut {
    HeldOutText *texts; /* [count]; 0 .. train_count-1 are training domains */
    size_t count;
    size_t train_count;
} HeldOut;

/* A fixed batch for the KL probes; owned. */
typedef struct ProbeBatch {
    int32_t *inputs;
    int32_t *targets;
    TokenBatch batch;
} ProbeBatch;

typedef struct TextTask {
    int32_t *train_tokens; /* owned */
    TokenStream train;
    BatchSampler *sampler;
    HeldOut dev;
    HeldOut final;        /* of spec.final_split; dev itself (the same texts) if that is it */
    ProbeBatch in_domain; /* from the training domains' dev split */
    /* from the zero-shot domains' dev splits, in turn; batch.B = 0 if there are none */
    ProbeBatch out_of_domain;
} TextTask;

/* Read the corpus, cut and encode what the experiment needs. With max_train_samples = N > 0 an epoch has N windows, all from the first
 * N + 1 windows' worth of the training text (all of it, if there is less). Errors name the key and the domain: unknown domain (with the nearest known
 * one), too little text for block_size, missing folder. On failure *task is all zero. The caller calls text_task_clear. */
Status text_task_load(const ExperimentSpec *spec, const Tokenizer *tokenizer, TextTask *task,
                      Problem *problem);
void text_task_clear(TextTask *task);

/* Only one split of the experiment's domains, for evaluation alone. On failure *held_out is all zero. The caller calls held_out_clear. */
Status held_out_load(const ExperimentSpec *spec, const Tokenizer *tokenizer, TextSplit split,
                     HeldOut *held_out, Problem *problem);
void held_out_clear(HeldOut *held_out);

#endif
