#include "lab/text_task.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

static bool trains_on_all(const ExperimentSpec *spec)
{
    return spec->train_domain_count == 1 && strcmp(spec->train_domains[0], "*") == 0;
}

/* NULL, with the problem described, if there is no such domain. */
static const TextDomain *find_domain(const ExperimentSpec *spec, const TextCorpus *corpus,
                                     const char *key, const char *name, Problem *problem)
{
    const TextDomain *domain = text_corpus_find(corpus, name);
    if (domain != NULL) {
        return domain;
    }
    const char *nearest = corpus->domains[0].name;
    for (size_t i = 1; i < corpus->count; i++) {
        if (text_distance(corpus->domains[i].name, name) < text_distance(nearest, name)) {
            nearest = corpus->domains[i].name;
        }
    }
    problem_describe(problem, STATUS_BAD_VALUE,
                     "%s: there is no domain \"%s\" in %s; did you mean \"%s\"?", key, name,
                     spec->data, nearest);
    return NULL;
}

/* The training domain at `index`, of the corpus's own list where the experiment trains on all. */
static const TextDomain *train_domain(const ExperimentSpec *spec, const TextCorpus *corpus,
                                      size_t index, Problem *problem)
{
    if (trains_on_all(spec)) {
        return &corpus->domains[index];
    }
    return find_domain(spec, corpus, "train_domains", spec->train_domains[index], problem);
}

static size_t train_domain_count(const ExperimentSpec *spec, const TextCorpus *corpus)
{
    return trains_on_all(spec) ? corpus->count : spec->train_domain_count;
}

/* Encode one split; tokens[0] is end-of-text, so that the split's first token is predicted from something. */
static Status encode_split(const Tokenizer *tokenizer, const TextDomain *domain, TextSplit split,
                           int32_t *tokens, size_t *count)
{
    size_t encoded = 0;
    tokens[0] = tokenizer_end_of_text(tokenizer);
    TRY(tokenizer_encode(tokenizer, domain->text + domain->split_start[split],
                         domain->split_size[split], tokens + 1, &encoded));
    *count = encoded + 1;
    return STATUS_OK;
}

static Status out_of_memory(Problem *problem)
{
    return problem_describe(problem, STATUS_OUT_OF_MEMORY, "not enough memory for the text");
}

static Status load_held_out_text(const Tokenizer *tokenizer, const TextDomain *domain,
                                 TextSplit split, HeldOutText *out, Problem *problem)
{
    snprintf(out->name, sizeof out->name, "%s", domain->name);
    out->bytes = domain->split_size[split];
    out->tokens = calloc(tokenizer_ids_max(tokenizer, out->bytes) + 1, sizeof *out->tokens);
    if (out->tokens == NULL ||
        encode_split(tokenizer, domain, split, out->tokens, &out->stream.count) != STATUS_OK) {
        return out_of_memory(problem);
    }
    out->stream.tokens = out->tokens;
    return STATUS_OK;
}

void held_out_clear(HeldOut *held_out)
{
    for (size_t i = 0; i < held_out->count; i++) {
        free(held_out->texts[i].tokens);
    }
    free(held_out->texts);
    memset(held_out, 0, sizeof *held_out);
}

static Status load_held_out(const ExperimentSpec *spec, const Tokenizer *tokenizer,
                            const TextCorpus *corpus, TextSplit split, HeldOut *out,
                            Problem *problem)
{
    out->train_count = train_domain_count(spec, corpus);
    out->texts = calloc(out->train_count + spec->zero_shot_domain_count, sizeof *out->texts);
    if (out->texts == NULL) {
        return out_of_memory(problem);
    }
    out->count = out->train_count + spec->zero_shot_domain_count;
    for (size_t i = 0; i < out->count; i++) {
        const TextDomain *domain =
            i < out->train_count
                ? train_domain(spec, corpus, i, problem)
                : find_domain(spec, corpus, "zero_shot_domains",
                              spec->zero_shot_domains[i - out->train_count], problem);
        if (domain == NULL) {
            return STATUS_BAD_VALUE;
        }
        TRY(load_held_out_text(tokenizer, domain, split, &out->texts[i], problem));
    }
    return STATUS_OK;
}

/* max_train_samples windows, and what the sampler needs behind them to begin an epoch at any offset within a window: so an epoch has
 * exactly that many. */
static void cut_train_stream(const ExperimentSpec *spec, TokenStream *train)
{
    const double kept = (spec->max_train_samples + 1.0) * spec->block_size + 1.0;
    if (spec->max_train_samples > 0.0 && kept < (double)train->count) {
        train->count = (size_t)kept;
    }
}

