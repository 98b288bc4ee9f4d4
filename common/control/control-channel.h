/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * A TCP connection for messages of a limit test. Nothing waits longer than it is told to.
 */
#ifndef COMMON_CONTROL_CONTROL_CHANNEL_H
#define COMMON_CONTROL_CONTROL_CHANNEL_H

#include <glib.h>

#include "common/control/control-message.h"

struct control_channel;

/** Listens at an address, or at all for NULL. Returns a descriptor; -1 after an error. */
int control_channel_listen(const char *address, unsigned port, GError **error);

/** The next connection that waits there; NULL if none does. */
struct control_channel *control_channel_accept(int listener);

/** Connects to a name or address within CONTROL_WAIT_MS for each of its addresses. NULL after an
 * error. */
struct control_channel *control_channel_connect(const char *host, unsigned port, GError **error);

/** Hangs up. NULL does nothing. */
void control_channel_close(struct control_channel *channel);

/** Sends one message. False if the peer is gone, or takes nothing for CONTROL_WAIT_MS. */
bool control_channel_send(struct control_channel *channel, enum control_verb verb, unsigned count,
                          const uint64_t *numbers);

enum control_receipt {
    CONTROL_MESSAGE,
    CONTROL_NOTHING, /* within that time */
    CONTROL_GONE,    /* the peer hung up */
    CONTROL_GARBAGE  /* what came is no message */
};

/** Waits for a message. */
enum control_receipt control_channel_receive(struct control_channel *channel, int wait_ms,
                                             struct control_message *message);

struct control_watch;

/** What a watch found. */
enum control_presence {
    CONTROL_PRESENT,
    CONTROL_QUIET, /* for two seconds the peer's host confirmed nothing: it is gone, or what is sent
                      beside the channel leaves no room */
    CONTROL_ABSENT /* the peer hung up, or its host no longer answers */
};

/** In a thread of its own, sends CONTROL_STILL again and again, and calls @p away once, if the peer
 * is no longer present; not for what the peer says. Until control_channel_unwatch() the channel
 * must not be closed, and nothing else sent by it.
 * @return NULL if the kernel refuses: then nothing is watched. */
struct control_watch *control_channel_watch(struct control_channel *channel, void (*away)(void));

/** Ends the watch. NULL: the peer counts as present. */
enum control_presence control_channel_unwatch(struct control_watch *watch);

/** Waits until the peer's host confirms that it got what was sent. False if it does not for so
 * long. */
bool control_channel_confirmed(const struct control_channel *channel, int wait_ms);

/** The addresses of this end and of the other, as texts; "" if not known. @p text  of
 * CONTROL_ADDRESS_MAX bytes. */
enum { CONTROL_ADDRESS_MAX = 64 };
void control_channel_own_address(const struct control_channel *channel, char *text);
void control_channel_peer_address(const struct control_channel *channel, char *text);

#endif
