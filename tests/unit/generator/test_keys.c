/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * No key is ignored silently: in each of many scenarios each key that may stand there changes the
 * frames, or is refused; as a line of the scenario, and as an option.
 *
 * The keys of [capture] are left out: they are of the file, whatever frames it holds.
 */
#include <glib/gstdio.h>
#include <string.h>

#include "generator/load/key-parse.h"
#include "generator/load/scenario-file.h"
#include "generator/simulation/simulation.h"
#include "generator/traffic/inner.h"

/* One of the values, at least, is not what the key is without a word. */
struct trial {
    const char *key;
    const char *values; /* with | between them */
    const char *beside; /* a line without which they change nothing; or NULL */
};

static const struct trial trials[] = {
    {"count", "2", NULL},
    {"interval", "7ms", NULL},
    {"delay", "2500us", NULL},
    {"link", "sll", NULL},
    {"link", "raw", NULL},
    {"collector-port", "left", NULL},
    {"source-mac", "02:00:00:00:00:77", NULL},
    {"destination-mac", "02:00:00:00:00:77", NULL},
    {"outer-vlan", "5", NULL},
    {"source", "192.0.2.77", NULL},
    {"source", "2001:db8::77", NULL},
    {"destination", "192.0.2.77", NULL},
    {"destination", "2001:db8::77", NULL},
    {"ttl", "9", NULL},
    {"dscp", "9", NULL},
    {"df", "no", NULL},
    {"ip-id", "increment", NULL},
    {"ip-options", "01010101", NULL},
    {"encapsulation-limit", "4", NULL},
    {"ip-length", "99", NULL},
    {"gre-protocol", "0x1234", NULL},
    {"sequence", "no|yes", NULL},
    {"sequence", "constant", NULL},
    {"sequence-start", "9", NULL},
    {"sequence-bits", "30", "sequence-start = 0x3fffffff"},
    {"sequence-domain", "none|constant", NULL},
    {"gre-key", "9", NULL},
    {"gre-checksum", "good", NULL},
    {"gre-checksum", "bad", NULL},
    {"gre-version", "1", NULL},
    {"gre-routing", "yes", NULL},
    {"gre-flags", "0x2000", NULL},
    {"udp-port", "9", NULL},
    {"type", "1|2|3", NULL},
    {"version", "9", NULL},
    {"vlan", "9", NULL},
    {"cos", "1", NULL},
    {"en", "1", NULL},
    {"bso", "1", NULL},
    {"truncated", "yes", NULL},
    {"session", "9", NULL},
    {"reserved", "9", NULL},
    {"index", "9", NULL},
    {"timestamp", "9", NULL},
    {"timestamp", "unix", NULL},
    {"tick", "7us", NULL},
    {"drift", "100000ppm", NULL},
    {"sgt", "9", NULL},
    {"p", "yes", NULL},
    {"ft", "9", NULL},
    {"hw", "9", NULL},
    {"direction", "egress", NULL},
    {"direction", "auto", NULL},
    {"gra", "1", NULL},
    {"o", "no|yes", NULL},
    {"subheader", "no|yes", NULL},
    {"platform", "9", NULL},
    {"domain", "9", NULL},
    {"switch", "9", NULL},
    {"port", "9", NULL},
    {"seconds", "9", NULL},
    {"subheader-reserved", "9", NULL},
    {"subheader-reserved2", "9", NULL},
    {"opaque", "9", NULL},
    {"mirror", "there", NULL},
    {"mirror-direction", "forward|reverse", NULL},
    {"inner", "echo|udp", NULL},
    {"inner-size", "150", NULL},
    {"inner-pad", "no|yes", NULL},
    {"inner-vlan", "9", NULL},
    {"inner-priority", "1", NULL},
    {"inner-ip", "6", NULL},
    {"inner-mac", "no", NULL},
    {"inner-checksum", "partial", NULL},
    {"inner-checksum", "none", NULL},
    {"inner-ip-id", "zero", NULL},
    {"inner-tunnel", "vxlan", NULL},
    {"inner-tunnel", "gtp-u", NULL},
    {"inner-tunnel-ip", "6", NULL},
    {"inner-hex", "00112233445566778899aabb0842", NULL},
    {"flows", "2", NULL},
    {"network", "9", NULL},
    {"mirror-share", "1/2|2/2", NULL},
    {"routed", "yes", NULL},
    {"nat", "mac", NULL},
    {"nat", "address", NULL},
    {"nat", "port", NULL},
    {"prefix-hex", "00112233", NULL},
    {"payload-hex", "0011223344", NULL},
    {"append-hex", "0011", NULL},
    {"cut", "0", NULL},
    {"payload-cut", "3", NULL},
    {"snap-outer", "40", NULL},
    {"fcs", "good", NULL},
    {"fcs", "bad", NULL},
    {"outer-fcs", "good", NULL},
    {"nesting", "2", NULL},
    {"loop", "2", NULL},
    {"fragment", "16", "df = no"},
    {"fragment", "16", NULL},
    {"fragment-overlap", "8", NULL},
    {"fragment-conflict", "yes", "fragment-overlap = 8"},
    {"fragment-lost", "second", NULL},
    {"icmp-error", "protocol", NULL},
    {"icmp-error", "mtu", NULL},
    {"icmp-copy", "2", NULL},
    {"icmp-quote", "33", NULL},
    {"icmp-mtu", "999", NULL},
    {"icmp-instead", "yes", NULL},
    {"seed", "9", NULL},
    {"from", "8500us", NULL},
    {"to", "500us", NULL},
    {"mirror-up-to", "0", NULL},
    {"sample", "2", NULL},
    {"restart-copies", "3", NULL},
    {"restart-time", "150us", NULL},
    {"restart-clock", "yes", NULL},
    {"truncate", "0", NULL},
    {"truncate-flag", "no", NULL},
    {"drop-above", "30", NULL},
    {"drop-answer", "yes", NULL},
    {"police-rate", "100pps", "police-burst = 1"},
    {"police-burst", "1", "police-rate = 10pps"},
    {"loss", "50%", NULL},
    {"run-start", "50%", NULL},
    {"run-end", "90%", NULL},
    {"run-loss", "50%", NULL},
    {"drop-copies", "2-9", NULL},
    {"corrupt", "50%", NULL},
    {"corrupt-copies", "2-9", NULL},
    {"corrupt-bits", "9", NULL},
    {"corrupt-where", "gre", NULL},
    {"corrupt-where", "erspan", NULL},
    {"snap", "20", NULL},
    {"duplicate", "80%", NULL},
    {"duplicate-copies", "2-9", NULL},
    {"duplicate-after", "2", NULL},
    {"duplicate-delay", "2ms", NULL},
    {"late", "50%", "late-by = 1"},
    {"late-by", "2", NULL},
    {"late-delay", "2ms", NULL},
    {"late-copies", "2-9+2", NULL},
    {"reorder-block", "2|3|4|5", NULL},
    {"reorder-queues", "2|3", NULL},
    {"reorder-mode", "reversed", NULL},
    {"spoof", "80%", NULL},
    {"spoof-copies", "1-9", NULL},
    {"spoof-count", "2", NULL},
    {"spoof-number", "zero", NULL},
    {"spoof-number", "random", NULL},
    {"spoof-distance", "9", NULL},
    {"spoof-ttl", "9", NULL},
    {"spoof-mac", "02:00:00:00:00:77", NULL},
    {"sessions", "b", NULL},
    {"asic-time", "9", NULL},
    {"asic-tick", "7us", NULL},
    {"granularity", "9", NULL},
    {"utc-offset", "9", NULL},
    {"ssid", "9", NULL},
    {"marker-type", "9", NULL},
    {"marker-version", "9", NULL},
    {"marker-info", "9", NULL},
    {"marker-sequence", "9", NULL},
    {"kind", "iperf|rate", NULL},
    {"duration", "1us", NULL},
    {"bytes", "3000", NULL},
    {"rate", "2Mbit", NULL},
    {"line-rate", "3Gbit", NULL},
    {"burst", "3", NULL},
    {"every", "3ms", NULL},
    {"rtt", "3ms", NULL},
    {"window", "8192", NULL},
    {"inner-mtu", "600", NULL},
    {"tso", "8000", NULL},
    {"lro-ack", "yes", NULL},
    {"file", "no-such-file", NULL},
    {"loops", "2", NULL},
};

