/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * libpcap: slower than the others, but portable.
 */
#include "generator/send/backend.h"

#include <errno.h>
#include <pcap/pcap.h>
#include <string.h>

#include "common/errors.h"

/* The interface is opened for sending. Received packets are discarded. */
static bool take_nothing(pcap_t *pcap)
{
    struct bpf_insn refuse = BPF_STMT(BPF_RET | BPF_K, 0);
    struct bpf_program program = {.bf_len = 1, .bf_insns = &refuse};
    return pcap_setfilter(pcap, &program) == 0;
}

static void *open_failed(pcap_t *pcap, const struct egress *egress, int status, GError **error)
{
    bool denied = status == PCAP_ERROR_PERM_DENIED;
    const char *words = pcap_geterr(pcap);
    if (denied)
        backend_refused(egress, "libpcap", EPERM, error);
    else
        fail(error, STATUS_FAILED, "%s: libpcap: %s", egress->name,
             words[0] != '\0' ? words : pcap_statustostr(status));
    pcap_close(pcap);
    return NULL;
}

static void *open_pcap(const struct egress *egress, GError **error)
{
    char words[PCAP_ERRBUF_SIZE] = "";
    pcap_t *pcap = pcap_create(egress->name, words);
    if (pcap == NULL) {
        fail(error, STATUS_FAILED, "%s: libpcap: %s", egress->name, words);
        return NULL;
    }
    int status = pcap_set_snaplen(pcap, 64);
    if (status == 0)
        status = pcap_activate(pcap);
    if (status < 0 || !take_nothing(pcap))
        return open_failed(pcap, egress, status, error);
    return pcap;
}

static void send_frames(void *state, const struct bytes *frames, size_t count, int *outcomes)
{
    for (size_t i = 0; i < count; i++)
        outcomes[i] = pcap_inject(state, frames[i].data, frames[i].len) < 0 ? errno : 0;
}

static void close_pcap(void *state)
{
    pcap_close(state);
}

const struct backend backend_pcap = {
    .name = "pcap",
    .help = "libpcap, pcap_inject()",
    .open = open_pcap,
    .send = send_frames,
    .close = close_pcap,
};
