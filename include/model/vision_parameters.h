/* model/vision_parameters.h -- how the tensors of a Vision Transformer lie in the flat parameter vector. */
#ifndef MODEL_VISION_PARAMETERS_H
#define MODEL_VISION_PARAMETERS_H

#include <stddef.h>
#include <stdint.h>

#include "model/parameter_table.h"
#include "model/stack_parameters.h"
#include "model/vision_shape.h"

/* Where each tensor stands: the embeddings, each block's (STACK_TENSOR_COUNT), the last norm and the classifier. */
enum {
    VISION_TENSOR_FIRST_TOKEN,        /* cls_token [1, 1, C] in files */
    VISION_TENSOR_POSITION_EMBEDDING, /* [1, T, C] in files */
    VISION_TENSOR_PATCH_WEIGHT,       /* [C, channels, p, p] in files, as a Conv2d has it */
    VISION_TENSOR_PATCH_BIAS,
    VISION_TENSOR_FIRST_BLOCK
};
typedef enum VisionHeadTensor {
    VISION_HEAD_NORM_GAIN,
    VISION_HEAD_NORM_BIAS,
    VISION_HEAD_OUT_WEIGHT,
    VISION_HEAD_OUT_BIAS,
    VISION_HEAD_TENSOR_COUNT
} VisionHeadTensor;

/* Index of `tensor`, behind the blocks. */
size_t vision_head_tensor(const VisionShape *shape, VisionHeadTensor tensor);

/* Lay out the tensors under the names of ViTForImageClassification. Files may lack "vit." and hold a pooler besides; the last norm belongs
 * to the body, the classifier is PARAMETER_GROUP_HEAD.
 * STATUS_OUT_OF_MEMORY leaves *table all zero. The caller calls parameter_table_clear. */
Status vision_table_create(const VisionShape *shape, ParameterTable *table);

/* First weights as Hugging Face makes them: normal(0, 0.02), biases 0, gains 1. params [n] out. A pure function of shape and seed. */
void vision_initialise(const ParameterTable *table, uint64_t seed, Real *params);

#endif
