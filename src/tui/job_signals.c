#include "tui/job_signals.h"

#include <stddef.h>
#include <sys/signalfd.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

/* In a thread that does not block it: it does from now on, and the process gets it again, for the descriptor. */
static void hand_on(int signal_number, siginfo_t *info, void *context)
{
    (void)info;
    ucontext_t *const interrupted = context;
    sigaddset(&interrupted->uc_sigmask, signal_number);
    kill(getpid(), signal_number);
}

void job_signals_begin(JobSignals *jobs)
{
    sigset_t set;
    struct sigaction action = {.sa_sigaction = hand_on, .sa_flags = SA_SIGINFO | SA_RESTART};
    sigfillset(&action.sa_mask);
    sigemptyset(&set);
    sigaddset(&set, SIGTSTP);
    sigaddset(&set, SIGCONT);
    sigprocmask(SIG_BLOCK, &set, &jobs->mask_before);
    sigaction(SIGTSTP, &action, &jobs->stop_before);
    sigaction(SIGCONT, &action, &jobs->continue_before);
    jobs->descriptor = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

int job_signals_next(const JobSignals *jobs)
{
    struct signalfd_siginfo info;
    return read(jobs->descriptor, &info, sizeof info) == (ssize_t)sizeof info ? (int)info.ssi_signo
                                                                              : 0;
}

void job_signals_forget_continue(void)
{
    static const struct timespec AT_ONCE = {0};
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGCONT);
    sigtimedwait(&set, NULL, &AT_ONCE);
}

void job_signals_end(JobSignals *jobs)
{
    if (jobs->descriptor >= 0) {
        close(jobs->descriptor);
    }
    jobs->descriptor = -1;
    sigaction(SIGTSTP, &jobs->stop_before, NULL);
    sigaction(SIGCONT, &jobs->continue_before, NULL);
    sigprocmask(SIG_SETMASK, &jobs->mask_before, NULL);
}
