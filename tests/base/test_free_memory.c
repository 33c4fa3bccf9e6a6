#include "base/free_memory.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void reads_what_the_kernel_says_is_available(void **state)
{
    (void)state;
    const char *text = "MemTotal:       32000 kB\nMemFree:  10 kB\nMemAvailable:    2000 kB\n";
    assert_true(free_memory_of_meminfo(text) == 2000.0 * 1024.0);
    assert_true(isinf(free_memory_of_meminfo("")));
    assert_true(isinf(free_memory_of_meminfo("MemTotal: 5 kB\n")));
}

static void a_control_group_leaves_what_it_does_not_use(void **state)
{
    (void)state;
    assert_true(free_memory_of_group("1000\n", "300\n") == 700.0);
    assert_true(free_memory_of_group("1000\n", "3000\n") == 0.0);
    assert_true(isinf(free_memory_of_group("max\n", "300\n")));
    assert_true(isinf(free_memory_of_group("", "")));
    assert_true(isinf(free_memory_of_group("1000", "nonsense")));
}

static void this_machine_has_some_memory_left(void **state)
{
    (void)state;
    assert_true(free_memory_bytes() > 1e6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_what_the_kernel_says_is_available),
        cmocka_unit_test(a_control_group_leaves_what_it_does_not_use),
        cmocka_unit_test(this_machine_has_some_memory_left),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
