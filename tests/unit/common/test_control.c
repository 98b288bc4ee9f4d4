/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Messages of a limit test, the key, and a connection over the loopback interface. */
#include <arpa/inet.h>
#include <fcntl.h>
#include <glib.h>
#include <netinet/in.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/control/control-channel.h"
#include "common/control/control-key.h"

static const struct {
    const char *line;
    bool good;
    unsigned count;
    uint64_t first;
} lines[] = {
    {"ready", true, 0, 0},
    {"begin 0", true, 1, 0},
    {"begin 18446744073709551615", true, 1, UINT64_MAX},
    {"end 007", true, 1, 7},
    {"key 1 2 3 4 5", true, 5, 1},
    {"welcome 9000 1 5", true, 3, 9000},
    {"result 1 2 3 4 5 6 7 8 9 10 11", true, 11, 1},
    {"", false, 0, 0},
    {" ", false, 0, 0},
    {"begin", false, 0, 0},
    {"begin ", false, 0, 0},
    {"begin 1 ", false, 0, 0},
    {"begin  1", false, 0, 0},
    {"begin 1 2", false, 0, 0},
    {"begin -1", false, 0, 0},
    {"begin +1", false, 0, 0},
    {"begin 0x1", false, 0, 0},
    {"begin 1\r", false, 0, 0},
    {"begin 18446744073709551616", false, 0, 0},
    {"begin 99999999999999999999999", false, 0, 0},
    {"begi 1", false, 0, 0},
    {"beginn 1", false, 0, 0},
    {"BEGIN 1", false, 0, 0},
    {"ready 1", false, 0, 0},
    {"welcome 9000", false, 0, 0},
    {"result 1 2 3 4 5 6 7 8 9 10", false, 0, 0},
    {"result 1 2 3 4 5 6 7 8 9 10 11 12", false, 0, 0},
    {"GET / HTTP/1.1", false, 0, 0},
};

static void test_lines(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(lines); i++) {
        struct control_message message;
        g_test_message("%s", lines[i].line);
        size_t len = strlen(lines[i].line);
        g_assert_cmpint(control_message_read(lines[i].line, len, &message), ==, lines[i].good);
        if (!lines[i].good)
            continue;
        g_assert_cmpuint(message.count, ==, lines[i].count);
        g_assert_cmpuint(message.numbers[0], ==, lines[i].first);
    }
}

static void test_longest(void)
{
    struct control_message message = {.verb = CONTROL_RESULT, .count = CONTROL_COUNTS};
    struct control_message again;
    char line[CONTROL_LINE_MAX];
    for (unsigned i = 0; i < message.count; i++)
        message.numbers[i] = UINT64_MAX - i;
    size_t len = control_message_write(&message, line);
    g_assert_true(line[len - 1] == '\n');
    g_assert_true(control_message_read(line, len - 1, &again));
    g_assert_true(memcmp(&message, &again, sizeof message) == 0);
}

static void test_key(void)
{
    static const char *const mine = "0123456789abcdef";
    static const char *const other = "0123456789abcdeg";
    const uint64_t numbers[CONTROL_KEY_NUMBERS] = {1, 2, 3, UINT64_MAX};
    uint64_t next[CONTROL_KEY_NUMBERS] = {1, 2, 3, 4};
    uint64_t signature[CONTROL_KEY_NUMBERS];
    control_key_sign(mine, numbers, signature);
    g_assert_true(control_key_verify(mine, numbers, signature));
    g_assert_false(control_key_verify(other, numbers, signature));
    g_assert_false(control_key_verify(mine, next, signature));
    for (unsigned i = 0; i < CONTROL_KEY_NUMBERS; i++) {
        signature[i] ^= 1;
        g_assert_false(control_key_verify(mine, numbers, signature));
        signature[i] ^= 1;
    }
    uint64_t drawn[CONTROL_KEY_NUMBERS];
    g_assert_true(control_key_draw(drawn) && control_key_draw(next));
    g_assert_false(memcmp(drawn, next, sizeof drawn) == 0);
}

