import { mutates, type LoggedCall } from '../aws/call-log';
import type { ServiceCall } from '../aws/service';
import type { Account } from '../world/account';

/** Names of sessions that are none of our steps'. */
const PEOPLE: ReadonlySet<string> = new Set(['approver']);

/** A call that reaches the account from one of our functions. */
export interface StepCall {
  call: ServiceCall;
  logged: LoggedCall;
  /** It changes something: that of others, or only our own tables and objects. */
  changes: 'others' | 'ours' | 'nothing';
}

/**
 * Shows every call of our functions at the account's door, before it is served.
 *
 * @param look answers whether the answer of this call is lost: the service acts, the caller never hears of it
 * @returns a function that ends the watch
 */
export function watchCalls(account: Account, look: (seen: StepCall) => boolean): () => void {
  return account.faults.add({
    effect: 'lose-answer',
    times: Infinity,
    match: (call) => {
      if (PEOPLE.has(call.caller.sessionName)) return false;
      const logged = account.callLog.calls.findLast(
        ({ service, operation, sessionName }) =>
          service === call.service && operation === call.operation && sessionName === call.caller.sessionName,
      );
      return logged !== undefined && look({ call, logged, changes: changesOf(call, logged, account) });
    },
  });
}

function changesOf(call: ServiceCall, { resources }: LoggedCall, account: Account): StepCall['changes'] {
  if (!mutates(call) || isQuestionToConsole(call)) return 'nothing';
  return resources.length > 0 && resources.every((resource) => account.isOurs(resource)) ? 'ours' : 'others';
}

/** The console's API is asked, too, by invoking its function. */
function isQuestionToConsole({ service, input: { Payload: payload } }: ServiceCall): boolean {
  return (
    service === 'lambda' &&
    payload instanceof Uint8Array &&
    Buffer.from(payload).toString().includes('"httpMethod":"GET"')
  );
}
