import * as z from 'zod';
import { executionName } from '../approval';
import type { StepAnswer, StepRequest } from '../contract';
import { StateTable } from '../state-table';
import type { Tools } from '../step';

/** What a guardian gives back and the root has to take again when it is redriven. */
const THINGS = ['processing', 'capacity'] as const;
export type Thing = (typeof THINGS)[number];

/**
 * Of one project under one root: what its guardian has given back, or is about to. Written before the first is given back; the
 * steps that pause and scale strike out what they have taken again.
 */
export const givenBackRecord = z.object({
  v: z.literal(1),
  revision: z.number().int().positive(),
  things: z.array(z.enum(THINGS)),
});

/** `given-back/<name of the root execution>/<project>` */
function keyOf(rootId: string, projectId: string): string {
  return `given-back/${executionName(rootId)}/${projectId}`;
}

/** What is to be taken again before data are changed; nothing, where no guardian has been. */
export async function givenBack(table: StateTable, rootId: string, projectId: string): Promise<readonly Thing[]> {
  return (await table.get(keyOf(rootId, projectId), givenBackRecord))?.things ?? [];
}

/** A guardian is about to give everything back. */
export async function giveBack(table: StateTable, rootId: string, projectId: string): Promise<void> {
  const key = keyOf(rootId, projectId);
  const before = await table.get(key, givenBackRecord);
  if (before?.things.length === THINGS.length) return;
  await table.put(key, { v: 1, revision: (before?.revision ?? 0) + 1, things: [...THINGS] });
}

/** The root has it again, as its plan wants it. */
async function takenAgain(table: StateTable, rootId: string, projectId: string, thing: Thing): Promise<void> {
  const key = keyOf(rootId, projectId);
  const before = await table.get(key, givenBackRecord);
  if (before?.things.includes(thing) !== true) return;
  const things = before.things.filter((other) => other !== thing);
  await table.put(key, { v: 1, revision: before.revision + 1, things });
}

type Converge<Target, Progress, Own, Result> = (
  request: StepRequest<Target, Progress>,
  tools: Tools<Own>,
) => Promise<StepAnswer<Progress, Result>>;

/** For the steps that pause and scale: once one is done, the thing is the root's again, however little there was to do. */
export function taking<Target extends { projectId: string }, Progress, Own extends { STATE_TABLE: string }, Result>(
  thing: Thing,
  converge: Converge<Target, Progress, Own, Result>,
  takes: (target: Target) => boolean = () => true,
): Converge<Target, Progress, Own, Result> {
  return async (request, tools) => {
    const answer = await converge(request, tools);
    if (answer.status === 'DONE' && takes(request.target)) {
      await takenAgain(new StateTable(tools.environment.STATE_TABLE), request.root.id, request.target.projectId, thing);
    }
    return answer;
  };
}
