/* model/test_text_encoder.c -- XLM-R against PyTorch's numbers and finite differences, both heads, with pairs and padding. */
#include "model/text_encoder.h"

#include "kernels/cross_entropy.h"
#include "model/model_check.h"
#include "model/safetensors.h"
#include "model/text_encoder_parameters.h"

static const char REFERENCE_JSON[] = "tests/reference/encoder_reference.json";
static const char REFERENCE_WEIGHTS[] = "tests/reference/encoder_reference.safetensors";

enum { N_MAX = 40, ROWS_MAX = 20, PADDING = 1 };

/* The stored model with one head, and everything needed to run it. */
typedef struct Fixture {
    Json *reference;
    const Json *stored; /* of this head, within reference */
    TextEncoderShape shape;
    ParameterTable table;
    Real *params;
    Real *grads;
    int32_t tokens[N_MAX];
    int32_t types[N_MAX];
    uint32_t asked[ROWS_MAX];
    int32_t targets[ROWS_MAX];
    TextEncoderBatch batch;
    TextEncoderWorkspace *workspace;
    ModelPass pass; /* how forward() runs; plain unless a test says otherwise */
} Fixture;

static void read_batch(Fixture *f)
{
    const Json *const stored = f->stored;
    const Json *const asked = json_member(stored, "asked");
    const Json *const types = json_member(stored, "types");
    f->batch = (TextEncoderBatch){.B = (size_t)json_number(json_member(stored, "B")),
                                  .T = (size_t)json_number(json_member(stored, "T")),
                                  .tokens = f->tokens};
    const size_t N = f->batch.B * f->batch.T;
    read_integers(json_member(stored, "tokens"), f->tokens, N);
    if (types != NULL) {
        read_integers(types, f->types, N);
        f->batch.types = f->types;
    }
    if (asked != NULL) {
        read_integers(asked, (int32_t *)f->asked, json_count(asked));
        f->batch.asked = f->asked;
        f->batch.asked_count = json_count(asked) / f->batch.B;
    }
    read_integers(json_member(stored, "targets"), f->targets,
                  text_encoder_output_rows(&f->shape, &f->batch));
}

static int set_up(void **state, TextEncoderHead head, const char *name)
{
    Fixture *const f = calloc(1, sizeof *f);
    assert_non_null(f);
    f->reference = read_reference(REFERENCE_JSON);
    f->stored = json_member(f->reference, name);
    assert_int_equal(text_encoder_shape_from_json(json_member(f->reference, "config"),
                                                  REFERENCE_JSON, head, &f->shape, NULL),
                     STATUS_OK);
    assert_int_equal(text_encoder_table_create(&f->shape, &f->table), STATUS_OK);
    f->params = calloc(f->table.size, sizeof *f->params);
    f->grads = calloc(f->table.size, sizeof *f->grads);
    assert_non_null(f->params);
    assert_non_null(f->grads);
    /* The file holds both heads and an old buffer: each is left out where it is not wanted. */
    assert_int_equal(safetensors_read(REFERENCE_WEIGHTS, &f->table, f->params, NULL), STATUS_OK);
    read_batch(f);
    assert_int_equal(
        text_encoder_workspace_create(&f->shape, f->batch.B, f->batch.T, ROWS_MAX, &f->workspace),
        STATUS_OK);
    *state = f;
    return 0;
}

static int set_up_classifier(void **state)
{
    return set_up(state, TEXT_HEAD_CLASSIFIER, "classifier");
}

static int set_up_masked_lm(void **state)
{
    return set_up(state, TEXT_HEAD_MASKED_LM, "masked_lm");
}

static int tear_down(void **state)
{
    Fixture *const f = *state;
    text_encoder_workspace_destroy(f->workspace);
    parameter_table_clear(&f->table);
    json_destroy(f->reference);
    free(f->params);
    free(f->grads);
    free(f);
    return 0;
}

static size_t row_count(const Fixture *f)
{
    return text_encoder_output_rows(&f->shape, &f->batch);
}

static size_t width(const Fixture *f)
{
    return text_encoder_output_width(&f->shape);
}

static size_t logit_count(const Fixture *f)
{
    return row_count(f) * width(f);
}

