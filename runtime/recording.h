/* For the tests that check the runtime from outside: test/opacity.
 *
 * A recording build (-DAME_RECORDING) calls three functions of the test: at named
 * points, where the test may give the processor away; where an attempt gets its
 * place in the serial order; and where one is undone. A build may also break one
 * rule of the protocol (-DAME_BROKEN_RULE=AME_RULE_...), which the check must find.
 * In the normal build all of this is nothing. */
#ifndef AME_RECORDING_H
#define AME_RECORDING_H

#include <stdbool.h>
#include <stdint.h>

#ifdef AME_RECORDING
void ame_recording_point(const char *name);
/* A writer's place is its version; a reader's is right behind its snapshot. */
void ame_recording_commit(uint32_t place, bool is_writer);
void ame_recording_abort(uint32_t snapshot);
/* One that keeps its stripes has none: it is behind all that had a version before its
 * validation. */
void ame_recording_before_keeping(uint32_t now);
void ame_recording_keep(void);
#else
#define ame_recording_point(name) ((void)0)
#define ame_recording_commit(place, is_writer) ((void)0)
#define ame_recording_abort(snapshot) ((void)0)
#define ame_recording_before_keeping(now) ((void)0)
#define ame_recording_keep() ((void)0)
#endif

/* Each is kept by one line of the runtime, and named there. */
enum ame_rule {
  AME_RULE_NONE,
  AME_RULE_OREC_AFTER_DATA,
  AME_RULE_EXTENSION_VALIDATES,
  AME_RULE_EXTEND_BEFORE_OWNING,
  AME_RULE_SWAP_COMPARES,
  AME_RULE_COMMIT_VALIDATES,
  AME_RULE_VERSION_AFTER_UNDO,
  AME_RULE_NEW_VERSION_ON_ABORT,
  AME_RULE_FLAG_BEFORE_VALIDATION,
  AME_RULE_MARK_WHAT_WAS_LOGGED,
  AME_RULE_VALIDATE_WHEN_TURNING_VISIBLE,
  AME_RULE_SCAN,
  AME_RULE_WAIT_FOR_VICTIMS,
  AME_RULE_END_AFTER_UNDO,
  AME_RULE_QUIESCE,
  AME_RULE_LEAVE_AFTER_UNDO,
  AME_RULE_TICKET_BEFORE_VALIDATION,
  AME_RULE_ANSWERS_AWAIT_MERGES,
  AME_RULE_ANSWERS_FIT_SNAPSHOT,
  AME_RULE_ANSWERS_AVOID_TAKERS,
  AME_RULE_ANSWERS_HOLD_LATER,
  AME_RULE_COMMIT_CHECKS_ANSWERS,
  AME_RULE_MERGE_SETS_VERSION,
  AME_RULE_TAKING_ENDS_WITH_VERSION,
  AME_RULE_TAKING_EXTENDS,
  AME_RULE_TAKER_AWAITS_MERGES,
  AME_RULE_MERGERS_AVOID_TAKERS,
  AME_RULE_KEEP_VALIDATES,
  AME_RULE_KEEP_IS_NOTICED,
  AME_RULE_KEPT_COMPARES,
  AME_RULE_KEPT_IS_OWED,
  AME_RULE_STEAL_DRAWS,
  AME_RULE_STOPS_ARE_COUNTED
};
#ifndef AME_BROKEN_RULE
#define AME_BROKEN_RULE AME_RULE_NONE
#endif
#define ame_keeps(rule) (AME_BROKEN_RULE != AME_RULE_##rule)

#endif
