/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/unit/support/path-bench.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/checksum.h"
#include "core/report/copy-pipeline.h"
#include "core/wire/protocol.h"

enum {
    FRAME_LENGTH = 80,
    BIG_LENGTH = 1500, /* of which FRAME_LENGTH is captured */
    FLOW_AT = 100,     /* frames of a flow */
    CHANGED = 1000,
    ID_AT = 256,
    STEP_US = 10,
    PAUSE_MS = 60,
    MEMORY = 4 << 20
};

static void note_step(void *data, const struct path_step *step)
{
    struct path_bench *bench = data;
    if (bench->steps->len <= step->frame)
        g_array_set_size(bench->steps, (guint)step->frame + 1);
    g_array_index(bench->steps, struct path_step, step->frame) = *step;
}

static void note_absence(void *data, const struct path_absence *absence)
{
    struct path_bench *bench = data;
    const struct path_pair *pair = path_table_pair(bench->paths, absence->pair);
    gpointer frame = GUINT_TO_POINTER((guint)absence->frame);
    g_assert_cmpuint(absence->frame, <=, bench->frame);
    if (path_table_point(bench->paths, pair->from)->key.id != 0 ||
        path_table_point(bench->paths, pair->to)->key.id != 1)
        return;
    if (absence->lost)
        g_hash_table_add(bench->lost, frame);
    else
        g_hash_table_remove(bench->lost, frame);
}

const struct path_step *path_bench_step(const struct path_bench *bench, guint frame)
{
    return &g_array_index(bench->steps, struct path_step, frame);
}

void path_bench_begin(struct path_bench *bench)
{
    const struct analysis_policy policy = {.domain = DOMAIN_AS_SESSION};
    *bench = (struct path_bench){
        .sessions = session_table_new(SESSION_LIMIT_DEFAULT),
        .analysis = analysis_new(&policy),
        .paths = path_table_new(MEMORY),
        .now_ns = PATH_BENCH_START_NS,
        .steps = g_array_new(FALSE, TRUE, sizeof(struct path_step)),
        .lost = g_hash_table_new(g_direct_hash, g_direct_equal),
    };
    const struct path_watcher watcher = {bench, note_step, note_absence};
    path_table_watch(bench->paths, &watcher);
}

void path_bench_end(struct path_bench *bench)
{
    g_array_free(bench->steps, TRUE);
    g_hash_table_destroy(bench->lost);
    path_table_free(bench->paths);
    analysis_free(bench->analysis);
    session_table_free(bench->sessions);
}

static void put_u16(uint8_t *out, unsigned value)
{
    out[0] = (uint8_t)(value >> 8);
    out[1] = (uint8_t)value;
}

/* Over the pseudo-header too, in which the addresses are followed by the protocol and the length.
 */
static uint16_t udp_checksum(const uint8_t *ip, size_t length)
{
    uint8_t rest[4] = {0, ip[IPV4_AT_PROTOCOL]};
    put_u16(rest + 2, (unsigned)length);
    uint32_t sum = internet_checksum_add(0, (struct bytes){ip + IPV4_AT_SOURCE, 8});
    sum = internet_checksum_add(sum, (struct bytes){rest, sizeof rest});
    sum = internet_checksum_add(sum, (struct bytes){ip + IPV4_MIN_LENGTH, length});
    return internet_checksum_end(sum);
}

