/* The runtime's protocol (docs/design.md, section 2) for spin: two stripes, two or
 * three threads, x86's memory order with its store buffers spelt out.
 *
 * Every plain store goes through its thread's buffer (oldest first); loads look there
 * before memory; compare-and-swap, exchange and counters are locked and drain it; a
 * membarrier drains all. Names are the runtime's: ame_begin_attempt, wait_for_stripe,
 * own, ame_extend, ame_turn_visible, ame_visible_scan, publish, ame_quiesce,
 * undo_attempt. What the runtime decides by age or by the time, the model decides
 * either way. An attempt is one of few: after ATTEMPTS failures a run is not looked
 * at further (`cut`), so that what always loses is no error, but whoever waits for
 * ever is (invalid end state).
 *
 *   PROGRAM       what the transactions do, see NEXT
 *   THREADS       2 or 3
 *   VISIBLE       bit mask of the threads that may turn visible, at any step
 *   INEVITABLE    bit mask of those that may become inevitable, at any step
 *   TRANSACTIONS  of each thread, in the same block: exit and reuse
 *   CANCELS       of each thread
 *   OWES          thread 0's commits owe their quiescence, all but the last, which a
 *                 reader is (__ame_commit_owing); the others have one transaction
 *   LOOPS         bit mask of the threads that do so, instead of thread 0
 *   SETTLES       the last one owes, too, and settles before plain code
 *   KEEPS         and may keep its stripes instead of a version (kept_stripes.c)
 *   SOLITUDE      threads register and leave; the only one begins, owns and draws its
 *                 versions alone (ame_register_thread, ame_own_alone, ame_draw_version)
 *   LIVES         thread 1 leaves and registers again between its transactions
 *   a rule's name, see model.py: that rule is broken */
#ifndef THREADS
#define THREADS 2
#endif
#ifndef VISIBLE
#define VISIBLE 0
#endif
#ifndef INEVITABLE
#define INEVITABLE 0
#endif
#ifndef TRANSACTIONS
#define TRANSACTIONS 1
#endif
#ifndef CANCELS
#define CANCELS 0
#endif
#ifndef ATTEMPTS
#define ATTEMPTS 1
#endif
#ifdef OWES
#ifndef LOOPS
#define LOOPS 1
#endif
#define IN_LOOP(t) ((LOOPS >> (t)) & 1)
#define TRANSACTIONS_OF(t) (IN_LOOP(t) -> TRANSACTIONS : 1)
#ifdef SETTLES
#define OWING IN_LOOP(id)
#else
#define OWING (IN_LOOP(id) && done + 1 < TRANSACTIONS)
#endif
#define RUNS_PLAINLY (done + 1 == TRANSACTIONS_OF(id))
#else
#define TRANSACTIONS_OF(t) TRANSACTIONS
#define RUNS_PLAINLY true
#endif
#define ROOM 5 /* stores that a buffer holds */

#ifdef READERS_READ_LOGS /* as they do when they settle what they owe */
#define READERS_READ 1
#else
#define READERS_READ 0
#endif

/* Memory. A log is the set of its stripes. A status is sequence * 4 + state. */
#define DATA(i) (i)
#define OREC(i) (2 + (i))
#define PUBLISHED(t) (4 + (t))
#define LOG(t) (4 + THREADS + (t))
#define STATUS(t) (4 + 2 * THREADS + (t))
#define MARK(t, i) (4 + 3 * THREADS + (t) * 2 + (i))
#ifdef SOLITUDE
#define OWN_VERSION(t) (4 + 5 * THREADS + (t))
#define COMPANY (4 + 6 * THREADS) /* AME_OTHERS + AME_GENERATION * n */
#define OWNING(t) (5 + 6 * THREADS + (t))
#define WORDS (5 + 7 * THREADS)
#else
#define WORDS (4 + 5 * THREADS)
#endif
#define LOCK 128
#define INACTIVE 255
#define KEEPING 254
#define STEALING 253
#define NONE 0
#define ACTIVE 1
#define DOOMED 2
#define COMMITTING 3
#define STATE(s) ((s) & 3)
#define DIRTY 9
#define PLAIN 50 /* stored by code outside transactions, or by the next owner */

byte mem[WORDS], at[THREADS * ROOM], what[THREADS * ROOM], pending[THREADS];
byte clock = 1, visible_count, announced, token, ended;
bool cut, freed, y_was_old;
#ifdef SOLITUDE
bool registry;
byte registered;
#endif
hidden byte k_, j_, h_;

inline DRAIN(t) {
  k_ = 0;
  do
  :: k_ < pending[t] ->
     mem[at[(t) * ROOM + k_]] = what[(t) * ROOM + k_];
     at[(t) * ROOM + k_] = 0; what[(t) * ROOM + k_] = 0; k_++
  :: else -> break
  od;
  pending[t] = 0; k_ = 0
}
inline PEEK(a, to) {
  h_ = a; to = mem[h_]; k_ = 0;
  do
  :: k_ < pending[id] -> if :: at[id * ROOM + k_] == h_ -> to = what[id * ROOM + k_] :: else fi; k_++
  :: else -> break
  od;
  k_ = 0; h_ = 0
}
#define LOAD(a, to) d_step { PEEK(a, to) }
#define STORE(a, v) d_step { pending[id] < ROOM -> at[id * ROOM + pending[id]] = a; what[id * ROOM + pending[id]] = v; pending[id]++ }
#define SWAP(a, old, new) d_step { DRAIN(id); ok = (mem[a] == (old)); if :: ok -> mem[a] = new :: else fi }
#define EXCHANGE(a, v) d_step { DRAIN(id); mem[a] = v }
#define MEMBARRIER d_step { j_ = 0; do :: j_ < THREADS -> DRAIN(j_); j_++ :: else -> break od; j_ = 0 }
#define COUNT_UP d_step { DRAIN(id); clock++; assert(clock < 60); version = clock }
#define RAISE(v) d_step { DRAIN(id); if :: clock < (v) -> clock = v :: else fi }

