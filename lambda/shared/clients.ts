import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { RedshiftDataClient } from '@aws-sdk/client-redshift-data';
import { S3Client } from '@aws-sdk/client-s3';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import type { WarehouseRef } from './plan/warehouse';
import { WarehouseSession, type WarehouseAddress } from './redshift/session';
import { guarded } from './guard/guard';

/**
 * One client per service, region and identity, kept for the life of the Lambda environment. Clients that only one
 * step needs are made in that step, so that no other step's bundle carries them.
 */
const clients = new Map<string, unknown>();

function client<T>(key: string, make: () => T): T {
  const known = clients.get(key) as T | undefined;
  if (known !== undefined) return known;
  const made = make();
  clients.set(key, made);
  return made;
}

/** Our own state table and plan bucket live in the Lambda's region. */
export function dynamoDb(region?: string): DynamoDBClient {
  return client(`dynamodb ${region ?? ''}`, () => guarded(new DynamoDBClient(regional(region))));
}

export function s3(): S3Client {
  return client('s3', () => guarded(new S3Client({})));
}

/** The name under which every session of a warehouse's role runs: part of the identity that may describe a statement. */
const ROLE_SESSION_NAME = 'clickstream-upgrade';

/** Data API statements under an assumed role: its credentials are renewed before this much of their life is left. */
const RENEW_BEFORE_MS = 5 * 60_000;
const ROLE_SESSION_SECONDS = 3_600;

const warehouseClients = new Map<string, { client: RedshiftDataClient; expiresMs: number }>();

/**
 * A session on a warehouse's database, under the one identity that the plan found to work.
 *
 * @param nowMs the request's `now`: credentials are judged by the machine's clock
 */
export async function warehouseSession(
  warehouse: WarehouseRef,
  database: string,
  nowMs: number,
): Promise<WarehouseSession> {
  return new WarehouseSession(await redshiftData(warehouse, nowMs), addressOf(warehouse, database));
}

/** Where a warehouse's statements go, in the Data API's members. */
export function addressOf(warehouse: WarehouseRef, database: string): WarehouseAddress {
  return {
    Database: database,
    ...(warehouse.kind === 'serverless' ? { WorkgroupName: warehouse.name } : { ClusterIdentifier: warehouse.name }),
    ...(warehouse.dbUser === undefined ? {} : { DbUser: warehouse.dbUser }),
    ...(warehouse.secretArn === undefined ? {} : { SecretArn: warehouse.secretArn }),
  };
}

/** The Data API under a warehouse's one identity. */
export async function redshiftData(
  { region, roleArn }: Pick<WarehouseRef, 'region' | 'roleArn'>,
  nowMs: number,
): Promise<RedshiftDataClient> {
  const key = `${region} ${roleArn}`;
  const known = warehouseClients.get(key);
  if (known !== undefined && known.expiresMs - RENEW_BEFORE_MS > nowMs) return known.client;
  const sts = client(`sts ${region}`, () => guarded(new STSClient(regional(region))));
  const { Credentials: credentials } = await sts.send(
    new AssumeRoleCommand({
      RoleArn: roleArn,
      RoleSessionName: ROLE_SESSION_NAME,
      DurationSeconds: ROLE_SESSION_SECONDS,
    }),
  );
  if (credentials?.AccessKeyId === undefined || credentials.SecretAccessKey === undefined) {
    throw new Error(`AssumeRole of ${roleArn} answered without credentials`);
  }
  known?.client.destroy();
  const made = guarded(
    new RedshiftDataClient({
      region,
      credentials: {
        accessKeyId: credentials.AccessKeyId,
        secretAccessKey: credentials.SecretAccessKey,
        ...(credentials.SessionToken === undefined ? {} : { sessionToken: credentials.SessionToken }),
      },
    }),
  );
  warehouseClients.set(key, {
    client: made,
    expiresMs: credentials.Expiration?.getTime() ?? nowMs + ROLE_SESSION_SECONDS * 1_000,
  });
  return made;
}

function regional(region: string | undefined): { region?: string } {
  return region === undefined ? {} : { region };
}
