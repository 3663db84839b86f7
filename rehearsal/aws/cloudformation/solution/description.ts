/** A deployment of Clickstream Analytics on AWS, in few words: what a scenario says about its world. */
export interface SolutionDescription {
  partition: 'aws' | 'aws-cn';
  accountId: string;
  console: {
    region: string;
    stackName: string;
    /** For example `v1.1.7-202409201200`: release and build, as FULL_SOLUTION_VERSION has it. */
    version: string;
    /** `cloudfront` where it is left out. */
    variant?: ConsoleVariant;
    /** Template parameter of the same name, from 1.1.6. */
    iamRolePrefix?: string;
    /** The stack was given a service role once, under which CloudFormation updates it; false where it is left out. */
    hasServiceRole?: boolean;
    /** Output ControlPlaneURL; one that nobody answers where it is left out. */
    url?: string;
  };
  projects: SolutionProject[];
  /** When everything was created. */
  createdMs: number;
  /** When everything was last updated; never, where it is left out. */
  updatedMs?: number;
}

/** The documented variants of the web console's template. */
export type ConsoleVariant =
  | 'cloudfront'
  | 'cloudfront-oidc'
  | 'cloudfront-customdomain'
  | 'cloudfront-customdomain-oidc'
  | 'cloudfront-cn'
  | 'private-vpc';

export interface SolutionProject {
  projectId: string;
  /** A UUID without dashes; made from the project id where it is left out. */
  pipelineId?: string;
  region: string;
  /** Release and build of the pipeline's stacks; the console's where it is left out. */
  version?: string;
  apps: SolutionApp[];
  redshift?: RedshiftChoice;
  /** `s3` where it is left out. */
  sink?: 's3' | 'kafka' | 'kinesis';
  /** True where it is left out. */
  reporting?: boolean;
  /** A stack DataProcessing; true where it is left out. */
  processing?: boolean;
  /** Size of the ingestion fleet, as the pipeline's record has it; 2 to 4 where it is left out. */
  servers?: { min: number; max: number };
  /** Where events are taken in; a stack without servers where it is left out. */
  ingestion?: IngestionChoice;
}

export interface SolutionApp {
  appId: string;
  /** Reporting time zone (IANA name), from 1.1.6. */
  timezone?: string;
}

/** Servers of a project's ingestion; how many there may be is said by `servers`. */
export interface IngestionChoice {
  /** `FARGATE` from 1.2. */
  infra: 'EC2' | 'FARGATE';
  /** Servers that run; the least there may be where it is left out. */
  desired?: number;
  /** Instances kept stopped beside the group; none where it is left out. */
  warmPool?: number;
  /** Parameter WorkerStopTimeout; 330 where it is left out. */
  stopTimeoutSeconds?: number;
}

/** Parameter RedshiftMode of the modelling stack and what belongs to each. */
export type RedshiftChoice =
  /** `queryLimitSeconds`: the workgroup's max_query_execution_time; that of a fresh one where it is left out. */
  | { mode: 'New_Serverless'; rpu?: number; queryLimitSeconds?: number }
  | { mode: 'Serverless'; workgroupName: string; roleArn: string }
  /** `superuser`: whether the database user is one, as the cluster's first user is; true where it is left out. */
  | { mode: 'Provisioned'; clusterIdentifier: string; dbUser: string; superuser?: boolean };

/** `v1.1.7-202409201200` in its parts; the build is empty where the version has none. */
export function versionParts(version: string): { release: string; build: string } {
  const [, release, build] = /^(v\d+\.\d+\.\d+)(?:-([\w-]+))?$/.exec(version) ?? [];
  if (release === undefined) throw new Error(`Not a version of the solution: ${version}`);
  return { release, build: build ?? '' };
}

/** Whether a version is of this release or a later one, for example `isAtLeast('v1.1.10-x', '1.1.6')`. */
export function isAtLeast(version: string, release: string): boolean {
  const [mine, other] = [versionParts(version).release.slice(1), release].map((text) => text.split('.').map(Number));
  for (let part = 0; part < 3; part += 1) {
    const difference = (mine?.[part] ?? 0) - (other?.[part] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}
