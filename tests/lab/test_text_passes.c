/* lab/test_text_passes.c -- every wish a pass can carry: its gradient by central differences, its bits on any number of workers. */
#include "lab/text_bench.h"

#include "kernels/cross_entropy.h"
#include "kernels/noise.h"

static const DivergenceKind KL_KINDS[] = {DIVERGENCE_FORWARD_KL, DIVERGENCE_REVERSE_KL,
                                          DIVERGENCE_SYMMETRIC_KL};
enum { KL_KIND_COUNT = sizeof KL_KINDS / sizeof *KL_KINDS };

static const EmbeddingNoise NOISE = {.sigma = 0.3, .kind = NOISE_NORMAL, .seed = 12};

static double total(TextBench *bench, const PassRequest *request)
{
    return text_bench_total(request, text_bench_run(bench, request));
}

static void check_total(TextBench *bench, const PassRequest *request, const char *what)
{
    text_bench_check_gradient(bench, request, total, what);
}

static PassRequest plain(const TextBench *bench)
{
    return (PassRequest){.params = bench->params, .dropout_seed = 6};
}

static PassRequest with_penalty(const TextBench *bench, DivergenceKind kind, double temperature)
{
    PassRequest request = plain(bench);
    request.penalty = (Penalty){
        .weight = 0.7, .temperature = temperature, .kind = kind, .target = OUTPUT_SLOT_TARGET};
    return request;
}

static PassRequest with_twin(const TextBench *bench, DivergenceKind kind, bool is_detached)
{
    PassRequest request = plain(bench);
    request.twin =
        (NoisedTwin){.weight = 0.7, .kind = kind, .noise = NOISE, .is_detached = is_detached};
    return request;
}

/* -- gradients ---------------------------------------------------------------------------------------------- */

static void the_task_loss_has_its_gradient_with_noise_and_dropout(void **state)
{
    TextBench *bench = *state;
    PassRequest request = plain(bench);
    check_total(bench, &request, "plain");
    request.noise = NOISE;
    check_total(bench, &request, "noise");
    text_bench_drop(bench, 0.1);
    check_total(bench, &request, "noise and dropout");
}

static void a_penalty_has_its_gradient_for_every_kl(void **state)
{
    TextBench *bench = *state;
    text_bench_keep(bench, bench->target, OUTPUT_SLOT_TARGET);
    for (size_t k = 0; k < KL_KIND_COUNT; k++) {
        const PassRequest request = with_penalty(bench, KL_KINDS[k], 1.0);
        check_total(bench, &request, "penalty");
    }
}

static void a_penalty_with_temperature_has_its_gradient(void **state)
{
    TextBench *bench = *state;
    text_bench_keep(bench, bench->target, OUTPUT_SLOT_TARGET);
    for (size_t k = 0; k < KL_KIND_COUNT; k++) {
        const PassRequest request = with_penalty(bench, KL_KINDS[k], 2.0);
        check_total(bench, &request, "penalty at temperature 2");
    }
}

static void a_twin_has_its_gradient_through_both_branches(void **state)
{
    TextBench *bench = *state;
    for (size_t k = 0; k < KL_KIND_COUNT; k++) {
        PassRequest request = with_twin(bench, KL_KINDS[k], false);
        check_total(bench, &request, "twin");
        request.twin.noise.kind = NOISE_UNIFORM;
        check_total(bench, &request, "uniform twin");
    }
}

