/** Told to the operator as it is; the command ends with 1. */
export class OperatorError extends Error {
  override readonly name: string = 'OperatorError';
}

/** An execution asks for nothing: not yet, or it never will. */
export class NothingAsked extends OperatorError {
  override readonly name = 'NothingAsked';

  constructor(executionArn: string) {
    const name = executionArn.slice(executionArn.lastIndexOf(':') + 1);
    super(`The execution ${name} does not ask for an approval (yet).`);
  }
}

/** There is a question, but it has been answered, or nobody waits for the answer any more. Nothing was written. */
export class QuestionOver extends OperatorError {
  override readonly name = 'QuestionOver';
}
