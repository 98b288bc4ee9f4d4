/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "collector/output/pcap-server.h"

#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "collector/output/packet-buffer.h"
#include "collector/output/packet-pcap.h"
#include "common/control/control-channel.h"
#include "common/errors.h"
#include "common/signals.h"
#include "core/base/address.h"
#include "core/base/time-units.h"
#include "core/wire/link.h"

enum {
    IDLE_MS = 100,                   /* between two checks while there is no client */
    CHECK_MS = 10,                   /* between two checks for frames */
    STALLED_US = 10 * US_PER_SECOND, /* a client that takes nothing for so long is hung up on */
    AT_THE_END_US = 2 * US_PER_SECOND,
    AFTER_SIGNAL_US = US_PER_SECOND / 4, /* instead: a signal ends the run within a second */
    NEWS_MAX = 16,
    NAME_MAX_LENGTH = 80, /* of a client: its address and port */
    SNAP = 262144
};

static const char loopback[] = "127.0.0.1";

struct client {
    int fd;
    char name[NAME_MAX_LENGTH];
    struct packet_buffer filling; /* under the server's lock */
    /* the thread's */
    struct packet_buffer draining;
    size_t sent;     /* bytes of that */
    gint64 moved_us; /* of the monotonic clock: when it took something, or had nothing to take */
    bool gone;
};

struct pcap_server {
    int listener;
    GThread *thread;
    GMutex lock;
    /* under the lock */
    GPtrArray *clients; /* struct client; the thread alone adds and removes */
    struct pcap_server_counts counts;
    GQueue news; /* char, oldest first */
    bool ending;
    gint64 end_us; /* with it: not longer */
};

/* ---- opening ---- */

static gboolean fail_place(const char *place, GError **error)
{
    return fail(
        error, STATUS_USAGE,
        "--pcap-server=%s: must be PORT, ADDRESS:PORT or [ADDRESS]:PORT, the port 1 to 65535",
        excerpt_of(place).text);
}

/* An IPv6 address stands in brackets, because of its colons. */
static gboolean read_place(const char *place, char **address, unsigned *port, GError **error)
{
    const char *colon = strrchr(place, ':');
    const char *digits = colon != NULL ? colon + 1 : place;
    char *end;
    guint64 number = g_ascii_isdigit(*digits) ? g_ascii_strtoull(digits, &end, 10) : 0;
    if (number == 0 || number > UINT16_MAX || *end != '\0')
        return fail_place(place, error);
    size_t length = colon != NULL ? (size_t)(colon - place) : 0;
    bool brackets = length >= 2 && place[0] == '[' && place[length - 1] == ']';
    *port = (unsigned)number;
    *address = colon == NULL ? g_strdup(loopback)
                             : g_strndup(place + (brackets ? 1 : 0), length - (brackets ? 2 : 0));
    struct address parsed;
    if (!address_parse(*address, &parsed) || (parsed.len == ADDRESS_MAX_LENGTH) != brackets)
        return fail_place(place, error);
    return TRUE;
}

static bool is_loopback(const char *text)
{
    struct address address;
    if (!address_parse(text, &address))
        return false;
    if (address.len == 4)
        return address.bytes[0] == 127;
    static const uint8_t one[ADDRESS_MAX_LENGTH] = {[ADDRESS_MAX_LENGTH - 1] = 1};
    return memcmp(address.bytes, one, sizeof one) == 0;
}

struct pcap_server *pcap_server_open(const char *place, GError **error)
{
    g_autofree char *address = NULL;
    unsigned port = 0;
    if (!read_place(place, &address, &port, error))
        return NULL;
    int listener = control_channel_listen(address, port, error);
    if (listener < 0)
        return NULL;
    struct pcap_server *server = g_new0(struct pcap_server, 1);
    server->listener = listener;
    server->clients = g_ptr_array_new();
    g_mutex_init(&server->lock);
    g_queue_init(&server->news);
    g_printerr("%s: serves pcap over IP at %s, TCP port %u%s\n", g_get_prgname(), address, port,
               is_loopback(address) ? ": each user of this host can get the frames"
                                    : ": whoever can connect gets the frames");
    return server;
}

/* ---- frames ---- */

