import type { CleanUpRecord } from '../shared/clean-up-record';
import type { Problem } from '../shared/errors';
import type { ParityVerdict } from '../shared/parity-verdict';
import {
  FIRST_RELEASE_EVENTS,
  LEGACY_OBJECTS,
  NEW_SCAN,
  OLD_SCAN,
  PROVED_TABLES,
  signatureOf,
  type LegacyObject,
} from './legacy-objects';
import type { Observation } from './observe';

/** What the decision rests on beside the warehouse. */
export interface CleanUpRequest {
  appId: string;
  root: string;
  /** Views outside the solution are dropped along. */
  cascade: boolean;
}

export type CleanUpAction =
  /** Nothing is left but what has to stay, each with its reason. */
  | { do: 'done'; kept: readonly Problem[] }
  | { do: 'refuse'; problems: readonly Problem[] }
  /** Write down what will be dropped. */
  | { do: 'begin'; objects: readonly string[] }
  /** One after the other, as far as this pass gets. */
  | { do: 'drop'; objects: readonly LegacyObject[] };

/** Pure. Refuses before the first drop and in every pass after it; readers are dropped before what they read. */
export function decide(
  request: CleanUpRequest,
  seen: Observation,
  verdict: ParityVerdict | undefined,
  record: CleanUpRecord | undefined,
): CleanUpAction {
  const present = new Set(seen.found.map(({ signature }) => signature));
  const kept = keptOf(seen, present);
  const keptNames = new Set(kept.map(({ path }) => path));
  const left = LEGACY_OBJECTS.filter((object) => {
    const signature = signatureOf(object);
    return present.has(signature) && !keptNames.has(signature);
  });
  if (left.length === 0) return { do: 'done', kept };
  const problems = problemsOf(request, seen, left, verdict, record);
  if (problems.length > 0) return { do: 'refuse', problems };
  const signatures = left.map(signatureOf);
  const isWritten = record?.state === 'dropping' && signatures.every((name) => record.objects.includes(name));
  if (!isWritten) return { do: 'begin', objects: signatures };
  return { do: 'drop', objects: inOrder(left, seen) };
}

/** What is dropped only when nobody can miss it. */
function keptOf(seen: Observation, present: ReadonlySet<string>): Problem[] {
  const kept: Problem[] = [];
  if (present.has(OLD_SCAN) && !present.has(NEW_SCAN)) {
    kept.push({ path: OLD_SCAN, message: 'the newer one of that name is not there, so the daily scan may call it' });
  }
  if (present.has(FIRST_RELEASE_EVENTS) && seen.firstReleaseRows > 0) {
    const rows = String(seen.firstReleaseRows);
    kept.push({
      path: FIRST_RELEASE_EVENTS,
      message: `it holds ${rows} events of release 1.0, which no proof covers; drop it by hand when nobody needs them`,
    });
  }
  return kept;
}

function problemsOf(
  { appId, root, cascade }: CleanUpRequest,
  seen: Observation,
  left: readonly LegacyObject[],
  verdict: ParityVerdict | undefined,
  record: CleanUpRecord | undefined,
): Problem[] {
  const problems: Problem[] = [];
  const at = (name: string): string => `${appId}.${name}`;
  const names = new Set(left.map(signatureOf));
  const begun = record?.state === 'dropping';
  if (PROVED_TABLES.some((table) => names.has(table)) && !begun && !isFresh(verdict, root)) {
    problems.push({ path: appId, message: 'its data were not proved to be migrated by this execution' });
  }
  for (const { text, elapsedSeconds } of seen.running) {
    problems.push({ path: at('calls'), message: `a call has been running for ${String(elapsedSeconds)} s: ${text}` });
  }
  if (seen.openTraces > 0) {
    const batches = String(seen.openTraces);
    problems.push({
      path: at('tmp_backfill_trace'),
      message: `${batches} batches of the migration were begun and not finished`,
    });
  }
  for (const { signature, owner } of seen.found) {
    if (names.has(signature) && owner !== seen.user && !seen.isSuperuser) {
      const message = `is owned by ${owner}, but the drops run as ${seen.user}, which has to own it`;
      problems.push({ path: at(signature), message });
    }
  }
  if (!cascade) {
    for (const view of foreignViews(appId, seen)) problems.push({ path: view, message: 'reads the legacy tables' });
  }
  return problems;
}

/** *Prove parity again* has just come before; a verdict of another execution may be weeks old. */
function isFresh(verdict: ParityVerdict | undefined, root: string): boolean {
  return verdict !== undefined && verdict.state !== 'open' && verdict.root === root;
}

/** Views outside the solution that read a legacy relation, by the catalog or by their text; `schema.name`, each once. */
export function foreignViews(appId: string, seen: Observation): string[] {
  const schema = appId.toLowerCase();
  const relations = new Set(LEGACY_OBJECTS.filter(isRelation).map(({ name }) => name));
  const own = new Set([...relations].map((name) => `${schema}.${name}`));
  const bound = seen.dependencies
    .filter(({ relation }) => relations.has(relation))
    .map(({ viewSchema, viewName }) => `${viewSchema}.${viewName}`);
  return [...new Set([...bound, ...seen.mentions])].filter((view) => !own.has(view)).sort();
}

function isRelation({ kind }: LegacyObject): boolean {
  return kind !== 'procedure' && kind !== 'function';
}

/** Each after everything to be dropped that reads it, else as they are listed. */
function inOrder(objects: readonly LegacyObject[], seen: Observation): LegacyObject[] {
  const ordered: LegacyObject[] = [];
  const left = [...objects];
  while (left.length > 0) {
    const names = new Set(left.map(({ name }) => name));
    const isRead = ({ name }: LegacyObject): boolean =>
      seen.dependencies.some(({ viewName, relation }) => relation === name && viewName !== name && names.has(viewName));
    const next = left.findIndex((object) => !isRelation(object) || !isRead(object));
    ordered.push(...left.splice(Math.max(0, next), 1));
  }
  return ordered;
}
