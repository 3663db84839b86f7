/**
 * When to look again at a statement that runs.
 *
 * A pass long-polls for {@link LONG_POLL_SECONDS}, so the end of a statement is seen at once while a poll is open;
 * only the gap between two polls is blind. The gap is nothing in the first ten minutes and then at most 2 % of the
 * elapsed time and 60 s, unless the history budget asks for more: an execution may have 25,000 history events, and
 * a pass costs nine of them (Step Functions quotas).
 *
 * Passes are spent fine first: most statements end soon. What is left is kept for a tail in which each look comes at a
 * multiple of the time elapsed, so that the last one comes after 24 hours at the latest. A statement that has used up its
 * share goes on with {@link OVERDRAWN_GROWTH}: four passes more take it from ten minutes to its end.
 */
export const LONG_POLL_SECONDS = 20;

/** A Data API statement ends after 24 hours at the latest (Redshift Management Guide, Data API limits). */
export const LONGEST_STATEMENT_SECONDS = 86_400;

const FIRST_MINUTES_SECONDS = 600;
const LARGEST_GAP_SECONDS = 60;
const GAP_SHARE_OF_ELAPSED = 0.02;

/** How much later each look of the kept tail comes than the one before it. */
const TAIL_GROWTH = 1.5;

/** With fewer passes than twofold steps need, they are spent on the first ten minutes: a window or a day takes no longer. */
const COARSEST_GROWTH = 2;

/** Each look at a statement without passes of its own comes at this multiple of the time elapsed. */
const OVERDRAWN_GROWTH = 5;

/** Passes kept for statements that run for a day although their share was small: four each, for three of them, and some. */
const KEPT_FOR_OVERDRAFTS = 16;

/** A unit can hardly do with fewer: one pass that submits, two that look. */
const PASSES_OF_A_SHORT_UNIT = 3;

/**
 * Seconds to wait before the next pass.
 *
 * @param elapsedSeconds how long the statement has been running when the pass begins
 * @param passesLeft passes that may still be spent on this statement, also a fraction; a statement of 24 hours takes at
 *   most four more than that
 */
export function pollGapSeconds(elapsedSeconds: number, passesLeft: number): number {
  const elapsed = Math.max(elapsedSeconds, LONG_POLL_SECONDS);
  const desired =
    elapsed < FIRST_MINUTES_SECONDS ? 0 : Math.floor(Math.min(LARGEST_GAP_SECONDS, elapsed * GAP_SHARE_OF_ELAPSED));
  const afterwards = elapsed + LONG_POLL_SECONDS + desired;
  if (passesLeft - 1 >= passesOfGrowth(afterwards, TAIL_GROWTH)) return desired;
  const next = elapsed * growth(elapsed, passesLeft);
  const gap = Math.min(next, LONGEST_STATEMENT_SECONDS) - elapsed - LONG_POLL_SECONDS;
  return Math.max(desired, Math.ceil(gap));
}

/** Factor by which the elapsed time grows until the next look, where passes are scarce. */
function growth(elapsed: number, passesLeft: number): number {
  if (passesLeft >= passesOfGrowth(elapsed, COARSEST_GROWTH)) {
    return (LONGEST_STATEMENT_SECONDS / elapsed) ** (1 / Math.max(1, passesLeft));
  }
  if (passesLeft <= 0 || elapsed >= FIRST_MINUTES_SECONDS) return OVERDRAWN_GROWTH;
  return (FIRST_MINUTES_SECONDS / elapsed) ** (1 / Math.max(1, passesLeft));
}

/** Passes that take a statement from `elapsed` to its end after 24 hours, each look coming `factor` times later. */
function passesOfGrowth(elapsed: number, factor: number): number {
  return Math.max(0, Math.log(LONGEST_STATEMENT_SECONDS / elapsed) / Math.log(factor));
}

/** Between two looks at whether another app has given the warehouse back: its turn takes hours. */
const TURN_GAP_SECONDS = 600;

/** Passes that are not spent on waiting for a turn: they are for the step itself. */
export const KEPT_FOR_THE_STEP = 30;

/**
 * Seconds to wait before the next look at somebody else's turn. Where passes are scarce, what is left of them lasts for a
 * day more at each look: even the 90 of *Check* in the largest app, which keeps none of those after it, wait for more than four days.
 */
export function turnGapSeconds(passesLeft: number): number {
  const left = Math.max(1, passesLeft - KEPT_FOR_THE_STEP);
  return Math.max(TURN_GAP_SECONDS, Math.ceil(LONGEST_STATEMENT_SECONDS / left));
}

/**
 * How many passes one statement may have when `unitsLeft` more of its kind follow it in the same loop: an even share,
 * or half of what the others can spare, whichever is more. May be a fraction.
 *
 * @param passesAvailable passes that the loop may still make
 * @param unitsLeft further statements expected in this loop (windows, days)
 */
export function passesForStatement(passesAvailable: number, unitsLeft: number): number {
  const shared = passesAvailable - KEPT_FOR_OVERDRAFTS;
  const even = shared / (unitsLeft + 1);
  const spare = (shared - PASSES_OF_A_SHORT_UNIT * unitsLeft) / 2;
  return Math.max(1, even, spare);
}

/** Days and windows that the passes left for later loops are sized for (`lib/workflow/history-budget.ts`). */
const SIZED_FOR = { days: 400, windows: 200 };

/** A day of the base view, or a window of the items: one pass that submits, one that looks. */
const PASSES_OF_A_UNIT = 2;

/**
 * Passes that are kept for later loops and that an app of this size will not need there: its earlier loops may spend
 * them. Without them a billion events in thirty days would wait for room that four hundred days are never going to use.
 *
 * @param windows windows that a later loop goes through, the items'; undefined when none does
 */
export function passesNotNeededLater(days: number, windows: number | undefined): number {
  const spareDays = Math.max(0, SIZED_FOR.days - days);
  const spareWindows = windows === undefined ? 0 : Math.max(0, SIZED_FOR.windows - windows);
  return PASSES_OF_A_UNIT * (spareDays + spareWindows);
}
