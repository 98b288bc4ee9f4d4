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
    const struct key_options *options; /* of the copies */
    struct scenario_source scenario;   /* the user's, for LIMIT_SCENARIO; path NULL: none */
    char *key;                         /* NULL: none */
    struct egress wire;
    const struct backend *backend;
    void *interface;      /* the back-end's state; NULL before limit_peer_open() */
    GArray *neighbours;   /* as in addressing_fill() */
    const char *receiver; /* the collector's back-end; NULL before the call */
    bool one_clock;       /* the collector runs on this host */
    uint32_t sequence;    /* the number of the next copy */
    unsigned timed_more;  /* bytes by which a timed copy is longer than another of the same frame */
};

/** Opens all that the trials need: the interface, the key, the connection to the collector, and the
 * captures of the scenario. Fills in what the options do not say of the copies: source and
 * destination are the ends of the connection. Nothing of the collector is read, and what is needed
 * of root is no more needed then.
 *
 * @param key_file  NULL: there is none.
 * @return FALSE after an error. Either way end with limit_peer_close(). */
gboolean limit_peer_open(struct limit_peer *peer, const char *host, unsigned port,
                         const char *key_file, GError **error);

/** Hears the collector, and shows it the key.
 * @return FALSE after an error, which says how the collector refused. */
gboolean limit_peer_greet(struct limit_peer *peer, GError **error);

/** A trial (limit_trial): @p context is a struct limit_peer. Of a timed one that the user's options
 * do not allow, nothing is sent. */
gboolean limit_peer_try(void *context, const struct limit_order *order,
                        struct limit_outcome *outcome, GError **error);

/** Hangs up, and frees what the peer holds. */
void limit_peer_close(struct limit_peer *peer);

#endif
