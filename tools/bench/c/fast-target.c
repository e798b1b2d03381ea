/*
 * An iSCSI target that does as little as one can: reads give zeroes, writes are thrown away, answers to everything that one recv(2)
 * brought leave in one sendmsg(2). A client in front of it is measured, not the target. One thread per connection; no authentication, no
 * digests; one logical unit of 1 GiB. Never listen with it on anything but loopback.
 *
 *   cc -O2 -pthread -o fast-target fast-target.c
 *   fast-target PORT        prints "ready PORT" (PORT 0: the kernel picks one)
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

enum { BHS = 48, RECV = 1 << 20, MAX_IOV = 512, MAX_BURST = 262144, WINDOW = 256, TASKS = 65536 };
#define BLOCKS (2u << 20)

static uint8_t zeroes[16 << 20];

struct write_task {
  uint32_t tag, expected, received, solicited;
  int used;
};

struct connection {
  int fd, full_feature;
  uint32_t stat_sn, exp_cmd_sn, initiator_segment;
  uint8_t in[RECV];
  size_t have;
  size_t skip; /* payload of the PDU at hand that is thrown away as it arrives */
  struct iovec iov[MAX_IOV];
  int iovs;
  uint8_t headers[MAX_IOV][BHS];
  int header_count;
  uint8_t small[64][8192];
  int small_count;
  struct write_task writes[1024];
};

static uint32_t get32(const uint8_t *p) { return (uint32_t)p[0] << 24 | p[1] << 16 | p[2] << 8 | p[3]; }
static uint32_t get24(const uint8_t *p) { return p[0] << 16 | p[1] << 8 | p[2]; }
static void put32(uint8_t *p, uint32_t v) {
  p[0] = v >> 24, p[1] = v >> 16, p[2] = v >> 8, p[3] = v;
}
static void put24(uint8_t *p, uint32_t v) { p[0] = v >> 16, p[1] = v >> 8, p[2] = v; }

static int flush(struct connection *c) {
  struct iovec *iov = c->iov;
  int left = c->iovs;
  while (left > 0) {
    struct msghdr message = {.msg_iov = iov, .msg_iovlen = left};
    ssize_t sent = sendmsg(c->fd, &message, MSG_NOSIGNAL);
    if (sent < 0) {
      if (errno == EINTR) continue;
      return -1;
    }
    while (left > 0 && (size_t)sent >= iov->iov_len) sent -= iov->iov_len, iov++, left--;
    if (left > 0) iov->iov_base = (uint8_t *)iov->iov_base + sent, iov->iov_len -= sent;
  }
  c->iovs = c->header_count = c->small_count = 0;
  return 0;
}

/* A header with its data (already padded memory) behind it. */
static uint8_t *queue(struct connection *c, const void *data, uint32_t length) {
  if (c->iovs + 2 > MAX_IOV || c->header_count == MAX_IOV) flush(c);
  uint8_t *header = c->headers[c->header_count++];
  memset(header, 0, BHS);
  put24(header + 5, length);
  c->iov[c->iovs++] = (struct iovec){header, BHS};
  if (length > 0) c->iov[c->iovs++] = (struct iovec){(void *)data, (length + 3) & ~3u};
  return header;
}

static void numbers(struct connection *c, uint8_t *header, int takes_stat_sn) {
  put32(header + 24, takes_stat_sn ? c->stat_sn++ : c->stat_sn);
  put32(header + 28, c->exp_cmd_sn);
  put32(header + 32, c->exp_cmd_sn + WINDOW);
}

static void respond(struct connection *c, const uint8_t *request, int status, const uint8_t *sense, uint32_t sense_length) {
  uint8_t *header = queue(c, sense, sense_length);
  header[0] = 0x21, header[1] = 0x80, header[3] = status;
  memcpy(header + 16, request + 16, 4);
  numbers(c, header, 1);
}

static void check_condition(struct connection *c, const uint8_t *request) {
  static const uint8_t sense[20] = {0, 18, 0x70, 0, 5, 0, 0, 0, 0, 10, 0, 0, 0, 0, 0x24};
  respond(c, request, 2, sense, 20);
}

