/* model/test_vision_transformer.c -- a Vision Transformer against PyTorch's numbers and finite differences. */
#include "model/vision_transformer.h"

#include "kernels/cross_entropy.h"
#include "model/model_check.h"
#include "model/safetensors.h"
#include "model/vision_parameters.h"

static const char REFERENCE_JSON[] = "tests/reference/vit_reference.json";
static const char REFERENCE_WEIGHTS[] = "tests/reference/vit_reference.safetensors";

enum { B = 2, NUMBERS = 2 * 6 * 6, PATCHES = 9 };

/* The stored model and everything needed to run it. */
typedef struct Fixture {
    Json *reference;
    VisionShape shape;
    ParameterTable table;
    Real *params;
    Real *grads;
    Real images[B * NUMBERS];
    int32_t targets[B];
    VisionBatch batch;
    VisionWorkspace *workspace;
    ModelPass pass; /* how forward() runs; plain unless a test says otherwise */
} Fixture;

static int set_up(void **state)
{
    Fixture *const f = calloc(1, sizeof *f);
    assert_non_null(f);
    f->reference = read_reference(REFERENCE_JSON);
    assert_int_equal(vision_shape_from_json(json_member(f->reference, "config"), REFERENCE_JSON,
                                            &f->shape, NULL),
                     STATUS_OK);
    assert_int_equal(vision_image_numbers(&f->shape), NUMBERS);
    assert_int_equal(vision_patch_count(&f->shape), PATCHES);
    assert_int_equal(vision_table_create(&f->shape, &f->table), STATUS_OK);
    f->params = calloc(f->table.size, sizeof *f->params);
    f->grads = calloc(f->table.size, sizeof *f->grads);
    assert_non_null(f->params);
    assert_non_null(f->grads);
    assert_int_equal(safetensors_read(REFERENCE_WEIGHTS, &f->table, f->params, NULL), STATUS_OK);
    const Json *const images = json_member(f->reference, "images");
    assert_int_equal(json_count(images), B * NUMBERS);
    Real *next = f->images;
    for (const Json *item = json_first(images); item != NULL; item = json_next(item)) {
        *next++ = (Real)json_number(item);
    }
    read_integers(json_member(f->reference, "targets"), f->targets, B);
    f->batch = (VisionBatch){.B = B, .images = f->images};
    assert_int_equal(vision_workspace_create(&f->shape, B, &f->workspace), STATUS_OK);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    Fixture *const f = *state;
    vision_workspace_destroy(f->workspace);
    parameter_table_clear(&f->table);
    json_destroy(f->reference);
    free(f->params);
    free(f->grads);
    free(f);
    return 0;
}

static Real *forward(const Fixture *f, bool keeps_for_backward)
{
    ModelPass pass = f->pass;
    pass.keeps_for_backward = keeps_for_backward;
    return vision_forward(&f->shape, &f->table, f->params, &f->batch, &pass, f->workspace);
}

static double mean_loss(const void *context)
{
    const Fixture *const f = context;
    return cross_entropy_sum(forward(f, false), f->targets, B, f->shape.label_count) / B;
}

/* The gradient of the mean loss is added to f->grads. */
static void add_gradient(const Fixture *f)
{
    Real *const logits = forward(f, true);
    (void)cross_entropy_sum_and_gradient(logits, f->targets, B, f->shape.label_count,
                                         (Real)(1.0 / B));
    vision_backward(&f->shape, &f->table, f->params, &f->batch, logits, f->grads, f->workspace);
}

static size_t logit_count(const Fixture *f)
{
    return f->batch.B * f->shape.label_count;
}

