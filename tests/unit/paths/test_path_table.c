/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Stories of frames that pass the points A, B and C. A word is a frame at a point: "A1" is frame 1
 * of flow 0, "B203" frame 3 of flow 2. Each takes 10 us. Letters behind it:
 *
 *     -  the mirror numbered the copy, but lost it
 *     c  the point shows another content (frame 1 is frame 1001 there)
 *     f  the frame is a fragment        g  it is for a group of receivers
 *     o  its TTL is 1 at A              n  the copy has no number
 *     s  the copy holds too little of the frame
 *     i  it has no IP ID
 *     l  the copy comes behind the next one of its point
 *     b  the IP packet is a big one
 *
 * "." is a pause of 60 ms, in which nothing comes.
 */
#include "core/paths/path-table.h"

#include <glib.h>
#include <stdlib.h>
#include <string.h>

#include "core/report/copy-pipeline.h"
#include "core/wire/protocol.h"

enum {
    FRAME_LENGTH = 80,
    BIG_LENGTH = 1500, /* of which FRAME_LENGTH is captured */
    POINTS = 3,
    FLOW_AT = 100, /* frames of a flow */
    CHANGED = 1000,
    ID_AT = 256,
    STEP_US = 10,
    PAUSE_MS = 60,
    MEMORY = 4 << 20
};

#define START_NS INT64_C(1700000000000000000)

struct bench {
    struct session_table *sessions;
    struct analysis *analysis;
    struct path_table *paths;
    uint32_t numbers[POINTS];
    uint64_t frame;
    int64_t now_ns;
    GArray *steps;    /* struct path_step, by frame: what was told last */
    GHashTable *lost; /* places of frames that are told to be lost, of the pair A, B */
};

static void note_step(void *data, const struct path_step *step)
{
    struct bench *bench = data;
    if (bench->steps->len <= step->frame)
        g_array_set_size(bench->steps, (guint)step->frame + 1);
    g_array_index(bench->steps, struct path_step, step->frame) = *step;
}

static void note_absence(void *data, const struct path_absence *absence)
{
    struct bench *bench = data;
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

static const struct path_step *step_of(const struct bench *bench, guint frame)
{
    return &g_array_index(bench->steps, struct path_step, frame);
}

static void bench_begin(struct bench *bench)
{
    const struct analysis_policy policy = {.domain = DOMAIN_AS_SESSION};
    *bench = (struct bench){
        .sessions = session_table_new(SESSION_LIMIT_DEFAULT),
        .analysis = analysis_new(&policy),
        .paths = path_table_new(MEMORY),
        .now_ns = START_NS,
        .steps = g_array_new(FALSE, TRUE, sizeof(struct path_step)),
        .lost = g_hash_table_new(g_direct_hash, g_direct_equal),
    };
    const struct path_watcher watcher = {bench, note_step, note_absence};
    path_table_watch(bench->paths, &watcher);
}

static void bench_end(struct bench *bench)
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
    ip[IPV4_AT_SOURCE] = 10;
    ip[IPV4_AT_DESTINATION] = strchr(letters, 'g') != NULL ? 239 : 10;
    ip[IPV4_AT_DESTINATION + 3] = 1;
    put_u16(ip + IPV4_MIN_LENGTH, 5000 + number % CHANGED / FLOW_AT);
    put_u16(ip + IPV4_MIN_LENGTH + 2, 80);
    put_u16(ip + IPV4_MIN_LENGTH + 8, number);
}

static void take(struct bench *bench, unsigned point, unsigned number, const char *letters)
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

static void tell_part(struct bench *bench, const char *story)
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

static void tell(struct bench *bench, const char *story)
{
    tell_part(bench, story);
    path_table_end(bench->paths);
}

static const struct path_pair *pair_of(const struct bench *bench, char from, char to)
{
    for (unsigned i = 0; i < path_table_pair_count(bench->paths); i++) {
        const struct path_pair *pair = path_table_pair(bench->paths, i);
        if (path_table_point(bench->paths, pair->from)->key.id == from - 'A' &&
            path_table_point(bench->paths, pair->to)->key.id == to - 'A')
            return pair;
    }
    return NULL;
}

