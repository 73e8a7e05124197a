/* A first-in first-out queue of pointers in a ring that doubles when it is
 * full. */
#ifndef QUEUE_H
#define QUEUE_H

#include <stdlib.h>

struct queue {
  void **ring;
  long first, count, capacity;
};

static inline void queue_start(struct queue *queue, long capacity) {
  queue->ring = malloc((size_t)capacity * sizeof *queue->ring);
  queue->first = queue->count = 0;
  queue->capacity = capacity;
}

static inline void queue_grow(struct queue *queue) {
  const long capacity = queue->capacity * 2;
  void **ring = malloc((size_t)capacity * sizeof *ring);
  for (long i = 0; i < queue->count; i++)
    ring[i] = queue->ring[(queue->first + i) % queue->capacity];
  free(queue->ring);
  queue->ring = ring;
  queue->first = 0;
  queue->capacity = capacity;
}

static inline void queue_push(struct queue *queue, void *item) {
  if (queue->count == queue->capacity)
    queue_grow(queue);
  long place = queue->first + queue->count;
  if (place >= queue->capacity)
    place -= queue->capacity;
  queue->ring[place] = item;
  queue->count++;
}

/* Null when it is empty. */
static inline void *queue_pop(struct queue *queue) {
  if (queue->count == 0)
    return NULL;
  void *item = queue->ring[queue->first];
  queue->first = queue->first + 1 == queue->capacity ? 0 : queue->first + 1;
  queue->count--;
  return item;
}

#endif
