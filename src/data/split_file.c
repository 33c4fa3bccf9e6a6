#include "data/split_file.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { NAME_BYTES = 128 };

/* A name; a star in it stands for the language. */
typedef struct SplitName {
    const char *split;
    const char *name;
} SplitName;

/* False if there is no place for the name. */
static bool write_name(const SplitName *from, const char *language, char name[NAME_BYTES])
{
    const char *star = strchr(from->name, '*');
    const int length = star == NULL
                           ? snprintf(name, NAME_BYTES, "%s", from->name)
                           : snprintf(name, NAME_BYTES, "%.*s%s%s", (int)(star - from->name),
                                      from->name, language, star + 1);
    return length > 0 && length < NAME_BYTES;
}

static bool is_there(const char *folder, const char *name, char *path, size_t path_bytes)
{
    const int length = snprintf(path, path_bytes, "%s/%s", folder, name);
    return length > 0 && (size_t)length < path_bytes && access(path, F_OK) == 0;
}

bool split_file_find(const char *folder, const char *split, const char *language, char *path,
                     size_t path_bytes)
{
    static const SplitName NAMES[] = {{"train", "train.tsv"},
                                      {"train", "train.jsonl"},
                                      {"train", "multinli.train.*.tsv"},
                                      {"train", "multinli_1.0_train.jsonl"},
                                      {"train", "multinli_1.0_train.txt"},
                                      {"dev", "dev.tsv"},
                                      {"dev", "dev.jsonl"},
                                      {"dev", "xnli.dev.tsv"},
                                      {"dev", "xnli.dev.jsonl"},
                                      {"dev", "multinli_1.0_dev_matched.jsonl"},
                                      {"dev", "multinli_1.0_dev_matched.txt"},
                                      {"test", "test.tsv"},
                                      {"test", "test.jsonl"},
                                      {"test", "xnli.test.tsv"},
                                      {"test", "xnli.test.jsonl"}};
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++) {
        char name[NAME_BYTES];
        if (strcmp(NAMES[i].split, split) == 0 && write_name(&NAMES[i], language, name) &&
            is_there(folder, name, path, path_bytes)) {
            return true;
        }
    }
    return false;
}
