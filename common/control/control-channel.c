/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "common/control/control-channel.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/errors.h"
#include "common/signals.h"
#include "core/base/time-units.h"

enum { WAITING_MAX = 4 };

/* A peer whose host no longer answers is gone after 4 s, whoever is waiting for what. A trial that
 * floods the way drops the segments of the channel, too: a watch notices that after 2 s, so that
 * the flood can be ended in time. */
enum {
    ALIVE_IDLE_S = 1,
    ALIVE_INTERVAL_S = 1,
    ALIVE_COUNT = 4,
    ALIVE_MS = 3900,
    QUIET_MS = 2000,
    LOOK_MS = 100
};

struct control_channel {
    int fd;
    size_t len; /* bytes that came and are no message yet */
    char bytes[CONTROL_LINE_MAX];
};

static void keep_alive(int fd)
{
    static const struct {
        int level;
        int name;
        int value;
    } settings[] = {
        {SOL_SOCKET, SO_KEEPALIVE, 1},
        {IPPROTO_TCP, TCP_KEEPIDLE, ALIVE_IDLE_S},
        {IPPROTO_TCP, TCP_KEEPINTVL, ALIVE_INTERVAL_S},
        {IPPROTO_TCP, TCP_KEEPCNT, ALIVE_COUNT},
        {IPPROTO_TCP, TCP_USER_TIMEOUT, ALIVE_MS},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(settings); i++)
        (void)setsockopt(fd, settings[i].level, settings[i].name, &settings[i].value,
                         sizeof settings[i].value);
}

static struct control_channel *channel_of(int fd)
{
    keep_alive(fd);
    struct control_channel *channel = g_new0(struct control_channel, 1);
    channel->fd = fd;
    return channel;
}

/* Addresses of a host, or those to listen at. */
static struct addrinfo *resolve(const char *host, unsigned port, bool listens, GError **error)
{
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM,
                                   .ai_flags = listens ? AI_PASSIVE | AI_NUMERICHOST : 0};
    struct addrinfo *all = NULL;
    char service[16];
    snprintf(service, sizeof service, "%u", port);
    int status = getaddrinfo(host, service, &hints, &all);
    if (status == 0)
        return all;
    fail(error, STATUS_USAGE, "%s: %s", host != NULL ? host : "listening", gai_strerror(status));
    return NULL;
}

