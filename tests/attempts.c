/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Preloaded, tries from within what a parser that was taken over would, and says on standard error
 * what came of it: "exec: Operation not permitted". It does so after the program was confined: when
 * root is root no more and a report is flushed, or, as ATTEMPT_AT_END has it, when the program
 * ends.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static void say(const char *what, long result)
{
    char line[256];
    int length =
        snprintf(line, sizeof line, "%s: %s\n", what, result >= 0 ? "done" : strerror(errno));
    (void)!write(STDERR_FILENO, line, (size_t)length);
}

static void try_all(void)
{
    char *const arguments[] = {"/bin/true", NULL};
    const char *own = getenv("ATTEMPT_FILE");
    const char *made = getenv("ATTEMPT_NEW_FILE");
    unsetenv("ATTEMPT_AT_END"); /* what it starts has this library, too */
    pid_t child = fork();
    say("fork", child);
    if (child <= 0) /* where it cannot even fork, this process itself would become the other */
        say("exec", execv(arguments[0], arguments));
    if (child == 0)
        _exit(1);
    say("internet", socket(AF_INET, SOCK_STREAM, 0));
    say("datagrams", socket(AF_INET, SOCK_DGRAM, 0));
    say("packets", socket(AF_PACKET, SOCK_RAW, 0));
    say("ptrace", ptrace(PTRACE_SEIZE, getppid(), NULL, NULL));
    say("passwords", open("/etc/shadow", O_RDONLY));
    say("users", open("/etc/passwd", O_RDONLY));
    say("file", own != NULL ? open(own, O_RDONLY) : -1);
    say("overwriting", own != NULL ? open(own, O_WRONLY) : -1);
    say("removing", own != NULL ? unlink(own) : -1);
    say("new file", made != NULL ? open(made, O_WRONLY | O_CREAT, 0600) : -1);
    say("root", setuid(0));
}

static int tried;

int fflush(FILE *stream)
{
    int (*real)(FILE *) = (int (*)(FILE *))dlsym(RTLD_NEXT, "fflush");
    if (!tried && geteuid() != 0 && getenv("ATTEMPT_AT_END") == NULL) {
        tried = 1;
        try_all();
    }
    return real(stream);
}

__attribute__((destructor)) static void at_end(void)
{
    if (getenv("ATTEMPT_AT_END") != NULL)
        try_all();
}
