import * as z from 'zod';
import dependentsFile from '../../sql/clean-up/dependents.sql';
import firstReleaseRowsFile from '../../sql/clean-up/first-release-rows.sql';
import identityFile from '../../sql/clean-up/identity.sql';
import mentionsFile from '../../sql/clean-up/mentions.sql';
import objectsFile from '../../sql/clean-up/objects.sql';
import runningFile from '../../sql/clean-up/running.sql';
import traceFile from '../../sql/events/trace.sql';
import type { AppContext } from '../shared/migration/app';
import { statement } from '../shared/sql/statement';
import { catalogSignature, FIRST_RELEASE_EVENTS, LEGACY_OBJECTS, signatureOf } from './legacy-objects';
import { namesLegacy } from './mentions';

/** A relation or routine of the app's schema. */
export interface FoundObject {
  /** As `signatureOf` spells it. */
  signature: string;
  owner: string;
}

/** A view, and the relation of the app's schema that it reads. */
export interface Dependency {
  viewSchema: string;
  viewName: string;
  relation: string;
}

/** What the warehouse shows, before anything is judged. */
export interface Observation {
  found: readonly FoundObject[];
  user: string;
  isSuperuser: boolean;
  /** As the catalog knows it. */
  dependencies: readonly Dependency[];
  /** Views, `schema.name`, whose text names a legacy relation. */
  mentions: readonly string[];
  running: readonly { text: string; elapsedSeconds: number }[];
  /** Batches of the migration that were begun and not finished. */
  openTraces: number;
  /** Rows in the events table of release 1.0. */
  firstReleaseRows: number;
}

const objectRow = z.object({
  kind: z.enum(['relation', 'routine']),
  name: z.string(),
  arguments: z.string(),
  owner: z.string(),
});
const identityRow = z.object({ name: z.string(), superuser: z.coerce.number() });
const dependencyRow = z.object({ view_schema: z.string(), view_name: z.string(), relation: z.string() });
const mentionRow = z.object({ view_schema: z.string(), view_name: z.string(), definition: z.string().nullable() });
const runningRow = z.object({ query_text: z.string(), elapsed_seconds: z.coerce.number() });

const traceRow = z.object({ open_rows: z.coerce.number() });
const firstReleaseRow = z.object({ found: z.coerce.number() });

const NOTHING_SEEN: Omit<Observation, 'found'> = {
  user: '',
  isSuperuser: false,
  dependencies: [],
  mentions: [],
  running: [],
  openTraces: 0,
  firstReleaseRows: 0,
};

/** Sees everything the decision rests on. Where nothing of the old data model is left, nothing else is asked. */
export async function observe(app: AppContext): Promise<Observation> {
  const { plan, schema, session, reads } = app;
  const name = plan.appId.toLowerCase();
  const objects = await reads.rows(session, statement(objectsFile, {}, { schema: name }), objectRow);
  const found = objects.map(({ kind, name: object, arguments: types, owner }) => ({
    signature: kind === 'routine' ? catalogSignature(object, types) : object,
    owner,
  }));
  const has = (signature: string): boolean => found.some((object) => object.signature === signature);
  if (!LEGACY_OBJECTS.some((object) => has(signatureOf(object)))) return { found, ...NOTHING_SEEN };

  const calls = {
    migration: ` ${name}.sp_migrate_`,
    expiry: ` ${name}.sp_clear_expired_`,
    items: ` ${name}.sp_clear_item_`,
  };
  const nothing = Promise.resolve([]);
  const [[identity], dependencies, views, running, [trace], [firstRelease]] = await reads.together([
    reads.rows(session, statement(identityFile, {}), identityRow),
    reads.rows(session, statement(dependentsFile, {}, { schema: name }), dependencyRow),
    reads.rows(session, statement(mentionsFile, {}, { needle: `${name}.` }), mentionRow),
    reads.rows(session, statement(runningFile, {}, calls), runningRow),
    has('tmp_backfill_trace') ? reads.rows(session, statement(traceFile, { schema }), traceRow) : nothing,
    has(FIRST_RELEASE_EVENTS)
      ? reads.rows(session, statement(firstReleaseRowsFile, { schema }), firstReleaseRow)
      : nothing,
  ]);
  return {
    found,
    user: identity?.name ?? '',
    isSuperuser: (identity?.superuser ?? 0) > 0,
    dependencies: dependencies.map((row) => ({
      viewSchema: row.view_schema,
      viewName: row.view_name,
      relation: row.relation,
    })),
    mentions: views
      .filter(({ definition }) => namesLegacy(definition ?? '', name))
      .map((row) => `${row.view_schema}.${row.view_name}`),
    running: running.map((row) => ({ text: row.query_text, elapsedSeconds: row.elapsed_seconds })),
    openTraces: trace?.open_rows ?? 0,
    firstReleaseRows: firstRelease?.found ?? 0,
  };
}
