#include "app/signals.h"

#include <signal.h>
#include <stddef.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "tui/event_loop.h"

Status signals_open(int *signal_fd)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGHUP);
    if (sigprocmask(SIG_BLOCK, &set, NULL) != 0) {
        return STATUS_OUT_OF_MEMORY;
    }
    signal(SIGPIPE, SIG_IGN);
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
