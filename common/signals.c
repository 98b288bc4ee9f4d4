/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "common/signals.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>
#include <unistd.h>

#include "core/base/time-units.h"

/* timeout(1) sends its signal twice: to the program and to its process group. */
enum { TWICE_MS = 100 };

/* The first signal and its time in one value, because a second signal may arrive in another
 * thread. */
enum { NUMBER_BITS = 8 };
static _Atomic int64_t asked; /* 0: not yet; else milliseconds << NUMBER_BITS | signal */

static atomic_bool report_asked;

static atomic_bool second_waits;
static atomic_bool may_kill;
static atomic_bool hurry;

/* The most files that one command writes at a time. */
static const char *volatile unfinished[4];
enum { UNFINISHED_MAX = sizeof unfinished / sizeof unfinished[0] };

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * INT64_C(1000) + now.tv_nsec / NS_PER_MS;
}

static void end_at_once(int number)
{
    for (size_t i = 0; i < UNFINISHED_MAX; i++) {
        const char *path = unfinished[i];
        if (path != NULL)
            unlink(path);
    }
    signal(number, SIG_DFL);
    raise(number);
}

static void on_signal(int number)
{
    int64_t before = 0;
    int64_t now = now_ms() << NUMBER_BITS | number;
    if (atomic_load(&may_kill))
        end_at_once(number);
    if (atomic_compare_exchange_strong(&asked, &before, now))
        return;
    int64_t passed_ms = (now >> NUMBER_BITS) - (before >> NUMBER_BITS);
    bool is_the_same = ((now ^ before) & ((1 << NUMBER_BITS) - 1)) == 0;
    if (is_the_same && passed_ms <= TWICE_MS)
        return;
    if (!atomic_load(&second_waits) || atomic_exchange(&hurry, true))
        end_at_once(number);
}

static void on_report_signal(int number)
{
    (void)number;
    atomic_store(&report_asked, true);
}

void signals_catch(void)
{
    const struct sigaction action = {.sa_handler = on_signal}; /* no SA_RESTART */
    const struct sigaction report = {.sa_handler = on_report_signal, .sa_flags = SA_RESTART};
    static const int ends[] = {SIGINT,    SIGTERM, SIGHUP,  SIGALRM,
                               SIGVTALRM, SIGPROF, SIGXCPU, SIGUSR2};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        sigaction(ends[i], &action, NULL);
    sigaction(SIGUSR1, &report, NULL);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
}

bool signals_report_requested(void)
{
    return atomic_load_explicit(&report_asked, memory_order_relaxed) &&
           atomic_exchange(&report_asked, false);
}

void signals_request_stop(void)
{
    int64_t before = 0;
    atomic_compare_exchange_strong(&asked, &before, now_ms() << NUMBER_BITS);
}

bool signals_withdraw_stop(void)
{
    int64_t own = atomic_load(&asked);
    bool by_signal = (own & ((1 << NUMBER_BITS) - 1)) != 0;
    return !by_signal && atomic_compare_exchange_strong(&asked, &own, 0);
}

bool signals_stop_requested(void)
{
    return atomic_load_explicit(&asked, memory_order_relaxed) != 0;
}

void signals_let_second_wait(bool wait)
{
    atomic_store(&second_waits, wait);
}

void signals_let_kill(bool may)
{
    atomic_store(&may_kill, may);
}

bool signals_hurry(void)
{
    return atomic_load_explicit(&hurry, memory_order_relaxed);
}

/* Puts @p now into the first place that holds @p before. */
static void replace(const char *before, const char *now)
{
    size_t i = 0;
    while (i < UNFINISHED_MAX && unfinished[i] != before)
        i++;
    if (i < UNFINISHED_MAX)
        unfinished[i] = now;
}

void signals_remove_file(const char *path)
{
    replace(NULL, path);
}

void signals_keep_file(const char *path)
{
    replace(path, NULL);
}

GThread *signals_block_thread_or_fail(const char *name, GThreadFunc function, gpointer data,
                                      GError **error)
{
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    GThread *thread = g_thread_try_new(name, function, data, error);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return thread;
}

GThread *signals_block_thread(const char *name, GThreadFunc function, gpointer data)
{
    GError *error = NULL;
    GThread *thread = signals_block_thread_or_fail(name, function, data, &error);
    if (thread == NULL)
        g_error("%s: %s", name, error->message);
    return thread;
}
