#define _GNU_SOURCE
#include "client.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"

static bool in_window(const struct client *client, int64_t at_ns) {
  return at_ns >= client->window_start_ns && at_ns <= client->window_end_ns;
}

/** An open loop judges the arrivals of its window, however late their answers are. */
static bool is_measured(const struct connection *c) {
  return in_window(c->client, c->client->plan->open_loop ? c->due_ns : c->client->read_at_ns);
}

static int64_t waited_ns(const struct connection *c) {
  return c->client->read_at_ns - c->due_ns;
}

static void on_chunk(void *context, int64_t stamp_ns) {
  struct connection *c = context;
  struct tally *tally = c->client->tally;
  tally->chunks++;
  if (in_window(c->client, c->client->read_at_ns)) {
    tally->chunks_in_window++;
    histogram_add(&tally->chunk_delay, c->client->read_at_ns - stamp_ns);
  }
  if (c->answer.chunks == 1 && is_measured(c)) histogram_add(&tally->first_byte, waited_ns(c));
}

static void on_body(void *context, const char *data, size_t count) {
  struct connection *c = context;
  answer_read(&c->answer, c->response.status, data, count);
}

static void watch(struct connection *c, int operation, uint32_t events) {
  struct epoll_event event = {.events = events, .data.ptr = c};
  epoll_ctl(c->client->poll_fd, operation, c->fd, &event);
}

static void disconnect(struct connection *c) {
  if (c->state != STATE_CLOSED) close(c->fd);
  c->state = STATE_CLOSED;
}

static void send_head_and_body(struct connection *c);

static void fail(struct connection *c, enum verdict verdict) {
  struct tally *tally = c->client->tally;
  bool went_stale = verdict == VERDICT_CONNECTION && c->reused && !c->answered;
  disconnect(c);
  if (went_stale) {  // the server closed an idle connection while the request was on its way
    tally->reconnects++;
    send_head_and_body(c);
    return;
  }
  tally_fail(tally, verdict, c->response.status, &c->answer);
  tally->open--;
  c->client->on_free(c);
}

static void send_more(struct connection *c) {
  const struct prepared *request = c->request;
  ssize_t written = send(c->fd, request->data + c->sent, request->count - c->sent, MSG_NOSIGNAL);
  if (written < 0 && errno != EAGAIN) {
    fail(c, VERDICT_CONNECTION);
    return;
  }
  if (written > 0) c->sent += (size_t)written;
  bool whole = c->sent == request->count;
  bool watched_for_room = c->state == STATE_SENDING;
  c->state = whole ? STATE_READING : STATE_SENDING;
  if (whole == watched_for_room) watch(c, EPOLL_CTL_MOD, whole ? EPOLLIN : EPOLLIN | EPOLLOUT);
}

static void open_connection(struct connection *c) {
  c->client->tally->connects++;
  c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  if (c->fd < 0) {
    perror("load: socket");
    exit(1);
  }
  int on = 1;
  setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  struct sockaddr_in address = {.sin_family = AF_INET,
                                .sin_port = htons((uint16_t)c->client->plan->port),
                                .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  int result = connect(c->fd, (struct sockaddr *)&address, sizeof address);
  bool refused = result < 0 && errno != EINPROGRESS;
  c->state = STATE_CONNECTING;
  if (refused) fail(c, VERDICT_CONNECTION);
  else watch(c, EPOLL_CTL_ADD, EPOLLOUT);
}

static void send_head_and_body(struct connection *c) {
  c->sent = 0;
  c->answered = false;
  response_reset(&c->response);
  answer_reset(&c->answer);
  c->reused = c->state == STATE_IDLE;
  if (!c->reused) {
    open_connection(c);
    return;
  }
  c->state = STATE_READING;
  send_more(c);
}

static void on_connected(struct connection *c) {
  int problem = 0;
  socklen_t length = sizeof problem;
  getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &problem, &length);
  if (problem) {
    fail(c, VERDICT_CONNECTION);
    return;
  }
  c->state = STATE_SENDING;
  send_more(c);
}

static void finish(struct connection *c) {
  struct tally *tally = c->client->tally;
  enum verdict verdict = answer_judge(&c->answer, c->response.status);
  if (verdict != VERDICT_GOOD) {
    fail(c, verdict);
    return;
  }
  tally->completed++;
  if (is_measured(c)) {
    tally->completed_in_window++;
    histogram_add(&tally->latency, waited_ns(c));
  }
  if (c->response.closes) disconnect(c);
  else c->state = STATE_IDLE;
  tally->open--;
  c->client->on_free(c);
}

static void on_closed(struct connection *c) {
  bool ends_answer = c->response.head_read && c->response.framing == FRAMING_UNTIL_CLOSE;
  if (c->state == STATE_IDLE) disconnect(c);
  else if (ends_answer) finish(c);
  else fail(c, c->answered ? VERDICT_PROTOCOL : VERDICT_CONNECTION);
}

static void on_readable(struct connection *c) {
  static char data[READ_BYTES];
  ssize_t count = recv(c->fd, data, sizeof data, 0);
  c->client->read_at_ns = now_ns();
  if (count < 0 && errno == EAGAIN) return;
  if (count <= 0 || c->state == STATE_IDLE) {
    on_closed(c);
    return;
  }
  if (!c->answered && !c->client->plan->expected.stream && is_measured(c))
    histogram_add(&c->client->tally->first_byte, waited_ns(c));
  c->answered = true;
  switch (response_read(&c->response, data, (size_t)count, on_body, c)) {
    case PROGRESS_MORE: break;
    case PROGRESS_COMPLETE: finish(c); break;
    case PROGRESS_BROKEN: fail(c, VERDICT_PROTOCOL); break;
  }
}

void connection_prepare(struct connection *c, struct client *client) {
  c->client = client;
  c->state = STATE_CLOSED;
  c->answer.expected = &client->plan->expected;
  c->answer.on_chunk = on_chunk;
  c->answer.context = c;
}

void connection_start(struct connection *c, int64_t due_ns) {
  struct client *client = c->client;
  client->tally->started++;
  if (++client->tally->open > client->tally->open_max) client->tally->open_max = client->tally->open;
  c->request = &client->plan->requests[client->turn++ % client->plan->request_count];
  c->due_ns = due_ns;
  send_head_and_body(c);
}

void connection_handle(struct connection *c, uint32_t events) {
  if (c->state == STATE_CLOSED) return;
  if (c->state == STATE_CONNECTING) on_connected(c);
  else if (c->state == STATE_SENDING && events & EPOLLOUT) send_more(c);
  else on_readable(c);
}
