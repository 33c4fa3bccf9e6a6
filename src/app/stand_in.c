#include "app/stand_in.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tui/event_loop.h"

/* It could not do it itself. In the background the terminal is somebody else's. */
static void tidy_up_after(int signal_number)
{
    if (tcgetpgrp(STDIN_FILENO) == getpgrp()) {
        event_loop_reset_terminal_in_crash();
    }
    fprintf(stderr,
            "tramlab: the race was ended by signal %d (%s); tramlab --resume RUN_DIR goes on "
            "from its last save\n",
            signal_number, strsignal(signal_number));
}

/* As the child ended: with its status, or of its signal. */
_Noreturn static void end_as(int status)
{
    if (WIFSIGNALED(status)) {
        tidy_up_after(WTERMSIG(status));
        sigset_t set;
        sigemptyset(&set);
        sigaddset(&set, WTERMSIG(status));
        prctl(PR_SET_DUMPABLE, 0); /* the core that tells something is the child's */
        signal(WTERMSIG(status), SIG_DFL);
        raise(WTERMSIG(status));
        sigprocmask(SIG_UNBLOCK, &set, NULL);
    }
    _exit(WIFEXITED(status) ? WEXITSTATUS(status) : 1); /* what was to be printed is the child's */
}

/* What the keyboard or the terminal's end causes has reached the child too: it is of the same group. */
static bool was_sent_to_us(const siginfo_t *info)
{
    return info->si_code <= 0;
}

_Noreturn static void wait_for(pid_t child, const sigset_t *set)
{
    for (;;) {
        siginfo_t info;
        int status = 0;
        const int signal_number = sigwaitinfo(set, &info);
        if (signal_number == SIGCHLD) {
            if (waitpid(child, &status, WNOHANG) == child) {
                end_as(status);
            }
        } else if (signal_number > 0 && was_sent_to_us(&info)) {
            kill(child, signal_number);
        }
    }
}

/* In the child: it draws, and sets the terminal's modes, also where the shell has just taken the terminal away. */
static void go_on(pid_t stand_in)
{
    signal(SIGTTOU, SIG_IGN);
    signal(SIGTTIN, SIG_IGN);
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != stand_in) {
        _exit(1); /* it was killed before that */
    }
}

pid_t stand_in_begin(void)
{
    sigset_t set;
    sigset_t before;
    const pid_t stand_in = getpid();
    sigemptyset(&set);
    sigaddset(&set, SIGCHLD);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGHUP);
    if (sigprocmask(SIG_BLOCK, &set, &before) != 0) {
        return 0;
    }
    const pid_t child = fork();
    if (child > 0) {
        wait_for(child, &set);
    }
    sigprocmask(SIG_SETMASK, &before, NULL);
    if (child < 0) {
        return 0;
    }
    go_on(stand_in);
    return stand_in;
}

void stand_in_leave(pid_t stand_in)
{
    if (stand_in > 0 && getppid() == stand_in) {
        kill(stand_in, SIGCONT);
    }
}
