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

/** Calls @p gone, in a thread of its own, once the peer hangs up or its host no longer answers; not
 * for what the peer says. The channel must not be closed before control_channel_unwatch().
 * @return NULL if the kernel refuses: then nothing is watched. */
struct control_watch *control_channel_watch(const struct control_channel *channel,
                                            void (*gone)(void));

/** Ends the watch; true if the peer was gone. NULL does nothing. */
bool control_channel_unwatch(struct control_watch *watch);

/** The addresses of this end and of the other, as texts; "" if not known. @p text  of
 * CONTROL_ADDRESS_MAX bytes. */
enum { CONTROL_ADDRESS_MAX = 64 };
void control_channel_own_address(const struct control_channel *channel, char *text);
void control_channel_peer_address(const struct control_channel *channel, char *text);

#endif
