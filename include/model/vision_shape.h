/* model/vision_shape.h -- the sizes of a Vision Transformer and its classifier. */
#ifndef MODEL_VISION_SHAPE_H
#define MODEL_VISION_SHAPE_H

#include <stddef.h>

#include "base/json.h"
#include "base/problem.h"
#include "model/stack_shape.h"

typedef struct VisionShape {
    StackShape stack;
    size_t image_size;    /* pixels of a side */
    size_t patch_size;    /* of a patch's side; divides image_size */
    size_t channel_count; /* num_channels */
    size_t label_count;
} VisionShape;

size_t vision_patch_count(const VisionShape *shape);   /* of an image */
size_t vision_patch_width(const VisionShape *shape);   /* numbers in a patch */
size_t vision_image_numbers(const VisionShape *shape); /* in an image */

/* Read a Hugging Face configuration (model_type "vit", as ViTForImageClassification has it). Dropout is 0 where the file has none.
 * source_name  for messages. STATUS_BAD_VALUE names the key: missing, out of range (image_size to 4096, num_channels to 64),
 * image_size not divisible by patch_size, or an unsupported setting (hidden_act other than gelu, qkv_bias false).
 * *out is then untouched. */
Status vision_shape_from_json(const Json *config, const char *source_name, VisionShape *out,
                              Problem *problem);

/* The configuration as Hugging Face writes it; NULL when out of memory. The caller destroys it.
 * label_names  [label_count], all different; NULL: LABEL_0, LABEL_1, ... */
Json *vision_shape_to_json(const VisionShape *shape, const char *const *label_names);

#endif
