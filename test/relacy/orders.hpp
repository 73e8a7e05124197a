// The orders of the runtime that can be broken, one in a run.
#ifndef AME_TEST_RELACY_ORDERS_HPP
#define AME_TEST_RELACY_ORDERS_HPP

#include <relacy/relacy.hpp>

// Each is one order or fence of the runtime, and the program that fails when it is
// broken (relaxed, or left out). Without a program: another one makes it unnecessary.
#define ORDERS(X)                                                                     \
  X(NONE, "")                                                                         \
  X(DATA_LOAD_ACQUIRE, "opacity")                                                     \
  X(OREC_LOAD_ACQUIRE, "")                                                            \
  X(OREC_IN_ORDER, "privatization by proxy")                                          \
  X(CLOCK_LOAD_ACQUIRE, "opacity, a visible reader")                                  \
  X(CLOCK_DRAW_SEQ_CST, "opacity")                                                    \
  X(OWN_SEQ_CST, "opacity, a visible reader")                                         \
  X(RELEASE_STRIPES, "privatization by proxy")                                        \
  X(ABORT_RELEASE_STRIPES, "")                                                        \
  X(BEGIN_FENCE, "privatization")                                                     \
  X(EXTENSION_RELEASE, "")                                                            \
  X(LEAVE_RELEASE, "a new start of the clock")                                        \
  X(ABORT_LEAVE_RELEASE, "privatization")                                             \
  X(PUBLISHED_ACQUIRE, "privatization")                                               \
  X(ANNOUNCE_SEQ_CST, "")                                                             \
  X(RETRACT_SEQ_CST, "privatization by proxy")                                        \
  X(ANNOUNCED_ACQUIRE, "privatization by proxy")                                      \
  X(QUIESCE_MEMBARRIER, "privatization, the victim only writes")                      \
  X(SCAN_MEMBARRIER, "opacity, a visible reader")                                     \
  X(VISIBLE_RELEASE, "")                                                              \
  X(RAISE_SEQ_CST, "")                                                                \
  X(LOOK_SEQ_CST, "")                                                                 \
  X(TURN_FENCE, "increments, one visible")                                            \
  X(TURN_LEAVE_RELEASE, "")                                                           \
  X(END_RELEASE, "")                                                                  \
  X(STATUS_ACQUIRE, "")                                                               \
  X(COMMITTING_SEQ_CST, "")                                                           \
  X(DOOM_SEQ_CST, "")                                                                 \
  X(OWN_VERSION_RELEASE, "")                                                          \
  X(OWN_VERSION_ACQUIRE, "")                                                          \
  X(COMPANY_ACQUIRE, "a new start of the clock")                                      \
  X(OWNING_RELEASE, "alone, then company")                                            \
  X(OWNING_ACQUIRE, "")                                                               \
  X(COMPANY_MEMBARRIER, "alone, then company that privatizes")                        \
  X(SLEEPER_MEMBARRIER, "sleep")                                                      \
  X(RETRY_FENCE, "retry")                                                             \
  X(RETRY_LOOK_SEQ_CST, "")                                                           \
  X(STOP_IS_COUNTED, "a new start of the clock")                                      \
  X(STOP_FENCE, "a new start of the clock")                                           \
  X(KEEPING_RELEASE, "kept increments")                                               \
  X(KEPT_BEGIN_SEQ_CST, "kept increments")                                            \
  X(THIEF_SEQ_CST, "kept increments")                                                 \
  X(PUT_BACK_RELEASE, "kept increments")                                              \
  X(STEAL_RELEASE, "")                                                                \
  X(KEEP_FENCE, "kept write skew")                                                    \
  X(KEEP_NOTICED_SEQ_CST, "")
enum class rule {
#define X(name, program) name,
  ORDERS(X)
#undef X
};
inline rule broken = rule::NONE;
inline bool keeps(rule r) { return r == rule::NONE || broken != r; }
inline rl::memory_order order(rule r, rl::memory_order strong) {
  return keeps(r) ? strong : rl::mo_relaxed;
}

inline void fence(rule r) {
  if (keeps(r))
    rl::atomic_thread_fence(rl::mo_seq_cst, $);
}
inline void heavy(rule r) {
  if (keeps(r))
    rl::systemwide_fence($);
}
inline void light() {}

#endif
