import type { SimulatedStack, StackStatus } from './stacks';

/** What an update makes of a stack, and how it goes. */
export interface StackUpdate {
  /** Members that the stack has once its resources are updated. */
  next: Partial<Pick<SimulatedStack, 'description' | 'parameters' | 'outputs' | 'tags' | 'resources' | 'capabilities'>>;
  /** Time in UPDATE_IN_PROGRESS (or until the failure). */
  seconds: number;
  /** Time in UPDATE_COMPLETE_CLEANUP_IN_PROGRESS: superseded resources are deleted. */
  cleanupSeconds: number;
  /** Resources that the stack's events tell of. */
  changes?: readonly TemplateChange[];
  /** Resources that fail; the stack is rolled back. */
  failures?: readonly StackFailure[];
  /** The rollback fails as well: UPDATE_ROLLBACK_FAILED. */
  rollbackFails?: boolean;
  /** When the resources are updated, before the clean-up. */
  onUpdated?: () => void | Promise<void>;
  /** When superseded resources are deleted. */
  onCleanedUp?: () => void | Promise<void>;
}

export interface StackFailure {
  logicalId: string;
  type: string;
  physicalId?: string;
  /** The resource's own words. */
  reason: string;
}

/** Takes stacks through the life cycle of an update, by the rehearsal's clock. */
export interface StackUpdates {
  /**
   * Begins an update and resolves with the status it ends in. The stack's events carry the token.
   *
   * @throws AwsError ValidationError when the stack's status does not allow an update
   */
  begin(stack: SimulatedStack, update: StackUpdate, clientRequestToken?: string): Promise<StackStatus>;
}

export interface TemplateParameter {
  key: string;
  type: string;
  defaultValue?: string;
  noEcho?: boolean;
  allowedValues?: readonly string[];
  allowedPattern?: string;
  description?: string;
}

/** One resource's part in a change set. Source: CloudFormation API Reference, ResourceChange */
export interface TemplateChange {
  action: 'Add' | 'Modify' | 'Remove';
  logicalId: string;
  physicalId?: string;
  type: string;
  replacement?: 'True' | 'False' | 'Conditional';
}

/** A template that CloudFormation can fetch by URL. */
export interface SimulatedTemplate {
  description: string;
  parameters: readonly TemplateParameter[];
  resourceTypes: readonly string[];
  capabilities: readonly string[];
  /** What it changes in a stack; an empty list without `outputsChange` is "no changes". */
  changes(stack: SimulatedStack, parameters: Record<string, string>): readonly TemplateChange[];
  /** An update that changes outputs only has no changes to list and still executes. */
  outputsChange?: boolean;
  /** What executing it does. */
  update(stack: SimulatedStack, parameters: Record<string, string>): StackUpdate;
}

/** Templates by URL; undefined where there is no object. */
export type TemplateCatalogue = (url: string) => SimulatedTemplate | undefined;
