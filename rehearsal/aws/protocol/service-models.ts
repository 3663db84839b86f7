import { readServiceModel, type ServiceModel } from './service-model';

/** Never called: a client made only to read its model from. */
const OFFLINE = { region: 'us-east-1', credentials: { accessKeyId: 'model', secretAccessKey: 'model' } };

type Loader = () => Promise<[clientModule: object, client: { config: unknown }]>;

/** Loaded on demand: a client takes tens of milliseconds to import. */
const LOADERS: Record<string, Loader> = {
  'redshift-data': async () => {
    const sdk = await import('@aws-sdk/client-redshift-data');
    return [sdk, new sdk.RedshiftDataClient(OFFLINE)];
  },
  'redshift-serverless': async () => {
    const sdk = await import('@aws-sdk/client-redshift-serverless');
    return [sdk, new sdk.RedshiftServerlessClient(OFFLINE)];
  },
  cloudformation: async () => {
    const sdk = await import('@aws-sdk/client-cloudformation');
    return [sdk, new sdk.CloudFormationClient(OFFLINE)];
  },
  dynamodb: async () => {
    const sdk = await import('@aws-sdk/client-dynamodb');
    return [sdk, new sdk.DynamoDBClient(OFFLINE)];
  },
  s3: async () => {
    const sdk = await import('@aws-sdk/client-s3');
    return [sdk, new sdk.S3Client(OFFLINE)];
  },
  sns: async () => {
    const sdk = await import('@aws-sdk/client-sns');
    return [sdk, new sdk.SNSClient(OFFLINE)];
  },
  states: async () => {
    const sdk = await import('@aws-sdk/client-sfn');
    return [sdk, new sdk.SFNClient(OFFLINE)];
  },
  sts: async () => {
    const sdk = await import('@aws-sdk/client-sts');
    return [sdk, new sdk.STSClient(OFFLINE)];
  },
  lambda: async () => {
    const sdk = await import('@aws-sdk/client-lambda');
    return [sdk, new sdk.LambdaClient(OFFLINE)];
  },
  ecs: async () => {
    const sdk = await import('@aws-sdk/client-ecs');
    return [sdk, new sdk.ECSClient(OFFLINE)];
  },
  autoscaling: async () => {
    const sdk = await import('@aws-sdk/client-auto-scaling');
    return [sdk, new sdk.AutoScalingClient(OFFLINE)];
  },
  'application-autoscaling': async () => {
    const sdk = await import('@aws-sdk/client-application-auto-scaling');
    return [sdk, new sdk.ApplicationAutoScalingClient(OFFLINE)];
  },
  elasticloadbalancing: async () => {
    const sdk = await import('@aws-sdk/client-elastic-load-balancing-v2');
    return [sdk, new sdk.ElasticLoadBalancingV2Client(OFFLINE)];
  },
  'emr-serverless': async () => {
    const sdk = await import('@aws-sdk/client-emr-serverless');
    return [sdk, new sdk.EMRServerlessClient(OFFLINE)];
  },
  events: async () => {
    const sdk = await import('@aws-sdk/client-eventbridge');
    return [sdk, new sdk.EventBridgeClient(OFFLINE)];
  },
  redshift: async () => {
    const sdk = await import('@aws-sdk/client-redshift');
    return [sdk, new sdk.RedshiftClient(OFFLINE)];
  },
  secretsmanager: async () => {
    const sdk = await import('@aws-sdk/client-secrets-manager');
    return [sdk, new sdk.SecretsManagerClient(OFFLINE)];
  },
};

const loaded = new Map<string, Promise<ServiceModel>>();

/**
 * The model of the service with this SigV4 signing name.
 *
 * @throws Error when no client of it is installed
 */
export function serviceModel(signingName: string): Promise<ServiceModel> {
  const known = loaded.get(signingName);
  if (known !== undefined) return known;
  const loader = LOADERS[signingName];
  if (loader === undefined) {
    return Promise.reject(new Error(`No SDK client is installed for the service "${signingName}"`));
  }
  const model = loader().then(([module, client]) => readServiceModel(signingName, module, client));
  loaded.set(signingName, model);
  return model;
}
