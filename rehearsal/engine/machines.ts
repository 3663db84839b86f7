import { AwsError } from '../aws/service';
import { labelledStateMachineArn, parseStateMachineArn, type StateMachineArn } from './arns';
import { jsonCopy, type Json } from './data';
import { StateFailure } from './errors';
import type { Execution, Work } from './execution';
import { isValidName } from './limits';
import type { MachineIdentity } from './services';

export interface Tag {
  key: string;
  value: string;
}

/** Another product's workflow: its behaviour given in TypeScript instead of ASL. */
export type ForeignWork = (input: Json, call: ForeignCall) => Promise<unknown>;

export interface ForeignCall {
  executionArn: string;
  signal: AbortSignal;
  redriveCount: number;
  /** Puts into the history what a task of the workflow has answered. */
  answered: (output: Json) => void;
}

/** A state machine as it is registered now; executions are bound to what it was when they started. */
export interface Machine {
  readonly identity: MachineIdentity;
  readonly work: Work;
  readonly timeoutSeconds: number | undefined;
  readonly definition: string;
  readonly tags: readonly Tag[];
  readonly creationMs: number;
  readonly executions: Execution[];
}

/** @throws AwsError InvalidArn, InvalidName */
export function identityOf(arn: string, name: string, roleArn: string): MachineIdentity {
  const root = parseStateMachineArn(arn);
  if (root === undefined) throw new AwsError('InvalidArn', `Invalid Arn: '${arn}'`);
  if (!isValidName(name) || root.name !== name) throw new AwsError('InvalidName', `Invalid Name: '${name}'`);
  return { root, arn, name, roleArn };
}

/** The identity of a Map's children. */
export function labelled(identity: MachineIdentity, label: string): MachineIdentity {
  const root: StateMachineArn = identity.root;
  return { ...identity, arn: labelledStateMachineArn(root, label), name: `${root.name}/${label}` };
}

/** Work of a foreign execution: holds the clock until it returns, aborts its signal when the execution ends. */
export function foreignWork(foreign: ForeignWork): Work {
  return async (execution, run) => {
    const { clock } = execution.services;
    const value = await run.pause<unknown>((wake) => {
      const controller = new AbortController();
      const release = clock.hold();
      const call: ForeignCall = {
        executionArn: execution.arn,
        signal: controller.signal,
        redriveCount: execution.redriveCount,
        answered: (output) => {
          execution.history.append('TaskSucceeded', clock.now(), TASK, JSON.stringify(output));
        },
      };
      void (async () => {
        try {
          wake.resolve(await foreign(execution.input.value, call));
        } catch (error) {
          wake.reject(failureOf(error));
        } finally {
          release();
        }
      })();
      return () => controller.abort();
    });
    const output = jsonCopy(value);
    execution.succeed(run, { value: output, json: JSON.stringify(output) });
  };
}

/** Source: Step Functions API Reference, TaskSucceededEventDetails */
const TASK = { resourceType: 'lambda', resource: 'invoke' };

function failureOf(thrown: unknown): Error {
  if (typeof thrown === 'object' && thrown !== null && 'error' in thrown && 'cause' in thrown) {
    return new StateFailure(String(thrown.error), String(thrown.cause));
  }
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
