import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { machineName } from '../names';
import type { UpgradeSteps } from '../upgrade-steps';
import { StandardMachine } from './standard-machine';
import { upgradeWorkflow } from './upgrade-workflow';

export interface UpgradeMachineProps {
  steps: UpgradeSteps;
  /** Where the Maps write their results. */
  bucket: IBucket;
}

/** The machine that operators start and redrive. */
export class UpgradeMachine extends StandardMachine {
  constructor(scope: Construct, id: string, { steps, bucket }: UpgradeMachineProps) {
    super(scope, id, {
      name: machineName(scope),
      comment: 'Upgrades Clickstream Analytics on AWS and migrates its data. Redrive it after fixing what failed.',
      workflow: (machine) => upgradeWorkflow(machine, { steps, bucket }),
      steps: steps.all,
      bucket,
      labels: ['EachProject', 'EachApp', 'CleanProjects', 'CleanApps'],
    });
  }
}