struct story {
    const char *name;
    const char *words;
    uint64_t both; /* of A and B, as all that follow */
    uint64_t only_from;
    uint64_t only_to;
    uint64_t lost;
};

static const struct story stories[] = {
    {"nothing is lost", "A1 B1 A2 B2 A3 B3", 3, 0, 0, 0},
    {"one is lost", "A1 B1 A2 A3 B3", 2, 1, 0, 1},
    {"a run is lost", "A1 B1 A2 A3 A4 A5 B5", 2, 3, 0, 3},
    {"B's mirror lost it", "A1 B1 A2 B2- A3 B3", 2, 1, 0, 0},
    {"the network and B's mirror lost one each", "A1 B1 A2 A3 B3- A4 B4 A5 A6 B6", 3, 3, 0, 1},
    {"B's mirror lost another one before", "A1 B1 A2 B2- A3 B3 A4 A5 B5", 3, 2, 0, 1},
    {"A's mirror lost it", "A1 B1 A2- B2 A3 B3", 2, 0, 1, 0},
    {"A's mirror lost a copy of a frame that the network lost", "A1 B1 A2- A3 B3", 2, 0, 0, 0},
    {"nothing of the flow came before", "A1 A2 B2 A3 B3", 2, 1, 0, 0},
    {"nothing of the flow comes after", "A1 B1 A2 B2 A3", 2, 1, 0, 0},
    {"another flow came after", "A1 B1 A2 A101 B101", 2, 1, 0, 0},
    {"the flow of B is another one", "A1 B101 A2 B102 A3 B103", 0, 0, 0, 0},
    {"a flow that goes elsewhere", "A1 B1 A101 A2 B2 A102 A3 B3", 3, 0, 0, 0},
    {"B has no numbers", "A1 B1n A2 A3 B3n", 2, 1, 0, 0},
    {"B shows it changed", "A1 B1 A2 B2c A3 B3", 2, 1, 1, 0},
    {"B shows too little of it", "A1 B1 A2 B2s A3 B3", 2, 1, 0, 0},
    {"B shows something of another flow", "A1 B1 A2 B501 A3 B3", 2, 1, 0, 1},
    {"it is a fragment", "A1 B1 A2f A3 B3", 2, 1, 0, 0},
    {"its TTL ends before B", "A1 B1 A2o A3 B3", 2, 1, 0, 0},
    {"it is for a group", "A1g B1g A2g A3g B3g", 2, 1, 0, 0},
    {"A shows it at two ports", "A1 B1 A2 A2 A3 B3", 2, 1, 0, 1},
    {"A shows it at two ports, B at one", "A1 B1 A2 A2 B2 A3 B3", 3, 0, 0, 0},
    {"A shows two alike", "A1 B1 A2i A2i A3 B3", 2, 2, 0, 0},
    {"A shows two alike, B one", "A1 B1 A2i A2i B2i A3 B3", 3, 1, 0, 0},
    {"B's copy comes first", "A1 B1 A9 B9 A8 B8 B2 A2 A3 A4 B4 A5 B5 A6 B6", 7, 1, 0, 1},
    {"frames overtake each other", "A1 B1 A9 B9 A8 B8 A2 A3 A4 B4 B2 A5 B5 A6 B6 A7 B7", 8, 1, 0,
     1},
    {"a pause", "A1 B1 . A2 . A3 B3", 2, 1, 0, 1},
    {"it comes long after, unmatched", "A1 B1 A2 . . . B2 A3 B3", 2, 1, 1, 0},
    {"B's copies come late", "A1 B1 A9 B9 A8 B8 A2 A3 B3- A4 B4 B3l A5 B5 A6 B6", 7, 1, 0, 1},
};