/* The beginning of a session that shows what it does: the clock moves, sizes differ. */
#define SESSION          "[session a]\n"
#define THREE            SESSION "type = 3\n"
#define SUBHEADER(n)     THREE "subheader = yes\nplatform = " #n "\n"
#define MIRRORS(traffic) "[traffic there]\ncount = 60\n" traffic SESSION "mirror = there\n"
/* A session before it that counts for both, and another that is none of its business. */
#define SHARED(domain)                                                                             \
    "[sessions]\nsequence-domain = " domain "\n[session first]\nsequence-start = 100\n" SESSION
#define TWO_SESSIONS "[session a]\ninterval = 1ms\n[session b]\ntype = 3\ndelay = 300us\n"

/* The line that is tried stands behind each. */
static const struct context {
    enum section section;
    const char *text;
} contexts[] = {
    {SECTION_SESSION, SESSION},
    {SECTION_SESSION, SESSION "type = 1\n"},
    {SECTION_SESSION, THREE},
    {SECTION_SESSION, THREE "gra = 2\n"},
    {SECTION_SESSION, THREE "o = yes\n"},
    {SECTION_SESSION, THREE "o = yes\nsubheader = no\n"},
    {SECTION_SESSION, SUBHEADER(1)},
    {SECTION_SESSION, SUBHEADER(3)},
    {SECTION_SESSION, SUBHEADER(4)},
    {SECTION_SESSION, SUBHEADER(5)},
    {SECTION_SESSION, SUBHEADER(5) "gra = 2\n"},
    {SECTION_SESSION, SUBHEADER(7)},
    {SECTION_SESSION, SUBHEADER(42)},
    {SECTION_SESSION, SESSION "source = 2001:db8::1\ndestination = 2001:db8::2\n"},
    {SECTION_SESSION, SESSION "link = sll\n"},
    {SECTION_SESSION, SESSION "link = raw\n"},
    {SECTION_SESSION, SESSION "link = sll-without-gre\n"},
    {SECTION_SESSION, THREE "link = sll-without-gre\n"},
    {SECTION_SESSION, SESSION "udp-port = 5\n"},
    {SECTION_SESSION, SESSION "gre-flags = 0\n"},
    {SECTION_SESSION, SESSION "gre-flags = 0x1000\n"},
    {SECTION_SESSION, SESSION "gre-flags = 0xb000\n"},
    {SECTION_SESSION, SESSION "gre-key = 5\n"},
    {SECTION_SESSION, SESSION "sequence = no\n"},
    {SECTION_SESSION, SESSION "sequence = constant\n"},
    {SECTION_SESSION, SESSION "sequence-domain = none\n"},
    {SECTION_SESSION, SESSION "sequence-domain = constant\n"},
    {SECTION_SESSION, SHARED("source")},
    {SECTION_SESSION, SHARED("session-id")},
    {SECTION_SESSION, SHARED("hw-id\nhw = 0")},
    {SECTION_SESSION, SESSION "inner = udp\n"},
    {SECTION_SESSION, SESSION "inner = echo\n"},
    {SECTION_SESSION, SESSION "inner = rtp\n"},
    {SECTION_SESSION, SESSION "inner = syslog\n"},
    {SECTION_SESSION, SESSION "inner = bfd\n"},
    {SECTION_SESSION, SESSION "inner = vrrp\n"},
    {SECTION_SESSION, SESSION "inner = hsrp\n"},
    {SECTION_SESSION, SESSION "inner = ospf\n"},
    {SECTION_SESSION, SESSION "inner = lacp\n"},
    {SECTION_SESSION, SESSION "inner = rtp\ninner-ip = 6\n"},
    {SECTION_SESSION, SESSION "inner = udp\ninner-checksum = partial\n"},
    {SECTION_SESSION, SESSION "inner = udp\ninner-ip-id = zero\n"},
    {SECTION_SESSION, SESSION "inner = udp\ninner-tunnel = vxlan\n"},
    {SECTION_SESSION, SESSION "inner = tcp\ninner-tunnel = geneve\ninner-tunnel-ip = 6\n"},
    {SECTION_SESSION, SESSION "inner = tcp\ninner-tunnel = gtp-u\n"},
    {SECTION_SESSION, SESSION "inner = udp\ninner-ip = 6\ninner-tunnel = gre\n"},
    {SECTION_SESSION, SESSION "inner = udp\ninner-ip = 6\ninner-tunnel = ip\n"},
    {SECTION_SESSION, SESSION "inner = arp\ninner-tunnel = vxlan\n"},
    {SECTION_SESSION, SESSION "inner = udp\nnat = port\n"},
    {SECTION_SESSION, SESSION "inner = udp\nnat = mac\n"},
    {SECTION_SESSION, SESSION "inner = nd\n"},
    {SECTION_SESSION, SESSION "inner = arp\n"},
    {SECTION_SESSION, SESSION "inner = stp\n"},
    {SECTION_SESSION, SESSION "inner = lldp\n"},
    {SECTION_SESSION, SESSION "inner = random\n"},
    {SECTION_SESSION, SESSION "inner = udp\ninner-ip = 6\n"},
    {SECTION_SESSION, SESSION "inner = udp\ninner-mac = no\n"},
    {SECTION_SESSION, SESSION "inner = udp\ninner-vlan = 5\n"},
    {SECTION_SESSION, SESSION "inner = udp\ninner-size = 48\n"},
    {SECTION_SESSION, SESSION "inner-hex = 00\n"},
    {SECTION_SESSION, SESSION "inner-hex = 45000014000000004001000001020304050607080000\n"},
    {SECTION_SESSION, SESSION "payload-hex = 000102030405060708090a0b0c0d0e0f\n"},
    {SECTION_SESSION, THREE "payload-hex = 000102030405060708090a0b0c0d0e0f\n"},
    {SECTION_SESSION, MIRRORS("kind = iperf\n")},
    {SECTION_SESSION, MIRRORS("kind = iperf\n") "type = 3\n"},
    {SECTION_SESSION, MIRRORS("kind = rate\nrate = 1kpps\n")},
    {SECTION_SESSION, MIRRORS("kind = requests\n")},
    {SECTION_SESSION, MIRRORS("kind = periodic\nflows = 8\n")},
    {SECTION_SESSION, SESSION "prefix-hex = 0001\n"},
    {SECTION_SESSION, SESSION "cut = 58\n"},
    {SECTION_SESSION, SESSION "payload-cut = 100\n"},
    {SECTION_SESSION, SESSION "snap-outer = 120\n"},
    {SECTION_SESSION, SESSION "fcs = good\n"},
    {SECTION_SESSION, SESSION "outer-fcs = good\n"},
    {SECTION_SESSION, SESSION "nesting = 3\n"},
    {SECTION_SESSION, SESSION "loop = 3\n"},
    {SECTION_SESSION, SESSION "df = no\nfragment = 32\n"},
    {SECTION_SESSION, SESSION "icmp-error = mtu\n"},
    {SECTION_SESSION, SESSION "icmp-error = protocol\n"},
    {SECTION_SESSION, SESSION "mirror-up-to = 100\n"},
    {SECTION_SESSION, SESSION "sample = 3\n"},
    {SECTION_SESSION, SESSION "restart-copies = 3-4\n"},
    {SECTION_SESSION, SESSION "restart-time = 3ms\n"},
    {SECTION_SESSION, THREE "restart-time = 3ms\n"},
    {SECTION_SESSION, SESSION "truncate = 100\n"},
    {SECTION_SESSION, SESSION "type = 1\ntruncate = 100\n"},
    {SECTION_SESSION, SESSION "drop-above = 100\n"},
    {SECTION_SESSION, SESSION "police-rate = 800kbit\npolice-burst = 300\n"},
    {SECTION_SESSION, SESSION "loss = 40%\n"},
    {SECTION_SESSION, SESSION "from = 1500us\nrun-start = 40%\n"},
    {SECTION_SESSION, SESSION "drop-copies = 3-4\n"},
    {SECTION_SESSION, SESSION "corrupt = 40%\n"},
    {SECTION_SESSION, SESSION "corrupt-copies = 3-4\n"},
    {SECTION_SESSION, SESSION "snap = 115\n"},
    {SECTION_SESSION, SESSION "duplicate = 40%\n"},
    {SECTION_SESSION, SESSION "duplicate-copies = 3-4\n"},
    {SECTION_SESSION, SESSION "late = 40%\nlate-by = 1\n"},
    {SECTION_SESSION, SESSION "late-copies = 3+1\n"},
    {SECTION_SESSION, SESSION "reorder-block = 3\n"},
    {SECTION_SESSION, SESSION "spoof-copies = 3-4\n"},
    {SECTION_SESSION, SESSION "spoof = 40%\nspoof-number = near\n"},
    {SECTION_SESSION, SESSION "sequence = no\nspoof-copies = 3\n"},
    {SECTION_SESSION, SESSION "link = raw\nspoof-copies = 3\n"},
    {SECTION_SESSION, SESSION "link = sll-without-gre\nspoof-copies = 3\n"},
    {SECTION_SESSION, "[impairment i]\nfrom = 1500us\nloss = 20%\n" SESSION},
    {SECTION_SESSION, "[impairment i]\ndrop-above = 100\ndrop-answer = yes\n" SESSION},
    {SECTION_SESSION, "[sessions]\n"},

    {SECTION_MARKER, "[marker m]\n"},
    {SECTION_MARKER, "[marker m]\ncount = 4\n"},
    {SECTION_MARKER, "[marker m]\nlink = sll\n"},
    {SECTION_MARKER, "[marker m]\nlink = raw\n"},
    {SECTION_MARKER, "[marker m]\nsource = 2001:db8::1\ndestination = 2001:db8::2\n"},

    {SECTION_IMPAIRMENT, TWO_SESSIONS "[impairment i]\n"},
    {SECTION_IMPAIRMENT, TWO_SESSIONS "[impairment i]\nmirror-up-to = 100\n"},
    {SECTION_IMPAIRMENT, TWO_SESSIONS "[impairment i]\nsample = 3\n"},
    {SECTION_IMPAIRMENT, TWO_SESSIONS "[impairment i]\nrestart-copies = 3-4\n"},
    {SECTION_IMPAIRMENT, TWO_SESSIONS "[impairment i]\nrestart-time = 3ms\n"},
    {SECTION_IMPAIRMENT, TWO_SESSIONS "[impairment i]\nsessions = a\nrestart-time = 3ms\n"},
    {SECTION_IMPAIRMENT, TWO_SESSIONS "[impairment i]\nsessions = a\ncorrupt = 20%\n"},
    {SECTION_IMPAIRMENT, TWO_SESSIONS "[impairment i]\ntruncate = 100\n"},
    {SECTION_IMPAIRMENT, TWO_SESSIONS "[impairment i]\ndrop-above = 100\n"},
    {SECTION_IMPAIRMENT,
     TWO_SESSIONS "[impairment i]\npolice-rate = 800kbit\npolice-burst = 300\n"},
    {SECTION_IMPAIRMENT, TWO_SESSIONS "[impairment i]\nloss = 40%\n"},
    {SECTION_IMPAIRMENT, TWO_SESSIONS "[impairment i]\nrun-start = 40%\n"},
    {SECTION_IMPAIRMENT, TWO_SESSIONS "[impairment i]\ncorrupt = 40%\n"},
    {SECTION_IMPAIRMENT, TWO_SESSIONS "[impairment i]\nsnap = 50\n"},
    {SECTION_IMPAIRMENT, TWO_SESSIONS "[impairment i]\nduplicate = 40%\n"},
    {SECTION_IMPAIRMENT, TWO_SESSIONS "[impairment i]\nduplicate-copies = 3-4\n"},
    {SECTION_IMPAIRMENT, TWO_SESSIONS "[impairment i]\nlate = 40%\nlate-by = 1\n"},
    {SECTION_IMPAIRMENT, TWO_SESSIONS "[impairment i]\nlate-copies = 3+1\n"},
    {SECTION_IMPAIRMENT, TWO_SESSIONS "[impairment i]\nreorder-block = 3\n"},
    {SECTION_IMPAIRMENT, TWO_SESSIONS "[impairment i]\nspoof-copies = 3-4\n"},
    {SECTION_IMPAIRMENT, TWO_SESSIONS "[impairment i]\nspoof = 40%\nspoof-number = zero\n"},
    {SECTION_IMPAIRMENT, "[session a]\nlink = sll-without-gre\n[impairment i]\nloss = 60%\n"},
    {SECTION_IMPAIRMENT, "[session a]\npayload-hex = 00010203\n[impairment i]\nloss = 40%\n"},
    {SECTION_IMPAIRMENT, "[session a]\nsequence = no\n[impairment i]\nloss = 40%\n"},

    {SECTION_TRAFFIC, SESSION "mirror = there\n[traffic there]\n"},
    {SECTION_TRAFFIC, SESSION "mirror = there\n[traffic there]\nbytes = 40000\n"},
    {SECTION_TRAFFIC, SESSION "mirror = there\n[traffic there]\nbytes = 99000\ninner-vlan = 5\n"},
    {SECTION_TRAFFIC, SESSION "mirror = there\n[traffic there]\nbytes = 9000\nrate = 1Mbit\n"},
    {SECTION_TRAFFIC, SESSION "mirror = there\n[traffic there]\nbytes = 99000\ntso = 9000\n"},
    {SECTION_TRAFFIC, SESSION "mirror = there\n[traffic there]\nkind = rate\n"},
    {SECTION_TRAFFIC, SESSION "mirror = there\n[traffic there]\nkind = rate\nrate = 9Gbit\n"},
    {SECTION_TRAFFIC, SESSION "mirror = there\n[traffic there]\nkind = poisson\nrate = 8kpps\n"},
    {SECTION_TRAFFIC, SESSION "mirror = there\n[traffic there]\nkind = imix\n"},
    {SECTION_TRAFFIC, SESSION "mirror = there\n[traffic there]\nkind = microburst\n"},
    {SECTION_TRAFFIC, SESSION "mirror = there\n[traffic there]\nkind = requests\n"},
    {SECTION_TRAFFIC, SESSION "mirror = there\n[traffic there]\nkind = capture\nfile = FILE\n"},
    {SECTION_TRAFFIC, SESSION "mirror = there\n[traffic there]\ncount = 40\nkind = periodic\n"},
    {SECTION_TRAFFIC,
     SESSION "mirror = there\n[traffic there]\ncount = 40\nkind = periodic\ninner = bfd\n"},
    {SECTION_TRAFFIC,
     SESSION "mirror = there\n[traffic there]\ncount = 40\nkind = periodic\ninner = vrrp\n"},
    {SECTION_TRAFFIC, SESSION
     "mirror = there\n[traffic there]\ncount = 40\nkind = periodic\ninner = rtp\ninner-ip = 6\n"},
    {SECTION_TRAFFIC,
     SESSION "mirror = there\n[traffic there]\ncount = 40\nkind = periodic\ninner = arp\n"},
    {SECTION_TRAFFIC,
     SESSION "mirror = there\n[traffic there]\ncount = 40\nkind = periodic\ninner = none\n"},
    {SECTION_TRAFFIC, SESSION "mirror = there\n[traffic there]\ncount = 40\nkind = periodic\ninner "
                              "= syslog\ninner-tunnel = geneve\n"},
    {SECTION_TRAFFIC,
     SESSION "mirror = there\n[traffic there]\ncount = 40\nkind = rate\ninner-tunnel = vxlan\n"},
    {SECTION_TRAFFIC,
     SESSION "mirror = there\n[traffic there]\ncount = 40\nbytes = 40000\ninner-tunnel = gre\n"},
    {SECTION_TRAFFIC,
     SESSION "mirror = there\n[traffic there]\ncount = 40\nkind = requests\ninner-tunnel = ip\n"},
    {SECTION_TRAFFIC, SESSION "[traffic there]\nkind = rate\n"},
};

