/* data/split_file.h -- which file of a folder holds a split of labelled texts. */
#ifndef DATA_SPLIT_FILE_H
#define DATA_SPLIT_FILE_H

#include <stdbool.h>
#include <stddef.h>

/* Find the rows of `split` ("train", "dev" or "test"): <split>.tsv or .jsonl, else the names under which XNLI and MultiNLI are published:
 *     train  multinli.train.<language>.tsv, multinli_1.0_train.jsonl or .txt (columns)
 *     dev    xnli.dev.tsv or .jsonl, multinli_1.0_dev_matched.jsonl or .txt
 *     test   xnli.test.tsv or .jsonl
 * language  that is trained on
 * path      receives the first that is there. False if none is, or its path is too long. */
bool split_file_find(const char *folder, const char *split, const char *language, char *path,
                     size_t path_bytes);

#endif
