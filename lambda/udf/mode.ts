import { AS_PYTHON, type JsonStyle } from './json/write';
import { PythonError } from './python/error';

/**
 * Where an answer is not what Python 2.7 would have done, by what is done instead. Each is counted, and told in the log of its
 * batch; why they are as they are is in docs/python-udfs.md.
 */
export const Deviation = {
  /** D1: the whole input could not be used; the answer is NULL. */
  Unusable: 'unusable',
  /** D1: a member that could not be used is left out. */
  MemberSkipped: 'memberSkipped',
  /** D1: a member that could not be converted stays as it was given. */
  MemberKept: 'memberKept',
  /** D2: NULL was given, so NULL is the answer. */
  NullGiven: 'nullGiven',
  /** D3: NaN or an infinity, for which JSON has no text, became null. */
  NotFinite: 'notFinite',
  /** D5: the answer fits its column only without spaces and escapes. */
  Compacted: 'compacted',
  /** D5: the answer fits its column only without its last parts. */
  Shortened: 'shortened',
  /** D5: the answer does not fit its column; it is NULL. */
  TooLong: 'tooLong',
  /** D6: a parameter of a URL came again without a value; the first value stays. */
  ValueMissing: 'valueMissing',
  /** Not text, or not as many arguments as the function has: what is missing is NULL, what is too much is not looked at. */
  WrongArguments: 'wrongArguments',
} as const;
export type Deviation = (typeof Deviation)[keyof typeof Deviation];

/** How often each deviation occurred. */
export type DeviationCounts = Partial<Record<Deviation, number>>;

/** Whether a function fails where the replaced one failed, or goes on with something sensible. */
export interface Mode {
  readonly strict: boolean;
  /** How answers are written. */
  readonly style: JsonStyle;
  /** Tells that the answer deviates without anything having failed. */
  count(deviation: Deviation): void;
  /** What is attempted; or, where Python 2.7 would have raised and the mode is lenient, what is given instead. */
  attempt<T>(attempt: () => T, deviation: Deviation, instead: () => T): T;
}

/** Fails as Python 2.7 failed: for comparing with it, and of no use on a warehouse. */
export const STRICT: Mode = {
  strict: true,
  style: AS_PYTHON,
  count: () => undefined,
  attempt: (attempt) => attempt(),
};

/**
 * Never fails because of what is in a row. A failing function would end the statement; the procedures of the solution swallow
 * that, and their driver then calls them for ever.
 */
export class Lenient implements Mode {
  readonly strict = false;
  readonly counts: DeviationCounts = {};
  readonly style: JsonStyle = {
    ...AS_PYTHON,
    notFinite: () => {
      this.count(Deviation.NotFinite);
      return 'null';
    },
  };

  count(deviation: Deviation): void {
    this.counts[deviation] = (this.counts[deviation] ?? 0) + 1;
  }

  attempt<T>(attempt: () => T, deviation: Deviation, instead: () => T): T {
    try {
      return attempt();
    } catch (error) {
      if (!(error instanceof PythonError)) throw error;
      this.count(deviation);
      return instead();
    }
  }
}
