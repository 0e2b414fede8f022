// Finds the imports of a TypeScript file.
import { parseSync, Visitor } from 'oxc-parser';

/**
 * @typedef {{ specifier: string, line: number }} Import
 */

/**
 * Every module that a source names: `import`, `export ... from`, `import('x')` as a value and as a type, `require('x')`.
 * @param {string} file name, for the language it is in
 * @param {string} source
 * @returns {Import[]} in the order of the source; a dynamic import of something computed is left out
 * @throws {SyntaxError} when the source does not parse
 */
export function findImports(file, source) {
  const { program, errors } = parseSync(file, source);
  const error = errors.find(({ severity }) => severity === 'Error');
  if (error) throw new SyntaxError(`${file}: ${error.message}`);
  /** @type {Import[]} */
  const found = [];
  /** @param {{ type: string, start: number, value?: unknown } | null | undefined} node */
  const add = (node) => {
    if (typeof node?.value !== 'string') return;
    found.push({ specifier: node.value, line: source.slice(0, node.start).split('\n').length });
  };
  new Visitor({
    ImportDeclaration: (node) => add(node.source),
    ExportNamedDeclaration: (node) => add(node.source),
    ExportAllDeclaration: (node) => add(node.source),
    ImportExpression: (node) => add(node.source),
    TSImportType: (node) => add(node.source),
    TSExternalModuleReference: (node) => add(node.expression),
    CallExpression: (node) => {
      if (node.callee.type === 'Identifier' && node.callee.name === 'require') add(node.arguments[0]);
    },
  }).visit(program);
  return found.sort((a, b) => a.line - b.line);
}
