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
    const char *scenario;          /* the user's, for LIMIT_SCENARIO */
    struct egress wire;
    const struct backend *backend;
    const char *receiver; /* the collector's back-end; NULL before the call */
    bool one_clock;       /* the collector runs on this host */
    uint32_t sequence;    /* the number of the next copy */
    unsigned timed_more;  /* bytes by which a timed copy is longer than another of the same frame */
};

/** Calls the collector and shows it the key. @p key_file  NULL: there is none.
 *  @return FALSE after an error, which says how the collector refused. */
gboolean limit_peer_call(struct limit_peer *peer, const char *host, unsigned port,
                         const char *key_file, GError **error);

/** Fills in what the options do not say of the copies: source and destination are the ends of the
 * connection to the collector. */
gboolean limit_peer_address(const struct limit_peer *peer, GError **error);

/** A trial (limit_trial): @p context is a struct limit_peer. Of a timed one that the user's options
 * do not allow, nothing is sent. */
gboolean limit_peer_try(void *context, const struct limit_order *order,
                        struct limit_outcome *outcome, GError **error);

void limit_peer_hang_up(struct limit_peer *peer);

#endif