/* All training domains' pools in one stream, end-of-text between them. */
static Status load_train_stream(const ExperimentSpec *spec, const Tokenizer *tokenizer,
                                const TextCorpus *corpus, TextTask *task, Problem *problem)
{
    const TextSplit pool =
        spec->train_pool == SPEC_POOL_PRETRAIN ? TEXT_SPLIT_PRETRAIN : TEXT_SPLIT_FINE_TUNE;
    const size_t domain_count = train_domain_count(spec, corpus);
    size_t capacity = 0;
    for (size_t i = 0; i < corpus->count; i++) {
        capacity += tokenizer_ids_max(tokenizer, corpus->domains[i].split_size[pool]) + 1;
    }
    task->train_tokens = calloc(capacity, sizeof *task->train_tokens);
    if (task->train_tokens == NULL) {
        return out_of_memory(problem);
    }
    for (size_t i = 0; i < domain_count; i++) {
        const TextDomain *domain = train_domain(spec, corpus, i, problem);
        if (domain == NULL) {
            return STATUS_BAD_VALUE;
        }
        size_t count = 0;
        if (encode_split(tokenizer, domain, pool, task->train_tokens + task->train.count, &count) !=
            STATUS_OK) {
            return out_of_memory(problem);
        }
        task->train.count += count;
    }
    task->train.tokens = task->train_tokens;
    cut_train_stream(spec, &task->train);
    return STATUS_OK;
}

static Status probe_batch_create(size_t B, size_t T, ProbeBatch *probe)
{
    probe->inputs = calloc(B * T, sizeof *probe->inputs);
    probe->targets = calloc(B * T, sizeof *probe->targets);
    probe->batch = (TokenBatch){.B = B, .T = T, .inputs = probe->inputs, .targets = probe->targets};
    return probe->inputs == NULL || probe->targets == NULL ? STATUS_OUT_OF_MEMORY : STATUS_OK;
}

/* Windows taken in turn from texts first .. first+count-1: the first window of each, then the second of each, and so on. */
static Status fill_probe(const HeldOut *dev, size_t first, size_t count, const ExperimentSpec *spec,
                         ProbeBatch *probe, Problem *problem)
{
    const size_t T = (size_t)spec->block_size;
    if (count == 0) {
        return STATUS_OK;
    }
    if (probe_batch_create((size_t)spec->probe_windows, T, probe) != STATUS_OK) {
        return out_of_memory(problem);
    }
    for (size_t b = 0; b < probe->batch.B; b++) {
        const TokenStream stream = dev->texts[first + b % count].stream;
        const size_t window = (b / count) % evaluation_window_count(stream, T);
        evaluation_window_fill(stream, T, window, probe->inputs + b * T, probe->targets + b * T);
    }
    return STATUS_OK;
}

static Status load_all(const ExperimentSpec *spec, const Tokenizer *tokenizer,
                       const TextCorpus *corpus, TextTask *task, Problem *problem)
{
    const TextSplit final_split =
        spec->final_split == SPEC_FINAL_TEST ? TEXT_SPLIT_TEST : TEXT_SPLIT_DEV;
    const size_t T = (size_t)spec->block_size;
    TRY(load_train_stream(spec, tokenizer, corpus, task, problem));
    TRY(load_held_out(spec, tokenizer, corpus, TEXT_SPLIT_DEV, &task->dev, problem));
    if (final_split == TEXT_SPLIT_DEV) {
        task->final = task->dev;
    } else {
        TRY(load_held_out(spec, tokenizer, corpus, final_split, &task->final, problem));
    }
    TRY(fill_probe(&task->dev, 0, task->dev.train_count, spec, &task->in_domain, problem));
    TRY(fill_probe(&task->dev, task->dev.train_count, task->dev.count - task->dev.train_count, spec,
                   &task->out_of_domain, problem));
    const Status status =
        batch_sampler_create(task->train, (size_t)experiment_spec_step_examples(spec), T,
                             (uint64_t)spec->seed, &task->sampler);
    if (status == STATUS_BAD_VALUE) {
        return problem_describe(problem, status,
                                "block_size %zu is too long: the training text has only %zu tokens "
                                "(2 block_size + 1 are needed)",
                                T, task->train.count);
    }
    return status == STATUS_OK ? STATUS_OK : out_of_memory(problem);
}

Status held_out_load(const ExperimentSpec *spec, const Tokenizer *tokenizer, TextSplit split,
                     HeldOut *held_out, Problem *problem)
{
    TextCorpus corpus = {0};
    memset(held_out, 0, sizeof *held_out);
    TRY(text_corpus_load(spec->data, &corpus, problem));
    const Status status = load_held_out(spec, tokenizer, &corpus, split, held_out, problem);
    text_corpus_clear(&corpus);
    if (status != STATUS_OK) {
        held_out_clear(held_out);
    }
    return status;
}

Status text_task_load(const ExperimentSpec *spec, const Tokenizer *tokenizer, TextTask *task,
                      Problem *problem)
{
    TextCorpus corpus = {0};
    memset(task, 0, sizeof *task);
    TRY(text_corpus_load(spec->data, &corpus, problem));
    const Status status = load_all(spec, tokenizer, &corpus, task, problem);
    text_corpus_clear(&corpus);
    if (status != STATUS_OK) {
        text_task_clear(task);
    }
    return status;
}

static void probe_clear(ProbeBatch *probe)
{
    free(probe->inputs);
    free(probe->targets);
}

void text_task_clear(TextTask *task)
{
    batch_sampler_destroy(task->sampler);
    free(task->train_tokens);
    if (task->final.texts != task->dev.texts) {
        held_out_clear(&task->final);
    }
    held_out_clear(&task->dev);
    probe_clear(&task->in_domain);
    probe_clear(&task->out_of_domain);
    memset(task, 0, sizeof *task);
}