/* Data-In with the status in the last PDU. */
static void read_data(struct connection *c, const uint8_t *request, const uint8_t *data, uint32_t length, int same) {
  uint32_t expected = get32(request + 20), sent = 0, data_sn = 0;
  int32_t residual = expected - length;
  if (length > expected) length = expected;
  do {
    uint32_t piece = length - sent < c->initiator_segment ? length - sent : c->initiator_segment;
    int last = sent + piece == length;
    uint8_t *header = queue(c, same ? data : data + sent, piece);
    header[0] = 0x25, header[1] = last ? 0x81 : 0;
    if (last && residual > 0) header[1] |= 2, put32(header + 44, residual);
    if (last && residual < 0) header[1] |= 4, put32(header + 44, -residual);
    memcpy(header + 16, request + 16, 4);
    put32(header + 20, 0xffffffff);
    if (last) numbers(c, header, 1);
    else put32(header + 28, c->exp_cmd_sn), put32(header + 32, c->exp_cmd_sn + WINDOW);
    put32(header + 36, data_sn++);
    put32(header + 40, sent);
    sent += piece;
  } while (sent < length);
}

static uint8_t *small(struct connection *c) {
  if (c->small_count == 64) flush(c);
  uint8_t *page = c->small[c->small_count++];
  memset(page, 0, 512);
  return page;
}

static void solicit(struct connection *c, struct write_task *task) {
  uint32_t length = task->expected - task->received;
  if (length > MAX_BURST) length = MAX_BURST;
  uint8_t *header = queue(c, NULL, 0);
  header[0] = 0x31, header[1] = 0x80;
  put32(header + 16, task->tag);
  put32(header + 20, task->tag);
  numbers(c, header, 0);
  put32(header + 40, task->received);
  put32(header + 44, length);
  task->solicited = task->received + length;
}

static void write_arrived(struct connection *c, struct write_task *task) {
  if (task->received < task->expected) {
    if (task->received == task->solicited) solicit(c, task);
    return;
  }
  uint8_t request[BHS] = {0};
  put32(request + 16, task->tag);
  task->used = 0;
  respond(c, request, 0, NULL, 0);
}

static struct write_task *find_write(struct connection *c, uint32_t tag, int create) {
  struct write_task *free_task = NULL;
  for (uint32_t i = 0; i < 1024; i++) {
    struct write_task *task = &c->writes[(tag + i) & 1023];
    if (task->used && task->tag == tag) return task;
    if (!task->used && free_task == NULL) free_task = task;
    if (!task->used && !create) continue;
    if (create && free_task != NULL) break;
  }
  return create ? free_task : NULL;
}

static void scsi(struct connection *c, const uint8_t *pdu, uint32_t immediate) {
  const uint8_t *cdb = pdu + 32;
  if (!(pdu[0] & 0x40)) c->exp_cmd_sn = get32(pdu + 24) + 1;
  uint8_t *page;
  switch (cdb[0]) {
    case 0x28: read_data(c, pdu, zeroes, (cdb[7] << 8 | cdb[8]) * 512u, 1); return;
    case 0x88: read_data(c, pdu, zeroes, get32(cdb + 10) * 512u, 1); return;
    case 0x2a:
    case 0x8a: {
      struct write_task *task = find_write(c, get32(pdu + 16), 1);
      *task = (struct write_task){get32(pdu + 16), get32(pdu + 20), immediate, immediate, 1};
      write_arrived(c, task);
      return;
    }
    case 0x00: case 0x35: case 0x91: respond(c, pdu, 0, NULL, 0); return;
    case 0x12:
      page = small(c);
      if (cdb[1] & 1) {
        page[1] = cdb[2];
        if (cdb[2] == 0x00) page[3] = 2, page[5] = 0x83;
        else if (cdb[2] == 0x83) page[3] = 12, page[4] = 0x01, page[5] = 3, page[7] = 8, page[8] = 0x60, page[15] = 1;
        else { check_condition(c, pdu); return; }
        read_data(c, pdu, page, page[3] + 4, 0);
        return;
      }
      page[2] = 6, page[3] = 2, page[4] = 31, page[7] = 2;
      memcpy(page + 8, "BENCH   fast null target1.0 ", 28);
      read_data(c, pdu, page, 36, 0);
      return;
    case 0x25:
      page = small(c), put32(page, BLOCKS - 1), put32(page + 4, 512);
      read_data(c, pdu, page, 8, 0);
      return;
    case 0x9e:
      page = small(c), put32(page + 4, BLOCKS - 1), put32(page + 8, 512);
      read_data(c, pdu, page, 32, 0);
      return;
    case 0xa0:
      page = small(c), page[3] = 8;
      read_data(c, pdu, page, 16, 0);
      return;
    case 0x1a:
      page = small(c), page[0] = 3;
      read_data(c, pdu, page, 4, 0);
      return;
    case 0x5a:
      page = small(c), page[1] = 6;
      read_data(c, pdu, page, 8, 0);
      return;
    default: check_condition(c, pdu);
  }
}

