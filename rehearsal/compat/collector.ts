import type { LambdaCall } from '../engine';
import type { World } from '../world/world';
import { kindOf, OBJECT_KINDS, RECORD_KINDS, type Kind } from './kinds';
import type { RecordSample, RequestSample } from './samples';

/** Enough to see every shape; samples are kept for ever. */
const MOST_SAMPLES = 6;

/** Gathers samples from the runs of scenarios: one of each shape of what is sent and written. */
export class SampleCollector {
  readonly requests = new Map<string, RequestSample[]>();
  readonly records = new Map<string, RecordSample[]>();
  readonly objects = new Map<string, RecordSample[]>();
  /** Items of the state table and keys of the plan bucket that are of no kind. */
  readonly unknown = new Set<string>();
  private readonly shapes = new Set<string>();
  private looking: Promise<void> | undefined;

  /** To be told every answer of a Lambda: the request that it was for, and what lies in the stores by then. */
  see({ functionName, stateName, payload }: LambdaCall, world: World): void {
    const { deployment } = world.account;
    const fn = deployment.functions.find(({ arn, name }) => arn === functionName || name === functionName);
    const step = fn?.name.slice(deployment.stackName.length + 1);
    const request = payload as Record<string, unknown>;
    if (step !== undefined) this.add(this.requests, step, stateName, request, { state: stateName, request });
    // One look at a time: what is written meanwhile is seen by the next.
    this.looking ??= this.look(world).finally(() => (this.looking = undefined));
  }

  private async look(world: World): Promise<void> {
    // A world that is being put away has nothing more to show.
    const items = await world.stateItems().catch(() => []);
    for (const { pk, ...record } of items) this.write(RECORD_KINDS, this.records, String(pk), record);
    const { buckets, planBucket } = world.account;
    for (const key of buckets.find(planBucket)?.objects.keys() ?? []) {
      if (!key.endsWith('.json') || /^(?:inspections|confirmations|results)\//.test(key)) continue;
      const body = buckets.readObject(planBucket, key)?.toString() ?? '{}';
      this.write(OBJECT_KINDS, this.objects, key, JSON.parse(body) as Record<string, unknown>);
    }
  }

  private write(
    kinds: readonly Kind[],
    into: Map<string, RecordSample[]>,
    key: string,
    record: Record<string, unknown>,
  ): void {
    const kind = kindOf(kinds, key);
    if (kind === undefined) this.unknown.add(key);
    else this.add(into, kind.name, '', record, { key, record });
  }

  private add<Sample>(
    into: Map<string, Sample[]>,
    name: string,
    part: string,
    value: Record<string, unknown>,
    sample: Sample,
  ): void {
    const samples = into.get(name) ?? [];
    const shape = `${name} ${part} ${shapeOf(value, 2)}`;
    if (this.shapes.has(shape) || samples.length >= MOST_SAMPLES) return;
    this.shapes.add(shape);
    into.set(name, [...samples, sample]);
  }
}

/** Names of the members, and the words that say how something stands. */
function shapeOf(value: unknown, depth: number): string {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || depth === 0) return '';
  return Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .map(([name, member]) =>
      name === 'state' || name === 'act' ? `${name}=${String(member)}` : `${name}(${shapeOf(member, depth - 1)})`,
    )
    .sort()
    .join(',');
}
