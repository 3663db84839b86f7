import { RemovalPolicy } from 'aws-cdk-lib';

/**
 * The daily metadata scan of the solution calls `convert_json_list`, and swallows errors: without its Lambda, or a role, it
 * would find nothing any more and tell nobody. So they outlive their stack, and go when a person deletes them. What was made
 * by a stack that could not be created goes with it, or its names would be taken at the next attempt. Policies are inline: as
 * resources of their own they would be deleted, and leave roles that may do nothing.
 * Source: CloudFormation User Guide, aws-attribute-deletionpolicy (RetainExceptOnCreate)
 */
export const KEPT = RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE;
