#include "records/experiment_spec.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/random.h"
#include "records/spec_keys.h"

static const char GOOD[] = "{\n"
                           "  \"_comment\": \"two lanes\",\n"
                           "  \"name\": \"small\", \"about\": \"a \\\"test\\\"\",\n"
                           "  \"model\": \"m\",\n"
                           "  \"data\": \"d\",\n"
                           "  \"train_domains\": [\"a\"],\n"
                           "  \"zero_shot_domains\": [\"b\", \"c\"],\n"
                           "  \"learning_rate\": 0.1,\n"
                           "  \"weight_decay\": 0.30000000000000004,\n"
                           "  \"lanes\": [\n"
                           "    { \"name\": \"AdamW\", \"method\": \"adamw\" },\n"
                           "    { \"name\": \"TRAM\", \"method\": \"tram-prev\",\n"
                           "      \"rho\": 0.5, \"learning_rate\": 0.2 }\n"
                           "  ]\n"
                           "}\n";

static ExperimentSpec parsed(const char *text)
{
    ExperimentSpec spec = spec_defaults();
    Problem problem = {0};
    const Status status = experiment_spec_parse(text, strlen(text), "x.json", "", &spec, &problem);
    if (status != STATUS_OK) {
        fail_msg("%s", problem.text);
    }
    return spec;
}

static bool is_equal(ExperimentSpec a, ExperimentSpec b)
{
    for (size_t i = 0; i < SPEC_LANES_MAX; i++) {
        a.lanes[i].line = 0; /* of the text, not of the experiment */
        b.lanes[i].line = 0;
    }
#define IS_SAME_NUMBER(field, key, minimum, maximum, default_value, is_integer, meaning)           \
    if (a.field != b.field) {                                                                      \
        return false;                                                                              \
    }
    SPEC_NUMBER_TABLE(IS_SAME_NUMBER)
#undef IS_SAME_NUMBER
    return strcmp(a.name, b.name) == 0 && strcmp(a.about, b.about) == 0 &&
           strcmp(a.model, b.model) == 0 && strcmp(a.model_config, b.model_config) == 0 &&
           strcmp(a.tokenizer, b.tokenizer) == 0 && strcmp(a.data, b.data) == 0 &&
           memcmp(a.train_domains, b.train_domains, sizeof a.train_domains) == 0 &&
           memcmp(a.zero_shot_domains, b.zero_shot_domains, sizeof a.zero_shot_domains) == 0 &&
           a.train_domain_count == b.train_domain_count &&
           a.zero_shot_domain_count == b.zero_shot_domain_count && a.train_pool == b.train_pool &&
           a.final_split == b.final_split && a.lr_scheduler_type == b.lr_scheduler_type &&
           a.lane_count == b.lane_count && memcmp(a.lanes, b.lanes, sizeof a.lanes) == 0;
}

static void assert_survives_json(const ExperimentSpec *spec)
{
    Json *json = experiment_spec_to_json(spec);
    assert_non_null(json);
    char *text = json_print(json, true);
    assert_non_null(text);
    const ExperimentSpec again = parsed(text);
    assert_true(is_equal(*spec, again));
    free(text);
    json_destroy(json);
}

static void reads_a_whole_experiment(void **state)
{
    (void)state;
    const ExperimentSpec spec = parsed(GOOD);
    assert_string_equal(spec.about, "a \"test\"");
    assert_int_equal(spec.zero_shot_domain_count, 2);
    assert_true(spec.learning_rate == 0.1);
    assert_true(spec.max_steps == 200.0);
    assert_int_equal(spec.lane_count, 2);
    assert_int_equal(spec.lanes[0].line, 11);
    assert_int_equal(spec.lanes[1].line, 12);
    assert_string_equal(spec.lanes[1].method, "tram-prev");
}