static void answer_key(uint8_t *out, uint32_t *length, const char *key, const char *value) {
  *length += sprintf((char *)out + *length, "%s=%s", key, value) + 1;
}

static void login(struct connection *c, const uint8_t *pdu, const uint8_t *data, uint32_t length) {
  uint8_t *out = small(c);
  uint32_t out_length = 0;
  int stage = pdu[1] >> 2 & 3, discovery = 0;
  c->exp_cmd_sn = get32(pdu + 24);
  for (uint32_t at = 0; at < length;) {
    const char *key = (const char *)data + at, *value = memchr(key, '=', length - at);
    size_t size = strnlen(key, length - at);
    char name[64] = {0};
    at += size + 1;
    if (value == NULL || value >= key + size || value - key >= 63) continue;
    memcpy(name, key, value - key);
    value++;
    if (!strcmp(name, "SessionType")) discovery = !strncmp(value, "Discovery", 9);
    else if (!strcmp(name, "AuthMethod") || !strcmp(name, "HeaderDigest") || !strcmp(name, "DataDigest")) answer_key(out, &out_length, name, "None");
    else if (!strcmp(name, "MaxRecvDataSegmentLength")) {
      char text[32];
      c->initiator_segment = atoi(value);
      if (c->initiator_segment > MAX_BURST) c->initiator_segment = MAX_BURST;
      snprintf(text, sizeof text, "%d", MAX_BURST);
      answer_key(out, &out_length, name, text);
    } else if (!strcmp(name, "MaxBurstLength") || !strcmp(name, "FirstBurstLength")) {
      char text[32];
      snprintf(text, sizeof text, "%d", atoi(value) < MAX_BURST ? atoi(value) : MAX_BURST);
      answer_key(out, &out_length, name, text);
    } else if (!strcmp(name, "InitialR2T") || !strcmp(name, "DataPDUInOrder") || !strcmp(name, "DataSequenceInOrder")) answer_key(out, &out_length, name, "Yes");
    else if (!strcmp(name, "ImmediateData")) answer_key(out, &out_length, name, strncmp(value, "Yes", 3) ? "No" : "Yes");
    else if (!strcmp(name, "MaxOutstandingR2T") || !strcmp(name, "MaxConnections")) answer_key(out, &out_length, name, "1");
    else if (!strcmp(name, "DefaultTime2Wait")) answer_key(out, &out_length, name, "2");
    else if (!strcmp(name, "DefaultTime2Retain") || !strcmp(name, "ErrorRecoveryLevel")) answer_key(out, &out_length, name, "0");
    else if (!strcmp(name, "IFMarker") || !strcmp(name, "OFMarker")) answer_key(out, &out_length, name, "No");
    else if (!strcmp(name, "TargetName")) answer_key(out, &out_length, "TargetPortalGroupTag", "1");
    else if (strcmp(name, "InitiatorName") && strcmp(name, "InitiatorAlias")) answer_key(out, &out_length, name, "NotUnderstood");
  }
  (void)discovery;
  (void)stage;
  uint8_t *header = queue(c, out, out_length);
  header[0] = 0x23, header[1] = pdu[1];
  memcpy(header + 8, pdu + 8, 6);
  memcpy(header + 16, pdu + 16, 4);
  if ((pdu[1] & 0x83) == 0x83) header[15] = 1, c->full_feature = 1;
  numbers(c, header, 1);
}

