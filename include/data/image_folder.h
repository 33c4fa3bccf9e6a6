/* data/image_folder.h -- the data sets in a folder of images, each found by its name. */
#ifndef DATA_IMAGE_FOLDER_H
#define DATA_IMAGE_FOLDER_H

#include <stdbool.h>

#include "base/problem.h"
#include "base/status.h"
#include "data/image_set.h"
#include "data/image_split.h"
#include "data/name_list.h"

/* `{0}` is an empty one. */
typedef struct ImageDomain {
    ImageSet images;
    ImageSplit *splits;   /* [images.count]; owned */
    NameList class_names; /* as many as classes; empty: the labels are just numbers */
} ImageDomain;

/* Read the data set NAME of `folder`: the first of these that is there.
 *     NAME.bin                       a bundled file, gray or emoji as its size tells (data/image_files.h); the emoji's splits are those of
 *                                    emoji.en.tsv in the folder, or else in its neighbour cross-lingual
 *     NAME-images-idx3-ubyte         with NAME-labels-idx1-ubyte: IDX as MNIST has it, each plain or .gz ("idx4" for colours, and ".idx3"
 *                                    in place of "-idx3", as some hand it on, will do)
 *     NAME/train-images-idx3-ubyte   with its labels, and t10k-..., as published: the latter is the test split. Where these files lie in `folder`
 *                                    itself, the set is called "train"
 *     NAME/ with .jhf files          stroke fonts: some 2,500 images of digits, drawn from all of them in turn
 *     FONTS/ with START....jhf       for a NAME that is FONTS-START: only those fonts whose file names begin with START
 * Where the files say nothing of splits, a set that is trained on has 80 % train, 10 % dev and 10 % test of each class, one that is not
 * half dev and half test; always the same ones. NAME.labels.txt names the classes, one a line, for all but emoji and drawn digits, whose names are known.
 * STATUS_FILE_UNREADABLE says what was looked for; STATUS_BAD_VALUE: fewer names than labels, two alike; and what reading the files
 * hands back. *out is then untouched. The caller calls image_domain_clear. */
Status image_folder_read(const char *folder, const char *name, bool is_trained_on, ImageDomain *out,
                         Problem *problem);
void image_domain_clear(ImageDomain *domain);

/* The data sets that image_folder_read would find in `folder`, by name, each once; of fonts their whole folders, and of a published set that lies there not its test file. The list is empty if there are none.
 * STATUS_FILE_UNREADABLE names the folder; STATUS_OUT_OF_MEMORY. *names is then untouched. The caller calls name_list_clear. */
Status image_folder_list(const char *folder, NameList *names, Problem *problem);

#endif
