/** What IAM is asked for when CloudFormation changes a resource of one type. */
export interface Rule {
  /** Actions to add, modify and remove; one each stands for all that the resource's handler calls. */
  actions: readonly [add: string, modify: string, remove: string];
  /** ARN after the partition. */
  arn: (place: Place) => string;
  /** Where adding one is asked for its collection, or for no resource at all. */
  arnToAdd?: 'everything' | ((place: Place) => string);
}

export interface Place {
  region: string;
  account: string;
  /** Physical id; of a resource yet to be made, a name as CloudFormation generates it. */
  id: string;
}

const regional =
  (service: string, resource: (id: string) => string) =>
  ({ region, account, id }: Place): string =>
    `${service}:${region}:${account}:${resource(id)}`;

const role = ({ account, id }: Place): string => `iam::${account}:role/${id}`;
export const lambdaFunction = regional('lambda', (id) => `function:${id}`);
const bucket = ({ id }: Place): string => `s3:::${id}`;
const userPool = regional('cognito-idp', (id) => `userpool/${id}`);
const loadBalancer = regional('elasticloadbalancing', (id) => `loadbalancer/app/${id}/0`);

/** Source: Service Authorization Reference; handlers' permissions in the CloudFormation registry's resource schemas */
export const RULES: Readonly<Record<string, Rule>> = {
  'AWS::Lambda::Function': {
    actions: ['lambda:CreateFunction', 'lambda:UpdateFunctionCode', 'lambda:DeleteFunction'],
    arn: lambdaFunction,
  },
  'AWS::Lambda::Permission': {
    actions: ['lambda:AddPermission', 'lambda:AddPermission', 'lambda:RemovePermission'],
    arn: lambdaFunction,
  },
  'AWS::Lambda::LayerVersion': {
    actions: ['lambda:PublishLayerVersion', 'lambda:PublishLayerVersion', 'lambda:PublishLayerVersion'],
    arn: regional('lambda', (id) => `layer:${id}`),
  },
  'AWS::IAM::Role': { actions: ['iam:CreateRole', 'iam:UpdateRole', 'iam:DeleteRole'], arn: role },
  'AWS::IAM::Policy': {
    actions: ['iam:PutRolePolicy', 'iam:PutRolePolicy', 'iam:DeleteRolePolicy'],
    arn: role,
  },
  'AWS::DynamoDB::Table': {
    actions: ['dynamodb:CreateTable', 'dynamodb:UpdateTable', 'dynamodb:DeleteTable'],
    arn: regional('dynamodb', (id) => `table/${id}`),
  },
  'AWS::S3::Bucket': { actions: ['s3:CreateBucket', 's3:PutBucketPublicAccessBlock', 's3:DeleteBucket'], arn: bucket },
  'AWS::S3::BucketPolicy': {
    actions: ['s3:PutBucketPolicy', 's3:PutBucketPolicy', 's3:DeleteBucketPolicy'],
    arn: bucket,
  },
  'AWS::StepFunctions::StateMachine': {
    actions: ['states:CreateStateMachine', 'states:UpdateStateMachine', 'states:DeleteStateMachine'],
    arn: ({ region, account, id }) =>
      id.startsWith('arn:') ? id.slice(id.indexOf(':states:') + 1) : `states:${region}:${account}:stateMachine:${id}`,
  },
  'AWS::ApiGateway::RestApi': {
    actions: ['apigateway:POST', 'apigateway:PATCH', 'apigateway:DELETE'],
    arn: ({ region, id }) => `apigateway:${region}::/restapis/${id}`,
    arnToAdd: ({ region }) => `apigateway:${region}::/restapis`,
  },
  'AWS::CloudFront::Distribution': {
    actions: ['cloudfront:CreateDistribution', 'cloudfront:UpdateDistribution', 'cloudfront:DeleteDistribution'],
    arn: ({ account, id }) => `cloudfront::${account}:distribution/${id}`,
    arnToAdd: 'everything',
  },
  'AWS::Cognito::UserPool': {
    actions: ['cognito-idp:CreateUserPool', 'cognito-idp:UpdateUserPool', 'cognito-idp:DeleteUserPool'],
    arn: userPool,
    arnToAdd: 'everything',
  },
  'AWS::Cognito::UserPoolClient': {
    actions: [
      'cognito-idp:CreateUserPoolClient',
      'cognito-idp:UpdateUserPoolClient',
      'cognito-idp:DeleteUserPoolClient',
    ],
    arn: userPool,
  },
  'AWS::SQS::Queue': {
    actions: ['sqs:CreateQueue', 'sqs:SetQueueAttributes', 'sqs:DeleteQueue'],
    // Its physical id is a URL that ends in the name.
    arn: regional('sqs', (id) => id.slice(id.lastIndexOf('/') + 1)),
  },
  'AWS::Events::Rule': {
    actions: ['events:PutRule', 'events:PutRule', 'events:DeleteRule'],
    arn: regional('events', (id) => `rule/${id}`),
  },
  'AWS::Logs::LogGroup': {
    actions: ['logs:CreateLogGroup', 'logs:PutRetentionPolicy', 'logs:DeleteLogGroup'],
    arn: regional('logs', (id) => `log-group:${id}`),
  },
  'AWS::ElasticLoadBalancingV2::LoadBalancer': {
    actions: [
      'elasticloadbalancing:CreateLoadBalancer',
      'elasticloadbalancing:ModifyLoadBalancerAttributes',
      'elasticloadbalancing:DeleteLoadBalancer',
    ],
    arn: loadBalancer,
  },
  'AWS::EC2::SecurityGroup': {
    actions: ['ec2:CreateSecurityGroup', 'ec2:AuthorizeSecurityGroupIngress', 'ec2:DeleteSecurityGroup'],
    arn: regional('ec2', (id) => `security-group/${id}`),
  },
};
