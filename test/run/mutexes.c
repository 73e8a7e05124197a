// RUN: %ame_cc -O0 %s -o %t.O0 && %ame_run %t.O0 | FileCheck %s
// RUN: %ame_cc -O2 %s -o %t.O2 && %ame_run %t.O2 | FileCheck %s
// RUN: %ame_cc -fame-mode=always -O2 %s -o %t.always && %ame_run %t.always | FileCheck %s
// Intent: code that mixes locks and transactions, in both orders of nesting, keeps each
// lock's invariant for plain code, wakes waiters, and comes to an end.
#include <ame/ame.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <stdio.h>

enum { THREADS = 4, ROUNDS = 400 };

static pthread_mutex_t first = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t second = PTHREAD_MUTEX_INITIALIZER;
static pthread_rwlock_t guard = PTHREAD_RWLOCK_INITIALIZER;
static long left, right; /* equal whenever `first` is held */
static long counted, torn;
static long plain AME_NOTRACK; /* under `second` alone, by plain code */

static void look(void) {
  pthread_mutex_lock(&first);
  if (left != right)
    torn++;
  pthread_mutex_unlock(&first);
}

static void change(void) {
  AME_ATOMIC {
    pthread_mutex_lock(&first);
    left++;
    right++;
    pthread_mutex_unlock(&first);
    counted++;
  }
}

/* The other nesting: blocks inside, conflicting with those above. */
static void change_inside(void) {
  pthread_mutex_lock(&second);
  plain++;
  AME_ATOMIC { counted++; }
  pthread_mutex_unlock(&second);
}

/* Both orders of both locks: together they would deadlock if anybody waited. */
static void change_both(int swap) {
  AME_ATOMIC {
    pthread_mutex_lock(swap ? &second : &first);
    pthread_mutex_lock(swap ? &first : &second);
    left++;
    right++;
    counted++;
    pthread_mutex_unlock(&first);
    pthread_mutex_unlock(&second);
    pthread_rwlock_rdlock(&guard);
    pthread_rwlock_unlock(&guard);
  }
}

static void change_inevitably(void) {
  AME_ATOMIC {
    pthread_mutex_lock(&first);
    ame_become_inevitable("test");
    left++;
    counted++;
    right++;
    pthread_mutex_unlock(&first);
  }
}

static void *work(void *number) {
  for (long i = (long)number; i < (long)number + ROUNDS; i++) {
    look();
    change();
    change_inside();
    change_both(i & 1);
    if (i % 8 == 0)
      change_inevitably();
  }
  return 0;
}

/* A lock across the block's edge, both ways. */
static int is_free(void) {
  if (pthread_mutex_trylock(&first) != 0)
    return 0;
  pthread_mutex_unlock(&first);
  return 1;
}
static void *ask(void *answer) {
  *(int *)answer = is_free();
  return 0;
}
static int others_find_it_free(void) {
  pthread_t thread;
  int answer;
  pthread_create(&thread, 0, ask, &answer);
  pthread_join(thread, 0);
  return answer;
}

static void edges(void) {
  AME_ATOMIC { pthread_mutex_lock(&first); }
  printf("locked inside: free %d\n", others_find_it_free());
  AME_ATOMIC {
    pthread_mutex_unlock(&first);
    pthread_mutex_lock(&first);
    pthread_mutex_unlock(&first);
  }
  printf("unlocked inside: free %d\n", others_find_it_free());
  AME_ATOMIC {
    pthread_mutex_lock(&first);
    ame_cancel();
  }
  printf("cancelled: free %d\n", others_find_it_free());
}

/* Waking from inside. */
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static sem_t semaphore;
static int ready;

static void *wait_for_it(void *unused) {
  pthread_mutex_lock(&first);
  while (!ready)
    pthread_cond_wait(&changed, &first);
  pthread_mutex_unlock(&first);
  sem_wait(&semaphore);
  return unused;
}

static void waking(void) {
  pthread_t thread;
  sem_init(&semaphore, 0, 0);
  pthread_create(&thread, 0, wait_for_it, 0);
  AME_ATOMIC {
    pthread_mutex_lock(&first);
    ready = 1;
    pthread_cond_signal(&changed);
    pthread_mutex_unlock(&first);
    sem_post(&semaphore);
  }
  pthread_join(thread, 0);
  puts("woken");
}

int main(void) {
  pthread_t threads[THREADS];
  for (long i = 0; i < THREADS; i++)
    pthread_create(&threads[i], 0, work, (void *)i);
  for (int i = 0; i < THREADS; i++)
    pthread_join(threads[i], 0);
  // CHECK: torn 0, difference 0
  printf("torn %ld, difference %ld\n", torn, left - right);
  // CHECK-NEXT: counted 5000, plain 1600
  printf("counted %ld, plain %ld\n", counted, plain);
  // CHECK-NEXT: locked inside: free 0
  // CHECK-NEXT: unlocked inside: free 1
  // CHECK-NEXT: cancelled: free 1
  edges();
  // CHECK-NEXT: woken
  waking();
  return 0;
}