static void take(void *context, const struct packet *packet)
{
    struct pcap_server *server = context;
    size_t size = sizeof(struct packet_pcap_record) + packet->bytes.len;
    g_mutex_lock(&server->lock);
    if (packet->link != LINK_ETHERNET)
        server->counts.no_ethernet++;
    else if (server->clients->len == 0)
        server->counts.unheard++;
    else
        for (guint i = 0; i < server->clients->len; i++) {
            struct client *client = g_ptr_array_index(server->clients, i);
            if (packet_buffer_reserve(&client->filling, size))
                packet_pcap_packet(&client->filling, PACKET_PCAP_US, (uint64_t)packet->time_ns,
                                   packet->bytes, (uint32_t)packet->length);
            else
                server->counts.missed++;
        }
    g_mutex_unlock(&server->lock);
}

struct packet_sink pcap_server_sink(struct pcap_server *server)
{
    return (struct packet_sink){.context = server, .take = take};
}

/* ---- clients: the thread ---- */

/* Under the lock. What nobody fetches in time is forgotten. */
static void tell(struct pcap_server *server, const char *name, const char *what)
{
    if (server->news.length < NEWS_MAX)
        g_queue_push_tail(&server->news, g_strdup_printf("pcap over IP: %s %s", name, what));
}

static void name_client(struct client *client, const struct sockaddr *address, socklen_t length)
{
    char host[NI_MAXHOST];
    char port[NI_MAXSERV];
    if (getnameinfo(address, length, host, sizeof host, port, sizeof port,
                    NI_NUMERICHOST | NI_NUMERICSERV) == 0)
        g_snprintf(client->name, sizeof client->name, "%s, port %s,", host, port);
    else
        g_strlcpy(client->name, "a client", sizeof client->name);
}

static void admit(struct pcap_server *server)
{
    struct sockaddr_storage address;
    socklen_t length = sizeof address;
    int fd = accept4(server->listener, (struct sockaddr *)&address, &length,
                     SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0)
        return;
    struct client *client = g_new0(struct client, 1);
    client->fd = fd;
    client->moved_us = g_get_monotonic_time();
    client->filling.limit = PCAP_SERVER_ROOM / 2;
    client->draining.limit = PCAP_SERVER_ROOM / 2;
    name_client(client, (struct sockaddr *)&address, length);
    g_mutex_lock(&server->lock);
    server->counts.clients++;
    bool full = server->clients->len == PCAP_SERVER_CLIENTS_MAX;
    bool taken = !full && packet_buffer_reserve(&client->filling, PACKET_PCAP_HEADER_LENGTH);
    if (taken) {
        packet_pcap_begin(&client->filling, PACKET_PCAP_US, LINK_ETHERNET, SNAP);
        g_ptr_array_add(server->clients, client);
    } else {
        server->counts.turned_away++;
    }
    tell(server, client->name, taken ? "connected" : "was turned away: there are too many clients");
    g_mutex_unlock(&server->lock);
    if (!taken) {
        close(fd);
        g_free(client);
    }
}

/* What waits goes to the thread once that has sent what it had. */
static void take_over(struct pcap_server *server, struct client *client)
{
    if (client->sent < client->draining.length)
        return;
    g_mutex_lock(&server->lock);
    server->counts.sent += client->draining.packets;
    packet_buffer_empty(&client->draining);
    struct packet_buffer full = client->filling;
    client->filling = client->draining;
    client->draining = full;
    g_mutex_unlock(&server->lock);
    client->sent = 0;
}

/* What a client sends is ignored; the end of it means that the client hung up. */
static void detect_end(struct client *client)
{
    char ignored[256];
    ssize_t count = recv(client->fd, ignored, sizeof ignored, MSG_DONTWAIT);
    client->gone = count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR);
}

static void send_waiting(struct pcap_server *server, struct client *client)
{
    take_over(server, client);
    gint64 now_us = g_get_monotonic_time();
    if (client->draining.length == 0)
        client->moved_us = now_us;
    while (client->sent < client->draining.length && !client->gone) {
        ssize_t count = send(client->fd, client->draining.bytes + client->sent,
                             client->draining.length - client->sent, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0) {
            client->gone = errno != EAGAIN;
            break;
        }
        client->sent += (size_t)count;
        client->moved_us = now_us;
        take_over(server, client);
    }
}

