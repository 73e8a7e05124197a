/* Taking memory that holds a count beside merges into it (runtime/count_memory.c):
 * a transaction that copies whole structs over a count, or undoes that, loses no
 * merge of others.
 *
 *   taker    own stripe (1)   note in filter (2)   fence   read `merging` (3)
 *   merger   set `merging` (4)   read orec, filter (5)   merge   clear `merging`
 *
 * Without its fence a store may become visible after the loads that follow it
 * (store buffer): MUT_ macros let the two change places. */

byte rc = 1;
bool owned = false, filter = false;
bool merging[2];
byte merged = 0;     /* merges that have committed */
byte base = 1;       /* what the copy or the undo leaves, without merges since */

proctype merger(byte me) {
  bool fail;
#ifdef MUT_MERGER_NO_FENCE
  if
  :: merging[me] = true; fail = owned && filter
  :: fail = owned && filter; merging[me] = true
  fi;
#else
  merging[me] = true;
  fail = owned;
  fail = fail && filter;
#endif
#ifdef MUT_OWNER_IGNORED
  fail = false;
#endif
  if
  :: fail /* aborts, and runs again later: no merge here */
  :: else -> atomic { rc++; merged++ }
  fi;
  merging[me] = false
}

proctype taker() {
  byte log, before;
  owned = true;
#ifdef MUT_LOGGED_BEFORE_WAIT
  log = rc; before = merged;
#endif
#ifdef MUT_TAKER_NO_FENCE
  if
  :: filter = true; (!merging[0]); (!merging[1])
  :: (!merging[0]); (!merging[1]); filter = true
  fi;
#else
  filter = true;
#ifndef MUT_NO_WAIT
  (!merging[0]);
  (!merging[1]);
#endif
#endif
#ifndef MUT_LOGGED_BEFORE_WAIT
  log = rc; before = merged;
#endif
  rc = 10; /* the copy; and a change in place */
  rc = rc + 5;
  if
  :: rc = log /* abort: the undo */
  :: base = 15; atomic { merged = merged - before } /* commit */
  fi;
  owned = false;
  filter = false
}

init {
  atomic { run merger(0); run merger(1); run taker() }
  (_nr_pr == 1);
  assert(rc == base + merged)
}
