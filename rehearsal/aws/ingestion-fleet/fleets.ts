import type { VirtualClock } from '../../clock';
import { launchOf } from '../cloudformation/solution/ingestion';
import type { FleetDescription } from './description';
import { IngestionFleet } from './fleet';

/** Every ingestion fleet of the embedded account: what ECS, Auto Scaling and the load balancer show. */
export class IngestionFleets {
  private readonly fleets: IngestionFleet[] = [];

  constructor(private readonly options: { clock: VirtualClock; newId: () => string }) {}

  /** Throws when the project has a fleet already. */
  add(description: FleetDescription): IngestionFleet {
    if (this.has(description.projectId)) throw new Error(`${description.projectId} has an ingestion fleet already`);
    const fleet = new IngestionFleet(description, this.options.clock, this.options.newId);
    this.fleets.push(fleet);
    return fleet;
  }

  /** @throws Error when the project has no fleet */
  of(projectId: string): IngestionFleet {
    const fleet = this.fleets.find(({ description }) => description.projectId === projectId);
    if (fleet === undefined) throw new Error(`There is no ingestion fleet of ${projectId}`);
    return fleet;
  }

  /** Every fleet of every region. */
  get all(): readonly IngestionFleet[] {
    return this.fleets;
  }

  has(projectId: string): boolean {
    return this.fleets.some(({ description }) => description.projectId === projectId);
  }

  inRegion(region: string): IngestionFleet[] {
    return this.fleets.filter(({ description }) => description.region === region);
  }

  /** A stack of the project has its new resources: a hook of the solution's life. */
  onStackUpdated(projectId: string, stackType: string, version: string): void {
    if (stackType === 'Ingestion' && this.has(projectId)) this.of(projectId).stackUpdated(launchOf(version));
  }

  /** What a stack's update has superseded is deleted: a hook of the solution's life. */
  onStackCleanedUp(projectId: string, stackType: string): void {
    if (stackType === 'Ingestion' && this.has(projectId)) this.of(projectId).stackCleanedUp();
  }

  /** Name of the Auto Scaling group that an instance belongs to, its warm pool included: what IAM asks about. */
  groupOfInstance(region: string, instanceId: string): string | undefined {
    const fleet = this.inRegion(region).find(({ group }) =>
      group?.instances.some((instance) => instance.instanceId === instanceId),
    );
    return fleet?.group?.description.groupName;
  }
}