static void test_story(gconstpointer data)
{
    const struct story *story = data;
    struct bench bench;
    bench_begin(&bench);
    tell(&bench, story->words);
    const struct path_pair *pair = pair_of(&bench, 'A', 'B');
    const struct path_pair none = {0};
    g_assert_true((pair != NULL) == (story->both > 0));
    pair = pair != NULL ? pair : &none;
    g_assert_cmpuint(pair->both, ==, story->both);
    g_assert_cmpuint(pair->only_from, ==, story->only_from);
    g_assert_cmpuint(pair->only_to, ==, story->only_to);
    g_assert_cmpuint(pair->lost, ==, story->lost);
    g_assert_cmpuint(g_hash_table_size(bench.lost), ==, story->lost);
    g_assert_cmpuint(pair->bypassed, ==, 0);
    g_assert_null(pair_of(&bench, 'B', 'A'));
    bench_end(&bench);
}

static void test_three_points(void)
{
    struct bench bench;
    bench_begin(&bench);
    /* B does not show 2 and 5, though C does: it does not copy all frames. C does not show 4. */
    tell(&bench, "A1 B1 C1 A2 C2 A3 B3 C3 A4 B4 A5 C5 A6 B6 C6");
    const struct path_pair *first = pair_of(&bench, 'A', 'B');
    g_assert_cmpuint(first->both, ==, 4);
    g_assert_cmpuint(first->only_from, ==, 2);
    g_assert_cmpuint(first->lost, ==, 0);
    g_assert_cmpuint(first->bypassed, ==, 2);
    const struct path_pair *second = pair_of(&bench, 'B', 'C');
    g_assert_cmpuint(second->both, ==, 3);
    g_assert_cmpuint(second->only_from, ==, 1);
    g_assert_cmpuint(second->only_to, ==, 2);
    const struct path_pair *both = pair_of(&bench, 'A', 'C');
    g_assert_cmpuint(both->both, ==, 5);
    g_assert_cmpuint(both->lost, ==, 1);
    g_assert_cmpint(both->hops, ==, 2);
    bench_end(&bench);
}

/* Frames are those of the capture: a word makes one, unless the mirror loses it. */
static void test_steps(void)
{
    static const struct {
        const char *words;
        guint frame;
        uint64_t before;
        uint64_t after;
        int64_t delay_us;
        int hops;
    } rows[] = {
        {"A1 B1 C1", 1, 0, 2, 0, 0},
        {"A1 B1 C1", 2, 1, 3, 10, 1},
        {"A1 B1 C1", 3, 2, 0, 10, 1},
        {"A1 C1 B1", 2, 3, 0, -10, 1},            /* C's copy comes before B's, */
        {"A1 C1 B1", 3, 1, 2, 20, 1},             /* whose TTL stands between */
        {"A1 B1 A2 C2 A3 B3 C3", 4, 3, 0, 10, 2}, /* B does not show 2 */
        {"B1 A1", 1, 2, 0, -10, 1},
        {"B1 A1", 2, 0, 1, 0, 0},
        {"A1 B1 A2 A3 B3", 5, 4, 0, 10, 1},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct bench bench;
        bench_begin(&bench);
        tell(&bench, rows[i].words);
        const struct path_step *step = step_of(&bench, rows[i].frame);
        g_assert_cmpuint(step->frame, ==, rows[i].frame);
        g_assert_cmpuint(step->before, ==, rows[i].before);
        g_assert_cmpuint(step->after, ==, rows[i].after);
        g_assert_cmpint(step->delay.ns, ==, rows[i].delay_us * NS_PER_US);
        g_assert_cmpint(step->hops, ==, rows[i].hops);
        bench_end(&bench);
    }
}

/* A frame of which no other point tells has no step. */
static void test_no_step(void)
{
    struct bench bench;
    bench_begin(&bench);
    tell(&bench, "A1 B1 A2 A3 B3");
    g_assert_cmpuint(step_of(&bench, 3)->frame, ==, 0);
    bench_end(&bench);
}

