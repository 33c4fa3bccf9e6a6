/* app/run_main.h -- the program in a child process: its words in, its exit status and what it printed out. */
#ifndef TESTS_APP_RUN_MAIN_H
#define TESTS_APP_RUN_MAIN_H

#include <fcntl.h>
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "app/program.h"
#include "lab/tiny_lab.h"

#include "base/json.h"

enum {
    MAIN_PATH_BYTES = 400,
    MAIN_SECONDS_MAX = 60,  /* a child that hangs is killed, and its test fails */
    KILLED_BY_SIGNAL = 1000 /* + the signal, as exit status */
};

/* One call of the program. `{0}`, or with `prepare` set, which runs in the child before it. */
typedef struct MainRun {
    void (*prepare)(void);
    pid_t process;
    char out_path[MAIN_PATH_BYTES];
    char err_path[MAIN_PATH_BYTES];
    int exit_status;
    char *out; /* what it printed; owned */
    char *err;
} MainRun;

/* The whole text of a file; the caller frees. */
static inline char *text_of_file(const char *path)
{
    char *text = NULL;
    size_t size = 0;
    Problem problem = {0};
    if (json_read_text(path, 1 << 26, &text, &size, &problem) != STATUS_OK) {
        fail_msg("%s", problem.text);
    }
    return text;
}

/* "folder/file", whole or the test fails. */
static inline void join_path(const char *folder, const char *file, char path[MAIN_PATH_BYTES])
{
    const int length = snprintf(path, MAIN_PATH_BYTES, "%s/%s", folder, file);
    assert_true(length > 0 && length < MAIN_PATH_BYTES);
}

static inline char *text_in(const char *folder, const char *file)
{
    char path[MAIN_PATH_BYTES];
    join_path(folder, file, path);
    return text_of_file(path);
}

static inline bool is_there(const char *folder, const char *file)
{
    char path[MAIN_PATH_BYTES];
    join_path(folder, file, path);
    return access(path, F_OK) == 0;
}

