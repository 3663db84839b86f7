import type { ServiceCall } from './service';

/** A text member of a call's input; empty when absent. */
export function text(call: ServiceCall, member: string): string {
  const value = call.input[member];
  return typeof value === 'string' ? value : '';
}