proctype Flush(byte id) {
end:
  do
  :: d_step { pending[id] > 0 ->
       mem[at[id * ROOM]] = what[id * ROOM]; k_ = 1;
       do
       :: k_ < pending[id] -> at[id * ROOM + k_ - 1] = at[id * ROOM + k_]; what[id * ROOM + k_ - 1] = what[id * ROOM + k_]; k_++
       :: else -> break
       od;
       pending[id]--; at[id * ROOM + pending[id]] = 0; what[id * ROOM + pending[id]] = 0; k_ = 0 }
  od
}

/* --- programs ---------------------------------------------------------------------- */
#define READ(x) kind = 1; i = x
#define WRITE(x, v) kind = 2; i = x; fresh = v
#define CANCEL kind = 3
#define CHECK kind = 4
#define READ_BOTH kind = 5
#define WRITE_BOTH(v) kind = 6; fresh = v
#if defined(OWES) && (LOOPS & 1)
#define TAKE_OUT if :: done == 0 -> WRITE(0, 0) :: else -> READ(0) fi
#else
#define TAKE_OUT WRITE(0, 0)
#endif
inline NEXT() {
  d_step {
    kind = 0; i = 0; fresh = 0;
    if
#if PROGRAM == 1 /* opacity: committed transactions leave x == y */
    :: id == 0 && step == 0 -> WRITE(0, DIRTY) :: id == 0 && step == 1 -> READ(1)
    :: id == 0 && step == 2 -> WRITE(1, seen[1] + 1) :: id == 0 && step == 3 -> CANCEL
    :: id == 0 && step == 4 -> WRITE(0, seen[1] + 1)
    :: id >= 1 && step == 0 -> READ(0) :: id >= 1 && step == 1 -> READ(1) :: id >= 1 && step == 2 -> CHECK
#elif PROGRAM == 2 /* two increments: none is lost */
    :: step == 0 -> READ(0) :: step == 1 -> WRITE(0, seen[0] + 1) :: step == 2 && id == 0 -> CANCEL
#elif PROGRAM == 3 /* each clears one when the other is set: never both */
    :: id < 2 && step == 0 -> READ(id) :: id < 2 && step == 1 -> WRITE(1 - id, 1 - seen[id])
#elif PROGRAM == 4 /* privatization and reclamation: 0 takes the node at 1 out, then owns it */
    :: id == 0 && step == 0 -> TAKE_OUT :: id == 0 && step == 1 -> CANCEL
    :: id == 1 && step == 0 -> READ(0) :: id == 1 && step == 1 && seen[0] == 1 -> READ(1)
    :: id == 1 && step == 2 && seen[0] == 1 -> WRITE(1, seen[1] + 1)
#ifdef LOOKS_AGAIN /* at what tells that the node has gone */
    :: id == 1 && step == 3 && seen[0] == 1 -> READ(0)
#else
    :: id == 1 && step == 3 && seen[0] == 1 -> CANCEL
#endif
#elif PROGRAM == 5 /* by proxy: 0 takes it out, 2 learns of it and uses it; 1 is the victim */
    :: id == 0 && step == 0 -> TAKE_OUT
    :: id == 1 && step == 0 -> READ(0) :: id == 1 && step == 1 && seen[0] == 1 -> READ(1)
    :: id == 1 && step == 2 && seen[0] == 1 -> WRITE(1, seen[1] + 1)
    :: id == 2 && step == 0 -> READ(0)
#ifdef WRITES /* 2 writes something as well */
    :: id == 2 && step == 1 && seen[0] == 0 -> WRITE(1, 7)
#endif
#elif PROGRAM == 6 /* the later y is written first: an early abort of x gives it a version */
    :: id == 0 && step == 0 -> WRITE(0, DIRTY) :: id == 0 && step == 1 -> CANCEL
    :: id == 0 && step == 2 -> WRITE(1, 1) :: id == 0 && step == 3 -> WRITE(0, 1)
    :: id == 1 && step == 0 -> READ(1) :: id == 1 && step == 1 -> READ(0) :: id == 1 && step == 2 -> CHECK
#elif PROGRAM == 7 /* a reader ends beside a committer that waits for it and one that waits for that */
    :: id == 0 && step == 0 -> READ(1) :: id == 0 && step == 1 -> WRITE(1, 3) :: id == 0 && step == 2 -> WRITE(0, 1)
    :: id == 1 && step == 0 -> READ(0)
    :: id == 2 && step == 0 -> WRITE(0, 2)
#elif PROGRAM == 8 /* two that share nothing */
    :: step == 0 -> READ(id) :: step == 1 -> WRITE(id, 3)
#elif PROGRAM == 10 /* ranges of two stripes (barrier_ranges.c): no torn ones */
    :: id == 0 && step == 0 && !singly -> WRITE_BOTH(1)
    :: id == 0 && step == 0 && singly -> WRITE(0, 1) :: id == 0 && step == 1 -> WRITE(1, 1)
    :: id == 0 && step == 2 -> CANCEL
    :: id >= 1 && step == 0 && !singly -> READ_BOTH
    :: id >= 1 && step == 0 && singly -> READ(0) :: id >= 1 && step == 1 -> READ(1) :: id >= 1 && step == 2 -> CHECK
#elif PROGRAM == 11 /* increments of both: none is lost */
    :: step == 0 -> READ(0) :: step == 1 -> READ(1) :: step == 2 -> CHECK
    :: step == 3 && !singly -> WRITE_BOTH(seen[0] + 1)
    :: step == 3 && singly -> WRITE(1, seen[0] + 1) :: step == 4 -> WRITE(0, seen[0] + 1)
    :: step == 5 && id == 0 -> CANCEL
#elif PROGRAM == 9 /* 1 writes x, then reads both; 0 says in y whether it has seen that x */
    :: id == 0 && step == 0 -> READ(0) :: id == 0 && step == 1 -> WRITE(1, 1 + seen[0])
    :: id == 1 && done == 0 && step == 0 -> WRITE(0, 1)
    :: id == 1 && done == 1 && step == 0 -> READ(0) :: id == 1 && done == 1 && step == 1 -> READ(1)
#endif
    :: else
    fi;
    k_ = 0
  }
}
#define OWN (LOCK + id)