/* Three frames of a capture, a millisecond apart: to, fro, to. */
static const uint8_t capture[] = {
    0xa1, 0xb2, 0xc3, 0xd4, 0, 2, 0, 4,  0, 0, 0, 0, 0,  0, 0, 0, 0,  4, 0, 0,  0, 0, 0,
    1,    0,    0,    0,    9, 0, 0, 0,  0, 0, 0, 0, 14, 0, 0, 0, 14, 2, 0, 0,  0, 0, 1,
    2,    0,    0,    0,    0, 2, 8, 0,  0, 0, 0, 9, 0,  0, 4, 0, 0,  0, 0, 14, 0, 0, 0,
    14,   2,    0,    0,    0, 0, 2, 2,  0, 0, 0, 0, 1,  8, 0, 0, 0,  0, 9, 0,  0, 8, 0,
    0,    0,    0,    14,   0, 0, 0, 14, 2, 0, 0, 0, 0,  1, 2, 0, 0,  0, 0, 2,  8, 0,
};

enum { FRAMES_MAX = 400 };

struct record {
    GChecksum *sum;
    unsigned frames;
};

static gboolean put(void *context, const struct frame *frame, GError **error)
{
    struct record *record = context;
    const char *port = frame->interface.port == NULL ? "" : frame->interface.port;
    g_checksum_update(record->sum, (const guchar *)&frame->time_ns, sizeof frame->time_ns);
    g_checksum_update(record->sum, (const guchar *)&frame->interface.link,
                      sizeof frame->interface.link);
    g_checksum_update(record->sum, (const guchar *)port, -1);
    g_checksum_update(record->sum, frame->bytes.data, (gssize)frame->bytes.len);
    if (++record->frames < FRAMES_MAX)
        return TRUE;
    g_set_error_literal(error, g_quark_from_static_string("test"), 0, "enough");
    return FALSE;
}

