/** How an invocation fails is a contract with the engine, which turns both into what a Retry sees. */
export { LambdaFunctionError, ServiceError } from '../../engine/errors';
