/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/scenario-check.h"

#include "generator/encapsulate.h"
#include "generator/errors.h"
#include "generator/inner.h"

enum { IP_MAX_LENGTH = 65535, IPV4_OPTIONS_MAX = 40 };

/* NULL, or what is wrong with how the keys go together. */
static const char *check_outer(const struct outer_plan *outer)
{
    if (outer->source.len != outer->destination.len)
        return "source and destination must be addresses of one family";
    bool v4 = outer->source.len == 4;
    if (outer->options.len > 0 && !v4)
        return "ip-options is of IPv4; source and destination are IPv6";
    if (outer->options.len % 4 != 0 || outer->options.len > IPV4_OPTIONS_MAX)
        return "ip-options must be a multiple of 4 bytes, 40 at most";
    if (outer->encapsulation_limit != AUTO && v4)
        return "encapsulation-limit is of IPv6; source and destination are IPv4";
    if (outer->tags.count > 0 && outer->link != LINK_KIND_ETHERNET)
        return "outer-vlan needs link = ethernet";
    return NULL;
}

/* Capture files count seconds in 32 bits: until 2106. */
static const char *check_schedule(const struct schedule *schedule, int64_t start_ns)
{
    static const int64_t end_ns = INT64_C(4294967296) * 1000000000;
    int64_t length_ns;
    int64_t last_ns;
    if (schedule->count == 0)
        return NULL;
    if (__builtin_mul_overflow(schedule->count - 1, schedule->interval_ns, &length_ns) ||
        __builtin_add_overflow(start_ns, schedule->delay_ns, &last_ns) ||
        __builtin_add_overflow(last_ns, length_ns, &last_ns) || last_ns >= end_ns)
        return "start, delay, interval, count: the last frame would be sent after 2106-02-07";
    return NULL;
}

static const char *check_inner(const struct inner_plan *inner)
{
    if (inner->hex.len > 0)
        return NULL;
    if (!inner->mac && !(inner->kind->traits & KIND_IP))
        return "inner-mac = no needs inner = tcp, udp or echo";
    if (!inner->mac && inner->tags.count > 0)
        return "inner-vlan needs inner-mac = yes";
    if (inner->size != AUTO && !(inner->kind->traits & KIND_SIZED))
        return "inner-size: frames of this kind have a size of their own; see inner-pad and cut";
    if ((inner->kind->traits & KIND_SIZED) && inner_longest(inner) < inner_shortest(inner))
        return "inner-size: less than the headers of such a frame";
    return NULL;
}

static const char *check_header(const struct session_plan *plan)
{
    static const uint32_t reserved_bits[] = {
        [SUBHEADER_OPAQUE] = 0,    [SUBHEADER_VSM] = 14,           [SUBHEADER_PORT_TIME] = 12,
        [SUBHEADER_RESERVED] = 26, [SUBHEADER_SWITCH_SECONDS] = 0, [SUBHEADER_INDEX_TIME] = 6,
    };
    static const uint32_t port_bits[] = {
        [SUBHEADER_OPAQUE] = 0,          [SUBHEADER_VSM] = 32,
        [SUBHEADER_PORT_TIME] = 14,      [SUBHEADER_RESERVED] = 0,
        [SUBHEADER_SWITCH_SECONDS] = 16, [SUBHEADER_INDEX_TIME] = 20,
    };
    const struct subheader *subheader = &plan->header.subheader;
    if (plan->type != ERSPAN_TYPE_III && plan->subheader == ANSWER_YES)
        return "subheader needs type = 3";
    enum subheader_layout layout =
        subheader_layout(plan->platform == AUTO ? 0 : (uint8_t)plan->platform);
    if ((uint64_t)subheader->reserved >> reserved_bits[layout] != 0)
        return "subheader-reserved: this platform has fewer reserved bits";
    if ((uint64_t)subheader->port >> port_bits[layout] != 0)
        return "port: this platform has fewer bits for it";
    if (subheader->opaque != 0 && layout != SUBHEADER_OPAQUE)
        return "opaque: the layout of this platform is known";
    return NULL;
}

