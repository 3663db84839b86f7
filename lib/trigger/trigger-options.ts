import * as z from 'zod';
import { upgradeInput } from '../../lambda/inspect-and-plan/input';

/**
 * What starts an execution by itself: context `trigger`.
 * - `consoleStack`: stack of the web console; its update starts an upgrade of everything from where it stands
 * - `pipelines`: whether the update of a project's pipeline starts an upgrade of that project
 * - `input`: the execution's input. `console.stackName` is set, and for a pipeline also `projects`
 */
const triggerSchema = z.strictObject({
  consoleStack: z.string().regex(/^[A-Za-z][A-Za-z0-9-]{0,127}$/, 'is no name of a stack'),
  pipelines: z.enum(['all', 'none']).default('all'),
  input: z
    .unknown()
    .default({})
    .superRefine((input, context) => {
      for (const { message, path } of upgradeInput.safeParse(input).error?.issues ?? []) {
        context.addIssue({ code: 'custom', message, path: [...path] });
      }
      const { mode, planHash, takeOver } = (input ?? {}) as Record<string, unknown>;
      if (mode === 'cleanup') context.addIssue({ code: 'custom', path: ['mode'], message: CLEANUP });
      if (planHash !== undefined) context.addIssue({ code: 'custom', path: ['planHash'], message: ONE_PLAN });
      if (takeOver !== undefined) context.addIssue({ code: 'custom', path: ['takeOver'], message: ONE_EXECUTION });
    }),
});

const CLEANUP = 'cannot be cleanup: the legacy tables are dropped when a person wants it';
const ONE_PLAN = 'belongs to one plan: a trigger plans anew each time';
const ONE_EXECUTION = 'belongs to one execution: a person takes a lock over, no trigger does';

export interface TriggerOptions {
  consoleStack: string;
  pipelines: 'all' | 'none';
  input: Readonly<Record<string, unknown>>;
}

/** Reads the context, or lists everything that is wrong with it. */
export function readTrigger(value: unknown): { trigger: TriggerOptions } | { problems: string[] } {
  const result = triggerSchema.safeParse(value);
  if (!result.success) {
    return {
      problems: result.error.issues.map(({ path, message }) => `${['trigger', ...path].join('.')}: ${message}`),
    };
  }
  const { consoleStack, pipelines, input } = result.data;
  return { trigger: { consoleStack, pipelines, input: input as Record<string, unknown> } };
}
