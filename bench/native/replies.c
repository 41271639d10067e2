#define _GNU_SOURCE
#include "replies.h"

#include <stdio.h>
#include <string.h>

#define SAME_IN_EVERY_CHUNK                                                               \
  "\"id\":\"chatcmpl-bench000000000000000000000000\",\"object\":\"chat.completion.chunk\"," \
  "\"created\":1760000000,\"model\":\"gpt-4o-mini-2024-07-18\","                           \
  "\"service_tier\":\"default\",\"system_fingerprint\":\"fp_bench\","

static const char WHOLE_BODY[] =
    "{\n  \"id\": \"chatcmpl-bench000000000000000000000000\",\n"
    "  \"object\": \"chat.completion\",\n  \"created\": 1760000000,\n"
    "  \"model\": \"gpt-4o-mini-2024-07-18\",\n"
    "  \"choices\": [\n    {\n      \"index\": 0,\n      \"message\": {\n"
    "        \"role\": \"assistant\",\n"
    "        \"content\": \"bench-answer: a short reply of about the size that a model gives to"
    " a greeting, always the same.\",\n"
    "        \"refusal\": null,\n        \"annotations\": []\n      },\n"
    "      \"logprobs\": null,\n      \"finish_reason\": \"stop\"\n    }\n  ],\n"
    "  \"usage\": {\n    \"prompt_tokens\": 19,\n    \"completion_tokens\": 24,\n"
    "    \"total_tokens\": 43,\n"
    "    \"prompt_tokens_details\": {\n      \"cached_tokens\": 0,\n"
    "      \"audio_tokens\": 0\n    },\n"
    "    \"completion_tokens_details\": {\n      \"reasoning_tokens\": 0,\n"
    "      \"audio_tokens\": 0,\n      \"accepted_prediction_tokens\": 0,\n"
    "      \"rejected_prediction_tokens\": 0\n    }\n  },\n"
    "  \"service_tier\": \"default\",\n  \"system_fingerprint\": \"fp_bench\"\n}\n";

static const char WHOLE_MESSAGE[] =
    "{\"id\":\"msg_bench000000000000000000\",\"type\":\"message\",\"role\":\"assistant\","
    "\"model\":\"claude-bench\",\"content\":[{\"type\":\"text\",\"text\":"
    "\"bench-answer: a short reply of about the size that a model gives to a greeting, always the"
    " same.\"}],\"stop_reason\":\"end_turn\",\"stop_sequence\":null,\"usage\":{"
    "\"input_tokens\":19,\"cache_creation_input_tokens\":0,\"cache_read_input_tokens\":0,"
    "\"output_tokens\":24,\"service_tier\":\"standard\"}}";

static const char STREAM_HEAD[] =
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\n"
    "Cache-Control: no-cache\r\nx-request-id: req_bench\r\nopenai-processing-ms: 1\r\n"
    "Transfer-Encoding: chunked\r\n\r\n";

// Content of a chunk: "@<19 digits of nanoseconds>#<5 digits of its index> ".
#define MARK "@0000000000000000000#00000 "
#define STAMP_DIGITS 19
#define INDEX_DIGITS 5

struct template {
  char text[REPLY_PIECE_BYTES_MAX];
  size_t count;
  size_t mark;  // where the content mark begins
};

static char whole[FORMS][4096];
static size_t whole_count[FORMS];
static struct template chunk_templates[FORMS];

/** One server-sent event in one HTTP chunk. */
static size_t framed(char *out, const char *event) {
  return (size_t)sprintf(out, "%zx\r\n%s\r\n", strlen(event), event);
}

/** A chunk with one choice. With usage asked, each carries a null usage, as OpenAI sends it. */
static size_t choice_event(char *out, const char *delta, const char *finish, enum form form) {
  char event[REPLY_PIECE_BYTES_MAX];
  snprintf(event, sizeof event,
           "data: {" SAME_IN_EVERY_CHUNK "\"choices\":[{\"index\":0,\"delta\":{%s},"
           "\"logprobs\":null,\"finish_reason\":%s}]%s}\n\n",
           delta, finish, form == FORM_CHAT_USAGE ? ",\"usage\":null" : "");
  return framed(out, event);
}

/** An event of Anthropic's, whose type stands outside and inside. */
static size_t message_event(char *out, const char *type, const char *fields) {
  char event[REPLY_PIECE_BYTES_MAX];
  snprintf(event, sizeof event, "event: %s\ndata: {\"type\":\"%s\"%s}\n\n", type, type, fields);
  return framed(out, event);
}