static void is_equal_after_json(void **state)
{
    (void)state;
    ExperimentSpec spec = parsed(GOOD);
    spec.adam_epsilon = 1.0 / 3.0 * 1e-7; /* needs 17 digits */
    spec.seed = 9007199254740991.0;
    spec.train_pool = SPEC_POOL_PRETRAIN;
    spec.final_split = SPEC_FINAL_TEST;
    spec.lr_scheduler_type = LR_SCHEDULER_LINEAR;
    spec.lanes[0].knob_is_set[KNOB_SCALE] = true;
    spec.lanes[0].knobs[KNOB_SCALE] = 0.1 + 0.2;
    spec.lanes[0].knob_is_set[KNOB_DIVERGENCE] = true;
    spec.lanes[0].knobs[KNOB_DIVERGENCE] = 3.0;
    strcpy(spec.lanes[0].follow, "TRAM");
    assert_survives_json(&spec);

    spec.model[0] = '\0';
    strcpy(spec.model_config, "{\"n_embd\":8,\"layer_norm_epsilon\":1e-05}");
    strcpy(spec.tokenizer, "t/tokenizer.json");
    strcpy(spec.train_domains[0], "*");
    memset(spec.zero_shot_domains, 0, sizeof spec.zero_shot_domains);
    spec.zero_shot_domain_count = 0;
    assert_survives_json(&spec);
}

static void reads_the_bundled_experiments(void **state)
{
    (void)state;
    static const char *const names[] = {"cross-domain",
                                        "cross-domain-paper",
                                        "cross-domain-controls",
                                        "cross-domain-modern",
                                        "wordnet-animal",
                                        "pretrain-base-lm",
                                        "my-gpt2"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char path[128];
        snprintf(path, sizeof path, "sample-runs/experiments/%s.json", names[i]);
        ExperimentSpec spec = {0};
        Problem problem = {0};
        if (experiment_spec_read(path, &spec, &problem) != STATUS_OK) {
            fail_msg("%s", problem.text);
        }
        assert_string_equal(spec.name, names[i]);
        assert_string_equal(spec.data, "sample-runs/experiments/../data/cross-domain");
        for (size_t j = 0; j < spec.zero_shot_domain_count; j++) {
            char domain[SPEC_PATH_BYTES + SPEC_NAME_BYTES + 8];
            snprintf(domain, sizeof domain, "%s/%s.txt", spec.data, spec.zero_shot_domains[j]);
            assert_int_equal(access(domain, R_OK), 0);
        }
        assert_survives_json(&spec);
    }
}

static void reads_the_bundled_experiments_in_fifteen_languages(void **state)
{
    (void)state;
    static const char *const names[] = {"cross-lingual", "cross-lingual-nli",
                                        "pretrain-base-encoder", "pretrain-base-encoder-words"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char path[128];
        snprintf(path, sizeof path, "sample-runs/experiments/%s.json", names[i]);
        ExperimentSpec spec = {0};
        Problem problem = {0};
        if (experiment_spec_read(path, &spec, &problem) != STATUS_OK) {
            fail_msg("%s", problem.text);
        }
        assert_string_equal(spec.name, names[i]);
        assert_int_equal(spec.task, SPEC_TASK_TEXT_CLASSIFICATION);
        assert_int_equal(spec.train_domain_count + spec.zero_shot_domain_count, 15);
        assert_string_equal(spec.train_domains[0], "en");
        for (size_t j = 0; j < spec.zero_shot_domain_count; j++) {
            char language[SPEC_PATH_BYTES + SPEC_NAME_BYTES + 16];
            snprintf(language, sizeof language, "%s/emoji.%s.tsv", spec.data,
                     spec.zero_shot_domains[j]);
            assert_int_equal(access(language, R_OK), 0);
        }
        assert_survives_json(&spec);
    }
}

static void assert_parse_fails(const char *text, Status status, const char *sentence)
{
    ExperimentSpec spec = parsed(GOOD);
    const ExperimentSpec before = spec;
    Problem problem = {0};
    assert_int_equal(experiment_spec_parse(text, strlen(text), "x.json", "", &spec, &problem),
                     status);
    assert_int_equal(problem.status, status);
    if (sentence != NULL) {
        assert_string_equal(problem.text, sentence);
    } else {
        assert_non_null(strstr(problem.text, "x.json"));
    }
    assert_memory_equal(&before, &spec, sizeof spec);
}

