/* tests/tui/expect_screen.h -- compare a grid with the picture stored in tests/screens, whole. */
#ifndef TESTS_TUI_EXPECT_SCREEN_H
#define TESTS_TUI_EXPECT_SCREEN_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/cell_grid.h"

/* tests/screens/NAME.txt holds the expected text. With TRAMLAB_UPDATE_SCREENS=1 in the environment it is written instead:
 * look at the difference before you commit it. Frees the picture. Include cmocka.h first; run from the top folder, as make does. */
static inline void expect_text_picture(char *picture, const char *name)
{
    char path[256];
    (void)snprintf(path, sizeof path, "tests/screens/%s.txt", name);
    assert_non_null(picture);
    const char *update = getenv("TRAMLAB_UPDATE_SCREENS");
    if (update != NULL && strcmp(update, "1") == 0) {
        FILE *file = fopen(path, "w");
        assert_non_null(file);
        assert_true(fputs(picture, file) >= 0);
        assert_int_equal(fclose(file), 0);
        free(picture);
        return;
    }
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        print_error("%s is missing; make it with TRAMLAB_UPDATE_SCREENS=1\n", path);
    }
    assert_non_null(file);
    const size_t size = strlen(picture) + 4096; /* a longer file differs anyway */
    char *expected = calloc(size + 1, 1);
    assert_non_null(expected);
    (void)fread(expected, 1, size, file);
    assert_int_equal(fclose(file), 0);
    const int is_same = strcmp(expected, picture) == 0;
    if (!is_same) {
        /* Not print_error: cmocka cuts messages at 1024 bytes, less than a picture. */
        (void)fprintf(stderr, "%s: expected\n%s\nbut drew\n%s\n", path, expected, picture);
    }
    free(expected);
    free(picture);
    assert_true(is_same);
}

/* Of what stands in the cells, without colours. */
static inline void expect_screen(const CellGrid *grid, const char *name)
{
    expect_text_picture(cell_grid_to_text(grid), name);
}

#endif