/* One whole header, with as much of its data as is needed to understand it. */
static int handle(struct connection *c, const uint8_t *pdu, const uint8_t *data, uint32_t length) {
  switch (pdu[0] & 0x3f) {
    case 0x03: login(c, pdu, data, length); return 0;
    case 0x01: scsi(c, pdu, length); return 0;
    case 0x05: {
      struct write_task *task = find_write(c, get32(pdu + 16), 0);
      if (task == NULL) return -1;
      task->received += length;
      if (pdu[1] & 0x80) write_arrived(c, task);
      return 0;
    }
    case 0x00:
      if (get32(pdu + 16) != 0xffffffff) {
        uint8_t *header = queue(c, NULL, 0);
        header[0] = 0x20, header[1] = 0x80;
        memcpy(header + 16, pdu + 16, 4);
        put32(header + 20, 0xffffffff);
        numbers(c, header, 1);
      }
      return 0;
    case 0x02: case 0x06: {
      uint8_t *header = queue(c, NULL, 0);
      header[0] = (pdu[0] & 0x3f) | 0x20, header[1] = 0x80;
      memcpy(header + 16, pdu + 16, 4);
      numbers(c, header, 1);
      return (pdu[0] & 0x3f) == 0x06 ? 1 : 0;
    }
    default: return -1;
  }
}

static void *serve(void *argument) {
  struct connection *c = argument;
  int over = 0;
  while (over == 0) {
    ssize_t got = recv(c->fd, c->in + c->have, RECV - c->have, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    c->have += got;
    size_t at = 0;
    while (over == 0) {
      if (c->skip > 0) {
        size_t gone = c->have - at < c->skip ? c->have - at : c->skip;
        at += gone, c->skip -= gone;
        if (c->skip > 0) break;
      }
      if (c->have - at < BHS) break;
      const uint8_t *pdu = c->in + at;
      uint32_t length = get24(pdu + 5);
      size_t padded = (length + 3) & ~3u;
      int payload = (pdu[0] & 0x3f) == 0x05 || (pdu[0] & 0x3f) == 0x01;
      if (!payload && c->have - at < BHS + padded) break;
      over = handle(c, pdu, pdu + BHS, length);
      at += BHS;
      c->skip = padded;
    }
    memmove(c->in, c->in + at, c->have - at);
    c->have -= at;
    if (flush(c) < 0) break;
  }
  close(c->fd);
  free(c);
  return NULL;
}

int main(int argc, char **argv) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(argc > 1 ? atoi(argv[1]) : 0), .sin_addr = {htonl(INADDR_LOOPBACK)}};
  socklen_t size = sizeof address;
  int listener = socket(AF_INET, SOCK_STREAM, 0), on = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind(listener, (struct sockaddr *)&address, size) < 0 || listen(listener, 512) < 0) {
    perror("fast-target");
    return 1;
  }
  getsockname(listener, (struct sockaddr *)&address, &size);
  printf("ready %d\n", ntohs(address.sin_port));
  fflush(stdout);
  for (;;) {
    int fd = accept(listener, NULL, NULL);
    if (fd < 0) continue;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    struct connection *c = calloc(1, sizeof *c);
    if (c == NULL) {
      close(fd);
      continue;
    }
    c->fd = fd;
    c->initiator_segment = 8192;
    pthread_t thread;
    if (pthread_create(&thread, NULL, serve, c) == 0) pthread_detach(thread);
  }
}
