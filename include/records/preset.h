/* records/preset.h -- a named set of lanes, read from a file of its own. */
#ifndef RECORDS_PRESET_H
#define RECORDS_PRESET_H

#include <stddef.h>

#include "base/problem.h"
#include "records/experiment_spec.h"

typedef struct Preset {
    char name[SPEC_NAME_BYTES]; /* the file's, without ".json" */
    char about[SPEC_TEXT_BYTES];
    LaneSpec lanes[SPEC_LANES_MAX];
    size_t lane_count;
} Preset;

/* All presets of a folder, in the order of their names. Borrowed by the screen. */
typedef struct PresetList {
    Preset *presets; /* [count], owned; NULL if there are none */
    size_t count;
} PresetList;

/* Read a preset file: an object with `about` (may be missing) and `lanes`, an array as in an experiment. Other keys are refused, save
 * comments ("_..."). Errors as of experiment_spec_read, and no file name that can be shown (longer than the field, control characters);
 * *preset is then untouched. */
Status preset_read(const char *path, Preset *preset, Problem *problem);

/* Read every *.json in `folder` (hidden files are not looked at). A missing folder gives an empty list. A file with a mistake is left out,
 * and so is all of a folder that cannot be opened: `problem` (may be NULL) describes the first of them, else its status is STATUS_OK; the
 * status handed back is STATUS_OK in all these cases. STATUS_OUT_OF_MEMORY: *list is all zero. The caller calls preset_list_clear. */
Status preset_list_read(const char *folder, PresetList *list, Problem *problem);
void preset_list_clear(PresetList *list);

#endif