static void test_key_file(void)
{
    g_autofree char *directory = g_dir_make_tmp("erspan-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(directory, "key", NULL);
    GError *error = NULL;
    g_assert_null(control_key_read(path, &error));
    g_clear_error(&error);
    g_assert_true(g_file_set_contents(path, "  0123456789abcdef\n", -1, NULL));
    g_autofree char *key = control_key_read(path, NULL);
    g_assert_cmpstr(key, ==, "0123456789abcdef");
    g_assert_true(g_file_set_contents(path, "too short\n", -1, NULL));
    g_assert_null(control_key_read(path, &error));
    g_assert_nonnull(strstr(error->message, "a key has 16 to"));
    g_clear_error(&error);
    unlink(path);
    rmdir(directory);
}

/* No more is read than a key may have: this one's end never comes. */
static void test_key_without_end(void)
{
    g_autofree char *directory = g_dir_make_tmp("erspan-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(directory, "key", NULL);
    g_autofree char *long_one = g_strnfill(5000, 'k');
    GError *error = NULL;
    g_assert_cmpint(mkfifo(path, 0600), ==, 0);
    int end = open(path, O_RDWR | O_CLOEXEC);
    g_assert_cmpint(write(end, long_one, 5000), ==, 5000);
    g_assert_null(control_key_read(path, &error));
    g_assert_nonnull(strstr(error->message, "to 4096 characters"));
    g_clear_error(&error);
    close(end);
    unlink(path);
    rmdir(directory);
}

static unsigned port_of(int listener)
{
    struct sockaddr_in address = {0};
    socklen_t len = sizeof address;
    g_assert_cmpint(getsockname(listener, (void *)&address, &len), ==, 0);
    return ntohs(address.sin_port);
}

/* A port where nobody listens, nor begins to meanwhile: it is taken. */
static int bound_only(unsigned *port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int silent = socket(AF_INET, SOCK_STREAM, 0);
    g_assert_cmpint(bind(silent, (void *)&address, sizeof address), ==, 0);
    *port = port_of(silent);
    return silent;
}

static struct control_channel *accept_soon(int listener)
{
    struct control_channel *channel = NULL;
    while ((channel = control_channel_accept(listener)) == NULL)
        g_usleep(1000);
    return channel;
}

static void test_connection(void)
{
    const uint64_t numbers[] = {5000};
    struct control_message message;
    char text[CONTROL_ADDRESS_MAX];
    GError *error = NULL;
    int listener = control_channel_listen("127.0.0.1", 0, &error);
    g_assert_no_error(error);
    g_assert_null(control_channel_accept(listener));
    unsigned port = port_of(listener);
    struct control_channel *near = control_channel_connect("127.0.0.1", port, &error);
    g_assert_no_error(error);
    struct control_channel *far = accept_soon(listener);
    control_channel_peer_address(far, text);
    g_assert_cmpstr(text, ==, "127.0.0.1");
    g_assert_cmpint(control_channel_receive(far, 0, &message), ==, CONTROL_NOTHING);
    g_assert_true(control_channel_send(near, CONTROL_BEGIN, 1, numbers));
    g_assert_true(control_channel_send(near, CONTROL_READY, 0, NULL));
    g_assert_cmpint(control_channel_receive(far, CONTROL_WAIT_MS, &message), ==, CONTROL_MESSAGE);
    g_assert_cmpint(message.verb, ==, CONTROL_BEGIN);
    g_assert_cmpuint(message.numbers[0], ==, 5000);
    g_assert_cmpint(control_channel_receive(far, CONTROL_WAIT_MS, &message), ==, CONTROL_MESSAGE);
    g_assert_cmpint(message.verb, ==, CONTROL_READY);
    control_channel_close(near);
    g_assert_cmpint(control_channel_receive(far, CONTROL_WAIT_MS, &message), ==, CONTROL_GONE);
    control_channel_close(far);
    close(listener);
    int silent = bound_only(&port);
    g_assert_null(control_channel_connect("127.0.0.1", port, &error));
    g_assert_nonnull(strstr(error->message, "erspanrate --serve must run there"));
    g_clear_error(&error);
    close(silent);
}

static atomic_uint times_gone;

static void count_gone(void)
{
    atomic_fetch_add(&times_gone, 1);
}

/* A watch notices that the peer hangs up, and nothing that it says. */
static void test_watch(void)
{
    const uint64_t numbers[] = {1};
    int listener = control_channel_listen("127.0.0.1", 0, NULL);
    struct control_channel *near = control_channel_connect("127.0.0.1", port_of(listener), NULL);
    struct control_channel *far = accept_soon(listener);
    struct control_watch *watch = control_channel_watch(near, count_gone);
    g_assert_true(control_channel_send(far, CONTROL_END, 1, numbers));
    g_assert_false(control_channel_unwatch(watch));
    g_assert_cmpuint(atomic_load(&times_gone), ==, 0);
    watch = control_channel_watch(near, count_gone);
    control_channel_close(far);
    while (atomic_load(&times_gone) == 0)
        g_usleep(1000);
    g_assert_true(control_channel_unwatch(watch));
    g_assert_cmpuint(atomic_load(&times_gone), ==, 1);
    g_assert_false(control_channel_unwatch(NULL));
    control_channel_close(near);
    close(listener);
}

/* One host has one number for each drawing; where there is no /proc, it has none. */
static void test_host(void)
{
    const uint64_t numbers[CONTROL_KEY_NUMBERS] = {1, 2, 3, 4};
    const uint64_t others[CONTROL_KEY_NUMBERS] = {1, 2, 3, 5};
    bool known = g_file_test("/proc/sys/kernel/random/boot_id", G_FILE_TEST_EXISTS);
    g_assert_cmpuint(control_key_host(numbers), ==, control_key_host(numbers));
    g_assert_true((control_key_host(numbers) != 0) == known);
    g_assert_true((control_key_host(numbers) != control_key_host(others)) == known);
}

/* A line without an end does not grow. */
static void test_endless_line(void)
{
    struct control_message message;
    int listener = control_channel_listen("127.0.0.1", 0, NULL);
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
                                  .sin_port = htons((uint16_t)port_of(listener))};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    g_assert_cmpint(connect(fd, (void *)&address, sizeof address), ==, 0);
    struct control_channel *far = accept_soon(listener);
    char noise[4096];
    memset(noise, '1', sizeof noise);
    g_assert_cmpint(write(fd, noise, sizeof noise), ==, sizeof noise);
    g_assert_cmpint(control_channel_receive(far, CONTROL_WAIT_MS, &message), ==, CONTROL_GARBAGE);
    control_channel_close(far);
    close(fd);
    close(listener);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/control/lines", test_lines);
    g_test_add_func("/control/longest", test_longest);
    g_test_add_func("/control/key", test_key);
    g_test_add_func("/control/key-file", test_key_file);
    g_test_add_func("/control/key-without-end", test_key_without_end);
    g_test_add_func("/control/connection", test_connection);
    g_test_add_func("/control/watch", test_watch);
    g_test_add_func("/control/host", test_host);
    g_test_add_func("/control/endless-line", test_endless_line);
    return g_test_run();
}
