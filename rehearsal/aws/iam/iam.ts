import { createHash } from 'node:crypto';
import {
  runSimulation,
  isWildcardOnlyAction,
  type EvaluationResult,
  type Simulation,
} from '@cloud-copilot/iam-simulate';
import { parseRoleArn, sessionArn } from '../arns';
import { AwsError } from '../service';
import { userIdOf } from './credentials';

/** A policy document, every intrinsic function already resolved. */
export interface PolicyDocument {
  Version?: string;
  Statement: unknown;
}

export interface NamedPolicy {
  name: string;
  document: PolicyDocument;
}

export interface RoleDefinition {
  roleArn: string;
  /** Who may assume it: `AssumeRolePolicyDocument`. */
  trustPolicy: PolicyDocument;
  /** Inline and managed ones alike. */
  policies: NamedPolicy[];
}

export interface AuthorizationRequest {
  roleArn: string;
  /** Session of the role that asks; part of `aws:userid` and of the message. */
  sessionName: string;
  /** IAM's name of the action, for example `states:StartExecution`. */
  action: string;
  /** ARN, or `*` for the actions that know no resource. */
  resource: string;
  region?: string;
  /** Condition keys of the service, for example `s3:prefix`. */
  context?: Record<string, string>;
  /** The policy of the resource, where it decides as well: a key's. */
  resourcePolicy?: PolicyDocument;
}

/** A question to a resource's own policy. */
export interface ServiceAuthorization {
  /** For example `events.amazonaws.com`. */
  service: string;
  action: string;
  resource: string;
  document: PolicyDocument;
  /** What the service acts for. */
  sourceArn?: string;
}

export type Decision = { allowed: true } | { allowed: false; message: string };

/**
 * What was evaluated before, for every account of this process. Evaluations are pure, so everything that goes into one is its
 * key; one takes a millisecond or two, and the next world's roles ask the same.
 */
class Evaluated<Answer> {
  private static readonly MOST = 100_000;
  private readonly known = new Map<string, Promise<Answer>>();

  of(question: unknown, evaluate: () => Promise<Answer>): Promise<Answer> {
    const key = JSON.stringify(question);
    const before = this.known.get(key);
    if (before !== undefined) return before;
    const answer = evaluate();
    if (this.known.size >= Evaluated.MOST) this.known.clear();
    this.known.set(key, answer);
    return answer;
  }
}

const DECISIONS = new Evaluated<Decision>();
const SERVICE_DECISIONS = new Evaluated<boolean>();

/**
 * The account's roles and what they may do. Only registered roles exist; whatever their policies do not allow
 * is denied. Evaluated by `@cloud-copilot/iam-simulate`, which also refuses invalid policies, unknown actions
 * and resources that an action does not have.
 */
export class Iam {
  private readonly roles = new Map<string, RoleDefinition>();
  /** Role → digest of its policies. */
  private readonly policies = new Map<string, string>();
  /** Action → roles that were allowed it at least once. */
  private readonly permitted = new Map<string, Set<string>>();

  /** Adds a role, or replaces what is known of it. */
  registerRole(role: RoleDefinition): void {
    parseRoleArn(role.roleArn);
    this.roles.set(role.roleArn, role);
    this.policies.set(role.roleArn, digest([role.trustPolicy, role.policies]));
  }

  /** Adds policies to a role that is there already (an `AWS::IAM::Policy` of a template). */
  attachPolicy(roleArn: string, policy: NamedPolicy): void {
    const role = this.roles.get(roleArn);
    if (role === undefined) throw new Error(`There is no role ${roleArn} to attach ${policy.name} to`);
    this.registerRole({ ...role, policies: [...role.policies, policy] });
  }

  /** What has been allowed so far, each role and action once: the grants that are in use. */
  get allowed(): { roleArn: string; action: string }[] {
    return [...this.permitted].flatMap(([action, roles]) => [...roles].map((roleArn) => ({ roleArn, action })));
  }

  /**
   * Whether the role may do it. `sts:AssumeRole` also asks the trust policy of the role that is the resource.
   *
   * @throws Error when the question itself is wrong: an invalid policy, an action that does not exist
   */
  async authorize(request: AuthorizationRequest): Promise<Decision> {
    const decision = await this.decide(request);
    const { action, roleArn } = request;
    if (decision.allowed) this.permitted.set(action, (this.permitted.get(action) ?? new Set()).add(roleArn));
    return decision;
  }

  /**
   * As `authorize`, but a denial is thrown.
   *
   * @throws AwsError `AccessDeniedException`
   */
  async demand(request: AuthorizationRequest): Promise<void> {
    const decision = await this.authorize(request);
    if (!decision.allowed) throw new AwsError('AccessDeniedException', decision.message);
  }

  /** Whether a resource's own policy lets an AWS service do it, on behalf of another resource. */
  allowsService(question: ServiceAuthorization): Promise<boolean> {
    return SERVICE_DECISIONS.of(question, () => this.evaluateService(question));
  }

  /** Whether a role lets an AWS service assume it. */
  async trustsService(roleArn: string, service: string): Promise<boolean> {
    const document = this.roles.get(roleArn)?.trustPolicy;
    if (document === undefined) return false;
    return this.allowsService({ service, action: 'sts:AssumeRole', resource: roleArn, document });
  }

