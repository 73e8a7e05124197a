/* Before the generated tests. */
#include "harness.h"

#define NOINLINE __attribute__((noinline))
#define m(i) memory[i]
#define text(i, string) row_text(i, string)
#define wide_text(i, string) row_wide_text(i, string)
#define bytes(i, string) row_bytes(i, string, sizeof(string) - 1)
#define number(i, value) row_bytes(i, &(long){value}, sizeof(long))
#define pointer(i, to) row_bytes(i, &(const void *){to}, sizeof(void *))
#define vector(i, to, size)                                                    \
  row_bytes(i, &(struct iovec){to, size}, sizeof(struct iovec))

#define m_path "/nonexistent/ame"
static char *m_strings[] = {"x", NULL};

static int compare_bytes(const void *a, const void *b) {
  return *(const unsigned char *)a - *(const unsigned char *)b;
}
static int compare_with_context(const void *a, const void *b, void *context) {
  (void)context;
  return compare_bytes(a, b);
}
static int visit_ftw(const char *path, const struct stat *status, int flag) {
  return 0;
}
static int visit_nftw(const char *path, const struct stat *status, int flag,
                      struct FTW *where) {
  return 0;
}
static void visit_tree(const void *node, VISIT which, int depth) {}
static void visit_tree_r(const void *node, VISIT which, void *context) {}
static void free_node(void *node) {}
static void do_nothing(void) {}
static void do_nothing_with(int status, void *argument) {}
static void *return_argument(void *argument) { return argument; }
static int return_zero(void *argument) { return 0; }

AME_PURE static wctrans_t lower(void) { return wctrans("tolower"); }
AME_PURE static wctype_t alpha(void) { return wctype("alpha"); }
AME_PURE static pthread_t a_thread(void) {
  pthread_t thread;
  pthread_create(&thread, NULL, return_argument, NULL);
  return thread;
}
AME_PURE static pthread_mutex_t *locked_mutex(void) {
  static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  pthread_mutex_trylock(&mutex);
  return &mutex;
}
AME_PURE static pthread_spinlock_t *locked_spin(void) {
  static pthread_spinlock_t lock;
  pthread_spin_trylock(&lock);
  return &lock;
}
AME_PURE static pthread_rwlock_t *locked_rwlock(void) {
  static pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;
  pthread_rwlock_trywrlock(&lock);
  return &lock;
}
AME_PURE static struct addrinfo *an_address(void) {
  struct addrinfo *address = NULL;
  getaddrinfo("127.0.0.1", NULL, NULL, &address);
  return address;
}

