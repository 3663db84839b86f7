import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { STSClient } from '@aws-sdk/client-sts';

/** What the commands ask, all in the region of the web console. */
export interface OperatorClients {
  region: string;
  cloudFormation: CloudFormationClient;
  dynamoDb: DynamoDBClient;
  s3: S3Client;
  sfn: SFNClient;
  sts: STSClient;
}

/** Where and as whom, where that is not what the environment says. */
export interface ClientOptions {
  endpoint?: string;
  credentials?: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
}

export function operatorClients(region: string, options: ClientOptions = {}): OperatorClients {
  const config = { region, ...options };
  return {
    region,
    cloudFormation: new CloudFormationClient(config),
    dynamoDb: new DynamoDBClient(config),
    s3: new S3Client(config),
    sfn: new SFNClient(config),
    sts: new STSClient(config),
  };
}

export function closeClients({ cloudFormation, dynamoDb, s3, sfn, sts }: OperatorClients): void {
  for (const client of [cloudFormation, dynamoDb, s3, sfn, sts]) client.destroy();
}
