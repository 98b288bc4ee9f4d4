/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whole copies: where the mirrored frame lies, how long it was, what follows it and what is odd.
 * Then what the copies of one session say together, and that a second visit comes out as the first
 * did.
 */
#include "core/copy/copy.h"

#include "core/base/checksum.h"
#include "tests/unit/support/support.h"

#define MACS "020000000002 020000000001"
/* 42 bytes of IPv4 in Ethernet, and the same with an 802.1Q tag of VLAN 100. */
#define IPV4_28 "0800 4500 001c 0000 0000 40 11 f6cd c0000201 c0000202 1000 2000 0008 0000"
#define FRAME   MACS IPV4_28
#define TAGGED  MACS "8100 0064" IPV4_28
/* The first 34 bytes of FRAME: its IPv4 header says that 8 are missing. */
#define FRAME_CUT MACS "0800 4500 001c 0000 0000 40 11 f6cd c0000201 c0000202"
#define ODD       MACS "1234 00000000 00000000 00000000 00000000"

/* VLAN, COS/En/T/session as they stand on the wire. */
#define II(vlan, rest)  "1" vlan rest "00000007"
#define III(vlan, rest) "2" vlan rest "00000005 0000 8000"
#define III_FT(last)    "2000 0064 00000005 0000" last

#define GRE_S                                                                                      \
    {                                                                                              \
        .flags = 0x1000, .protocol = 0x88be, .sequence = 77                                        \
    }
#define GRE_0                                                                                      \
    {                                                                                              \
        .flags = 0x0000, .protocol = 0x88be                                                        \
    }
#define GRE_III                                                                                    \
    {                                                                                              \
        .flags = 0x1000, .protocol = 0x22eb, .sequence = 77                                        \
    }
#define GRE_RES                                                                                    \
    {                                                                                              \
        .flags = 0x10f8, .protocol = 0x88be, .sequence = 77                                        \
    }
#define GRE_III0                                                                                   \
    {                                                                                              \
        .flags = 0x0000, .protocol = 0x22eb                                                        \
    }

#define A(name) (UINT32_C(1) << ANOMALY_##name)