/* Ethernet, IPv4, UDP. Each router takes 1 off the TTL and puts its own MAC addresses. */
static void write_frame(uint8_t frame[FRAME_LENGTH], unsigned point, unsigned number,
                        const char *letters)
{
    memset(frame, 0, FRAME_LENGTH);
    frame[5] = (uint8_t)(point + 1);
    frame[11] = (uint8_t)point;
    put_u16(frame + 12, ETHER_TYPE_IPV4);
    uint8_t *ip = frame + ETHERNET_LENGTH;
    ip[0] = 0x45;
    put_u16(ip + IPV4_AT_LENGTH,
            strchr(letters, 'b') != NULL ? BIG_LENGTH : FRAME_LENGTH - ETHERNET_LENGTH);
    put_u16(ip + IPV4_AT_ID, strchr(letters, 'i') != NULL ? 0 : ID_AT + number);
    if (strchr(letters, 'f') != NULL)
        put_u16(ip + IPV4_AT_FRAGMENT, IPV4_MORE_FRAGMENTS);
    ip[IPV4_AT_TTL] = (uint8_t)((strchr(letters, 'o') != NULL ? 1 : 64) - point);
    ip[IPV4_AT_PROTOCOL] = IP_PROTOCOL_UDP;
    ip[IPV4_AT_DESTINATION] = strchr(letters, 'g') != NULL ? 239 : 10;
    ip[IPV4_AT_DESTINATION + 3] = 1;
    bool translated = strchr(letters, 't') != NULL;
    const size_t length = FRAME_LENGTH - ETHERNET_LENGTH - IPV4_MIN_LENGTH;
    uint8_t *udp = ip + IPV4_MIN_LENGTH;
    ip[IPV4_AT_SOURCE] = translated ? 100 : 10;
    put_u16(udp, (translated ? 40000 : 5000) + number % CHANGED / FLOW_AT);
    put_u16(udp + 2, 80);
    put_u16(udp + UDP_AT_LENGTH, (unsigned)length);
    put_u16(udp + UDP_LENGTH, strchr(letters, 'u') != NULL ? 7 : number);
    put_u16(udp + UDP_AT_CHECKSUM, udp_checksum(ip, length));
}

static void take(struct path_bench *bench, unsigned point, unsigned number, const char *letters)
{
    uint8_t frame[FRAME_LENGTH];
    write_frame(frame, point, number, letters);
    const struct session_key key = {
        .source = {4, {192, 0, 2, 1}}, .destination = {4, {192, 0, 2, 2}}, .id = (int64_t)point};
    size_t kept = strchr(letters, 's') != NULL ? ETHERNET_LENGTH + IPV4_MIN_LENGTH : FRAME_LENGTH;
    struct copy copy = {
        .header = {.type = ERSPAN_TYPE_II, .session = (uint16_t)point},
        .has_sequence = strchr(letters, 'n') == NULL,
        .sequence = bench->numbers[point] - (strchr(letters, 'l') != NULL ? 2 : 0),
        .session = session_get(bench->sessions, &key),
        .inner.kind = FRAME_ETHERNET,
        .inner_captured = kept,
        .inner_length = kept,
        .mirrored_length = FRAME_LENGTH,
        .cut = kept < FRAME_LENGTH,
    };
    session_appear(bench->sessions, copy.session);
    const struct analysis_place place = {
        .frame = ++bench->frame, .arrival_ns = bench->now_ns, .depth = 1};
    struct copy_digest digest;
    struct analysis_finding finding;
    copy_digest_read(bench->analysis, &copy, (struct bytes){frame, FRAME_LENGTH}, &digest);
    copy_analyse(bench->analysis, &place, &copy, &digest, &finding);
    copy_follow(bench->paths, bench->analysis, &place, &copy, &digest, &finding);
}

void path_bench_tell_part(struct path_bench *bench, const char *story)
{
    char **words = g_strsplit(story, " ", -1);
    for (char **word = words; *word != NULL; word++) {
        if (**word == '\0')
            continue;
        bench->now_ns += STEP_US * NS_PER_US;
        if (**word == '.') {
            bench->now_ns += PAUSE_MS * NS_PER_MS;
            continue;
        }
        char *letters;
        unsigned number = (unsigned)strtoul(*word + 1, &letters, 10);
        unsigned point = (unsigned)(**word - 'A');
        if (strchr(letters, 'c') != NULL)
            number += CHANGED;
        if (strchr(letters, '-') == NULL)
            take(bench, point, number, letters);
        bench->numbers[point] += strchr(letters, 'l') == NULL;
    }
    g_strfreev(words);
}

void path_bench_tell(struct path_bench *bench, const char *story)
{
    path_bench_tell_part(bench, story);
    path_table_end(bench->paths);
}

const struct path_pair *path_bench_pair(const struct path_bench *bench, char from, char to)
{
    for (unsigned i = 0; i < path_table_pair_count(bench->paths); i++) {
        const struct path_pair *pair = path_table_pair(bench->paths, i);
        if (path_table_point(bench->paths, pair->from)->key.id == from - 'A' &&
            path_table_point(bench->paths, pair->to)->key.id == to - 'A')
            return pair;
    }
    return NULL;
}
