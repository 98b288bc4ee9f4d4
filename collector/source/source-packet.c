/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An interface through AF_PACKET's ring of blocks (TPACKET_V3, packet_mmap in the kernel's
 * documentation). The kernel fills a block and passes it on when it is full or old. The program
 * reads the packets in place and returns the block. The filter's return value cuts packets, so
 * there always is a filter.
 *
 * Several sockets share the packets of an interface by outer source address (fanout). All packets
 * of a session, and of a source whose sessions share a sequence counter, go to one socket.
 */
#include <errno.h>
#include <linux/filter.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <pcap/pcap.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "collector/source/packet-filter.h"
#include "collector/source/source.h"
#include "common/errors.h"
#include "core/base/time-units.h"
#include "core/wire/link.h"
#include "core/wire/protocol.h"

enum {
    BLOCK_SIZE = 1 << 20,
    BLOCK_AGE_MS = 60, /* time after which the kernel passes on a block that is not full */
    /* TPACKET_ALIGN(), whose arithmetic is signed */
    ADDRESS_OFFSET = (sizeof(struct tpacket3_hdr) + TPACKET_ALIGNMENT - 1) / TPACKET_ALIGNMENT *
                     TPACKET_ALIGNMENT,
    BLOCKS_MIN = 4,
    FRAME_SIZE = 2048, /* required by the kernel, and unused in this version */
};

struct source_packet {
    struct source source;
    char *interface;
    int index; /* of the interface */
    int fd;
    bool gone; /* the interface was removed: the ring holds the last packets */
    uint32_t link;
    bool loopback; /* a loopback interface shows each packet twice: sent and received */
    uint8_t *ring;
    uint32_t blocks;
    uint32_t block;            /* the block to read next */
    uint32_t left;             /* packets of that block that are not passed on yet */
    struct tpacket3_hdr *next; /* the first of these */
    uint64_t packets;
    struct source_statistics statistics;
};

static struct tpacket_block_desc *current_block(const struct source_packet *live)
{
    return (struct tpacket_block_desc *)(void *)(live->ring + (size_t)live->block * BLOCK_SIZE);
}

/* Returns false while the kernel fills the block. */
static bool open_block(struct source_packet *live)
{
    struct tpacket_block_desc *block = current_block(live);
    if (!(__atomic_load_n(&block->hdr.bh1.block_status, __ATOMIC_ACQUIRE) & TP_STATUS_USER))
        return false;
    live->left = block->hdr.bh1.num_pkts;
    live->next =
        (struct tpacket3_hdr *)(void *)((uint8_t *)block + block->hdr.bh1.offset_to_first_pkt);
    return true;
}

static void close_block(struct source_packet *live)
{
    __atomic_store_n(&current_block(live)->hdr.bh1.block_status, TP_STATUS_KERNEL,
                     __ATOMIC_RELEASE);
    live->block = (live->block + 1) % live->blocks;
}

/* The kernel has removed the VLAN tag from the frame. PACKET_RESERVE leaves room to insert it
 * again. */
static void put_tag_back(const struct tpacket3_hdr *header, struct packet *packet)
{
    uint8_t *frame = (uint8_t *)header + header->tp_mac;
    bool has_protocol = (header->tp_status & TP_STATUS_VLAN_TPID_VALID) != 0;
    struct buffer tag = {frame - VLAN_TAG_LENGTH + ETHERNET_AT_TYPE, VLAN_TAG_LENGTH, 0, false};
    memmove(frame - VLAN_TAG_LENGTH, frame, ETHERNET_AT_TYPE);
    buffer_put16(&tag, has_protocol ? header->hv1.tp_vlan_tpid : ETHERTYPE_VLAN);
    buffer_put16(&tag, (uint16_t)header->hv1.tp_vlan_tci);
    packet->bytes = (struct bytes){frame - VLAN_TAG_LENGTH, packet->bytes.len + VLAN_TAG_LENGTH};
    packet->length += VLAN_TAG_LENGTH;
}

static void hand_on(struct source_packet *live, const struct packet_sink *sink,
                    const struct tpacket3_hdr *header)
{
    const struct sockaddr_ll *address = (const void *)((const uint8_t *)header + ADDRESS_OFFSET);
    if (live->loopback && address->sll_pkttype == PACKET_OUTGOING)
        return;
    struct packet packet = {
        .number = ++live->packets,
        .time_ns = header->tp_sec * NS_PER_SECOND + header->tp_nsec,
        .link = live->link,
        .bytes = {(const uint8_t *)header + header->tp_mac, header->tp_snaplen},
        .length = MAX(header->tp_len, header->tp_snaplen),
    };
    bool tagged = (header->tp_status & TP_STATUS_VLAN_VALID) != 0;
    if (tagged && live->link == LINK_ETHERNET && packet.bytes.len >= ETHERNET_AT_TYPE)
        put_tag_back(header, &packet);
    packet_put(sink, &packet);
}