/* ame_now, ame_draw_version, begin's publication; registration and exit. */
#ifdef SOLITUDE
#define OTHERS 1
#ifdef NO_GENERATION
#define GENERATION 0
#else
#define GENERATION 2
#endif
#define NO_SOLITUDE 255
inline NOW() {
  LOAD(OWN_VERSION(id), o);
  now = clock;
  if :: o > now -> RAISE(o); now = clock :: else fi;
  o = 0
}
#define LATER_OF_BOTH if :: o > now -> now = o :: else fi
inline PUBLISH() {
  LOAD(OWN_VERSION(id), o);
  d_step { now = clock; LATER_OF_BOTH; o = 0 }
#ifdef ALONE_LOOKS_BEFORE_PUBLISHING
  LOAD(COMPANY, solitude);
  STORE(PUBLISHED(id), now);
#else
  STORE(PUBLISHED(id), now);
  LOAD(COMPANY, solitude);
#endif
  if
  :: solitude & OTHERS -> solitude = NO_SOLITUDE; NOW(); EXCHANGE(PUBLISHED(id), now)
  :: else
  fi
}
inline DRAW() {
  skip;
  d_step { alone = 0; o = 0; version = 0 }
  if
  :: solitude != NO_SOLITUDE ->
     LOAD(OWN_VERSION(id), o);
#ifdef ALONE_LOOKS_BEFORE_DRAWING
     LOAD(COMPANY, e);
#endif
     d_step { version = clock; if :: o > version -> version = o :: else fi; version++; assert(version < 60); o = 0 }
     STORE(OWN_VERSION(id), version);
#ifndef ALONE_LOOKS_BEFORE_DRAWING
     LOAD(COMPANY, e);
#endif
     d_step { alone = (e == solitude); e = 0 }
  :: else
  fi;
  if
  :: !alone -> LOAD(OWN_VERSION(id), o); RAISE(o); o = 0; COUNT_UP
  :: else
  fi
}
/* ame_own_alone: plain stores are enough. */
inline OWN_ALONE() {
  skip;
  ok = 0;
  if
  :: solitude != NO_SOLITUDE ->
#ifdef ALONE_LOOKS_BEFORE_OWNING
     LOAD(COMPANY, e);
     STORE(OWNING(id), 1);
#else
     STORE(OWNING(id), 1);
     LOAD(COMPANY, e);
#endif
     if :: e == solitude -> STORE(OREC(i), OWN); ok = 1 :: else fi;
     e = 0;
     STORE(OWNING(id), 0)
  :: else
  fi
}
inline CATCH_UP() {
  skip;
  t = 0;
  do
  :: t < THREADS -> LOAD(OWN_VERSION(t), o); RAISE(o); d_step { o = 0; t++ }
  :: else -> break
  od;
  t = 0
}
inline REGISTER() {
  atomic { !registry -> registry = 1; registered++ }
  if
  :: registered == 2 ->
     d_step { DRAIN(id); mem[COMPANY] = mem[COMPANY] + GENERATION + OTHERS; assert(mem[COMPANY] < 200) }
#ifdef CATCH_UP_BEFORE_MEMBARRIER
     CATCH_UP();
#endif
#ifndef COMPANY_WITHOUT_MEMBARRIER
     MEMBARRIER;
#endif
#ifndef OWNING_NOT_AWAITED
     t = 0;
     do
     :: t < THREADS && mem[OWNING(t)] == 0 -> t++
     :: t >= THREADS -> break
     od;
     t = 0;
#endif
#ifndef CATCH_UP_BEFORE_MEMBARRIER
#ifndef NO_CATCH_UP
     CATCH_UP();
#endif
#endif
  :: else
  fi;
  registry = 0
}
inline LEAVE() {
  atomic { !registry -> registry = 1 }
#ifndef EXIT_WITHOUT_CATCH_UP
  CATCH_UP();
#endif
  d_step { DRAIN(id); registered--; if :: registered == 1 -> mem[COMPANY] = mem[COMPANY] & (255 - OTHERS) :: else fi }
  registry = 0
}
#else
inline NOW() { now = clock }
#define DRAW() COUNT_UP
inline PUBLISH() {
#ifdef KEEPS
  if
  :: kept != 0 -> LEAVE_REST(1)
  :: else -> now = clock; EXCHANGE(PUBLISHED(id), now)
  fi
#else
  now = clock;
#ifdef BEGIN_WITHOUT_FENCE
  STORE(PUBLISHED(id), now);
#else
  EXCHANGE(PUBLISHED(id), now);
#endif
#endif
}
#endif

#ifdef KEEPS
/* Stripes that this attempt has written, not those only that it owns. */
#define LOGGED logged
/* leave_rest: a thief is waited for. */
inline LEAVE_REST(begins) {
  skip;
#ifdef KEPT_TAKEN_BACK_BLINDLY
  now = clock;
  EXCHANGE(PUBLISHED(id), (begins -> now : STEALING));
#else
  do
  :: now = clock;
     SWAP(PUBLISHED(id), KEEPING, (begins -> now : STEALING));
     if :: ok -> ok = 0; break :: else -> mem[PUBLISHED(id)] == KEEPING fi
  od;
#endif
  if :: !begins -> now = 0 :: else fi
}
#ifdef KEPT_RELEASED_BLINDLY
#define IS_STILL_MINE(x) true
#else
#define IS_STILL_MINE(x) (!kept || o == OWN)
#endif
#else
#define LOGGED written
#endif

