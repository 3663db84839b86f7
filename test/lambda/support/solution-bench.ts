import { marshall } from '@aws-sdk/util-dynamodb';
import {
  solutionOf,
  type Solution,
  type SolutionDescription,
} from '../../../rehearsal/aws/cloudformation/solution-stacks';
import { StackEvents } from '../../../rehearsal/aws/cloudformation/stack-events';
import type { SimulatedTemplate } from '../../../rehearsal/aws/cloudformation/stack-update';
import { ClockedStackUpdates } from '../../../rehearsal/aws/cloudformation/stack-updates';
import { StackRegistry, type SimulatedStack } from '../../../rehearsal/aws/cloudformation/stacks';
import { StacksApi } from '../../../rehearsal/aws/cloudformation/stacks-api';
import type { TableDefinition } from '../../../rehearsal/aws/dynamodb/dynamodb';
import { LambdaApi } from '../../../rehearsal/aws/lambda/functions-api';
import { RedshiftDataService } from '../../../rehearsal/aws/redshift-data';
import { RedshiftServerless } from '../../../rehearsal/aws/redshift-serverless/redshift-serverless';
import { Sts } from '../../../rehearsal/aws/sts/sts';
import { evenHistogram, ModelledWarehouse } from '../../../rehearsal/warehouse/modelled';
import { ACCOUNT, allow, REGION, START_MS, trustedBy } from '../../rehearsal/aws/door-harness';
import { StepBench } from './step-bench';

const DAY_MS = 86_400_000;

/** A deployment of the solution around a {@link StepBench}, with modelled warehouses of 3 million events an app. */
export class SolutionBench extends StepBench {
  readonly registry = new StackRegistry();
  readonly lambda = new LambdaApi();
  readonly solution: Solution;
  /** Templates that CloudFormation finds, by URL. */
  readonly templates = new Map<string, SimulatedTemplate>();
  /** How the warehouses take Python functions. */
  pythonUdfs: 'alive' | 'gone' = 'alive';

  constructor(description: Pick<SolutionDescription, 'projects'> & { version: string }) {
    super();
    this.solution = solutionOf({
      partition: 'aws',
      accountId: ACCOUNT,
      console: { region: REGION, stackName: 'console', version: description.version },
      projects: description.projects,
      createdMs: START_MS - 400 * DAY_MS,
      updatedMs: START_MS - 100 * DAY_MS,
    });
  }

  override async open(): Promise<void> {
    const { account, registry, lambda, solution } = this;
    const { clock, iam } = account;
    for (const stack of solution.stacks) registry.add(stack);
    for (const fn of solution.functions) lambda.register(fn);
    // The door of this harness does not know ids of workgroups, so what the role may do is left open.
    for (const { arn } of solution.roles) {
      const trustPolicy = trustedBy({ AWS: `arn:aws:iam::${ACCOUNT}:root` });
      iam.registerRole({ roleArn: arn, trustPolicy, policies: [{ name: 'all', document: allow('*') }] });
    }
    for (const { region, createTable, items } of solution.tables) {
      await this.dynamoDb.createTable(region, createTable as unknown as TableDefinition);
      for (const item of items) {
        const { TableName: name } = createTable;
        await this.dynamoDb.putItem(region, name, marshall(item, { removeUndefinedValues: true }));
      }
    }
    const updates = new ClockedStackUpdates(clock, new StackEvents(clock));
    const templates = (url: string): SimulatedTemplate | undefined => this.templates.get(url);
    const { data, workgroups } = this.warehouses();
    const cloudFormation = new StacksApi(registry, 5, { clock, updates, templates, iam });
    await super.open(cloudFormation, lambda, data, workgroups, new Sts(account.credentials));
    Object.assign(process.env, {
      PIPELINE_TRIGGER: 'invoke',
      EXECUTION_POLICY: 'yes',
      UDF_NAME: 'ClickstreamUpgrade-udf',
    });
  }

  /** The stack of a project by its type. */
  stack(type: string): SimulatedStack {
    const found = this.solution.stacks.find(
      ({ stackName, parentId }) => parentId === undefined && stackName.includes(`-${type}-`),
    );
    if (found === undefined) throw new Error(`There is no stack ${type}`);
    return found;
  }

  private warehouses(): { data: RedshiftDataService; workgroups: RedshiftServerless } {
    const { clock } = this.account;
    const [data, workgroups] = [new RedshiftDataService({ clock }), new RedshiftServerless()];
    for (const { region, name, arn, database, schemas } of this.solution.warehouses) {
      const warehouse = new ModelledWarehouse({ clock, pythonUdfs: this.pythonUdfs });
      for (const schema of schemas) warehouse.addApp(database, schema, evenHistogram(3_000_000, 40, START_MS));
      data.targets.add({ region, accountId: ACCOUNT, kind: 'workgroup', name, warehouse });
      workgroups.add({
        region,
        name,
        arn,
        namespaceName: name,
        baseCapacityRpu: 32,
        createdMs: START_MS - DAY_MS,
        parameters: { max_query_execution_time: '14400' },
      });
    }
    return { data, workgroups };
  }
}
