/* A small HTTP server: threads over one shared store, each request an atomic
 * block, its response deferred to the block's commit.
 *
 *   httpd [-p PORT] [-t SECONDS]     (port 0: any; 0 seconds: until killed)
 *
 *   GET /KEY       the value, and how often it has been asked for
 *   PUT /KEY       stores the body
 *   DELETE /KEY    removes it
 *   POST /a/b/N    moves N from the number at a to the number at b
 *   GET /          the number of keys and the sum of all numbers
 *
 * It listens on the loopback interface only. One thread serves one connection:
 * it reads a request outside of any block, answers it in a block, and reads on.
 * Compiled by ame-cc the blocks run in parallel; compiled by any other compiler
 * the same source takes one mutex around each of them. A response is written
 * inside the block that makes it: no list of "things to send later" is needed,
 * and no client ever sees the answer of a block that was undone. */
#define _GNU_SOURCE
#include <ame/ame.h>

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BUCKETS = 1024, LONGEST_KEY = 64, LONGEST_REQUEST = 16384 };

/* --- the store: only touched in atomic blocks ---------------------------- */

struct item {
  struct item *next;
  char key[LONGEST_KEY];
  char *value;
  long asked;
};

static struct item *buckets[BUCKETS];

static struct item **place_of(const char *key) {
  unsigned hash = 5381;
  for (const char *at = key; *at; at++)
    hash = hash * 33 + (unsigned char)*at;
  struct item **place = &buckets[hash % BUCKETS];
  while (*place && strcmp((*place)->key, key) != 0)
    place = &(*place)->next;
  return place;
}

static void set(const char *key, const char *value) {
  struct item **place = place_of(key);
  struct item *item = *place;
  if (!item) {
    item = calloc(1, sizeof *item);
    snprintf(item->key, sizeof item->key, "%s", key);
    *place = item;
  }
  free(item->value);
  item->value = strdup(value);
}

static int del(const char *key) {
  struct item **place = place_of(key);
  struct item *item = *place;
  if (!item)
    return 0;
  *place = item->next;
  free(item->value);
  free(item);
  return 1;
}

static int move(const char *from, const char *to, long amount) {
  struct item *source = *place_of(from), *target = *place_of(to);
  char number[32];
  if (!source || !target)
    return 0;
  snprintf(number, sizeof number, "%ld", atol(source->value) - amount);
  set(from, number);
  snprintf(number, sizeof number, "%ld", atol(target->value) + amount);
  set(to, number);
  return 1;
}

static void count(long *keys, long *sum) {
  *keys = *sum = 0;
  for (int i = 0; i < BUCKETS; i++)
    for (struct item *item = buckets[i]; item; item = item->next) {
      ++*keys;
      *sum += atol(item->value);
    }
}

/* --- a request ----------------------------------------------------------- */

struct request {
  char method[8];
  char path[LONGEST_KEY + 1];
  const char *body; /* terminated */
  int close;        /* the client wants no other request */
};

static void respond(int connection, const char *status, const char *text) {
  dprintf(connection,
          "HTTP/1.1 %s\r\nContent-Type: text/plain\r\nContent-Length: %zu\r\n"
          "\r\n%s",
          status, strlen(text), text);
}

static void answer_get(int connection, const char *key) {
  char text[LONGEST_REQUEST + 64];
  struct item *item = *key ? *place_of(key) : NULL;
  long keys, sum;
  if (item) {
    item->asked++;
    snprintf(text, sizeof text, "%s (%ld)\n", item->value, item->asked);
    respond(connection, "200 OK", text);
  } else if (*key) {
    respond(connection, "404 Not Found", "no such key\n");
  } else {
    count(&keys, &sum);
    snprintf(text, sizeof text, "%ld keys, sum %ld\n", keys, sum);
    respond(connection, "200 OK", text);
  }
}

static void answer_post(int connection, const char *path) {
  char from[LONGEST_KEY] = "", to[LONGEST_KEY] = "";
  long amount = 0;
  if (sscanf(path, "%31[^/]/%31[^/]/%ld", from, to, &amount) == 3 &&
      move(from, to, amount))
    respond(connection, "200 OK", "moved\n");
  else
    respond(connection, "400 Bad Request", "POST /from/to/amount\n");
}

