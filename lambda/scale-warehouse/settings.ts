import * as z from 'zod';
import type { HoldRecord } from '../shared/hold';

/** The settings of a workgroup that a migration may change. */
export const settings = z.object({
  /** Base capacity in RPU; -1 while Redshift chooses it by the price-performance target. */
  baseRpu: z.number(),
  /** Absent: no limit. */
  maxRpu: z.number().optional(),
  /** Level of the price-performance target; absent while it is off. */
  targetLevel: z.number().optional(),
  /** `max_query_execution_time`; absent where it cannot be set, because queues are configured instead. */
  maxQuerySeconds: z.number().optional(),
});
export type Settings = z.infer<typeof settings>;

/** A workgroup as it stands. */
export interface Workgroup extends Settings {
  /** CREATING, AVAILABLE, MODIFYING, DELETING. */
  status: string;
}

/** Every value that we have given a setting while it was held, the newest last; a setting that is left out was not touched. */
const given = z.object({
  baseRpu: z.array(z.number()).default([]),
  maxRpu: z.array(z.number()).default([]),
  targetOff: z.boolean().default(false),
  maxQuerySeconds: z.array(z.number()).default([]),
});
export type Given = z.infer<typeof given>;

export const NOTHING_GIVEN: Given = { baseRpu: [], maxRpu: [], targetOff: false, maxQuerySeconds: [] };

/** The hold of a workgroup, read: what it was, and what we made of it. */
export interface HeldWorkgroup {
  original: Settings;
  given: Given;
  holders: readonly string[];
}

/** Undefined when nothing of ours is in force. */
export function heldWorkgroup(record: HoldRecord | undefined): HeldWorkgroup | undefined {
  if (record?.state !== 'held') return undefined;
  return { original: settings.parse(record.original), given: given.parse(record.given), holders: record.holders };
}

/** One UpdateWorkgroup: it takes one kind of setting at a time. Source: Redshift Serverless API Reference, UpdateWorkgroup */
export type Change =
  | { set: 'target'; level: number | 'off' }
  | { set: 'max'; rpu: number }
  | { set: 'base'; rpu: number }
  | { set: 'query limit'; seconds: number };

export function changeText(change: Change): string {
  switch (change.set) {
    case 'target':
      return change.level === 'off'
        ? 'the price-performance target is switched off'
        : `the price-performance target is switched on again (level ${String(change.level)})`;
    case 'max':
      return `the maximum capacity becomes ${String(change.rpu)} RPU`;
    case 'base':
      return `the base capacity becomes ${String(change.rpu)} RPU`;
    case 'query limit':
      return `max_query_execution_time becomes ${String(change.seconds)} s`;
  }
}