#ifdef MARK_AFTER_LOAD /* the same of a visible one */
#define PUSH_AFTER_LOAD
#endif
#ifdef KEEPS /* somebody_may_keep */
#ifdef KEEP_NOT_NOTICED
#define IS_NEXT (version == snapshot + 1)
#else
#define IS_NEXT (version == snapshot + 1 && announced == (owed != 0 -> 1 : 0))
#endif
#else
#define IS_NEXT (version == snapshot + 1)
#endif
#define IS_DOOMED (visible && STATE(mem[STATUS(id)]) == DOOMED)
#define WAIT(c) if :: (c) -> skip :: cut -> goto stop fi

/* Entries that are accepted: `accepted`. */
#define STALE(o) (o > snapshot && o != OWN)
#define VALIDATE \
  d_step { ok = 1; o = 0; if :: accepted & 1 -> PEEK(OREC(0), o); if :: STALE(o) -> ok = 0 :: else fi :: else fi; o = 0 } \
  d_step { if :: ok && (accepted & 2) -> PEEK(OREC(1), o); if :: STALE(o) -> ok = 0 :: else fi :: else fi; o = 0 }

inline VISIBLE_END() {
  if
  :: visible ->
     d_step { DRAIN(id); visible_count--; sequence++; visible = 0; assert(sequence < 32) }
     STORE(STATUS(id), sequence * 4 + NONE)
  :: else
  fi
}
#ifdef KEEPS
inline RELEASE() {
  skip;
  d_step { o = 0; if :: written & 1 -> PEEK(OREC(0), o) :: else fi }
  if :: (written & 1) && IS_STILL_MINE(0) -> STORE(OREC(0), version) :: else fi;
  d_step { o = 0; if :: written & 2 -> PEEK(OREC(1), o) :: else fi }
  if :: (written & 2) && IS_STILL_MINE(1) -> STORE(OREC(1), version) :: else fi;
  d_step { o = 0; kept = 0 }
}
#else
inline RELEASE() {
  if :: written & 1 -> STORE(OREC(0), version) :: else fi;
  if :: written & 2 -> STORE(OREC(1), version) :: else fi
}
#endif
/* may_read: the other's log may show that it holds nothing stale. It is read once, at
 * any time: to look again and again would hide from spin who waits for ever. */
inline QUIESCE(upto, may_read) {
  skip;
  t = 0; looked = 0;
  do
  :: t < THREADS && t != id ->
     tried = 0;
     do
     :: mem[PUBLISHED(t)] >= upto -> break
     :: cut -> goto stop
     :: mem[PUBLISHED(t)] < upto && may_read && !looked ->
#ifndef LOGS_READ_WITHOUT_MEMBARRIER
        MEMBARRIER;
#endif
        looked = 1
     :: mem[PUBLISHED(t)] < upto && may_read && looked && !tried ->
        tried = 1;
        p = mem[PUBLISHED(t)];
        e = mem[LOG(t)];
        if :: STATE(mem[STATUS(t)]) != NONE -> e = 255 :: else fi;
#ifdef STALE_BY_OWN_VERSION
#define OLD(o) (o >= upto)
#else
#define OLD(o) (o > p)
#endif
        d_step { o = 0; if :: e & 1 -> PEEK(OREC(0), o); if :: OLD(o) -> e = 255 :: else fi :: else fi; o = 0 }
        d_step { if :: (e & 2) && e != 255 -> PEEK(OREC(1), o); if :: OLD(o) -> e = 255 :: else fi :: else fi; o = 0 }
        if
        :: e != 255 && mem[PUBLISHED(t)] == p -> e = 0; p = 0; break
        :: else -> e = 0; p = 0
        fi
     od;
     t++
  :: t < THREADS && t == id -> t++
  :: t >= THREADS -> break
  od;
  skip;
  d_step { t = 0; looked = 0; tried = 0; p = 0; e = 0 }
}

#ifdef OWES /* ame_quiesce_settle */
inline SETTLE() {
  skip;
#ifdef KEEPS
  if
  :: kept != 0 -> /* ame_kept_give_up */
     LEAVE_REST(0);
#ifndef KEPT_OWES_ITS_SNAPSHOT
     DRAW(); owed = version;
#else
     DRAW();
#endif
     written = kept;
     RELEASE();
     d_step { written = 0; version = 0 }
     STORE(PUBLISHED(id), INACTIVE)
  :: else
  fi;
#endif
  if
  :: owed != 0 -> QUIESCE(owed, 1); d_step { owed = 0; DRAIN(id); announced-- }
  :: else
  fi
}
#else
#define SETTLE()
#endif

