/* Signal handlers: code that runs in the middle of anything.
 *
 * A signal comes from outside: what its handler does must not be taken back when
 * the transaction that it has interrupted aborts. And it comes at any moment, also
 * between two steps of a barrier or of a commit, whose state nobody else may touch
 * then. So a handler belongs to no transaction. While it runs, its thread is like
 * one that has never begun any: all of memory counts as captured, no count is
 * cached, there is no transaction block. Instrumented code, barriers and wrappers
 * know that state; they only do the access, and leave what was interrupted alone.
 * A block would need it: it is an error, found where a thread without a block gets
 * one (threads.c), so that begin pays nothing.
 *
 * This is done around the handler, by the function that sigaction and its kin
 * install in its place. Each step of it may itself be interrupted: a handler puts
 * back exactly what it has found. What other threads look at, the read log and
 * `accepted`, stays as it is.
 *
 * The kernel keeps flags and masks. On x86-64 it passes all three arguments to
 * every handler, whatever the flags say, and so does this file. */
#define _GNU_SOURCE
#include "transaction.h"

#include "libc_access.h"

#include <signal.h>
#include <ucontext.h>

typedef void (*handler)(int number);
typedef void (*informed_handler)(int number, siginfo_t *info, void *context);

/* --- running a handler ----------------------------------------------------- */

struct interrupted {
  struct interrupted *outer;
  struct transaction *block;
  uintptr_t captured[2];
  struct ame_count_cache *counts;
  uint32_t depth, owed;
  const ucontext_t *context; /* from the kernel: what it will put back */
};

static _Thread_local struct interrupted *innermost
    __attribute__((tls_model("initial-exec")));

static void set_aside(struct interrupted *here) {
  here->outer = innermost;
  here->block = ame_self_block;
  memcpy(here->captured, &__ame_tls.captured_base, sizeof here->captured);
  here->counts = __ame_tls.counts;
  here->depth = __ame_tls.depth;
  here->owed = __ame_tls.owed;
  atomic_signal_fence(memory_order_seq_cst);
  innermost = here;
  ame_self_block = NULL;
  ame_fast_outside();
  __ame_tls.captured_base = 0;
  __ame_tls.counts = ame_refcount_cache(NULL);
  __ame_tls.owed = 0;
  atomic_signal_fence(memory_order_seq_cst);
}

static void take_up(const struct interrupted *here) {
  atomic_signal_fence(memory_order_seq_cst);
  memcpy(&__ame_tls.captured_base, here->captured, sizeof here->captured);
  __ame_tls.counts = here->counts;
  __ame_tls.depth = here->depth;
  __ame_tls.owed = here->owed;
  ame_self_block = here->block;
  atomic_signal_fence(memory_order_seq_cst);
  innermost = here->outer;
}

/* A jump may have done it already. */
static void leave(struct interrupted *here) {
  if (innermost == here)
    take_up(here);
}

bool ame_in_signal_handler(void) { return innermost != NULL; }

struct transaction *ame_block_of_thread(void) {
  struct transaction *block = ame_self_block;
  for (const struct interrupted *at = innermost; at && !block; at = at->outer)
    block = at->block;
  return block;
}

/* A jump leaves the handlers that do not contain its target. The kernel's mask has
 * as many bytes as there are signals. */
bool ame_signal_handlers_leave(uintptr_t target_stack, sigset_t *interrupted_mask) {
  const uintptr_t here = (uintptr_t)__builtin_frame_address(0);
  bool left = false;
  for (; innermost && (target_stack < here || target_stack > (uintptr_t)innermost);
       left = true) {
    sigemptyset(interrupted_mask);
    memcpy(interrupted_mask, &innermost->context->uc_sigmask, (NSIG - 1) / 8);
    take_up(innermost);
  }
  return left;
}

static _Atomic(handler) handlers[NSIG];

/* In the place of every handler. The cleanup is for pthread_exit and cancellation,
 * which unwind the stack (CMakeLists.txt: -fexceptions). */
static void run_handler(int number, siginfo_t *info, void *context) {
  union {
    handler of_number;
    informed_handler informed;
  } call = {atomic_load_explicit(&handlers[number], memory_order_acquire)};
  __attribute__((cleanup(leave))) struct interrupted here = {.context = context};
  set_aside(&here);
  call.informed(number, info, context);
}

static const union {
  informed_handler informed;
  handler of_number;
} run = {run_handler};

/* --- installing one --------------------------------------------------------- */

/* With clones, the function itself has no barriers, and may be left by a jump that
 * nobody sees: it is installed as it is. */
static bool needs_care(int number, handler function) {
  union {
    handler function;
    const void *address;
  } entry = {function};
  return number > 0 && number < NSIG && function != SIG_DFL && function != SIG_IGN &&
         function != SIG_HOLD && function != SIG_ERR && function != run.of_number &&
         !ame_has_clone(entry.address);
}

/* The program's handler, for what the kernel has in its place. */
static handler program_sees(handler installed, handler before) {
  return installed == run.of_number ? before : installed;
}

/* A signal that comes in between may run the new handler a moment too early. */
static handler replace(int number, handler function) {
  return atomic_exchange_explicit(&handlers[number], function, memory_order_acq_rel);
}

static handler install(int number, handler function, handler (*call)(int, handler)) {
  if (!needs_care(number, function)) {
    const handler old = call(number, function);
    return old == run.of_number ? atomic_load(&handlers[number]) : old;
  }
  const handler before = replace(number, function);
  const handler old = call(number, run.of_number);
  if (old == SIG_ERR)
    replace(number, before);
  return program_sees(old, before);
}

#define INSTALLING(name)                                                       \
  AME_WRAPPER(handler, name, (int number, handler function)) {                 \
    if (ame_active())                                                          \
      __ame_inevitable("call to " #name);                                      \
    return install(number, function, name);                                    \
  }

/* sigset is deprecated. */
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
INSTALLING(signal)
INSTALLING(sysv_signal)
INSTALLING(sigset)

static void access_through_barriers(const struct sigaction *action,
                                    struct sigaction *old) {
  if (!ame_active())
    return;
  __ame_inevitable("call to sigaction");
  if (action)
    __ame_read_range(action, sizeof *action);
  if (old)
    __ame_write_range(old, sizeof *old);
}

AME_WRAPPER(int, sigaction,
            (int number, const struct sigaction *action, struct sigaction *old)) {
  access_through_barriers(action, old);
  struct sigaction ours, replaced;
  handler before = number > 0 && number < NSIG ? atomic_load(&handlers[number]) : NULL;
  const bool with_care = action && needs_care(number, action->sa_handler);
  if (action)
    ours = *action;
  if (with_care) {
    before = replace(number, action->sa_handler);
    ours.sa_handler = run.of_number;
  }
  const int result = sigaction(number, action ? &ours : NULL, &replaced);
  if (result != 0 && with_care)
    replace(number, before);
  if (result == 0 && old) {
    *old = replaced;
    old->sa_handler = program_sees(replaced.sa_handler, before);
  }
  return result;
}
