/* setjmp and longjmp in transactions.
 *
 * Inside a transaction a jump only has to restore the nesting of blocks: what it
 * leaves on the stack is private. A jump to a place outside the outermost block
 * is a way out of it like return: it commits first. (The commit may abort; then
 * the block runs again, and may come here again.)
 *
 * For each setjmp of the running attempt the nesting is kept. The list has the
 * order of the stack, so that those of functions that have returned go away. */
#include "transaction.h"

#include "libc_access.h"

#include <setjmp.h>

static struct ame_jump_target *target_of(struct transaction *tx, const void *env) {
  for (size_t i = tx->jump_target_count; i-- > 0;)
    if (tx->jump_targets[i].env == env)
      return &tx->jump_targets[i];
  return NULL;
}

static void remember(struct transaction *tx, const void *env, uintptr_t stack) {
  struct ame_jump_target *target = target_of(tx, env);
  while (tx->jump_target_count > 0 &&
         tx->jump_targets[tx->jump_target_count - 1].stack < stack)
    tx->jump_target_count--;
  if (!target || target >= tx->jump_targets + tx->jump_target_count) {
    if (tx->jump_target_count == tx->jump_target_capacity)
      tx->jump_targets = ame_own_grow(tx->jump_targets, tx->jump_target_count,
                                      &tx->jump_target_capacity,
                                      sizeof *tx->jump_targets);
    target = &tx->jump_targets[tx->jump_target_count++];
  }
  *target = (struct ame_jump_target){env, stack, __ame_tls.depth, tx->explicit_blocks};
}

void __ame_before_setjmp(void *env) {
  if (!ame_active())
    return;
  __ame_write_range(env, sizeof(jmp_buf));
  ame_self()->to_end |= AME_END_RESTARTED; /* the list ends with the attempt */
  remember(ame_self(), env, (uintptr_t)__builtin_frame_address(0));
}

/* The stack pointer that the jump will restore. glibc keeps it xor a secret of
 * the thread, rotated. */
static uintptr_t stack_of(const struct __jmp_buf_tag *env) {
  enum { STACK_POINTER = 6 };
  uintptr_t value = (uintptr_t)env->__jmpbuf[STACK_POINTER];
  __asm__("rorq $17, %0\n\txorq %%fs:0x30, %0" : "+r"(value) : : "cc");
  return value;
}

static void restore_nesting(struct transaction *tx, const struct __jmp_buf_tag *env) {
  const struct ame_jump_target *target = target_of(tx, env);
  if (target) {
    __ame_tls.depth = target->depth;
    tx->explicit_blocks = target->explicit_blocks;
    return;
  }
  /* Foreign code, called from here, has called setjmp and is called back. */
  if (!tx->open && stack_of(env) < tx->registers.rsp)
    return;
  tx->explicit_blocks -= __ame_tls.depth - 1;
  __ame_tls.depth = 1;
  /* An open transaction goes on across its functions; a block has been left. */
  if (!tx->open)
    ame_commit_transaction(tx);
}

static void leave_blocks(struct __jmp_buf_tag *env) {
  if (!ame_active())
    return;
  __ame_read_range(env, sizeof env->__jmpbuf);
  restore_nesting(ame_self(), env);
}

_Noreturn AME_WRAPPER(void, longjmp, (struct __jmp_buf_tag * env, int value)) {
  sigset_t of_block, of_handler;
  if (ame_signal_handlers_leave(stack_of(env), &of_block)) {
    /* The commit may fail: then the block runs again, not the handler. */
    pthread_sigmask(SIG_SETMASK, &of_block, &of_handler);
    leave_blocks(env);
    pthread_sigmask(SIG_SETMASK, &of_handler, NULL);
  } else {
    leave_blocks(env);
  }
  /* siglongjmp is the same function: the buffer knows whether it has a mask. */
  longjmp(env, value);
}

_Noreturn AME_WRAPPER(void, __longjmp_chk, (struct __jmp_buf_tag * env, int value)) {
  __ame_libc_longjmp(env, value);
}
