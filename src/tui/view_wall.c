#include "tui/view_wall.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "tui/theme.h"
#include "tui/view_frame.h"

enum {
    CAPTION_COLUMNS = 8, /* "7!1 56%" and a blank */
    SHORT_NAME_COLUMNS = 2,
    DOMAINS_MAX = 2 * SPEC_DOMAINS_MAX,
    CAPTION_BYTES = 2 * WALL_NAME_BYTES + 16,
    NAME_COLUMNS_MAX = 24
};

/* What of the wall is seen, and how large. */
typedef struct WallPlan {
    const LabWall *wall;
    size_t lane;
    uint32_t domains[DOMAINS_MAX]; /* those that have pictures */
    size_t domain_count;
    size_t first;     /* seen, of `domains` */
    size_t last;      /* the largest useful `first` */
    size_t seen;      /* how many */
    int side;         /* columns of the largest picture */
    int pitch;        /* columns from one picture to the next */
    int picture_rows; /* of cells */
    int caption_rows;
} WallPlan;

static size_t lane_of(const LabState *state, const ViewState *view)
{
    size_t lanes[SPEC_LANES_MAX];
    if (lab_state_has_lane(state, view->lane)) {
        return view->lane;
    }
    return lab_state_lanes(state, lanes) > 0 ? lanes[0] : SPEC_LANES_MAX;
}

static const char *domain_name(const ExperimentSpec *spec, uint32_t domain)
{
    if (domain < spec->train_domain_count) {
        return spec->train_domains[domain];
    }
    const size_t zero_shot = domain - spec->train_domain_count;
    return zero_shot < spec->zero_shot_domain_count ? spec->zero_shot_domains[zero_shot] : "?";
}

/* ---- plan -------------------------------------------------------------------------------------------------------------- */

static void find_domains(WallPlan *plan, size_t *most, int *longest)
{
    for (uint32_t domain = 0; domain < DOMAINS_MAX; domain++) {
        size_t first = 0;
        const size_t count = lab_wall_domain(plan->wall, domain, &first);
        if (count > 0) {
            plan->domains[plan->domain_count++] = domain;
        }
        *most = count > *most ? count : *most;
    }
    for (size_t i = 0; i < plan->wall->picture_count; i++) {
        const WallPicture *picture = &plan->wall->pictures[i];
        const int side = picture->height > picture->width ? picture->height : picture->width;
        *longest = side > *longest ? side : *longest;
    }
}

static bool has_long_names(const LabWall *wall)
{
    for (size_t i = 0; i < WALL_CLASSES_MAX; i++) {
        if (text_columns(wall->classes[i]) > SHORT_NAME_COLUMNS) {
            return true;
        }
    }
    return false;
}

static void make_plan(const ViewState *view, CellRect inside, WallPlan *plan)
{
    static const int SIDES[] = {WALL_SIDE_MAX, 12, 8};
    size_t most = 0;
    int longest = 0;
    find_domains(plan, &most, &longest);
    for (size_t i = 0; i < sizeof SIDES / sizeof *SIDES; i++) {
        plan->side = SIDES[i] < longest ? SIDES[i] : longest;
        plan->pitch = plan->side < CAPTION_COLUMNS ? CAPTION_COLUMNS + 1 : plan->side + 1;
        if ((int)most * plan->pitch <= inside.columns) {
            break;
        }
    }
    plan->picture_rows = (plan->side + 1) / 2;
    plan->caption_rows = has_long_names(plan->wall) ? 2 : 1;
    const int block_rows = 1 + plan->picture_rows + plan->caption_rows;
    /* A part of one is worth showing from two rows on. */
    const int room = inside.rows > 1 ? (inside.rows - 1 + block_rows - 2) / block_rows : 0;
    const size_t whole = inside.rows > block_rows ? (size_t)((inside.rows - 1) / block_rows) : 1;
    plan->last = plan->domain_count > whole ? plan->domain_count - whole : 0;
    plan->first = (size_t)view->wall_scroll < plan->last ? (size_t)view->wall_scroll : plan->last;
    plan->seen = plan->domain_count - plan->first;
    plan->seen = plan->seen < (size_t)room ? plan->seen : (size_t)room;
}

/* ---- pictures ---------------------------------------------------------------------------------------------------------- */

/* A picture as it is drawn: at most the wall's own size. */
typedef struct Tile {
    int rows; /* pixels */
    int columns;
    size_t channels;
    uint8_t pixels[WALL_PIXEL_BYTES];
} Tile;

