import { isSameLaunch, type Launch } from './description';

/** Source: Amazon EC2 Auto Scaling API Reference, Instance (LifecycleState) */
export type LifecycleState =
  | 'Pending'
  | 'InService'
  | 'Terminating:Wait'
  | 'Terminating:Proceed'
  | 'Warmed:Pending'
  | 'Warmed:Stopped'
  | 'Warmed:Terminating';

export interface FleetInstance {
  instanceId: string;
  /** Letter of its availability zone. */
  zone: string;
  state: LifecycleState;
  /** For its whole life, whatever the group launches from by now. */
  launch: Launch;
  launchedMs: number;
  isProtected: boolean;
  /**
   * From the time its agent has registered it, which is when it enters service: how the pool's instances start is not known,
   * and those stopped before their agent registers are what the ECS documentation asks for.
   * Source: Amazon ECS Developer Guide, "Configuring pre-initialized instances"
   */
  container?: { id: string; status: 'ACTIVE' | 'DRAINING'; registeredMs: number };
}

export function isWarm({ state }: FleetInstance): boolean {
  return state.startsWith('Warmed');
}

/**
 * The default termination policy: in the zone with the most instances, first one that was launched from something else than
 * the group launches from, then the oldest. It does not look at tasks. Source: Amazon EC2 Auto Scaling User Guide,
 * "Configure termination policies"
 */
export function chosenForScaleIn(inService: readonly FleetInstance[], current: Launch): FleetInstance | undefined {
  const inZone = (zone: string): number => inService.filter((instance) => instance.zone === zone).length;
  const isCurrent = ({ launch }: FleetInstance): number => Number(isSameLaunch(launch, current));
  const [first] = inService
    .filter(({ isProtected }) => !isProtected)
    .sort(
      (one, other) =>
        inZone(other.zone) - inZone(one.zone) || isCurrent(one) - isCurrent(other) || one.launchedMs - other.launchedMs,
    );
  return first;
}
