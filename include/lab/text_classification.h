/* lab/text_classification.h -- labelled texts in several languages under an encoder, as the source of a classification task. */
#ifndef LAB_TEXT_CLASSIFICATION_H
#define LAB_TEXT_CLASSIFICATION_H

#include "base/problem.h"
#include "data/name_list.h"
#include "lab/classification_source.h"
#include "records/experiment_spec.h"

/* Load texts, encoder and tokenizer of `spec` (borrowed; it must outlive the source). Domains are languages; data_format says how `data` is laid out:
 *     emoji        emoji.<language>.tsv: trained on name, keywords and both joined; told from name and keywords joined
 *     emoji-pairs  the same files, as pairs of name and keyword with 3 labels
 *     columns, inference   train, dev and test .tsv or .jsonl (data/labelled_files.h)
 * Texts are cut to block_size tokens. STATUS_BAD_VALUE: `task` and data_format do not go together; a language without rows. What reading hands
 * back besides. *source is then untouched. */
Status text_classification_open(const ExperimentSpec *spec, ClassificationSource *source,
                                Problem *problem);

/* The final part alone, for evaluating a finished model: labels are what the model's folder calls them (lab/model_labels.h; in their order if it only
 * numbers them), domains those of train_domains. The other parts have no examples. STATUS_BAD_VALUE besides: a label that the model does not know,
 * a folder without a classifier for as many labels. *source is then untouched. */
Status text_classification_open_final(const ExperimentSpec *spec, ClassificationSource *source,
                                      Problem *problem);

/* The languages of the final split's rows, in their order, of data_format columns or inference. What reading hands back: STATUS_BAD_VALUE if rows do not say their language.
 * *languages is untouched on failure. The caller calls name_list_clear. */
Status text_classification_languages(const ExperimentSpec *spec, NameList *languages,
                                     Problem *problem);

#endif