static void prepare_chunk(enum form form) {
  struct template *template = &chunk_templates[form];
  template->count =
      form == FORM_MESSAGES
          ? message_event(template->text, "content_block_delta",
                          ",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"" MARK "\"}")
          : choice_event(template->text, "\"content\":\"" MARK "\"", "null", form);
  template->mark = (size_t)(strstr(template->text, MARK) - template->text);
}

static void prepare_whole(enum form form, const char *body) {
  whole_count[form] = (size_t)snprintf(
      whole[form], sizeof whole[form],
      "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nx-request-id: req_bench\r\n"
      "openai-processing-ms: 1\r\nContent-Length: %zu\r\n\r\n%s",
      strlen(body), body);
}

void replies_prepare(void) {
  for (enum form form = FORM_CHAT; form < FORMS; form++) {
    prepare_whole(form, form == FORM_MESSAGES ? WHOLE_MESSAGE : WHOLE_BODY);
    prepare_chunk(form);
  }
}

const char *reply_whole(enum form form, size_t *count) {
  *count = whole_count[form];
  return whole[form];
}

static size_t message_start(char *out) {
  size_t count = message_event(
      out, "message_start",
      ",\"message\":{\"id\":\"msg_bench000000000000000000\",\"type\":\"message\","
      "\"role\":\"assistant\",\"model\":\"claude-bench\",\"content\":[],"
      "\"stop_reason\":null,\"stop_sequence\":null,\"usage\":{\"input_tokens\":19,"
      "\"cache_creation_input_tokens\":0,\"cache_read_input_tokens\":0,\"output_tokens\":1}}");
  return count + message_event(out + count, "content_block_start",
                               ",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}");
}

size_t reply_stream_head(char *out, enum form form) {
  size_t count = sizeof STREAM_HEAD - 1;
  memcpy(out, STREAM_HEAD, count);
  if (form == FORM_MESSAGES) return count + message_start(out + count);
  const char *delta = "\"role\":\"assistant\",\"content\":\"\",\"refusal\":null";
  return count + choice_event(out + count, delta, "null", form);
}

static void put_digits(char *out, int digits, int64_t number) {
  for (int i = digits - 1; i >= 0; i--, number /= 10) out[i] = (char)('0' + number % 10);
}

size_t reply_stream_chunk(char *out, enum form form, long index, int64_t at_ns) {
  const struct template *template = &chunk_templates[form];
  memcpy(out, template->text, template->count);
  char *mark = out + template->mark;
  put_digits(mark + 1, STAMP_DIGITS, at_ns);
  put_digits(mark + 1 + STAMP_DIGITS + 1, INDEX_DIGITS, index);
  return template->count;
}

static size_t message_end(char *out, long chunks) {
  char fields[256];
  snprintf(fields, sizeof fields,
           ",\"delta\":{\"stop_reason\":\"end_turn\",\"stop_sequence\":null},"
           "\"usage\":{\"output_tokens\":%ld}",
           chunks);
  size_t count = message_event(out, "content_block_stop", ",\"index\":0");
  count += message_event(out + count, "message_delta", fields);
  return count + message_event(out + count, "message_stop", "");
}

static size_t chat_end(char *out, enum form form, long chunks) {
  size_t count = choice_event(out, "", "\"stop\"", form);
  if (form == FORM_CHAT_USAGE) {
    char event[REPLY_PIECE_BYTES_MAX];
    snprintf(event, sizeof event,
             "data: {" SAME_IN_EVERY_CHUNK "\"choices\":[],\"usage\":{\"prompt_tokens\":%d,"
             "\"completion_tokens\":%ld,\"total_tokens\":%ld,"
             "\"prompt_tokens_details\":{\"cached_tokens\":0,\"audio_tokens\":0},"
             "\"completion_tokens_details\":{\"reasoning_tokens\":0,\"audio_tokens\":0,"
             "\"accepted_prediction_tokens\":0,\"rejected_prediction_tokens\":0}}}\n\n",
             REPLY_PROMPT_TOKENS, chunks, chunks + REPLY_PROMPT_TOKENS);
    count += framed(out + count, event);
  }
  return count + framed(out + count, "data: [DONE]\n\n");
}

size_t reply_stream_end(char *out, enum form form, long chunks) {
  size_t count = form == FORM_MESSAGES ? message_end(out, chunks) : chat_end(out, form, chunks);
  return count + (size_t)sprintf(out + count, "0\r\n\r\n");
}

size_t reply_json(char *out, int status, const char *body) {
  return (size_t)sprintf(out,
                         "HTTP/1.1 %d %s\r\nContent-Type: application/json\r\n"
                         "Content-Length: %zu\r\n\r\n%s",
                         status, status == 200 ? "OK" : "Not Found", strlen(body), body);
}
