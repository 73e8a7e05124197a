/* Messages through sockets: a header points to further memory, which has barriers
 * as well. Inevitable: what was received is gone, and what was sent may be answered. */
#define _GNU_SOURCE
#include "io.h"

#include "libc_access.h"

#include <limits.h>
#include <sys/socket.h>

const void *__ame_call_reads(const void *memory, size_t size);
const void *__ame_call_vector_reads(const void *vector, size_t count);
const void *__ame_call_vector_writes(const void *vector, size_t count);
void __ame_call_writes(void *memory, size_t size);

static void *reads(const void *memory, size_t size) {
  return (void *)(uintptr_t)__ame_call_reads(memory, size);
}

static void *private_copy(const void *memory, size_t size) {
  return memory ? ame_memory_copy(memory, size) : NULL;
}

/* In scratch, with everything that it points to. */
static void copy_to_send(struct msghdr *message) {
  message->msg_name = reads(message->msg_name, message->msg_namelen);
  message->msg_control = reads(message->msg_control, message->msg_controllen);
  message->msg_iov = (struct iovec *)(uintptr_t)__ame_call_vector_reads(
      message->msg_iov, message->msg_iovlen);
}

/* The memory is the program's, and this transaction's alone. */
static void own_to_receive(struct msghdr *message) {
  __ame_call_writes(message->msg_name, message->msg_namelen);
  __ame_call_writes(message->msg_control, message->msg_controllen);
  message->msg_iov = (struct iovec *)(uintptr_t)__ame_call_vector_writes(
      message->msg_iov, message->msg_iovlen);
}

/* What the kernel writes into a header; the vector stays the program's. */
static void store_results(struct msghdr *to, const struct msghdr *from) {
  ame_store(&to->msg_namelen, &from->msg_namelen, sizeof to->msg_namelen);
  ame_store(&to->msg_controllen, &from->msg_controllen,
            sizeof to->msg_controllen);
  ame_store(&to->msg_flags, &from->msg_flags, sizeof to->msg_flags);
}

AME_WRAPPER(ssize_t, sendmsg,
            (int socket, const struct msghdr *message, int flags)) {
  if (!ame_active())
    return sendmsg(socket, message, flags);
  const struct ame_scratch_mark mark = ame_scratch_mark();
  struct msghdr *copy = private_copy(message, sizeof *message);
  if (copy)
    copy_to_send(copy);
  ame_io_make_it_now("call to sendmsg");
  const ssize_t result = sendmsg(socket, copy, flags);
  ame_scratch_release(mark);
  return result;
}

AME_WRAPPER(ssize_t, recvmsg, (int socket, struct msghdr *message, int flags)) {
  if (!ame_active())
    return recvmsg(socket, message, flags);
  __ame_inevitable("call to recvmsg");
  const struct ame_scratch_mark mark = ame_scratch_mark();
  struct msghdr *copy = private_copy(message, sizeof *message);
  if (copy)
    own_to_receive(copy);
  const ssize_t result = recvmsg(socket, copy, flags);
  if (result >= 0)
    store_results(message, copy);
  ame_scratch_release(mark);
  return result;
}

/* --- several at once ------------------------------------------------------- */

static bool is_usable(const struct mmsghdr *messages, unsigned count) {
  return messages && count <= IOV_MAX;
}

AME_WRAPPER(int, sendmmsg,
            (int socket, struct mmsghdr *messages, unsigned count, int flags)) {
  if (ame_active() && !is_usable(messages, count))
    __ame_inevitable("call to sendmmsg");
  if (!ame_active() || !is_usable(messages, count))
    return sendmmsg(socket, messages, count, flags);
  const struct ame_scratch_mark mark = ame_scratch_mark();
  struct mmsghdr *copy = private_copy(messages, count * sizeof *messages);
  for (unsigned i = 0; i < count; i++)
    copy_to_send(&copy[i].msg_hdr);
  ame_io_make_it_now("call to sendmmsg");
  const int result = sendmmsg(socket, copy, count, flags);
  for (int i = 0; i < result; i++)
    ame_store(&messages[i].msg_len, &copy[i].msg_len, sizeof copy->msg_len);
  ame_scratch_release(mark);
  return result;
}

AME_WRAPPER(int, recvmmsg,
            (int socket, struct mmsghdr *messages, unsigned count, int flags,
             struct timespec *timeout)) {
  if (ame_active())
    __ame_inevitable("call to recvmmsg");
  if (!ame_active() || !is_usable(messages, count))
    return recvmmsg(socket, messages, count, flags, timeout);
  const struct ame_scratch_mark mark = ame_scratch_mark();
  struct mmsghdr *copy = private_copy(messages, count * sizeof *messages);
  for (unsigned i = 0; i < count; i++)
    own_to_receive(&copy[i].msg_hdr);
  if (timeout)
    __ame_call_writes(timeout, sizeof *timeout);
  const int result = recvmmsg(socket, copy, count, flags, timeout);
  for (int i = 0; i < result; i++) {
    store_results(&messages[i].msg_hdr, &copy[i].msg_hdr);
    ame_store(&messages[i].msg_len, &copy[i].msg_len, sizeof copy->msg_len);
  }
  ame_scratch_release(mark);
  return result;
}
