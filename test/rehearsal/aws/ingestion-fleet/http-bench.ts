import { ApplicationAutoScalingClient } from '@aws-sdk/client-application-auto-scaling';
import { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import { ECSClient } from '@aws-sdk/client-ecs';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { ApplicationAutoScaling } from '../../../../rehearsal/aws/application-autoscaling/application-auto-scaling';
import { AutoScaling } from '../../../../rehearsal/aws/autoscaling/auto-scaling';
import { Ecs } from '../../../../rehearsal/aws/ecs/ecs';
import { ElasticLoadBalancing } from '../../../../rehearsal/aws/elasticloadbalancing/elastic-load-balancing';
import type { FleetDescription } from '../../../../rehearsal/aws/ingestion-fleet/description';
import type { IngestionFleet } from '../../../../rehearsal/aws/ingestion-fleet/fleet';
import { IngestionFleets } from '../../../../rehearsal/aws/ingestion-fleet/fleets';
import type { PolicyDocument } from '../../../../rehearsal/aws/iam/iam';
import { seededRandom, uuidsOf } from '../../../../rehearsal/random';
import { Account, allow } from '../door-harness';
import { described } from './support';

/** A fleet behind the door, and real SDK clients before it. */
export class FleetHttpBench {
  readonly account: Account;
  readonly fleets: IngestionFleets;
  readonly fleet: IngestionFleet;
  ecs!: ECSClient;
  groups!: AutoScalingClient;
  scaling!: ApplicationAutoScalingClient;
  balancing!: ElasticLoadBalancingV2Client;

  constructor(description: FleetDescription = described(), policy: PolicyDocument = allow('*')) {
    this.account = new Account(policy);
    const { clock } = this.account;
    this.fleets = new IngestionFleets({ clock, newId: uuidsOf(seededRandom(7)) });
    this.fleet = this.fleets.add(description);
  }

  async open(): Promise<this> {
    const { account, fleets } = this;
    account.directory = { groupOfInstance: (...of) => fleets.groupOfInstance(...of) };
    const services = [
      new Ecs(fleets),
      new AutoScaling(fleets),
      new ApplicationAutoScaling(fleets),
      new ElasticLoadBalancing(fleets),
    ];
    await account.open(...services);
    this.ecs = account.client(ECSClient);
    this.groups = account.client(AutoScalingClient);
    this.scaling = account.client(ApplicationAutoScalingClient);
    this.balancing = account.client(ElasticLoadBalancingV2Client);
    return this;
  }

  minutes(count: number): Promise<void> {
    return this.account.clock.sleep(count * 60_000);
  }

  close(): Promise<void> {
    return this.account.close();
  }
}
