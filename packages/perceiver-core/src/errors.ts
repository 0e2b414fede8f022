/** A parameter that a model asks for is missing, or has another shape than the model's configuration gives it. */
export class ParameterError extends Error {
  override readonly name = 'ParameterError';
}

/** A configuration or an input breaks a rule of the model; the message says the rule, what was expected and what came. */
export class ModelError extends Error {
  override readonly name = 'ModelError';
}