static Real *forward(const Fixture *f, bool keeps_for_backward)
{
    ModelPass pass = f->pass;
    pass.keeps_for_backward = keeps_for_backward;
    return text_encoder_forward(&f->shape, &f->table, f->params, &f->batch, &pass, f->workspace);
}

static double mean_loss(const void *context)
{
    const Fixture *const f = context;
    return cross_entropy_sum(forward(f, false), f->targets, row_count(f), width(f)) /
           (double)row_count(f);
}

/* The gradient of the mean loss is added to f->grads. */
static void add_gradient(const Fixture *f)
{
    Real *const logits = forward(f, true);
    (void)cross_entropy_sum_and_gradient(logits, f->targets, row_count(f), width(f),
                                         (Real)(1 / (double)row_count(f)));
    text_encoder_backward(&f->shape, &f->table, f->params, &f->batch, logits, f->grads,
                          f->workspace);
}

static void agrees_with_pytorch_in_logits_loss_and_every_gradient(void **state)
{
    const Fixture *const f = *state;
    assert_list_near(forward(f, false), json_member(f->stored, "logits"), logit_count(f),
                     close_enough(), "logits");
    assert_near(mean_loss(f), json_number(json_member(f->stored, "loss_nats")), close_enough(),
                "loss", 0);
    add_gradient(f);
    assert_gradients_near(&f->table, f->grads, json_member(f->stored, "gradients"));
}

static void expect_central_differences(const Fixture *f)
{
    const LossOf of = {mean_loss, f, &f->table, f->params};
    add_gradient(f);
    assert_central_differences(&of, f->grads);
}

static void agrees_with_central_differences_for_every_tensor(void **state)
{
    expect_central_differences(*state);
}

/* Both change the pass for good, with rates that differ so that none can stand in for another. */
static void drop_and_add_noise(Fixture *f)
{
    f->shape.stack.hidden_dropout = 0.1;
    f->shape.stack.attention_dropout = 0.2;
    f->shape.classifier_dropout = 0.3;
    f->pass = (ModelPass){.has_dropout = true,
                          .dropout_seed = 77,
                          .noise = {.sigma = 0.1, .seed = 5},
                          .first_window = 3};
}

static void dropout_and_noise_agree_with_central_differences_for_every_tensor(void **state)
{
    drop_and_add_noise(*state);
    expect_central_differences(*state);
}

static Real *copy_of_logits(const Fixture *f, bool keeps_for_backward)
{
    return copy_of_reals(forward(f, keeps_for_backward), logit_count(f));
}

static bool changes_logits(const Fixture *f, const Real *before)
{
    return memcmp(forward(f, false), before, logit_count(f) * sizeof *before) != 0;
}

/* Windows that stand further apart in memory are the same windows. */
static void a_stride_passes_over_what_is_behind_each_window(void **state)
{
    enum { GAP = 3 };
    Fixture *const f = *state;
    int32_t spread[N_MAX * (GAP + 1)];
    Real *const plain = copy_of_logits(f, true);
    add_gradient(f);
    Real *const gradient = copy_of_reals(f->grads, f->table.size);
    for (size_t i = 0; i < sizeof spread / sizeof spread[0]; i++) {
        spread[i] = -1; /* would be refused as a token */
    }
    f->batch.stride = f->batch.T + GAP;
    for (size_t i = 0; i < f->batch.B * f->batch.T; i++) {
        spread[i / f->batch.T * f->batch.stride + i % f->batch.T] = f->tokens[i];
    }
    f->batch.tokens = spread;
    assert_false(changes_logits(f, plain));
    memset(f->grads, 0, f->table.size * sizeof *f->grads);
    add_gradient(f);
    assert_memory_equal(f->grads, gradient, f->table.size * sizeof *gradient);
    free(plain);
    free(gradient);
}

static void rates_and_noise_of_zero_change_no_bit(void **state)
{
    Fixture *const f = *state;
    Real *const plain = copy_of_logits(f, true);
    assert_false(changes_logits(f, plain)); /* nor does keeping nothing for backward */
    f->pass = (ModelPass){
        .has_dropout = true, .dropout_seed = 77, .noise = {.seed = 5}, .first_window = 3};
    assert_false(changes_logits(f, plain));
    /* Rates without dropout, as in an evaluation. */
    drop_and_add_noise(f);
    f->pass = (ModelPass){.dropout_seed = 77};
    assert_false(changes_logits(f, plain));
    free(plain);
}

