import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Choice, Condition, Succeed, type DistributedMap } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { UpgradeSteps } from '../../upgrade-steps';
import { jsonata } from '../context';
import { tolerantMap } from '../tolerant-map';
import { cleanApps } from './clean-apps';
import { judgeCleanApps } from './judge-clean-apps';
import { listAppsToClean } from './list-apps-to-clean';

type CleanUpSteps = Pick<UpgradeSteps, 'listApps' | 'verifyParity' | 'cleanUp' | 'judgeChildren'>;

/** Projects to clean up, five at once: each has a warehouse of its own, as a rule. */
export function cleanProjects(scope: Construct, props: { steps: CleanUpSteps; bucket: IBucket }): DistributedMap {
  const { steps, bucket } = props;
  const listed = listAppsToClean(scope, steps.listApps);
  const apps = cleanApps(scope, { steps, bucket });
  const judged = judgeCleanApps(scope, steps);
  const done = Succeed.jsonata(scope, 'ProjectClean', {
    stateName: 'The project is cleaned up',
    comment: 'All its apps are; the output is short, there may be a hundred projects.',
    outputs: { projectId: jsonata('$states.input.target.projectId') },
  });
  const anyApps = Choice.jsonata(scope, 'AnyAppsToClean', {
    stateName: 'Is there an app to clean up?',
    comment: 'The plan may name a project none of whose apps has anything left.',
  })
    .when(Condition.jsonata(jsonata('$count($states.input.items) = 0')), done)
    .otherwise(apps);
  listed.then(anyApps);
  apps.next(judged.then(done).again(apps));
  return tolerantMap(scope, 'CleanProjects', {
    stateName: 'Each project to clean up',
    comment: 'A child execution a project; one that fails does not stop the others.',
    label: 'CleanProjects',
    maxConcurrency: 5,
    bucket,
    child: listed,
  });
}
