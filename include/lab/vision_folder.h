/* lab/vision_folder.h -- a Vision Transformer's checkpoint ready to train, with a head for the classes at hand. */
#ifndef LAB_VISION_FOLDER_H
#define LAB_VISION_FOLDER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/problem.h"
#include "base/real.h"
#include "data/image_batch.h"
#include "lab/classifier_head.h"
#include "model/parameter_table.h"
#include "model/vision_shape.h"
#include "records/experiment_spec.h"

/* All owned; vision_start_clear frees. */
typedef struct VisionStart {
    VisionShape shape;
    ParameterTable table;
    Real *theta_0; /* [table.size] */
    ImageScaling scaling;
    bool has_new_head; /* the folder had none for these classes: it was drawn from the seed */
    char head_text
        [HEAD_TEXT_BYTES]; /* what became of the folder's head; "" if there is nothing to tell */
} VisionStart;

/* Load the spec's `model` folder, or initialise `model_config` from the seed.
 * class_names [class_count]  the head stays if it tells the same classes in the same order (lab/classifier_head.h), else it is replaced by a new one
 * Pixels are scaled as preprocessor_config.json of the folder says (image_mean, image_std, do_normalize), without one by 0.5 and 0.5,
 * Hugging Face's own for ViT. The problem names what is wrong: a missing or broken file, num_channels other than 1 or 3, a scaling that is none,
 * a rescale_factor other than 1/255. On failure *start is all zero. */
Status vision_start_load(const ExperimentSpec *spec, const char *const *class_names,
                         size_t class_count, VisionStart *start, Problem *problem);
void vision_start_clear(VisionStart *start);

/* Write the folder's files; preprocessor_config.json is what Hugging Face's ViTImageProcessor reads. As folder_files_save. */
Status vision_folder_save(const char *folder, const VisionStart *start, const Real *params,
                          const char *const *class_names, Problem *problem);

#endif
