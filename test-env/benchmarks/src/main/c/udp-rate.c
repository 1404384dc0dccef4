/* Datagrams at a rate, and how many arrive: cheap enough not to be what is measured. sendmmsg and
 * recvmmsg, one datagram each as an application would send it: no segmentation offload.
 *   udp-rate receive PORT                    counts until it is told to stop; one line for each sender
 *   udp-rate send ADDRESS PORT BYTES RATE SECONDS
 *     at RATE a second (0: as many as go), then asks the receiver; prints "sent received seconds"
 *   udp-rate repeat FILE SOURCE ADDRESS PORT RATE SECONDS
 *     sends what FILE holds, the same bytes again and again; prints "sent 0 seconds"
 * A datagram is: run u32, number u32, then zeros; number 0xffffffff asks, the answer is received u64. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

enum { BATCH = 64, LONGEST = 9000, LEAST = 8 };
static const uint32_t ASK = 0xffffffff;

static void die(const char *what) {
  perror(what);
  exit(1);
}

static int64_t now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static struct mmsghdr messages[BATCH];
static struct iovec pieces[BATCH];
static unsigned char bytes[BATCH][LONGEST];

static void batch(size_t length) {
  for (int i = 0; i < BATCH; i++) {
    pieces[i] = (struct iovec){bytes[i], length};
    messages[i].msg_hdr = (struct msghdr){.msg_iov = &pieces[i], .msg_iovlen = 1};
  }
}

static _Noreturn void receive(int port) {
  int s = socket(AF_INET, SOCK_DGRAM, 0), size = 8 << 20;
  if (s < 0) die("socket");
  if (setsockopt(s, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size)) die("SO_RCVBUFFORCE");
  struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(port)};
  if (bind(s, (struct sockaddr *)&at, sizeof at)) die("bind");
  static struct sockaddr_in from[BATCH];
  uint32_t run = 0;
  uint64_t count = 0;
  batch(LONGEST);
  puts("ready");
  fflush(stdout);
  for (;;) {
    for (int i = 0; i < BATCH; i++) {
      messages[i].msg_hdr.msg_name = &from[i];
      messages[i].msg_hdr.msg_namelen = sizeof from[i];
    }
    int n = recvmmsg(s, messages, BATCH, MSG_WAITFORONE, NULL);
    if (n < 0 && errno != EINTR) die("recvmmsg");
    for (int i = 0; i < n; i++) {
      uint32_t head[2];
      if (messages[i].msg_len < LEAST) continue;
      memcpy(head, bytes[i], sizeof head);
      if (head[1] == ASK) {
        uint64_t answer = head[0] == run ? count : 0;
        sendto(s, &answer, sizeof answer, 0, (struct sockaddr *)&from[i], sizeof from[i]);
      } else if (head[0] == run) {
        count++;
      } else {
        run = head[0];
        count = 1;
      }
    }
  }
}

static int open_to(const char *source, const char *address, int port) {
  int s = socket(AF_INET, SOCK_DGRAM, 0), size = 8 << 20;
  struct sockaddr_in from = {.sin_family = AF_INET};
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};
  if (s < 0 || inet_pton(AF_INET, address, &to.sin_addr) != 1) die("socket, address");
  if (source && inet_pton(AF_INET, source, &from.sin_addr) != 1) die("source");
  setsockopt(s, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof size);
  if (bind(s, (struct sockaddr *)&from, sizeof from)) die("bind");
  if (connect(s, (struct sockaddr *)&to, sizeof to)) die("connect");
  return s;
}

/* Paced; each datagram begins with run and number, if run is not 0. Returns how many were sent. */
static uint64_t paced(int s, uint32_t run, double rate, double seconds, double *took) {
  uint32_t number = 0;
  int64_t start = now(), end = start + (int64_t)(seconds * 1e9), t;
  uint64_t sent = 0;
  while ((t = now()) < end) {
    uint64_t due = rate > 0 ? (uint64_t)((t - start) * 1e-9 * rate) : sent + BATCH;
    if (due <= sent) {
      nanosleep(&(struct timespec){.tv_nsec = 100000}, NULL);
      continue;
    }
    int n = due - sent < BATCH ? (int)(due - sent) : BATCH;
    for (int i = 0; i < n && run; i++) {
      uint32_t head[2] = {run, number++};
      memcpy(bytes[i], head, sizeof head);
    }
    int done = sendmmsg(s, messages, n, 0);
    if (done < 0 && errno != ENOBUFS && errno != EAGAIN && errno != EINTR && errno != ECONNREFUSED)
      die("sendmmsg");
    sent += done > 0 ? done : 0;
  }
  *took = (now() - start) * 1e-9;
  return sent;
}

static int repeat(const char *file, const char *source, const char *address, int port, double rate,
                  double seconds) {
  FILE *f = fopen(file, "rb");
  if (!f) die(file);
  size_t length = fread(bytes[0], 1, LONGEST, f);
  if (!length) die(file);
  for (int i = 1; i < BATCH; i++) memcpy(bytes[i], bytes[0], length);
  batch(length);
  double took;
  uint64_t sent = paced(open_to(source, address, port), 0, rate, seconds, &took);
  printf("%lu 0 %.3f\n", sent, took);
  return 0;
}

static int transmit(const char *address, int port, size_t length, double rate, double seconds) {
  int s = open_to(NULL, address, port);
  uint32_t run = (uint32_t)now() | 1;
  double took;
  batch(length);
  uint64_t sent = paced(s, run, rate, seconds, &took);
  struct timeval wait = {.tv_usec = 300000};
  setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
  for (int i = 0; i < 10; i++) {
    usleep(100000);
    uint32_t ask[2] = {run, ASK};
    uint64_t answer;
    if (send(s, ask, sizeof ask, 0) == sizeof ask && recv(s, &answer, sizeof answer, 0) == sizeof answer) {
      printf("%lu %lu %.3f\n", sent, answer, took);
      return 0;
    }
  }
  fprintf(stderr, "the receiver does not answer\n");
  return 1;
}

int main(int c, char **v) {
  if (c == 3 && !strcmp(v[1], "receive")) receive(atoi(v[2]));
  if (c == 7 && !strcmp(v[1], "send")) {
    long length = atol(v[4]);
    if (length >= LEAST && length <= LONGEST)
      return transmit(v[2], atoi(v[3]), length, atof(v[5]), atof(v[6]));
  }
  if (c == 8 && !strcmp(v[1], "repeat"))
    return repeat(v[2], v[3], v[4], atoi(v[5]), atof(v[6]), atof(v[7]));
  fprintf(stderr, "usage: udp-rate receive PORT | send ADDRESS PORT BYTES RATE SECONDS"
                  " | repeat FILE SOURCE ADDRESS PORT RATE SECONDS\n");
  return 2;
}