/* What becomes of a scenario: a digest of its first frames, or NULL for one that is refused. */
static char *outcome(const char *text, const struct override *override)
{
    GError *error = NULL;
    struct scenario *scenario = scenario_parse(text, "it", override, override != NULL, &error);
    if (scenario == NULL) {
        g_clear_error(&error);
        return NULL;
    }
    struct record record = {g_checksum_new(G_CHECKSUM_SHA1), 0};
    const struct frame_sink sink = {.context = &record, .put = put};
    struct truth *truth = truth_new(scenario);
    char *result = NULL;
    if (simulate(scenario, truth, &sink, NULL, &error) || record.frames == FRAMES_MAX)
        result = g_strdup(g_checksum_get_string(record.sum));
    g_clear_error(&error);
    truth_free(truth);
    g_checksum_free(record.sum);
    scenario_free(scenario);
    return result;
}

/* What a context needs beyond the group that is tried. */
static char *complete(const struct context *context, const char *file, const char *beside,
                      const char *line)
{
    const char *start = "[capture]\nstart = 1700000000.123456789\n";
    char *text = g_strjoin("", start, context->text, beside == NULL ? "" : beside, "\n", line, "\n",
                           strstr(context->text, "[session ") == NULL ? SESSION : "", NULL);
    char **parts = g_strsplit(text, "FILE", 2);
    char *whole = g_strjoinv(file, parts);
    g_strfreev(parts);
    g_free(text);
    return whole;
}

