// A fake OpenAI upstream: one epoll thread with static answers, so that it is never the bottleneck.
//   POST …/chat/completions   a chat.completion, or server-sent events when "stream" is true
//   POST …/messages           the same in the form of Anthropic
//   GET  /__control?delay_us=&chunks=&interval_us=   how answers behave from now on
//   GET  /__stats             counters since the start
// It listens on 127.0.0.1 at a port that the system picks and prints {"port":N}.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bytes.h"
#include "clock.h"
#include "replies.h"
#include "request.h"
#include "timers.h"

#define EVENTS_MAX 512
#define READ_BYTES 32768
#define CATCH_UP_BYTES_MAX (256 * 1024)
#define BACKLOG 4096

enum reply { REPLY_NONE, REPLY_WHOLE, REPLY_STREAM };

struct connection {
  struct timer timer;  // first member: a timer's address is its connection's
  int fd;
  bool waits_for_room;
  enum reply reply;
  enum form form;
  long sent, chunks;
  int64_t start_ns, interval_ns;
  struct bytes in, out;
};

static struct {
  int64_t delay_ns, interval_ns;
  long chunks;
} settings = {.delay_ns = 0, .interval_ns = 20000 * NS_PER_US, .chunks = 50};

static struct {
  long long open, whole, streams_started, streams_ended, streams_aborted, refused;
  long long prompt_tokens, completion_tokens;
} stats;

static int poll_fd;
static struct timers timers;

static void watch(struct connection *c, int operation, bool waits_for_room) {
  struct epoll_event event = {.events = EPOLLIN | (waits_for_room ? EPOLLOUT : 0), .data.ptr = c};
  epoll_ctl(poll_fd, operation, c->fd, &event);
  c->waits_for_room = waits_for_room;
}

static void close_connection(struct connection *c) {
  if (c->reply == REPLY_STREAM) stats.streams_aborted++;
  stats.open--;
  timers_remove(&timers, &c->timer);
  close(c->fd);
  free(c->in.data);
  free(c->out.data);
  free(c);
}

/** Sends what it can and keeps the rest; false when the connection is dead. */
static bool send_bytes(struct connection *c, const char *data, size_t count) {
  if (!bytes_count(&c->out)) {
    ssize_t written = send(c->fd, data, count, MSG_NOSIGNAL);
    if (written < 0 && errno != EAGAIN) return false;
    if (written < 0) written = 0;
    data += written;
    count -= (size_t)written;
  }
  if (!count) return true;
  bytes_append(&c->out, data, count);
  if (!c->waits_for_room) watch(c, EPOLL_CTL_MOD, true);
  return true;
}

static bool send_waiting(struct connection *c) {
  ssize_t written = send(c->fd, bytes_front(&c->out), bytes_count(&c->out), MSG_NOSIGNAL);
  if (written < 0) return errno == EAGAIN;
  bytes_take(&c->out, (size_t)written);
  if (!bytes_count(&c->out)) watch(c, EPOLL_CTL_MOD, false);
  return true;
}

static void count_tokens(long completion_tokens) {
  stats.prompt_tokens += REPLY_PROMPT_TOKENS;
  stats.completion_tokens += completion_tokens;
}

static bool answer_whole(struct connection *c) {
  size_t count;
  const char *reply = reply_whole(c->form, &count);
  c->reply = REPLY_NONE;
  stats.whole++;
  count_tokens(REPLY_WHOLE_TOKENS);
  return send_bytes(c, reply, count);
}

/** Sends every chunk that is due, and the ending behind the last one. */
static bool advance_stream(struct connection *c, int64_t now) {
  static char out[CATCH_UP_BYTES_MAX + 2 * REPLY_PIECE_BYTES_MAX];
  size_t count = c->sent ? 0 : reply_stream_head(out, c->form);
  while (c->sent < c->chunks && c->start_ns + c->sent * c->interval_ns <= now) {
    if (count > CATCH_UP_BYTES_MAX - REPLY_PIECE_BYTES_MAX) break;
    count += reply_stream_chunk(out + count, c->form, c->sent, now_ns());
    c->sent++;
  }
  if (c->sent == c->chunks) {
    count += reply_stream_end(out + count, c->form, c->chunks);
    c->reply = REPLY_NONE;
    stats.streams_ended++;
    count_tokens(c->chunks);
  } else {
    timers_add(&timers, &c->timer, c->start_ns + c->sent * c->interval_ns);
  }
  return send_bytes(c, out, count);
}

static bool advance(struct connection *c, int64_t now) {
  switch (c->reply) {
    case REPLY_WHOLE: return answer_whole(c);
    case REPLY_STREAM: return advance_stream(c, now);
    case REPLY_NONE: return true;
  }
  return false;
}

