/** Classes of Python 2.7 that the replaced functions raised. */
export type PythonException =
  | 'AttributeError'
  | 'KeyError'
  | 'OverflowError'
  | 'RuntimeError'
  | 'TypeError'
  | 'UnicodeDecodeError'
  | 'UnicodeEncodeError'
  | 'ValueError';

/** Thrown where the replaced function raised. Its message never holds what was in a row: that may be personal data. */
export class PythonError extends Error {
  override readonly name = 'PythonError';

  constructor(
    readonly exception: PythonException,
    message: string,
  ) {
    super(message);
  }

  /** As Python prints it. */
  override toString(): string {
    return `${this.exception}: ${this.message}`;
  }
}
