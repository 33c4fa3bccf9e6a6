/* lab/tiny_vision.h -- three small sets of images and a Vision Transformer of some hundred weights. */
#ifndef TESTS_LAB_TINY_VISION_H
#define TESTS_LAB_TINY_VISION_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "records/experiment_spec.h"

typedef struct TinyVision {
    char folder[128];
    ExperimentSpec spec; /* trained on "rows"; to be told "shifted" and "large" */
} TinyVision;

/* `count` gray images with some noise; the label, 0 to 3, is the quarter of the image that is bright. */
static inline void tiny_write_images(const char *folder, const char *name, uint8_t count,
                                     uint8_t side, uint8_t light)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s.bin", folder, name);
    FILE *file = fopen(path, "wb");
    const uint8_t head[] = {count, 0, 0, 0, side, 0, 0, 0};
    Random random = random_stream(light, RANDOM_STREAM_NOISE, side);
    fwrite(head, 1, sizeof head, file);
    for (int i = 0; i < count; i++) {
        fputc(i % 4, file);
        for (int p = 0; p < side * side; p++) {
            const int quarter = (p / side * 2 / side) * 2 + p % side * 2 / side;
            fputc((int)random_below(&random, 60) + (quarter == i % 4 ? light : 0), file);
        }
    }
    fclose(file);
}

/* 40 gray images of 8 x 8 which are all of class 0. */
static inline void tiny_write_alike(const char *folder, const char *name)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s.bin", folder, name);
    FILE *file = fopen(path, "wb");
    const uint8_t head[] = {40, 0, 0, 0, 8, 0, 0, 0};
    fwrite(head, 1, sizeof head, file);
    for (int i = 0; i < 40 * (1 + 8 * 8); i++) {
        fputc(0, file);
    }
    fclose(file);
}

static inline Status tiny_vision_parse(const TinyVision *lab, const char *rest, size_t channels,
                                       ExperimentSpec *spec)
{
    char text[4096];
    Problem problem = {0};
    const int length = snprintf(
        text, sizeof text,
        "{\"name\": \"tiny\", \"task\": \"image-classification\", \"data\": \"%s\", "
        "\"model_config\": {\"model_type\": \"vit\", \"image_size\": 8, \"patch_size\": 4, "
        "\"num_channels\": %zu, \"hidden_size\": 16, \"num_hidden_layers\": 1, "
        "\"num_attention_heads\": 2, \"intermediate_size\": 32, \"hidden_act\": \"gelu\"}, "
        "\"seed\": 3, \"max_steps\": 150, \"per_device_train_batch_size\": 10, "
        "\"micro_batch_count\": 3, \"learning_rate\": 0.008, \"train_domains\": [\"rows\"], "
        "\"zero_shot_domains\": [\"shifted\", \"large\"], \"final_split\": \"test\", "
        "\"probe_windows\": 4, \"eval_windows\": 8, \"eval_steps\": 50, \"logging_steps\": 10, %s}",
        lab->folder, channels, rest);
    const Status status =
        experiment_spec_parse(text, (size_t)length, "tiny.json", "", spec, &problem);
    if (status != STATUS_OK) {
        fprintf(stderr, "%s\n", problem.text);
    }
    return status;
}

static inline Status tiny_vision_open(TinyVision *lab)
{
    memset(lab, 0, sizeof *lab);
    snprintf(lab->folder, sizeof lab->folder, "/tmp/tramlab-vision-XXXXXX");
    if (mkdtemp(lab->folder) == NULL) {
        return STATUS_FILE_UNWRITABLE;
    }
    tiny_write_images(lab->folder, "rows", 160, 8, 190);
    tiny_write_images(lab->folder, "shifted", 80, 8, 140);
    tiny_write_images(lab->folder, "large", 40, 12, 180);
    return tiny_vision_parse(lab,
                             "\"lanes\": [{\"method\": \"adamw\"}, {\"method\": \"tram-prev\", "
                             "\"scale\": 100}]",
                             1, &lab->spec);
}

static inline int tiny_vision_close(const TinyVision *lab)
{
    char command[200];
    snprintf(command, sizeof command, "rm -rf '%s'", lab->folder);
    return system(command);
}

/* Group fixtures: *state is the TinyVision. */
static inline int open_vision_lab(void **state)
{
    TinyVision *lab = calloc(1, sizeof *lab);
    *state = lab;
    return lab != NULL && tiny_vision_open(lab) == STATUS_OK ? 0 : -1;
}

static inline int close_vision_lab(void **state)
{
    TinyVision *lab = *state;
    const int failed = tiny_vision_close(lab);
    free(lab);
    return failed;
}

#endif