/* The detached twin's gradient is that of the loss in which the noised branch is a constant: a penalty to its kept outputs. */
static void a_detached_twin_has_the_gradient_with_the_noised_branch_held(void **state)
{
    TextBench *bench = *state;
    for (size_t k = 0; k < KL_KIND_COUNT; k++) {
        const PassRequest noised = {
            .params = bench->params, .keep = OUTPUT_SLOT_TARGET, .noise = NOISE};
        const PassRequest detached = with_twin(bench, KL_KINDS[k], true);
        const PassRequest held = with_penalty(bench, KL_KINDS[k], 1.0);
        PassRequest request = detached;
        Real *grads = calloc(bench->table.size, sizeof *grads);
        text_bench_run(bench, &noised);
        request.grads = grads;
        const PassResult of_twin = text_bench_run(bench, &request);
        request = held;
        request.grads = bench->grads;
        const PassResult of_penalty = text_bench_run(bench, &request);
        assert_true(of_twin.penalty_nats == of_penalty.penalty_nats);
        assert_true(of_twin.penalty_nats > 0.0 && of_twin.loss_nats == of_penalty.loss_nats);
        assert_memory_equal(grads, bench->grads, bench->table.size * sizeof *grads);
        /* And it is not the one through both branches. */
        request = with_twin(bench, KL_KINDS[k], false);
        request.grads = grads;
        text_bench_run(bench, &request);
        assert_memory_not_equal(grads, bench->grads, bench->table.size * sizeof *grads);
        free(grads);
    }
}

static void a_held_branch_is_checked_by_differences_too(void **state)
{
    TextBench *bench = *state;
    const PassRequest noised = {
        .params = bench->params, .keep = OUTPUT_SLOT_TARGET, .noise = NOISE};
    text_bench_run(bench, &noised);
    const PassRequest held = with_penalty(bench, DIVERGENCE_SYMMETRIC_KL, 1.0);
    check_total(bench, &held, "noised branch held");
}

static void regularisers_have_their_gradients_with_dropout_replayed(void **state)
{
    TextBench *bench = *state;
    text_bench_drop(bench, 0.1);
    text_bench_keep(bench, bench->target, OUTPUT_SLOT_TARGET);
    PassRequest request = with_penalty(bench, DIVERGENCE_FORWARD_KL, 1.0);
    check_total(bench, &request, "penalty with dropout");
    request = with_twin(bench, DIVERGENCE_SYMMETRIC_KL, false);
    check_total(bench, &request, "twin with dropout");
    /* A combination, on a part of the batch, cut into micro-batches otherwise. */
    text_bench_use(bench, 2, 2);
    text_bench_keep(bench, bench->target, OUTPUT_SLOT_TARGET);
    request = with_penalty(bench, DIVERGENCE_REVERSE_KL, 1.0);
    request.noise = NOISE;
    request.twin = (NoisedTwin){
        .weight = 0.7, .kind = DIVERGENCE_FORWARD_KL, .noise = {.sigma = 0.2, .seed = 3}};
    request.part = 1;
    request.part_count = 2;
    check_total(bench, &request, "all at once");
}

/* -- stored gradients of the logits ------------------------------------------------------------------------- */

/* sum over positions of delta . z(params), with the delta of the mean task loss at bench->target. */
static double linear_loss(TextBench *bench, const PassRequest *request)
{
    Real *delta = calloc((size_t)BENCH_N * BENCH_V, sizeof *delta);
    Real *logits = calloc((size_t)BENCH_N * BENCH_V, sizeof *logits);
    const Real scale = (Real)(1.0 / (double)cross_entropy_count(bench->targets, BENCH_N));
    double sum = 0.0;
    text_objective_evaluate(bench->objective, bench->target, bench->batch, delta, NULL);
    cross_entropy_sum_and_gradient(delta, bench->targets, BENCH_N, BENCH_V, scale);
    text_objective_evaluate(bench->objective, request->params, bench->batch, logits, NULL);
    for (size_t i = 0; i < (size_t)BENCH_N * BENCH_V; i++) {
        sum += (double)delta[i] * (double)logits[i];
    }
    free(delta);
    free(logits);
    return sum;
}

static void stored_deltas_give_the_gradient_of_the_loss_linear_in_the_logits(void **state)
{
    TextBench *bench = *state;
    const PassRequest store = {
        .params = bench->target, .grads = bench->grads, .keeps_deltas = true};
    text_bench_run(bench, &store);
    const PassRequest use = {.params = bench->params, .uses_deltas = true};
    text_bench_check_gradient(bench, &use, linear_loss, "linear loss");
}

