/* SPDX-License-Identifier: GPL-2.0-or-later */
/* send-frames DEVICE PCAP GAP_US: sends each frame of a little-endian pcap file, through a packet
 * socket. The file's times do not matter. */
#include <linux/if_packet.h>
#include <net/if.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

struct record {
    uint32_t seconds, fraction, captured, length;
};

int main(int argc, char **argv)
{
    static unsigned char frame[1 << 16];
    struct record record;
    if (argc != 4)
        return 2;
    struct sockaddr_ll device = {.sll_family = AF_PACKET,
                                 .sll_ifindex = (int)if_nametoindex(argv[1])};
    FILE *file = fopen(argv[2], "rb");
    int socket_fd = socket(AF_PACKET, SOCK_RAW, 0);
    if (file == NULL || fseek(file, 24, SEEK_SET) != 0 || socket_fd < 0 ||
        bind(socket_fd, (struct sockaddr *)&device, sizeof device) != 0) {
        perror("send-frames");
        return 1;
    }
    while (fread(&record, sizeof record, 1, file) == 1 && record.captured <= sizeof frame &&
           fread(frame, 1, record.captured, file) == record.captured) {
        if (send(socket_fd, frame, record.captured, 0) < 0)
            perror(argv[1]);
        usleep((useconds_t)atoi(argv[3]));
    }
    return 0;
}