/* To ask what it would be if nothing came any more changes nothing of what comes. */
static void test_ended(void)
{
    struct bench bench;
    bench_begin(&bench);
    tell_part(&bench, "A1 B1 A2 A3 B3 . . . A4 B4 A5");
    struct path_table *ended = path_table_ended(bench.paths);
    g_assert_cmpuint(path_table_pair_count(ended), ==, 1);
    g_assert_cmpuint(path_table_pair(ended, 0)->both, ==, 3);
    g_assert_cmpuint(path_table_pair(ended, 0)->only_from, ==, 2);
    g_assert_cmpuint(path_table_pair(ended, 0)->lost, ==, 1);
    path_table_free(ended);
    g_assert_cmpuint(pair_of(&bench, 'A', 'B')->both, ==, 2);
    tell(&bench, "B5 A6 B6");
    g_assert_cmpuint(pair_of(&bench, 'A', 'B')->both, ==, 5);
    g_assert_cmpuint(pair_of(&bench, 'A', 'B')->only_from, ==, 1);
    g_assert_cmpuint(pair_of(&bench, 'A', 'B')->lost, ==, 1);
    g_assert_cmpuint(pair_of(&bench, 'A', 'B')->delays[PATH_ARRIVAL].histogram->count, ==, 5);
    g_assert_null(path_table_ended(NULL));
    bench_end(&bench);
}

/* By arrival: each word takes 10 us. */
static void test_delays(void)
{
    struct bench bench;
    bench_begin(&bench);
    tell(&bench, "A1 B1 A2 A3 B2 B3 A4 B4");
    const struct path_pair *pair = pair_of(&bench, 'A', 'B');
    const struct delay_histogram *delays = pair->delays[PATH_ARRIVAL].histogram;
    g_assert_cmpuint(delays->count, ==, 4);
    g_assert_cmpint(delays->min_ns, ==, 10 * NS_PER_US);
    g_assert_cmpint(delays->max_ns, ==, 20 * NS_PER_US);
    g_assert_cmpint(delays->sum_ns, ==, (10 + 20 + 20 + 10) * NS_PER_US);
    g_assert_null(pair->delays[PATH_ONE_CLOCK].histogram);
    g_assert_cmpint(pair->order, ==, PATH_BY_TTL);
    g_assert_cmpint(pair->hops, ==, 1);
    g_assert_cmpuint(pair->macs_changed, ==, 4);
    g_assert_cmpuint(pair->reordered, ==, 0);
    bench_end(&bench);
}

/* A mirror that drops frames above a length before it numbers them loses no number. */
static void test_longer_than_shown(void)
{
    static const struct {
        const char *words;
        uint64_t lost;
        uint64_t longer;
    } rows[] = {
        {"A1 B1 A2b A3 B3", 0, 1},
        {"A1 B1 A2b A3 A4b B3", 0, 1},         /* nothing comes after 4 */
        {"A1 B1 A2b B2- A3 B3", 0, 0},         /* B's mirror lost a copy there anyway */
        {"A1 B1 A2b A3 A4 B4", 1, 1},          /* 3 is as short as others */
        {"A1 B1 A2b B2b A3b A4 B4", 1, 0},     /* B has shown one as long */
        {"A101b B101b A1 B1 A2b A3 B3", 1, 0}, /* of another flow */
        {"A1 B1 A2b A3 B3 B901b", 1, 0},       /* alone, before 2 is judged */
        {"A1 B1 A2b A3 B3 . . . A4 B4 . . . A5 B5 A6b B6b", 0, 1}, /* when 2 is judged */
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct bench bench;
        bench_begin(&bench);
        tell(&bench, rows[i].words);
        const struct path_pair *pair = pair_of(&bench, 'A', 'B');
        g_assert_cmpuint(pair->lost, ==, rows[i].lost);
        g_assert_cmpuint(pair->longer, ==, rows[i].longer);
        g_assert_cmpuint(pair->lost + pair->longer, <=, pair->only_from);
        bench_end(&bench);
    }
}

