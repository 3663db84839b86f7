import { BEFORE_UPGRADE, RELEASE, timezonesOf } from '../scenarios/worlds';
import { VERSION, type WorldDescription } from '../world/description';
import { CONSOLE_STACK } from '../world/world';

/** A world of the matrix, and the execution that is interrupted in it. */
export interface MatrixWorld {
  name: 'upgrade' | 'cleanup' | 'stopped';
  description: Omit<WorldDescription, 'seed'>;
  /** Input of the execution. */
  input: Record<string, unknown>;
  /** A person stops the execution when it first comes to this state; then a guardian does its part, and the root is redriven. */
  stoppedAt?: string;
  /** It begins with the data and the verdicts with which that one ends. */
  follows?: MatrixWorld['name'];
}

/**
 * As small as a world can be in which every step has something to do: old instances to be replaced, a warm pool, several
 * windows, and no Python functions in Redshift any more. There are no legacy events near the cutoff, so that a redrive a day later migrates the same rows.
 */
const PROJECTS: WorldDescription['projects'] = [
  {
    projectId: 'shop_f3kx',
    region: 'eu-west-1',
    servers: { min: 2, max: 4 },
    ingestion: { infra: 'EC2', desired: 2, warmPool: 1 },
    apps: [{ appId: 'webshop', timezone: 'Europe/Berlin' }],
  },
];

const DAYS = 3;
const EVENTS = 1_400;

const UPGRADE: MatrixWorld = {
  name: 'upgrade',
  description: { events: EVENTS, days: DAYS, version: BEFORE_UPGRADE, pythonUdfs: 'gone', projects: PROJECTS },
  input: {
    mode: 'execute',
    console: { stackName: CONSOLE_STACK, targetVersion: RELEASE },
    projects: timezonesOf(PROJECTS),
    approvals: { plan: true },
    migration: { days: DAYS, strategy: 'windowed', eventsPerWindow: 1_000, rpu: 64 },
    pythonUdf: 'replace',
  },
};

const CLEANUP: MatrixWorld = {
  name: 'cleanup',
  description: { events: EVENTS, days: DAYS, version: VERSION, pythonUdfs: 'gone', projects: PROJECTS },
  input: {
    mode: 'cleanup',
    console: { stackName: CONSOLE_STACK },
    projects: 'all',
    approvals: { plan: true },
    migration: { days: DAYS, strategy: 'windowed' },
  },
  follows: 'upgrade',
};

/** Processing rests, the warehouse is scaled and the fleet's instances are replaced by then: there is much to put back. */
const STOPPED: MatrixWorld = { ...UPGRADE, name: 'stopped', stoppedAt: 'Migrate events' };

/** Every world comes after the one that it follows. */
export const MATRIX_WORLDS: readonly MatrixWorld[] = [UPGRADE, CLEANUP, STOPPED];