proctype Thread(byte id) {
  byte sequence, step, kind, i, fresh, v, o, t, s, snapshot, written, version, cancels, done, now, p, e, failed, log, accepted;
  bool visible, inevitable, has_token, looked, tried, ok;
  byte seen[2], undo[2], old[2];
#ifdef SOLITUDE
  byte solitude, wanted;
  bool alone;
#endif
#ifdef OWES
  byte owed;
#endif
#ifdef KEEPS
  byte kept, logged;
#endif
#if PROGRAM >= 10
  byte v1, o1;
  bool singly;
#endif
#ifdef COUNT_BEFORE_OWNING
  byte count;
#else
#define count visible_count
#endif
  sequence = 1;
#ifdef SOLITUDE
  REGISTER();
#endif

begin: /* ame_begin_attempt */
  skip;
  d_step { step = 0; written = 0; log = 0; accepted = 0; seen[0] = 0; seen[1] = 0 }
#ifdef KEEPS
  d_step { written = kept; logged = 0 }
#endif
#if PROGRAM >= 10
  if :: singly = 0 :: singly = 1 fi;
#endif
  PUBLISH();
  d_step { snapshot = now; now = 0 }

next:
  skip;
#if VISIBLE || INEVITABLE
  if
  :: !visible && ((VISIBLE >> id) & 1) -> if :: skip :: goto turn_visible fi
  :: !inevitable && !has_token && ((INEVITABLE >> id) & 1) -> if :: skip :: goto become_inevitable fi
  :: else
  fi;
turned:
  skip;
#endif
  NEXT();
  if
  :: kind == 1 -> goto read
  :: kind == 2 -> goto write
#if PROGRAM >= 10
  :: kind == 5 -> goto read_both
  :: kind == 6 -> goto write_both
#endif
  :: kind == 3 && cancels < CANCELS && !inevitable -> cancels++; goto abort
  :: kind == 3 -> step++; goto next
  :: kind == 4 ->
     d_step { assert(seen[0] == seen[1]); assert(seen[0] < DIRTY); step++ }
     goto next
  :: else -> goto commit
  fi;

#if PROGRAM >= 10
read_both: /* read_run: push all, load all, then look at all; or singly, not logged */
  log = 3;
  STORE(LOG(id), log);
#ifdef RUN_JUDGED_FIRST
  LOAD(OREC(0), o); LOAD(OREC(1), o1);
#endif
  LOAD(DATA(0), v); LOAD(DATA(1), v1);
#ifndef RUN_JUDGED_FIRST
  LOAD(OREC(0), o); LOAD(OREC(1), o1);
#endif
#ifdef RUN_JUDGED_BY_ITS_END
  o = o1;
#endif
  if
  :: (o <= snapshot || o == OWN) && (o1 <= snapshot || o1 == OWN) ->
     d_step { seen[0] = v; seen[1] = v1; accepted = 3; step = step + 2 }
  :: else -> d_step { log = 0; singly = 1 } STORE(LOG(id), log)
  fi;
  skip;
  d_step { v = 0; v1 = 0; o = 0; o1 = 0 }
  goto next;

write_both: /* own_four: judged, then owned by one locked instruction; or singly */
  skip;
  LOAD(OREC(0), o); LOAD(OREC(1), o1);
  if
  :: o <= snapshot && o1 <= snapshot -> skip
  :: else -> d_step { o = 0; o1 = 0; singly = 1 } goto next
  fi;
  skip;
  d_step {
    DRAIN(id);
#ifdef SWAP_OF_HALF /* only the first one is compared */
    ok = (mem[OREC(0)] == o);
#else
    ok = (mem[OREC(0)] == o && mem[OREC(1)] == o1);
#endif
    if :: ok -> mem[OREC(0)] = OWN; mem[OREC(1)] = OWN :: else fi
  }
  if :: !ok -> d_step { o = 0; o1 = 0; singly = 1 } goto next :: else fi;
  skip;
  d_step {
    ok = 0; written = 3; old[0] = o; old[1] = o1;
    PEEK(DATA(0), v); undo[0] = v; PEEK(DATA(1), v); undo[1] = v; v = 0; o = 0; o1 = 0
  }
  STORE(DATA(0), fresh); STORE(DATA(1), fresh);
  step = step + 2;
  goto next;
#endif

read: /* push, load, check; wait_for_stripe */
  skip;
#ifndef PUSH_AFTER_LOAD
  if
  :: !((log >> i) & 1) -> log = log | (1 << i); if :: visible -> STORE(MARK(id, i), sequence) :: else -> STORE(LOG(id), log) fi
  :: else
  fi;
#endif
#ifdef OREC_BEFORE_DATA
  LOAD(OREC(i), o); LOAD(DATA(i), v);
#else
  LOAD(DATA(i), v); LOAD(OREC(i), o);
#endif
#if PROGRAM == 4 || PROGRAM == 5
  assert(v != PLAIN);
#endif
#ifdef PUSH_AFTER_LOAD
  if
  :: !((log >> i) & 1) -> log = log | (1 << i); if :: visible -> STORE(MARK(id, i), sequence) :: else -> STORE(LOG(id), log) fi
  :: else
  fi;
#endif
#ifdef NO_CHECK
  o = 0;
#endif
  if
  :: o <= snapshot || o == OWN -> d_step { seen[i] = v; accepted = accepted | (1 << i); step++; v = 0; o = 0 } goto next
  :: o >= LOCK && o != OWN -> goto contend
  :: else -> goto extend
  fi;

contend: /* ame_contend: until it changes, or for some time */
  v = 0;
  if
  :: mem[OREC(i)] != o -> o = 0; goto next
#ifdef KEEPS
  :: mem[PUBLISHED(o - LOCK)] == KEEPING -> goto steal
#endif
  :: !inevitable && (written != 0 || IS_DOOMED || failed < ATTEMPTS) -> o = 0; goto abort
  :: cut -> goto stop
  fi;

#ifdef KEEPS
steal: /* ame_kept_steal */
  t = o - LOCK;
#ifdef STEAL_WITHOUT_LOCK
  ok = 1;
#else
  SWAP(PUBLISHED(t), KEEPING, STEALING);
#endif
  if
  :: ok && mem[OREC(i)] == o ->
#ifdef STEAL_WITHOUT_VERSION
     version = snapshot;
#else
     DRAW();
#endif
     STORE(OREC(i), version)
  :: else
  fi;
#ifndef STEAL_WITHOUT_LOCK
  if :: ok -> STORE(PUBLISHED(t), KEEPING) :: else fi;
#endif
  d_step { ok = 0; o = 0; t = 0; version = 0 }
  goto next;
#endif

extend: /* ame_extend */
  skip;
#ifdef SOLITUDE /* a version that is seen has been reached, or the reader would wait for ever */
  d_step { wanted = o; o = 0; v = 0 }
  NOW();
  d_step { assert(now >= wanted); wanted = 0 }
#else
  d_step { o = 0; v = 0 }
  NOW();
#endif
  if
  :: visible -> if :: IS_DOOMED -> goto abort :: else fi; d_step { snapshot = now; now = 0 }
  :: else ->
#ifdef PUBLISHED_BEFORE_VALIDATION
     STORE(PUBLISHED(id), now);
#endif
#ifdef EXTENSION_WITHOUT_VALIDATION
     ok = 1;
#else
     VALIDATE;
#endif
#ifdef CLOCK_AFTER_VALIDATION
     now = clock;
#endif
     if :: !ok -> goto abort :: else fi;
     d_step { snapshot = now; ok = 0 } STORE(PUBLISHED(id), now); now = 0
  fi;
  goto next;

write: /* own, then log and store */
  skip;
  LOAD(OREC(i), o);
#ifdef KEEPS
  if :: o == OWN && !((logged >> i) & 1) -> d_step { logged = logged | (1 << i); PEEK(DATA(i), v); undo[i] = v; v = 0 } :: else fi;
#endif
  if :: o == OWN -> o = 0; STORE(DATA(i), fresh); step++; goto next :: else fi;
  if :: o >= LOCK -> goto contend :: else fi;
#ifndef OWN_BEFORE_EXTENSION
  if :: o > snapshot -> goto extend :: else fi;
#endif
#ifdef COUNT_BEFORE_OWNING
  count = visible_count;
#endif
#ifdef SOLITUDE
  OWN_ALONE();
  if :: !ok -> SWAP(OREC(i), o, OWN) :: else fi;
#else
  SWAP(OREC(i), o, OWN);
#endif
  if :: !ok -> o = 0; goto next :: else fi;
  d_step { written = written | (1 << i); old[i] = o; ok = 0; PEEK(DATA(i), v); undo[i] = v; v = 0 }
#ifdef KEEPS
  logged = logged | (1 << i);
#endif
#ifdef OWN_BEFORE_EXTENSION
  if :: o > snapshot && !visible -> now = clock; VALIDATE; if :: !ok -> goto abort :: else fi; d_step { snapshot = now; ok = 0 } STORE(PUBLISHED(id), now); now = 0 :: else fi;
#endif
  o = 0; STORE(DATA(i), fresh); step++; goto next;

#if VISIBLE || INEVITABLE
become_inevitable: /* ame_become_inevitable: who finds the token taken aborts */
  skip;
#ifdef TOKEN_AWAITED
  WAIT(token == 0);
#endif
  d_step { DRAIN(id); if :: token == 0 -> token = 1; has_token = 1 :: else fi }
  if :: !has_token -> goto abort :: visible -> goto undoomable :: else fi;
turn_visible: /* ame_turn_visible */
  skip;
#ifdef KEEPS
  if :: kept != 0 -> goto abort :: else fi;
#endif
#ifndef FLAG_AFTER_VALIDATION
  STORE(STATUS(id), sequence * 4 + ACTIVE);
  d_step { DRAIN(id); visible_count++; visible = 1 }
#endif
#ifndef LOG_NOT_MARKED
  if :: log & 1 -> STORE(MARK(id, 0), sequence) :: else fi;
  if :: log & 2 -> STORE(MARK(id, 1), sequence) :: else fi;
#endif
#ifdef LEAVE_BEFORE_VALIDATION
  STORE(PUBLISHED(id), INACTIVE);
#endif
  NOW();
#ifdef VISIBLE_WITHOUT_VALIDATION
  ok = 1;
#else
  VALIDATE;
#endif
#ifdef FLAG_AFTER_VALIDATION
  if :: ok -> STORE(STATUS(id), sequence * 4 + ACTIVE); d_step { DRAIN(id); visible_count++; visible = 1 } :: else fi;
#endif
  if :: !ok -> now = 0; goto abort :: else fi;
  d_step { snapshot = now; now = 0; ok = 0 }
  STORE(PUBLISHED(id), INACTIVE);
  if :: log != 0 -> STORE(LOG(id), 0) :: else fi;
  if :: IS_DOOMED -> goto abort :: else fi;
undoomable:
  skip;
  if
  :: has_token ->
#ifdef INEVITABLE_STAYS_DOOMABLE
     ok = 1;
#else
     SWAP(STATUS(id), sequence * 4 + ACTIVE, sequence * 4 + COMMITTING);
#endif
     if :: !ok -> goto abort :: else -> d_step { ok = 0; inevitable = 1 } fi
  :: else
  fi;
  goto turned;
#endif

commit: /* ame_commit_transaction */
  skip;
  if :: written == 0 -> goto commit_reader :: else fi;
#if VISIBLE || INEVITABLE
#ifndef COMMITTER_STAYS_DOOMABLE
  if
  :: visible && !inevitable ->
     SWAP(STATUS(id), sequence * 4 + ACTIVE, sequence * 4 + COMMITTING);
     if :: !ok -> goto abort :: else -> ok = 0 fi
  :: else
  fi;
#endif
  /* ame_visible_scan, settle_with */
  if
  :: count > visible ->
#ifdef SCAN_WITHOUT_MEMBARRIER
     d_step { DRAIN(id) }
#else
     MEMBARRIER;
#endif
     t = 0;
     do
     :: t < THREADS && t != id ->
        s = mem[STATUS(t)];
        if
        :: STATE(s) == NONE || !(((written & 1) && mem[MARK(t, 0)] == s >> 2) || ((written & 2) && mem[MARK(t, 1)] == s >> 2)) -> skip
        :: else ->
settle:    if
           :: mem[STATUS(t)] >> 2 != s >> 2 -> skip
           :: else ->
              s = mem[STATUS(t)];
              if
              :: STATE(s) == COMMITTING && !inevitable -> d_step { s = 0; t = 0 } goto abort
              :: STATE(s) == COMMITTING && inevitable -> WAIT(mem[STATUS(t)] != s); goto settle
              :: STATE(s) == ACTIVE && !inevitable && failed < ATTEMPTS -> d_step { s = 0; t = 0 } goto abort /* older */
              :: STATE(s) == ACTIVE ->
                 SWAP(STATUS(t), s, s + 1);
                 if :: ok -> ok = 0; s++ :: else -> goto settle fi;
#ifndef VICTIM_NOT_AWAITED
                 WAIT(mem[STATUS(t)] != s)
#endif
              :: STATE(s) == DOOMED ->
#ifndef VICTIM_NOT_AWAITED
                 WAIT(mem[STATUS(t)] != s)
#else
                 skip
#endif
              :: STATE(s) == NONE -> skip
              fi
           fi
        fi;
        s = 0; t++
     :: t < THREADS && t == id -> t++
     :: t >= THREADS -> break
     od;
     t = 0
  :: else
  fi;
#endif
  skip;
#ifdef KEEPS
  if
  :: OWING && !visible && visible_count == 0 -> if :: goto keep :: skip fi
  :: else
  fi;
#endif
#ifdef END_BEFORE_VERSION
  VISIBLE_END();
#endif
#ifdef VALIDATION_BEFORE_VERSION
  if :: !visible -> VALIDATE; if :: !ok -> goto abort :: else -> ok = 0 fi :: else fi;
#endif
  DRAW();
#if !defined(VALIDATION_BEFORE_VERSION) && !defined(END_BEFORE_VERSION)
#ifndef COMMIT_WITHOUT_VALIDATION
  if :: !visible && !IS_NEXT -> VALIDATE; if :: !ok -> goto abort :: else -> ok = 0 fi :: else fi;
#endif
#endif
#ifdef SOLITUDE /* commit_short_writer */
  if
  :: alone && !visible -> RELEASE(); STORE(PUBLISHED(id), INACTIVE); goto committed
  :: else
  fi;
#endif
#ifdef OWES /* publish_owing */
  if
  :: OWING && !visible ->
#ifndef OWED_UNANNOUNCED
     if :: owed == 0 -> d_step { DRAIN(id); announced++ } :: else fi;
     owed = version;
#endif
     RELEASE();
     STORE(PUBLISHED(id), INACTIVE);
     goto committed
  :: else
  fi;
#endif
  /* publish: ame_quiesce_needed, then announced before the release */
  t = 0; p = 0;
  do
  :: t < THREADS -> if :: t != id && mem[PUBLISHED(t)] < version -> p = 1 :: else fi; t++
  :: else -> break
  od;
  t = 0;
#ifdef NO_QUIESCENCE
  p = 0;
#endif
  /* ame_quiesce_soon: what it stores is neither INACTIVE nor a snapshot; only who
   * stops the world tells them apart. It looks again and again, here once, later; that it
   stops when somebody waits for its stripes (`wanted`) is one of the times. */
  if
  :: p && !visible ->
     p = 0;
     STORE(PUBLISHED(id), INACTIVE);
     do
     :: t < THREADS -> if :: t != id && mem[PUBLISHED(t)] < version -> p = 1 :: else fi; t++
     :: else -> break
     od;
     t = 0
  :: skip
  fi;
  if
  :: p ->
     p = 0;
#ifdef ANNOUNCED_AFTER_RELEASE
     RELEASE();
#endif
#ifndef NOT_ANNOUNCED
     d_step { DRAIN(id); announced++ }
#endif
#ifndef ANNOUNCED_AFTER_RELEASE
     RELEASE();
#endif
#ifndef LEAVE_AFTER_QUIESCENCE
     if :: !visible -> STORE(PUBLISHED(id), INACTIVE) :: else fi;
#endif
     QUIESCE(version, 1);
#ifdef LEAVE_AFTER_QUIESCENCE
     if :: !visible -> STORE(PUBLISHED(id), INACTIVE) :: else fi;
#endif
#ifndef NOT_ANNOUNCED
     d_step { DRAIN(id); announced-- }
#endif
  :: else ->
     RELEASE();
     if :: !visible -> STORE(PUBLISHED(id), INACTIVE) :: else fi;
#ifndef NO_QUIESCENCE
     if :: announced != 0 -> QUIESCE(version, 0) :: else fi
#endif
  fi;
  SETTLE();
  VISIBLE_END();
  goto committed;

#ifdef KEEPS
keep: /* commit_keeping */
  skip;
#ifndef KEPT_UNANNOUNCED
  if :: owed == 0 -> d_step { DRAIN(id); announced++ } :: else fi;
  owed = snapshot;
#endif
#ifndef KEPT_WITHOUT_VALIDATION
  VALIDATE;
  if :: !ok -> goto abort :: else -> ok = 0 fi;
#endif
#ifdef KEPT_UNANNOUNCED
  if :: owed == 0 -> d_step { DRAIN(id); announced++ } :: else fi;
  owed = snapshot;
#endif
  kept = written;
  STORE(PUBLISHED(id), KEEPING);
  goto committed;
#endif

commit_reader:
  skip;
#ifdef OWES /* owe_more */
  if
  :: OWING && owed != 0 -> owed = snapshot; STORE(PUBLISHED(id), INACTIVE); goto committed
  :: else
  fi;
#endif
  if :: !visible -> STORE(PUBLISHED(id), INACTIVE) :: else fi;
#ifdef READER_ENDS_LATE
  if :: announced != 0 -> QUIESCE(snapshot, READERS_READ) :: else fi;
  VISIBLE_END();
#else
  VISIBLE_END();
#ifndef NO_QUIESCENCE
#ifndef READERS_DO_NOT_WAIT
  if :: announced != 0 -> QUIESCE(snapshot, READERS_READ) :: else fi;
#endif
#endif
#endif
  SETTLE();

committed:
  skip;
  if :: has_token -> d_step { DRAIN(id); token = 0; has_token = 0; inevitable = 0 } :: else fi;
  if :: log != 0 -> log = 0; STORE(LOG(id), 0) :: else fi;
  /* Plain code: the node is this thread's now. */
#ifdef OWES
#ifndef OWED_NOT_SETTLED
  if :: RUNS_PLAINLY -> SETTLE() :: else fi;
#endif
#endif
#if PROGRAM == 4
  if :: id == 0 && RUNS_PLAINLY -> STORE(DATA(1), PLAIN) :: else fi;
#elif PROGRAM == 5
  if :: id == 2 && seen[0] == 0 -> freed = 1; STORE(DATA(1), PLAIN) :: else fi;
#endif
#if PROGRAM == 9
  if :: id == 1 && done == 1 -> y_was_old = (seen[1] == 0) :: else fi;
#endif
  d_step { step = 0; kind = 0; fresh = 0; i = 0; snapshot = 0; version = 0; written = 0; accepted = 0; seen[0] = 0; seen[1] = 0; undo[0] = 0; undo[1] = 0; old[0] = 0; old[1] = 0; failed = 0; done++ }
  if
  :: done < TRANSACTIONS_OF(id) ->
#ifdef LIVES
     if :: id == 1 -> solitude = 0; alone = 0; LEAVE(); REGISTER() :: else fi;
#endif
     goto begin
  :: else
  fi;
#ifdef SOLITUDE
  d_step { solitude = 0; alone = 0 }
  LEAVE();
#endif
  ended++;
  goto gone;

abort: /* undo_attempt */
  skip;
  assert(!inevitable);
  d_step { i = 0; fresh = 0; kind = 0; t = 0; s = 0; o = 0; v = 0; now = 0; ok = 0 }
#ifdef END_BEFORE_UNDO
  VISIBLE_END();
#endif
#ifdef LEAVE_BEFORE_UNDO
  STORE(PUBLISHED(id), INACTIVE);
#endif
#ifdef VERSION_BEFORE_UNDO
  if :: written != 0 -> DRAW() :: else fi;
#endif
#ifdef RELEASE_BEFORE_UNDO
  if :: written != 0 -> DRAW(); RELEASE() :: else fi;
#endif
  if :: LOGGED & 1 -> STORE(DATA(0), undo[0]) :: else fi;
  if :: LOGGED & 2 -> STORE(DATA(1), undo[1]) :: else fi;
#ifdef OLD_VERSION_ON_ABORT
  if :: written & 1 -> STORE(OREC(0), old[0]) :: else fi;
  if :: written & 2 -> STORE(OREC(1), old[1]) :: else fi;
#else
  if
  :: written != 0 ->
#ifndef RELEASE_BEFORE_UNDO
#ifndef VERSION_BEFORE_UNDO
     DRAW();
#endif
#ifdef KEEPS
     if :: kept != 0 -> owed = version :: else fi;
#endif
     RELEASE()
#else
     skip
#endif
  :: else
  fi;
#endif
  VISIBLE_END();
  if :: mem[PUBLISHED(id)] != INACTIVE || pending[id] != 0 -> STORE(PUBLISHED(id), INACTIVE) :: else fi;
  if :: log != 0 -> log = 0; STORE(LOG(id), 0) :: else fi;
  if :: has_token -> d_step { DRAIN(id); token = 0; has_token = 0 } :: else fi;
  d_step { written = 0; accepted = 0; version = 0; snapshot = 0; undo[0] = 0; undo[1] = 0; old[0] = 0; old[1] = 0; step = 0; failed++ }
  if :: failed > ATTEMPTS -> cut = 1; goto stop :: else fi;
  goto begin;
stop:
  skip;
  d_step { i = 0; t = 0; s = 0; o = 0; v = 0; p = 0; e = 0; now = 0; ok = 0; kind = 0; fresh = 0 }
gone:
  skip
}