/* Returns 0 or an errno. The socket reports "interface down" as an error, but the interface may
 * come up again. */
static int take_error(const struct source_packet *live)
{
    int number = 0;
    socklen_t length = sizeof number;
    getsockopt(live->fd, SOL_SOCKET, SO_ERROR, &number, &length);
    return number == ENETDOWN ? 0 : number;
}

static enum source_state wait_for_block(struct source_packet *live, GError **error)
{
    struct pollfd waiting = {.fd = live->fd, .events = POLLIN};
    char name[IF_NAMESIZE];
    int wrong = 0;
    if (poll(&waiting, 1, SOURCE_WAIT_MS) > 0 && (waiting.revents & (POLLERR | POLLHUP)))
        wrong = take_error(live);
    if (wrong == 0 && if_indextoname((unsigned)live->index, name) != NULL)
        return SOURCE_MORE;
    if (wrong == 0 && !live->gone) {
        live->gone = true;
        poll(&waiting, 1, 3 * BLOCK_AGE_MS); /* for the block that the kernel was filling */
        return SOURCE_MORE;
    }
    fail(error, STATUS_FAILED, "%s: %s", live->interface,
         wrong != 0 ? g_strerror(wrong) : "the interface is gone");
    return SOURCE_FAILED;
}

static enum source_state packet_dispatch(struct source *source, const struct packet_sink *sink,
                                         size_t limit, GError **error)
{
    struct source_packet *live = (struct source_packet *)source;
    if (live->left == 0 && !open_block(live))
        return wait_for_block(live, error);
    for (; live->left > 0 && limit > 0; limit--) {
        const struct tpacket3_hdr *header = live->next;
        live->left--;
        live->next =
            (struct tpacket3_hdr *)(void *)((uint8_t *)live->next + live->next->tp_next_offset);
        hand_on(live, sink, header);
    }
    if (live->left == 0)
        close_block(live);
    return SOURCE_MORE;
}

/* The kernel resets its counters when they are read. */
static void packet_statistics(struct source *source, struct source_statistics *statistics)
{
    struct source_packet *live = (struct source_packet *)source;
    struct tpacket_stats_v3 counts;
    socklen_t length = sizeof counts;
    if (getsockopt(live->fd, SOL_PACKET, PACKET_STATISTICS, &counts, &length) == 0) {
        live->statistics.received += counts.tp_packets;
        live->statistics.dropped += counts.tp_drops;
    }
    *statistics = live->statistics;
}

static void packet_close(struct source *source)
{
    struct source_packet *live = (struct source_packet *)source;
    if (live->ring != NULL)
        munmap(live->ring, (size_t)live->blocks * BLOCK_SIZE);
    if (live->fd >= 0)
        close(live->fd);
    g_free(live->interface);
    g_free(live);
}

static const struct source_class packet_class = {
    .name = "AF_PACKET, TPACKET_V3",
    .live = true,
    .times_exact = true,
    .dispatch = packet_dispatch,
    .statistics = packet_statistics,
    .close = packet_close,
};

static gboolean fail_system(const struct source_packet *live, const char *what, GError **error)
{
    return fail(error, STATUS_FAILED, "%s: %s: %s", live->interface, what, g_strerror(errno));
}

static gboolean find_link(struct source_packet *live, GError **error)
{
    struct ifreq request = {0};
    g_strlcpy(request.ifr_name, live->interface, sizeof request.ifr_name);
    if (ioctl(live->fd, SIOCGIFHWADDR, &request) != 0)
        return fail_system(live, "its link type", error);
    switch (request.ifr_hwaddr.sa_family) {
    case ARPHRD_LOOPBACK:
        live->loopback = true;
        live->link = LINK_ETHERNET;
        return TRUE;
    case ARPHRD_ETHER:
        live->link = LINK_ETHERNET;
        return TRUE;
    case ARPHRD_NONE:
    case ARPHRD_RAWIP:
        live->link = LINK_RAW;
        return TRUE;
    default:
        break;
    }
    return fail(error, STATUS_FAILED, "%s: neither Ethernet nor IP: --backend=pcap may know it",
                live->interface);
}

