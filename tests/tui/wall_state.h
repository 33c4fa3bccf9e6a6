/* tests/tui/wall_state.h -- a race with a wall of invented pictures: bars whose place is the class. Include cmocka.h first. */
#ifndef TESTS_TUI_WALL_STATE_H
#define TESTS_TUI_WALL_STATE_H

#include "tui/strip_state.h"

enum { FAKE_PICTURE_DOMAINS = 4, FAKE_DOMAIN_PICTURES = 6, FAKE_CLASSES = 4 };

/* A bright bar in a dim frame; with three channels the bar is red, the ground blue. */
static inline WallPicture fake_picture(uint32_t number, size_t channels, size_t side)
{
    uint8_t pixels[32 * 32 * 3] = {0};
    WallPicture picture = {.number = number,
                           .count = FAKE_PICTURE_DOMAINS * FAKE_DOMAIN_PICTURES,
                           .domain = number / FAKE_DOMAIN_PICTURES,
                           .truth = number % FAKE_CLASSES};
    for (size_t y = 0; y < side; y++) {
        for (size_t x = 0; x < side; x++) {
            const bool is_bar = x * FAKE_CLASSES / side == picture.truth;
            const bool is_edge = x == 0 || y == 0 || x + 1 == side || y + 1 == side;
            const size_t place = y * side + x;
            pixels[place] = is_bar ? 250 : is_edge ? 90 : 0;
            pixels[(channels - 1) * side * side + place] = channels == 1 ? pixels[place]
                                                           : is_bar      ? 0
                                                                         : 200;
        }
    }
    wall_picture_set(&picture, pixels, channels, side, side);
    return picture;
}

/* What lane `lane` says: right but for every (2 + lane)th picture. */
static inline WallAnswers fake_answers(uint32_t lane, uint32_t step)
{
    WallAnswers answers = {
        .lane = lane, .step = step, .count = FAKE_PICTURE_DOMAINS * FAKE_DOMAIN_PICTURES};
    for (uint32_t i = 0; i < answers.count; i++) {
        const bool is_wrong = i % (2 + lane) == 1;
        answers.classes[i] = (uint16_t)((i + (is_wrong ? 1 : 0)) % FAKE_CLASSES);
        answers.confidences[i] = is_wrong ? 0.56F : 0.98F;
    }
    return answers;
}

static inline void give_pictures(LabState *state, size_t channels, size_t side)
{
    for (uint32_t i = 0; i < FAKE_PICTURE_DOMAINS * FAKE_DOMAIN_PICTURES; i++) {
        const RunReport report = {.kind = RUN_REPORT_PICTURE,
                                  .as.picture = fake_picture(i, channels, side)};
        lab_state_take(state, &report);
    }
}

static inline void give_answers(LabState *state, uint32_t lane, uint32_t step)
{
    const RunReport report = {.kind = RUN_REPORT_ANSWERS, .as.answers = fake_answers(lane, step)};
    lab_state_take(state, &report);
}

static inline void give_class(LabState *state, uint32_t number, const char *name)
{
    RunReport report = {.kind = RUN_REPORT_CLASS, .as.picture_class = {.number = number}};
    (void)snprintf(report.as.picture_class.name, WALL_NAME_BYTES, "%s", name);
    lab_state_take(state, &report);
}

/* Pictures of the training domain and three others, which all lanes have answered at step 50. */
static inline void wall_state_create(FixedState *fixed, size_t channels, size_t side)
{
    strip_state_create(fixed, 3, SPEC_TASK_TEXT_CLASSIFICATION);
    give_pictures(fixed->state, channels, side);
    for (uint32_t lane = 0; lane < 3; lane++) {
        give_answers(fixed->state, lane, 50);
    }
    fixed->view.page = VIEW_PAGE_WALL;
}

#endif
