import { APP_STATES, PROJECT_STATES, ROOT_STATES } from '../../../lambda/report/steps';
import { statesOf } from '../../support/asl';
import { deployed } from '../../support/synth';

const REPORTED = [...ROOT_STATES, ...PROJECT_STATES, ...APP_STATES];

/** Tasks that have nothing to tell: they choose, judge or come after the report. */
const SILENT = /^(?:Inspect and plan|List the apps.*|Judge .*|Report|Release the lock)$/;

/** Which step's Lambda each Task calls, and with what. */
function tasks(): Map<string, { functionName: string; payload: string }> {
  const { stateMachines } = deployed('aws');
  return new Map(
    statesOf(stateMachines[0]?.definition ?? {})
      .filter(({ state }) => state.Type === 'Task')
      .map(({ name, state }) => {
        const { FunctionName, Payload } = state['Arguments'] as { FunctionName: string; Payload: unknown };
        return [name, { functionName: FunctionName, payload: JSON.stringify(Payload) }];
      }),
  );
}

/** Recorded under the state that did it first. */
const TAKEN_AGAIN = ['Pause data processing again', 'Scale Redshift up again'];

describe('The states that are reported', () => {
  const machine = tasks();

  test('are the machine’s Tasks, but for those that have nothing to tell', () => {
    const speaking = [...machine.keys()].filter((name) => !SILENT.test(name) && !TAKEN_AGAIN.includes(name));
    expect(REPORTED.map(({ state }) => state).sort()).toEqual(speaking.sort());
  });

  test.each(REPORTED)('$state is recorded by $step', ({ state, step, act }) => {
    const task = machine.get(state);
    expect(task?.functionName).toMatch(new RegExp(`-${step}(?::|$)`));
    if (act !== undefined) expect(task?.payload).toMatch(new RegExp(`'act':\\s*'${act}'`));
  });
});
