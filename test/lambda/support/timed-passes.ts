import type { StepResponse } from '../../../lambda/shared/contract';
import type { HeldClock } from '../../rehearsal/aws/held-clock';
import type { Pass, StepBench } from './step-bench';

/** Passes until the step is done, as the machine makes them, with the clock going on by what the step asks for. */
export async function timedPasses(
  bench: StepBench,
  time: HeldClock,
  handler: (event: unknown) => Promise<StepResponse>,
  pass: Pass,
  most = 100,
): Promise<StepResponse[]> {
  const answers: StepResponse[] = [];
  let progress: unknown;
  for (let count = 0; count < most; count += 1) {
    const answer = await bench.pass(handler, { ...pass, progress, nowMs: bench.account.clock.now() });
    answers.push(answer);
    if (answer.status !== 'IN_PROGRESS') return answers;
    progress = answer.progress;
    await time.pass(answer.waitSeconds * 1_000);
  }
  throw new Error(`Not done after ${String(most)} passes: ${answers.at(-1)?.summary ?? ''}`);
}