/* An option may repeat what the scenario says. */
static bool says(const char *text, const char *key)
{
    char *start = g_strdup_printf("\n%s = ", key);
    bool found = strstr(text, start) != NULL;
    g_free(start);
    return found;
}

/* Whether a scenario without the key is another than with one of the values. */
static bool is_heard(const struct context *context, const struct trial *trial, const char *file,
                     bool as_option)
{
    char *plain = complete(context, file, trial->beside, "");
    char *without = outcome(plain, NULL);
    char **values = g_strsplit(trial->values, "|", -1);
    bool heard = without == NULL || (as_option && says(plain, trial->key));
    for (char **value = values; *value != NULL && !heard; value++) {
        char *line = g_strdup_printf("%s = %s", trial->key, *value);
        char *text = complete(context, file, trial->beside, line);
        struct override override = {key_find(trial->key, SECTION_ANY), *value};
        char *with = as_option ? outcome(plain, &override) : outcome(text, NULL);
        heard = g_strcmp0(with, without) != 0;
        g_free(with);
        g_free(text);
        g_free(line);
    }
    g_strfreev(values);
    g_free(without);
    g_free(plain);
    return heard;
}

static void test_every_key_has_a_trial(void)
{
    for (const struct key *key = keys; key->name != NULL; key++) {
        bool tried = key->sections == SECTION_CAPTURE;
        for (size_t i = 0; i < G_N_ELEMENTS(trials) && !tried; i++)
            tried = strcmp(trials[i].key, key->name) == 0;
        if (!tried)
            g_test_message("%s", key->name);
        g_assert_true(tried);
    }
}