static void dropout_and_noise_are_those_of_their_seeds(void **state)
{
    Fixture *const f = *state;
    drop_and_add_noise(f);
    Real *const first = copy_of_logits(f, true);
    assert_false(changes_logits(f, first));
    f->pass.dropout_seed++;
    assert_true(changes_logits(f, first));
    f->pass.dropout_seed--;
    f->pass.noise.seed++;
    assert_true(changes_logits(f, first));
    f->pass.noise.seed--;
    f->pass.noise.is_uniform = true;
    assert_true(changes_logits(f, first));
    f->pass.noise.is_uniform = false;
    assert_false(changes_logits(f, first));
    free(first);
}

/* Does dropping at these rates change anything? */
static bool acts(Fixture *f, double hidden, double attention, double classifier)
{
    f->pass = (ModelPass){0};
    Real *const plain = copy_of_logits(f, false);
    f->pass = (ModelPass){.has_dropout = true, .dropout_seed = 1};
    f->shape.stack.hidden_dropout = hidden;
    f->shape.stack.attention_dropout = attention;
    f->shape.classifier_dropout = classifier;
    const bool is_changed = changes_logits(f, plain);
    free(plain);
    return is_changed;
}

static void each_rate_drops_at_its_own_place(void **state)
{
    Fixture *const f = *state;
    const bool is_classifier = f->shape.head == TEXT_HEAD_CLASSIFIER;
    assert_true(acts(f, 0.5, 0, 0) && acts(f, 0, 0.5, 0));
    assert_int_equal(acts(f, 0, 0, 0.5), is_classifier);
    for (size_t l = 0; l < f->shape.stack.L; l++) {
        const ParameterTensor *const tensor =
            &f->table.tensors[TEXT_TENSOR_FIRST_BLOCK + l * STACK_TENSOR_COUNT +
                              STACK_ATTENTION_OUT_WEIGHT];
        memset(f->params + tensor->offset, 0, tensor->rows * tensor->cols * sizeof *f->params);
    }
    /* What attention mixes now reaches nothing. */
    assert_true(acts(f, 0.5, 0, 0) && !acts(f, 0, 0.5, 0));
}

/* The first `count` rows of both. */
static void assert_rows_near(const Fixture *f, const Real *got, const Real *wanted, size_t count)
{
    for (size_t i = 0; i < count * width(f); i++) {
        assert_near((double)got[i], (double)wanted[i], nearly_equal(), "logits", i);
    }
}

static void a_window_drops_and_is_noised_alike_alone_and_in_the_batch(void **state)
{
    Fixture *const f = *state;
    drop_and_add_noise(f);
    Real *const together = copy_of_logits(f, true);
    const size_t T = f->batch.T;
    f->pass.first_window++;
    f->batch.B = 1;
    f->batch.tokens += T;
    f->batch.types = f->batch.types == NULL ? NULL : f->batch.types + T;
    f->batch.asked = f->batch.asked == NULL ? NULL : f->batch.asked + f->batch.asked_count;
    assert_rows_near(f, forward(f, true), together + row_count(f) * width(f), row_count(f));
    free(together);
}

/* What noise adds to one window might as well stand in the position embedding. */
static void noise_is_added_to_the_embedding(void **state)
{
    Fixture *const f = *state;
    const size_t C = f->shape.stack.C;
    Real *const positions = f->params + f->table.tensors[TEXT_TENSOR_POSITION_EMBEDDING].offset;
    f->batch.B = 1;
    f->pass.noise = (Noise){.sigma = 0.2, .seed = 9};
    f->pass.first_window = 2;
    Real *const noised = copy_of_logits(f, false);
    /* Without padding, or with it at the end only, the positions run from padding + 1. */
    noise_add(positions + (PADDING + 1) * C, &f->pass.noise, 2, 1, f->batch.T, C);
    f->pass = (ModelPass){0};
    assert_rows_near(f, forward(f, false), noised, row_count(f));
    free(noised);
}