static void stored_deltas_at_the_same_place_give_the_same_gradient(void **state)
{
    TextBench *bench = *state;
    Real *grads = calloc(bench->table.size, sizeof *grads);
    text_bench_drop(bench, 0.1);
    PassRequest request = plain(bench);
    request.grads = grads;
    const PassResult first = text_bench_run(bench, &request);
    request.keeps_deltas = true;
    request.grads = bench->grads;
    const PassResult stored = text_bench_run(bench, &request);
    assert_memory_equal(grads, bench->grads, bench->table.size * sizeof *grads);
    request.keeps_deltas = false;
    request.uses_deltas = true;
    const PassResult used = text_bench_run(bench, &request);
    assert_memory_equal(grads, bench->grads, bench->table.size * sizeof *grads);
    assert_true(first.loss_nats == stored.loss_nats && first.loss_nats == used.loss_nats);
    /* Elsewhere the loss is that of the place, and the gradient is not the place's own. */
    request.params = bench->target;
    const PassResult elsewhere = text_bench_run(bench, &request);
    request.uses_deltas = false;
    request.grads = grads;
    assert_true(text_bench_run(bench, &request).loss_nats == elsewhere.loss_nats);
    assert_memory_not_equal(grads, bench->grads, bench->table.size * sizeof *grads);
    free(grads);
}

/* -- nothing asked for, nothing changed --------------------------------------------------------------------- */

static void weights_rates_and_sigmas_of_zero_change_no_bit(void **state)
{
    TextBench *bench = *state;
    Real *grads = calloc(bench->table.size, sizeof *grads);
    const PassRequest bare = {.params = bench->params, .grads = grads};
    const PassResult expected = text_bench_run(bench, &bare);
    PassRequest request = plain(bench);
    request.grads = bench->grads;
    request.dropout_seed = 99;
    request.noise.seed = 3;
    request.penalty = (Penalty){.kind = DIVERGENCE_L2, .target = OUTPUT_SLOT_TARGET};
    request.twin = (NoisedTwin){.noise = NOISE};
    PassResult result = text_bench_run(bench, &request);
    assert_true(result.loss_nats == expected.loss_nats && result.penalty_nats == 0.0);
    assert_memory_equal(grads, bench->grads, bench->table.size * sizeof *grads);
    text_bench_drop(bench, 0.5);
    request.is_evaluation = true;
    result = text_bench_run(bench, &request);
    assert_true(result.loss_nats == expected.loss_nats);
    assert_memory_equal(grads, bench->grads, bench->table.size * sizeof *grads);
    request.is_evaluation = false;
    assert_true(text_bench_run(bench, &request).loss_nats != expected.loss_nats);
    free(grads);
}

static void a_penalty_to_itself_and_a_twin_without_noise_cost_nothing(void **state)
{
    TextBench *bench = *state;
    Real *grads = calloc(bench->table.size, sizeof *grads);
    text_bench_keep(bench, bench->params, OUTPUT_SLOT_TARGET);
    PassRequest request = plain(bench);
    request.grads = grads;
    text_bench_run(bench, &request);
    for (size_t k = 0; k < KL_KIND_COUNT; k++) {
        request = with_penalty(bench, KL_KINDS[k], 2.0);
        request.grads = bench->grads;
        assert_true(text_bench_run(bench, &request).penalty_nats == 0.0);
        for (size_t i = 0; i < bench->table.size; i++) {
            assert_true(grads[i] == bench->grads[i]);
        }
        request = with_twin(bench, KL_KINDS[k], false);
        request.twin.noise.sigma = 0.0;
        request.grads = bench->grads;
        assert_true(text_bench_run(bench, &request).penalty_nats == 0.0);
        for (size_t i = 0; i < bench->table.size; i++) {
            assert_true(grads[i] == bench->grads[i]);
        }
    }
    free(grads);
}

/* -- bits --------------------------------------------------------------------------------------------------- */