/* What the parser may write: a range that the member holds, a word only where AUTO fits. */
static void test_every_row_fits_its_member(void)
{
    for (const struct key *key = keys; key->name != NULL; key++) {
        g_test_message("%s", key->name);
        g_assert_nonnull(key->help);
        if (key->automatic != NULL && key->type != KEY_RATE)
            g_assert_cmpuint(key->size, ==, sizeof(int64_t));
        if (key->type == KEY_NUMBER || key->type == KEY_SIZE) {
            g_assert_cmpuint(key->lowest, <, key->highest);
            uint64_t most = UINT64_MAX >> (64 - 8 * key->size);
            g_assert_cmpuint(key->highest, <=, key->automatic != NULL ? INT64_MAX : most);
        }
        if (key->type == KEY_SIZE)
            g_assert_cmpuint(key->size, ==, sizeof(int64_t));
        if (key->type == KEY_WORD)
            g_assert_cmpuint(key->size, ==, sizeof(unsigned));
        if (key->type == KEY_BOOL)
            g_assert_cmpuint(key->size, ==, sizeof(bool));
        g_assert_cmpint(key->type == KEY_WORD || key->type == KEY_BOOL, ==, key->words != NULL);
    }
}

/* The words that help and errors show are read back as what they say. */
static void test_words_are_read_as_they_are_shown(void)
{
    for (const struct key *key = keys; key->name != NULL; key++) {
        for (unsigned i = 0; key->words != NULL && key->words[i] != NULL; i++) {
            unsigned value = UINT_MAX;
            bool *truth = (bool *)(void *)&value;
            g_assert_true(key_parse(key, key->words[i], &value));
            g_assert_cmpuint(key->type == KEY_BOOL ? *truth : value, ==, i);
        }
        int64_t value[2] = {0};
        char text[32];
        if (key->type != KEY_NUMBER)
            continue;
        g_snprintf(text, sizeof text, "%" G_GUINT64_FORMAT, key->highest);
        g_assert_true(key_parse(key, text, value));
        g_snprintf(text, sizeof text, "0x%" G_GINT64_MODIFIER "x", key->lowest);
        g_assert_true(key_parse(key, text, value));
        if (key->highest < UINT64_MAX) {
            g_snprintf(text, sizeof text, "%" G_GUINT64_FORMAT, key->highest + 1);
            g_assert_false(key_parse(key, text, value));
        }
    }
}

