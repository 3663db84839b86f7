import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type * as z from 'zod';

/** What a step's schema.ts exports, as far as tests of all steps look at it. */
export interface StepModule {
  name: string;
  target: z.ZodType;
  progress: z.ZodType;
  environment: z.ZodObject;
  deadlineMs: number;
  paced?: boolean;
  actsWithoutLock?: string;
}

const LAMBDA = join(__dirname, '..', '..', 'lambda');

/** Folders of lambda/ that are steps: those with a schema. */
export const STEP_FOLDERS: readonly string[] = readdirSync(LAMBDA)
  .filter((folder) => existsSync(join(LAMBDA, folder, 'schema.ts')))
  .sort();

/** The schema of every step, in the order of their names. */
export const STEP_SCHEMAS: readonly StepModule[] = STEP_FOLDERS.map((folder) =>
  jest.requireActual<StepModule>(join(LAMBDA, folder, 'schema.ts')),
);

/** @throws RangeError for a step that does not exist */
export function schemaOf(step: string): StepModule {
  const found = STEP_SCHEMAS.find(({ name }) => name === step);
  if (found === undefined) throw new RangeError(`There is no step ${step}`);
  return found;
}