/* Everything that two passes and all divergences give. */
typedef struct Outcome {
    PassResult results[3];
    double divergences[DIVERGENCE_KIND_COUNT];
    Real *grads; /* [3, n] */
} Outcome;

static Outcome run_everything(TextBench *bench)
{
    Outcome outcome = {.grads = calloc(3 * bench->table.size, sizeof(Real))};
    text_bench_keep(bench, bench->target, OUTPUT_SLOT_TARGET);
    PassRequest request = with_twin(bench, DIVERGENCE_SYMMETRIC_KL, false);
    request.grads = outcome.grads;
    request.noise = NOISE;
    request.keep = OUTPUT_SLOT_CURRENT;
    request.keeps_deltas = true;
    outcome.results[0] = text_bench_run(bench, &request);
    for (size_t kind = 0; kind < DIVERGENCE_KIND_COUNT; kind++) {
        outcome.divergences[kind] = text_bench_divergence(bench, (DivergenceKind)kind,
                                                          OUTPUT_SLOT_TARGET, OUTPUT_SLOT_CURRENT);
    }
    request = with_penalty(bench, DIVERGENCE_FORWARD_KL, 2.0);
    request.grads = outcome.grads + bench->table.size;
    request.uses_deltas = true;
    outcome.results[1] = text_bench_run(bench, &request);
    request = with_twin(bench, DIVERGENCE_FORWARD_KL, true);
    request.grads = outcome.grads + 2 * bench->table.size;
    request.part = 2;
    request.part_count = 3;
    outcome.results[2] = text_bench_run(bench, &request);
    return outcome;
}

static void the_number_of_workers_changes_no_bit(void **state)
{
    static const size_t counts[] = {1, 2, 3, 7};
    TextBench *bench = *state;
    Outcome expected = {0};
    text_bench_drop(bench, 0.1);
    for (size_t c = 0; c < sizeof counts / sizeof *counts; c++) {
        text_bench_use(bench, counts[c], 4);
        Outcome outcome = run_everything(bench);
        if (c == 0) {
            expected = outcome;
            continue;
        }
        assert_memory_equal(outcome.results, expected.results, sizeof expected.results);
        assert_memory_equal(outcome.divergences, expected.divergences, sizeof expected.divergences);
        assert_memory_equal(outcome.grads, expected.grads, 3 * bench->table.size * sizeof(Real));
        free(outcome.grads);
    }
    free(expected.grads);
}

static void expect_close(const Real *a, const Real *b, size_t n)
{
    double difference = 0.0;
    double size = 0.0;
    for (size_t i = 0; i < n; i++) {
        difference += pow((double)a[i] - (double)b[i], 2.0);
        size += pow((double)a[i], 2.0);
    }
    assert_true(size > 0.0);
    assert_true(sqrt(difference) < (REAL_IS_DOUBLE != 0 ? 1e-13 : 2e-5) * sqrt(size));
}

static void noise_and_dropout_do_not_depend_on_micro_batches(void **state)
{
    TextBench *bench = *state;
    const double tolerance = REAL_IS_DOUBLE != 0 ? 1e-13 : 1e-5;
    text_bench_drop(bench, 0.3);
    text_bench_use(bench, 1, 1);
    const Outcome whole = run_everything(bench);
    text_bench_use(bench, 1, BENCH_B);
    const Outcome cut = run_everything(bench);
    for (size_t i = 0; i < 3; i++) {
        assert_true(fabs(whole.results[i].loss_nats - cut.results[i].loss_nats) < tolerance);
        assert_true(fabs(whole.results[i].penalty_nats - cut.results[i].penalty_nats) < tolerance);
        expect_close(whole.grads + i * bench->table.size, cut.grads + i * bench->table.size,
                     bench->table.size);
    }
    free(whole.grads);
    free(cut.grads);
}