static gboolean attach_filter(const struct source_packet *live, struct sock_filter *code,
                              size_t length, GError **error)
{
    const struct sock_fprog program = {(unsigned short)length, code};
    if (setsockopt(live->fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) == 0)
        return TRUE;
    if (errno != EINVAL) /* the kernel checks programs more strictly than libpcap */
        return fail_system(live, "attaching the filter", error);
    return fail(error, STATUS_FAILED,
                "%s: the kernel refuses this filter; --backend=pcap can apply it itself",
                live->interface);
}

/* No socket takes packets until all have joined the fanout group. */
static gboolean take_nothing(const struct source_packet *live, GError **error)
{
    struct sock_filter nothing = BPF_STMT(BPF_RET | BPF_K, 0);
    return attach_filter(live, &nothing, 1, error);
}

/* The kernel takes a VLAN tag out of the packet before a filter sees it. libpcap asks for the tag
 * where the kernel puts it, but only in filters for an interface that it has opened itself. NULL:
 * it cannot. */
static pcap_t *open_for_tags(const struct source_packet *live, const struct receive_plan *plan)
{
    char detail[PCAP_ERRBUF_SIZE];
    if (plan->filter == NULL || strstr(plan->filter, "vlan") == NULL || live->link == LINK_RAW)
        return NULL;
    pcap_t *pcap = pcap_create(plan->interface, detail);
    if (pcap == NULL)
        return NULL;
    pcap_set_snaplen(pcap, (int)plan->snap);
    pcap_set_buffer_size(pcap, FRAME_SIZE * BLOCKS_MIN);
    if (pcap_activate(pcap) >= 0 && pcap_datalink(pcap) == DLT_EN10MB)
        return pcap;
    pcap_close(pcap);
    return NULL;
}

static gboolean take_packets(const struct source_packet *live, const struct receive_plan *plan,
                             GError **error)
{
    struct bpf_program program;
    const char *expression = plan->filter != NULL ? plan->filter : "";
    pcap_t *pcap = open_for_tags(live, plan);
    if (pcap == NULL)
        pcap = pcap_open_dead(live->link == LINK_RAW ? DLT_RAW : DLT_EN10MB, (int)plan->snap);
    gboolean good = packet_filter_compile(pcap, expression, &program, error);
    if (good) {
        /* libpcap's instructions are the kernel's under another name. */
        good = attach_filter(live, (struct sock_filter *)(void *)program.bf_insns, program.bf_len,
                             error);
        pcap_freecode(&program);
    }
    pcap_close(pcap);
    return good;
}

/* Uses fewer blocks if memory is short. */
static gboolean make_ring(struct source_packet *live, size_t buffer, GError **error)
{
    int version = TPACKET_V3;
    int reserve = VLAN_TAG_LENGTH;
    if (setsockopt(live->fd, SOL_PACKET, PACKET_VERSION, &version, sizeof version) != 0 ||
        setsockopt(live->fd, SOL_PACKET, PACKET_RESERVE, &reserve, sizeof reserve) != 0)
        return fail_system(live, "TPACKET_V3", error);
    live->blocks = (uint32_t)MAX(buffer / BLOCK_SIZE, BLOCKS_MIN);
    for (;; live->blocks /= 2) {
        struct tpacket_req3 request = {
            .tp_block_size = BLOCK_SIZE,
            .tp_block_nr = live->blocks,
            .tp_frame_size = FRAME_SIZE,
            .tp_frame_nr = live->blocks * (BLOCK_SIZE / FRAME_SIZE),
            .tp_retire_blk_tov = BLOCK_AGE_MS,
        };
        if (setsockopt(live->fd, SOL_PACKET, PACKET_RX_RING, &request, sizeof request) == 0)
            break;
        if (errno != ENOMEM || live->blocks <= BLOCKS_MIN)
            return fail_system(live, "the receive ring", error);
    }
    void *ring = mmap(NULL, (size_t)live->blocks * BLOCK_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED,
                      live->fd, 0);
    if (ring == MAP_FAILED)
        return fail_system(live, "mapping the receive ring", error);
    live->ring = ring;
    return TRUE;
}

