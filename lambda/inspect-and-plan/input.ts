import * as z from 'zod';
import { ErrorCode, UpgradeError } from '../shared/errors';
import { STRATEGIES } from '../shared/plan/app-plan';
import { IDENTIFIER } from '../shared/sql/identifiers';
import { problemsOf } from '../shared/step';
import { parseVersion } from '../shared/versions';

const timezone = z.string().refine(isTimezone, 'is no IANA time zone, for example Asia/Shanghai');
const appId = z.string().regex(IDENTIFIER, 'is no app id: a letter, then letters, digits and underscores');
const projectId = z.string().regex(/^[a-zA-Z][a-zA-Z0-9_]{0,126}$/, 'is no project id');

/** Execution input; everything is optional, and `{}` plans everything that can be found and changes nothing. */
export const upgradeInput = z.strictObject({
  mode: z.enum(['plan', 'execute']).default('plan'),
  /** Execute the plan that was shown. */
  planHash: z
    .string()
    .regex(/^[0-9a-f]{32}$/, 'is no plan hash')
    .optional(),
  console: z
    .strictObject({
      stackName: z.string().min(1).max(128).optional(),
      targetVersion: z
        .string()
        .refine((text) => parseVersion(text) !== undefined, 'is no version, for example v1.1.7')
        .optional(),
    })
    .default({}),
  projects: z
    .union([
      z.literal('all'),
      z
        .array(
          z.strictObject({
            projectId,
            timezone: timezone.optional(),
            apps: z
              .union([z.literal('all'), z.array(z.strictObject({ appId, timezone: timezone.optional() })).min(1)])
              .default('all'),
          }),
        )
        .min(1),
    ])
    .default('all'),
  migration: z
    .strictObject({
      days: z.number().int().min(1).max(3650).default(30),
      strategy: z.enum(STRATEGIES).default('windowed'),
      eventsPerWindow: z.number().int().min(1_000).max(1_000_000_000).default(50_000_000),
      /** Capacity that the estimate is made for; the workgroup's own when absent. */
      rpu: z.number().int().min(4).max(1024).optional(),
      ignoreLoad: z.boolean().default(false),
    })
    .prefault({}),
});
export type UpgradeInput = z.infer<typeof upgradeInput>;

/** Reads the execution's input, or lists everything that is wrong with it. */
export function readInput(input: unknown): UpgradeInput {
  const result = upgradeInput.safeParse(input ?? {});
  if (result.success) return result.data;
  const problems = problemsOf(result.error, 'input');
  throw new UpgradeError({
    code: ErrorCode.InvalidInput,
    what: 'The input of this execution is not understood.',
    why: `${String(problems.length)} problems were found: ${problems.map(({ path, message }) => `${path} ${message}`).join('; ')}`,
    next: 'Start a new execution with a corrected input. Nothing was touched.',
    redrive: 'no',
    ids: {},
    problems,
  });
}

function isTimezone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