static void the_noise_is_drawn_by_the_windows_place_in_the_batch(void **state)
{
    TextBench *bench = *state;
    enum { C = 12 };
    Real *z = calloc((size_t)BENCH_N * C, sizeof *z);
    Real *positions = bench->params + bench->table.tensors[TENSOR_POSITION_EMBEDDING].offset;
    PassRequest request = plain(bench);
    const Noise drawn = {.sigma = NOISE.sigma, .seed = NOISE.seed};
    noise_add(z, &drawn, 0, BENCH_B, BENCH_T, C);
    request.noise = NOISE;
    request.part_count = BENCH_B;
    for (size_t b = 0; b < BENCH_B; b++) {
        request.part = b;
        request.noise = NOISE;
        const double noised = text_bench_run(bench, &request).loss_nats;
        /* For one window, noise and a move of the position embeddings are the same. */
        request.noise.sigma = 0.0;
        const double clean = text_bench_run(bench, &request).loss_nats;
        for (size_t i = 0; i < (size_t)BENCH_T * C; i++) {
            positions[i] += z[b * BENCH_T * C + i];
        }
        const double moved = text_bench_run(bench, &request).loss_nats;
        for (size_t i = 0; i < (size_t)BENCH_T * C; i++) {
            positions[i] -= z[b * BENCH_T * C + i];
        }
        assert_true(fabs(moved - noised) < (REAL_IS_DOUBLE != 0 ? 1e-12 : 1e-5));
        assert_true(fabs(moved - clean) > 1e-4);
    }
    free(z);
}

/* -- parts -------------------------------------------------------------------------------------------------- */

static void parts_weighted_by_their_positions_make_up_the_batch(void **state)
{
    TextBench *bench = *state;
    const size_t n = bench->table.size;
    Real *whole = calloc(n, sizeof *whole);
    Real *sum = calloc(n, sizeof *sum);
    double loss = 0.0;
    double penalty = 0.0;
    text_bench_drop(bench, 0.1);
    text_bench_keep(bench, bench->target, OUTPUT_SLOT_TARGET);
    PassRequest request = with_penalty(bench, DIVERGENCE_FORWARD_KL, 1.0);
    request.noise = NOISE;
    request.grads = whole;
    const PassResult expected = text_bench_run(bench, &request);
    request.grads = bench->grads;
    request.part_count = 3; /* 1, 2 and 2 windows */
    const double valid = (double)cross_entropy_count(bench->targets, BENCH_N);
    for (request.part = 0; request.part < 3; request.part++) {
        const size_t first = BENCH_B * request.part / 3;
        const size_t end = BENCH_B * (request.part + 1) / 3;
        const double share =
            (double)cross_entropy_count(bench->targets + first * BENCH_T, (end - first) * BENCH_T) /
            valid;
        const PassResult result = text_bench_run(bench, &request);
        loss += share * result.loss_nats;
        penalty += share * result.penalty_nats;
        for (size_t i = 0; i < n; i++) {
            sum[i] += (Real)share * bench->grads[i];
        }
    }
    assert_true(fabs(loss - expected.loss_nats) < 1e-5);
    assert_true(fabs(penalty - expected.penalty_nats) < 1e-5);
    expect_close(whole, sum, n);
    free(whole);
    free(sum);
}

static void a_part_is_compared_with_its_own_windows(void **state)
{
    TextBench *bench = *state;
    PassRequest request = {
        .params = bench->params, .keep = OUTPUT_SLOT_CURRENT, .part = 1, .part_count = 2};
    double expected = 0.0;
    text_bench_keep(bench, bench->target, OUTPUT_SLOT_TARGET);
    text_bench_run(bench, &request);
    const double in_part = text_bench_divergence(bench, DIVERGENCE_FORWARD_KL, OUTPUT_SLOT_TARGET,
                                                 OUTPUT_SLOT_CURRENT);
    request = with_penalty(bench, DIVERGENCE_FORWARD_KL, 1.0);
    request.part = 1;
    request.part_count = 2;
    expected = text_bench_run(bench, &request).penalty_nats;
    assert_true(expected > 0.0 && fabs(in_part - expected) < 1e-12);
    /* The whole batch as current needs the whole batch as target. */
    double ignored = 0.0;
    assert_int_equal(bench->view.divergence(bench->view.context, DIVERGENCE_FORWARD_KL, true, 0,
                                            OUTPUT_SLOT_CURRENT, OUTPUT_SLOT_TARGET, &ignored),
                     STATUS_BAD_VALUE);
}

