/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The data model of the generator: what a scenario says, and nothing of how it is carried out.
 *
 * Plans are plain values: they own nothing, are copied by assignment, and every member but the
 * names is set through the table of keys (generator/scenario/keys.h). Lengths are in bytes, times
 * in nanoseconds, ticks of a clock in picoseconds.
 */
#ifndef GENERATOR_SCENARIO_SCENARIO_H
#define GENERATOR_SCENARIO_SCENARIO_H

#include <glib.h>

#include "core/base/address.h"
#include "core/wire/erspan.h"
#include "core/wire/marker.h"
#include "core/wire/mirror-header.h"
#include "generator/base/random.h"

enum { NAME_MAX_LENGTH = 63, PATH_MAX_LENGTH = 1023, HEX_MAX_LENGTH = 2048, TAGS_MAX = 4 };
enum { COPY_RANGES_MAX = 32, CORRUPT_BITS_MAX = 64 };

/** In an int64_t: the program decides, or the thing is absent. */
enum { AUTO = -1 };

/** Bits or frames a second. */
struct rate {
    int64_t per_second; /* or AUTO */
    bool frames;
};

/* Their words are in scenario-words.h. */
enum answer { ANSWER_AUTO, ANSWER_NO, ANSWER_YES };
enum link_kind { LINK_KIND_ETHERNET, LINK_KIND_SLL, LINK_KIND_SLL_WITHOUT_GRE, LINK_KIND_RAW };
enum id_policy { ID_ZERO, ID_INCREMENT };
enum sequence_mode {
    SEQUENCE_MODE_AUTO,
    SEQUENCE_MODE_NO,
    SEQUENCE_MODE_YES,
    SEQUENCE_MODE_CONSTANT
};
enum counter_scope {
    COUNTER_PER_SESSION,
    COUNTER_PER_SOURCE,
    COUNTER_PER_SESSION_ID,
    COUNTER_PER_HW_ID,
    COUNTER_NONE,
    COUNTER_CONSTANT
};
enum corrupt_where { CORRUPT_ANYWHERE, CORRUPT_IP, CORRUPT_GRE, CORRUPT_ERSPAN, CORRUPT_INNER };
enum check_mode { CHECK_NONE, CHECK_GOOD, CHECK_BAD };
enum direction { DIRECTION_INGRESS, DIRECTION_EGRESS, DIRECTION_AUTO };
enum mirror_direction { MIRROR_BOTH, MIRROR_FORWARD, MIRROR_REVERSE };
enum traffic_kind {
    TRAFFIC_IPERF,
    TRAFFIC_RATE,
    TRAFFIC_POISSON,
    TRAFFIC_IMIX,
    TRAFFIC_MICROBURST,
    TRAFFIC_REQUESTS,
    TRAFFIC_PERIODIC,
    TRAFFIC_CAPTURE
};
enum transport_checksum {
    TRANSPORT_CHECKSUM_GOOD,
    TRANSPORT_CHECKSUM_PARTIAL, /* the pseudo-header alone: the hardware adds the rest later */
    TRANSPORT_CHECKSUM_NONE     /* 0: UDP over IPv4 need not have one */
};
enum inner_id_policy { INNER_ID_AUTO, INNER_ID_ZERO };
enum tunnel_kind {
    TUNNEL_NONE,
    TUNNEL_VXLAN,
    TUNNEL_GENEVE,
    TUNNEL_GTP_U,
    TUNNEL_GRE,
    TUNNEL_IP /* IP in IP */
};
enum translation {
    TRANSLATE_NOTHING,
    TRANSLATE_MACS,
    TRANSLATE_ADDRESSES,
    TRANSLATE_PORTS /* and addresses */
};
enum spoof_number { SPOOF_AHEAD, SPOOF_BEHIND, SPOOF_NEAR, SPOOF_ZERO, SPOOF_SAME, SPOOF_RANDOM };
enum sample_by { SAMPLE_BY_COUNT, SAMPLE_BY_CHANCE };
enum reorder_mode { REORDER_INTERLEAVED, REORDER_REVERSED };
enum icmp_error { ICMP_ERROR_NONE, ICMP_ERROR_PROTOCOL, ICMP_ERROR_MTU };
enum fragment_lost { FRAGMENT_LOST_NONE, FRAGMENT_LOST_FIRST, FRAGMENT_LOST_SECOND };
enum file_format { FORMAT_AUTO, FORMAT_PCAP, FORMAT_PCAPNG };
enum time_precision { PRECISION_US, PRECISION_NS };

struct hex {
    size_t len;
    uint8_t data[HEX_MAX_LENGTH];
};

struct mac {
    uint8_t bytes[6];
};