/* The batch with `more` positions of padding behind each window. */
static void lengthen(Fixture *f, size_t more)
{
    const size_t T = f->batch.T + more;
    for (size_t b = f->batch.B; b-- > 0;) {
        for (size_t t = T; t-- > 0;) {
            const bool is_old = t < f->batch.T;
            f->tokens[b * T + t] = is_old ? f->tokens[b * f->batch.T + t] : PADDING;
            f->types[b * T + t] = is_old ? f->types[b * f->batch.T + t] : 1;
        }
    }
    f->batch.T = T;
    text_encoder_workspace_destroy(f->workspace);
    assert_int_equal(
        text_encoder_workspace_create(&f->shape, f->batch.B, T, ROWS_MAX, &f->workspace),
        STATUS_OK);
}

/* In logits and gradients, also where units are dropped: masks go by position. */
static void more_padding_changes_nothing(void **state)
{
    Fixture *const f = *state;
    f->shape.stack.attention_dropout = 0.2;
    f->shape.stack.hidden_dropout = 0.3;
    f->pass = (ModelPass){.has_dropout = true, .dropout_seed = 7};
    Real *const before = copy_of_logits(f, false);
    add_gradient(f);
    Real *const grads = copy_of_reals(f->grads, f->table.size);
    memset(f->grads, 0, f->table.size * sizeof *f->grads);
    lengthen(f, 3);
    assert_rows_near(f, forward(f, false), before, row_count(f));
    add_gradient(f);
    for (size_t i = 0; i < f->table.size; i++) {
        assert_near((double)f->grads[i], (double)grads[i], nearly_equal(), "grads", i);
    }
    free(grads);
    free(before);
}

/* Neither the word embedding nor the position embedding of padding means anything. */
static void what_stands_for_padding_means_nothing(void **state)
{
    Fixture *const f = *state;
    const size_t C = f->shape.stack.C;
    Real *const before = copy_of_logits(f, false);
    for (size_t i = TEXT_TENSOR_WORD_EMBEDDING; i <= TEXT_TENSOR_POSITION_EMBEDDING; i++) {
        Real *const row = f->params + f->table.tensors[i].offset + PADDING * C;
        for (size_t j = 0; j < C; j++) {
            row[j] += 3;
        }
    }
    Real *const after = forward(f, false);
    for (size_t i = 0; i < logit_count(f); i++) {
        if (f->shape.head == TEXT_HEAD_CLASSIFIER || i % width(f) != PADDING) {
            assert_near((double)after[i], (double)before[i], 0, "logits", i);
        }
    }
    free(before);
}

/* Nor does it learn, even where somebody asks for the logits there: as in PyTorch. */
static void the_embedding_of_padding_gets_no_gradient(void **state)
{
    Fixture *const f = *state;
    static const uint32_t at_padding[] = {7};
    assert_int_equal(f->tokens[7], PADDING);
    f->batch.B = 1;
    f->batch.asked = at_padding;
    f->batch.asked_count = 1;
    add_gradient(f);
    const size_t C = f->shape.stack.C;
    const Real *const positions =
        f->grads + f->table.tensors[TEXT_TENSOR_POSITION_EMBEDDING].offset;
    const Real *const types = f->grads + f->table.tensors[TEXT_TENSOR_TYPE_EMBEDDING].offset;
    for (size_t j = 0; j < C; j++) {
        assert_near((double)positions[PADDING * C + j], 0, 0, "position", j);
        assert_true(fabs((double)types[j]) > 0);
    }
}

static void windows_in_another_order_give_their_logits_in_that_order(void **state)
{
    Fixture *const f = *state;
    const size_t T = f->batch.T;
    const size_t B = f->batch.B;
    const size_t rows_of_window = row_count(f) / B;
    Real *const before = copy_of_logits(f, false);
    int32_t turned[2][N_MAX];
    for (size_t i = 0; i < B * T; i++) {
        const size_t from = (B - 1 - i / T) * T + i % T;
        turned[0][i] = f->tokens[from];
        turned[1][i] = f->types[from];
    }
    uint32_t asked[ROWS_MAX] = {0};
    for (size_t r = 0; r < B * f->batch.asked_count; r++) {
        const size_t count = f->batch.asked_count;
        asked[r] = f->asked[(B - 1 - r / count) * count + r % count];
    }
    f->batch.tokens = turned[0];
    f->batch.types = f->batch.types == NULL ? NULL : turned[1];
    f->batch.asked = f->batch.asked == NULL ? NULL : asked;
    const Real *const after = forward(f, false);
    for (size_t b = 0; b < B; b++) {
        assert_rows_near(f, after + b * rows_of_window * width(f),
                         before + (B - 1 - b) * rows_of_window * width(f), rows_of_window);
    }
    free(before);
}

