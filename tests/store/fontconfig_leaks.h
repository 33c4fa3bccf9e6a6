/* tests/store/fontconfig_leaks.h -- what the leak checker is told of fontconfig. Include in tests that draw pictures, once. */
#ifndef TESTS_STORE_FONTCONFIG_LEAKS_H
#define TESTS_STORE_FONTCONFIG_LEAKS_H

/* Called by the leak checker, where there is one. fontconfig keeps its patterns until the process ends and points at their parts by offsets, not
 * by addresses: the checker takes them for lost (645 bytes, once a process). */
const char *__lsan_default_suppressions(void);

const char *__lsan_default_suppressions(void)
{
    return "leak:libfontconfig\n";
}

#endif