struct optional_mac {
    bool given;
    struct mac mac;
};

/** Copies of a session by their numbers, the first is 1. */
struct copy_list {
    uint8_t count;
    struct copy_range {
        uint64_t first;
        uint64_t last;
        uint64_t behind; /* in late-copies: how many copies further they arrive */
    } ranges[COPY_RANGES_MAX];
};

/** VLAN IDs, outermost first. */
struct vlan_list {
    uint8_t count;
    uint16_t id[TAGS_MAX];
};

struct capture_plan {
    enum file_format format; /* FORMAT_AUTO: by the name of the file */
    enum time_precision precision;
    int64_t start_ns;    /* of the capture, Unix time */
    int64_t snap_length; /* bytes of a frame that the file keeps, or AUTO */
};

/** Everything up to GRE. */
struct outer_plan {
    enum link_kind link;
    const char *collector_port; /* interned; NULL: no name */
    struct mac source_mac;
    struct mac destination_mac;
    struct vlan_list tags;
    struct address source;
    struct address destination;
    uint8_t ttl; /* or hop limit */
    uint8_t dscp;
    bool dont_fragment;
    enum id_policy id_policy;
    int64_t encapsulation_limit; /* RFC 2473, IPv6 only; AUTO: no such option */
    struct hex options;          /* IPv4 only */
    int64_t length;              /* a lie in the IP header; AUTO: the truth */
};

struct schedule {
    int64_t count;       /* AUTO until scenario_derive(), as the next */
    int64_t interval_ns; /* a session that mirrors traffic has none */
    int64_t delay_ns;    /* from the start of the capture to the first */
};

/** Of a group of the scenario, "[kind NAME]": every plan that is one begins with it. */
struct group {
    char name[NAME_MAX_LENGTH + 1];
    unsigned line; /* in the scenario, 0 without one */
};

/** What sessions and markers have in common. */
struct stream_plan {
    struct group group;
    struct outer_plan outer;
    struct schedule schedule;
};

struct gre_plan {
    int64_t protocol; /* AUTO: by the type */
    enum sequence_mode sequence;
    uint32_t sequence_start;
    uint8_t sequence_bits; /* 30 or 32 */
    enum counter_scope counter_scope;
    int64_t key; /* AUTO: none */
    enum check_mode checksum;
    uint8_t version;
    bool routing;
    int64_t flags;    /* the whole first word instead of what the rest says; AUTO: what it says */
    int64_t udp_port; /* source port of GRE in UDP (RFC 8086); AUTO: not in UDP */
};

/** The clock that stamps Type III. */
struct clock_plan {
    bool unix_time;    /* counts from 1970 */
    uint64_t start;    /* its value at the start of the capture, unless unix_time */
    int64_t tick_ps;   /* AUTO: as the granularity declares */
    int64_t drift_ppb; /* how much too fast it runs, from the start of the capture on */
    uint32_t seconds;  /* at the start of the capture, beside granularity 2, unless unix_time */
};

struct frame_recipe;

/** The mirrored traffic. */
struct inner_plan {
    const struct frame_recipe *kind;
    int64_t size;    /* of the frame without FCS; AUTO: what the kind likes */
    enum answer pad; /* to 60 bytes. Auto: unless the size asks for less */
    struct vlan_list tags;
    uint8_t priority;   /* PCP of the tags */
    uint8_t ip_version; /* 4 or 6 */
    bool mac;           /* false: the IP packet alone, as FT 2 says */
    uint32_t flows;
    int64_t network; /* which addresses; AUTO: others for each session */
    uint64_t seed;
    struct hex hex; /* the frame itself, instead of a kind */
    enum transport_checksum checksum;
    enum inner_id_policy id_policy; /* IPv4 identification */
    enum tunnel_kind tunnel;        /* around the IP packet or the frame; size is without it */
    uint8_t tunnel_ip_version;      /* 4 or 6 */
};

/** Of the flows of a traffic, those that pass one of several line cards. */
struct share {
    uint32_t part; /* from 1 to @ref of */
    uint32_t of;   /* 1: all of them */
};

/** What happens to a copy after it was made. */
struct fate_plan {
    int64_t cut;               /* bytes of the mirrored frame that the source kept */
    int64_t payload_cut;       /* bytes behind GRE that are there */
    int64_t snap_outer;        /* bytes of the outer frame that the source sent */
    enum check_mode inner_fcs; /* behind the mirrored frame */
    enum check_mode outer_fcs; /* behind the outer frame */
    struct hex appended;       /* behind the outer packet */
    uint8_t nesting;           /* copies around the frame: 1 is no copy of a copy */
    uint8_t loop;              /* how often a frame is copied, each time the copy before */
    int64_t fragment;          /* payload bytes in the first of two outer fragments */
    uint16_t fragment_overlap; /* how many of them are in the second, too */
    bool fragment_conflict;    /* as other bytes */
    enum fragment_lost fragment_lost;
    enum icmp_error icmp_error;
    uint64_t icmp_copy;  /* the copy that it quotes, the first is 1 */
    uint32_t icmp_quote; /* most bytes of it that it quotes, IP header included */
    uint16_t icmp_mtu;
    bool icmp_instead; /* the quoted copy itself did not arrive */
};