static int scaled(int size, int longest, int side)
{
    const int result = (size * side + longest / 2) / longest;
    return result > 0 ? result : 1;
}

static Tile tile_of(const WallPicture *picture, int side)
{
    const int longest = picture->height > picture->width ? picture->height : picture->width;
    const int target = longest < side ? longest : side;
    Tile tile = {.rows = scaled(picture->height, longest, target),
                 .columns = scaled(picture->width, longest, target),
                 .channels = picture->channels};
    wall_pixels_reduce(picture->pixels, picture->channels,
                       (const size_t[2]){picture->height, picture->width},
                       (const size_t[2]){(size_t)tile.rows, (size_t)tile.columns}, tile.pixels);
    return tile;
}

/* Red, green and blue; black below the last row. */
static void pixel_of(const Tile *tile, int row, int column, uint8_t rgb[3])
{
    const size_t plane = (size_t)tile->rows * (size_t)tile->columns;
    for (size_t i = 0; i < 3; i++) {
        const size_t channel = tile->channels == 1 ? 0 : i;
        rgb[i] = row < tile->rows
                     ? tile->pixels[channel * plane + (size_t)(row * tile->columns + column)]
                     : 0;
    }
}

static uint8_t colour_of(const Tile *tile, int row, int column)
{
    uint8_t rgb[3];
    pixel_of(tile, row, column, rgb);
    return (uint8_t)theme_nearest_256(rgb[0], rgb[1], rgb[2]);
}

static char character_of(const Tile *tile, int row, int column)
{
    static const char RAMP[] = " .:-=+*#%@";
    int sum = 0;
    const int rows = row + 1 < tile->rows ? 2 : 1;
    for (int i = 0; i < rows; i++) {
        uint8_t rgb[3];
        pixel_of(tile, row + i, column, rgb);
        sum += 3 * rgb[0] + 6 * rgb[1] + rgb[2];
    }
    return RAMP[sum * ((int)sizeof RAMP - 2) / (rows * 2550)];
}

static void draw_picture(const ViewState *view, const WallPlan *plan, size_t number, CellGrid *grid,
                         CellRect rect)
{
    const Tile tile = tile_of(&plan->wall->pictures[number], plan->side);
    const bool is_text = view_state_is_ascii(view) || view->colours == 0;
    for (int row = 0; row < tile.rows && row / 2 < rect.rows; row += 2) {
        for (int column = 0; column < tile.columns && column < rect.columns; column++) {
            if (is_text) {
                cell_grid_put(grid, rect.row + row / 2, rect.column + column,
                              character_of(&tile, row, column), ROLE_TEXT);
            } else {
                cell_grid_put_pixels(grid, rect.row + row / 2, rect.column + column,
                                     colour_of(&tile, row, column),
                                     colour_of(&tile, row + 1, column));
            }
        }
    }
}

/* ---- captions ---------------------------------------------------------------------------------------------------------- */

/* "=7 98%", "!1 56%", or "?" before the first answer. */
static Role answer_text(const WallPlan *plan, size_t number, char out[CAPTION_BYTES])
{
    const WallAnswers *answers = &plan->wall->answers[plan->lane];
    char name[WALL_NAME_BYTES];
    snprintf(out, CAPTION_BYTES, "?");
    if (number >= answers->count) {
        return ROLE_DIM;
    }
    const bool is_right = lab_wall_is_right(plan->wall, plan->lane, number);
    const double confidence = (double)answers->confidences[number];
    lab_wall_class(plan->wall, answers->classes[number], name);
    if (isfinite(confidence)) {
        snprintf(out, CAPTION_BYTES, "%c%s %.0f%%", is_right ? '=' : '!', name, 100.0 * confidence);
    } else {
        snprintf(out, CAPTION_BYTES, "%c%s nan", is_right ? '=' : '!', name);
    }
    return is_right ? ROLE_BETTER_1 : ROLE_WORSE_3;
}

static void draw_caption(const WallPlan *plan, size_t number, CellGrid *grid, CellRect rect)
{
    char truth[WALL_NAME_BYTES];
    char answer[CAPTION_BYTES];
    lab_wall_class(plan->wall, plan->wall->pictures[number].truth, truth);
    const Role role = answer_text(plan, number, answer);
    const bool is_short = plan->caption_rows == 1;
    const int used = cell_grid_text(grid, rect.row, rect.column, rect.columns, truth, ROLE_TEXT);
    if (is_short) {
        cell_grid_text(grid, rect.row, rect.column + used, rect.columns - used, answer, role);
    } else if (rect.rows > 1) {
        cell_grid_text(grid, rect.row + 1, rect.column, rect.columns, answer, role);
    }
}

