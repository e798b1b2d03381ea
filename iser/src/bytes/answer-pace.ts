import type { Duration, Instant } from "kit/clock";

/** How long the thread is told to sleep. */
const rest: Duration = 0.03;
/** What becomes of it: the kernel adds 50 µs of timer slack, and waking up takes its time. */
const restTakes: Duration = 0.1;
/** A rest in which fewer answers come gains nothing over reading them as they come. */
const worthAnswers = 3;
/** What the peer has in hand must last for so many rests, or it runs out of work. */
const restsInHand = 1.5;
/** The time over which answers are counted to learn whether rests cost any. */
const epoch: Duration = 10;
/** Epochs before rests are tried for the first time: code that is still being compiled is no measure. */
const epochsBefore = 8;
/** Epochs after which what was learnt is looked at again. */
const epochsResting = 50;
const epochsWithout = 25;
/** Rests begin where the answers are at least this part of what they are without … */
const leastPart = 0.95;
/** … and end where they are less than this in two epochs, one after the other. The epoch in which they were tried may have been lucky. */
const leastPartResting = 0.9;
/** An epoch with so long a silence in it says nothing. */
const silence: Duration = 5;

/** `without` rests for the epochs that are left, `trying` them for one, `resting` for the epochs that are left. */
type State = "without" | "trying" | "resting";

/**
 * Tells when the thread had better sleep a moment than read again. A peer that is the narrow place sends its answers one by one, and each costs a wake-up, a read and
 * a write; after a rest several come at once, as they do from network cards that moderate their interrupts. In front of tgtd (4 KiB reads at depth 32) that is
 * a third less processor time and a tenth more reads, as they disturb the target less (docs/decisions/hot-path.md).
 *
 * Where not the peer is the narrow place but the way to it, rests cost throughput. That cannot be seen from here, so it is tried: answers are counted with
 * rests and without, and rests end where they cost any.
 */
export class AnswerPace {
  #state: State = "without";
  #epochsLeft = epochsBefore;
  #epochStart: Instant = 0;
  #epochAnswers = 0;
  /** Answers a millisecond in the last epoch without rests. */
  #rateWithout = 0;
  /** In the last epoch rests cost more than they may. */
  #wasTooSlow = false;
  #last: Instant = 0;
  /** Milliseconds an answer, of late. */
  #interval: Duration = 1;
  #rest: Duration = 0;

  /** How long to sleep before the next read; 0: not at all. */
  get restMs(): Duration {
    return this.#rest;
  }

  /** A read at `now` brought `answers`; `awaited` are out, with those that this made possible. */
  arrived(answers: number, awaited: number, now: Instant): void {
    this.#rest = 0;
    if (answers === 0) return;
    const gap = now - this.#last;
    this.#last = now;
    this.#interval += (gap / answers - this.#interval) / 8;
    this.#count(answers, gap, now);
    if (this.#state !== "without" && this.#isWorthIt(answers, awaited)) this.#rest = rest;
  }

  /** Not when many came at once anyway. */
  #isWorthIt(answers: number, awaited: number): boolean {
    return answers * 3 <= awaited && this.#interval * worthAnswers <= restTakes && this.#interval * awaited >= restTakes * restsInHand;
  }

  #count(answers: number, gap: Duration, now: Instant): void {
    if (gap > silence) {
      this.#beginEpoch(now);
      return;
    }
    this.#epochAnswers += answers;
    const spent = now - this.#epochStart;
    if (spent < epoch) return;
    this.#endEpoch(this.#epochAnswers / spent);
    this.#beginEpoch(now);
  }

  #beginEpoch(now: Instant): void {
    this.#epochStart = now;
    this.#epochAnswers = 0;
  }

  #endEpoch(rate: number): void {
    this.#epochsLeft--;
    switch (this.#state) {
      case "without":
        this.#rateWithout = rate;
        if (this.#epochsLeft <= 0) this.#enter("trying", 1);
        return;
      case "trying":
        if (rate >= this.#rateWithout * leastPart) this.#enter("resting", epochsResting);
        else this.#enter("without", epochsWithout);
        return;
      case "resting":
        if (this.#epochsLeft <= 0) this.#enter("without", 1);
        else if (rate >= this.#rateWithout * leastPartResting) this.#wasTooSlow = false;
        else if (this.#wasTooSlow) this.#enter("without", epochsWithout);
        else this.#wasTooSlow = true;
        return;
    }
  }

  #enter(state: State, epochs: number): void {
    this.#state = state;
    this.#epochsLeft = epochs;
    this.#wasTooSlow = false;
  }
}