/* GOOD with one piece replaced. */
static char *replaced(const char *piece, const char *by)
{
    const char *at = strstr(GOOD, piece);
    assert_non_null(at);
    char *text = NULL;
    assert_true(asprintf(&text, "%.*s%s%s", (int)(at - GOOD), GOOD, by, at + strlen(piece)) > 0);
    return text;
}

static void points_at_file_line_and_key(void **state)
{
    (void)state;
    char *text = replaced("\"rho\": 0.5", "\"rho\": -1");
    assert_parse_fails(text, STATUS_BAD_VALUE,
                       "x.json:13: lanes.TRAM.rho: -1 is outside 0 .. 1e+06");
    free(text);
    text = replaced("\"learning_rate\": 0.1", "\"learning_rte\": 0.1");
    assert_parse_fails(text, STATUS_BAD_VALUE,
                       "x.json:8: unknown key \"learning_rte\"; did you mean \"learning_rate\"?");
    free(text);
    text = replaced("\"c\"]", "\n\"a\"]");
    assert_parse_fails(
        text, STATUS_BAD_VALUE,
        "x.json:8: zero_shot_domains.1: \"a\" is trained on, so it is not zero-shot");
    free(text);
    text = replaced("\"name\": \"TRAM\"", "\"name\": \"AdamW\"");
    assert_parse_fails(text, STATUS_BAD_VALUE,
                       "x.json:12: lanes.1: another lane is named \"AdamW\" already");
    free(text);
    text = replaced("  \"model\": \"m\",\n", "");
    assert_parse_fails(text, STATUS_BAD_VALUE,
                       "x.json: model: missing: give the folder of a checkpoint, or "
                       "\"model_config\" to start anew");
    free(text);
}

static void tells_a_broken_form_from_a_bad_value(void **state)
{
    (void)state;
    assert_parse_fails("", STATUS_BAD_FORMAT, NULL);
    assert_parse_fails("{", STATUS_BAD_FORMAT, NULL);
    assert_parse_fails("{\"name\": \"a\", \"name\": \"b\"}", STATUS_BAD_FORMAT, NULL);
    assert_parse_fails("[1]", STATUS_BAD_FORMAT,
                       "x.json: an experiment is an object: { \"name\": ... }");
    assert_parse_fails("{}", STATUS_BAD_VALUE, NULL);
}

static void refuses_a_file_larger_than_a_megabyte(void **state)
{
    (void)state;
    char path[] = "/tmp/tramlab-test-XXXXXX";
    const int file = mkstemp(path);
    assert_true(file >= 0);
    assert_int_equal(write(file, GOOD, strlen(GOOD)), strlen(GOOD));
    ExperimentSpec spec = {0};
    Problem problem = {0};
    assert_int_equal(experiment_spec_read(path, &spec, &problem), STATUS_OK);
    assert_string_equal(spec.model, "/tmp/m");

    assert_int_equal(ftruncate(file, 1024 * 1024 + 1), 0);
    const ExperimentSpec before = spec;
    assert_int_equal(experiment_spec_read(path, &spec, &problem), STATUS_FILE_UNREADABLE);
    assert_memory_equal(&before, &spec, sizeof spec);
    close(file);
    unlink(path);
    assert_int_equal(experiment_spec_read(path, &spec, &problem), STATUS_FILE_UNREADABLE);
    assert_non_null(strstr(problem.text, path));

    char *text = calloc(1, 1024 * 1024 + 1);
    assert_non_null(text);
    memset(text, ' ', 1024 * 1024 + 1);
    assert_int_equal(experiment_spec_parse(text, 1024 * 1024 + 1, "x.json", "", &spec, &problem),
                     STATUS_BAD_FORMAT);
    assert_non_null(strstr(problem.text, "larger than 1 MB"));
    free(text);
}

