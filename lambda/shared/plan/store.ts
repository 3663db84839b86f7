import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import * as z from 'zod';
import { isAwsError } from '../aws-errors';
import { s3 } from '../clients';
import { ErrorCode, UpgradeError } from '../errors';
import { appPlan, appPlanKey, type AppPlan, type AppTarget } from './app-plan';
import { plan as planSchema, type Plan } from './plan';
import { projectPlan, projectPlanKey, type ProjectPlan } from './project-plan';

/** Reads a JSON object of the plan bucket; undefined when there is none. */
export async function readJson<Schema extends z.ZodType>(
  bucket: string,
  key: string,
  schema: Schema,
): Promise<z.infer<Schema> | undefined> {
  const text = await readText(bucket, key);
  return text === undefined ? undefined : schema.parse(JSON.parse(text));
}

async function readText(bucket: string, key: string): Promise<string | undefined> {
  try {
    const { Body: body } = await s3().send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    return (await body?.transformToString()) ?? '';
  } catch (error) {
    if (isAwsError(error, 'NoSuchKey')) return undefined;
    throw error;
  }
}

/** Writes a JSON object; with `once`, an object that is already there stays as it is. */
export async function writeJson(
  bucket: string,
  key: string,
  value: unknown,
  options: { once?: boolean } = {},
): Promise<void> {
  try {
    await s3().send(
      new PutObjectCommand({
        Bucket: bucket,
        Key: key,
        Body: JSON.stringify(value),
        ContentType: 'application/json',
        ...(options.once === true ? { IfNoneMatch: '*' } : {}),
      }),
    );
  } catch (error) {
    if (options.once === true && isAwsError(error, 'PreconditionFailed')) return;
    throw error;
  }
}

/** Text for people, for example the report in Markdown. */
export async function writeText(bucket: string, key: string, text: string, contentType: string): Promise<void> {
  await s3().send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: text, ContentType: contentType }));
}

/** Texts of plans that were read since the last loop began, by their place; none outside of loops. */
let remembered: Map<string, string> | undefined;

/** A loop begins: its first pass reads its plans anew, and its later passes, where they meet this environment, have them. */
export function beginReadingPlans(): void {
  remembered = new Map();
}

/** A part of a plan, none of which is ever overwritten; undefined when there is no such object. */
export async function readPlanned<Schema extends z.ZodType>(
  bucket: string,
  key: string,
  schema: Schema,
): Promise<z.infer<Schema> | undefined> {
  const place = `${bucket}/${key}`;
  const text = remembered?.get(place) ?? (await readText(bucket, key));
  if (text === undefined) return undefined;
  remembered?.set(place, text);
  return schema.parse(JSON.parse(text));
}

/** The plan of this execution. Plans are never overwritten, so a missing one means that somebody deleted it. */
export async function readPlan(bucket: string, planKey: string | undefined): Promise<Plan> {
  return demanded(bucket, planKey, planSchema, 'The plan of this execution', {});
}

/** The plan of one project. */
export async function readProjectPlan(
  bucket: string,
  planKey: string | undefined,
  { projectId }: { projectId: string },
): Promise<ProjectPlan> {
  const key = planKey === undefined ? undefined : projectPlanKey(planKey, projectId);
  return demanded(bucket, key, projectPlan, `The plan of project ${projectId}`, { projectId });
}

/** The plan of one app. */
export async function readAppPlan(bucket: string, planKey: string | undefined, app: AppTarget): Promise<AppPlan> {
  const key = planKey === undefined ? undefined : appPlanKey(planKey, app);
  const { projectId, appId } = app;
  return demanded(bucket, key, appPlan, `The plan of app ${appId}`, { projectId, appId });
}

async function demanded<Schema extends z.ZodType>(
  bucket: string,
  key: string | undefined,
  schema: Schema,
  what: string,
  ids: Record<string, string>,
): Promise<z.infer<Schema>> {
  const found = key === undefined ? undefined : await readPlanned(bucket, key, schema);
  if (found !== undefined) return found;
  throw new UpgradeError({
    code: ErrorCode.InvalidRequest,
    what: `${what} is missing.`,
    why: `There is no object s3://${bucket}/${key ?? '(no plan in the request)'}.`,
    next: 'Restore the object if it was deleted and redrive, or start a new execution, which plans anew.',
    redrive: 'yes',
    ids,
  });
}
