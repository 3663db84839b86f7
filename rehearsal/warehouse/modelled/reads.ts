import { CHECK_READS } from './check-reads';
import { MIGRATION_READS } from './migration-reads';
import { PARITY_READS } from './parity-reads';
import type { Read } from './read';
import { USAGE_READS } from './usage-reads';

/** The statements that only look, by the file they come from. */
export const READS: Readonly<Record<string, Read>> = {
  ...CHECK_READS,
  ...MIGRATION_READS,
  ...PARITY_READS,
  ...USAGE_READS,
};
