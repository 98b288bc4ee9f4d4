/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/scenario/scenario-words.h"

#include <stddef.h>

#include "generator/scenario/scenario.h"

const char *const no_yes_words[] = {[false] = "no", [true] = "yes", NULL};

const char *const answer_words[] = {
    [ANSWER_AUTO] = "auto",
    [ANSWER_NO] = "no",
    [ANSWER_YES] = "yes",
    NULL,
};

const char *const link_kind_words[] = {
    [LINK_KIND_ETHERNET] = "ethernet",
    [LINK_KIND_SLL] = "sll",
    [LINK_KIND_SLL_WITHOUT_GRE] = "sll-without-gre",
    [LINK_KIND_RAW] = "raw",
    NULL,
};

const char *const mirror_type_words[] = {
    [MIRROR_ERSPAN] = "erspan", [MIRROR_GRE] = "gre",         [MIRROR_EVERFLOW] = "everflow",
    [MIRROR_VXLAN] = "vxlan",   [MIRROR_GENEVE] = "geneve",   [MIRROR_TZSP] = "tzsp",
    [MIRROR_HP_ERM] = "hp-erm", [MIRROR_JUNIPER] = "juniper", NULL,
};

const char *const id_policy_words[] = {
    [ID_ZERO] = "zero",
    [ID_INCREMENT] = "increment",
    NULL,
};

const char *const sequence_mode_words[] = {
    [SEQUENCE_MODE_AUTO] = "auto",
    [SEQUENCE_MODE_NO] = "no",
    [SEQUENCE_MODE_YES] = "yes",
    [SEQUENCE_MODE_CONSTANT] = "constant",
    NULL,
};

const char *const counter_scope_words[] = {
    [COUNTER_PER_SESSION] = "session",
    [COUNTER_PER_SOURCE] = "source",
    [COUNTER_PER_SESSION_ID] = "session-id",
    [COUNTER_PER_HW_ID] = "hw-id",
    [COUNTER_NONE] = "none",
    [COUNTER_CONSTANT] = "constant",
    NULL,
};

const char *const corrupt_where_words[] = {
    [CORRUPT_ANYWHERE] = "anywhere", [CORRUPT_IP] = "ip",       [CORRUPT_GRE] = "gre",
    [CORRUPT_ERSPAN] = "erspan",     [CORRUPT_INNER] = "inner", NULL,
};

const char *const check_mode_words[] = {
    [CHECK_NONE] = "none",
    [CHECK_GOOD] = "good",
    [CHECK_BAD] = "bad",
    NULL,
};

const char *const direction_words[] = {
    [DIRECTION_INGRESS] = "ingress",
    [DIRECTION_EGRESS] = "egress",
    [DIRECTION_AUTO] = "auto",
    NULL,
};

const char *const mirror_direction_words[] = {
    [MIRROR_BOTH] = "both",
    [MIRROR_FORWARD] = "forward",
    [MIRROR_REVERSE] = "reverse",
    NULL,
};

const char *const traffic_kind_words[] = {
    [TRAFFIC_IPERF] = "iperf",
    [TRAFFIC_RATE] = "rate",
    [TRAFFIC_POISSON] = "poisson",
    [TRAFFIC_IMIX] = "imix",
    [TRAFFIC_MICROBURST] = "microburst",
    [TRAFFIC_REQUESTS] = "requests",
    [TRAFFIC_PERIODIC] = "periodic",
    [TRAFFIC_CAPTURE] = "capture",
    NULL,
};

const char *const transport_checksum_words[] = {
    [TRANSPORT_CHECKSUM_GOOD] = "good",
    [TRANSPORT_CHECKSUM_PARTIAL] = "partial",
    [TRANSPORT_CHECKSUM_NONE] = "none",
    NULL,
};

const char *const inner_id_policy_words[] = {
    [INNER_ID_AUTO] = "auto",
    [INNER_ID_ZERO] = "zero",
    NULL,
};

const char *const tunnel_kind_words[] = {
    [TUNNEL_NONE] = "none",
    [TUNNEL_VXLAN] = "vxlan",
    [TUNNEL_GENEVE] = "geneve",
    [TUNNEL_GTP_U] = "gtp-u",
    [TUNNEL_GRE] = "gre",
    [TUNNEL_IP] = "ip",
    NULL,
};

const char *const translation_words[] = {
    [TRANSLATE_NOTHING] = "none",
    [TRANSLATE_MACS] = "mac",
    [TRANSLATE_ADDRESSES] = "address",
    [TRANSLATE_PORTS] = "port",
    NULL,
};

const char *const spoof_number_words[] = {
    [SPOOF_AHEAD] = "ahead",
    [SPOOF_BEHIND] = "behind",
    [SPOOF_NEAR] = "near",
    [SPOOF_ZERO] = "zero",
    [SPOOF_SAME] = "same",
    [SPOOF_RANDOM] = "random",
    NULL,
};

const char *const sample_by_words[] = {
    [SAMPLE_BY_COUNT] = "count",
    [SAMPLE_BY_CHANCE] = "chance",
    NULL,
};

const char *const reorder_mode_words[] = {
    [REORDER_INTERLEAVED] = "interleaved",
    [REORDER_REVERSED] = "reversed",
    NULL,
};

const char *const icmp_error_words[] = {
    [ICMP_ERROR_NONE] = "none",
    [ICMP_ERROR_PROTOCOL] = "protocol",
    [ICMP_ERROR_MTU] = "mtu",
    NULL,
};

const char *const fragment_lost_words[] = {
    [FRAGMENT_LOST_NONE] = "none",
    [FRAGMENT_LOST_FIRST] = "first",
    [FRAGMENT_LOST_SECOND] = "second",
    NULL,
};

const char *const file_format_words[] = {
    [FORMAT_AUTO] = "auto",
    [FORMAT_PCAP] = "pcap",
    [FORMAT_PCAPNG] = "pcapng",
    NULL,
};

const char *const time_precision_words[] = {
    [PRECISION_US] = "us",
    [PRECISION_NS] = "ns",
    NULL,
};
