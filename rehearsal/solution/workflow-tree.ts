/** A pipeline's workflow: stacks one after the other and side by side. */
export type WorkflowNode =
  | { Type: 'Serial' | 'Parallel'; Branches: WorkflowNode[] }
  | { Type: 'Stack'; Data: StackInput }
  /** A stack that this run leaves alone. */
  | { Type: 'Pass'; Data: StackInput };

export interface StackInput {
  Action: 'Create' | 'Update' | 'Upgrade';
  Region: string;
  StackName: string;
  TemplateURL: string;
  Tags: { Key: string; Value: string }[];
}

/**
 * Stacks of releases 1.1.x in their order.
 * Source: awslabs/clickstream-analytics-on-aws v1.1.7, api/service/stack-excution.ts
 */
export function workflowOf(inputs: readonly StackInput[]): WorkflowNode {
  const chain = (...types: string[]): WorkflowNode => ({
    Type: 'Serial',
    Branches: types.flatMap((type) =>
      inputs
        .filter(({ StackName }) => stackType(StackName) === type)
        .map((Data): WorkflowNode => ({ Type: 'Stack', Data })),
    ),
  });
  return {
    Type: 'Serial',
    Branches: [
      chain('ServiceCatalogAppRegistry'),
      {
        Type: 'Parallel',
        Branches: [
          chain('Metrics'),
          chain('Ingestion', 'KafkaConnector'),
          chain('DataProcessing', 'DataModelingAthena', 'DataModelingRedshift', 'Reporting'),
        ],
      },
    ],
  };
}

/** `Ingestion` of `Clickstream-Ingestion-s3-<id>`. */
export function stackType(stackName: string): string {
  return /Clickstream-([A-Za-z]+)-/.exec(stackName)?.[1] ?? '';
}

/** Template file of a type; the ingestion's depends on the sink. Source: same repository, api/config/dictionary.json */
export function templateFile(stackName: string): string {
  const sink = /-Ingestion-(s3|kafka|kinesis)-/.exec(stackName)?.[1];
  if (sink !== undefined) return `ingestion-server-${sink}-stack.template.json`;
  return `${FILES[stackType(stackName)] ?? stackType(stackName)}.template.json`;
}

const FILES: Record<string, string> = {
  ServiceCatalogAppRegistry: 'service-catalog-appregistry-stack',
  Metrics: 'metrics-stack',
  Ingestion: 'ingestion-server-v2-stack',
  KafkaConnector: 'kafka-s3-sink-stack',
  DataProcessing: 'data-pipeline-stack',
  DataModelingAthena: 'data-modeling-athena-stack',
  DataModelingRedshift: 'data-analytics-redshift-stack',
  Reporting: 'data-reporting-quicksight-stack',
};

/** What depends on a stack, and is run again with it. Source: same repository, api/service/stack.ts (retry) */
const DEPENDENTS: Record<string, readonly string[]> = {
  Ingestion: ['KafkaConnector'],
  DataProcessing: ['DataModelingAthena', 'DataModelingRedshift', 'Reporting'],
  DataModelingRedshift: ['Reporting'],
};

/** The same workflow with only these stacks, and what depends on them, at work. */
export function retryOf(node: WorkflowNode, needsWork: ReadonlySet<string>): WorkflowNode {
  const types = new Set([...needsWork].map(stackType));
  const again = new Set([...types, ...[...types].flatMap((type) => DEPENDENTS[type] ?? [])]);
  const visit = (part: WorkflowNode): WorkflowNode =>
    'Branches' in part
      ? { ...part, Branches: part.Branches.map(visit) }
      : { ...part, Type: again.has(stackType(part.Data.StackName)) ? 'Stack' : 'Pass' };
  return visit(node);
}

/** Names of the stacks in a workflow. */
export function stacksIn(node: WorkflowNode): string[] {
  return 'Branches' in node ? node.Branches.flatMap(stacksIn) : [node.Data.StackName];
}