static void agrees_with_pytorch_in_logits_loss_and_every_gradient(void **state)
{
    const Fixture *const f = *state;
    assert_list_near(forward(f, false), json_member(f->reference, "logits"), logit_count(f),
                     close_enough(), "logits");
    assert_near(mean_loss(f), json_number(json_member(f->reference, "loss_nats")), close_enough(),
                "loss", 0);
    add_gradient(f);
    assert_gradients_near(&f->table, f->grads, json_member(f->reference, "gradients"));
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

static void drop_and_add_noise(Fixture *f)
{
    f->shape.stack.hidden_dropout = 0.1;
    f->shape.stack.attention_dropout = 0.2;
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
    f->shape.stack.attention_dropout = 0;
    assert_true(changes_logits(f, first));
    f->shape.stack.attention_dropout = 0.2;
    f->shape.stack.hidden_dropout = 0;
    assert_true(changes_logits(f, first));
    f->shape.stack.hidden_dropout = 0.1;
    assert_false(changes_logits(f, first));
    free(first);
}

static void an_image_drops_and_is_noised_alike_alone_and_in_the_batch(void **state)
{
    Fixture *const f = *state;
    drop_and_add_noise(f);
    Real *const together = copy_of_logits(f, true);
    f->pass.first_window++;
    f->batch = (VisionBatch){.B = 1, .images = f->images + NUMBERS};
    const Real *const alone = forward(f, true);
    for (size_t i = 0; i < f->shape.label_count; i++) {
        assert_near((double)alone[i], (double)together[f->shape.label_count + i], nearly_equal(),
                    "logits", i);
    }
    free(together);
}

/* What noise adds to the patches of one image might as well stand in their positions; the first token has none. */
static void noise_is_added_to_the_patches(void **state)
{
    Fixture *const f = *state;
    const size_t C = f->shape.stack.C;
    Real *const positions = f->params + f->table.tensors[VISION_TENSOR_POSITION_EMBEDDING].offset;
    f->batch.B = 1;
    f->pass.noise = (Noise){.sigma = 0.2, .seed = 9};
    f->pass.first_window = 2;
    Real *const noised = copy_of_logits(f, false);
    noise_add(positions + C, &f->pass.noise, 2, 1, PATCHES, C);
    f->pass = (ModelPass){0};
    const Real *const moved = forward(f, false);
    for (size_t i = 0; i < f->shape.label_count; i++) {
        assert_near((double)moved[i], (double)noised[i], nearly_equal(), "logits", i);
    }
    free(noised);
}

static void images_in_another_order_give_their_logits_in_that_order(void **state)
{
    Fixture *const f = *state;
    const size_t K = f->shape.label_count;
    Real *const before = copy_of_logits(f, false);
    Real turned[B * NUMBERS];
    memcpy(turned, f->images + NUMBERS, NUMBERS * sizeof *turned);
    memcpy(turned + NUMBERS, f->images, NUMBERS * sizeof *turned);
    f->batch.images = turned;
    const Real *const after = forward(f, false);
    for (size_t i = 0; i < 2 * K; i++) {
        assert_near((double)after[i], (double)before[(i + K) % (2 * K)], nearly_equal(), "logits",
                    i);
    }
    free(before);
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
    vision_workspace_destroy(f->workspace);
    assert_int_equal(vision_workspace_create(&f->shape, 5, &f->workspace), STATUS_OK);
    assert_int_equal(memcmp(forward(f, true), before, logit_count(f) * sizeof *before), 0);
    free(before);
}

static void a_workspace_too_large_for_memory_is_refused(void **state)
{
    (void)state;
    const size_t most = (size_t)1 << 20;
    const VisionShape huge = {.stack = {.C = most, .L = most, .H = 1, .F = most},
                              .image_size = 4096,
                              .patch_size = 1,
                              .channel_count = 64,
                              .label_count = most};
    VisionWorkspace *workspace = NULL;
    assert_true(vision_workspace_bytes(&huge, most) == SIZE_MAX);
    assert_int_equal(vision_workspace_create(&huge, most, &workspace), STATUS_OUT_OF_MEMORY);
    assert_null(workspace);
    vision_workspace_destroy(NULL);
}

#define WITH_FIXTURE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FIXTURE(agrees_with_pytorch_in_logits_loss_and_every_gradient),
        WITH_FIXTURE(agrees_with_central_differences_for_every_tensor),
        WITH_FIXTURE(dropout_and_noise_agree_with_central_differences_for_every_tensor),
        WITH_FIXTURE(rates_and_noise_of_zero_change_no_bit),
        WITH_FIXTURE(dropout_and_noise_are_those_of_their_seeds),
        WITH_FIXTURE(an_image_drops_and_is_noised_alike_alone_and_in_the_batch),
        WITH_FIXTURE(noise_is_added_to_the_patches),
        WITH_FIXTURE(images_in_another_order_give_their_logits_in_that_order),
        WITH_FIXTURE(a_second_run_adds_the_same_bits),
        WITH_FIXTURE(a_larger_workspace_gives_the_same_bits),
        cmocka_unit_test(a_workspace_too_large_for_memory_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