/* Five windows: a half of them are the first three. */
static void a_fraction_is_compared_over_the_first_windows_of_the_batch(void **state)
{
    TextBench *bench = *state;
    const PassRequest whole = {.params = bench->params, .keep = OUTPUT_SLOT_CURRENT};
    PassRequest half = {
        .params = bench->target, .keep = OUTPUT_SLOT_TARGET, .outputs_only = true, .fraction = 0.5};
    static const DivergenceKind KINDS[] = {DIVERGENCE_FORWARD_KL, DIVERGENCE_MMD_RBF};
    for (size_t k = 0; k < 2; k++) {
        const TokenBatch three = {.B = 3,
                                  .T = bench->batch.T,
                                  .inputs = bench->batch.inputs,
                                  .targets = bench->batch.targets};
        text_objective_set_batch(bench->objective, three);
        text_bench_keep(bench, bench->params, OUTPUT_SLOT_CURRENT);
        text_bench_keep(bench, bench->target, OUTPUT_SLOT_TARGET);
        const double expected =
            text_bench_divergence(bench, KINDS[k], OUTPUT_SLOT_TARGET, OUTPUT_SLOT_CURRENT);
        text_objective_set_batch(bench->objective, bench->batch);
        text_bench_run(bench, &whole);
        half.fraction = 0.5;
        assert_true(text_bench_run(bench, &half).share == 3.0 / 5.0);
        assert_true(expected > 0.0);
        /* Other micro-batches: the products' last bits may differ. */
        const double part =
            text_bench_divergence(bench, KINDS[k], OUTPUT_SLOT_TARGET, OUTPUT_SLOT_CURRENT);
        assert_true(fabs(part / expected - 1.0) < 1e-5);
        /* All of it is what no fraction is, to the bit. */
        half.fraction = 0.0;
        assert_true(text_bench_run(bench, &half).share == 1.0);
        const double all =
            text_bench_divergence(bench, KINDS[k], OUTPUT_SLOT_TARGET, OUTPUT_SLOT_CURRENT);
        half.fraction = 1.0;
        assert_true(text_bench_run(bench, &half).share == 1.0);
        assert_true(text_bench_divergence(bench, KINDS[k], OUTPUT_SLOT_TARGET,
                                          OUTPUT_SLOT_CURRENT) == all &&
                    fabs(all / part - 1.0) > 1e-4);
    }
}

static void a_comparison_is_the_divergence_of_kept_outputs_to_the_bit(void **state)
{
    TextBench *bench = *state;
    static const DivergenceKind KINDS[] = {DIVERGENCE_FORWARD_KL, DIVERGENCE_REVERSE_KL,
                                           DIVERGENCE_SYMMETRIC_KL, DIVERGENCE_L2};
    text_bench_keep(bench, bench->params, OUTPUT_SLOT_CURRENT);
    for (size_t k = 0; k < 8; k++) {
        PassRequest request = {.params = bench->target,
                               .keep = OUTPUT_SLOT_TARGET,
                               .outputs_only = true,
                               .fraction = k < 4 ? 1.0 : 0.5};
        text_bench_run(bench, &request);
        const double expected =
            text_bench_divergence(bench, KINDS[k % 4], OUTPUT_SLOT_TARGET, OUTPUT_SLOT_CURRENT);
        request.keep = OUTPUT_SLOT_NONE;
        request.comparison = (Comparison){OUTPUT_SLOT_CURRENT, KINDS[k % 4], true};
        assert_true(text_bench_run(bench, &request).comparison == expected && expected > 0.0);
    }
}