  private decide(request: AuthorizationRequest): Promise<Decision> {
    const { roleArn, sessionName, action, resource, region, context, resourcePolicy } = request;
    const trust = action === 'sts:AssumeRole' ? this.policies.get(resource) : undefined;
    const policies = [this.policies.get(roleArn), trust, resourcePolicy];
    const question = [policies, roleArn, sessionName, action, resource, region, context];
    return DECISIONS.of(question, () => this.evaluate(request));
  }

  private async evaluate(request: AuthorizationRequest): Promise<Decision> {
    const { roleArn, action, resource } = request;
    const assumed = action === 'sts:AssumeRole' ? this.roles.get(resource) : undefined;
    if (action === 'sts:AssumeRole' && assumed === undefined) {
      // A role that does not exist and a role that does not trust are told apart by nobody outside.
      return { allowed: false, message: denial(request, 'ImplicitlyDenied') };
    }
    const result = await this.simulate({
      request: {
        action,
        principal: sessionArn(roleArn, request.sessionName),
        resource: { resource: await concrete(action, resource), accountId: accountOf(resource, roleArn) },
        contextVariables: contextOf(request),
      },
      identityPolicies: (this.roles.get(roleArn)?.policies ?? []).map((p) => ({ name: p.name, policy: p.document })),
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      ...resourcePolicyOf(request, assumed),
    });
    return result === 'Allowed' ? { allowed: true } : { allowed: false, message: denial(request, result) };
  }

  private async evaluateService(question: ServiceAuthorization): Promise<boolean> {
    const { service, action, resource, document, sourceArn = '' } = question;
    const result = await this.simulate({
      request: {
        action,
        principal: service,
        resource: { resource, accountId: resource.split(':')[4] ?? '' },
        contextVariables: {
          'aws:SecureTransport': 'true',
          'aws:PrincipalIsAWSService': 'true',
          'aws:PrincipalServiceName': service,
          ...(sourceArn === ''
            ? {}
            : { 'aws:SourceArn': sourceArn, 'aws:SourceAccount': sourceArn.split(':')[4] ?? '' }),
        },
      },
      identityPolicies: [],
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      resourcePolicy: document,
    });
    return result === 'Allowed';
  }

  private async simulate(simulation: Simulation): Promise<EvaluationResult> {
    const result = await runSimulation(simulation, { simulationMode: 'Strict' });
    if (result.resultType !== 'error') return result.overallResult;
    const { action, resource, principal } = simulation.request;
    const who = typeof principal === 'string' ? principal : 'anonymous';
    throw new Error(
      `IAM cannot evaluate ${action} on ${resource.resource} for ${who}: ${JSON.stringify(result.errors)}`,
    );
  }
}

function digest(policies: unknown): string {
  return createHash('sha256').update(JSON.stringify(policies)).digest('base64');
}

/**
 * A `*` within a requested ARN (`stack/name/*`, the id unknown) is a literal to AWS, but a set of resources to
 * the simulator: it stands for one unknown id. A bare `*` is only for actions without resources.
 */
async function concrete(action: string, resource: string): Promise<string> {
  if (resource !== '*') return resource.replaceAll('*', 'unknown');
  const [service = '', name = ''] = action.split(':');
  if (!(await isWildcardOnlyAction(service, name))) {
    throw new Error(`${action} has resources: the table of actions must name one`);
  }
  return resource;
}

/** S3 ARNs carry no account; the account is alone, so it owns them. */
function accountOf(resource: string, roleArn: string): string {
  const account = resource.split(':')[4];
  return account === undefined || account === '' ? parseRoleArn(roleArn).accountId : account;
}

/** Source: IAM User Guide, "AWS global condition context keys". */
function contextOf(request: AuthorizationRequest): Record<string, string> {
  return {
    'aws:PrincipalArn': request.roleArn,
    'aws:PrincipalAccount': parseRoleArn(request.roleArn).accountId,
    'aws:PrincipalType': 'AssumedRole',
    'aws:userid': userIdOf(request),
    // A loopback connection stands in for TLS.
    'aws:SecureTransport': 'true',
    ...(request.region === undefined ? {} : { 'aws:RequestedRegion': request.region }),
    ...request.context,
  };
}

/** Source: IAM User Guide, "Troubleshoot access denied error messages". */
function denial(request: AuthorizationRequest, result: EvaluationResult): string {
  const { action, resource } = request;
  const who = sessionArn(request.roleArn, request.sessionName);
  const start = `User: ${who} is not authorized to perform: ${action} on resource: ${resource}`;
  if (action === 'sts:AssumeRole') return start;
  if (result === 'ExplicitlyDenied') return `${start} with an explicit deny in an identity-based policy`;
  return `${start} because no identity-based policy allows the ${action} action`;
}

function resourcePolicyOf(
  { resourcePolicy }: AuthorizationRequest,
  assumed: RoleDefinition | undefined,
): { resourcePolicy?: PolicyDocument } {
  const policy = assumed?.trustPolicy ?? resourcePolicy;
  return policy === undefined ? {} : { resourcePolicy: policy };
}
