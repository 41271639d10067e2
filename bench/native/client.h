// One keep-alive connection of the load generator and the request that is on it.
#ifndef BENCH_CLIENT_H
#define BENCH_CLIENT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/epoll.h>

#include "plan.h"
#include "response.h"
#include "tally.h"

#define READ_BYTES (256 * 1024)

enum state { STATE_CLOSED, STATE_IDLE, STATE_CONNECTING, STATE_SENDING, STATE_READING };

struct connection;

/** What all connections share. */
struct client {
  const struct plan *plan;
  struct tally *tally;
  int poll_fd;
  int64_t window_start_ns, window_end_ns;
  int64_t read_at_ns;  // when the bytes at hand arrived
  long turn;           // of the keys
  void (*on_free)(struct connection *connection);
};

struct connection {
  struct client *client;
  int fd;
  enum state state;
  bool reused, answered;  // answered: the first byte of the answer is here
  const struct prepared *request;
  size_t sent;
  int64_t due_ns;
  struct response response;
  struct answer answer;
};

void connection_prepare(struct connection *connection, struct client *client);

/** Sends the next request. Its clock started at `due_ns`, which may be past. */
void connection_start(struct connection *connection, int64_t due_ns);

/** Acts on what epoll reported; calls `on_free` when the answer is complete or has failed. */
void connection_handle(struct connection *connection, uint32_t events);

#endif
