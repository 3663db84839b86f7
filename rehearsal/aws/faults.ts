import { seededRandom } from '../random';
import { AwsError, type ServiceCall } from './service';

/**
 * What goes wrong:
 * - `lose-answer`: the service acts, then the connection breaks before the answer;
 * - `drop`: the connection breaks before the service acts;
 * - `throttle`, `internal-error`: the service refuses as it does on a bad day, without acting;
 * - an `AwsError`: the service refuses with exactly that, without acting.
 */
export type FaultEffect = 'lose-answer' | 'drop' | 'throttle' | 'internal-error' | AwsError;

export interface Fault {
  match: (call: ServiceCall) => boolean;
  /** How many matching calls it hits; `Infinity` until removed. The SDK repeats a broken call up to twice by itself. */
  times: number;
  effect: FaultEffect;
}

/** The faults of a scenario. The first one that matches a call and has hits left takes it. */
export class Faults {
  private readonly planned: { fault: Fault; left: number }[] = [];
  /** Calls hit so far, for the report. */
  hits = 0;

  /** @returns a function that takes the fault away again */
  add(fault: Fault): () => void {
    const entry = { fault, left: fault.times };
    this.planned.push(entry);
    return () => {
      entry.left = 0;
    };
  }

  /**
   * Hits each matching call with the given probability. The same seed hits the same calls, as long as they
   * arrive in the same order.
   */
  addRandom(seed: number, probability: number, fault: Omit<Fault, 'times'> & { times?: number }): () => void {
    const random = seededRandom(seed);
    return this.add({
      effect: fault.effect,
      times: fault.times ?? Infinity,
      match: (call) => fault.match(call) && random() < probability,
    });
  }

  /** The effect that this call suffers, if any; uses up one hit. */
  take(call: ServiceCall): FaultEffect | undefined {
    for (const entry of this.planned) {
      if (entry.left <= 0 || !entry.fault.match(call)) continue;
      entry.left -= 1;
      this.hits += 1;
      return entry.fault.effect;
    }
    return undefined;
  }
}

/** Services of the query protocol name throttling without "Exception". Source: common errors of their API references */
const QUERY_SERVICES: ReadonlySet<string> = new Set([
  'autoscaling',
  'cloudformation',
  'elasticloadbalancing',
  'redshift',
  'sts',
]);

/** The error that a fault answers with, as the service words it; undefined for broken connections. */
export function faultError(service: string, effect: FaultEffect): AwsError | undefined {
  if (effect instanceof AwsError) return effect;
  if (effect === 'throttle') {
    // Source: S3 API Reference, error responses (SlowDown); others: common errors.
    if (service === 's3') return new AwsError('SlowDown', 'Please reduce your request rate.', 503);
    if (QUERY_SERVICES.has(service)) return new AwsError('Throttling', 'Rate exceeded');
    if (service === 'lambda') return new AwsError('TooManyRequestsException', 'Rate exceeded', 429);
    return new AwsError('ThrottlingException', 'Rate exceeded');
  }
  if (effect === 'internal-error') {
    const message = 'We encountered an internal error. Please try again.';
    if (service === 's3') return new AwsError('InternalError', message, 500);
    if (service === 'lambda') return new AwsError('ServiceException', message, 500);
    if (service === 'redshift-data') return new AwsError('InternalServerException', message, 500);
    if (service === 'dynamodb') return new AwsError('InternalServerError', message, 500);
    return new AwsError('InternalFailure', message, 500);
  }
  return undefined;
}