static inline void write_text(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

/* In the child: run the words after "tramlab" (NULL-ended) and end with their exit status. */
_Noreturn static inline void be_the_program(const char *const *words)
{
    const char *argv[32] = {"tramlab"};
    int argc = 1;
    while (words[argc - 1] != NULL && argc < 31) {
        argv[argc] = words[argc - 1];
        argc++;
    }
    alarm(MAIN_SECONDS_MAX);
    exit(program_run(argc, argv)); /* exit, not _exit: the leak checker looks then */
}

static inline void make_output_file(const TinyLab *lab, const char *name, char *path)
{
    join_path(lab->folder, name, path);
    const int descriptor = mkstemp(path);
    assert_true(descriptor >= 0);
    close(descriptor);
}

static inline void lead_into_file(int descriptor, const char *path)
{
    const int file = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
    if (file < 0 || dup2(file, descriptor) < 0) {
        _exit(99);
    }
    close(file);
}

/* Start `tramlab WORDS...` (NULL-ended). The caller calls main_wait. */
static inline void main_start(const TinyLab *lab, const char *const *words, MainRun *run)
{
    make_output_file(lab, "stdout-XXXXXX", run->out_path);
    make_output_file(lab, "stderr-XXXXXX", run->err_path);
    fflush(NULL);
    run->process = fork();
    assert_true(run->process >= 0);
    if (run->process == 0) {
        lead_into_file(STDOUT_FILENO, run->out_path);
        lead_into_file(STDERR_FILENO, run->err_path);
        if (run->prepare != NULL) {
            run->prepare();
        }
        be_the_program(words);
    }
}

static inline int exit_status_of(pid_t process)
{
    int status = 0;
    assert_int_equal(waitpid(process, &status, 0), process);
    return WIFEXITED(status) ? WEXITSTATUS(status) : KILLED_BY_SIGNAL + WTERMSIG(status);
}

/* Wait for its end and take what it printed. The caller calls main_clear. */
static inline void main_wait(MainRun *run)
{
    run->exit_status = exit_status_of(run->process);
    run->out = text_of_file(run->out_path);
    run->err = text_of_file(run->err_path);
    unlink(run->out_path);
    unlink(run->err_path);
}

static inline void main_clear(MainRun *run)
{
    free(run->out);
    free(run->err);
    run->out = NULL;
    run->err = NULL;
}

static inline void main_run(const TinyLab *lab, const char *const *words, MainRun *run)
{
    main_start(lab, words, run);
    main_wait(run);
}

static inline void expect_exit_status(const MainRun *run, int wanted)
{
    if (run->exit_status != wanted) {
        fail_msg("exit status %d, not %d; stderr: %s stdout: %s", run->exit_status, wanted,
                 run->err, run->out);
    }
}

static inline void expect_text(const char *text, const char *wanted)
{
    if (strstr(text, wanted) == NULL) {
        fail_msg("\"%s\" is not in: %s", wanted, text);
    }
}

/* One line, "tramlab: ...", that names what is wrong; without control characters. */
static inline void expect_one_complaint(const MainRun *run, const char *wanted)
{
    expect_text(run->err, wanted);
    if (strncmp(run->err, "tramlab: ", 9) != 0) {
        fail_msg("not a complaint: %s", run->err);
    }
    const char *newline = strchr(run->err, '\n');
    if (newline == NULL || newline[1] != '\0') {
        fail_msg("not one line: %s", run->err);
    }
    for (const char *c = run->err; c < newline; c++) {
        assert_true((unsigned char)*c >= 32 && *c != 127);
    }
}

/* Write the tiny experiment as folder/name, with `find` replaced by `put` where find is not NULL; path receives where. */
static inline void write_experiment(const TinyLab *lab, const char *name, const char *find,
                                    const char *put, char path[MAIN_PATH_BYTES])
{
    enum { TEXT_BYTES = 4096 };
    char data[300];
    char *text = malloc(TEXT_BYTES);
    assert_non_null(text);
    snprintf(data, sizeof data, "%s/data", lab->folder);
    tiny_experiment_text(data, lab->folder, text, TEXT_BYTES);
    char *place = find == NULL ? NULL : strstr(text, find);
    assert_true(find == NULL || place != NULL);
    join_path(lab->folder, name, path);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    if (place == NULL) {
        fputs(text, file);
    } else {
        fprintf(file, "%.*s%s%s", (int)(place - text), text, put, place + strlen(find));
    }
    assert_int_equal(fclose(file), 0);
    free(text);
}

/* A run of two steps into folder/name; its saved model, to start from or to evaluate. */
static inline void make_model(const TinyLab *lab, const char *name, char model[MAIN_PATH_BYTES])
{
    MainRun run = {0};
    char path[MAIN_PATH_BYTES];
    char folder[MAIN_PATH_BYTES];
    write_experiment(lab, "make-model.json", NULL, NULL, path);
    join_path(lab->folder, name, folder);
    join_path(folder, "model", model);
    main_run(lab, (const char *[]){"run", path, "--out", folder, "--steps", "2", NULL}, &run);
    expect_exit_status(&run, 0);
    main_clear(&run);
}

/* Take `,"key":VALUE` out of every line, in place. */
static inline void drop_number(char *text, const char *key)
{
    char mark[64];
    snprintf(mark, sizeof mark, ",\"%s\":", key);
    char *to = text;
    const char *from = text;
    while (*from != '\0') {
        if (strncmp(from, mark, strlen(mark)) == 0) {
            from += strlen(mark);
            from += strcspn(from, ",}");
        } else {
            *to++ = *from++;
        }
    }
    *to = '\0';
}

/* metrics.jsonl without what is measured by the clock; the caller frees. */
static inline char *timeless_metrics(const char *run_folder)
{
    char *text = text_in(run_folder, "metrics.jsonl");
    drop_number(text, "seconds");
    drop_number(text, "tokens_per_second");
    return text;
}

/* Every line is a JSON document of its own; returns how many there are. */
static inline size_t count_json_lines(const char *text)
{
    size_t count = 0;
    while (*text != '\0') {
        const size_t length = strcspn(text, "\n");
        Json *line = NULL;
        Problem problem = {0};
        if (text[length] != '\n' ||
            json_parse(text, length, "line", &line, &problem) != STATUS_OK) {
            fail_msg("not a whole line of JSON (%s): %.*s", problem.text, (int)length, text);
        }
        json_destroy(line);
        text += length + 1;
        count++;
    }
    return count;
}

/* The last line ends with its newline and holds `wanted`. */
static inline void expect_in_last_line(const char *text, const char *wanted)
{
    size_t start = strlen(text);
    assert_true(start > 0 && text[start - 1] == '\n');
    for (start--; start > 0 && text[start - 1] != '\n';) {
        start--;
    }
    if (strstr(text + start, wanted) == NULL) {
        fail_msg("\"%s\" is not in the last line: %s", wanted, text + start);
    }
}

/* Wait until a growing file has that many lines; fails the test after MAIN_SECONDS_MAX. */
static inline void wait_for_lines(const char *folder, const char *file, size_t wanted)
{
    char path[MAIN_PATH_BYTES];
    join_path(folder, file, path);
    for (int tries = 0; tries < MAIN_SECONDS_MAX * 200; tries++) {
        size_t lines = 0;
        FILE *stream = fopen(path, "r");
        for (int c = 0; stream != NULL && (c = fgetc(stream)) != EOF;) {
            lines += c == '\n';
        }
        if (stream != NULL) {
            fclose(stream);
        }
        if (lines >= wanted) {
            return;
        }
        usleep(5000);
    }
    fail_msg("%s did not grow to %zu lines", path, wanted);
}

#endif
