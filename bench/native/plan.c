#include "plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILE_BYTES_MAX (4 * 1024 * 1024)
#define KEYS_MAX 4096
#define KEY_BYTES_MAX 256

static void stop(const char *problem, const char *detail) {
  fprintf(stderr, "load: %s %s\n", problem, detail);
  exit(2);
}

static char *read_file(const char *path, size_t *count) {
  FILE *file = fopen(path, "rb");
  if (!file) stop("cannot read", path);
  char *data = malloc(FILE_BYTES_MAX + 1);
  if (!data) abort();
  *count = fread(data, 1, FILE_BYTES_MAX, file);
  data[*count] = 0;
  fclose(file);
  return data;
}

static struct prepared prepare(int port, const char *key, const char *body, size_t body_count) {
  struct prepared request = {.data = malloc(body_count + KEY_BYTES_MAX + 512)};
  if (!request.data) abort();
  int head = sprintf(request.data,
                     "POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n"
                     "User-Agent: meridian-bench\r\nAccept: application/json\r\n"
                     "Content-Type: application/json\r\nAuthorization: Bearer %s\r\n"
                     "Content-Length: %zu\r\n\r\n",
                     port, key, body_count);
  memcpy(request.data + head, body, body_count);
  request.count = (size_t)head + body_count;
  return request;
}

static void prepare_all(struct plan *plan, const char *body_path, const char *keys_path) {
  size_t body_count, keys_count;
  char *body = read_file(body_path, &body_count);
  char *keys = read_file(keys_path, &keys_count);
  plan->requests = calloc(KEYS_MAX, sizeof *plan->requests);
  if (!plan->requests) abort();
  for (char *key = strtok(keys, "\n"); key; key = strtok(NULL, "\n")) {
    if (plan->request_count == KEYS_MAX || strlen(key) > KEY_BYTES_MAX)
      stop("too many or too long keys in", keys_path);
    plan->requests[plan->request_count++] = prepare(plan->port, key, body, body_count);
  }
  if (!plan->request_count) stop("no key in", keys_path);
  free(body);
  free(keys);
}

void plan_read(struct plan *plan, int argc, char **argv) {
  *plan = (struct plan){.seconds = 2, .drain_seconds = 10, .connections = 64};
  const char *body_path = NULL;
  const char *keys_path = NULL;
  for (int i = 1; i < argc; i++) {
    const char *name = argv[i];
    if (!strcmp(name, "--uniform")) { plan->uniform = true; continue; }
    if (!strcmp(name, "--stream")) { plan->expected.stream = true; continue; }
    if (!strcmp(name, "--usage")) { plan->expected.usage = true; continue; }
    const char *value = i + 1 < argc ? argv[++i] : "";
    if (!strcmp(name, "--port")) plan->port = atoi(value);
    else if (!strcmp(name, "--body")) body_path = value;
    else if (!strcmp(name, "--keys")) keys_path = value;
    else if (!strcmp(name, "--connections")) plan->connections = atoi(value);
    else if (!strcmp(name, "--seconds")) plan->seconds = atof(value);
    else if (!strcmp(name, "--warmup")) plan->warmup_seconds = atof(value);
    else if (!strcmp(name, "--drain")) plan->drain_seconds = atof(value);
    else if (!strcmp(name, "--rate")) {
      plan->open_loop = true;
      plan->rate = atof(value);
    }
    else if (!strcmp(name, "--chunks")) plan->expected.chunks = atol(value);
    else stop("unknown option", name);
  }
  if (plan->open_loop && plan->rate <= 0) stop("needed:", "--rate above 0");
  if (plan->port <= 0 || plan->connections <= 0 || plan->seconds <= 0)
    stop("needed:", "--port, --connections and --seconds above 0");
  if (!body_path || !keys_path) stop("needed:", "--body FILE and --keys FILE");
  prepare_all(plan, body_path, keys_path);
}