static void test_every_context_is_right(gconstpointer file)
{
    for (size_t i = 0; i < G_N_ELEMENTS(contexts); i++) {
        char *text = complete(&contexts[i], file, NULL, "");
        char *result = outcome(text, NULL);
        bool empty = g_str_has_suffix(contexts[i].text, "[impairment i]\n") ||
                     g_str_has_suffix(contexts[i].text, SESSION "[traffic there]\nkind = rate\n");
        if (!empty && result == NULL)
            g_test_message("refused:\n%s", text);
        g_assert_true(empty || result != NULL);
        g_free(result);
        g_free(text);
    }
}

static void try_all(const char *file, bool as_option)
{
    unsigned ignored = 0;
    for (size_t i = 0; i < G_N_ELEMENTS(contexts); i++)
        for (size_t j = 0; j < G_N_ELEMENTS(trials); j++) {
            if (key_find(trials[j].key, contexts[i].section) == NULL ||
                is_heard(&contexts[i], &trials[j], file, as_option))
                continue;
            ignored++;
            g_test_message("%s = %s is ignored in\n%s", trials[j].key, trials[j].values,
                           contexts[i].text);
        }
    g_assert_cmpuint(ignored, ==, 0);
}

static void test_lines(gconstpointer file)
{
    try_all(file, false);
}

static void test_options(gconstpointer file)
{
    try_all(file, true);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    char *directory = g_dir_make_tmp(NULL, NULL);
    char *file = g_build_filename(directory, "three.pcap", NULL);
    g_assert_true(g_file_set_contents(file, (const char *)capture, sizeof capture, NULL));
    g_test_add_func("/keys/every-key-has-a-trial", test_every_key_has_a_trial);
    g_test_add_func("/keys/every-row-fits-its-member", test_every_row_fits_its_member);
    g_test_add_func("/keys/words-are-read-as-shown", test_words_are_read_as_they_are_shown);
    g_test_add_data_func("/keys/every-context-is-right", file, test_every_context_is_right);
    g_test_add_data_func("/keys/lines", file, test_lines);
    g_test_add_data_func("/keys/options", file, test_options);
    int status = g_test_run();
    g_unlink(file);
    g_rmdir(directory);
    g_free(file);
    g_free(directory);
    return status;
}
