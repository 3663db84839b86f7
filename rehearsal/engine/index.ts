/** The rehearsal's Step Functions: what other parts of it use. */
export { InvalidDefinition } from './definition';
export { LambdaFunctionError, ServiceError } from './errors';
export type { HistoryEvent, HistoryEventType } from './history';
export { limits } from './limits';
export type { ForeignCall, ForeignWork, Tag } from './machines';
export type { AuthorizationRequest, EngineEvent, EngineOptions, ExecutionStatus, LambdaCall } from './options';
export type { EngineStatistics } from './statistics';
export { StepFunctionsEngine } from './step-functions';