/* One atomic block: what it reads, changes and answers happens at once. */
static void answer(int connection, const struct request *request) {
  const char *key = request->path + 1;
  AME_ATOMIC_AS("request") {
    if (strcmp(request->method, "GET") == 0) {
      answer_get(connection, key);
    } else if (strcmp(request->method, "PUT") == 0 && *key) {
      set(key, request->body);
      respond(connection, "201 Created", "stored\n");
    } else if (strcmp(request->method, "DELETE") == 0) {
      respond(connection, del(key) ? "200 OK" : "404 Not Found", "\n");
    } else if (strcmp(request->method, "POST") == 0) {
      answer_post(connection, key);
    } else {
      respond(connection, "405 Method Not Allowed", "\n");
    }
  }
}

/* --- a connection -------------------------------------------------------- */

struct input {
  int connection;
  size_t size;
  char bytes[LONGEST_REQUEST + 1];
};

static int more(struct input *input) {
  if (input->size == LONGEST_REQUEST)
    return 0;
  const ssize_t got = read(input->connection, input->bytes + input->size,
                           LONGEST_REQUEST - input->size);
  if (got <= 0)
    return got < 0 && errno == EINTR;
  input->size += (size_t)got;
  input->bytes[input->size] = 0;
  return 1;
}

static size_t length_of_body(const char *head) {
  const char *field = strcasestr(head, "\r\nContent-Length:");
  return field ? strtoul(field + 17, NULL, 10) : 0;
}

/* Serves the requests of one connection, also several that arrive at once. */
static void serve(struct input *input) {
  for (;;) {
    struct request request = {.method = ""};
    char *end;
    while (!(end = strstr(input->bytes, "\r\n\r\n")))
      if (!more(input))
        return;
    *end = 0;
    const size_t head = (size_t)(end - input->bytes) + 4;
    const size_t body = length_of_body(input->bytes);
    if (body > LONGEST_REQUEST - head ||
        sscanf(input->bytes, "%7s %64s", request.method, request.path) != 2 ||
        request.path[0] != '/')
      return;
    request.close = strcasestr(input->bytes, "\r\nConnection: close") != NULL;
    while (input->size < head + body)
      if (!more(input))
        return;
    const char kept = input->bytes[head + body];
    input->bytes[head + body] = 0;
    request.body = input->bytes + head;
    answer(input->connection, &request);
    input->bytes[head + body] = kept;
    if (request.close)
      return;
    input->size -= head + body;
    memmove(input->bytes, input->bytes + head + body, input->size + 1);
  }
}

static void *serve_connection(void *argument) {
  struct input *input = argument;
  serve(input);
  close(input->connection);
  free(input);
  return NULL;
}

static void start(int connection) {
  pthread_t thread;
  const int on = 1;
  struct input *input = calloc(1, sizeof *input);
  if (!input) {
    close(connection);
    return;
  }
  setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  input->connection = connection;
  if (pthread_create(&thread, NULL, serve_connection, input) != 0) {
    close(connection);
    free(input);
    return;
  }
  pthread_detach(thread);
}

static int listen_on(unsigned short port) {
  struct sockaddr_in address = {.sin_family = AF_INET,
                                .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
                                .sin_port = htons(port)};
  socklen_t size = sizeof address;
  const int on = 1, listener = socket(AF_INET, SOCK_STREAM, 0);
  if (listener < 0 ||
      setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
      bind(listener, (struct sockaddr *)&address, size) != 0 ||
      listen(listener, 128) != 0 ||
      getsockname(listener, (struct sockaddr *)&address, &size) != 0) {
    perror("httpd: cannot listen");
    exit(1);
  }
  printf("listening on 127.0.0.1:%d\n", ntohs(address.sin_port));
  fflush(stdout);
  return listener;
}

static void stop(int number) {
  (void)number;
  _exit(0);
}

int main(int argc, char **argv) {
  int option, port = 0, seconds = 0;
  while ((option = getopt(argc, argv, "p:t:")) != -1) {
    if (option == 'p')
      port = atoi(optarg);
    else if (option == 't')
      seconds = atoi(optarg);
    else
      return 2;
  }
  signal(SIGPIPE, SIG_IGN); /* a client that left is an error of its socket */
  signal(SIGALRM, stop);
  alarm((unsigned)seconds);
  const int listener = listen_on((unsigned short)port);
  for (;;) {
    const int connection = accept(listener, NULL, NULL);
    if (connection >= 0)
      start(connection);
    else if (errno != EINTR && errno != ECONNABORTED)
      return 1;
  }
}
