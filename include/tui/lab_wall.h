/* tui/lab_wall.h -- the pictures that the race has shown, and what each lane last said of them. */
#ifndef TUI_LAB_WALL_H
#define TUI_LAB_WALL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"
#include "records/experiment_spec.h"
#include "records/picture_wall.h"
#include "records/run_event.h"

typedef struct LabWall {
    char classes[WALL_CLASSES_MAX][WALL_NAME_BYTES]; /* "" = by its number */
    WallPicture pictures[WALL_PICTURES_MAX];
    bool is_shown[WALL_PICTURES_MAX]; /* the picture has come */
    size_t picture_count;
    WallAnswers answers[SPEC_LANES_MAX]; /* count 0: none yet */
} LabWall;

/* Take one report in, making *wall if it is NULL and the report belongs there; other reports, and numbers beyond those there is room for,
 * are ignored. STATUS_OUT_OF_MEMORY: *wall stays NULL. The owner frees it. */
Status lab_wall_take(LabWall **wall, const RunReport *report);

/* What a class is called. */
void lab_wall_class(const LabWall *wall, uint32_t number, char out[WALL_NAME_BYTES]);

/* Pictures of one domain: the first one's number, and how many; 0 where there are none. */
size_t lab_wall_domain(const LabWall *wall, uint32_t domain, size_t *first);

/* Does the lane tell picture `number` right? False as long as it has said nothing. */
bool lab_wall_is_right(const LabWall *wall, size_t lane, size_t number);

#endif
