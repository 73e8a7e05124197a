/* Threads as C code starts and awaits them. */
#ifndef MINIPY_MODULES_THREADS_H
#define MINIPY_MODULES_THREADS_H

#include <pthread.h>

/* pthread_create with a stack that is deep enough for Python's recursion. */
int Thread_Create(pthread_t *thread, void *(*function)(void *), void *argument);
/* Waits for all that start_new_thread began; outside of the lock. */
void Threads_WaitForAll(void);

#endif