static void comparisons_that_cannot_be_made_are_refused(void **state)
{
    TextBench *bench = *state;
    const Comparison comparison = {OUTPUT_SLOT_CURRENT, DIVERGENCE_FORWARD_KL, true};
    const PassRequest good = {
        .params = bench->target, .outputs_only = true, .comparison = comparison};
    PassRequest bad[5] = {good, good, good, good, good};
    PassResult result = {0};
    bad[0].comparison.kind = DIVERGENCE_MMD_IMQ;
    bad[1].grads = bench->grads;
    bad[2].outputs_only = false;
    bad[3].keep = OUTPUT_SLOT_CURRENT;
    bad[4].comparison.with = OUTPUT_SLOT_TARGET; /* holds nothing */
    text_bench_keep(bench, bench->params, OUTPUT_SLOT_CURRENT);
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(bench->view.run_pass(bench->view.context, &bad[i], &result),
                         STATUS_BAD_VALUE);
    }
    assert_int_equal(bench->view.run_pass(bench->view.context, &good, &result), STATUS_OK);
}

/* -- divergences -------------------------------------------------------------------------------------------- */

static void every_divergence_is_zero_at_home_and_grows_away_from_it(void **state)
{
    TextBench *bench = *state;
    text_bench_keep(bench, bench->params, OUTPUT_SLOT_TARGET);
    for (size_t kind = 0; kind < DIVERGENCE_KIND_COUNT; kind++) {
        text_bench_keep(bench, bench->params, OUTPUT_SLOT_CURRENT);
        assert_true(text_bench_divergence(bench, (DivergenceKind)kind, OUTPUT_SLOT_TARGET,
                                          OUTPUT_SLOT_CURRENT) == 0.0);
        text_bench_keep(bench, bench->target, OUTPUT_SLOT_CURRENT);
        const double forth = text_bench_divergence(bench, (DivergenceKind)kind, OUTPUT_SLOT_TARGET,
                                                   OUTPUT_SLOT_CURRENT);
        const double back = text_bench_divergence(bench, (DivergenceKind)kind, OUTPUT_SLOT_CURRENT,
                                                  OUTPUT_SLOT_TARGET);
        assert_true(forth > 1e-3);
        assert_true((kind == DIVERGENCE_FORWARD_KL || kind == DIVERGENCE_REVERSE_KL) ||
                    fabs(forth - back) < 1e-12 * forth);
    }
}

static void the_reference_reduction_divides_by_words_and_windows(void **state)
{
    TextBench *bench = *state;
    text_bench_keep(bench, bench->params, OUTPUT_SLOT_CURRENT);
    text_bench_keep(bench, bench->target, OUTPUT_SLOT_TARGET);
    const double mean = text_bench_divergence(bench, DIVERGENCE_FORWARD_KL, OUTPUT_SLOT_TARGET,
                                              OUTPUT_SLOT_CURRENT);
    const double reference = mean * bench->view.reference_factor;
    assert_true(fabs(reference * BENCH_B * BENCH_V - mean) < 1e-14);
}

/* -- requests that cannot be met ---------------------------------------------------------------------------- */

static Status run_status(const TextBench *bench, PassRequest request)
{
    PassResult result = {.loss_nats = -1.0};
    bench->grads[0] = 17;
    request.grads = bench->grads;
    const Status status = bench->view.run_pass(bench->view.context, &request, &result);
    assert_true(status == STATUS_OK || (result.loss_nats == -1.0 && bench->grads[0] == 17));
    return status;
}

