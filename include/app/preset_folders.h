/* app/preset_folders.h -- where presets come from: those bundled, and those beside the experiment. */
#ifndef APP_PRESET_FOLDERS_H
#define APP_PRESET_FOLDERS_H

#include "base/problem.h"
#include "records/preset.h"

/* All presets of the bundled sample-runs/presets and of the folder `presets` beside the one that `experiment` (a path; NULL = the bundled
 * one) lies in; of two of one name the latter holds. A file with a mistake is left out and described in *problem (the first of
 * them), which else is all zero. STATUS_OUT_OF_MEMORY: *list is all zero. The caller calls preset_list_clear. */
Status preset_folders_read(const char *experiment, PresetList *list, Problem *problem);

/* The same of two folders, a missing one or NULL being none. */
Status preset_folders_join(const char *bundled, const char *own, PresetList *list,
                           Problem *problem);

#endif
