/* `tramlab keys`, and that the README and the man page list the keys of the table. */
#include "app/keys_command.h"

#include <sys/stat.h>

#include "app/run_main.h"
#include "tui/user_config.h"

static char config_home[MAIN_PATH_BYTES];

static void use_config_home(void)
{
    setenv("XDG_CONFIG_HOME", config_home, 1);
}

/* A home for settings below the lab's folder; path receives the place of the config in it. */
static void make_config_home(const TinyLab *lab, char path[MAIN_PATH_BYTES])
{
    char folder[MAIN_PATH_BYTES];
    join_path(lab->folder, "config-XXXXXX", config_home);
    assert_non_null(mkdtemp(config_home));
    join_path(config_home, "tramlab", folder);
    assert_int_equal(mkdir(folder, 0700), 0);
    join_path(folder, "config", path);
}

static void what_it_prints_is_a_config_file_without_a_mistake(void **state)
{
    char path[MAIN_PATH_BYTES];
    UserConfig config;
    MainRun run = {.prepare = use_config_home};
    make_config_home(*state, path);
    main_run(*state, (const char *[]){"keys", NULL}, &run);
    expect_exit_status(&run, 0);
    expect_text(run.out, "\nkey pause = Space F5\n");
    write_text(path, run.out);
    user_config_read(path, &config);
    assert_string_equal(config.notices[0].text, "");
    assert_true(config.key_lines > 50);
    for (int action = UI_ACTION_NONE + 1; action < UI_ACTION_COUNT; action++) {
        assert_string_equal(key_map_keys(&config.keys, (UiAction)action),
                            key_map_keys(NULL, (UiAction)action));
    }
    main_clear(&run);
}

static void keys_of_the_users_and_their_mistakes_are_told(void **state)
{
    char path[MAIN_PATH_BYTES];
    MainRun run = {.prepare = use_config_home};
    MainRun doctor = {.prepare = use_config_home};
    make_config_home(*state, path);
    write_text(path, "key pause = Ctrl-P\nkey nothing = Ctrl-O\n");
    main_run(*state, (const char *[]){"keys", NULL}, &run);
    expect_exit_status(&run, 0);
    expect_text(run.out, "\nkey pause = Ctrl-P\n");
    expect_one_complaint(&run, "config:2: there is no action \"nothing\"");
    main_clear(&run);
    main_run(*state, (const char *[]){"doctor", NULL}, &doctor);
    expect_text(doctor.out, path);
    expect_text(doctor.out, "read: keys of 1 actions, 1 mistakes");
    expect_text(doctor.out, "config:2: there is no action");
    main_clear(&doctor);
}

/* -- what is written about keys comes from the table -- */

static void roff_text(FILE *out, const char *text)
{
    for (; *text != '\0'; text++) {
        fprintf(out, "%s", *text == '\\' ? "\\e" : *text == '-' ? "\\-" : "");
        if (*text != '\\' && *text != '-') {
            fputc(*text, out);
        }
    }
}

/* The table as the man page has it; the caller frees. */
static char *roff_of_keys(void)
{
    size_t count = 0;
    size_t size = 0;
    char *text = NULL;
    const KeyBinding *bindings = key_map_bindings(&count);
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    for (int group = 0; group < KEY_GROUP_COUNT; group++) {
        fprintf(out, ".SS %s\n", key_map_group_title((KeyGroup)group));
        for (size_t i = 0; i < count; i++) {
            char name[KEY_ACTION_NAME_BYTES];
            key_map_action_name(bindings[i].action, name);
            if ((int)bindings[i].group == group) {
                fputs(".TP\n.BR \"", out);
                roff_text(out, bindings[i].keys);
                fputs("\" \"  (", out);
                roff_text(out, name);
                fputs(")\"\n\\&", out);
                roff_text(out, bindings[i].help);
                fputs("\n", out);
            }
        }
    }
    assert_int_equal(fclose(out), 0);
    return text;
}

/* Between the two marks of a file stands `wanted`; TRAMLAB_UPDATE_SCREENS=1 puts it there. */
static void expect_block(const char *path, const char *begin, const char *end, const char *wanted)
{
    char *text = text_of_file(path);
    char *start = strstr(text, begin);
    char *stop = start != NULL ? strstr(start, end) : NULL;
    if (stop == NULL) {
        fail_msg("%s has no block of keys", path);
    }
    start += strlen(begin);
    const bool is_same =
        (size_t)(stop - start) == strlen(wanted) && strncmp(start, wanted, strlen(wanted)) == 0;
    if (!is_same && getenv("TRAMLAB_UPDATE_SCREENS") != NULL) {
        FILE *file = fopen(path, "w");
        assert_non_null(file);
        fprintf(file, "%.*s%s%s", (int)(start - text), text, wanted, stop);
        assert_int_equal(fclose(file), 0);
    } else if (!is_same) {
        fail_msg("%s does not list the keys of the table; TRAMLAB_UPDATE_SCREENS=1 makes it", path);
    }
    free(text);
}

static void readme_and_man_page_list_the_table(void **state)
{
    MainRun run = {.prepare = use_config_home};
    char *roff = roff_of_keys();
    expect_block("src/app/tramlab.1", ".\\\" keys: made from the table\n", ".\\\" end of keys\n",
                 roff);
    free(roff);
    main_run(*state, (const char *[]){"keys", "--markdown", NULL}, &run);
    expect_block("README.md", "<!-- keys: made from the table -->\n\n", "\n<!-- end of keys -->\n",
                 run.out);
    main_clear(&run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_it_prints_is_a_config_file_without_a_mistake),
        cmocka_unit_test(keys_of_the_users_and_their_mistakes_are_told),
        cmocka_unit_test(readme_and_man_page_list_the_table),
    };
    return cmocka_run_group_tests(tests, open_lab, close_lab);
}
