/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * Loaded into tshark before its libraries (LD_PRELOAD), this starts tshark once for many runs.
 * tshark spends most of a short run on registering its protocols. A process that has done so waits
 * for commands and makes a copy of itself for each; the copy runs tshark's own main() with the
 * arguments of the command.
 *
 * A command is a message on a socket: the arguments, each ended by a zero byte, and descriptors for
 * standard input, output and error. The answer is the status of waitpid(2). The environment and the
 * working directory are those of the start. The process ends when the socket is closed.
 */

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { COMMAND_MAX = 1 << 17, ARGUMENTS_MAX = 4096, DESCRIPTORS = 3 };

typedef int main_function(int argc, char **argv, char **environment);

static main_function *real_main;
static int registered; /* protocols and file types are */

/* What libwireshark and libwiretap export. The result is int or bool; a caller reads either. */
int epan_init(void *callback, void *data, int load_plugins);
void epan_cleanup(void);
void wtap_init(int load_plugins);
void wtap_cleanup(void);
int __libc_start_main(main_function *, int, char **, void (*)(void), void (*)(void), void (*)(void),
                      void *);

/* The function of that name in the libraries behind this one. */
static void *behind(const char *name)
{
    return dlsym(RTLD_NEXT, name);
}

int epan_init(void *callback, void *data, int load_plugins)
{
    int (*real)(void *, void *, int) = (int (*)(void *, void *, int))behind("epan_init");

    return registered ? 1 : real(callback, data, load_plugins);
}

void wtap_init(int load_plugins)
{
    void (*real)(int) = (void (*)(int))behind("wtap_init");

    if (!registered)
        real(load_plugins);
}

/* A copy does not free what was registered: that touches all of its memory, and the system frees it
 * at once. */
void epan_cleanup(void)
{
    void (*real)(void) = (void (*)(void))behind("epan_cleanup");

    if (!registered)
        real();
}

void wtap_cleanup(void)
{
    void (*real)(void) = (void (*)(void))behind("wtap_cleanup");

    if (!registered)
        real();
}

static void fail(const char *what)
{
    perror(what);
    exit(EXIT_FAILURE);
}

/* tshark's run in the copy. The arguments stay where they are: tshark keeps pointers to them. */
static int run(char *program, char *command, size_t length, const int descriptors[DESCRIPTORS])
{
    static char *arguments[ARGUMENTS_MAX + 1];
    int count = 1;

    arguments[0] = program;
    for (char *at = command; at < command + length; at += strlen(at) + 1) {
        if (count == ARGUMENTS_MAX)
            abort();
        arguments[count++] = at;
    }
    for (int i = 0; i < DESCRIPTORS; i++) {
        dup2(descriptors[i], i);
        close(descriptors[i]);
    }
    return real_main(count, arguments, environ);
}

/* Bytes of the next command, 0 when there will be none. */
static size_t receive(int socket, char *command, int descriptors[DESCRIPTORS])
{
    union {
        struct cmsghdr header;
        char bytes[CMSG_SPACE(DESCRIPTORS * sizeof(int))];
    } control = {0};
    struct iovec place = {.iov_base = command, .iov_len = COMMAND_MAX};
    struct msghdr message = {.msg_iov = &place,
                             .msg_iovlen = 1,
                             .msg_control = &control,
                             .msg_controllen = sizeof(control)};
    const ssize_t length = recvmsg(socket, &message, 0);

    if (length < 0)
        fail("recvmsg");
    if (length == 0)
        return 0;
    if (message.msg_flags & (MSG_TRUNC | MSG_CTRUNC) || !CMSG_FIRSTHDR(&message)) {
        fprintf(stderr, "a command is longer than %d bytes, or has not %d descriptors\n",
                COMMAND_MAX, DESCRIPTORS);
        exit(EXIT_FAILURE);
    }
    memcpy(descriptors, CMSG_DATA(CMSG_FIRSTHDR(&message)), DESCRIPTORS * sizeof(int));
    return (size_t)length;
}

static int serve(int argc, char **argv, char **environment)
{
    static char command[COMMAND_MAX];
    const int socket = atoi(getenv("PREPARED_TSHARK_SOCKET"));
    void (*configuration_init)(const char *, const char *) =
        (void (*)(const char *, const char *))behind("configuration_init");
    void (*init_process_policies)(void) = (void (*)(void))behind("init_process_policies");
    void (*ws_log_init)(const char *, void *) =
        (void (*)(const char *, void *))behind("ws_log_init");
    int descriptors[DESCRIPTORS], status;
    size_t length;

    (void)argc;
    (void)environment;
    unsetenv("PREPARED_TSHARK_SOCKET");
    unsetenv("LD_PRELOAD");
    init_process_policies();
    ws_log_init("tshark", NULL);
    configuration_init(argv[0], NULL);
    wtap_init(1);
    if (!epan_init(NULL, NULL, 1))
        return EXIT_FAILURE;
    registered = 1;
    while ((length = receive(socket, command, descriptors)) > 0) {
        const pid_t copy = fork();

        if (copy < 0)
            fail("fork");
        if (copy == 0) {
            close(socket);
            exit(run(argv[0], command, length, descriptors));
        }
        for (int i = 0; i < DESCRIPTORS; i++)
            close(descriptors[i]);
        if (waitpid(copy, &status, 0) < 0)
            fail("waitpid");
        if (send(socket, &status, sizeof(status), MSG_NOSIGNAL) < 0)
            fail("send");
    }
    return EXIT_SUCCESS;
}

int __libc_start_main(main_function *program, int argc, char **argv, void (*init)(void),
                      void (*finish)(void), void (*finish_libraries)(void), void *stack)
{
    int (*real)(main_function *, int, char **, void (*)(void), void (*)(void), void (*)(void),
                void *) = (int (*)(main_function *, int, char **, void (*)(void), void (*)(void),
                                   void (*)(void), void *))behind("__libc_start_main");

    /* What starts tshark, setpriv(1) for example, loads this too. */
    real_main = program;
    if (getenv("PREPARED_TSHARK_SOCKET") && dlsym(RTLD_DEFAULT, "epan_free"))
        program = serve;
    return real(program, argc, argv, init, finish, finish_libraries, stack);
}
