/* lab/image_classification.h -- labelled images of several data sets under a Vision Transformer, as the source of a classification task. */
#ifndef LAB_IMAGE_CLASSIFICATION_H
#define LAB_IMAGE_CLASSIFICATION_H

#include "base/problem.h"
#include "lab/classification_source.h"
#include "records/experiment_spec.h"

/* Load images and model of `spec` (borrowed; it must outlive the source). Domains are data sets in the folder `data`, found by their names
 * (data/image_folder.h says how); their images are brought into the size and colours that the model takes. In each part a domain's images
 * lie in a random order, always the same. train_pool "pretrain" trains on the emoji kept for that.
 * STATUS_BAD_VALUE: "*" in place of names; classes, or names of them, that the sets trained on do not have; no image of a set in the pool.
 * What reading sets and model hands back besides. *source is then untouched. */
Status image_classification_open(const ExperimentSpec *spec, ClassificationSource *source,
                                 Problem *problem);

#endif
