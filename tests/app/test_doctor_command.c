#include "app/doctor_command.h"

#include "app/run_main.h"

static void be_somewhere_plain(void)
{
    setenv("TERM", "dumb", 1);
    setenv("LC_ALL", "C", 1);
    setenv("NO_COLOR", "1", 1);
    setenv("SSH_CONNECTION", "10.0.0.1 1 10.0.0.2 22", 1);
    setenv("HOME", "/nowhere", 1);
    unsetenv("XDG_CONFIG_HOME");
}

static void without_a_terminal_it_tells_all_the_same(void **state)
{
    MainRun run = {.prepare = be_somewhere_plain};
    main_run(*state, (const char *[]){"doctor", NULL}, &run);
    expect_exit_status(&run, 0);
    expect_text(run.out, "not both a terminal");
    expect_text(run.out, "SSH");
    expect_text(run.out, "the locale is not UTF-8");
    expect_text(run.out, "OpenBLAS");
    expect_text(run.out, "/nowhere/.config/tramlab/themes");
    expect_text(run.out, "lane 8");
    assert_string_equal(run.err, "");
    assert_null(strchr(run.out, '\033'));
    for (const char *byte = run.out; *byte != '\0'; byte++) {
        assert_true((unsigned char)*byte < 0x80);
    }
    main_clear(&run);
}

static void json_is_one_document_with_the_facts(void **state)
{
    MainRun run = {.prepare = be_somewhere_plain};
    Json *document = NULL;
    Problem problem = {0};
    main_run(*state, (const char *[]){"doctor", "--json", NULL}, &run);
    expect_exit_status(&run, 0);
    assert_int_equal(json_parse(run.out, strlen(run.out), "doctor", &document, &problem),
                     STATUS_OK);
    const Json *terminal = json_member(document, "terminal");
    assert_string_equal(json_string(json_member(terminal, "term")), "dumb");
    assert_string_equal(json_string(json_member(terminal, "network")), "SSH");
    assert_string_equal(json_string(json_member(terminal, "glyphs")), "ascii");
    assert_true(json_truth(json_member(terminal, "no_color")));
    assert_true(json_number(json_member(terminal, "frames_per_second")) == 5.0);
    assert_true(json_number(json_member(json_member(document, "machine"), "workers")) >= 1.0);
    assert_non_null(json_member(json_member(document, "folders"), "themes"));
    json_destroy(document);
    main_clear(&run);
}

static void other_options_are_refused(void **state)
{
    MainRun run = {0};
    main_run(*state, (const char *[]){"doctor", "--plain", NULL}, &run);
    expect_exit_status(&run, 2);
    expect_one_complaint(&run, "--plain is an option of");
    main_clear(&run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_terminal_it_tells_all_the_same),
        cmocka_unit_test(json_is_one_document_with_the_facts),
        cmocka_unit_test(other_options_are_refused),
    };
    return cmocka_run_group_tests(tests, open_lab, close_lab);
}
