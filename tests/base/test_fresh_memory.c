#include "base/fresh_memory.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

enum { PAGES = 64 };

static size_t pages_there(const char *memory, size_t page)
{
    unsigned char facts[PAGES];
    size_t there = 0;
    assert_int_equal(mincore((void *)(uintptr_t)memory, PAGES * page, facts), 0);
    for (size_t i = 0; i < PAGES; i++) {
        there += facts[i] & 1U;
    }
    return there;
}

static char *map_pages(size_t page)
{
    char *memory =
        mmap(NULL, PAGES * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_true(memory != MAP_FAILED);
    return memory;
}

/* Can this system back pages before they are written? */
static bool can_populate(size_t page)
{
#ifdef MADV_POPULATE_WRITE
    char *memory = map_pages(page);
    const bool can = madvise(memory, page, MADV_POPULATE_WRITE) == 0;
    munmap(memory, PAGES * page);
    return can;
#else
    (void)page;
    return false;
#endif
}

static void whole_pages_are_there_and_as_they_were(void **state)
{
    (void)state;
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    char *memory = map_pages(page);
    memory[5 * page] = 'x';
    assert_int_equal(pages_there(memory, page), 1);
    errno = 7;
    fresh_memory_prepare(memory + 1, 40 * page);
    assert_int_equal(errno, 7);
    const size_t there = pages_there(memory, page);
    munmap(memory, PAGES * page);
    /* Of the 40 pages' length, 39 whole ones. */
    assert_int_equal(there, can_populate(page) ? 39 : 1);
}

static void contents_stay_and_small_or_odd_pieces_do_no_harm(void **state)
{
    (void)state;
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    char *memory = map_pages(page);
    memset(memory, 'a', PAGES * page);
    fresh_memory_prepare(memory, PAGES * page);
    fresh_memory_prepare(memory + 3, 0);
    fresh_memory_prepare(memory + 3, 9);
    fresh_memory_prepare(memory + page - 1, 2);
    for (size_t i = 0; i < PAGES * page; i++) {
        assert_int_equal(memory[i], 'a');
    }
    munmap(memory, PAGES * page);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_pages_are_there_and_as_they_were),
        cmocka_unit_test(contents_stay_and_small_or_odd_pieces_do_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
