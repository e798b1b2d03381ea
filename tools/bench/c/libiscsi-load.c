/*
 * Reads or writes through libiscsi at a fixed depth and prints one JSON line: the peer that our initiator is measured against.
 * Payload goes straight between the socket and the caller's own buffers (iovec tasks), as a careful user of libiscsi would do it.
 *
 *   cc -O2 -o libiscsi-load libiscsi-load.c -liscsi
 *   libiscsi-load URL read|write|randread|randwrite BLOCK-BYTES DEPTH SECONDS
 */
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <iscsi/iscsi.h>
#include <iscsi/scsi-lowlevel.h>

#define MAX_DEPTH 1024

struct slot {
  struct scsi_iovec iov;
};

static struct iscsi_context *context;
static struct slot slots[MAX_DEPTH];
static int lun, writing, sequential, outstanding, stopping;
static uint32_t block_bytes, lba_bytes;
static uint64_t positions, next_position, done_count;
static uint64_t seed = 88172645463325252ull;

static double now(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

static uint64_t next_lba(void) {
  uint64_t position;
  if (sequential) {
    position = next_position++;
  } else {
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    position = seed;
  }
  return (position % positions) * (block_bytes / lba_bytes);
}

static void submit(struct slot *slot);

static void completed(struct iscsi_context *iscsi, int status, void *data, void *private_data) {
  struct scsi_task *task = data;
  (void)iscsi;
  if (status != SCSI_STATUS_GOOD) {
    fprintf(stderr, "libiscsi-load: status %d: %s\n", status, iscsi_get_error(context));
    exit(1);
  }
  scsi_free_scsi_task(task);
  done_count++;
  outstanding--;
  if (!stopping) submit(private_data);
}

static void submit(struct slot *slot) {
  struct scsi_task *task;
  uint64_t lba = next_lba();
  if (writing)
    task = iscsi_write16_iov_task(context, lun, lba, NULL, block_bytes, lba_bytes, 0, 0, 0, 0, 0, completed, slot, &slot->iov, 1);
  else
    task = iscsi_read16_iov_task(context, lun, lba, block_bytes, lba_bytes, 0, 0, 0, 0, 0, completed, slot, &slot->iov, 1);
  if (task == NULL) {
    fprintf(stderr, "libiscsi-load: submit: %s\n", iscsi_get_error(context));
    exit(1);
  }
  outstanding++;
}

static void service_once(void) {
  struct pollfd fd = {.fd = iscsi_get_fd(context), .events = iscsi_which_events(context)};
  if (poll(&fd, 1, 1000) < 0 || iscsi_service(context, fd.revents) < 0) {
    fprintf(stderr, "libiscsi-load: service: %s\n", iscsi_get_error(context));
    exit(1);
  }
}

int main(int argc, char **argv) {
  if (argc != 6) {
    fprintf(stderr, "usage: libiscsi-load URL read|write|randread|randwrite BLOCK-BYTES DEPTH SECONDS\n");
    return 2;
  }
  writing = strstr(argv[2], "write") != NULL;
  sequential = strncmp(argv[2], "rand", 4) != 0;
  block_bytes = atoi(argv[3]);
  int depth = atoi(argv[4]);
  double seconds = atof(argv[5]);
  if (depth < 1 || depth > MAX_DEPTH || block_bytes < 512) return 2;

  context = iscsi_create_context("iqn.2026-11.bench:libiscsi");
  struct iscsi_url *url = iscsi_parse_full_url(context, argv[1]);
  if (url == NULL) {
    fprintf(stderr, "libiscsi-load: %s\n", iscsi_get_error(context));
    return 1;
  }
  lun = url->lun;
  iscsi_set_session_type(context, ISCSI_SESSION_NORMAL);
  iscsi_set_header_digest(context, ISCSI_HEADER_DIGEST_NONE);
  iscsi_set_targetname(context, url->target);
  if (iscsi_full_connect_sync(context, url->portal, lun) != 0) {
    fprintf(stderr, "libiscsi-load: login: %s\n", iscsi_get_error(context));
    return 1;
  }
  struct scsi_task *task = iscsi_readcapacity16_sync(context, lun);
  struct scsi_readcapacity16 *capacity = task && task->status == SCSI_STATUS_GOOD ? scsi_datain_unmarshall(task) : NULL;
  if (capacity == NULL) {
    fprintf(stderr, "libiscsi-load: READ CAPACITY(16): %s\n", iscsi_get_error(context));
    return 1;
  }
  lba_bytes = capacity->block_length;
  uint64_t bytes = (capacity->returned_lba + 1) * lba_bytes;
  if (bytes > 1ull << 30) bytes = 1ull << 30;
  positions = bytes / block_bytes;
  scsi_free_scsi_task(task);

  for (int i = 0; i < depth; i++) {
    slots[i].iov.iov_base = calloc(1, block_bytes);
    slots[i].iov.iov_len = block_bytes;
    submit(&slots[i]);
  }
  double warm = now(CLOCK_MONOTONIC) + 0.2;
  while (now(CLOCK_MONOTONIC) < warm) service_once();

  uint64_t before = done_count;
  double begin = now(CLOCK_MONOTONIC), cpu = now(CLOCK_PROCESS_CPUTIME_ID);
  while (now(CLOCK_MONOTONIC) - begin < seconds) service_once();
  double elapsed = now(CLOCK_MONOTONIC) - begin;
  cpu = now(CLOCK_PROCESS_CPUTIME_ID) - cpu;
  uint64_t count = done_count - before;

  stopping = 1;
  while (outstanding > 0) service_once();
  printf("{\"ios\":%llu,\"seconds\":%.6f,\"cpuSeconds\":%.6f,\"bytes\":%llu}\n", (unsigned long long)count, elapsed, cpu,
         (unsigned long long)count * block_bytes);
  iscsi_logout_sync(context);
  iscsi_destroy_context(context);
  return 0;
}