static gboolean bind_to_interface(const struct source_packet *live, GError **error)
{
    const struct packet_mreq all = {.mr_ifindex = live->index, .mr_type = PACKET_MR_PROMISC};
    const struct sockaddr_ll address = {
        .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL), .sll_ifindex = live->index};
    if (bind(live->fd, (const struct sockaddr *)(const void *)&address, sizeof address) != 0)
        return fail_system(live, "receiving", error);
    setsockopt(live->fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &all, sizeof all);
    return TRUE;
}

/* Chooses the socket for a packet: a number computed from its outer source address, IPv4 or IPv6.
 */
static struct sock_filter by_sender[] = {
    BPF_STMT(BPF_LD | BPF_B | BPF_ABS, (uint32_t)SKF_NET_OFF),
    BPF_STMT(BPF_ALU | BPF_RSH | BPF_K, 4),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 4, 0, 2),
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)SKF_NET_OFF + 12),
    BPF_STMT(BPF_JMP | BPF_JA, 11),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 6, 0, 12),
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)SKF_NET_OFF + 8),
    BPF_STMT(BPF_MISC | BPF_TAX, 0),
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)SKF_NET_OFF + 12),
    BPF_STMT(BPF_ALU | BPF_XOR | BPF_X, 0),
    BPF_STMT(BPF_MISC | BPF_TAX, 0),
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)SKF_NET_OFF + 16),
    BPF_STMT(BPF_ALU | BPF_XOR | BPF_X, 0),
    BPF_STMT(BPF_MISC | BPF_TAX, 0),
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)SKF_NET_OFF + 20),
    BPF_STMT(BPF_ALU | BPF_XOR | BPF_X, 0),
    BPF_STMT(BPF_ALU | BPF_MUL | BPF_K, 0x9e3779b1u), /* 2^32 divided by the golden ratio */
    BPF_STMT(BPF_ALU | BPF_RSH | BPF_K, 16),
    BPF_STMT(BPF_RET | BPF_A, 0),
};

/* @p group  number of the fanout group; -1: the first socket chooses one. */
static gboolean join(const struct source_packet *live, int *group, GError **error)
{
    static const struct sock_fprog program = {G_N_ELEMENTS(by_sender), by_sender};
    enum { MODE = PACKET_FANOUT_CBPF << 16, NEW = PACKET_FANOUT_FLAG_UNIQUEID << 16 };
    bool first = *group < 0;
    int request = first ? MODE | NEW : *group | MODE;
    socklen_t length = sizeof *group;
    if (setsockopt(live->fd, SOL_PACKET, PACKET_FANOUT, &request, sizeof request) != 0)
        return fail_system(live, "sharing packets between threads", error);
    if (!first)
        return TRUE;
    if (getsockopt(live->fd, SOL_PACKET, PACKET_FANOUT, group, &length) != 0 ||
        setsockopt(live->fd, SOL_PACKET, PACKET_FANOUT_DATA, &program, sizeof program) != 0)
        return fail_system(live, "sharing packets between threads", error);
    *group &= 0xffff;
    return TRUE;
}

static gboolean open_socket(struct source_packet *live, GError **error)
{
    live->index = (int)if_nametoindex(live->interface);
    if (live->index == 0)
        return fail(error, STATUS_FAILED, "%s: there is no such interface", live->interface);
    live->fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
    if (live->fd >= 0)
        return TRUE;
    if (errno == EPERM || errno == EACCES)
        return fail(error, STATUS_FAILED,
                    "%s: only root, or a program with CAP_NET_RAW, may receive from it",
                    live->interface);
    return fail_system(live, "AF_PACKET", error);
}

static struct source_packet *open_one(const struct receive_plan *plan, GError **error)
{
    struct source_packet *live = g_new0(struct source_packet, 1);
    live->source.class = &packet_class;
    live->interface = g_strdup(plan->interface);
    live->fd = -1;
    if (open_socket(live, error) && find_link(live, error) && take_nothing(live, error) &&
        make_ring(live, plan->buffer / plan->threads, error) && bind_to_interface(live, error))
        return live;
    packet_close(&live->source);
    return NULL;
}

gboolean source_packet_open(const struct receive_plan *plan, GPtrArray *sources, GError **error)
{
    int group = -1;
    for (unsigned i = 0; i < plan->threads; i++) {
        struct source_packet *live = open_one(plan, error);
        if (live == NULL)
            return FALSE;
        g_ptr_array_add(sources, &live->source);
        if (plan->threads > 1 && !join(live, &group, error))
            return FALSE;
    }
    for (guint i = 0; i < sources->len; i++)
        if (!take_packets(g_ptr_array_index(sources, i), plan, error))
            return FALSE;
    return TRUE;
}
