import type { ErrorModel, ServiceModel } from './service-model';
import type { WireError } from './wire';

/** An error as one of the protocols will write it down. */
export interface ErrorShape {
  /** What the wire calls it. */
  code: string;
  status: number;
  message: string;
  /** The model's members filled in, the message under its modelled name. */
  members: Record<string, unknown>;
  model: ErrorModel | undefined;
}

/**
 * Puts an error into the shape its service models. Unmodelled ones (`AccessDeniedException`,
 * `ThrottlingException`: common to all services) keep name, message and status as they are.
 */
export function shapeError(service: ServiceModel, error: WireError): ErrorShape {
  const model = service.errors.get(error.name);
  if (model === undefined) {
    return {
      code: error.name,
      status: error.httpStatus,
      message: error.message,
      members: { ...error.members, message: error.message },
      model,
    };
  }
  const members: Record<string, unknown> = { ...error.members };
  for (const [name] of model.schema.structIterator()) {
    if (name.toLowerCase() === 'message') members[name] = error.message;
  }
  // 400 is what an AwsError says when nobody thought about it: then the model knows better.
  const status = error.httpStatus === 400 ? (model.httpStatus ?? 400) : error.httpStatus;
  return { code: model.code, status, message: error.message, members, model };
}
