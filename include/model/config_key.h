/* model/config_key.h -- reading and checking the keys of a Hugging Face config.json, each refusal naming file and key. */
#ifndef MODEL_CONFIG_KEY_H
#define MODEL_CONFIG_KEY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/json.h"
#include "base/problem.h"

/* A configuration being believed key by key. Everything borrowed. */
typedef struct ConfigSource {
    const Json *config;
    const char *name; /* for messages */
    Problem *problem; /* may be NULL */
} ConfigSource;

/* All return STATUS_BAD_VALUE, with a problem that names source and key, and then leave *out alone. */

/* The document must be an object, and the model's weights plain numbers ("quantization_config" is not). */
Status config_check_object(ConfigSource source);

/* Is the key there, and not null? */
bool config_has(ConfigSource source, const char *key);

/* A whole number from `least` to 2^20 (so that no product of sizes that one tensor has can overflow). */
Status config_read_size(ConfigSource source, const char *key, size_t least, size_t *out);

/* A number above 0 and at most 1; `standard` where the key is missing. */
Status config_read_epsilon(ConfigSource source, const char *key, double standard, double *out);

/* A share of units to drop, 0 <= p < 1. DIFFERS from Hugging Face where the key is missing: 0 in place of 0.1, so that nobody
 * trains with dropout unknowingly. */
Status config_read_dropout(ConfigSource source, const char *key, double *out);

/* The key must hold `word` (or true or false); may_be_absent: or be missing. `standard` is what a missing switch means. */
Status config_check_word(ConfigSource source, const char *key, const char *word,
                         bool may_be_absent);
Status config_check_switch(ConfigSource source, const char *key, bool standard, bool supported);

/* How many labels a classifier has: "num_labels", or else the size of "id2label", or else Hugging Face's 2. */
Status config_read_label_count(ConfigSource source, size_t *out);

/* Write "id2label" and "label2id". names [count], all different; NULL: LABEL_0, LABEL_1, ... False when out of memory. */
bool config_add_labels(Json *config, const char *const *names, size_t count);

#endif