static void sets_numbers_texts_lists_and_knobs(void **state)
{
    (void)state;
    ExperimentSpec spec = parsed(GOOD);
    static const char *const assignments[] = {
        "max_steps=50",
        " learning_rate = 2e-4 ",
        "model=other/model",
        "name=again",
        "about=one = two",
        "train_pool=pretrain",
        "train_domains=x, y",
        "zero_shot_domains=",
        "lanes.TRAM.scale=2",
        "lanes.AdamW.method=sam",
        "lanes.AdamW.weight_decay=0.5",
    };
    for (size_t i = 0; i < sizeof assignments / sizeof assignments[0]; i++) {
        Problem problem = {0};
        if (experiment_spec_set(&spec, assignments[i], &problem) != STATUS_OK) {
            fail_msg("%s", problem.text);
        }
    }
    assert_true(spec.max_steps == 50.0);
    assert_true(spec.learning_rate == 2e-4);
    assert_string_equal(spec.model, "other/model");
    assert_string_equal(spec.name, "again");
    assert_string_equal(spec.about, "one = two");
    assert_int_equal(spec.train_pool, SPEC_POOL_PRETRAIN);
    assert_int_equal(spec.train_domain_count, 2);
    assert_string_equal(spec.train_domains[1], "y");
    assert_int_equal(spec.zero_shot_domain_count, 0);
    assert_true(spec.lanes[1].knob_is_set[KNOB_SCALE] && spec.lanes[1].knobs[KNOB_SCALE] == 2.0);
    assert_string_equal(spec.lanes[0].method, "sam");
    assert_true(spec.lanes[0].knobs[KNOB_WEIGHT_DECAY] == 0.5);
    assert_int_equal(experiment_spec_set(&spec, "train_domains=*", NULL), STATUS_OK);
    assert_string_equal(spec.train_domains[0], "*");
}

static void sets_choices_by_their_words(void **state)
{
    (void)state;
    ExperimentSpec spec = parsed(GOOD);
    assert_int_equal(experiment_spec_set(&spec, "lanes.TRAM.divergence=mmd-rbf", NULL), STATUS_OK);
    assert_true(spec.lanes[1].knobs[KNOB_DIVERGENCE] == 7.0);
    assert_int_equal(experiment_spec_set(&spec, "lanes.TRAM.adaptive=off", NULL), STATUS_OK);
    assert_true(spec.lanes[1].knob_is_set[KNOB_ADAPTIVE]);
    assert_true(spec.lanes[1].knobs[KNOB_ADAPTIVE] == 0.0);
    assert_int_equal(experiment_spec_set(&spec, "lanes.TRAM.adaptive=true", NULL), STATUS_OK);
    assert_true(spec.lanes[1].knobs[KNOB_ADAPTIVE] == 1.0);
    assert_int_equal(experiment_spec_set(&spec, "lanes.TRAM.centre=true", NULL), STATUS_OK);
    assert_true(spec.lanes[1].knobs[KNOB_CENTRE] == 0.0); /* its first word is on */
    assert_int_equal(experiment_spec_set(&spec, "lanes.AdamW.follow=TRAM", NULL), STATUS_OK);
    assert_string_equal(spec.lanes[0].follow, "TRAM");
}

static void reads_choices_from_strings_and_switches_from_booleans(void **state)
{
    (void)state;
    ExperimentSpec spec = parsed(GOOD);
    const SpecSource source = {.name = "x.json", .folder = ""};
    const SpecPlace place = spec_place_root(&source);
    Json *lane = NULL;
    const char text[] = "{\"divergence\": \"l2\", \"centre\": false, \"adaptive\": true}";
    assert_int_equal(json_parse(text, strlen(text), "lane", &lane, NULL), STATUS_OK);
    for (const Json *child = json_first(lane); child != NULL; child = json_next(child)) {
        assert_int_equal(spec_lane_key_read(&place, json_key(child), child, &spec.lanes[1]),
                         STATUS_OK);
    }
    json_destroy(lane);
    assert_true(spec.lanes[1].knobs[KNOB_DIVERGENCE] == 3.0);
    assert_true(spec.lanes[1].knobs[KNOB_CENTRE] == 1.0);
    assert_true(spec.lanes[1].knobs[KNOB_ADAPTIVE] == 1.0);
}

static void sets_the_knob_of_a_lane_whose_name_has_dots(void **state)
{
    (void)state;
    ExperimentSpec spec = parsed(GOOD);
    strcpy(spec.lanes[0].name, "SAM.0.05");
    assert_int_equal(experiment_spec_set(&spec, "lanes.SAM.0.05.rho=0.05", NULL), STATUS_OK);
    assert_true(spec.lanes[0].knobs[KNOB_RHO] == 0.05);
}