static void draw_domain(const LabState *state, const ViewState *view, const WallPlan *plan,
                        uint32_t domain, CellGrid *grid, CellRect rect)
{
    size_t first = 0;
    size_t right = 0;
    const size_t count = lab_wall_domain(plan->wall, domain, &first);
    for (size_t i = first; i < first + count; i++) {
        right += lab_wall_is_right(plan->wall, plan->lane, i) ? 1 : 0;
    }
    const bool is_trained_on = domain < state->spec->train_domain_count;
    const int used = cell_grid_text(grid, rect.row, rect.column, NAME_COLUMNS_MAX,
                                    domain_name(state->spec, domain), ROLE_TITLE);
    if (plan->wall->answers[plan->lane].count > 0) {
        cell_grid_printf(grid, rect.row, rect.column + used, rect.columns - used, ROLE_DIM,
                         "  %zu of %zu right%s", right, count, is_trained_on ? ", trained on" : "");
    }
    const int fitting = rect.columns / plan->pitch;
    for (size_t i = 0; i < count && (int)i < fitting; i++) {
        const int column = rect.column + (int)i * plan->pitch;
        const int below = rect.rows - 1;
        draw_picture(view, plan, first + i, grid,
                     (CellRect){rect.row + 1, column, below, plan->side});
        if (below > plan->picture_rows) {
            draw_caption(plan, first + i, grid,
                         (CellRect){rect.row + 1 + plan->picture_rows, column,
                                    below - plan->picture_rows, plan->pitch - 1});
        }
    }
}

/* ---- the page ---------------------------------------------------------------------------------------------------------- */

static void title_text(const LabState *state, const WallPlan *plan, char *out, size_t out_bytes)
{
    const WallAnswers *answers = &plan->wall->answers[plan->lane];
    size_t right = 0;
    for (size_t i = 0; i < plan->wall->picture_count; i++) {
        right += lab_wall_is_right(plan->wall, plan->lane, i) ? 1 : 0;
    }
    char pages[64] = "";
    if (plan->seen < plan->domain_count) {
        snprintf(pages, sizeof pages, "; domains %zu-%zu/%zu", plan->first + 1,
                 plan->first + plan->seen, plan->domain_count);
    }
    snprintf(out, out_bytes, "Pictures, %s @%u: %zu of %u right%s", state->lanes[plan->lane].name,
             answers->step, right, answers->count, pages);
}

static void draw_empty(const LabState *state, const ViewState *view, CellGrid *grid, CellRect rect)
{
    const CellRect inside =
        view_frame_draw(grid, rect, "Pictures", ROLE_FRAME, view_state_is_ascii(view));
    if (inside.rows > 0) {
        cell_grid_text(grid, inside.row, inside.column + 1, inside.columns - 1,
                       state->phase == LAB_LOADING
                           ? "loading"
                           : "this race has no pictures: they come with image classification",
                       ROLE_DIM);
    }
}

int view_wall_draw(const LabState *state, const ViewState *view, CellGrid *grid, CellRect rect)
{
    WallPlan plan = {.wall = state->wall, .lane = lane_of(state, view)};
    if (plan.wall == NULL || plan.wall->picture_count == 0 || plan.lane >= SPEC_LANES_MAX) {
        draw_empty(state, view, grid, rect);
        return 0;
    }
    char title[SPEC_NAME_BYTES + 128];
    const CellRect bare = {rect.row + 1, rect.column + 2, rect.rows - 2, rect.columns - 3};
    make_plan(view, bare, &plan);
    title_text(state, &plan, title, sizeof title);
    const CellRect inside =
        view_frame_draw(grid, rect, title, ROLE_FRAME, view_state_is_ascii(view));
    if (inside.rows < 1) {
        return 0;
    }
    const int block_rows = 1 + plan.picture_rows + plan.caption_rows;
    const int end = bare.row + bare.rows - 1;
    for (size_t i = 0; i < plan.seen; i++) {
        const int row = bare.row + (int)i * block_rows;
        const int rows = row + block_rows <= end ? block_rows : end - row;
        if (rows > 1) {
            draw_domain(state, view, &plan, plan.domains[plan.first + i], grid,
                        (CellRect){row, bare.column, rows, bare.columns});
        }
    }
    cell_grid_sentence(grid, end, bare.column, bare.columns,
                       "below: truth, = right or ! wrong, how sure; j k lane, PgDn", ROLE_DIM);
    return (int)plan.last;
}