static void test_reordering(void)
{
    struct bench bench;
    bench_begin(&bench);
    /* 2 and 3 come to B behind 4, which passed A later. */
    tell(&bench, "A1 B1 A2 A3 A4 B4 B2 B3 A5 B5");
    g_assert_cmpuint(pair_of(&bench, 'A', 'B')->reordered, ==, 2);
    g_assert_cmpuint(pair_of(&bench, 'A', 'B')->lost, ==, 0);
    bench_end(&bench);
    /* B shows the first frame before A does. Frame 1 is judged between the copies of frame 2. */
    bench_begin(&bench);
    tell(&bench, "B1 A1 . A2 A3 B3 . A4 B2 B4");
    g_assert_cmpuint(pair_of(&bench, 'A', 'B')->both, ==, 4);
    g_assert_cmpuint(pair_of(&bench, 'A', 'B')->reordered, ==, 1);
    bench_end(&bench);
}

/* A mirror that is off for a while leaves no gap in its numbers: nothing is claimed of a long
 * silence, whether one flow fell silent or many. */
static void test_silence(void)
{
    for (unsigned flows = 1; flows <= 5; flows += 4) {
        GString *words = g_string_new(NULL);
        for (unsigned flow = 0; flow < flows; flow++)
            g_string_append_printf(words, "A%u B%u ", 100 * flow + 1, 100 * flow + 1);
        for (unsigned i = 2; i < 2 + 20 / flows; i++)
            for (unsigned flow = 0; flow < flows; flow++)
                g_string_append_printf(words, ". A%u ", 100 * flow + i);
        for (unsigned flow = 0; flow < flows; flow++)
            g_string_append_printf(words, "A%u B%u ", 100 * flow + 90, 100 * flow + 90);
        struct bench bench;
        bench_begin(&bench);
        tell(&bench, words->str);
        g_assert_cmpuint(pair_of(&bench, 'A', 'B')->only_from, ==, 20);
        g_assert_cmpuint(pair_of(&bench, 'A', 'B')->lost, ==, 0);
        g_assert_cmpuint(g_hash_table_size(bench.lost), ==, 0);
        bench_end(&bench);
        g_string_free(words, TRUE);
    }
}

/* Whatever comes, memory stays, and nothing is claimed. */
static void test_many_points(void)
{
    struct bench bench;
    bench_begin(&bench);
    for (unsigned i = 0; i < 2 * PATH_POINTS_MAX; i++) {
        const struct session_key key = {.source = {4, {198, 51, (uint8_t)(i >> 8), (uint8_t)i}},
                                        .id = 1};
        struct copy copy = {.header.type = ERSPAN_TYPE_II,
                            .session = session_get(bench.sessions, &key)};
        session_appear(bench.sessions, copy.session);
        const struct analysis_finding finding = {.counts = true};
        const struct analysis_place place = {.frame = i + 1, .arrival_ns = START_NS, .depth = 1};
        path_table_take(bench.paths, &place, &copy, &(struct fingerprint_frame){0},
                        (struct bytes){NULL, 0}, &finding);
    }
    g_assert_cmpuint(path_table_point_count(bench.paths), ==, PATH_POINTS_MAX);
    g_assert_cmpuint(path_table_given_up(bench.paths), ==, PATH_POINTS_MAX);
    bench_end(&bench);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(stories); i++) {
        g_autofree char *path = g_strdup_printf("/path-table/story/%s", stories[i].name);
        g_test_add_data_func(path, &stories[i], test_story);
    }
    g_test_add_func("/path-table/steps", test_steps);
    g_test_add_func("/path-table/no-step", test_no_step);
    g_test_add_func("/path-table/ended", test_ended);
    g_test_add_func("/path-table/three-points", test_three_points);
    g_test_add_func("/path-table/delays", test_delays);
    g_test_add_func("/path-table/longer-than-shown", test_longer_than_shown);
    g_test_add_func("/path-table/reordering", test_reordering);
    g_test_add_func("/path-table/silence", test_silence);
    g_test_add_func("/path-table/many-points", test_many_points);
    return g_test_run();
}
