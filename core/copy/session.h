/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Sessions, told apart by outer source and destination address and session ID, and what is known of
 * each. The addresses are part of the key because two sources may use one session ID (quirk Q2,
 * same session ID). 0 is an ID like others (quirk Q26, session 0). Type I has no session ID: all
 * its copies between two addresses are one session.
 */
#ifndef CORE_COPY_SESSION_H
#define CORE_COPY_SESSION_H

#include "core/base/address.h"
#include "core/base/idle-queue.h"
#include "core/wire/mirror-header.h"

enum {
    SESSION_NO_ID = -1,
    SESSION_NO_STREAM = UINT32_MAX,
    SESSION_LIMIT_DEFAULT = 1 << 20 /* sessions; one costs about 200 bytes */
};

struct session_key {
    struct address source;
    struct address destination;
    int64_t id; /* 0 to 1023; of other mirrors a key, a VNI or the like; or SESSION_NO_ID */
    enum mirror_kind mirror;
};

/** Seeded hash: a sender cannot construct colliding keys. */
uint32_t session_key_hash(const struct session_key *key);
bool session_key_equal(const struct session_key *a, const struct session_key *b);

struct session {
    struct session_key key;
    uint32_t
        stream; /* dense index in order of appearance; SESSION_NO_STREAM before a copy counts */
    bool drops_only;                  /* it mirrors dropped packets alone: the user says so */
    enum mirror_reason mirror_reason; /* of its first copy */
    uint64_t mirror_before; /* MIRROR_BY_DIRECTIONS: packets before it that are not read */
    struct sequence_domain_member
        *domain;     /* its place in core/sequence/sequence-domain.h, as that left it here */
    void *timing;    /* what core/analysis/analysis.h keeps of it; freed with it by g_free() */
    uint64_t copies; /* that analysis_take() counted; only with analysis_policy.filtered */
    /* What earlier copies said: above 0 that the thing is there. See core/copy/header-detect.h. */
    int32_t header_evidence;    /* on the session without ID of a source */
    int32_t subheader_evidence; /* on any session */
    bool sends_fcs;             /* a right FCS followed one of its frames (quirk Q17, FCS kept) */
    struct idle_link idle;
    /* One thread may read copies while another analyses those before: what the first one writes for
     * each is in no cache line that the second one reads. */
    uint64_t uses; /* times that session_get() found it */
};

/** Called before a session is evicted. The callee must drop every pointer to it. */
struct session_eviction {
    void (*evict)(void *context, struct session *session);
    void *context;
};

struct session_table;

/** Owns its sessions; holds at most @p limit of them. When it is full, no more are made. */
struct session_table *session_table_new(size_t limit);
void session_table_free(struct session_table *table);

/** Lets the table evict idle sessions when it is full. */
void session_table_set_eviction(struct session_table *table, struct session_eviction eviction);

/** The session with this key, or NULL. Valid until the table is freed, or the session is evicted.
 */
struct session *session_find(struct session_table *table, const struct session_key *key);

/** The same, made when it is not there yet; NULL when the table is full. */
struct session *session_get(struct session_table *table, const struct session_key *key);

/** Assigns the session its stream number on the first call. Returns it. */
uint32_t session_appear(struct session_table *table, struct session *session);

#endif
