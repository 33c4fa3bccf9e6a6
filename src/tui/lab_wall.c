#include "tui/lab_wall.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"

static void take_class(LabWall *wall, const WallClass *from)
{
    if (from->number < WALL_CLASSES_MAX) {
        text_clean(from->name, wall->classes[from->number], WALL_NAME_BYTES, WALL_NAME_BYTES);
    }
}

static void take_picture(LabWall *wall, const WallPicture *picture)
{
    const bool is_sound = picture->number < picture->count && picture->count <= WALL_PICTURES_MAX &&
                          picture->height > 0 && picture->height <= WALL_SIDE_MAX &&
                          picture->width > 0 && picture->width <= WALL_SIDE_MAX &&
                          (picture->channels == 1 || picture->channels == WALL_CHANNELS_MAX);
    if (is_sound) {
        wall->pictures[picture->number] = *picture;
        wall->is_shown[picture->number] = true;
        wall->picture_count = picture->count;
    }
}

Status lab_wall_take(LabWall **wall, const RunReport *report)
{
    if (report->kind == RUN_REPORT_SAMPLE || report->kind == RUN_REPORT_EVENT) {
        return STATUS_OK;
    }
    if (*wall == NULL) {
        *wall = calloc(1, sizeof **wall);
    }
    if (*wall == NULL) {
        return STATUS_OUT_OF_MEMORY;
    }
    if (report->kind == RUN_REPORT_CLASS) {
        take_class(*wall, &report->as.picture_class);
    } else if (report->kind == RUN_REPORT_PICTURE) {
        take_picture(*wall, &report->as.picture);
    } else if (report->as.answers.lane < SPEC_LANES_MAX &&
               report->as.answers.count <= WALL_PICTURES_MAX) {
        (*wall)->answers[report->as.answers.lane] = report->as.answers;
    }
    return STATUS_OK;
}

void lab_wall_class(const LabWall *wall, uint32_t number, char out[WALL_NAME_BYTES])
{
    if (number < WALL_CLASSES_MAX && wall->classes[number][0] != '\0') {
        snprintf(out, WALL_NAME_BYTES, "%s", wall->classes[number]);
    } else {
        snprintf(out, WALL_NAME_BYTES, "%u", number);
    }
}

size_t lab_wall_domain(const LabWall *wall, uint32_t domain, size_t *first)
{
    size_t count = 0;
    for (size_t i = 0; i < wall->picture_count; i++) {
        if (wall->is_shown[i] && wall->pictures[i].domain == domain) {
            *first = count == 0 ? i : *first;
            count++;
        }
    }
    return count;
}

bool lab_wall_is_right(const LabWall *wall, size_t lane, size_t number)
{
    const WallAnswers *answers = &wall->answers[lane];
    return number < answers->count && answers->classes[number] == wall->pictures[number].truth;
}