static const struct copy_case {
    const char *name;
    const char *hex;
    struct gre_header gre;
    size_t promised; /* bytes that the outer IP length promises beyond those carried */
    size_t header_length;
    size_t inner_length;
    size_t mirrored_length;
    bool cut;
    uint32_t anomalies;
    enum failure_kind failure;
} cases[] = {
    {"type-1", FRAME, GRE_0, 0, 0, 42, 42, false, 0, 0},
    {"type-2", II("000", "0064") FRAME, GRE_S, 0, 8, 42, 42, false, 0, 0},
    {"type-3", III("000", "0064") FRAME, GRE_III, 0, 12, 42, 42, false, 0, 0},
    {"type-3-no-sequence", III("000", "0064") FRAME, GRE_III0, 0, 12, 42, 42, false,
     A(SEQUENCE_ABSENT), 0},
    /* cut */
    {"t-set", II("000", "0464") FRAME_CUT, GRE_S, 0, 8, 34, 42, true, A(TRUNCATED), 0},
    {"t-set-length-unsaid", II("000", "0464") ODD, GRE_S, 0, 8, 30, 30, true, A(TRUNCATED), 0},
    {"cut-by-inner-length", II("000", "0064") FRAME_CUT, GRE_S, 0, 8, 34, 42, true, A(CUT), 0},
    {"cut-by-outer-length", II("000", "0064") ODD, GRE_S, 38, 8, 30, 68, true, A(CUT), 0},
    {"cut-type-1", FRAME_CUT, GRE_0, 0, 0, 34, 42, true, A(CUT), 0},
    /* integrity */
    {"bso-short", III("000", "0864") FRAME, GRE_III, 0, 12, 42, 42, false, A(SHORT), 0},
    {"bso-oversized", III("000", "1064") FRAME, GRE_III, 0, 12, 42, 42, false, A(OVERSIZED), 0},
    {"bso-bad", III("000", "1864") FRAME, GRE_III, 0, 12, 42, 42, false, A(BAD), 0},
    /* VLAN and encapsulation */
    {"vlan-stripped", II("064", "1064") FRAME, GRE_S, 0, 8, 42, 42, false, 0, 0},
    {"vlan-kept", II("064", "1064") TAGGED, GRE_S, 0, 8, 46, 46, false, A(VLAN_KEPT), 0},
    {"vlan-unsaid", II("000", "0064") TAGGED, GRE_S, 0, 8, 46, 46, false, A(VLAN_KEPT), 0},
    {"vlan-customer-tag", II("00a", "1064") TAGGED, GRE_S, 0, 8, 46, 46, false, 0, 0},
    {"vlan-preserved", II("000", "1864") TAGGED, GRE_S, 0, 8, 46, 46, false, 0, 0},
    {"vlan-missing", II("000", "1864") FRAME, GRE_S, 0, 8, 42, 42, false, A(VLAN_MISSING), 0},
    {"isl", II("064", "0864") FRAME, GRE_S, 0, 8, 42, 42, false, A(ENCAPSULATION_ISL), 0},
    /* versions and reserved bits */
    {"version-2-under-88be", III("000", "0064") FRAME, GRE_S, 0, 12, 42, 42, false,
     A(VERSION_CONTRADICTION), 0},
    {"version-1-under-22eb", II("000", "0064") FRAME, GRE_III, 0, 8, 42, 42, false,
     A(VERSION_CONTRADICTION), 0},
    {"version-0", "00000064 00000007" FRAME, GRE_S, 0, 8, 42, 42, false, A(VERSION_OBSOLETE), 0},
    {"version-9", "93000064 00000007 ffff", GRE_S, 0, 0, 0, 0, false, A(VERSION_UNKNOWN),
     FAILURE_VERSION_UNKNOWN},
    {"undeclared", II("000", "0064") FRAME, GRE_0, 0, 8, 42, 42, false,
     A(HEADER_UNDECLARED) | A(SEQUENCE_ABSENT), 0},
    {"headerless", "70000000000a 020000000001" IPV4_28, GRE_S, 0, 0, 42, 42, false, A(HEADERLESS),
     0},
    {"reserved-header", "10000064 80000007" FRAME, GRE_S, 0, 8, 42, 42, false, A(RESERVED), 0},
    {"reserved-gre", II("000", "0064") FRAME, GRE_RES, 0, 8, 42, 42, false, A(RESERVED), 0},
    {"reserved-subheader", III_FT("8001") "1ff00001 00000000" FRAME, GRE_III, 0, 20, 42, 42, false,
     A(RESERVED), 0},
    /* sub-header */
    {"hidden", III_FT("8000") "1c000001 00000000" FRAME, GRE_III, 0, 20, 42, 42, false,
     A(SUBHEADER_HIDDEN), 0},
    {"missing", III_FT("8001") FRAME, GRE_III, 0, 12, 42, 42, false, A(SUBHEADER_MISSING), 0},
    /* frame type */
    {"ft-reserved", III_FT("1c00") FRAME, GRE_III, 0, 12, 42, 42, false, A(FRAME_TYPE_RESERVED), 0},
    {"ft-ip-is-ethernet", III_FT("0800") FRAME, GRE_III, 0, 12, 42, 42, false,
     A(FRAME_TYPE_CONTRADICTION), 0},
    /* ends in the header */
    {"header-cut-2", "1000 0064 0000", GRE_S, 0, 0, 0, 0, false, A(HEADER_CUT), FAILURE_HEADER_CUT},
    {"header-cut-3", "2000 0064 00000005 00", GRE_III, 0, 0, 0, 0, false, A(HEADER_CUT),
     FAILURE_HEADER_CUT},
    {"subheader-cut", III_FT("8001") "1c00", GRE_III, 0, 0, 0, 0, false, A(HEADER_CUT),
     FAILURE_SUBHEADER_CUT},
    {"empty-2", "", GRE_S, 0, 0, 0, 0, false, A(HEADER_CUT), FAILURE_HEADER_CUT},
    {"empty-1", "", GRE_0, 0, 0, 0, 14, true, A(CUT), 0},
    {"empty-inner", II("000", "0064"), GRE_S, 0, 8, 0, 14, true, A(CUT), 0},
};

static const struct copy_policy automatic = {.header = HEADER_AUTO};

static struct copy_input input_of(struct bytes payload, const struct gre_header *gre)
{
    return (struct copy_input){
        .payload = payload,
        .carried = payload.len,
        .has_gre = true,
        .has_sequence = (gre->flags & GRE_BIT_SEQUENCE) != 0,
        .gre = *gre,
        .source = {4, {192, 0, 2, 1}},
        .destination = {4, {192, 0, 2, 2}},
    };
}

