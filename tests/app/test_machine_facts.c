#include "app/machine_facts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static void values_are_found_by_their_key(void **unused)
{
    (void)unused;
    static const char TEXT[] =
        "processor\t: 0\nmodel name\t: A \033 processor\nmodel\t\t: 7\nMemTotal:   42 kB\nempty:\n";
    char value[64];
    machine_facts_value(TEXT, "model name", value, sizeof value);
    assert_string_equal(value, "A ? processor");
    machine_facts_value(TEXT, "model", value, sizeof value);
    assert_string_equal(value, "7");
    machine_facts_value(TEXT, "MemTotal", value, sizeof value);
    assert_string_equal(value, "42 kB");
    machine_facts_value(TEXT, "empty", value, sizeof value);
    assert_string_equal(value, "");
    machine_facts_value(TEXT, "Mem", value, sizeof value);
    assert_string_equal(value, "");
    machine_facts_value("", "Mem", value, sizeof value);
    assert_string_equal(value, "");
}

static void this_machine_has_a_processor_and_memory(void **unused)
{
    (void)unused;
    MachineFacts facts;
    machine_facts_find(&facts);
    assert_true(facts.processors >= 1 && facts.processors_allowed >= 1);
    assert_true(facts.memory_bytes > 1e6 && facts.memory_available_bytes < facts.memory_bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_found_by_their_key),
        cmocka_unit_test(this_machine_has_a_processor_and_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