static void requests_that_cannot_be_met_are_refused_and_touch_nothing(void **state)
{
    TextBench *bench = *state;
    PassRequest request = with_penalty(bench, DIVERGENCE_FORWARD_KL, 1.0);
    assert_int_equal(run_status(bench, request), STATUS_BAD_VALUE); /* no target kept yet */
    text_bench_keep(bench, bench->target, OUTPUT_SLOT_TARGET);
    assert_int_equal(run_status(bench, request), STATUS_OK);
    assert_int_equal(run_status(bench, with_penalty(bench, DIVERGENCE_FORWARD_KL, 0.0)),
                     STATUS_BAD_VALUE);
    assert_int_equal(run_status(bench, with_penalty(bench, DIVERGENCE_L2, 1.0)), STATUS_BAD_VALUE);
    request.keep = OUTPUT_SLOT_TARGET; /* would be overwritten before it is used */
    assert_int_equal(run_status(bench, request), STATUS_BAD_VALUE);
    assert_int_equal(run_status(bench, with_twin(bench, DIVERGENCE_MMD_RBF, false)),
                     STATUS_BAD_VALUE);
    request = plain(bench);
    request.uses_deltas = true;
    assert_int_equal(run_status(bench, request), STATUS_BAD_VALUE);
    request = plain(bench);
    request.part_count = 2;
    request.part = 2;
    assert_int_equal(run_status(bench, request), STATUS_BAD_VALUE);
    request.part_count = BENCH_B + 2; /* some parts would be empty */
    request.part = 0;
    assert_int_equal(run_status(bench, request), STATUS_BAD_VALUE);
    /* Another batch: what was kept is no longer of it. */
    text_objective_set_batch(bench->objective, bench->batch);
    assert_int_equal(run_status(bench, with_penalty(bench, DIVERGENCE_FORWARD_KL, 1.0)),
                     STATUS_BAD_VALUE);
}

static void a_loss_that_is_not_finite_is_no_failure(void **state)
{
    TextBench *bench = *state;
    text_bench_keep(bench, bench->target, OUTPUT_SLOT_TARGET);
    PassRequest request = with_penalty(bench, DIVERGENCE_SYMMETRIC_KL, 1.0);
    bench->params[3] = (Real)NAN;
    request.grads = bench->grads;
    const PassResult result = text_bench_run(bench, &request);
    assert_true(isnan(result.loss_nats) && isnan(result.penalty_nats));
}

#define ON_BENCH(test) cmocka_unit_test_setup_teardown(test, text_bench_open, text_bench_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_BENCH(the_task_loss_has_its_gradient_with_noise_and_dropout),
        ON_BENCH(a_penalty_has_its_gradient_for_every_kl),
        ON_BENCH(a_penalty_with_temperature_has_its_gradient),
        ON_BENCH(a_twin_has_its_gradient_through_both_branches),
        ON_BENCH(a_detached_twin_has_the_gradient_with_the_noised_branch_held),
        ON_BENCH(a_held_branch_is_checked_by_differences_too),
        ON_BENCH(regularisers_have_their_gradients_with_dropout_replayed),
        ON_BENCH(stored_deltas_give_the_gradient_of_the_loss_linear_in_the_logits),
        ON_BENCH(stored_deltas_at_the_same_place_give_the_same_gradient),
        ON_BENCH(weights_rates_and_sigmas_of_zero_change_no_bit),
        ON_BENCH(a_penalty_to_itself_and_a_twin_without_noise_cost_nothing),
        ON_BENCH(the_number_of_workers_changes_no_bit),
        ON_BENCH(noise_and_dropout_do_not_depend_on_micro_batches),
        ON_BENCH(the_noise_is_drawn_by_the_windows_place_in_the_batch),
        ON_BENCH(parts_weighted_by_their_positions_make_up_the_batch),
        ON_BENCH(a_part_is_compared_with_its_own_windows),
        ON_BENCH(a_fraction_is_compared_over_the_first_windows_of_the_batch),
        ON_BENCH(a_comparison_is_the_divergence_of_kept_outputs_to_the_bit),
        ON_BENCH(comparisons_that_cannot_be_made_are_refused),
        ON_BENCH(every_divergence_is_zero_at_home_and_grows_away_from_it),
        ON_BENCH(the_reference_reduction_divides_by_words_and_windows),
        ON_BENCH(requests_that_cannot_be_met_are_refused_and_touch_nothing),
        ON_BENCH(a_loss_that_is_not_finite_is_no_failure),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
