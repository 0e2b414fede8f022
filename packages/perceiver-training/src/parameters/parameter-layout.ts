import type { FlatLayout } from 'tfjs-backend-onnxruntime';
import type { Member, TensorRecord } from '../optimizers/transformation.js';

/** Parameters that lie one after another in one flat float32 buffer. */
export interface ParameterGroup {
  readonly name: string;
  readonly members: readonly Member[];
  /** The members, and the padding under {@link PADDING}. */
  readonly layout: FlatLayout;
  /** Numbers in the buffer, padding included. */
  readonly size: number;
}

/** All parameters of a model, cut into the groups that the optimiser treats alike. */
export interface ParameterLayout {
  readonly groups: readonly ParameterGroup[];
  /** All parameters in the model's order. */
  readonly members: readonly Member[];
  /** Numbers in all parameters, padding not counted. */
  readonly count: number;
}

/** Name of the unused end of a buffer; its numbers stay 0. */
export const PADDING = '';

/** Buffers longer than this are padded to a multiple, so that pieces of this size fit. */
export const BLOCK = 2 ** 18;

/** Lays out parameters by group; within a group they keep the model's order. */
export function layoutParameters(members: readonly Member[], groupOf: (member: Member) => string): ParameterLayout {
  const byGroup = new Map<string, Member[]>();
  for (const { name, shape } of members) {
    if (name === PADDING) throw new TypeError('layoutParameters: expected parameters with names, got an empty name');
    const member = { name, shape };
    const group = byGroup.get(groupOf(member));
    if (group === undefined) byGroup.set(groupOf(member), [member]);
    else group.push(member);
  }
  const groups = [...byGroup].map(([name, group]): ParameterGroup => {
    const used = countNumbers(group);
    const size = used > BLOCK ? Math.ceil(used / BLOCK) * BLOCK : used;
    const layout = group.map((member) => ({ name: member.name, shape: [...member.shape] }));
    if (size > used) layout.push({ name: PADDING, shape: [size - used] });
    return { name, members: group, layout, size };
  });
  return { groups, members, count: countNumbers(members) };
}

/** Names and shapes of tensors. */
export function membersOf(tensors: Readonly<TensorRecord>): Member[] {
  return Object.entries(tensors).map(([name, { shape }]) => ({ name, shape: [...shape] }));
}

/** Numbers in all parameters together. */
export function countNumbers(members: readonly Member[]): number {
  return members.reduce((sum, { shape }) => sum + shape.reduce((product, size) => product * size, 1), 0);
}
