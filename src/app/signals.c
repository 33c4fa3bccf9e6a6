#include "app/signals.h"

#include <signal.h>
#include <stddef.h>
#include <sys/signalfd.h>
#include <ucontext.h>
#include <unistd.h>

#include "tui/event_loop.h"

static const int STOP_SIGNALS[] = {SIGINT, SIGTERM, SIGHUP};
enum { STOP_SIGNAL_COUNT = sizeof STOP_SIGNALS / sizeof *STOP_SIGNALS };

/* A library may have started a thread before main, with no signal blocked, and a signal may be delivered there. That thread
 * blocks it from now on and sends it again, to the process: it then waits for the descriptor. */
static void hand_on(int signal_number, siginfo_t *info, void *context)
{
    (void)info;
    ucontext_t *const interrupted = context;
    sigaddset(&interrupted->uc_sigmask, signal_number);
    kill(getpid(), signal_number);
}

Status signals_open(int *signal_fd)
{
    sigset_t set;
    struct sigaction action = {.sa_sigaction = hand_on, .sa_flags = SA_SIGINFO | SA_RESTART};
    sigemptyset(&set);
    sigfillset(&action.sa_mask);
    for (size_t i = 0; i < STOP_SIGNAL_COUNT; i++) {
        sigaddset(&set, STOP_SIGNALS[i]);
    }
    if (sigprocmask(SIG_BLOCK, &set, NULL) != 0) {
        return STATUS_OUT_OF_MEMORY;
    }
    for (size_t i = 0; i < STOP_SIGNAL_COUNT; i++) {
        sigaction(STOP_SIGNALS[i], &action, NULL);
    }
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN); /* a file at its size limit is an error of write(), not a death */
    *signal_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    return *signal_fd < 0 ? STATUS_OUT_OF_MEMORY : STATUS_OK;
}

void signals_clear(int signal_fd)
{
    struct signalfd_siginfo info;
    while (read(signal_fd, &info, sizeof info) == (ssize_t)sizeof info) {
    }
}

static void die_with_a_sane_terminal(int signal_number)
{
    event_loop_reset_terminal_in_crash();
    raise(signal_number); /* SA_RESETHAND: this time it is deadly */
}

void signals_reset_terminal_on_crash(void)
{
    static const int DEADLY[] = {SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL};
    struct sigaction action = {.sa_handler = die_with_a_sane_terminal,
                               .sa_flags = (int)(SA_RESETHAND | SA_NODEFER)};
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < sizeof DEADLY / sizeof *DEADLY; i++) {
        sigaction(DEADLY[i], &action, NULL);
    }
}