static const char *check_fate(const struct session_plan *plan)
{
    const struct outer_plan *outer = &plan->stream.outer;
    const struct fate_plan *fate = &plan->fate;
    bool has_ip = outer->link != LINK_KIND_SLL_WITHOUT_GRE;
    if (!has_ip && (plan->gre.checksum != CHECK_NONE || plan->gre.udp_port != AUTO))
        return "link = sll-without-gre has no GRE header to set";
    if (!has_ip && (fate->fragment != AUTO || fate->icmp_error != ICMP_ERROR_NONE))
        return "link = sll-without-gre has no IP packet to fragment or to quote";
    if (fate->fragment != AUTO && fate->fragment % 8 != 0)
        return "fragment must be a multiple of 8";
    if (fate->fragment != AUTO && outer->source.len == 4 && outer->dont_fragment)
        return "fragment needs df = no";
    if (fate->fragment != AUTO && outer->options.len > 0)
        return "fragment does not go with ip-options";
    if (fate->outer_fcs != CHECK_NONE && outer->link != LINK_KIND_ETHERNET)
        return "outer-fcs needs link = ethernet";
    if (plan->gre.checksum != CHECK_NONE && plan->gre.flags != AUTO &&
        !(plan->gre.flags & GRE_BIT_CHECKSUM))
        return "gre-checksum needs the bit 0x8000 in gre-flags";
    return NULL;
}

static const char *check_session(const struct session_plan *plan, int64_t start_ns)
{
    const char *wrong = check_outer(&plan->stream.outer);
    if (wrong == NULL)
        wrong = check_schedule(&plan->stream.schedule, start_ns);
    if (wrong == NULL)
        wrong = check_inner(&plan->inner);
    if (wrong == NULL)
        wrong = check_header(plan);
    if (wrong == NULL)
        wrong = check_fate(plan);
    if (wrong != NULL)
        return wrong;
    struct encapsulation encapsulation;
    encapsulation_init(&encapsulation, plan, 0, 0);
    if (encapsulation_longest(&encapsulation) > IP_MAX_LENGTH)
        return "inner-size, nesting: such a copy is longer than an IP packet can be, 65535 bytes";
    return NULL;
}

static const char *check_marker(const struct marker_plan *plan, int64_t start_ns)
{
    const char *wrong = check_outer(&plan->stream.outer);
    if (wrong == NULL)
        wrong = check_schedule(&plan->stream.schedule, start_ns);
    if (wrong == NULL && plan->stream.outer.link == LINK_KIND_SLL_WITHOUT_GRE)
        wrong = "a marker packet is not GRE: link = sll";
    return wrong;
}

static gboolean report(const struct stream_plan *stream, const char *kind, const char *place,
                       const char *wrong, GError **error)
{
    if (wrong == NULL)
        return TRUE;
    if (place == NULL)
        return fail(error, STATUS_USAGE, "%s", wrong);
    if (stream->line == 0)
        return fail(error, STATUS_USAGE, "%s: %s", place, wrong);
    return fail(error, STATUS_USAGE, "%s:%u: [%s %s]: %s", place, stream->line, kind, stream->name,
                wrong);
}

gboolean scenario_check(const struct scenario *scenario, const char *place, GError **error)
{
    int64_t start_ns = scenario->capture.start_ns;
    if (scenario->sessions->len + scenario->markers->len == 0)
        return fail(error, STATUS_USAGE, "%s: has no [session NAME] and no [marker NAME]", place);
    for (guint i = 0; i < scenario->sessions->len; i++) {
        const struct session_plan *plan =
            &g_array_index(scenario->sessions, struct session_plan, i);
        if (!report(&plan->stream, "session", place, check_session(plan, start_ns), error))
            return FALSE;
    }
    for (guint i = 0; i < scenario->markers->len; i++) {
        const struct marker_plan *plan = &g_array_index(scenario->markers, struct marker_plan, i);
        if (!report(&plan->stream, "marker", place, check_marker(plan, start_ns), error))
            return FALSE;
    }
    return TRUE;
}