/** What goes wrong: of one session, or a group that says of which ones. */
struct impairment_plan {
    struct group group;                 /* nameless in a session */
    char sessions[PATH_MAX_LENGTH + 1]; /* names, commas between them; "" is all */
    int64_t from_ns;                    /* from the start of the capture, as all times here */
    int64_t to_ns;                      /* AUTO: without end */
    /* At the source */
    int64_t mirror_up_to; /* bytes of a frame; longer ones are not mirrored */
    uint32_t sample;      /* one frame in so many is mirrored */
    enum sample_by sample_by;
    probability
        drops_only; /* that the device drops a frame, where it mirrors these alone; 0: all */
    struct copy_list restart_copies;
    int64_t restart_time_ns;
    bool restart_clock;
    int64_t truncate; /* bytes of a frame */
    bool truncate_flag;
    /* On the way */
    int64_t drop_above; /* bytes of the outer packet */
    bool drop_answer;   /* by an ICMP error */
    struct rate police_rate;
    int64_t police_burst; /* bytes, or frames; or AUTO */
    probability loss;
    probability run_start;
    probability run_end;
    probability run_loss;
    struct copy_list drop_copies;
    probability corrupt;
    struct copy_list corrupt_copies;
    uint32_t corrupt_bits;
    enum corrupt_where corrupt_where;
    int64_t snap; /* bytes of the outer frame */
    probability duplicate;
    struct copy_list duplicate_copies;
    uint32_t duplicate_after; /* copies */
    int64_t duplicate_delay_ns;
    probability late;
    struct copy_list late_copies;
    uint32_t late_by; /* copies */
    int64_t late_delay_ns;
    int64_t reorder_block; /* copies of one queue that arrive together; AUTO: in their order */
    uint32_t reorder_queues;
    enum reorder_mode reorder_mode;
    /* Copies that someone else puts in, under the session's name */
    probability spoof;
    struct copy_list spoof_copies;
    uint32_t spoof_count; /* each time */
    enum spoof_number spoof_number;
    int64_t spoof_distance; /* AUTO: by the kind of number */
    int64_t spoof_ttl;      /* AUTO: the session's */
    struct optional_mac spoof_mac;
};

/** The stretch of the mirrored network between a session's point and the one before. */
struct path_plan {
    char after[NAME_MAX_LENGTH + 1]; /* the session at the point before; "" for none */
    int64_t delay_ns;
    int64_t jitter_ns;             /* most that is added to the delay, at random */
    int64_t rate;                  /* bits a second, of a queue before the delay; AUTO: none */
    int64_t queue;                 /* bytes that wait in it at most; AUTO: any number */
    int64_t loss_above;            /* bytes of a frame: those up to that size are not lost */
    uint8_t hops;                  /* routers */
    int64_t vlan;                  /* ID of the tag from here on, 0: no tag; AUTO: as before */
    int64_t dscp;                  /* of forward packets from here on; AUTO: as before */
    struct impairment_plan frames; /* what goes wrong with the frames themselves */
};

struct session_plan {
    struct stream_plan stream; /* first, as in struct marker_plan */
    struct gre_plan gre;
    uint8_t type;                 /* 1, 2 or 3 */
    enum mirror_kind mirror_type; /* other than ERSPAN: in place of its header; type is 1 */
    uint32_t mirror_id;           /* VNI, or Juniper's session */
    int64_t mirror_port;          /* UDP destination, or AUTO: the usual one */
    int64_t version;
    struct erspan_header header; /* type, version, optional, timestamp and sub-header presence are
                                    derived from the other members when frames are made */
    enum answer optional;        /* O. Auto: as the sub-header is there */
    enum answer subheader;       /* auto: as O says, or when a platform is named */
    int64_t platform;
    enum direction direction; /* auto: as the mirrored frame went; without one, ingress */
    struct clock_plan clock;
    struct hex payload; /* instead of all behind GRE */
    struct hex prefix;  /* before the mirrored frame */
    struct inner_plan inner;
    char mirror[NAME_MAX_LENGTH + 1]; /* the traffic instead of inner; "" for none */
    enum mirror_direction mirror_direction;
    struct path_plan path;        /* to here */
    struct share share;           /* of the flows of the traffic */
    bool routed;                  /* mirrored behind a router */
    enum translation translation; /* mirrored behind a device that translates addresses */
    struct fate_plan fate;
    struct impairment_plan impairment;
};

