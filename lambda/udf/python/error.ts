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

/**
 * Thrown where the replaced function raised. Its message never holds what was in a row: that may be personal data. It has no
 * trace: rows with a member that cannot be read are many, and to take one costs more than all else that is done for them.
 */
export class PythonError extends Error {
  override readonly name = 'PythonError';

  constructor(
    readonly exception: PythonException,
    message: string,
  ) {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 0;
    super(message);
    Error.stackTraceLimit = limit;
  }

  /** As Python prints it. */
  override toString(): string {
    return `${this.exception}: ${this.message}`;
  }
}
