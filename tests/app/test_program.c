/* app/test_program.c -- the words reach their subcommand, and its exit status comes back. */
#include "app/program.h"

#include "app/run_main.h"
#include "app/version.h"

static void expect_run(const TinyLab *lab, const char *word, int status, const char *wanted)
{
    MainRun run = {0};
    main_run(lab, (const char *[]){word, NULL}, &run);
    expect_exit_status(&run, status);
    expect_text(run.out, wanted);
    main_clear(&run);
}

static void tells_its_version_its_help_and_its_tables(void **state)
{
    const TinyLab *lab = *state;
    expect_run(lab, "--version", 0, "tramlab " TRAMLAB_VERSION);
    expect_run(lab, "--help", 0, "tramlab run EXPERIMENT.json --plain --out DIR");
    expect_run(lab, "methods", 0, "tram-prev");
    expect_run(lab, "metrics", 0, "perturbation_norm");
}

static void a_wrong_word_is_one_complaint_and_status_2(void **state)
{
    const TinyLab *lab = *state;
    MainRun run = {0};
    main_run(lab, (const char *[]){"--nonsense", NULL}, &run);
    expect_exit_status(&run, 2);
    expect_one_complaint(&run, "--nonsense");
    main_clear(&run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_its_version_its_help_and_its_tables),
        cmocka_unit_test(a_wrong_word_is_one_complaint_and_status_2),
    };
    return cmocka_run_group_tests(tests, open_lab, close_lab);
}
