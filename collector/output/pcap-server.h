/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Serves mirrored frames as pcap over IP: each client that connects by TCP gets a stream of pcap,
 * from the frame that comes next on. Times are microseconds, which all clients read.
 *
 * A thread of its own sends, so that no client holds up anything. What waits for a client is
 * bounded; a frame that finds no room is missing in that client's stream, which stays whole.
 */
#ifndef COLLECTOR_OUTPUT_PCAP_SERVER_H
#define COLLECTOR_OUTPUT_PCAP_SERVER_H

#include <glib.h>

#include "collector/source/packet.h"

enum { PCAP_SERVER_CLIENTS_MAX = 16, PCAP_SERVER_ROOM = 16 << 20 /* bytes that wait for each */ };

struct pcap_server;

struct pcap_server_counts {
    uint64_t clients;     /* that connected */
    uint64_t turned_away; /* of these, because there were too many */
    uint64_t stalled;     /* of these, that were hung up on because they took nothing */
    uint64_t sent;        /* frames, each as often as there were clients */
    uint64_t missed;      /* likewise: no room, or the client went before it got them */
    uint64_t unheard;     /* frames that came while there was no client */
    uint64_t no_ethernet; /* frames without an Ethernet header, which the stream cannot have */
};

/** Listens. @param place  "PORT", at the loopback address, "ADDRESS:PORT" or "[ADDRESS]:PORT".
 * @return NULL after an error. */
struct pcap_server *pcap_server_open(const char *place, GError **error);

/** Begins to serve. To be called once the process is confined. */
void pcap_server_begin(struct pcap_server *server);

/** Takes frames of one thread at a time. */
struct packet_sink pcap_server_sink(struct pcap_server *server);

/** What the user should know at once, to be freed: who came and went. NULL: nothing new. */
char *pcap_server_news(struct pcap_server *server);

struct pcap_server_counts pcap_server_counts(struct pcap_server *server);

/** No more frames come: clients get what waits, if they take it within two seconds. */
void pcap_server_finish(struct pcap_server *server);

/** NULL does nothing. */
void pcap_server_close(struct pcap_server *server);

#endif
