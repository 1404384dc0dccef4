/* A yardstick for test-env/bench, not a tunnel: the superpackets of a TUN device go to one peer over
 * UDP as they are, in plain text, by the kernel's segmentation offload in both directions. What a
 * user-space tunnel does beyond this, it does in user space.
 *
 *   plaintext-relay INTERFACE PEER_IPV4 PORT
 *
 * Makes the interface, which then needs an MTU, routes and "up"; ends with SIGTERM.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif
#ifndef UDP_GRO
#define UDP_GRO 104
#endif

/* vnet header and packet travel together; datagrams fit an MTU of 1500. */
enum { DATAGRAM = 1440, LONGEST = 10 + 65535 };

struct relay {
  int tun;
  int udp;
  struct sockaddr_in peer;
};

static void fail(const char *what) {
  fprintf(stderr, "plaintext-relay: %s: %s\n", what, strerror(errno));
  exit(1);
}

static int open_tun(const char *name) {
  int fd = open("/dev/net/tun", O_RDWR);
  if (fd < 0) fail("/dev/net/tun");
  struct ifreq request;
  memset(&request, 0, sizeof request);
  snprintf(request.ifr_name, sizeof request.ifr_name, "%s", name);
  request.ifr_flags = IFF_TUN | IFF_NO_PI | IFF_VNET_HDR;
  if (ioctl(fd, TUNSETIFF, &request) < 0) fail("TUNSETIFF");
  if (ioctl(fd, TUNSETOFFLOAD, TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6) < 0) fail("TUNSETOFFLOAD");
  return fd;
}

static int open_udp(uint16_t port) {
  int fd = socket(AF_INET, SOCK_DGRAM, 0);
  if (fd < 0) fail("socket");
  struct sockaddr_in own = {.sin_family = AF_INET, .sin_port = htons(port)};
  if (bind(fd, (struct sockaddr *)&own, sizeof own) < 0) fail("bind");
  int on = 1;
  int bytes = 8 << 20;
  if (setsockopt(fd, IPPROTO_UDP, UDP_GRO, &on, sizeof on) < 0) fail("UDP_GRO");
  setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof bytes);
  setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &bytes, sizeof bytes);
  return fd;
}

/* One read is one packet or superpacket, one send is all of it. */
static void *out(void *argument) {
  struct relay *r = argument;
  static char packet[LONGEST];
  for (;;) {
    ssize_t n = read(r->tun, packet, sizeof packet);
    if (n < 0) fail("read");
    union {
      struct cmsghdr header;
      char space[CMSG_SPACE(sizeof(uint16_t))];
    } control;
    memset(&control, 0, sizeof control);
    struct iovec bytes = {packet, (size_t)n};
    struct msghdr message = {
        .msg_name = &r->peer, .msg_namelen = sizeof r->peer, .msg_iov = &bytes, .msg_iovlen = 1};
    if (n > DATAGRAM) {
      uint16_t size = DATAGRAM;
      control.header.cmsg_level = IPPROTO_UDP;
      control.header.cmsg_type = UDP_SEGMENT;
      control.header.cmsg_len = CMSG_LEN(sizeof size);
      memcpy(CMSG_DATA(&control.header), &size, sizeof size);
      message.msg_control = &control;
      message.msg_controllen = sizeof control;
    }
    /* A full buffer or a peer that is not there yet: the packet is lost, as on any network. */
    if (sendmsg(r->udp, &message, 0) < 0 && errno == EBADF) fail("sendmsg");
  }
  return NULL;
}

int main(int count, char **arguments) {
  if (count != 4) {
    fprintf(stderr, "usage: plaintext-relay INTERFACE PEER_IPV4 PORT\n");
    return 2;
  }
  uint16_t port = (uint16_t)atoi(arguments[3]);
  struct relay r = {.tun = open_tun(arguments[1]), .udp = open_udp(port)};
  r.peer.sin_family = AF_INET;
  r.peer.sin_port = htons(port);
  if (inet_pton(AF_INET, arguments[2], &r.peer.sin_addr) != 1) fail(arguments[2]);
  pthread_t sender;
  if (pthread_create(&sender, NULL, out, &r) != 0) fail("thread");
  static char packet[LONGEST];
  for (;;) {
    ssize_t n = recv(r.udp, packet, sizeof packet, 0);
    if (n < 0) continue; /* an ICMP error of an earlier datagram */
    /* Refused: a superpacket that lost a part; the inner TCP sends it again. */
    if (write(r.tun, packet, (size_t)n) < 0 && errno == EBADF) fail("write");
  }
}
