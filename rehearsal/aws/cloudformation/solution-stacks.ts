import { consoleOf } from './solution/console';
import type { SolutionDescription } from './solution/description';
import { SolutionNames } from './solution/naming';
import { pipelineOf } from './solution/pipeline';
import type { Solution } from './solution/solution';

export { isAtLeast } from './solution/description';
export { databaseUserOf } from './solution/redshift-access';
export type {
  SolutionDescription,
  SolutionProject,
  SolutionApp,
  RedshiftChoice,
  IngestionChoice,
  ConsoleVariant,
} from './solution/description';
export type { SolutionProcessing, SolutionRule } from './solution/processing';
export type {
  Solution,
  SolutionRole,
  SolutionStateMachine,
  SolutionTable,
  SolutionWarehouse,
  WorkflowKind,
} from './solution/solution';

/**
 * Makes a deployment of Clickstream Analytics on AWS as its operator would find it: the console's stack, the stacks
 * of every pipeline, and what stands in and behind them. Ids follow from names, so the same description gives the same world.
 * Sources are cited where each part is made.
 */
export function solutionOf(description: SolutionDescription): Solution {
  const names = new SolutionNames(description);
  const pipelines = description.projects.map((project) => pipelineOf(project, description, names));
  const pipelineStacks = pipelines.flatMap(({ stacks }) => stacks);
  const console = consoleOf(description, names, pipelineStacks);
  const modeling = pipelines.flatMap((pipeline) => pipeline.modeling ?? []);
  // Projects that share an existing workgroup share its role, too.
  const modelingRoles = modeling.flatMap((each) => each.roles);
  const roles = new Map(modelingRoles.map((role) => [role.arn, role]));
  for (const role of modelingRoles) {
    const kept = roles.get(role.arn);
    if (kept !== undefined && kept !== role)
      roles.set(role.arn, { ...kept, policies: [...kept.policies, ...role.policies] });
  }
  return {
    stacks: [console.stack, ...pipelineStacks],
    functions: [console.apiFunction],
    tables: console.tables,
    roles: [...console.roles, ...roles.values()],
    stateMachines: [...console.stateMachines, ...modeling.flatMap(({ stateMachines }) => stateMachines)],
    warehouses: modeling.map(({ warehouse }) => warehouse),
    processing: pipelines.flatMap((pipeline) => pipeline.processing ?? []),
    fleets: pipelines.flatMap(({ ingestion }) => ingestion?.fleet ?? []),
  };
}
