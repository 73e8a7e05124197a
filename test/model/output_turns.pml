/* The order of output (runtime/io_turns.c, io_left.c): each ticket's output is
 * handed out once and in the order of the tickets, also where a thread leaves it
 * to the holder of the turn, and nobody sleeps for ever.
 *
 *   owner    draw   fill a place   wait: spin or sleep   empty the place   (hand out   pass on)
 *   holder   take what the next ticket has left   advance   wake   hand it out ...
 *
 * A sleeper sleeps if the word that it has looked at is unchanged (futex). Only the
 * owner of what was returned may sleep through its wake: then its sleep times out.
 * More threads than places, so that places are shared. MUT_ macros break a rule.
 * THREADS=4 and ROUNDS=2 (with 3) have 20 million states each. */
#ifdef MUT_PLACE_NOT_CLAIMED
#define THREADS 4 /* two at once for one place */
#endif
#ifndef THREADS
#define THREADS 3
#endif
#ifndef ROUNDS
#define ROUNDS 1
#endif
#define PLACES 2
#define MOST 1

#define EMPTY 0
#define FILLING 255
#define FULL(t) (t + 1)

mtype = { NOT_LEFT, LEFT, TAKEN, DONE, RETURNED };

byte tickets = 0, serving = 0, waiting = 0, out = 0;
byte place_ticket[PLACES], place_io[PLACES];
mtype left[THREADS];
byte ticket[THREADS], asleep_at[THREADS];
bool asleep[THREADS];

#ifdef MUT_TAKEN_IGNORED
#define IS_OVER(id) (serving == ticket[id] || left[id] == DONE)
#else
#define IS_OVER(id) ((serving == ticket[id] && left[id] != TAKEN) || left[id] == DONE)
#endif

inline hand_out(t) {
  atomic { assert(out == t); out++ }
}

inline wake(t) {
  if
  :: waiting != 0 ->
     atomic {
       i = 0;
       do
       :: i < THREADS && asleep[i] && ticket[i] == t -> asleep[i] = false; i++
       :: i < THREADS && !(asleep[i] && ticket[i] == t) -> i++
       :: i == THREADS -> break
       od
     }
  :: else
  fi
}

/* Sets `who`: the owner of what ticket t has left, or THREADS. */
inline take_left(t) {
  if
#ifdef MUT_TICKET_NOT_CHECKED
  :: place_ticket[t % PLACES] != EMPTY && place_ticket[t % PLACES] != FILLING ->
#else
  :: place_ticket[t % PLACES] == FULL(t) ->
#endif
     who = place_io[t % PLACES];
     assert(ticket[who] == t);
     left[who] = TAKEN
  :: else
  fi
}

inline pass_on(t) {
  d_step { now = t; served = 255; others = 0 };
  do
  :: d_step { now++; who = THREADS };
#ifdef MUT_TAKEN_AFTER_ADVANCE
     serving = now;
     if :: others < MOST -> take_left(now) :: else fi;
#else
     if :: others < MOST -> take_left(now) :: else fi;
     serving = now;
#endif
#ifndef MUT_SERVED_NOT_WOKEN
     if :: served != 255 -> wake(served) :: else fi;
#endif
     if
     :: who == THREADS -> wake(now); break
     :: else
     fi;
     d_step { served = now; others++ };
     if
     :: hand_out(now); left[who] = DONE
     :: left[who] = RETURNED; wake(served); break /* the socket was full */
     fi
  od
}

inline wait_for_turn() {
  if
  :: IS_OVER(id) /* spinning was enough */
  :: true ->
     waiting++;
     do
#ifdef MUT_WORD_READ_LATE
     :: if
        :: IS_OVER(id) -> break
        :: else
        fi;
        seen = serving;
#else
     :: seen = serving;
        if
        :: IS_OVER(id) -> break
        :: else
        fi;
#endif
        atomic {
          if
          :: serving == seen -> asleep[id] = true
          :: else
          fi
        };
        if
        :: !asleep[id]
        :: left[id] == RETURNED -> asleep[id] = false
        fi
     od;
     waiting--
  fi
}

proctype thread(byte id) {
  byte rounds = 0, now, served, others, who, i, seen, place;
  bool filled;
  do
  :: rounds == ROUNDS -> break
  :: else ->
     d_step {
       rounds++;
       ticket[id] = tickets;
       tickets++;
       place = ticket[id] % PLACES;
       filled = false
     };
     if
     :: true /* cannot be left */
     :: serving != ticket[id] ->
#ifdef MUT_PLACE_NOT_CLAIMED
        if
        :: place_ticket[place] == EMPTY -> place_ticket[place] = FILLING; filled = true
        :: else
        fi;
#else
        atomic {
          if
          :: place_ticket[place] == EMPTY -> place_ticket[place] = FILLING; filled = true
          :: else
          fi
        };
#endif
        if
        :: filled ->
           d_step { place_io[place] = id; left[id] = LEFT };
           place_ticket[place] = FULL(ticket[id])
        :: else
        fi
     fi;
     wait_for_turn();
     if
     :: filled -> place_ticket[place] = EMPTY
     :: else
     fi;
     if
     :: left[id] == DONE -> left[id] = NOT_LEFT
     :: else ->
        left[id] = NOT_LEFT;
        hand_out(ticket[id]);
        pass_on(ticket[id])
     fi
  od
}

init {
  byte id = 0;
  atomic {
    do
    :: id < THREADS -> left[id] = NOT_LEFT; ticket[id] = 254; run thread(id); id++
    :: else -> break
    od
  };
  (_nr_pr == 1);
  assert(out == THREADS * ROUNDS)
}