#if THREADS > 2
#define DRAINED (pending[0] == 0 && pending[1] == 0 && pending[2] == 0)
#else
#define DRAINED (pending[0] == 0 && pending[1] == 0)
#endif
init {
  byte n;
  atomic {
    n = 0;
    do
    :: n < THREADS -> mem[PUBLISHED(n)] = INACTIVE; mem[STATUS(n)] = 4; n++
    :: else -> break
    od;
    n = 0;
#if PROGRAM == 3
    mem[DATA(0)] = 1; mem[DATA(1)] = 1;
#elif PROGRAM == 4 || PROGRAM == 5
    mem[DATA(0)] = 1; mem[DATA(1)] = 5;
#endif
    run Flush(0); run Flush(1);
#if THREADS > 2
    run Flush(2);
#endif
    run Thread(0); run Thread(1);
#if THREADS > 2
    run Thread(2);
#endif
  }
  if :: ended == THREADS && DRAINED -> skip :: cut -> goto over fi;
  assert(announced == 0 && visible_count == 0 && token == 0);
#if PROGRAM == 1
  assert(mem[DATA(0)] == TRANSACTIONS && mem[DATA(1)] == TRANSACTIONS);
#elif PROGRAM == 2
  assert(mem[DATA(0)] == TRANSACTIONS_OF(0) + (THREADS - 1) * TRANSACTIONS_OF(1));
#elif PROGRAM == 10
  assert(mem[DATA(0)] == 1 && mem[DATA(1)] == 1);
#elif PROGRAM == 11
  assert(mem[DATA(0)] == THREADS * TRANSACTIONS && mem[DATA(1)] == THREADS * TRANSACTIONS);
#elif PROGRAM == 3
  assert(mem[DATA(0)] + mem[DATA(1)] > 0);
#elif PROGRAM == 4
  assert(mem[DATA(1)] == PLAIN);
#elif PROGRAM == 9
  assert(!(y_was_old && mem[DATA(1)] == 1));
#elif PROGRAM == 5
  assert(!freed || mem[DATA(1)] == PLAIN);
#endif
over:
  skip
}
