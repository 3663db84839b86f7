import { CompositePrincipal, PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { udfRoleName } from './names';
import { KEPT } from './kept';

export interface UdfCallerProps {
  mainStack: string;
  region: string;
  functionArn: string;
}

/**
 * The role under which a warehouse calls the Lambda, once it is associated with the cluster or namespace.
 * Source: Redshift Database Developer Guide, udf-lambda-permissions; Management Guide, serverless-iam
 */
export class UdfCaller extends Construct {
  readonly role: Role;

  constructor(scope: Construct, id: string, { mainStack, region, functionArn }: UdfCallerProps) {
    super(scope, id);
    this.role = new Role(this, 'Role', {
      roleName: udfRoleName(mainStack, region),
      assumedBy: new CompositePrincipal(
        new ServicePrincipal('redshift.amazonaws.com'),
        new ServicePrincipal('redshift-serverless.amazonaws.com'),
      ),
      description: 'Redshift calls the functions that replace its Python UDFs',
      inlinePolicies: {
        Call: new PolicyDocument({
          statements: [new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [functionArn] })],
        }),
      },
    });
    this.role.applyRemovalPolicy(KEPT);
  }
}
