/**
 * What a pickle can hold here. Lists and tuples are arrays, dicts are Maps, bytes are Uint8Arrays, integers past 2^53
 * are bigints. An `object` is whatever an allowed global made (a tensor, a storage): see PickleGlobals.
 */
export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | PickleValue[]
  | Map<PickleValue, PickleValue>
  | Set<PickleValue>
  | PickleGlobal
  | object;

/** A class or function that a pickle names, for example `torch._utils._rebuild_tensor_v2`. */
export interface PickleGlobal {
  readonly [globalName]: string;
  /** Makes the value for a call with these arguments. Absent: the global may be named, but not called. */
  readonly call?: (args: readonly PickleValue[]) => PickleValue;
}

/** Key under which a PickleGlobal keeps its dotted name. */
export const globalName: unique symbol = Symbol('pickle global');

/** Method of values that accept state (`BUILD`, Python's `__setstate__`), for example NumPy arrays. */
export const setState: unique symbol = Symbol('pickle state');

/** The globals that a reader allows: dotted name to global. A name that is not there ends the reading. */
export type PickleGlobals = (name: string) => PickleGlobal | undefined;

/** Defines a global. */
export function pickleGlobal(name: string, call?: PickleGlobal['call']): PickleGlobal {
  return call ? { [globalName]: name, call } : { [globalName]: name };
}

/** Whether a value is a global. */
export function isPickleGlobal(value: unknown): value is PickleGlobal {
  return typeof value === 'object' && value !== null && globalName in value;
}

/** A value of a class that is not allowed, kept as a name and its arguments; nothing of it was run. */
export interface OpaqueObject {
  readonly opaque: string;
  readonly args: readonly PickleValue[];
  state?: PickleValue;
}

/** A global whose calls give an OpaqueObject. */
export function opaqueGlobal(name: string): PickleGlobal {
  return pickleGlobal(name, (args) => {
    const value: OpaqueObject & Record<typeof setState, (state: PickleValue) => void> = {
      opaque: name,
      args,
      [setState](state) {
        value.state = state;
      },
    };
    return value;
  });
}
