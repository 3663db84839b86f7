/** Permission → why no scenario of the grants test has a use for it, and who uses it instead. */
export type UnusedGrants = Record<string, string>;

const LOG = 'The runtime of Lambda writes the log; logs are no service of the embedded account.';

/** What every step has, and not every step needs in these scenarios: by action. */
export const UNUSED_EVERYWHERE: UnusedGrants = {
  'logs:CreateLogStream': LOG,
  'logs:PutLogEvents': LOG,
  's3:ListBucket': 'Asked for only where an object is missing, so that S3 says so: the plan of an execution never is.',
};

/** The rest: `step action` → reason. What a scenario of the test begins to use has to leave this list. */
export const UNUSED: UnusedGrants = {
  'back-up redshift-serverless:CreateSnapshot':
    'A namespace without a recovery point of the last hour gets a snapshot; these worlds are old enough to have points.',
  'list-apps states:DescribeExecution':
    'Every guarded step may ask whether its execution runs; this one changes nothing.',
  'look-at-root dynamodb:PutItem': 'Every step may leave a record; a root that died has none to be added to by a look.',
  'pause-processing emr-serverless:StopApplication':
    'An application that does not stop by itself after its last job is stopped; those of these worlds do.',
  'prepare-change-set cloudformation:DeleteChangeSet':
    'A change set that has nothing to change is deleted; in these scenarios the console has a release to go to.',
  'repair-schema iam:PassRole': 'The role is associated by the proof before; here it is only seen to be there still.',
  'repair-schema redshift-serverless:UpdateNamespace':
    'The role is associated by the proof before; it would be again if the update of a stack had taken it away.',
  'repair-schema redshift:ModifyClusterIamRoles':
    'The role is associated by the proof before; it would be again if the update of a stack had taken it away.',
  'scale-warehouse sts:AssumeRole':
    'Capacity is kept while a call still runs; in these scenarios no app fails with one under way.',
  'take-lock states:DescribeExecution':
    'Who holds a lock that is taken is looked at; in these scenarios nobody else upgrades the console.',
  'verify-parity states:DescribeExecution':
    'Whoever has the turn on a warehouse is looked at; a step that changes nothing asks no guard, and here has its turn.',
  'wait-for-map-runs s3:GetObject': 'Every step may read plans; which Map Runs there are, Step Functions tells it.',
  'wait-for-schema states:StartExecution':
    'A schema workflow that cannot be redriven any more is started anew; the one that fails here can be redriven.',
};