/* The folder that the test may write to holds exp/x.json and sets/pair.json. */
static void takes_lanes_from_a_preset_file(void **state)
{
    (void)state;
    char folder[] = "/tmp/tramlab-test-XXXXXX";
    char experiments[64];
    char path[128];
    Problem problem = {0};
    ExperimentSpec spec = parsed(GOOD);
    assert_non_null(mkdtemp(folder));
    snprintf(experiments, sizeof experiments, "%s/exp", folder);
    assert_int_equal(mkdir(experiments, 0700), 0);
    snprintf(path, sizeof path, "%s/pair.json", folder);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs("{\n\"about\": \"p\", \"lanes\": [{\"method\": \"adamw\"},\n{\"name\": \"M\", "
          "\"method\": \"msam\", \"rho\": 2}]}",
          file);
    fclose(file);

    static const char text[] = "{\"name\": \"n\", \"about\": \"mine\", \"model\": \"m\", "
                               "\"data\": \"d\", \"train_domains\": [\"a\"],\n"
                               "\"lanes\": \"../pair.json\"}";
    assert_int_equal(
        experiment_spec_parse(text, strlen(text), "x.json", experiments, &spec, &problem),
        STATUS_OK);
    assert_string_equal(spec.about, "mine");
    assert_int_equal(spec.lane_count, 2);
    assert_string_equal(spec.lanes[1].name, "M");
    assert_true(spec.lanes[1].knobs[KNOB_RHO] == 2.0);
    assert_int_equal(spec.lanes[1].line, 0);
    assert_survives_json(&spec); /* written out in full */

    ExperimentSpec other = parsed(GOOD);
    char assignment[160];
    snprintf(assignment, sizeof assignment, "lanes=%s", path);
    assert_int_equal(experiment_spec_set(&other, assignment, &problem), STATUS_OK);
    assert_memory_equal(other.lanes, spec.lanes, sizeof spec.lanes);
    assert_int_equal(experiment_spec_set(&other, "lanes.M.rho=3", &problem), STATUS_OK);
    assert_true(other.lanes[1].knobs[KNOB_RHO] == 3.0);

    unlink(path);
    const ExperimentSpec before = spec;
    assert_int_equal(
        experiment_spec_parse(text, strlen(text), "x.json", experiments, &spec, &problem),
        STATUS_BAD_VALUE);
    assert_non_null(strstr(problem.text, "x.json:2: lanes: "));
    assert_non_null(strstr(problem.text, "../pair.json"));
    assert_memory_equal(&before, &spec, sizeof spec);
    rmdir(experiments);
    rmdir(folder);
}

static void tells_a_presets_mistake_with_the_presets_line(void **state)
{
    (void)state;
    char path[] = "/tmp/tramlab-test-XXXXXX";
    const int handle = mkstemp(path);
    assert_true(handle >= 0);
    FILE *file = fdopen(handle, "w");
    fputs("{\n\"lanes\": [{\"method\": \"sam\",\n\"rho\": -2}]}", file);
    fclose(file);
    char assignment[64];
    char sentence[128];
    Problem problem = {0};
    ExperimentSpec spec = parsed(GOOD);
    snprintf(assignment, sizeof assignment, "lanes=%s", path);
    snprintf(sentence, sizeof sentence, "%s:3: lanes.0.rho: -2 is outside 0 .. 1e+06", path);
    assert_int_equal(experiment_spec_set(&spec, assignment, &problem), STATUS_BAD_VALUE);
    assert_string_equal(problem.text, sentence);
    assert_string_equal(spec.lanes[1].name, "TRAM");
    unlink(path);
}