static void the_second_sentence_of_a_pair_and_its_types_matter(void **state)
{
    Fixture *const f = *state;
    Real *const before = copy_of_logits(f, false);
    f->tokens[7]++; /* in the first window's second sentence */
    const Real *const after = forward(f, false);
    assert_memory_not_equal(after, before, width(f) * sizeof *after);
    assert_memory_equal(after + width(f), before + width(f), 2 * width(f) * sizeof *after);
    f->tokens[7]--;
    f->types[7] = 0;
    assert_true(changes_logits(f, before));
    free(before);
}

static void without_types_all_are_of_the_first(void **state)
{
    Fixture *const f = *state;
    memset(f->types, 0, sizeof f->types);
    f->batch.types = f->types;
    Real *const before = copy_of_logits(f, false);
    f->batch.types = NULL;
    assert_false(changes_logits(f, before));
    free(before);
}

/* All positions, chosen ones, one asked for twice, and none. */
static void logits_are_given_where_asked_for(void **state)
{
    Fixture *const f = *state;
    const size_t V = f->shape.V;
    Real *const chosen = copy_of_logits(f, false);
    f->batch.asked = NULL;
    const Real *const all = forward(f, false);
    for (size_t r = 0; r < f->batch.B * f->batch.asked_count; r++) {
        const size_t row = r / f->batch.asked_count * f->batch.T + f->asked[r];
        for (size_t v = 0; v < V; v++) {
            assert_near((double)all[row * V + v], (double)chosen[r * V + v], nearly_equal(),
                        "logits", r * V + v);
        }
    }
    static const uint32_t twice[] = {3, 3, 1, 1};
    static const uint32_t once[] = {3, 1};
    const int32_t targets[] = {5, 5, 7, 7};
    f->batch.asked = twice;
    f->batch.asked_count = 2;
    memcpy(f->targets, targets, sizeof targets);
    add_gradient(f);
    Real *const grads = copy_of_reals(f->grads, f->table.size);
    memset(f->grads, 0, f->table.size * sizeof *f->grads);
    f->batch.asked = once; /* the same mean over half the rows */
    f->batch.asked_count = 1;
    f->targets[1] = targets[2];
    add_gradient(f);
    for (size_t i = 0; i < f->table.size; i++) {
        assert_near((double)f->grads[i], (double)grads[i], nearly_equal(), "grads", i);
    }
    memset(f->grads, 0, f->table.size * sizeof *f->grads);
    f->batch.asked_count = 0;
    Real *const none = forward(f, true);
    text_encoder_backward(&f->shape, &f->table, f->params, &f->batch, none, f->grads, f->workspace);
    for (size_t i = 0; i < f->table.size; i++) {
        assert_near((double)f->grads[i], 0, 0, "grads", i);
    }
    free(grads);
    free(chosen);
}

/* The stored classifier has three labels: for five, the body is read and the head made anew. */
static void another_number_of_labels_gets_a_new_head_on_the_same_body(void **state)
{
    const Fixture *const f = *state;
    const char *const path = REFERENCE_WEIGHTS;
    TextEncoderShape shape = f->shape;
    ParameterTable table;
    StoredHead stored = STORED_HEAD_WHOLE;
    shape.label_count = 5;
    assert_int_equal(text_encoder_table_create(&shape, &table), STATUS_OK);
    Real *const params = calloc(table.size, sizeof *params);
    assert_non_null(params);
    Problem problem = {0};
    assert_int_equal(safetensors_read(path, &table, params, &problem), STATUS_BAD_VALUE);
    assert_non_null(strstr(problem.text, "\"classifier.out_proj."));
    assert_int_equal(safetensors_read_shards(&path, 1, &table, params, &stored, NULL), STATUS_OK);
    assert_int_equal(stored, STORED_HEAD_OTHER);
    parameter_head_initialise(&table, 1, params);
    const size_t head = table.tensors[text_encoder_first_head_tensor(&shape)].offset;
    assert_memory_equal(params, f->params, head * sizeof *params);
    const Real *const first = params + head;
    assert_true(fabs((double)first[0]) > 0 && fabs((double)first[0]) < 0.1);
    assert_true(fabs((double)first[0] - (double)f->params[head]) > 0);
    free(params);
    parameter_table_clear(&table);
}