/* Of all addresses, IPv6's takes IPv4, too. */
static bool try_listening(const struct addrinfo *one, int *fd)
{
    const int on = 1;
    const int off = 0;
    *fd = socket(one->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (*fd < 0)
        return false;
    if (one->ai_family == AF_INET6)
        (void)setsockopt(*fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
    if (setsockopt(*fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
        bind(*fd, one->ai_addr, one->ai_addrlen) == 0 && listen(*fd, WAITING_MAX) == 0)
        return true;
    int number = errno;
    close(*fd);
    errno = number;
    return false;
}

int control_channel_listen(const char *address, unsigned port, GError **error)
{
    struct addrinfo *all = resolve(address, port, true, error);
    int fd = -1;
    int number = 0;
    bool good = false;
    for (int wanted = AF_INET6; all != NULL && !good && wanted != 0;
         wanted = wanted == AF_INET6 ? AF_INET : 0)
        for (const struct addrinfo *one = all; one != NULL && !good; one = one->ai_next)
            if (one->ai_family == wanted && !(good = try_listening(one, &fd)))
                number = errno;
    if (all == NULL)
        return -1;
    freeaddrinfo(all);
    if (good)
        return fd;
    fail(error, STATUS_FAILED, "listening at TCP port %u: %s", port, g_strerror(number));
    return -1;
}

struct control_channel *control_channel_accept(int listener)
{
    int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    return fd < 0 ? NULL : channel_of(fd);
}

static bool wait_for(int fd, short what, int wait_ms)
{
    struct pollfd one = {.fd = fd, .events = what};
    int ready;
    gint64 end_us = g_get_monotonic_time() + wait_ms * US_PER_MS;
    while ((ready = poll(&one, 1, wait_ms)) < 0 && errno == EINTR)
        wait_ms = (int)MAX((end_us - g_get_monotonic_time()) / US_PER_MS, 0);
    return ready > 0;
}

/* Returns 0 or an errno. */
static int try_connecting(const struct addrinfo *one, int *fd)
{
    int number = 0;
    socklen_t len = sizeof number;
    *fd = socket(one->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (*fd < 0)
        return errno;
    bool refused = connect(*fd, one->ai_addr, one->ai_addrlen) != 0 && errno != EINPROGRESS;
    if (!refused && !wait_for(*fd, POLLOUT, CONTROL_WAIT_MS))
        number = ETIMEDOUT;
    else if (refused || getsockopt(*fd, SOL_SOCKET, SO_ERROR, &number, &len) != 0)
        number = errno;
    if (number != 0)
        close(*fd);
    return number;
}

struct control_channel *control_channel_connect(const char *host, unsigned port, GError **error)
{
    struct addrinfo *all = resolve(host, port, false, error);
    int fd = -1;
    int number = EADDRNOTAVAIL;
    for (const struct addrinfo *one = all; one != NULL && number != 0; one = one->ai_next)
        number = try_connecting(one, &fd);
    if (all == NULL)
        return NULL;
    freeaddrinfo(all);
    if (number == 0)
        return channel_of(fd);
    fail(error, STATUS_FAILED, "%s, TCP port %u: %s; erspanrate --serve must run there", host, port,
         g_strerror(number));
    return NULL;
}

void control_channel_close(struct control_channel *channel)
{
    if (channel == NULL)
        return;
    close(channel->fd);
    g_free(channel);
}

bool control_channel_send(struct control_channel *channel, enum control_verb verb, unsigned count,
                          const uint64_t *numbers)
{
    struct control_message message = {.verb = verb, .count = count};
    char line[CONTROL_LINE_MAX];
    for (unsigned i = 0; i < count; i++)
        message.numbers[i] = numbers[i];
    size_t len = control_message_write(&message, line);
    for (size_t sent = 0; sent < len;) {
        ssize_t step = send(channel->fd, line + sent, len - sent, MSG_NOSIGNAL);
        if (step > 0)
            sent += (size_t)step;
        else if (errno != EINTR &&
                 (errno != EAGAIN || !wait_for(channel->fd, POLLOUT, CONTROL_WAIT_MS)))
            return false;
    }
    return true;
}

/* A message without numbers. Half of one would spoil the next: of one that finds no room for all,
 * the rest waits for room. */
static void send_if_room(struct control_channel *channel, enum control_verb verb)
{
    if (wait_for(channel->fd, POLLOUT, 0))
        control_channel_send(channel, verb, 0, NULL);
}

/* Takes the first line of what came. */
static enum control_receipt take_line(struct control_channel *channel,
                                      struct control_message *message)
{
    const char *end = memchr(channel->bytes, '\n', channel->len);
    if (end == NULL)
        return channel->len == sizeof channel->bytes ? CONTROL_GARBAGE : CONTROL_NOTHING;
    size_t len = (size_t)(end - channel->bytes);
    bool good = control_message_read(channel->bytes, len, message);
    channel->len -= len + 1;
    memmove(channel->bytes, end + 1, channel->len);
    return good ? CONTROL_MESSAGE : CONTROL_GARBAGE;
}

enum control_receipt control_channel_receive(struct control_channel *channel, int wait_ms,
                                             struct control_message *message)
{
    gint64 end_us = g_get_monotonic_time() + wait_ms * US_PER_MS;
    for (;;) {
        enum control_receipt receipt = take_line(channel, message);
        if (receipt != CONTROL_NOTHING)
            return receipt;
        gint64 left_us = MAX(end_us - g_get_monotonic_time(), 0);
        if (!wait_for(channel->fd, POLLIN, (int)(left_us / US_PER_MS)))
            return CONTROL_NOTHING;
        ssize_t len = recv(channel->fd, channel->bytes + channel->len,
                           sizeof channel->bytes - channel->len, 0);
        if (len == 0 || (len < 0 && errno != EAGAIN && errno != EINTR))
            return CONTROL_GONE;
        if (len > 0)
            channel->len += (size_t)len;
        if (left_us == 0 && len <= 0)
            return CONTROL_NOTHING;
    }
}

struct control_watch {
    struct control_channel *channel;
    int end; /* an eventfd: readable once the watch is over */
    GThread *thread;
    void (*away)(void);
    enum control_presence presence;
};

/* How long ago the peer's host confirmed a segment; 0 where that is not known, as of a socket that
 * is not of TCP. @p all  whether everything that was sent is confirmed. */
static unsigned confirmed_ms_ago(int fd, bool *all)
{
    struct tcp_info info = {0};
    socklen_t len = sizeof info;
    bool known = getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &len) == 0;
    *all = !known || info.tcpi_unacked == 0;
    return known ? info.tcpi_last_ack_recv : 0;
}

bool control_channel_confirmed(const struct control_channel *channel, int wait_ms)
{
    gint64 end_us = g_get_monotonic_time() + wait_ms * US_PER_MS;
    bool all;
    while (confirmed_ms_ago(channel->fd, &all), !all && g_get_monotonic_time() < end_us)
        g_usleep(LOOK_MS * US_PER_MS);
    return all;
}

static void look(struct control_watch *watch, gint64 *still_us)
{
    bool all;
    gint64 now_us = g_get_monotonic_time();
    if (now_us >= *still_us) {
        *still_us = now_us + CONTROL_STILL_MS * US_PER_MS;
        send_if_room(watch->channel, CONTROL_STILL);
    }
    if (confirmed_ms_ago(watch->channel->fd, &all) > QUIET_MS && !all)
        watch->presence = CONTROL_QUIET;
}

static gpointer watch(gpointer data)
{
    struct control_watch *watch = data;
    struct pollfd both[] = {{.fd = watch->channel->fd, .events = POLLRDHUP},
                            {.fd = watch->end, .events = POLLIN}};
    gint64 still_us = 0;
    while (watch->presence == CONTROL_PRESENT) {
        if (poll(both, G_N_ELEMENTS(both), LOOK_MS) < 0)
            continue;
        if (both[0].revents != 0)
            watch->presence = CONTROL_ABSENT;
        else if (both[1].revents != 0)
            return NULL;
        else
            look(watch, &still_us);
    }
    watch->away();
    return NULL;
}

struct control_watch *control_channel_watch(struct control_channel *channel, void (*away)(void))
{
    int end = eventfd(0, EFD_CLOEXEC);
    if (end < 0)
        return NULL;
    struct control_watch *own = g_new0(struct control_watch, 1);
    own->channel = channel;
    own->end = end;
    own->away = away;
    own->thread = signals_block_thread("control", watch, own);
    return own;
}

enum control_presence control_channel_unwatch(struct control_watch *watch)
{
    const uint64_t one = 1;
    if (watch == NULL)
        return CONTROL_PRESENT;
    (void)!write(watch->end, &one, sizeof one);
    g_thread_join(watch->thread);
    enum control_presence presence = watch->presence;
    close(watch->end);
    g_free(watch);
    return presence;
}

static void format_address(const struct sockaddr_storage *address, socklen_t len, char *text)
{
    static const char mapped[] = "::ffff:"; /* IPv4 at a socket of IPv6 */
    if (getnameinfo((const void *)address, len, text, CONTROL_ADDRESS_MAX, NULL, 0,
                    NI_NUMERICHOST) != 0)
        *text = '\0';
    if (g_str_has_prefix(text, mapped))
        memmove(text, text + strlen(mapped), strlen(text + strlen(mapped)) + 1);
}

void control_channel_own_address(const struct control_channel *channel, char *text)
{
    struct sockaddr_storage address;
    socklen_t len = sizeof address;
    *text = '\0';
    if (getsockname(channel->fd, (void *)&address, &len) == 0)
        format_address(&address, len, text);
}

void control_channel_peer_address(const struct control_channel *channel, char *text)
{
    struct sockaddr_storage address;
    socklen_t len = sizeof address;
    *text = '\0';
    if (getpeername(channel->fd, (void *)&address, &len) == 0)
        format_address(&address, len, text);
}