/* Hangs up on those that are gone, stalled, or have all at the end. Returns how many stay. */
static guint dismiss(struct pcap_server *server)
{
    gint64 now_us = g_get_monotonic_time();
    g_mutex_lock(&server->lock);
    for (guint i = server->clients->len; i-- > 0;) {
        struct client *client = g_ptr_array_index(server->clients, i);
        bool stalled = now_us - client->moved_us >= STALLED_US;
        bool served = client->sent == client->draining.length && client->filling.length == 0;
        bool late = now_us >= server->end_us || signals_hurry();
        bool ends = server->ending && (served || late);
        if (!client->gone && !stalled && !ends)
            continue;
        size_t packets = client->draining.packets;
        packet_buffer_remove(&client->draining, client->sent);
        server->counts.sent += packets - client->draining.packets;
        server->counts.missed += client->draining.packets + client->filling.packets;
        server->counts.stalled += stalled && !client->gone;
        if (!ends)
            tell(server, client->name,
                 client->gone ? "closed the connection"
                              : "read nothing for 10 seconds, and was disconnected");
        packet_buffer_clear(&client->draining);
        packet_buffer_clear(&client->filling);
        close(client->fd);
        g_ptr_array_remove_index_fast(server->clients, i);
        g_free(client);
    }
    guint left = server->clients->len;
    g_mutex_unlock(&server->lock);
    return left;
}

/* Until someone connects, says something or hangs up, or frames may have come. */
static void wait_a_moment(const struct pcap_server *server)
{
    struct pollfd some[1 + PCAP_SERVER_CLIENTS_MAX];
    nfds_t count = 0;
    some[count++] = (struct pollfd){.fd = server->listener, .events = POLLIN};
    for (guint i = 0; i < server->clients->len; i++) {
        const struct client *client = g_ptr_array_index(server->clients, i);
        bool waits = client->sent < client->draining.length;
        some[count++] =
            (struct pollfd){.fd = client->fd, .events = (short)(POLLIN | (waits ? POLLOUT : 0))};
    }
    poll(some, count, count == 1 ? IDLE_MS : CHECK_MS);
}

static bool is_ending(struct pcap_server *server)
{
    g_mutex_lock(&server->lock);
    bool ending = server->ending;
    g_mutex_unlock(&server->lock);
    return ending;
}

static gpointer serve(gpointer data)
{
    struct pcap_server *server = data;
    for (;;) {
        bool ending = is_ending(server); /* before the last frames are looked for */
        if (!ending)
            admit(server);
        for (guint i = 0; i < server->clients->len; i++) {
            struct client *client = g_ptr_array_index(server->clients, i);
            detect_end(client);
            send_waiting(server, client);
        }
        if (dismiss(server) == 0 && ending)
            return NULL;
        wait_a_moment(server);
    }
}

void pcap_server_begin(struct pcap_server *server)
{
    server->thread = signals_block_thread("pcap server", serve, server);
}

/* ---- what is said ---- */

char *pcap_server_news(struct pcap_server *server)
{
    g_mutex_lock(&server->lock);
    char *news = g_queue_pop_head(&server->news);
    g_mutex_unlock(&server->lock);
    return news;
}

struct pcap_server_counts pcap_server_counts(struct pcap_server *server)
{
    g_mutex_lock(&server->lock);
    struct pcap_server_counts counts = server->counts;
    g_mutex_unlock(&server->lock);
    return counts;
}

/* ---- the end ---- */

void pcap_server_finish(struct pcap_server *server)
{
    if (server->thread == NULL)
        return;
    g_mutex_lock(&server->lock);
    server->ending = true;
    server->end_us =
        g_get_monotonic_time() + (signals_stop_requested() ? AFTER_SIGNAL_US : AT_THE_END_US);
    g_mutex_unlock(&server->lock);
    g_thread_join(server->thread);
    server->thread = NULL;
}

void pcap_server_close(struct pcap_server *server)
{
    if (server == NULL)
        return;
    pcap_server_finish(server);
    close(server->listener);
    g_queue_clear_full(&server->news, g_free);
    g_ptr_array_free(server->clients, TRUE);
    g_mutex_clear(&server->lock);
    g_free(server);
}
