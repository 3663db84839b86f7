import type { DeployedRole, Deployment } from '../../template/deployment';

/** One action on one resource, as a role's policies have it. */
export interface Grant {
  action: string;
  resource: string;
  /** Condition operator → key → values; empty where there is none. */
  conditions: Record<string, Record<string, unknown>>;
}

/** Everything that a role's policies allow, statement by statement. Denials would need more than a list: they throw. */
export function grantsOf({ name, policies }: Pick<DeployedRole, 'name' | 'policies'>): Grant[] {
  return policies
    .flatMap(({ document }) => document.Statement)
    .flatMap((statement) => {
      const { Effect, Action, Resource, Condition } = statement;
      if (Effect !== 'Allow' || Action === undefined || Resource === undefined) {
        throw new Error(`${name} has a statement that is no plain permission: ${JSON.stringify(statement)}`);
      }
      const conditions = (Condition ?? {}) as Grant['conditions'];
      return texts(Action).flatMap((action) => texts(Resource).map((resource) => ({ action, resource, conditions })));
    });
}

/** `step action` of everything that the steps' roles may do, each once, sorted. */
export function grantedToSteps(deployment: Deployment): string[] {
  return distinct(
    rolesOfSteps(deployment).flatMap(({ step, role }) => grantsOf(role).map(({ action }) => `${step} ${action}`)),
  );
}

/**
 * `step action` of everything that the steps' roles were allowed.
 *
 * @param allowed role and action of each decision, see `Iam.allowed`
 */
export function usedBySteps(deployment: Deployment, allowed: Iterable<{ roleArn: string; action: string }>): string[] {
  const steps = new Map(rolesOfSteps(deployment).map(({ step, role }) => [role.arn, step]));
  return distinct(
    [...allowed].flatMap(({ roleArn, action }) => {
      const step = steps.get(roleArn);
      return step === undefined ? [] : [`${step} ${action}`];
    }),
  );
}

/** Each step has a role of its own; the machine's role is nobody's step. */
function rolesOfSteps({ stackName, functions, roles }: Deployment): { step: string; role: DeployedRole }[] {
  return functions.flatMap(({ name, roleArn }) => {
    const role = roles.find(({ arn }) => arn === roleArn);
    return role === undefined ? [] : [{ step: name.slice(stackName.length + 1), role }];
  });
}

function texts(value: unknown): string[] {
  return [value].flat().map(String);
}

function distinct(list: string[]): string[] {
  return [...new Set(list)].sort();
}
