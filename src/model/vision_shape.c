/* model/vision_shape.c -- a Vision Transformer's configuration, believed key by key. */
#include "model/vision_shape.h"

/* No product of these that a tensor or an image has can then overflow. */
enum { IMAGE_SIZE_MOST = 4096, CHANNELS_MOST = 64 };

size_t vision_patch_count(const VisionShape *shape)
{
    const size_t side = shape->image_size / shape->patch_size;
    return side * side;
}

size_t vision_patch_width(const VisionShape *shape)
{
    return shape->channel_count * shape->patch_size * shape->patch_size;
}

size_t vision_image_numbers(const VisionShape *shape)
{
    return shape->channel_count * shape->image_size * shape->image_size;
}

static Status read_at_most(ConfigSource source, const char *key, size_t most, size_t *out)
{
    size_t value;
    TRY(config_read_size(source, key, 1, &value));
    if (value > most) {
        return problem_describe(source.problem, STATUS_BAD_VALUE, "%s: \"%s\" must be at most %zu",
                                source.name, key, most);
    }
    *out = value;
    return STATUS_OK;
}

Status vision_shape_from_json(const Json *config, const char *source_name, VisionShape *out,
                              Problem *problem)
{
    const ConfigSource source = {config, source_name, problem};
    VisionShape shape = {0};
    TRY(config_check_object(source));
    TRY(config_check_word(source, "model_type", "vit", false));
    TRY(config_check_switch(source, "qkv_bias", true, true));
    TRY(stack_shape_read(source, &shape.stack));
    TRY(read_at_most(source, "image_size", IMAGE_SIZE_MOST, &shape.image_size));
    TRY(read_at_most(source, "patch_size", IMAGE_SIZE_MOST, &shape.patch_size));
    TRY(read_at_most(source, "num_channels", CHANNELS_MOST, &shape.channel_count));
    if (shape.image_size % shape.patch_size != 0) {
        return problem_describe(problem, STATUS_BAD_VALUE,
                                "%s: \"image_size\" (%zu) is not divisible by \"patch_size\" (%zu)",
                                source_name, shape.image_size, shape.patch_size);
    }
    TRY(config_read_label_count(source, &shape.label_count));
    *out = shape;
    return STATUS_OK;
}

static bool fill(Json *config, const VisionShape *shape, const char *const *label_names)
{
    Json *const architectures = json_new_array();
    bool is_complete = json_append(architectures, json_new_string("ViTForImageClassification"));
    is_complete = json_add(config, "architectures", architectures) && is_complete;
    is_complete = json_add_string(config, "model_type", "vit") && is_complete;
    is_complete = stack_shape_add(config, &shape->stack) && is_complete;
    is_complete = json_add_number(config, "image_size", (double)shape->image_size) && is_complete;
    is_complete = json_add_number(config, "patch_size", (double)shape->patch_size) && is_complete;
    is_complete =
        json_add_number(config, "num_channels", (double)shape->channel_count) && is_complete;
    is_complete =
        json_add_number(config, "encoder_stride", (double)shape->patch_size) && is_complete;
    is_complete = json_add_bool(config, "qkv_bias", true) && is_complete;
    is_complete = config_add_labels(config, label_names, shape->label_count) && is_complete;
    return json_add_string(config, "torch_dtype", "float32") && is_complete;
}

Json *vision_shape_to_json(const VisionShape *shape, const char *const *label_names)
{
    Json *const config = json_new_object();
    if (config != NULL && !fill(config, shape, label_names)) {
        json_destroy(config);
        return NULL;
    }
    return config;
}