static void leaves_the_spec_alone_when_an_assignment_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *assignment;
        Status status;
        const char *sentence;
    } cases[] = {
        {"max_steps", STATUS_BAD_USAGE, "\"max_steps\" sets nothing; write KEY=VALUE"},
        {"max_step=5", STATUS_BAD_VALUE, "unknown key \"max_step\"; did you mean \"max_steps\"?"},
        {"max_steps=many", STATUS_BAD_VALUE, "max_steps: \"many\" is not a number"},
        {"max_steps=nan", STATUS_BAD_VALUE, "max_steps: \"nan\" is not a number"},
        {"max_steps=", STATUS_BAD_VALUE, "max_steps: \"\" is not a number"},
        {"max_steps=0", STATUS_BAD_VALUE, "max_steps: 0 is outside 1 .. 1e+08"},
        {"warmup_steps=201", STATUS_BAD_VALUE,
         "warmup_steps: 201 is more than max_steps, which is 200"},
        {"lanes.TRAM.rho=-1", STATUS_BAD_VALUE, "lanes.TRAM.rho: -1 is outside 0 .. 1e+06"},
        {"lanes.TRAM.perturb=some", STATUS_BAD_VALUE,
         "lanes.TRAM.perturb: \"some\" is not one of \"all\", \"no-bias\", \"weights-only\", "
         "\"norm-only\", \"no-norm\", \"no-embed\", \"head-only\""},
        {"lanes.TRAM.interval=1.5", STATUS_BAD_VALUE,
         "lanes.TRAM.interval: 1.5 is not a whole number"},
        {"lanes.TRAMM.rho=1", STATUS_BAD_VALUE, "lanes: no lane is named \"TRAMM\""},
        {"lanes.TRAM.roh=1", STATUS_BAD_VALUE,
         "lanes.TRAM: unknown key \"roh\"; did you mean \"rho\"?"},
        {"lanes.TRAM=1", STATUS_BAD_VALUE,
         "lanes: one value of one lane at a time: lanes.NAME.KEY=VALUE"},
        {"lanes.TRAM.=1", STATUS_BAD_VALUE,
         "lanes: one value of one lane at a time: lanes.NAME.KEY=VALUE"},
        {"lanes=[]", STATUS_BAD_VALUE,
         "lanes: one value of one lane at a time: lanes.NAME.KEY=VALUE"},
        {"lanes=", STATUS_BAD_VALUE, "lanes: expected lanes, or the path of a preset file"},
        {"lanes=/nowhere.json", STATUS_BAD_VALUE,
         "lanes: /nowhere.json cannot be read: No such file or directory"},
        {"max_train_samples=15", STATUS_BAD_VALUE,
         "max_train_samples: 15 windows do not fill a step of 16: per_device_train_batch_size 16 "
         "times gradient_accumulation_steps 1 (0 = all of the text)"},
        {"lanes.TRAM.name=AdamW", STATUS_BAD_VALUE,
         "lanes.1: another lane is named \"AdamW\" already"},
        {"train_domains=b", STATUS_BAD_VALUE,
         "zero_shot_domains.0: \"b\" is trained on, so it is not zero-shot"},
        {"model_config={", STATUS_BAD_FORMAT, NULL},
        {"=1", STATUS_BAD_VALUE, "\"\" is not a key"},
        {"_x=1", STATUS_BAD_VALUE, "\"_x\" is not a key"},
    };
    ExperimentSpec spec = parsed(GOOD);
    const ExperimentSpec before = spec;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        Problem problem = {0};
        assert_int_equal(experiment_spec_set(&spec, cases[i].assignment, &problem),
                         cases[i].status);
        if (cases[i].sentence != NULL) {
            assert_string_equal(problem.text, cases[i].sentence);
        }
        assert_memory_equal(&before, &spec, sizeof spec);
    }
}

static void refuses_an_assignment_too_long_to_hold(void **state)
{
    (void)state;
    char assignment[2 * SPEC_CONFIG_BYTES];
    ExperimentSpec spec = parsed(GOOD);
    for (size_t length = 1; length < sizeof assignment; length *= 2) {
        memset(assignment, 'k', sizeof assignment);
        assignment[length / 2] = '=';
        assignment[length] = '\0';
        assert_int_equal(experiment_spec_set(&spec, assignment, NULL), STATUS_BAD_VALUE);
    }
}

