import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import type { Attribute, ElementType, HostArray, Node } from './value.js';

/** TensorProto.DataType of onnx.proto3. */
export const onnxTypes: Record<ElementType, number> = {
  float32: 1,
  uint8: 2,
  int32: 6,
  int64: 7,
  bool: 9,
  float64: 11,
  uint32: 12,
};

const ONNX_OPSET = 20;
const IR_VERSION = 9;

/** A dimension is a number, or the name of a size that may vary from run to run. */
export interface GraphPort {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly (number | string)[];
  /** A sequence of such tensors instead of one. */
  readonly sequence?: boolean;
}

/** Where the bytes of a constant lie outside of the model file. */
export interface ExternalData {
  readonly location: string;
  readonly offset: number;
  readonly length: number;
}

export interface Initializer {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly number[];
  readonly data: HostArray | ExternalData;
}

export interface NodeRecord {
  readonly op: string;
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Node['attributes'];
  /** What a loop repeats; its nodes may use names of the graph around it. */
  readonly body?: GraphRecord;
}

/** A graph in the form in which ONNX files hold it: nodes in order, connected by names. */
export interface GraphRecord {
  readonly name: string;
  readonly inputs: readonly GraphPort[];
  readonly outputs: readonly GraphPort[];
  readonly initializers: readonly Initializer[];
  readonly nodes: readonly NodeRecord[];
}

/** Calls `write` inside a length-delimited field. */
function message(writer: BinaryWriter, field: number, write: (writer: BinaryWriter) => void): void {
  writer.tag(field, WireType.LengthDelimited).fork();
  write(writer);
  writer.join();
}

const string = (writer: BinaryWriter, field: number, value: string): BinaryWriter =>
  writer.tag(field, WireType.LengthDelimited).string(value);

const varint = (writer: BinaryWriter, field: number, value: number): BinaryWriter =>
  writer.tag(field, WireType.Varint).int64(value);

/** AttributeProto: name 1, f 2, i 3, s 4, g 6, floats 7, ints 8, type 20. */
function writeAttribute(writer: BinaryWriter, name: string, attribute: Attribute): void {
  string(writer, 1, name);
  switch (attribute.kind) {
    case 'float':
      writer.tag(2, WireType.Bit32).float(attribute.value);
      varint(writer, 20, 1);
      break;
    case 'int':
      varint(writer, 3, attribute.value);
      varint(writer, 20, 2);
      break;
    case 'string':
      string(writer, 4, attribute.value);
      varint(writer, 20, 3);
      break;
    case 'floats':
      for (const value of attribute.value) writer.tag(7, WireType.Bit32).float(value);
      varint(writer, 20, 6);
      break;
    case 'ints':
      for (const value of attribute.value) varint(writer, 8, value);
      varint(writer, 20, 7);
      break;
  }
}

/** NodeProto: input 1, output 2, name 3, op_type 4, attribute 5, domain 7. */
function writeNode(writer: BinaryWriter, node: NodeRecord, index: number): void {
  for (const input of node.inputs) string(writer, 1, input);
  for (const output of node.outputs) string(writer, 2, output);
  string(writer, 3, `${node.op}_${index}`);
  string(writer, 4, node.op);
  for (const name in node.attributes) message(writer, 5, (w) => writeAttribute(w, name, node.attributes[name]!));
  const { body } = node;
  if (body !== undefined) {
    message(writer, 5, (attribute) => {
      string(attribute, 1, 'body');
      message(attribute, 6, (graph) => writeGraph(graph, body));
      varint(attribute, 20, 5);
    });
  }
  if (node.domain !== '') string(writer, 7, node.domain);
}

/** TensorProto: dims 1, data_type 2, name 8, raw_data 9, external_data 13, data_location 14. */
function writeInitializer(writer: BinaryWriter, { name, type, shape, data }: Initializer): void {
  for (const dimension of shape) varint(writer, 1, dimension);
  varint(writer, 2, onnxTypes[type]);
  string(writer, 8, name);
  if ('location' in data) {
    for (const [key, value] of Object.entries(data)) {
      message(writer, 13, (entry) => {
        string(entry, 1, key);
        string(entry, 2, String(value));
      });
    }
    varint(writer, 14, 1);
  } else {
    writer.tag(9, WireType.LengthDelimited).bytes(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
}

/** TypeProto.Tensor: elem_type 1, shape 2 { dim 1 { dim_value 1, dim_param 2 } }. */
function writeTensorType(writer: BinaryWriter, { type, shape }: GraphPort): void {
  varint(writer, 1, onnxTypes[type]);
  message(writer, 2, (shapeProto) => {
    for (const dimension of shape) {
      message(shapeProto, 1, (dim) => {
        if (typeof dimension === 'number') varint(dim, 1, dimension);
        else string(dim, 2, dimension);
      });
    }
  });
}

/** ValueInfoProto: name 1, type 2 { tensor_type 1, sequence_type 4 { elem_type 1 { tensor_type 1 } } }. */
function writePort(writer: BinaryWriter, port: GraphPort): void {
  const tensor = (typeProto: BinaryWriter) => message(typeProto, 1, (w) => writeTensorType(w, port));
  string(writer, 1, port.name);
  message(writer, 2, (typeProto) => {
    if (port.sequence) message(typeProto, 4, (sequence) => message(sequence, 1, tensor));
    else tensor(typeProto);
  });
}

/** GraphProto: node 1, name 2, initializer 5, input 11, output 12. */
function writeGraph(writer: BinaryWriter, graph: GraphRecord): void {
  graph.nodes.forEach((node, index) => {
    message(writer, 1, (w) => writeNode(w, node, index));
  });
  string(writer, 2, graph.name);
  for (const initializer of graph.initializers) message(writer, 5, (w) => writeInitializer(w, initializer));
  for (const port of graph.inputs) message(writer, 11, (w) => writePort(w, port));
  for (const port of graph.outputs) message(writer, 12, (w) => writePort(w, port));
}

/** Domains of operators beside ONNX's own, those inside of loops included. */
const domainsOf = ({ nodes }: GraphRecord): string[] =>
  nodes.flatMap(({ domain, body }) => [
    ...(domain === '' ? [] : [domain]),
    ...(body === undefined ? [] : domainsOf(body)),
  ]);

/** The bytes of an ONNX model. ModelProto: ir_version 1, producer 2, graph 7, opset_import 8. */
export function serializeModel(graph: GraphRecord): Uint8Array<ArrayBuffer> {
  const writer = new BinaryWriter();
  varint(writer, 1, IR_VERSION);
  string(writer, 2, 'tfjs-backend-onnxruntime');
  message(writer, 7, (graphProto) => writeGraph(graphProto, graph));
  const domains = new Set(domainsOf(graph));
  for (const [domain, version] of [['', ONNX_OPSET] as const, ...[...domains].map((name) => [name, 1] as const)]) {
    message(writer, 8, (opset) => {
      string(opset, 1, domain);
      varint(opset, 2, version);
    });
  }
  return writer.finish() as Uint8Array<ArrayBuffer>;
}
