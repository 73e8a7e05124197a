/* The life of one counted object beside commits, aborts, an inevitable
 * transaction, a weak reference and the merge's hook (runtime/count_merge.c,
 * count_locks.c, refcount.c, refcount_zero.c).
 *
 * Two holders start with a reference each; the slot, ordinary tracked memory,
 * holds a third one and can be read (take) or cleared by anybody; a weak
 * reference can be upgraded. Each process runs a few transactions, chosen freely.
 * An attempt reads at any time, answers tests from committed + delta, and commits
 * in the order of the runtime: lock the bucket, check, commit point (validation of
 * what was read), merge, unlock. The object may be reclaimed as soon as it has
 * been destroyed: whoever commits a use of it after that is an error.
 *
 * A macro that begins with MUT_ breaks one rule; each must be found. */

#ifndef STEPS
#define STEPS 2
#endif
#define HOLDERS 2
#define DROP 1
#define TAKE 2
#define CLEAR 3
#define NOTHING 4

short rc = 3;
byte slot_set = 1;    /* the slot's reference */
byte slot_version = 0;
byte weak_set = 1;    /* cleared by destruction */
byte weak_version = 0;
byte held[HOLDERS];   /* references that committed code holds */
byte lock = 0;        /* the bucket: 0 free */
bool exclusive = false;
byte token = 0;       /* of inevitability: 0 free, else owner + 1 */
byte destroyed = 0;
byte hooks = 0;       /* zeros that wait for the hook */
byte done = 0;

inline acquire() { atomic { lock == 0 -> lock = _pid + 1 } }
inline release() { lock = 0 }

/* The object dies: nobody may have a reference, and it dies once. */
inline destroy() {
  destroyed++;
  assert(destroyed == 1);
  assert(held[0] + held[1] + slot_set == 0);
  weak_set = 0;
  weak_version++
}

/* The end of a commit: `constrained`: rc must be `told`; `positive`: above zero.
 * Sets ok. The caller is past nothing irrevocable yet. */
inline check() {
  ok = true;
#ifndef MUT_MARKS_IGNORED
  if
  :: exclusive && token != me + 1 -> ok = false
  :: else
  fi;
#endif
#ifndef MUT_TEST_NOT_CHECKED
  if
  :: constrained && rc != told -> ok = false
  :: else
  fi;
#endif
#ifndef MUT_WEAK_NOT_CHECKED
  if
  :: positive && rc <= 0 -> ok = false
  :: else
  fi;
#endif
  /* validation of what was read: the commit point */
  if
  :: reads_slot && slot_version != seen_slot -> ok = false
  :: else
  fi;
  if
  :: reads_weak && weak_version != seen_weak -> ok = false
  :: else
  fi
}

inline merge() {
  rc = rc + delta;
  if
  :: rc == 0 && lenient && !saw_zero ->
#ifndef MUT_NO_HOOK
     hooks++;
#endif
     skip
  :: rc == 0 && saw_zero ->
#ifdef MUT_HOOK_AS_WELL
     hooks++;
#endif
     skip
  :: else
  fi
}

/* A decrement and its test, in an attempt. The committed value is loaded once. */
inline decrement_and_test() {
  delta--;
  if
  :: inevitable -> acquire()
  :: else
  fi;
  seen_rc = rc;
  if
  :: seen_rc + delta <= 0 ->
     saw_zero = true; constrained = true; told = seen_rc;
#ifndef MUT_NO_MARK
     exclusive = exclusive || inevitable;
#endif
     skip
  :: else -> lenient = true
  fi;
  if
  :: inevitable -> release()
  :: else
  fi
}

inline begin() {
  delta = 0; constrained = false; positive = false; lenient = false;
  saw_zero = false; reads_slot = false; reads_weak = false
}

inline apply(effect) {
  if
  :: effect == DROP -> held[me]--
  :: effect == TAKE -> assert(destroyed == 0); held[me]++
  :: effect == CLEAR -> slot_set = 0; slot_version++
  :: effect == NOTHING
  fi
}

inline commit(effect) {
  acquire();
  if
  :: inevitable -> ok = true; assert(!constrained || rc == told)
  :: else -> check()
  fi;
#ifdef MUT_UNLOCKED_BEFORE_MERGE
  release();
#endif
  if
  :: ok ->
     apply(effect);
     merge();
     if
     :: saw_zero -> destroy()
     :: else
     fi
  :: else -> aborted = true
  fi;
#ifndef MUT_UNLOCKED_BEFORE_MERGE
  release();
#endif
  if
  :: inevitable -> exclusive = false; token = 0; inevitable = false
  :: else
  fi
}


proctype holder(byte me) {
  byte step = 0;
  short delta, told, seen_rc;
  byte seen_slot, seen_weak, seen;
  bool constrained, positive, lenient, saw_zero, ok, aborted, reads_slot, reads_weak;
  bool inevitable = false;
  do
  :: step < STEPS ->
     step++;
     aborted = false;
     begin();
     if
     :: held[me] > 0 -> /* drop a reference, perhaps inevitably */
        if
        :: atomic { token == 0 -> token = me + 1 }; inevitable = true
        :: true
        fi;
        decrement_and_test();
        commit(DROP)
     :: true -> /* take one from the slot */
        atomic { seen = slot_set; seen_slot = slot_version }
        if
        :: seen -> reads_slot = true; delta = 1; commit(TAKE)
        :: else
        fi
     :: true -> /* clear the slot, drop its reference */
        atomic { seen = slot_set; seen_slot = slot_version }
        if
        :: seen -> reads_slot = true; decrement_and_test(); commit(CLEAR)
        :: else
        fi
     :: true -> /* borrow what the slot refers to */
        atomic { seen = slot_set; seen_slot = slot_version }
        if
        :: seen ->
           reads_slot = true; delta = 1; decrement_and_test();
#ifdef MUT_ZERO_FOUND_GIVEN_BACK
           if
           :: saw_zero -> destroy()
           :: else
           fi
#else
           if
           :: saw_zero -> commit(NOTHING)
           :: else /* its changes add up to nothing: it ends as a reader */
           fi
#endif
        :: else
        fi
     :: true -> /* upgrade the weak reference */
        atomic { seen = weak_set; seen_weak = weak_version }
        if
        :: seen ->
           reads_weak = true;
           if
           :: atomic { rc > 0 -> positive = true }; delta = 1; commit(TAKE)
           :: else /* dead, or dying: no reference */
           fi
        :: else
        fi
     fi;
     if
     :: aborted && step > 0 -> step-- /* again: an abort is no step */
     :: else
     fi
  :: step == STEPS -> break
  od;
  /* At the end everybody gives back what it has. */
  do
  :: held[me] > 0 -> begin(); decrement_and_test(); commit(DROP)
  :: else -> break
  od;
  done++
}

/* The hook, a transaction of its own, at any time after the merge. */
proctype hook() {
  end: do
  :: atomic { hooks > 0 -> hooks--; assert(rc == 0); destroy() }
  :: done == HOLDERS + 1 && hooks == 0 -> break
  od
}

init {
  atomic { held[0] = 1; held[1] = 1; run holder(0); run holder(1); run hook() }
  done == HOLDERS;
  /* The slot's reference goes last. */
  if
  :: slot_set ->
     atomic { slot_set = 0; rc--; if :: rc == 0 -> destroy() :: else fi }
  :: else
  fi;
  done++;
  (_nr_pr == 1);
  assert(destroyed == 1 && rc == 0)
}