/** What a mirrored port carries. Which members count is up to the kind. */
struct traffic_plan {
    struct group group;
    enum traffic_kind kind;
    struct inner_plan inner; /* its addresses, tags, size, flows and seed */
    int64_t delay_ns;        /* from the start of the capture */
    int64_t duration_ns;     /* AUTO: until count, bytes or the capture end it; else a second */
    int64_t count;           /* frames at most, or AUTO */
    int64_t bytes;           /* of data that iperf sends, or AUTO */
    struct rate rate;        /* bits count frames with FCS */
    int64_t line_rate;       /* bits a second; AUTO: 10 Gbit/s, or the rate if that is more */
    uint32_t burst;          /* frames back to back */
    int64_t every_ns;        /* from burst to burst, from request to request */
    int64_t rtt_ns;          /* from the port to the server and back */
    int64_t window;          /* most bytes in flight of a connection */
    uint16_t mtu;
    int64_t tso; /* longest IP packet that the client hands down, or AUTO */
    bool lro_ack;
    bool control; /* iperf has its control connection */
    char file[PATH_MAX_LENGTH + 1];
    uint64_t loops;
};

/** A Nexus marker packet, sent at an interval. */
struct marker_plan {
    struct stream_plan stream;
    struct marker marker; /* sequence and asic_time are those of the first */
    int64_t asic_tick_ps; /* 0: asic_time stands still */
    int64_t asic_drift_ppb;
};

struct key;

/** In struct said: the key is of every plan of its section. */
enum { EVERY_PLAN = -1 };

/** That a line has a key. */
struct said {
    const struct key *key;
    unsigned section; /* enum section */
    int plan;         /* its number in the section, or EVERY_PLAN */
    unsigned line;
};

struct scenario {
    struct capture_plan capture;
    GArray *sessions;    /* struct session_plan */
    GArray *markers;     /* struct marker_plan */
    GArray *impairments; /* struct impairment_plan */
    GArray *traffics;    /* struct traffic_plan */
    GArray *said;        /* struct said: all that the file says, in its order */
    struct {
        GHashTable *sessions;  /* by their names */
        GHashTable *followers; /* sessions, by the names of those that they are after */
        GHashTable *traffics;  /* by their names */
        GHashTable *mirrors;   /* sessions, by the names of the traffics that they mirror */
    } numbers;                 /* one more than that of the first; made by scenario_derive() */
};

/** Points of a path; paths and impairments of a scenario. */
enum { PATH_POINTS_MAX = 16, SCENARIO_PATHS_MAX = 1000, SCENARIO_IMPAIRMENTS_MAX = 1000 };

/** An empty scenario with the defaults. Free with scenario_free(). */
struct scenario *scenario_new(void);
void scenario_free(struct scenario *scenario);

/** The plans of a section that has any number of them; NULL for the capture's. */
GArray *scenario_plans(const struct scenario *scenario, unsigned section);

/* What finds a name does so after scenario_derive(). */

/** The number of the traffic of that name, or the number of all traffics. */
guint scenario_find_traffic(const struct scenario *scenario, const char *name);

/** The number of the session of that name, or the number of all sessions. */
guint scenario_find_session(const struct scenario *scenario, const char *name);

/** The first session that mirrors the traffic of that name, or the number of all sessions. */
guint scenario_find_mirror(const struct scenario *scenario, const char *traffic);

/** True if the session's point is behind that of another: its stretch has a meaning. */
static inline bool session_follows(const struct session_plan *plan)
{
    return plan->path.after[0] != '\0';
}

/** The session whose point is next behind that of session @p number; the number of all sessions if
 * there is none. */
guint scenario_next_point(const struct scenario *scenario, guint number);

/** Derives what can be told only when all keys are known: how many copies a session makes, and what
 * one behind others mirrors. */
void scenario_derive(struct scenario *scenario);

/** True if the session may come to make that copy, the first is 1. How many copies traffic or a
 * loop makes is not known beforehand. */
bool session_may_have_copy(const struct session_plan *plan, uint64_t number);

/** True if copies have a sequence number; if it counts them. */
bool session_has_sequence(const struct session_plan *plan);
bool session_counts_copies(const struct session_plan *plan);

/** True if Type III's sub-header is there; what O says. */
bool session_has_subheader(const struct session_plan *plan);
bool session_declares_subheader(const struct session_plan *plan);

#endif