static void prefers_a_lanes_own_knob_to_the_experiments(void **state)
{
    (void)state;
    const ExperimentSpec spec = parsed(GOOD);
    assert_int_equal(experiment_spec_lane(&spec, "TRAM"), 1);
    assert_int_equal(experiment_spec_lane(&spec, "tram"), SPEC_LANES_MAX);
    assert_true(experiment_spec_knob(&spec, 0, KNOB_LEARNING_RATE, 7.0) == 0.1);
    assert_true(experiment_spec_knob(&spec, 1, KNOB_LEARNING_RATE, 7.0) == 0.2);
    assert_true(experiment_spec_knob(&spec, 1, KNOB_WEIGHT_DECAY, 7.0) == 0.1 + 0.2);
    assert_true(experiment_spec_knob(&spec, 1, KNOB_RHO, 7.0) == 0.5);
    assert_true(experiment_spec_knob(&spec, 0, KNOB_RHO, 7.0) == 7.0);
}

static void a_lane_can_be_added_if_it_would_be_taken_from_a_file(void **state)
{
    (void)state;
    ExperimentSpec spec = {.lane_count = 1, .lanes = {{.name = "AdamW", .method = "adamw"}}};
    LaneSpec lane = {.name = "SAM.2", .method = "sam"};
    Problem problem = {0};
    lane.knob_is_set[KNOB_RHO] = true;
    lane.knobs[KNOB_RHO] = 0.3;
    assert_int_equal(experiment_spec_add_lane(&spec, &lane, &problem), STATUS_OK);
    assert_int_equal(experiment_spec_lane(&spec, "SAM.2"), 1);
    assert_true(spec.lanes[1].knobs[KNOB_RHO] == 0.3);

    const ExperimentSpec before = spec;
    static const char *const NAMES[] = {"", ".", "..", ".x", "a/b", "a b", "AdamW"};
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++) {
        snprintf(lane.name, sizeof lane.name, "%s", NAMES[i]);
        assert_int_equal(experiment_spec_add_lane(&spec, &lane, &problem), STATUS_BAD_VALUE);
    }
    snprintf(lane.name, sizeof lane.name, "good");
    lane.knobs[KNOB_RHO] = (double)NAN;
    assert_int_equal(experiment_spec_add_lane(&spec, &lane, &problem), STATUS_BAD_VALUE);
    assert_non_null(strstr(problem.text, "lanes.good.rho"));
    lane.knobs[KNOB_RHO] = 0.1;
    lane.knob_is_set[KNOB_INTERVAL] = true;
    lane.knobs[KNOB_INTERVAL] = 1.5;
    assert_int_equal(experiment_spec_add_lane(&spec, &lane, &problem), STATUS_BAD_VALUE);
    assert_non_null(strstr(problem.text, "whole number"));
    assert_memory_equal(&spec, &before, sizeof spec);
}

static void names_metrics_of_the_table_and_of_domains(void **state)
{
    (void)state;
    const ExperimentSpec spec = parsed(GOOD);
    char name[96];
    experiment_spec_metric_name(&spec, METRIC_LOSS, name, sizeof name);
    assert_string_equal(name, "loss");
    experiment_spec_metric_name(&spec, METRIC_DOMAIN_FIRST + 1, name, sizeof name);
    assert_string_equal(name, "perplexity/c");
    experiment_spec_metric_name(&spec, METRIC_DOMAIN_FIRST + 2, name, sizeof name);
    assert_string_equal(name, "");
    experiment_spec_metric_name(&spec, METRIC_FINAL_DOMAIN_FIRST + 1, name, sizeof name);
    assert_string_equal(name, "final_perplexity/c");
    experiment_spec_metric_name(&spec, METRIC_FINAL_DOMAIN_FIRST + 2, name, sizeof name);
    assert_string_equal(name, "");
    experiment_spec_metric_name(&spec, METRIC_FIXED_COUNT, name, sizeof name);
    assert_string_equal(name, "");
    experiment_spec_metric_name(&spec, METRIC_LOSS, name, 3);
    assert_string_equal(name, "lo");
}