static void a_second_run_adds_the_same_bits(void **state)
{
    const Fixture *const f = *state;
    const size_t size = f->table.size * sizeof *f->grads;
    drop_and_add_noise(*state);
    add_gradient(f);
    Real *const once = copy_of_reals(f->grads, f->table.size);
    memset(f->grads, 0, size);
    add_gradient(f);
    assert_memory_equal(once, f->grads, size);
    add_gradient(f);
    for (size_t i = 0; i < f->table.size; i++) {
        assert_near((double)f->grads[i], 2 * (double)once[i], nearly_equal(), "grads", i);
    }
    free(once);
}

static void a_larger_workspace_gives_the_same_bits(void **state)
{
    Fixture *const f = *state;
    Real *const before = copy_of_logits(f, true);
    text_encoder_workspace_destroy(f->workspace);
    assert_int_equal(text_encoder_workspace_create(&f->shape, 7, text_encoder_longest(&f->shape),
                                                   50, &f->workspace),
                     STATUS_OK);
    assert_int_equal(memcmp(forward(f, true), before, logit_count(f) * sizeof *before), 0);
    free(before);
}

static void a_workspace_too_large_for_memory_is_refused(void **state)
{
    (void)state;
    const size_t most = (size_t)1 << 20;
    const TextEncoderShape huge = {
        .stack = {.C = most, .L = most, .H = 1, .F = most, .layer_norm_epsilon = 1e-5},
        .head = TEXT_HEAD_MASKED_LM,
        .V = most,
        .P = most,
        .type_count = 1,
        .padding = 1};
    TextEncoderWorkspace *workspace = NULL;
    assert_true(text_encoder_workspace_bytes(&huge, most, most, most) == SIZE_MAX);
    assert_int_equal(text_encoder_workspace_create(&huge, most, most, most, &workspace),
                     STATUS_OUT_OF_MEMORY);
    assert_null(workspace);
    text_encoder_workspace_destroy(NULL);
}

#define CLASSIFIER(test) cmocka_unit_test_setup_teardown(test, set_up_classifier, tear_down)
#define MASKED_LM(test)  cmocka_unit_test_setup_teardown(test, set_up_masked_lm, tear_down)
#define BOTH(test)       CLASSIFIER(test), MASKED_LM(test)

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(agrees_with_pytorch_in_logits_loss_and_every_gradient),
        BOTH(agrees_with_central_differences_for_every_tensor),
        BOTH(dropout_and_noise_agree_with_central_differences_for_every_tensor),
        BOTH(a_stride_passes_over_what_is_behind_each_window),
        BOTH(rates_and_noise_of_zero_change_no_bit),
        BOTH(dropout_and_noise_are_those_of_their_seeds),
        BOTH(each_rate_drops_at_its_own_place),
        BOTH(a_window_drops_and_is_noised_alike_alone_and_in_the_batch),
        BOTH(noise_is_added_to_the_embedding),
        BOTH(more_padding_changes_nothing),
        BOTH(what_stands_for_padding_means_nothing),
        MASKED_LM(the_embedding_of_padding_gets_no_gradient),
        BOTH(windows_in_another_order_give_their_logits_in_that_order),
        CLASSIFIER(the_second_sentence_of_a_pair_and_its_types_matter),
        MASKED_LM(without_types_all_are_of_the_first),
        MASKED_LM(logits_are_given_where_asked_for),
        CLASSIFIER(another_number_of_labels_gets_a_new_head_on_the_same_body),
        BOTH(a_second_run_adds_the_same_bits),
        BOTH(a_larger_workspace_gives_the_same_bits),
        cmocka_unit_test(a_workspace_too_large_for_memory_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
