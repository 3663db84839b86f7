import type { Construct } from 'constructs';
import { rootExecutionArns } from '../names';
import type { Permission } from './permission';

/** Beside what every step has, and `writeObjects`: opens the gate itself where nobody is to be asked. */
export function approvePlanPermissions(): Permission[] {
  return [
    {
      actions: ['states:SendTaskSuccess'],
      resources: ['*'],
      wildcards: 'A task token is the only name a waiting Task has; the action knows no resource.',
    },
  ];
}

/** Beside what every step has: looks at the execution that holds the lock, a root of the own machine. */
export function takeLockPermissions(scope: Construct): Permission[] {
  return [
    {
      actions: ['states:DescribeExecution'],
      resources: [rootExecutionArns(scope)],
      wildcards: 'Operators name their executions.',
    },
  ];
}
