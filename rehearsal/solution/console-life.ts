import type { SolutionDescription } from '../aws/cloudformation/solution-stacks';
import { solutionOf } from '../aws/cloudformation/solution-stacks';
import type {
  SimulatedTemplate,
  StackFailure,
  StackUpdate,
  TemplateChange,
  TemplateParameter,
} from '../aws/cloudformation/stack-update';
import type { SimulatedStack, SimulatedStackResource } from '../aws/cloudformation/stacks';
import type { VirtualClock } from '../clock';
import type { ConsoleStore } from './console-store';
import { resourceChanges } from './resource-changes';
import { consoleDescription, consoleParameters, publishedTemplate, type PublishedTemplate } from './console-templates';

/** What a scenario wants to happen to the console's next updates. */
export interface ConsolePlan {
  /** Changes that a person should look at twice: replacements, removals. */
  risky?: readonly TemplateChange[];
  /** Resources that fail, once: the update is rolled back. */
  failures?: readonly StackFailure[];
  /** The rollback fails as well. */
  rollbackFails?: boolean;
  /** How much later than the stack the dictionary tells the new version. */
  dictionaryLagSeconds?: number;
  /** The new template changes nothing. */
  noChanges?: boolean;
  /** The new template has transforms: CloudFormation words some of its answers in another way. */
  transforms?: boolean;
  /** A parameter that the new template has and the old one had not. */
  newParameter?: TemplateParameter;
}

export interface ConsoleLifeOptions {
  clock: VirtualClock;
  store: ConsoleStore;
  /** The world as it is; the console's version in it is changed by an update. */
  description: SolutionDescription;
  /** The console's functions and machines are of the new version from now on. */
  onUpdated: () => void;
}

/** The console's stack when its template is replaced. */
export class ConsoleLife {
  private planned: ConsolePlan = {};

  constructor(private readonly options: ConsoleLifeOptions) {}

  /** Changes what the next updates do. */
  plan(plan: ConsolePlan): void {
    this.planned = { ...this.planned, ...plan };
  }

  /** A template by its URL. */
  template(url: string): SimulatedTemplate | undefined {
    const published = publishedTemplate(url);
    if (published === undefined) return undefined;
    const { newParameter, transforms = false } = this.planned;
    const at = this.at(published);
    const stack = stackOf(at);
    return {
      description: consoleDescription(published),
      parameters: [...consoleParameters(published), ...(newParameter === undefined ? [] : [newParameter])],
      // The description of the world leaves the console's roles out; its template has them.
      resourceTypes: [
        ...new Set(['AWS::IAM::Policy', 'AWS::IAM::Role', ...stack.resources.map(({ type }) => type)]),
      ].sort(),
      capabilities: ['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM', ...(transforms ? ['CAPABILITY_AUTO_EXPAND'] : [])],
      changes: (current) => this.changes(current, stack, published),
      update: (current) => this.update(current, stack, published),
    };
  }

  /** The world as it would be with this template. */
  private at({ variant, version }: PublishedTemplate): SolutionDescription {
    const { description } = this.options;
    return { ...description, console: { ...description.console, version, variant } };
  }

  private changes(current: SimulatedStack, next: SimulatedStack, to: PublishedTemplate): TemplateChange[] {
    if (this.planned.noChanges === true || current.description === consoleDescription(to)) return [];
    return [...resourceChanges(current, next), ...(this.planned.risky ?? [])];
  }

  private update(current: SimulatedStack, next: SimulatedStack, to: PublishedTemplate): StackUpdate {
    const { failures, rollbackFails } = this.planned;
    // A failure happens once: the next attempt finds the cause resolved.
    this.planned = { ...this.planned, failures: [], rollbackFails: false };
    const { outputs } = current;
    const resources = withChanges(next.resources, this.planned.risky ?? []);
    return {
      next: { description: consoleDescription(to), resources, outputs },
      seconds: UPDATE_SECONDS,
      cleanupSeconds: CLEANUP_SECONDS,
      ...(failures === undefined || failures.length === 0 ? {} : { failures }),
      ...(rollbackFails === undefined ? {} : { rollbackFails }),
      onUpdated: () => this.become(to),
    };
  }

  private async become(to: PublishedTemplate): Promise<void> {
    const { clock, description, onUpdated } = this.options;
    const release = clock.hold();
    try {
      description.console.version = to.version;
      onUpdated();
      const lagMs = (this.planned.dictionaryLagSeconds ?? 0) * 1_000;
      if (lagMs === 0) await this.writeDictionary(to.version);
      else clock.at(clock.now() + lagMs, () => void this.writeLater(to.version));
    } finally {
      release();
    }
  }

  private async writeLater(version: string): Promise<void> {
    const release = this.options.clock.hold();
    try {
      await this.writeDictionary(version);
    } finally {
      release();
    }
  }

  private async writeDictionary(version: string): Promise<void> {
    const { description, store } = this.options;
    const { tables } = solutionOf({ ...description, console: { ...description.console, version } });
    const dictionary = tables.find(({ createTable }) => createTable.TableName.includes('Dictionary'));
    await store.putDictionary(dictionary?.items ?? []);
  }
}

/** A console's update takes a quarter of an hour. Source: the solution's guide, upgrading the web console ("approximately 15 minutes") */
const UPDATE_SECONDS = 14 * 60;
const CLEANUP_SECONDS = 60;

function stackOf(description: SolutionDescription): SimulatedStack {
  const stack = solutionOf(description).stacks.find(({ stackName }) => stackName === description.console.stackName);
  if (stack === undefined) throw new Error('The solution has no console');
  return stack;
}

function withChanges(
  resources: readonly SimulatedStackResource[],
  changes: readonly TemplateChange[],
): SimulatedStackResource[] {
  const removed = new Set(changes.filter(({ action }) => action === 'Remove').map(({ logicalId }) => logicalId));
  return resources.filter(({ logicalId }) => !removed.has(logicalId));
}
