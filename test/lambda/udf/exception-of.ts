import { PythonError } from '../../../lambda/udf/python/error';

/** Class of the exception that Python 2.7 would have raised; undefined where it would not. */
export function exceptionOf(call: () => unknown): string | undefined {
  try {
    call();
    return undefined;
  } catch (error) {
    if (error instanceof PythonError) return error.exception;
    throw error;
  }
}
