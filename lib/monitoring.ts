import { Duration, Stack } from 'aws-cdk-lib';
import {
  Alarm,
  AlarmStatusWidget,
  ComparisonOperator,
  Dashboard,
  GraphWidget,
  LogQueryVisualizationType,
  LogQueryWidget,
  MathExpression,
  TreatMissingData,
  type IMetric,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { CfnQueryDefinition } from 'aws-cdk-lib/aws-logs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { guardianName, machineName } from './names';
import type { UpgradeSteps } from './upgrade-steps';
import type { StandardMachine } from './workflow/standard-machine';

/** Where the runbook is read; its anchors are GitHub's. */
const RUNBOOK = 'docs/runbook.md';

export interface MonitoringProps {
  machine: StandardMachine;
  guardian: StandardMachine;
  /** Events that no guardian could be started for. */
  deadLetters: IQueue;
  steps: UpgradeSteps;
  topic: ITopic;
}

/** Alarms, each with its entry in the runbook; one dashboard; the questions that are asked of the logs. */
export class Monitoring extends Construct {
  constructor(scope: Construct, id: string, props: MonitoringProps) {
    super(scope, id);
    const { machine, guardian, deadLetters, topic } = props;
    const alarm = (name: string, metric: IMetric, what: string, anchor: string): Alarm => {
      const made = new Alarm(this, name, {
        alarmName: `${machineName(this)}-${name}`,
        alarmDescription: `${what} What to do: ${RUNBOOK}#${anchor}`,
        metric,
        threshold: 1,
        evaluationPeriods: 1,
        comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        treatMissingData: TreatMissingData.NOT_BREACHING,
      });
      made.addAlarmAction(new SnsAction(topic));
      return made;
    };
    const alarms = [
      alarm('UpgradeFailed', badEnds(machine), 'An upgrade failed, timed out or was stopped.', 'alarm-upgradefailed'),
      alarm('GuardianFailed', badEnds(guardian), 'The guardian could not put everything back.', 'alarm-guardianfailed'),
      alarm(
        'GuardianDeadLetters',
        deadLetters.metricApproximateNumberOfMessagesVisible({ statistic: 'Maximum', period: Duration.minutes(5) }),
        'An upgrade ended badly and no guardian could be started.',
        'alarm-guardiandeadletters',
      ),
    ];
    const logs = this.saveQueries(props);
    this.drawDashboard(props, alarms, logs);
  }

  private drawDashboard({ machine, guardian }: MonitoringProps, alarms: Alarm[], logs: string[]): void {
    const ends = ({ stateMachine }: StandardMachine): IMetric[] => [
      stateMachine.metricStarted(),
      stateMachine.metricSucceeded(),
      stateMachine.metricFailed(),
      stateMachine.metricAborted(),
      stateMachine.metricTimedOut(),
    ];
    new Dashboard(this, 'Dashboard', {
      dashboardName: machineName(this),
      widgets: [
        [new AlarmStatusWidget({ title: 'Alarms', alarms, width: 24, height: 3 })],
        [
          new GraphWidget({ title: 'Upgrades, children included', left: ends(machine), width: 12 }),
          new GraphWidget({ title: 'Guardians, children included', left: ends(guardian), width: 12 }),
        ],
        [
          new LogQueryWidget({
            title: 'What the steps say',
            logGroupNames: logs,
            queryString: PASSES,
            view: LogQueryVisualizationType.TABLE,
            width: 24,
          }),
        ],
      ],
    });
  }

  /** @returns names of the log groups that are asked */
  private saveQueries({ steps }: MonitoringProps): string[] {
    const name = machineName(this);
    // A query takes 50 log groups at most. Source: CloudWatch Logs quotas
    const logs = steps.all.map(({ step }) => `/aws/lambda/${Stack.of(this).stackName}-${step}`);
    const machines = [name, guardianName(this)].map((machine) => `/aws/vendedlogs/states/${machine}`);
    const save = (id: string, title: string, groups: string[], queryString: string): void => {
      new CfnQueryDefinition(this, id, { name: `${name}/${title}`, logGroupNames: groups, queryString });
    };
    save('Passes', 'What the steps say', logs, PASSES);
    save('Failures', 'What failed and why', logs, FAILURES);
    save('Ends', 'How executions end', machines, ENDS);
    return logs;
  }
}

/** Executions that did not succeed, root or child. Source: Step Functions Developer Guide, procedure-cw-metrics */
function badEnds({ stateMachine }: StandardMachine): IMetric {
  const period = Duration.minutes(5);
  return new MathExpression({
    expression: 'failed + aborted + timedOut',
    label: 'Ended badly',
    period,
    usingMetrics: {
      failed: stateMachine.metricFailed({ period }),
      aborted: stateMachine.metricAborted({ period }),
      timedOut: stateMachine.metricTimedOut({ period }),
    },
  });
}

const PASSES = `fields @timestamp, service, status, summary
| filter message = 'Pass'
| sort @timestamp desc
| limit 100`;

const FAILURES = `fields @timestamp, service, root, execution, error.name, error.message
| filter message = 'Step failed'
| sort @timestamp desc
| limit 100`;

const ENDS = `fields @timestamp, type, execution_arn, details.error, details.cause
| filter type in ['ExecutionFailed', 'ExecutionAborted', 'ExecutionTimedOut', 'ExecutionRedriven', 'ExecutionSucceeded']
| sort @timestamp desc
| limit 100`;