static void test_case(gconstpointer data)
{
    const struct copy_case *c = data;
    struct session_table *sessions = session_table_new(10);
    struct bytes payload = bytes_from_hex(c->hex);
    struct copy_input input = input_of(payload, &c->gre);
    struct copy copy;
    if (c->promised > 0)
        input.claimed = payload.len + c->promised;
    copy_read(&input, &automatic, sessions, &copy);
    g_assert_cmpstr(failure_name(copy.failure.kind), ==, failure_name(c->failure));
    g_assert_cmphex(copy.anomalies, ==, c->anomalies);
    if (c->failure == FAILURE_NONE) {
        g_assert_cmpuint(copy.header_length, ==, c->header_length);
        g_assert_cmpuint(copy.inner_length, ==, c->inner_length);
        g_assert_cmpuint(copy.inner_captured, ==, c->inner_length);
        g_assert_cmpuint(copy.mirrored_length, ==, c->mirrored_length);
        g_assert_cmpint(copy.cut, ==, c->cut);
    }
    session_table_free(sessions);
    bytes_free(payload);
}

/* A capture that snaps copies is not a source that cuts them. */
static void test_snapped_capture(void)
{
    struct session_table *sessions = session_table_new(10);
    struct bytes whole = bytes_from_hex(II("000", "0064") FRAME);
    struct gre_header gre = GRE_S;
    struct copy_input input = input_of(whole, &gre);
    struct copy copy;
    for (size_t len = 0; len < whole.len; len++) {
        struct bytes snapped = bytes_prefix(whole, len);
        input.payload = snapped;
        copy_read(&input, &automatic, sessions, &copy);
        g_assert_cmphex(copy.anomalies, ==, 0);
        g_assert_cmpint(copy.failure.kind, ==,
                        len < ERSPAN_II_LENGTH ? FAILURE_HEADER_CUT : FAILURE_NONE);
        if (len >= ERSPAN_II_LENGTH) {
            g_assert_cmpuint(copy.inner_length, ==, 42);
            g_assert_cmpuint(copy.inner_captured, ==, len - ERSPAN_II_LENGTH);
            g_assert_false(copy.cut);
        }
        bytes_free(snapped);
    }
    session_table_free(sessions);
    bytes_free(whole);
}

/* A Type II copy of FRAME, padded to 60 bytes or not, with a right or a wrong FCS behind it. */
static struct bytes with_fcs(bool padded, bool right)
{
    struct bytes frame = bytes_from_hex(FRAME);
    uint8_t *data = g_malloc0(ERSPAN_II_LENGTH + 60 + 4);
    struct buffer out = {data, ERSPAN_II_LENGTH + 60 + 4, 0, false};
    erspan_encode(&(struct erspan_header){.type = ERSPAN_TYPE_II, .version = 1, .session = 100},
                  &out);
    buffer_put(&out, frame.data, frame.len);
    if (padded)
        buffer_zero(&out, 60 - frame.len);
    uint32_t fcs =
        ethernet_fcs((struct bytes){data + ERSPAN_II_LENGTH, out.len - ERSPAN_II_LENGTH});
    buffer_put32le(&out, right ? fcs : fcs ^ 1);
    bytes_free(frame);
    return (struct bytes){data, out.len};
}

static void read_fcs(struct bytes payload, enum fcs_policy policy, struct session_table *sessions,
                     enum fcs_status want, size_t want_length)
{
    struct gre_header gre = GRE_S;
    struct copy_input input = input_of(payload, &gre);
    struct copy_policy fcs_policy = {.fcs = policy};
    struct copy first;
    struct copy again;
    copy_read(&input, &fcs_policy, sessions, &first);
    g_assert_cmpint(first.fcs, ==, want);
    g_assert_cmpuint(first.inner_length, ==, want_length);
    g_assert_cmpuint(first.mirrored_length, ==, want_length);
    g_assert_false(first.cut);
    input.again = true;
    input.state = first.keep_state ? &first.state : NULL;
    copy_read(&input, &fcs_policy, sessions, &again);
    g_assert_cmpint(again.fcs, ==, want);
    g_assert_cmphex(again.anomalies, ==, first.anomalies);
}