static bool start_answer(struct connection *c, const struct request *request) {
  int64_t now = now_ns();
  c->reply = request->stream ? REPLY_STREAM : REPLY_WHOLE;
  c->form = request->form;
  c->sent = 0;
  c->chunks = settings.chunks;
  c->interval_ns = settings.interval_ns;
  c->start_ns = now + settings.delay_ns;
  if (request->stream) stats.streams_started++;
  if (settings.delay_ns == 0) return advance(c, now);
  timers_add(&timers, &c->timer, c->start_ns);
  return true;
}

static bool answer_json(struct connection *c, int status, const char *body) {
  char out[REPLY_PIECE_BYTES_MAX];
  return send_bytes(c, out, reply_json(out, status, body));
}

static bool answer_control(struct connection *c, const struct request *request) {
  settings.delay_ns = NS_PER_US * request_number(request, "delay_us", 0);
  settings.interval_ns = NS_PER_US * request_number(request, "interval_us", 20000);
  settings.chunks = (long)request_number(request, "chunks", 50);
  return answer_json(c, 200, "{}");
}

static bool answer_stats(struct connection *c) {
  char body[1024];
  snprintf(body, sizeof body,
           "{\"open\":%lld,\"whole\":%lld,\"streamsStarted\":%lld,\"streamsEnded\":%lld,"
           "\"streamsAborted\":%lld,\"refused\":%lld,\"promptTokens\":%lld,"
           "\"completionTokens\":%lld}",
           stats.open, stats.whole, stats.streams_started, stats.streams_ended,
           stats.streams_aborted, stats.refused, stats.prompt_tokens, stats.completion_tokens);
  return answer_json(c, 200, body);
}

static bool answer(struct connection *c, const struct request *request) {
  switch (request->kind) {
    case REQUEST_MODEL: return start_answer(c, request);
    case REQUEST_CONTROL: return answer_control(c, request);
    case REQUEST_STATS: return answer_stats(c);
    case REQUEST_UNKNOWN: break;
  }
  stats.refused++;
  return answer_json(c, 404, "{\"error\":{\"message\":\"not served by the bench upstream\"}}");
}

/** Handles the requests that have arrived whole; false when the connection has to go. */
static bool serve(struct connection *c) {
  while (c->reply == REPLY_NONE && bytes_count(&c->in)) {
    struct request request;
    long used = request_read(bytes_front(&c->in), bytes_count(&c->in), &request);
    if (used <= 0) return used == 0;
    if (!answer(c, &request)) return false;
    bytes_take(&c->in, (size_t)used);
  }
  return true;
}

static bool receive(struct connection *c) {
  ssize_t count = recv(c->fd, bytes_room(&c->in, READ_BYTES), READ_BYTES, 0);
  if (count < 0) return errno == EAGAIN;
  if (count == 0) return false;
  c->in.end += (size_t)count;
  return serve(c);
}

static void accept_all(int listener) {
  for (int fd; (fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0;) {
    int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    struct connection *c = calloc(1, sizeof *c);
    if (!c) abort();
    c->fd = fd;
    stats.open++;
    watch(c, EPOLL_CTL_ADD, false);
  }
}

static void run_due(void) {
  int64_t now = now_ns();
  for (struct timer *timer; (timer = timers_first(&timers)) && timer->due_ns <= now;) {
    struct connection *c = (struct connection *)timer;
    timers_remove(&timers, timer);
    if (!advance(c, now) || !serve(c)) close_connection(c);
  }
}

static int listen_on_loopback(void) {
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof address;
  if (fd < 0 || bind(fd, (struct sockaddr *)&address, length) || listen(fd, BACKLOG) ||
      getsockname(fd, (struct sockaddr *)&address, &length)) {
    perror("upstream: listen");
    exit(1);
  }
  printf("{\"port\":%d}\n", ntohs(address.sin_port));
  fflush(stdout);
  return fd;
}

static void allow_many_sockets(void) {
  struct rlimit limit;
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

int main(void) {
  signal(SIGPIPE, SIG_IGN);
  prctl(PR_SET_TIMERSLACK, 1UL);
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  allow_many_sockets();
  replies_prepare();
  poll_fd = epoll_create1(0);
  int listener = listen_on_loopback();
  struct epoll_event listening = {.events = EPOLLIN, .data.ptr = NULL};
  epoll_ctl(poll_fd, EPOLL_CTL_ADD, listener, &listening);
  for (;;) {
    struct timer *first = timers_first(&timers);
    struct timespec wait = to_timespec(first ? first->due_ns - now_ns() : 0);
    struct epoll_event events[EVENTS_MAX];
    int count = epoll_pwait2(poll_fd, events, EVENTS_MAX, first ? &wait : NULL, NULL);
    for (int i = 0; i < count; i++) {
      struct connection *c = events[i].data.ptr;
      if (!c) {
        accept_all(listener);
        continue;
      }
      bool alive = !(events[i].events & EPOLLOUT) || send_waiting(c);
      if (alive && (events[i].events & ~EPOLLOUT)) alive = receive(c);
      if (!alive) close_connection(c);
    }
    run_due();
  }
}