static void units_count_examples_where_classes_are_told(void **state)
{
    (void)state;
    ExperimentSpec spec = parsed(GOOD);
    assert_string_equal(experiment_spec_metric_unit(&spec, METRIC_EVAL_LOSS), "nats/token");
    assert_string_equal(experiment_spec_metric_unit(&spec, METRIC_DOMAIN_FIRST), "perplexity");
    spec.task = SPEC_TASK_TEXT_CLASSIFICATION;
    assert_string_equal(experiment_spec_metric_unit(&spec, METRIC_EVAL_LOSS), "nats/example");
    assert_string_equal(experiment_spec_metric_unit(&spec, METRIC_GRAD_NORM), "L2");
    assert_string_equal(experiment_spec_metric_unit(&spec, METRIC_FINAL_DOMAIN_FIRST), "%");
}

static void mutate(Random *random, char *text, size_t *size)
{
    static const char pieces[] = "{}[]\",:0-9eE.\\u\n*_\xC3 ";
    const size_t at = random_below(random, *size);
    switch (random_below(random, 4)) {
    case 0: /* another byte */
        text[at] = (char)random_below(random, 256);
        break;
    case 1: /* a byte that means something */
        text[at] = pieces[random_below(random, sizeof pieces - 1)];
        break;
    case 2: { /* a hole */
        const size_t hole = 1 + random_below(random, 20);
        const size_t cut = hole < *size - at ? hole : *size - at;
        memmove(text + at, text + at + cut, *size - at - cut);
        *size -= cut < *size ? cut : *size - 1;
        break;
    }
    default: /* a copy of one place at another */ {
        const size_t from = random_below(random, *size);
        const size_t longest = *size - (at > from ? at : from);
        memmove(text + at, text + from, 1 + random_below(random, longest));
        break;
    }
    }
}

static void survives_a_thousand_mutations_and_keeps_what_it_had(void **state)
{
    (void)state;
    Random random = random_stream(1, RANDOM_STREAM_NOISE, 0);
    const ExperimentSpec before = parsed(GOOD);
    size_t refused_count = 0;
    for (int i = 0; i < 1000; i++) {
        size_t size = strlen(GOOD);
        char *text = malloc(size); /* exactly as large: reading beyond the end is seen */
        assert_non_null(text);
        memcpy(text, GOOD, size);
        const size_t count = 1 + random_below(&random, 4);
        for (size_t j = 0; j < count; j++) {
            mutate(&random, text, &size);
        }
        char *exact = malloc(size);
        assert_non_null(exact);
        memcpy(exact, text, size);
        ExperimentSpec spec = before;
        Problem problem = {0};
        if (experiment_spec_parse(exact, size, "x.json", "", &spec, &problem) == STATUS_OK) {
            assert_survives_json(&spec);
        } else {
            refused_count++;
            assert_true(problem.status != STATUS_OK && problem.text[0] != '\0');
            assert_memory_equal(&before, &spec, sizeof spec);
        }
        free(exact);
        free(text);
    }
    assert_true(refused_count > 500 && refused_count < 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_a_whole_experiment),
        cmocka_unit_test(is_equal_after_json),
        cmocka_unit_test(reads_the_bundled_experiments),
        cmocka_unit_test(reads_the_bundled_experiments_in_fifteen_languages),
        cmocka_unit_test(points_at_file_line_and_key),
        cmocka_unit_test(tells_a_broken_form_from_a_bad_value),
        cmocka_unit_test(refuses_a_file_larger_than_a_megabyte),
        cmocka_unit_test(sets_numbers_texts_lists_and_knobs),
        cmocka_unit_test(sets_choices_by_their_words),
        cmocka_unit_test(reads_choices_from_strings_and_switches_from_booleans),
        cmocka_unit_test(sets_the_knob_of_a_lane_whose_name_has_dots),
        cmocka_unit_test(takes_lanes_from_a_preset_file),
        cmocka_unit_test(tells_a_presets_mistake_with_the_presets_line),
        cmocka_unit_test(leaves_the_spec_alone_when_an_assignment_is_refused),
        cmocka_unit_test(refuses_an_assignment_too_long_to_hold),
        cmocka_unit_test(prefers_a_lanes_own_knob_to_the_experiments),
        cmocka_unit_test(a_lane_can_be_added_if_it_would_be_taken_from_a_file),
        cmocka_unit_test(names_metrics_of_the_table_and_of_domains),
        cmocka_unit_test(units_count_examples_where_classes_are_told),
        cmocka_unit_test(survives_a_thousand_mutations_and_keeps_what_it_had),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