/* Quirk Q17. A wrong FCS is told from payload only in a session known to send one. */
static void test_fcs(void)
{
    struct session_table *sessions = session_table_new(10);
    struct bytes good = with_fcs(false, true);
    struct bytes padded = with_fcs(true, true);
    struct bytes wrong = with_fcs(true, false);
    read_fcs(wrong, FCS_AUTO, sessions, FCS_NONE, 64);
    read_fcs(good, FCS_AUTO, sessions, FCS_GOOD, 42);
    read_fcs(padded, FCS_AUTO, sessions, FCS_GOOD, 60);
    read_fcs(wrong, FCS_AUTO, sessions, FCS_BAD, 60);
    read_fcs(padded, FCS_NEVER, sessions, FCS_NONE, 64);
    read_fcs(wrong, FCS_ALWAYS, sessions, FCS_BAD, 60);
    bytes_free(good);
    bytes_free(padded);
    bytes_free(wrong);
    session_table_free(sessions);
}

/*
 * One session sends a sub-header against its O bit. Its odd frames, which alone say nothing, are
 * read like its others; the first one, read before anything was known, keeps its first reading for
 * good.
 */
static void test_session_decides(void)
{
    static const struct {
        const char *hex;
        bool has_subheader;
    } copies[] = {
        {III_FT("8000") "1c000001 00000000" ODD, false},
        {III_FT("8000") "1c000001 00000000" FRAME, true},
        {III_FT("8000") "1c000001 00000000" ODD, true},
    };
    struct session_table *sessions = session_table_new(10);
    struct gre_header gre = GRE_III;
    struct copy_state memos[G_N_ELEMENTS(copies)];
    bool kept[G_N_ELEMENTS(copies)];
    for (int visit = 0; visit < 3; visit++)
        for (size_t i = 0; i < G_N_ELEMENTS(copies); i++) {
            struct bytes payload = bytes_from_hex(copies[i].hex);
            struct copy_input input = input_of(payload, &gre);
            struct copy copy;
            input.again = visit > 0;
            if (input.again && kept[i])
                input.state = &memos[i];
            copy_read(&input, &automatic, sessions, &copy);
            g_assert_cmpint(copy.header.has_subheader, ==, copies[i].has_subheader);
            if (visit == 0) {
                kept[i] = copy.keep_state;
                memos[i] = copy.state;
            }
            bytes_free(payload);
        }
    g_assert_false(kept[1]); /* its own bytes say enough */
    g_assert_true(kept[2]);
    session_table_free(sessions);
}

/* Quirk Q23: a quote makes no session and teaches none. */
static void test_quoted(void)
{
    struct session_table *sessions = session_table_new(10);
    struct bytes payload = bytes_from_hex(II("000", "0064") FRAME);
    struct gre_header gre = GRE_S;
    struct copy_input input = input_of(payload, &gre);
    struct copy copy;
    input.quoted = true;
    copy_read(&input, &automatic, sessions, &copy);
    g_assert_null(copy.session);
    g_assert_cmphex(copy.anomalies, ==, A(QUOTED));
    input.quoted = false;
    copy_read(&input, &automatic, sessions, &copy);
    struct session *session = copy.session;
    g_assert_nonnull(session);
    input.quoted = true;
    copy_read(&input, &automatic, sessions, &copy);
    g_assert_true(copy.session == session);
    bytes_free(payload);
    session_table_free(sessions);
}

/* With no room for sessions copies are still read. */
static void test_table_full(void)
{
    struct session_table *sessions = session_table_new(0);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct bytes payload = bytes_from_hex(cases[i].hex);
        struct copy_input input = input_of(payload, &cases[i].gre);
        struct copy copy;
        copy_read(&input, &automatic, sessions, &copy);
        g_assert_null(copy.session);
        g_assert_cmpstr(failure_name(copy.failure.kind), ==, failure_name(cases[i].failure));
        bytes_free(payload);
    }
    session_table_free(sessions);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strdup_printf("/copy/%s", cases[i].name);
        g_test_add_data_func(path, &cases[i], test_case);
    }
    g_test_add_func("/copy/snapped-capture", test_snapped_capture);
    g_test_add_func("/copy/fcs", test_fcs);
    g_test_add_func("/copy/session-decides", test_session_decides);
    g_test_add_func("/copy/quoted", test_quoted);
    g_test_add_func("/copy/table-full", test_table_full);
    return g_test_run();
}
