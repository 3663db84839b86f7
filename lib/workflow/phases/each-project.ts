import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Choice, Condition, Succeed, type DistributedMap } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { UpgradeSteps } from '../../upgrade-steps';
import { jsonata } from '../context';
import { tolerantMap } from '../tolerant-map';
import { eachApp } from './each-app';
import { judgeApps } from './judge-apps';
import { listApps } from './list-apps';

/** Projects, five at once: each has a warehouse of its own, as a rule. */
export function eachProject(scope: Construct, props: { steps: UpgradeSteps; bucket: IBucket }): DistributedMap {
  const { steps, bucket } = props;
  const listed = listApps(scope, steps);
  const apps = eachApp(scope, { steps, bucket });
  const judged = judgeApps(scope, steps);
  const done = Succeed.jsonata(scope, 'ProjectDone', {
    stateName: 'The project is done',
    comment: 'All its apps are; the output is short, there may be a hundred projects.',
    outputs: { projectId: jsonata('$states.input.target.projectId') },
  });
  const anyApps = Choice.jsonata(scope, 'AnyApps', {
    stateName: 'Is there an app to migrate?',
    comment: 'A project whose apps are all done has nothing left.',
  })
    .when(Condition.jsonata(jsonata('$count($states.input.items) = 0')), done)
    .otherwise(apps);
  listed.then(anyApps);
  apps.next(judged.then(done).again(apps));
  return tolerantMap(scope, 'EachProject', {
    stateName: 'Each project',
    comment: 'A child execution a project; one that fails does not stop the others.',
    label: 'EachProject',
    maxConcurrency: 5,
    bucket,
    child: listed,
  });
}
