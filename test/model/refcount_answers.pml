/* What a transaction is told of a count, beside commits that merge into it and a
 * transaction that takes its memory (runtime/count_answers.c, count_memory.c).
 *
 * Every commit changes the count c and the ordinary word x by the same amount: at
 * every version both are the same number. Mergers change c by a delta; a taker
 * takes c's memory and changes both in place, and commits that or undoes it. A
 * reader asks for c and reads x, in either order and with a second look, and
 * extends its snapshot when it must: it may never have been told two different
 * numbers, also when it is going to abort. x has the protocol of ordinary memory
 * (protocol.pml); loads and stores come in order, as on x86.
 *
 * A macro that begins with MUT_ breaks one rule; each must be found. (With one count
 * EXTENSION_IGNORES_VERSION has no error: the answer has held at some time after the
 * clock was read, and what was read is validated later. With two it would.) */

#define NOBODY 255

byte clock = 0;
short c = 0, x = 0;
byte x_owner = NOBODY, x_version = 0;
byte c_owner = NOBODY;      /* of the stripe that c lies in */
bool noted = false;         /* in the taker's filter */
byte lock = 0;              /* of c's bucket */
byte bucket_version = 0;
bool merging[2];

inline acquire() { atomic { lock == 0 -> lock = 1 } }
inline release() { lock = 0 }
inline own_x() { atomic { x_owner == NOBODY -> x_owner = _pid } }
inline draw() { atomic { clock++; version = clock } }

inline set_version() {
  if
  :: bucket_version < version -> bucket_version = version
  :: else
  fi
}

proctype merger(byte me) {
  byte version;
  bool taken;
  own_x();
  x++;
  merging[me] = true;
#ifndef MUT_VERSION_BEFORE_LOCK
  acquire();
#endif
  taken = (c_owner != NOBODY);
  taken = taken && noted;
  if
  :: taken -> /* gives way: undo, a version after it */
#ifndef MUT_VERSION_BEFORE_LOCK
     release();
#endif
     merging[me] = false;
     x--;
     draw()
  :: else ->
     draw();
#ifdef MUT_VERSION_BEFORE_LOCK
     acquire();
#endif
#ifdef MUT_MERGE_BEFORE_VERSION
     c++;
     set_version();
#else
#ifndef MUT_NO_VERSION
     set_version();
#endif
     c++;
#endif
     release();
     merging[me] = false
  fi;
  x_version = version;
  x_owner = NOBODY
}

/* Who asks: what both the reader and the taker do. */
inline extend() {
  do
  :: good ->
     now = clock;
#ifndef MUT_ANSWERS_NOT_CHECKED
     if
     :: told ->
#ifndef MUT_EXTENSION_DOES_NOT_WAIT
        (lock == 0);
#endif
        good = (c == c_seen);
        taken = (c_owner != NOBODY && c_owner != _pid);
        taken = taken && noted;
        good = good && !taken;
        newer = bucket_version > now
     :: else -> newer = false
     fi;
#else
     newer = false;
#endif
#ifdef EXTENSION_IGNORES_VERSION
     newer = false;
#endif
     if
     :: !newer -> break
     :: else
     fi
  :: else -> break
  od;
  /* validation of x */
  if
  :: read_x && ((x_owner != NOBODY && x_owner != _pid) || x_version > snapshot) ->
     good = false
  :: else
  fi;
  if
  :: good -> snapshot = now
  :: else
  fi
}

inline ask() {
  do
  :: good ->
#ifndef MUT_DOES_NOT_WAIT
     (lock == 0);
#endif
     value = c;
#ifndef MUT_TAKER_IGNORED
     taken = (c_owner != NOBODY);
     taken = taken && noted;
#else
     taken = false;
#endif
     if
     :: taken ->
        if
        :: c_owner == NOBODY || !noted /* it has ended: look again */
        :: good = false /* it took too long */
        fi
     :: else ->
#ifndef MUT_VERSION_IGNORED
        newer = bucket_version > snapshot;
#else
        newer = false;
#endif
        if
        :: newer -> extend()
        :: else -> break
        fi
     fi
  :: else -> break
  od;
  if
  :: good && told && value != c_seen -> good = false /* no value explains both */
  :: good -> told = true; c_seen = value
  :: else
  fi
}

inline look_at_x() {
  do
  :: good ->
     value = x;
     atomic { owner = x_owner; now = x_version }
     if
     :: owner != NOBODY ->
        if
        :: x_owner == NOBODY
        :: good = false
        fi
     :: owner == NOBODY && now > snapshot -> extend()
     :: else -> break
     fi
  :: else -> break
  od;
  if
  :: good -> read_x = true; x_seen = value
  :: else
  fi
}

inline compare() {
  assert(!good || !told || !read_x || c_seen == x_seen)
}

proctype reader() {
  byte snapshot, now, owner, looks = 0;
  short value, c_seen, x_seen;
  bool told = false, read_x = false, good = true, newer, taken;
  snapshot = clock;
  do
  :: looks < 3 && good -> looks++; ask(); compare()
  :: looks < 3 && good -> looks++; look_at_x(); compare()
  :: looks == 3 || !good -> break
  od
}

/* Reads x, takes c; both are this transaction's then, until it ends. */
proctype taker() {
  byte snapshot, now, owner, version;
  short value, c_seen = 0, x_seen = 0, c_old;
  bool told = false, read_x = false, good = true, newer, taken, owns_x = false;
  snapshot = clock;
  look_at_x();
  if
  :: good ->
     c_owner = _pid;
     noted = true;
#ifndef MUT_TAKER_DOES_NOT_WAIT
     (!merging[0]);
     (!merging[1]);
#endif
#ifndef MUT_TAKING_DOES_NOT_EXTEND
     if
     :: bucket_version > snapshot -> extend()
     :: else
     fi;
#endif
     c_old = c;
     assert(!good || c_old == x_seen);
     c = 100; /* in between */
     if
     :: good ->
        if
        :: atomic { x_owner == NOBODY && x_version <= snapshot -> x_owner = _pid };
           owns_x = true;
           x = x_seen + 10;
           c = c_old + 10
        :: true -> good = false
        fi
     :: else
     fi;
     if
     :: good && owns_x /* commit */
     :: true -> /* undo */
        c = c_old;
        if
        :: owns_x -> x = x_seen
        :: else
        fi
     fi;
     draw();
#ifndef MUT_TAKING_ENDS_WITHOUT_VERSION
     acquire();
     set_version();
     release();
#endif
     noted = false;
     c_owner = NOBODY;
     if
     :: owns_x -> x_version = version; x_owner = NOBODY
     :: else
     fi
  :: else
  fi
}

init {
  atomic { run merger(0); run merger(1); run reader(); run taker() }
  (_nr_pr == 1);
  assert(c == x)
}
