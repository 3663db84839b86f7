import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Choice, Condition, Succeed, type DistributedMap, type IChainable } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { UpgradeSteps } from '../../upgrade-steps';
import { jsonata } from '../context';
import { tolerantMap } from '../tolerant-map';
import { check } from './check';
import { migrateEvents } from './migrate-events';
import { migrateItems } from './migrate-items';
import { migrateSessions } from './migrate-sessions';
import { migrateUsers } from './migrate-users';
import { pauseAgain } from './pause-again';
import { recalculateMetrics } from './recalculate-metrics';
import { refreshBaseView } from './refresh-base-view';
import { repairSchema } from './repair-schema';
import { scaleAgain } from './scale-again';
import { verifyParity } from './verify-parity';
import { waitForSchema } from './wait-for-schema';

/** Apps of one project, one after the other: a warehouse runs one Python UDF at a time. */
export function eachApp(scope: Construct, props: { steps: UpgradeSteps; bucket: IBucket }): DistributedMap {
  return tolerantMap(scope, 'EachApp', {
    stateName: 'Each app',
    comment: 'A child execution an app; one that fails does not stop the others.',
    label: 'EachApp',
    maxConcurrency: 1,
    bucket: props.bucket,
    child: migrateApp(scope, props.steps),
  });
}

/**
 * The migration of one app: each phase proves its goal before the next begins. Where a guardian has given processing or capacity
 * back in between, both are taken again, and the phases that are done say so at once.
 */
function migrateApp(scope: Construct, steps: UpgradeSteps): IChainable {
  const done = Succeed.jsonata(scope, 'AppDone', {
    stateName: 'The app is done',
    comment: 'Its parity is proved; the output is short, there may be many apps.',
    outputs: { appId: jsonata('$states.input.target.appId') },
  });
  const verified = verifyParity(scope, steps).then(done);
  const recalculated = recalculateMetrics(scope, steps).then(verified);
  const refreshed = refreshBaseView(scope, steps).then(recalculated);
  const sessions = migrateSessions(scope, steps).then(refreshed);
  const items = migrateItems(scope, steps).then(sessions);
  const users = migrateUsers(scope, steps).then(items);
  const events = migrateEvents(scope, steps).then(users);
  const checked = check(scope, steps).then(events);
  const scaled = scaleAgain(scope, steps.scaleWarehouse).then(checked);
  const paused = pauseAgain(scope, steps.pauseProcessing).then(scaled);
  for (const loop of [checked, events, users, items, sessions, refreshed, recalculated]) loop.takeAgain(paused);
  const anyData = Choice.jsonata(scope, 'AnyData', {
    stateName: 'Is there data to migrate?',
    comment: 'An app without legacy data only needed its new schema.',
  })
    .when(Condition.jsonata(jsonata('$states.input.target.schemaOnly = true')), done)
    .otherwise(checked);
  const waited = waitForSchema(scope, steps.waitForSchema).then(anyData);
  return repairSchema(scope, steps.repairSchema).then(waited);
}
