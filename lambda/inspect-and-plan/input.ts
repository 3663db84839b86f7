import * as z from 'zod';
import { ErrorCode, UpgradeError } from '../shared/errors';
import { STRATEGIES } from '../shared/plan/app-plan';
import { IDENTIFIER } from '../shared/sql/identifiers';
import { problemsOf } from '../shared/step';
import { manyText } from '../shared/summary';
import { parseVersion } from '../shared/versions';

const timezone = z
  .string()
  .refine(isTimezone, 'is no IANA time zone, for example Asia/Shanghai')
  .describe('reporting time zone (IANA name). It is for ever: one that the solution has already cannot be changed');
const appId = z
  .string()
  .regex(IDENTIFIER, 'is no app id: a letter, then letters, digits and underscores')
  .describe('one app of the project');
const projectId = z
  .string()
  .regex(/^[a-zA-Z][a-zA-Z0-9_]{0,126}$/, 'is no project id')
  .describe('one project of the web console');

const apps = z
  .union([z.literal('all'), z.array(z.strictObject({ appId, timezone: timezone.optional() })).min(1)])
  .describe('which apps of the project have their data migrated; the pipeline is upgraded for all of them');

/**
 * Execution input; everything is optional, and `{}` plans everything that can be found and changes nothing. The
 * descriptions are the text of docs/input.md, which is made from this schema.
 */
export const upgradeInput = z.strictObject({
  mode: z
    .enum(['plan', 'execute', 'cleanup', 'repair-schema'])
    .default('plan')
    .describe(
      '`plan` ends with the plan; `execute` carries it out; `cleanup` drops the legacy objects of migrated apps, days later; `repair-schema` upgrades nothing and only repairs the schema of the apps where its run has failed at a Python function, as after a new app',
    ),
  planHash: z
    .string()
    .regex(/^[0-9a-f]{32}$/, 'is no plan hash')
    .optional()
    .describe(
      'execute the plan that was shown, with its cutoff; `PlanStale` when the world has moved since. Without it a plan is made anew',
    ),
  console: z
    .strictObject({
      stackName: z
        .string()
        .min(1)
        .max(128)
        .optional()
        .describe('CloudFormation stack of the web console; found by its description when there is one only'),
      targetVersion: z
        .string()
        .refine((text) => parseVersion(text) !== undefined, 'is no version, for example v1.1.7')
        .optional()
        .describe('release to upgrade to. Without it, that of `templateUrl`, else the one the console is at'),
      templateUrl: z
        .string()
        .regex(/^https:\/\/\S+$/, 'is no URL, it begins with https://')
        .optional()
        .describe(
          'template of the web console; the one that the guide links for this type of deployment and this release. One that is given is applied also where its release is there already',
        ),
      parameters: z
        .record(z.string().regex(/^[A-Za-z0-9]{1,255}$/, 'is no name of a template parameter'), z.string().max(4_096))
        .default({})
        .describe('values of template parameters that are new or shall change; all others keep what they have'),
    })
    .prefault({}),
  projects: z
    .union([
      z.literal('all'),
      z.array(z.strictObject({ projectId, timezone: timezone.optional(), apps: apps.default('all') })).min(1),
    ])
    .default('all')
    .describe('which projects have their pipelines upgraded and their data migrated'),
  migration: z
    .strictObject({
      days: z
        .number()
        .int()
        .min(1)
        .max(3650)
        .default(30)
        .describe('how far back events are migrated. The cutoff is rounded down to a UTC day and then frozen'),
      strategy: z
        .enum(STRATEGIES)
        .default('windowed')
        .describe(
          '`windowed`: calls that grow step by step, each proved; `documented`: the one call of the guide, watched',
        ),
      eventsPerWindow: z
        .number()
        .int()
        .min(1_000)
        .max(1_000_000_000)
        .default(50_000_000)
        .describe('how many events one step may add; a single day is the least a step can be'),
      rpu: z
        .number()
        .int()
        .refine(
          isCapacity,
          'is no base capacity of a workgroup: 4, a multiple of 8 up to 512, a multiple of 32 up to 1024',
        )
        .optional()
        .describe(
          'base capacity of the workgroup while data are migrated, and what the estimate is made for; its own when absent',
        ),
      ignoreLoad: z.boolean().default(false).describe('migrate although other statements are at work on the warehouse'),
    })
    .prefault({}),
  ingestion: z
    .strictObject({
      refresh: z
        .boolean()
        .default(false)
        .describe('replace ingestion instances of an older version of the same launch template, too'),
    })
    .prefault({}),
  approvals: z
    .strictObject({
      plan: z.boolean().default(true).describe('ask a person before anything is changed'),
    })
    .prefault({}),
  pythonUdf: z
    .enum(['refuse', 'replace'])
    .default('refuse')
    .describe(
      'what to do where Redshift has ended the Python functions that the new schema needs: `refuse` upgrades nothing, `replace` has a Lambda function stand in for them, whose own stack has to be deployed in the region of each such project. Mode `repair-schema` always replaces',
    ),
  takeOver: z
    .string()
    .regex(/^arn:aws[a-z-]*:states:[a-z0-9-]+:\d{12}:execution:[^:/]+:[^:/]+$/, 'is no ARN of an execution')
    .optional()
    .describe(
      'ARN of a failed execution that keeps the lock of the web console and shall never be redriven: this one takes the lock from exactly that one. Errors that ask for a new execution print it',
    ),
  cascade: z
    .boolean()
    .default(false)
    .describe('mode `cleanup`: drop views outside the solution that depend on legacy tables along with them'),
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
    why: `${manyText(problems.length, 'problem was', 'problems were')} found: ${problems.map(({ path, message }) => `${path} ${message}`).join('; ')}`,
    next: 'Start a new execution with a corrected input. Nothing was touched.',
    redrive: 'no',
    ids: {},
    problems,
  });
}

/** The input that a plan was made from, as an execution of it would have it. Only a repair writes its mode down. */
export function plannedInput({ kind, input }: { kind: 'upgrade' | 'cleanup'; input?: unknown }): UpgradeInput {
  const settings = (input ?? {}) as Record<string, unknown>;
  return readInput({ ...settings, mode: kind === 'cleanup' ? 'cleanup' : (settings['mode'] ?? 'execute') });
}

/** A Lambda function may stand in for Python functions. */
export function replacesPython({ mode, pythonUdf }: Pick<UpgradeInput, 'mode' | 'pythonUdf'>): boolean {
  return pythonUdf === 'replace' || mode === 'repair-schema';
}

function isTimezone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** Source: Redshift Management Guide, serverless-capacity. Not every region has every step. */
function isCapacity(rpu: number): boolean {
  if (rpu === 4) return true;
  return rpu > 512 ? rpu <= 1_024 && rpu % 32 === 0 : rpu >= 8 && rpu % 8 === 0;
}
