/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The collector that counts in a limit test, and trials with it.
 */
#ifndef GENERATOR_CLI_LIMIT_PEER_H
#define GENERATOR_CLI_LIMIT_PEER_H

#include "generator/limit/limit-trial.h"
#include "generator/load/key-options.h"
#include "generator/send/backend.h"

/** What the trials have in common. */
struct limit_peer {
    struct control_channel *channel;
    const struct options *options; /* of the copies */
    struct egress wire;
    const struct backend *backend;
};

/** Calls the collector and shows it the key. @p key_file  NULL: there is none.
 *  @return FALSE after an error, which says how the collector refused. */
gboolean limit_peer_call(struct limit_peer *peer, const char *host, unsigned port,
                         const char *key_file, GError **error);

/** Fills in what the options do not say of the copies: source and destination are the ends of the
 * connection to the collector. */
gboolean limit_peer_address(const struct limit_peer *peer, GError **error);

/** A trial (limit_trial): @p context is a struct limit_peer. */
gboolean limit_peer_try(void *context, const struct limit_order *order,
                        struct limit_outcome *outcome, GError **error);

void limit_peer_hang_up(struct limit_peer *peer);

#endif
